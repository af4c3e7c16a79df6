/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * looks.c - looks as numbers and as text. See looks.h.
 */
#include "reports/looks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/analysis_words.h"
#include "reports/document.h"

enum { SHOWN = 20 };

void report_looks_clear(report_looks *l) {
    for (size_t i = 0; i < l->count; i++) {
        free(l->series[i].name);
        free(l->series[i].row);
    }
    free(l->series);
    *l = (report_looks){0};
}

static bool leaves_out_0(double lo, double hi) {
    return lo > 0 || hi < 0;
}

void report_looks_mark(looks_series *s) {
    s->fixed_first = s->any_first = LOOKS_NONE;
    s->fixed_last = s->any_last = false;
    for (size_t i = 0; i < s->rows; i++) {
        s->fixed_last = leaves_out_0(s->row[i].lo, s->row[i].hi);
        s->any_last = leaves_out_0(s->row[i].any_lo, s->row[i].any_hi);
        if (s->fixed_last && s->fixed_first == LOOKS_NONE) s->fixed_first = (long)i;
        if (s->any_last && s->any_first == LOOKS_NONE) s->any_first = (long)i;
    }
}

looks_totals report_looks_totals(const report_looks *l) {
    looks_totals t = {0};
    for (size_t i = 0; i < l->count; i++) {
        const looks_series *s = &l->series[i];
        long last = (long)s->rows - 1;
        bool early = s->fixed_first != LOOKS_NONE && s->fixed_first < last;
        t.usable += s->rows > 0;
        t.fixed_early += early;
        t.fixed_last += s->fixed_last;
        t.fixed_lost += early && !s->fixed_last;
        t.any_early += s->any_first != LOOKS_NONE && s->any_first < last;
        t.any_last += s->any_last;
    }
    return t;
}

/* ---- text ---- */

static void put_name(FILE *out, const looks_series *s) {
    char name[60], arm[40];
    if (*s->name) fprintf(out, "%s, ", format_clean(name, sizeof name, s->name));
    fprintf(out, "%s", format_clean(arm, sizeof arm, s->arm));
}

static const char *stop_name(const looks_series *s, long at, char *out, size_t size) {
    return at == LOOKS_NONE ? "never" : format_clean(out, size, s->row[at].name);
}

static void put_looks(FILE *out, const report_looks *l, const looks_series *s) {
    char name[24];
    put_name(out, s);
    fputs(" against ", out);
    fprintf(out, "%s\n", format_clean(name, sizeof name, l->control));
    fprintf(out, "  %-14s%12s%12s  %-24s%9s  %s\n", "look", "units", "difference", "fixed interval", "p",
            "anytime-valid interval");
    for (size_t i = 0; i < s->rows; i++) {
        const looks_row *r = &s->row[i];
        fputs("  ", out);
        words_left(out, format_clean(name, 14, r->name), 14);
        words_right(out, format_count(r->n_control + r->n_arm).text, 12);
        words_right(out, words_change(r->diff, r->lo, r->hi).text, 12);
        fprintf(out, "%s ", leaves_out_0(r->lo, r->hi) ? " *" : "  ");
        words_left(out, words_interval(r->diff, r->lo, r->hi).text, 23);
        words_right(out, words_p(r->p).text, 9);
        fprintf(out, "%s ", leaves_out_0(r->any_lo, r->any_hi) ? " *" : "  ");
        fprintf(out, "%s\n", words_interval(r->diff, r->any_lo, r->any_hi).text);
    }
    char fixed[60], any[60];
    fprintf(out, "  * leaves out 0. First look that does: fixed %s, anytime-valid %s.\n",
            stop_name(s, s->fixed_first, fixed, sizeof fixed), stop_name(s, s->any_first, any, sizeof any));
    if (s->fixed_first != LOOKS_NONE && !s->fixed_last)
        fputs("  Stopping at that look would have shown an effect that the last look does not.\n", out);
}

static void put_totals(FILE *out, const report_looks *l) {
    looks_totals t = report_looks_totals(l);
    fprintf(out, "\n%zu series, %zu of them with numbers\n", l->count, t.usable);
    fprintf(out, "  leaving out 0                       fixed  anytime-valid\n");
    fprintf(out, "  at some look before the last  %11zu%15zu\n", t.fixed_early, t.any_early);
    fprintf(out, "  at the last look              %11zu%15zu\n", t.fixed_last, t.any_last);
    fprintf(out,
            "Of the %zu that a fixed interval would have stopped early, %zu show nothing at the last look.\n",
            t.fixed_early, t.fixed_lost);
}

