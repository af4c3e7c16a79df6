/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sim_queue.c - the event queue's contract by example, short memory, and its rare ways in small.
 *
 * The queue is compiled into this test with an allocator that can fail, and with low thresholds, so that a
 * few hundred events divide buckets and spill heaps. The library's own is then not linked.
 */
#include "tests/support.h"
#include "tests/unit/sorted_list.h"

#include <stdlib.h>
#include <string.h>

/* Allocations left before they fail; below 0: they never do. */
static long allocations_left = -1;

static bool allowed(void) {
    if (allocations_left < 0) return true;
    if (allocations_left == 0) return false;
    allocations_left--;
    return true;
}
static void *failing_calloc(size_t n, size_t size) {
    return allowed() ? calloc(n, size) : NULL;
}
static void *failing_malloc(size_t size) {
    return allowed() ? malloc(size) : NULL;
}
static void *failing_realloc(void *old, size_t size) {
    return allowed() ? realloc(old, size) : NULL;
}
static void *failing_aligned_alloc(size_t alignment, size_t size) {
    return allowed() ? aligned_alloc(alignment, size) : NULL;
}

#define QUEUE_READY_EVENTS 64
#define QUEUE_FEW_EVENTS   8
#define QUEUE_HEAP_EVENTS  8

#define calloc        failing_calloc
#define malloc        failing_malloc
#define realloc       failing_realloc
#define aligned_alloc failing_aligned_alloc
#include "sim/memory.c"
#include "sim/queue.c"
#include "sim/queue_check.c"
#include "sim/queue_pool.c"
#include "sim/queue_rungs.c"
#include "sim/queue_sort.c"
#undef calloc
#undef malloc
#undef realloc
#undef aligned_alloc

static sim_event event_at(int64_t at, uint32_t a) {
    return (sim_event){.at = at, .kind = 7, .a = a, .b = 8};
}

static bool push(sim_queue *queue, int64_t at, uint32_t a) {
    const sim_event event = event_at(at, a);
    return sim_queue_push(queue, event);
}

static void empty_queue(void **state) {
    (void)state;
    sim_queue *queue = sim_queue_create(NULL);
    sim_event out = event_at(5, 5);
    assert_false(sim_queue_pop(queue, &out));
    assert_int_equal(out.a, 5);
    assert_true(sim_queue_next_time(queue) == INT64_MAX);
    assert_int_equal(sim_queue_size(queue), 0);
    assert_true(sim_queue_validate(queue, NULL));
    sim_queue_destroy(queue);
    sim_queue_destroy(NULL);
}

static void events_come_whole_and_in_order(void **state) {
    (void)state;
    static const int64_t times[] = {5, INT64_MAX, -3, 0, INT64_MIN, 5, 7};
    static const uint32_t order[] = {4, 2, 3, 0, 5, 6, 1};
    sim_queue *queue = sim_queue_create(NULL);
    for (uint32_t i = 0; i < 7; i++)
        assert_true(push(queue, times[i], i));
    for (uint32_t i = 0; i < 7; i++) {
        sim_event out;
        assert_true(sim_queue_next_time(queue) == times[order[i]]);
        assert_true(sim_queue_pop(queue, &out));
        const sim_event want = event_at(times[order[i]], order[i]);
        assert_memory_equal(&out, &want, sizeof want);
    }
    assert_int_equal(sim_queue_size(queue), 0);
    sim_queue_destroy(queue);
}

static void room_can_be_made_at_once(void **state) {
    (void)state;
    enum { N = 5000 };
    sim_queue *queue = sim_queue_create(NULL);
    assert_true(push(queue, -1, N));
    assert_true(sim_queue_reserve(queue, N + 1));
    size_t memory = sim_queue_memory(queue);
    for (uint32_t i = 0; i < N; i++)
        assert_true(push(queue, i % 100, i));
    assert_true(sim_queue_memory(queue) == memory);
    assert_true(sim_queue_reserve(queue, 10)); /* it has that already */
    assert_true(sim_queue_memory(queue) == memory);
    assert_false(sim_queue_reserve(queue, SIZE_MAX));
    assert_true(sim_queue_validate(queue, NULL));
    assert_int_equal(sim_queue_size(queue), N + 1);
    sim_queue_destroy(queue);
}

static void ties_come_in_order_of_the_push(void **state) {
    (void)state;
    enum { N = 10000 };
    sim_queue *queue = sim_queue_create(NULL);
    for (uint32_t i = 0; i < N; i++)
        assert_true(push(queue, 42, i));
    for (uint32_t i = 0; i < N; i++) { /* each one popped makes place for one more behind all */
        sim_event out;
        assert_true(sim_queue_pop(queue, &out));
        assert_int_equal(out.a, i);
        assert_true(push(queue, 42, N + i));
    }
    sim_queue_destroy(queue);
}

