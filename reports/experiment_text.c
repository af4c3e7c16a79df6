/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * experiment_text.c - an experiment's designs as text, JSON and rows.
 */
#include <math.h>
#include <string.h>

#include "reports/csv.h"
#include "reports/document.h"
#include "reports/experiment.h"

/* ---- text ---- */

static void put_head(FILE *out, const report_experiment *x) {
    char name[200];
    fprintf(out, "%s: %u experiment%s with each design, on the same shoppers, seed %llu\n",
            format_clean(name, sizeof name, x->scenario), x->replications, x->replications == 1 ? "" : "s",
            (unsigned long long)x->run->seed);
    fprintf(out, "%g %% held out%s", 100 * x->fraction,
            x->chosen ? " (the scenario holds nobody out; set policy.holdout.fraction for another share)"
                      : "");
    for (size_t i = 0; i < x->designs; i++)
        if (!strcmp(x->design[i].name, "two_sided"))
            fprintf(out, "; two_sided: of products %g %%", 100 * x->product_fraction);
    fprintf(out, "\nEffects are %s, [95 %% intervals] by Student's t over experiments.\n\n",
            x->store ? "all net orders per shopper of the shop" : "net orders per unit");
}

static void put_right(FILE *out, const char *text, int columns) {
    fprintf(out, "%*s%s", columns > (int)format_width(text) ? columns - (int)format_width(text) : 1, "",
            text);
}

static void put_share(FILE *out, double x) {
    char text[20] = "–";
    if (isfinite(x)) snprintf(text, sizeof text, "%.0f %%", 100 * x);
    put_right(out, text, 8);
}

static void put_effect(FILE *out, double x) {
    char text[20] = "–";
    if (isfinite(x)) snprintf(text, sizeof text, "%.4f", x);
    put_right(out, text, 9);
}

static void put_interval(FILE *out, const stat_interval *v, int columns) {
    char text[60] = "–";
    if (isfinite(v->mean)) snprintf(text, sizeof text, "%+.4f", v->mean);
    if (isfinite(v->lo)) snprintf(text, sizeof text, "%+.4f [%.4f, %.4f]", v->mean, v->lo, v->hi);
    put_right(out, text, columns);
}

static void put_estimator(FILE *out, const report_experiment *x, size_t i, size_t k, bool colour) {
    const experiment_estimator *e = &x->design[i].by[k];
    bool best = i == x->best && k == x->by, weighed = e->kind > EXPERIMENT_INDEPENDENT;
    char name[20] = "";
    if (!k || weighed)
        snprintf(name, sizeof name, "%s%s", k ? "  " : "",
                 k ? report_experiment_estimator(&x->design[i], e->kind) : x->design[i].name);
    if (best && colour) fputs("\033[1m", out);
    fprintf(out, "%c %-16s%-7s", best ? '>' : ' ', name, e->method);
    put_effect(out, e->estimate.mean);
    put_effect(out, e->truth.mean);
    put_interval(out, &e->bias, 26);
    put_share(out, e->coverage_true);
    put_share(out, e->power);
    put_share(out, e->false_positives);
    put_effect(out, e->mde);
    fputs(best && colour ? "\033[0m\n" : "\n", out);
}

static void put_designs(FILE *out, const report_experiment *x, bool colour) {
    fprintf(out, "  %-16s%-7s%9s%9s%26s%8s%8s%8s%9s\n", "", "", "", "", "", "holds", "finds", "finds",
            "smallest");
    fprintf(out, "  %-16s%-7s%9s%9s%26s%8s%8s%8s%9s\n", "design", "by", "estimate", "truth", "bias", "truth",
            "effect", "nothing", "found");
    for (size_t i = 0; i < x->designs; i++)
        for (size_t k = 0; k < x->design[i].methods; k++)
            put_estimator(out, x, i, k, colour);
    fputc('\n', out);
    for (size_t i = 0; i < x->designs; i++)
        for (size_t k = 0; k < x->design[i].methods; k++) {
            const experiment_estimator *e = &x->design[i].by[k];
            const format_text warning = report_experiment_warning(e);
            if (e->kind == EXPERIMENT_INDEPENDENT || !*warning.text) continue;
            fprintf(out, "  %s%s%s %s.\n", x->design[i].name, k ? ", " : "",
                    k ? report_experiment_estimator(&x->design[i], e->kind) : "", warning.text);
        }
}

