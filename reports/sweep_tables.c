/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sweep_tables.c - a sweep as text, CSV and JSON. See sweep.h.
 */
#include <math.h>
#include <string.h>

#include "reports/csv.h"
#include "reports/document.h"
#include "reports/format.h"
#include "reports/sweep.h"

enum { CELL = 17, AXIS_MOST = 26, LINES_MOST = 60, HEAD_LINES = 4, REPS = 8 };

/* ---- CSV ---- */

void report_sweep_csv(FILE *out, const report_sweep *s) {
    fputs("point", out);
    for (size_t a = 0; a < s->axes; a++) {
        fputc(',', out);
        csv_text(out, s->axis[a].path);
    }
    fputs(",replications,frontier", out);
    for (size_t m = 0; m < s->metrics; m++) {
        const char *name = report_sweep_value(s, 0, m)->metric->name;
        fprintf(out, ",%s,%s_lo,%s_hi", name, name, name);
    }
    fputc('\n', out);
    for (size_t p = 0; p < s->points; p++) {
        fprintf(out, "%zu", p);
        for (size_t a = 0; a < s->axes; a++) {
            fputc(',', out);
            csv_text(out, s->axis[a].value[report_sweep_setting(s, p, a)]);
        }
        fprintf(out, ",%u,%d", s->replications[p], s->front[p]);
        for (size_t m = 0; m < s->metrics; m++) {
            const report_value *v = report_sweep_value(s, p, m);
            csv_number(out, v->mean);
            csv_number(out, v->lo);
            csv_number(out, v->hi);
        }
        fputc('\n', out);
    }
}

/* ---- JSON ---- */

static int set_axes(json_t *doc, const report_sweep *s) {
    json_t *axes = json_array();
    int bad = json_object_set_new(doc, "axes", axes);
    for (size_t a = 0; a < s->axes && !bad; a++) {
        json_t *one = json_object(), *values = json_array();
        bad |= json_array_append_new(axes, one);
        bad |= json_object_set_new(one, "path", document_text(s->axis[a].path));
        bad |= json_object_set_new(one, "values", values);
        for (size_t i = 0; i < s->axis[a].values && !bad; i++)
            bad |= json_array_append_new(values, document_text(s->axis[a].value[i]));
    }
    return bad;
}

static json_t *metrics_of(const report_sweep *s, size_t point) {
    json_t *all = json_object();
    int bad = !all;
    for (size_t m = 0; m < s->metrics && !bad; m++) {
        const report_value *v = report_sweep_value(s, point, m);
        json_t *one = json_object();
        bad |= json_object_set_new(all, v->metric->name, one);
        bad |= json_object_set_new(one, "mean", document_number(v->mean));
        bad |= json_object_set_new(one, "lo", document_number(v->lo));
        bad |= json_object_set_new(one, "hi", document_number(v->hi));
        bad |= json_object_set_new(one, "sd", document_number(v->sd));
        bad |= json_object_set_new(one, "n", json_integer(v->n));
    }
    if (!bad) return all;
    json_decref(all);
    return NULL;
}

static int set_points(json_t *doc, const report_sweep *s) {
    json_t *points = json_array();
    int bad = json_object_set_new(doc, "points", points);
    for (size_t p = 0; p < s->points && !bad; p++) {
        json_t *one = json_object(), *values = json_object();
        bad |= json_array_append_new(points, one);
        bad |= json_object_set_new(one, "point", json_integer((json_int_t)p));
        bad |= json_object_set_new(one, "values", values);
        for (size_t a = 0; a < s->axes && !bad; a++)
            bad |= json_object_set_new(values, s->axis[a].path,
                                       document_text(s->axis[a].value[report_sweep_setting(s, p, a)]));
        bad |= json_object_set_new(one, "replications", json_integer(s->replications[p]));
        bad |= json_object_set_new(one, "metrics", metrics_of(s, p));
    }
    return bad;
}

static int set_choices(json_t *doc, const report_sweep *s) {
    size_t n;
    const report_metric *metric = report_metrics(&n);
    json_t *frontier = json_object(), *points = json_array();
    int bad = json_object_set_new(doc, "frontier", frontier);
    bad |= json_object_set_new(frontier, "metrics", json_pack("[s,s]", metric[s->x].name, metric[s->y].name));
    bad |= json_object_set_new(frontier, "points", points);
    for (size_t p = 0; p < s->points && !bad; p++)
        if (s->front[p]) bad |= json_array_append_new(points, json_integer((json_int_t)p));
    json_t *best = json_null();
    if (s->has_best)
        best = json_pack("{s:s,s:I,s:o,s:s}", "metric", metric[s->best_metric].name, "point",
                         (json_int_t)s->best, "pcs", document_number(s->pcs), "bound", "bonferroni");
    return bad | json_object_set_new(doc, "best", best);
}

