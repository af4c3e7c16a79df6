/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models_drawn.c - what is drawn for the coverage study has the truth that it says: closed forms by numbers
 * from R 4.2 (pnorm, qlnorm), draws within 4 standard errors of them.
 */
#include "models/drawn.h"

#include <math.h>

#include "models/rng.h"
#include "stats/stream.h"
#include "tests/support.h"

enum { DRAWS = 100000 };

static gsl_rng *seeded(void) {
    gsl_rng *r = gsl_rng_alloc(model_rng_philox);
    assert_non_null(r);
    model_rng_seek(r, model_key_make(1, 0), 0, 0, MODEL_P_TEST, 0);
    return r;
}

static void assert_mean(const stat_stream *s, double exact) {
    stat_sample m = stat_stream_sample(s);
    assert_near(m.mean, exact, 4 * sqrt(m.variance / m.n));
}

/* Lognormal(0, 1): mean exp(.5); E min(X, 1) = exp(.5) pnorm(-1) + pnorm(0); with 40 % buyers the 99 %
 * quantile is their qlnorm(.975). */
static void spend(void **state) {
    (void)state;
    const model_spend all = {1, 0, 1}, some = {0.4, 0, 1}, more = {0.4, log(1.1), 1};
    assert_near(model_spend_mean(&all), 1.6487212707, 1e-9);
    assert_near(model_spend_mean_below(&all, 1), 1.6487212707 * 0.1586552539 + 0.5, 1e-9);
    assert_near(model_spend_mean_below(&some, 1e9), 0.4 * 1.6487212707, 1e-9);
    assert_near(model_spend_quantile(&some, &some, 0.5, 0.99), 7.0990711, 1e-6);
    assert_near(model_spend_quantile(&some, &some, 0.5, 0.3), 0, 1e-9);
    double top = model_spend_quantile(&some, &more, 0.25, 0.99);
    assert_near(0.25 * model_spend_at_most(&some, top) + 0.75 * model_spend_at_most(&more, top), 0.99, 1e-9);
    gsl_rng *r = seeded();
    stat_stream one = {0}, cut = {0};
    for (int i = 0; i < DRAWS; i++) {
        double x = model_drawn_spend(r, &more);
        stat_stream_add(&one, x);
        stat_stream_add(&cut, fmin(x, 3));
    }
    assert_mean(&one, model_spend_mean(&more));
    assert_mean(&cut, model_spend_mean_below(&more, 3));
    double sum, squares, buyers;
    model_drawn_spends(r, &some, DRAWS, &sum, &squares, &buyers);
    assert_near(buyers / DRAWS, 0.4, 4 * sqrt(0.24 / DRAWS));
    /* E X^2 = .4 exp(2), and its fourth moment .4 exp(8) */
    assert_near(squares / DRAWS, 0.4 * exp(2), 4 * sqrt(0.4 * exp(8) / DRAWS));
    assert_near(sum / DRAWS, model_spend_mean(&some), 4 * sqrt(0.4 * exp(2) / DRAWS));
    gsl_rng_free(r);
}

/* Means as drawn.h has them; units of one cluster are correlated as they should be: E p^2 = (mean (1 - mean)
 * icc + mean^2). */
static void shoppers(void **state) {
    (void)state;
    gsl_rng *r = seeded();
    stat_stream visits = {0}, over = {0}, orders = {0}, square = {0};
    for (int i = 0; i < DRAWS; i++) {
        double x, y, earlier[3], p = model_drawn_cluster_rate(r, 0.2, 0.1);
        model_drawn_visits(r, 0.2, &x, &y);
        stat_stream_add(&visits, y);
        stat_stream_add(&over, x - 0.2 * y); /* orders / visits = .2 in total */
        x = model_drawn_history(r, 0.5, 1.1, earlier);
        stat_stream_add(&orders, x);
        stat_stream_add(&square, p * p);
    }
    assert_mean(&visits, 5);
    assert_mean(&over, 0);
    assert_mean(&orders, 0.55);
    assert_mean(&square, 0.2 * 0.8 * 0.1 + 0.04);
    gsl_rng_free(r);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(spend), cmocka_unit_test(shoppers)};
    return RUN_TESTS(tests);
}
