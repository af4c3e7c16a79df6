/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * coverage.c - the command coverage.
 *
 * The repetitions of every shape are cut into slices, with an effect and without; threads take slices, and
 * each leaves its counts in a place of its own. These are added up in the order of the slices, so that the
 * number of threads cannot show, not even in the last bit.
 */
#include "lab/coverage.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "lab/coverage_job.h"
#include "lab/folder.h"
#include "lab/internal.h"
#include "lab/manifest.h"

enum { SLICE = 100 };

typedef struct {
    size_t shape;
    bool effect;
    uint32_t first, n;
    coverage_tally tally;
} slice;

typedef struct {
    const lab_coverage_options *options;
    coverage_shape shape[COVERAGE_SHAPES];
    size_t shapes, slices, simulated;
    uint32_t reps[COVERAGE_SHAPES], threads, all; /* all: slices, the simulated ones with them */
    slice *slice;
    size_t next, done; /* guarded, as status is, by the lock */
    lab_status status;
    bool stopped;
    pthread_mutex_t lock;
} study;

/* ---- work ---- */

static void bench_clear(coverage_bench *b) {
    if (b->r) gsl_rng_free(b->r);
    for (size_t i = 0; i < COVERAGE_COLUMNS; i++)
        free(b->column[i]);
    free(b->treated);
    free(b->cluster);
    free(b->widths);
}

static bool bench_make(coverage_bench *b) {
    *b = (coverage_bench){.r = gsl_rng_alloc(model_rng_philox),
                          .treated = calloc(COVERAGE_UNITS, sizeof *b->treated),
                          .cluster = calloc(COVERAGE_UNITS, sizeof *b->cluster),
                          .widths = calloc(COVERAGE_LOOKS, sizeof *b->widths)};
    bool good = b->r && b->treated && b->cluster && b->widths;
    for (size_t i = 0; i < COVERAGE_COLUMNS; i++)
        good = (b->column[i] = calloc(COVERAGE_UNITS, sizeof *b->column[i])) && good;
    return good;
}

/* By what a shape is, so that no other one moves its numbers. */
static uint64_t address_of(const coverage_shape *s, bool effect) {
    return XXH64(s->data, strlen(s->data), (uint64_t)lround(1e6 * s->held)) ^ (uint64_t)effect;
}

static bool run_slice(const study *job, slice *s, coverage_bench *b) {
    const coverage_shape *shape = &job->shape[s->shape];
    b->key = model_key_make(job->options->seed, address_of(shape, s->effect));
    for (uint32_t i = s->first; i < s->first + s->n; i++) {
        b->repetition = i;
        model_rng_seek(b->r, b->key, i, 0, MODEL_P_COVERAGE, 0);
        if (!shape->run(shape, b, s->effect, &s->tally)) return false;
    }
    return true;
}

/* The next slice, or NULL. The one before is done. */
static slice *take(study *job, bool had_one, bool good) {
    const lab_coverage_options *o = job->options;
    slice *next = NULL;
    pthread_mutex_lock(&job->lock);
    if (!good) job->status = LAB_FAILED;
    job->done += had_one;
    if (had_one && o->progress && !o->progress(o->context, (uint32_t)job->done, job->all))
        job->stopped = true;
    if (job->status == LAB_OK && !job->stopped && job->next < job->slices) next = &job->slice[job->next++];
    pthread_mutex_unlock(&job->lock);
    return next;
}

static void *work(void *context) {
    study *job = context;
    coverage_bench b;
    bool good = bench_make(&b);
    slice *s = take(job, false, good);
    while (s) {
        good = run_slice(job, s, &b);
        s = take(job, true, good);
    }
    bench_clear(&b);
    return NULL;
}

/* The calling thread works too, so a system that refuses threads only makes the study slower. */
static lab_status run_all(study *job, lab_error *error) {
    size_t extra = job->threads - 1, started = 0;
    pthread_t *thread = calloc(extra ? extra : 1, sizeof *thread);
    pthread_mutex_init(&job->lock, NULL);
    while (thread && started < extra && pthread_create(&thread[started], NULL, work, job) == 0)
        started++;
    work(job);
    for (size_t i = 0; i < started; i++)
        pthread_join(thread[i], NULL);
    pthread_mutex_destroy(&job->lock);
    free(thread);
    if (job->stopped) return lab_fail(error, LAB_FAILED, "stopped; nothing was written");
    return job->status == LAB_OK ? LAB_OK : lab_fail(error, LAB_FAILED, "out of memory");
}

