/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sim_queue.c - random mixes of push and pop, compared step by step with a sorted list; then millions of
 * them.
 *
 * Millions need no reference: where nothing is pushed into the past, the order is right exactly if (time,
 * ordinal of the push) rises from pop to pop, and every event comes out once.
 */
#include "tests/support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/rng.h"
#include "tests/unit/sorted_list.h"

enum { STEPS = 6000, CHECK_EVERY = 64 };

/* How a round draws its times: what a simulation does, and what it should not do. */
typedef enum {
    AHEAD,
    FEW_TIMES,
    ALL_TIED,
    WIDE,
    PAST_TOO,
    FAR_PAST,
    CLUSTERS,
    EVERY_SCALE,
    DESCENDING,
    MIXED,
    BURSTS,
    PATTERNS
} pattern;

/* A time from which one can go on without leaving int64_t. */
static int64_t tame(int64_t now) {
    return now > INT64_MAX / 2 || now < INT64_MIN / 2 ? 0 : now;
}

static int64_t draw_time(gsl_rng *r, pattern p, int64_t now) {
    switch (p) {
    case AHEAD: return now + (int64_t)(gsl_rng_uniform(r) * gsl_rng_uniform(r) * 1e6);
    case FEW_TIMES: return now + (int64_t)gsl_rng_uniform_int(r, 3);
    case ALL_TIED: return 1700000000000;
    case WIDE: return (int64_t)((uint64_t)gsl_rng_get(r) << 32 | gsl_rng_get(r)); /* the whole of int64_t */
    case PAST_TOO: return now + (int64_t)gsl_rng_uniform_int(r, 2001) - 1000;
    case FAR_PAST:
        return tame(now) - (int64_t)(gsl_rng_uniform(r) * 1e12) * (int64_t)gsl_rng_uniform_int(r, 2);
    case CLUSTERS:
        return (int64_t)gsl_rng_uniform_int(r, 4) * 1000000000000 + (int64_t)gsl_rng_uniform_int(r, 200);
    case EVERY_SCALE: return tame(now) + ((int64_t)1 << gsl_rng_uniform_int(r, 61));
    case DESCENDING: return 1000000000 - (int64_t)(gsl_rng_uniform(r) * 10) - now / 1000;
    case MIXED: return draw_time(r, (pattern)gsl_rng_uniform_int(r, MIXED), tame(now));
    case BURSTS:
    case PATTERNS:
    default: return now + 60000 - now % 60000; /* the next full minute */
    }
}

static void compare(const sim_queue *queue, const sorted_list *list, bool deeply) {
    assert_int_equal(sim_queue_size(queue), list->size);
    int64_t next = list->size > 0 ? list->event[0].at : INT64_MAX;
    assert_true(sim_queue_next_time(queue) == next);
    if (!deeply) return;
    const char *reason = "";
    if (!sim_queue_validate(queue, &reason)) fail_msg("%s", reason);
    assert_true(sim_queue_memory(queue) >= list->size * sizeof(sim_event));
}

static void pop_both(sim_queue *queue, sorted_list *list, int64_t *now) {
    sim_event got;
    assert_true(sim_queue_pop(queue, &got) == (list->size > 0));
    if (list->size == 0) return;
    const sim_event want = list_pop(list);
    assert_memory_equal(&got, &want, sizeof want);
    *now = got.at;
}

static void one_round(gsl_rng *r, sorted_list *list, pattern p, double p_push) {
    sim_queue *queue = sim_queue_create(NULL);
    assert_non_null(queue);
    list->size = 0;
    int64_t now = 0;
    for (uint32_t step = 0; step < STEPS; step++) {
        if (list->size < SORTED_LIST_ROOM && gsl_rng_uniform(r) < p_push) {
            const sim_event event = {.at = draw_time(r, p, now),
                                     .kind = step % 5 & SIM_EVENT_KIND_MAX,
                                     .a = step,
                                     .b = ~step & SIM_EVENT_B_MAX};
            assert_true(sim_queue_push(queue, event));
            list_push(list, &event);
        } else {
            pop_both(queue, list, &now);
        }
        compare(queue, list, step % CHECK_EVERY == 0);
    }
    while (list->size > 0)
        pop_both(queue, list, &now);
    compare(queue, list, true);
    sim_queue_destroy(queue);
}

