/* SPDX-License-Identifier: MIT
 *
 * rule_throttle.c - how many at once, and when the next.
 *
 * none: everyone at the opening, and whoever joins while the campaign is open. batch: `size` at the opening
 * and every `every` after that. per_unit: `per_unit` people per unit offered, the next wave `every` later if
 * units are still offered. A batch that falls due in a pause runs at the end of the pause, the next one
 * `every` after that. recount: as many people as units offered, counted anew every `every`. rate: a bucket of
 * `size` slots, full at the opening, into which size / every flow. oversell_safe: see oversell.c. Suppressed
 * candidates use no slot; queued ones hold theirs.
 *
 * Units offered = level - reserve_units. Jitter puts each send off by a hash of salt, shopper, SKU and
 * ordinal of the restock, uniform on [0, jitter), for sends and ghosts alike.
 */
#include "rules.h"

static const char *const modes[] = {"none", "batch", "per_unit", "recount", "rate", "oversell_safe", NULL};
static const char *const scopes[] = {"restock", "batch", NULL};

#define SAFE "policy.throttle.mode=oversell_safe"
#define SAFE_REAL(NAME, M, UNIT, MIN, MAX, DEF, DOC)                                                         \
    {                                                                                                        \
        .path = "policy.throttle." NAME, .type = BIS_FIELD_REAL, .offset = offsetof(bis_policy, throttle.M), \
        .unit = (UNIT), .min = (MIN), .max = (MAX), .def = (DEF), .active = SAFE, .doc = (DOC)               \
    }
#define SAFE_SPAN(NAME, M, MIN, DEF, DOC)                                                                    \
    {                                                                                                        \
        .path = "policy.throttle." NAME, .type = BIS_FIELD_DURATION,                                         \
        .offset = offsetof(bis_policy, throttle.M), .unit = "", .min = (MIN), .max = BIS_SPAN_MAX,           \
        .def = (DEF), .active = SAFE, .doc = (DOC)                                                           \
    }

