/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calibrate.c - traces simulated with known parameters: the fits find them again, and their intervals hold
 * them as often as they say.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lab/calibrate_job.h"
#include "models/dist.h"
#include "models/rng.h"
#include "stats/fit_counts.h"
#include "stats/fit_times.h"
#include "tests/support.h"

static const int64_t HOUR = 3600000, DAY = 86400000;

/* ---- a whole shop ---- */

enum { SEEDS = 20, SKUS = 150, ITEMS = 40, PEOPLE = 3000, SENDS = 2500, ROWS_MAX = 40000, DAYS = 60 };

static const double lead_mean = 30, lead_cv = 0.7; /* hours, gamma */
static const double visits_mean = 2.5, visits_k = 0.8;
static const double exponent = 0.9;
static const double open_share = 0.3, open_median = 0.5, open_sigma = 1.2, click_share = 0.4;

typedef struct {
    lab_traces t;
    scenario stock;
    scenario_inventory inventory;
    gsl_rng *r;
} shop;

static int by_time(const void *a, const void *b) {
    const scenario_stock_row *x = a, *y = b;
    return (x->at > y->at) - (x->at < y->at);
}

/* Each SKU is in stock for an exponential time, then out for a lead time, and so on to the end. */
static void make_stock(shop *s) {
    scenario_inventory *inv = &s->inventory;
    const model_span out = {
        .kind = MODEL_SPAN_GAMMA, .mean = (int64_t)(lead_mean * (double)HOUR), .cv = lead_cv};
    const model_span in = {.kind = MODEL_SPAN_EXPONENTIAL, .mean = 80 * HOUR};
    inv->row = malloc(ROWS_MAX * sizeof *inv->row);
    inv->named.skus = SKUS;
    for (uint32_t sku = 0; sku < SKUS; sku++) {
        int64_t at = 0;
        inv->row[inv->rows++] = (scenario_stock_row){0, sku, 1};
        for (uint32_t level = 0;; level = !level) {
            at += model_span_draw(level ? &out : &in, s->r);
            if (at >= DAYS * DAY) break;
            inv->row[inv->rows++] = (scenario_stock_row){at, sku, level};
            assert_true(inv->rows < ROWS_MAX);
        }
    }
    qsort(inv->row, inv->rows, sizeof *inv->row, by_time);
    inv->last = inv->row[inv->rows - 1].at;
    s->stock.inventory = inv;
    s->t.stock = &s->stock;
}

static void make_events(shop *s) {
    const model_units visits = {
        .kind = MODEL_UNITS_NEGATIVE_BINOMIAL, .mean = visits_mean, .dispersion = visits_k};
    double share[ITEMS];
    model_zipf(exponent, ITEMS, share);
    model_cumulative(share, ITEMS, share);
    s->t.event = malloc(ROWS_MAX * sizeof *s->t.event);
    for (uint32_t shopper = 0; shopper < PEOPLE; shopper++)
        for (int64_t k = model_units_draw(&visits, s->r); k > 0; k--) {
            int64_t at = (int64_t)(gsl_rng_uniform(s->r) * (double)(DAYS * DAY));
            uint32_t sku = model_pick(share, ITEMS, gsl_rng_uniform(s->r));
            assert_true(s->t.events < ROWS_MAX);
            s->t.event[s->t.events++] =
                (lab_trace_event){at, shopper, sku, (uint64_t)at, 1, NAN, LAB_EVENT_PURCHASE};
        }
    s->t.shoppers = PEOPLE;
    s->t.skus = ITEMS;
}

static void make_sends(shop *s) {
    const model_span delay = {
        .kind = MODEL_SPAN_LOGNORMAL, .median = (int64_t)(open_median * (double)HOUR), .sigma = open_sigma};
    s->t.send = malloc(SENDS * sizeof *s->t.send);
    s->t.send_window = 30 * DAY;
    for (int i = 0; i < SENDS; i++) {
        lab_trace_send send = {(int64_t)i * HOUR / 10, -1, -1};
        if (i == SENDS - 1) send.at += 40 * DAY; /* the log goes on for long after the sends */
        if (i < SENDS - 1 && gsl_rng_uniform(s->r) < open_share) {
            send.opened = send.at + model_span_draw(&delay, s->r);
            if (gsl_rng_uniform(s->r) < click_share) send.clicked = send.opened + 1000;
        }
        s->t.send[s->t.sends++] = send;
    }
}

