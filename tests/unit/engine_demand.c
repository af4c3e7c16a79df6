/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine_demand.c - P(buyers > units) against numbers worked out elsewhere, against naive sums over a fine
 * grid of p and person by person, and against simulated buyers.
 */
#include "tests/unit/demand_rig.h"

#include <math.h>

/* ---- the naive way ---- */

enum { MOST = 64, NODES = 3000 };

/* One more person who buys with chance p. */
static void person(double *pmf, double p) {
    for (int k = MOST - 1; k >= 0; k--)
        pmf[k] = pmf[k] * (1 - p) + (k > 0 ? pmf[k - 1] * p : 0);
}

/* The midpoint rule in u with p / (1 - p) = (u / (1 - u))^m: for m so large that both ends are flat. */
static void naive_source(const bis_demand_setup_source *s, uint32_t extra, double *out) {
    double sum = 0, peak = -INFINITY, m = ceil(fmax(4 / fmin(s->p.a, s->p.b), 1));
    memset(out, 0, MOST * sizeof *out);
    for (int pass = 0; pass < 2; pass++)
        for (int j = 0; j < NODES; j++) {
            double u = (j + 0.5) / NODES, odds = pow(u / (1 - u), m), p = odds / (1 + odds);
            double log_weight = s->p.a * log(odds) - (s->p.a + s->p.b) * log1p(odds) - log(u * (1 - u));
            if (pass == 0) peak = fmax(peak, log_weight);
            if (pass == 0 || log_weight < peak - 35) continue;
            double pmf[MOST] = {1}, weight = exp(log_weight - peak);
            for (size_t g = 0; g < s->n_flying; g++)
                for (uint32_t i = 0; i < s->flying[g].n; i++)
                    person(pmf, s->flying[g].survival * odds / (1 + s->flying[g].survival * odds));
            for (uint32_t i = 0; i < extra; i++)
                person(pmf, p);
            sum += weight;
            for (int k = 0; k < MOST; k++)
                out[k] += weight * pmf[k];
        }
    for (int k = 0; k < MOST; k++)
        out[k] /= sum;
}

static double naive_tail(const bis_demand_setup *setup, const uint32_t *extra) {
    double total[MOST], own[MOST], below = 0;
    for (int k = 0; k < MOST; k++)
        total[k] = k == 0 ? exp(-setup->organic) : total[k - 1] * setup->organic / k;
    for (int s = 0; s < BIS_DEMAND_SOURCES; s++) {
        if (setup->source[s].p.a <= 0) continue;
        naive_source(&setup->source[s], extra[s], own);
        for (int k = MOST - 1; k >= 0; k--) {
            double sum = 0;
            for (int i = 0; i <= k; i++)
                sum += total[k - i] * own[i];
            total[k] = sum;
        }
    }
    for (int k = 0; k <= setup->units; k++)
        below += total[k];
    return 1 - below;
}

/* ---- numbers ---- */

static size_t all_alike(const bis_demand_setup *setup, double limit, double *chance) {
    static const uint8_t sources[400];
    prepared *p = prepare(setup);
    size_t n = bis_demand_prefix(&p->demand, sources, sizeof sources, limit, chance);
    release(p);
    return n;
}

static void the_first_batch(void **state) {
    (void)state;
    double chance;
    bis_demand_setup setup = {.units = 20, .source = {{.p = {6, 94}}}};
    assert_int_equal(all_alike(&setup, 0.05, &chance), 179);
    assert_near(chance, 0.0488980975470656172315921250051, 1e-13); /* mpmath: sum of beta functions */
    assert_near(tail(&setup, (counts){180}), 0.050339078247121249150163283831, 1e-13);
    setup.organic = 5;
    assert_int_equal(all_alike(&setup, 0.05, &chance), 123);
    setup.organic = 0;
    setup.source[0].p = (bis_beta){0.06e12, 0.94e12};
    assert_int_equal(all_alike(&setup, 0.05, &chance), 237);
}

