/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calibrate_fragment.c - the fit as a piece of a scenario: what it has parameters for as values, the rest as
 * comments, each with its standard error, the number of observations and where they came from.
 */
#include <math.h>
#include <string.h>

#include "lab/calibrate_job.h"
#include "reports/format.h"

enum { TEXT = 64 };
typedef struct {
    char text[TEXT];
} span_text;

/* Six digits in a unit that needs no exponent. */
static span_text span(double hours) {
    static const struct {
        double hours;
        const char *unit;
    } units[] = {{24, "d"}, {1, "h"}, {1.0 / 60, "min"}, {1.0 / 3600, "s"}, {1.0 / 3600000, "ms"}};
    span_text t;
    size_t i = 0;
    while (i + 1 < sizeof units / sizeof *units && hours < units[i].hours * (i ? 1 : 4))
        i++;
    snprintf(t.text, sizeof t.text, "%.6g%s", hours / units[i].hours, units[i].unit);
    return t;
}

/* "gamma, mean 12.3h (se 0.1h), cv 0.8 (se 0.01)" */
static void put_parameters(FILE *out, const stat_times_fit *f) {
    fprintf(out, "%s, %s %s (se %s)", lab_family_name(f->family), lab_size_name(f->family),
            span(f->size).text, span(f->size_se).text);
    if (f->family != STAT_EXPONENTIAL)
        fprintf(out, ", %s %.6g (se %.3g)", lab_shape_name(f->family), f->shape, f->shape_se);
}

/* A number of a check, as its unit wants it. */
static span_text shown(const char *unit, double x) {
    span_text t;
    if (!strcmp(unit, "h")) return span(x);
    snprintf(t.text, sizeof t.text, "%.4g", x);
    return t;
}

static void put_checks(FILE *out, const lab_checks *checks, const char *indent) {
    fprintf(out, "%s# %u data sets simulated with it have in the middle 95 %% of cases:\n", indent,
            checks->sets);
    for (size_t i = 0; i < checks->n; i++) {
        const lab_check *c = &checks->check[i];
        fprintf(out, "%s#   %-24s %s to %s; the trace has %s%s\n", indent, c->name,
                shown(c->unit, c->lo).text, shown(c->unit, c->hi).text, shown(c->unit, c->observed).text,
                c->observed < c->lo || c->observed > c->hi ? ": OFF" : "");
    }
}

static void put_times_comment(FILE *out, const lab_times *t, const char *indent) {
    fprintf(out, "%s# %s: %zu, of which %zu had not ended (right-censored)", indent, t->title, t->of->n,
            t->of->n - t->of->ended);
    if (t->of->unseen_start) fprintf(out, "; %zu that had begun before are left out", t->of->unseen_start);
    fputc('\n', out);
    if (t->of->rounded)
        fprintf(out, "%s# all are multiples of %s: fitted as rounded to that\n", indent,
                span(t->of->unit).text);
    for (int k = 0; k < STAT_FAMILIES; k++) {
        if (!t->good[k]) continue;
        fprintf(out, "%s# AIC %.1f%s: ", indent, t->fit[k].aic, k == t->best ? " (best)" : "");
        put_parameters(out, &t->fit[k]);
        fputc('\n', out);
    }
    put_checks(out, &t->checks, indent);
}

static void put_span(FILE *out, const char *indent, const char *key, const stat_times_fit *f) {
    fprintf(out, "%s%s: {dist: %s, %s: %s", indent, key, lab_family_name(f->family), lab_size_name(f->family),
            span(f->size).text);
    if (f->family != STAT_EXPONENTIAL) fprintf(out, ", %s: %.6g", lab_shape_name(f->family), f->shape);
    fputs("}\n", out);
}

static double sum_of(const double *count, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += count[i];
    return sum;
}

/* Whether there are so many that the weights are no accident: for each, on average, ten, which makes a
 * standard error of a third of it. */
static bool enough(const double *count, size_t n) {
    return sum_of(count, n) >= 10 * (double)n;
}

/* Shares of a total, as a list. */
static void put_pattern(FILE *out, const char *indent, const char *what, const double *count, size_t n) {
    double sum = sum_of(count, n);
    if (!(sum > 0)) return;
    fprintf(out, "%s# %s (%.0f): [", indent, what, sum);
    for (size_t i = 0; i < n; i++)
        fprintf(out, "%s%.4g", i ? ", " : "", count[i] / sum);
    fputs("]\n", out);
}

