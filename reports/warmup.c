/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * warmup.c - see warmup.h.
 */
#include "reports/warmup.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/document.h"
#include "reports/format.h"
#include "stats/interval.h"
#include "stats/mser.h"

#define DAY   86400.
#define LEVEL .99

typedef struct {
    const char *name, *label;
    store_series row[2]; /* their sum; the same twice: only that */
    bool flow;
} watched;

static const watched table[WARMUP_SERIES] = {
    {"waiting", "people in line", {STORE_S_waiting, STORE_S_waiting}, false},
    {"on_hand", "units on hand", {STORE_S_on_hand, STORE_S_on_hand}, false},
    {"sends", "sends", {STORE_S_sent, STORE_S_sent}, true},
    {"orders", "orders", {STORE_S_orders_push, STORE_S_orders_other}, true},
};

static double value(const watched *what, const store_trial *t, size_t bin, double per_day) {
    double x = t->series[what->row[0]][bin];
    if (what->row[1] != what->row[0]) x += t->series[what->row[1]][bin];
    return what->flow ? x * per_day : x;
}

static double mean_from(const watched *what, const store_trial *t, size_t first, double per_day) {
    double sum = 0;
    for (size_t bin = first; bin < STORE_BINS; bin++)
        sum += value(what, t, bin, per_day);
    return sum / (double)(STORE_BINS - first);
}

/* The difference is one of means of the same replication, so their common noise is not in it. */
static void compare(const store_run *run, const watched *what, size_t from, size_t settled, double per_day,
                    double *off, warmup_series *s) {
    s->counted = s->later = 0;
    for (size_t i = 0; i < run->trials; i++) {
        double counted = mean_from(what, &run->trial[i], from, per_day),
               later = mean_from(what, &run->trial[i], settled, per_day);
        s->counted += counted / (double)run->trials;
        s->later += later / (double)run->trials;
        off[i] = counted - later;
    }
    stat_interval v = stat_mean_interval(off, run->trials, LEVEL);
    s->off = v.mean, s->lo = v.lo, s->hi = v.hi;
}

/* A night or a noon at the start is no warm-up: where there are days enough, less than one past the warm-up
 * is not held against it. */
static double patience(const store_run *run) {
    double horizon = (double)run->horizon / 1000;
    return horizon >= 10 * DAY ? DAY : 0;
}

static void look(const store_run *run, const watched *what, const warmup_answer *w, double *off,
                 warmup_series *s) {
    double per_day = DAY / w->bin, half = w->bin * STORE_BINS / 2;
    size_t from = (size_t)ceil(w->chosen / w->bin - 1e-9);
    *s = (warmup_series){.name = what->name, .label = what->label};
    for (size_t bin = 0; bin < STORE_BINS; bin++)
        for (size_t i = 0; i < run->trials; i++)
            s->mean[bin] += value(what, &run->trial[i], bin, per_day) / (double)run->trials;
    stat_mser m = stat_mser5(s->mean, STORE_BINS);
    s->drop = m.drop;
    s->settles = m.enough;
    from = from < STORE_BINS ? from : STORE_BINS - 1;
    compare(run, what, from, s->drop > from ? s->drop : from, per_day, off, s);
    bool before = (double)s->drop * w->bin > w->chosen + patience(run);
    bool shows = run->trials < 2 || s->lo > 0 || s->hi < 0;
    s->early = s->settles ? before && shows : w->chosen >= half || shows;
}

/* Restocks that are the same in all replications are given by the scenario or a trace; so one cannot tell. */
static bool given(const store_run *run) {
    const double *first = run->trial[0].tally;
    for (size_t i = 1; i < run->trials; i++)
        if (run->trial[i].tally[STORE_T_restocks] != first[STORE_T_restocks] ||
            run->trial[i].tally[STORE_T_units_restocked] != first[STORE_T_units_restocked])
            return false;
    return true;
}

/* Rounded up to what one would write. */
static void suggest(double seconds, char out[WARMUP_SPAN]) {
    static const struct {
        double seconds;
        const char *name;
    } unit[] = {{DAY, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}, {.001, "ms"}};
    size_t i = 0;
    while (i + 1 < sizeof unit / sizeof *unit && seconds < 2 * unit[i].seconds)
        i++;
    snprintf(out, WARMUP_SPAN, "%.0f%s", ceil(seconds / unit[i].seconds - 1e-9), unit[i].name);
}

static void judge(const store_run *run, warmup_answer *w) {
    double longest = 0;
    w->verdict = WARMUP_ENOUGH;
    for (size_t i = 0; i < WARMUP_SERIES; i++) {
        const warmup_series *s = &w->series[i];
        if (!s->early) continue;
        if (!s->settles) w->verdict = WARMUP_NO_STEADY_STATE;
        if (w->verdict == WARMUP_ENOUGH) w->verdict = WARMUP_TOO_SHORT;
        longest = fmax(longest, (double)s->drop * w->bin);
    }
    if (w->verdict == WARMUP_TOO_SHORT) suggest(longest, w->suggested);
    if (run->warmup == 0 && given(run)) w->verdict = WARMUP_TRANSIENT, w->suggested[0] = '\0';
}

