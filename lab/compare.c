/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * compare.c - the command compare.
 *
 * Both scenarios run with one seed, so that replication i of either meets the same shoppers in the same mood;
 * the trials of both are one batch, pair by pair, or several where a precision is asked for. The first pairs
 * are also compared shopper by shopper. Nothing is written before all are done.
 */
#include "lab/compare.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lab/differ.h"
#include "lab/folder.h"
#include "lab/internal.h"
#include "lab/manifest.h"
#include "lab/precision.h"
#include "reports/compare.h"
#include "sim/runner.h"
#include "stats/interval.h"

enum { BASE, CANDIDATE, SIDES };
static const double LEVEL = 0.95;

typedef struct {
    const lab_compare_options *options;
    char out[LAB_PATH_SIZE];
    scenario *scenario[SIDES];
    store_run run[SIDES];
    report_summary summary[SIDES];
    report_comparison comparison;
    sim_run_options sim; /* of either side; replications: at most */
    lab_precision precision;
    report_precision reached;
    uint32_t first; /* replication of the batch under way */
    uint32_t done;
    lab_differ differ;
    bool *came; /* by index of the first trials, of both sides: to be compared shopper by shopper */
    bool no_memory;
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
    lab_status status = LAB_OK;
    if (o->precision) status = lab_precision_read(o->precision, o->twins, &job->precision, error);
    if (status == LAB_OK) status = load(job, BASE, error);
    if (status == LAB_OK) status = load(job, CANDIDATE, error);
    if (status == LAB_OK) status = lab_folder_check_for(job->out, "base/run.db", "comparison", error);
    if (status != LAB_OK) return status;
    const scenario_run *asked = &job->scenario[BASE]->p.run;
    uint32_t usual = o->precision ? LAB_PRECISION_MOST : (uint32_t)asked->replications;
    job->sim = (sim_run_options){
        .seed = o->has_seed ? o->seed : (uint64_t)asked->seed,
        .replications = o->reps ? o->reps : usual,
        .threads = o->threads ? o->threads : lab_processors(),
        .twins = o->twins,
    };
    for (int side = 0; side < SIDES; side++)
        if (!sim_run_describe(job->scenario[side], &job->sim, &job->run[side]))
            return lab_fail(error, LAB_FAILED, "out of memory");
    bool good =
        lab_differ_begin(job->scenario[BASE], job->scenario[CANDIDATE], job->sim.replications, &job->differ);
    job->came = calloc(SIDES * job->differ.found.trials + 1, sizeof *job->came);
    return good && job->came ? LAB_OK : lab_fail(error, LAB_FAILED, "out of memory");
}

/* The second trial of a pair to come has the pair compared. */
static bool differ(compare_job *job, size_t index, uint32_t replication) {
    size_t first = SIDES * (size_t)replication;
    if (replication >= job->differ.found.trials) return true;
    job->came[first + index % SIDES] = true;
    if (!job->came[first] || !job->came[first + 1]) return true;
    job->no_memory = !lab_differ_take(&job->differ, &job->run[BASE].trial[replication],
                                      &job->run[CANDIDATE].trial[replication]);
    return !job->no_memory;
}

/* With a precision the last call of all comes once it is known that there is no other round. */
static bool tell(compare_job *job, uint32_t done) {
    const lab_compare_options *o = job->options;
    return !o->progress || o->progress(o->context, done, SIDES * job->sim.replications);
}

static bool take(void *context, size_t index, store_trial *trial, double loop_s) {
    compare_job *job = context;
    uint32_t replication = job->first + (uint32_t)(index / SIDES);
    job->run[index % SIDES].trial[replication] = *trial;
    if (!differ(job, index, replication)) return false;
    job->loop_s += loop_s;
    job->done++;
    bool last = job->done == SIDES * job->sim.replications;
    return (last && job->options->precision) || tell(job, job->done);
}

static bool grow(store_run *run, uint32_t trials) {
    store_trial *grown = realloc(run->trial, trials * sizeof *grown);
    if (!grown) return false;
    memset(grown + run->trials, 0, (trials - run->trials) * sizeof *grown);
    run->trial = grown;
    run->trials = trials; /* those that never come are empty, so that all can be cleared */
    return true;
}

