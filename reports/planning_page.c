/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * planning_page.c - the files of a plan: power.csv, the curve and power.html.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/analysis_words.h"
#include "reports/csv.h"
#include "reports/draw.h"
#include "reports/file.h"
#include "reports/gnuplot.h"
#include "reports/html.h"
#include "reports/planning.h"
#include "reports/plots.h"

/* As a share of the control where that is known and not 0, else as it is. */
static double scale_of(const report_planning *p) {
    return p->plan.baseline != 0 && isfinite(p->plan.baseline) ? 1 / fabs(p->plan.baseline) : 1;
}

static void put_tics(FILE *gp, double lo, double hi) {
    const char *comma = "";
    fprintf(gp, "set logscale x\nset xrange [%.17g:%.17g] noextend\nset xtics (", lo, hi);
    for (double power = pow(10, floor(log10(lo))); power <= hi; power *= 10)
        for (int k = 1; k <= 5; k += k == 1 ? 1 : 3) {
            if (k * power < lo || k * power > hi) continue;
            fputs(comma, gp);
            gnuplot_quote(gp, format_count(k * power).text);
            fprintf(gp, " %.17g", k * power);
            comma = ", ";
        }
    fputs(")\nset xlabel 'units in all' tc rgb '" DRAW_INK "'\n", gp);
}

void report_planning_plot(FILE *gp, const void *planning) {
    const report_planning *p = planning;
    double scale = scale_of(p), most = 0;
    char subtitle[160];
    bool share = scale != 1 || p->plan.rate;
    for (int i = 0; i < PLANNING_CURVE; i++)
        if (isfinite(p->curve[i].mde)) most = fmax(most, fabs(p->curve[i].mde) * scale);
    snprintf(subtitle, sizeof subtitle, "power %.4g, %g %% held out, two-sided test at %g", p->curve_power,
             100 * p->plan.control, p->plan.alpha);
    draw_style(gp, share ? "Smallest relative difference that is found" : "Smallest difference that is found",
               subtitle);
    draw_axis(gp, "y", 0, draw_ceiling(most), share ? "share" : "");
    put_tics(gp, p->curve[0].n, p->curve[PLANNING_CURVE - 1].n);
    fputs("$curve << EOD\n", gp);
    for (int i = 0; i < PLANNING_CURVE; i++)
        if (isfinite(p->curve[i].mde))
            fprintf(gp, "%.17g %.17g\n", p->curve[i].n, fabs(p->curve[i].mde) * scale);
    fprintf(gp, "EOD\n$plan << EOD\n%.17g %.17g\nEOD\n", p->n, fabs(p->diff) * scale);
    fputs("set key off\nplot $curve using 1:2 with lines lw 2 lc rgb '" DRAW_BLUE
          "' notitle, $plan using 1:2 with points pt 7 ps 1.2 lc rgb '" DRAW_RED "' notitle\n",
          gp);
}

static void put_csv(FILE *out, const report_planning *p) {
    fputs("n,mde_abs,mde_rel\n", out);
    for (int i = 0; i < PLANNING_CURVE; i++) {
        double x = p->curve[i].mde, rel = p->plan.baseline != 0 ? x / p->plan.baseline : NAN;
        fprintf(out, "%.17g", p->curve[i].n);
        csv_number(out, x);
        csv_number(out, rel);
        fputc('\n', out);
    }
}

static void put_tile(FILE *out, const char *label, const char *value, const char *small) {
    fprintf(out, "<div class=\"tile\"><dt>%s</dt><dd>%s<small>%s</small></dd></div>\n", label, value, small);
}

