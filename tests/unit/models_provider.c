/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models_provider.c - the mock push provider: quota, retries, failures, TTL, and that order cannot matter.
 *
 * Shares over N messages with fixed seeds are bounded by 5 binomial standard deviations.
 */
#include "tests/support.h"

#include <math.h>
#include <string.h>

#include "models/provider.h"

enum { N = 20000 };
static const int64_t MINUTE = 60000, HOUR = 3600000;
static const int64_t START = INT64_C(1700000040000); /* a full minute */

static model_key test_key(void) {
    return model_key_make(31, 4);
}
static void *create(const model_provider *setup) {
    void *mock = model_transport_mock.create(setup, START, test_key());
    assert_non_null(mock);
    return mock;
}
static model_answer submit(void *mock, int64_t now, uint32_t shopper, uint32_t attempt) {
    const model_message message = {.shopper = shopper, .sku = 3, .touch = 1, .attempt = attempt};
    return model_transport_mock.submit(mock, now, &message);
}
static void destroy(void *mock) {
    model_transport_mock.destroy(mock);
}

static void assert_share(int count, double p) {
    assert_near(count, N * p, 5 * sqrt(N * p * (1 - p)));
}

static void everything_off_accepts_at_once(void **state) {
    (void)state;
    const model_provider setup = {0};
    void *mock = create(&setup);
    for (uint32_t i = 0; i < N; i++) {
        model_answer a = submit(mock, START, i, 0);
        assert_int_equal(a.verdict, MODEL_ACCEPTED);
        assert_int_equal(a.failure, MODEL_FAIL_NONE);
        assert_int_equal(a.at, START);
    }
    destroy(mock);
    destroy(NULL);
}

static void latency_passes_until_shown(void **state) {
    (void)state;
    const model_provider setup = {.latency = {.kind = MODEL_SPAN_EXPONENTIAL, .mean = 2000}};
    void *mock = create(&setup);
    double sum = 0;
    for (uint32_t i = 0; i < N; i++) {
        model_answer a = submit(mock, START, i, 0);
        assert_true(a.verdict == MODEL_ACCEPTED && a.failure == MODEL_FAIL_NONE && a.at >= START);
        sum += (double)(a.at - START);
    }
    assert_near(sum / N, 2000, 5 * 2000 / sqrt(N));
    destroy(mock);
}

static void quota_lets_in_exactly_so_many_a_minute(void **state) {
    (void)state;
    const model_provider setup = {.quota = 100.9, .retries = 5, .backoff = 10000};
    void *mock = create(&setup);
    for (int64_t minute = 0; minute < 5; minute++) {
        int in = 0;
        for (uint32_t i = 0; i < 400; i++) { /* from the minute's first to its last millisecond */
            int64_t now = START + minute * MINUTE + (minute % 2 ? 59999 : 150 * (int64_t)i);
            model_answer a = submit(mock, now, i, 0);
            in += a.verdict == MODEL_ACCEPTED;
            assert_true((a.verdict == MODEL_ACCEPTED) == (i < 100));
            if (i < 100) continue;
            assert_int_equal(a.verdict, MODEL_RETRY);
            assert_int_equal(a.failure, MODEL_FAIL_QUOTA);
            int64_t refill = START + (minute + 1) * MINUTE;
            assert_true(a.at >= refill && a.at >= now + 10000);
            assert_true(a.at < refill + 10000 || a.at < now + 20000);
        }
        assert_int_equal(in, 100);
    }
    destroy(mock);
}

static void quota_without_room_or_before_the_epoch(void **state) {
    (void)state;
    model_provider setup = {.quota = 0.5};
    void *mock = create(&setup);
    model_answer a = submit(mock, START, 1, 0);
    assert_true(a.verdict == MODEL_REJECTED && a.failure == MODEL_FAIL_QUOTA && a.at == START);
    destroy(mock);
    setup.quota = 1;
    mock = create(&setup);
    assert_int_equal(submit(mock, -MINUTE - 1, 1, 0).verdict, MODEL_ACCEPTED);
    assert_int_equal(submit(mock, -MINUTE, 2, 0).verdict, MODEL_ACCEPTED);
    assert_int_equal(submit(mock, -1, 3, 0).verdict, MODEL_REJECTED);
    assert_int_equal(submit(mock, 0, 4, 0).verdict, MODEL_ACCEPTED);
    destroy(mock);
}

