/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sweep.c - the command sweep: check every point, open the store, run what is missing, write.
 */
#include "lab/sweep.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "lab/folder.h"
#include "lab/sweep_job.h"

enum { TRIALS_MAX = 10000000 };

void lab_sweep_folder(const lab_sweep_options *o, char *out, size_t size) {
    char name[200];
    lab_scenario_name(o->scenario, name, sizeof name);
    if (o->out)
        snprintf(out, size, "%s", o->out);
    else
        snprintf(out, size, "%s-sweep", name);
}

/* The loader says which --set it means; a setting of the point is named as that already. */
static const char *without_set(const sweep_job *job, size_t point, const char *text) {
    for (size_t a = 0; a < job->grid.axes; a++) {
        char head[300];
        int n = snprintf(head, sizeof head,
                         "--set %s: ", job->grid.axis[a].set[lab_grid_value(&job->grid, point, a)]);
        if (n > 0 && (size_t)n < sizeof head && !strncmp(text, head, (size_t)n)) return text + n;
    }
    return text;
}

static lab_status load_point(sweep_job *job, size_t point, const char **set, lab_error *error) {
    const lab_sweep_options *o = job->options;
    char label[600];
    lab_error why = {""};
    for (size_t a = 0; a < job->grid.axes; a++)
        set[o->sets + a] = job->grid.axis[a].set[lab_grid_value(&job->grid, point, a)];
    lab_status status =
        lab_scenario_load(job->path, set, o->sets + job->grid.axes, &job->point[point].scenario, &why);
    if (status == LAB_OK) return LAB_OK;
    lab_grid_label(&job->grid, point, label, sizeof label);
    return lab_fail(error, status, "point %zu (%s): %.1300s", point, label,
                    without_set(job, point, why.text));
}

/* All points are loaded before any is run, so that a value that no scenario takes costs no time. */
static lab_status load(sweep_job *job, lab_error *error) {
    const lab_sweep_options *o = job->options;
    const char **set = calloc(o->sets + LAB_AXES_MAX, sizeof *set);
    scenario *plain = NULL;
    job->point = calloc(job->grid.points, sizeof *job->point);
    if (!set || !job->point) {
        free(set);
        return lab_fail(error, LAB_FAILED, "out of memory");
    }
    for (size_t i = 0; i < o->sets; i++)
        set[i] = o->set[i];
    lab_status status = lab_scenario_load(job->path, set, o->sets, &plain, error); /* its own faults first */
    scenario_destroy(plain);
    for (size_t p = 0; p < job->grid.points && status == LAB_OK; p++)
        status = load_point(job, p, set, error);
    free(set);
    return status;
}

static lab_status choose_metrics(sweep_job *job, lab_error *error) {
    const lab_sweep_options *o = job->options;
    report_sweep *s = &job->sweep;
    size_t n;
    const report_metric *metric = report_metrics(&n);
    const char *name[] = {o->frontier[0], o->frontier[1], o->best};
    size_t *at[] = {&s->x, &s->y, &s->best_metric};
    for (size_t i = 0; i < 3; i++) {
        const char *option = i < 2 ? "--frontier" : "--best";
        if (!name[i]) continue;
        *at[i] = report_metric_index(name[i]);
        if (*at[i] == n)
            return lab_fail(error, LAB_BAD_INPUT, "%s: there is no metric '%s'", option, name[i]);
        if (metric[*at[i]].direction == REPORT_NEUTRAL)
            return lab_fail(error, LAB_BAD_INPUT,
                            "%s: neither more nor less of '%s' is better, so it cannot rank points", option,
                            name[i]);
        if (report_metric_needs_twins(*at[i]) && !o->twins)
            return lab_fail(error, LAB_BAD_INPUT, "%s: '%s' exists with --twins only", option, name[i]);
    }
    if (o->frontier[0] && s->x == s->y)
        return lab_fail(error, LAB_BAD_INPUT, "--frontier: two different metrics are needed");
    if (o->budget && !o->best)
        return lab_fail(error, LAB_BAD_INPUT,
                        "--budget needs --best METRIC: what should the replications tell apart?");
    if (o->budget && o->reps) return lab_fail(error, LAB_BAD_INPUT, "--budget and --reps: give one of them");
    s->has_best = o->best != NULL;
    return LAB_OK;
}

/* The rows by which a part is known to belong to this sweep: reps and budget are not among them, so a sweep
 * can be resumed with more. */
