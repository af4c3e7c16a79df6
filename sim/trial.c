/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * trial.c - see trial.h.
 */
#include "sim/trial.h"

#include <stdlib.h>
#include <string.h>

#include "sim/world.h"

static sim_status status_of(const sim_world *w, const char **broken) {
    if (w->failed) return SIM_NO_MEMORY; /* what else went wrong may be due to that */
    *broken = w->limit ? w->limit : w->broken;
    return w->limit ? SIM_LIMIT : w->broken ? SIM_BROKEN : SIM_NO_MEMORY;
}

typedef struct {
    double orders, revenue;             /* net, of the base world's E */
    double store_orders, store_revenue; /* net, of the whole store */
    double money[STORE_MONEY];          /* margin and costs */
} sums;

/* One twin's world, run to the end and summed over the base world's E. */
static sim_status run_twin(const sim_world *base, sim_twin twin, sums *out, double *loop_s,
                           const char **broken) {
    store_trial *scratch = calloc(1, sizeof *scratch);
    sim_world *w = scratch ? sim_world_create(base->memory, base->s, base->key, twin, base->unit,
                                              SIM_LOG_SUMMARY, false, NULL, scratch)
                           : NULL;
    sim_status status = SIM_NO_MEMORY;
    if (w && sim_world_run(w)) {
        const double *t = scratch->tally;
        out->orders = w->frozen_orders;
        out->revenue = w->price ? w->frozen_revenue : w->frozen_orders * w->p->catalog.price;
        out->store_orders = t[STORE_T_orders] - t[STORE_T_oversold_orders] - t[STORE_T_returned_orders];
        out->store_revenue =
            t[STORE_T_gross_revenue] - t[STORE_T_cancelled_revenue] - t[STORE_T_returned_revenue];
        memcpy(out->money, &scratch->tally[STORE_T_margin], sizeof out->money);
        status = SIM_OK;
    } else if (w) {
        status = status_of(w, broken);
    }
    if (w) *loop_s += w->loop_s;
    sim_world_destroy(w);
    free(scratch);
    return status;
}

static sim_status run_twins(const sim_world *base, store_trial *out, double *loop_s, const char **broken) {
    sums all = {0}, nobody = {0};
    sim_status status = run_twin(base, SIM_ALL, &all, loop_s, broken);
    if (status == SIM_OK) status = run_twin(base, SIM_NOBODY, &nobody, loop_s, broken);
    out->twins = true;
    out->tally[STORE_T_true_orders] = all.orders - nobody.orders;
    out->tally[STORE_T_true_revenue] = all.revenue - nobody.revenue;
    out->tally[STORE_T_true_store_orders] = all.store_orders - nobody.store_orders;
    out->tally[STORE_T_true_store_revenue] = all.store_revenue - nobody.store_revenue;
    memcpy(&out->tally[STORE_T_all_margin], all.money, sizeof all.money);
    memcpy(&out->tally[STORE_T_none_margin], nobody.money, sizeof nobody.money);
    if (status != SIM_OK || !base->retargets) return status;
    sums without = {0};
    status = run_twin(base, SIM_NOBODY_NO_ADS, &without, loop_s, broken);
    out->tally[STORE_T_retargeting_orders] = nobody.store_orders - without.store_orders;
    return status;
}

static sim_status run(sim_memory *memory, const scenario *s, uint64_t seed, uint32_t replication, bool twins,
                      sim_log log, sim_probe *probe, store_trial *out, double *loop_s, const char **broken) {
    sim_memory_turn(memory);
    memset(out, 0, sizeof *out);
    out->replication = replication;
    *loop_s = 0;
    sim_world *w = sim_world_create(memory, s, model_key_make(seed, replication), SIM_BASE, NULL, log,
                                    replication == 0, probe, out);
    if (!w) return SIM_NO_MEMORY;
    sim_status status = SIM_OK;
    bool ran = sim_world_run(w);
    *loop_s = w->loop_s;
    if (!ran)
        status = status_of(w, broken);
    else if (!sim_frame_outcomes(w) || !sim_detail_write(w))
        status = SIM_NO_MEMORY;
    else if (twins)
        status = run_twins(w, out, loop_s, broken);
    sim_world_destroy(w);
    return status;
}

sim_status sim_trial_run(const scenario *s, uint64_t seed, uint32_t replication, bool twins, sim_log log,
                         store_trial *out, double *loop_s, const char **broken) {
    return run(NULL, s, seed, replication, twins, log, NULL, out, loop_s, broken);
}

sim_status sim_trial_run_in(sim_memory *memory, const scenario *s, uint64_t seed, uint32_t replication,
                            bool twins, sim_log log, store_trial *out, double *loop_s, const char **broken) {
    return run(memory, s, seed, replication, twins, log, NULL, out, loop_s, broken);
}

sim_status sim_trial_probe(const scenario *s, uint64_t seed, uint32_t replication, sim_probe *probe,
                           store_trial *out, const char **broken) {
    double loop_s;
    return run(NULL, s, seed, replication, false, SIM_LOG_SUMMARY, probe, out, &loop_s, broken);
}