/* ---- what there is to do ---- */

static void add_slices(study *job, size_t shape, bool effect, size_t *at) {
    for (uint32_t first = 0; first < job->reps[shape]; first += SLICE, (*at)++) {
        uint32_t left = job->reps[shape] - first;
        job->slice[*at] =
            (slice){.shape = shape, .effect = effect, .first = first, .n = left < SLICE ? left : SLICE};
    }
}

static size_t slices_of(uint32_t reps) {
    return (reps + SLICE - 1) / SLICE;
}

static lab_status plan(study *job, lab_error *error) {
    const lab_coverage_options *o = job->options;
    char path[LAB_PATH_SIZE];
    size_t at = 0;
    /* better now than after minutes */
    lab_status status = o->drawn_only ? LAB_OK : lab_scenario_find(COVERAGE_SCENARIO, path, error);
    if (status != LAB_OK) return status;
    job->threads = o->threads ? o->threads : lab_processors();
    job->shapes = coverage_shapes(job->shape);
    for (size_t i = 0; i < job->shapes; i++) {
        job->reps[i] = coverage_reps(o, job->shape[i].part, job->shape[i].brief[0]);
        job->slices += slices_of(job->reps[i]) * (job->shape[i].no_effect_only ? 1 : 2);
    }
    job->slice = calloc(job->slices, sizeof *job->slice);
    if (!job->slice) return lab_fail(error, LAB_FAILED, "out of memory");
    for (size_t i = 0; i < job->shapes; i++)
        for (int effect = 0; effect < (job->shape[i].no_effect_only ? 1 : 2); effect++)
            add_slices(job, i, effect, &at);
    if (job->threads > job->slices) job->threads = (uint32_t)job->slices;
    job->simulated = o->drawn_only ? 0 : COVERAGE_SIMULATED;
    job->all = (uint32_t)job->slices;
    for (size_t i = 0; i < job->simulated; i++)
        job->all += (uint32_t)slices_of(coverage_simulated_reps(job->options, i));
    return LAB_OK;
}

/* ---- rows ---- */

static void add_up(const study *job, size_t shape, coverage_tally *sum) {
    *sum = (coverage_tally){.events = 0};
    for (size_t i = 0; i < job->slices; i++) {
        const coverage_tally *t = &job->slice[i].tally;
        if (job->slice[i].shape != shape) continue;
        for (size_t k = 0; k < COVERAGE_LINES; k++) {
            sum->hits[k] += t->hits[k];
            sum->intervals[k] += t->intervals[k];
            sum->alarms[k] += t->alarms[k];
            sum->tests[k] += t->tests[k];
        }
        sum->events += t->events;
        sum->experiments += t->experiments;
    }
}

static void fill_rows(const study *job, report_coverage *result) {
    for (size_t i = 0; i < job->shapes; i++) {
        const coverage_shape *s = &job->shape[i];
        coverage_tally t;
        add_up(job, i, &t);
        for (size_t k = 0; k < s->lines; k++) {
            const coverage_line *line = &s->line[k];
            result->row[result->rows++] = (coverage_row){
                .estimator = line->estimator,
                .data = s->data,
                .note = line->note ? line->note : "",
                .held = s->held < 1 ? s->held : NAN,
                .events = t.events / t.experiments,
                .repetitions = job->reps[i],
                .resamples = line->resamples,
                .goes_wrong = line->goes_wrong,
                .cover = {.hits = t.hits[k],
                          .of = t.intervals[k],
                          .lo = line->cover.lo,
                          .hi = line->cover.hi},
                .alarm = {.hits = t.alarms[k], .of = t.tests[k], .lo = line->alarm.lo, .hi = line->alarm.hi},
            };
        }
    }
}

