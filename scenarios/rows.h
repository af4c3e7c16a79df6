/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rows.h - how the world's parameter rows are written: one macro a type, one for a whole distribution.
 *
 * Offsets count from the start of scenario_params, or of the element in a list. W is the condition under
 * which the row is active, "" for always; the rows of a distribution add theirs on its .dist.
 */
#ifndef SCENARIOS_ROWS_H
#define SCENARIOS_ROWS_H

#include "scenarios/internal.h"

#define AT(MEMBER) offsetof(scenario_params, MEMBER)

/* Upper ends of ranges: far beyond any sane use, near enough that sums and products stay in bounds. */
#define SPAN_MAX  3.1536e12 /* ms: 36500 days */
#define UNITS_MAX 1e9
#define RATE_MAX  1e9

#define ROW(PATH, TYPE, OFFSET, UNIT, MIN, MAX, DEF, W, DOC)                                                 \
    {                                                                                                        \
        .path = (PATH), .type = (TYPE), .offset = (OFFSET), .unit = (UNIT), .min = (MIN), .max = (MAX),      \
        .def = (DEF), .active = (W), .doc = (DOC)                                                            \
    }
#define REAL(PATH, OFFSET, UNIT, MIN, MAX, DEF, W, DOC)                                                      \
    ROW(PATH, BIS_FIELD_REAL, OFFSET, UNIT, MIN, MAX, DEF, W, DOC)
#define INT(PATH, OFFSET, UNIT, MIN, MAX, DEF, W, DOC)                                                       \
    ROW(PATH, BIS_FIELD_INT, OFFSET, UNIT, MIN, MAX, DEF, W, DOC)
#define SPAN(PATH, OFFSET, MIN, MAX, DEF, W, DOC)                                                            \
    ROW(PATH, BIS_FIELD_DURATION, OFFSET, "", MIN, MAX, DEF, W, DOC)
#define SHARE(PATH, OFFSET, DEF, W, DOC) REAL(PATH, OFFSET, "share", 0, 1, DEF, W, DOC)
#define CHOICE(PATH, OFFSET, CHOICES, DEF, W, DOC)                                                           \
    {                                                                                                        \
        .path = (PATH), .type = BIS_FIELD_CHOICE, .offset = (OFFSET), .unit = "", .def = (DEF),              \
        .choices = (CHOICES), .active = (W), .doc = (DOC)                                                    \
    }
#define TEXT(PATH, OFFSET, SIZE, DEF, W, DOC)                                                                \
    {                                                                                                        \
        .path = (PATH), .type = BIS_FIELD_TEXT, .offset = (OFFSET), .size = (SIZE), .unit = "",              \
        .def = (DEF), .active = (W), .doc = (DOC)                                                            \
    }
/* A row of a list's elements: OFFSET counts from the start of the element. */
#define ELEMENT(LIST, PATH, TYPE, OFFSET, SIZE, UNIT, MIN, MAX, DEF, W, DOC)                                 \
    {                                                                                                        \
        .path = (PATH), .type = (TYPE), .offset = (OFFSET), .size = (SIZE), .unit = (UNIT), .min = (MIN),    \
        .max = (MAX), .def = (DEF), .active = (W), .list = &(LIST), .doc = (DOC)                             \
    }

/* A span of time. WHEN: "" or a condition with a trailing "&", such as "feed.mode=poll&". TYPICAL stands for
 * the mean, the median and the scale, so that a change of the shape alone keeps the size. */
#define SPAN_DIST(PATH, M, WHEN, DIST, TYPICAL, CV, SIGMA, MAX, WHAT)                                        \
    CHOICE(PATH ".dist", AT(M.kind), scenario_span_kinds, DIST, WHEN, WHAT),                                 \
        SPAN(PATH ".mean", AT(M.mean), 0, SPAN_MAX, TYPICAL, WHEN PATH ".dist=fixed|exponential|gamma",      \
             "Its mean, or its only value if fixed; 0 switches the delay off."),                             \
        REAL(PATH ".cv", AT(M.cv), "", 0, 100, CV, WHEN PATH ".dist=gamma",                                  \
             "Its coefficient of variation, standard deviation over mean; 1 is exponential."),               \
        SPAN(PATH ".median", AT(M.median), 0, SPAN_MAX, TYPICAL, WHEN PATH ".dist=lognormal",                \
             "Its median: half of the values are below."),                                                   \
        REAL(PATH ".sigma", AT(M.sigma), "", 0, 10, SIGMA, WHEN PATH ".dist=lognormal",                      \
             "Standard deviation of its logarithm; at 1 about one value in six is above 2.7 medians."),      \
        SPAN(PATH ".scale", AT(M.scale), 0, SPAN_MAX, TYPICAL, WHEN PATH ".dist=weibull",                    \
             "Its scale: 63 % of the values are below."),                                                    \
        REAL(PATH ".shape", AT(M.shape), "", 0.05, 100, "1", WHEN PATH ".dist=weibull",                      \
             "Its shape: below 1 the hazard falls with time, above 1 it rises, 1 is exponential."),          \
        SPAN(PATH ".min", AT(M.min), 0, SPAN_MAX, "0", WHEN PATH ".dist=uniform", "Its least value."),       \
        SPAN(PATH ".max", AT(M.max), 0, SPAN_MAX, MAX, WHEN PATH ".dist=uniform", "Its greatest value.")

/* A count of units. */
#define UNITS_DIST(PATH, M, WHEN, DIST, MEAN, DISPERSION, CV, MIN, MAX, WHAT)                                \
    CHOICE(PATH ".dist", AT(M.kind), scenario_units_kinds, DIST, WHEN, WHAT),                                \
        REAL(PATH ".mean", AT(M.mean), "units", 0, UNITS_MAX, MEAN,                                          \
             WHEN PATH ".dist=fixed|poisson|negative_binomial|lognormal",                                    \
             "The mean number of units, or the only one if fixed (rounded)."),                               \
        REAL(PATH ".dispersion", AT(M.dispersion), "", 1e-3, 1e6, DISPERSION,                                \
             WHEN PATH ".dist=negative_binomial",                                                            \
             "Its dispersion k: variance = mean + mean^2 / k, so a small k means uneven counts."),           \
        REAL(PATH ".cv", AT(M.cv), "", 0, 100, CV, WHEN PATH ".dist=lognormal",                              \
             "Its coefficient of variation: standard deviation over mean."),                                 \
        INT(PATH ".min", AT(M.min), "units", 0, UNITS_MAX, MIN, WHEN PATH ".dist=uniform",                   \
            "The least number."),                                                                            \
        INT(PATH ".max", AT(M.max), "units", 0, UNITS_MAX, MAX, WHEN PATH ".dist=uniform",                   \
            "The greatest number.")

extern const char *const scenario_span_kinds[];
extern const char *const scenario_units_kinds[];

#endif
