/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * json.c - a run as one JSON document. Keys stand in the order in which they are set here; counts are
 * integers; a number that does not exist is null.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/document.h"
#include "reports/file.h"
#include "reports/format.h"
#include "reports/sums.h"
#include "reports/warmup.h"

/* The setters below return 0 or -1 as jansson's do; errors are summed up with |. */

json_t *document_number(double x) {
    return isfinite(x) ? json_real(x) : json_null();
}

json_t *document_integer(double x) {
    return isfinite(x) && fabs(x) < 0x1p63 ? json_integer((json_int_t)x) : json_null();
}

/* A text as valid UTF-8; JSON escapes the rest itself. */
json_t *document_text(const char *s) {
    if (!s) return json_null();
    json_t *as_is = json_string(s);
    if (as_is) return as_is;
    char *clean = malloc(strlen(s) + 1);
    json_t *out = clean ? json_string(format_clean(clean, strlen(s) + 1, s)) : NULL;
    free(clean);
    return out;
}

json_t *document_seed(uint64_t seed) {
    char digits[24];
    if (seed <= INT64_MAX) return json_integer((json_int_t)seed);
    snprintf(digits, sizeof digits, "%llu", (unsigned long long)seed);
    return json_string(digits);
}

static int set_metrics(json_t *doc, const report_summary *s) {
    json_t *all = json_object();
    int bad = json_object_set_new(doc, "metrics", all);
    for (size_t i = 0; i < s->values && !bad; i++) {
        const report_value *v = &s->value[i];
        json_t *one = json_object();
        bad |= json_object_set_new(all, v->metric->name, one);
        bad |= json_object_set_new(one, "mean", document_number(v->mean));
        bad |= json_object_set_new(one, "lo", document_number(v->lo));
        bad |= json_object_set_new(one, "hi", document_number(v->hi));
        bad |= json_object_set_new(one, "sd", document_number(v->sd));
        bad |= json_object_set_new(one, "n", json_integer(v->n));
    }
    return bad;
}

/* sent and ghost are plain numbers, the other outcomes a number for each reason. */
static int set_ledger(json_t *doc, const report_summary *s) {
    sums_ledger l;
    sums_ledger_of(s->run, &l);
    json_t *ledger = json_object();
    int bad = json_object_set_new(doc, "ledger", ledger);
    bad |= json_object_set_new(ledger, "candidates", document_integer(l.candidates));
    for (size_t i = 0; sums_outcome(i) && !bad; i++) {
        const char *name = sums_outcome(i);
        bool plain = !strcmp(name, "sent") || !strcmp(name, "ghost");
        bad |= json_object_set_new(ledger, name,
                                   plain ? document_integer(sums_ledger_count(&l, name)) : json_object());
    }
    for (size_t i = 0; i < l.rows && !bad; i++) {
        json_t *outcome = json_object_get(ledger, l.row[i].outcome);
        if (!outcome) {
            outcome = json_object();
            bad |= json_object_set_new(ledger, l.row[i].outcome, outcome);
        }
        if (json_is_object(outcome) && !bad)
            bad |= json_object_set_new(outcome, l.row[i].reason, document_integer(l.row[i].n));
    }
    return bad;
}

static int set_holdout(json_t *doc, const store_run *run) {
    json_t *holdout = json_object();
    int bad = json_object_set_new(doc, "holdout", holdout);
    bad |= json_object_set_new(holdout, "unit", document_text(run->unit));
    bad |= json_object_set_new(holdout, "fraction", document_number(run->holdout));
    return bad | json_object_set_new(holdout, "product_fraction", document_number(run->holdout_products));
}

static int set_interval(json_t *into, const char *name, const report_value *v) {
    char key[64];
    int bad = json_object_set_new(into, name, document_number(v->mean));
    snprintf(key, sizeof key, "%s_lo", name);
    bad |= json_object_set_new(into, key, document_number(v->lo));
    snprintf(key, sizeof key, "%s_hi", name);
    return bad | json_object_set_new(into, key, document_number(v->hi));
}

/* There where the policy has several. */
static int set_templates(json_t *doc, const store_run *run) {
    report_template row[STORE_TEMPLATES];
    size_t n = report_templates(run, row);
    json_t *list = n ? json_array() : NULL;
    int bad = n ? json_object_set_new(doc, "templates", list) : 0;
    for (size_t i = 0; i < n && !bad; i++) {
        json_t *one = json_object();
        bad |= json_array_append_new(list, one);
        bad |= json_object_set_new(one, "name", document_text(row[i].name));
        bad |= json_object_set_new(one, "sends", document_integer(row[i].sends));
        bad |= json_object_set_new(one, "delivered", document_integer(row[i].delivered));
        bad |= json_object_set_new(one, "clicks", document_integer(row[i].clicked));
        bad |= json_object_set_new(one, "orders", document_integer(row[i].orders));
        bad |= set_interval(one, "ctr", &row[i].ctr);
        bad |= set_interval(one, "orders_per_send", &row[i].orders_per_send);
    }
    return bad;
}