/* The simulator's replications as slices of work. */
typedef struct {
    study *job;
    uint32_t before;
} counting;

static bool on_simulated(void *context, uint32_t done, uint32_t of) {
    const counting *c = context;
    const lab_coverage_options *o = c->job->options;
    uint32_t slices = done < of ? done / SLICE : (uint32_t)slices_of(of);
    return !o->progress || o->progress(o->context, c->before + slices, c->job->all);
}

static lab_status simulate(study *job, report_coverage *result, lab_error *error) {
    counting c = {job, (uint32_t)job->slices};
    lab_coverage_options o = *job->options;
    lab_status status = LAB_OK;
    o.progress = on_simulated;
    o.context = &c;
    for (size_t i = 0; i < job->simulated && status == LAB_OK; i++) {
        status = coverage_simulate(&o, i, &result->row[result->rows], error);
        result->rows += COVERAGE_SIMULATED_ROWS;
        c.before += (uint32_t)slices_of(coverage_simulated_reps(job->options, i));
    }
    return status;
}

lab_status lab_coverage_measure(const lab_coverage_options *options, report_coverage *out, lab_error *error) {
    study *job = calloc(1, sizeof *job);
    if (!job) return lab_fail(error, LAB_FAILED, "out of memory");
    job->options = options;
    report_coverage result = {.rows = 0};
    lab_status status = plan(job, error);
    if (status == LAB_OK) {
        size_t rows = job->shapes * COVERAGE_LINES + COVERAGE_SIMULATED * COVERAGE_SIMULATED_ROWS;
        result.row = calloc(rows, sizeof *result.row);
        result.seed = options->seed;
        result.repetitions = options->brief ? 0 : options->reps;
        status = result.row ? run_all(job, error) : lab_fail(error, LAB_FAILED, "out of memory");
    }
    if (status == LAB_OK) {
        fill_rows(job, &result);
        status = simulate(job, &result, error);
    }
    free(job->slice);
    free(job);
    if (status != LAB_OK) {
        free(result.row);
        return status;
    }
    report_coverage_fill(&result);
    *out = result;
    return LAB_OK;
}

/* ---- the command ---- */

static lab_status present(const lab_coverage_options *o, const char *out, const report_coverage *c,
                          const report_host *host, FILE *print, lab_error *error) {
    char why[STORE_ERROR_SIZE] = "";
    lab_status status = lab_folder_make(out, error);
    if (status != LAB_OK) return status;
    if (!report_coverage_write(out, c, host, why)) return lab_fail(error, LAB_FAILED, "%s", why);
    if (o->json) {
        json_t *document = report_coverage_json(c, host);
        status = lab_print_json(document, print, error);
        json_decref(document);
    } else {
        report_coverage_text(print, c, host);
    }
    if (status != LAB_OK || !c->missed) return status;
    return lab_fail(error, LAB_ALERT, "%zu of %zu bars were not met; see %s/coverage.html", c->missed,
                    c->checks, out);
}

lab_status lab_coverage(const lab_coverage_options *options, FILE *print, lab_error *error) {
    const char *out = options->out ? options->out : "coverage";
    report_coverage result = {.rows = 0};
    store_run program = {0};
    lab_host where;
    lab_status status = lab_folder_check_for(out, "coverage.html", "coverage study", error);
    if (status != LAB_OK) return status;
    lab_host_fill(&where, options->threads ? options->threads : lab_processors(), (int64_t)time(NULL));
    double start = lab_seconds();
    status = lab_coverage_measure(options, &result, error);
    if (status == LAB_OK && !lab_manifest_program(&program))
        status = lab_fail(error, LAB_FAILED, "out of memory");
    if (status == LAB_OK) {
        const report_host host = {.row = where.row,
                                  .rows = where.rows,
                                  .wall_s = lab_seconds() - start,
                                  .loop_s = NAN,
                                  .out = out,
                                  .colour = options->colour};
        result.program = program.manifest;
        result.program_rows = program.manifest_rows;
        status = present(options, out, &result, &host, print, error);
    }
    store_run_clear(&program);
    free(result.row);
    return status;
}
