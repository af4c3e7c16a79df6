/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scenarios_memory.c - loading when memory runs out: the first allocation fails, then the second, and so on.
 *
 * Each time the load must say SCENARIO_NO_MEMORY, leave nothing behind, and not touch what it was to return.
 * This program puts its own malloc in front of the C library's, so that libyaml's and libcsv's allocations
 * fail too; under a sanitizer, which does the same, the sweep is left out.
 */
#include "tests/place.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scenarios/scenario.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define UNDER_SANITIZER 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__GLIBC__)
#define UNDER_SANITIZER 1
#endif

static struct {
    bool armed;
    long until; /* allocations that still succeed */
    long live;  /* blocks taken and not given back while armed */
} heap;

#ifndef UNDER_SANITIZER
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t size);
extern void __libc_free(void *p);

static bool denied(void) {
    if (!heap.armed || heap.until-- > 0) return false;
    errno = ENOMEM;
    return true;
}

static void *counted(void *p) {
    if (heap.armed && p) heap.live++;
    return p;
}

void *malloc(size_t size) {
    return denied() ? NULL : counted(__libc_malloc(size));
}
void *calloc(size_t n, size_t size) {
    return denied() ? NULL : counted(__libc_calloc(n, size));
}

void *realloc(void *p, size_t size) {
    if (denied()) return NULL;
    void *q = __libc_realloc(p, size);
    return p ? q : counted(q);
}

void free(void *p) {
    if (heap.armed && p) heap.live--;
    __libc_free(p);
}
#endif

static const char plain[] = "run: {title: A, seed: 3}\n"
                            "catalog:\n  variants:\n    - {name: S}\n    - {name: M}\n"
                            "shoppers:\n  zones: {UTC: , Asia/Kathmandu: {share: 2}}\n"
                            "policy:\n  preset: users-per-10min\n  caps:\n    - {count: 1, per: 1d}\n"
                            "  arms:\n    a: {policy: recount-1h}\n    b: {set: throttle.size=5}\n";
static const char traced[] = "supply: {mode: trace}\n"
                             "shoppers: {mode: trace}\n"
                             "traces:\n"
                             "  inventory: {file: t.csv, on_bad_row: skip, columns: {product: p}}\n"
                             "  events: {file: e.csv, on_bad_row: skip, join: rank, columns: {order: o}}\n";

/* Fails allocation 0, 1, 2, ... until the load gets through. Returns how many were failed. */
static long sweep(const char *name, const char *text, size_t size) {
    const char *sets[] = {"run.replications=2", "run.warmup=1ms"};
    for (long k = 0; k < 100000; k++) {
        scenario *const untouched = (scenario *)&heap;
        scenario *s = untouched;
        scenario_error error = {""};
        heap.live = 0;
        heap.until = k;
        heap.armed = true;
        scenario_status status = scenario_parse(name, text, size, sets, 2, &s, &error);
        if (status == SCENARIO_OK) scenario_destroy(s);
        heap.armed = false;
        if (status == SCENARIO_BAD_INPUT) fail_msg("allocation %ld: %s", k, error.text);
        if (heap.live != 0) fail_msg("allocation %ld: %ld blocks are left", k, heap.live);
        if (status == SCENARIO_OK) return k;
        assert_ptr_equal(s, untouched);
        if (!strstr(error.text, "out of memory"))
            fail_msg("allocation %ld: status %d, \"%s\"", k, (int)status, error.text);
    }
    fail_msg("never loads");
    return 0;
}

static void yaml_survives_every_failed_allocation(void **state) {
    (void)state;
#ifdef UNDER_SANITIZER
    skip();
#endif
    assert_true(sweep("mem.yaml", plain, sizeof plain - 1) > 20);
}

static void a_trace_survives_every_failed_allocation(void **state) {
    (void)state;
#ifdef UNDER_SANITIZER
    skip();
#endif
    char folder[PLACE_PATH], path[PLACE_PATH], name[PLACE_PATH];
    place_make(folder);
    place_path(name, "%s/s.yaml", folder);
    FILE *out = fopen(place_path(path, "%s/t.csv", folder), "w");
    assert_non_null(out);
    fprintf(out, "timestamp,sku,available,p\n");
    for (int i = 0; i < 6000; i++) /* enough for arrays and tables to grow, and out of order */
        fprintf(out, "2024-01-%02d,S%d,%s,P%d\n", 28 - i % 28, i % 600, i == 77 ? "x" : "1", i % 600 / 3);
    fclose(out);
    out = fopen(place_path(path, "%s/e.csv", folder), "w");
    assert_non_null(out);
    fprintf(out, "timestamp,shopper,event,sku,o\n");
    for (int i = 0; i < 6000; i++)
        fprintf(out, "2024-01-%02d,u%d,%s,S%d,O%d\n", 28 - i % 28, i % 700, i == 77 ? "x" : "view", i % 500,
                i / 9);
    fclose(out);
    long failed = sweep(name, traced, sizeof traced - 1);
    place_remove(folder);
    assert_true(failed > 60);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(yaml_survives_every_failed_allocation),
        cmocka_unit_test(a_trace_survives_every_failed_allocation),
    };
    return RUN_TESTS(tests);
}
