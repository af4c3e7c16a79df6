/* SPDX-License-Identifier: MIT
 *
 * beta.c - products of Betas, and the trapezoid rule on the logit scale.
 *
 * In x = log(p / (1 - p)) the density of Beta(a, b) is e^(ax) / (1 + e^x)^(a+b) up to a factor: smooth, with
 * tails that fall exponentially, whatever singular ends it has in p. A factor p^k makes an a + k of a. On the
 * whole line the trapezoid rule errs by the Fourier transform at w = 2 pi / step, relative to that at 0 here
 *     |Gamma(a + i w) Gamma(b + i w)| / (Gamma(a) Gamma(b)) <= about e^-(a f(w / a) + b f(w / b))
 * with f(u) = u atan u - log(1 + u^2) / 2, by Stirling's formula. As f(u) / u is concave, the exponent is at
 * least k f(w / k) with 1 / k = 1 / a + 1 / b; the step is chosen by that.
 */
#include "beta.h"

#include <math.h>

#define WEIGHT_MAX  1e15    /* a + b: a relative variance of 1e-15 is none */
#define WEIGHT_MIN  1e-30   /* of a or b */
#define DENSITY_CUT (-40.0) /* logarithm: density relative to the mode at which the grid ends */
#define ERROR_CUT   20.0    /* -logarithm of the error of the trapezoid rule */

bis_beta bis_beta_bounded(bis_beta p) {
    double shrink = p.a + p.b > WEIGHT_MAX ? WEIGHT_MAX / (p.a + p.b) : 1;
    return (bis_beta){fmax(p.a * shrink, WEIGHT_MIN), fmax(p.b * shrink, WEIGHT_MIN)};
}

bis_beta bis_beta_product(bis_beta click, bis_beta buy) {
    if (!(click.b > 0)) return buy;
    if (!(buy.b > 0)) return click;
    double n1 = click.a + click.b, p1 = click.a / n1, q1 = click.b / n1, v1 = p1 * q1 / (n1 + 1);
    double n2 = buy.a + buy.b, p2 = buy.a / n2, q2 = buy.b / n2, v2 = p2 * q2 / (n2 + 1);
    double mean = p1 * p2, rest = q1 + p1 * q2;
    double variance = p1 * p1 * v2 + p2 * p2 * v1 + v1 * v2;
    /* a + b = (mean - second moment) / variance, the first as mean (1 - r1 r2) with r = (a + 1) / (a + b +
     * 1). */
    double lack = mean * (click.b / (n1 + 1) + (click.a + 1) / (n1 + 1) * (buy.b / (n2 + 1)));
    double n = variance > 0 ? fmin(lack / variance, WEIGHT_MAX) : WEIGHT_MAX;
    return (bis_beta){mean * n, rest * n};
}

/* The density in x about a centre. */
typedef struct {
    double a, b, centre, p, q; /* p, q = 1 - p: at the centre */
} shape;

static shape shape_of(bis_beta p) {
    double centre = fmin(fmax(log(p.a / p.b), BIS_LOGIT_MIN), BIS_LOGIT_MAX);
    return (shape){p.a, p.b, centre, 1 / (1 + exp(-centre)), 1 / (1 + exp(centre))};
}

/* Its logarithm at centre + d, less that at the centre. At the mode a q = b p: nothing is lost where both are
 * large. */
static double log_density(const shape *s, double d) {
    return -s->a * log1p(s->q * expm1(-d)) - s->b * log1p(s->p * expm1(d));
}

/* How far from the centre the density falls to DENSITY_CUT, at most up to `limit`, in direction sign. */
static double reach(const shape *s, double sign, double limit) {
    if (log_density(s, sign * limit) > DENSITY_CUT) return limit;
    double in = 0, out = limit;
    for (int i = 0; i < 60 && out - in > 0.02 * out; i++) {
        double middle = (in + out) / 2;
        if (log_density(s, sign * middle) > DENSITY_CUT)
            in = middle;
        else
            out = middle;
    }
    return out;
}

/* The u with k f(u) = ERROR_CUT. f is convex and below u^2 / 2, so Newton's method comes from the left once,
 * then from the right. */
static double cut_frequency(double k) {
    double u = sqrt(2 * ERROR_CUT / k);
    for (int i = 0; i < 12; i++)
        u -= (u * atan(u) - log1p(u * u) / 2 - ERROR_CUT / k) / atan(u);
    return u;
}

bis_grid bis_beta_grid(bis_beta p, double buyers, double pushes) {
    const double two_pi = 6.283185307179586;
    shape s = shape_of(p);
    double left = reach(&s, -1, s.centre - BIS_LOGIT_MIN), right = reach(&s, 1, BIS_LOGIT_MAX - s.centre);
    double k = 1 / (1 / (p.a + buyers + 1) + 1 / (p.b + pushes + 1));
    bis_grid grid = {.first = s.centre - left, .step = two_pi / (k * cut_frequency(k))};
    grid.n = (size_t)((left + right) / grid.step) + 2;
    return grid;
}

void bis_beta_weights(bis_beta p, bis_grid *grid, double *log_weight, size_t stride) {
    shape s = shape_of(p);
    double sum = 0, first = 0, last = 0;
    for (size_t j = 0; j < grid->n; j++) {
        double lw = log_density(&s, grid->first - s.centre + (double)j * grid->step);
        log_weight[j * stride] = lw;
        last = exp(lw);
        if (j == 0) first = last;
        sum += last;
    }
    /* Beyond the limits the density is e^(ax) and e^(-bx); the rule goes on there for ever, a geometric
     * series. */
    double end = grid->first + (double)(grid->n - 1) * grid->step;
    grid->zero = grid->first < BIS_LOGIT_MIN + 1e-9 ? first / expm1(p.a * grid->step) : 0;
    grid->one = end > BIS_LOGIT_MAX - 1e-9 ? last / expm1(p.b * grid->step) : 0;
    sum += grid->zero + grid->one;
    grid->zero /= sum;
    grid->one /= sum;
    for (size_t j = 0; j < grid->n; j++)
        log_weight[j * stride] -= log(sum);
}
