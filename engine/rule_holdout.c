/* SPDX-License-Identifier: MIT
 *
 * rule_holdout.c - who is held out, as a control group.
 *
 * A unit's arm is a pure function of the salt and its hash: the hash is read as a fraction in [0, 1) and held
 * out iff below holdout.fraction. So a unit stays in its arm for ever, and raising the fraction only adds
 * units. A held-out candidate goes on through every later step as a ghost.
 *
 * consumes_slot true: a ghost counts in the throttle as a send does. False: it counts 0 and is stamped with
 * the next real send behind it in line; at the end of the line, with the batch.
 */
#include "rules.h"

const bis_field bis_holdout_fields[] = {
    {.path = "policy.holdout.fraction",
     .type = BIS_FIELD_REAL,
     .offset = offsetof(bis_policy, holdout.fraction),
     .unit = "share",
     .min = 0,
     .max = 1,
     .def = "0",
     .doc = "The share of shoppers who are never told, so that the others can be compared with them."},
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

bis_arm bis_holdout_arm_of(uint64_t salt, double fraction, uint64_t unit_hash) {
    return bis_hash_fraction(salt, &unit_hash, 1) < fraction ? BIS_HELD_OUT : BIS_TREATED;
}

bis_arm bis_holdout_arm(const bis_holdout_setup *setup, uint64_t unit_hash) {
    return bis_holdout_arm_of(bis_hash_text(setup->salt), setup->fraction, unit_hash);
}

const bis_rule bis_holdout_rule = {0};
