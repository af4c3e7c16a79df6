/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * experiment.c - what many replications say of a design. See experiment.h.
 */
#include "reports/experiment.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats/closed_form.h"

static const double LEVEL = 0.95, ALPHA = 0.05, POWER = 0.8, RARE = 0.025;

/* ---- life ---- */

static double *numbers(size_t n) {
    double *x = malloc(n * sizeof *x);
    for (size_t i = 0; x && i < n; i++)
        x[i] = NAN;
    return x;
}

static experiment_draw *draws(size_t n) {
    experiment_draw *d = malloc(n * sizeof *d);
    for (size_t i = 0; d && i < n; i++)
        d[i] = (experiment_draw){NAN, NAN, NAN, NAN, NAN};
    return d;
}

bool report_experiment_create(report_experiment *x) {
    size_t n = x->replications;
    bool good = true;
    for (size_t i = 0; i < x->designs; i++)
        for (size_t k = 0; k < x->design[i].methods; k++) {
            experiment_estimator *e = &x->design[i].by[k];
            good = (e->effect = draws(n)) && (e->nothing = draws(n)) && good;
        }
    good = (x->unthrottled = numbers(n)) && good;
    for (size_t i = 0; i < 2; i++) {
        experiment_slots *s = &x->slots[i];
        good = (s->truth = numbers(n)) && (s->sends = numbers(n)) && good;
        for (size_t k = 0; k < CLOCK_COUNT; k++)
            good = (s->effect[k] = numbers(n)) && (s->nothing[k] = numbers(n)) && good;
    }
    return good;
}

void report_experiment_clear(report_experiment *x) {
    for (size_t i = 0; i < x->designs; i++)
        for (size_t k = 0; k < x->design[i].methods; k++) {
            free(x->design[i].by[k].effect);
            free(x->design[i].by[k].nothing);
        }
    for (size_t i = 0; i < 2; i++) {
        free(x->slots[i].truth);
        free(x->slots[i].sends);
        for (size_t k = 0; k < CLOCK_COUNT; k++) {
            free(x->slots[i].effect[k]);
            free(x->slots[i].nothing[k]);
        }
    }
    free(x->unthrottled);
    *x = (report_experiment){0};
}

/* ---- an estimator over replications ---- */

static bool has_interval(const experiment_draw *d) {
    return isfinite(d->lo) && isfinite(d->hi);
}

static bool holds(const experiment_draw *d, double value) {
    return has_interval(d) && d->lo <= value && value <= d->hi;
}

static double share(double part, double of) {
    return of > 0 ? part / of : NAN;
}

static double found(const experiment_draw *d, size_t n, double *of) {
    double yes = 0;
    *of = 0;
    for (size_t i = 0; i < n; i++) {
        *of += isfinite(d[i].estimate);
        yes += isfinite(d[i].estimate) && d[i].p < ALPHA;
    }
    return share(yes, *of);
}

static void add_up(experiment_estimator *e, size_t n, double *a, double *b, double *c) {
    for (size_t i = 0; i < n; i++) {
        const experiment_draw *d = &e->effect[i];
        a[i] = d->estimate;
        b[i] = isfinite(d->estimate) ? d->truth : NAN;
        c[i] = d->estimate - d->truth;
    }
    e->estimate = stat_mean_interval(a, n, LEVEL);
    e->truth = stat_mean_interval(b, n, LEVEL);
    e->bias = stat_mean_interval(c, n, LEVEL);
}

static bool fill(experiment_estimator *e, size_t n) {
    double *a = numbers(n), *b = numbers(n), *c = numbers(n), of, truth = 0, own = 0;
    bool good = a && b && c;
    if (good) add_up(e, n, a, b, c);
    free(a);
    free(b);
    free(c);
    if (!good) return false;
    e->intervals = 0;
    for (size_t i = 0; i < n; i++) {
        const experiment_draw *d = &e->effect[i];
        if (!has_interval(d)) continue;
        e->intervals++;
        truth += holds(d, e->truth.mean);
        own += holds(d, e->estimate.mean);
    }
    e->coverage_true = share(truth, e->intervals);
    e->coverage_own = share(own, e->intervals);
    e->power = found(e->effect, n, &of);
    e->false_positives = found(e->nothing, n, &e->nothing_n);
    double df = e->estimate.n - 1;
    e->mde = (stat_t_quantile(LEVEL, df) + stat_t_quantile(2 * POWER - 1, df)) * e->estimate.sd;
    return true;
}

