/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cause.c - why a click landed on sold out: the first cause that holds on the realised path.
 *
 * A(t) is the true number of units that are in nobody's cart, t_D the decision, t_V the delivery, t_L the
 * landing. In order:
 *
 * - stale_storefront: A(t_L) > 0, there were units, the storefront did not show them
 *
 * - stale_feed: A(t_D) = 0, there was nothing to announce
 *
 * - organic: buyers not pushed in this restock, other sales channels' too, took all that there was, and all
 * that came, in (t_D, t_L]
 *
 * - push_latency: A(t_L - (t_V - t_D)) > 0, an instant delivery would have been in time
 *
 * - late_open: A(t_V + min(t_L - t_V, 60 min)) > 0, a click within the hour would have been in time
 *
 * - batch_too_large: none of these, too many were told at once
 */
#include "sim/world.h"

/* Others have taken all if, of what changed since the decision,
 *     taken - pushed_taken >= units at the decision + arrived,
 * so what is compared is one running figure now with that of the decision plus the units then. */
int64_t sim_cause_others(const sim_world *w, const sim_touch *t) {
    const sim_sku *k = &w->sku[t->sku];
    return (int64_t)(k->taken - k->arrived - *sim_pushed_taken(w, t->campaign, t->sku));
}

sim_cause sim_sold_out_cause(const sim_world *w, const sim_touch *t) {
    const sim_sku *k = &w->sku[t->sku];
    if (k->truth > 0) return SIM_OOS_STALE_STOREFRONT;
    if (t->none_left) return SIM_OOS_STALE_FEED;
    if (sim_cause_others(w, t) >= t->for_others) return SIM_OOS_ORGANIC;
    if (sim_stock_level_at(w, t->sku, t->landed_at - (t->shown_at - t->at)) > 0) return SIM_OOS_PUSH_LATENCY;
    int64_t prompt = t->landed_at - t->shown_at;
    if (prompt > 60 * SIM_MINUTE) prompt = 60 * SIM_MINUTE;
    if (sim_stock_level_at(w, t->sku, t->shown_at + prompt) > 0) return SIM_OOS_LATE_OPEN;
    return SIM_OOS_BATCH_TOO_LARGE;
}