static void put_slots(FILE *out, const report_experiment *x) {
    fprintf(out,
            "\nWhere pushes do nothing, each of these should be 0 (%s, net orders per unit):\n"
            "  consumes_slot    sends%27s%27s%27s\n",
            x->design[0].name, "control waits its turn", "sent less ghosts", "control not throttled");
    for (size_t i = 0; i < 2; i++) {
        const experiment_slots *s = &x->slots[i];
        fprintf(out, "  %-13s%9s", s->consumes ? "true" : "false",
                format_count(round(s->mean_sends.mean)).text);
        for (size_t k = 0; k < CLOCK_COUNT; k++)
            put_interval(out, &s->none[k], 27);
        fputc('\n', out);
    }
}

static void put_use(FILE *out, const report_experiment *x) {
    const experiment_design *d = &x->design[x->best];
    experiment_kind kind = d->by[x->by].kind;
    char line[200];
    snprintf(line, sizeof line, "Use %s%s%s: %s.", d->name, x->by ? ", " : "",
             x->by ? report_experiment_estimator(d, kind) : "", report_experiment_contrast(x, d, kind));
    fputc('\n', out);
    format_wrap(out, line, 0, 0);
}

void report_experiment_text(FILE *out, const report_experiment *x, const report_host *host) {
    char where[300];
    put_head(out, x);
    put_designs(out, x, host && host->colour);
    if (x->best < x->designs) put_use(out, x);
    format_wrap(out, x->why, 0, 0);
    put_slots(out, x);
    if (host && host->out)
        fprintf(out, "\nReport: %s/experiment.html\n", format_clean(where, sizeof where, host->out));
}

/* ---- JSON ---- */

static int set_estimator(json_t *into, const experiment_estimator *e) {
    int bad = json_object_set_new(into, "method", json_string(e->method));
    bad |= json_object_set_new(into, "n", document_integer(e->estimate.n));
    bad |= json_object_set_new(into, "estimate", document_number(e->estimate.mean));
    bad |= json_object_set_new(into, "sd", document_number(e->estimate.sd));
    bad |= json_object_set_new(into, "true", document_number(e->truth.mean));
    bad |= json_object_set_new(into, "bias", document_number(e->bias.mean));
    bad |= json_object_set_new(into, "bias_lo", document_number(e->bias.lo));
    bad |= json_object_set_new(into, "bias_hi", document_number(e->bias.hi));
    bad |= json_object_set_new(into, "intervals", document_integer(e->intervals));
    bad |= json_object_set_new(into, "coverage", document_number(e->coverage_true));
    bad |= json_object_set_new(into, "coverage_own", document_number(e->coverage_own));
    bad |= json_object_set_new(into, "power", document_number(e->power));
    bad |= json_object_set_new(into, "false_positives", document_number(e->false_positives));
    bad |= json_object_set_new(into, "mde", document_number(e->mde));
    return bad;
}

static int set_design(json_t *designs, const report_experiment *x, const experiment_design *d) {
    json_t *one = json_object();
    int bad = json_object_set_new(designs, d->name, one);
    bad |= set_estimator(one, &d->by[0]);
    bad |= json_object_set_new(one, "contrast",
                               json_string(report_experiment_contrast(x, d, EXPERIMENT_DIFFERENCE)));
    bad |= json_object_set_new(one, "units", document_number(d->units / x->replications));
    bad |= json_object_set_new(one, "held", document_number(d->units > 0 ? d->held / d->units : NAN));
    json_t *named = json_object();
    for (size_t k = 0; k < d->methods; k++) {
        const experiment_estimator *e = &d->by[k];
        const char *name = report_experiment_estimator(d, e->kind);
        bool independent = e->kind == EXPERIMENT_INDEPENDENT;
        if (!independent && !*name) continue;
        json_t *other = json_object();
        bad |=
            json_object_set_new(independent ? one : named, independent ? "as_if_independent" : name, other);
        bad |= set_estimator(other, e);
    }
    if (json_object_size(named)) return bad | json_object_set_new(one, "estimators", named);
    json_decref(named);
    return bad;
}

static int set_interval(json_t *into, const char *key, const stat_interval *v) {
    json_t *one = json_object();
    int bad = json_object_set_new(into, key, one);
    bad |= json_object_set_new(one, "mean", document_number(v->mean));
    bad |= json_object_set_new(one, "lo", document_number(v->lo));
    bad |= json_object_set_new(one, "hi", document_number(v->hi));
    return bad;
}

