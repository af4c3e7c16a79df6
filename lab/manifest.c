/* SPDX-License-Identifier: GPL-3.0-or-later
 * manifest.c - see manifest.h. */
#define _DEFAULT_SOURCE /* lgamma_r: lgamma keeps the sign in a global */
#include "lab/manifest.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include <gsl/gsl_version.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "lab/traces.h"
#include "sim/batch_mpi.h"
#include "version.h"

const char *lab_version(void) {
    return RESTOCKLAB_VERSION;
}

/* volatile: the compiler would work the results out by itself, and to other bits than libm's. */
static size_t probe_at(volatile double x, double *out) {
    int sign;
    size_t n = 0;
    out[n++] = exp(x);
    out[n++] = expm1(x);
    out[n++] = log(x);
    out[n++] = log1p(x);
    out[n++] = pow(x, 0.7);
    out[n++] = pow(1.0 + x, -x);
    out[n++] = sin(x);
    out[n++] = cos(x);
    out[n++] = tan(x);
    out[n++] = tanh(x);
    out[n++] = atan(x);
    out[n++] = erf(x);
    out[n++] = erfc(x);
    out[n++] = cbrt(x);
    out[n++] = sqrt(x);
    out[n++] = lgamma_r(x, &sign);
    out[n++] = tgamma(1.0 + x / 8.0);
    return n;
}

/* Two machines' libm agree in all but one result of some thousand, so a few dozen would tell nothing. */
uint64_t lab_libm_probe(void) {
    enum { POINTS = 2048, RESULTS = 17 };
    double x = 1e-9, results[RESULTS];
    XXH64_state_t state;
    XXH64_reset(&state, 0);
    for (int i = 0; i < POINTS; i++, x *= 1.0136) { /* to about 1000 */
        size_t n = probe_at(x, results);
        XXH64_update(&state, results, n * sizeof *results);
    }
    return XXH64_digest(&state);
}

static bool add(store_run *run, const char *key, const char *value) {
    store_pair *row = &run->manifest[run->manifest_rows];
    row->key = strdup(key);
    row->value = strdup(value);
    run->manifest_rows++; /* counted even if half made, so that store_run_clear() frees it */
    return row->key && row->value;
}

static bool add_hash(store_run *run, const char *key, uint64_t hash) {
    char text[17];
    snprintf(text, sizeof text, "%016" PRIx64, hash);
    return add(run, key, text);
}

static bool add_number(store_run *run, const char *key, uint64_t n) {
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, n);
    return add(run, key, text);
}

/* The rows of the program, and room for `more` of other things. */
static bool begin(store_run *run, size_t more) {
    run->manifest = calloc(5 + more, sizeof *run->manifest);
    run->manifest_rows = 0;
    return run->manifest && add(run, "program", "restocklab") && add(run, "version", RESTOCKLAB_VERSION) &&
           add(run, "source", RESTOCKLAB_SOURCE) && add(run, "gsl", gsl_version) &&
           add_hash(run, "libm_probe", lab_libm_probe());
}

bool lab_manifest_program(store_run *run) {
    return begin(run, 0);
}

const char *lab_manifest_value(const store_run *run, const char *key) {
    for (size_t i = 0; i < run->manifest_rows; i++) {
        const store_pair *row = &run->manifest[i]; /* of a file from anywhere: either may be missing */
        if (row->key && row->value && !strcmp(row->key, key)) return row->value;
    }
    return "";
}

static bool add_counts(store_run *run, const scenario *s, lab_counted which) {
    lab_trace_count count[LAB_TRACE_COUNTS];
    bool ok = true;
    for (size_t i = 0, n = lab_trace_counts(s, which, count); ok && i < n; i++) {
        char key[64], value[64];
        snprintf(key, sizeof key, "trace_%s_%s", lab_counted_name(which), count[i].name);
        ok = add(run, key, lab_trace_count_text(&count[i], value, sizeof value));
    }
    return ok;
}

bool lab_manifest_fill(store_run *run, const scenario *s, uint32_t replications) {
    bool ok = begin(run, 4 + run->traces + LAB_COUNTED * LAB_TRACE_COUNTS) &&
              add_hash(run, "scenario_text", XXH64(s->text, s->text_size, 0)) &&
              add_hash(run, "parameters", s->hash) && add_number(run, "seed", run->seed) &&
              add_number(run, "replications", replications);
    for (size_t i = 0; ok && i < run->traces; i++) {
        char key[64];
        snprintf(key, sizeof key, "trace_%s", run->trace[i].name);
        ok = add_hash(run, key, run->trace[i].hash);
    }
    for (int i = 0; ok && i < LAB_COUNTED; i++)
        ok = add_counts(run, s, (lab_counted)i);
    return ok;
}

static char *next_row(lab_host *host, char *key) {
    store_pair *row = &host->row[host->rows];
    row->key = key;
    row->value = host->text[host->rows++];
    return row->value;
}

void lab_host_fill(lab_host *out, uint32_t threads, int64_t started) {
    struct utsname system;
    struct tm utc;
    time_t when = (time_t)started;
    out->rows = 0;
    int ranks = sim_ranks_count(); /* each simulates on one thread */
    snprintf(next_row(out, "threads"), LAB_HOST_TEXT, "%" PRIu32, ranks > 1 ? 1 : threads);
    if (ranks > 1) snprintf(next_row(out, "ranks"), LAB_HOST_TEXT, "%d", ranks);
    snprintf(next_row(out, "processors"), LAB_HOST_TEXT, "%ld", sysconf(_SC_NPROCESSORS_ONLN));
    if (uname(&system) == 0) {
        snprintf(next_row(out, "host"), LAB_HOST_TEXT, "%s", system.nodename);
        snprintf(next_row(out, "system"), LAB_HOST_TEXT, "%.30s %.40s %.20s", system.sysname, system.release,
                 system.machine);
    }
    if (gmtime_r(&when, &utc)) strftime(next_row(out, "started"), LAB_HOST_TEXT, "%Y-%m-%dT%H:%M:%SZ", &utc);
#ifdef __clang__
    snprintf(next_row(out, "compiler"), LAB_HOST_TEXT, "%s", __VERSION__);
#else
    snprintf(next_row(out, "compiler"), LAB_HOST_TEXT, "gcc %s", __VERSION__);
#endif
    snprintf(next_row(out, "variant"), LAB_HOST_TEXT, "%s", RESTOCKLAB_VARIANT);
    snprintf(next_row(out, "revision"), LAB_HOST_TEXT, "%s", RESTOCKLAB_REVISION);
}

void lab_host_scenario(lab_host *out, const char *key, const char *path) {
    if (out->rows < LAB_HOST_ROWS && strlen(path) < LAB_HOST_TEXT)
        strcpy(next_row(out, (char *)key), path); /* the key is a literal, as the others */
}
