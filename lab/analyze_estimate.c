/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * analyze_estimate.c - all estimates of one arm against the control on one outcome.
 *
 * The main method is welch, ratio_delta for ratios, and cluster where units are not independent; the sequence
 * takes its standard error. The others are beside it where they are asked for or fit.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lab/analyze_job.h"
#include "models/rng.h"
#include "stats/cluster.h"
#include "stats/proportion.h"
#include "stats/sequence.h"

enum { FEW_CLUSTERS = 20, ASSIGNMENTS = 20000 };

static double draw(const void *context, uint32_t replicate, uint32_t unit) {
    const model_key *key = context;
    return model_uniform(*key, unit, 0, MODEL_P_RESAMPLE, replicate);
}

/* A new row with what all methods share. */
static analysis_estimate *add_row(analyze_job *job, size_t arm, size_t outcome, analysis_method method) {
    report_analysis *a = &job->result;
    const analyze_contrast *c = &job->contrast;
    analysis_estimate *e = &a->estimate[a->estimates++];
    *e = (analysis_estimate){
        .arm = a->arm[arm].name,
        .control = a->arm[0].name,
        .outcome = job->outcome[outcome].name,
        .method = method,
        .n_arm = (double)(c->n - c->n_control),
        .n_control = (double)c->n_control,
        .mean_arm = NAN,
        .mean_control = NAN,
        .abs = NAN,
        .abs_lo = NAN,
        .abs_hi = NAN,
        .rel = NAN,
        .rel_lo = NAN,
        .rel_hi = NAN,
        .p = NAN,
        .rel_p = NAN,
        .p_adjusted = NAN,
    };
    return e;
}

static void take_welch(analysis_estimate *e, const stat_welch_result *w) {
    e->abs = w->diff;
    e->abs_lo = w->lo;
    e->abs_hi = w->hi;
    e->p = w->p;
    e->rel = w->rel;
    e->rel_lo = w->rel_lo;
    e->rel_hi = w->rel_hi;
    e->rel_p = w->rel_p;
    if (isnan(w->diff))
        strcpy(e->why, "an arm has no units with a value, or a denominator of 0");
    else if (isnan(w->p) && w->se == 0)
        strcpy(e->why, "no unit differs from another inside the arms, so there is no interval");
    else if (isnan(w->p))
        strcpy(e->why, "too few units or clusters for an interval");
    else if (isnan(w->rel))
        strcpy(e->why, "the control's mean is 0, so there is no relative difference");
    else if (isnan(w->rel_p))
        strcpy(e->why, "no unit of the arm has an event, so there is no relative interval");
}

static void take_fieller(analysis_estimate *e, const stat_sample arm[2], double level) {
    e->has_fieller = true;
    e->fieller = stat_fieller(&arm[1], &arm[0], level);
    if (e->fieller.bound == STAT_UNBOUNDED && !*e->why)
        strcpy(e->why,
               "the control's mean is not away from 0: by Fieller, no finite relative interval covers");
}

static void samples_of(const analyze_contrast *c, stat_sample arm[2]) {
    for (int side = 0; side < 2; side++) {
        size_t from = side ? c->n_control : 0, n = side ? c->n - c->n_control : c->n_control;
        if (c->ratio) {
            stat_pairs pairs = stat_pairs_of(c->x + from, c->y + from, n);
            arm[side] = stat_ratio_sample(&pairs);
        } else {
            arm[side] = stat_sample_of(c->x + from, n);
        }
    }
}

static stat_clustered clustered(const analyze_job *job, const double *x, const double *y) {
    const analyze_contrast *c = &job->contrast;
    return (stat_clustered){x,          y,    c->treated,
                            c->cluster, c->n, lab_sheet_values(job->table, job->cluster_column)};
}

/* ---- methods ---- */

static bool add_main(analyze_job *job, size_t arm, size_t outcome, const stat_sample sample[2],
                     stat_welch_result *main, bool *nested) {
    const analyze_contrast *c = &job->contrast;
    double level = 1 - job->options->alpha;
    *nested = false;
    if (!job->options->cluster) {
        *main = stat_welch(&sample[1], &sample[0], level);
        analysis_estimate *e = add_row(job, arm, outcome, c->ratio ? ANALYSIS_RATIO : ANALYSIS_WELCH);
        take_welch(e, main);
        take_fieller(e, sample, level);
        return true;
    }
    stat_clustered data = clustered(job, c->x, c->y);
    stat_cluster_result r;
    if (!stat_cluster(&data, level, &r)) return false;
    *main = r.welch;
    *nested = !r.crossed;
    take_welch(add_row(job, arm, outcome, ANALYSIS_CLUSTER), main);
    double few = fmin(r.clusters[0], r.clusters[1]);
    if (few < 40 && *nested)
        analyze_note(job, "%s, %s: an arm has %.0f cluster%s; under 40, cluster intervals are too narrow%s.",
                     job->outcome[outcome].name, job->result.arm[arm].name, few, few == 1 ? "" : "s",
                     few < FEW_CLUSTERS ? ": go by the randomisation test" : "");
    if (few >= FEW_CLUSTERS || !*nested) return true;
    const model_key key = model_key_make(job->options->seed, 1);
    stat_randomisation_result p;
    if (!stat_randomisation(&data, ASSIGNMENTS, (stat_draws){draw, &key}, &p)) return false;
    analysis_estimate *e = add_row(job, arm, outcome, ANALYSIS_RANDOMISATION);
    e->abs = main->diff;
    e->rel = main->rel;
    e->p = p.p;
    if (p.least > job->options->alpha)
        snprintf(e->why, sizeof e->why, "with so few clusters no result can be below p = %.3g", p.least);
    return true;
}

