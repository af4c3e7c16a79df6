/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * analyze.c - the command analyze: columns, arms, contrasts; what is estimated of them is in
 * analyze_estimate.c.
 */
#include "lab/analyze_job.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lab/folder.h"
#include "lab/internal.h"
#include "lab/manifest.h"
#include "stats/multiple.h"

enum { NOTES = 200 };

void analyze_note(analyze_job *job, const char *format, ...) {
    report_analysis *a = &job->result;
    va_list args;
    if (a->notes == NOTES) return;
    va_start(args, format);
    vsnprintf(a->note[a->notes++], ANALYSIS_NOTE, format, args);
    va_end(args);
}

/* ---- columns ---- */

static lab_status want_outcome(analyze_job *job, const char *name, analyze_outcome *out, lab_error *error) {
    *out = (analyze_outcome){.name = name};
    return lab_sheet_want_ratio(job->table, name, "--outcome", &out->numerator, &out->denominator, error);
}

static lab_status want_covariate(analyze_job *job, size_t i, lab_error *error) {
    lab_status status = lab_sheet_want(job->table, job->options->covariate[i], LAB_NUMBER, "--covariate",
                                       &job->covariate_column[i], error);
    for (size_t k = 0; k < job->options->outcomes && status == LAB_OK; k++) {
        const analyze_outcome *o = &job->outcome[k];
        status = lab_sheet_check_covariate(job->table, job->covariate_column[i], o->name, o->numerator,
                                           o->denominator, error);
    }
    return status;
}

static lab_status want_columns(analyze_job *job, lab_error *error) {
    const lab_analyze_options *o = job->options;
    lab_status status = lab_sheet_want(job->table, o->arm, LAB_TEXT, "--arm", &job->arm_column, error);
    for (size_t i = 0; i < o->outcomes && status == LAB_OK; i++)
        status = want_outcome(job, o->outcome[i], &job->outcome[i], error);
    for (size_t i = 0; i < o->covariates && status == LAB_OK; i++)
        status = want_covariate(job, i, error);
    if (o->cluster && status == LAB_OK)
        status = lab_sheet_want(job->table, o->cluster, LAB_TEXT, "--cluster", &job->cluster_column, error);
    return status;
}

static lab_status check(const lab_analyze_options *o, lab_error *error) {
    if (!o->outcomes) return lab_fail(error, LAB_BAD_INPUT, "--outcome is missing: which column to compare");
    if (o->outcomes > ANALYZE_OUTCOMES)
        return lab_fail(error, LAB_BAD_INPUT, "--outcome: more than %d", ANALYZE_OUTCOMES);
    if (o->covariates > STAT_COVARIATES_MAX)
        return lab_fail(error, LAB_BAD_INPUT, "--covariate: more than %d", STAT_COVARIATES_MAX);
    for (size_t i = 0; i < o->outcomes; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(o->outcome[i], o->outcome[j]) == 0)
                return lab_fail(error, LAB_BAD_INPUT, "--outcome %s is given twice", o->outcome[i]);
    if (!o->out) return LAB_OK;
    lab_status status = lab_folder_check_for(o->out, "analyze.html", "analysis", error);
    return status == LAB_OK ? lab_folder_check_input(o->out, "analyze.csv", o->file, error) : status;
}

/* ---- arms ---- */

static int by_name(const void *a, const void *b) {
    return strcmp(((const analysis_arm *)a)->name, ((const analysis_arm *)b)->name);
}

static lab_status no_control(const analyze_job *job, size_t n, lab_error *error) {
    const char *word[ANALYZE_ARMS];
    char list[600] = "";
    size_t at = 0;
    for (size_t i = 0; i < n && i < ANALYZE_ARMS; i++) {
        word[i] = lab_sheet_value(job->table, job->arm_column, (uint32_t)i);
        if (at < sizeof list - 50)
            at += (size_t)snprintf(list + at, sizeof list - at, "%s%.40s", i ? ", " : "", word[i]);
    }
    return lab_fail(error, LAB_BAD_INPUT, "%s: no row has '%.40s' in column '%s' (--control); there are: %s",
                    job->options->file, job->options->control, job->options->arm, list);
}

