/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * power.c - the command power.
 *
 * A pilot gives mean, spread, what covariates predict and how alike units of a cluster are; the same as
 * options otherwise. All of it ends in a stat_plan.
 */
#include "lab/power.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lab/folder.h"
#include "lab/internal.h"
#include "lab/sheet.h"
#include "reports/planning.h"
#include "stats/cuped.h"
#include "stats/ratio.h"

typedef struct {
    const lab_power_options *options;
    lab_sheet *table;
    size_t numerator, denominator, cluster, covariate[STAT_COVARIATES_MAX];
    double *value; /* of the pilot's units, linearised; own */
    bool *treated; /* none of them */
    report_planning result;
} power_job;

static void note(power_job *job, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void note(power_job *job, const char *format, ...) {
    report_planning *p = &job->result;
    va_list args;
    if (p->notes == PLANNING_NOTES) return;
    va_start(args, format);
    vsnprintf(p->note[p->notes++], PLANNING_NOTE, format, args);
    va_end(args);
}

/* ---- the pilot ---- */

static lab_status open_pilot(power_job *job, lab_error *error) {
    const lab_power_options *o = job->options;
    lab_status status = lab_sheet_open(o->pilot, &job->table, error);
    if (status == LAB_OK)
        status = lab_sheet_want_ratio(job->table, o->outcome, "--outcome", &job->numerator, &job->denominator,
                                      error);
    if (status == LAB_OK) job->result.ratio = job->denominator != SIZE_MAX;
    if (status == LAB_OK && o->cluster)
        status = lab_sheet_want(job->table, o->cluster, LAB_TEXT, "--cluster", &job->cluster, error);
    for (size_t i = 0; i < o->covariates && status == LAB_OK; i++) {
        status =
            lab_sheet_want(job->table, o->covariate[i], LAB_NUMBER, "--covariate", &job->covariate[i], error);
        if (status == LAB_OK)
            status = lab_sheet_check_covariate(job->table, job->covariate[i], o->outcome, job->numerator,
                                               job->denominator, error);
    }
    return status == LAB_OK ? lab_sheet_read(job->table, error) : status;
}

/* Mean (or ratio) and spread; `value` becomes what behaves as the ratio does. */
static lab_status take_outcome(power_job *job, lab_error *error) {
    size_t rows = lab_sheet_rows(job->table), missing = 0;
    const double *x = lab_sheet_numbers(job->table, job->numerator),
                 *y = job->result.ratio ? lab_sheet_numbers(job->table, job->denominator) : NULL;
    stat_pairs pairs = stat_pairs_of(x, y, rows);
    stat_sample s = stat_ratio_sample(&pairs);
    stat_plan *plan = &job->result.plan;
    job->value = malloc(rows * sizeof *job->value);
    job->treated = calloc(rows, sizeof *job->treated);
    if (!job->value || !job->treated) return lab_fail(error, LAB_FAILED, "out of memory");
    plan->rate = !y;
    stat_linearise(x, y, rows, s.mean, pairs.mean_y, job->value);
    for (size_t i = 0; i < rows; i++) {
        missing += isnan(job->value[i]) ? 1 : 0;
        plan->rate &= x[i] == 0 || x[i] == 1 || isnan(x[i]);
    }
    plan->baseline = s.mean;
    plan->sd = sqrt(s.variance);
    if (!(s.variance > 0))
        return lab_fail(
            error, LAB_BAD_INPUT,
            "%s: '%s' does not differ between units (or has no value), so a pilot of it plans nothing",
            job->options->pilot, job->options->outcome);
    note(job, "Pilot: %.0f units%s.", s.n, missing ? "; those without a value are left out" : "");
    return LAB_OK;
}

static lab_status take_covariates(power_job *job, lab_error *error) {
    const double *x[STAT_COVARIATES_MAX];
    stat_cuped_result r;
    for (size_t i = 0; i < job->options->covariates; i++)
        x[i] = lab_sheet_numbers(job->table, job->covariate[i]);
    if (!stat_cuped(job->value, job->treated, lab_sheet_rows(job->table), x, job->options->covariates,
                    job->value, &r))
        return lab_fail(error, LAB_FAILED, "out of memory");
    job->result.plan.factor *= r.kept;
    note(job, "The covariates leave %.1f %% of the variance, a correlation of %.3f.", 100 * r.kept,
         sqrt(1 - r.kept));
    return LAB_OK;
}

static void cluster_factor(power_job *job, double size, double icc, double cv) {
    job->result.plan.cluster = size;
    job->result.plan.factor *= stat_design_effect(size, icc, cv);
    note(job,
         "Clusters of %.4g units (coefficient of variation %.3g), intraclass correlation %.4g: variance x "
         "%.4g.",
         size, cv, icc, stat_design_effect(size, icc, cv));
}

static lab_status take_clusters(power_job *job, lab_error *error) {
    size_t rows = lab_sheet_rows(job->table), clusters = lab_sheet_values(job->table, job->cluster);
    const uint32_t *id = lab_sheet_ids(job->table, job->cluster);
    stat_stream *each = calloc(clusters, sizeof *each), all = {0}, sizes = {0};
    if (!each) return lab_fail(error, LAB_FAILED, "out of memory");
    for (size_t i = 0; i < rows; i++) {
        stat_stream_add(&each[id[i]], job->value[i]);
        stat_stream_add(&all, job->value[i]);
    }
    double within = 0, squared = 0;
    for (size_t k = 0; k < clusters; k++) {
        within += each[k].m2;
        squared += each[k].n * each[k].n;
        if (each[k].n > 0) stat_stream_add(&sizes, each[k].n);
    }
    free(each);
    stat_sample size = stat_stream_sample(&sizes);
    double icc = stat_icc(all.m2 - within, within, all.n, sizes.n, squared);
    if (isnan(icc))
        return lab_fail(
            error, LAB_BAD_INPUT,
            "%s: column '%s' has %.0f clusters for %.0f units; at least two, and some with several units, "
            "are needed to see how alike units of a cluster are",
            job->options->pilot, job->options->cluster, sizes.n, all.n);
    cluster_factor(job, size.mean, icc, sqrt(size.variance) / size.mean);
    return LAB_OK;
}

static lab_status take_pilot(power_job *job, lab_error *error) {
    const lab_power_options *o = job->options;
    lab_status status = open_pilot(job, error);
    if (status == LAB_OK) status = take_outcome(job, error);
    if (status == LAB_OK && o->covariates) status = take_covariates(job, error);
    if (status == LAB_OK && o->cluster) status = take_clusters(job, error);
    return status;
}

/* ---- the plan ---- */

static lab_status make_plan(power_job *job, lab_error *error) {
    const lab_power_options *o = job->options;
    stat_plan *plan = &job->result.plan;
    *plan = (stat_plan){.rate = !isnan(o->baseline_rate),
                        .baseline = !isnan(o->baseline_rate) ? o->baseline_rate : o->mean,
                        .sd = o->sd,
                        .control = o->holdout,
                        .alpha = o->alpha,
                        .factor = 1,
                        .cluster = 1};
    job->result.outcome = o->outcome;
    lab_status status = o->pilot ? take_pilot(job, error) : LAB_OK;
    if (status != LAB_OK) return status;
    if (!isnan(o->correlation)) {
        plan->factor *= 1 - o->correlation * o->correlation;
        note(job, "A correlation of %.3g leaves %.1f %% of the variance.", o->correlation,
             100 * (1 - o->correlation * o->correlation));
    }
    if (!isnan(o->icc))
        cluster_factor(job, o->cluster_size, o->icc, isnan(o->cluster_cv) ? 0 : o->cluster_cv);
    return LAB_OK;
}

static lab_status impossible(const power_job *job, lab_error *error) {
    const report_planning *p = &job->result;
    if (p->plan.rate && !isnan(p->diff) &&
        !(p->plan.baseline + p->diff >= 0 && p->plan.baseline + p->diff <= 1))
        return lab_fail(error, LAB_BAD_INPUT,
                        "a rate of %g with a difference of %+g leaves 0 to 1; give a smaller one",
                        p->plan.baseline, p->diff);
    return lab_fail(
        error, LAB_BAD_INPUT,
        "no answer: an arm would have under two units or clusters, or no difference is large enough; give "
        "more units, a larger holdout, or a larger difference");
}

/* Where the formulas are poor. */
static void warn(power_job *job) {
    const report_planning *p = &job->result;
    double held = p->n * p->plan.control, treated = p->n - held, few = fmin(held, treated) / p->plan.cluster;
    double c = p->plan.baseline, t = c + p->diff;
    double events = fmin(held * fmin(c, 1 - c), treated * fmin(t, 1 - t));
    if (p->plan.rate && events < 10)
        note(job, "An arm expects %.1f events: the normal approximation is poor below about 10.", events);
    if (p->plan.cluster > 1 && few < 10)
        note(job,
             "An arm has %.3g clusters: below about 10 the power is overstated, and a randomisation test is "
             "due.",
             few);
}

static lab_status solve(power_job *job, lab_error *error) {
    const lab_power_options *o = job->options;
    report_planning *p = &job->result;
    if (!isnan(o->mde_rel) && (isnan(p->plan.baseline) || p->plan.baseline == 0))
        return lab_fail(error, LAB_BAD_INPUT, "--mde-rel: the control's mean is %s; give --mde-abs",
                        p->plan.baseline == 0 ? "0" : "not given (--mean)");
    p->n = o->n;
    p->power = o->power;
    p->diff = !isnan(o->mde_rel) ? o->mde_rel * p->plan.baseline : o->mde_abs;
    bool has_diff = !isnan(p->diff), has_n = !isnan(p->n);
    p->solved = !has_n ? PLANNING_SIZE : !has_diff ? PLANNING_EFFECT : PLANNING_POWER;
    if (p->solved == PLANNING_SIZE) p->n = stat_plan_size(&p->plan, p->diff, p->power);
    if (p->solved == PLANNING_EFFECT) p->diff = stat_plan_mde(&p->plan, p->n, p->power, true);
    if (p->solved == PLANNING_POWER) p->power = stat_plan_power(&p->plan, p->n, p->diff);
    if (isinf(p->n)) return lab_fail(error, LAB_BAD_INPUT, "no number of units finds so small a difference");
    if (isnan(p->n) || isnan(p->diff) || isnan(p->power)) return impossible(job, error);
    warn(job);
    report_planning_fill(p);
    return LAB_OK;
}

static lab_status present(const power_job *job, FILE *print, lab_error *error) {
    const lab_power_options *o = job->options;
    char why[STORE_ERROR_SIZE] = "";
    if (o->out) {
        lab_status status = lab_folder_make(o->out, error);
        if (status != LAB_OK) return status;
        if (!report_planning_write(o->out, &job->result, why)) return lab_fail(error, LAB_FAILED, "%s", why);
    }
    if (!o->json) {
        report_planning_text(print, &job->result, o->out);
        return LAB_OK;
    }
    json_t *document = report_planning_json(&job->result, o->out);
    lab_status status = lab_print_json(document, print, error);
    json_decref(document);
    return status;
}

lab_status lab_power(const lab_power_options *options, FILE *print, lab_error *error) {
    power_job *job = calloc(1, sizeof *job);
    if (!job) return lab_fail(error, LAB_FAILED, "out of memory");
    job->options = options;
    lab_status status =
        options->out ? lab_folder_check_for(options->out, "power.html", "plan", error) : LAB_OK;
    if (status == LAB_OK) status = make_plan(job, error);
    if (status == LAB_OK) status = solve(job, error);
    if (status == LAB_OK) status = present(job, print, error);
    free(job->value);
    free(job->treated);
    lab_sheet_close(job->table);
    free(job);
    return status;
}
