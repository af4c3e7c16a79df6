/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sim_queue.c - the event queue's contract by example, and short memory.
 *
 * The queue is compiled into this test with an allocator that can fail; the library's own is then not linked.
 */
#include "tests/support.h"

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
static void *failing_realloc(void *old, size_t size) {
    return allowed() ? realloc(old, size) : NULL;
}

#define calloc  failing_calloc
#define realloc failing_realloc
#include "sim/queue.c"
#undef calloc
#undef realloc

static sim_event event_at(int64_t at, uint32_t a) {
    return (sim_event){.at = at, .kind = 7, .a = a, .b = 8, .c = 9};
}

static bool push(sim_queue *queue, int64_t at, uint32_t a) {
    const sim_event event = event_at(at, a);
    return sim_queue_push(queue, &event);
}

static void empty_queue(void **state) {
    (void)state;
    sim_queue *queue = sim_queue_create();
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
    sim_queue *queue = sim_queue_create();
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

static void ties_come_in_order_of_the_push(void **state) {
    (void)state;
    enum { N = 10000 };
    sim_queue *queue = sim_queue_create();
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
    sim_queue *queue = sim_queue_create();
    sim_event out;
    assert_true(push(queue, 100, 1) && push(queue, 200, 2));
    assert_true(sim_queue_pop(queue, &out));
    assert_true(push(queue, 50, 3));
    assert_true(sim_queue_pop(queue, &out));
    assert_int_equal(out.a, 3);
    sim_queue_destroy(queue);
}

static void short_memory_changes_nothing(void **state) {
    (void)state;
    allocations_left = 0;
    assert_null(sim_queue_create());
    for (long allowed_count = 1; allowed_count < 8; allowed_count++) {
        allocations_left = allowed_count;
        sim_queue *queue = sim_queue_create();
        assert_non_null(queue);
        uint32_t n = 0;
        while (n < 100000 && push(queue, 1000 - (int64_t)n, n))
            n++;
        size_t memory = sim_queue_memory(queue);
        assert_false(push(queue, 0, 0)); /* still not */
        assert_int_equal(sim_queue_size(queue), n);
        assert_int_equal(sim_queue_memory(queue), memory);
        assert_true(sim_queue_validate(queue, NULL));
        for (uint32_t i = n; i-- > 0;) { /* the last pushed has the least time */
            sim_event out;
            assert_true(sim_queue_pop(queue, &out));
            assert_int_equal(out.a, i);
        }
        allocations_left = -1;
        assert_true(push(queue, 1, 1)); /* memory is back */
        sim_queue_destroy(queue);
    }
}

static void validate_tells_what_is_wrong(void **state) {
    (void)state;
    sim_queue *queue = sim_queue_create();
    const char *reason = NULL;
    assert_true(push(queue, 1, 1) && push(queue, 2, 2));
    queue->heap[0].event.at = 3;
    assert_false(sim_queue_validate(queue, &reason));
    assert_string_equal(reason, "events out of order");
    sim_queue_destroy(queue);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_queue),
        cmocka_unit_test(events_come_whole_and_in_order),
        cmocka_unit_test(ties_come_in_order_of_the_push),
        cmocka_unit_test(an_event_in_the_past_is_next),
        cmocka_unit_test(short_memory_changes_nothing),
        cmocka_unit_test(validate_tells_what_is_wrong),
    };
    return RUN_TESTS(tests);
}