bool warmup_of(const store_run *run, warmup_answer *out) {
    if (!run->trials || run->horizon <= 0 || run->warmup < 0 || run->warmup >= run->horizon) return false;
    double *off = calloc(run->trials, sizeof *off);
    if (!off) return false;
    *out = (warmup_answer){.chosen = (double)run->warmup / 1000,
                           .bin = (double)run->horizon / 1000 / STORE_BINS};
    for (size_t i = 0; i < WARMUP_SERIES; i++)
        look(run, &table[i], out, off, &out->series[i]);
    judge(run, out);
    free(off);
    return true;
}

/* ---- words ---- */

/* The last to settle of the series; of those that are counted too early where some are. */
static const warmup_series *last_of(const warmup_answer *w, bool early) {
    const warmup_series *last = NULL;
    for (size_t i = 0; i < WARMUP_SERIES; i++)
        if ((!early || w->series[i].early) && (!last || w->series[i].drop > last->drop)) last = &w->series[i];
    return last;
}

static void say_enough(FILE *out, const warmup_answer *w) {
    const warmup_series *last = last_of(w, false);
    double settled = (double)last->drop * w->bin;
    if (w->chosen > 0)
        fprintf(out, "The warm-up of %s is enough", format_span(w->chosen).text);
    else
        fputs("No warm-up is set, and none is missing", out);
    if (settled <= w->chosen)
        fprintf(out, ": by MSER-5 the last to settle are %s, after %s.", last->label,
                format_span(settled).text);
    else
        fprintf(out, ": MSER-5 would leave out up to %s (%s), but what is counted is not shown to be off.",
                format_span(settled).text, last->label);
}

static void say_unsettled(FILE *out, const warmup_answer *w) {
    const char *comma = "";
    fputs("No steady state in this horizon: by MSER-5 ", out);
    for (size_t i = 0; i < WARMUP_SERIES; i++) {
        if (!w->series[i].early || w->series[i].settles) continue;
        fprintf(out, "%s%s", comma, w->series[i].label);
        comma = ", ";
    }
    fputs(" do not settle in its first half. A longer run.horizon may show when they do; until then counts "
          "are of a shop on its way.",
          out);
}

static void say_too_short(FILE *out, const warmup_answer *w) {
    const warmup_series *last = last_of(w, true);
    double share = last->off / last->later;
    if (w->chosen > 0)
        fprintf(out, "The warm-up of %s is too short", format_span(w->chosen).text);
    else
        fputs("No warm-up is set, so the start is counted, too", out);
    fprintf(out, ": by MSER-5 the last to settle are %s, after %s", last->label,
            format_span((double)last->drop * w->bin).text);
    if (isfinite(share))
        fprintf(out, " (%s %s as counted)", format_number(fabs(share), "share").text,
                share < 0 ? "too few" : "too many");
    fprintf(out, ". %s run.warmup=%s.", w->chosen > 0 ? "Set" : "If the shop's usual state is meant, set",
            w->suggested);
}

void warmup_words(const warmup_answer *w, char *out, size_t size) {
    FILE *f = size > 1 ? fmemopen(out, size - 1, "w") : NULL;
    memset(out, 0, size);
    if (!f) return;
    switch (w->verdict) {
    case WARMUP_ENOUGH: say_enough(f, w); break;
    case WARMUP_TOO_SHORT: say_too_short(f, w); break;
    case WARMUP_NO_STEADY_STATE: say_unsettled(f, w); break;
    case WARMUP_TRANSIENT:
        fputs("No warm-up is set, and none is looked for: the run follows a given course from its start.", f);
    }
    fclose(f);
}

bool warmup_told(const warmup_answer *w) {
    return w->chosen > 0 || w->verdict == WARMUP_TOO_SHORT;
}

/* ---- JSON ---- */

static int set_series(json_t *into, const warmup_answer *w, const warmup_series *s) {
    json_t *one = json_object();
    int bad = json_object_set_new(into, s->name, one);
    bad |= json_object_set_new(one, "settles_s",
                               s->settles ? document_number((double)s->drop * w->bin) : json_null());
    bad |= json_object_set_new(one, "counted", document_number(s->counted));
    bad |= json_object_set_new(one, "later", document_number(s->later));
    bad |= json_object_set_new(one, "off", document_number(s->off));
    bad |= json_object_set_new(one, "off_lo", document_number(s->lo));
    bad |= json_object_set_new(one, "off_hi", document_number(s->hi));
    return bad | json_object_set_new(one, "early", json_boolean(s->early));
}

json_t *warmup_json(const store_run *run) {
    static const char *const verdict[] = {"transient", "enough", "too_short", "no_steady_state"};
    warmup_answer w;
    if (!warmup_of(run, &w)) return json_null();
    json_t *doc = json_object(), *series = json_object();
    int bad = json_object_set_new(doc, "chosen_s", document_number(w.chosen));
    bad |= json_object_set_new(doc, "verdict", json_string(verdict[w.verdict]));
    bad |= json_object_set_new(doc, "suggested", *w.suggested ? json_string(w.suggested) : json_null());
    bad |= json_object_set_new(doc, "series", series);
    for (size_t i = 0; i < WARMUP_SERIES && !bad; i++)
        bad |= set_series(series, &w, &w.series[i]);
    if (!bad) return doc;
    json_decref(doc);
    return NULL;
}