static void make(shop *s, uint32_t seed) {
    *s = (shop){.r = gsl_rng_alloc(model_rng_philox)};
    model_rng_seek(s->r, model_key_make(20260401, seed), 0, 0, MODEL_P_TEST, 0);
    make_stock(s);
    make_events(s);
    make_sends(s);
}

static void destroy(shop *s) {
    free(s->inventory.row);
    free(s->t.event);
    free(s->t.send);
    gsl_rng_free(s->r);
}

/* How often an estimate was more than so many standard errors off. */
typedef struct {
    int looks, beyond3, beyond5;
} misses;

static void look(misses *m, double got, double se, double truth) {
    double z = fabs(got - truth) / se;
    assert_true(se > 0 && isfinite(se));
    m->looks++;
    m->beyond3 += !(z <= 3);
    m->beyond5 += !(z <= 5);
}

/* 20 seeds and 9 parameters are 180 estimates. Of normal errors .49 pass 3 standard errors on average, more
 * than 5 of them with a chance below 1e-5 (Poisson); and any passes 5 with a chance of 180 x 5.7e-7 = 1e-4.
 */
static void parameters_come_back(void **state) {
    (void)state;
    misses m = {0};
    for (uint32_t seed = 0; seed < SEEDS; seed++) {
        shop s;
        lab_calibration *c = calloc(1, sizeof *c);
        make(&s, seed);
        assert_true(lab_facts_take(&s.t, &c->facts) && lab_calibration_fit(c));
        const lab_times *lead = lab_calibration_times(c, "lead_time"),
                        *open = lab_calibration_times(c, "open_delay");
        assert_non_null(lead);
        assert_non_null(open);
        assert_true(lead->good[STAT_GAMMA] && open->good[STAT_LOGNORMAL] && c->has_nbd && c->has_zipf);
        look(&m, lead->fit[STAT_GAMMA].size, lead->fit[STAT_GAMMA].size_se, lead_mean);
        look(&m, lead->fit[STAT_GAMMA].shape, lead->fit[STAT_GAMMA].shape_se, lead_cv);
        look(&m, c->nbd.mean, c->nbd.mean_se, visits_mean);
        look(&m, log(c->nbd.dispersion), c->nbd.dispersion_se / c->nbd.dispersion, log(visits_k));
        look(&m, c->zipf.exponent, c->zipf.se, exponent);
        look(&m, open->fit[STAT_LOGNORMAL].size, open->fit[STAT_LOGNORMAL].size_se, open_median);
        look(&m, open->fit[STAT_LOGNORMAL].shape, open->fit[STAT_LOGNORMAL].shape_se, open_sigma);
        const lab_facts *f = &c->facts;
        look(&m, f->opened / f->sent, sqrt(open_share * (1 - open_share) / f->sent), open_share);
        look(&m, f->clicked / f->opened, sqrt(click_share * (1 - click_share) / f->opened), click_share);
        lab_calibration_clear(c);
        free(c);
        destroy(&s);
    }
    assert_int_equal(m.looks, 180);
    assert_true(m.beyond3 <= 5);
    assert_int_equal(m.beyond5, 0);
}

/* The check knows its own: a trace drawn from the very family is inside nearly everywhere. Of 7 statistics of
 * 20 traces, 5 % lie outside of the middle 95 % by design; as the statistics of one trace go together, count
 * traces with more than half of them outside: with a right check hardly one. */
