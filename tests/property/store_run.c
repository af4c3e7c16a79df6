/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Random runs survive the way to a file and back bit for bit; damaged files are refused or read, never a
 * crash.
 */
#include "tests/place.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/store.h"

/* SplitMix64 (Steele, Lea, Flood 2014): the test's own randomness. */
static uint64_t draw(uint64_t *state) {
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static uint32_t below(uint64_t *s, uint32_t n) {
    return (uint32_t)(draw(s) % n);
}

/* Any double that a count may be: whole, tiny, huge, odd in its last bit, or none at all. */
static double any_real(uint64_t *s) {
    switch (below(s, 6)) {
    case 0: return 0;
    case 1: return NAN;
    case 2: return (double)below(s, 100000);
    case 3: return ldexp((double)(draw(s) >> 11), -40);
    case 4: return -ldexp((double)(draw(s) >> 11), -900);
    default: return 1.0 / (1 + below(s, 1000));
    }
}

static int64_t any_time(uint64_t *s) {
    return below(s, 4) ? (int64_t)(draw(s) >> 22) : STORE_NONE;
}
static uint32_t any_uint(uint64_t *s) {
    return below(s, 5) ? below(s, UINT32_MAX) : UINT32_MAX;
}

static const char *any_word(uint64_t *s) {
    static const char *const word[] = {"",        "sent", "ghost", "capped", "quiet_hours", "it's \"quoted\"",
                                       "\xc3\xa9"};
    return word[below(s, sizeof word / sizeof *word)];
}

static char *any_text(uint64_t *s) {
    if (below(s, 6) == 0) return NULL;
    size_t size = below(s, 60);
    char *text = malloc(size + 1);
    for (size_t i = 0; i < size; i++)
        text[i] = (char)(1 + below(s, 126)); /* control characters too */
    text[size] = '\0';
    return text;
}

static void fill_rows(store_trial *t, uint64_t *s) {
    t->restocks = below(s, 9);
    t->restock = calloc(t->restocks + 1, sizeof *t->restock);
    for (size_t i = 0; i < t->restocks; i++)
        t->restock[i] =
            (store_restock_row){any_time(s), any_time(s), any_time(s), any_time(s), any_time(s), any_uint(s),
                                any_uint(s), any_uint(s), any_uint(s), any_uint(s), any_uint(s), any_uint(s),
                                any_uint(s), any_uint(s), any_uint(s), any_uint(s)};
    t->unmets = below(s, 9);
    t->unmet = calloc(t->unmets + 1, sizeof *t->unmet);
    for (size_t i = 0; i < t->unmets; i++)
        t->unmet[i] =
            (store_unmet_row){any_uint(s), any_uint(s), any_uint(s), any_uint(s), any_uint(s), any_uint(s)};
    t->shoppers = below(s, 9);
    t->shopper = calloc(t->shoppers + 1, sizeof *t->shopper);
    for (size_t i = 0; i < t->shoppers; i++)
        t->shopper[i] = (store_shopper_row){
            any_time(s), any_uint(s), any_uint(s), (store_arm)below(s, 2), below(s, 2) != 0, any_real(s),
            any_real(s), any_uint(s), any_uint(s)};
    t->decisions = below(s, 9);
    t->decision = calloc(t->decisions + 1, sizeof *t->decision);
    for (size_t i = 0; i < t->decisions; i++)
        t->decision[i] = (store_decision_row){any_time(s),
                                              any_uint(s),
                                              any_uint(s),
                                              any_uint(s),
                                              any_uint(s),
                                              any_uint(s),
                                              any_uint(s),
                                              any_word(s),
                                              any_word(s),
                                              any_word(s),
                                              any_word(s),
                                              any_word(s),
                                              (store_arm)below(s, 2),
                                              any_time(s),
                                              any_uint(s)};
    t->touches = below(s, 9);
    t->touch = calloc(t->touches + 1, sizeof *t->touch);
    for (size_t i = 0; i < t->touches; i++)
        t->touch[i] = (store_touch_row){any_time(s), any_time(s), any_time(s), any_time(s), any_time(s),
                                        any_uint(s), any_uint(s), any_uint(s), any_uint(s), any_word(s),
                                        any_word(s), any_word(s), any_word(s)};
    t->orders = below(s, 9);
    t->order = calloc(t->orders + 1, sizeof *t->order);
    for (size_t i = 0; i < t->orders; i++)
        t->order[i] = (store_order_row){any_time(s), any_uint(s), any_uint(s), any_uint(s), any_uint(s),
                                        any_word(s), any_real(s), any_uint(s), any_uint(s), 0};
}

static void fill_trial(store_trial *t, uint64_t *s) {
    t->twins = below(s, 2) != 0;
    t->events = draw(s) >> 1;
    for (int i = 0; i < STORE_TALLY_COUNT; i++)
        t->tally[i] = any_real(s);
    store_moments *m = &t->moments[0][0][0];
    for (int i = 0; i < STORE_POPULATIONS * STORE_ARMS * STORE_OUTCOMES; i++)
        m[i] = (store_moments){any_real(s), any_real(s), any_real(s)};
    for (int h = 0; h < STORE_HIST_COUNT; h++)
        for (int i = 0; i < 20; i++)
            t->hist[h][below(s, STORE_HIST_BINS)] = (uint32_t)draw(s);
    for (int i = 0; i < STORE_SERIES_COUNT * STORE_BINS; i++)
        (&t->series[0][0])[i] = any_real(s);
    for (int i = 0; i < STORE_SINCE_COUNT * STORE_SINCE_BINS; i++)
        (&t->since[0][0])[i] = any_real(s);
    for (int i = 0; i < STORE_TIERS; i++)
        t->tier[i] = (store_tier){any_real(s), any_real(s)};
    for (size_t i = 0; i < STORE_TEMPLATES; i++) /* those that nobody had are no rows */
        if (below(s, 2))
            t->template[i] = (store_template){
                1 + (double)below(s, 99), any_real(s), any_real(s), any_real(s), any_real(s), any_real(s)};
    for (size_t i = 0; i < STORE_POLICY_ARMS; i++) /* an arm of nobody is no row */
        if (below(s, 2)) {
            double n = 1 + (double)below(s, 99);
            t->policy_arm[i] = (store_policy_arm){any_real(s),
                                                  any_real(s),
                                                  any_real(s),
                                                  any_real(s),
                                                  any_real(s),
                                                  {n, any_real(s), any_real(s)},
                                                  {n, any_real(s), any_real(s)}};
        }
    t->ledger_rows = below(s, STORE_LEDGER_MAX + 1);
    for (size_t i = 0; i < t->ledger_rows; i++)
        t->ledger[i] = (store_ledger_row){any_word(s), any_word(s), any_real(s)};
    fill_rows(t, s);
}

static store_run random_run(uint64_t seed) {
    uint64_t *s = &seed;
    store_run run = {.scenario = any_text(s), .title = any_text(s), .text = any_text(s)};
    run.seed = draw(s);
    run.start = (int64_t)draw(s);
    run.horizon = (int64_t)draw(s);
    run.warmup = (int64_t)draw(s);
    run.price = any_real(s);
    run.holdout = any_real(s);
    run.twins = below(s, 2) != 0;
    run.unit = any_text(s);
    run.holdout_products = any_real(s);
    run.templates = below(s, STORE_TEMPLATES + 1);
    for (size_t i = 0; i < run.templates; i++)
        run.template[i] = any_text(s);
    run.policy_arms = below(s, STORE_POLICY_ARMS + 1);
    for (size_t i = 0; i < run.policy_arms; i++) {
        run.policy_arm[i] = any_text(s);
        run.policy_arm_weight[i] = any_real(s);
    }
    run.tiers = below(s, STORE_TIERS + 1);
    for (size_t i = 0; i < run.tiers; i++)
        run.tier[i] = any_text(s);
    run.traces = below(s, 4);
    run.trace = calloc(run.traces + 1, sizeof *run.trace);
    for (size_t i = 0; i < run.traces; i++)
        run.trace[i] = (store_trace){any_text(s), any_text(s), draw(s),    any_real(s),
                                     any_real(s), any_real(s), any_real(s)};
    run.manifest_rows = below(s, 6);
    run.manifest = calloc(run.manifest_rows + 1, sizeof *run.manifest);
    for (size_t i = 0; i < run.manifest_rows; i++)
        run.manifest[i] = (store_pair){any_text(s), any_text(s)};
    run.trials = below(s, 4);
    run.trial = calloc(run.trials + 1, sizeof *run.trial);
    for (size_t i = 0; i < run.trials; i++) {
        run.trial[i].replication = (uint32_t)(3 * i);
        fill_trial(&run.trial[i], s);
    }
    return run;
}

/* Bit for bit, but all NaN are one. */
static void same_reals(const double *a, const double *b, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (!(isnan(a[i]) && isnan(b[i]))) assert_memory_equal(&a[i], &b[i], sizeof *a);
}

static void same_real(double a, double b) {
    same_reals(&a, &b, 1);
}

static void same_text(const char *a, const char *b) {
    assert_int_equal(a == NULL, b == NULL);
    if (a) assert_string_equal(a, b);
}

static void same_event_rows(const store_trial *a, const store_trial *b) {
    for (size_t i = 0; i < a->decisions; i++) {
        const store_decision_row *x = &a->decision[i], *y = &b->decision[i];
        assert_memory_equal(x, y, offsetof(store_decision_row, outcome));
        same_text(x->outcome, y->outcome);
        same_text(x->reason, y->reason);
        same_text(x->source, y->source);
        same_text(x->kind, y->kind);
        same_text(x->channel, y->channel);
        assert_int_equal(x->arm, y->arm);
        assert_true(x->level == y->level);
        assert_int_equal(x->policy_arm, y->policy_arm);
    }
    for (size_t i = 0; i < a->touches; i++) {
        assert_memory_equal(&a->touch[i], &b->touch[i], offsetof(store_touch_row, kind));
        same_text(a->touch[i].kind, b->touch[i].kind);
        same_text(a->touch[i].channel, b->touch[i].channel);
        same_text(a->touch[i].failure, b->touch[i].failure);
        same_text(a->touch[i].landing, b->touch[i].landing);
    }
    for (size_t i = 0; i < a->orders; i++) {
        const store_order_row *x = &a->order[i], *y = &b->order[i];
        assert_memory_equal(x, y, sizeof(int64_t) + 4 * sizeof(uint32_t));
        same_text(x->how, y->how);
        same_real(x->revenue, y->revenue);
        assert_int_equal(x->credited_touch, y->credited_touch);
        assert_int_equal(x->policy_arm, y->policy_arm);
    }
}

static void same_rows(const store_trial *a, const store_trial *b) {
    assert_int_equal(a->restocks, b->restocks);
    assert_int_equal(a->unmets, b->unmets);
    for (size_t i = 0; i < a->unmets; i++)
        assert_memory_equal(&a->unmet[i], &b->unmet[i], sizeof a->unmet[i]);
    assert_int_equal(a->shoppers, b->shoppers);
    assert_int_equal(a->decisions, b->decisions);
    assert_int_equal(a->touches, b->touches);
    assert_int_equal(a->orders, b->orders);
    for (size_t i = 0; i < a->restocks; i++) {
        assert_memory_equal(&a->restock[i], &b->restock[i], offsetof(store_restock_row, policy_arm));
        assert_int_equal(a->restock[i].policy_arm, b->restock[i].policy_arm);
    }
    for (size_t i = 0; i < a->shoppers; i++) {
        const store_shopper_row *x = &a->shopper[i], *y = &b->shopper[i];
        assert_memory_equal(x, y, sizeof(int64_t) + 2 * sizeof(uint32_t));
        assert_int_equal(x->arm, y->arm);
        assert_int_equal(x->reached, y->reached);
        same_real(x->orders, y->orders);
        same_real(x->revenue, y->revenue);
        assert_int_equal(x->policy_arm, y->policy_arm);
        assert_int_equal(x->restock, y->restock);
    }
    same_event_rows(a, b);
}

static void same_trial(const store_trial *a, const store_trial *b) {
    assert_int_equal(a->replication, b->replication);
    assert_int_equal(a->twins, b->twins);
    assert_true(a->events == b->events);
    same_reals(a->tally, b->tally, STORE_TALLY_COUNT);
    same_reals(&a->moments[0][0][0].n, &b->moments[0][0][0].n, sizeof a->moments / sizeof(double));
    assert_memory_equal(a->hist, b->hist, sizeof a->hist);
    same_reals(a->series[0], b->series[0], sizeof a->series / sizeof(double));
    same_reals(a->since[0], b->since[0], sizeof a->since / sizeof(double));
    same_reals(&a->tier[0].asked, &b->tier[0].asked, 2 * STORE_TIERS);
    same_reals(&a->template[0].sends, &b->template[0].sends, 6 * STORE_TEMPLATES);
    same_reals(&a->policy_arm[0].recipients, &b->policy_arm[0].recipients,
               sizeof a->policy_arm / (sizeof(double)));
    assert_int_equal(a->ledger_rows, b->ledger_rows);
    for (size_t i = 0; i < a->ledger_rows; i++) {
        same_text(a->ledger[i].outcome, b->ledger[i].outcome);
        same_text(a->ledger[i].reason, b->ledger[i].reason);
        same_real(a->ledger[i].n, b->ledger[i].n);
    }
    same_rows(a, b);
}

static void same_run(const store_run *a, const store_run *b) {
    same_text(a->scenario, b->scenario);
    same_text(a->title, b->title);
    same_text(a->text, b->text);
    assert_true(a->seed == b->seed && a->start == b->start && a->horizon == b->horizon &&
                a->warmup == b->warmup);
    same_real(a->price, b->price);
    same_real(a->holdout, b->holdout);
    same_text(a->unit, b->unit);
    same_real(a->holdout_products, b->holdout_products);
    assert_int_equal(a->templates, b->templates);
    for (size_t i = 0; i < STORE_TEMPLATES; i++)
        same_text(a->template[i], b -> template[i]);
    assert_int_equal(a->policy_arms, b->policy_arms);
    for (size_t i = 0; i < STORE_POLICY_ARMS; i++)
        same_text(a->policy_arm[i], b->policy_arm[i]);
    same_reals(a->policy_arm_weight, b->policy_arm_weight, STORE_POLICY_ARMS);
    assert_int_equal(a->twins, b->twins);
    assert_int_equal(a->tiers, b->tiers);
    for (size_t i = 0; i < STORE_TIERS; i++)
        same_text(a->tier[i], b->tier[i]);
    assert_int_equal(a->traces, b->traces);
    for (size_t i = 0; i < a->traces; i++) {
        same_text(a->trace[i].name, b->trace[i].name);
        same_text(a->trace[i].file, b->trace[i].file);
        assert_true(a->trace[i].hash == b->trace[i].hash);
        same_reals(&a->trace[i].rows, &b->trace[i].rows, 4);
    }
    assert_int_equal(a->manifest_rows, b->manifest_rows);
    for (size_t i = 0; i < a->manifest_rows; i++) {
        same_text(a->manifest[i].key, b->manifest[i].key);
        same_text(a->manifest[i].value, b->manifest[i].value);
    }
    assert_int_equal(a->trials, b->trials);
    for (size_t i = 0; i < a->trials; i++)
        same_trial(&a->trial[i], &b->trial[i]);
}

static char folder[PLACE_PATH], file[PLACE_PATH], error[STORE_ERROR_SIZE];

static int make_folder(void **state) {
    (void)state;
    place_make(folder);
    place_path(file, "%s/run.db", folder);
    return 0;
}

static int remove_folder(void **state) {
    (void)state;
    unlink(file);
    return rmdir(folder); /* fails if anything else was left behind */
}

static void write_then_read_is_the_same(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        store_run run = random_run(seed), back;
        assert_int_equal(store_write(file, &run, NULL, 0, error), STORE_OK);
        assert_int_equal(store_read(file, &back, error), STORE_OK);
        same_run(&run, &back);
        store_run_clear(&run);
        store_run_clear(&back);
    }
}

