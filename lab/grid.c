/* SPDX-License-Identifier: GPL-3.0-or-later
 * grid.c - see grid.h. */
#include "lab/grid.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/params.h"

enum { LOG_DIGITS = 3, LINEAR_DIGITS = 6 }; /* of the values between the ends of a range */

typedef struct {
    const char *name;
    double ms;
} time_unit;

static const time_unit units[] = {{"ms", 1},     {"s", 1e3},     {"min", 60e3},
                                  {"h", 3600e3}, {"d", 86400e3}, {"w", 604800e3}};

static const time_unit *unit_of(const char *text) {
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (!strcmp(units[i].name, text)) return &units[i];
    return NULL;
}

/* A number and what follows it. false: there is no number. */
static bool split(const char *text, double *number, const char **rest) {
    char *end;
    if (!*text || !strchr("0123456789.+-", *text)) return false;
    *number = strtod(text, &end);
    *rest = end;
    return end != text && isfinite(*number);
}

/* The type of the parameter at a path with or without indices; -1 if there is none. */
static int type_of(const char *path) {
    char pattern[256];
    size_t at = 0;
    for (const char *p = path; *p && at + 1 < sizeof pattern; p++) {
        pattern[at++] = *p;
        if (*p == '[') p += strspn(p + 1, "0123456789");
    }
    pattern[at] = '\0';
    for (size_t i = 0; i < scenario_param_count(); i++) {
        const bis_field *field = scenario_param_at(i).field;
        if (!strcmp(field->path, pattern)) return (int)field->type;
    }
    return -1;
}

static lab_status add_value(lab_axis *axis, const char *text, size_t n, lab_error *error) {
    size_t head = strlen(axis->path) + 1;
    if (axis->values == LAB_AXIS_VALUES_MAX)
        return lab_fail(error, LAB_BAD_INPUT, "--vary %s: more than %d values", axis->path,
                        LAB_AXIS_VALUES_MAX);
    char *set = malloc(head + n + 1);
    if (!set) return lab_fail(error, LAB_FAILED, "out of memory");
    sprintf(set, "%s=%.*s", axis->path, (int)n, text);
    axis->set[axis->values] = set;
    axis->value[axis->values] = set + head;
    for (size_t i = 0; i < axis->values; i++)
        if (!strcmp(axis->value[i], set + head)) {
            lab_status status = lab_fail(error, LAB_BAD_INPUT, "--vary %s: the value '%s' is there twice",
                                         axis->path, set + head);
            free(set);
            return status;
        }
    axis->values++;
    return LAB_OK;
}

/* As people would write it: what stands there is what is run. */
static lab_status add_number(lab_axis *axis, double x, int digits, const char *unit, lab_error *error) {
    char text[64];
    int n = snprintf(text, sizeof text, "%.*g%s", digits, x, unit);
    if (strstr(text, "e+")) n = snprintf(text, sizeof text, "%.0f%s", x, unit);
    return add_value(axis, text, (size_t)n, error);
}

static lab_status parse_list(lab_axis *axis, const char *text, lab_error *error) {
    for (;;) {
        size_t n = strcspn(text, ",");
        if (n == 0)
            return lab_fail(error, LAB_BAD_INPUT, "--vary %s: an empty value in the list", axis->path);
        lab_status status = add_value(axis, text, n, error);
        if (status != LAB_OK || !text[n]) return status;
        text += n + 1;
    }
}

typedef struct {
    char lo[64], hi[64], n[24], how[16];
} range_text;

/* lo:hi:n or lo:hi:n:how; false: not of that form, as 2026-03-02T09:00:00 is not. */
static bool is_range(const char *text, range_text *out) {
    size_t colons = 0;
    for (const char *p = text; *p; p++)
        colons += *p == ':';
    if (strchr(text, ',') || colons < 2 || colons > 3 || strchr(text, 'T')) return false;
    *out = (range_text){0};
    return sscanf(text, "%63[^:]:%63[^:]:%23[^:]:%15[^:]", out->lo, out->hi, out->n, out->how) ==
           (int)colons + 1;
}

