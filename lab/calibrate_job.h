/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calibrate_job.h - what the files of calibrate hand on: facts of the traces, fits to them, and their checks.
 */
#ifndef LAB_CALIBRATE_JOB_H
#define LAB_CALIBRATE_JOB_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "lab/calibrate.h"
#include "lab/calibrate_input.h"
#include "stats/fit_counts.h"
#include "stats/fit_times.h"
#include "stats/proportion.h"

/* ---- facts (calibrate_facts.c) ---- */

/* A time that began while somebody looked. In hours. */
typedef struct {
    double length; /* until it ended, or until nobody looked any more */
    double window; /* how long it could have been seen to last: length <= window */
    bool ended;
} lab_spell;

typedef struct {
    lab_spell *spell;
    size_t n, room, ended;
    size_t unseen_start; /* that had begun before anybody looked: left out */
    double unit;         /* hours: all lengths are multiples of it */
    bool rounded;        /* the unit is so coarse that lengths count as rounded to it */
    bool cut;            /* only what ended inside its window is here at all, as with opens of sends */
    bool zeros;          /* some took no time at all */
} lab_spells;

typedef struct {
    bool stock, events, sends, views;
    /* traces.inventory */
    lab_spells out, in;
    double restocks, sku_days, stock_skus, restock_hour[24];
    /* traces.events; occasions are views if there are any, else purchases */
    lab_spells between;
    stat_count *visits; /* distinct counts per shopper, rising; how many shoppers have each */
    size_t visit_counts;
    double occasions, shoppers, anonymous, days;
    double purchases, returned, bought; /* occasions with a purchase; rows returned, rows bought */
    double *sku;                        /* rows bought by rank, falling */
    size_t skus;
    double hour[24], weekday[7]; /* occasions, anonymous ones too; weekday 0 is Monday */
    double price, price_se, priced;
    /* traces.sends */
    lab_spells open_delay;
    double sent, opened, clicked, young;
    bool has_clicks;
} lab_facts;

bool lab_facts_take(const lab_traces *traces, lab_facts *out); /* false: no memory; [out] out to be cleared */
void lab_facts_clear(lab_facts *facts);

/* ---- fits (calibrate_fit.c) ---- */

enum { LAB_CHECKS = 8, LAB_TIMES = 4 };

/* A number of the trace beside the same number of data sets simulated with the fit. */
typedef struct {
    const char *name, *unit; /* "h", "share", "count" */
    double observed;
    double median, lo, hi; /* of the simulated: middle 95 % */
    double tail;           /* two-sided share of simulated ones as extreme as the observed */
} lab_check;

typedef struct {
    lab_check check[LAB_CHECKS];
    size_t n;
    unsigned sets; /* simulated */
} lab_checks;

/* Times of one kind: what every family makes of them. */
typedef struct {
    const char *name;  /* "lead_time", also of the plot */
    const char *title; /* "Out-of-stock spells" */
    const lab_spells *of;
    stat_time *time; /* as it was fitted */
    size_t times;
    stat_times_fit fit[STAT_FAMILIES];
    bool good[STAT_FAMILIES];
    int best; /* by AIC; -1: none */
    lab_checks checks;
} lab_times;

typedef struct {
    lab_facts facts;
    lab_times times[LAB_TIMES];
    size_t kinds;
    bool has_nbd, has_zipf;
    stat_nbd_fit nbd;
    lab_checks nbd_checks;
    stat_zipf_fit zipf;
    lab_checks zipf_checks;
} lab_calibration;

/* [in, out] c: facts filled. false: no memory. */
bool lab_calibration_fit(lab_calibration *c);
void lab_calibration_clear(lab_calibration *c); /* facts too */
const lab_times *lab_calibration_times(const lab_calibration *c,
                                       const char *name); /* NULL: none, or no fit */

/* Spells as the likelihood takes them. [out] out: room for spells->n. Returns how many, equals joined. */
size_t lab_spells_times(const lab_spells *spells, stat_time *out);

/* "gamma", and what its parameters are called in a scenario. */
const char *lab_family_name(stat_family family);
const char *lab_size_name(stat_family family);
const char *lab_shape_name(stat_family family);

/* ---- posterior-predictive checks (calibrate_check.c) ---- */

/* Fills the checks of everything that is fitted. false: no memory. */
bool lab_calibration_check(lab_calibration *c);

/* ---- output ---- */

void lab_fragment_write(FILE *out, const lab_calibration *c, const lab_traces *traces, const char *config);
#define LAB_FRAGMENT_MARK "# Fitted by restocklab calibrate"

void lab_calibration_print(FILE *out, const lab_calibration *c);
json_t *lab_calibration_json(const lab_calibration *c, const char *config, const char *out);
bool lab_calibration_plot(const lab_calibration *c, const char *dir, char *error);

#endif
