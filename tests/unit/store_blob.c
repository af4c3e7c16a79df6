/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * store_blob.c - a trial as bytes and back, bytes that are no trial, and a sweep's store made of them.
 */
#include "store/blob.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/sweep.h"
#include "tests/place.h"

/* Something in every field; seeded, so that trials differ. */
static store_trial full_trial(uint32_t replication) {
    store_trial t = {.replication = replication, .twins = true, .events = UINT64_MAX - replication};
    for (int i = 0; i < STORE_TALLY_COUNT; i += 3)
        t.tally[i] = i * 1.5 + replication;
    t.tally[1] = -0.0;
    t.tally[2] = NAN;
    t.tally[4] = -INFINITY;
    for (int a = 0; a < STORE_ARMS; a++)
        t.moments[STORE_ASSIGNED][a][STORE_ORDERS] = (store_moments){10 + a, 0.25, 1e-300};
    t.hist[0][0] = UINT32_MAX;
    t.hist[STORE_HIST_COUNT - 1][STORE_HIST_BINS - 1] = 7;
    t.series[0][0] = 1;
    t.series[STORE_SERIES_COUNT - 1][STORE_BINS - 1] = 2;
    t.since[1][5] = 3;
    t.tier[STORE_TIERS - 1] = (store_tier){4, 2};
    t.template[STORE_TEMPLATES - 1] = (store_template){6, 5, 4, 3, 2, 1};
    t.policy_arm[STORE_POLICY_ARMS - 1] = (store_policy_arm){1, 2, 3, 4, 5, {6, 7, 8}, {9, 10, 11}};
    t.ledger[0] = (store_ledger_row){"suppressed", "capped", 7};
    t.ledger[1] = (store_ledger_row){"sent", "", 1};
    t.ledger_rows = 2;
    t.restocks = 2;
    t.restock = calloc(2, sizeof *t.restock);
    t.restock[1] = (store_restock_row){-1, 2, STORE_NONE, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 1, 2};
    t.unmets = 1;
    t.unmet = calloc(1, sizeof *t.unmet);
    t.unmet[0] = (store_unmet_row){5, 4, 3, 9, 2, 7};
    t.shoppers = 1;
    t.shopper = calloc(1, sizeof *t.shopper);
    t.shopper[0] = (store_shopper_row){99, 1, 2, STORE_HELD, true, 0.5, -3, 1, 6};
    t.decisions = 1;
    t.decision = calloc(1, sizeof *t.decision);
    t.decision[0] = (store_decision_row){
        1, UINT32_MAX, 2, 3, 4, 5, 6, "sent", "ok", "cart", "reminder", "push", STORE_TREATED, -7, 5};
    t.touches = 1;
    t.touch = calloc(1, sizeof *t.touch);
    t.touch[0] =
        (store_touch_row){1, 2, 3, STORE_NONE, 5, 6, 7, 8, 3, "followup", "sms", "quota", "in_stock"};
    t.orders = 1;
    t.order = calloc(1, sizeof *t.order);
    t.order[0] = (store_order_row){1, UINT32_MAX, 3, 4, 5, "push", 12.5, UINT32_MAX, 6, 1};
    t.signals = 1;
    t.signal = calloc(1, sizeof *t.signal);
    t.signal[0] = (store_signal_row){-4, 7, 8};
    assert_true(t.restock && t.unmet && t.shopper && t.decision && t.touch && t.order && t.signal);
    return t;
}

