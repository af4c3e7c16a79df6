/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rows_money.c - parameter rows of what follows an order, of costs, of support, of paid retargeting and of
 * other campaigns. No public source gives any of these for a shop that one does not know.
 */
#include "scenarios/rows.h"

static const char *const kinds[] = {"newsletter", "price_drop", "abandoned_cart", NULL};
static const char *const channels[] = {"push", "email", "sms", "in_app", NULL};
_Static_assert(sizeof channels / sizeof(char *) == BIS_CHANNEL_COUNT + 1, "a name for each channel");

static const bis_field_list campaigns = {
    .path = "campaigns",
    .offset = AT(campaigns.campaign),
    .stride = sizeof(model_campaign),
    .count_offset = AT(campaigns.n),
    .max = MODEL_CAMPAIGNS_MAX,
    .doc = "What else the shop sends, which uses up the policy's caps. Without a list, nothing.",
};

#define COST(NAME, M, WHAT)                                                                                  \
    REAL("costs." NAME, AT(costs.M), "money", 0, 1e9, "0", NULL, "Money for " WHAT ". No public source.")

#define OF_CAMPAIGN(NAME, M, CHOICES, DEF, DOC)                                                              \
    {                                                                                                        \
        .path = "campaigns[]." NAME, .type = BIS_FIELD_CHOICE, .offset = offsetof(model_campaign, M),        \
        .unit = "", .def = (DEF), .choices = (CHOICES), .list = &campaigns, .doc = (DOC)                     \
    }

const bis_field scenario_money_rows[] = {
    SPAN_DIST("orders.cancel_after", after_order.cancel_after, "", "fixed", "0", "1", "1", "1d",
              "Distribution of the time from an oversold order to its cancellation. No public source."),
    SHARE(
        "orders.return_rate", AT(after_order.return_rate), "0", NULL,
        "Chance that an order that was not oversold is sent back; 0 switches returns off. No public source."),
    SPAN_DIST(
        "orders.return_delay", after_order.return_delay, "", "lognormal", "10d", "0.5", "0.5", "30d",
        "Distribution of the time from an order to its return; one after the end of the run is none. No "
        "public source."),
    SHARE("orders.return_restocks", AT(after_order.return_restocks), "1", NULL,
          "Chance that a unit sent back can be sold again; it is then on hand at once. No public source."),

    COST("push", push, "each push handed over to a device, whatever it is about"),
    COST("email", email, "each e-mail"),
    COST("sms", sms, "each SMS"),
    COST("in_app", in_app, "each in-app note"),
    COST("support", support, "each contact with support"),
    COST("cancellation", cancellation, "each oversold order that is cancelled"),
    COST("return", returned, "each order that is sent back, besides its margin"),

    SHARE(
        "support.sold_out", AT(support.sold_out), "0", NULL,
        "Chance that she contacts support after a message led her to a sold-out page, or to a unit that was "
        "gone before she had paid. No public source."),
    SHARE("support.oversold", AT(support.oversold), "0", NULL,
          "Chance that the buyer contacts support when an order is cancelled. No public source."),
    SHARE("support.return", AT(support.returned), "0", NULL,
          "Chance that the buyer contacts support when an order is sent back. No public source."),

    SHARE(
        "retargeting.reach", AT(retargeting.reach), "0", NULL,
        "Share of lost shoppers - who left on a sold-out page, or whose interest lapsed - who are shown paid "
        "ads; 0 switches retargeting off. No public source."),
    SPAN_DIST("retargeting.delay", retargeting.delay, "", "exponential", "1d", "1", "1", "2d",
              "Distribution of the time from the loss to the ads. No public source."),
    SHARE("retargeting.buy", AT(retargeting.buy), "0.02", NULL,
          "Chance that ads bring an order if the storefront shows stock then. No public source."),
    REAL("retargeting.cost", AT(retargeting.cost), "money", 0, 1e9, "0.5", NULL,
         "Money for each time that a lost shopper is shown ads. No public source."),

    OF_CAMPAIGN(
        "kind", kind, kinds, "newsletter",
        "Whom it goes to, if they let the shop: everybody; those who want something at the time; or those "
        "of them whose last signal was a cart."),
    OF_CAMPAIGN("channel", channel, channels, "push", "How it reaches them."),
    ELEMENT(campaigns, "campaigns[].rate", BIS_FIELD_REAL, offsetof(model_campaign, rate), 0,
            "messages per shopper and day", 0, 1000, NULL, NULL,
            "How often each of them is told something, at Poisson times."),
};
const size_t scenario_money_row_count = sizeof scenario_money_rows / sizeof scenario_money_rows[0];
