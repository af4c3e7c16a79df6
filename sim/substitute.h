/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * substitute.h - what is bought instead of what is sold out, and what a purchase makes needless.
 */
#ifndef SIM_SUBSTITUTE_H
#define SIM_SUBSTITUTE_H

#include "sim/world.h"

static inline bool sim_may_substitute(const sim_world *w) {
    return w->p->substitution.within > 0 || w->p->substitution.across > 0;
}
/* The SKU that is bought instead of a sold-out one; SIM_NONE. [in] shopper: SIM_NONE for anonymous ones. */
uint32_t sim_substitute(const sim_world *w, uint32_t shopper, uint32_t wanted, model_purpose purpose,
                        uint32_t ordinal);
/* If there is one, places the order and ends the wish for the other. */
bool sim_substitutes(sim_world *w, uint32_t shopper, uint32_t wanted, sim_how how, uint32_t touch,
                     model_purpose purpose, uint32_t ordinal);
bool sim_needs_init(sim_world *w); /* false: no memory */
/* She believes that she has bought something: maybe she needs nothing more. */
void sim_need_met(sim_world *w, uint32_t shopper);
static inline bool sim_sated(const sim_world *w, uint32_t shopper) {
    return w->sated && w->sated[shopper];
}

#endif