static void checks_accept_their_own_and_refuse_others(void **state) {
    (void)state;
    int strange = 0;
    for (uint32_t seed = 0; seed < SEEDS; seed++) {
        shop s;
        lab_calibration *c = calloc(1, sizeof *c);
        make(&s, 100 + seed);
        s.t.events = 0; /* the spells alone */
        s.t.sends = 0;
        assert_true(lab_facts_take(&s.t, &c->facts) && lab_calibration_fit(c) && lab_calibration_check(c));
        lab_times *lead = &c->times[0];
        int outside = 0;
        for (size_t i = 0; i < lead->checks.n; i++)
            outside += lead->checks.check[i].observed < lead->checks.check[i].lo ||
                       lead->checks.check[i].observed > lead->checks.check[i].hi;
        strange += outside >= 4;
        if (seed == 0) { /* an exponential has too many short and too many long ones */
            lead->best = STAT_EXPONENTIAL;
            assert_true(lab_calibration_check(c));
            const lab_check *p95 = &lead->checks.check[3];
            assert_string_equal(p95->name, "p95");
            assert_true(p95->observed < p95->lo && p95->tail < 0.02);
        }
        lab_calibration_clear(c);
        free(c);
        destroy(&s);
    }
    assert_true(strange <= 1);
}

/* ---- coverage ---- */

enum { SETS = 500, TIMES = 300 };

/* Of 500 sets an interval that holds 95 % holds 456 to 494, which is 4 standard deviations to either side,
 * but for a chance below 1e-4. */
static void assert_covers(int held, int sets) {
    assert_int_equal(sets, SETS);
    assert_in_range(held, 456, 494);
}

static bool holds(double got, double se, double truth) {
    return fabs(got - truth) <= 1.959964 * se;
}

static double uniform(uint32_t set, uint32_t i, uint32_t what) {
    return model_uniform(model_key_make(7, what), i, 0, MODEL_P_TEST, set);
}

/* Half of the windows end before the time does. */
static void intervals_of_censored_times_cover(void **state) {
    (void)state;
    static const model_span truth[STAT_FAMILIES] = {
        {.kind = MODEL_SPAN_EXPONENTIAL, .mean = 20 * 3600000},
        {.kind = MODEL_SPAN_GAMMA, .mean = 20 * 3600000, .cv = 0.6},
        {.kind = MODEL_SPAN_LOGNORMAL, .median = 20 * 3600000, .sigma = 0.9},
        {.kind = MODEL_SPAN_WEIBULL, .scale = 20 * 3600000, .shape = 1.4},
    };
    static const double shape[STAT_FAMILIES] = {1, 0.6, 0.9, 1.4};
    gsl_rng *r = gsl_rng_alloc(model_rng_philox);
    for (int k = 0; k < STAT_FAMILIES; k++) {
        int sets = 0, size_held = 0, shape_held = 0;
        for (uint32_t set = 0; set < SETS; set++) {
            stat_time time[TIMES];
            stat_times_fit fit;
            model_rng_seek(r, model_key_make(8, 0), (uint32_t)k, 0, MODEL_P_TEST, set);
            for (uint32_t i = 0; i < TIMES; i++) {
                double t = (double)model_span_draw(&truth[k], r) / 3600e3, window = 50 * uniform(set, i, 9);
                time[i] = t <= window ? (stat_time){t, t, 1} : (stat_time){window, INFINITY, 1};
            }
            if (!stat_fit_times((stat_family)k, time, TIMES, &fit)) continue;
            sets++;
            size_held += holds(log(fit.size), fit.size_se / fit.size, log(20));
            shape_held +=
                k == STAT_EXPONENTIAL || holds(log(fit.shape), fit.shape_se / fit.shape, log(shape[k]));
        }
        assert_covers(size_held, sets);
        if (k != STAT_EXPONENTIAL) assert_covers(shape_held, sets);
    }
    gsl_rng_free(r);
}

