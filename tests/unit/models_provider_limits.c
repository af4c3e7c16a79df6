/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models_provider_limits.c - what the mock provider remembers: quota over minutes, limits by device, messages
 * that replace each other; and outages, dead tokens, several devices, the words of the platforms, transports.
 *
 * Shares over N messages with fixed seeds are bounded by 5 binomial standard deviations.
 */
#include "tests/support.h"

#include <math.h>
#include <string.h>

#include "models/provider.h"
#include "models/recall.h"

enum { N = 20000, SHOPPER = 7, SKU = 3, PRODUCT = 1 };
static const int64_t MINUTE = 60000, HOUR = 3600000, DAY = 86400000;
static const int64_t START = INT64_C(1700000040000); /* a full minute; 46 minutes before a full hour */

static void *create(const model_provider *setup) {
    void *mock = model_transport_mock.create(setup, START, model_key_make(31, 4));
    assert_non_null(mock);
    return mock;
}

static void destroy(void *mock) {
    model_transport_mock.destroy(mock);
}

static void assert_share(int count, double p) {
    assert_near(count, N * p, 5 * sqrt(N * p * (1 - p)));
}

/* Message number `id` to a device of one shopper's, `after` the start. */
static model_answer to_device(void *mock, uint32_t device, int64_t after, uint32_t sku, uint32_t id) {
    const model_message m = {
        .shopper = SHOPPER, .sku = sku, .product = PRODUCT, .touch = id, .id = id, .device = device};
    return model_transport_mock.submit(mock, START + after, &m);
}

/* The first message of shopper `i`. */
static model_answer to_shopper(void *mock, uint32_t device, int64_t after, uint32_t i, uint32_t attempt) {
    const model_message m = {.shopper = i, .sku = SKU, .device = device, .attempt = attempt};
    return model_transport_mock.submit(mock, START + after, &m);
}

/* ---- quota ---- */

/* n messages at once, `into` a minute, with no backoff: whoever is refused comes back at the next full
 * minute. [out] shown: in minute k. Returns the sum of their delays. */
static int64_t drain(void *mock, uint32_t n, int64_t into, uint32_t retries, uint32_t *shown) {
    int64_t delays = 0;
    uint32_t left = n;
    for (uint32_t k = 0; k <= retries; k++) {
        int64_t after = k == 0 ? into : k * MINUTE;
        uint32_t refused = 0;
        shown[k] = 0;
        for (uint32_t i = 0; i < left; i++) {
            model_answer a = to_shopper(mock, 0, after, i, k);
            if (a.verdict == MODEL_ACCEPTED) {
                assert_int_equal(a.at, START + after);
                shown[k]++;
                delays += after - into;
                continue;
            }
            assert_int_equal(a.failure, MODEL_FAIL_QUOTA);
            assert_int_equal(a.verdict, k < retries ? MODEL_RETRY : MODEL_REJECTED);
            if (k < retries) assert_int_equal(a.at, START + (k + 1) * MINUTE);
            refused++;
        }
        left = refused;
    }
    return delays;
}

/* N = M q + r messages at once, s into a minute, against a quota of q refilled whole each minute: minute k
 * shows min(q, N - k q), so q of them wait 0, k * 60 s - s for k = 1..M-1, and r wait M * 60 s - s. The
 * delays sum to
 *
 *     60 s * (q (0 + 1 + ... + M-1) + r M) - s (N - q) = 60 s * (q M (M-1) / 2 + r M) - s (N - q)
 *
 * With N = 1050, q = 100, M = 10, r = 50 and s = 12 s: 60 * (4500 + 500) - 12 * 950 = 288,600 s, 274.86 s
 * each.
 */
static void a_quota_delays_as_arithmetic_says(void **state) {
    (void)state;
    const model_provider setup = {.quota = 100, .retries = 100};
    uint32_t shown[101];
    void *mock = create(&setup);
    int64_t delays = drain(mock, 1050, 12000, 100, shown);
    for (uint32_t k = 0; k <= 100; k++)
        assert_int_equal(shown[k], k < 10 ? 100 : k == 10 ? 50 : 0);
    assert_int_equal(delays, 288600000);
    destroy(mock);
}