static void put_headline(FILE *out, const report_planning *p) {
    char value[60], small[80];
    html_open_section(out, "headline", "In short");
    fputs("<dl class=\"tiles\">\n", out);
    double held, all = report_planning_in_all(p, &held);
    snprintf(small, sizeof small, "%.40s held out", format_count(held).text);
    put_tile(out, "units in all", format_count(all).text, small);
    snprintf(value, sizeof value, "%+.4g", p->diff);
    snprintf(small, sizeof small, "%+.3g %% of the control", 100 * p->diff / p->plan.baseline);
    put_tile(out, "difference", value, isfinite(p->diff / p->plan.baseline) ? small : "");
    snprintf(value, sizeof value, "%.1f %%", 100 * p->power);
    put_tile(out, "power: the chance to find it", value, "");
    fputs("</dl>\n", out);
    for (size_t i = 0; i < p->notes; i++) {
        fputs("<p>", out);
        html_text(out, p->note[i]);
        fputs("</p>\n", out);
    }
    fputs("</section>\n", out);
}

static void put_holdouts(FILE *out, const report_planning *p) {
    html_open_section(out, "holdouts", "How much to hold out");
    html_open_table(out, "#held out|#units in all|#of them held out");
    for (size_t i = 0; i < p->holdouts; i++) {
        const planning_holdout *h = &p->holdout[i];
        char share[20];
        snprintf(share, sizeof share, "%g %%", 100 * h->control);
        fputs("<tr>", out);
        html_cell_number(out, share);
        html_cell_number(out, report_planning_needed(h).text);
        html_cell_number(out,
                         isfinite(h->n) ? format_count(report_planning_held(h->n, h->control)).text : "");
        fputs("</tr>\n", out);
    }
    html_close_table(out);
    fputs("<p class=\"note\">For the same difference and power. A half each needs the fewest units; a small "
          "holdout "
          "costs the fewest pushes.</p>\n</section>\n",
          out);
}

static void put_page(FILE *out, const report_planning *p, const char *svg) {
    html_head(out, "Power");
    fputs("<header>\n<p class=\"brand\">restocklab</p>\n<h1>Plan of a test</h1>\n<p class=\"what\">", out);
    if (p->outcome) {
        html_text(out, p->outcome);
        fputs(": ", out);
    }
    if (p->plan.rate)
        fprintf(out, "a rate of %s in the control", format_number(p->plan.baseline, "share").text);
    else
        fprintf(out, "a %s of %s in the control, standard deviation %.5g a unit", report_planning_kind(p),
                isnan(p->plan.baseline) ? "?" : words_mean(p->plan.baseline).text, p->plan.sd);
    fprintf(out, "; %g %% held out, two-sided test at %g, variance x %.4g.</p>\n</header>\n<main>\n",
            100 * p->plan.control, p->plan.alpha, p->plan.factor);
    put_headline(out, p);
    html_open_section(out, "plots", "Size and difference");
    fputs("<figure id=\"plot-power\">\n", out);
    if (svg) html_svg(out, svg, "power", "The smallest difference that is found, over the units in all");
    fputs("<figcaption>The point is this plan.</figcaption>\n</figure>\n</section>\n", out);
    put_holdouts(out, p);
    fprintf(
        out,
        "<section id=\"methods\">\n<h2>Method</h2>\n<p>%s Both tails count. A test that is looked at before "
        "its "
        "end needs more: see <code>analyze --sequential</code>.</p>\n</section>\n</main>\n</body>\n</html>\n",
        p->plan.rate ? "Score test of two rates, with the pooled rate where there is no difference."
                     : "Welch's t test, by the noncentral t distribution.");
}

bool report_planning_write(const char *dir, const report_planning *p, char error[STORE_ERROR_SIZE]) {
    const report_plot plot = {.name = "power", .height = 420, .draw = report_planning_plot};
    char *svg = NULL;
    file_writer w;
    bool good = file_folder(dir, NULL, error) && file_open(&w, dir, "power.csv", error);
    if (!good) return false;
    put_csv(w.out, p);
    good = file_close(&w, true, error) && file_folder(dir, "plots", error) &&
           report_write_plot(dir, &plot, p, &svg, error);
    if (good && (good = file_open(&w, dir, "power.html", error))) {
        put_page(w.out, p, svg);
        good = file_close(&w, true, error);
    }
    free(svg);
    return good;
}