/* Likewise. Of the first arm there are no differences: null. */
static int set_arms(json_t *doc, const store_run *run) {
    report_arm row[STORE_POLICY_ARMS];
    size_t n = report_arms(run, row);
    json_t *list = n ? json_array() : NULL;
    int bad = n ? json_object_set_new(doc, "arms", list) : 0;
    for (size_t i = 0; i < n && !bad; i++) {
        json_t *one = json_object();
        bad |= json_array_append_new(list, one);
        bad |= json_object_set_new(one, "name", document_text(row[i].name));
        bad |= json_object_set_new(one, "share", document_number(row[i].share));
        for (int k = 0; k < REPORT_ARM_ORDERS && !bad; k++)
            bad |=
                json_object_set_new(one, row[i].value[k].metric->name, document_number(row[i].value[k].mean));
        for (int k = REPORT_ARM_ORDERS; k < REPORT_ARM_VALUES && !bad; k++) {
            char name[64];
            snprintf(name, sizeof name, "diff_%s", row[i].value[k].metric->name);
            bad |= set_interval(one, row[i].value[k].metric->name, &row[i].value[k]);
            bad |= set_interval(one, name, &row[i].difference[k]);
        }
    }
    return bad;
}

/* There where somebody still wants something. */
static int set_unmet(json_t *doc, const store_run *run) {
    report_unmet *row;
    size_t n = report_unmet_demand(run, &row);
    json_t *list = n ? json_array() : NULL;
    int bad = n ? json_object_set_new(doc, "unmet_demand", list) : 0;
    for (size_t i = 0; i < n && !bad; i++) {
        json_t *one = json_object();
        bad |= json_array_append_new(list, one);
        bad |= json_object_set_new(one, "sku", json_integer(row[i].sku));
        bad |= json_object_set_new(one, "interests", document_number(row[i].interests));
        bad |= json_object_set_new(one, "requested", document_number(row[i].requested));
        bad |= json_object_set_new(one, "wanted", document_number(row[i].wanted));
        bad |= json_object_set_new(one, "on_hand", document_number(row[i].on_hand));
        bad |= json_object_set_new(one, "restock", document_number(row[i].restock));
    }
    free(row);
    return bad;
}

static int set_traces(json_t *doc, const store_run *run) {
    json_t *traces = json_object();
    int bad = json_object_set_new(doc, "traces", traces);
    for (size_t i = 0; i < run->traces && !bad; i++) {
        const store_trace *t = &run->trace[i];
        json_t *one = json_object();
        bad |= json_object_set_new(traces, t->name, one);
        bad |= json_object_set_new(one, "file", document_text(t->file));
        bad |= json_object_set_new(one, "hash", json_string(format_hash(t->hash).text));
        bad |= json_object_set_new(one, "rows", document_integer(t->rows));
        bad |= json_object_set_new(one, "skus", document_integer(t->skus));
        bad |= json_object_set_new(one, "restocks", document_integer(t->restocks));
        bad |= json_object_set_new(one, "rejected", document_integer(t->rejected));
    }
    return bad;
}

static json_t *lift_of(report_lift l, bool whole) {
    json_t *o = json_object();
    int bad = !o;
    bad |= json_object_set_new(o, "abs", document_number(l.abs));
    bad |= json_object_set_new(o, "lo", document_number(l.lo));
    bad |= json_object_set_new(o, "hi", document_number(l.hi));
    bad |= json_object_set_new(o, "p", document_number(l.p));
    if (whole) {
        bad |= json_object_set_new(o, "rel", document_number(l.rel));
        bad |= json_object_set_new(o, "rel_lo", document_number(l.rel_lo));
        bad |= json_object_set_new(o, "rel_hi", document_number(l.rel_hi));
        bad |= json_object_set_new(o, "rel_p", document_number(l.rel_p));
        bad |= json_object_set_new(o, "n_treated", document_integer(l.n_treated));
        bad |= json_object_set_new(o, "n_held", document_integer(l.n_held));
        bad |= json_object_set_new(o, "mean_treated", document_number(l.mean_treated));
        bad |= json_object_set_new(o, "mean_held", document_number(l.mean_held));
    }
    if (!bad) return o;
    json_decref(o);
    return NULL;
}

