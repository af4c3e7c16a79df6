/* SPDX-License-Identifier: MIT
 *
 * rule_throttle.c - how many at once, and when the next.
 *
 * none: everyone at the opening, and whoever joins while the campaign is open. batch: `size` at the opening
 * and every `every` after that. per_unit: `per_unit` people per unit offered, the next wave `every` later if
 * units are still offered. A batch that falls due in a pause runs at the end of the pause, the next one
 * `every` after that. Suppressed candidates use no slot; queued ones hold theirs.
 *
 * Units offered = level - reserve_units. Jitter puts each send off by a hash of salt, shopper, SKU and
 * restock, uniform on [0, jitter), for sends and ghosts alike.
 */
#include "rules.h"

static const char *const modes[] = {"none", "batch", "per_unit", NULL};

const bis_field bis_throttle_fields[] = {
    {.path = "policy.throttle.mode",
     .type = BIS_FIELD_CHOICE,
     .offset = offsetof(bis_policy, throttle.mode),
     .unit = "",
     .def = "batch",
     .choices = modes,
     .doc = "How sends are spread: all at once, in batches of a fixed size, or so many per unit in stock."},
    {.path = "policy.throttle.size",
     .type = BIS_FIELD_INT,
     .offset = offsetof(bis_policy, throttle.size),
     .unit = "people",
     .min = 1,
     .max = BIS_UNITS_MAX,
     .def = "200",
     .active = "policy.throttle.mode=batch",
     .doc = "How many people are told in one batch."},
    {.path = "policy.throttle.every",
     .type = BIS_FIELD_DURATION,
     .offset = offsetof(bis_policy, throttle.every),
     .unit = "",
     .min = 1,
     .max = BIS_SPAN_MAX,
     .def = "10min",
     .active = "policy.throttle.mode=batch|per_unit",
     .doc = "The time from one batch or wave to the next."},
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
};

int64_t bis_throttle_offered(const bis_throttle_setup *setup, int64_t level) {
    return level > setup->reserve_units ? level - setup->reserve_units : 0;
}

int64_t bis_throttle_budget(const bis_throttle_setup *setup, int64_t level) {
    if (setup->mode == BIS_THROTTLE_BATCH) return setup->size;
    if (setup->mode == BIS_THROTTLE_PER_UNIT) return setup->per_unit * bis_throttle_offered(setup, level);
    return INT64_MAX;
}

bis_time bis_throttle_jitter(const bis_throttle_setup *setup, uint64_t salt, uint64_t unit, bis_id sku,
                             bis_id restock) {
    uint64_t words[3] = {unit, (uint64_t)sku << 32 | restock, 1}; /* three words: never a holdout's hash */
    return (bis_time)(bis_hash_fraction(salt, words, 3) * (double)setup->jitter);
}

const bis_rule bis_throttle_rule = {0};
