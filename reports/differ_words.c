/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * differ_words.c - what the reasons mean for people. Those of the ledger are in docs/ENGINE.md at length.
 */
#include "reports/differ_inside.h"

#include <string.h>

typedef struct {
    const char *reason, *words;
} entry;

static const entry words[] = {
    {"ghost", "held out"},
    {"ghost_before", "held out in an earlier restock, and has not asked again"},
    {"told_before", "told in an earlier restock, and has not asked again"},
    {"not_in_line", "not in line: had not asked by then, or no longer waited"},
    {"no_such_restock", "no campaign of this SKU on a restock at that time"},
    {"waiting/stock_gone", "in line, but the stock was gone before the turn came"},
    {"waiting/throttled", "in line, but the throttle had not come so far by the end"},
    {"waiting/below_min_stock", "in line, but too little stock to tell anyone at the end"},
    {"waiting/stage_pending", "in line, but the stage had not opened by the end"},
    {"waiting/quiet_hours", "in line, but in quiet hours at the end"},
    {"waiting/recent_notice", "in line, but just told of another restock at the end"},
    {"waiting/capped", "in line, but at the cap on messages at the end"},
    {"waiting/several", "in line at the end, left over for one of several reasons"},
    {"expired/campaign_expired", "in line, but the campaign expired first"},
    {"expired/out_of_window", "the interest was too old"},
    {"suppressed/variant_mismatch", "wants another variant"},
    {"suppressed/quantity_short", "wants more units than there were"},
    {"suppressed/duplicate", "told of another variant in the same restock"},
    {"suppressed/no_consent", "no consent"},
    {"suppressed/no_consent_behavioural", "no consent to use behaviour"},
    {"suppressed/no_device", "no device to reach"},
    {"suppressed/recent_purchase", "bought lately"},
    {"suppressed/recent_return", "sent one back lately"},
    {"suppressed/recent_notice", "notified lately"},
    {"suppressed/capped", "at the cap on messages"},
    {"dropped/quiet_hours", "in quiet hours when the turn came"},
    {"dropped/stock_gone", "queued, but the stock was gone before the send"},
    {"dropped/cancelled", "left the line"},
    {"order_cancelled", "ordered a unit that did not exist: cancelled"},
    {"order_returned", "ordered, and sent it back"},
    {"in_stock", "told, and saw it in stock, but did not order"},
    {"not_shown", "told, but the push was not shown by the end"},
    {"not_opened", "told, but did not open it"},
    {"not_clicked", "told and opened it, but did not click"},
    {"no_push", "not told on either side"},
};

/* Of reasons with a detail behind the slash. */
static const entry families[] = {
    {"dropped/", "queued, but turned away at the second look before the send"},
    {"push/", "told, but the push failed"},
    {"page/", "told and clicked, but did not get to see the page"},
    {"sold_out/", "told and clicked, but it was sold out"},
    {"suppressed/", "turned away"},
    {"expired/", "too late"},
    {"waiting/", "in line, not reached"},
};

const char *differ_words(const char *reason) {
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].reason, reason) == 0) return words[i].words;
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (strncmp(families[i].reason, reason, strlen(families[i].reason)) == 0) return families[i].words;
    return "";
}
