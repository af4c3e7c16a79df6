/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * validate.c - the command validate: loads a scenario with its traces and says what is in it.
 */
#include "lab/run.h"

#include <inttypes.h>

#include "lab/folder.h"
#include "lab/internal.h"
#include "lab/traces.h"

typedef struct {
    json_int_t products, skus, shoppers, replications, rows, restocks, rejected;
    double days;
    bool trace;
} scenario_facts;

static scenario_facts facts_of(const scenario *s) {
    const scenario_inventory *trace = s->inventory;
    scenario_facts f = {
        .products = (json_int_t)s->p.catalog.products,
        .skus = (json_int_t)s->p.catalog.products * (json_int_t)s->p.catalog.variants,
        .shoppers = (json_int_t)s->p.shoppers.count,
        .replications = (json_int_t)s->p.run.replications,
        .days = (double)s->p.run.horizon / 86400e3,
        .trace = trace != NULL,
    };
    if (s->named) {
        f.products = (json_int_t)s->named->products;
        f.skus = (json_int_t)s->named->skus;
    }
    if (!trace) return f;
    f.rows = (json_int_t)trace->rows;
    f.restocks = (json_int_t)trace->restocks;
    f.rejected = (json_int_t)trace->file.rejected;
    return f;
}

static void print_counts(FILE *print, const scenario *s, lab_counted which) {
    lab_trace_count count[LAB_TRACE_COUNTS];
    char value[64];
    size_t n = lab_trace_counts(s, which, count);
    if (n) fprintf(print, "  %s\n", lab_counted_title(which));
    for (size_t i = 0; i < n; i++)
        fprintf(print, "    %-15s %s\n", count[i].name, lab_trace_count_text(&count[i], value, sizeof value));
}

/* What earlier notices brought about is among the purchases. */
static void print_past(FILE *print, const scenario *s) {
    if (!s->events) return;
    fputs(s->sends
              ? "  past notices    purchases that followed one are counted apart (trace_purchases_sent)\n"
              : "  past notices    no log of them (traces.sends): what they brought about counts as "
                "organic\n",
          print);
}

static void print_text(FILE *print, const char *path, const scenario *s, const scenario_facts *f) {
    fprintf(print, "OK %s: %s\n", path, s->p.run.title[0] ? s->p.run.title : "untitled");
    fprintf(print, "  products      %" JSON_INTEGER_FORMAT "\n", f->products);
    fprintf(print, "  SKUs          %" JSON_INTEGER_FORMAT "\n", f->skus);
    fprintf(print, "  shoppers      %" JSON_INTEGER_FORMAT "\n", f->shoppers);
    if (s->p.arms) fprintf(print, "  arms          %zu\n", s->p.arms);
    fprintf(print, "  horizon       %.6g days\n", f->days);
    fprintf(print, "  replications  %" JSON_INTEGER_FORMAT "\n", f->replications);
    if (f->trace) {
        fprintf(print, "  trace rows    %" JSON_INTEGER_FORMAT "\n", f->rows);
        fprintf(print, "  restocks      %" JSON_INTEGER_FORMAT "\n", f->restocks);
        if (f->rejected) fprintf(print, "  rows skipped  %" JSON_INTEGER_FORMAT "\n", f->rejected);
    }
    for (int which = 0; which < LAB_COUNTED; which++)
        print_counts(print, s, (lab_counted)which);
    print_past(print, s);
    fprintf(print, "  parameters    %016" PRIx64 "\n", s->hash);
}

static lab_status print_json(FILE *print, const char *path, const scenario *s, const scenario_facts *f,
                             lab_error *error) {
    char hash[17];
    snprintf(hash, sizeof hash, "%016" PRIx64, s->hash);
    json_t *trace = f->trace ? json_pack("{s:I,s:I,s:I}", "rows", f->rows, "restocks", f->restocks,
                                         "rejected", f->rejected)
                             : json_null();
    json_t *document = json_pack("{s:s,s:b,s:s,s:s,s:I,s:I,s:I,s:f,s:I,s:o,s:s}", "command", "validate", "ok",
                                 1, "scenario", path, "title", s->p.run.title, "products", f->products,
                                 "skus", f->skus, "shoppers", f->shoppers, "horizon_days", f->days,
                                 "replications", f->replications, "trace", trace, "parameters", hash);
    json_t *arms = s->p.arms ? json_array() : NULL;
    for (size_t i = 0; arms && i < s->p.arms; i++)
        json_array_append_new(arms, json_string(s->p.arm[i].name));
    if (arms) json_object_set_new(document, "arms", arms);
    for (int i = 0; i < LAB_COUNTED; i++) {
        json_t *counts = lab_trace_json(s, (lab_counted)i);
        if (json_is_null(counts))
            json_decref(counts);
        else
            json_object_set_new(document, lab_counted_name((lab_counted)i), counts);
    }
    lab_status status = lab_print_json(document, print, error);
    json_decref(document);
    return status;
}

/* The refusal as a document; the caller still has the message for stderr. */
static void print_refusal(FILE *print, const char *path, const char *message) {
    lab_error ignored;
    json_t *document =
        json_pack("{s:s,s:b,s:s,s:s}", "command", "validate", "ok", 0, "scenario", path, "error", message);
    lab_print_json(document, print, &ignored);
    json_decref(document);
}

lab_status lab_validate(const char *named, const char *const *set, size_t sets, bool json, FILE *print,
                        lab_error *error) {
    char path[LAB_PATH_SIZE];
    scenario *s = NULL;
    lab_status status = lab_scenario_find(named, path, error);
    if (status == LAB_OK) status = lab_scenario_load(path, set, sets, &s, error);
    if (status != LAB_OK) {
        if (json) print_refusal(print, named, error->text);
        return status;
    }
    scenario_facts facts = facts_of(s);
    if (json)
        status = print_json(print, path, s, &facts, error);
    else
        print_text(print, path, s, &facts);
    scenario_destroy(s);
    return status;
}
