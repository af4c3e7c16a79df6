/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * analyze_looks.c - analyze --summary: an experiment's cumulative counts, means and variances, look by look.
 *
 * The arms are the endings of the columns count_ARM, mean_ARM and variance_ARM. Rows of one series need not
 * stand together, but are its looks in order, so its counts cannot fall.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lab/analyze.h"
#include "lab/folder.h"
#include "lab/internal.h"
#include "lab/manifest.h"
#include "lab/sheet.h"
#include "reports/looks.h"
#include "stats/sequence.h"
#include "stats/welch.h"

enum { ARMS = 16, KEYS = 8, NAME = 400 };

typedef struct {
    const char *name;
    size_t count, mean, variance, events; /* columns; events: SIZE_MAX if there is none */
} arm_columns;

typedef struct {
    size_t row, first; /* first: of its series */
    uint32_t id[KEYS];
} place;

typedef struct {
    const lab_looks_options *options;
    lab_sheet *table;
    arm_columns arm[ARMS]; /* the control first */
    size_t arms, key[KEYS], look;
    place *place; /* of the rows, series by series */
    size_t groups;
    report_looks result;
    store_run program;
} looks_job;

/* ---- columns ---- */

static lab_status want_arm(looks_job *job, const char *name, lab_error *error) {
    const char *const part[] = {"count", "mean", "variance"};
    arm_columns *a = &job->arm[job->arms];
    size_t *const at[] = {&a->count, &a->mean, &a->variance};
    char column[NAME];
    *a = (arm_columns){.name = name, .events = SIZE_MAX};
    lab_status status = LAB_OK;
    for (int i = 0; i < 3 && status == LAB_OK; i++) {
        snprintf(column, sizeof column, "%s_%s", part[i], name);
        status = lab_sheet_want(job->table, column, LAB_NUMBER, "--summary", at[i], error);
    }
    snprintf(column, sizeof column, "events_%s", name);
    if (status == LAB_OK && lab_sheet_has(job->table, column))
        status = lab_sheet_want(job->table, column, LAB_NUMBER, "--summary", &a->events, error);
    job->arms++;
    return status;
}

static lab_status want_arms(looks_job *job, lab_error *error) {
    const lab_looks_options *o = job->options;
    char column[NAME];
    snprintf(column, sizeof column, "count_%.300s", o->control);
    if (!lab_sheet_has(job->table, column))
        return lab_fail(
            error, LAB_BAD_INPUT,
            "%s: there is no column '%s'; --summary reads count_ARM, mean_ARM and variance_ARM for each "
            "arm, and --control names the control's ARM",
            o->file, column);
    lab_status status = want_arm(job, o->control, error);
    for (size_t i = 0; i < lab_sheet_width(job->table) && status == LAB_OK; i++) {
        const char *header = lab_sheet_header(job->table, i);
        if (strncmp(header, "count_", 6) != 0 || strcmp(header + 6, o->control) == 0) continue;
        if (job->arms == ARMS) return lab_fail(error, LAB_BAD_INPUT, "%s: more than %d arms", o->file, ARMS);
        status = want_arm(job, header + 6, error);
    }
    if (status == LAB_OK && job->arms < 2)
        status =
            lab_fail(error, LAB_BAD_INPUT, "%s: there is no second column count_ARM to compare with '%s'",
                     o->file, o->control);
    return status;
}

static lab_status open_table(looks_job *job, lab_error *error) {
    const lab_looks_options *o = job->options;
    if (o->series_count > KEYS) return lab_fail(error, LAB_BAD_INPUT, "--series: more than %d", KEYS);
    lab_status status = o->out ? lab_folder_check_for(o->out, "analyze.html", "analysis", error) : LAB_OK;
    if (status == LAB_OK && o->out) status = lab_folder_check_input(o->out, "looks.csv", o->file, error);
    if (status == LAB_OK) status = lab_sheet_open(o->file, &job->table, error);
    if (status == LAB_OK) status = want_arms(job, error);
    for (size_t i = 0; i < o->series_count && status == LAB_OK; i++)
        status = lab_sheet_want(job->table, o->series[i], LAB_TEXT, "--series", &job->key[i], error);
    if (o->look && status == LAB_OK)
        status = lab_sheet_want(job->table, o->look, LAB_TEXT, "--look", &job->look, error);
    return status == LAB_OK ? lab_sheet_read(job->table, error) : status;
}

/* ---- series ---- */

