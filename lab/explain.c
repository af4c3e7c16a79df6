/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * explain.c - the command explain: whom and what, the replication again, and whether it is the same.
 */
#include "lab/explain.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lab/explain_job.h"
#include "lab/internal.h"

/* ---- ids ---- */

static bool parse_number(const char *text, uint64_t *out) {
    uint64_t n = 0;
    if (!*text || strlen(text) > 18) return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9') return false;
        n = n * 10 + (uint64_t)(*text - '0');
    }
    *out = n;
    return true;
}

static lab_status find_shopper(explain_job *job, lab_error *error) {
    const char *id = job->options->shopper, *near = NULL;
    const scenario_events *trace = job->again.scenario->events;
    int64_t shoppers = job->again.scenario->p.shoppers.count;
    uint64_t n;
    if (shoppers == 0) return lab_fail(error, LAB_BAD_INPUT, "--shopper: this run has no shoppers");
    if (trace && scenario_shopper_find(trace, id, &job->probe.shopper, &near)) return LAB_OK;
    if (parse_number(id, &n) && n < (uint64_t)shoppers) {
        job->probe.shopper = (uint32_t)n;
        return LAB_OK;
    }
    if (near)
        return lab_fail(error, LAB_BAD_INPUT,
                        "--shopper: there is no shopper '%.100s' in the trace; did you mean '%.100s'?", id,
                        near);
    return lab_fail(error, LAB_BAD_INPUT,
                    "--shopper: there is no shopper '%.100s'; those of this run are numbered 0 to %" PRId64,
                    id, shoppers - 1);
}

static lab_status find_sku(explain_job *job, lab_error *error) {
    const char *id = job->options->sku, *near = NULL;
    const scenario *s = job->again.scenario;
    const scenario_named *trace = s->named;
    int64_t variants = s->p.catalog.variants ? (int64_t)s->p.catalog.variants : 1;
    int64_t skus = trace ? (int64_t)trace->skus : s->p.catalog.products * variants;
    uint64_t n;
    job->sku = EXPLAIN_NONE;
    if (!id || (trace && scenario_named_find(trace, id, &job->sku, &near))) return LAB_OK;
    if (parse_number(id, &n) && n < (uint64_t)skus) {
        job->sku = (uint32_t)n;
        return LAB_OK;
    }
    if (near)
        return lab_fail(error, LAB_BAD_INPUT, "--sku: there is no SKU '%.100s' in %s; did you mean '%.100s'?",
                        id, job->again.run.trace[0].file, near);
    return lab_fail(error, LAB_BAD_INPUT,
                    "--sku: there is no SKU '%.100s'; those of this run are numbered 0 to %" PRId64, id,
                    skus - 1);
}

static const store_trial *find_trial(const explain_job *job, lab_error *error) {
    const store_run *run = &job->again.run;
    for (size_t i = 0; i < run->trials; i++)
        if (run->trial[i].replication == job->options->replication) return &run->trial[i];
    if (run->trials == 0)
        lab_fail(error, LAB_BAD_INPUT, "%s: this run has no replications", job->options->dir);
    else
        lab_fail(error, LAB_BAD_INPUT,
                 "--rep: there is no replication %" PRIu64 "; those of this run are numbered 0 to %u",
                 job->options->replication, run->trial[run->trials - 1].replication);
    return NULL;
}

/* ---- the replication again ---- */

static bool of_twins(int tally) {
    return tally == STORE_T_true_orders || tally == STORE_T_true_revenue ||
           tally == STORE_T_true_store_orders || tally == STORE_T_true_store_revenue ||
           (tally >= STORE_T_all_margin && tally <= STORE_T_retargeting_orders);
}

static bool equal(double a, double b) {
    return (isnan(a) && isnan(b)) || !(a < b || a > b || isnan(a) || isnan(b));
}

/* Counts that differ would make it another story than the run's. */
static lab_status compare(const store_trial *then, const store_trial *now, const char *dir,
                          lab_error *error) {
    const char *what = then->events == now->events ? NULL : "events";
    double a = (double)then->events, b = (double)now->events;
    for (int i = 0; !what && i < STORE_TALLY_COUNT; i++) {
        if (of_twins(i) || equal(then->tally[i], now->tally[i])) continue;
        what = store_tally_name((store_tally)i);
        a = then->tally[i];
        b = now->tally[i];
    }
    if (!what) return LAB_OK;
    return lab_fail(
        error, LAB_FAILED,
        "%s: replication %u comes out otherwise than in run.db (%s: %.17g then, %.17g now), so its "
        "story would be another one; if nobody has changed run.db, this is a defect of the program",
        dir, then->replication, what, a, b);
}

