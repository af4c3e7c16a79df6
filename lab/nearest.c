/* SPDX-License-Identifier: GPL-3.0-or-later
 * nearest.c - "did you mean"; see lab.h. */
#include "lab/lab.h"

#include <string.h>

enum { LONGEST = 40 };

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

/* Edits (insert, delete, replace, swap neighbours) from a to b, both of at most LONGEST letters. */
static size_t distance(const char *a, size_t m, const char *b, size_t n) {
    size_t d[3][LONGEST + 1]; /* the last three rows of the table, by i modulo 3 */
    for (size_t j = 0; j <= n; j++)
        d[0][j] = j;
    for (size_t i = 1; i <= m; i++) {
        size_t *row = d[i % 3], *above = d[(i - 1) % 3], *two_above = d[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            size_t replace = above[j - 1] + (a[i - 1] != b[j - 1]);
            row[j] = least(replace, least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], two_above[j - 2] + 1);
        }
    }
    return d[m % 3][n];
}

const char *lab_nearest(const char *text, const char *const *words, size_t n) {
    const char *best = NULL;
    size_t length = strlen(text), fewest = 0;
    if (length > LONGEST) return NULL;
    for (size_t i = 0; i < n; i++) {
        size_t other = strlen(words[i]);
        if (other > LONGEST) continue;
        size_t edits = distance(text, length, words[i], other);
        size_t longer = length > other ? length : other;
        if (edits * 3 > longer + 1 || (best && edits >= fewest)) continue;
        best = words[i];
        fewest = edits;
    }
    return best;
}
