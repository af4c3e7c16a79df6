/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * analysis.c - an analysis as numbers for programs, and what all its outputs share. See analysis.h.
 */
#include "reports/analysis.h"

#include <math.h>
#include <stdlib.h>

#include "reports/csv.h"
#include "reports/document.h"

/* By stat_bound. */
static const char *const bound[] = {"bounded", "unbounded", "unknown"};

static const struct {
    const char *name, *about;
} method[ANALYSIS_METHODS] = {
    [ANALYSIS_WELCH] = {"welch", "means by Welch's t; the relative interval by the delta method"},
    [ANALYSIS_RATIO] = {"ratio_delta", "ratios of totals by the delta method, units independent"},
    [ANALYSIS_CLUSTER] = {"cluster", "whole clusters as what was drawn; Student's t over clusters"},
    [ANALYSIS_NEWCOMBE] = {"newcombe", "shares of yes and no by Newcombe's hybrid score interval"},
    [ANALYSIS_CUPED] = {"cuped", "the main method after what the covariates predict is taken out"},
    [ANALYSIS_BOOTSTRAP] = {"bootstrap", "resampled units (clusters where they are given)"},
    [ANALYSIS_RANDOMISATION] = {"randomisation", "exact or drawn assignments of clusters to arms; p alone"},
    [ANALYSIS_SEQUENTIAL] = {"sequential", "a confidence sequence: it holds however often one looks"},
};

const char *report_analysis_method(analysis_method m) {
    return method[m].name;
}

const char *report_analysis_about(analysis_method m) {
    return method[m].about;
}

void report_analysis_clear(report_analysis *a) {
    free(a->arm);
    free(a->estimate);
    free(a->note);
    *a = (report_analysis){0};
}

bool report_analysis_mismatch(const report_analysis *a) {
    return a->srm.p < STAT_SRM_ALPHA;
}

bool report_analysis_clear_of_0(const analysis_estimate *e) {
    return e->abs_lo > 0 || e->abs_hi < 0;
}

/* ---- JSON ---- */

static int set_number(json_t *o, const char *name, double x) {
    return json_object_set_new(o, name, document_number(x));
}

static int add_estimate(json_t *list, const analysis_estimate *e) {
    json_t *o = json_object();
    int bad = json_array_append_new(list, o);
    bad |= json_object_set_new(o, "arm", document_text(e->arm));
    bad |= json_object_set_new(o, "control", document_text(e->control));
    bad |= json_object_set_new(o, "outcome", document_text(e->outcome));
    bad |= json_object_set_new(o, "method", document_text(method[e->method].name));
    bad |= json_object_set_new(o, "n_arm", document_integer(e->n_arm));
    bad |= json_object_set_new(o, "n_control", document_integer(e->n_control));
    bad |= set_number(o, "mean_arm", e->mean_arm);
    bad |= set_number(o, "mean_control", e->mean_control);
    bad |= set_number(o, "abs", e->abs);
    bad |= set_number(o, "abs_lo", e->abs_lo);
    bad |= set_number(o, "abs_hi", e->abs_hi);
    bad |= set_number(o, "rel", e->rel);
    bad |= set_number(o, "rel_lo", e->rel_lo);
    bad |= set_number(o, "rel_hi", e->rel_hi);
    bad |= set_number(o, "p", e->p);
    bad |= set_number(o, "rel_p", e->rel_p);
    bad |= set_number(o, "p_adjusted", e->p_adjusted);
    if (e->has_fieller) {
        bad |= json_object_set_new(o, "fieller", json_string(bound[e->fieller.bound]));
        bad |= set_number(o, "fieller_lo", e->fieller.lo);
        bad |= set_number(o, "fieller_hi", e->fieller.hi);
    }
    if (*e->why) bad |= json_object_set_new(o, "why", document_text(e->why));
    return bad;
}