static void a_trial_comes_back(void **state) {
    (void)state;
    char error[STORE_ERROR_SIZE] = "";
    void *bytes = NULL, *again = NULL;
    size_t size = 0, size_again = 0;
    store_run owner = {0};
    store_trial t = full_trial(3), back;
    assert_true(store_blob_write(&t, &bytes, &size));
    assert_int_equal(store_blob_read(bytes, size, &owner, &back, error), STORE_OK);
    assert_int_equal(back.replication, 3);
    assert_true(back.twins);
    assert_true(back.events == t.events);
    assert_memory_equal(back.tally, t.tally, sizeof t.tally); /* -0, NaN and infinity by their bits */
    assert_memory_equal(back.moments, t.moments, sizeof t.moments);
    assert_memory_equal(back.hist, t.hist, sizeof t.hist);
    assert_memory_equal(back.series, t.series, sizeof t.series);
    assert_memory_equal(back.since, t.since, sizeof t.since);
    assert_memory_equal(back.tier, t.tier, sizeof t.tier);
    assert_memory_equal(back.template, t.template, sizeof t.template);
    assert_memory_equal(back.policy_arm, t.policy_arm, sizeof t.policy_arm);
    assert_int_equal(back.ledger_rows, 2);
    assert_string_equal(back.ledger[0].reason, "capped");
    assert_int_equal(back.restocks, 2);
    assert_true(back.restock[1].restocked == -1 && back.restock[1].first_sent == STORE_NONE);
    assert_int_equal(back.restock[1].sold_out_clicks, 13);
    assert_true(back.shopper[0].arm == STORE_HELD && back.shopper[0].reached &&
                back.shopper[0].revenue == -3);
    assert_int_equal(back.unmets, 1);
    assert_memory_equal(back.unmet, t.unmet, sizeof *t.unmet);
    assert_string_equal(back.decision[0].source, "cart");
    assert_true(back.decision[0].restock == UINT32_MAX && back.decision[0].level == -7);
    assert_string_equal(back.decision[0].kind, "reminder");
    assert_true(back.decision[0].follows == 6 && back.touch[0].template == 3);
    assert_string_equal(back.touch[0].channel, "sms");
    assert_string_equal(back.touch[0].failure, "quota");
    assert_true(back.touch[0].landed == STORE_NONE);
    assert_string_equal(back.order[0].how, "push");
    assert_int_equal(back.order[0].returned, 1);
    assert_int_equal(back.signals, 1);
    assert_true(back.signal[0].at == -4 && back.signal[0].shopper == 7 && back.signal[0].sku == 8);
    assert_true(back.restock[1].policy_arm == 2 && back.shopper[0].policy_arm == 1 &&
                back.decision[0].policy_arm == 5 && back.order[0].policy_arm == 6);
    assert_true(store_blob_write(&back, &again, &size_again)); /* the same bytes: nothing was lost */
    assert_int_equal(size, size_again);
    assert_memory_equal(bytes, again, size);
    free(bytes);
    free(again);
    store_trial_clear(&t);
    store_trial_clear(&back);
    store_run_clear(&owner);
}

static void zeros_take_no_room(void **state) {
    (void)state;
    static const store_trial nothing = {.replication = 1}; /* in memory that cannot be written to */
    void *bytes;
    size_t size;
    assert_true(store_blob_write(&nothing, &bytes, &size));
    assert_true(size < 200);
    free(bytes);
}

/* Every byte changed, every cut: refused by the checksum, the length or the header. */
static void damage_is_seen(void **state) {
    (void)state;
    char error[STORE_ERROR_SIZE];
    void *bytes;
    size_t size;
    store_run owner = {0};
    store_trial t = full_trial(0), back;
    assert_true(store_blob_write(&t, &bytes, &size));
    unsigned char *p = bytes;
    for (size_t i = 0; i < size; i++) {
        p[i] ^= 0x10;
        assert_int_equal(store_blob_read(bytes, size, &owner, &back, error), STORE_NOT_A_RUN);
        p[i] ^= 0x10;
    }
    for (size_t n = 0; n < size; n += n < 80 ? 1 : 97)
        assert_int_equal(store_blob_read(bytes, n, &owner, &back, error), STORE_NOT_A_RUN);
    p[8]++;
    assert_int_equal(store_blob_read(bytes, size, &owner, &back, error), STORE_NOT_A_RUN);
    assert_string_equal(error, "not a trial of this program: another version");
    free(bytes);
    store_trial_clear(&t);
    store_run_clear(&owner);
}

static uint64_t fnv(const unsigned char *p, size_t n) {
    uint64_t hash = 0xcbf29ce484222325;
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ p[i]) * 0x100000001b3;
    return hash;
}

/* Damage with a right checksum, as somebody may write it: in range, or refused; never more memory than bytes.
 */
static void hostile_bytes_stay_in_range(void **state) {
    (void)state;
    enum { HEADER = 36 };
    char error[STORE_ERROR_SIZE];
    void *bytes;
    size_t size, accepted = 0;
    store_run owner = {0};
    store_trial t = full_trial(0), back;
    assert_true(store_blob_write(&t, &bytes, &size));
    unsigned char *p = bytes;
    for (size_t i = HEADER; i < size; i++)
        for (int value = 0; value < 256; value += 85) {
            unsigned char was = p[i];
            p[i] = (unsigned char)value;
            uint64_t hash = fnv(p + HEADER, size - HEADER);
            for (int k = 0; k < 8; k++)
                p[28 + k] = (unsigned char)(hash >> 8 * k);
            if (store_blob_read(bytes, size, &owner, &back, error) == STORE_OK) {
                accepted++;
                assert_true(back.ledger_rows <= STORE_LEDGER_MAX);
                for (size_t k = 0; k < back.shoppers; k++)
                    assert_true(back.shopper[k].arm < STORE_ARMS);
                store_trial_clear(&back);
            }
            p[i] = was;
        }
    assert_true(accepted > 100);
    free(bytes);
    store_trial_clear(&t);
    store_run_clear(&owner);
}

