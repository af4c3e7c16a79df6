/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * words.c - what the lift means, in sentences that claim no more than the intervals do.
 */
#include <math.h>
#include <string.h>

#include "reports/format.h"
#include "reports/sums.h"

enum { FEW = 10 };

/* ---- what is held out ---- */

typedef struct {
    const char *unit, *of, *by, *words;
} unit_words;

static const unit_words *unit_of(const store_run *run) {
    static const unit_words known[] = {
        {"shopper", "", "", "The shopper: she is in one arm for all products and restocks."},
        {"product", " of products", " Arms are drawn by product, so there are fewer than it seems.",
         "The product, for all its shoppers: a shopper has the arm of the product whose restock first "
         "reached "
         "her, and shares it with all the others, so there are fewer independent units than shoppers."},
        {"restock", " of restocks", " Arms are drawn by restock, so there are fewer than it seems.",
         "The restock, for all its candidates: a shopper has the arm of the first one that reached her, and "
         "may be in the other arm later."},
        {"shopper_product", " of pairs of shopper and product",
         " Arms are drawn by shopper and product: hers is that of the first one.",
         "The pair of shopper and product: a shopper has the arm of her first pair, and may be in the other "
         "arm with another product."},
        {"two_sided", " of shoppers",
         " Arms are drawn by shopper and by product: treated are those of whom neither is held out.",
         "Shoppers and products, apart: a shopper counts as treated if neither she nor the product whose "
         "restock first reached her is held out."},
    };
    for (size_t i = 0; run->unit && i < sizeof known / sizeof *known; i++)
        if (!strcmp(known[i].unit, run->unit)) return &known[i];
    return &known[0];
}

format_text sums_held_out(const store_run *run) {
    format_text out, products = format_number(run->holdout_products, "share");
    bool two_sided = run->unit && !strcmp(run->unit, "two_sided");
    snprintf(out.text, sizeof out.text, "%.24s%s%s%.24s%s held out",
             format_number(run->holdout, "share").text, unit_of(run)->of, two_sided ? " and " : "",
             two_sided ? products.text : "", two_sided ? " of products" : "");
    return out;
}

const char *sums_unit_words(const store_run *run) {
    return unit_of(run)->words;
}

/* ---- policies against each other ---- */

static const char *const past_unlogged = "There is no log of what the shop sent at the time: what earlier "
                                         "notices brought about is among the trace's "
                                         "purchases, and counts as organic.";
static const char *const past_logged =
    "Purchases of the trace that followed a notice of the shop's own log are replayed as they are and "
    "counted "
    "apart (trace_purchases_sent): without that notice some of them would not have been made. All others "
    "count as organic.";

bool sums_has_trace(const store_run *run, const char *name) {
    for (size_t i = 0; i < run->traces; i++)
        if (run->trace[i].name && strcmp(run->trace[i].name, name) == 0) return true;
    return false;
}

const char *sums_past_pushes(const store_run *run) {
    if (!sums_has_trace(run, "events")) return NULL;
    return sums_has_trace(run, "sends") ? past_logged : past_unlogged;
}

const char *const sums_arms_caveat =
    "All arms sell from one shelf: a unit that goes to a shopper of one cannot go to one of another. So a "
    "difference between arms is not what the shop would gain by giving everybody one of the policies. For "
    "that "
    "run each alone on the same random numbers, with restocklab compare.";

/* ---- the lift ---- */

typedef struct {
    FILE *out;
    const report_value *naive, *truth, *bias, *store;
} lift_words;

/* Whether an interval is to the right or the left of 0, or holds it. */
static int side(const report_value *v) {
    return v->lo > 0 ? 1 : v->hi < 0 ? -1 : 0;
}

static void say_naive(const lift_words *w) {
    if (w->naive->n < 2)
        fprintf(w->out,
                "The holdout says %s orders per unit in the one replication that has both arms: too few for "
                "an interval.",
                format_signed(w->naive->mean, "orders per unit").text);
    else
        fprintf(w->out, "The holdout says %s orders per unit.", format_mean_interval(w->naive).text);
}

static void say_bias(const lift_words *w) {
    const report_value *b = w->bias;
    fprintf(w->out, " The truth is %s.", format_mean_interval(w->truth).text);
    if (b->n < 2) {
        fprintf(w->out, " One replication says nothing on the difference (%s): run more.",
                format_signed(b->mean, b->metric->unit).text);
        return;
    }
    if (side(b) == 0) {
        fprintf(w->out, " Their difference, %s, cannot be told from 0.", format_mean_interval(b).text);
        return;
    }
    fprintf(w->out, " Shared stock makes the test %s it by %s", b->mean > 0 ? "overstate" : "understate",
            format_number(fabs(b->mean), b->metric->unit).text);
    if (b->mean > 0 && side(w->truth) > 0)
        fprintf(w->out, ", a factor of %.2f", w->naive->mean / w->truth->mean);
    fputs(".", w->out);
}

/* Worth a word where less than half of what these shoppers gained is left. */
static void say_store(const lift_words *w) {
    if (side(w->truth) <= 0 || w->store->n < 2 || w->store->mean > w->truth->mean / 2) return;
    fprintf(w->out,
            " Over the whole store the push brought %s orders per unit: %s these shoppers got was taken from "
            "others.",
            format_mean_interval(w->store).text,
            w->store->mean < w->truth->mean / 20 ? "nearly all that" : "most of what");
}

void sums_lift_words(const report_summary *s, char *out, size_t size) {
    lift_words w = {fmemopen(out, size, "w"), report_find(s, "lift_abs"), report_find(s, "lift_true"),
                    report_find(s, "bias"), report_find(s, "lift_true_store")};
    *out = 0;
    if (!w.out) return;
    if (w.naive->n == 0) {
        fputs("No lift: nobody was held out, or nobody was treated.", w.out);
        if (w.truth->n)
            fprintf(w.out, " The truth is %s orders per unit.", format_mean_interval(w.truth).text);
    } else {
        say_naive(&w);
        if (w.bias->n)
            say_bias(&w), say_store(&w);
        else
            fputs(" Both arms buy from the same shelf, so this can be far from the truth: run with --twins "
                  "to see it.",
                  w.out);
    }
    if (w.naive->n) fputs(unit_of(s->run)->by, w.out);
    if (s->run->trials > 1 && s->run->trials < FEW)
        fprintf(w.out, " %zu replications are few: take the intervals as rough.", s->run->trials);
    fclose(w.out);
    out[size - 1] = 0;
}