void report_looks_text(FILE *out, const report_looks *l, const char *dir) {
    char where[300];
    fprintf(out, "%s: cumulative looks, %g %% intervals\n", format_clean(where, sizeof where, l->file),
            100 * (1 - l->alpha));
    for (size_t i = 0; i < l->count && i < SHOWN && l->count <= SHOWN; i++) {
        fputc('\n', out);
        if (l->series[i].rows)
            put_looks(out, l, &l->series[i]);
        else {
            put_name(out, &l->series[i]);
            fputs(": no look has numbers\n", out);
        }
    }
    if (l->count > 1) put_totals(out, l);
    if (l->count > SHOWN)
        fprintf(out, "More than %d series: -o writes the looks of all of them, --json prints them.\n", SHOWN);
    fprintf(
        out,
        "\nA fixed interval is made for one look; looked at often, it leaves out 0 by chance far more often "
        "than\n%g %%. The anytime-valid one holds at all looks at once, from %g units with an event in every "
        "arm on.\n",
        100 * l->alpha, l->min_events);
    if (l->events_bounded && l->too_few)
        fputs("Without a column events_ARM, as few units as mean and variance allow count as having an "
              "event.\n",
              out);
    if (l->falls)
        fprintf(
            out,
            "%zu counts are below those of the look before: are the looks cumulative, in order, and each\n"
            "series told apart (--series)?\n",
            l->falls);
    if (dir) fprintf(out, "\nReport: %s/analyze.html\n", format_clean(where, sizeof where, dir));
}

/* ---- JSON ---- */

static int add_look(json_t *list, const looks_row *r) {
    json_t *o = json_object();
    int bad = json_array_append_new(list, o);
    const struct {
        const char *name;
        double x;
    } number[] = {{"n_control", r->n_control},
                  {"n_arm", r->n_arm},
                  {"mean_control", r->mean_control},
                  {"mean_arm", r->mean_arm},
                  {"abs", r->diff},
                  {"abs_lo", r->lo},
                  {"abs_hi", r->hi},
                  {"p", r->p},
                  {"anytime_lo", r->any_lo},
                  {"anytime_hi", r->any_hi},
                  {"anytime_p", r->any_p}};
    bad |= json_object_set_new(o, "look", document_text(r->name));
    for (size_t i = 0; i < sizeof number / sizeof *number; i++)
        bad |= json_object_set_new(o, number[i].name, document_number(number[i].x));
    return bad;
}

static json_t *look_name(const looks_series *s, long at) {
    return at == LOOKS_NONE ? json_null() : document_text(s->row[at].name);
}

static int add_series(json_t *list, const looks_series *s) {
    json_t *o = json_object(), *looks = json_array();
    int bad = json_array_append_new(list, o);
    bad |= json_object_set_new(o, "series", document_text(s->name));
    bad |= json_object_set_new(o, "arm", document_text(s->arm));
    bad |= json_object_set_new(o, "planned_units", document_number(s->planned));
    bad |= json_object_set_new(o, "looks_without_numbers", json_integer((json_int_t)s->empty));
    bad |= json_object_set_new(o, "fixed_first", look_name(s, s->fixed_first));
    bad |= json_object_set_new(o, "anytime_first", look_name(s, s->any_first));
    bad |= json_object_set_new(o, "fixed_last", json_boolean(s->fixed_last));
    bad |= json_object_set_new(o, "anytime_last", json_boolean(s->any_last));
    bad |= json_object_set_new(o, "looks", looks);
    for (size_t i = 0; i < s->rows; i++)
        bad |= add_look(looks, &s->row[i]);
    return bad;
}

json_t *report_looks_json(const report_looks *l, const char *dir) {
    looks_totals t = report_looks_totals(l);
    json_t *doc = json_object(), *series = json_array(), *totals = json_object();
    int bad = json_object_set_new(doc, "command", json_string("analyze"));
    bad |= json_object_set_new(doc, "file", document_text(l->file));
    bad |= json_object_set_new(doc, "control", document_text(l->control));
    bad |= json_object_set_new(doc, "alpha", document_number(l->alpha));
    bad |= json_object_set_new(doc, "min_events", document_number(l->min_events));
    bad |= json_object_set_new(doc, "events_bounded", json_boolean(l->events_bounded));
    bad |= json_object_set_new(doc, "counts_that_fall", json_integer((json_int_t)l->falls));
    bad |= json_object_set_new(doc, "totals", totals);
    bad |= json_object_set_new(totals, "series", json_integer((json_int_t)l->count));
    bad |= json_object_set_new(totals, "usable", json_integer((json_int_t)t.usable));
    bad |= json_object_set_new(totals, "fixed_before_last", json_integer((json_int_t)t.fixed_early));
    bad |= json_object_set_new(totals, "fixed_lost", json_integer((json_int_t)t.fixed_lost));
    bad |= json_object_set_new(totals, "fixed_at_last", json_integer((json_int_t)t.fixed_last));
    bad |= json_object_set_new(totals, "anytime_before_last", json_integer((json_int_t)t.any_early));
    bad |= json_object_set_new(totals, "anytime_at_last", json_integer((json_int_t)t.any_last));
    bad |= json_object_set_new(doc, "series", series);
    for (size_t i = 0; i < l->count; i++)
        bad |= add_series(series, &l->series[i]);
    bad |= json_object_set_new(doc, "out", dir ? document_text(dir) : json_null());
    if (!bad) return doc;
    json_decref(doc);
    return NULL;
}
