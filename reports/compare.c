/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * compare.c - differences of two runs, as numbers, table, JSON and text. See compare.h.
 */
#include "reports/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/csv.h"
#include "reports/document.h"
#include "reports/format.h"
#include "reports/sums.h"
#include "stats/multiple.h"

enum { COLUMNS = 100, FEW = 10 };
static const double LEVEL = 0.95;

/* What is the same in every pair, or about what neither uses, is not tested. */
static bool adjust(report_comparison *c) {
    double *p = calloc(c->differences ? c->differences : 1, sizeof *p);
    if (!p) return false;
    for (size_t i = 0; i < c->differences; i++) {
        compare_verdict v = report_verdict(&c->difference[i]);
        p[i] = v == COMPARE_MISSING || v == COMPARE_SAME ? NAN : c->difference[i].paired.p;
    }
    bool good = stat_holm(p, c->differences, p);
    for (size_t i = 0; good && i < c->differences; i++)
        c->difference[i].p_adjusted = p[i];
    free(p);
    return good;
}

bool report_compare(const report_summary *base, const report_summary *candidate, report_comparison *out) {
    *out = (report_comparison){.base = base, .candidate = candidate, .base_label = "base"};
    out->candidate_label = "candidate";
    out->difference = calloc(base->values, sizeof *out->difference);
    if (!out->difference) return false;
    out->differences = base->values;
    size_t n = base->run->trials < candidate->run->trials ? base->run->trials : candidate->run->trials;
    for (size_t i = 0; i < base->values; i++)
        out->difference[i] = (report_difference){
            base->value[i].metric,
            !sums_uses(base->run, base->value[i].metric->group) &&
                !sums_uses(candidate->run, base->value[i].metric->group),
            stat_paired_difference(base->value[i].by_trial, candidate->value[i].by_trial, n, LEVEL), NAN};
    return adjust(out);
}

void report_comparison_clear(report_comparison *c) {
    free(c->difference);
    *c = (report_comparison){0};
}

compare_verdict report_verdict(const report_difference *d) {
    const stat_paired *p = &d->paired;
    if (p->n < 1 || d->unused) return COMPARE_MISSING;
    if (p->n < 2) return p->diff == 0 ? COMPARE_SAME : COMPARE_UNKNOWN;
    if (p->lo == 0 && p->hi == 0) return COMPARE_SAME;
    if (!(p->lo > 0) && !(p->hi < 0)) return COMPARE_UNDECIDED;
    if (d->metric->direction == REPORT_NEUTRAL) return COMPARE_OTHER;
    return (p->diff > 0) == (d->metric->direction == REPORT_MORE_IS_BETTER) ? COMPARE_BETTER : COMPARE_WORSE;
}

/* The difference as a value of its own, so that it is rounded as its interval deserves. */
static report_value as_value(const report_difference *d) {
    return (report_value){.metric = d->metric,
                          .mean = d->paired.diff,
                          .lo = d->paired.lo,
                          .hi = d->paired.hi,
                          .n = (uint32_t)d->paired.n};
}

/* A share's difference is not a share: " %" at the end becomes " pp". */
static format_text in_points(format_text t, const report_metric *m) {
    size_t n = strlen(t.text);
    if (!strcmp(m->unit, "share") && n > 2 && !strcmp(t.text + n - 2, " %"))
        snprintf(t.text + n - 2, sizeof t.text - n + 2, " pp");
    return t;
}

format_text report_difference_text(const report_difference *d) {
    report_value v = as_value(d);
    format_text plain = format_value(&v), out;
    snprintf(out.text, sizeof out.text, "%s%.90s", d->paired.diff > 0 ? "+" : "", plain.text);
    return in_points(out, d->metric);
}

