/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Names, bins and moments of a trial.
 */
#include "tests/support.h"

#include <math.h>
#include <string.h>

#include "store/trial.h"

typedef const char *(*text_of)(unsigned);

static void all_named_once(text_of name, text_of doc, unsigned count) {
    for (unsigned i = 0; i < count; i++) {
        assert_true(name(i)[0] != '\0');
        if (doc) assert_true(doc(i)[0] != '\0');
        for (unsigned j = 0; j < i; j++)
            assert_string_not_equal(name(i), name(j));
    }
    assert_string_equal(name(count), "");
    assert_string_equal(name((unsigned)-1), "");
}

#define TEXT(function, type)                                                                                 \
    static const char *function##_at(unsigned i) {                                                           \
        return function((type)i);                                                                            \
    }
TEXT(store_tally_name, store_tally)
TEXT(store_tally_doc, store_tally)
TEXT(store_hist_name, store_hist_id)
TEXT(store_hist_doc, store_hist_id)
TEXT(store_series_name, store_series)
TEXT(store_series_doc, store_series)
TEXT(store_since_name, store_since)
TEXT(store_since_doc, store_since)
TEXT(store_arm_name, store_arm)
TEXT(store_outcome_name, store_outcome)
TEXT(store_population_name, store_population)

static void every_term_has_its_own_name(void **state) {
    (void)state;
    all_named_once(store_tally_name_at, store_tally_doc_at, STORE_TALLY_COUNT);
    all_named_once(store_hist_name_at, store_hist_doc_at, STORE_HIST_COUNT);
    all_named_once(store_series_name_at, store_series_doc_at, STORE_SERIES_COUNT);
    all_named_once(store_since_name_at, store_since_doc_at, STORE_SINCE_COUNT);
    all_named_once(store_arm_name_at, NULL, STORE_ARMS);
    all_named_once(store_outcome_name_at, NULL, STORE_OUTCOMES);
    all_named_once(store_population_name_at, NULL, STORE_POPULATIONS);
    assert_string_equal(store_tally_name(STORE_T_oos_stale_feed), "oos_stale_feed");
}

static void bins_hold_what_they_are_given(void **state) {
    (void)state;
    assert_int_equal(store_hist_bin(INT64_MIN), 0);
    assert_int_equal(store_hist_bin(0), 0);
    assert_int_equal(store_hist_bin(999), 0);
    assert_int_equal(store_hist_bin(1000), 1);
    assert_int_equal(store_hist_bin(2000), 17);
    assert_int_equal(store_hist_bin(INT64_MAX), STORE_HIST_BINS - 1);
    assert_int_equal(store_hist_bin(STORE_NONE), STORE_HIST_BINS - 1);
    for (int64_t ms = 0; ms < (int64_t)60e9; ms += 1 + ms / 997) {
        uint32_t bin = store_hist_bin(ms);
        assert_true(store_hist_edge(bin) <= (double)ms);
        assert_true((double)ms < store_hist_edge(bin + 1));
    }
}

static void edges_grow_by_a_sixteenth_of_an_octave(void **state) {
    (void)state;
    assert_near(store_hist_edge(0), 0, 0);
    assert_near(store_hist_edge(1), 1000, 0);
    assert_near(store_hist_edge(1 + 16 * 10), 1024000, 0);
    for (uint32_t bin = 1; bin < STORE_HIST_BINS; bin++) {
        assert_near(store_hist_edge(bin + 1) / store_hist_edge(bin), exp2(1.0 / 16), 1e-15);
        double lowest = ceil(store_hist_edge(bin)); /* the whole ms on either side of the edge */
        assert_int_equal(store_hist_bin((int64_t)lowest), bin);
        assert_int_equal(store_hist_bin((int64_t)lowest - 1), bin - 1);
    }
}

static store_moments moments_of(const double *x, size_t n) {
    store_moments m = {0};
    for (size_t i = 0; i < n; i++)
        store_moments_add(&m, x[i]);
    return m;
}

static void moments_add_and_merge(void **state) {
    (void)state;
    const double x[] = {2, 4, 4, 4, 5, 5, 7, 9}; /* mean 5, squared distances 9+1+1+1+0+0+4+16 = 32 */
    for (size_t cut = 0; cut <= 8; cut++) {
        store_moments a = moments_of(x, cut), b = moments_of(x + cut, 8 - cut);
        store_moments_merge(&a, &b);
        assert_near(a.n, 8, 0);
        assert_near(a.mean, 5, 1e-15);
        assert_near(a.m2, 32, 1e-13);
    }
    /* far from zero, where sums of squares lose every digit: the variance of 1e9 + {4, 7, 13, 16} is 30 */
    const double far[] = {1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16};
    assert_near(moments_of(far, 4).m2 / 3, 30, 1e-6);
}

static void clear_is_safe_on_nothing(void **state) {
    (void)state;
    store_trial_clear(NULL);
    static store_trial trial;
    trial.tally[0] = 1;
    store_trial_clear(&trial);
    assert_near(trial.tally[0], 0, 0);
    store_trial_clear(&trial);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_term_has_its_own_name),
        cmocka_unit_test(bins_hold_what_they_are_given),
        cmocka_unit_test(edges_grow_by_a_sixteenth_of_an_octave),
        cmocka_unit_test(moments_add_and_merge),
        cmocka_unit_test(clear_is_safe_on_nothing),
    };
    return RUN_TESTS(tests);
}
