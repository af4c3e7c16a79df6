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
                                      "cancelled"};
static const char *const sources[] = {"notify_me", "wishlist", "cart", "browse"};
const char *const bis_scope_names[] = {"sku", "product", "category", "any", NULL};

#define COUNT(names) (sizeof(names) / sizeof((names)[0]))
_Static_assert(COUNT(statuses) == BIS_STATUS_COUNT, "a text for each status");
_Static_assert(COUNT(outcomes) == BIS_OUTCOME_COUNT, "a name for each outcome");
_Static_assert(COUNT(reasons) == BIS_REASON_COUNT, "a name for each reason");
_Static_assert(COUNT(sources) == BIS_SOURCE_COUNT, "a name for each source");

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
    return name(sources, COUNT(sources), (unsigned)s);
}