static int set_srm(json_t *doc, const report_analysis *a) {
    json_t *srm = json_object();
    int bad = json_object_set_new(doc, "srm", srm);
    bad |= set_number(srm, "p", a->srm.p);
    bad |= json_object_set_new(srm, "ok",
                               isnan(a->srm.p) ? json_null() : json_boolean(!report_analysis_mismatch(a)));
    bad |= set_number(srm, "chi_square", a->srm.chi_square);
    bad |= json_object_set_new(srm, "exact", json_boolean(a->srm.exact));
    bad |= json_object_set_new(srm, "counts", json_string(a->srm_by_cluster ? "clusters" : "units"));
    return bad;
}

static int set_arms(json_t *doc, const report_analysis *a) {
    json_t *arms = json_array();
    int bad = json_object_set_new(doc, "arms", arms);
    for (size_t i = 0; i < a->arms; i++) {
        json_t *o = json_object();
        bad |= json_array_append_new(arms, o);
        bad |= json_object_set_new(o, "arm", document_text(a->arm[i].name));
        bad |= json_object_set_new(o, "units", document_integer(a->arm[i].units));
        bad |= json_object_set_new(o, "clusters", document_integer(a->arm[i].clusters));
        bad |= set_number(o, "weight", a->arm[i].weight);
    }
    return bad;
}

json_t *report_analysis_json(const report_analysis *a, const char *dir) {
    json_t *doc = json_object(), *estimates = json_array(), *notes = json_array();
    int bad = json_object_set_new(doc, "command", json_string("analyze"));
    bad |= json_object_set_new(doc, "file", document_text(a->file));
    bad |= set_number(doc, "alpha", a->alpha);
    bad |= json_object_set_new(doc, "correct", json_string(a->correction));
    bad |= set_srm(doc, a);
    bad |= set_arms(doc, a);
    bad |= json_object_set_new(doc, "estimates", estimates);
    for (size_t i = 0; i < a->estimates; i++)
        bad |= add_estimate(estimates, &a->estimate[i]);
    bad |= json_object_set_new(doc, "notes", notes);
    for (size_t i = 0; i < a->notes; i++)
        bad |= json_array_append_new(notes, document_text(a->note[i]));
    bad |= json_object_set_new(doc, "out", dir ? document_text(dir) : json_null());
    if (!bad) return doc;
    json_decref(doc);
    return NULL;
}

/* ---- CSV ---- */

void report_analysis_csv(FILE *out, const report_analysis *a) {
    fputs("arm,control,outcome,method,n_arm,n_control,mean_arm,mean_control,abs,abs_lo,abs_hi,rel,rel_lo,rel_"
          "hi,p,"
          "rel_p,p_adjusted,fieller_lo,fieller_hi,fieller,why,srm_ok\n",
          out);
    for (size_t i = 0; i < a->estimates; i++) {
        const analysis_estimate *e = &a->estimate[i];
        const double x[] = {e->mean_arm,
                            e->mean_control,
                            e->abs,
                            e->abs_lo,
                            e->abs_hi,
                            e->rel,
                            e->rel_lo,
                            e->rel_hi,
                            e->p,
                            e->rel_p,
                            e->p_adjusted,
                            e->has_fieller ? e->fieller.lo : NAN,
                            e->has_fieller ? e->fieller.hi : NAN};
        csv_text(out, e->arm);
        fputc(',', out);
        csv_text(out, e->control);
        fputc(',', out);
        csv_text(out, e->outcome);
        fprintf(out, ",%s,%.0f,%.0f", method[e->method].name, e->n_arm, e->n_control);
        for (size_t k = 0; k < sizeof x / sizeof *x; k++)
            csv_number(out, x[k]);
        fprintf(out, ",%s,", e->has_fieller ? bound[e->fieller.bound] : "");
        csv_text(out, e->why);
        fprintf(out, ",%d\n", !report_analysis_mismatch(a));
    }
}
