/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * grid.h - the points of a sweep: every combination of the values of its axes.
 *
 * An axis is PATH=a,b,c or PATH=lo:hi:n[:log]: n values from lo to hi, at equal distances or in equal ratios.
 * lo and hi may have a unit of time each (5min:2h:4); values of whole-number parameters are rounded, others
 * between the ends have 6 significant digits, 3 with log.
 */
#ifndef LAB_GRID_H
#define LAB_GRID_H

#include <stdbool.h>
#include <stddef.h>

#include "lab/lab.h"

enum { LAB_AXES_MAX = 8, LAB_AXIS_VALUES_MAX = 1000, LAB_POINTS_MAX = 10000 };

typedef struct {
    char *path;
    char **set;         /* "PATH=VALUE", one for each value */
    const char **value; /* VALUE in these */
    double *number;     /* for an axis of a plot; NaN if the values are words */
    const char *unit;   /* of number: "", or a unit of time */
    size_t values;
    bool log;
} lab_axis;

typedef struct {
    lab_axis axis[LAB_AXES_MAX];
    size_t axes, points;
} lab_grid;

/* [in] vary: texts as on the command line. [out] out: the caller's to clear, on failure too. LAB_BAD_INPUT:
 * error says what is wrong with which. Whether values are in range is for the scenario's loader to say. */
lab_status lab_grid_parse(const char *const *vary, size_t n, lab_grid *out, lab_error *error);
void lab_grid_clear(lab_grid *grid);

/* Which value of an axis a point has; the last axis varies fastest. */
size_t lab_grid_value(const lab_grid *grid, size_t point, size_t axis);

/* "policy.min_stock=5, policy.throttle.size=20". */
void lab_grid_label(const lab_grid *grid, size_t point, char *out, size_t size);

#endif