/* A unit of its own at each end: both in the smaller one. */
static bool same_unit(double *lo, const char **lo_unit, double *hi, const char **hi_unit) {
    if (!strcmp(*lo_unit, *hi_unit)) return true;
    const time_unit *a = unit_of(*lo_unit), *b = unit_of(*hi_unit);
    if (!a || !b) return false;
    const time_unit *small = a->ms < b->ms ? a : b;
    *lo *= a->ms / small->ms;
    *hi *= b->ms / small->ms;
    *lo_unit = *hi_unit = small->name;
    return true;
}

static lab_status parse_range(lab_axis *axis, const range_text *r, lab_error *error) {
    double lo, hi;
    const char *lo_unit, *hi_unit;
    char *end;
    bool log = !strcmp(r->how, "log"), whole = type_of(axis->path) == BIS_FIELD_INT;
    if (*r->how && !log)
        return lab_fail(error, LAB_BAD_INPUT,
                        "--vary %s: after the number of values stands 'log' or nothing, not '%s'", axis->path,
                        r->how);
    if (!split(r->lo, &lo, &lo_unit) || !split(r->hi, &hi, &hi_unit))
        return lab_fail(error, LAB_BAD_INPUT,
                        "--vary %s: a range goes from a number to a number, not from '%s' to '%s'",
                        axis->path, r->lo, r->hi);
    if (!same_unit(&lo, &lo_unit, &hi, &hi_unit))
        return lab_fail(error, LAB_BAD_INPUT, "--vary %s: '%s' and '%s' have units that do not go together",
                        axis->path, r->lo, r->hi);
    long n = strtol(r->n, &end, 10);
    if (*end || n < 2 || n > LAB_AXIS_VALUES_MAX)
        return lab_fail(error, LAB_BAD_INPUT, "--vary %s: a range has 2 to %d values, not '%s'", axis->path,
                        LAB_AXIS_VALUES_MAX, r->n);
    if (!(hi > lo))
        return lab_fail(error, LAB_BAD_INPUT, "--vary %s: the range must rise: '%s' is not below '%s'",
                        axis->path, r->lo, r->hi);
    if (log && !(lo > 0))
        return lab_fail(error, LAB_BAD_INPUT, "--vary %s: equal ratios need a range above 0", axis->path);
    axis->log = log;
    for (long i = 0; i < n; i++) {
        double part = (double)i / (double)(n - 1);
        double x = i == n - 1 ? hi : log ? lo * pow(hi / lo, part) : lo + (hi - lo) * part;
        bool end_point = i == 0 || i == n - 1;
        int digits = whole || end_point ? 12 : log ? LOG_DIGITS : LINEAR_DIGITS;
        lab_status status = add_number(axis, whole ? round(x) : x, digits, lo_unit, error);
        if (status != LAB_OK) return status;
    }
    return LAB_OK;
}

/* What a plot can put along an axis: plain numbers, or spans of time in the unit of the first. */
static void measure(lab_axis *axis) {
    const time_unit *unit = NULL;
    axis->unit = "";
    for (size_t i = 0; i < axis->values; i++) {
        const char *rest;
        double x;
        bool number = split(axis->value[i], &x, &rest);
        const time_unit *own = number && *rest ? unit_of(rest) : NULL;
        if (i == 0) unit = own;
        bool fits = number && (*rest ? own && unit : x == 0 || !unit);
        axis->number[i] = !fits ? NAN : own ? x * own->ms / unit->ms : x;
    }
    if (unit) axis->unit = unit->name;
    for (size_t i = 0; i < axis->values; i++)
        if (isnan(axis->number[i]))
            for (size_t k = 0; k < axis->values; k++)
                axis->number[k] = NAN;
}