json_t *report_sweep_json(const report_sweep *s, const report_host *host) {
    json_t *doc = json_object(), *manifest = json_object();
    bool same = !s->budget;
    int bad = json_object_set_new(doc, "command", json_string("sweep"));
    bad |= json_object_set_new(doc, "scenario", document_text(s->scenario));
    bad |= json_object_set_new(doc, "seed", document_seed(s->seed));
    bad |= json_object_set_new(doc, "twins", json_boolean(s->twins));
    bad |= json_object_set_new(doc, "replications", same ? json_integer(s->replications[0]) : json_null());
    bad |= json_object_set_new(doc, "budget", same ? json_null() : json_integer(s->budget));
    bad |= json_object_set_new(doc, "events", document_integer(s->events));
    bad |= json_object_set_new(doc, "wall_s", document_number(host ? host->wall_s : NAN));
    bad |= set_axes(doc, s);
    bad |= set_points(doc, s);
    bad |= set_choices(doc, s);
    bad |= json_object_set_new(doc, "manifest", manifest);
    bad |= document_set_pairs(manifest, s->manifest, s->manifest_rows);
    bad |= json_object_set_new(doc, "out", host ? document_text(host->out) : json_null());
    if (!bad) return doc;
    json_decref(doc);
    return NULL;
}

/* ---- text ---- */

/* Right-aligned by characters, not bytes. */
static void pad(FILE *out, const char *text, size_t width) {
    size_t n = format_width(text);
    int blanks = n < width ? (int)(width - n) : 0;
    fprintf(out, "%*s%s", blanks, "", text);
}

/* "20.2 % ±1.1": the half-width has no unit of its own where it is the mean's. */
static void value_text(const report_value *v, char *out, size_t size) {
    double half = (v->hi - v->lo) / 2;
    format_text mean = format_value(v);
    if (!isfinite(half)) {
        snprintf(out, size, "%s", mean.text);
        return;
    }
    report_value spread = {.metric = v->metric, .mean = half, .lo = 0, .hi = 2 * half};
    format_text h = format_value(&spread);
    const char *unit = strchr(mean.text, ' ');
    char *own = strchr(h.text, ' ');
    if (unit && own && !strcmp(unit, own)) *own = '\0';
    snprintf(out, size, "%s ±%s", mean.text, h.text);
}

typedef struct {
    size_t axis[SWEEP_AXES]; /* widths */
    size_t shown[SWEEP_SHOWN], metrics;
} layout;

/* As many metrics as fit beside the axes. */
static layout plan(const report_sweep *s) {
    layout l = {.metrics = 0};
    size_t width = 8 + (s->budget ? REPS : 0);
    for (size_t a = 0; a < s->axes; a++) {
        const char *dot = strrchr(s->axis[a].path, '.');
        size_t most = strlen(dot ? dot + 1 : s->axis[a].path);
        for (size_t i = 0; i < s->axis[a].values; i++)
            if (strlen(s->axis[a].value[i]) > most) most = strlen(s->axis[a].value[i]);
        l.axis[a] = most < AXIS_MOST ? most : AXIS_MOST;
        width += l.axis[a] + 2;
    }
    l.metrics = report_sweep_shown(s, l.shown);
    while (l.metrics > 1 && width + l.metrics * CELL > FORMAT_COLUMNS)
        l.metrics--;
    return l;
}

/* A metric's name in lines of a cell, broken behind its underscores. [out] line: HEAD_LINES texts. */
static void break_name(const char *name, char line[HEAD_LINES][CELL]) {
    size_t at = 0, row = 0;
    memset(line, 0, HEAD_LINES * CELL);
    while (*name && row < HEAD_LINES) {
        size_t n = strcspn(name, "_");
        n += name[n] == '_';
        if (at && at + n > CELL - 2) {
            row++;
            at = 0;
            continue;
        }
        size_t take = n < CELL - 1 - at ? n : CELL - 1 - at;
        memcpy(line[row] + at, name, take);
        at += take;
        name += n;
    }
}

