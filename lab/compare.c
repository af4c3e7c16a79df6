/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * compare.c - the command compare.
 *
 * Both scenarios run with one seed, so that replication i of either meets the same shoppers in the same mood;
 * the trials of both are one batch, pair by pair. Nothing is written before all are done.
 */
#include "lab/compare.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lab/folder.h"
#include "lab/internal.h"
#include "lab/manifest.h"
#include "reports/compare.h"
#include "sim/runner.h"

enum { BASE, CANDIDATE, SIDES };

typedef struct {
    const lab_compare_options *options;
    char out[LAB_PATH_SIZE];
    scenario *scenario[SIDES];
    store_run run[SIDES];
    report_summary summary[SIDES];
    report_comparison comparison;
    sim_run_options sim; /* of either side */
    uint32_t done;
    double wall_s, loop_s;
    lab_host host;
} compare_job;

/* The loader knows only --set: names the option that was really given. */
static void rename_option(lab_error *error, int side, const lab_sets *own) {
    static const char plain[] = "--set ";
    char text[LAB_ERROR_SIZE];
    if (strncmp(error->text, plain, sizeof plain - 1) != 0) return;
    for (size_t i = 0; i < own->sets; i++) {
        if (strncmp(error->text + sizeof plain - 1, own->set[i], strlen(own->set[i])) != 0) continue;
        memcpy(text, error->text, sizeof text);
        snprintf(error->text, sizeof error->text, "--set-%s %.*s", side == BASE ? "base" : "candidate",
                 (int)(sizeof text - 32), text + sizeof plain - 1);
        return;
    }
}

static lab_status load(compare_job *job, int side, lab_error *error) {
    const lab_compare_options *o = job->options;
    const lab_sets *own = side == BASE ? &o->set_base : &o->set_candidate;
    char path[LAB_PATH_SIZE], name[200];
    lab_status status = lab_scenario_find(side == BASE ? o->base : o->candidate, path, error);
    if (status != LAB_OK) return status;
    if (side == BASE && !o->out) {
        lab_scenario_name(path, name, sizeof name);
        snprintf(job->out, sizeof job->out, "%s-compare", name);
    }
    const char **set = calloc(o->set.sets + own->sets + 1, sizeof *set);
    if (!set) return lab_fail(error, LAB_FAILED, "out of memory");
    for (size_t i = 0; i < o->set.sets; i++)
        set[i] = o->set.set[i];
    for (size_t i = 0; i < own->sets; i++)
        set[o->set.sets + i] = own->set[i];
    status = lab_scenario_load(path, set, o->set.sets + own->sets, &job->scenario[side], error);
    free(set);
    if (status == LAB_BAD_INPUT) rename_option(error, side, own);
    return status;
}

static lab_status prepare(compare_job *job, lab_error *error) {
    const lab_compare_options *o = job->options;
    if (o->out && strlen(o->out) >= sizeof job->out - sizeof "/candidate")
        return lab_fail(error, LAB_BAD_INPUT, "-o: the name of the folder is too long");
    if (o->out) strcpy(job->out, o->out);
    lab_status status = load(job, BASE, error);
    if (status == LAB_OK) status = load(job, CANDIDATE, error);
    if (status == LAB_OK) status = lab_folder_check_for(job->out, "base/run.db", "comparison", error);
    if (status != LAB_OK) return status;
    const scenario_run *asked = &job->scenario[BASE]->p.run;
    job->sim = (sim_run_options){
        .seed = o->has_seed ? o->seed : (uint64_t)asked->seed,
        .replications = o->reps ? o->reps : (uint32_t)asked->replications,
        .threads = o->threads ? o->threads : lab_processors(),
        .twins = o->twins,
    };
    for (int side = 0; side < SIDES; side++) {
        bool described = sim_run_describe(job->scenario[side], &job->sim, &job->run[side]);
        job->run[side].trial = calloc(job->sim.replications, sizeof *job->run[side].trial);
        if (!described || !job->run[side].trial) return lab_fail(error, LAB_FAILED, "out of memory");
        job->run[side].trials = job->sim.replications;
    }
    return LAB_OK;
}

static bool take(void *context, size_t index, store_trial *trial, double loop_s) {
    compare_job *job = context;
    const lab_compare_options *o = job->options;
    job->run[index % SIDES].trial[index / SIDES] = *trial;
    job->loop_s += loop_s;
    job->done++;
    return !o->progress || o->progress(o->context, job->done, SIDES * job->sim.replications);
}

