/* SPDX-License-Identifier: MIT
 *
 * rule_reminder.c - a second push to those who have not bought, while units are left; see flight.c.
 */
#include "rules.h"

const bis_field bis_reminder_fields[] = {
    {.path = "policy.reminder.after",
     .type = BIS_FIELD_DURATION,
     .offset = offsetof(bis_policy, reminder.after),
     .unit = "",
     .min = 0,
     .max = BIS_SPAN_MAX,
     .def = "0s",
     .doc = "A reminder goes out so long after the push before it, if she has not bought; 0: none."},
    {.path = "policy.reminder.max",
     .type = BIS_FIELD_INT,
     .offset = offsetof(bis_policy, reminder.max),
     .unit = "reminders",
     .min = 1,
     .max = 100,
     .def = "1",
     .doc = "How many reminders of one restock a shopper may get."},
    {.path = "policy.reminder.min_stock",
     .type = BIS_FIELD_INT,
     .offset = offsetof(bis_policy, reminder.min_stock),
     .unit = "units",
     .min = 1,
     .max = BIS_UNITS_MAX,
     .def = "1",
     .doc = "A reminder goes out only while the feed shows at least so many."},
};

const bis_rule bis_reminder_rule = {0};