/* ---- which design ---- */

/* Without an interval an experiment finds nothing, neither an effect nor one of nothing. */
static bool usable(const experiment_estimator *e) {
    return e->kind != EXPERIMENT_INDEPENDENT && isfinite(e->bias.mean) && e->bias.n >= 2 &&
           2 * e->intervals >= e->estimate.n;
}

/* As many finds of nothing are no rare thing where each has the chance that it should have. */
static bool sound(const experiment_estimator *e) {
    if (!(e->nothing_n > 0)) return true;
    uint32_t n = (uint32_t)e->nothing_n, of_nothing = (uint32_t)lround(e->false_positives * e->nothing_n);
    return stat_binomial_at_least(n, ALPHA, of_nothing) >= RARE;
}

static bool unbiased(const experiment_estimator *e) {
    return usable(e) && sound(e) && e->bias.lo <= 0 && e->bias.hi >= 0;
}

static bool better(const experiment_estimator *a, const experiment_estimator *b) {
    if (sound(a) != sound(b)) return sound(a);
    if (unbiased(a) != unbiased(b)) return unbiased(a);
    if (unbiased(a) && a->power != b->power) return a->power > b->power;
    return fabs(a->bias.mean) < fabs(b->bias.mean);
}

static void choose(report_experiment *x) {
    const experiment_estimator *best = NULL;
    x->best = x->designs;
    x->by = 0;
    for (size_t i = 0; i < x->designs; i++)
        for (size_t k = 0; k < x->design[i].methods; k++) {
            const experiment_estimator *e = &x->design[i].by[k];
            if (!usable(e) || (best && !better(e, best))) continue;
            best = e;
            x->best = i;
            x->by = k;
        }
    x->unbiased = best && unbiased(best);
}

/* Designs of which an estimator holds 0. */
static size_t unbiased_designs(const report_experiment *x) {
    size_t n = 0;
    for (size_t i = 0; i < x->designs; i++) {
        bool some = false;
        for (size_t k = 0; k < x->design[i].methods; k++)
            some = some || unbiased(&x->design[i].by[k]);
        n += some;
    }
    return n;
}

static void say_unbiased(report_experiment *x, const experiment_estimator *e) {
    size_t all = unbiased_designs(x);
    if (all > 1)
        snprintf(
            x->why, sizeof x->why,
            "Its bias is not told apart from 0 by %.0f experiments. Of the %zu sound designs of which this "
            "holds it finds the effect most often: in %.0f %% of the experiments.",
            e->bias.n, all, 100 * e->power);
    else
        snprintf(x->why, sizeof x->why,
                 "Its bias is not told apart from 0 by %.0f experiments%s. It finds the effect in %.0f %% of "
                 "the experiments.",
                 e->bias.n, x->designs > 1 ? ", which holds of no other sound design with intervals" : "",
                 100 * e->power);
}

static void say_why(report_experiment *x) {
    if (x->replications < 2) {
        snprintf(x->why, sizeof x->why, "One replication says nothing on bias: run more, with --reps.");
        return;
    }
    if (x->best == x->designs) {
        snprintf(
            x->why, sizeof x->why,
            "No design gave an estimate in two replications and an interval in most: there were not units "
            "in both arms, or too few clusters. A product-level holdout needs several products, a "
            "restock-level one several restocks.");
        return;
    }
    const experiment_estimator *e = &x->design[x->best].by[x->by];
    if (x->unbiased)
        say_unbiased(x, e);
    else if (!sound(e))
        snprintf(x->why, sizeof x->why,
                 "No design with intervals is sound here: each finds an effect of nothing more often than "
                 "chance would. "
                 "This one is the least biased; do not go by its interval.");
    else if (e->truth.mean != 0)
        snprintf(x->why, sizeof x->why,
                 "Every sound design with intervals is biased here, this one the least. It shows %.3g times "
                 "the true effect: "
                 "correct for that, or read it as a bound.",
                 e->estimate.mean / e->truth.mean);
    else
        snprintf(x->why, sizeof x->why,
                 "Every sound design with intervals is biased here, this one the least.");
}

