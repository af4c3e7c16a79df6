/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * experiment.c - the command experiment.
 *
 * A replication is a list of worlds with the same seed, so that all designs meet the same shoppers: each
 * design as the scenario is, with twins, and where pushes do nothing; and the first design again with
 * holdout.consumes_slot the other way, and without a throttle. Where a holdout draws few units, such as
 * products, who is held out must change from one experiment to the next: so every replication has a salt of
 * its own.
 *
 * A scenario is read-only, so each world has a copy; replications go in blocks so that there are few at once.
 */
#include "lab/experiment.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "lab/experiment_job.h"
#include "lab/folder.h"
#include "lab/internal.h"
#include "lab/manifest.h"

enum { WORLDS = 2 * EXPERIMENT_DESIGNS + 3, BLOCK_LEAST = 16, BLOCK_MOST = 64 };

typedef struct {
    const lab_experiment_options *options;
    char path[LAB_PATH_SIZE], out[LAB_PATH_SIZE];
    scenario *scenario;
    store_run run; /* seed and manifest; no trials */
    uint64_t seed;
    uint32_t threads, first, taken; /* first replication of the block; trials of it that are in */
    experiment_world world[WORLDS];
    const scenario *scenarios; /* of the block's jobs */
    size_t worlds;
    report_experiment result;
    double wall_s, loop_s;
    lab_host host;
    bool no_memory;
    bool scores_only; /* neither the worlds of the clocks nor a folder */
} experiment_job;

/* In the order of bis_holdout_unit. */
static const char *const units[] = {"shopper", "product", "restock", "shopper_product", "two_sided"};

/* ---- what is asked ---- */

static void add_estimator(experiment_design *d, experiment_kind kind, const char *method) {
    d->by[d->methods++] = (experiment_estimator){.kind = kind, .method = method};
}

static void add_estimators(experiment_design *d, bool store) {
    bool two_sided = strcmp(d->name, "two_sided") == 0;
    bool clusters = two_sided || strcmp(d->name, "product") == 0 || strcmp(d->name, "restock") == 0;
    bool pairs = two_sided || strcmp(d->name, "shopper_product") == 0;
    const char *method = store ? pairs ? "two-way" : "welch" : clusters ? "cluster" : "welch";
    add_estimator(d, EXPERIMENT_DIFFERENCE, method);
    if (clusters && !store) add_estimator(d, EXPERIMENT_INDEPENDENT, "welch");
    for (int kind = EXPERIMENT_WEIGHTED_1; two_sided && kind < EXPERIMENT_KINDS; kind++)
        add_estimator(d, (experiment_kind)kind, method);
}

static lab_status add_design(experiment_job *job, const char *name, size_t length, lab_error *error) {
    report_experiment *x = &job->result;
    size_t k = 0;
    while (k < EXPERIMENT_DESIGNS && (strlen(units[k]) != length || strncmp(units[k], name, length) != 0))
        k++;
    if (k == EXPERIMENT_DESIGNS)
        return lab_fail(error, LAB_BAD_INPUT,
                        "--design: there is no design '%.*s'; there are shopper, product, restock, "
                        "shopper_product and two_sided",
                        (int)length, name);
    for (size_t i = 0; i < x->designs; i++)
        if (!strcmp(x->design[i].name, units[k]))
            return lab_fail(error, LAB_BAD_INPUT, "--design: '%s' stands there twice", units[k]);
    if (x->store && k == BIS_UNIT_RESTOCK)
        return lab_fail(error, LAB_BAD_INPUT,
                        "--outcome store: which restock an order of another product is of, nobody can say. "
                        "Leave the design restock out");
    x->design[x->designs] = (experiment_design){.name = units[k]};
    add_estimators(&x->design[x->designs++], x->store);
    return LAB_OK;
}

static lab_status take_designs(experiment_job *job, lab_error *error) {
    lab_status status = LAB_OK;
    const char *at = job->options->designs;
    for (size_t k = 0; !at && k < EXPERIMENT_DESIGNS && status == LAB_OK; k++)
        if (!job->result.store || k != BIS_UNIT_RESTOCK)
            status = add_design(job, units[k], strlen(units[k]), error);
    while (at && status == LAB_OK) {
        size_t length = strcspn(at, ",");
        status = add_design(job, at, length, error);
        at = at[length] ? at + length + 1 : NULL;
    }
    return status;
}

