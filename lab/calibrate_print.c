/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calibrate_print.c - the calibration for people, and as a JSON document.
 */
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "lab/calibrate_job.h"
#include "reports/document.h"
#include "reports/format.h"

/* ---- text ---- */

static const char *shown(const char *unit, double x, format_text *room) {
    if (!strcmp(unit, "h"))
        *room = format_span(x * 3600);
    else
        *room = format_number(x, unit);
    return room->text;
}

static void print_checks(FILE *out, const lab_checks *checks) {
    fprintf(out, "  %-24s %10s %25s %7s\n", "what the fit gives back", "trace", "simulated, middle 95 %",
            "tail");
    for (size_t i = 0; i < checks->n; i++) {
        const lab_check *c = &checks->check[i];
        format_text a, b, d;
        char range[2 * FORMAT_SIZE + 4];
        snprintf(range, sizeof range, "%s to %s", shown(c->unit, c->lo, &a), shown(c->unit, c->hi, &b));
        fprintf(out, "    %-22s %10s %25s %7.3f", c->name, shown(c->unit, c->observed, &d), range, c->tail);
        if (c->observed < c->lo || c->observed > c->hi) {
            double ratio = c->median / c->observed;
            if (isfinite(ratio))
                fprintf(out, "  off: the fit is at %+.0f %%", 100 * (ratio - 1));
            else
                fputs("  off", out);
        }
        fputc('\n', out);
    }
}

static void print_times(FILE *out, const lab_times *t) {
    fprintf(out, "\n%s: %zu, %zu not ended, %zu left out (had begun before)\n", t->title, t->of->n,
            t->of->n - t->of->ended, t->of->unseen_start);
    if (t->best < 0) {
        fputs("  no fit: the times do not differ enough\n", out);
        return;
    }
    for (int k = 0; k < STAT_FAMILIES; k++) {
        const stat_times_fit *f = &t->fit[k];
        if (!t->good[k]) continue;
        fprintf(out, "  %-12s AIC %12.1f  %s %s, se %s", lab_family_name((stat_family)k), f->aic,
                lab_size_name((stat_family)k), format_span(f->size * 3600).text,
                format_span(f->size_se * 3600).text);
        if (k != STAT_EXPONENTIAL)
            fprintf(out, "; %s %.4g, se %.2g", lab_shape_name((stat_family)k), f->shape, f->shape_se);
        fputs(k == t->best ? "  <- best\n" : "\n", out);
    }
    print_checks(out, &t->checks);
}

static void print_share(FILE *out, const char *what, double yes, double of) {
    stat_share s = stat_wilson(yes, of, 0.95);
    fprintf(out, "  %s %s [%s to %s], %s of %s\n", what, format_number(s.share, "share").text,
            format_number(s.lo, "share").text, format_number(s.hi, "share").text, format_count(yes).text,
            format_count(of).text);
}

static void print_events(FILE *out, const lab_calibration *c) {
    const lab_facts *f = &c->facts;
    const stat_nbd_fit *n = &c->nbd;
    fprintf(out, "\n%s per shopper: %s by %s shoppers", f->views ? "Visits" : "Purchases",
            format_count(f->occasions).text, format_count(f->shoppers).text);
    fprintf(out, " in %.4g days; %s by nobody known\n", f->days, format_count(f->anonymous).text);
    if (c->has_nbd) {
        fprintf(
            out,
            "  NBD without zeros  mean %.4g, se %.2g; k %.4g, se %.2g; so cv %.4g, se %.2g; never seen %s\n",
            n->mean, n->mean_se, n->dispersion, n->dispersion_se, n->cv, n->cv_se,
            format_number(n->zero, "share").text);
        fprintf(out, "  AIC %.1f; all shoppers alike (Poisson): %.1f\n", n->aic, n->poisson_aic);
        print_checks(out, &c->nbd_checks);
    } else {
        fputs("  no fit: too few, or no more uneven than chance\n", out);
    }
    if (c->has_zipf) {
        fprintf(out, "\nPopularity of %zu SKUs, %s rows\n  Zipf exponent %.4g, se %.2g\n", f->skus,
                format_count(c->zipf.n).text, c->zipf.exponent, c->zipf.se);
        print_checks(out, &c->zipf_checks);
    }
    fputs("\nRates\n", out);
    if (f->returned <= f->bought && f->bought > 0)
        print_share(out, "rows returned per row bought", f->returned, f->bought);
    if (f->views && f->purchases <= f->occasions + f->anonymous)
        print_share(out, "purchases per visit", f->purchases, f->occasions + f->anonymous);
}

void lab_calibration_print(FILE *out, const lab_calibration *c) {
    const lab_facts *f = &c->facts;
    for (size_t i = 0; i < c->kinds; i++)
        print_times(out, &c->times[i]);
    if (f->stock && f->sku_days > 0)
        fprintf(out, "\nRestocks: %s in %s SKU-days, %.4g a day\n", format_count(f->restocks).text,
                format_count(round(f->sku_days)).text, f->restocks / f->sku_days);
    if (f->events) print_events(out, c);
    if (f->sends && f->sent > 0) {
        fputs("\nSends\n", out);
        print_share(out, "opened", f->opened, f->sent);
        if (f->has_clicks) print_share(out, "of those clicked", f->clicked, f->opened);
    }
}

