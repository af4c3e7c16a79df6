/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * closed_form.h - exact answers for worlds simple enough to have one.
 *
 * They are the yardsticks that the simulator is tested against, and a class can compare a run with them. Each
 * needs every mechanism that it does not name to be switched off. Common notation: `line` shoppers are told,
 * `units` are on hand, a told shopper clicks with probability `click` and buys an unsold unit at the landing
 * with probability `buy`, so he wants one with `want` = click x buy. All shoppers act independently.
 *
 * Every function is pure; arguments outside their domain (a probability outside [0, 1], a negative rate, NaN)
 * give NaN. Sums of binomial probabilities come from GSL's cumulative functions (incomplete beta).
 */
#ifndef STATS_CLOSED_FORM_H
#define STATS_CLOSED_FORM_H

#include <stdint.h>

/* E min(units, B) with B ~ Bin(n, p) = sum over j = 1..units of P(B >= j).
 * Computed from k P(B = k) = n p P(Bin(n-1, p) = k-1), so the cost does not grow with n or units. */
double stat_expect_min_binomial(uint32_t n, double p, uint32_t units);

/* P(B >= k) with B ~ Bin(n, p). */
double stat_binomial_at_least(uint32_t n, double p, uint32_t k);

/* Form 1: everybody in line is told at once. [out] expected orders, of `units` at most. */
double stat_blast_orders(uint32_t line, uint32_t units, double want);

/* Form 1: expected landings on sold out: all clicks less those that met a unit. By Wald's identity orders =
 * buy x landings in stock. buy = 0: nothing sells, so none unless units = 0. */
double stat_blast_sold_out_clicks(uint32_t line, uint32_t units, double click, double buy);

/* Form 2: batches of `batch`, each answered before the next one, until the stock is 0 or the line is at its
 * end (the last batch may be short). [in] line: shoppers waiting, INFINITY for an endless line.
 * [out] expected sends = sum over batches k = 0, 1, ... of size(k) P(Bin(k batch, want) < units).
 * An endless line that never buys (want = 0, units > 0) is told for ever: INFINITY. */
double stat_batches_sends(double line, uint32_t batch, uint32_t units, double want);

/* Form 2: expected landings on sold out = click x sends - orders / buy; orders = units on an endless line. */
double stat_batches_sold_out_clicks(double line, uint32_t batch, uint32_t units, double click, double buy);

/* Form 3: P(all units are gone by t) = P(Poisson(organic) + Bin(line, pushed) >= units).
 * [in] organic: expected organic orders by t (lambda t); pushed: chance that a told shopper has bought by t
 * (want x cdf of the delay at t). With line = 0 the depletion time is gamma(units, lambda) (an Erlang time).
 */
double stat_depletion_cdf(double organic, uint32_t line, double pushed, uint32_t units);

/* Form 4: ample stock. A shopper buys by himself at hazard `organic`, loses interest at hazard `lapse`; a
 * push reaches him after an exponential time of rate `push` and makes him buy with probability `want`; he is
 * watched for `horizon`. Rates per unit of time, the horizon in the same unit. */
typedef struct {
    double organic, lapse, push, want, horizon;
} stat_exponential_world;

/* G(h): chance that an event of hazard h comes before the lapse and the horizon. */
double stat_exponential_reach(double hazard, double lapse, double horizon);
/* P(buy | sent) - P(buy | ghost) = want [G(push + organic) - G(organic)]. */
double stat_lift_exponential(const stat_exponential_world *w);
/* P(an order that last-click attribution credits to the push): it also takes those who would have come. */
double stat_attributed_exponential(const stat_exponential_world *w);

/* Form 5: `treated` + `held` shoppers want one unit each with probabilities want1 / want0 and are served in
 * an exchangeable order. The naive lift is what a shopper-level holdout shows; the truth compares worlds
 * where all and where none are treated. Their ratio is the bias of interference through shared stock. */
double stat_interference_naive(uint32_t treated, uint32_t held, double want1, double want0, uint32_t units);
/* The same with the number held out ~ Bin(shoppers, holdout), both arms known not to be empty. Time grows
 * with shoppers^1.5: 0.1 s at 1,000. */
double stat_interference_naive_mean(uint32_t shoppers, double holdout, double want1, double want0,
                                    uint32_t units);
double stat_interference_truth(uint32_t shoppers, double want1, double want0, uint32_t units);

/* Form 6: orders of rate `rate` go on after the last unit until the storefront shows it.
 * Fixed lag: Poisson orders, mean rate x lag. */
double stat_oversell_fixed_mean(double rate, double lag);
double stat_oversell_fixed_any(double rate, double lag); /* P(at least one) */
/* Exponential lag of that mean: a geometric number of orders of mean rate x lag. */
double stat_oversell_exponential_mean(double rate, double mean_lag);
double stat_oversell_exponential_any(double rate, double mean_lag);
/* Polled every `period`, shown `latency` later; the last unit goes at a uniform time between two polls. */
double stat_oversell_poll_mean(double rate, double period, double latency);

/* Form 8: how much common random numbers save on the difference of 1{u < p} and 1{u < q}: (variance of the
 * difference with independent u) / (with the same u). Infinite at p = q: NaN, as no number exists. */
double stat_crn_factor(double p, double q);

#endif