static void add_newcombe(analyze_job *job, size_t arm, size_t outcome, const stat_sample sample[2]) {
    const analyze_contrast *c = &job->contrast;
    double hits[2] = {0, 0}, n_c = (double)c->n_control, n_t = (double)(c->n - c->n_control);
    for (size_t i = 0; i < c->n; i++)
        hits[c->treated[i]] += c->x[i];
    stat_share_difference d = stat_newcombe(hits[1], n_t, hits[0], n_c, 1 - job->options->alpha);
    analysis_estimate *e = add_row(job, arm, outcome, ANALYSIS_NEWCOMBE);
    e->abs = d.diff;
    e->abs_lo = d.lo;
    e->abs_hi = d.hi;
    e->p = d.p;
    e->rel = sample[0].mean != 0 ? d.diff / sample[0].mean : NAN;
}

/* Each unit's pull at its arm's ratio. */
static void linearise(const analyze_contrast *c, const stat_sample arm[2], double *out) {
    for (int side = 0; side < 2; side++) {
        size_t from = side ? c->n_control : 0, n = side ? c->n - c->n_control : c->n_control;
        double all = 0;
        for (size_t i = from; i < from + n; i++)
            all += c->y[i];
        if (c->ratio)
            stat_linearise(c->x + from, c->y + from, n, arm[side].mean, all / (double)n, out + from);
        else if (n)
            memcpy(out + from, c->x + from, n * sizeof *out);
    }
}

static bool add_cuped(analyze_job *job, size_t arm, size_t outcome, const stat_sample sample[2]) {
    const analyze_contrast *c = &job->contrast;
    const double *covariate[STAT_COVARIATES_MAX];
    double level = 1 - job->options->alpha;
    stat_cuped_result r;
    for (size_t i = 0; i < job->options->covariates; i++)
        covariate[i] = c->covariate[i];
    linearise(c, sample, c->scratch);
    if (!stat_cuped(c->scratch, c->treated, c->n, covariate, job->options->covariates, c->scratch, &r))
        return false;
    const stat_sample after[2] = {r.control, r.treated};
    stat_welch_result w = stat_welch(&r.treated, &r.control, level);
    if (job->options->cluster) {
        stat_clustered data = clustered(job, c->scratch, NULL);
        stat_cluster_result by;
        if (!stat_cluster(&data, level, &by)) return false;
        w = by.welch;
    }
    analysis_estimate *e = add_row(job, arm, outcome, ANALYSIS_CUPED);
    take_welch(e, &w);
    e->mean_arm = r.treated.mean;
    e->mean_control = r.control.mean;
    if (!job->options->cluster) take_fieller(e, after, level);
    if (!isnan(r.kept))
        analyze_note(job, "%s, %s: the covariates leave %.1f %% of the variance%s.",
                     job->outcome[outcome].name, job->result.arm[arm].name, 100 * r.kept,
                     r.units_without > 0 ? "; missing ones count as their mean" : "");
    return true;
}

/* Sums by cluster, the control's first. [out] arm: slices of x and y. */
static bool cluster_sums(const analyze_job *job, double **x, double **y, stat_bootstrap_arm arm[2]) {
    const analyze_contrast *c = &job->contrast;
    size_t all = lab_sheet_values(job->table, job->cluster_column), n = 0;
    double *sum = calloc(3 * all, sizeof *sum);
    *x = malloc(2 * all * sizeof **x);
    *y = malloc(2 * all * sizeof **y);
    bool good = sum && *x && *y;
    for (int side = 0; side < 2 && good; side++) {
        size_t first = n;
        memset(sum, 0, 3 * all * sizeof *sum);
        for (size_t i = side ? c->n_control : 0; i < (side ? c->n : c->n_control); i++) {
            double *s = sum + 3 * (size_t)c->cluster[i];
            s[0] += c->x[i];
            s[1] += c->y[i];
            s[2]++;
        }
        for (size_t k = 0; k < all; k++) {
            if (!(sum[3 * k + 2] > 0)) continue;
            (*x)[n] = sum[3 * k];
            (*y)[n++] = sum[3 * k + 1];
        }
        arm[side] = (stat_bootstrap_arm){*x + first, *y + first, n - first};
    }
    free(sum);
    return good;
}

static void take_bootstrap(analysis_estimate *e, const stat_bootstrap_result *r) {
    e->abs = r->diff.estimate;
    e->abs_lo = r->diff.lo;
    e->abs_hi = r->diff.hi;
    e->p = r->diff.p;
    e->rel = r->rel.estimate;
    e->rel_lo = r->rel.lo;
    e->rel_hi = r->rel.hi;
    e->rel_p = r->rel.p;
}

