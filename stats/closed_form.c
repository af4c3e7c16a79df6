/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * closed_form.c - see closed_form.h.
 *
 * GSL's default handler ends the program on a domain error, so every argument is checked before it gets
 * there.
 */
#include "stats/closed_form.h"

#include <math.h>
#include <stdbool.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

static bool probability(double p) {
    return p >= 0 && p <= 1;
}
static bool rate_like(double x) {
    return x >= 0 && isfinite(x);
}

/* The side of the distribution away from the mean, from k on, by the ratios of neighbours: at most a few
 * standard deviations of terms. GSL's continued fraction gives NaN near the mean from some millions on. */
static double sum_outwards(uint32_t n, double p, uint32_t k, bool up) {
    double odds = p / (1 - p), term = gsl_ran_binomial_pdf(k, p, n), sum = 0;
    while (term > 1e-17 * sum) {
        sum += term;
        if (up) {
            term *= (double)(n - k) / (k + 1.0) * odds;
            k++;
        } else {
            term *= k / ((n - k + 1.0) * odds);
            k--;
        }
    }
    return sum;
}

double stat_binomial_at_least(uint32_t n, double p, uint32_t k) {
    const uint32_t large = 100000;
    if (!probability(p)) return NAN;
    if (k == 0) return 1;
    if (k > n || p == 0) return 0;
    if (p == 1) return 1;
    if (n <= large) return gsl_cdf_binomial_Q(k - 1, p, n);
    return k > n * p ? sum_outwards(n, p, k, true) : 1 - sum_outwards(n, p, k - 1, false);
}

double stat_expect_min_binomial(uint32_t n, double p, uint32_t units) {
    if (!probability(p)) return NAN;
    if (n == 0 || units == 0) return 0;
    if (units >= n) return n * p;
    /* sum over k <= units of k P(B = k), and the rest of the mass at `units` */
    return n * p * (1 - stat_binomial_at_least(n - 1, p, units)) +
           units * stat_binomial_at_least(n, p, units + 1);
}

double stat_blast_orders(uint32_t line, uint32_t units, double want) {
    return stat_expect_min_binomial(line, want, units);
}

/* Landings that met a unit, given the expected orders. */
static double landings_in_stock(double clicks, double orders, uint32_t units, double buy) {
    if (buy == 0) return units > 0 ? clicks : 0;
    return orders / buy;
}

double stat_blast_sold_out_clicks(uint32_t line, uint32_t units, double click, double buy) {
    if (!probability(click) || !probability(buy)) return NAN;
    double clicks = line * click;
    double orders = stat_blast_orders(line, units, click * buy);
    return clicks - landings_in_stock(clicks, orders, units, buy);
}

double stat_batches_sends(double line, uint32_t batch, uint32_t units, double want) {
    if (!probability(want) || !(line >= 0) || batch == 0) return NAN;
    line = floor(line);
    if (units == 0) return 0;
    if (want == 0) return line;
    double sends = 0;
    for (double told = 0; told < line && told < UINT32_MAX; told += batch) {
        double going_on = 1 - stat_binomial_at_least((uint32_t)told, want, units);
        sends += fmin(batch, line - told) * going_on;
        /* The chance to go on falls at least geometrically beyond the mean; 1e-17 is below rounding. */
        if (going_on < 1e-17) break;
    }
    return sends;
}

double stat_batches_sold_out_clicks(double line, uint32_t batch, uint32_t units, double click, double buy) {
    if (!probability(click) || !probability(buy)) return NAN;
    double want = click * buy;
    double clicks = click * stat_batches_sends(line, batch, units, want);
    if (isinf(clicks)) return NAN; /* nothing ever sells: no end, and no landing on sold out either */
    double orders = line >= UINT32_MAX ? units : stat_expect_min_binomial((uint32_t)line, want, units);
    return clicks - landings_in_stock(clicks, orders, units, buy);
}

double stat_depletion_cdf(double organic, uint32_t line, double pushed, uint32_t units) {
    if (!probability(pushed) || !rate_like(organic)) return NAN;
    double p = stat_binomial_at_least(line, pushed, units);
    for (uint32_t j = 0; j < units && j <= line; j++) {
        double organic_rest = organic > 0 ? gsl_cdf_poisson_Q(units - j - 1, organic) : 0;
        p += gsl_ran_binomial_pdf(j, pushed, line) * organic_rest;
    }
    return fmin(p, 1);
}

double stat_exponential_reach(double hazard, double lapse, double horizon) {
    if (!rate_like(hazard) || !rate_like(lapse) || !(horizon >= 0)) return NAN;
    double all = hazard + lapse;
    return hazard > 0 ? hazard / all * -expm1(-all * horizon) : 0;
}

double stat_lift_exponential(const stat_exponential_world *w) {
    if (!probability(w->want) || !rate_like(w->push)) return NAN;
    return w->want * (stat_exponential_reach(w->push + w->organic, w->lapse, w->horizon) -
                      stat_exponential_reach(w->organic, w->lapse, w->horizon));
}