static lab_status take_fractions(experiment_job *job, lab_error *error) {
    const bis_holdout_setup *holdout = &job->scenario->p.policy.holdout;
    report_experiment *x = &job->result;
    if (job->scenario->p.arms)
        return lab_fail(error, LAB_BAD_INPUT,
                        "%s: experiment tries the holdout of one policy; policy.arms has %zu. Leave them out",
                        job->path, job->scenario->p.arms);
    if (holdout->fraction == 1)
        return lab_fail(error, LAB_BAD_INPUT, "policy.holdout.fraction is 1: nobody is left to be treated");
    bool two_sided = false;
    for (size_t i = 0; i < x->designs; i++)
        two_sided |= !strcmp(x->design[i].name, units[BIS_UNIT_TWO_SIDED]);
    if (two_sided && holdout->product_fraction == 1)
        return lab_fail(error, LAB_BAD_INPUT,
                        "policy.holdout.product_fraction is 1: no product is left to be treated");
    x->chosen = holdout->fraction == 0;
    x->fraction = x->chosen ? 0.5 : holdout->fraction;
    x->product_fraction = holdout->product_fraction > 0 ? holdout->product_fraction : x->fraction;
    return LAB_OK;
}

/* The same worlds in every replication. */
static void list_worlds(experiment_job *job) {
    for (size_t i = 0; i < job->result.designs; i++)
        for (int effect = 1; effect >= 0; effect--)
            job->world[job->worlds++] = (experiment_world){.design = i, .effect = effect != 0};
    if (job->scores_only) return;
    for (int effect = 1; effect >= 0; effect--)
        job->world[job->worlds++] = (experiment_world){.design = 0, .flipped = true, .effect = effect != 0};
    job->world[job->worlds++] = (experiment_world){.design = 0, .unthrottled = true};
}

static lab_status prepare(experiment_job *job, lab_error *error) {
    const lab_experiment_options *o = job->options;
    report_experiment *x = &job->result;
    char name[200];
    x->store = o->store;
    lab_status status = take_designs(job, error);
    if (status == LAB_OK) status = lab_scenario_find(o->scenario, job->path, error);
    if (status != LAB_OK) return status;
    lab_scenario_name(job->path, name, sizeof name);
    if (o->out && strlen(o->out) >= sizeof job->out)
        return lab_fail(error, LAB_BAD_INPUT, "-o: the name of the folder is too long");
    snprintf(job->out, sizeof job->out, "%s%s", o->out ? o->out : name, o->out ? "" : "-experiment");
    status = lab_scenario_load(job->path, o->set, o->sets, &job->scenario, error);
    if (status == LAB_OK) status = take_fractions(job, error);
    if (status == LAB_OK && !job->scores_only)
        status = lab_folder_check_for(job->out, "experiment.html", "experiment", error);
    if (status != LAB_OK) return status;
    const scenario_run *asked = &job->scenario->p.run;
    job->seed = o->has_seed ? o->seed : (uint64_t)asked->seed;
    job->threads = o->threads ? o->threads : lab_processors();
    x->replications = o->reps ? o->reps : (uint32_t)asked->replications;
    const sim_run_options run = {.seed = job->seed, .replications = x->replications, .twins = true};
    if (!sim_run_describe(job->scenario, &run, &job->run) || !report_experiment_create(x) ||
        !lab_manifest_fill(&job->run, job->scenario, x->replications))
        return lab_fail(error, LAB_FAILED, "out of memory");
    x->slots[0].consumes = job->scenario->p.policy.holdout.consumes_slot;
    x->slots[1].consumes = !x->slots[0].consumes;
    x->scenario = job->run.scenario;
    x->run = &job->run;
    list_worlds(job);
    return LAB_OK;
}

/* ---- worlds ---- */

/* A scenario's hash is what other ranks know it by, so each world has its own. */
static void make_world(const experiment_job *job, size_t world, uint32_t replication, scenario *out) {
    const experiment_world *v = &job->world[world];
    const report_experiment *x = &job->result;
    *out = *job->scenario;
    bis_holdout_setup *holdout = &out->p.policy.holdout;
    for (size_t k = 0; k < EXPERIMENT_DESIGNS; k++)
        if (!strcmp(units[k], x->design[v->design].name)) holdout->unit = (int)k;
    holdout->fraction = x->fraction;
    holdout->product_fraction = holdout->unit == BIS_UNIT_TWO_SIDED ? x->product_fraction : 0;
    holdout->consumes_slot = holdout->consumes_slot != v->flipped;
    /* not of the parameters: whom a salt holds out must not change with what is tried */
    const uint64_t drawn[] = {XXH64(holdout->salt, strlen(holdout->salt), 0), replication};
    const uint64_t id[] = {out->hash, drawn[0], replication, world, (uint64_t)holdout->unit};
    snprintf(holdout->salt, sizeof holdout->salt, "%016" PRIx64, XXH64(drawn, sizeof drawn, 0));
    out->hash = XXH64(id, sizeof id, 0);
    if (v->unthrottled) out->p.policy.throttle.mode = BIS_THROTTLE_NONE;
    for (size_t i = 0; !v->effect && i < MODEL_SOURCES; i++)
        out->p.response.click[i] = 0;
}