static void put_header(FILE *out, const report_sweep *s, const layout *l) {
    char head[SWEEP_SHOWN][HEAD_LINES][CELL];
    size_t n, lines = 1;
    const report_metric *metric = report_metrics(&n);
    for (size_t i = 0; i < l->metrics; i++) {
        break_name(metric[l->shown[i]].name, head[i]);
        for (size_t k = 1; k < HEAD_LINES; k++)
            if (*head[i][k] && lines < k + 1) lines = k + 1;
    }
    for (size_t k = 0; k < lines; k++) {
        bool last = k + 1 == lines;
        fputs(last ? "  point " : "        ", out);
        for (size_t a = 0; a < s->axes; a++) {
            const char *dot = strrchr(s->axis[a].path, '.');
            char name[AXIS_MOST + 1];
            snprintf(name, sizeof name, "%s", last ? dot ? dot + 1 : s->axis[a].path : "");
            pad(out, name, l->axis[a] + 2);
        }
        if (s->budget) pad(out, last ? "reps" : "", REPS);
        for (size_t i = 0; i < l->metrics; i++) {
            size_t used = 0;
            while (used < HEAD_LINES && *head[i][used])
                used++;
            pad(out, k + used >= lines ? head[i][k + used - lines] : "", CELL);
        }
        fputc('\n', out);
    }
}

static void put_point(FILE *out, const report_sweep *s, const layout *l, size_t p) {
    char text[2 * FORMAT_SIZE + 8];
    fprintf(out, "%c%c%5zu ", s->front[p] ? '*' : ' ', s->has_best && s->best == p ? '>' : ' ', p);
    for (size_t a = 0; a < s->axes; a++) {
        snprintf(text, sizeof text, "%.*s", AXIS_MOST, s->axis[a].value[report_sweep_setting(s, p, a)]);
        pad(out, text, l->axis[a] + 2);
    }
    snprintf(text, sizeof text, "%u", s->replications[p]);
    if (s->budget) pad(out, text, REPS);
    for (size_t i = 0; i < l->metrics; i++) {
        value_text(report_sweep_value(s, p, l->shown[i]), text, sizeof text);
        pad(out, text, CELL);
    }
    fputc('\n', out);
}

void report_sweep_text(FILE *out, const report_sweep *s, const report_host *host) {
    size_t n, front = 0, skipped = 0;
    const report_metric *metric = report_metrics(&n);
    char words[1200], where[300];
    layout l = plan(s);
    for (size_t p = 0; p < s->points; p++)
        front += s->front[p];
    fprintf(out, "%.40s  %.50s\n", format_clean(where, sizeof where, s->scenario),
            format_clean(words, sizeof words, s->title));
    if (s->budget)
        fprintf(out, "%zu points, %u replications given out, seed %llu%s\n", s->points, s->budget,
                (unsigned long long)s->seed, s->twins ? ", with twins" : "");
    else
        fprintf(out, "%zu points, %u replication%s each, seed %llu%s\n", s->points, s->replications[0],
                s->replications[0] == 1 ? "" : "s", (unsigned long long)s->seed,
                s->twins ? ", with twins" : "");
    fputs("Means over replications on common random numbers; ± is half the 95 % interval by Student's t.\n\n",
          out);
    put_header(out, s, &l);
    for (size_t p = 0; p < s->points; p++) {
        bool pick = s->points <= LINES_MOST || s->front[p] || (s->has_best && s->best == p);
        if (pick)
            put_point(out, s, &l, p);
        else
            skipped++;
    }
    if (skipped) fprintf(out, "  ... and %zu more in sweep.csv\n", skipped);
    fputc('\n', out);
    snprintf(words, sizeof words,
             "* not dominated by %s (%s is better) and %s (%s is better): %zu of %zu points, by their means "
             "alone.",
             metric[s->x].name, metric[s->x].direction == REPORT_MORE_IS_BETTER ? "more" : "less",
             metric[s->y].name, metric[s->y].direction == REPORT_MORE_IS_BETTER ? "more" : "less", front,
             s->points);
    format_wrap(out, words, 0, 0);
    if (s->has_best) {
        strcpy(words, "> ");
        report_sweep_best_words(s, words + 2, sizeof words - 2);
        format_wrap(out, words, 0, 0);
    }
    if (host && host->out)
        fprintf(out, "\nReport: %s/sweep.html\n", format_clean(where, sizeof where, host->out));
}