static int by_series(const void *a, const void *b) {
    const place *x = a, *y = b;
    for (size_t k = 0; k < KEYS; k++)
        if (x->id[k] != y->id[k]) return x->id[k] < y->id[k] ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

static int by_first(const void *a, const void *b) {
    const place *x = a, *y = b;
    if (x->first != y->first) return x->first < y->first ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

/* Brings the rows of a series together, in their order, and the series into the order of appearance. */
static lab_status group(looks_job *job, lab_error *error) {
    size_t rows = lab_sheet_rows(job->table);
    place *p = job->place = calloc(rows, sizeof *p);
    if (!p) return lab_fail(error, LAB_FAILED, "out of memory");
    for (size_t i = 0; i < rows; i++) {
        p[i].row = i;
        for (size_t k = 0; k < job->options->series_count; k++)
            p[i].id[k] = lab_sheet_ids(job->table, job->key[k])[i];
    }
    qsort(p, rows, sizeof *p, by_series);
    for (size_t i = 0; i < rows; i++) {
        bool same = i && memcmp(p[i].id, p[i - 1].id, sizeof p->id) == 0;
        p[i].first = same ? p[i - 1].first : p[i].row;
        job->groups += !same;
    }
    qsort(p, rows, sizeof *p, by_first);
    return LAB_OK;
}

static char *name_of(const looks_job *job, size_t row) {
    char name[NAME] = "";
    for (size_t k = 0, at = 0; k < job->options->series_count && at < sizeof name; k++)
        at += (size_t)snprintf(
            name + at, sizeof name - at, "%s%s", k ? " " : "",
            lab_sheet_value(job->table, job->key[k], lab_sheet_ids(job->table, job->key[k])[row]));
    return strdup(name);
}

static double number(const looks_job *job, size_t column, size_t row) {
    return lab_sheet_numbers(job->table, column)[row];
}

static stat_sample sample_of(const looks_job *job, size_t arm, size_t row) {
    const arm_columns *a = &job->arm[arm];
    return (stat_sample){number(job, a->count, row), number(job, a->mean, row),
                         number(job, a->variance, row)};
}

static lab_status check_row(looks_job *job, size_t arm, size_t row, double before, lab_error *error) {
    stat_sample s = sample_of(job, arm, row);
    if (s.n < 0 || s.variance < 0)
        return lab_fail(error, LAB_BAD_INPUT, "%s:%ju: %s_%s is below 0", job->options->file,
                        (uintmax_t)lab_sheet_line(job->table, row), s.n < 0 ? "count" : "variance",
                        job->arm[arm].name);
    job->result.falls += s.n < before;
    return LAB_OK;
}

/* Units with an event, or as few as there can be with that mean and variance: (sum x)^2 <= k sum x^2 for the
 * k that are not 0 (Cauchy and Schwarz), with equality where all of them are the same, as those of a rate
 * are. */
static double events_of(looks_job *job, size_t arm, size_t row) {
    const arm_columns *a = &job->arm[arm];
    stat_sample s = sample_of(job, arm, row);
    if (a->events != SIZE_MAX) return number(job, a->events, row);
    job->result.events_bounded = true;
    double square = s.mean * s.mean, spread = s.variance * (s.n - 1) / s.n;
    /* a whole number; what is written with six digits misses it by less */
    return square > 0 ? ceil(s.n * square / (square + spread) * (1 - 1e-6)) : 0;
}

static void fill_row(looks_job *job, size_t arm, size_t row, looks_row *r) {
    const lab_looks_options *o = job->options;
    stat_sample control = sample_of(job, 0, row), treated = sample_of(job, arm, row);
    stat_welch_result w = stat_welch(&treated, &control, 1 - o->alpha);
    *r = (looks_row){
        .name = o->look ? lab_sheet_value(job->table, job->look, lab_sheet_ids(job->table, job->look)[row])
                        : NULL,
        .n_control = control.n,
        .n_arm = treated.n,
        .mean_control = control.mean,
        .mean_arm = treated.mean,
        .diff = w.diff,
        .se = w.se,
        .lo = w.lo,
        .hi = w.hi,
        .p = w.p,
        .enough = events_of(job, 0, row) >= o->min_events && events_of(job, arm, row) >= o->min_events,
        .any_lo = NAN,
        .any_hi = NAN,
        .any_p = NAN};
}

static void add_sequence(looks_job *job, looks_series *s) {
    double alpha = job->options->alpha;
    const looks_row *last = &s->row[s->rows - 1];
    s->planned = job->options->sequential > 0 ? job->options->sequential : last->n_control + last->n_arm;
    double rho = stat_sequence_rho(s->planned, alpha);
    for (size_t i = 0; i < s->rows; i++) {
        looks_row *r = &s->row[i];
        double t = r->n_control + r->n_arm, half = stat_sequence_half_width(r->se, t, rho, alpha);
        job->result.too_few |= !r->enough;
        if (!r->enough) continue;
        r->any_lo = r->diff - half;
        r->any_hi = r->diff + half;
        r->any_p = stat_sequence_p(r->diff, r->se, t, rho);
    }
}

/* A look has numbers if both arms have at least two units and any spread. */
static bool has_numbers(const looks_row *r) {
    return isfinite(r->lo);
}

/* [in] at: the rows of one series. */
static lab_status take_series(looks_job *job, const place *at, size_t rows, size_t arm, lab_error *error) {
    looks_series *s = &job->result.series[job->result.count++];
    *s = (looks_series){.arm = job->arm[arm].name, .planned = NAN};
    s->name = name_of(job, at->row);
    s->row = calloc(rows, sizeof *s->row);
    if (!s->name || !s->row) return lab_fail(error, LAB_FAILED, "out of memory");
    double before[2] = {0, 0};
    for (size_t i = 0; i < rows; i++) {
        for (int side = 0; side < 2; side++) {
            lab_status status = check_row(job, side ? arm : 0, at[i].row, before[side], error);
            if (status != LAB_OK) return status;
            double n = sample_of(job, side ? arm : 0, at[i].row).n;
            if (!isnan(n)) before[side] = n;
        }
        fill_row(job, arm, at[i].row, &s->row[s->rows]);
        s->row[s->rows].place = s->rows + s->empty;
        if (has_numbers(&s->row[s->rows]))
            s->rows++;
        else
            s->empty++;
    }
    if (s->rows) add_sequence(job, s);
    report_looks_mark(s);
    return LAB_OK;
}

static lab_status take_all(looks_job *job, lab_error *error) {
    size_t all = lab_sheet_rows(job->table);
    lab_status status = LAB_OK;
    for (size_t i = 0, rows; i < all; i += rows) {
        for (rows = 1; i + rows < all && job->place[i + rows].first == job->place[i].first;)
            rows++;
        for (size_t arm = 1; arm < job->arms && status == LAB_OK; arm++)
            status = take_series(job, job->place + i, rows, arm, error);
    }
    return status;
}

/* Looks without a name of their own are numbered; the texts live in `numbers`. */
static void number_looks(looks_job *job, char (*numbers)[24], size_t most) {
    for (size_t i = 0; i < most; i++)
        snprintf(numbers[i], sizeof numbers[i], "%zu", i + 1);
    for (size_t k = 0; k < job->result.count; k++)
        for (size_t i = 0; i < job->result.series[k].rows; i++) {
            looks_row *r = &job->result.series[k].row[i];
            if (!r->name) r->name = numbers[r->place];
        }
}

static lab_status present(const looks_job *job, FILE *print, lab_error *error) {
    const lab_looks_options *o = job->options;
    char why[STORE_ERROR_SIZE] = "";
    if (o->out) {
        lab_status status = lab_folder_make(o->out, error);
        if (status != LAB_OK) return status;
        if (!report_looks_write(o->out, &job->result, why)) return lab_fail(error, LAB_FAILED, "%s", why);
    }
    if (!o->json) {
        report_looks_text(print, &job->result, o->out);
        return LAB_OK;
    }
    json_t *document = report_looks_json(&job->result, o->out);
    lab_status status = lab_print_json(document, print, error);
    json_decref(document);
    return status;
}

static lab_status analyse(looks_job *job, FILE *print, lab_error *error) {
    const lab_looks_options *o = job->options;
    lab_status status = open_table(job, error);
    if (status == LAB_OK) status = group(job, error);
    if (status != LAB_OK) return status;
    size_t rows = lab_sheet_rows(job->table);
    char(*numbers)[24] = calloc(rows, sizeof *numbers);
    job->result = (report_looks){
        .file = o->file, .control = o->control, .alpha = o->alpha, .min_events = o->min_events};
    job->result.series = calloc(job->groups * (job->arms - 1), sizeof *job->result.series);
    if (!numbers || !job->result.series || !lab_manifest_program(&job->program))
        status = lab_fail(error, LAB_FAILED, "out of memory");
    if (status == LAB_OK) status = take_all(job, error);
    if (status == LAB_OK) {
        job->result.file_hash = lab_sheet_hash(job->table);
        job->result.program = job->program.manifest;
        job->result.program_rows = job->program.manifest_rows;
        number_looks(job, numbers, rows);
        status = present(job, print, error);
    }
    free(numbers);
    return status;
}

lab_status lab_analyze_looks(const lab_looks_options *options, FILE *print, lab_error *error) {
    looks_job *job = calloc(1, sizeof *job);
    if (!job) return lab_fail(error, LAB_FAILED, "out of memory");
    job->options = options;
    lab_status status = analyse(job, print, error);
    report_looks_clear(&job->result);
    free(job->place);
    lab_sheet_close(job->table);
    store_run_clear(&job->program);
    free(job);
    return status;
}
