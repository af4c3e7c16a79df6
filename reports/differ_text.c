/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * differ_text.c - the differences of shoppers and restocks in the summary, as tables and as a document.
 */
#include <math.h>
#include <stdlib.h>

#include "reports/differ_inside.h"
#include "reports/document.h"

enum { TOLD = 3 }; /* reasons of each kind in the summary */

format_text differ_of_pairs(const report_differences *d) {
    const char *first = d->trials < d->of ? "the first " : "";
    format_text t;
    if (d->trials == 1)
        snprintf(t.text, sizeof t.text, "of %s pair", *first ? "the first" : "one");
    else
        snprintf(t.text, sizeof t.text, "means over %s%zu pairs", first, d->trials);
    return t;
}

/* ---- text ---- */

static double sum(const double cell[DIFFER_CELLS]) {
    return cell[DIFFER_BOTH] + cell[DIFFER_BASE_ONLY] + cell[DIFFER_CANDIDATE_ONLY];
}

static void put_cells(FILE *out, const char *what, const double cell[DIFFER_CELLS], double shoppers) {
    fprintf(out, "  %-33s%11s%12s%17s%11s\n", what, format_count(cell[DIFFER_BOTH]).text,
            format_count(cell[DIFFER_BASE_ONLY]).text, format_count(cell[DIFFER_CANDIDATE_ONLY]).text,
            format_count(shoppers - sum(cell)).text);
}

static void put_reasons(FILE *out, const char *did, const char *says, double n, const differ_list *list) {
    double others = list->others;
    if (list->n == 0) return;
    fprintf(out, "  %s alone, pairs of shopper and SKU: %s. The %s says\n", did, format_count(n).text, says);
    for (size_t i = 0; i < list->n; i++) {
        const differ_top *top = &list->top[i];
        if (i < TOLD)
            fprintf(out, "  %9s  %-34s %s\n", format_count(top->n).text, top->reason,
                    differ_words(top->reason));
        else
            others += top->n;
    }
    if (others > 0) fprintf(out, "  %9s  other reasons\n", format_count(others).text);
}

static void put_restocks(FILE *out, const report_differences *d) {
    const double *n = d->restocks;
    if (n[DIFFER_BASE_ONLY] + n[DIFFER_CANDIDATE_ONLY] <= 0) return;
    fprintf(out,
            "  Restocks with a campaign in both: %s; in base alone %s, in candidate alone %s. These came at "
            "another\n"
            "  time or opened no campaign on the other side, and are not compared.\n",
            format_count(n[DIFFER_BOTH]).text, format_count(n[DIFFER_BASE_ONLY]).text,
            format_count(n[DIFFER_CANDIDATE_ONLY]).text);
}

void report_differences_text(FILE *out, const report_differences *d) {
    if (d->trials == 0) {
        fprintf(out, "\nShoppers and restocks are not compared one by one: %s.\n", d->why_not);
        return;
    }
    fprintf(out, "\nWho (%s shoppers, %s)\n", format_count(d->shoppers).text, differ_of_pairs(d).text);
    fprintf(out, "  %-33s%11s%12s%17s%11s\n", "", "both", "base alone", "candidate alone", "neither");
    put_cells(out, "told that it is back", d->told, d->shoppers);
    put_cells(out, "with a net order", d->ordered, d->shoppers);
    if (d->at_another_time > 0)
        fprintf(out, "  Told in both, but at another time: %s pairs of shopper and SKU; median %s %s.\n",
                format_count(d->at_another_time).text, format_span(fabs(d->shift_s)).text,
                d->shift_s < 0 ? "earlier in candidate" : "later in candidate");
    put_reasons(out, "Told in base", "candidate", d->pairs_told[DIFFER_BASE_ONLY],
                &d->told_why[DIFFER_CANDIDATE]);
    put_reasons(out, "Told in candidate", "base", d->pairs_told[DIFFER_CANDIDATE_ONLY],
                &d->told_why[DIFFER_BASE]);
    put_reasons(out, "Ordered in base", "candidate", d->pairs_ordered[DIFFER_BASE_ONLY],
                &d->ordered_why[DIFFER_CANDIDATE]);
    put_reasons(out, "Ordered in candidate", "base", d->pairs_ordered[DIFFER_CANDIDATE_ONLY],
                &d->ordered_why[DIFFER_BASE]);
    put_restocks(out, d);
}

