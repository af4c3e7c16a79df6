/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * contrast.c - see contrast.h.
 */
#include "stats/contrast.h"

#include <math.h>
#include <stdbool.h>

#include "stats/interval.h"

typedef struct {
    double weight, x, y, units, clusters;
} group;

/* What one cluster does in one group. */
typedef struct {
    double pull; /* at the estimate, made up for h */
    double own;  /* variance of that under independence, in units of one unit's */
    double with; /* its covariance with another cluster's is - with x with */
} part;

static void add_up(const stat_cluster_sums *cluster, size_t clusters, size_t groups, group *all) {
    for (size_t i = 0; i < clusters; i++)
        for (size_t k = 0; k < groups; k++) {
            if (!(cluster[i].units[k] > 0)) continue;
            all[k].x += cluster[i].x[k];
            all[k].y += cluster[i].y[k];
            all[k].units += cluster[i].units[k];
            all[k].clusters++;
        }
}

static part part_of(const group *all, const stat_cluster_sums *c, size_t k) {
    if (!(c->units[k] > 0) || all->weight == 0) return (part){0, 0, 0};
    double h = c->units[k] / all->units, made_up = sqrt(1 - h), each = all->weight / all->y;
    return (part){each * (c->x[k] - all->x / all->y * c->y[k]) / made_up, each * each * c->units[k],
                  each * c->units[k] / sqrt(all->units) / made_up};
}

static void finish(stat_contrast_result *r, double level) {
    double q = r->se > 0 ? stat_t_quantile(level, r->df) : NAN;
    r->lo = r->estimate - q * r->se;
    r->hi = r->estimate + q * r->se;
    r->p = r->se > 0 ? stat_t_p(r->estimate / r->se, r->df) : NAN;
}

stat_contrast_result stat_contrast(const stat_cluster_sums *cluster, size_t clusters, const double *weight,
                                   size_t groups, double level) {
    group all[STAT_GROUPS_MAX] = {{0}};
    double product[STAT_GROUPS_MAX][STAT_GROUPS_MAX] = {{0}}; /* of what clusters have in common, by group */
    double variance = 0, trace = 0, squares = 0;
    stat_contrast_result r = {.estimate = 0, .se = NAN, .df = NAN, .lo = NAN, .hi = NAN, .p = NAN};
    bool enough = true;
    add_up(cluster, clusters, groups, all);
    for (size_t k = 0; k < groups; k++) {
        all[k].weight = weight[k];
        if (weight[k] == 0) continue;
        r.estimate += weight[k] * all[k].x / all[k].y;
        enough = enough && all[k].clusters >= 2;
    }
    if (!enough) return r;
    for (size_t i = 0; i < clusters; i++) {
        double pull = 0, own = 0, common = 0, with[STAT_GROUPS_MAX];
        for (size_t k = 0; k < groups; k++) {
            part p = part_of(&all[k], &cluster[i], k);
            pull += p.pull;
            own += p.own;
            with[k] = p.with;
            common += with[k] * with[k];
            for (size_t l = 0; l <= k; l++)
                product[k][l] += with[k] * with[l];
        }
        variance += pull * pull;
        trace += own;
        squares += own * own - common * common;
    }
    for (size_t k = 0; k < groups; k++)
        for (size_t l = 0; l <= k; l++)
            squares += (k == l ? 1 : 2) * product[k][l] * product[k][l];
    r.se = sqrt(variance);
    r.df = trace * trace / squares;
    finish(&r, level);
    return r;
}

stat_contrast_result stat_contrast_two_way(const stat_contrast_result by[2], double shared, double level) {
    stat_contrast_result r = by[0];
    double one = by[0].se * by[0].se, other = by[1].se * by[1].se;
    r.se = sqrt(fmax(one + other - shared, fmax(one, other)));
    if (isnan(one + other)) r.se = NAN;
    r.df = fmin(by[0].df, by[1].df);
    finish(&r, level);
    return r;
}