/* ---- JSON ---- */

static json_t *checks_json(const lab_checks *checks) {
    json_t *all = json_object();
    for (size_t i = 0; i < checks->n; i++) {
        const lab_check *c = &checks->check[i];
        json_object_set_new(all, c->name,
                            json_pack("{s:o,s:o,s:o,s:o,s:o,s:s}", "observed", document_number(c->observed),
                                      "median", document_number(c->median), "lo", document_number(c->lo),
                                      "hi", document_number(c->hi), "tail", document_number(c->tail), "unit",
                                      c->unit));
    }
    return all;
}

static json_t *estimate(double value, double se) {
    return json_pack("{s:o,s:o}", "value", document_number(value), "se", document_number(se));
}

static json_t *times_json(const lab_times *t) {
    json_t *families = json_object();
    for (int k = 0; k < STAT_FAMILIES; k++) {
        const stat_times_fit *f = &t->fit[k];
        if (!t->good[k]) continue;
        json_t *one = json_pack("{s:o,s:o}", "aic", document_number(f->aic), lab_size_name((stat_family)k),
                                estimate(f->size, f->size_se));
        if (k != STAT_EXPONENTIAL)
            json_object_set_new(one, lab_shape_name((stat_family)k), estimate(f->shape, f->shape_se));
        json_object_set_new(families, lab_family_name((stat_family)k), one);
    }
    return json_pack("{s:I,s:I,s:I,s:b,s:o,s:s?,s:o,s:o}", "n", (json_int_t)t->of->n, "ended",
                     (json_int_t)t->of->ended, "left_out", (json_int_t)t->of->unseen_start, "rounded",
                     t->of->rounded, "unit_h", document_number(t->of->unit), "best",
                     t->best < 0 ? NULL : lab_family_name((stat_family)t->best), "families", families,
                     "checks", checks_json(&t->checks));
}

static json_t *share_json(double yes, double of) {
    stat_share s = stat_wilson(yes, of, 0.95);
    return json_pack("{s:o,s:o,s:o,s:o,s:o}", "value", document_number(s.share), "lo", document_number(s.lo),
                     "hi", document_number(s.hi), "yes", document_integer(yes), "of", document_integer(of));
}

static json_t *counts_json(const double *count, size_t n) {
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, document_integer(count[i]));
    return list;
}

static void add_events(json_t *d, const lab_calibration *c) {
    const lab_facts *f = &c->facts;
    const stat_nbd_fit *n = &c->nbd;
    if (c->has_nbd)
        json_object_set_new(
            d, "nbd",
            json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "mean", estimate(n->mean, n->mean_se), "k",
                      estimate(n->dispersion, n->dispersion_se), "cv", estimate(n->cv, n->cv_se),
                      "never_seen", estimate(n->zero, n->zero_se), "n", document_integer(n->n), "aic",
                      document_number(n->aic), "poisson_aic", document_number(n->poisson_aic), "checks",
                      checks_json(&c->nbd_checks)));
    if (c->has_zipf)
        json_object_set_new(d, "popularity",
                            json_pack("{s:o,s:I,s:o,s:o}", "exponent", estimate(c->zipf.exponent, c->zipf.se),
                                      "skus", (json_int_t)f->skus, "rows", document_integer(c->zipf.n),
                                      "checks", checks_json(&c->zipf_checks)));
    if (f->priced > 1) json_object_set_new(d, "price", estimate(f->price, f->price_se));
    json_object_set_new(d, "hour", counts_json(f->hour, 24));
    json_object_set_new(d, "weekday", counts_json(f->weekday, 7));
    json_object_set_new(d, "return_rate", share_json(f->returned, f->bought));
    if (f->views) json_object_set_new(d, "visit_buy", share_json(f->purchases, f->occasions + f->anonymous));
    json_object_set_new(d, "occasions", document_integer(f->occasions));
    json_object_set_new(d, "days", document_number(f->days));
}

json_t *lab_calibration_json(const lab_calibration *c, const char *config, const char *out) {
    const lab_facts *f = &c->facts;
    json_t *d = json_pack("{s:s,s:o,s:o}", "command", "calibrate", "config", document_text(config), "out",
                          document_text(out));
    for (size_t i = 0; i < c->kinds; i++)
        json_object_set_new(d, c->times[i].name, times_json(&c->times[i]));
    if (f->stock) {
        json_object_set_new(d, "restocks_per_sku_day",
                            estimate(f->restocks / f->sku_days, sqrt(f->restocks) / f->sku_days));
        json_object_set_new(d, "restock_hour", counts_json(f->restock_hour, 24));
    }
    if (f->events) add_events(d, c);
    if (f->sends) {
        json_object_set_new(d, "open", share_json(f->opened, f->sent));
        if (f->has_clicks) json_object_set_new(d, "click", share_json(f->clicked, f->opened));
    }
    return d;
}
