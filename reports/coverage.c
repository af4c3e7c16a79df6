/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * coverage.c - whether the bars of a coverage study are met; its rows. See coverage.h.
 */
#include "reports/coverage.h"

#include <math.h>
#include <string.h>

#include "reports/csv.h"
#include "stats/closed_form.h"

static const double LEVEL = 0.95, STUDIES = 10000;
static const double COMMON_COVER_LO = 0.935, COMMON_COVER_HI = 0.965, COMMON_ALARM_LO = 0.035,
                    COMMON_ALARM_HI = 0.065;

static bool asked(const coverage_check *k) {
    return k->of > 0 && !isnan(k->lo) && !isnan(k->hi);
}

/* P(at most k of n) at p. */
static double at_most(double n, double p, double k) {
    return k >= n ? 1 : 1 - stat_binomial_at_least((uint32_t)n, p, (uint32_t)k + 1);
}

static coverage_verdict judge(const coverage_check *k, double chance) {
    double share = k->hits / k->of;
    if (share >= k->lo && share <= k->hi) return COVERAGE_MET;
    if (k->of >= COVERAGE_FULL) return COVERAGE_MISSED;
    double tail = share < k->lo ? at_most(k->of, k->lo, ceil(k->hits))
                                : stat_binomial_at_least((uint32_t)k->of, k->hi, (uint32_t)floor(k->hits));
    return tail < chance ? COVERAGE_MISSED : COVERAGE_OPEN;
}

static void fill(report_coverage *c, coverage_check *k) {
    k->share = stat_wilson(k->hits, k->of, LEVEL);
    k->verdict = asked(k) ? judge(k, 1 / STUDIES / (double)c->checks) : COVERAGE_NOT_ASKED;
    c->met += k->verdict == COVERAGE_MET;
    c->open += k->verdict == COVERAGE_OPEN;
    c->missed += k->verdict == COVERAGE_MISSED;
}

void report_coverage_fill(report_coverage *c) {
    c->checks = c->met = c->open = c->missed = 0;
    for (size_t i = 0; i < c->rows; i++)
        c->checks += (size_t)asked(&c->row[i].cover) + asked(&c->row[i].alarm);
    for (size_t i = 0; i < c->rows; i++) {
        fill(c, &c->row[i].cover);
        fill(c, &c->row[i].alarm);
    }
}

/* ---- words ---- */

static const char *word(bool goes_wrong, coverage_verdict verdict) {
    switch (verdict) {
    case COVERAGE_MET: return goes_wrong ? "shown" : "met";
    case COVERAGE_OPEN: return "open";
    case COVERAGE_MISSED: return goes_wrong ? "NOT SHOWN" : "NOT MET";
    default: return "";
    }
}

const char *report_coverage_check_word(const coverage_row *row, const coverage_check *k) {
    return word(row->goes_wrong, k->verdict);
}

const char *report_coverage_word(const coverage_row *r) {
    return word(r->goes_wrong, r->cover.verdict > r->alarm.verdict ? r->cover.verdict : r->alarm.verdict);
}

size_t report_coverage_note(const report_coverage *c, size_t row, bool *anew) {
    size_t notes = 0;
    *anew = false;
    for (size_t i = 0; i <= row; i++) {
        const char *note = c->row[i].note;
        size_t k = 0, before = 1;
        if (!*note) continue;
        while (k < i && strcmp(c->row[k].note, note) != 0)
            k++;
        if (k == i) notes++;
        if (i < row) continue;
        *anew = k == i;
        if (*anew) return notes;
        for (size_t j = 0; j < k; j++) { /* its number: of new notes up to the first that is the same */
            size_t l = 0;
            while (l < j && strcmp(c->row[l].note, c->row[j].note) != 0)
                l++;
            before += l == j && *c->row[j].note;
        }
        return before;
    }
    return 0;
}

format_text report_coverage_size(const report_coverage *c) {
    format_text t = {"short form"};
    if (c->repetitions)
        snprintf(t.text, sizeof t.text, "%.60s repetition%s", format_count(c->repetitions).text,
                 c->repetitions == 1 ? "" : "s");
    return t;
}

format_text report_coverage_summary(const report_coverage *c) {
    format_text t;
    int n = snprintf(t.text, sizeof t.text, "%zu of %zu bars are met", c->met, c->checks);
    if (c->missed) n += snprintf(t.text + n, sizeof t.text - (size_t)n, ", %zu are NOT", c->missed);
    if (c->open)
        snprintf(t.text + n, sizeof t.text - (size_t)n, ", %zu open: too few repetitions to tell", c->open);
    return t;
}

format_text report_coverage_share(const coverage_check *k) {
    format_text t = {"–"};
    if (k->of > 0)
        snprintf(t.text, sizeof t.text, "%.2f %% [%.2f, %.2f]", 100 * k->share.share, 100 * k->share.lo,
                 100 * k->share.hi);
    return t;
}

format_text report_coverage_bar(const coverage_check *k) {
    format_text t = {""};
    if (!asked(k)) return t;
    if (k->lo <= 0 && k->hi <= 0)
        snprintf(t.text, sizeof t.text, "0");
    else if (k->lo <= 0)
        snprintf(t.text, sizeof t.text, "at most %.3g", 100 * k->hi);
    else if (k->hi >= 1)
        snprintf(t.text, sizeof t.text, "at least %.3g", 100 * k->lo);
    else
        snprintf(t.text, sizeof t.text, "%.3g to %.3g", 100 * k->lo, 100 * k->hi);
    return t;
}

static bool common(const coverage_row *r) {
    bool covers = !asked(&r->cover) || (r->cover.lo == COMMON_COVER_LO && r->cover.hi == COMMON_COVER_HI);
    bool finds = !asked(&r->alarm) || (r->alarm.lo == COMMON_ALARM_LO && r->alarm.hi == COMMON_ALARM_HI);
    return covers && finds;
}

format_text report_coverage_bars(const coverage_row *r) {
    format_text t = {""}, cover = report_coverage_bar(&r->cover), alarm = report_coverage_bar(&r->alarm);
    if (common(r)) return t;
    snprintf(t.text, sizeof t.text, "%.40s%s%.40s", cover.text, *cover.text && *alarm.text ? "; " : "",
             alarm.text);
    return t;
}

/* ---- rows ---- */

static void put_check(FILE *out, const coverage_row *row, const coverage_check *k) {
    const double x[] = {k->of, k->share.share, k->share.lo, k->share.hi, k->lo, k->hi};
    for (size_t i = 0; i < sizeof x / sizeof *x; i++)
        csv_number(out, x[i]);
    fprintf(out, ",%s", report_coverage_check_word(row, k));
}

void report_coverage_csv(FILE *out, const report_coverage *c) {
    fputs(
        "estimator,data,held,control_events,resamples,goes_wrong,intervals,coverage,coverage_lo,coverage_hi,"
        "coverage_bar_lo,coverage_bar_hi,coverage_verdict,tests,false_positives,false_positives_lo,"
        "false_positives_hi,false_positives_bar_lo,false_positives_bar_hi,false_positives_verdict,note\n",
        out);
    for (size_t i = 0; i < c->rows; i++) {
        const coverage_row *r = &c->row[i];
        csv_text(out, r->estimator);
        fputc(',', out);
        csv_text(out, r->data);
        csv_number(out, r->held);
        csv_number(out, r->events);
        fprintf(out, ",%u,%d", r->resamples, r->goes_wrong);
        put_check(out, r, &r->cover);
        put_check(out, r, &r->alarm);
        fputc(',', out);
        csv_text(out, r->note);
        fputc('\n', out);
    }
}
