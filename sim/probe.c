/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * probe.c - one shopper's story as the world goes on; see probe.h.
 *
 * The engine of her arm is asked how she stands just before the calls in which a restock of a SKU of hers may
 * open or close, and after them. Every question costs as much as her line is long, so no others are asked.
 */
#include "sim/world.h"

#include "sim/memory.h"

/* A SKU that she has asked for. */
typedef struct {
    uint32_t sku;
    uint32_t restock; /* open now; SIM_NONE */
    int64_t level;    /* the feed's, as last seen */
    int64_t closed_at, before_at;
    bis_standing before; /* of before_at */
    bool paused;
    bool stood; /* in the line of the open restock */
} probe_line;

static sim_seen *add(sim_world *w, sim_seen_what what, uint32_t sku) {
    sim_seen *seen = sim_pool_add(&w->probe->seen, sizeof *seen);
    if (!seen) {
        w->failed = true;
        return NULL;
    }
    seen->at = w->now;
    seen->what = what;
    seen->sku = sku;
    seen->restock = seen->touch = SIM_NONE;
    return seen;
}

/* Hers. */
static const sim_arm *arm_of(const sim_world *w) {
    return &w->arm[sim_arm_number(w, w->probe->shopper)];
}

static bool same_group(const sim_world *w, uint32_t a, uint32_t b) {
    return sim_leader(w, arm_of(w), a) == sim_leader(w, arm_of(w), b);
}

/* What the engine takes for the level: of the SKU, or of its product. */
static int64_t level_of(const sim_world *w, uint32_t sku) {
    if (!arm_of(w)->by_product) return w->sku[sku].shown[SIM_FEED];
    int64_t sum = 0;
    for (uint32_t i = 0; i < w->skus; i++)
        if (same_group(w, i, sku) && w->sku[i].shown[SIM_FEED] > 0) sum += w->sku[i].shown[SIM_FEED];
    return sum;
}

static bool too_few(const sim_world *w, int64_t level) {
    const bis_policy *policy = arm_of(w)->policy;
    return level > 0 && (level < policy->trigger.min_stock || level <= policy->throttle.reserve_units);
}

static bis_standing standing(const sim_world *w, uint32_t sku) {
    bis_standing s;
    const sim_arm *arm = arm_of(w);
    bis_engine_standing(arm->engine, w->probe->shopper, sku, &s);
    if (s.restock != BIS_NO_ID) s.restock = ((const uint32_t *)arm->campaigns.at)[s.restock];
    return s;
}

/* A restock of her arm's, by the world's number, which it is given. */
static bis_restock restock_of(const sim_world *w, uint32_t number) {
    bis_restock r = *bis_engine_restock(arm_of(w)->engine, SIM_CAMPAIGN(w, number)->id);
    r.id = number;
    return r;
}

static void look(sim_world *w, probe_line *line) {
    line->before = standing(w, line->sku);
    line->before_at = w->now;
}

static bis_standing before(const sim_world *w, const probe_line *line) {
    return line->before_at == w->now ? line->before : (bis_standing){.restock = BIS_NO_ID};
}

#define LINE(w, i) (&((probe_line *)(w)->probe->lines.at)[i])

/* ---- her wishes ---- */

static probe_line *line_of(sim_world *w, uint32_t sku) {
    for (size_t i = 0; i < w->probe->lines.n; i++)
        if (LINE(w, i)->sku == sku) return LINE(w, i);
    probe_line *line = sim_pool_add(&w->probe->lines, sizeof *line);
    if (!line) {
        w->failed = true;
        return NULL;
    }
    *line = (probe_line){.sku = sku, .restock = SIM_NONE, .closed_at = STORE_NONE, .before_at = STORE_NONE};
    line->level = level_of(w, sku);
    return line;
}

void sim_probe_signal(sim_world *w, uint32_t sku, int source, uint32_t cause, int64_t at) {
    sim_seen *seen = add(w, SIM_SEEN_SIGNAL, sku);
    probe_line *line = seen ? line_of(w, sku) : NULL;
    if (!line) return;
    bis_standing then = standing(w, sku);
    seen->at = at;
    seen->restock = then.restock;
    seen->level = line->level;
    seen->as.signal.source = (bis_source)source;
    seen->as.signal.visit = cause;
    seen->as.signal.then = then;
    if (then.restock == BIS_NO_ID) return;
    if (line->restock != then.restock) line->paused = too_few(w, line->level);
    line->restock = then.restock;
    line->stood = true;
}

