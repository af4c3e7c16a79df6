/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * write.c - all files of a report, each whole or not there. Tables come first, so that they are there even
 * where gnuplot is missing; the page comes last, so that a report.html stands for a complete folder.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/csv.h"
#include "reports/document.h"
#include "reports/file.h"
#include "reports/gnuplot.h"
#include "reports/html.h"
#include "reports/plots.h"

static bool write_table(const char *dir, const char *name, void (*put)(FILE *, const report_summary *),
                        const report_summary *s, char *error) {
    file_writer w;
    if (!file_open(&w, dir, name, error)) return false;
    put(w.out, s);
    return file_close(&w, true, error);
}

static const char *const ending[] = {"svg", "png"};

void report_forget_plot(const char *dir, const char *name) {
    for (int f = GNUPLOT_SVG; f <= GNUPLOT_PNG; f++) {
        char file[128];
        snprintf(file, sizeof file, "plots/%s.%s", name, ending[f]);
        file_forget(dir, file, NULL);
    }
}

bool report_write_plot(const char *dir, const report_plot *plot, const void *context, char **svg,
                       char *error) {
    for (int f = GNUPLOT_SVG; f <= GNUPLOT_PNG; f++) {
        gnuplot_job job = {(gnuplot_format)f, PLOT_WIDTH, plot->height, plot->draw, context};
        char name[128], why[STORE_ERROR_SIZE], *image = NULL;
        size_t size = 0;
        snprintf(name, sizeof name, "plots/%s.%s", plot->name, ending[f]);
        if (!gnuplot_render(&job, &image, &size, why)) {
            snprintf(error, STORE_ERROR_SIZE, "%.100s: %.300s", name, why);
            return false;
        }
        bool good = file_write(dir, name, image, size, error);
        if (f == GNUPLOT_SVG)
            *svg = image;
        else
            free(image);
        if (!good) return false;
    }
    return true;
}

static bool write_plots(const char *dir, const report_summary *s, html_plots *out, char *error) {
    size_t n;
    const report_plot *plot = report_plots(&n);
    if (!file_folder(dir, "plots", error)) return false;
    for (size_t i = 0; i < n && i < HTML_PLOTS; i++)
        if (!plot[i].exists(s))
            report_forget_plot(dir, plot[i].name);
        else if (!report_write_plot(dir, &plot[i], s, &out->svg[i], error))
            return false;
    return true;
}

static bool write_page(const char *dir, const report_summary *s, const report_host *host,
                       const html_plots *plots, char *error) {
    file_writer w;
    if (!file_open(&w, dir, "report.html", error)) return false;
    html_page(w.out, s, host, plots);
    return file_close(&w, true, error);
}

/* The manifest of the JSON document, and where and how it ran. */
static bool write_manifest(const char *dir, const report_summary *s, const report_host *host, char *error) {
    json_t *doc = report_json(s, host), *manifest = json_object_get(doc, "manifest");
    if (!manifest || json_object_set(manifest, "seed", json_object_get(doc, "seed")) != 0 ||
        json_object_set(manifest, "replications", json_object_get(doc, "replications")) != 0) {
        json_decref(doc);
        doc = NULL;
    }
    return document_write_manifest(dir, doc, host, error);
}

bool report_write(const char *dir, const report_summary *s, const report_host *host,
                  char error[STORE_ERROR_SIZE]) {
    html_plots plots = {{NULL}};
    bool good = file_folder(dir, NULL, error) && write_table(dir, "metrics.csv", csv_metrics, s, error) &&
                write_table(dir, "trials.csv", csv_trials, s, error) &&
                write_table(dir, "ledger.csv", csv_ledger, s, error) &&
                write_table(dir, "series.csv", csv_series, s, error) &&
                write_table(dir, "unmet_demand.csv", csv_unmet, s, error) &&
                write_manifest(dir, s, host, error) && write_plots(dir, s, &plots, error) &&
                write_page(dir, s, host, &plots, error);
    for (size_t i = 0; i < HTML_PLOTS; i++)
        free(plots.svg[i]);
    return good;
}
