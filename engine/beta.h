/* SPDX-License-Identifier: MIT
 *
 * beta.h - what is believed of a probability: Beta distributions, and quadrature over them. For libbis alone.
 */
#ifndef BIS_BETA_H
#define BIS_BETA_H

#include <stddef.h>

/* Beta(a, b): so many successes and failures, a prior's among them; mean a / (a + b). Both >= 0 and finite.
 * a = 0: never. b = 0: always; so for both 0, on the side of caution. From a + b = 1e15 on p is as good as
 * known. */
typedef struct {
    double a, b;
} bis_beta;

/* The Beta with the mean and the second moment of the product of two independent ones. */
bis_beta bis_beta_product(bis_beta click, bis_beta buy);

/* Within the range that the functions below and those of pmf.h take, where both parameters are above 0. */
bis_beta bis_beta_bounded(bis_beta);

/* Nodes x_j = first + j step, j < n, in x = log(p / (1 - p)). What a Beta has beyond BIS_LOGIT_MIN and
 * BIS_LOGIT_MAX is put at p = 0 and p = 1. */
typedef struct {
    double first, step;
    size_t n;
    double zero, one; /* the chances of p = 0 and p = 1 */
} bis_grid;

#define BIS_LOGIT_MIN (-50.0)
#define BIS_LOGIT_MAX 60.0

/* A grid fine enough for functions of p like the chance of k purchases in n pushes, k <= buyers, n <= pushes,
 * at 1e-8. p must be bounded. zero and one are not yet known. */
bis_grid bis_beta_grid(bis_beta p, double buyers, double pushes);

/* Puts the logarithms of the nodes' weights into log_weight[j * stride], and fills zero and one. All weights
 * sum to 1. */
void bis_beta_weights(bis_beta p, bis_grid *grid, double *log_weight, size_t stride);

#endif
