/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scenarios_zone_file.h - makes the bytes of a time zone's file, RFC 8536.
 */
#ifndef TESTS_SCENARIOS_ZONE_FILE_H
#define TESTS_SCENARIOS_ZONE_FILE_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    unsigned char byte[4096];
    size_t n;
} zone_file;

static inline void zone_file_put(zone_file *f, int64_t v, int size) {
    for (int shift = 8 * (size - 1); shift >= 0; shift -= 8)
        f->byte[f->n++] = (unsigned char)((uint64_t)v >> shift);
}

static inline void zone_file_put_header(zone_file *f, char version, int leaps, int times, int types,
                                        int letters) {
    memcpy(f->byte + f->n, "TZif", 4);
    f->byte[f->n + 4] = (unsigned char)version;
    memset(f->byte + f->n + 5, 0, 15);
    f->n += 20;
    const int counts[] = {0, 0, leaps, times, types, letters};
    for (int i = 0; i < 6; i++)
        zone_file_put(f, counts[i], 4);
}

/* One block: changes in seconds, to the offsets of the same place, from the first of `offset`. */
static inline void zone_file_put_block(zone_file *f, char version, int size, const int64_t *at, int times,
                                       const int64_t *offset) {
    zone_file_put_header(f, version, 0, times, times + 1, 4);
    for (int i = 0; i < times; i++)
        zone_file_put(f, at[i], size);
    for (int i = 0; i < times; i++)
        zone_file_put(f, i + 1, 1);
    for (int i = 0; i <= times; i++) {
        zone_file_put(f, offset[i], 4);
        zone_file_put(f, 0, 2);
    }
    memcpy(f->byte + f->n, "LMT", 4);
    f->n += 4;
}

/* As files of version 2 and more are today: nothing in the first block, and a rule at the end. */
static inline void zone_file_make(zone_file *f, const int64_t *at, int times, const int64_t *offset,
                                  const char *rule) {
    f->n = 0;
    zone_file_put_block(f, '2', 4, NULL, 0, (const int64_t[]){0});
    zone_file_put_block(f, '2', 8, at, times, offset);
    f->n += (size_t)snprintf((char *)f->byte + f->n, sizeof f->byte - f->n, "\n%s\n", rule);
}

#endif