/* P(more than units) by mpmath 1.3 at 30 digits: quad over each half of (0, 1) with p = t^(1/a) and 1 - p =
 * t^(1/b). */
static void in_flight_as_integrated_elsewhere(void **state) {
    (void)state;
    const bis_flying a[] = {{0.5, 20}, {0.1, 30}}, b[] = {{0.5, 8}, {0.05, 20}}, c[] = {{0.5, 5}, {0.01, 5}};
    const bis_flying d[] = {{0.7, 12}}, e[] = {{0.2, 4}}, f[] = {{0.9, 6}};
    const bis_demand_setup typical = {.units = 3, .source = {{{6, 94}, a, 2}}};
    assert_near(tail(&typical, (counts){10}), 0.0704694055069418386413354208137, 1e-8);
    const bis_demand_setup j_shaped = {.units = 2, .organic = 0.5, .source = {{{0.3, 4}, b, 2}}};
    assert_near(tail(&j_shaped, (counts){6}), 0.167522975462784355669805531436, 1e-8);
    const bis_demand_setup u_shaped = {.units = 4, .source = {{{0.05, 0.05}, c, 2}}};
    assert_near(tail(&u_shaped, (counts){2}), 0.476602278850279164214025250794, 1e-8);
    const bis_demand_setup steep = {.units = 1, .source = {{{0.02, 3}, d, 1}}};
    assert_near(tail(&steep, (counts){5}), 0.0196329356139255447454875854182, 1e-8);
    const bis_demand_setup two = {.units = 5, .organic = 1, .source = {{{3, 2}, e, 1}, {{0.5, 9}, f, 1}}};
    assert_near(tail(&two, (counts){1, 3}), 0.111822336061208166946847261321, 1e-8);
}

static void in_flight_as_summed_person_by_person(void **state) {
    (void)state;
    const bis_beta beta[] = {{6, 94},    {0.3, 5}, {0.5, 0.5},  {0.2, 0.2},    {5, 0.3},
                             {600, 400}, {1, 1},   {6e7, 94e7}, {6e10, 94e10}, {94, 6}};
    const bis_flying flying[][3] = {{{0.5, 5}, {0.01, 10}, {0.9, 3}},
                                    {{0.999, 30}, {0.7, 1}, {0, 9}},
                                    {{1e-5, 7}, {1e-9, 50}, {0.3, 30}}};
    const int64_t units[] = {0, 1, 4, 20, 60};
    for (size_t i = 0; i < sizeof beta / sizeof beta[0]; i++)
        for (size_t j = 0; j < sizeof units / sizeof units[0]; j++) {
            const bis_flying *f = flying[(i + j) % 3];
            const bis_demand_setup setup = {.units = units[j], .source = {[2] = {beta[i], f, 3}}};
            counts extra = {[2] = (uint32_t)units[j] + 7 * (uint32_t)i};
            /* The grid of the naive sum is too coarse for the peaked ones, but for those p is known. */
            if (beta[i].a > 1e6) {
                double p = beta[i].a / (beta[i].a + beta[i].b), odds = p / (1 - p), pmf[MOST] = {1},
                       below = 0;
                for (size_t g = 0; g < 3; g++)
                    for (uint32_t k = 0; k < f[g].n; k++)
                        person(pmf, f[g].survival * odds / (1 + f[g].survival * odds));
                for (uint32_t k = 0; k < extra[2]; k++)
                    person(pmf, p);
                for (int k = 0; k <= units[j]; k++)
                    below += pmf[k];
                assert_near(tail(&setup, extra), 1 - below, 1e-7);
            } else {
                assert_near(tail(&setup, extra), naive_tail(&setup, extra), 1e-7);
            }
        }
}

