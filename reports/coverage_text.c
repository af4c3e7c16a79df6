/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * coverage_text.c - a coverage study as text and as JSON.
 */
#include <math.h>
#include <string.h>

#include "reports/analysis_words.h"
#include "reports/coverage.h"
#include "reports/document.h"

/* ---- text ---- */

static void put_note(FILE *out, size_t number, const char *text) {
    size_t at = (size_t)fprintf(out, "  [%zu] ", number);
    format_wrap(out, text, at, at);
}

static void put_row(FILE *out, const report_coverage *c, size_t i, bool colour) {
    const coverage_row *r = &c->row[i];
    bool anew, bad = r->cover.verdict == COVERAGE_MISSED || r->alarm.verdict == COVERAGE_MISSED;
    size_t note = report_coverage_note(c, i, &anew);
    char text[40] = "";
    if (bad && colour) fputs("\033[1m", out);
    fputs("  ", out);
    words_left(out, r->estimator, 22);
    words_left(out, r->data, 26);
    if (isfinite(r->held)) snprintf(text, sizeof text, "%g %%", 100 * r->held);
    words_right(out, text, 5);
    words_right(out, format_count(fmax(r->cover.of, r->alarm.of)).text, 8);
    words_right(out, report_coverage_share(&r->cover).text, 26);
    words_right(out, report_coverage_share(&r->alarm).text, 23);
    fputs("  ", out);
    words_left(out, report_coverage_word(r), 9);
    *text = '\0';
    if (note) snprintf(text, sizeof text, "[%zu]", note);
    fprintf(out, "%-5s%s", text, report_coverage_bars(r).text);
    fputs(bad && colour ? "\033[0m\n" : "\n", out);
}

static void put_rows(FILE *out, const report_coverage *c, bool wrong, bool colour) {
    fprintf(out, "  %-22s%-26s%5s%8s%26s%23s\n", "estimator", "data", "held", "n", "intervals hold the truth",
            "false positives");
    for (size_t i = 0; i < c->rows; i++)
        if (c->row[i].goes_wrong == wrong) put_row(out, c, i, colour);
}

void report_coverage_text(FILE *out, const report_coverage *c, const report_host *host) {
    char where[300];
    bool colour = host && host->colour, anew;
    fprintf(
        out,
        "Coverage of the program's own 95 %% intervals and tests at 5 %%: %s, seed %llu\n"
        "[Monte Carlo intervals, 95 %%]. The bars are 93.5 to 96.5 %% and 3.5 to 6.5 %% unless others are "
        "named.\n\n",
        report_coverage_size(c).text, (unsigned long long)c->seed);
    put_rows(out, c, false, colour);
    fputs("\nWhat goes wrong otherwise:\n", out);
    put_rows(out, c, true, colour);
    fputc('\n', out);
    for (size_t i = 0; i < c->rows; i++) {
        size_t note = report_coverage_note(c, i, &anew);
        if (note && anew) put_note(out, note, c->row[i].note);
    }
    fprintf(out, "\n%s.\n", report_coverage_summary(c).text);
    if (host && host->out)
        fprintf(out, "Report: %s/coverage.html\n", format_clean(where, sizeof where, host->out));
}

/* ---- JSON ---- */

static int set_check(json_t *into, const char *key, const coverage_row *row, const coverage_check *k) {
    json_t *one = json_object();
    int bad = json_object_set_new(into, key, one);
    const char *word = report_coverage_check_word(row, k);
    bad |= json_object_set_new(one, "n", document_integer(k->of));
    bad |= json_object_set_new(one, "share", document_number(k->share.share));
    bad |= json_object_set_new(one, "lo", document_number(k->share.lo));
    bad |= json_object_set_new(one, "hi", document_number(k->share.hi));
    bad |= json_object_set_new(one, "bar_lo", document_number(k->lo));
    bad |= json_object_set_new(one, "bar_hi", document_number(k->hi));
    bad |= json_object_set_new(one, "verdict", *word ? json_string(word) : json_null());
    return bad;
}

static int add_row(json_t *rows, const coverage_row *r) {
    json_t *one = json_object();
    int bad = json_array_append_new(rows, one);
    bad |= json_object_set_new(one, "estimator", json_string(r->estimator));
    bad |= json_object_set_new(one, "data", json_string(r->data));
    bad |= json_object_set_new(one, "held", document_number(r->held));
    bad |= json_object_set_new(one, "control_events", document_number(r->events));
    bad |= json_object_set_new(one, "repetitions", json_integer(r->repetitions));
    bad |= json_object_set_new(one, "resamples", json_integer(r->resamples));
    bad |= json_object_set_new(one, "goes_wrong", json_boolean(r->goes_wrong));
    bad |= set_check(one, "coverage", r, &r->cover);
    bad |= set_check(one, "false_positives", r, &r->alarm);
    bad |= json_object_set_new(one, "note", *r->note ? json_string(r->note) : json_null());
    return bad;
}

json_t *report_coverage_json(const report_coverage *c, const report_host *host) {
    json_t *doc = json_object(), *rows = json_array(), *manifest = json_object();
    int bad = json_object_set_new(doc, "command", json_string("coverage"));
    bad |= json_object_set_new(doc, "seed", document_seed(c->seed));
    bad |= json_object_set_new(doc, "repetitions",
                               document_integer(c->repetitions ? (double)c->repetitions : (double)NAN));
    bad |= json_object_set_new(doc, "wall_s", document_number(host ? host->wall_s : NAN));
    bad |= json_object_set_new(doc, "bars", json_integer((json_int_t)c->checks));
    bad |= json_object_set_new(doc, "met", json_integer((json_int_t)c->met));
    bad |= json_object_set_new(doc, "open", json_integer((json_int_t)c->open));
    bad |= json_object_set_new(doc, "not_met", json_integer((json_int_t)c->missed));
    bad |= json_object_set_new(doc, "rows", rows);
    for (size_t i = 0; i < c->rows; i++)
        bad |= add_row(rows, &c->row[i]);
    bad |= json_object_set_new(doc, "manifest", manifest);
    bad |= document_set_pairs(manifest, c->program, c->program_rows);
    bad |= json_object_set_new(doc, "out", host ? document_text(host->out) : json_null());
    if (!bad) return doc;
    json_decref(doc);
    return NULL;
}