static bool take(void *context, size_t index, store_trial *trial, double loop_s) {
    experiment_job *job = context;
    const lab_experiment_options *o = job->options;
    uint32_t worlds = (uint32_t)job->worlds;
    if (!lab_experiment_take(&job->result, &job->scenarios[index], &job->world[index % worlds], trial))
        job->no_memory = true;
    store_trial_clear(trial);
    job->loop_s += loop_s;
    job->taken++;
    if (job->no_memory) return false;
    if (!o->progress || job->taken % worlds) return true;
    return o->progress(o->context, job->first + job->taken / worlds, job->result.replications);
}

/* What the estimators need. */
static sim_log log_of(const experiment_job *job, const experiment_world *v) {
    if (v->flipped || v->unthrottled) return SIM_LOG_SUMMARY;
    bool cells = job->result.store || !strcmp(job->result.design[v->design].name, "two_sided");
    return cells ? SIM_LOG_ORDERS : SIM_LOG_SHOPPER;
}

static lab_status run_block(experiment_job *job, uint32_t replications, sim_job *trial, scenario *world,
                            lab_error *error) {
    size_t n = replications * job->worlds;
    for (size_t i = 0; i < n; i++) {
        const experiment_world *v = &job->world[i % job->worlds];
        uint32_t replication = job->first + (uint32_t)(i / job->worlds);
        make_world(job, i % job->worlds, replication, &world[i]);
        trial[i] = (sim_job){.s = &world[i],
                             .seed = job->seed,
                             .replication = replication,
                             .twins = v->effect,
                             .log = log_of(job, v)};
    }
    const sim_sink sink = {take, job};
    char why[STORE_ERROR_SIZE] = "";
    sim_executor *execute = job->options->executor ? job->options->executor : sim_batch_run;
    job->taken = 0;
    job->scenarios = world;
    sim_status status = execute(trial, n, job->threads, &sink, why);
    if (job->no_memory) status = SIM_NO_MEMORY;
    job->first += replications;
    return status == SIM_OK ? LAB_OK : lab_sim_fail(error, status, why);
}

static lab_status simulate(experiment_job *job, lab_error *error) {
    uint32_t all = job->result.replications;
    uint32_t block = job->threads < BLOCK_LEAST ? BLOCK_LEAST : BLOCK_MOST;
    if (block > all) block = all;
    sim_job *trial = calloc(block * job->worlds, sizeof *trial);
    scenario *world = calloc(block * job->worlds, sizeof *world);
    lab_status status = trial && world ? LAB_OK : lab_fail(error, LAB_FAILED, "out of memory");
    lab_host_fill(&job->host, job->threads, (int64_t)time(NULL));
    lab_host_scenario(&job->host, "scenario_file", job->path);
    double start = lab_seconds();
    while (status == LAB_OK && job->first < all)
        status = run_block(job, all - job->first < block ? all - job->first : block, trial, world, error);
    job->wall_s = lab_seconds() - start;
    free(trial);
    free(world);
    if (status == LAB_OK && !report_experiment_fill(&job->result))
        status = lab_fail(error, LAB_FAILED, "out of memory");
    return status;
}

static lab_status present(experiment_job *job, FILE *print, lab_error *error) {
    char why[STORE_ERROR_SIZE] = "";
    const report_host host = {
        .row = job->host.row,
        .rows = job->host.rows,
        .wall_s = job->wall_s,
        .loop_s = job->loop_s,
        .out = job->out,
        .colour = job->options->colour,
    };
    lab_status status = lab_folder_make(job->out, error);
    if (status != LAB_OK) return status;
    if (!report_experiment_write(job->out, &job->result, &host, why))
        return lab_fail(error, LAB_FAILED, "%s", why);
    if (!job->options->json) {
        report_experiment_text(print, &job->result, &host);
        return LAB_OK;
    }
    json_t *document = report_experiment_json(&job->result, &host);
    status = lab_print_json(document, print, error);
    json_decref(document);
    return status;
}

lab_status lab_experiment_score(const lab_experiment_options *options, report_experiment *out,
                                lab_error *error) {
    experiment_job *job = calloc(1, sizeof *job);
    if (!job) return lab_fail(error, LAB_FAILED, "out of memory");
    job->options = options;
    job->scores_only = true;
    lab_status status = prepare(job, error);
    if (status == LAB_OK) status = simulate(job, error);
    if (status == LAB_OK) {
        *out = job->result;
        out->scenario = NULL;
        out->run = NULL;
    } else {
        report_experiment_clear(&job->result);
    }
    store_run_clear(&job->run);
    scenario_destroy(job->scenario);
    free(job);
    return status;
}

lab_status lab_experiment(const lab_experiment_options *options, FILE *print, lab_error *error) {
    experiment_job *job = calloc(1, sizeof *job);
    if (!job) return lab_fail(error, LAB_FAILED, "out of memory");
    job->options = options;
    lab_status status = prepare(job, error);
    if (status == LAB_OK) status = simulate(job, error);
    if (status == LAB_OK) status = present(job, print, error);
    report_experiment_clear(&job->result);
    store_run_clear(&job->run);
    scenario_destroy(job->scenario);
    free(job);
    return status;
}
