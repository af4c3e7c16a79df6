/* SPDX-License-Identifier: MIT
 *
 * interest.c - the open interests: one per shopper and SKU, from the first signal to the touch.
 *
 * Signals. A source counts once it has been seen min_views times, each signal within the window of the one
 * before; from then on it counts for as long as the interest is open. The place in line is the time at which
 * the strongest counting source first counted. So a stronger source that comes to count moves the interest to
 * the tail; further signals of the same or a weaker source only renew a window. Signals of disabled sources
 * are not looked at.
 *
 * A signal that finds the interest in line with every window lapsed ends it (a candidate of an open restock
 * whose turn has not come leaves as EXPIRED/out_of_window) and starts a new one: an old lapsed wish does not
 * keep a place. A queued interest is not ended so; its slot is won.
 *
 * The main source is kept in the interest itself, others as chained signals, so that the usual interest with
 * a single source takes one record.
 */
#include "rules.h"

uint32_t bis_interest_find(const bis_engine *e, bis_id shopper, bis_id sku) {
    if (shopper >= e->shoppers.n) return BIS_NONE;
    uint32_t i = bis_shopper_at(e, shopper)->interests;
    while (i != BIS_NONE && bis_interest_at(e, i)->sku != sku)
        i = bis_interest_at(e, i)->next;
    return i;
}

static uint32_t open_interest(bis_engine *e, bis_id shopper, bis_id sku) {
    uint32_t i = bis_pool_take(&e->interests);
    bis_shopper *who = bis_shopper_at(e, shopper);
    *bis_interest_at(e, i) = (bis_interest){.shopper = shopper,
                                            .sku = sku,
                                            .next = who->interests,
                                            .slot = BIS_NONE,
                                            .signals = BIS_NONE,
                                            .seen = BIS_NO_ID,
                                            .queued = BIS_NONE,
                                            .source = BIS_SOURCE_COUNT};
    who->interests = i;
    return i;
}

void bis_interest_close(bis_engine *e, uint32_t i) {
    bis_interest *it = bis_interest_at(e, i);
    if (it->slot != BIS_NONE) {
        bis_sku *sku = bis_sku_at(e, it->sku);
        sku->waiting--;
        sku->units -= it->quantity;
        bis_group *group = bis_group_at(e, sku->leader);
        group->in_line--;
        bis_line_remove(e, group, i, bis_priority_key(e, it));
    }
    uint32_t *link = &bis_shopper_at(e, it->shopper)->interests;
    while (*link != i)
        link = &bis_interest_at(e, *link)->next;
    *link = it->next;
    while (it->signals != BIS_NONE) {
        uint32_t s = it->signals;
        it->signals = bis_signal_at(e, s)->next;
        bis_pool_give(&e->signals, s);
    }
    bis_pool_give(&e->interests, i);
}

/* Makes `source` the main one as of now; the record at *link, if any, is that of `source`, and takes in the
 * old main source. */
static void promote(bis_engine *e, bis_interest *it, unsigned source, uint32_t *link) {
    uint32_t record = *link;
    if (it->source == BIS_SOURCE_COUNT) {
        if (record != BIS_NONE) {
            *link = bis_signal_at(e, record)->next;
            bis_pool_give(&e->signals, record);
        }
    } else {
        if (record == BIS_NONE) {
            record = bis_pool_take(&e->signals);
            bis_signal_at(e, record)->next = it->signals;
            it->signals = record;
        }
        bis_signal *s = bis_signal_at(e, record);
        s->source = it->source;
        s->last = it->last;
        s->count = (uint8_t)e->policy.interest.source[it->source].min_views;
    }
    it->source = (uint8_t)source;
    it->place = it->last = e->now;
}

/* Books a signal; true if the interest got a new place. */
static bool take_signal(bis_engine *e, bis_interest *it, unsigned source) {
    if (source == it->source) {
        it->last = e->now;
        return false;
    }
    const bis_source_setup *setup = &e->policy.interest.source[source];
    uint32_t *link = &it->signals;
    while (*link != BIS_NONE && bis_signal_at(e, *link)->source != source)
        link = &bis_signal_at(e, *link)->next;

    int64_t count = 0;
    if (*link != BIS_NONE) {
        const bis_signal *s = bis_signal_at(e, *link);
        bool stale = setup->window > 0 && e->now - s->last >= setup->window;
        count = stale && s->count < setup->min_views ? 0 : s->count;
    }
    if (count < setup->min_views) count++;
    if (count >= setup->min_views && source < it->source) {
        promote(e, it, source, link);
        return true;
    }
    if (*link == BIS_NONE) {
        *link = bis_pool_take(&e->signals);
        bis_signal_at(e, *link)->next = BIS_NONE;
    }
    bis_signal *s = bis_signal_at(e, *link);
    s->source = (uint8_t)source;
    s->count = (uint8_t)count;
    s->last = e->now;
    return false;
}

static bool room_for_signal(bis_engine *e, const bis_event *event) {
    bis_group *group = bis_group_of(e, event->sku);
    const bis_interest as_if = {.shopper = event->shopper, .source = (uint8_t)event->as.interest.source};
    return bis_pool_room(&e->memory, &e->interests) && bis_pool_room(&e->memory, &e->signals) &&
           bis_line_room(e, group, bis_priority_key(e, &as_if), 1) && bis_decide_room(e, 1) &&
           (!e->by_score || bis_order_room(e, group)) && (e->n_admits == 0 || bis_wake_room(e, 1));
}

