/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * world_probe.h - what the world says to whoever asks for one shopper's story. Comes with world.h.
 */
#ifndef SIM_WORLD_PROBE_H
#define SIM_WORLD_PROBE_H

#include "sim/world.h"

/* probe.c. To be called only where someone looks: at anything, */
#define SIM_COLD __attribute__((cold)) /* so that the loop is laid out without them */
static inline bool sim_probing(const sim_world *w) {
    return __builtin_expect(w->probe != NULL, 0);
}
/* or at this shopper. */
static inline bool sim_probes(const sim_world *w, uint32_t shopper) {
    return sim_probing(w) && w->probe->shopper == shopper;
}
SIM_COLD void sim_probe_begin(sim_world *w); /* once the world is made */
SIM_COLD void sim_probe_end(sim_world *w);   /* once it is settled */
/* Before calls of the engine: a wake, a level of the feed (which the world knows already), the settling. */
SIM_COLD void sim_probe_wake(sim_world *w);
SIM_COLD void sim_probe_feed(sim_world *w, uint32_t sku);
SIM_COLD void sim_probe_settle(sim_world *w);
/* After them: restocks that have opened, before their decisions; that have closed, after them; another level.
 */
SIM_COLD void sim_probe_opened(sim_world *w);
SIM_COLD void sim_probe_closed(sim_world *w);
SIM_COLD void sim_probe_stock(sim_world *w, uint32_t sku);
SIM_COLD void sim_probe_signal(sim_world *w, uint32_t sku, int source, uint32_t cause, int64_t at);
SIM_COLD void sim_probe_decision(sim_world *w, const bis_decision *d);
SIM_COLD void sim_probe_touch(sim_world *w, uint32_t touch, sim_seen_what what, const char *why,
                              int64_t at_later);
/* Likewise of one of its messages, by the device that it is to. */
SIM_COLD void sim_probe_message(sim_world *w, uint32_t touch, uint32_t device, sim_seen_what what,
                                const char *why, int64_t at_later);
SIM_COLD void sim_probe_quit(sim_world *w);
SIM_COLD void sim_probe_order(sim_world *w, const sim_order *order);
SIM_COLD void sim_probe_cart(sim_world *w, const sim_cart *cart, int64_t until);
/* SIM_SEEN_CART_OVER to SIM_SEEN_AD. */
SIM_COLD void sim_probe_after(sim_world *w, uint32_t sku, sim_seen_what what, bool does);
SIM_COLD void sim_probe_campaign(sim_world *w, const model_campaign *campaign);

#endif