/* Begins or ends a pause of the open restock, if it is not so already. */
static void pause(sim_world *w, probe_line *line, int64_t level, bool paused) {
    if (line->paused == paused) return;
    line->paused = paused;
    sim_seen *seen =
        line->stood ? add(w, paused ? SIM_SEEN_RESTOCK_PAUSED : SIM_SEEN_RESTOCK_RESUMED, line->sku) : NULL;
    if (!seen) return;
    seen->level = level;
    seen->restock = line->restock;
}

/* ---- the engine's calls that may open or close a restock ---- */

/* A wake opens one where the SKU is in and none is open, and ends one whose time is over. */
void sim_probe_wake(sim_world *w) {
    bis_time expires = arm_of(w)->policy->trigger.expire_after;
    for (size_t i = 0; i < w->probe->lines.n; i++) {
        probe_line *line = LINE(w, i);
        bool may = line->level > 0;
        if (line->restock != SIM_NONE)
            may = expires > 0 && w->now - restock_of(w, line->restock).opened >= expires;
        if (may) look(w, line);
    }
}

/* So does a rise of the feed's level, if it need not last for a while first, or it ends a pause; and none
 * left ends one. */
void sim_probe_feed(sim_world *w, uint32_t sku) {
    int64_t level = level_of(w, sku);
    for (size_t i = 0; i < w->probe->lines.n; i++) {
        probe_line *line = LINE(w, i);
        if (!same_group(w, line->sku, sku)) continue;
        if (line->restock == SIM_NONE ? level > line->level : level <= 0) look(w, line);
        if (line->restock != SIM_NONE && level > 0 && !too_few(w, level)) pause(w, line, level, false);
    }
}

void sim_probe_settle(sim_world *w) {
    for (size_t i = 0; i < w->probe->lines.n; i++)
        if (LINE(w, i)->restock != SIM_NONE) look(w, LINE(w, i));
}

static void open_line(sim_world *w, probe_line *line, const bis_restock *restock) {
    sim_seen *seen = add(w, SIM_SEEN_RESTOCK_OPENED, line->sku);
    if (!seen) return;
    seen->restock = restock->id;
    seen->level = restock->level_at_open;
    seen->as.line.before = before(w, line);
    seen->as.line.after = standing(w, line->sku);
    seen->as.line.restock = *restock;
    seen->as.line.paused = line->paused = too_few(w, restock->level_at_open);
    line->restock = restock->id;
    line->stood = seen->as.line.before.in_line || seen->as.line.after.in_line;
}

void sim_probe_opened(sim_world *w) {
    for (; w->probe->campaigns < w->campaigns.n; w->probe->campaigns++) {
        if (SIM_CAMPAIGN(w, w->probe->campaigns)->arm != arm_of(w)->number) continue;
        bis_restock r = restock_of(w, w->probe->campaigns);
        for (size_t i = 0; i < w->probe->lines.n; i++)
            if (same_group(w, LINE(w, i)->sku, r.sku)) open_line(w, LINE(w, i), &r);
    }
}

static void close_line(sim_world *w, probe_line *line, const bis_restock *restock) {
    line->restock = SIM_NONE;
    line->closed_at = w->now;
    if (!line->stood) return;
    sim_seen *seen = add(w, SIM_SEEN_RESTOCK_CLOSED, line->sku);
    if (!seen) return;
    seen->restock = restock->id;
    seen->as.line.before = before(w, line);
    seen->as.line.after = standing(w, line->sku);
    seen->as.line.restock = *restock;
}

void sim_probe_closed(sim_world *w) {
    for (size_t i = 0; i < w->probe->lines.n && !w->failed; i++) {
        probe_line *line = LINE(w, i);
        if (line->restock == SIM_NONE) continue;
        bis_restock r = restock_of(w, line->restock);
        if (r.closed != BIS_NEVER) close_line(w, line, &r);
    }
}

/* ---- stock, as the engine sees it ---- */

static void change_level(sim_world *w, probe_line *line) {
    int64_t was = line->level, level = level_of(w, line->sku);
    line->level = level;
    if (line->restock != SIM_NONE) {
        pause(w, line, level, too_few(w, level));
        return;
    }
    if ((was > 0) == (level > 0) || line->closed_at == w->now || !standing(w, line->sku).in_line) return;
    sim_seen *seen = add(w, level > 0 ? SIM_SEEN_STOCK_IN : SIM_SEEN_STOCK_OUT, line->sku);
    if (seen) seen->level = level;
}

