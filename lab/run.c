/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * run.c - the command run: load, simulate, store, report.
 *
 * Nothing is written before the simulation is complete. Then run.db goes first, for all else can be made from
 * it again.
 */
#include "lab/run.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lab/folder.h"
#include "lab/internal.h"
#include "lab/manifest.h"
#include "lab/precision.h"
#include "lab/traces.h"
#include "reports/report.h"

typedef struct {
    const lab_run_options *options;
    char path[LAB_PATH_SIZE]; /* of the scenario */
    char out[LAB_PATH_SIZE];
    scenario *scenario;
    store_run run;
    report_summary summary;
    sim_run_options sim;
    lab_precision precision;
    report_precision reached;
    lab_host host;
    double wall_s, loop_s;
} lab_job;

static lab_status load(lab_job *job, lab_error *error) {
    const lab_run_options *o = job->options;
    lab_status status = LAB_OK;
    if (o->precision) status = lab_precision_read(o->precision, o->twins, &job->precision, error);
    if (status == LAB_OK) status = lab_scenario_find(o->scenario, job->path, error);
    if (status != LAB_OK) return status;
    if (o->out) {
        if (strlen(o->out) >= sizeof job->out)
            return lab_fail(error, LAB_BAD_INPUT, "-o: the name of the folder is too long");
        strcpy(job->out, o->out);
        for (size_t n = strlen(job->out); n > 1 && job->out[n - 1] == '/'; n--)
            job->out[n - 1] = '\0';
    } else {
        char name[256];
        lab_scenario_name(job->path, name, sizeof name);
        snprintf(job->out, sizeof job->out, "%s-run", name);
    }
    status = lab_folder_check(job->out, error);
    if (status != LAB_OK) return status;
    return lab_scenario_load(job->path, o->set, o->sets, &job->scenario, error);
}

static lab_status simulate(lab_job *job, lab_error *error) {
    const lab_run_options *o = job->options;
    const scenario_run *asked = &job->scenario->p.run;
    uint32_t usual = o->precision ? LAB_PRECISION_MOST : (uint32_t)asked->replications;
    sim_run_options *sim = &job->sim;
    *sim = (sim_run_options){
        .seed = o->has_seed ? o->seed : (uint64_t)asked->seed,
        .replications = o->reps ? o->reps : usual,
        .threads = o->threads ? o->threads : lab_processors(),
        .twins = o->twins,
        .log = o->log,
        .progress = o->progress,
        .context = o->context,
        .loop_s = &job->loop_s,
    };
    if (sim->threads > sim->replications) sim->threads = sim->replications;
    lab_host_fill(&job->host, sim->threads, (int64_t)time(NULL));
    lab_host_scenario(&job->host, "scenario_file", job->path);
    char why[STORE_ERROR_SIZE] = "";
    double start = lab_seconds();
    sim_status status =
        o->precision ? lab_precision_run(job->scenario, sim, &job->precision, &job->run, why, &job->reached)
                     : sim_run(job->scenario, sim, &job->run, why);
    job->wall_s = lab_seconds() - start;
    if (status != SIM_OK) return lab_sim_fail(error, status, why);
    if (!lab_manifest_fill(&job->run, job->scenario, (uint32_t)job->run.trials))
        return lab_fail(error, LAB_FAILED, "out of memory");
    return LAB_OK;
}

lab_status lab_run(const lab_run_options *options, FILE *print, lab_error *error) {
    lab_job *job = calloc(1, sizeof *job);
    if (!job) return lab_fail(error, LAB_FAILED, "out of memory");
    job->options = options;
    lab_status status = load(job, error);
    if (status != LAB_OK) goto cleanup;
    status = simulate(job, error);
    if (status != LAB_OK) goto cleanup;
    if (!report_summarise(&job->run, &job->summary)) {
        status = lab_fail(error, LAB_FAILED, "out of memory");
        goto cleanup;
    }
    status = lab_run_keep(job->out, &job->summary, error);
    if (status == LAB_OK) status = lab_rejects_keep(job->out, job->scenario, error);
    if (status != LAB_OK) goto cleanup;
    const report_host host = {
        .row = job->host.row,
        .rows = job->host.rows,
        .wall_s = job->wall_s,
        .loop_s = job->loop_s,
        .out = job->out,
        .colour = options->colour,
        .precision = options->precision ? &job->reached : NULL,
    };
    status = lab_present("run", &job->summary, &host, options->json, print, error);
    if (status == LAB_OK && options->precision && !job->reached.reached)
        status = lab_precision_say(&job->reached, "", "the mean", error);
cleanup:
    report_summary_clear(&job->summary);
    store_run_clear(&job->run);
    scenario_destroy(job->scenario);
    free(job);
    return status;
}