static void any_mix_agrees_with_a_sorted_list(void **state) {
    (void)state;
    static const double p_push[] = {0.3, 0.5, 0.6, 0.9};
    sorted_list *list = malloc(sizeof *list);
    assert_non_null(list);
    gsl_rng *r = gsl_rng_alloc(model_rng_philox);
    for (uint32_t seed = 0; seed < 3; seed++)
        for (int p = 0; p < PATTERNS; p++)
            for (size_t i = 0; i < sizeof p_push / sizeof *p_push; i++) {
                model_rng_seek(r, model_key_make(seed, 0), (uint32_t)p, (uint32_t)i, MODEL_P_TEST, 0);
                one_round(r, list, (pattern)p, p_push[i]);
            }
    gsl_rng_free(r);
    free(list);
}

/* ---- millions ---- */

enum { MOST = 400000, OPERATIONS = 1500000 };

/* How times lie ahead, and how the number pending goes. */
typedef enum { EXPONENTIAL, BIMODAL, CONSTANT_TIED, MANY_AT_ONCE, NARROWING, SHAPES } shape;

static int64_t draw_step(gsl_rng *r, shape which, uint32_t step) {
    switch (which) {
    case EXPONENTIAL: return (int64_t)(-86400000 * log1p(-gsl_rng_uniform(r)));
    case BIMODAL: return (int64_t)(-(gsl_rng_uniform(r) < 0.9 ? 1e4 : 1e9) * log1p(-gsl_rng_uniform(r)));
    case CONSTANT_TIED: return 86400000;
    case MANY_AT_ONCE: return step % 100000 < 50000 ? 777777 : (int64_t)gsl_rng_uniform_int(r, 2000000);
    case NARROWING: /* each while, a tenth of before: what was a good width is ten times too wide */
    case SHAPES:
    default: return (int64_t)(gsl_rng_uniform(r) * 1e13 / pow(10, step / (OPERATIONS / 10)));
    }
}

typedef struct {
    sim_queue *queue;
    uint8_t *out; /* by ordinal: whether it came out */
    uint32_t pushed, popped;
    int64_t now;
    uint32_t last; /* ordinal of the last pop */
} crowd;

static void crowd_push(crowd *c, int64_t at) {
    const sim_event event = {.at = at, .kind = 1, .a = c->pushed++, .b = 2};
    assert_true(sim_queue_push(c->queue, event));
}

static void crowd_pop(crowd *c) {
    sim_event event;
    size_t n;
    const sim_event *sorted = sim_queue_sorted(c->queue, &n), *next = n > 0 ? sorted : NULL;
    uint32_t foretold = next ? next->a : UINT32_MAX;
    bool heap_may_go_first = next && sim_queue_next_time(c->queue) < next->at;
    assert_true(sim_queue_pop(c->queue, &event));
    if (next && !heap_may_go_first) assert_int_equal(event.a, foretold);
    bool rises = event.at > c->now || (event.at == c->now && (c->popped == 0 || event.a > c->last));
    if (!rises || event.a >= c->pushed || c->out[event.a]) fail_msg("event %u out of order", event.a);
    c->out[event.a] = 1;
    c->now = event.at;
    c->last = event.a;
    c->popped++;
}

static void validated(const crowd *c) {
    const char *reason = "";
    if (!sim_queue_validate(c->queue, &reason)) fail_msg("%s", reason);
    assert_int_equal(sim_queue_size(c->queue), c->pushed - c->popped);
}

static void one_crowd(gsl_rng *r, shape which) {
    crowd c = {.queue = sim_queue_create(NULL), .out = calloc(OPERATIONS + 1, 1)};
    assert_true(c.queue && c.out);
    for (uint32_t step = 0; step < OPERATIONS; step++) {
        uint32_t pending = c.pushed - c.popped;
        bool more = step / 300000 % 2 == 0; /* rises, falls, rises ... */
        if (pending < MOST && (pending == 0 || gsl_rng_uniform(r) < (more ? 0.9 : 0.2)))
            crowd_push(&c, c.now + draw_step(r, which, step));
        else
            crowd_pop(&c);
        if (step % 100000 == 0) validated(&c);
    }
    while (c.popped < c.pushed)
        crowd_pop(&c);
    validated(&c);
    sim_queue_destroy(c.queue);
    free(c.out);
}

static void millions_come_in_order(void **state) {
    (void)state;
    gsl_rng *r = gsl_rng_alloc(model_rng_philox);
    for (int which = 0; which < SHAPES; which++) {
        model_rng_seek(r, model_key_make(9, 0), (uint32_t)which, 0, MODEL_P_TEST, 0);
        one_crowd(r, (shape)which);
    }
    gsl_rng_free(r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_mix_agrees_with_a_sorted_list),
        cmocka_unit_test(millions_come_in_order),
    };
    return RUN_TESTS(tests);
}
