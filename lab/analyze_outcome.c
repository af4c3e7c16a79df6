/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * analyze_outcome.c - the values of each outcome, winsorised where that is asked for and means something.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lab/analyze_job.h"
#include "stats/tails.h"

static bool is_rate(const double *x, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (!isnan(x[i]) && x[i] != 0 && x[i] != 1) return false;
    return true;
}

/* Ratios are left: their numerators alone, clipped, would move them wherever an arm changes the denominators.
 * So are rates, of which nothing is left if under 1 - Q of the units have the event. */
static lab_status winsorise(analyze_job *job, analyze_outcome *out, size_t *done, lab_error *error) {
    size_t rows = lab_sheet_rows(job->table), changed = 0, different = 0;
    double q = job->options->winsorize, lo, hi;
    if (out->per || is_rate(out->raw, rows)) {
        analyze_note(job, "%s: %s, and not winsorised.", out->name, out->per ? "a ratio" : "0 and 1 alone");
        return LAB_OK;
    }
    if (!stat_winsorize(out->value, rows, q, &lo, &hi)) return lab_fail(error, LAB_FAILED, "out of memory");
    for (size_t i = 0; i < rows; i++) {
        changed += !isnan(out->raw[i]) && out->raw[i] != out->value[i];
        different += !isnan(out->value[i]) && out->value[i] != lo;
    }
    if (changed && !different)
        return lab_fail(
            error, LAB_BAD_INPUT,
            "--winsorize %g sets every value of '%s' to %.6g: so few units have another one; give a Q "
            "nearer to 1",
            q, out->name, lo);
    analyze_note(job, "%s: %zu values outside [%.6g, %.6g] were set to these bounds (--winsorize %g).",
                 out->name, changed, lo, hi, q);
    ++*done;
    return LAB_OK;
}

lab_status analyze_prepare_outcomes(analyze_job *job, lab_error *error) {
    const lab_analyze_options *o = job->options;
    size_t rows = lab_sheet_rows(job->table), winsorised = 0;
    for (size_t k = 0; k < o->outcomes; k++) {
        analyze_outcome *out = &job->outcome[k];
        out->value = malloc(rows * sizeof *out->value);
        if (!out->value) return lab_fail(error, LAB_FAILED, "out of memory");
        out->raw = lab_sheet_numbers(job->table, out->numerator);
        memcpy(out->value, out->raw, rows * sizeof *out->value);
        if (out->denominator != SIZE_MAX) out->per = lab_sheet_numbers(job->table, out->denominator);
        if (o->winsorize == 0) continue;
        lab_status status = winsorise(job, out, &winsorised, error);
        if (status != LAB_OK) return status;
    }
    if (o->winsorize != 0 && !winsorised)
        return lab_fail(
            error, LAB_BAD_INPUT,
            "--winsorize: every outcome is a ratio or has 0 and 1 alone, which are left as they are");
    return LAB_OK;
}
