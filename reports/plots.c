/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * plots.c - the plot table.
 */
#include "reports/plots.h"

static const report_plot table[] = {
    {"stock", "Stock and sends over time",
     "Upper panel: units on hand in the first replication, as they truly are and as the engine's feed and "
     "the storefront "
     "show them; the pale area is the mean truth over all replications. Where a line stays up after the "
     "truth fell, "
     "pushes or orders go out for units that are gone. Lower panel: sends and ghosts of the first "
     "replication.",
     520, plot_has_trials, plot_stock},
    {"first_day", "The first day after a restock",
     "Everything counted from the true restock, summed over restocks and replications and divided by their "
     "number. "
     "Top: units left and the orders that took them; what a trace takes away is not drawn. Middle: pushes "
     "sent. "
     "Bottom: clicks that landed on sold out. A push is "
     "well timed if sends stop before sold-out clicks start.",
     620, plot_has_restocks, plot_first_day},
    {"funnel", "From send to order",
     "Means over replications. Each share is of the step before. The last step counts clicked sends that an "
     "order "
     "is credited to; sends, not people.",
     330, plot_has_sends, plot_funnel},
    {"ledger", "Where the candidates went",
     "Read from the top: all candidates of all restocks, then what each rule took away, and what is left: "
     "sent and, in "
     "the holdout, ghosts. Every candidate is in exactly one bar, so the bars meet.",
     480, plot_has_candidates, plot_ledger},
    {"sold_out", "Sold-out clicks by cause",
     "Mean per replication with 95 % intervals. A late feed or storefront is cured by faster data, a batch "
     "too large by "
     "a smaller one, organic buyers by reserving units; late opens by sending in a better hour.",
     360, plot_has_sold_out, plot_sold_out},
    {"revenue", "Revenue by arm",
     "Net revenue of a unit of the experiment from its first holdout step on, by assignment, with 95 % "
     "intervals over "
     "replications. Held-out shoppers buy too: only the difference can be due to the push.",
     260, plot_has_arms, plot_revenue},
    {"lift", "Lift: the estimate beside the truth",
     "Each line is one replication, the first 30 at most: what a single test of this size would report, with "
     "its "
     "own 95 % interval. The blue "
     "band is the interval of the mean estimate over replications. With twins, orange marks are the true "
     "effect, "
     "measured by running the same random numbers with everyone and with nobody treated.",
     560, plot_has_arms, plot_lift},
    {"purchase_time", "Time from send to order",
     "Orders credited to a send, all replications together, on a logarithmic time axis.", 340,
     plot_has_purchases, plot_purchase_time},
    {"depletion", "How long the units last after the first send",
     "Restocks with a send, all replications together: when the last unit went, and, in grey, where the next "
     "restock or "
     "the end of the run came first so that it stays unknown.",
     340, plot_has_depletions, plot_depletion},
    {"warmup", "When the shop settles",
     "Means over all replications from the start on; the warm-up, which no metric counts, is shaded. The "
     "broken line "
     "is where MSER-5 would begin to count this series; where there is none, the series does not settle in "
     "the first "
     "half. A warm-up is long enough where the line to its right keeps no trend that the start explains.",
     700, plot_has_warmup, plot_warmup},
};

const report_plot *report_plots(size_t *n) {
    *n = sizeof table / sizeof *table;
    return table;
}
