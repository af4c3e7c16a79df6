/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * analysis_words.c - see analysis_words.h.
 */
#include "reports/analysis_words.h"

#include <math.h>
#include <string.h>

enum { MOST = 9 };

/* Decimals for two digits of the half-width; three of the number itself where there is no interval. */
static int decimals(double x, double lo, double hi) {
    double half = (hi - lo) / 2;
    double of = isfinite(half) && half > 1e-9 * fabs(x) ? half : x / 10;
    if (!isfinite(of) || of == 0) return 0;
    int d = 1 - (int)floor(log10(fabs(of)));
    return d < 0 ? 0 : d > MOST ? MOST : d;
}

static format_text dash(void) {
    return (format_text){"-"};
}

format_text words_mean(double x) {
    format_text t;
    if (isnan(x)) return dash();
    snprintf(t.text, sizeof t.text, "%.5g", x);
    return t;
}

format_text words_change(double x, double lo, double hi) {
    format_text t;
    if (isnan(x)) return dash();
    snprintf(t.text, sizeof t.text, "%+.*f", decimals(x, lo, hi), x == 0 ? 0 : x);
    return t;
}

format_text words_interval(double x, double lo, double hi) {
    format_text t;
    int d = decimals(x, lo, hi);
    if (!isfinite(lo) || !isfinite(hi)) return dash();
    snprintf(t.text, sizeof t.text, "[%.*f, %.*f]", d, lo, d, hi);
    return t;
}

format_text words_per_cent(double x, double lo, double hi) {
    format_text t = words_change(100 * x, 100 * lo, 100 * hi);
    if (!isnan(x)) strncat(t.text, " %", sizeof t.text - strlen(t.text) - 1);
    return t;
}

format_text words_per_cents(double x, double lo, double hi) {
    format_text t = words_interval(100 * x, 100 * lo, 100 * hi);
    if (isfinite(lo) && isfinite(hi)) strncat(t.text, " %", sizeof t.text - strlen(t.text) - 1);
    return t;
}

format_text words_p(double p) {
    return isnan(p) ? dash() : format_p(p);
}

void words_left(FILE *out, const char *text, int columns) {
    int width = (int)format_width(text);
    fprintf(out, "%s%*s", text, columns > width ? columns - width : 0, "");
}

void words_right(FILE *out, const char *text, int columns) {
    int width = (int)format_width(text);
    fprintf(out, "%*s%s", columns > width ? columns - width : 0, "", text);
}
