/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * runner.c - hands replications to threads; see runner.h.
 */
#include "sim/runner.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/trial.h"

typedef struct {
    const scenario *s;
    const sim_run_options *options;
    store_trial *trial;
    pthread_mutex_t lock; /* guards all below */
    uint32_t next, done;
    sim_status status; /* the first that was not OK */
    const char *broken;
    uint32_t broken_in; /* replication */
} job;

/* The next replication, or false if there is none or the run is over. */
static bool take(job *j, uint32_t *replication) {
    pthread_mutex_lock(&j->lock);
    bool go = j->status == SIM_OK && j->next < j->options->replications;
    if (go) *replication = j->next++;
    pthread_mutex_unlock(&j->lock);
    return go;
}

static void give(job *j, uint32_t replication, sim_status status, const char *broken) {
    pthread_mutex_lock(&j->lock);
    const sim_run_options *o = j->options;
    j->done++;
    if (status == SIM_OK && j->status == SIM_OK && o->progress &&
        !o->progress(o->context, j->done, o->replications))
        status = SIM_STOPPED;
    if (status != SIM_OK && j->status == SIM_OK) {
        j->status = status;
        j->broken = broken;
        j->broken_in = replication;
    }
    pthread_mutex_unlock(&j->lock);
}

static void *work(void *context) {
    job *j = context;
    uint32_t replication;
    while (take(j, &replication)) {
        const char *broken = NULL;
        sim_status status = sim_trial_run(j->s, j->options->seed, replication, j->options->twins,
                                          j->options->log, &j->trial[replication], &broken);
        give(j, replication, status, broken);
    }
    return NULL;
}

/* The calling thread works too, so a system that refuses threads only makes the run slower. */
static void run_all(job *j) {
    uint32_t extra = j->options->threads > 1 ? j->options->threads - 1 : 0;
    pthread_t *thread = calloc(extra ? extra : 1, sizeof *thread);
    uint32_t started = 0;
    while (thread && started < extra && pthread_create(&thread[started], NULL, work, j) == 0)
        started++;
    work(j);
    for (uint32_t i = 0; i < started; i++)
        pthread_join(thread[i], NULL);
    free(thread);
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

static bool describe_trace(const scenario *s, store_run *out) {
    const scenario_inventory *inv = s->inventory;
    if (!inv) return true;
    out->trace = calloc(1, sizeof *out->trace);
    if (!out->trace) return false;
    out->traces = 1;
    store_trace *t = out->trace;
    t->name = copy("inventory");
    t->file = base_name(inv->path, true);
    t->hash = inv->hash;
    t->rows = (double)inv->rows;
    t->skus = inv->skus;
    t->restocks = (double)inv->restocks;
    t->rejected = (double)inv->rejected;
    return t->name && t->file;
}

static bool describe(const scenario *s, const sim_run_options *o, store_run *out) {
    out->scenario = base_name(s->path, false);
    out->title = copy(s->p.run.title);
    out->text = copy(s->text);
    out->seed = o->seed;
    out->start = s->p.run.start;
    out->horizon = s->p.run.horizon;
    out->warmup = s->p.run.warmup;
    out->price = s->p.catalog.price;
    out->holdout = s->p.policy.holdout.fraction;
    out->twins = o->twins;
    for (size_t i = 0; i < s->p.shoppers.tiers; i++, out->tiers++) {
        out->tier[i] = copy(s->p.shoppers.tier[i].name);
        if (!out->tier[i]) return false;
    }
    return out->scenario && out->title && out->text && describe_trace(s, out);
}

sim_status sim_run(const scenario *s, const sim_run_options *options, store_run *out,
                   char error[STORE_ERROR_SIZE]) {
    store_run run = {0};
    job j = {.s = s, .options = options, .lock = PTHREAD_MUTEX_INITIALIZER, .status = SIM_OK};
    run.trial = calloc(options->replications, sizeof *run.trial);
    run.trials = run.trial ? options->replications : 0;
    j.trial = run.trial;
    if (!run.trial || !describe(s, options, &run))
        j.status = SIM_NO_MEMORY;
    else
        run_all(&j);
    pthread_mutex_destroy(&j.lock);
    if (j.status == SIM_BROKEN)
        snprintf(error, STORE_ERROR_SIZE, "replication %u: %s (a defect of the program: please report it)",
                 j.broken_in, j.broken);
    if (j.status == SIM_OK)
        *out = run;
    else
        store_run_clear(&run);
    return j.status;
}