/* With R retries there are R + 1 minutes: (R + 1) q are shown. */
static void retries_end_the_wait_for_quota(void **state) {
    (void)state;
    const model_provider setup = {.quota = 100, .retries = 3};
    uint32_t shown[4];
    void *mock = create(&setup);
    int64_t delays = drain(mock, 1050, 0, 3, shown);
    assert_int_equal(shown[0] + shown[1] + shown[2] + shown[3], 400);
    assert_int_equal(delays, 100 * (1 + 2 + 3) * MINUTE);
    destroy(mock);
}

/* ---- limits by device ---- */

static void assert_limited(model_answer a, int64_t until) {
    assert_int_equal(a.verdict, MODEL_RETRY);
    assert_int_equal(a.failure, MODEL_FAIL_DEVICE_LIMIT);
    assert_int_equal(a.at, START + until);
}

/* 3 a minute and 5 an hour. Minute 0: three pass, the fourth waits for minute 1. There two more pass, and
 * then the hour is full, until the full hour 46 minutes after the start. */
static void a_device_gets_so_many_a_minute_and_an_hour(void **state) {
    (void)state;
    const model_provider setup = {.device_minute = 3, .device_hour = 5, .retries = 9};
    void *mock = create(&setup);
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(to_device(mock, 0, 59999, SKU, i).verdict, MODEL_ACCEPTED);
    assert_limited(to_device(mock, 0, 59999, SKU, 3), MINUTE);
    for (uint32_t i = 0; i < 3; i++) /* her other device has limits of its own */
        assert_int_equal(to_device(mock, 1, 59999, SKU, i).verdict, MODEL_ACCEPTED);
    assert_int_equal(to_shopper(mock, 0, 59999, SHOPPER + 1, 0).verdict, MODEL_ACCEPTED);
    for (uint32_t i = 4; i < 6; i++)
        assert_int_equal(to_device(mock, 0, MINUTE, SKU, i).verdict, MODEL_ACCEPTED);
    assert_limited(to_device(mock, 0, MINUTE, SKU, 6), 46 * MINUTE);
    assert_limited(to_device(mock, 0, 46 * MINUTE - 1, SKU, 7), 46 * MINUTE);
    assert_int_equal(to_device(mock, 0, 46 * MINUTE, SKU, 8).verdict, MODEL_ACCEPTED);
    destroy(mock);
}

/* A bucket of 2, one more each 3 minutes. */
static void collapsible_messages_have_a_burst(void **state) {
    (void)state;
    const model_provider setup = {
        .collapse = MODEL_COLLAPSE_SKU, .collapse_burst = 2, .collapse_refill = 180000, .retries = 9};
    const struct {
        int64_t at, until; /* until: when there is room again; -1: it passes */
    } message[] = {{0, -1},
                   {0, -1},
                   {0, 180000},
                   {179999, 180000},
                   {180000, -1},
                   {180000, 360000}, /* it was empty but for one; now for the next */
                   {450000, -1},
                   {450000, 540000}, /* one since 360 s, half of the next one has flowed in */
                   {20 * MINUTE, -1},
                   {20 * MINUTE, -1},
                   {20 * MINUTE, 20 * MINUTE + 180000}};
    void *mock = create(&setup);
    for (uint32_t i = 0; i < sizeof message / sizeof *message; i++) {
        model_answer a = to_device(mock, 0, message[i].at, SKU, i);
        if (message[i].until < 0)
            assert_int_equal(a.verdict, MODEL_ACCEPTED);
        else
            assert_limited(a, message[i].until);
    }
    destroy(mock);
}

/* ---- messages that replace each other ---- */

/* A device that is found offline is so for D = 60 minutes; a message comes every 10. Of those in a spell,
 * which begins with the first, only the last is shown, at its end: number 5 at 60 minutes, 11 at 120. */