static lab_status parse_axis(const char *vary, lab_axis *axis, lab_error *error) {
    char near[256];
    range_text range;
    const char *equals = strchr(vary, '=');
    if (!equals || equals == vary)
        return lab_fail(
            error, LAB_BAD_INPUT,
            "--vary %s: write it as PATH=a,b,c or PATH=lo:hi:n[:log], such as policy.min_stock=1,3,5", vary);
    axis->path = strndup(vary, (size_t)(equals - vary));
    axis->set = calloc(LAB_AXIS_VALUES_MAX, sizeof *axis->set);
    axis->value = calloc(LAB_AXIS_VALUES_MAX, sizeof *axis->value);
    axis->number = calloc(LAB_AXIS_VALUES_MAX, sizeof *axis->number);
    if (!axis->path || !axis->set || !axis->value || !axis->number)
        return lab_fail(error, LAB_FAILED, "out of memory");
    if (type_of(axis->path) < 0) {
        if (scenario_param_nearest(axis->path, near, sizeof near))
            return lab_fail(error, LAB_BAD_INPUT, "--vary %s: unknown parameter; did you mean '%s'?",
                            axis->path, near);
        return lab_fail(error, LAB_BAD_INPUT, "--vary %s: unknown parameter; `restocklab params` lists them",
                        axis->path);
    }
    if (!strcmp(axis->path, "run.seed") || !strcmp(axis->path, "run.replications"))
        return lab_fail(
            error, LAB_BAD_INPUT,
            "--vary %s: all points share one seed and their number of replications; use --seed and --reps",
            axis->path);
    lab_status status =
        is_range(equals + 1, &range) ? parse_range(axis, &range, error) : parse_list(axis, equals + 1, error);
    if (status == LAB_OK) measure(axis);
    return status;
}

lab_status lab_grid_parse(const char *const *vary, size_t n, lab_grid *out, lab_error *error) {
    *out = (lab_grid){.points = 1};
    if (n == 0) return lab_fail(error, LAB_BAD_INPUT, "--vary is missing: a sweep needs an axis");
    if (n > LAB_AXES_MAX) return lab_fail(error, LAB_BAD_INPUT, "--vary: at most %d axes", LAB_AXES_MAX);
    for (size_t i = 0; i < n; i++) {
        lab_axis *axis = &out->axis[out->axes++];
        lab_status status = parse_axis(vary[i], axis, error);
        if (status != LAB_OK) return status;
        for (size_t k = 0; k < i; k++)
            if (!strcmp(out->axis[k].path, axis->path))
                return lab_fail(error, LAB_BAD_INPUT, "--vary %s: there twice", axis->path);
        if (axis->values > LAB_POINTS_MAX / out->points)
            return lab_fail(error, LAB_BAD_INPUT, "--vary: more than %d points", LAB_POINTS_MAX);
        out->points *= axis->values;
    }
    return LAB_OK;
}

void lab_grid_clear(lab_grid *grid) {
    for (size_t i = 0; i < grid->axes; i++) {
        lab_axis *axis = &grid->axis[i];
        for (size_t k = 0; k < axis->values; k++)
            free(axis->set[k]);
        free(axis->path);
        free(axis->set);
        free(axis->value);
        free(axis->number);
    }
    *grid = (lab_grid){0};
}

size_t lab_grid_value(const lab_grid *grid, size_t point, size_t axis) {
    for (size_t i = grid->axes; --i > axis;)
        point /= grid->axis[i].values;
    return point % grid->axis[axis].values;
}

void lab_grid_label(const lab_grid *grid, size_t point, char *out, size_t size) {
    size_t at = 0;
    *out = '\0';
    for (size_t i = 0; i < grid->axes && at < size; i++)
        at += (size_t)snprintf(out + at, size - at, "%s%s", i ? ", " : "",
                               grid->axis[i].set[lab_grid_value(grid, point, i)]);
}