static bool add_bootstrap(analyze_job *job, size_t arm, size_t outcome, bool nested) {
    const lab_analyze_options *o = job->options;
    const analyze_contrast *c = &job->contrast;
    double *x = NULL, *y = NULL;
    const double *per = c->ratio ? c->y : NULL;
    stat_bootstrap_arm side[2] = {
        {c->x, per, c->n_control},
        {c->x + c->n_control, per ? per + c->n_control : NULL, c->n - c->n_control},
    };
    analysis_estimate *e = add_row(job, arm, outcome, ANALYSIS_BOOTSTRAP);
    if (o->cluster && !nested) {
        strcpy(e->why, "clusters lie in both arms: resampling each arm by itself would be wrong");
        return true;
    }
    bool good = !o->cluster || cluster_sums(job, &x, &y, side);
    stat_bootstrap_result r;
    const model_key key = model_key_make(o->seed, 0);
    good = good && stat_bootstrap(&side[1], &side[0], o->bootstrap_kind, o->bootstrap, 1 - o->alpha,
                                  (stat_draws){draw, &key}, &r);
    if (good) take_bootstrap(e, &r);
    if (good && isnan(r.diff.lo))
        strcpy(e->why, "too few units or clusters with a value, or none that differs from another");
    else if (good && r.rel.out > 0 && isnan(r.rel.lo))
        snprintf(e->why, sizeof e->why, "%.0f of %u replicates have a control of 0: no relative interval",
                 r.rel.out, o->bootstrap);
    free(x);
    free(y);
    return good;
}

/* Units of each arm with an event, or clusters with one: what is independent. false: no memory. */
static bool count_events(const analyze_job *job, double events[2]) {
    const analyze_contrast *c = &job->contrast;
    size_t clusters = job->options->cluster ? lab_sheet_values(job->table, job->cluster_column) : 0;
    bool *seen = clusters ? calloc(2 * clusters, sizeof *seen) : NULL;
    if (clusters && !seen) return false;
    for (size_t i = 0; i < c->n; i++) {
        bool *again = seen ? &seen[2 * (size_t)c->cluster[i] + c->treated[i]] : NULL;
        if (!c->event[i] || (again && *again)) continue;
        events[c->treated[i]]++;
        if (again) *again = true;
    }
    free(seen);
    return true;
}

static bool add_sequence(analyze_job *job, size_t arm, size_t outcome, const stat_welch_result *main) {
    const lab_analyze_options *o = job->options;
    double events[2] = {0, 0}, t = (double)job->contrast.n, rho = stat_sequence_rho(o->sequential, o->alpha);
    if (!count_events(job, events)) return false;
    analysis_estimate *e = add_row(job, arm, outcome, ANALYSIS_SEQUENTIAL);
    e->abs = main->diff;
    e->rel = main->rel;
    if (fmin(events[0], events[1]) < o->min_events) {
        snprintf(e->why, sizeof e->why, "%s has %.0f %s with an event of the %.0f that a look needs",
                 events[0] < events[1] ? "the control" : "the arm", fmin(events[0], events[1]),
                 o->cluster ? "clusters" : "units", o->min_events);
        return true;
    }
    if (!(main->se > 0)) strcpy(e->why, "the main method has no standard error to go by");
    double half = stat_sequence_half_width(main->se, t, rho, o->alpha),
           rel_half = stat_sequence_half_width(main->rel_se, t, rho, o->alpha);
    if (main->se > 0) {
        e->abs_lo = main->diff - half;
        e->abs_hi = main->diff + half;
    }
    if (main->rel_se > 0) {
        e->rel_lo = main->rel - rel_half;
        e->rel_hi = main->rel + rel_half;
    }
    e->p = stat_sequence_p(main->diff, main->se, t, rho);
    e->rel_p = stat_sequence_p(main->rel, main->rel_se, t, rho);
    return true;
}

lab_status analyze_estimate_all(analyze_job *job, size_t arm, size_t outcome, lab_error *error) {
    const lab_analyze_options *o = job->options;
    const analyze_contrast *c = &job->contrast;
    size_t first = job->result.estimates;
    stat_sample sample[2];
    stat_welch_result main;
    bool nested;
    samples_of(c, sample);
    bool good = add_main(job, arm, outcome, sample, &main, &nested);
    if (good && c->rate && !c->ratio && !o->cluster && c->n) add_newcombe(job, arm, outcome, sample);
    if (good && o->covariates) good = add_cuped(job, arm, outcome, sample);
    if (good && o->bootstrap) good = add_bootstrap(job, arm, outcome, nested);
    if (good && o->sequential > 0) good = add_sequence(job, arm, outcome, &main);
    for (size_t i = first; i < job->result.estimates; i++) {
        analysis_estimate *e = &job->result.estimate[i];
        if (e->method == ANALYSIS_CUPED) continue;
        e->mean_arm = sample[1].mean;
        e->mean_control = sample[0].mean;
    }
    return good ? LAB_OK : lab_fail(error, LAB_FAILED, "out of memory");
}
