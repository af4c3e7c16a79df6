/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench.h - what the benchmarks share: their options, how they stop, and the order of what they measured.
 */
#ifndef TESTS_BENCH_H
#define TESTS_BENCH_H

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline void stop(const char *what) {
    fprintf(stderr, "bench: %s\n", what);
    exit(2);
}

/* The number behind an option that stands first among the arguments, which then lose both. */
static inline size_t number(int *argc, char ***argv, const char *option, size_t otherwise) {
    if (*argc < 3 || strcmp((*argv)[1], option) != 0) return otherwise;
    long n = strtol((*argv)[2], NULL, 10);
    if (n < 1) stop("a number above 0 is wanted");
    *argc -= 2;
    *argv += 2;
    return (size_t)n;
}

/* For qsort() of doubles, the least first. */
static inline int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

#endif
