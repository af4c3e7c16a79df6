/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * precision.c - see precision.h.
 *
 * An interval that is looked at again and again until it is narrow covers a little less than it says; from
 * ten replications on, with rounds that grow, that is hardly seen.
 */
#include "lab/precision.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/sweep.h"
#include "stats/interval.h"

enum { FIRST = 10 };
static const double LEVEL = 0.95, FAR = 1e9;

lab_status lab_precision_read(const char *text, bool twins, lab_precision *out, lab_error *error) {
    const char *equals = strchr(text, '='), *number = equals ? equals + 1 : "";
    char name[100], *end;
    size_t n;
    report_metrics(&n);
    snprintf(name, sizeof name, "%.*s", (int)(equals ? equals - text : (ptrdiff_t)strlen(text)), text);
    out->metric = report_metric_index(name);
    if (out->metric == n) return lab_fail(error, LAB_BAD_INPUT, "--precision: there is no metric '%s'", name);
    if (report_metric_needs_twins(out->metric) && !twins)
        return lab_fail(error, LAB_BAD_INPUT, "--precision: '%s' exists with --twins only", name);
    out->absolute = strncmp(number, "abs:", 4) == 0;
    if (out->absolute) number += 4;
    out->half = strtod(number, &end);
    if (end == number || *end || !(out->half > 0) || !isfinite(out->half))
        return lab_fail(error, LAB_BAD_INPUT,
                        "--precision: give %s=SHARE of its mean, such as %s=0.01, or %s=abs:WIDTH; the "
                        "number must be above 0",
                        name, name, name);
    return LAB_OK;
}

uint32_t lab_precision_next(uint32_t done, double half, double want, uint32_t most) {
    double next = isfinite(half) && want > 0 ? ceil(done * (half / want) * (half / want)) : FAR;
    next = fmin(fmax(next, done + ceil(done / 10.)), 2. * done);
    return next < most ? (uint32_t)next : most;
}

uint32_t lab_precision_first(uint32_t most) {
    return FIRST < most ? FIRST : most;
}

report_precision lab_precision_judge(const lab_precision *p, double half, double mean, size_t n) {
    size_t all;
    report_precision r = {.metric = report_metrics(&all)[p->metric].name,
                          .asked = p->half,
                          .absolute = p->absolute,
                          .width = p->absolute ? p->half : p->half * fabs(mean),
                          .half_width = half,
                          .replications = n,
                          .would_take = NAN};
    r.reached = r.half_width <= r.width;
    if (r.reached)
        r.would_take = (double)n;
    else if (isfinite(half) && r.width > 0)
        r.would_take = ceil((double)n * (half / r.width) * (half / r.width));
    return r;
}

lab_status lab_precision_say(const report_precision *r, const char *difference, const char *mean,
                             lab_error *out) {
    double share = r->absolute ? r->half_width : r->half_width / (r->width / r->asked);
    char asked[100], of[60] = "";
    if (!r->absolute) snprintf(of, sizeof of, " of %s", mean);
    snprintf(asked, sizeof asked, "%.3g%s", r->asked, of);
    if (!isfinite(r->would_take))
        return lab_fail(
            out, LAB_IMPRECISE,
            "--precision: after %zu replications %s'%s' has no %s%s to compare with %s, so nobody can say "
            "how many more it takes",
            r->replications, difference, r->metric,
            isfinite(r->half_width) ? mean + strlen("the ") : "interval",
            isfinite(r->half_width) ? " other than 0" : "", asked);
    if (r->would_take > LAB_REPS_MAX)
        return lab_fail(
            out, LAB_IMPRECISE,
            "--precision: after %zu replications the half-width of %s'%s' is %.3g%s, not %s; no number "
            "of replications that can be run would do",
            r->replications, difference, r->metric, share, of, asked);
    return lab_fail(
        out, LAB_IMPRECISE,
        "--precision: after %zu replications the half-width of %s'%s' is %.3g%s, not %s; it would take "
        "about %.0f more: --reps %.0f",
        r->replications, difference, r->metric, share, of, asked, r->would_take - (double)r->replications,
        r->would_take);
}

/* The interval over the run's trials. */
static report_precision look(const store_run *run, const lab_precision *p, double *by_trial) {
    size_t n;
    const report_metric *m = &report_metrics(&n)[p->metric];
    for (size_t i = 0; i < run->trials; i++)
        by_trial[i] = m->value(m, &run->trial[i]);
    stat_interval v = stat_mean_interval(by_trial, run->trials, LEVEL);
    return lab_precision_judge(p, (v.hi - v.lo) / 2, v.mean, run->trials);
}

/* ---- a round ---- */

typedef struct {
    const sim_run_options *options;
    store_trial *trial;
    uint32_t before, done;
    double loop_s;
} a_round;

static bool take(void *context, size_t job, store_trial *trial, double loop_s) {
    a_round *r = context;
    const sim_run_options *o = r->options;
    r->trial[job] = *trial;
    r->loop_s += loop_s;
    r->done++;
    /* the last call of all is the caller's, once it is known that there is no other round */
    uint32_t done = r->before + r->done;
    return !o->progress || done == o->replications || o->progress(o->context, done, o->replications);
}

static sim_status add(const scenario *s, const sim_run_options *o, uint32_t upto, store_run *run,
                      char *error) {
    uint32_t first = (uint32_t)run->trials, n = upto - first;
    store_trial *grown = realloc(run->trial, upto * sizeof *grown);
    sim_job *job = calloc(n, sizeof *job);
    sim_status status = SIM_NO_MEMORY;
    if (grown) {
        run->trial = grown;
        memset(grown + first, 0, n * sizeof *grown);
        run->trials = upto; /* those that never came are empty, so that all can be cleared */
    }
    a_round r = {.options = o, .trial = grown ? grown + first : NULL, .before = first};
    for (uint32_t i = 0; job && i < n; i++)
        job[i] =
            (sim_job){.s = s, .seed = o->seed, .replication = first + i, .twins = o->twins, .log = o->log};
    const sim_sink sink = {take, &r};
    sim_executor *execute = o->executor ? o->executor : sim_batch_run;
    if (grown && job) status = execute(job, n, o->threads, &sink, error);
    if (o->loop_s) *o->loop_s += r.loop_s;
    free(job);
    return status;
}

sim_status lab_precision_run(const scenario *s, const sim_run_options *o, const lab_precision *p,
                             store_run *out, char error[STORE_ERROR_SIZE], report_precision *reached) {
    const uint32_t most = o->replications;
    store_run run;
    double *by_trial = calloc(most, sizeof *by_trial);
    sim_status status = sim_run_describe(s, o, &run) && by_trial ? SIM_OK : SIM_NO_MEMORY;
    report_precision r = {.reached = false};
    if (o->loop_s) *o->loop_s = 0;
    for (uint32_t upto = lab_precision_first(most); status == SIM_OK && !r.reached && run.trials < most;
         upto = lab_precision_next((uint32_t)run.trials, r.half_width, r.width, most)) {
        status = add(s, o, upto, &run, error);
        if (status == SIM_OK) r = look(&run, p, by_trial);
    }
    free(by_trial);
    if (status == SIM_OK && o->progress && !o->progress(o->context, most, most)) status = SIM_STOPPED;
    *reached = r;
    if (status == SIM_OK)
        *out = run;
    else
        store_run_clear(&run);
    return status;
}
