/* SPDX-License-Identifier: MIT
 *
 * demand.h - the numbers of oversell_safe: the chance that buyers outnumber units. For libbis alone.
 *
 * It knows nothing of an engine and allocates nothing: bis_demand_plan() says how much room the rest needs,
 * and all that can fail is the caller's getting it. docs/OVERSELL.md has the formulas.
 *
 *     bis_demand demand;
 *     size_t bytes = bis_demand_plan(&demand, &setup);
 *     ... have room for so many bytes, or give up; nothing has changed yet ...
 *     bis_demand_prepare(&demand, room);
 *     size_t n = bis_demand_prefix(&demand, sources, candidates, limit, &chance);
 */
#ifndef BIS_DEMAND_H
#define BIS_DEMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "beta.h"
#include "pmf.h"

enum { BIS_DEMAND_SOURCES = 4 };

/* Up to so many units distributions are computed entry by entry; beyond, the buyers of a source given its p
 * are taken as normal, with continuity correction. At 1000 a tail is some 0.6 ms, and it grows with
 * the square. */
#define BIS_DEMAND_EXACT 1000

/* Beyond, the grid over p is as fine as for so many units. */
#define BIS_DEMAND_NODES 4096

/* n pushes in flight of one source at one age. survival, S in [0, 1]: the chance that a buyer of theirs has
 * not ordered by this age. 1 makes them fresh pushes; below 1e-12 they are as good as settled. */
typedef struct {
    double survival;
    uint32_t n;
} bis_flying;

typedef struct {
    bis_beta p; /* of the chance that a push makes a buyer */
    const bis_flying *flying;
    size_t n_flying;
} bis_demand_setup_source;

typedef struct {
    int64_t units;  /* >= 0 */
    double organic; /* units that others will want: the mean of a Poisson; >= 0, finite */
    bis_demand_setup_source source[BIS_DEMAND_SOURCES];
} bis_demand_setup;

/* A node of the quadrature over p, the chance of a source. */
typedef struct {
    double x, odds; /* log(p / (1 - p)); p / (1 - p) */
    double log_weight;
    double log_one_plus;   /* log(1 + odds): -log of the chance that a fresh push buys nothing */
    double log_none;       /* exact: -log of the chance that nobody in flight buys */
    double mean, variance; /* normal: of the buyers in flight */
} bis_demand_node;

typedef struct {
    double survival, n;
} bis_demand_group;

/* What prepare makes of a source. */
typedef struct {
    bis_beta p; /* bounded, if 0 < p < 1 */
    enum { BIS_DEMAND_NEVER, BIS_DEMAND_ALWAYS, BIS_DEMAND_BETA } kind;
    double fresh;  /* pushes that are out, and to be counted as fresh */
    double flying; /* others in flight */
    size_t n_groups;
    bis_demand_group *group;
    bis_grid grid; /* n 0: the beta-binomial does without */
    bis_demand_node *node;
    bis_pmf log_flying; /* exact: log of the p-free factor of P(k buyers in flight | p) */
} bis_demand_source;

/* All pointers lead into the setup's arrays (until prepare) and the room. */
typedef struct {
    const bis_demand_setup *setup;
    double units, organic;
    bool exact;
    size_t size; /* of the distributions; 0 if not exact */
    bis_demand_source source[BIS_DEMAND_SOURCES];
    bis_pmf organic_pmf, work[7];
    double *cell[6]; /* normal: see demand_normal.c */
} bis_demand;

/* S0(a): the chance that a buyer's delay from send to order, lognormal with this median and this sigma of its
 * logarithm and cut off at `horizon`, is longer than `age`. All in one unit of time. 0 from the horizon on;
 * before, 1 up to age 0, and then 0 if the median is 0. Where a delay below the horizon is next to
 * impossible: 1. */
double bis_delay_survival0(double median, double sigma, double age, double horizon);

/* Starts a demand, and returns the bytes of room that it needs, with the alignment of a double. The setup and
 * its arrays must stay as they are until prepare. */
size_t bis_demand_plan(bis_demand *, const bis_demand_setup *);

/* Computes what does not depend on the next pushes. The room must outlive the demand, which needs no end. */
void bis_demand_prepare(bis_demand *, void *room);

/* P(buyers in flight + buyers among extra[s] more pushes of each source s + organic demand > units), with an
 * error below 1e-7; what is left out (1e-12) counts as demand. Nondecreasing in each extra[s], but for
 * rounding at 1e-11.
 *
 * Beyond BIS_DEMAND_EXACT units: where no p is known to a few percent, the error is below 5e-4. Where all are
 * known, it is up to 0.066 / sqrt(v), v the variance, for the skewness of what is taken as normal. Where some
 * are known, means are resolved to 1 / 340 of the units times the number of other sources; steps of that kind
 * may fall by 1e-3. */
double bis_demand_tail(bis_demand *, const uint32_t extra[BIS_DEMAND_SOURCES]);

/* The most of the next n pushes, in order, with a tail of at most `limit`; sources[i] < BIS_DEMAND_SOURCES is
 * that of the i-th. [out] chance: the tail for that many. 0 if already nothing more is too much. */
size_t bis_demand_prefix(bis_demand *, const uint8_t *sources, size_t n, double limit, double *chance);

/* ---- the parts ----------------------------------------------------------------------------------- */

/* demand_mixed.c: the buyers of a source with pushes in flight, entry by entry. Uses work[0] to work[2]. */
void bis_demand_mixed_prepare(bis_demand *, bis_demand_source *);
void bis_demand_mixed_pmf(bis_demand *, const bis_demand_source *, double fresh, bis_pmf *out);

/* demand_normal.c: the same as bis_demand_tail() for many units. */
size_t bis_demand_normal_cells(void);
void bis_demand_normal_node(const bis_demand_source *, bis_demand_node *);
double bis_demand_normal_tail(bis_demand *, const uint32_t extra[BIS_DEMAND_SOURCES]);

#endif