static int set_slots(json_t *doc, const report_experiment *x) {
    json_t *both = json_object();
    int bad = json_object_set_new(doc, "consumes_slot", both);
    for (size_t i = 0; i < 2; i++) {
        const experiment_slots *s = &x->slots[i];
        json_t *one = json_object(), *with = json_object(), *none = json_object();
        bad |= json_object_set_new(both, s->consumes ? "true" : "false", one);
        bad |= json_object_set_new(one, "sends", document_number(s->mean_sends.mean));
        bad |= set_interval(one, "true", &s->mean_truth);
        bad |= json_object_set_new(one, "effect", with);
        bad |= json_object_set_new(one, "no_effect", none);
        for (experiment_clock c = 0; c < CLOCK_COUNT; c++) {
            bad |= set_interval(with, report_experiment_clock(c), &s->with[c]);
            bad |= set_interval(none, report_experiment_clock(c), &s->none[c]);
        }
    }
    return bad;
}

/* What was asked for besides the scenario: with it the same numbers can be had again. */
static int set_asked(json_t *manifest, const report_experiment *x) {
    json_t *designs = json_array();
    int bad = json_object_set_new(manifest, "designs", designs);
    for (size_t i = 0; i < x->designs; i++)
        bad |= json_array_append_new(designs, json_string(x->design[i].name));
    bad |= json_object_set_new(manifest, "outcome", json_string(x->store ? "store" : "own"));
    bad |= json_object_set_new(manifest, "fraction", document_number(x->fraction));
    return bad | json_object_set_new(manifest, "product_fraction", document_number(x->product_fraction));
}

json_t *report_experiment_json(const report_experiment *x, const report_host *host) {
    json_t *doc = json_object(), *designs = json_object(), *manifest = json_object();
    bool some = x->best < x->designs;
    const experiment_design *best = some ? &x->design[x->best] : NULL;
    int bad = json_object_set_new(doc, "command", json_string("experiment"));
    bad |= json_object_set_new(doc, "scenario", document_text(x->scenario));
    bad |= json_object_set_new(doc, "seed", document_seed(x->run->seed));
    bad |= json_object_set_new(doc, "replications", json_integer(x->replications));
    bad |= json_object_set_new(doc, "events", document_integer(x->events));
    bad |= json_object_set_new(doc, "wall_s", document_number(host ? host->wall_s : NAN));
    bad |= json_object_set_new(doc, "fraction", document_number(x->fraction));
    bad |= json_object_set_new(doc, "product_fraction", document_number(x->product_fraction));
    bad |= json_object_set_new(doc, "outcome", json_string(x->store ? "store" : "own"));
    bad |= json_object_set_new(doc, "designs", designs);
    for (size_t i = 0; i < x->designs; i++)
        bad |= set_design(designs, x, &x->design[i]);
    bad |= json_object_set_new(doc, "use", some ? json_string(best->name) : json_null());
    const char *use = some ? report_experiment_estimator(best, best->by[x->by].kind) : "";
    bad |= json_object_set_new(doc, "use_estimator", *use ? json_string(use) : json_null());
    bad |= json_object_set_new(doc, "why", json_string(x->why));
    bad |= set_slots(doc, x);
    bad |= json_object_set_new(doc, "manifest", manifest);
    bad |= document_set_pairs(manifest, x->run->manifest, x->run->manifest_rows);
    bad |= set_asked(manifest, x);
    bad |= json_object_set_new(doc, "out", host ? document_text(host->out) : json_null());
    if (!bad) return doc;
    json_decref(doc);
    return NULL;
}

/* ---- rows ---- */

void report_experiment_csv(FILE *out, const report_experiment *x) {
    fputs("design,method,effect,replication,estimate,lo,hi,p,true,estimator\n", out);
    for (size_t i = 0; i < x->designs; i++)
        for (size_t k = 0; k < x->design[i].methods; k++)
            for (int effect = 1; effect >= 0; effect--)
                for (uint32_t r = 0; r < x->replications; r++) {
                    const experiment_estimator *e = &x->design[i].by[k];
                    const experiment_draw *d = effect ? &e->effect[r] : &e->nothing[r];
                    fprintf(out, "%s,%s,%d,%u", x->design[i].name, e->method, effect, r);
                    const double value[] = {d->estimate, d->lo, d->hi, d->p, d->truth};
                    for (size_t v = 0; v < sizeof value / sizeof *value; v++)
                        csv_number(out, value[v]);
                    fprintf(out, ",%s\n", report_experiment_estimator(&x->design[i], e->kind));
                }
}
