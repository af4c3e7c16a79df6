/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models_population.c - shoppers' attributes: their shares, and that changing one leaves the others alone.
 *
 * Shares over N shoppers with fixed seeds are bounded by 5 binomial standard deviations.
 */
#include "tests/support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/population.h"

enum { N = 40000 };

static const model_catalog SIZES = {
    .products = 1,
    .variant = {{"S", 1}, {"M", 2}, {"L", 3}, {"XL", 4}},
    .variants = 4,
};
static const model_shoppers CROWD = {
    .count = N,
    .tier = {{"basic", 0.7, 1, 1, 1}, {"silver", 0.2, 2, 1, 1}, {"gold", 0.1, 3.5, 1, 1}},
    .tiers = 3,
    .platform_share = {0.3, 0.5, 0.2},
    .optin = {0.56, 0.67, 0.1},
    .behavioural_consent = 0.4,
    .visit_rate = 0.2,
    .visit_cv = 1.2,
};

static gsl_rng *rng;
static model_shopper *crowd, *other;

static void draw_all(const model_shoppers *shoppers, const model_catalog *catalog, uint64_t replication,
                     model_shopper *out) {
    const model_key key = model_key_make(8, replication);
    model_population all;
    model_population_make(shoppers, catalog, key, &all);
    for (uint32_t i = 0, n; i < N; i += n) { /* in groups of every size */
        n = 1 + i % MODEL_MANY_MAX;
        if (n > N - i) n = N - i;
        model_population_draw(&all, i, n, rng, &out[i]);
    }
}

static void assert_share(int count, int of, double p) {
    assert_near(count, of * p, 5 * sqrt(of * p * (1 - p)));
}

static void attributes_have_their_shares(void **state) {
    (void)state;
    int tier[3] = {0}, platform[3] = {0}, optin[3] = {0}, variant[4] = {0}, behavioural = 0;
    draw_all(&CROWD, &SIZES, 0, crowd);
    for (int i = 0; i < N; i++) {
        tier[crowd[i].tier]++;
        platform[crowd[i].platform]++;
        optin[crowd[i].platform] += crowd[i].optin;
        variant[crowd[i].variant]++;
        behavioural += crowd[i].behavioural;
    }
    for (int i = 0; i < 3; i++) {
        assert_share(tier[i], N, CROWD.tier[i].share);
        assert_share(platform[i], N, CROWD.platform_share[i]);
        assert_share(optin[i], platform[i], CROWD.optin[i]);
    }
    for (int i = 0; i < 4; i++)
        assert_share(variant[i], N, (i + 1) / 10.0);
    assert_share(behavioural, N, 0.4);
}

static void visit_rates_are_gamma_times_the_tier(void **state) {
    (void)state;
    draw_all(&CROWD, &SIZES, 0, crowd);
    double sum = 0, squares = 0;
    for (int i = 0; i < N; i++) {
        double rate = crowd[i].visit_rate / CROWD.tier[crowd[i].tier].visits;
        sum += rate;
        squares += rate * rate;
    }
    double mean = sum / N, sd = sqrt(squares / N - mean * mean);
    assert_near(mean, 0.2, 5 * 0.24 / sqrt(N));
    assert_near(sd / mean, 1.2, 0.04);
    model_shoppers alike = CROWD;
    alike.visit_cv = 0;
    draw_all(&alike, &SIZES, 0, crowd);
    for (int i = 0; i < N; i++)
        assert_near(crowd[i].visit_rate, 0.2 * CROWD.tier[crowd[i].tier].visits, 1e-15);
}

static void attributes_are_independent(void **state) {
    (void)state;
    draw_all(&CROWD, &SIZES, 0, crowd);
    int cell[3][4] = {0};
    for (int i = 0; i < N; i++)
        if (crowd[i].optin) cell[crowd[i].tier][crowd[i].variant]++;
    double optin = 0.3 * 0.56 + 0.5 * 0.67 + 0.2 * 0.1;
    for (int t = 0; t < 3; t++)
        for (int v = 0; v < 4; v++)
            assert_share(cell[t][v], N, optin * CROWD.tier[t].share * (v + 1) / 10.0);
}

/* More opt-in: the same people otherwise, and nobody opts out for it. */
static void another_optin_rate_changes_nothing_else(void **state) {
    (void)state;
    model_shoppers more = CROWD;
    for (int p = 0; p < MODEL_PLATFORMS; p++)
        more.optin[p] += 0.1;
    draw_all(&CROWD, &SIZES, 0, crowd);
    draw_all(&more, &SIZES, 0, other);
    int added = 0;
    for (int i = 0; i < N; i++) {
        assert_true(other[i].optin >= crowd[i].optin);
        added += other[i].optin - crowd[i].optin;
        other[i].optin = crowd[i].optin;
        assert_memory_equal(&other[i], &crowd[i], sizeof *crowd);
    }
    assert_share(added, N, 0.1);
}