void sim_probe_stock(sim_world *w, uint32_t sku) {
    for (size_t i = 0; i < w->probe->lines.n; i++)
        if (same_group(w, LINE(w, i)->sku, sku)) change_level(w, LINE(w, i));
}

/* ---- decisions, and what follows from them ---- */

void sim_probe_decision(sim_world *w, const bis_decision *d) {
    sim_seen *seen = add(w, SIM_SEEN_DECISION, d->sku);
    if (!seen) return;
    seen->restock = d->restock;
    seen->touch = d->touch;
    seen->level = d->level;
    seen->as.decision = *d;
}

static sim_seen *add_touch(sim_world *w, uint32_t touch, sim_seen_what what, const char *why,
                           int64_t at_later) {
    const sim_touch *t = sim_touch_at(w, touch);
    sim_seen *seen = add(w, what, t->sku);
    if (!seen) return NULL;
    seen->touch = touch;
    seen->restock = t->campaign;
    seen->as.touch.why = why;
    seen->as.touch.at_later = at_later;
    seen->as.touch.wants = sim_intent_alive(w, t->shopper, sim_intent_at(w, t->intent));
    return seen;
}

void sim_probe_touch(sim_world *w, uint32_t touch, sim_seen_what what, const char *why, int64_t at_later) {
    add_touch(w, touch, what, why, at_later);
}

void sim_probe_message(sim_world *w, uint32_t touch, uint32_t device, sim_seen_what what, const char *why,
                       int64_t at_later) {
    sim_seen *seen = add_touch(w, touch, what, why, at_later);
    if (!seen) return;
    seen->as.touch.device = (uint8_t)(w->p->shoppers.devices > 1 ? device + 1 : 0);
    seen->as.touch.platform = (uint8_t)sim_device_platform(w, sim_touch_at(w, touch)->shopper, device);
}

/* It is told with what she asked for last; of who has asked for nothing there is no story. */
void sim_probe_quit(sim_world *w) {
    size_t n = w->probe->lines.n;
    if (n > 0) add(w, SIM_SEEN_OPTED_OUT, LINE(w, n - 1)->sku);
}

void sim_probe_order(sim_world *w, const sim_order *order) {
    sim_seen *seen = add(w, SIM_SEEN_ORDER, order->sku);
    if (!seen) return;
    seen->touch = order->touch;
    seen->as.order.how = sim_how_name((sim_how)order->how);
    seen->as.order.units = order->units;
    seen->as.order.credited = order->touch;
    seen->as.order.oversold = order->oversold;
}

/* ---- what else the shop does ---- */

void sim_probe_cart(sim_world *w, const sim_cart *cart, int64_t until) {
    sim_seen *seen = add(w, SIM_SEEN_CART, cart->sku);
    if (!seen) return;
    seen->touch = cart->touch;
    seen->as.cart.holds = cart->holds;
    seen->as.cart.until = cart->holds ? until : STORE_NONE;
}

void sim_probe_after(sim_world *w, uint32_t sku, sim_seen_what what, bool does) {
    sim_seen *seen = add(w, what, sku);
    if (seen) seen->as.does = does;
}

void sim_probe_campaign(sim_world *w, const model_campaign *campaign) {
    sim_seen *seen = add(w, SIM_SEEN_CAMPAIGN, SIM_NONE);
    if (!seen) return;
    seen->as.campaign.kind = campaign->kind;
    seen->as.campaign.channel = (bis_channel)campaign->channel;
}

/* ---- from beginning to end ---- */

void sim_probe_begin(sim_world *w) {
    const sim_shopper *her = &w->shopper[w->probe->shopper];
    w->probe->who = (sim_probe_who){.tier = her->tier,
                                    .platform = her->platform,
                                    .variant = her->variant,
                                    .arm = her->arm,
                                    .optin = her->optin};
}

void sim_probe_end(sim_world *w) {
    sim_probe_closed(w);
    for (size_t i = 0; i < w->probe->lines.n; i++) {
        uint32_t sku = LINE(w, i)->sku;
        sim_seen *seen = add(w, SIM_SEEN_END, sku);
        if (!seen) return;
        seen->level = LINE(w, i)->level;
        seen->as.line.after = standing(w, sku);
        seen->as.line.wants = sim_intent_alive(w, w->probe->shopper,
                                               sim_intent_at(w, sim_intent_find(w, w->probe->shopper, sku)));
    }
}

void sim_probe_clear(sim_probe *probe) {
    if (!probe) return;
    sim_memory_free(probe->seen.at);
    sim_memory_free(probe->lines.at);
    *probe = (sim_probe){.shopper = probe->shopper};
}