static lab_status find_arms(analyze_job *job, lab_error *error) {
    const lab_analyze_options *o = job->options;
    report_analysis *a = &job->result;
    size_t n = lab_sheet_values(job->table, job->arm_column), control = n;
    if (n > ANALYZE_ARMS)
        return lab_fail(error, LAB_BAD_INPUT,
                        "%s: column '%s' has %zu values, more than %d arms; is it the arm?", o->file, o->arm,
                        n, ANALYZE_ARMS);
    a->arm = calloc(n, sizeof *a->arm);
    if (!a->arm) return lab_fail(error, LAB_FAILED, "out of memory");
    a->arms = n;
    for (size_t i = 0; i < n; i++) {
        a->arm[i] = (analysis_arm){lab_sheet_value(job->table, job->arm_column, (uint32_t)i), 0, 1, NAN};
        if (strcmp(a->arm[i].name, o->control) == 0) control = i;
    }
    if (control == n) return no_control(job, n, error);
    if (n < 2)
        return lab_fail(error, LAB_BAD_INPUT,
                        "%s: every row is '%s' in column '%s'; there is nothing to compare", o->file,
                        o->control, o->arm);
    analysis_arm first = a->arm[control];
    a->arm[control] = a->arm[0];
    a->arm[0] = first;
    qsort(a->arm + 1, n - 1, sizeof *a->arm, by_name);
    for (size_t i = 0; i < n; i++)
        for (uint32_t id = 0; id < n; id++)
            if (a->arm[i].name == lab_sheet_value(job->table, job->arm_column, id)) job->arm_id[i] = id;
    return LAB_OK;
}

/* "A=1,B=9". A name may hold '=': the last one counts. */
static lab_status take_weights(analyze_job *job, lab_error *error) {
    report_analysis *a = &job->result;
    size_t named = 0;
    bool seen[ANALYZE_ARMS] = {false};
    for (const char *at = job->options->weights; at && *at;) {
        size_t n = strcspn(at, ","), equals = n;
        while (equals > 0 && at[equals - 1] != '=')
            equals--;
        char *end = NULL;
        double w = equals ? strtod(at + equals, &end) : NAN;
        if (!(w > 0) || !isfinite(w) || end != at + n)
            return lab_fail(
                error, LAB_BAD_INPUT,
                "--weights: '%.*s' is not ARM=WEIGHT with a weight above 0, as in control=1,push=9", (int)n,
                at);
        size_t i = 0;
        while (i < a->arms &&
               (strlen(a->arm[i].name) != equals - 1 || memcmp(a->arm[i].name, at, equals - 1)))
            i++;
        if (i == a->arms)
            return lab_fail(error, LAB_BAD_INPUT, "--weights: no row is in an arm '%.*s'", (int)equals - 1,
                            at);
        if (seen[i]) return lab_fail(error, LAB_BAD_INPUT, "--weights: names '%s' twice", a->arm[i].name);
        seen[i] = true;
        a->arm[i].weight = w;
        named++;
        at += n + (at[n] == ',');
    }
    a->weights_given = job->options->weights != NULL;
    if (a->weights_given && named != a->arms)
        return lab_fail(error, LAB_BAD_INPUT,
                        "--weights: names %zu arms, the file has %zu; give each one once", named, a->arms);
    return LAB_OK;
}

/* Units, and clusters where there are some, of each arm. [out] crossed: a cluster lies in several. */
static lab_status count_arms(analyze_job *job, bool *crossed, lab_error *error) {
    report_analysis *a = &job->result;
    const lab_analyze_options *o = job->options;
    const uint32_t *arm = lab_sheet_ids(job->table, job->arm_column);
    size_t rows = lab_sheet_rows(job->table);
    const uint32_t *cluster = o->cluster ? lab_sheet_ids(job->table, job->cluster_column) : NULL;
    size_t clusters = cluster ? lab_sheet_values(job->table, job->cluster_column) : 1;
    unsigned char *seen = calloc(clusters, sizeof *seen); /* 1 + the last arm that had it */
    if (!seen) return lab_fail(error, LAB_FAILED, "out of memory");
    *crossed = false;
    for (size_t k = 0; k < a->arms; k++) {
        if (cluster) a->arm[k].clusters = 0;
        for (size_t i = 0; i < rows; i++) {
            if (arm[i] != job->arm_id[k]) continue;
            a->arm[k].units++;
            if (!cluster) continue;
            unsigned char *s = &seen[cluster[i]];
            *crossed |= *s && *s != k + 1;
            a->arm[k].clusters += *s != k + 1;
            *s = (unsigned char)(k + 1);
        }
    }
    free(seen);
    return LAB_OK;
}