bool report_experiment_fill(report_experiment *x) {
    bool good = true;
    size_t n = x->replications;
    for (size_t i = 0; i < x->designs; i++)
        for (size_t k = 0; k < x->design[i].methods; k++)
            good = fill(&x->design[i].by[k], n) && good;
    for (size_t i = 0; i < 2; i++) {
        experiment_slots *s = &x->slots[i];
        s->mean_truth = stat_mean_interval(s->truth, n, LEVEL);
        s->mean_sends = stat_mean_interval(s->sends, n, LEVEL);
        for (size_t r = 0; r < n; r++)
            s->nothing[CLOCK_UNTHROTTLED][r] -= x->unthrottled[r];
        for (size_t k = 0; k < CLOCK_COUNT; k++) {
            s->with[k] = stat_mean_interval(s->effect[k], n, LEVEL);
            s->none[k] = stat_mean_interval(s->nothing[k], n, LEVEL);
        }
    }
    choose(x);
    say_why(x);
    return good;
}

/* ---- words ---- */

const char *report_experiment_contrast(const report_experiment *x, const experiment_design *d,
                                       experiment_kind kind) {
    if (kind == EXPERIMENT_WEIGHTED_1 || kind == EXPERIMENT_WEIGHTED_2)
        return "treated pairs less held-out shoppers and held-out products, weighed by how long units last";
    if (!strcmp(d->name, "product") && x->store)
        return "orders of treated products less those of held-out products";
    if (!strcmp(d->name, "product")) return "shoppers of treated products less those of held-out products";
    if (!strcmp(d->name, "restock")) return "shoppers of treated restocks less those of held-out restocks";
    if (!strcmp(d->name, "shopper_product"))
        return "treated pairs of shopper and product less held-out pairs";
    if (!strcmp(d->name, "two_sided"))
        return "pairs of which shopper and product are treated less the other three cells (naive two-sided)";
    return "treated shoppers less held-out shoppers";
}

const char *report_experiment_estimator(const experiment_design *d, experiment_kind kind) {
    static const char *const name[EXPERIMENT_KINDS] = {"naive", "naive", "weighted_1", "weighted_2"};
    return strcmp(d->name, "two_sided") == 0 ? name[kind] : "";
}

const char *report_experiment_clock(experiment_clock c) {
    static const char *const name[CLOCK_COUNT] = {"assigned", "reached", "unthrottled"};
    return name[c];
}

format_text report_experiment_warning(const experiment_estimator *e) {
    format_text t = {""};
    if (!(e->estimate.n > 0))
        snprintf(t.text, sizeof t.text, "never had units in %s",
                 e->kind > EXPERIMENT_INDEPENDENT ? "all cells" : "both arms");
    else if (!sound(e))
        snprintf(t.text, sizeof t.text, "finds an effect of nothing in %.0f %%", 100 * e->false_positives);
    else if (!(e->intervals > 0))
        snprintf(t.text, sizeof t.text, "never had an interval: too few clusters, or no order");
    else if (e->bias.lo > 0 || e->bias.hi < 0)
        snprintf(t.text, sizeof t.text, "%s the effect",
                 (e->bias.mean > 0) == (e->truth.mean >= 0) ? "overstates" : "understates");
    else if (e->intervals < e->estimate.n)
        snprintf(t.text, sizeof t.text, "no interval in %.0f of %.0f", e->estimate.n - e->intervals,
                 e->estimate.n);
    return t;
}
