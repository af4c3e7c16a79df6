/* SPDX-License-Identifier: MIT
 *
 * names.c - stable texts of the enums. Logs and stores hold them, so they never change.
 */
#include "rules.h"

static const char *const statuses[] = {"ok", "out of memory", "bad policy", "bad event", "time went back"};
static const char *const outcomes[] = {"queued",  "sent",    "ghost",  "suppressed",
                                       "dropped", "expired", "waiting"};
static const char *const reasons[] = {"none",
                                      "out_of_window",
                                      "no_consent",
                                      "no_consent_behavioural",
                                      "no_device",
                                      "recent_purchase",
                                      "recent_notice",
                                      "capped",
                                      "below_min_stock",
                                      "throttled",
                                      "stock_gone",
                                      "campaign_expired",
                                      "cancelled",
                                      "variant_mismatch",
                                      "duplicate",
                                      "recent_return",
                                      "quiet_hours",
                                      "stage_pending",
                                      "quantity_short"};
const char *const bis_source_names[] = {"notify_me", "wishlist", "cart", "browse", NULL};
const char *const bis_channel_names[] = {"push", "email", "sms", "in_app", NULL};
const char *const bis_kind_names[] = {"restock", "reminder", "followup", "predictive", "other", NULL};
const char *const bis_scope_names[] = {"sku", "product", "category", "any", NULL};
const char *const bis_on_names[] = {"drop", "defer", NULL};

#define COUNT(names) (sizeof(names) / sizeof((names)[0]))
_Static_assert(COUNT(statuses) == BIS_STATUS_COUNT, "a text for each status");
_Static_assert(COUNT(outcomes) == BIS_OUTCOME_COUNT, "a name for each outcome");
_Static_assert(COUNT(reasons) == BIS_REASON_COUNT, "a name for each reason");
_Static_assert(COUNT(bis_source_names) == BIS_SOURCE_COUNT + 1, "a name for each source");
_Static_assert(COUNT(bis_channel_names) == BIS_CHANNEL_COUNT + 1, "a name for each channel");
_Static_assert(COUNT(bis_kind_names) == BIS_KIND_COUNT + 1, "a name for each kind");

static const char *name(const char *const *names, size_t n, unsigned i) {
    return i < n ? names[i] : "unknown";
}

const char *bis_status_text(bis_status s) {
    return name(statuses, COUNT(statuses), (unsigned)s);
}
const char *bis_outcome_name(bis_outcome o) {
    return name(outcomes, COUNT(outcomes), (unsigned)o);
}
const char *bis_reason_name(bis_reason r) {
    return name(reasons, COUNT(reasons), (unsigned)r);
}
const char *bis_source_name(bis_source s) {
    return name(bis_source_names, BIS_SOURCE_COUNT, (unsigned)s);
}
const char *bis_channel_name(bis_channel c) {
    return name(bis_channel_names, BIS_CHANNEL_COUNT, (unsigned)c);
}
const char *bis_kind_name(bis_kind k) {
    return name(bis_kind_names, BIS_KIND_COUNT, (unsigned)k);
}