/* Where whole clusters were drawn, it is their number that the draw splits. */
static lab_status check_ratio(analyze_job *job, lab_error *error) {
    report_analysis *a = &job->result;
    bool crossed = false;
    double count[ANALYZE_ARMS], weight[ANALYZE_ARMS];
    lab_status status = count_arms(job, &crossed, error);
    if (status != LAB_OK) return status;
    a->srm_by_cluster = job->options->cluster && !crossed;
    for (size_t i = 0; i < a->arms; i++) {
        count[i] = a->srm_by_cluster ? a->arm[i].clusters : a->arm[i].units;
        weight[i] = a->arm[i].weight;
    }
    a->srm = stat_srm(count, weight, a->arms);
    return LAB_OK;
}

/* ---- outcomes ---- */

static lab_status make_room(analyze_job *job, lab_error *error) {
    analyze_contrast *c = &job->contrast;
    size_t rows = lab_sheet_rows(job->table);
    const lab_analyze_options *o = job->options;
    job->result.note = calloc(NOTES, sizeof *job->result.note);
    job->result.estimate =
        calloc((job->result.arms - 1) * o->outcomes * ANALYSIS_METHODS, sizeof *job->result.estimate);
    c->x = malloc(rows * sizeof *c->x);
    c->y = malloc(rows * sizeof *c->y);
    c->scratch = malloc(rows * sizeof *c->scratch);
    c->treated = malloc(rows * sizeof *c->treated);
    c->event = malloc(rows * sizeof *c->event);
    c->cluster = malloc(rows * sizeof *c->cluster);
    bool good = job->result.note && job->result.estimate && c->x && c->y && c->scratch && c->treated &&
                c->event && c->cluster;
    for (size_t i = 0; i < o->covariates; i++)
        good &= (c->covariate[i] = malloc(rows * sizeof(double))) != NULL;
    return good ? LAB_OK : lab_fail(error, LAB_FAILED, "out of memory");
}

static void take_unit(analyze_job *job, const analyze_outcome *o, size_t row, bool treated) {
    analyze_contrast *c = &job->contrast;
    double x = o->value[row], y = o->per ? o->per[row] : 1;
    if (isnan(x) || isnan(y)) {
        c->missing++;
        return;
    }
    c->x[c->n] = x;
    c->y[c->n] = y;
    c->rate &= o->raw[row] == 0 || o->raw[row] == 1;
    c->event[c->n] = o->raw[row] != 0;
    c->treated[c->n] = treated;
    c->cluster[c->n] = job->options->cluster ? lab_sheet_ids(job->table, job->cluster_column)[row] : 0;
    for (size_t i = 0; i < job->options->covariates; i++)
        c->covariate[i][c->n] = lab_sheet_numbers(job->table, job->covariate_column[i])[row];
    c->n++;
}

static void take_contrast(analyze_job *job, size_t arm, size_t outcome) {
    analyze_contrast *c = &job->contrast;
    const analyze_outcome *o = &job->outcome[outcome];
    const uint32_t *id = lab_sheet_ids(job->table, job->arm_column);
    c->n = c->missing = 0;
    c->rate = true;
    c->ratio = o->per != NULL;
    for (int side = 0; side < 2; side++) {
        uint32_t want = job->arm_id[side ? arm : 0];
        for (size_t row = 0; row < lab_sheet_rows(job->table); row++)
            if (id[row] == want) take_unit(job, o, row, side);
        if (side == 0) c->n_control = c->n;
    }
    if (c->missing)
        analyze_note(job, "%s, %s against %s: %zu unit%s without a value left out.", o->name,
                     job->result.arm[arm].name, job->result.arm[0].name, c->missing,
                     c->missing == 1 ? "" : "s");
}

/* ---- multiplicity ---- */

/* Every unit has one main method, whatever its outcome; those are one family. */
static int family_of(analysis_method m) {
    return m <= ANALYSIS_CLUSTER ? ANALYSIS_WELCH : (int)m;
}