static void of_a_spell_offline_only_the_last_is_shown(void **state) {
    (void)state;
    const model_provider setup = {.offline = 1,
                                  .offline_for = {.kind = MODEL_SPAN_FIXED, .mean = 3600000},
                                  .ttl = 28 * DAY,
                                  .collapse = MODEL_COLLAPSE_SKU};
    void *mock = create(&setup);
    for (uint32_t i = 0; i < 13; i++) {
        model_answer a = to_device(mock, 0, i * 10 * MINUTE, SKU, i);
        assert_int_equal(a.verdict, MODEL_ACCEPTED);
        assert_int_equal(a.failure, MODEL_FAIL_NONE);
        assert_int_equal(a.at, START + (i / 6 + 1) * HOUR);
        assert_int_equal(a.replaces, i % 6 > 0);
        if (a.replaces) assert_int_equal(a.replaced, i - 1);
    }
    assert_false(to_device(mock, 1, 120 * MINUTE, SKU, 13).replaces); /* another device */
    destroy(mock);
}

static void the_key_says_what_replaces_what(void **state) {
    (void)state;
    model_provider setup = {.offline = 1,
                            .offline_for = {.kind = MODEL_SPAN_FIXED, .mean = 3600000},
                            .ttl = 28 * DAY,
                            .collapse = MODEL_COLLAPSE_SKU};
    void *mock = create(&setup);
    assert_false(to_device(mock, 0, 0, SKU, 0).replaces);
    model_answer other = to_device(mock, 0, MINUTE, SKU + 1, 1);
    assert_false(other.replaces);
    assert_int_equal(other.at, START + HOUR); /* the spell is the device's */
    destroy(mock);
    setup.collapse = MODEL_COLLAPSE_PRODUCT;
    mock = create(&setup);
    assert_false(to_device(mock, 0, 0, SKU, 0).replaces);
    other = to_device(mock, 0, MINUTE, SKU + 1, 1);
    assert_true(other.replaces);
    assert_int_equal(other.replaced, 0);
    destroy(mock);
}

/* Kept for 15 minutes, one every 10: each replaces the one before. One every 20: it is lost by then. */
static void what_is_lost_already_is_not_replaced(void **state) {
    (void)state;
    const model_provider setup = {.offline = 1,
                                  .offline_for = {.kind = MODEL_SPAN_FIXED, .mean = 7200000},
                                  .ttl = 15 * 60000,
                                  .collapse = MODEL_COLLAPSE_SKU};
    for (int64_t every = 10; every <= 20; every += 10) {
        void *mock = create(&setup);
        for (uint32_t i = 0; i < 4; i++) {
            model_answer a = to_device(mock, 0, i * every * MINUTE, SKU, i);
            assert_int_equal(a.failure, MODEL_FAIL_TTL);
            assert_int_equal(a.at, START + (i * every + 15) * MINUTE);
            assert_int_equal(a.replaces, every == 10 && i > 0);
        }
        destroy(mock);
    }
}

/* ---- outages and errors ---- */

static void an_outage_lasts_as_long_as_it_says(void **state) {
    (void)state;
    const model_provider setup = {
        .retries = 1, .outage = {{.after = 600000, .lasts = 300000, .share = 1}}, .outages = 1};
    const int64_t at[] = {600000 - 1, 600000, 900000 - 1, 900000};
    void *mock = create(&setup);
    for (uint32_t i = 0; i < 4; i++) {
        model_answer a = to_shopper(mock, 0, at[i], i, 0);
        assert_int_equal(a.verdict, i == 1 || i == 2 ? MODEL_RETRY : MODEL_ACCEPTED);
        if (i == 1) assert_int_equal(a.failure, MODEL_FAIL_UNAVAILABLE);
    }
    assert_int_equal(to_shopper(mock, 0, 900000 - 1, 9, 1).verdict, MODEL_REJECTED); /* its last try */
    destroy(mock);
}

/* Besides the usual errors: 1 - 0.9 * 0.6 in one outage, 1 - 0.9 * 0.6 * 0.5 where two meet. Of what the
 * servers take, 0.2 end in an internal error. */
