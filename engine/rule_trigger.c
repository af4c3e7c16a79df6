/* SPDX-License-Identifier: MIT
 *
 * rule_trigger.c - when a restock opens.
 *
 * A SKU is "in" at level > 0 (mode transition) or level >= min_stock (mode threshold). A restock opens when
 * it comes in after having been known to be out for at least debounce_out, and has then stayed in until
 * debounce_in later. A SKU whose first known level is in has not come back: it must be seen out first.
 *
 * Flapping. Going out again up to and at the end of debounce_in cancels the opening. Such a short time in
 * does not restart the clock of debounce_out: the SKU counts as out since it first went out. With debounce_in
 * 0 every time in counts, however short. Times are those of the events, not their as_of: what the engine
 * knew.
 */
#include "rules.h"

static const char *const modes[] = {"transition", "threshold", NULL};
static const char *const matches[] = {"variant", "product", NULL};

const bis_field bis_trigger_fields[] = {
    {.path = "policy.mode",
     .type = BIS_FIELD_CHOICE,
     .offset = offsetof(bis_policy, trigger.mode),
     .unit = "",
     .def = "transition",
     .choices = modes,
     .doc = "What counts as back in stock: the level leaving 0, or the level reaching min_stock."},
    {.path = "policy.match",
     .type = BIS_FIELD_CHOICE,
     .offset = offsetof(bis_policy, trigger.match),
     .unit = "",
     .def = "variant",
     .choices = matches,
     .doc = "Whether the return of a SKU is for those who want that SKU, or a product is out and comes back "
            "as a whole, for "
            "those who want any of its variants."},
    {.path = "policy.min_stock",
     .type = BIS_FIELD_INT,
     .offset = offsetof(bis_policy, trigger.min_stock),
     .unit = "units",
     .min = 1,
     .max = BIS_UNITS_MAX,
     .def = "1",
     .doc = "Sends pause while the feed shows fewer units than this, and go on when it shows as many again."},
    {.path = "policy.debounce_in",
     .type = BIS_FIELD_DURATION,
     .offset = offsetof(bis_policy, trigger.debounce_in),
     .unit = "",
     .min = 0,
     .max = BIS_SPAN_MAX,
     .def = "0s",
     .doc = "A SKU must have stayed in stock for this long before anyone is told."},
    {.path = "policy.debounce_out",
     .type = BIS_FIELD_DURATION,
     .offset = offsetof(bis_policy, trigger.debounce_out),
     .unit = "",
     .min = 0,
     .max = BIS_SPAN_MAX,
     .def = "0s",
     .doc = "A SKU must have been out of stock for this long for its return to count as a restock."},
    {.path = "policy.expire_after",
     .type = BIS_FIELD_DURATION,
     .offset = offsetof(bis_policy, trigger.expire_after),
     .unit = "",
     .min = 0,
     .max = BIS_SPAN_MAX,
     .def = "72h",
     .doc = "A campaign ends this long after its opening, whoever still waits; 0 means never."},
};

static bool is_in(const bis_trigger_setup *setup, int64_t level) {
    return setup->mode == BIS_TRIGGER_THRESHOLD ? level >= setup->min_stock : level > 0;
}

bis_trigger_step bis_trigger_level(const bis_trigger_setup *setup, bis_trigger_state *s, bis_time now,
                                   int64_t level) {
    bool in = is_in(setup, level);
    if (!s->known) {
        *s = (bis_trigger_state){.known = true, .in = in, .in_since = now, .out_since = in ? BIS_NEVER : now};
        return BIS_STEP_NOTHING;
    }
    if (in == s->in) return BIS_STEP_NOTHING;
    s->in = in;
    if (!in) {
        bool too_short = setup->debounce_in > 0 && now - s->in_since <= setup->debounce_in;
        if (!too_short || s->out_since == BIS_NEVER) s->out_since = now;
        return BIS_STEP_CANCEL;
    }
    s->in_since = now;
    if (now - s->out_since < setup->debounce_out) return BIS_STEP_NOTHING;
    return setup->debounce_in > 0 ? BIS_STEP_OPEN_LATER : BIS_STEP_OPEN;
}

const bis_rule bis_trigger_rule = {0};
