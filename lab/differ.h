/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * differ.h - the first pairs of a comparison, shopper by shopper, as their trials come in.
 */
#ifndef LAB_DIFFER_H
#define LAB_DIFFER_H

#include "reports/differ.h"
#include "scenarios/scenario.h"
#include "sim/batch.h"

typedef struct {
    report_differences found;
    int64_t warm; /* ms since the epoch */
} lab_differ;

/* How many pairs are looked at: at most ten, and no more than hold a million shoppers, so none of a world of
 * more; none where shopper or SKU number i is not the same on both sides. [out] out: the caller's to clear,
 * by report_differences_clear(&out->found), on false (no memory) too. */
bool lab_differ_begin(const scenario *base, const scenario *candidate, uint32_t replications,
                      lab_differ *out);

/* What a trial of that replication has to keep. */
sim_log lab_differ_log(const lab_differ *differ, uint32_t replication);

/* Both trials of a replication are there. Looks at them, if they are to be looked at, and takes away the rows
 * that were kept for that alone. false: no memory. */
bool lab_differ_take(lab_differ *differ, store_trial *base, store_trial *candidate);

/* All trials have come; [in] replications: how many pairs. false: no memory. */
bool lab_differ_end(lab_differ *differ, size_t replications);

#endif