/* Runs the replications of both up to this number. */
static sim_status add(compare_job *job, uint32_t upto, char *why) {
    const lab_compare_options *o = job->options;
    job->first = (uint32_t)job->run[BASE].trials;
    size_t n = (size_t)SIDES * (upto - job->first);
    sim_job *trial = calloc(n, sizeof *trial);
    if (!trial || !grow(&job->run[BASE], upto) || !grow(&job->run[CANDIDATE], upto)) {
        free(trial);
        return SIM_NO_MEMORY;
    }
    for (size_t i = 0; i < n; i++)
        trial[i] = (sim_job){.s = job->scenario[i % SIDES],
                             .seed = job->sim.seed,
                             .replication = job->first + (uint32_t)(i / SIDES),
                             .twins = o->twins,
                             .log = lab_differ_log(&job->differ, job->first + (uint32_t)(i / SIDES))};
    const sim_sink sink = {take, job};
    sim_executor *execute = o->executor ? o->executor : sim_batch_run;
    sim_status status = execute(trial, n, job->sim.threads, &sink, why);
    free(trial);
    return job->no_memory ? SIM_NO_MEMORY : status;
}

/* The interval of the paired difference, against the base's mean. false: no memory. */
static bool look(compare_job *job) {
    size_t all, n = job->run[BASE].trials;
    const report_metric *m = &report_metrics(&all)[job->precision.metric];
    double *x = calloc(SIDES * n, sizeof *x);
    if (!x) return false;
    for (size_t i = 0; i < SIDES * n; i++)
        x[i] = m->value(m, &job->run[i / n].trial[i % n]);
    stat_paired p = stat_paired_difference(x, x + n, n, LEVEL);
    job->reached = lab_precision_judge(&job->precision, (p.hi - p.lo) / 2, p.mean_a, n);
    free(x);
    return true;
}

static sim_status rounds(compare_job *job, char *why) {
    const uint32_t most = job->sim.replications;
    sim_status status = SIM_OK;
    for (uint32_t upto = lab_precision_first(most);
         status == SIM_OK && !job->reached.reached && job->run[BASE].trials < most;
         upto = lab_precision_next((uint32_t)job->run[BASE].trials, job->reached.half_width,
                                   job->reached.width, most)) {
        status = add(job, upto, why);
        if (status == SIM_OK && !look(job)) status = SIM_NO_MEMORY;
    }
    return status == SIM_OK && !tell(job, SIDES * most) ? SIM_STOPPED : status;
}

static lab_status simulate(compare_job *job, lab_error *error) {
    const lab_compare_options *o = job->options;
    if (job->sim.threads > SIDES * job->sim.replications) job->sim.threads = SIDES * job->sim.replications;
    lab_host_fill(&job->host, job->sim.threads, (int64_t)time(NULL));
    lab_host_scenario(&job->host, "base_file", job->scenario[BASE]->path);
    lab_host_scenario(&job->host, "candidate_file", job->scenario[CANDIDATE]->path);
    char why[STORE_ERROR_SIZE] = "";
    double start = lab_seconds();
    sim_status status = o->precision ? rounds(job, why) : add(job, job->sim.replications, why);
    job->wall_s = lab_seconds() - start;
    if (status != SIM_OK) return lab_sim_fail(error, status, why);
    for (int side = 0; side < SIDES; side++)
        if (!lab_manifest_fill(&job->run[side], job->scenario[side], (uint32_t)job->run[side].trials) ||
            !report_summarise(&job->run[side], &job->summary[side]))
            return lab_fail(error, LAB_FAILED, "out of memory");
    if (!report_compare(&job->summary[BASE], &job->summary[CANDIDATE], &job->comparison) ||
        !lab_differ_end(&job->differ, job->run[BASE].trials))
        return lab_fail(error, LAB_FAILED, "out of memory");
    job->comparison.who = &job->differ.found;
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
        .precision = job->options->precision ? &job->reached : NULL,
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
    if (status == LAB_OK && options->precision && !job->reached.reached)
        status = lab_precision_say(&job->reached, "the difference of ", "the base's mean", error);
    report_comparison_clear(&job->comparison);
    report_differences_clear(&job->differ.found);
    free(job->came);
    for (int side = 0; side < SIDES; side++) {
        report_summary_clear(&job->summary[side]);
        store_run_clear(&job->run[side]);
        scenario_destroy(job->scenario[side]);
    }
    free(job);
    return status;
}
