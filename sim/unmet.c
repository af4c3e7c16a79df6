/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * unmet.c - what is still wanted at the end, in all and by SKU: what to reorder.
 */
#include "sim/world.h"

#include <stdlib.h>

enum { SKUS_IN_EACH = 10000 }; /* of a larger catalog only replication 0 lists them: there may be millions */

static uint32_t cut(int64_t n) {
    return n < UINT32_MAX - 1 ? (uint32_t)n : UINT32_MAX - 1; /* the last one means none */
}

/* Units that shoppers want now and have not got. [out] row: by SKU; NULL: in all only. */
static double count_wanted(sim_world *w, store_unmet_row *row) {
    double n = 0;
    for (uint32_t i = 0; i < w->shoppers; i++)
        for (uint32_t id = i; id != SIM_NONE; id = sim_intent_at(w, id)->next) {
            const sim_intent *intent = sim_intent_at(w, id);
            if (!sim_intent_alive(w, i, intent)) continue;
            n += 1;
            if (row) row[intent->sku].wanted++;
        }
    return n;
}

static void count_lines(const sim_world *w, uint32_t sku, store_unmet_row *row) {
    for (uint32_t i = 0; i < w->arms; i++) {
        uint32_t n;
        uint64_t units;
        bis_engine_waiting(w->arm[i].engine, sku, &n, &units);
        row->interests = cut((int64_t)row->interests + n);
        row->requested = cut((int64_t)row->requested + (int64_t)units);
    }
}

/* Fills the rows in and moves those up that somebody wants. Returns their number. */
static size_t list(const sim_world *w, store_unmet_row *row) {
    size_t n = 0;
    for (uint32_t sku = 0; sku < w->skus; sku++) {
        store_unmet_row r = row[sku];
        r.sku = sku;
        count_lines(w, sku, &r);
        if (r.interests == 0 && r.wanted == 0) continue;
        r.on_hand = cut(sim_units(w, sku));
        r.restock = r.wanted > r.on_hand ? r.wanted - r.on_hand : 0;
        row[n++] = r;
    }
    return n;
}

bool sim_unmet_sum(sim_world *w) {
    bool lists = w->twin == SIM_BASE && (w->rows || w->skus <= SKUS_IN_EACH);
    store_unmet_row *row = lists ? calloc(w->skus, sizeof *row) : NULL;
    if (lists && !row) {
        w->failed = true;
        return false;
    }
    w->out->tally[STORE_T_waiting_interests] = sim_arms_waiting(w);
    w->out->tally[STORE_T_waiting_units] = count_wanted(w, row);
    if (!lists) return true;
    w->out->tally[STORE_T_unmet_listed] = 1;
    w->out->unmet = row;
    w->out->unmets = list(w, row);
    store_unmet_row *less = realloc(row, (w->out->unmets + 1) * sizeof *row);
    if (less) w->out->unmet = less;
    return true;
}
