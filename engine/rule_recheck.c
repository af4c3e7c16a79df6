/* SPDX-License-Identifier: MIT
 *
 * rule_recheck.c - looks again at the moment of a put-off send.
 *
 * At that moment the rules marked `rechecks` (consent, reachability, recent purchase, recent notice, caps)
 * judge once more, and a "no" drops the candidate. Stock is always looked at: a send that falls due while the
 * campaign is paused waits for the end of the pause. Interest windows are not looked at again: the slot was
 * won in time.
 */
#include "rules.h"

const bis_field bis_recheck_fields[] = {
    {.path = "policy.recheck_before_send",
     .type = BIS_FIELD_BOOL,
     .offset = offsetof(bis_policy, recheck.before_send),
     .unit = "",
     .def = "true",
     .doc = "Look again at consent, devices, purchases, notices and caps when a put-off send falls due."},
};

const bis_rule bis_recheck_rule = {0};
