/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cluster.c - see cluster.h.
 */
#include "stats/cluster.h"

#include <math.h>
#include <stdlib.h>

#include "stats/contrast.h"
#include "stats/interval.h"
#include "stats/ratio.h"

enum { ALL_UP_TO = 100000 };

/* The sums of a cluster in either arm. */
typedef stat_cluster_sums sums;

static sums *add_up(const stat_clustered *d) {
    sums *s = calloc(d->clusters ? d->clusters : 1, sizeof *s);
    for (size_t i = 0; s && i < d->n; i++) {
        double y = d->y ? d->y[i] : 1;
        if (isnan(d->x[i]) || isnan(y)) continue;
        sums *c = &s[d->cluster[i]];
        int arm = d->treated[i];
        c->x[arm] += d->x[i];
        c->y[arm] += y;
        c->units[arm]++;
    }
    return s;
}

/* The interval of a difference whose variance is not the sum of two; relative, t / c moves by dt / c - t /
 * c^2 dc. */
static void crossed_interval(const sums *s, size_t clusters, const stat_sample arm[2], double level,
                             stat_welch_result *w) {
    static const double apart[2] = {-1, 1};
    stat_contrast_result d = stat_contrast(s, clusters, apart, 2, level);
    double c = arm[0].mean, t = arm[1].mean;
    *w = (stat_welch_result){.diff = t - c, .se = d.se, .df = d.df, .lo = d.lo, .hi = d.hi, .p = d.p};
    w->rel = w->rel_se = w->rel_lo = w->rel_hi = w->rel_p = NAN;
    if (c == 0) return;
    const double relative[2] = {-t / (c * c), 1 / c};
    stat_contrast_result r = stat_contrast(s, clusters, relative, 2, level);
    double df = d.se > 0 ? d.df : r.df; /* as in stat_welch(), the difference's, if it has some */
    double q = r.se > 0 ? stat_t_quantile(level, df) : NAN;
    w->rel = (t - c) / c;
    w->rel_se = r.se;
    w->rel_lo = w->rel - q * r.se;
    w->rel_hi = w->rel + q * r.se;
    w->rel_p = r.se > 0 ? stat_t_p(w->rel / r.se, df) : NAN;
}

bool stat_cluster(const stat_clustered *d, double level, stat_cluster_result *out) {
    sums *s = add_up(d);
    if (!s) return false;
    stat_cluster_result r = {.clusters = {0, 0}};
    stat_pair_stream pairs[2] = {{.n = 0}, {.n = 0}};
    for (size_t i = 0; i < d->clusters; i++) {
        for (int arm = 0; arm < 2; arm++) {
            if (!(s[i].units[arm] > 0)) continue;
            stat_pair_add(&pairs[arm], s[i].x[arm], s[i].y[arm]);
            r.clusters[arm]++;
        }
        r.crossed |= s[i].units[0] > 0 && s[i].units[1] > 0;
    }
    stat_sample arm[2];
    for (int a = 0; a < 2; a++) {
        stat_pairs moments = stat_pair_moments(&pairs[a]);
        arm[a] = stat_ratio_sample(&moments);
    }
    if (r.crossed)
        crossed_interval(s, d->clusters, arm, level, &r.welch);
    else
        r.welch = stat_welch(&arm[1], &arm[0], level);
    free(s);
    *out = r;
    return true;
}

/* ---- randomisation ---- */

typedef struct {
    double *x, *y; /* of each cluster */
    size_t n, treated;
    double all_x, all_y, seen; /* absolute difference as it was */
    size_t *pick;              /* clusters that are treated */
} lots;

static double difference(const lots *l) {
    double x = 0, y = 0;
    for (size_t i = 0; i < l->treated; i++) {
        x += l->x[l->pick[i]];
        y += l->y[l->pick[i]];
    }
    return fabs(x / y - (l->all_x - x) / (l->all_y - y));
}

/* Two means are subtracted, so what is lost to rounding goes by their size. A difference that is none counts
 * as far. */
static bool as_far(const lots *l) {
    double dust = 1e-12 * (l->seen + fabs(l->all_x / l->all_y));
    return !(difference(l) < l->seen - dust);
}

/* Number of ways, or infinity where it is far above what is tried. */
static double ways(size_t n, size_t k) {
    double w = 1;
    for (size_t i = 1; i <= k && w < 1e15; i++)
        w = w * (double)(n - k + i) / (double)i;
    return round(w);
}

static bool next_pick(lots *l) {
    for (size_t i = l->treated; i-- > 0;) {
        if (l->pick[i] == l->n - l->treated + i) continue;
        l->pick[i]++;
        for (size_t j = i + 1; j < l->treated; j++)
            l->pick[j] = l->pick[j - 1] + 1;
        return true;
    }
    return false;
}

static double all_of_them(lots *l) {
    double far = 0;
    for (size_t i = 0; i < l->treated; i++)
        l->pick[i] = i;
    do
        far += as_far(l);
    while (next_pick(l));
    return far;
}

/* A random subset by the first places of a shuffle; `order` is one cluster list. */
static double drawn(lots *l, uint32_t draws, stat_draws draw, size_t *order) {
    double far = 0;
    for (uint32_t b = 0; b < draws; b++) {
        for (size_t i = 0; i < l->n; i++)
            order[i] = i;
        for (size_t i = 0; i < l->treated; i++) {
            size_t j = i + (size_t)(draw.uniform(draw.context, b, (uint32_t)i) * (double)(l->n - i));
            size_t other = order[j];
            order[j] = order[i];
            l->pick[i] = order[i] = other;
        }
        far += as_far(l);
    }
    return far;
}

/* The clusters as they were: [out] whether this is a test at all. */
static bool as_seen(const sums *s, size_t clusters, lots *l) {
    for (size_t i = 0; i < clusters; i++) {
        int arm = s[i].units[1] > 0;
        if (s[i].units[0] > 0 && s[i].units[1] > 0) return false;
        if (!(s[i].units[arm] > 0)) continue;
        if (arm) l->pick[l->treated++] = l->n;
        l->x[l->n] = s[i].x[arm];
        l->y[l->n] = s[i].y[arm];
        l->all_x += s[i].x[arm];
        l->all_y += s[i].y[arm];
        l->n++;
    }
    l->seen = difference(l);
    return l->treated > 0 && l->treated < l->n && !isnan(l->seen);
}

bool stat_randomisation(const stat_clustered *d, uint32_t draws, stat_draws draw,
                        stat_randomisation_result *out) {
    size_t room = d->clusters ? d->clusters : 1;
    sums *s = add_up(d);
    size_t *index = malloc(2 * room * sizeof *index);
    double *value = malloc(2 * room * sizeof *value);
    bool good = s && index && value;
    if (good) {
        stat_randomisation_result r = {NAN, 0, NAN, false};
        lots l = {.x = value, .y = value + room, .pick = index};
        if (as_seen(s, d->clusters, &l)) {
            double all = ways(l.n, l.treated);
            r.exact = all <= ALL_UP_TO;
            r.assignments = r.exact ? all : (double)draws + 1;
            double far = r.exact ? all_of_them(&l) : 1 + drawn(&l, draws, draw, index + room);
            r.p = far / r.assignments;
            /* with arms of equal size, an assignment and its mirror image are equally far */
            r.least = (r.exact && 2 * l.treated == l.n ? 2 : 1) / r.assignments;
        }
        *out = r;
    }
    free(s);
    free(index);
    free(value);
    return good;
}