static lab_status simulate(compare_job *job, lab_error *error) {
    const lab_compare_options *o = job->options;
    size_t n = (size_t)SIDES * job->sim.replications;
    sim_job *trial = calloc(n, sizeof *trial);
    if (!trial) return lab_fail(error, LAB_FAILED, "out of memory");
    for (size_t i = 0; i < n; i++)
        trial[i] = (sim_job){.s = job->scenario[i % SIDES],
                             .seed = job->sim.seed,
                             .replication = (uint32_t)(i / SIDES),
                             .twins = o->twins,
                             .log = SIM_LOG_SUMMARY};
    if (job->sim.threads > n) job->sim.threads = (uint32_t)n;
    lab_host_fill(&job->host, job->sim.threads, (int64_t)time(NULL));
    lab_host_scenario(&job->host, "base_file", job->scenario[BASE]->path);
    lab_host_scenario(&job->host, "candidate_file", job->scenario[CANDIDATE]->path);
    const sim_sink sink = {take, job};
    char why[STORE_ERROR_SIZE] = "";
    double start = lab_seconds();
    sim_executor *execute = o->executor ? o->executor : sim_batch_run;
    sim_status status = execute(trial, n, job->sim.threads, &sink, why);
    job->wall_s = lab_seconds() - start;
    free(trial);
    if (status != SIM_OK) return lab_sim_fail(error, status, why);
    for (int side = 0; side < SIDES; side++)
        if (!lab_manifest_fill(&job->run[side], job->scenario[side], job->sim.replications) ||
            !report_summarise(&job->run[side], &job->summary[side]))
            return lab_fail(error, LAB_FAILED, "out of memory");
    if (!report_compare(&job->summary[BASE], &job->summary[CANDIDATE], &job->comparison))
        return lab_fail(error, LAB_FAILED, "out of memory");
    return LAB_OK;
}

/* What is set apart is what a reader wants to see of two scenarios that share a file. */
static void label(const compare_job *job, int side, char *out, size_t size) {
    const lab_compare_options *o = job->options;
    const lab_sets *own = side == BASE ? &o->set_base : &o->set_candidate;
    size_t at = (size_t)snprintf(out, size, "%s", job->run[side].scenario);
    for (size_t i = 0; i < own->sets && at < size; i++)
        at += (size_t)snprintf(out + at, size - at, "%s%s", i ? ", " : ": ", own->set[i]);
}

static lab_status keep(compare_job *job, lab_error *error) {
    static const char *const folder[SIDES] = {"base", "candidate"};
    char path[LAB_PATH_SIZE + 16];
    for (int side = 0; side < SIDES; side++) {
        snprintf(path, sizeof path, "%s/%s", job->out, folder[side]);
        lab_status status = lab_run_keep(path, &job->summary[side], error);
        if (status != LAB_OK) return status;
    }
    return LAB_OK;
}

static lab_status present(compare_job *job, FILE *print, lab_error *error) {
    char base[200], candidate[200], why[STORE_ERROR_SIZE] = "";
    label(job, BASE, base, sizeof base);
    label(job, CANDIDATE, candidate, sizeof candidate);
    job->comparison.base_label = base;
    job->comparison.candidate_label = candidate;
    const report_host host = {
        .row = job->host.row,
        .rows = job->host.rows,
        .wall_s = job->wall_s,
        .loop_s = job->loop_s,
        .out = job->out,
        .colour = job->options->colour,
    };
    if (!report_compare_write(job->out, &job->comparison, &host, why))
        return lab_fail(error, LAB_FAILED, "%s", why);
    if (!job->options->json) {
        report_compare_text(print, &job->comparison, &host);
        return LAB_OK;
    }
    json_t *document = report_compare_json(&job->comparison, &host);
    lab_status status = lab_print_json(document, print, error);
    json_decref(document);
    return status;
}

lab_status lab_compare(const lab_compare_options *options, FILE *print, lab_error *error) {
    compare_job *job = calloc(1, sizeof *job);
    if (!job) return lab_fail(error, LAB_FAILED, "out of memory");
    job->options = options;
    lab_status status = prepare(job, error);
    if (status == LAB_OK) status = simulate(job, error);
    if (status == LAB_OK) status = keep(job, error);
    if (status == LAB_OK) status = present(job, print, error);
    report_comparison_clear(&job->comparison);
    for (int side = 0; side < SIDES; side++) {
        report_summary_clear(&job->summary[side]);
        store_run_clear(&job->run[side]);
        scenario_destroy(job->scenario[side]);
    }
    free(job);
    return status;
}