static void retries_back_off_and_end(void **state) {
    (void)state;
    const model_provider setup = {.unavailable = 1, .retries = 4, .backoff = 1000};
    void *mock = create(&setup);
    int distinct = 0;
    int64_t last = 0;
    for (uint32_t i = 0; i < 1000; i++)
        for (uint32_t attempt = 0; attempt <= 4; attempt++) {
            model_answer a = submit(mock, START, i, attempt);
            assert_int_equal(a.failure, MODEL_FAIL_UNAVAILABLE);
            assert_int_equal(a.verdict, attempt < 4 ? MODEL_RETRY : MODEL_REJECTED);
            int64_t nominal = 1000 << attempt, waited = a.at - START;
            if (attempt == 4)
                assert_int_equal(waited, 0);
            else
                assert_true(waited >= nominal && waited < 2 * nominal);
            if (attempt == 3) {
                distinct += a.at != last;
                last = a.at;
            }
        }
    assert_true(distinct > 990);
    destroy(mock);
}

static void retry_times_never_overflow(void **state) {
    (void)state;
    const model_provider setup = {.unavailable = 1, .retries = INT64_MAX, .backoff = INT64_MAX};
    void *mock = create(&setup);
    for (uint32_t attempt = 0; attempt < MODEL_RETRIES_MAX; attempt++) {
        model_answer a = submit(mock, START, 1, attempt);
        assert_int_equal(a.verdict, MODEL_RETRY);
        assert_true(a.at > START && a.at <= START + MODEL_SPAN_MAX);
    }
    assert_int_equal(submit(mock, START, 1, MODEL_RETRIES_MAX).verdict, MODEL_REJECTED);
    destroy(mock);
}

/* Server errors are drawn anew at each try: after k retries p^(k+1) of the messages are given up. */
static void unavailable_is_drawn_at_each_try(void **state) {
    (void)state;
    const model_provider setup = {.unavailable = 0.3, .retries = 2, .backoff = 1000};
    void *mock = create(&setup);
    int shown[3] = {0}, given_up = 0;
    for (uint32_t i = 0; i < N; i++)
        for (uint32_t attempt = 0;; attempt++) {
            model_answer a = submit(mock, START, i, attempt);
            if (a.verdict == MODEL_RETRY) continue;
            if (a.verdict == MODEL_ACCEPTED)
                shown[attempt]++;
            else
                given_up++;
            break;
        }
    assert_share(shown[0], 0.7);
    assert_share(shown[1], 0.21);
    assert_share(shown[2], 0.063);
    assert_share(given_up, 0.027);
    destroy(mock);
}

static void permanent_failures_have_their_rates_and_stay(void **state) {
    (void)state;
    const model_provider setup = {.unregistered = 0.08, .too_large = 0.25};
    void *mock = create(&setup);
    int unregistered = 0, too_large = 0;
    for (uint32_t i = 0; i < N; i++) {
        model_answer a = submit(mock, START, i, 0);
        unregistered += a.failure == MODEL_FAIL_UNREGISTERED;
        too_large += a.failure == MODEL_FAIL_TOO_LARGE;
        assert_int_equal(a.verdict, a.failure == MODEL_FAIL_NONE ? MODEL_ACCEPTED : MODEL_REJECTED);
        for (uint32_t attempt = 1; attempt < 4; attempt++) /* the same at a later try */
            assert_int_equal(submit(mock, START, i, attempt).failure, a.failure);
    }
    assert_share(too_large, 0.25);
    assert_share(unregistered, 0.75 * 0.08);
    destroy(mock);
}

static void ttl_loses_what_comes_too_late(void **state) {
    (void)state;
    const model_provider setup = {.latency = {.kind = MODEL_SPAN_FIXED, .mean = 500},
                                  .offline = 0.4,
                                  .offline_for = {.kind = MODEL_SPAN_EXPONENTIAL, .mean = 2 * 3600000},
                                  .ttl = HOUR};
    void *mock = create(&setup);
    int online = 0, late = 0, lost = 0;
    for (uint32_t i = 0; i < N; i++) {
        model_answer a = submit(mock, START, i, 0);
        assert_int_equal(a.verdict, MODEL_ACCEPTED);
        if (a.failure == MODEL_FAIL_TTL) {
            assert_int_equal(a.at, START + HOUR);
            lost++;
        } else {
            assert_int_equal(a.failure, MODEL_FAIL_NONE);
            assert_true(a.at >= START + 500 && a.at <= START + HOUR);
            *(a.at == START + 500 ? &online : &late) += 1;
        }
    }
    double p_lost = 0.4 * exp(-(double)(HOUR - 500) / (2 * (double)HOUR));
    assert_share(online, 0.6);
    assert_share(lost, p_lost);
    assert_share(late, 0.4 - p_lost);
    destroy(mock);
}