format_text report_difference_interval(const report_difference *d) {
    report_value v = as_value(d);
    return in_points(format_interval(&v), d->metric);
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double report_compare_factor(const report_comparison *c) {
    double *factor = calloc(c->differences ? c->differences : 1, sizeof *factor);
    size_t n = 0;
    for (size_t i = 0; factor && i < c->differences; i++)
        if (isfinite(c->difference[i].paired.variance_reduction))
            factor[n++] = c->difference[i].paired.variance_reduction;
    if (n) qsort(factor, n, sizeof *factor, by_size);
    double middle = n ? (factor[(n - 1) / 2] + factor[n / 2]) / 2 : NAN;
    free(factor);
    return middle;
}

void report_compare_csv(FILE *out, const report_comparison *c) {
    static const char *const direction[] = {"more_is_better", "less_is_better", "neutral"};
    static const char *const verdict[COMPARE_VERDICTS] = {"",       "unknown", "same",   "undecided",
                                                          "better", "worse",   "differs"};
    fputs("name,unit,base,candidate,diff,lo,hi,p,p_adjusted,variance_reduction,n,direction,verdict\n", out);
    for (size_t i = 0; i < c->differences; i++) {
        const report_difference *d = &c->difference[i];
        const stat_paired *p = &d->paired;
        csv_text(out, d->metric->name);
        fputc(',', out);
        csv_text(out, d->metric->unit);
        const double x[] = {p->mean_a, p->mean_b, p->diff,       p->lo,
                            p->hi,     p->p,      d->p_adjusted, p->variance_reduction};
        for (size_t k = 0; k < sizeof x / sizeof *x; k++)
            csv_number(out, x[k]);
        fprintf(out, ",%.0f,%s,%s\n", p->n, direction[d->metric->direction], verdict[report_verdict(d)]);
    }
}

static int set_metrics(json_t *doc, const report_comparison *c) {
    json_t *all = json_object();
    int bad = json_object_set_new(doc, "metrics", all);
    for (size_t i = 0; i < c->differences && !bad; i++) {
        const stat_paired *p = &c->difference[i].paired;
        json_t *one = json_object();
        bad |= json_object_set_new(all, c->difference[i].metric->name, one);
        bad |= json_object_set_new(one, "base", document_number(p->mean_a));
        bad |= json_object_set_new(one, "candidate", document_number(p->mean_b));
        bad |= json_object_set_new(one, "diff", document_number(p->diff));
        bad |= json_object_set_new(one, "lo", document_number(p->lo));
        bad |= json_object_set_new(one, "hi", document_number(p->hi));
        bad |= json_object_set_new(one, "p", document_number(p->p));
        bad |= json_object_set_new(one, "p_adjusted", document_number(c->difference[i].p_adjusted));
        bad |= json_object_set_new(one, "variance_reduction", document_number(p->variance_reduction));
    }
    return bad;
}

static double events_of(const store_run *run) {
    double events = 0;
    for (size_t i = 0; i < run->trials; i++)
        events += (double)run->trial[i].events;
    return events;
}

json_t *report_compare_json(const report_comparison *c, const report_host *host) {
    const store_run *a = c->base->run, *b = c->candidate->run;
    json_t *doc = json_object(), *manifest = json_object(), *one = json_object(), *two = json_object();
    int bad = json_object_set_new(doc, "command", json_string("compare"));
    bad |= json_object_set_new(doc, "base", document_text(a->scenario));
    bad |= json_object_set_new(doc, "candidate", document_text(b->scenario));
    bad |= json_object_set_new(doc, "seed", document_seed(a->seed));
    bad |= json_object_set_new(doc, "replications", json_integer((json_int_t)a->trials));
    bad |= json_object_set_new(doc, "events", document_integer(events_of(a) + events_of(b)));
    bad |= json_object_set_new(doc, "wall_s", document_number(host ? host->wall_s : NAN));
    bad |= set_metrics(doc, c);
    if (c->who) bad |= json_object_set_new(doc, "differences", report_differences_json(c->who));
    bad |= document_set_precision(doc, host);
    bad |= json_object_set_new(doc, "manifest", manifest);
    bad |= json_object_set_new(manifest, "base", one);
    bad |= document_set_pairs(one, a->manifest, a->manifest_rows);
    bad |= json_object_set_new(manifest, "candidate", two);
    bad |= document_set_pairs(two, b->manifest, b->manifest_rows);
    bad |= json_object_set_new(doc, "out", host ? document_text(host->out) : json_null());
    if (!bad) return doc;
    json_decref(doc);
    return NULL;
}

/* ---- text ---- */

/* Pads by characters, not bytes. */
static void put_left(FILE *out, const char *text, int columns) {
    fprintf(out, "%s%*s", text, columns > (int)format_width(text) ? columns - (int)format_width(text) : 0,
            "");
}

static void put_right(FILE *out, const char *text, int columns) {
    fprintf(out, "%*s%s", columns > (int)format_width(text) ? columns - (int)format_width(text) : 0, "",
            text);
}

static void put_row(FILE *out, const report_difference *d, bool colour) {
    compare_verdict verdict = report_verdict(d);
    const char *word = verdict == COMPARE_BETTER ? "better" : verdict == COMPARE_WORSE ? "worse" : "";
    const char *ink = verdict == COMPARE_BETTER ? "\033[32m" : "\033[31m";
    fputs("  ", out);
    put_left(out, d->metric->name, 33);
    put_right(out, format_number(d->paired.mean_a, d->metric->unit).text, 11);
    put_right(out, format_number(d->paired.mean_b, d->metric->unit).text, 11);
    put_right(out, report_difference_text(d).text, 12);
    fputs("  ", out);
    put_left(out, report_difference_interval(d).text, *word ? 21 : 0);
    if (*word)
        fprintf(out, colour ? " %s%s %s\033[0m" : " %s%s %s", colour ? ink : "",
                d->paired.diff > 0 ? "↑" : "↓", word);
    fputc('\n', out);
}

static size_t count(const report_comparison *c, compare_verdict verdict) {
    size_t n = 0;
    for (size_t i = 0; i < c->differences; i++)
        n += report_verdict(&c->difference[i]) == verdict;
    return n;
}

/* Not in a pair, but on one side: a denominator that is 0 on the other. */
static bool one_sided(const report_comparison *c, size_t i) {
    return report_verdict(&c->difference[i]) == COMPARE_MISSING && !c->difference[i].unused &&
           (c->base->value[i].n > 0 || c->candidate->value[i].n > 0);
}

/* Names of all metrics with a verdict (of MISSING: the one-sided), in lines of COLUMNS under a heading. */
static void put_names(FILE *out, const report_comparison *c, compare_verdict verdict, const char *heading) {
    size_t at = 0;
    for (size_t i = 0; i < c->differences; i++) {
        if (report_verdict(&c->difference[i]) != verdict) continue;
        if (verdict == COMPARE_MISSING && !one_sided(c, i)) continue;
        const char *name = c->difference[i].metric->name;
        size_t n = strlen(name);
        if (!at) fprintf(out, "\n%s:\n", heading);
        if (at && at + 2 + n > COLUMNS - 1) {
            fputs(",\n", out);
            at = 2;
        }
        fprintf(out, "%s%s", at > 2 ? ", " : "  ", name);
        at += n + 2;
    }
    if (at) fputc('\n', out);
}

static void put_head(FILE *out, const report_comparison *c) {
    const store_run *a = c->base->run;
    char label[200];
    fprintf(out, "base       %.88s\n", format_clean(label, sizeof label, c->base_label));
    fprintf(out, "candidate  %.88s\n", format_clean(label, sizeof label, c->candidate_label));
    fprintf(out, "%zu pair%s of replications on common random numbers, seed %llu%s\n", a->trials,
            a->trials == 1 ? "" : "s", (unsigned long long)a->seed, a->twins ? ", with twins" : "");
    if (a->trials < 2)
        fputs("One pair: there are no intervals. Use --reps for more.\n", out);
    else
        fprintf(out, "Differences are candidate less base, [95 %% intervals] by Student's t over pairs%s.\n",
                a->trials < FEW ? "; so few make them rough" : "");
}

static bool differs(compare_verdict v) {
    return v == COMPARE_BETTER || v == COMPARE_WORSE || v == COMPARE_OTHER || v == COMPARE_UNKNOWN;
}

static void put_table(FILE *out, const report_comparison *c, bool colour) {
    const char *group = "";
    for (size_t i = 0; i < c->differences; i++) {
        const report_difference *d = &c->difference[i];
        if (!differs(report_verdict(d))) continue;
        if (strcmp(group, d->metric->group) != 0) {
            fprintf(out, colour ? "\n\033[1m%s\033[0m" : "\n%s", d->metric->group);
            if (!*group)
                fprintf(out, "%*s%11s%12s", (int)(46 - strlen(d->metric->group)), "base", "candidate",
                        "difference");
            fputc('\n', out);
        }
        group = d->metric->group;
        put_row(out, d, colour);
    }
}

/* Metrics that differ even if all of them are tested at once. */
static size_t sure(const report_comparison *c) {
    size_t n = 0;
    for (size_t i = 0; i < c->differences; i++)
        n += c->difference[i].p_adjusted < 1 - LEVEL;
    return n;
}

static void put_words(FILE *out, const report_comparison *c) {
    size_t same = count(c, COMPARE_SAME), open = count(c, COMPARE_UNDECIDED);
    size_t clear = count(c, COMPARE_OTHER) + count(c, COMPARE_BETTER) + count(c, COMPARE_WORSE);
    double factor = report_compare_factor(c);
    if (!clear && open) fputs("\nNo metric differs by more than chance explains.\n", out);
    put_names(out, c, COMPARE_UNDECIDED,
              "Not told apart from 0 by these replications (which does not show that they are equal)");
    put_names(out, c, COMPARE_MISSING, "In one of the two only (the other has a denominator of 0)");
    if (same) fprintf(out, "\nThe same in every pair: %zu metrics.\n", same);
    if (clear + open > 0)
        fprintf(
            out,
            "\nEach interval stands for itself: of %zu that could differ, about %.0f would leave out 0 by "
            "chance alone.\nBy Holm's adjustment for all of them %zu differ%s.\n",
            clear + open, ceil(0.05 * (double)(clear + open)), sure(c), sure(c) == 1 ? "s" : "");
    if (isfinite(factor))
        fprintf(out,
                "Common random numbers divide the variance of a difference by %.3g (median over metrics):\n"
                "independent runs would need that many times the replications.\n",
                factor);
}

void report_compare_text(FILE *out, const report_comparison *c, const report_host *host) {
    char where[300];
    put_head(out, c);
    put_table(out, c, host && host->colour);
    put_words(out, c);
    if (c->who) report_differences_text(out, c->who);
    if (host && host->out)
        fprintf(out, "\nReport: %s/compare.html\n", format_clean(where, sizeof where, host->out));
}
