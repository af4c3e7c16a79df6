/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * runner.c - the replications of a scenario as one batch; see runner.h.
 */
#include "sim/runner.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/params.h"

typedef struct {
    const sim_run_options *options;
    store_trial *trial;
    uint32_t done;
    double loop_s;
} collection;

static bool collect(void *context, size_t job, store_trial *trial, double loop_s) {
    collection *c = context;
    const sim_run_options *o = c->options;
    c->trial[job] = *trial;
    c->loop_s += loop_s;
    c->done++;
    return !o->progress || o->progress(o->context, c->done, o->replications);
}

static sim_status run_all(const scenario *s, collection *c, char error[STORE_ERROR_SIZE]) {
    const sim_run_options *o = c->options;
    sim_job *job = calloc(o->replications, sizeof *job);
    if (!job) return SIM_NO_MEMORY;
    for (uint32_t i = 0; i < o->replications; i++)
        job[i] = (sim_job){.s = s, .seed = o->seed, .replication = i, .twins = o->twins, .log = o->log};
    const sim_sink sink = {collect, c};
    sim_executor *execute = o->executor ? o->executor : sim_batch_run;
    sim_status status = execute(job, o->replications, o->threads, &sink, error);
    free(job);
    return status;
}

static char *copy(const char *text) {
    size_t n = strlen(text) + 1;
    char *p = malloc(n);
    return p ? memcpy(p, text, n) : NULL;
}

/* The file's name without folder and ending. */
static char *base_name(const char *path, bool keep_ending) {
    const char *slash = strrchr(path, '/');
    char *name = copy(slash ? slash + 1 : path);
    char *dot = name && !keep_ending ? strrchr(name, '.') : NULL;
    if (dot && dot != name) *dot = '\0';
    return name;
}

enum { TRACES_MAX = 5 };

static bool describe_trace(store_trace *t, const char *name, const scenario_trace_file *file, size_t rows,
                           uint32_t skus) {
    t->name = copy(name);
    t->file = base_name(file->path, true);
    t->hash = file->hash;
    t->rows = (double)rows;
    t->skus = skus;
    t->rejected = (double)file->rejected;
    return t->name && t->file;
}

static bool describe_traces(const scenario *s, store_run *out) {
    const scenario_inventory *inv = s->inventory;
    const scenario_events *ev = s->events;
    if (!inv && !ev) return true; /* the others go with them */
    out->trace = calloc(TRACES_MAX, sizeof *out->trace);
    bool ok = out->trace != NULL;
    if (ok && inv) {
        store_trace *t = &out->trace[out->traces++];
        ok = describe_trace(t, "inventory", &inv->file, inv->rows, inv->named.skus);
        t->restocks = (double)inv->restocks;
    }
    if (ok && ev) ok = describe_trace(&out->trace[out->traces++], "events", &ev->file, ev->kept, ev->skus);
    if (ok && s->profiles)
        ok = describe_trace(&out->trace[out->traces++], "profiles", &s->profiles->file, s->profiles->kept, 0);
    if (ok && s->catalog)
        ok = describe_trace(&out->trace[out->traces++], "catalog", &s->catalog->file, s->catalog->kept,
                            s->catalog->listed + s->catalog->unjoined);
    if (ok && s->sends)
        ok = describe_trace(&out->trace[out->traces++], "sends", &s->sends->file, s->sends->kept, 0);
    return ok;
}

bool sim_run_describe(const scenario *s, const sim_run_options *o, store_run *out) {
    *out = (store_run){0};
    out->scenario = base_name(s->path, false);
    out->title = copy(s->p.run.title);
    out->text = copy(s->text);
    out->seed = o->seed;
    out->start = s->p.run.start;
    out->horizon = s->p.run.horizon;
    out->warmup = s->p.run.warmup;
    out->price = s->p.catalog.price;
    out->holdout = s->p.policy.holdout.fraction;
    char unit[32] = "";
    scenario_param_get(&s->p, "policy.holdout.unit", unit, sizeof unit);
    out->unit = copy(unit);
    out->holdout_products =
        s->p.policy.holdout.unit == BIS_UNIT_TWO_SIDED ? s->p.policy.holdout.product_fraction : NAN;
    out->twins = o->twins;
    for (size_t i = 0; i < s->p.shoppers.tiers; i++, out->tiers++) {
        out->tier[i] = copy(s->p.shoppers.tier[i].name);
        if (!out->tier[i]) return false;
    }
    const bis_template *template[BIS_TEMPLATES_MAX];
    for (size_t i = 0, n = scenario_templates(s, template, NULL); i < n; i++, out->templates++) {
        out->template[i] = copy(template[i] -> name);
        if (!out->template[i]) return false;
    }
    for (size_t i = 0; i < s->p.arms; i++, out->policy_arms++) {
        out->policy_arm[i] = copy(s->p.arm[i].name);
        out->policy_arm_weight[i] = s->p.arm[i].weight;
        if (!out->policy_arm[i]) return false;
    }
    return out->scenario && out->title && out->text && out->unit && describe_traces(s, out);
}

sim_status sim_run(const scenario *s, const sim_run_options *options, store_run *out,
                   char error[STORE_ERROR_SIZE]) {
    store_run run;
    sim_status status = SIM_NO_MEMORY;
    bool described = sim_run_describe(s, options, &run);
    run.trial = calloc(options->replications, sizeof *run.trial);
    run.trials = run.trial ? options->replications : 0;
    collection c = {.options = options, .trial = run.trial};
    if (run.trial && described) status = run_all(s, &c, error);
    if (options->loop_s) *options->loop_s = c.loop_s;
    if (status == SIM_OK)
        *out = run;
    else
        store_run_clear(&run);
    return status;
}