static lab_status simulate(explain_job *job, const store_trial *then, lab_error *error) {
    store_trial *now = calloc(1, sizeof *now);
    if (!now) return lab_fail(error, LAB_FAILED, "out of memory");
    const char *broken = NULL;
    sim_status status = sim_trial_probe(job->again.scenario, job->again.run.seed, then->replication,
                                        &job->probe, now, &broken);
    lab_status good = LAB_OK;
    if (status == SIM_OK)
        good = compare(then, now, job->options->dir, error);
    else
        good = lab_sim_fail(error, status, broken ? broken : "");
    store_trial_clear(now);
    free(now);
    return good;
}

/* ---- what is told ---- */

static explain_sku *about(explain_job *job, uint32_t sku) {
    for (size_t i = 0; i < job->abouts; i++)
        if (job->about[i].sku == sku) return &job->about[i];
    job->about[job->abouts] = (explain_sku){.sku = sku};
    return &job->about[job->abouts++];
}

/* What another event of the same moment says better: units that come in as a restock opens; the provider's
 * acceptance of what is shown at once. */
static bool said_by_another(const sim_seen *seen, const sim_seen *end) {
    for (const sim_seen *next = seen + 1; next < end && next->at == seen->at; next++) {
        if (next->sku != seen->sku) continue;
        if (seen->what == SIM_SEEN_STOCK_IN && next->what == SIM_SEEN_RESTOCK_OPENED) return true;
        if (seen->what == SIM_SEEN_ACCEPTED && next->what == SIM_SEEN_SHOWN && next->touch == seen->touch)
            return true;
    }
    return false;
}

bool lab_explain_told(const sim_seen *seen) {
    if (seen->what == SIM_SEEN_RESTOCK_OPENED)
        return seen->as.line.before.in_line || seen->as.line.after.in_line;
    return seen->what != SIM_SEEN_END;
}

bool lab_explain_passed(const sim_seen *seen) {
    const bis_standing *before = &seen->as.line.before;
    return seen->what == SIM_SEEN_RESTOCK_CLOSED && before->in_line && before->restock == seen->restock &&
           !before->had_turn;
}

static bool select_events(explain_job *job) {
    const sim_seen *seen = sim_probe_seen(&job->probe), *end = seen + job->probe.seen.n;
    job->event = calloc(job->probe.seen.n + 1, sizeof *job->event);
    job->about = calloc(job->probe.seen.n + 1, sizeof *job->about);
    if (!job->event || !job->about) return false;
    for (; seen < end; seen++) {
        bool of_none = seen->sku == EXPLAIN_NONE; /* other campaigns', which fill her caps */
        bool hers = !of_none && (job->sku == EXPLAIN_NONE || seen->sku == job->sku);
        if (!hers && !of_none && seen->what != SIM_SEEN_OPTED_OUT) continue; /* which ends all pushes */
        if (hers && seen->what == SIM_SEEN_END) about(job, seen->sku)->end = seen;
        if (!lab_explain_told(seen) || said_by_another(seen, end)) continue;
        job->event[job->events++] = seen;
        if (hers) about(job, seen->sku);
    }
    return true;
}

static lab_status tell(explain_job *job, FILE *print, lab_error *error) {
    if (!job->options->json) {
        lab_explain_print(job, print);
        return LAB_OK;
    }
    json_t *document = lab_explain_json(job);
    lab_status status = lab_print_json(document, print, error);
    json_decref(document);
    return status;
}

lab_status lab_explain(const lab_explain_options *options, FILE *print, lab_error *error) {
    explain_job job = {.options = options};
    const store_trial *then = NULL;
    lab_status status = lab_rerun_open(options->dir, &job.again, error);
    if (status == LAB_OK) status = find_shopper(&job, error);
    if (status == LAB_OK) status = find_sku(&job, error);
    if (status == LAB_OK && !(then = find_trial(&job, error))) status = LAB_BAD_INPUT;
    if (status == LAB_OK) status = simulate(&job, then, error);
    if (status == LAB_OK && !select_events(&job)) status = lab_fail(error, LAB_FAILED, "out of memory");
    if (status == LAB_OK) status = tell(&job, print, error);
    free(job.event);
    free(job.about);
    sim_probe_clear(&job.probe);
    lab_rerun_close(&job.again);
    return status;
}
