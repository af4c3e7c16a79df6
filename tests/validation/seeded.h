/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * seeded.h - numbers drawn for the validation of estimators, and how far a share of them may lie off.
 */
#ifndef TESTS_SEEDED_H
#define TESTS_SEEDED_H

#include <math.h>

#include <gsl/gsl_rng.h>

#include "tests/support.h"

/* Four standard errors of a share over so many rounds. */
static inline double four_errors(double share, int rounds) {
    return 4 * sqrt(share * (1 - share) / rounds);
}

/* A Mersenne Twister, the caller's to free. */
static inline gsl_rng *seeded(unsigned long seed) {
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    assert_non_null(rng);
    gsl_rng_set(rng, seed);
    return rng;
}

#endif
