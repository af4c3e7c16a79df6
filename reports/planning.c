/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * planning.c - a plan as numbers and as text. See planning.h.
 */
#include "reports/planning.h"

#include <math.h>
#include <string.h>

#include "reports/analysis_words.h"
#include "reports/document.h"

static const double SPAN = 8; /* the curve goes from n / SPAN to n SPAN */
static const double SURE =
    0.9999; /* no number of units reaches a power of 1, to which a sure plan is rounded */

void report_planning_fill(report_planning *p) {
    static const double shares[PLANNING_HOLDOUTS] = {0.02, 0.05, 0.1, 0.2, 0.35, 0.5};
    p->curve_power = fmin(p->power, SURE);
    for (int i = 0; i < PLANNING_CURVE; i++) {
        double n = p->n * pow(SPAN, 2.0 * i / (PLANNING_CURVE - 1) - 1);
        p->curve[i] = (planning_point){n, stat_plan_mde(&p->plan, n, p->curve_power, p->diff >= 0)};
    }
    p->holdouts = PLANNING_HOLDOUTS;
    for (size_t i = 0; i < p->holdouts; i++) {
        stat_plan other = p->plan;
        other.control = shares[i];
        p->holdout[i] = (planning_holdout){shares[i], stat_plan_size(&other, p->diff, p->curve_power)};
    }
}

static double relative(const report_planning *p, double diff) {
    return p->plan.baseline != 0 ? diff / p->plan.baseline : NAN;
}

static double whole(double n) {
    return ceil(n * (1 - 1e-9));
}

double report_planning_held(double n, double control) {
    return whole(n * control);
}

double report_planning_units(double n, double control) {
    return whole(n * control) + whole(n * (1 - control));
}

/* Of the plan itself: units that were given stay as many. */
static double held(const report_planning *p) {
    if (p->solved != PLANNING_SIZE) return round(p->n * p->plan.control);
    return report_planning_held(p->n, p->plan.control);
}
static double treated(const report_planning *p) {
    if (p->solved != PLANNING_SIZE) return p->n - held(p);
    return whole(p->n * (1 - p->plan.control));
}
double report_planning_in_all(const report_planning *p, double *control) {
    *control = held(p);
    return *control + treated(p);
}

format_text report_planning_needed(const planning_holdout *h) {
    if (isfinite(h->n)) return format_count(report_planning_units(h->n, h->control));
    format_text none;
    snprintf(none.text, sizeof none.text, "%s", isinf(h->n) ? "no number is enough" : "-");
    return none;
}

const char *report_planning_kind(const report_planning *p) {
    return p->ratio ? "ratio" : p->plan.rate ? "rate" : "mean";
}

/* ---- text ---- */

static void put_baseline(FILE *out, const report_planning *p) {
    const stat_plan *plan = &p->plan;
    char name[60];
    if (p->outcome) fprintf(out, "%s: ", format_clean(name, sizeof name, p->outcome));
    if (plan->rate)
        fprintf(out, "a rate of %s in the control", format_number(plan->baseline, "share").text);
    else
        fprintf(out, "a %s of %s in the control, standard deviation %.5g a unit", report_planning_kind(p),
                isnan(plan->baseline) ? "?" : words_mean(plan->baseline).text, plan->sd);
    fprintf(out, "\n%g %% held out, two-sided test at %g", 100 * plan->control, plan->alpha);
    if (plan->factor != 1) fprintf(out, ", variance x %.4g", plan->factor);
    if (plan->cluster > 1) fprintf(out, ", clusters of %.4g", plan->cluster);
    fputs("\n\n", out);
}

static void put_answer(FILE *out, const report_planning *p) {
    double rel = relative(p, p->diff);
    fprintf(out, "  %-22s%14s   %s held out, %s treated%s\n", "units in all",
            format_count(held(p) + treated(p)).text, format_count(held(p)).text,
            format_count(treated(p)).text, p->solved == PLANNING_SIZE ? "  <" : "");
    if (p->plan.cluster > 1)
        fprintf(out, "  %-22s%14s\n", "clusters in all",
                format_count(report_planning_units(p->n / p->plan.cluster, p->plan.control)).text);
    fprintf(out, "  %-22s%+14.4g   ", "difference", p->diff);
    if (!isnan(rel)) fprintf(out, "%+.3g %% of the control", 100 * rel);
    fprintf(out, "%s\n", p->solved == PLANNING_EFFECT ? "  <" : "");
    fprintf(out, "  %-22s%12.1f %%%s\n", "power", 100 * p->power, p->solved == PLANNING_POWER ? "    <" : "");
}