typedef struct {
    unsigned char *byte;
    size_t size;
} bytes;

static bytes load(const char *path) {
    bytes b;
    b.byte = (unsigned char *)place_read(path, &b.size);
    return b;
}

static void equal_runs_make_equal_files(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        bytes made[2];
        for (int i = 0; i < 2; i++) {
            store_run run = random_run(seed);
            assert_int_equal(store_write(file, &run, NULL, 0, error), STORE_OK);
            made[i] = load(file);
            store_run_clear(&run);
        }
        assert_int_equal(made[0].size, made[1].size);
        assert_memory_equal(made[0].byte, made[1].byte, made[0].size);
        free(made[0].byte);
        free(made[1].byte);
    }
}

/* A run that came back is written as the same bytes: nothing is lost that the file holds. */
static void what_was_read_is_written_alike(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        store_run run = random_run(seed), back;
        assert_int_equal(store_write(file, &run, NULL, 0, error), STORE_OK);
        bytes first = load(file);
        assert_int_equal(store_read(file, &back, error), STORE_OK);
        assert_int_equal(store_write(file, &back, NULL, 0, error), STORE_OK);
        bytes second = load(file);
        assert_int_equal(first.size, second.size);
        assert_memory_equal(first.byte, second.byte, first.size);
        free(first.byte);
        free(second.byte);
        store_run_clear(&run);
        store_run_clear(&back);
    }
}