static void ttl_0_reaches_only_devices_online_now(void **state) {
    (void)state;
    const model_provider setup = {.latency = {.kind = MODEL_SPAN_FIXED, .mean = 5000},
                                  .offline = 0.4,
                                  .offline_for = {.kind = MODEL_SPAN_FIXED, .mean = 1}};
    void *mock = create(&setup);
    int lost = 0;
    for (uint32_t i = 0; i < N; i++) {
        model_answer a = submit(mock, START, i, 0);
        assert_int_equal(a.verdict, MODEL_ACCEPTED);
        assert_int_equal(a.at, a.failure == MODEL_FAIL_TTL ? START : START + 5000);
        lost += a.failure == MODEL_FAIL_TTL;
    }
    assert_share(lost, 0.4);
    destroy(mock);
}

static const model_provider BUSY = {.latency = {.kind = MODEL_SPAN_LOGNORMAL, .median = 900, .sigma = 1},
                                    .unregistered = 0.05,
                                    .unavailable = 0.1,
                                    .too_large = 0.02,
                                    .offline = 0.3,
                                    .offline_for = {.kind = MODEL_SPAN_GAMMA, .mean = 3600000, .cv = 1.5},
                                    .ttl = 7200000,
                                    .retries = 3,
                                    .backoff = 1000};

static bool same(model_answer a, model_answer b) {
    return a.verdict == b.verdict && a.failure == b.failure && a.at == b.at;
}

static void order_of_messages_does_not_matter(void **state) {
    (void)state;
    static model_answer forward[N];
    void *mock = create(&BUSY);
    for (uint32_t i = 0; i < N; i++)
        forward[i] = submit(mock, START, i, i % 3);
    for (uint32_t i = N; i-- > 0;)
        assert_true(same(submit(mock, START, i, i % 3), forward[i]));
    destroy(mock);
}

/* Common random numbers: with more offline devices, whoever was offline still is, and as long as before. */
static void mechanisms_do_not_disturb_each_other(void **state) {
    (void)state;
    model_provider more = BUSY;
    more.offline = 0.5;
    more.latency = (model_span){.kind = MODEL_SPAN_FIXED};
    more.ttl = 1000 * HOUR;
    model_provider fewer = more;
    fewer.offline = 0.3;
    fewer.too_large = 0;
    void *a = create(&more), *b = create(&fewer);
    for (uint32_t i = 0; i < N; i++) {
        model_answer with_more = submit(a, START, i, 0), with_fewer = submit(b, START, i, 0);
        if (with_more.failure == MODEL_FAIL_TOO_LARGE) continue;
        assert_int_equal(with_more.verdict, with_fewer.verdict);
        if (with_fewer.at > START) assert_true(same(with_more, with_fewer));
    }
    destroy(a);
    destroy(b);
}

static void failures_have_stable_names(void **state) {
    (void)state;
    assert_string_equal(model_failure_name(MODEL_FAIL_UNREGISTERED), "unregistered");
    assert_string_equal(model_failure_name(MODEL_FAIL_TTL), "ttl");
    assert_string_equal(model_failure_name(MODEL_FAIL_COUNT), "unknown");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_off_accepts_at_once),
        cmocka_unit_test(latency_passes_until_shown),
        cmocka_unit_test(quota_lets_in_exactly_so_many_a_minute),
        cmocka_unit_test(quota_without_room_or_before_the_epoch),
        cmocka_unit_test(retries_back_off_and_end),
        cmocka_unit_test(retry_times_never_overflow),
        cmocka_unit_test(unavailable_is_drawn_at_each_try),
        cmocka_unit_test(permanent_failures_have_their_rates_and_stay),
        cmocka_unit_test(ttl_loses_what_comes_too_late),
        cmocka_unit_test(ttl_0_reaches_only_devices_online_now),
        cmocka_unit_test(order_of_messages_does_not_matter),
        cmocka_unit_test(mechanisms_do_not_disturb_each_other),
        cmocka_unit_test(failures_have_stable_names),
    };
    return RUN_TESTS(tests);
}
