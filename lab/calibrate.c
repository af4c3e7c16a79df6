/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calibrate.c - the command calibrate: traces -> facts -> fits -> checks -> fragment, plots and summary.
 */
#include "lab/calibrate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/calibrate_job.h"
#include "lab/folder.h"
#include "lab/internal.h"
#include "reports/file.h"
#include "reports/fit_plot.h"
#include "reports/format.h"

typedef struct {
    char config[LAB_PATH_SIZE], out[LAB_PATH_SIZE], folder[LAB_PATH_SIZE], plots[LAB_PATH_SIZE];
    const char *name; /* of the fragment, behind its folder */
} places;

/* FILE, the folder that it lies in, and where the plots go. */
static lab_status place(const lab_calibrate_options *options, places *p, lab_error *error) {
    char name[LAB_PATH_SIZE / 2];
    lab_scenario_name(options->config, name, sizeof name);
    int n = options->out ? snprintf(p->out, sizeof p->out, "%s", options->out)
                         : snprintf(p->out, sizeof p->out, "%s-fit.yaml", name);
    if (n <= 0 || n >= (int)sizeof p->out)
        return lab_fail(error, LAB_BAD_INPUT, "the name of the fragment is empty or too long");
    const char *slash = strrchr(p->out, '/'), *dot = strrchr(p->out, '.');
    p->name = slash ? slash + 1 : p->out;
    size_t folder = slash ? (size_t)(slash - p->out) : 0;
    snprintf(p->folder, sizeof p->folder, "%.*s", slash ? (int)(folder ? folder : 1) : 1,
             slash ? p->out : ".");
    if (!*p->name) return lab_fail(error, LAB_BAD_INPUT, "%s: a folder, not a file", p->out);
    if (options->plots)
        snprintf(p->plots, sizeof p->plots, "%s", options->plots);
    else if (dot > p->name)
        snprintf(p->plots, sizeof p->plots, "%.*s", (int)(dot - p->out), p->out);
    else
        snprintf(p->plots, sizeof p->plots, "%.4000s-plots", p->out);
    return LAB_OK;
}

/* Nobody's file is lost: what is there is a fragment, or nothing. */
static lab_status check_out(const places *p, lab_error *error) {
    static const char mark[] = LAB_FRAGMENT_MARK;
    char begin[sizeof mark] = "";
    FILE *f = fopen(p->out, "r");
    if (!f && errno == ENOENT) return LAB_OK;
    if (!f) return lab_fail(error, LAB_BAD_INPUT, "%s: %s", p->out, strerror(errno));
    size_t n = fread(begin, 1, sizeof begin - 1, f);
    fclose(f);
    if (n == sizeof begin - 1 && !memcmp(begin, mark, n)) return LAB_OK;
    return lab_fail(error, LAB_BAD_INPUT,
                    "%s: there is a file here that calibrate has not written; name another", p->out);
}

/* ---- plots ---- */

static bool plot_times(const lab_times *t, const char *dir, char *error) {
    const char *name[STAT_FAMILIES];
    char subtitle[160];
    double *room = malloc(2 * t->times * sizeof *room);
    if (!room) {
        snprintf(error, STORE_ERROR_SIZE, "out of memory");
        return false;
    }
    for (int k = 0; k < STAT_FAMILIES; k++)
        name[k] = lab_family_name((stat_family)k);
    snprintf(subtitle, sizeof subtitle, "%zu, of which %zu had not ended", t->of->n, t->of->n - t->of->ended);
    report_times_plot plot = {
        .title = t->title,
        .subtitle = subtitle,
        .time = t->time,
        .times = t->times,
        .unit = t->of->rounded ? t->of->unit : 0,
        .fit = t->fit,
        .good = t->good,
        .name = name,
        .best = t->best,
        .at = room,
        .alive = room + t->times,
    };
    bool good = report_fit_times(dir, t->name, &plot, error);
    free(room);
    return good;
}

