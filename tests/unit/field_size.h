/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * field_size.h - how many bytes of its struct a row of a parameter table stands for, said apart from the
 * program.
 */
#ifndef TESTS_FIELD_SIZE_H
#define TESTS_FIELD_SIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/field.h"

static inline size_t field_size(const bis_field *f) {
    switch (f->type) {
    case BIS_FIELD_BOOL: return sizeof(bool);
    case BIS_FIELD_INT:
    case BIS_FIELD_DURATION:
    case BIS_FIELD_TIME:
    case BIS_FIELD_CLOCK: return sizeof(int64_t);
    case BIS_FIELD_REAL: return sizeof(double);
    case BIS_FIELD_CHOICE: return sizeof(int);
    case BIS_FIELD_SET: return sizeof(uint32_t);
    case BIS_FIELD_TEXT: return f->size;
    }
    return 0;
}

#endif
