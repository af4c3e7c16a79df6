/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calibrate_fit.c - the fits, and which family has the best AIC.
 */
#include "lab/calibrate_job.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name, *size, *shape;
} families[STAT_FAMILIES] = {
    [STAT_EXPONENTIAL] = {"exponential", "mean", ""},
    [STAT_GAMMA] = {"gamma", "mean", "cv"},
    [STAT_LOGNORMAL] = {"lognormal", "median", "sigma"},
    [STAT_WEIBULL] = {"weibull", "scale", "shape"},
};

const char *lab_family_name(stat_family family) {
    return families[family].name;
}
const char *lab_size_name(stat_family family) {
    return families[family].size;
}
const char *lab_shape_name(stat_family family) {
    return families[family].shape;
}

/* Half a unit to either side. The least that can be seen stands for all that is shorter. */
size_t lab_spells_times(const lab_spells *s, stat_time *out) {
    double half = s->rounded ? s->unit / 2 : 0, least = s->zeros ? half : 3 * half;
    for (size_t i = 0; i < s->n; i++) {
        double t = s->spell[i].length;
        if (!s->spell[i].ended)
            out[i] = (stat_time){t, INFINITY, 1};
        else
            out[i] = (stat_time){t < least ? 0 : t - half, t + half, 1};
    }
    return stat_times_sort(out, s->n);
}

/* Whether a scenario's parameters reach so far (scenarios/rows.h). */
static bool fits_scenario(const stat_times_fit *f) {
    if (f->family == STAT_LOGNORMAL) return f->shape <= 10;
    if (f->family == STAT_WEIBULL) return f->shape >= 0.05 && f->shape <= 100;
    return f->shape <= 100;
}

static bool fit_times(lab_calibration *c, const char *name, const char *title, const lab_spells *of) {
    if (of->ended < 2) return true;
    lab_times *t = &c->times[c->kinds++];
    *t = (lab_times){.name = name, .title = title, .of = of, .best = -1};
    t->time = malloc(of->n * sizeof *t->time);
    if (!t->time) return false;
    t->times = lab_spells_times(of, t->time);
    for (int k = 0; k < STAT_FAMILIES; k++) {
        t->good[k] = stat_fit_times((stat_family)k, t->time, t->times, &t->fit[k]);
        t->good[k] = t->good[k] && fits_scenario(&t->fit[k]);
        if (t->good[k] && (t->best < 0 || t->fit[k].aic < t->fit[t->best].aic)) t->best = k;
    }
    return true;
}

bool lab_calibration_fit(lab_calibration *c) {
    const lab_facts *f = &c->facts;
    c->has_nbd = stat_fit_nbd(f->visits, f->visit_counts, false, &c->nbd);
    c->has_zipf = stat_fit_zipf(f->sku, f->skus, &c->zipf) && c->zipf.exponent >= 0;
    return fit_times(c, "lead_time", "Out-of-stock spells", &f->out) &&
           fit_times(c, "in_stock", "In-stock spells", &f->in) &&
           fit_times(c, "between",
                     f->views ? "Time between a shopper's views" : "Time between a shopper's purchases",
                     &f->between) &&
           fit_times(c, "open_delay", "Time from sent to opened", &f->open_delay);
}

void lab_calibration_clear(lab_calibration *c) {
    for (size_t i = 0; i < c->kinds; i++)
        free(c->times[i].time);
    lab_facts_clear(&c->facts);
    *c = (lab_calibration){0};
}

const lab_times *lab_calibration_times(const lab_calibration *c, const char *name) {
    for (size_t i = 0; i < c->kinds; i++)
        if (!strcmp(c->times[i].name, name) && c->times[i].best >= 0) return &c->times[i];
    return NULL;
}
