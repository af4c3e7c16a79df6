/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rows_page.c - parameter rows of what happens on the shop's pages: where a click leads, what is bought
 * instead of what is sold out, and whether the shop knows who it was.
 */
#include "scenarios/rows.h"

#define TARGET(NAME, ID, DEF, WHAT)                                                                          \
    REAL("landing.target." NAME, AT(landing.target[ID]), "weight", 0, 1e6, DEF, NULL,                        \
         "Weight of links that go to " WHAT "; the three are brought to a sum of 1. No public source.")
#define FIND(NAME, ID, WHAT)                                                                                 \
    SHARE("landing.find_variant." NAME, AT(landing.ID), "1", NULL,                                           \
          "Chance that she finds her variant from " WHAT                                                     \
          "; else she neither buys nor finds it sold out. No public source.")

const bis_field scenario_page_rows[] = {
    TARGET("variant", MODEL_PAGE_VARIANT, "1", "the variant's page"),
    TARGET("product", MODEL_PAGE_PRODUCT, "0", "the product's page"),
    TARGET("home", MODEL_PAGE_HOME, "0", "the shop's home page"),
    FIND("product", find_product, "the product's page"),
    FIND("home", find_home, "the home page"),
    SHARE("landing.failure", AT(landing.failure), "0", NULL,
          "Chance that a link does not open, so that no page shows. No public source."),
    SPAN_DIST("landing.delay", landing.delay, "", "fixed", "0", "1", "1", "5s",
              "Distribution of the time from the click to the page; no public source."),
    REAL("landing.abandon_per_s", AT(landing.abandon_per_s), "per second", 0, 100, "0", NULL,
         "Hazard of leaving before the page shows: after s seconds 1 - exp(-hazard x s) have left. No public "
         "source."),

    SHARE(
        "substitution.within", AT(substitution.within), "0", NULL,
        "Chance that who finds her variant sold out buys another variant of the product, if one is there: on "
        "landing from a message, at the checkout, and whenever she comes back by herself. No public source."),
    SHARE("substitution.across", AT(substitution.across), "0", NULL,
          "Else, chance that she buys another product in her variant if all are there; one by popularity, "
          "and less "
          "likely the more are sold out. No public source."),
    ROW("substitution.visits", BIS_FIELD_BOOL, AT(substitution.visits), "", 0, 0, "false", NULL,
        "Whether shoppers who would have bought on a visit do so, too, and then leave no signal."),
    ROW("substitution.organic", BIS_FIELD_BOOL, AT(substitution.organic), "", 0, 0, "false", NULL,
        "Whether anonymous buyers do so, too; they are not lost then."),
    SHARE(
        "substitution.one_need", AT(substitution.one_need), "0", NULL,
        "Share of shoppers for whom any product does: once such a shopper has bought one, her wishes for all "
        "others end, and on visits she neither buys nor leaves a signal. No public source."),

    SHARE("identity.other_device", AT(identity.other_device), "0", NULL,
          "Share of clicks, and of orders by known shoppers without one, that happen on another device. No "
          "public "
          "source."),
    SHARE("identity.link_rate", AT(identity.link_rate), "0", NULL,
          "Share of these that the shop can tell to be hers. The others are clicks that it does not see, and "
          "orders "
          "of somebody unknown. No public source."),
};
const size_t scenario_page_row_count = sizeof scenario_page_rows / sizeof scenario_page_rows[0];
