/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sim_memory.c - blocks keep what is in them while they grow and shrink across the border between small and
 * large.
 */
#include "tests/support.h"

#include <stdint.h>

#include "sim/memory.h"

static void write_pattern(unsigned char *p, size_t from, size_t to) {
    for (size_t i = from; i < to; i += 509)
        p[i] = (unsigned char)(i * 31 >> 3);
}

static void blocks_keep_what_is_in_them(void **state) {
    (void)state;
    const size_t size[] = {1, 509, 70000, 1048575, 1048576, 3000001, 9000000, 2500000, 40000, 12};
    unsigned char *p = NULL;
    size_t old = 0;
    for (size_t k = 0; k < sizeof size / sizeof *size; k++) {
        p = sim_memory_resize(NULL, p, size[k]);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % 64, 0);
        for (size_t i = 0; i < old && i < size[k]; i += 509)
            assert_int_equal(p[i], (unsigned char)(i * 31 >> 3));
        write_pattern(p, 0, size[k]);
        p[size[k] - 1] = p[size[k] - 1]; /* the last byte is there */
        old = size[k];
    }
    assert_null(sim_memory_resize(NULL, p, 0));
    sim_memory_free(NULL);
}

static void are_zero(sim_memory *memory) {
    for (int round = 0; round < 3; round++) /* the second time it may be memory used before */
        for (size_t n = 1; n < 3000000; n = n * 7 + 1) {
            unsigned char *p = sim_memory_zeroed(memory, n, 3);
            assert_non_null(p);
            for (size_t i = 0; i < 3 * n; i++)
                if (p[i]) fail_msg("byte %zu of %zu is %d", i, 3 * n, p[i]);
            write_pattern(p, 0, 3 * n);
            sim_memory_free(p);
        }
}

static void zeroed_is_zero(void **state) {
    (void)state;
    sim_memory *memory = sim_memory_create();
    assert_non_null(memory);
    are_zero(NULL);
    are_zero(memory); /* what is kept is dirty */
    sim_memory_destroy(memory);
}

/* Under AddressSanitizer nothing is: all comes from malloc(). */
static void what_the_next_trial_needs_is_kept(void **state) {
    (void)state;
    enum { MB = 1024 * 1024 };
    sim_memory *memory = sim_memory_create();
    assert_non_null(memory);
    unsigned char *a = sim_memory_resize(memory, NULL, 3 * MB), *b = sim_memory_resize(memory, NULL, 9 * MB);
    assert_non_null(a);
    assert_non_null(b);
    assert_int_equal(sim_memory_kept(memory), 0);
    sim_memory_free(a);
    sim_memory_free(b);
    size_t both = sim_memory_kept(memory);
    sim_memory_turn(memory);
    assert_int_equal(sim_memory_kept(memory), both);
    unsigned char *again = sim_memory_zeroed(memory, 3, MB);
    assert_non_null(again);
    if (both > 0) {
        assert_ptr_equal(again, a);
        assert_true(both >= 12 * MB && sim_memory_kept(memory) < both && sim_memory_kept(memory) >= 9 * MB);
    }
    sim_memory_turn(memory); /* nobody asked for b */
    assert_int_equal(sim_memory_kept(memory), 0);
    sim_memory_free(again);
    assert_true(sim_memory_kept(memory) < both || both == 0);
    sim_memory_destroy(memory);
}

static void what_is_outgrown_is_not_kept(void **state) {
    (void)state;
    enum { MB = 1024 * 1024, MANY = 80 };
    sim_memory *memory = sim_memory_create();
    assert_non_null(memory);
    unsigned char *p = sim_memory_resize(memory, NULL, 3 * MB);
    p = sim_memory_resize(memory, p, 5 * MB);
    assert_non_null(p);
    assert_int_equal(sim_memory_kept(memory), 0);
    sim_memory_release(p);
    assert_int_equal(sim_memory_kept(memory), 0);
    unsigned char *many[MANY]; /* more than there is room to keep */
    for (int i = 0; i < MANY; i++)
        assert_non_null(many[i] = sim_memory_resize(memory, NULL, 2 * MB));
    for (int i = 0; i < MANY; i++)
        sim_memory_free(many[i]);
    size_t kept = sim_memory_kept(memory);
    sim_memory_turn(memory);
    p = sim_memory_resize(memory, NULL, 9 * MB); /* another size: one of them goes for it */
    assert_non_null(p);
    assert_true(sim_memory_kept(memory) < kept || kept == 0);
    sim_memory_free(p);
    sim_memory_destroy(memory);
}

static void too_much_is_refused(void **state) {
    (void)state;
    assert_null(sim_memory_zeroed(NULL, SIZE_MAX / 2, 3));
    assert_null(sim_memory_resize(NULL, NULL, SIZE_MAX - 10));
    unsigned char *p = sim_memory_resize(NULL, NULL, 100);
    assert_non_null(p);
    p[99] = 7;
    assert_null(sim_memory_resize(NULL, p, SIZE_MAX - 10));
    assert_int_equal(p[99], 7); /* as it was */
    sim_memory_free(p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_keep_what_is_in_them),
        cmocka_unit_test(zeroed_is_zero),
        cmocka_unit_test(what_the_next_trial_needs_is_kept),
        cmocka_unit_test(what_is_outgrown_is_not_kept),
        cmocka_unit_test(too_much_is_refused),
    };
    return RUN_TESTS(tests);
}
