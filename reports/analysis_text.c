/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * analysis_text.c - an analysis on a terminal: the sizes of the arms first, then outcome by outcome.
 */
#include <math.h>
#include <string.h>

#include "reports/analysis.h"
#include "reports/analysis_words.h"

static void put_arms(FILE *out, const report_analysis *a, bool colour) {
    double units = 0, weights = 0;
    char name[60];
    bool wrong = report_analysis_mismatch(a);
    for (size_t i = 0; i < a->arms; i++) {
        units += a->srm_by_cluster ? a->arm[i].clusters : a->arm[i].units;
        weights += a->arm[i].weight;
    }
    if (wrong)
        fprintf(out,
                "%sSAMPLE-RATIO MISMATCH: the arms do not have the sizes that they were to have (p %s).%s\n",
                colour ? "\033[1;31m" : "", words_p(a->srm.p).text, colour ? "\033[0m" : "");
    words_left(out, "arm", 30);
    fprintf(out, "%12s%12s\n", a->srm_by_cluster ? "clusters" : "units", "expected");
    for (size_t i = 0; i < a->arms; i++) {
        words_left(out, format_clean(name, 29, a->arm[i].name), 30);
        words_right(out, format_count(a->srm_by_cluster ? a->arm[i].clusters : a->arm[i].units).text, 12);
        words_right(out, format_count(round(units * a->arm[i].weight / weights)).text, 12);
        fputs(i == 0 ? "  control\n" : "\n", out);
    }
    if (!wrong) {
        fprintf(out, "Sample ratio: p %s%s, no mismatch.\n", words_p(a->srm.p).text,
                a->srm.exact ? " (exact)" : "");
        return;
    }
    format_wrap(
        out,
        "Units were lost or counted twice, and hardly at random: believe none of the estimates below until "
        "the cause is found.",
        0, 0);
    if (!a->weights_given)
        format_wrap(out, "Equal sizes were expected; if they were meant to differ, say so: --weights A=1,B=9",
                    0, 0);
}

static void put_estimate(FILE *out, const analysis_estimate *e, bool colour) {
    bool clear = report_analysis_clear_of_0(e) && colour;
    fputs("    ", out);
    words_left(out, report_analysis_method(e->method), 14);
    fputs(clear ? "\033[1m" : "", out);
    words_right(out, words_change(e->abs, e->abs_lo, e->abs_hi).text, 11);
    fputs("  ", out);
    words_left(out, words_interval(e->abs, e->abs_lo, e->abs_hi).text, 22);
    words_right(out, words_per_cent(e->rel, e->rel_lo, e->rel_hi).text, 10);
    fputs("  ", out);
    words_left(out, words_per_cents(e->rel, e->rel_lo, e->rel_hi).text, 18);
    words_right(out, words_p(e->p).text, 8);
    if (!isnan(e->p_adjusted)) words_right(out, words_p(e->p_adjusted).text, 9);
    fputs(clear ? "\033[0m\n" : "\n", out);
    if (e->has_fieller && e->fieller.bound == STAT_BOUNDED) {
        fputs("    ", out);
        words_left(out, "  by Fieller", 61);
        fputs("  ", out);
        fprintf(out, "%s\n", words_per_cents(e->rel, e->fieller.lo, e->fieller.hi).text);
    }
    if (*e->why) format_wrap(out, e->why, 0, 6);
}

static void put_estimates(FILE *out, const report_analysis *a, bool colour) {
    const char *outcome = NULL, *arm = NULL;
    char name[60], line[40];
    for (size_t i = 0; i < a->estimates; i++) {
        const analysis_estimate *e = &a->estimate[i];
        if (e->outcome != outcome) {
            fprintf(out, colour ? "\n\033[1m%s\033[0m" : "\n%s", format_clean(name, sizeof name, e->outcome));
            fprintf(out, "  control mean %s, %s units\n", words_mean(e->mean_control).text,
                    format_count(e->n_control).text);
            words_right(out, "difference", 29);
            fputs("  ", out);
            snprintf(line, sizeof line, "%g %% interval", 100 * (1 - a->alpha));
            words_left(out, line, 22);
            words_right(out, "relative", 10);
            fputs("  ", out);
            words_left(out, line, 18);
            fprintf(out, "%8s%s\n", "p", strcmp(a->correction, "none") ? " adjusted" : "");
            arm = NULL;
        }
        if (e->arm != arm)
            fprintf(out, "  %s: mean %s, %s units\n", format_clean(name, sizeof name, e->arm),
                    words_mean(e->mean_arm).text, format_count(e->n_arm).text);
        outcome = e->outcome;
        arm = e->arm;
        put_estimate(out, e, colour);
    }
}

void report_analysis_text(FILE *out, const report_analysis *a, const char *dir, bool colour) {
    char where[300];
    fprintf(out, "%s\n\n", format_clean(where, sizeof where, a->file));
    put_arms(out, a, colour);
    put_estimates(out, a, colour);
    if (a->notes) fputc('\n', out);
    for (size_t i = 0; i < a->notes; i++) {
        char clean[ANALYSIS_NOTE];
        format_wrap(out, format_clean(clean, sizeof clean, a->note[i]), 0, 0);
    }
    if (strcmp(a->correction, "none") != 0)
        fprintf(out, "\nAdjusted p: %s over all arms and outcomes, for each kind of method.\n",
                strcmp(a->correction, "holm") == 0 ? "Holm" : "Benjamini and Hochberg");
    if (dir) fprintf(out, "\nReport: %s/analyze.html\n", format_clean(where, sizeof where, dir));
}