/* ---- the store of a sweep ---- */

typedef struct {
    uint32_t seen[8];
    size_t n;
} seen;

static bool look(void *context, uint32_t point, const store_trial *trial) {
    seen *s = context;
    assert_true(s->n < 8);
    assert_true(trial->events == UINT64_MAX - trial->replication);
    s->seen[s->n++] = point * 100 + trial->replication;
    return true;
}

static void a_sweep_is_kept(void **state) {
    (void)state;
    char folder[PLACE_PATH], path[PLACE_PATH], error[STORE_ERROR_SIZE] = "";
    store_pair a[] = {{"program", "x"}, {"seed", "7"}}, b[] = {{"program", "x"}, {"seed", "8"}};
    store_sweep *sweep = NULL, *second = NULL;
    place_make(folder);
    place_path(path, "%s/sweep.db", folder);
    assert_int_equal(store_sweep_open(path, a, 2, false, &sweep, error), STORE_OK);
    static const uint32_t order[][2] = {{1, 0}, {0, 1}, {0, 0}, {1, 1}};
    for (size_t i = 0; i < 4; i++) {
        store_trial t = full_trial(order[i][1]);
        assert_int_equal(store_sweep_add(sweep, order[i][0], &t, error), STORE_OK);
        store_trial_clear(&t);
    }
    assert_int_equal(store_sweep_open(path, a, 2, true, &second, error), STORE_FAILED); /* at work */
    assert_non_null(strstr(error, "another process is at work on this sweep"));
    store_sweep_close(sweep);
    assert_int_equal(store_sweep_open(path, a, 2, false, &sweep, error), STORE_NOT_A_RUN);
    assert_non_null(strstr(error, "go on with --resume"));
    assert_int_equal(store_sweep_open(path, b, 2, true, &sweep, error), STORE_NOT_A_RUN);
    assert_non_null(strstr(error, "seed is 7 there, 8 here"));
    assert_int_equal(store_sweep_open(path, a, 1, true, &sweep, error), STORE_NOT_A_RUN);
    assert_int_equal(store_sweep_open(path, a, 2, true, &sweep, error), STORE_OK);
    seen s = {.n = 0};
    assert_int_equal(store_sweep_read(sweep, look, &s, error), STORE_OK);
    static const uint32_t in_order[] = {0, 1, 100, 101};
    assert_int_equal(s.n, 4);
    assert_memory_equal(s.seen, in_order, sizeof in_order);
    static const char *const axis[] = {"policy.min_stock"}, *const setting[] = {"1", "2"};
    static const uint32_t want[] = {2, 1}, missing[] = {2, 3};
    static const bool front[] = {true, false};
    store_metric m[2] = {
        {.name = "sends", .unit = "count", .mean = 1, .lo = NAN, .hi = NAN, .sd = NAN, .n = 1},
        {.name = "sends", .unit = "count", .mean = 2, .lo = 1, .hi = 3, .sd = 1, .n = 2}};
    store_sweep_result result = {axis, 1, setting, missing, front, 2, m, 1};
    assert_int_equal(store_sweep_finish(sweep, &result, error), STORE_FAILED);
    assert_non_null(strstr(error, "does not hold all trials"));
    assert_int_not_equal(access(path, F_OK), 0);
    result.replications = want;
    assert_int_equal(store_sweep_finish(sweep, &result, error), STORE_OK);
    store_sweep_close(sweep);
    assert_int_equal(access(path, F_OK), 0);
    assert_false(store_sweep_look(path).part);
    assert_true(store_sweep_look(path).complete);
    assert_int_equal(store_sweep_open(path, a, 2, true, &sweep, error),
                     STORE_OK); /* out of the complete one */
    s.n = 0;
    assert_int_equal(store_sweep_read(sweep, look, &s, error), STORE_OK);
    assert_int_equal(s.n, 3);
    store_sweep_close(sweep);
    unlink(path);
    unlink(place_path(path, "%s/sweep.db.part", folder));
    assert_int_equal(rmdir(folder), 0); /* nothing else was left */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_trial_comes_back), cmocka_unit_test(zeros_take_no_room),
        cmocka_unit_test(damage_is_seen),     cmocka_unit_test(hostile_bytes_stay_in_range),
        cmocka_unit_test(a_sweep_is_kept),
    };
    return RUN_TESTS(tests);
}