double stat_attributed_exponential(const stat_exponential_world *w) {
    if (!probability(w->want) || !rate_like(w->organic)) return NAN;
    return w->want * stat_exponential_reach(w->push, w->organic + w->lapse, w->horizon);
}

/* Walks the probabilities of Bin(n, p) outwards from the mode by their ratios, so that large n is cheap and
 * nothing is allocated: weight(k) is called with every k whose probability matters. */
typedef double (*weigh)(uint32_t k, const void *with);

static double expect(uint32_t n, double p, weigh weight, const void *with) {
    if (n == 0 || p == 0) return weight(0, with);
    if (p == 1) return weight(n, with);
    const double least = 1e-18; /* left out: less than the rounding of the sum */
    uint32_t mode = (uint32_t)fmin(floor((n + 1.0) * p), n);
    double top = gsl_ran_binomial_pdf(mode, p, n), odds = p / (1 - p);
    double sum = top * weight(mode, with);
    double q = top;
    for (uint32_t k = mode; k < n && q > least; k++) {
        q *= (double)(n - k) / (k + 1.0) * odds;
        sum += q * weight(k + 1, with);
    }
    q = top;
    for (uint32_t k = mode; k > 0 && q > least; k--) {
        q *= k / ((n - k + 1.0) * odds);
        sum += q * weight(k - 1, with);
    }
    return sum;
}

typedef struct {
    uint32_t others, units; /* the other arm's size */
    double want;            /* of the other arm */
    uint32_t ahead;         /* shoppers of the own arm who want a unit too */
} rivals;

static double share_of_units(uint32_t k, const void *with) {
    const rivals *r = with;
    return fmin(1, r->units / (1.0 + r->ahead + k));
}

static double share_given_own(uint32_t k, const void *with) {
    rivals r = *(const rivals *)with;
    r.ahead = k;
    if ((uint64_t)r.ahead + r.others < r.units) return 1;
    return expect(r.others, r.want, share_of_units, &r);
}

double stat_interference_naive(uint32_t treated, uint32_t held, double want1, double want0, uint32_t units) {
    if (!probability(want1) || !probability(want0) || treated == 0 || held == 0) return NAN;
    rivals of_treated = {.others = held, .units = units, .want = want0};
    rivals of_held = {.others = treated, .units = units, .want = want1};
    return want1 * expect(treated - 1, want1, share_given_own, &of_treated) -
           want0 * expect(held - 1, want0, share_given_own, &of_held);
}

typedef struct {
    uint32_t shoppers, units;
    double want1, want0;
} shared_stock;

static double naive_given_held(uint32_t held, const void *with) {
    const shared_stock *s = with;
    if (held == 0 || held >= s->shoppers) return 0; /* left out below */
    return stat_interference_naive(s->shoppers - held, held, s->want1, s->want0, s->units);
}

double stat_interference_naive_mean(uint32_t shoppers, double holdout, double want1, double want0,
                                    uint32_t units) {
    if (!probability(want1) || !probability(want0) || !(holdout > 0 && holdout < 1) || shoppers < 2)
        return NAN;
    shared_stock s = {.shoppers = shoppers, .units = units, .want1 = want1, .want0 = want0};
    double empty = pow(holdout, shoppers) + pow(1 - holdout, shoppers);
    return expect(shoppers, holdout, naive_given_held, &s) / (1 - empty);
}

double stat_interference_truth(uint32_t shoppers, double want1, double want0, uint32_t units) {
    if (shoppers == 0) return NAN;
    return (stat_expect_min_binomial(shoppers, want1, units) -
            stat_expect_min_binomial(shoppers, want0, units)) /
           shoppers;
}

double stat_oversell_fixed_mean(double rate, double lag) {
    return rate_like(rate) && rate_like(lag) ? rate * lag : NAN;
}

double stat_oversell_fixed_any(double rate, double lag) {
    return -expm1(-stat_oversell_fixed_mean(rate, lag));
}

double stat_oversell_exponential_mean(double rate, double mean_lag) {
    return stat_oversell_fixed_mean(rate, mean_lag);
}

double stat_oversell_exponential_any(double rate, double mean_lag) {
    double mean = stat_oversell_fixed_mean(rate, mean_lag);
    return mean / (1 + mean);
}

double stat_oversell_poll_mean(double rate, double period, double latency) {
    return rate_like(period) && rate_like(latency) ? stat_oversell_fixed_mean(rate, latency + period / 2)
                                                   : NAN;
}

double stat_crn_factor(double p, double q) {
    if (!probability(p) || !probability(q)) return NAN;
    double apart = fabs(q - p), same = apart * (1 - apart);
    return same > 0 ? (p * (1 - p) + q * (1 - q)) / same : NAN;
}