/* ---- tables ---- */

static void put_time(FILE *out, int64_t at) {
    if (at == STORE_NONE)
        fputc(',', out);
    else
        fprintf(out, ",%lld", (long long)at);
}

void report_differences_shoppers_csv(FILE *out, const report_differences *d) {
    fputs("replication,shopper,sku,base,base_at,base_why,base_orders,base_order_why,candidate,candidate_at,"
          "candidate_why,candidate_orders,candidate_order_why\n",
          out);
    for (size_t i = 0; i < d->trials; i++) {
        const differ_trial *t = &d->trial[i];
        for (size_t k = 0; k < t->pairs; k++) {
            const differ_pair *p = &t->pair[k];
            fprintf(out, "%u,%u,%u", t->replication, p->shopper, p->sku);
            for (int side = 0; side < DIFFER_SIDES; side++) {
                fprintf(out, ",%s", p->told_at[side] == STORE_NONE ? "not_told" : "told");
                put_time(out, p->told_at[side]);
                fprintf(out, ",%s,%u,%s", t->reasons.text[p->told_why[side]], p->orders[side],
                        t->reasons.text[p->order_why[side]]);
            }
            fputc('\n', out);
        }
    }
}

/* "reason n; reason n" */
static void put_whys(FILE *out, const differ_trial *t, size_t from, size_t to, int deed, int side) {
    const char *between = "";
    fputc(',', out);
    for (size_t i = from; i < to; i++) {
        if (t->why[i].deed != deed || t->why[i].side != side) continue;
        fprintf(out, "%s%s %u", between, t->reasons.text[t->why[i].reason], t->why[i].n);
        between = "; ";
    }
}

static void put_restock(FILE *out, const differ_trial *t, uint32_t restock, size_t from, size_t to) {
    const differ_restock *r = &t->restock[restock];
    fprintf(out, "%u,%u,%lld", t->replication, r->sku, (long long)r->at);
    for (int side = 0; side < DIFFER_SIDES; side++) {
        if (r->there[side])
            fprintf(out, ",%u,%u,%u", r->sends[side], r->orders[side], r->sold_out[side]);
        else
            fputs(",,,", out);
        for (int deed = 0; deed < DIFFER_DEEDS; deed++)
            put_whys(out, t, from, to, deed, side);
    }
    fputc('\n', out);
}

void report_differences_restocks_csv(FILE *out, const report_differences *d) {
    fputs("replication,sku,restocked_at,base_sends,base_orders,base_sold_out_clicks,base_why,base_order_why,"
          "candidate_sends,candidate_orders,candidate_sold_out_clicks,candidate_why,candidate_order_why\n",
          out);
    for (size_t i = 0; i < d->trials; i++) {
        const differ_trial *t = &d->trial[i];
        for (size_t k = 0, from = 0, to; k < t->restocks; k++, from = to) {
            const differ_restock *r = &t->restock[k];
            for (to = from; to < t->whys && t->why[to].restock == k; to++) {
            }
            bool same = r->there[0] == r->there[1] && r->sends[0] == r->sends[1] &&
                        r->orders[0] == r->orders[1] && r->sold_out[0] == r->sold_out[1];
            if (!same || from < to) put_restock(out, t, (uint32_t)k, from, to);
        }
    }
}

/* ---- the document ---- */

static int set_cells(json_t *into, const char *key, const double cell[DIFFER_CELLS], double of) {
    json_t *one = json_object();
    int bad = json_object_set_new(into, key, one);
    bad |= json_object_set_new(one, "both", document_number(cell[DIFFER_BOTH]));
    bad |= json_object_set_new(one, "base_only", document_number(cell[DIFFER_BASE_ONLY]));
    bad |= json_object_set_new(one, "candidate_only", document_number(cell[DIFFER_CANDIDATE_ONLY]));
    return isnan(of) ? bad : bad | json_object_set_new(one, "neither", document_number(of - sum(cell)));
}