static lab_status describe(sweep_job *job, lab_error *error) {
    const lab_sweep_options *o = job->options;
    const sim_run_options sim = {.seed = job->seed, .twins = o->twins};
    store_run *base = &job->base;
    if (!sim_run_describe(job->point[0].scenario, &sim, base) ||
        !lab_manifest_fill(base, job->point[0].scenario, 0))
        return lab_fail(error, LAB_FAILED, "out of memory");
    XXH64_state_t state;
    XXH64_reset(&state, 0);
    for (size_t p = 0; p < job->grid.points; p++)
        XXH64_update(&state, &job->point[p].scenario->hash, sizeof job->point[p].scenario->hash);
    store_pair *more = realloc(base->manifest, (base->manifest_rows + job->grid.axes + 2) * sizeof *more);
    if (!more) return lab_fail(error, LAB_FAILED, "out of memory");
    base->manifest = more;
    char text[32];
    for (size_t i = 0; i < base->manifest_rows; i++) {
        store_pair *row = &more[i];
        /* the first point's own hash and the run's count become the sweep's */
        if (!strcmp(row->key, "parameters"))
            snprintf(text, sizeof text, "%016" PRIx64, (uint64_t)XXH64_digest(&state));
        else if (!strcmp(row->key, "replications"))
            snprintf(text, sizeof text, "%s", o->twins ? "yes" : "no");
        else
            continue;
        if (!strcmp(row->key, "replications")) {
            free(row->key);
            row->key = strdup("twins");
        }
        free(row->value);
        row->value = strdup(text);
        if (!row->key || !row->value) return lab_fail(error, LAB_FAILED, "out of memory");
    }
    for (size_t a = 0; a < job->grid.axes; a++) {
        const lab_axis *axis = &job->grid.axis[a];
        size_t size = strlen(axis->path) + 2;
        for (size_t i = 0; i < axis->values; i++)
            size += strlen(axis->value[i]) + 1;
        store_pair *row = &more[base->manifest_rows++];
        snprintf(text, sizeof text, "axis_%zu", a);
        *row = (store_pair){strdup(text), malloc(size)};
        if (!row->key || !row->value) return lab_fail(error, LAB_FAILED, "out of memory");
        char *to = row->value + sprintf(row->value, "%s", axis->path);
        for (size_t i = 0; i < axis->values; i++)
            to += sprintf(to, "%c%s", i ? ',' : '=', axis->value[i]);
    }
    return LAB_OK;
}

static lab_status prepare(sweep_job *job, lab_error *error) {
    const lab_sweep_options *o = job->options;
    lab_status status = lab_grid_parse(o->vary, o->varied, &job->grid, error);
    if (status == LAB_OK) status = choose_metrics(job, error);
    if (status == LAB_OK) status = lab_scenario_find(o->scenario, job->path, error);
    if (status != LAB_OK) return status;
    if (o->out && strlen(o->out) + sizeof "/sweep.db.part" > sizeof job->out)
        return lab_fail(error, LAB_BAD_INPUT, "-o: the name of the folder is too long");
    lab_sweep_folder(o, job->out, sizeof job->out);
    char part[LAB_PATH_SIZE + 16];
    snprintf(part, sizeof part, "%s/sweep.db", job->out);
    if (!store_sweep_look(part).part) status = lab_folder_check_for(job->out, "sweep.db", "sweep", error);
    if (status == LAB_OK) status = load(job, error);
    if (status != LAB_OK) return status;
    const scenario_run *asked = &job->point[0].scenario->p.run;
    job->seed = o->has_seed ? o->seed : (uint64_t)asked->seed;
    job->reps = o->budget ? 0 : o->reps ? o->reps : (uint32_t)asked->replications;
    if ((uint64_t)job->reps * job->grid.points > TRIALS_MAX)
        return lab_fail(error, LAB_BAD_INPUT, "%zu points x %u replications are more than %d trials",
                        job->grid.points, job->reps, TRIALS_MAX);
    if (o->budget && o->budget < 3 * job->grid.points)
        return lab_fail(error, LAB_BAD_INPUT, "--budget: %zu points need at least %zu replications, 3 each",
                        job->grid.points, 3 * job->grid.points);
    job->threads = o->threads ? o->threads : lab_processors();
    report_metrics(&job->metrics);
    job->stride = job->metrics + 1;
    return describe(job, error);
}

bool lab_sweep_room(sweep_job *job, size_t point, uint32_t replications) {
    sweep_point *p = &job->point[point];
    if (replications <= p->room) return true;
    double *row = realloc(p->row, (size_t)replications * job->stride * sizeof *row);
    if (row) p->row = row;
    bool *held = realloc(p->held, replications * sizeof *held);
    if (held) p->held = held;
    if (!row || !held) return false;
    memset(held + p->room, 0, (replications - p->room) * sizeof *held);
    p->room = replications;
    return true;
}

static void keep_numbers(sweep_job *job, size_t point, const store_trial *trial) {
    size_t n;
    const report_metric *metric = report_metrics(&n);
    double *row = job->point[point].row + trial->replication * job->stride;
    for (size_t m = 0; m < n; m++)
        row[m] = metric[m].value(&metric[m], trial);
    row[n] = (double)trial->events;
    job->point[point].held[trial->replication] = true;
}

static bool take_kept(void *context, uint32_t point, const store_trial *trial) {
    sweep_job *job = context;
    if (point >= job->grid.points || trial->replication >= TRIALS_MAX ||
        !lab_sweep_room(job, point, trial->replication + 1))
        return false;
    keep_numbers(job, point, trial);
    return true;
}

