/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * analysis.h - the estimates of one experiment's table: as text, JSON, CSV, forest plot and page.
 */
#ifndef REPORTS_ANALYSIS_H
#define REPORTS_ANALYSIS_H

#include "reports/report.h"
#include "stats/ratio.h"
#include "stats/srm.h"

typedef enum {
    ANALYSIS_WELCH,
    ANALYSIS_RATIO,
    ANALYSIS_CLUSTER,
    ANALYSIS_NEWCOMBE,
    ANALYSIS_CUPED,
    ANALYSIS_BOOTSTRAP,
    ANALYSIS_RANDOMISATION,
    ANALYSIS_SEQUENTIAL,
    ANALYSIS_METHODS
} analysis_method;

enum { ANALYSIS_NOTE = 320 };

/* One arm against the control, one outcome, one method. NaN: does not exist. Texts are borrowed. */
typedef struct {
    const char *arm, *control, *outcome;
    analysis_method method;
    double n_arm, n_control, mean_arm, mean_control;
    double abs, abs_lo, abs_hi, rel, rel_lo, rel_hi, p, rel_p, p_adjusted;
    bool has_fieller;
    stat_fieller_result fieller;
    char why[ANALYSIS_NOTE]; /* why numbers are missing; "" if nothing has to be said */
} analysis_estimate;

typedef struct {
    const char *name;     /* borrowed */
    double units, weight; /* weight: of its intended share, of any sum */
    double clusters;      /* NaN: there are none */
} analysis_arm;

typedef struct {
    const char *file, *arm_column, *correction; /* borrowed */
    double alpha;
    analysis_arm *arm; /* the control first */
    size_t arms;
    stat_srm_result srm;
    bool srm_by_cluster, weights_given;
    analysis_estimate *estimate; /* by outcome, arm, method */
    size_t estimates;
    char (*note)[ANALYSIS_NOTE];
    size_t notes;
    uint64_t file_hash, seed;
    const store_pair *program; /* borrowed: what it takes to get the same numbers again */
    size_t program_rows;
} report_analysis;

void report_analysis_clear(report_analysis *a);

const char *report_analysis_method(analysis_method m); /* "welch", "ratio_delta", ... */
const char *report_analysis_about(analysis_method m);  /* half a sentence */

/* A mismatch at the level of stats/srm.h. */
bool report_analysis_mismatch(const report_analysis *a);
/* Whether the interval of the difference leaves out 0; false without one. */
bool report_analysis_clear_of_0(const analysis_estimate *e);

void report_analysis_text(FILE *out, const report_analysis *a, const char *dir, bool colour);
json_t *report_analysis_json(const report_analysis *a, const char *dir); /* NULL: no memory */
void report_analysis_csv(FILE *out, const report_analysis *a);
void report_analysis_page(FILE *out, const report_analysis *a, const char *svg);
/* Lines of the forest plot, the first of those that have one. [out] all: how many have. */
size_t report_analysis_plot_rows(const report_analysis *a, size_t *all);
void report_analysis_plot(FILE *gp, const void *analysis); /* the forest plot */

/* Writes DIR/analyze.csv, DIR/plots/analyze.{svg,png} and last DIR/analyze.html. [out] error on false. */
bool report_analysis_write(const char *dir, const report_analysis *a, char error[STORE_ERROR_SIZE]);

#endif