/* The usual signal of one who is in line: only her window begins anew. */
static bool renews(bis_engine *e, uint32_t i, const bis_event *event) {
    bis_interest *it = bis_interest_at(e, i);
    unsigned quantity = event->as.interest.quantity > 0 ? event->as.interest.quantity : 1;
    if (it->slot == BIS_NONE || it->source != event->as.interest.source || it->quantity != quantity)
        return false;
    if (it->queued == BIS_NONE && bis_interest_lapsed(e, it, e->now)) return false;
    it->last = e->now;
    return true;
}

/* A source came to count, or a stronger one: she stands at the tail of the line that is now hers. */
static bool takes_place(bis_engine *e, uint32_t i, bool in_line, uint8_t old_key) {
    bis_interest *it = bis_interest_at(e, i);
    bis_group *group = bis_group_of(e, it->sku);
    if (in_line) bis_line_remove(e, group, i, old_key);
    bis_line_append(e, group, i);
    if (!in_line) {
        bis_sku *sku = bis_sku_at(e, it->sku);
        sku->units += it->quantity;
        sku->waiting++;
        group->in_line++;
        return (!e->policy.predictive.enabled || bis_predict(e, i)) && bis_restock_joined(e, i);
    }
    if (bis_is_pending(it, group->restock)) {
        bis_order_joined(e, i);
        bis_order_changed(e, bis_leader(e, it->sku));
    }
    return true;
}

__attribute__((flatten)) bool bis_interest_signal(bis_engine *e, const bis_event *event) {
    unsigned source = event->as.interest.source;
    if (!e->policy.interest.source[source].enabled) return true;
    uint32_t i = bis_interest_find(e, event->shopper, event->sku);
    if (i != BIS_NONE && renews(e, i, event)) return true;
    if (!bis_shopper_room(e, event->shopper) || !bis_sku_named_room(e, event->sku)) return false;
    if (!room_for_signal(e, event)) return false;

    if (i != BIS_NONE) {
        const bis_interest *it = bis_interest_at(e, i);
        if (it->slot != BIS_NONE && it->queued == BIS_NONE && bis_interest_lapsed(e, it, e->now)) {
            bis_candidate_leaves(e, i, BIS_EXPIRED, BIS_OUT_OF_WINDOW);
            bis_interest_close(e, i);
            i = BIS_NONE;
        }
    }
    if (i == BIS_NONE) i = open_interest(e, event->shopper, event->sku);

    bis_interest *it = bis_interest_at(e, i);
    bool in_line = it->slot != BIS_NONE;
    uint8_t old_key = in_line ? bis_priority_key(e, it) : 0;
    unsigned quantity = event->as.interest.quantity > 0 ? event->as.interest.quantity : 1;
    if (in_line) {
        bis_sku *sku = bis_sku_at(e, it->sku);
        sku->units = sku->units - it->quantity + quantity;
    }
    it->quantity = (uint16_t)quantity;
    if (take_signal(e, it, source)) return takes_place(e, i, in_line, old_key);
    return in_line || bis_restock_finish(e, bis_leader(e, event->sku));
}

bool bis_interest_withdraw(bis_engine *e, const bis_event *event) {
    if (!bis_decide_room(e, 1)) return false;
    uint32_t i = bis_interest_find(e, event->shopper, event->sku);
    if (i == BIS_NONE) return true;
    bis_candidate_leaves(e, i, BIS_DROPPED, BIS_CANCELLED);
    bis_interest_close(e, i);
    return bis_restock_finish(e, bis_leader(e, event->sku));
}

/* Under priority: tier all her interests move to the lines of the new tier. */
bool bis_interest_tier(bis_engine *e, bis_id shopper, uint8_t tier) {
    bis_shopper *who = bis_shopper_at(e, shopper);
    uint8_t old = (uint8_t)who->tier;
    if (old != tier && e->policy.priority.mode == BIS_PRIORITY_TIER) {
        size_t n = 0; /* all may be of one group */
        for (uint32_t i = who->interests; i != BIS_NONE; i = bis_interest_at(e, i)->next)
            n++;
        for (uint32_t i = who->interests; i != BIS_NONE; i = bis_interest_at(e, i)->next) {
            const bis_interest *it = bis_interest_at(e, i);
            if (it->slot != BIS_NONE && !bis_line_room(e, bis_group_of(e, it->sku), tier, n)) return false;
        }
        who->tier = tier;
        for (uint32_t i = who->interests; i != BIS_NONE; i = bis_interest_at(e, i)->next) {
            if (bis_interest_at(e, i)->slot == BIS_NONE) continue;
            bis_line_remove(e, bis_group_of(e, bis_interest_at(e, i)->sku), i, old);
            bis_line_insert(e, i, tier);
        }
    }
    who->tier = tier;
    return true;
}

bool bis_interest_changed_room(bis_engine *e, bis_id shopper) {
    if (e->n_admits == 0) return true;
    size_t n = 0;
    for (uint32_t i = bis_shopper_at(e, shopper)->interests; i != BIS_NONE; i = bis_interest_at(e, i)->next)
        n++;
    return bis_wake_room(e, n);
}

void bis_interest_changed(bis_engine *e, bis_id shopper) {
    if (e->n_admits == 0) return;
    for (uint32_t i = bis_shopper_at(e, shopper)->interests; i != BIS_NONE; i = bis_interest_at(e, i)->next) {
        const bis_interest *it = bis_interest_at(e, i);
        if (it->slot != BIS_NONE && bis_is_pending(it, bis_group_of(e, it->sku)->restock))
            bis_order_changed(e, bis_leader(e, it->sku));
    }
}
