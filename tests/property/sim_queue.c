/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sim_queue.c - random mixes of push and pop, compared step by step with a sorted list.
 *
 * The reference keeps its events sorted by insertion behind all of the same time: slow and plainly right.
 */
#include "tests/support.h"

#include <stdlib.h>
#include <string.h>

#include "models/rng.h"
#include "sim/queue.h"

enum { ROOM = 3000, STEPS = 6000, CHECK_EVERY = 64 };

typedef struct {
    sim_event event[ROOM];
    size_t size;
} sorted_list;

static void list_push(sorted_list *list, const sim_event *event) {
    size_t i = list->size;
    while (i > 0 && list->event[i - 1].at > event->at)
        i--;
    memmove(&list->event[i + 1], &list->event[i], (list->size - i) * sizeof *event);
    list->event[i] = *event;
    list->size++;
}

static sim_event list_pop(sorted_list *list) {
    sim_event first = list->event[0];
    list->size--;
    memmove(&list->event[0], &list->event[1], list->size * sizeof first);
    return first;
}

/* How a round draws its times: what a simulation does, and what it should not do. */
typedef enum { AHEAD, FEW_TIMES, ALL_TIED, WIDE, PAST_TOO, BURSTS, PATTERNS } pattern;

static int64_t draw_time(gsl_rng *r, pattern p, int64_t now) {
    switch (p) {
    case AHEAD: return now + (int64_t)(gsl_rng_uniform(r) * gsl_rng_uniform(r) * 1e6);
    case FEW_TIMES: return now + (int64_t)gsl_rng_uniform_int(r, 3);
    case ALL_TIED: return 1700000000000;
    case WIDE: return (int64_t)((uint64_t)gsl_rng_get(r) << 32 | gsl_rng_get(r)); /* the whole of int64_t */
    case PAST_TOO: return now + (int64_t)gsl_rng_uniform_int(r, 2001) - 1000;
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
    sim_queue *queue = sim_queue_create();
    assert_non_null(queue);
    list->size = 0;
    int64_t now = 0;
    for (uint32_t step = 0; step < STEPS; step++) {
        if (list->size < ROOM && gsl_rng_uniform(r) < p_push) {
            const sim_event event = {draw_time(r, p, now), step % 5, step, step / 2, ~step};
            assert_true(sim_queue_push(queue, &event));
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_mix_agrees_with_a_sorted_list),
    };
    return RUN_TESTS(tests);
}