bool lab_calibration_plot(const lab_calibration *c, const char *dir, char *error) {
    const lab_facts *f = &c->facts;
    char subtitle[160];
    for (size_t i = 0; i < c->kinds; i++)
        if (c->times[i].best >= 0 && !plot_times(&c->times[i], dir, error)) return false;
    if (c->has_nbd) {
        snprintf(subtitle, sizeof subtitle, "%.0f shoppers in %.4g days; those never seen are not shown",
                 f->shoppers, f->days);
        report_counts_plot plot = {f->views ? "Visits per shopper" : "Purchases per shopper",
                                   subtitle,
                                   f->visits,
                                   f->visit_counts,
                                   false,
                                   c->nbd.mean,
                                   c->nbd.dispersion};
        if (!report_fit_counts(dir, "visits", &plot, error)) return false;
    }
    if (c->has_zipf) {
        snprintf(subtitle, sizeof subtitle, "%zu SKUs, %.0f rows, exponent %.3g", f->skus, c->zipf.n,
                 c->zipf.exponent);
        report_ranks_plot plot = {"Popularity", subtitle, f->sku, f->skus, c->zipf.exponent};
        if (!report_fit_ranks(dir, "popularity", &plot, error)) return false;
    }
    return true;
}

/* ---- all ---- */

static bool something(const lab_calibration *c) {
    const lab_facts *f = &c->facts;
    return lab_calibration_times(c, "lead_time") || c->has_nbd || c->has_zipf || f->priced > 1 ||
           (f->sends && f->sent > 0);
}

static lab_status write_all(const lab_calibration *c, const lab_traces *traces, const char *config,
                            const places *p, lab_error *error) {
    char why[STORE_ERROR_SIZE] = "";
    file_writer w;
    lab_status status = lab_folder_make(p->folder, error);
    if (status == LAB_OK) status = lab_folder_make(p->plots, error);
    if (status != LAB_OK) return status;
    if (!file_open(&w, p->folder, p->name, why)) return lab_fail(error, LAB_FAILED, "%s", why);
    lab_fragment_write(w.out, c, traces, config);
    if (!file_close(&w, true, why)) return lab_fail(error, LAB_FAILED, "%s", why);
    if (!lab_calibration_plot(c, p->plots, why)) return lab_fail(error, LAB_FAILED, "%s", why);
    return LAB_OK;
}

static lab_status fit(const lab_traces *traces, lab_calibration *c, const char *config, lab_error *error) {
    if (!lab_facts_take(traces, &c->facts) || !lab_calibration_fit(c) || !lab_calibration_check(c))
        return lab_fail(error, LAB_FAILED, "out of memory");
    if (something(c)) return LAB_OK;
    return lab_fail(
        error, LAB_BAD_INPUT,
        "%s: nothing can be fitted to these traces: they hold too little, such as one spell, or one "
        "purchase per shopper",
        config);
}

lab_status lab_calibrate(const lab_calibrate_options *options, FILE *print, lab_error *error) {
    lab_traces traces = {0};
    lab_calibration *c = calloc(1, sizeof *c);
    places *p = calloc(1, sizeof *p);
    lab_status status = c && p ? place(options, p, error) : lab_fail(error, LAB_FAILED, "out of memory");
    if (status == LAB_OK) status = lab_scenario_find(options->config, p->config, error);
    if (status == LAB_OK) status = check_out(p, error);
    if (status == LAB_OK) status = lab_traces_read(p->config, &traces, error);
    if (status == LAB_OK) status = fit(&traces, c, p->config, error);
    if (status == LAB_OK) status = write_all(c, &traces, p->config, p, error);
    if (status == LAB_OK && options->json) {
        json_t *document = lab_calibration_json(c, p->config, p->out);
        status = lab_print_json(document, print, error);
        json_decref(document);
    } else if (status == LAB_OK) {
        fprintf(print, "%s\n", p->config);
        lab_calibration_print(print, c);
        fprintf(print, "\nWritten: %s, %s/plots\n", p->out, p->plots);
    }
    if (c) lab_calibration_clear(c);
    lab_traces_clear(&traces);
    free(c);
    free(p);
    return status;
}
