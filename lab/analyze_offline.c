/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * analyze_offline.c - analyze --propensity: what another policy would have earned, from a log whose policy
 * chose at random with known probabilities.
 *
 * All estimators take rounds as independent. Rounds that draw on the same units are not: what one round's
 * shopper buys, another cannot. So the log has to say what stock each round drew on, and two rounds on one
 * stock are refused; a log from times of ample stock says that instead.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lab/analyze.h"
#include "lab/internal.h"
#include "lab/sheet.h"
#include "reports/analysis_words.h"
#include "reports/document.h"
#include "stats/offline.h"

static const char ample[] = "ample";
enum { OUTCOMES = 64 };
static const double FEW_SHARE = 0.1; /* effective rounds / rounds below which the text warns */

typedef struct {
    const lab_offline_options *options;
    lab_sheet *table;
    size_t outcome[OUTCOMES], logged, target, q, v, stock;
    stat_offline_result result[OUTCOMES];
} offline_job;

static lab_status open_table(offline_job *job, lab_error *error) {
    const lab_offline_options *o = job->options;
    const struct {
        const char *name, *option;
        size_t *at;
    } column[] = {{o->propensity, "--propensity", &job->logged},
                  {o->target, "--target", &job->target},
                  {o->model, "--model", &job->q},
                  {o->model_target, "--model-target", &job->v}};
    if (!o->outcomes || o->outcomes > OUTCOMES)
        return lab_fail(error, LAB_BAD_INPUT, "--outcome: give 1 to %d columns of rewards", OUTCOMES);
    lab_status status = lab_sheet_open(o->file, &job->table, error);
    for (size_t i = 0; i < sizeof column / sizeof *column && status == LAB_OK; i++)
        if (column[i].name)
            status =
                lab_sheet_want(job->table, column[i].name, LAB_NUMBER, column[i].option, column[i].at, error);
    for (size_t i = 0; i < o->outcomes && status == LAB_OK; i++)
        status = lab_sheet_want(job->table, o->outcome[i], LAB_NUMBER, "--outcome", &job->outcome[i], error);
    if (status == LAB_OK && strcmp(o->stock, ample) != 0)
        status = lab_sheet_want(job->table, o->stock, LAB_TEXT, "--stock", &job->stock, error);
    return status == LAB_OK ? lab_sheet_read(job->table, error) : status;
}

static lab_status check_probabilities(const offline_job *job, lab_error *error) {
    const double *logged = lab_sheet_numbers(job->table, job->logged),
                 *target = lab_sheet_numbers(job->table, job->target);
    for (size_t i = 0; i < lab_sheet_rows(job->table); i++) {
        uintmax_t line = (uintmax_t)lab_sheet_line(job->table, i);
        if (logged[i] <= 0 || logged[i] > 1)
            return lab_fail(
                error, LAB_BAD_INPUT,
                "%s:%ju: column '%s' is %g, but what was done had a probability above 0, at most 1",
                job->options->file, line, job->options->propensity, logged[i]);
        if (target[i] < 0 || target[i] > 1)
            return lab_fail(error, LAB_BAD_INPUT, "%s:%ju: column '%s' is %g, which is no probability",
                            job->options->file, line, job->options->target, target[i]);
    }
    return LAB_OK;
}

static lab_status check_stock(const offline_job *job, lab_error *error) {
    if (strcmp(job->options->stock, ample) == 0) return LAB_OK;
    size_t rows = lab_sheet_rows(job->table), stocks = lab_sheet_values(job->table, job->stock);
    if (stocks == rows) return LAB_OK;
    const uint32_t *id = lab_sheet_ids(job->table, job->stock);
    size_t *seen = calloc(stocks, sizeof *seen), most = 0;
    if (!seen) return lab_fail(error, LAB_FAILED, "out of memory");
    for (size_t i = 0; i < rows; i++)
        if (++seen[id[i]] > seen[most]) most = id[i];
    size_t rounds = seen[most];
    free(seen);
    return lab_fail(
        error, LAB_BAD_INPUT,
        "%s: refused: %zu rounds share %zu stocks (column '%s'), '%.60s' alone %zu of them. Rounds that "
        "draw on the same units depend on each other - what one sells, the next cannot - and the other "
        "policy would have left other units to them, so that no reweighting of this log gives its "
        "earnings. Give one row per stock, with the stock's total reward and the probability of all that "
        "was done to it; simulate the policy; or, if stock never ran out, say --stock ample.",
        job->options->file, rows, stocks, job->options->stock,
        lab_sheet_value(job->table, job->stock, (uint32_t)most), rounds);
}

