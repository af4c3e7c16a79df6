/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * identity.c - what the shop can tell to be hers: clicks and orders on another device may not be linked to
 * whom it knows.
 *
 * An order at the landing of a message is on the device of its click. A click that is not linked is none to
 * the engine and to the shop's attribution; an order that is not linked is by somebody unknown.
 */
#include "sim/push_inside.h"

static bool linked(const sim_world *w, uint32_t shopper, uint32_t sku, model_purpose purpose,
                   uint32_t ordinal) {
    const model_identity *m = &w->p->identity;
    double u[2];
    if (!(m->other_device > 0)) return true;
    model_uniform2(w->key, shopper, sku, purpose, ordinal, u);
    return !(u[0] < m->other_device) || u[1] < m->link_rate;
}

bool sim_click_linked(const sim_world *w, const sim_touch *t) {
    return linked(w, t->shopper, t->sku, MODEL_P_IDENTITY_CLICK, sim_touch_key(t));
}

/* Other orders are told apart by their second: she does not buy a SKU twice within one. */
bool sim_order_linked(const sim_world *w, uint32_t shopper, uint32_t sku, uint32_t touch) {
    if (touch != SIM_NONE) return sim_click_linked(w, sim_touch_at(w, touch));
    uint32_t second = (uint32_t)((w->now - w->start) / 1000);
    return linked(w, shopper, sku, MODEL_P_IDENTITY_ORDER, second);
}