/* The same as a parameter, if there are enough. */
static void put_weights(FILE *out, const char *what, const char *key, const double *count, size_t n) {
    double sum = sum_of(count, n);
    if (!enough(count, n)) {
        put_pattern(out, "  ", what, count, n);
        return;
    }
    fprintf(out, "  # %s (%.0f); the standard error of a share s is sqrt(s (1 - s) / %.0f)\n  %s: [", what,
            sum, sum, key);
    for (size_t i = 0; i < n; i++)
        fprintf(out, "%s%.4g", i ? ", " : "", count[i] / sum);
    fputs("]\n", out);
}

static void put_share_comment(FILE *out, const char *indent, const char *what, double yes, double of) {
    stat_share s = stat_wilson(yes, of, 0.95);
    fprintf(out, "%s# %s: %.6g (se %.3g; Wilson 95 %% %.6g to %.6g), %.0f of %.0f\n", indent, what, s.share,
            sqrt(s.share * (1 - s.share) / of), s.lo, s.hi, yes, of);
}

static void put_supply(FILE *out, const lab_calibration *c) {
    const lab_facts *f = &c->facts;
    const lab_times *lead = lab_calibration_times(c, "lead_time"), *in = lab_calibration_times(c, "in_stock");
    if (!f->stock) return;
    fputs(lead ? "\nsupply:\n" : "\n# supply:\n", out);
    if (lead) {
        put_times_comment(out, lead, "  ");
        put_span(out, "  ", "lead_time", &lead->fit[lead->best]);
    }
    if (in) put_times_comment(out, in, "  ");
    if (f->sku_days > 0)
        fprintf(out,
                "  # restocks per SKU and day: %.6g (se %.3g, as of a Poisson count), %.0f in %.0f SKU-days "
                "of %.0f SKUs\n",
                f->restocks / f->sku_days, sqrt(f->restocks) / f->sku_days, f->restocks, f->sku_days,
                f->stock_skus);
    put_pattern(out, "  ", "share of restocks by hour of the day, from 00 on", f->restock_hour, 24);
}

static void put_catalog(FILE *out, const lab_calibration *c) {
    const lab_facts *f = &c->facts;
    bool price = f->priced > 1 && f->price > 0;
    if (!c->has_zipf && !price) return;
    fputs("\ncatalog:\n", out);
    if (c->has_zipf) {
        fprintf(out,
                "  # Zipf over the ranks of the %zu SKUs that were bought, from %.0f rows; se %.3g. The "
                "ranks come "
                "from the\n  # same rows.\n",
                f->skus, c->zipf.n, c->zipf.se);
        put_checks(out, &c->zipf_checks, "  ");
        fprintf(out, "  popularity: %.6g\n", c->zipf.exponent);
    }
    if (price)
        fprintf(out, "  price: %.6g # money per unit, se %.3g, from %.0f rows\n", f->price, f->price_se,
                f->priced);
}

static void put_nbd(FILE *out, const lab_calibration *c, double visit_buy) {
    const lab_facts *f = &c->facts;
    const stat_nbd_fit *n = &c->nbd;
    double seen = 1 - n->zero, rate = n->mean / f->days, people = n->n / seen;
    fprintf(
        out,
        "  # %s per shopper in %.6g days, negative binomial without its zeros: %.0f shoppers, %.0f in all\n"
        "  # mean %.6g (se %.3g), k %.6g (se %.3g), share never seen %.4g (se %.3g)\n"
        "  # AIC %.1f; Poisson, all shoppers alike: %.1f\n",
        f->views ? "visits" : "purchases", f->days, n->n, f->occasions, n->mean, n->mean_se, n->dispersion,
        n->dispersion_se, n->zero, n->zero_se, n->aic, n->poisson_aic);
    put_checks(out, &c->nbd_checks, "  ");
    fprintf(out, "  count: %.0f # with those never seen, se %.3g\n", fmin(round(people), 1e8),
            people * n->zero_se / seen);
    if (f->views)
        fprintf(out, "  visit_rate: %.6g # se %.3g\n", rate, n->mean_se / f->days);
    else
        fprintf(out,
                "  visit_rate: %.6g # se %.3g: %.6g purchases a day over visit_buy, which is taken as it is\n"
                "  visit_buy: %.6g\n",
                rate / visit_buy, n->mean_se / f->days / visit_buy, rate, visit_buy);
    fprintf(out, "  visit_cv: %.6g # 1 / sqrt(k), se %.3g\n", n->cv, n->cv_se);
}