static void outages_and_errors_add_up(void **state) {
    (void)state;
    const model_provider setup = {
        .unavailable = 0.1,
        .internal = 0.2,
        .retries = 1,
        .outage = {{.after = 0, .lasts = 2000, .share = 0.4}, {.after = 1000, .lasts = 2000, .share = 0.5}},
        .outages = 2};
    const double fails[] = {1 - 0.9 * 0.6, 1 - 0.9 * 0.6 * 0.5, 1 - 0.9 * 0.5, 0.1};
    void *mock = create(&setup);
    for (uint32_t when = 0; when < 4; when++) {
        int unavailable = 0, internal = 0;
        for (uint32_t i = 0; i < N; i++) {
            model_failure why = to_shopper(mock, 0, when * 1000, i, 0).failure;
            unavailable += why == MODEL_FAIL_UNAVAILABLE;
            internal += why == MODEL_FAIL_INTERNAL;
        }
        assert_share(unavailable, fails[when]);
        assert_share(internal, (1 - fails[when]) * 0.2);
    }
    destroy(mock);
}

/* ---- tokens and devices ---- */

/* P(age > 90 days) = exp(-90/60) with a mean of 60 days, for each of her devices by itself. */
static void a_token_that_is_too_old_is_dead(void **state) {
    (void)state;
    const model_provider setup = {.token_age = {.kind = MODEL_SPAN_EXPONENTIAL, .mean = 60 * DAY},
                                  .stale_after = 90 * DAY};
    void *mock = create(&setup);
    int first = 0, both = 0;
    for (uint32_t i = 0; i < N; i++) {
        model_answer a = to_shopper(mock, 0, 0, i, 0), b = to_shopper(mock, 1, 0, i, 0);
        assert_int_equal(a.failure == MODEL_FAIL_UNREGISTERED, a.verdict == MODEL_REJECTED);
        first += a.failure == MODEL_FAIL_UNREGISTERED;
        both += a.failure == MODEL_FAIL_UNREGISTERED && b.failure == MODEL_FAIL_UNREGISTERED;
        const model_message other = {
            .shopper = i, .sku = SKU + 1, .touch = 5}; /* the token's, not the touch's */
        assert_int_equal(model_transport_mock.submit(mock, START + DAY, &other).failure, a.failure);
    }
    assert_share(first, exp(-1.5));
    assert_share(both, exp(-3));
    destroy(mock);
}

static void devices_fare_each_for_itself(void **state) {
    (void)state;
    const model_provider setup = {.bad_token = 0.3, .retries = 1};
    void *mock = create(&setup);
    int of[3] = {0}, all = 0;
    for (uint32_t i = 0; i < N; i++) {
        bool bad[3];
        for (uint32_t device = 0; device < 3; device++) {
            bad[device] = to_shopper(mock, device * 3, 0, i, 0).failure == MODEL_FAIL_BAD_TOKEN;
            of[device] += bad[device];
        }
        all += bad[0] && bad[1] && bad[2];
    }
    for (int device = 0; device < 3; device++)
        assert_share(of[device], 0.3);
    assert_share(all, 0.027);
    destroy(mock);
}