static void another_size_curve_or_visit_rate_changes_nothing_else(void **state) {
    (void)state;
    model_catalog one_size = {.products = 1, .variant = {{"one", 1}}, .variants = 1};
    model_shoppers busier = CROWD;
    busier.visit_rate *= 3;
    busier.tiers = 1; /* the lowest only */
    draw_all(&CROWD, &SIZES, 0, crowd);
    draw_all(&busier, &one_size, 0, other);
    for (int i = 0; i < N; i++) {
        double multiplier = CROWD.tier[crowd[i].tier].visits;
        assert_near(other[i].visit_rate, 3 * crowd[i].visit_rate / multiplier, 1e-12 * other[i].visit_rate);
        assert_true(other[i].platform == crowd[i].platform && other[i].optin == crowd[i].optin);
        assert_true(other[i].behavioural == crowd[i].behavioural && other[i].hash == crowd[i].hash);
        assert_true(other[i].tier == 0 && other[i].variant == 0);
    }
}

static const model_shoppers PLACED = {
    .count = N,
    .tier = {{"basic", 0.7, 1, 1, 1}, {"silver", 0.2, 2, 1, 1}, {"gold", 0.1, 3.5, 1, 1}},
    .tiers = 3,
    .platform_share = {0.3, 0.5, 0.2},
    .optin = {0.56, 0.67, 0.1},
    .behavioural_consent = 0.4,
    .visit_rate = 0.2,
    .visit_cv = 1.2,
    .zone = {{"UTC", 1}, {"Europe/London", 0}, {"Asia/Kathmandu", 3}},
    .zones = 3,
    .region = {{"EU", 2}, {"", 7}, {"US", 1}},
    .regions = 3,
    .value_mean = 80,
    .value_cv = 0.75,
    .email_optin = 0.3,
    .sms_optin = 0.05,
};

static void places_values_and_channels_have_their_shares(void **state) {
    (void)state;
    int zone[3] = {0}, region[3] = {0}, email = 0, sms = 0, both = 0, far = 0;
    double sum = 0, squares = 0, logs = 0, log_squares = 0;
    draw_all(&PLACED, &SIZES, 0, crowd);
    for (int i = 0; i < N; i++) {
        zone[crowd[i].zone]++;
        region[crowd[i].region]++;
        email += crowd[i].email_optin;
        sms += crowd[i].sms_optin;
        both += crowd[i].email_optin && crowd[i].sms_optin;
        far += crowd[i].zone == 2 && crowd[i].region == 1 && crowd[i].optin;
        double v = (double)crowd[i].value;
        sum += v;
        squares += v * v;
        logs += log(v);
        log_squares += log(v) * log(v);
    }
    assert_share(zone[0], N, 0.25);
    assert_int_equal(zone[1], 0);
    assert_share(region[0], N, 0.2);
    assert_share(region[1], N, 0.7);
    assert_share(email, N, 0.3);
    assert_share(sms, N, 0.05);
    assert_share(both, N, 0.3 * 0.05);
    double optin = 0.3 * 0.56 + 0.5 * 0.67 + 0.2 * 0.1;
    assert_share(far, N, 0.75 * 0.7 * optin);
    /* a lognormal of that mean and cv has the variance ln(1 + cv^2) in its logarithm */
    double mean = sum / N, variance = log(1 + 0.75 * 0.75), log_mean = logs / N;
    assert_near(mean, 80, 5 * 60 / sqrt(N));
    assert_near(sqrt(squares / N - mean * mean) / mean, 0.75, 0.03);
    assert_near(log_mean, log(80) - variance / 2, 5 * sqrt(variance / N));
    assert_near(log_squares / N - log_mean * log_mean, variance, 5 * variance * sqrt(2.0 / N));
}

/* Zones, regions, values and channels take nothing from what was there before them. */
static void places_values_and_channels_change_nothing_else(void **state) {
    (void)state;
    draw_all(&CROWD, &SIZES, 0, crowd);
    draw_all(&PLACED, &SIZES, 0, other);
    for (int i = 0; i < N; i++) {
        assert_true(crowd[i].value == 1 && crowd[i].zone == 0 && crowd[i].region == 0);
        assert_true(!crowd[i].email_optin && !crowd[i].sms_optin);
        other[i].value = 1;
        other[i].zone = other[i].region = 0;
        other[i].email_optin = other[i].sms_optin = false;
        assert_memory_equal(&other[i], &crowd[i], sizeof *crowd);
    }
}

