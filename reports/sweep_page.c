/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sweep_page.c - the files of a sweep: sweep.csv, plots, manifest.json and sweep.html.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/document.h"
#include "reports/file.h"
#include "reports/format.h"
#include "reports/html.h"
#include "reports/plots.h"
#include "reports/sweep.h"

enum { AXES, FRONTIER, PLOTS, COLUMNS_MOST = 7 };

static void put_top(FILE *out, const report_sweep *s) {
    fputs("<header>\n<p class=\"brand\">restocklab</p>\n<h1>Sweep: ", out);
    html_text(out, *s->title ? s->title : s->scenario);
    fputs("</h1>\n<p class=\"what\">", out);
    html_text(out, s->scenario);
    fprintf(out, ": %zu points", s->points);
    for (size_t a = 0; a < s->axes; a++) {
        fputs(a ? " x " : ", ", out);
        html_text(out, s->axis[a].path);
        fprintf(out, " (%zu)", s->axis[a].values);
    }
    if (s->budget)
        fprintf(out, "; %u replications given out where the choice was open", s->budget);
    else
        fprintf(out, "; %u replication%s each", s->replications[0], s->replications[0] == 1 ? "" : "s");
    fprintf(out,
            ", all on the same random numbers, seed %llu%s. Intervals are 95 %% by Student's "
            "t.</p>\n</header>\n<main>\n",
            (unsigned long long)s->seed, s->twins ? ", with twins" : "");
}

static void put_words(FILE *out, const report_sweep *s) {
    char words[1200];
    size_t n, front = 0;
    const report_metric *metric = report_metrics(&n);
    for (size_t p = 0; p < s->points; p++)
        front += s->front[p];
    html_open_section(out, "headline", "In short");
    if (s->has_best) {
        report_sweep_best_words(s, words, sizeof words);
        fputs("<p class=\"lead\">", out);
        html_text(out, words);
        fputs("</p>\n", out);
    }
    fprintf(out,
            "<p>%zu of %zu points are not dominated by <code>%s</code> and <code>%s</code>: no other point "
            "is as good "
            "in both and better in one. This looks at means alone; points whose intervals overlap may change "
            "places.</p>\n</section>\n",
            front, s->points, metric[s->x].name, metric[s->y].name);
}

static void put_figure(FILE *out, const char *svg, const char *name, const char *title, const char *caption) {
    if (!svg) return;
    fprintf(out, "<figure id=\"plot-%s\">\n", name);
    html_svg(out, svg, name, title);
    fprintf(out, "<figcaption>%s</figcaption>\n</figure>\n", caption);
}

static void put_point(FILE *out, const report_sweep *s, size_t p, const size_t *shown, size_t metrics) {
    bool best = s->has_best && s->best == p;
    fprintf(out, "<tr%s><th scope=\"row\" class=\"n\">%zu</th>", best ? " class=\"sum\"" : "", p);
    for (size_t a = 0; a < s->axes; a++) {
        fputs("<td class=\"n\">", out);
        html_text(out, s->axis[a].value[report_sweep_setting(s, p, a)]);
        fputs("</td>", out);
    }
    fprintf(out, "<td class=\"n\">%u</td>", s->replications[p]);
    for (size_t i = 0; i < metrics; i++) {
        const report_value *v = report_sweep_value(s, p, shown[i]);
        fprintf(out, "<td class=\"n\">%s", format_value(v).text);
        if (v->n > 1) fprintf(out, "<br><small>%s</small>", format_interval(v).text);
        fputs("</td>", out);
    }
    fprintf(out, "<td class=\"when%s\">%s%s</td></tr>\n", s->front[p] ? " ok" : "",
            s->front[p] ? "frontier" : "", best ? s->front[p] ? ", best" : "best" : "");
}