static void mixed_sources_convolve(void **state) {
    (void)state;
    const bis_flying some[] = {{0.8, 12}, {0.25, 40}, {1, 6}}, other[] = {{0.4, 25}};
    const bis_demand_setup setup = {
        .units = 12,
        .organic = 1.7,
        .source = {{{6, 94}, some, 3}, {.p = {2, 50}}, {{0.7, 9}, other, 1}, {.p = {40, 900}}}};
    const counts extra[] = {{0}, {20, 10, 5, 8}, {0, 0, 0, 60}, {70, 0, 0, 0}, {1, 55, 2, 0}};
    for (size_t i = 0; i < sizeof extra / sizeof extra[0]; i++)
        for (int64_t units = 0; units <= 40; units += 8) {
            bis_demand_setup other_units = setup;
            other_units.units = units;
            assert_near(tail(&other_units, extra[i]), naive_tail(&other_units, extra[i]), 1e-8);
        }
}

/* ---- simulated buyers ---- */

/* Beta(a, b) for whole numbers: the share of a sum of a + b exponentials that the first a have. */
static double beta_draw(uint64_t *state, bis_beta p) {
    double won = 0, lost = 0;
    for (int i = 0; i < p.a; i++)
        won -= log(uniform(state));
    for (int i = 0; i < p.b; i++)
        lost -= log(uniform(state));
    return won / (won + lost);
}

static int buyers_drawn(uint64_t *state, const bis_demand_setup_source *s, uint32_t extra) {
    double p = beta_draw(state, s->p);
    int n = 0;
    for (size_t g = 0; g < s->n_flying; g++)
        for (uint32_t i = 0; i < s->flying[g].n;) {
            /* Of all pushes, those without an order so far: buyers who are late, and who never buy. */
            bool buys = uniform(state) < p;
            if (buys && uniform(state) >= s->flying[g].survival) continue;
            n += buys;
            i++;
        }
    for (uint32_t i = 0; i < extra; i++)
        n += uniform(state) < p;
    return n;
}

static void in_flight_as_simulated(void **state) {
    (void)state;
    const bis_flying some[] = {{0.8, 12}, {0.25, 20}}, other[] = {{0.4, 25}};
    const bis_demand_setup setup = {
        .units = 8, .organic = 1, .source = {{{3, 20}, some, 2}, {{2, 30}, other, 1}}};
    const counts extra = {10, 15};
    enum { TRIALS = 60000 };
    uint64_t seed = 20240607;
    int above = 0;
    for (int i = 0; i < TRIALS; i++) {
        int n =
            buyers_drawn(&seed, &setup.source[0], extra[0]) + buyers_drawn(&seed, &setup.source[1], extra[1]);
        for (double t = -log(uniform(&seed)); t < setup.organic; t -= log(uniform(&seed)))
            n++;
        above += n > setup.units;
    }
    double want = tail(&setup, extra);
    assert_true(want > 0.1 && want < 0.5);
    assert_near((double)above / TRIALS, want, 4 * sqrt(want * (1 - want) / TRIALS));
}

/* ---- the ends ---- */

static void what_is_sure(void **state) {
    (void)state;
    const bis_flying some[] = {{0.3, 4}, {0, 9}, {0.9, 0}};
    const counts none = {0};
    bis_demand_setup setup = {.units = 5};
    assert_near(tail(&setup, none), 0, 0);
    assert_near(tail(&setup, (counts){0, 0, 9, 0}), 1, 0); /* 0 of 0: of whom nothing is known may all buy */
    setup.source[0] = (bis_demand_setup_source){{0, 9}, some, 3};
    assert_near(tail(&setup, (counts){1000}), 0, 0);
    setup.source[0].p = (bis_beta){9, 0};
    assert_near(tail(&setup, none), 0, 0);
    assert_near(tail(&setup, (counts){1}), 0, 0);
    assert_near(tail(&setup, (counts){2}), 1, 0);
    setup.organic = 2;
    assert_near(tail(&setup, (counts){1}), 1 - exp(-2), 1e-14);
    setup.source[0] = (bis_demand_setup_source){.p = {6, 94}};
    assert_near(tail(&setup, none), 1 - exp(-2) * (1 + 2 + 2 + 8.0 / 6 + 16.0 / 24 + 32.0 / 120), 1e-14);
    setup.organic = 1e7;
    assert_near(tail(&setup, none), 1, 0);
    setup = (bis_demand_setup){.units = 0, .source = {{.p = {6, 94}}}};
    assert_near(tail(&setup, (counts){1}), 0.06, 1e-14);
    assert_near(tail(&setup, (counts){UINT32_MAX, 0, 0, 0}), 1, 1e-12);
}

