/* SPDX-License-Identifier: MIT
 *
 * rule_holdout.c - who is held out, as a control group.
 *
 * A unit - a shopper, a product, one restock, a pair of shopper and product - has an arm that is a pure
 * function of the salt and its hash: the hash is read as a fraction in [0, 1) and held out iff below
 * holdout.fraction. In two_sided shoppers and products are drawn apart, and a pair is told iff both are
 * treated. So a unit stays in its arm for ever, and raising the fraction only adds units. A held-out
 * candidate goes on through every later step as a ghost.
 *
 * consumes_slot true: a ghost counts in the throttle as a send does. False: it counts 0 and is stamped with
 * the next real send behind it in line; at the end of the line, with the batch.
 */
#include "rules.h"

static const char *const units[] = {"shopper", "product", "restock", "shopper_product", "two_sided", NULL};

const bis_field bis_holdout_fields[] = {
    {.path = "policy.holdout.fraction",
     .type = BIS_FIELD_REAL,
     .offset = offsetof(bis_policy, holdout.fraction),
     .unit = "share",
     .min = 0,
     .max = 1,
     .def = "0",
     .doc =
         "The share of shoppers, or of the other units, that are never told of, to compare the others with."},
    {.path = "policy.holdout.unit",
     .type = BIS_FIELD_CHOICE,
     .offset = offsetof(bis_policy, holdout.unit),
     .unit = "",
     .def = "shopper",
     .choices = units,
     .doc = "What is held out as a whole: a shopper, a product, one restock of a SKU, a shopper's pair with "
            "a product, or "
            "in two_sided a pair whose shopper or product is."},
    {.path = "policy.holdout.product_fraction",
     .type = BIS_FIELD_REAL,
     .offset = offsetof(bis_policy, holdout.product_fraction),
     .unit = "share",
     .min = 0,
     .max = 1,
     .def = "0",
     .active = "policy.holdout.unit=two_sided",
     .doc = "The share of products that are held out; fraction is then that of shoppers."},
    {.path = "policy.holdout.salt",
     .type = BIS_FIELD_TEXT,
     .offset = offsetof(bis_policy, holdout.salt),
     .size = BIS_SALT_SIZE,
     .unit = "",
     .def = "restocklab",
     .doc = "Another salt draws another group of held-out shoppers."},
    {.path = "policy.holdout.consumes_slot",
     .type = BIS_FIELD_BOOL,
     .offset = offsetof(bis_policy, holdout.consumes_slot),
     .unit = "",
     .def = "true",
     .doc = "Whether a held-out shopper uses up a place in a batch as a notified one does."},
};

static bis_arm arm_of(uint64_t salt, double fraction, const uint64_t *words, size_t n) {
    return bis_hash_fraction(salt, words, n) < fraction ? BIS_HELD_OUT : BIS_TREATED;
}

bis_arm bis_holdout_arm_of(uint64_t salt, double fraction, uint64_t unit_hash) {
    return arm_of(salt, fraction, &unit_hash, 1);
}

bis_arm bis_holdout_arm(const bis_holdout_setup *setup, uint64_t unit_hash) {
    return bis_holdout_arm_of(bis_hash_text(setup->salt), setup->fraction, unit_hash);
}

static bis_arm arm_for(const bis_holdout_setup *setup, uint64_t salt, uint64_t shopper, uint64_t product,
                       uint64_t sku, uint32_t restock) {
    const uint64_t occasion[] = {sku, restock}, pair[] = {shopper, product};
    switch ((bis_holdout_unit)setup->unit) {
    case BIS_UNIT_SHOPPER: return arm_of(salt, setup->fraction, &shopper, 1);
    case BIS_UNIT_PRODUCT: return arm_of(salt, setup->fraction, &product, 1);
    case BIS_UNIT_RESTOCK: return arm_of(salt, setup->fraction, occasion, 2);
    case BIS_UNIT_SHOPPER_PRODUCT: return arm_of(salt, setup->fraction, pair, 2);
    case BIS_UNIT_TWO_SIDED:
        if (arm_of(salt, setup->fraction, &shopper, 1) == BIS_HELD_OUT) return BIS_HELD_OUT;
        return arm_of(salt, setup->product_fraction, &product, 1);
    case BIS_UNIT_COUNT: break;
    }
    return BIS_TREATED;
}

bis_arm bis_holdout_arm_for(const bis_holdout_setup *setup, uint64_t shopper, uint64_t product, uint64_t sku,
                            uint32_t restock) {
    return arm_for(setup, bis_hash_text(setup->salt), shopper, product, sku, restock);
}

bis_arm bis_holdout_of(const bis_engine *e, const bis_shopper *who, bis_id sku, const bis_group *group) {
    const bis_holdout_setup *setup = &e->policy.holdout;
    if (setup->unit == BIS_UNIT_SHOPPER) return who->held_out ? BIS_HELD_OUT : BIS_TREATED;
    if (setup->unit == BIS_UNIT_RESTOCK && group->restock == BIS_NO_ID) return BIS_TREATED;
    bis_id restocked = setup->unit == BIS_UNIT_RESTOCK ? bis_restock_at(e, group->restock)->sku : sku;
    return arm_for(setup, e->salt, who->hash, bis_sku_at(e, sku)->product_hash,
                   bis_sku_at(e, restocked)->hash, group->ordinal);
}

const bis_rule bis_holdout_rule = {0};