static lab_status open_store(sweep_job *job, lab_error *error) {
    char path[LAB_PATH_SIZE + 16], why[STORE_ERROR_SIZE] = "";
    lab_status made = lab_folder_make(job->out, error);
    if (made != LAB_OK) return made;
    snprintf(path, sizeof path, "%s/sweep.db", job->out);
    store_status status = store_sweep_open(path, job->base.manifest, job->base.manifest_rows,
                                           job->options->resume, &job->store, why);
    if (status == STORE_OK) status = store_sweep_read(job->store, take_kept, job, why);
    if (status == STORE_OK) return LAB_OK;
    return lab_fail(error, status == STORE_NOT_A_RUN ? LAB_BAD_INPUT : LAB_FAILED, "%s", why);
}

/* A trial is kept for good before the next is asked for. */
static bool take(void *context, size_t index, store_trial *trial, double loop_s) {
    sweep_job *job = context;
    const lab_sweep_options *o = job->options;
    size_t point = job->at_point[index];
    job->loop_s += loop_s;
    job->store_failed = store_sweep_add(job->store, (uint32_t)point, trial, job->why) != STORE_OK;
    if (!job->store_failed) keep_numbers(job, point, trial);
    store_trial_clear(trial);
    if (job->store_failed) return false;
    job->done++;
    return !o->progress || o->progress(o->context, job->done, job->of);
}

static lab_status run_batch(sweep_job *job, const sim_job *list, size_t n, lab_error *error) {
    const sim_sink sink = {take, job};
    char why[STORE_ERROR_SIZE] = "";
    double start = lab_seconds();
    sim_executor *execute = job->options->executor ? job->options->executor : sim_batch_run;
    sim_status status = execute(list, n, job->threads, &sink, why);
    job->wall_s += lab_seconds() - start;
    if (status == SIM_OK) return LAB_OK;
    if (job->store_failed) return lab_fail(error, LAB_FAILED, "%s", job->why);
    if (status == SIM_STOPPED)
        return lab_fail(error, LAB_FAILED,
                        "stopped; finished trials are kept: the same command with --resume goes on");
    if (status == SIM_NO_MEMORY) return lab_fail(error, LAB_FAILED, "out of memory; --resume goes on");
    return lab_fail(error, LAB_FAILED, "defect of the program: %s", why);
}

lab_status lab_sweep_fill(sweep_job *job, lab_error *error) {
    size_t points = job->grid.points, n = 0;
    uint32_t most = 0;
    for (size_t p = 0; p < points; p++) {
        if (!lab_sweep_room(job, p, job->point[p].want)) return lab_fail(error, LAB_FAILED, "out of memory");
        if (job->point[p].want > most) most = job->point[p].want;
        for (uint32_t i = 0; i < job->point[p].want; i++)
            n += !job->point[p].held[i];
    }
    job->of = job->done + (uint32_t)n + job->later;
    if (n == 0) return LAB_OK;
    sim_job *list = calloc(n, sizeof *list);
    job->at_point = calloc(n, sizeof *job->at_point);
    if (!list || !job->at_point) {
        free(list);
        return lab_fail(error, LAB_FAILED, "out of memory");
    }
    n = 0;
    for (uint32_t i = 0; i < most; i++) /* all points early, so that a stop leaves something of each */
        for (size_t p = 0; p < points; p++) {
            if (i >= job->point[p].want || job->point[p].held[i]) continue;
            job->at_point[n] = (uint32_t)p;
            list[n++] = (sim_job){job->point[p].scenario, job->seed, i, job->options->twins, SIM_LOG_SUMMARY};
        }
    lab_status status = run_batch(job, list, n, error);
    free(list);
    free(job->at_point);
    job->at_point = NULL;
    return status;
}

static lab_status run_all(sweep_job *job, lab_error *error) {
    lab_host_fill(&job->host, job->threads, (int64_t)time(NULL));
    if (job->options->budget) return lab_sweep_budget(job, error);
    for (size_t p = 0; p < job->grid.points; p++) {
        job->point[p].want = job->reps;
        for (uint32_t i = job->reps; i < job->point[p].room; i++)
            if (job->point[p].held[i])
                return lab_fail(error, LAB_BAD_INPUT,
                                "%s/sweep.db.part holds replication %u of a point: --reps %u would drop it",
                                job->out, i, job->reps);
    }
    return lab_sweep_fill(job, error);
}

lab_status lab_sweep(const lab_sweep_options *options, FILE *print, lab_error *error) {
    sweep_job *job = calloc(1, sizeof *job);
    if (!job) return lab_fail(error, LAB_FAILED, "out of memory");
    job->options = options;
    lab_status status = prepare(job, error);
    if (status == LAB_OK) status = open_store(job, error);
    if (status == LAB_OK) status = run_all(job, error);
    if (status == LAB_OK) status = lab_sweep_present(job, print, error);
    for (size_t p = 0; job->point && p < job->grid.points; p++) {
        scenario_destroy(job->point[p].scenario);
        free(job->point[p].row);
        free(job->point[p].held);
    }
    free(job->point);
    free(job->at_point);
    report_sweep_clear(&job->sweep);
    store_sweep_close(job->store);
    store_run_clear(&job->base);
    lab_grid_clear(&job->grid);
    free(job);
    return status;
}