static int set_reasons(json_t *into, const char *key, const differ_list *list) {
    json_t *all = json_array();
    int bad = json_object_set_new(into, key, all);
    for (size_t i = 0; i < list->n && !bad; i++) {
        json_t *one = json_object();
        bad |= json_array_append_new(all, one);
        bad |= json_object_set_new(one, "reason", json_string(list->top[i].reason));
        bad |= json_object_set_new(one, "n", document_number(list->top[i].n));
    }
    if (list->others <= 0 || bad) return bad;
    json_t *one = json_object();
    bad |= json_array_append_new(all, one);
    bad |= json_object_set_new(one, "reason", json_string("other"));
    return bad | json_object_set_new(one, "n", document_number(list->others));
}

static json_t *restock_of(const differ_restock_sum *r) {
    static const char *const side[DIFFER_SIDES] = {"base", "candidate"};
    json_t *one = json_object();
    int bad = json_object_set_new(one, "sku", json_integer(r->sum.sku));
    bad |= json_object_set_new(one, "restocked_at", json_integer(r->sum.at));
    bad |= json_object_set_new(one, "replications", document_integer(r->replications));
    for (int k = 0; k < DIFFER_SIDES; k++) {
        json_t *its = json_object();
        bad |= json_object_set_new(one, side[k], its);
        bad |= json_object_set_new(its, "sends", document_number(r->sum.sends[k] / r->replications));
        bad |= json_object_set_new(its, "orders", document_number(r->sum.orders[k] / r->replications));
        bad |= json_object_set_new(its, "sold_out_clicks",
                                   document_number(r->sum.sold_out[k] / r->replications));
        bad |= set_reasons(its, "why_not_told", &r->why[DIFFER_TOLD][k]);
        bad |= set_reasons(its, "why_not_ordered", &r->why[DIFFER_ORDERED][k]);
    }
    if (!bad) return one;
    json_decref(one);
    return NULL;
}

static int set_who(json_t *doc, const report_differences *d) {
    json_t *shoppers = json_object(), *pairs = json_object(), *reasons = json_object();
    int bad = json_object_set_new(doc, "shoppers", shoppers);
    bad |= json_object_set_new(shoppers, "count", document_integer(d->shoppers));
    bad |= set_cells(shoppers, "told", d->told, d->shoppers);
    bad |= set_cells(shoppers, "ordered", d->ordered, d->shoppers);
    bad |= json_object_set_new(doc, "pairs", pairs);
    bad |= set_cells(pairs, "told", d->pairs_told, NAN);
    bad |= json_object_set_new(pairs, "at_another_time", document_number(d->at_another_time));
    bad |= json_object_set_new(pairs, "shift_s", document_number(d->shift_s));
    bad |= set_cells(pairs, "ordered", d->pairs_ordered, NAN);
    bad |= json_object_set_new(doc, "reasons", reasons);
    bad |= set_reasons(reasons, "told_base_only", &d->told_why[DIFFER_CANDIDATE]);
    bad |= set_reasons(reasons, "told_candidate_only", &d->told_why[DIFFER_BASE]);
    bad |= set_reasons(reasons, "ordered_base_only", &d->ordered_why[DIFFER_CANDIDATE]);
    return bad | set_reasons(reasons, "ordered_candidate_only", &d->ordered_why[DIFFER_BASE]);
}

static int set_restocks(json_t *doc, const report_differences *d) {
    json_t *most = json_array();
    int bad = set_cells(doc, "restocks", d->restocks, NAN);
    bad |= json_object_set_new(json_object_get(doc, "restocks"), "most_different", most);
    for (size_t i = 0; i < d->restock_sums && i < DIFFER_RESTOCKS_SHOWN && !bad; i++)
        bad |= json_array_append_new(most, restock_of(&d->restock[i]));
    return bad;
}

json_t *report_differences_json(const report_differences *d) {
    json_t *doc = json_object();
    int bad = json_object_set_new(doc, "replications", json_integer((json_int_t)d->trials));
    bad |= json_object_set_new(doc, "why_not", document_text(d->trials ? NULL : d->why_not));
    if (d->trials) bad |= set_who(doc, d);
    if (d->trials && !bad) bad |= set_restocks(doc, d);
    if (!bad) return doc;
    json_decref(doc);
    return NULL;
}
