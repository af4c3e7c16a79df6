/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rows_page.c - parameter rows of what happens on the shop's pages: what is bought instead of what is sold
 * out.
 */
#include "scenarios/rows.h"

const bis_field scenario_page_rows[] = {
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
};
const size_t scenario_page_row_count = sizeof scenario_page_rows / sizeof scenario_page_rows[0];