static void an_event_in_the_past_is_next(void **state) {
    (void)state;
    sim_queue *queue = sim_queue_create(NULL);
    sim_event out;
    assert_true(push(queue, 100, 1) && push(queue, 200, 2));
    assert_true(sim_queue_pop(queue, &out));
    assert_true(push(queue, 50, 3));
    assert_true(sim_queue_pop(queue, &out));
    assert_int_equal(out.a, 3);
    sim_queue_destroy(queue);
}

static void sorted_events_are_those_popped(void **state) {
    (void)state;
    sim_queue *queue = sim_queue_create(NULL);
    sim_event out;
    size_t n;
    sim_queue_sorted(queue, &n);
    assert_int_equal(n, 0);
    for (uint32_t i = 0; i < 6; i++)
        assert_true(push(queue, 10 * (int64_t)i, i));
    assert_true(sim_queue_pop(queue, &out));
    const sim_event *sorted = sim_queue_sorted(queue, &n);
    assert_int_equal(n, 5); /* one is gone */
    for (uint32_t i = 0; i < 5; i++)
        assert_int_equal(sorted[i].a, i + 1);
    sim_queue_destroy(queue);
}

/* ---- against a sorted list ---- */

enum { ROOM = 700, LOADS = 9 };

static uint64_t draw(uint64_t *seed) { /* splitmix64 */
    uint64_t z = *seed += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static int64_t draw_time(uint64_t *seed, uint32_t load, int64_t now) {
    int64_t base = now < -4000000000000000000 || now > 4000000000000000000 ? 0 : now;
    switch (load) {
    case 0: return base + (int64_t)(draw(seed) % 100000);
    case 1: return base + (int64_t)(draw(seed) % 3);
    case 2: return base + 1000 - base % 1000 + (int64_t)(draw(seed) % 2);
    case 3: return (int64_t)draw(seed);                                          /* all of int64_t */
    case 4: return base + (int64_t)(draw(seed) % 2001) - 1000;                   /* the past too */
    case 5: return base + ((int64_t)1 << draw(seed) % 61);                       /* every scale */
    case 6: return (int64_t)(draw(seed) % 3 << 60) + (int64_t)(draw(seed) % 40); /* far clusters */
    case 7: return draw(seed) % 2 ? INT64_MAX - (int64_t)(draw(seed) % 2) : base + 5;
    default: return draw(seed) % 8 ? base + (int64_t)(draw(seed) % 50) : base + 1000000000000;
    }
}

static void check_both(const sim_queue *queue, const sorted_list *list) {
    const char *reason = "";
    if (!sim_queue_validate(queue, &reason)) fail_msg("%s", reason);
    assert_int_equal(sim_queue_size(queue), list->size);
    assert_true(sim_queue_next_time(queue) == (list->size > 0 ? list->event[0].at : INT64_MAX));
}

static void pop_both(sim_queue *queue, sorted_list *list, int64_t *now) {
    sim_event out;
    assert_true(sim_queue_pop(queue, &out) == (list->size > 0));
    if (list->size == 0) return;
    const sim_event want = list_pop(list);
    assert_memory_equal(&out, &want, sizeof out);
    *now = out.at;
}

/* Pushes and pops, more of the former in turns; after `allowed_count` allocations all others fail. */
static void mix(sorted_list *list, uint32_t load, uint64_t seed, long allowed_count) {
    allocations_left = allowed_count;
    sim_queue *queue = sim_queue_create(NULL);
    assert_true(!!queue == (allowed_count < 0 || allowed_count >= 4)); /* create takes four */
    list->size = 0;
    int64_t now = 0;
    for (uint32_t step = 0; queue && step < 5000; step++) {
        bool more = draw(&seed) % 100 < (step / 600 % 2 ? 35 : 75);
        if (more && list->size < ROOM) {
            const sim_event event = event_at(draw_time(&seed, load, now), step);
            size_t memory = sim_queue_memory(queue);
            if (sim_queue_push(queue, event))
                list_push(list, &event);
            else
                assert_true(allocations_left == 0 && sim_queue_memory(queue) == memory);
        } else {
            pop_both(queue, list, &now);
        }
        check_both(queue, list);
    }
    while (queue && list->size > 0)
        pop_both(queue, list, &now);
    allocations_left = -1;
    sim_queue_destroy(queue);
}

static void every_way_agrees_with_a_sorted_list(void **state) {
    (void)state;
    sorted_list *list = malloc(sizeof *list);
    for (uint32_t load = 0; load < LOADS; load++)
        for (uint64_t seed = 1; seed <= 4; seed++)
            mix(list, load, seed << 8 | load, -1);
    free(list);
}

static void short_memory_changes_nothing(void **state) {
    (void)state;
    sorted_list *list = malloc(sizeof *list);
    for (uint32_t load = 0; load < LOADS; load++)
        for (long allowed_count = 0; allowed_count < 10; allowed_count++)
            mix(list, load, load, allowed_count);
    free(list);
}

static void memory_comes_back(void **state) {
    (void)state;
    for (long allowed_count = 4; allowed_count < 9; allowed_count++) {
        allocations_left = allowed_count;
        sim_queue *queue = sim_queue_create(NULL);
        assert_non_null(queue);
        uint32_t n = 0;
        while (n < 100000 && push(queue, 1000 - (int64_t)n, n))
            n++;
        assert_false(push(queue, 0, 0)); /* still not */
        assert_int_equal(sim_queue_size(queue), n);
        allocations_left = -1;
        assert_true(push(queue, 1001, n));
        for (uint32_t i = n; i-- > 0;) { /* the last pushed has the least time */
            sim_event out;
            assert_true(sim_queue_pop(queue, &out));
            assert_int_equal(out.a, i);
        }
        assert_int_equal(sim_queue_size(queue), 1);
        sim_queue_destroy(queue);
    }
}

/* Equal times in the past cannot be divided, so the heap itself has to grow. */
static void a_heap_that_cannot_grow_refuses(void **state) {
    (void)state;
    sim_queue *queue = sim_queue_create(NULL);
    sim_event out;
    for (uint32_t i = 0; i < 400; i++)
        assert_true(push(queue, 1000 + (int64_t)i, i));
    assert_true(sim_queue_pop(queue, &out));
    allocations_left = 0;
    uint32_t n = 0;
    while (n < 200 && push(queue, 5, 1000 + n))
        n++;
    assert_in_range(n, 1, 199);
    assert_true(push(queue, INT64_MAX, 0) || sim_queue_size(queue) == queue->room);
    assert_true(sim_queue_validate(queue, NULL));
    allocations_left = -1;
    assert_true(push(queue, 5, 1000 + n));
    for (uint32_t i = 0; i <= n; i++) {
        assert_true(sim_queue_pop(queue, &out));
        assert_int_equal(out.a, 1000 + i);
    }
    assert_true(sim_queue_pop(queue, &out));
    assert_int_equal(out.a, 1);
    sim_queue_destroy(queue);
}

/* Chunks go round: many turns of the same number of events take no more memory than the first ones. */
static void memory_is_used_again(void **state) {
    (void)state;
    sim_queue *queue = sim_queue_create(NULL);
    uint64_t seed = 5;
    for (uint32_t i = 0; i < 2000; i++)
        assert_true(push(queue, (int64_t)(draw(&seed) % 1000000), i));
    allocations_left = 0;
    sim_event out;
    for (uint32_t i = 0; i < 200000; i++) {
        assert_true(sim_queue_pop(queue, &out));
        assert_true(push(queue, out.at + (int64_t)(draw(&seed) % 1000000), i));
    }
    allocations_left = -1;
    assert_true(sim_queue_validate(queue, NULL));
    sim_queue_destroy(queue);
}

static void validate_tells_what_is_wrong(void **state) {
    (void)state;
    sim_queue *queue = sim_queue_create(NULL);
    const char *reason = NULL;
    sim_event out;
    for (uint32_t i = 0; i < 4; i++)
        assert_true(push(queue, 10 * (int64_t)i, i));
    assert_true(sim_queue_pop(queue, &out));
    assert_true(push(queue, 15, 9) && push(queue, 16, 10) && push(queue, 99, 11));
    assert_true(sim_queue_validate(queue, &reason));

    queue->ready[1].at = 25;
    assert_false(sim_queue_validate(queue, &reason));
    assert_string_equal(reason, "events out of order");
    queue->ready[1].at = 10;
    queue->heap[1].event.at = 3;
    assert_false(sim_queue_validate(queue, &reason));
    assert_string_equal(reason, "heap out of order");
    queue->heap[1].event.at = 16;
    queue->overflow.last->event[0].at = 3;
    assert_false(sim_queue_validate(queue, &reason));
    assert_string_equal(reason, "an event in the wrong list");
    queue->overflow.last->event[0].at = 99;
    queue->size++;
    assert_false(sim_queue_validate(queue, NULL));
    queue->size--;
    assert_true(sim_queue_validate(queue, NULL));
    sim_queue_destroy(queue);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_queue),
        cmocka_unit_test(events_come_whole_and_in_order),
        cmocka_unit_test(room_can_be_made_at_once),
        cmocka_unit_test(ties_come_in_order_of_the_push),
        cmocka_unit_test(an_event_in_the_past_is_next),
        cmocka_unit_test(sorted_events_are_those_popped),
        cmocka_unit_test(every_way_agrees_with_a_sorted_list),
        cmocka_unit_test(short_memory_changes_nothing),
        cmocka_unit_test(memory_comes_back),
        cmocka_unit_test(a_heap_that_cannot_grow_refuses),
        cmocka_unit_test(memory_is_used_again),
        cmocka_unit_test(validate_tells_what_is_wrong),
    };
    return RUN_TESTS(tests);
}