/* Lengths of a few units, rounded: taken as intervals they cover; as exact, the spread is missed. */
static void intervals_of_rounded_times_cover(void **state) {
    (void)state;
    const model_span truth = {.kind = MODEL_SPAN_GAMMA, .mean = 3 * 3600000, .cv = 0.6};
    gsl_rng *r = gsl_rng_alloc(model_rng_philox);
    int sets = 0, mean_held = 0, cv_held = 0, exact_held = 0;
    for (uint32_t set = 0; set < SETS; set++) {
        lab_spell spell[TIMES];
        stat_time time[TIMES];
        stat_times_fit fit;
        lab_spells s = {.spell = spell, .n = TIMES, .unit = 1, .rounded = true};
        model_rng_seek(r, model_key_make(10, 0), 0, 0, MODEL_P_TEST, set);
        for (size_t i = 0; i < TIMES; i++) {
            double hours = fmax(floor((double)model_span_draw(&truth, r) / 3600e3 + 0.5), 1);
            spell[i] = (lab_spell){hours, 1e9, true};
        }
        size_t n = lab_spells_times(&s, time);
        if (!stat_fit_times(STAT_GAMMA, time, n, &fit)) continue;
        sets++;
        mean_held += holds(log(fit.size), fit.size_se / fit.size, log(3));
        cv_held += holds(log(fit.shape), fit.shape_se / fit.shape, log(0.6));
        s.rounded = false;
        n = lab_spells_times(&s, time);
        assert_true(stat_fit_times(STAT_GAMMA, time, n, &fit));
        exact_held += holds(log(fit.shape), fit.shape_se / fit.shape, log(0.6));
    }
    assert_covers(mean_held, sets);
    assert_covers(cv_held, sets);
    assert_true(exact_held < 425);
    gsl_rng_free(r);
}

static void intervals_of_counts_cover(void **state) {
    (void)state;
    const model_units truth = {.kind = MODEL_UNITS_NEGATIVE_BINOMIAL, .mean = 3, .dispersion = 1.5};
    gsl_rng *r = gsl_rng_alloc(model_rng_philox);
    for (int zeros = 0; zeros < 2; zeros++) {
        int sets = 0, mean_held = 0, k_held = 0;
        for (uint32_t set = 0; set < SETS; set++) {
            stat_count count[1000] = {{0}};
            size_t n = 0;
            stat_nbd_fit fit;
            model_rng_seek(r, model_key_make(11, 0), (uint32_t)zeros, 0, MODEL_P_TEST, set);
            for (int i = 0; i < 1000; i++) {
                int64_t x = model_units_draw(&truth, r);
                if (x > 0 || zeros) count[n++] = (stat_count){(double)x, 1};
            }
            if (!stat_fit_nbd(count, n, zeros, &fit)) continue;
            sets++;
            mean_held += holds(log(fit.mean), fit.mean_se / fit.mean, log(3));
            k_held += holds(log(fit.dispersion), fit.dispersion_se / fit.dispersion, log(1.5));
        }
        assert_covers(mean_held, sets);
        assert_covers(k_held, sets);
    }
    gsl_rng_free(r);
}

static void intervals_of_popularity_cover(void **state) {
    (void)state;
    double share[ITEMS];
    int held = 0;
    model_zipf(exponent, ITEMS, share);
    model_cumulative(share, ITEMS, share);
    for (uint32_t set = 0; set < SETS; set++) {
        double count[ITEMS] = {0};
        stat_zipf_fit fit;
        for (uint32_t i = 0; i < TIMES; i++)
            count[model_pick(share, ITEMS, uniform(set, i, 12))]++;
        assert_true(stat_fit_zipf(count, ITEMS, &fit));
        held += holds(fit.exponent, fit.se, exponent);
    }
    assert_covers(held, SETS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_come_back),
        cmocka_unit_test(checks_accept_their_own_and_refuse_others),
        cmocka_unit_test(intervals_of_censored_times_cover),
        cmocka_unit_test(intervals_of_rounded_times_cover),
        cmocka_unit_test(intervals_of_counts_cover),
        cmocka_unit_test(intervals_of_popularity_cover),
    };
    return RUN_TESTS(tests);
}