/* As Firebase's, Apple's and RFC 8030's documentation writes them. */
static void platforms_name_failures_in_their_own_words(void **state) {
    (void)state;
    const struct {
        model_platform platform;
        model_failure why;
        int status;
        const char *reason;
    } known[] = {{MODEL_ANDROID, MODEL_FAIL_UNREGISTERED, 404, "UNREGISTERED"},
                 {MODEL_ANDROID, MODEL_FAIL_QUOTA, 429, "QUOTA_EXCEEDED"},
                 {MODEL_ANDROID, MODEL_FAIL_UNAVAILABLE, 503, "UNAVAILABLE"},
                 {MODEL_ANDROID, MODEL_FAIL_INTERNAL, 500, "INTERNAL"},
                 {MODEL_ANDROID, MODEL_FAIL_TOO_LARGE, 400, "INVALID_ARGUMENT"},
                 {MODEL_IOS, MODEL_FAIL_BAD_TOKEN, 400, "BadDeviceToken"},
                 {MODEL_IOS, MODEL_FAIL_UNREGISTERED, 410, "Unregistered"},
                 {MODEL_IOS, MODEL_FAIL_TOO_LARGE, 413, "PayloadTooLarge"},
                 {MODEL_IOS, MODEL_FAIL_DEVICE_LIMIT, 429, "TooManyRequests"},
                 {MODEL_IOS, MODEL_FAIL_INTERNAL, 500, "InternalServerError"},
                 {MODEL_IOS, MODEL_FAIL_UNAVAILABLE, 503, "ServiceUnavailable"},
                 {MODEL_WEB, MODEL_FAIL_UNREGISTERED, 410, "Gone"},
                 {MODEL_WEB, MODEL_FAIL_BAD_TOKEN, 404, "Not Found"},
                 {MODEL_WEB, MODEL_FAIL_TOO_LARGE, 413, "Content Too Large"},
                 {MODEL_WEB, MODEL_FAIL_QUOTA, 429, "Too Many Requests"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        model_failure_word word = model_failure_at(known[i].platform, known[i].why);
        assert_int_equal(word.status, known[i].status);
        assert_string_equal(word.reason, known[i].reason);
    }
    assert_null(model_failure_at(MODEL_WEB, MODEL_FAIL_TTL).reason); /* accepted: no error */
    assert_null(model_failure_at(MODEL_IOS, MODEL_FAIL_COLLAPSED).reason);
    assert_null(model_failure_at(MODEL_PLATFORMS, MODEL_FAIL_QUOTA).reason);
    assert_string_equal(model_platform_service(MODEL_WEB), "Web Push");
    for (int why = MODEL_FAIL_NONE; why < MODEL_FAIL_COUNT; why++)
        assert_string_not_equal(model_failure_name((model_failure)why), "unknown");
}

/* ---- transports ---- */

static void transports_are_known_by_their_names(void **state) {
    (void)state;
    size_t n = 0;
    for (; model_transport_names[n]; n++)
        assert_string_equal(model_transports[n]->name, model_transport_names[n]);
    assert_int_equal(n, 2);
    const model_provider worst = {.quota = 1, .unavailable = 1, .too_large = 1, .offline = 1};
    void *ideal = model_transport_ideal.create(&worst, START, model_key_make(1, 1));
    for (uint32_t i = 0; i < 5; i++) {
        const model_message m = {.shopper = i};
        model_answer a = model_transport_ideal.submit(ideal, START, &m);
        assert_true(a.verdict == MODEL_ACCEPTED && a.failure == MODEL_FAIL_NONE && a.at == START);
    }
    model_transport_ideal.destroy(ideal);
}

static void what_is_remembered_stays_apart(void **state) {
    (void)state;
    model_recall *r = model_recall_create(sizeof(uint32_t));
    for (uint32_t round = 0; round < 2; round++)
        for (uint32_t i = 0; i < 30000; i++) { /* names that differ in one number only, among others */
            uint32_t *at = model_recall_at(r, i % 300, i / 300, i % 2 ? UINT32_MAX : 0);
            assert_int_equal(*at, round ? i + 1 : 0);
            *at = i + 1;
        }
    model_recall_destroy(r);
    model_recall_destroy(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quota_delays_as_arithmetic_says),
        cmocka_unit_test(retries_end_the_wait_for_quota),
        cmocka_unit_test(a_device_gets_so_many_a_minute_and_an_hour),
        cmocka_unit_test(collapsible_messages_have_a_burst),
        cmocka_unit_test(of_a_spell_offline_only_the_last_is_shown),
        cmocka_unit_test(the_key_says_what_replaces_what),
        cmocka_unit_test(what_is_lost_already_is_not_replaced),
        cmocka_unit_test(an_outage_lasts_as_long_as_it_says),
        cmocka_unit_test(outages_and_errors_add_up),
        cmocka_unit_test(a_token_that_is_too_old_is_dead),
        cmocka_unit_test(devices_fare_each_for_itself),
        cmocka_unit_test(platforms_name_failures_in_their_own_words),
        cmocka_unit_test(transports_are_known_by_their_names),
        cmocka_unit_test(what_is_remembered_stays_apart),
    };
    return RUN_TESTS(tests);
}
