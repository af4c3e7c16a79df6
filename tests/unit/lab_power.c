/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * power from a pilot, against R 4.2: y and d are those of tests/unit/stats_contrasts.c, all 22 units as one
 * group.
 */
#include "tests/document.h"
#include "tests/place.h"

#include <math.h>
#include <string.h>

#include "lab/power.h"

enum { N = 22 };
static const double y[N] = {4, 1, 8, 0, 6, 5, 9, 2, 3, 7, 3, 0, 5, 2, 0, 7, 1, 4, 0, 6, 2, 3};
static const double d[N] = {5, 2, 9, 1, 6, 6, 10, 3, 4, 7, 4, 2, 6, 3, 1, 8, 2, 5, 3, 7, 4, 4};
static const double a[N] = {2.9, .6,  5.9, .2, 4.4, 4.1, 7.2, 1,  2.6, 5.1, 2.1,
                            .4,  4.8, 2.2, .5, 6.1, 1.3, 3.2, .1, 5.5, 2.5, 2.4};
static const double sorted[N] = {0, 0, 0, 0, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9};

static void write_pilot(void) {
    char text[4096] = "y,d,a,sorted,pair\n";
    for (int i = 0; i < N; i++) {
        size_t at = strlen(text);
        snprintf(text + at, sizeof text - at, "%g,%g,%g,%g,p%d\n", y[i], d[i], a[i], sorted[i], i / 2);
    }
    place_put("t.csv", text);
}

static lab_power_options pilot(const char *outcome) {
    return (lab_power_options){.baseline_rate = NAN,
                               .mean = NAN,
                               .sd = NAN,
                               .pilot = "t.csv",
                               .outcome = outcome,
                               .mde_rel = NAN,
                               .mde_abs = NAN,
                               .n = NAN,
                               .alpha = .05,
                               .power = .9,
                               .holdout = .5,
                               .correlation = NAN,
                               .icc = NAN,
                               .cluster_size = NAN,
                               .cluster_cv = NAN,
                               .json = true};
}

static json_t *plan(const lab_power_options *options) {
    lab_error error = {""};
    FILE *f = doc_file();
    return doc_of(lab_power(options, f, &error), &error, f);
}

static void a_ratio_and_a_covariate(void **state) {
    (void)state;
    write_pilot();
    /* R <- mean(y)/mean(d); z <- R + (y - R*d)/mean(d); c(R, sd(z), sum(resid(lm(z ~ a))^2)/sum((z - R)^2))
     */
    lab_power_options o = pilot("y/d");
    const char *const covariate[] = {"a"};
    o.covariate = covariate;
    o.covariates = 1;
    o.mde_abs = .05;
    json_t *doc = plan(&o);
    assert_near(doc_number(doc, "baseline"), .764705882352941, 1e-13);
    assert_near(doc_number(doc, "sd"), .210597472648037, 1e-13);
    assert_near(doc_number(doc, "variance_factor"), .245987859982002, 1e-12);
    /* power.t.test(delta = .05/sqrt(kept), sd = sd(z), power = .9, strict = TRUE)$n is 92.6787 */
    assert_near(doc_number(doc, "n_control"), 93, 0);
    assert_near(doc_number(doc, "n_treated"), 93, 0);
    json_decref(doc);
}

static void pairs_that_are_alike(void **state) {
    (void)state;
    write_pilot();
    /* k <- factor(rep(0:10, each = 2)); m <- anova(lm(sort(y) ~ k))[, 3]; icc <- (m[1] - m[2])/(m[1] + m[2])
     */
    lab_power_options o = pilot("sorted");
    o.cluster = "pair";
    o.n = 5000;
    json_t *doc = plan(&o);
    assert_near(doc_number(doc, "variance_factor"), 1.988732394366197, 1e-12);
    assert_near(doc_number(doc, "cluster_size"), 2, 0);
    assert_near(doc_number(doc, "baseline"), 78. / 22, 1e-14);
    assert_string_equal(doc_text(doc, "solved"), "mde");
    json_decref(doc);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_ratio_and_a_covariate, place_go, place_return),
        cmocka_unit_test_setup_teardown(pairs_that_are_alike, place_go, place_return),
    };
    return RUN_TESTS(tests);
}