static unsigned char *damage(const bytes *sound, uint64_t *s, size_t *size) {
    unsigned char *byte = malloc(sound->size);
    memcpy(byte, sound->byte, sound->size);
    *size = below(s, 4) ? sound->size : below(s, (uint32_t)sound->size);
    uint32_t flips = 1 + below(s, 30);
    /* half of the time in the pages that describe the others */
    uint32_t within = below(s, 2) ? 8192 : (uint32_t)sound->size;
    for (uint32_t i = 0; i < flips; i++)
        byte[below(s, within)] ^= (unsigned char)(1u << below(s, 8));
    return byte;
}

static void damaged_files_are_refused_or_read(void **state) {
    (void)state;
    uint64_t seed = 1;
    store_run run;
    do
        run = random_run(seed++); /* one with trials */
    while (run.trials == 0);
    assert_int_equal(store_write(file, &run, NULL, 0, error), STORE_OK);
    store_run_clear(&run);
    bytes sound = load(file);
    int refused = 0;
    for (uint64_t s = 1; s <= 1500; s++) {
        uint64_t state_of_s = s;
        size_t size;
        unsigned char *byte = damage(&sound, &state_of_s, &size);
        place_write(file, byte, size);
        free(byte);
        store_run back = {.title = (char *)"untouched"};
        error[0] = '\0';
        store_status status = store_read(file, &back, error);
        if (status == STORE_OK) {
            store_run_clear(&back); /* the damage hit a free byte or changed a value into another */
            continue;
        }
        refused++;
        assert_int_equal(status, STORE_NOT_A_RUN);
        assert_string_equal(back.title, "untouched");
        assert_non_null(strstr(error, "is not a restocklab run store: "));
    }
    assert_true(refused > 750);
    free(sound.byte);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(write_then_read_is_the_same, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(equal_runs_make_equal_files, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(what_was_read_is_written_alike, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(damaged_files_are_refused_or_read, make_folder, remove_folder),
    };
    return RUN_TESTS(tests);
}
