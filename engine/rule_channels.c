/* SPDX-License-Identifier: MIT
 *
 * rule_channels.c - e-mail, SMS or an in-app note after a push that was not enough; see flight.c.
 */
#include "rules.h"

static const char *const conditions[] = {"not_opened", "not_bought", NULL};

static const bis_field_list channels = {
    .path = "policy.channels",
    .offset = offsetof(bis_policy, channels.followup),
    .stride = sizeof(bis_followup),
    .count_offset = offsetof(bis_policy, channels.n),
    .max = BIS_FOLLOWUPS_MAX,
    .doc = "Messages by other channels that follow a push while units are left.",
};

const bis_field bis_channels_fields[] = {
    {.path = "policy.channels[].name",
     .type = BIS_FIELD_CHOICE,
     .offset = offsetof(bis_followup, channel),
     .unit = "",
     .def = "email",
     .choices = bis_channel_names,
     .list = &channels,
     .doc = "The channel: email, sms or in_app."},
    {.path = "policy.channels[].after",
     .type = BIS_FIELD_DURATION,
     .offset = offsetof(bis_followup, after),
     .unit = "",
     .min = 1,
     .max = BIS_SPAN_MAX,
     .def = "24h",
     .list = &channels,
     .doc = "How long after the push it goes out."},
    {.path = "policy.channels[].if",
     .type = BIS_FIELD_CHOICE,
     .offset = offsetof(bis_followup, condition),
     .unit = "",
     .def = "not_bought",
     .choices = conditions,
     .list = &channels,
     .doc = "To those who have not opened the push or its reminders, or to those who have not bought."},
};

static const char *check(const bis_policy *p) {
    for (size_t i = 0; i < p->channels.n; i++)
        if (p->channels.followup[i].channel == BIS_PUSH)
            return "policy.channels[].name: a second push is a reminder, see policy.reminder; here it is "
                   "email, sms or in_app";
    return NULL;
}

const bis_rule bis_channels_rule = {.check = check};