static void survivals_at_the_ends(void **state) {
    (void)state;
    const bis_flying fresh[] = {{1, 30}, {0, 50}}, nearly[] = {{1 - 1e-12, 30}, {1e-13, 50}};
    bis_demand_setup setup = {.units = 5, .source = {{{6, 94}, fresh, 2}}};
    bis_demand_setup plain = {.units = 5, .source = {{.p = {6, 94}}}};
    assert_near(tail(&setup, (counts){25}), tail(&plain, (counts){55}), 0);
    setup.source[0].flying = nearly; /* by quadrature, against the closed form */
    assert_near(tail(&setup, (counts){25}), tail(&plain, (counts){55}), 1e-8);
    setup.units = plain.units = 900;
    assert_near(tail(&setup, (counts){14970}), tail(&plain, (counts){15000}), 1e-8);
    setup.source[0].p = plain.source[0].p = (bis_beta){0.4, 0.6};
    assert_near(tail(&setup, (counts){1970}), tail(&plain, (counts){2000}), 1e-8);
    assert_near(tail(&setup, (counts){970}), tail(&plain, (counts){1000}), 1e-8);
}

/* Two groups and fresh pushes at each node by themselves. One of them hardly buys, unless p is all but 1: no
 * y gives all counts a chance that a double holds. And a Beta that reaches from end to end wants them all. */
static void counts_far_from_each_other(void **state) {
    (void)state;
    const bis_beta beta[] = {{3.5, 17}, {0.5, 0.5}, {0.7, 2}, {8, 0.8}};
    const bis_flying flying[][2] = {{{0.6, 300}, {1e-6, 1200}}, {{0.9, 500}, {1e-9, 500}}};
    enum { SIZE = 901 };
    double *room = malloc(5 * SIZE * sizeof *room);
    assert_non_null(room);
    bis_pmf pmf[5];
    for (int i = 0; i < 5; i++)
        pmf[i].p = room + i * SIZE;
    for (int i = 0; i < 8; i++) {
        const bis_flying *f = flying[i % 2];
        const bis_demand_setup setup = {.units = SIZE - 1, .source = {{beta[i / 2], f, 2}}};
        const uint32_t fresh = i < 4 ? 300 : 2000;
        double below = 0, sum = 0, a = beta[i / 2].a, b = beta[i / 2].b;
        for (double x = -45; x < 55; x += 0.02) {
            double odds = exp(x), weight = exp(a * x - (a + b) * log1p(odds));
            sum += weight;
            if (weight < 1e-14) continue;
            bis_pmf_binomial(&pmf[0], SIZE, f[0].n, f[0].survival * odds);
            bis_pmf_binomial(&pmf[1], SIZE, f[1].n, f[1].survival * odds);
            bis_pmf_binomial(&pmf[2], SIZE, fresh, odds);
            for (int j = 0; j < 3; j++)
                bis_pmf_trim(&pmf[j], 1e-16);
            bis_pmf_convolve(&pmf[3], SIZE, &pmf[0], &pmf[1]);
            below += weight * bis_pmf_sum_below(&pmf[3], &pmf[2], SIZE);
        }
        assert_near(tail(&setup, (counts){fresh}), 1 - below / sum, 1e-8);
    }
    free(room);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_batch),
        cmocka_unit_test(in_flight_as_integrated_elsewhere),
        cmocka_unit_test(in_flight_as_summed_person_by_person),
        cmocka_unit_test(mixed_sources_convolve),
        cmocka_unit_test(in_flight_as_simulated),
        cmocka_unit_test(what_is_sure),
        cmocka_unit_test(survivals_at_the_ends),
        cmocka_unit_test(counts_far_from_each_other),
    };
    return RUN_TESTS(tests);
}
