/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * csv.c - a run as tables. See csv.h.
 */
#include "reports/csv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/sums.h"

void csv_text(FILE *out, const char *text) {
    if (!strpbrk(text, ",\"\r\n") && *text != ' ') {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"') fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

void csv_number(FILE *out, double x) {
    fputc(',', out);
    if (isfinite(x)) fprintf(out, "%.17g", x);
}

void csv_metrics(FILE *out, const report_summary *s) {
    static const char *const direction[] = {"more_is_better", "less_is_better", "neutral"};
    fputs("name,unit,mean,lo,hi,sd,n,direction\n", out);
    for (size_t i = 0; i < s->values; i++) {
        const report_value *v = &s->value[i];
        csv_text(out, v->metric->name);
        fputc(',', out);
        csv_text(out, v->metric->unit);
        csv_number(out, v->mean);
        csv_number(out, v->lo);
        csv_number(out, v->hi);
        csv_number(out, v->sd);
        fprintf(out, ",%u,%s\n", v->n, direction[v->metric->direction]);
    }
}

void csv_trials(FILE *out, const report_summary *s) {
    fputs("replication", out);
    for (size_t i = 0; i < s->values; i++)
        fprintf(out, ",%s", s->value[i].metric->name);
    fputc('\n', out);
    for (size_t k = 0; k < s->run->trials; k++) {
        fprintf(out, "%u", s->run->trial[k].replication);
        for (size_t i = 0; i < s->values; i++)
            csv_number(out, s->value[i].by_trial[k]);
        fputc('\n', out);
    }
}

void csv_ledger(FILE *out, const report_summary *s) {
    sums_ledger l;
    sums_ledger_of(s->run, &l);
    fputs("outcome,reason,n\n", out);
    for (size_t i = 0; i < l.rows; i++) {
        csv_text(out, l.row[i].outcome);
        fputc(',', out);
        csv_text(out, l.row[i].reason);
        fprintf(out, ",%.0f\n", l.row[i].n);
    }
}

void csv_series(FILE *out, const report_summary *s) {
    const store_run *run = s->run;
    fputs("bin_end_s", out);
    for (int k = 0; k < STORE_SERIES_COUNT; k++)
        fprintf(out, ",%s_mean,%s_first", store_series_name((store_series)k),
                store_series_name((store_series)k));
    fputc('\n', out);
    for (size_t b = 0; b < STORE_BINS && run->trials; b++) {
        fprintf(out, "%.17g", (double)run->horizon / 1000 * (double)(b + 1) / STORE_BINS);
        for (int k = 0; k < STORE_SERIES_COUNT; k++) {
            double sum = 0;
            for (size_t i = 0; i < run->trials; i++)
                sum += run->trial[i].series[k][b];
            csv_number(out, sum / (double)run->trials);
            csv_number(out, run->trial[0].series[k][b]);
        }
        fputc('\n', out);
    }
}

void csv_unmet(FILE *out, const report_summary *s) {
    report_unmet *row;
    size_t n = report_unmet_demand(s->run, &row);
    fputs("sku,interests,requested,wanted,on_hand,restock\n", out);
    for (size_t i = 0; i < n; i++) {
        fprintf(out, "%u", row[i].sku);
        csv_number(out, row[i].interests);
        csv_number(out, row[i].requested);
        csv_number(out, row[i].wanted);
        csv_number(out, row[i].on_hand);
        csv_number(out, row[i].restock);
        fputc('\n', out);
    }
    free(row);
}