static void put_shoppers(FILE *out, const lab_calibration *c, const lab_traces *traces) {
    const lab_facts *f = &c->facts;
    const lab_times *between = lab_calibration_times(c, "between");
    bool nbd = c->has_nbd && f->days > 0,
         buy = f->views && f->occasions > 0 && f->purchases <= f->occasions + f->anonymous;
    if (!f->events) return;
    fputs(nbd || buy || enough(f->weekday, 7) ? "\nshoppers:\n" : "\n# shoppers:\n", out);
    if (nbd) put_nbd(out, c, traces->visit_buy);
    if (!nbd)
        fputs("  # no negative binomial: the counts per shopper are too few, or no more uneven than chance\n",
              out);
    if (buy) {
        put_share_comment(out, "  ", "purchases per visit", f->purchases, f->occasions + f->anonymous);
        fprintf(out, "  visit_buy: %.6g\n", f->purchases / (f->occasions + f->anonymous));
    }
    if (between) put_times_comment(out, between, "  ");
    put_weights(out,
                f->views ? "share of visits by hour of the day, from 00 on"
                         : "share of purchases by hour of the day, from 00 on",
                "hours", f->hour, 24);
    put_weights(out,
                f->views ? "share of visits by day of the week, from Monday on"
                         : "share of purchases by day of the week, from Monday on",
                "weekdays", f->weekday, 7);
}

static void put_orders(FILE *out, const lab_calibration *c) {
    const lab_facts *f = &c->facts;
    if (!(f->returned > 0) || f->returned > f->bought) return;
    fputs("\norders:\n", out);
    put_share_comment(out, "  ", "rows returned per row bought", f->returned, f->bought);
    fprintf(out, "  return_rate: %.6g # how long they take is not fitted: orders.return_delay\n",
            f->returned / f->bought);
}

static void put_response(FILE *out, const lab_calibration *c) {
    static const char *const platform[] = {"ios", "android", "web"};
    const lab_facts *f = &c->facts;
    const lab_times *delay = lab_calibration_times(c, "open_delay");
    if (!f->sends || !(f->sent > 0)) return;
    double open = f->opened / f->sent, click = f->clicked / f->opened;
    fputs("\nresponse:\n", out);
    put_share_comment(out, "  ", "sends that were opened", f->opened, f->sent);
    if (f->young > 0) fprintf(out, "  # %.0f sends are too young for that and left out\n", f->young);
    fprintf(out, "  open: {ios: %.6g, android: %.6g, web: %.6g} # the log does not tell them apart\n", open,
            open, open);
    if (delay) {
        put_times_comment(out, delay, "  ");
        fputs("  open_delay:\n", out);
        for (size_t i = 0; i < 3; i++)
            put_span(out, "    ", platform[i], &delay->fit[delay->best]);
    }
    if (!f->has_clicks) return;
    put_share_comment(out, "  ", "opened ones that were clicked, sources and ages together", f->clicked,
                      f->opened);
    fprintf(out, "  click: {notify_me: %.6g, wishlist: %.6g, cart: %.6g, browse: %.6g}\n", click, click,
            click, click);
}

static void put_source(FILE *out, const char *what, const char *path, uint64_t rows, uint64_t rejected,
                       uint64_t other, uint64_t filtered) {
    char clean[LAB_PATH_SIZE];
    fprintf(out, "#   %s: %s, %llu rows", what, format_clean(clean, sizeof clean, path),
            (unsigned long long)rows);
    if (rejected) fprintf(out, ", %llu bad ones skipped", (unsigned long long)rejected);
    if (other) fprintf(out, ", %llu of other kinds", (unsigned long long)other);
    if (filtered) fprintf(out, ", %llu others left out", (unsigned long long)filtered);
    fputc('\n', out);
}

void lab_fragment_write(FILE *out, const lab_calibration *c, const lab_traces *t, const char *config) {
    char clean[LAB_PATH_SIZE];
    fprintf(out, LAB_FRAGMENT_MARK " from %s\n", format_clean(clean, sizeof clean, config));
    if (t->stock)
        put_source(out, "stock", t->stock->inventory->file.path, t->stock->inventory->rows,
                   t->stock->inventory->file.rejected, 0, t->stock->inventory->file.filtered);
    if (t->events)
        put_source(out, "events", t->events_of.path, t->events_of.rows, t->events_of.rejected,
                   t->events_of.other, t->events_of.filtered);
    if (t->sends)
        put_source(out, "sends", t->sends_of.path, t->sends_of.rows, t->sends_of.rejected, 0,
                   t->sends_of.filtered);
    fputs(
        "# Maximum likelihood; se: standard error from the observed information. docs/CALIBRATE.md says what "
        "is left out.\n",
        out);
    put_supply(out, c);
    put_catalog(out, c);
    put_shoppers(out, c, t);
    put_orders(out, c);
    put_response(out, c);
}