static void put_curve(FILE *out, const report_planning *p) {
    fprintf(out, "\n  %14s   smallest difference found with power %.4g\n", "units in all", p->curve_power);
    for (int i = 0; i < PLANNING_CURVE; i += (PLANNING_CURVE - 1) / 4) {
        const planning_point *c = &p->curve[i];
        fprintf(out, "  %14s   ", format_count(report_planning_units(c->n, p->plan.control)).text);
        if (isnan(c->mde)) {
            fputs("none\n", out);
            continue;
        }
        fprintf(out, "%+.4g", c->mde);
        if (!isnan(relative(p, c->mde))) fprintf(out, "  (%+.3g %%)", 100 * relative(p, c->mde));
        fputc('\n', out);
    }
    fprintf(out, "\n  %14s   units in all for that difference and power\n", "held out");
    for (size_t i = 0; i < p->holdouts; i++) {
        char share[20];
        snprintf(share, sizeof share, "%g %%", 100 * p->holdout[i].control);
        fprintf(out, "  %14s   %s\n", share, report_planning_needed(&p->holdout[i]).text);
    }
}

void report_planning_text(FILE *out, const report_planning *p, const char *dir) {
    char where[300];
    put_baseline(out, p);
    put_answer(out, p);
    put_curve(out, p);
    if (p->notes) fputc('\n', out);
    for (size_t i = 0; i < p->notes; i++)
        fprintf(out, "%s\n", p->note[i]);
    if (dir) fprintf(out, "\nReport: %s/power.html\n", format_clean(where, sizeof where, dir));
}

/* ---- JSON ---- */

static int set_lists(json_t *doc, const report_planning *p) {
    json_t *curve = json_array(), *holdouts = json_array(), *notes = json_array();
    int bad = json_object_set_new(doc, "curve", curve);
    bad |= json_object_set_new(doc, "holdouts", holdouts);
    bad |= json_object_set_new(doc, "notes", notes);
    for (int i = 0; i < PLANNING_CURVE; i++) {
        json_t *o = json_object();
        bad |= json_array_append_new(curve, o);
        bad |= json_object_set_new(o, "n", document_number(p->curve[i].n));
        bad |= json_object_set_new(o, "mde_abs", document_number(p->curve[i].mde));
        bad |= json_object_set_new(o, "mde_rel", document_number(relative(p, p->curve[i].mde)));
    }
    for (size_t i = 0; i < p->holdouts; i++) {
        json_t *o = json_object();
        bad |= json_array_append_new(holdouts, o);
        bad |= json_object_set_new(o, "holdout", document_number(p->holdout[i].control));
        bad |= json_object_set_new(o, "n", document_number(p->holdout[i].n));
    }
    for (size_t i = 0; i < p->notes; i++)
        bad |= json_array_append_new(notes, document_text(p->note[i]));
    return bad;
}

json_t *report_planning_json(const report_planning *p, const char *dir) {
    static const char *const solved[] = {"n", "mde", "power"};
    json_t *doc = json_object();
    const struct {
        const char *name;
        double x;
    } number[] = {{"baseline", p->plan.baseline},      {"sd", p->plan.rate ? NAN : p->plan.sd},
                  {"holdout", p->plan.control},        {"alpha", p->plan.alpha},
                  {"variance_factor", p->plan.factor}, {"cluster_size", p->plan.cluster},
                  {"n", held(p) + treated(p)},         {"n_control", held(p)},
                  {"n_treated", treated(p)},           {"mde_abs", p->diff},
                  {"mde_rel", relative(p, p->diff)},   {"power", p->power}};
    int bad = json_object_set_new(doc, "command", json_string("power"));
    bad |= json_object_set_new(doc, "outcome", p->outcome ? document_text(p->outcome) : json_null());
    bad |= json_object_set_new(doc, "kind", json_string(report_planning_kind(p)));
    bad |= json_object_set_new(doc, "solved", json_string(solved[p->solved]));
    for (size_t i = 0; i < sizeof number / sizeof *number; i++)
        bad |= json_object_set_new(doc, number[i].name, document_number(number[i].x));
    bad |= set_lists(doc, p);
    bad |= json_object_set_new(doc, "out", dir ? document_text(dir) : json_null());
    if (!bad) return doc;
    json_decref(doc);
    return NULL;
}