static void one_outcome_is_everyones(void **state) {
    (void)state;
    model_shoppers alike = PLACED;
    alike.value_cv = 0;
    alike.email_optin = 1;
    alike.sms_optin = 0;
    alike.zones = alike.regions = 1;
    draw_all(&alike, &SIZES, 0, crowd);
    for (int i = 0; i < N; i++) {
        assert_true(crowd[i].value == 80 && crowd[i].email_optin && !crowd[i].sms_optin);
        assert_true(crowd[i].zone == 0 && crowd[i].region == 0);
    }
}

/* More of one channel: those who had it keep it, and the other channel is as it was. */
static void more_email_keeps_those_who_had_it(void **state) {
    (void)state;
    model_shoppers more = PLACED;
    more.email_optin = 0.5;
    draw_all(&PLACED, &SIZES, 0, crowd);
    draw_all(&more, &SIZES, 0, other);
    int added = 0;
    for (int i = 0; i < N; i++) {
        assert_true(other[i].email_optin >= crowd[i].email_optin);
        added += other[i].email_optin - crowd[i].email_optin;
        other[i].email_optin = crowd[i].email_optin;
        assert_memory_equal(&other[i], &crowd[i], sizeof *crowd);
    }
    assert_share(added, N, 0.2);
}

/* The numbers themselves: another draw at an old address would be another world for the same seed. */
static void draws_keep_their_bits(void **state) {
    (void)state;
    uint64_t sum = 0;
    draw_all(&PLACED, &SIZES, 3, crowd);
    for (int i = 0; i < N; i++)
        sum = sum * 31 + crowd[i].tier + 4u * crowd[i].platform + 16u * crowd[i].optin +
              32u * crowd[i].behavioural + 64u * crowd[i].variant + crowd[i].hash;
    assert_true(sum == UINT64_C(0xf63cccd025eb3009));
    for (int i = 0; i < N; i++)
        sum = sum * 31 + crowd[i].zone + 4u * crowd[i].region + 16u * crowd[i].email_optin +
              32u * crowd[i].sms_optin;
    assert_true(sum == UINT64_C(0xe306bf29f817f10b));
}

static int by_hash(const void *a, const void *b) {
    uint64_t x = ((const model_shopper *)a)->hash, y = ((const model_shopper *)b)->hash;
    return (x > y) - (x < y);
}

static void hashes_are_spread_and_new_in_each_replication(void **state) {
    (void)state;
    draw_all(&CROWD, &SIZES, 0, crowd);
    draw_all(&CROWD, &SIZES, 1, other);
    int low = 0, both_low = 0;
    for (int i = 0; i < N; i++) {
        bool here = crowd[i].hash < UINT64_MAX / 10, there = other[i].hash < UINT64_MAX / 10;
        low += here;
        both_low += here && there;
    }
    assert_share(low, N, 0.1);
    assert_share(both_low, N, 0.01);
    qsort(crowd, N, sizeof *crowd, by_hash);
    for (int i = 1; i < N; i++)
        assert_true(crowd[i].hash != crowd[i - 1].hash);
}

static void empty_setups_are_fine(void **state) {
    (void)state;
    const model_shoppers nobody = {0};
    const model_catalog nothing = {0};
    model_shopper s;
    memset(&s, 0xff, sizeof s);
    model_population all;
    model_population_make(&nobody, &nothing, model_key_make(1, 1), &all);
    model_population_draw(&all, 0, 1, rng, &s);
    assert_true(s.tier == 0 && s.platform == 0 && s.variant == 0);
    assert_true(!s.optin && !s.behavioural && s.visit_rate == 0);
}

static int start(void **state) {
    (void)state;
    rng = gsl_rng_alloc(model_rng_philox);
    crowd = calloc(N, sizeof *crowd); /* calloc: padding compares equal */
    other = calloc(N, sizeof *other);
    return rng && crowd && other ? 0 : -1;
}

static int stop(void **state) {
    (void)state;
    gsl_rng_free(rng);
    free(crowd);
    free(other);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attributes_have_their_shares),
        cmocka_unit_test(visit_rates_are_gamma_times_the_tier),
        cmocka_unit_test(attributes_are_independent),
        cmocka_unit_test(another_optin_rate_changes_nothing_else),
        cmocka_unit_test(another_size_curve_or_visit_rate_changes_nothing_else),
        cmocka_unit_test(places_values_and_channels_have_their_shares),
        cmocka_unit_test(places_values_and_channels_change_nothing_else),
        cmocka_unit_test(one_outcome_is_everyones),
        cmocka_unit_test(more_email_keeps_those_who_had_it),
        cmocka_unit_test(draws_keep_their_bits),
        cmocka_unit_test(hashes_are_spread_and_new_in_each_replication),
        cmocka_unit_test(empty_setups_are_fine),
    };
    return cmocka_run_group_tests(tests, start, stop) != 0;
}