static lab_status evaluate(offline_job *job, lab_error *error) {
    const lab_offline_options *o = job->options;
    lab_status status = open_table(job, error);
    if (status == LAB_OK) status = check_probabilities(job, error);
    if (status == LAB_OK) status = check_stock(job, error);
    for (size_t k = 0; k < o->outcomes && status == LAB_OK; k++) {
        stat_log log = {
            .reward = lab_sheet_numbers(job->table, job->outcome[k]),
            .logged = lab_sheet_numbers(job->table, job->logged),
            .target = lab_sheet_numbers(job->table, job->target),
            .q = o->model ? lab_sheet_numbers(job->table, job->q) : NULL,
            .v = o->model ? lab_sheet_numbers(job->table, job->v) : NULL,
            .n = lab_sheet_rows(job->table),
        };
        job->result[k] = stat_offline(&log, 1 - o->alpha);
    }
    return status;
}

/* ---- output ---- */

static const struct {
    const char *method, *words;
} estimator[] = {{"ips", "inverse propensity"}, {"snips", "self-normalised"}, {"dr", "doubly robust"}};

static const stat_interval *interval_of(const stat_offline_result *r, size_t i) {
    return i == 0 ? &r->ips : i == 1 ? &r->snips : &r->dr;
}

static size_t estimators(const offline_job *job) {
    return job->options->model ? 3 : 2;
}

static void put_outcome(const offline_job *job, size_t k, FILE *out) {
    const stat_offline_result *r = &job->result[k];
    char name[60];
    fprintf(out, "\n%s per round, by the other policy\n",
            format_clean(name, sizeof name, job->options->outcome[k]));
    for (size_t i = 0; i < estimators(job); i++) {
        const stat_interval *e = interval_of(r, i);
        fprintf(out, "  %-20s%12s  %s\n", estimator[i].words, words_change(e->mean, e->lo, e->hi).text,
                words_interval(e->mean, e->lo, e->hi).text);
    }
    if (r->effective > 0)
        fprintf(
            out,
            "  %.0f rounds, worth %.1f of the other policy's own; largest weight %.4g, mean weight %.4g\n",
            r->n, r->effective, r->most_weight, r->mean_weight);
    else
        fprintf(out, "  %.0f rounds, in none of which the other policy would have done the same\n", r->n);
    if (!(r->effective >= FEW_SHARE * r->n))
        fputs("  Few rounds say anything on the other policy: do not trust the intervals.\n", out);
    if (fabs(r->mean_weight - 1) > 0.2)
        fputs("  The mean weight should be near 1: look at the propensities, or at rounds that were left "
              "out.\n",
              out);
    double left_out = (double)lab_sheet_rows(job->table) - r->n;
    if (left_out > 0) fprintf(out, "  %.0f rounds miss a number and are left out.\n", left_out);
}

static json_t *document_of(const offline_job *job) {
    json_t *doc = json_object(), *list = json_array();
    int bad = json_object_set_new(doc, "command", json_string("analyze"));
    bad |= json_object_set_new(doc, "file", document_text(job->options->file));
    bad |= json_object_set_new(doc, "alpha", document_number(job->options->alpha));
    bad |= json_object_set_new(doc, "estimates", list);
    for (size_t k = 0; k < job->options->outcomes; k++)
        for (size_t i = 0; i < estimators(job); i++) {
            const stat_offline_result *r = &job->result[k];
            const stat_interval *e = interval_of(r, i);
            json_t *o = json_object();
            bad |= json_array_append_new(list, o);
            bad |= json_object_set_new(o, "outcome", document_text(job->options->outcome[k]));
            bad |= json_object_set_new(o, "method", json_string(estimator[i].method));
            bad |= json_object_set_new(o, "n", document_integer(r->n));
            bad |= json_object_set_new(o, "value", document_number(e->mean));
            bad |= json_object_set_new(o, "lo", document_number(e->lo));
            bad |= json_object_set_new(o, "hi", document_number(e->hi));
            bad |= json_object_set_new(o, "effective_n", document_number(r->effective));
            bad |= json_object_set_new(o, "largest_weight", document_number(r->most_weight));
            bad |= json_object_set_new(o, "mean_weight", document_number(r->mean_weight));
        }
    if (!bad) return doc;
    json_decref(doc);
    return NULL;
}

lab_status lab_analyze_offline(const lab_offline_options *options, FILE *print, lab_error *error) {
    offline_job *job = calloc(1, sizeof *job);
    if (!job) return lab_fail(error, LAB_FAILED, "out of memory");
    job->options = options;
    lab_status status = evaluate(job, error);
    if (status == LAB_OK && options->json) {
        json_t *document = document_of(job);
        status = lab_print_json(document, print, error);
        json_decref(document);
    } else if (status == LAB_OK) {
        char where[300];
        fprintf(print, "%s: %zu rounds, %g %% intervals\n", format_clean(where, sizeof where, options->file),
                lab_sheet_rows(job->table), 100 * (1 - options->alpha));
        for (size_t k = 0; k < options->outcomes; k++)
            put_outcome(job, k, print);
    }
    lab_sheet_close(job->table);
    free(job);
    return status;
}
