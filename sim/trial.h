/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * trial.h - one replication: a pure function of (scenario, seed, replication).
 */
#ifndef SIM_TRIAL_H
#define SIM_TRIAL_H

#include "sim/memory.h"
#include "sim/runner.h"

/* Runs the base world and, with twins, the worlds in which everyone and no one is treated, on the same random
 * numbers; where there is retargeting, also the one in which no one is treated nor shown ads. [out] out:
 * cleared first; owned by the caller (store_trial_clear). [out] loop_s: wall seconds spent in event loops.
 * [out] broken: what did not hold, if SIM_BROKEN (a static text). */
sim_status sim_trial_run(const scenario *s, uint64_t seed, uint32_t replication, bool twins, sim_log log,
                         store_trial *out, double *loop_s, const char **broken);

/* The same in memory that is kept from one trial to the next. */
sim_status sim_trial_run_in(sim_memory *memory, const scenario *s, uint64_t seed, uint32_t replication,
                            bool twins, sim_log log, store_trial *out, double *loop_s, const char **broken);

#endif