static void put_table(FILE *out, const report_sweep *s) {
    size_t shown[SWEEP_SHOWN], metrics = report_sweep_shown(s, shown), n;
    if (metrics + s->axes > COLUMNS_MOST && metrics > 3)
        metrics = s->axes + 3 > COLUMNS_MOST ? 3 : COLUMNS_MOST - s->axes;
    const report_metric *metric = report_metrics(&n);
    html_open_section(out, "points", "Points");
    fputs("<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\" class=\"n\">point</th>", out);
    for (size_t a = 0; a < s->axes; a++) {
        fputs("<th scope=\"col\" class=\"n\">", out);
        for (const char *c = s->axis[a].path; *c; c++) { /* may be broken behind a dot */
            char one[2] = {*c, 0};
            html_text(out, one);
            if (*c == '.') fputs("<wbr>", out);
        }
        fputs("</th>", out);
    }
    fputs("<th scope=\"col\" class=\"n\">reps</th>", out);
    for (size_t i = 0; i < metrics; i++) {
        fputs("<th scope=\"col\" class=\"n\" title=\"", out);
        html_text(out, metric[shown[i]].definition);
        fputs("\">", out);
        for (const char *c = metric[shown[i]].name; *c; c++) {
            fputc(*c, out);
            if (*c == '_') fputs("<wbr>", out);
        }
        fputs("</th>", out);
    }
    fputs("<th scope=\"col\"></th></tr></thead>\n<tbody>\n", out);
    for (size_t p = 0; p < s->points; p++)
        put_point(out, s, p, shown, metrics);
    html_close_table(out);
    fputs("<p class=\"note\">All metrics of all points are in sweep.csv and sweep.db.</p>\n</section>\n",
          out);
}

static void put_manifest(FILE *out, const report_sweep *s, const report_host *host) {
    html_open_section(out, "manifest", "Manifest");
    fputs("<p>What it takes to get the same numbers again.</p>\n", out);
    html_open_table(out, "what|value");
    html_pairs(out, s->manifest, s->manifest_rows);
    html_pairs(out, host->row, host->rows);
    html_close_table(out);
    fputs("</section>\n", out);
}

static void put_page(FILE *out, const report_sweep *s, const report_host *host, char *const svg[PLOTS]) {
    html_head(out, "Sweep");
    put_top(out, s);
    put_words(out, s);
    html_open_section(out, "plots", "Plots");
    put_figure(
        out, svg[AXES], "axes", "The main metrics along the axes",
        "Means over replications, where there are lines with 95 % intervals. All points meet the same "
        "shoppers on the same random "
        "numbers, so differences between points are surer than their intervals let it seem: compare two of "
        "them "
        "with <code>restocklab compare</code>.");
    put_figure(out, svg[FRONTIER], "frontier", "Two metrics against each other",
               "Each mark is a point. Those that are not dominated are joined: to do better in one metric "
               "they would "
               "have to do worse in the other.");
    fputs("</section>\n", out);
    put_table(out, s);
    put_manifest(out, s, host);
    fputs("</main>\n</body>\n</html>\n", out);
}

static bool write_plots(const char *dir, const report_sweep *s, char *svg[PLOTS], char *error) {
    const report_plot plot[PLOTS] = {
        [AXES] = {.name = "axes", .height = sweep_plot_height(s), .draw = sweep_plot_axes},
        [FRONTIER] = {.name = "frontier", .height = 480, .draw = sweep_plot_frontier},
    };
    bool there[PLOTS] = {sweep_plot_has_axes(s), sweep_plot_has_frontier(s)};
    if (!file_folder(dir, "plots", error)) return false;
    for (size_t i = 0; i < PLOTS; i++)
        if (!there[i])
            report_forget_plot(dir, plot[i].name);
        else if (!report_write_plot(dir, &plot[i], s, &svg[i], error))
            return false;
    return true;
}

bool report_sweep_write(const char *dir, const report_sweep *s, const report_host *host,
                        char error[STORE_ERROR_SIZE]) {
    char *svg[PLOTS] = {NULL};
    file_writer w;
    bool good = file_folder(dir, NULL, error) && file_open(&w, dir, "sweep.csv", error);
    if (!good) return false;
    report_sweep_csv(w.out, s);
    good = file_close(&w, true, error) &&
           document_write_manifest(dir, report_sweep_json(s, host), host, error) &&
           write_plots(dir, s, svg, error);
    if (good && (good = file_open(&w, dir, "sweep.html", error))) {
        put_page(w.out, s, host, svg);
        good = file_close(&w, true, error);
    }
    for (size_t i = 0; i < PLOTS; i++)
        free(svg[i]);
    return good;
}