/* A family is all arms and outcomes of the main methods, or of one other: each alone is a whole analysis. */
static lab_status correct(analyze_job *job, lab_error *error) {
    report_analysis *a = &job->result;
    if (job->options->correct == LAB_CORRECT_NONE) return LAB_OK;
    double *p = calloc(a->estimates + 1, sizeof *p);
    bool good = p != NULL;
    for (int m = 0; m < ANALYSIS_METHODS && good; m++) {
        for (size_t i = 0; i < a->estimates; i++)
            p[i] = family_of(a->estimate[i].method) == m ? a->estimate[i].p : NAN;
        good = job->options->correct == LAB_CORRECT_HOLM ? stat_holm(p, a->estimates, p)
                                                         : stat_benjamini_hochberg(p, a->estimates, p);
        for (size_t i = 0; i < a->estimates && good; i++)
            if (family_of(a->estimate[i].method) == m) a->estimate[i].p_adjusted = p[i];
    }
    free(p);
    return good ? LAB_OK : lab_fail(error, LAB_FAILED, "out of memory");
}

/* ---- all of it ---- */

static lab_status analyse(analyze_job *job, lab_error *error) {
    const lab_analyze_options *o = job->options;
    static const char *const correction[] = {"none", "holm", "bh"};
    lab_status status = check(o, error);
    if (status == LAB_OK) status = lab_sheet_open(o->file, &job->table, error);
    if (status == LAB_OK) status = want_columns(job, error);
    if (status == LAB_OK) status = lab_sheet_read(job->table, error);
    if (status == LAB_OK) status = find_arms(job, error);
    if (status == LAB_OK) status = take_weights(job, error);
    if (status == LAB_OK) status = make_room(job, error);
    if (status == LAB_OK) status = check_ratio(job, error);
    if (status == LAB_OK) status = analyze_prepare_outcomes(job, error);
    job->result.file = o->file;
    job->result.arm_column = o->arm;
    job->result.correction = correction[o->correct];
    job->result.alpha = o->alpha;
    job->result.seed = o->seed;
    if (status == LAB_OK && !lab_manifest_program(&job->program))
        status = lab_fail(error, LAB_FAILED, "out of memory");
    job->result.program = job->program.manifest;
    job->result.program_rows = job->program.manifest_rows;
    if (status == LAB_OK) job->result.file_hash = lab_sheet_hash(job->table);
    for (size_t k = 0; k < o->outcomes; k++)
        for (size_t arm = 1; arm < job->result.arms && status == LAB_OK; arm++) {
            take_contrast(job, arm, k);
            status = analyze_estimate_all(job, arm, k, error);
        }
    return status == LAB_OK ? correct(job, error) : status;
}

static lab_status present(const analyze_job *job, FILE *print, lab_error *error) {
    const lab_analyze_options *o = job->options;
    char why[STORE_ERROR_SIZE] = "";
    if (o->out) {
        lab_status status = lab_folder_make(o->out, error);
        if (status != LAB_OK) return status;
        if (!report_analysis_write(o->out, &job->result, why)) return lab_fail(error, LAB_FAILED, "%s", why);
    }
    if (!o->json) {
        report_analysis_text(print, &job->result, o->out, o->colour);
        return LAB_OK;
    }
    json_t *document = report_analysis_json(&job->result, o->out);
    lab_status status = lab_print_json(document, print, error);
    json_decref(document);
    return status;
}

lab_status lab_analyze(const lab_analyze_options *options, FILE *print, bool *mismatch, lab_error *error) {
    analyze_job *job = calloc(1, sizeof *job);
    if (!job) return lab_fail(error, LAB_FAILED, "out of memory");
    job->options = options;
    lab_status status = analyse(job, error);
    if (status == LAB_OK) status = present(job, print, error);
    *mismatch = report_analysis_mismatch(&job->result);
    report_analysis_clear(&job->result);
    for (size_t i = 0; i < ANALYZE_OUTCOMES; i++)
        free(job->outcome[i].value);
    free(job->contrast.x);
    free(job->contrast.y);
    free(job->contrast.scratch);
    free(job->contrast.treated);
    free(job->contrast.event);
    free(job->contrast.cluster);
    for (size_t i = 0; i < STAT_COVARIATES_MAX; i++)
        free(job->contrast.covariate[i]);
    lab_sheet_close(job->table);
    store_run_clear(&job->program);
    free(job);
    return status;
}