/* The units of all replications as one experiment, then each replication as an experiment of its own. */
static int set_lift(json_t *doc, const store_run *run) {
    static const char *const outcome[STORE_OUTCOMES] = {"orders", "revenue"};
    json_t *lift = json_object();
    int bad = json_object_set_new(doc, "lift", lift);
    for (int k = 0; k < STORE_OUTCOMES && !bad; k++) {
        store_outcome which = (store_outcome)k;
        json_t *one = json_object(), *list = json_array();
        bad |= json_object_set_new(lift, outcome[k], one);
        bad |=
            json_object_set_new(one, "assigned", lift_of(sums_merged_lift(run, STORE_ASSIGNED, which), true));
        bad |=
            json_object_set_new(one, "reached", lift_of(sums_merged_lift(run, STORE_REACHED, which), true));
        bad |= json_object_set_new(one, "by_replication", list);
        for (size_t i = 0; i < run->trials && !bad; i++)
            bad |= json_array_append_new(
                list, lift_of(report_trial_lift(&run->trial[i], STORE_ASSIGNED, which), false));
    }
    return bad;
}

int document_set_pairs(json_t *into, const store_pair *row, size_t rows) {
    int bad = 0;
    for (size_t i = 0; i < rows && !bad; i++)
        bad |= json_object_set_new(into, row[i].key, document_text(row[i].value));
    return bad;
}

int document_set_precision(json_t *doc, const report_host *host) {
    const report_precision *p = host ? host->precision : NULL;
    json_t *one = p ? json_object() : NULL;
    if (!p) return 0;
    int bad = json_object_set_new(doc, "precision", one);
    bad |= json_object_set_new(one, "metric", json_string(p->metric));
    bad |= json_object_set_new(one, "asked", document_number(p->asked));
    bad |= json_object_set_new(one, "absolute", json_boolean(p->absolute));
    bad |= json_object_set_new(one, "width", document_number(p->width));
    bad |= json_object_set_new(one, "half_width", document_number(p->half_width));
    bad |= json_object_set_new(one, "reached", json_boolean(p->reached));
    bad |= json_object_set_new(one, "replications", json_integer((json_int_t)p->replications));
    return bad | json_object_set_new(one, "would_take", document_integer(p->would_take));
}

int document_set_host(json_t *manifest, const report_host *host) {
    json_t *rows = json_object();
    int bad = json_object_set_new(manifest, "host", rows);
    bad |= document_set_pairs(rows, host->row, host->rows);
    bad |= json_object_set_new(manifest, "wall_s", document_number(host->wall_s));
    return bad | json_object_set_new(manifest, "loop_s", document_number(host->loop_s));
}

bool document_write_manifest(const char *dir, json_t *doc, const report_host *host, char *error) {
    file_writer w;
    json_t *manifest = json_object_get(doc, "manifest");
    bool good = manifest && (!host || !document_set_host(manifest, host));
    if (!good) {
        snprintf(error, STORE_ERROR_SIZE, "not enough memory for the manifest");
    } else if ((good = file_open(&w, dir, "manifest.json", error))) {
        good = json_dumpf(manifest, w.out, JSON_INDENT(2) | JSON_REAL_PRECISION(17)) == 0 &&
               fputc('\n', w.out) != EOF;
        good = file_close(&w, good, error) && good;
    }
    json_decref(doc);
    return good;
}

json_t *report_json(const report_summary *s, const report_host *host) {
    const store_run *run = s->run;
    json_t *doc = json_object(), *manifest = json_object();
    double events = 0;
    for (size_t i = 0; i < run->trials; i++)
        events += (double)run->trial[i].events;
    int bad = json_object_set_new(doc, "command", json_string("run"));
    bad |= json_object_set_new(doc, "scenario", document_text(run->scenario));
    bad |= json_object_set_new(doc, "seed", document_seed(run->seed));
    bad |= json_object_set_new(doc, "replications", json_integer((json_int_t)run->trials));
    bad |= json_object_set_new(doc, "events", document_integer(events));
    bad |= json_object_set_new(doc, "wall_s", document_number(host ? host->wall_s : NAN));
    bad |= set_metrics(doc, s);
    bad |= set_ledger(doc, s);
    bad |= set_traces(doc, run);
    bad |= set_lift(doc, run);
    bad |= set_holdout(doc, run);
    bad |= set_templates(doc, run);
    bad |= set_arms(doc, run);
    bad |= set_unmet(doc, run);
    bad |= json_object_set_new(doc, "warmup", warmup_json(run));
    bad |= document_set_precision(doc, host);
    bad |= json_object_set_new(doc, "manifest", manifest);
    bad |= document_set_pairs(manifest, run->manifest, run->manifest_rows);
    bad |= json_object_set_new(doc, "out", host ? document_text(host->out) : json_null());
    if (!bad) return doc;
    json_decref(doc);
    return NULL;
}