const bis_field bis_throttle_fields[] = {
    {.path = "policy.throttle.mode",
     .type = BIS_FIELD_CHOICE,
     .offset = offsetof(bis_policy, throttle.mode),
     .unit = "",
     .def = "batch",
     .choices = modes,
     .doc = "How sends are spread: all at once; in batches of a fixed size; so many per unit in stock; as "
            "many as units, counted "
            "anew each time; evenly by a token bucket; or as many as keep the chance that buyers outnumber "
            "units within alpha."},
    {.path = "policy.throttle.size",
     .type = BIS_FIELD_INT,
     .offset = offsetof(bis_policy, throttle.size),
     .unit = "people",
     .min = 1,
     .max = BIS_UNITS_MAX,
     .def = "200",
     .active = "policy.throttle.mode=batch|rate",
     .doc = "How many people are told in one batch or, with mode rate, at once and then in each `every`."},
    {.path = "policy.throttle.every",
     .type = BIS_FIELD_DURATION,
     .offset = offsetof(bis_policy, throttle.every),
     .unit = "",
     .min = 1,
     .max = BIS_SPAN_MAX,
     .def = "10min",
     .active = "policy.throttle.mode=batch|per_unit|recount|rate|oversell_safe",
     .doc = "The time from one batch to the next; with mode rate that in which `size` more are told."},
    {.path = "policy.throttle.per_unit",
     .type = BIS_FIELD_INT,
     .offset = offsetof(bis_policy, throttle.per_unit),
     .unit = "people per unit",
     .min = 1,
     .max = 1e6,
     .def = "5",
     .active = "policy.throttle.mode=per_unit",
     .doc = "How many people are told for each unit offered."},
    {.path = "policy.throttle.reserve_units",
     .type = BIS_FIELD_INT,
     .offset = offsetof(bis_policy, throttle.reserve_units),
     .unit = "units",
     .min = 0,
     .max = BIS_UNITS_MAX,
     .def = "0",
     .doc = "Units that are kept back: nobody is told while the feed shows no more than these."},
    {.path = "policy.throttle.jitter",
     .type = BIS_FIELD_DURATION,
     .offset = offsetof(bis_policy, throttle.jitter),
     .unit = "",
     .min = 0,
     .max = BIS_SPAN_MAX,
     .def = "0s",
     .doc = "Each send is put off by a random-looking but repeatable part of this time."},
    SAFE_REAL("alpha", oversell.alpha, "chance", 1e-6, 0.5, "0.05",
              "The chance that buyers outnumber units is kept within this."),
    {.path = "policy.throttle.alpha_scope",
     .type = BIS_FIELD_CHOICE,
     .offset = offsetof(bis_policy, throttle.oversell.scope),
     .unit = "",
     .def = "restock",
     .choices = scopes,
     .active = SAFE,
     .doc = "Whether alpha holds for all batches of a restock together, or for each batch anew."},
    SAFE_SPAN("response_window", oversell.response_window, 1000, "24h",
              "A send is settled when it is so old; demand of others is looked ahead so far."),
    SAFE_REAL("click_prior", oversell.click, "share", 0, 1, "0.1",
              "Share of sends that are clicked, as believed before anything was seen."),
    SAFE_REAL("click_weight", oversell.click_weight, "sends", 1e-3, 1e9, "20",
              "How many sends that belief is worth."),
    SAFE_REAL("buy_prior", oversell.buy, "share", 0, 1, "0.3",
              "Share of landings on a page in stock that buy, as believed before anything was seen."),
    SAFE_REAL("buy_weight", oversell.buy_weight, "landings", 1e-3, 1e9, "10",
              "How many landings that belief is worth."),
    SAFE_SPAN("delay_median", oversell.delay_median, 0, "1h",
              "Median time from send to order of those who buy, as believed before any was seen."),
    SAFE_REAL("delay_sigma", oversell.delay_sigma, "", 0.01, 10, "1.5",
              "Standard deviation of that time's logarithm."),
    SAFE_REAL("delay_weight", oversell.delay_weight, "orders", 1e-3, 1e9, "20",
              "How many orders that belief is worth."),
    SAFE_REAL("organic_prior", oversell.organic, "units per day", 0, 1e9, "0",
              "Units of one SKU that others buy in a day in stock, as believed before any was seen."),
    SAFE_REAL("organic_weight", oversell.organic_weight, "days", 1e-3, 1e6, "1",
              "How many days that belief is worth."),
};

static const char *check(const bis_policy *p) {
    const bis_throttle_setup *t = &p->throttle;
    bool fits = t->mode != BIS_THROTTLE_RATE || (double)t->size * (double)t->every <= 4e18;
    return fits ? NULL : "policy.throttle.size: size times every is too large for mode rate";
}

bool bis_throttle_immediate(const bis_throttle_setup *setup) {
    return setup->mode == BIS_THROTTLE_NONE || setup->mode == BIS_THROTTLE_RATE;
}

int64_t bis_throttle_offered(const bis_throttle_setup *setup, int64_t level) {
    return level > setup->reserve_units ? level - setup->reserve_units : 0;
}

int64_t bis_throttle_budget(const bis_throttle_setup *setup, int64_t level) {
    if (setup->mode == BIS_THROTTLE_BATCH) return setup->size;
    if (setup->mode == BIS_THROTTLE_PER_UNIT) return setup->per_unit * bis_throttle_offered(setup, level);
    if (setup->mode == BIS_THROTTLE_RECOUNT) return bis_throttle_offered(setup, level);
    return INT64_MAX;
}

bis_time bis_throttle_jitter(const bis_engine *e, uint64_t shopper, bis_id sku, uint32_t restock) {
    uint64_t words[] = {shopper, bis_sku_at(e, sku)->hash, restock,
                        BIS_FOR_JITTER}; /* never a holdout's hash */
    return (bis_time)(bis_hash_fraction(e->salt, words, 4) * (double)e->policy.throttle.jitter);
}

const bis_rule bis_throttle_rule = {.check = check};
