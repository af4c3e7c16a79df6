/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * format.c - numbers and texts for people. See format.h.
 */
#include "reports/format.h"

#include <math.h>
#include <string.h>
#include <time.h>

enum { DIGITS = 3, MOST_DECIMALS = 8 };
#define DASH "-"

/* How a unit is shown: x times `scale`, then `suffix`. */
typedef struct {
    double scale;
    const char *suffix;
} shown;

static shown span_as(double seconds) {
    seconds = fabs(seconds);
    if (seconds < 120) return (shown){1, " s"};
    if (seconds < 7200) return (shown){1.0 / 60, " min"};
    if (seconds <= 259200) return (shown){1.0 / 3600, " h"};
    return (shown){1.0 / 86400, " d"};
}

static shown unit_as(const char *unit, double x) {
    if (!strcmp(unit, "share")) return (shown){100, " %"};
    if (!strcmp(unit, "s")) return span_as(x);
    return (shown){1, ""};
}

/* Decimals that show `digits` significant digits of x. */
static int decimals_for(double x, int digits) {
    if (!isfinite(x) || x == 0) return 0;
    int d = digits - 1 - (int)floor(log10(fabs(x)));
    return d < 0 ? 0 : d > MOST_DECIMALS ? MOST_DECIMALS : d;
}

/* Fixed-point text with a comma between thousands. */
static format_text grouped(double x, int decimals, bool sign) {
    char plain[400];
    format_text out;
    if (!isfinite(x) || fabs(x) >= 1e18) {
        if (isnan(x))
            strcpy(out.text, DASH);
        else
            snprintf(out.text, sizeof out.text, sign ? "%+.4g" : "%.4g", x);
        return out;
    }
    snprintf(plain, sizeof plain, sign ? "%+.*f" : "%.*f", decimals, x);
    if (strspn(plain, "-0.") == strlen(plain)) memmove(plain, plain + (*plain == '-'), strlen(plain) + 1);
    const char *digit = plain + strspn(plain, "+-");
    size_t whole = strspn(digit, "0123456789"), at = (size_t)(digit - plain);
    memcpy(out.text, plain, at);
    for (size_t i = 0; i < whole; i++) {
        if (i && (whole - i) % 3 == 0) out.text[at++] = ',';
        out.text[at++] = digit[i];
    }
    snprintf(out.text + at, sizeof out.text - at, "%s", digit + whole);
    return out;
}

static format_text with_suffix(format_text t, const char *suffix) {
    if (strcmp(t.text, DASH) != 0) strncat(t.text, suffix, sizeof t.text - strlen(t.text) - 1);
    return t;
}

static int plain_decimals(double x, const char *unit) {
    bool whole = fabs(x - round(x)) <= 1e-9 * fabs(x);
    if (!strcmp(unit, "count") && (whole || fabs(x) >= 100)) return 0;
    if (!strcmp(unit, "money"))
        return fabs(x) >= 1000 ? 0 : fabs(x) >= 1 || x == 0 ? 2 : decimals_for(x, DIGITS);
    return whole ? 0 : decimals_for(x, DIGITS);
}

format_text format_count(double x) {
    return grouped(x, plain_decimals(x, "count"), false);
}

static format_text number(double x, const char *unit, bool sign) {
    shown as = unit_as(unit, x);
    return with_suffix(grouped(x * as.scale, plain_decimals(x * as.scale, unit), sign), as.suffix);
}

format_text format_number(double x, const char *unit) {
    return number(x, unit, false);
}

format_text format_signed(double x, const char *unit) {
    return number(x, unit, true);
}

/* Two digits of the half-width, if that is more than the dust of rounding; else as many as a plain number
 * has. */
static int value_decimals(const report_value *v, shown as) {
    double half = (v->hi - v->lo) / 2 * as.scale, mean = v->mean * as.scale;
    int plain = plain_decimals(mean, v->metric->unit);
    if (!isfinite(half) || half <= 1e-9 * fabs(mean)) return plain;
    bool large = !strcmp(v->metric->unit, "count") && fabs(mean) >= 100;
    int d = decimals_for(half, 2), most = large ? plain : decimals_for(mean, DIGITS) + 2;
    return d > most ? most : d;
}

format_text format_value(const report_value *v) {
    shown as = unit_as(v->metric->unit, v->mean);
    return with_suffix(grouped(v->mean * as.scale, value_decimals(v, as), false), as.suffix);
}

static format_text range(const report_value *v, const char *open, const char *between, const char *close) {
    format_text out;
    if (!isfinite(v->lo) || !isfinite(v->hi)) {
        strcpy(out.text, DASH);
        return out;
    }
    shown as = unit_as(v->metric->unit, v->mean);
    int d = value_decimals(v, as);
    format_text lo = grouped(v->lo * as.scale, d, false), hi = grouped(v->hi * as.scale, d, false);
    snprintf(out.text, sizeof out.text, "%s%.36s%s%.36s%.6s%s", open, lo.text, between, hi.text, as.suffix,
             close);
    return out;
}

format_text format_interval(const report_value *v) {
    return range(v, "", " to ", "");
}

format_text format_mean_interval(const report_value *v) {
    format_text mean = format_value(v), interval = range(v, " [", ", ", "]");
    if (!strcmp(interval.text, DASH)) return mean;
    strncat(mean.text, interval.text, sizeof mean.text - strlen(mean.text) - 1);
    return mean;
}

/* In sentences: "2.1 h", not "2.10 h". */
format_text format_span(double seconds) {
    format_text out = format_number(seconds, "s");
    char *point = strchr(out.text, '.'), *end = point ? strchr(point, ' ') : NULL;
    char *keep = end;
    while (keep && keep > point && (keep[-1] == '0' || keep[-1] == '.'))
        keep--;
    if (keep) memmove(keep, end, strlen(end) + 1);
    return out;
}

format_text format_time(int64_t ms) {
    format_text out = {DASH};
    time_t t = (time_t)(ms / 1000 - (ms % 1000 < 0));
    struct tm utc;
    if (ms != STORE_NONE && gmtime_r(&t, &utc))
        strftime(out.text, sizeof out.text, "%Y-%m-%d %H:%M:%S", &utc);
    return out;
}

format_text format_hash(uint64_t hash) {
    format_text out;
    snprintf(out.text, sizeof out.text, "%016llx", (unsigned long long)hash);
    return out;
}

/* Bytes of the UTF-8 character at p, 0 if there is none: overlong forms, surrogates and codes above 10ffff
 * are none. */
static size_t character(const unsigned char *p) {
    static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (*p < 0x80) return 1;
    size_t n = *p >= 0xf0 && *p < 0xf8 ? 4 : *p >= 0xe0 ? 3 : *p >= 0xc0 ? 2 : 0;
    if (n == 0 || *p >= 0xf8) return 0;
    unsigned code = *p & (0xffu >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80) return 0;
        code = code << 6 | (p[i] & 0x3fu);
    }
    return code < least[n] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? 0 : n;
}

/* C1 controls are two bytes long in UTF-8. */
static bool is_control(const unsigned char *p, size_t n) {
    return (n == 1 && (*p < 0x20 || *p == 0x7f)) || (n == 2 && *p == 0xc2 && p[1] < 0xa0);
}

char *format_clean(char *out, size_t size, const char *text) {
    const unsigned char *p = (const unsigned char *)text;
    size_t at = 0;
    while (*p) {
        size_t n = character(p), room = n ? n : 1;
        if (at + room >= size) break;
        if (n == 0)
            out[at++] = '?';
        else if (is_control(p, n))
            out[at++] = ' ';
        else
            for (size_t i = 0; i < n; i++)
                out[at++] = (char)p[i];
        p += room;
    }
    out[at] = 0;
    return out;
}

size_t format_width(const char *text) {
    size_t n = 0;
    for (; *text; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

void format_wrap(FILE *out, const char *text, size_t at, size_t indent) {
    bool first = true;
    if (at < indent) at += (size_t)fprintf(out, "%*s", (int)(indent - at), "");
    while (*text) {
        size_t n = strcspn(text, " "), width = 0;
        for (size_t i = 0; i < n; i++)
            width += ((unsigned char)text[i] & 0xc0) != 0x80;
        if (!first && at + 1 + width > FORMAT_COLUMNS) {
            fprintf(out, "\n%*s", (int)indent, "");
            at = indent;
            first = true;
        }
        fprintf(out, "%s%.*s", first ? "" : " ", (int)n, text);
        at += width + !first;
        first = false;
        text += n + (text[n] == ' ');
    }
    fputc('\n', out);
}

format_text format_p(double p) {
    format_text t;
    if (p < 1e-300)
        snprintf(t.text, sizeof t.text, "<1e-300"); /* it may have been too small for a double */
    else
        snprintf(t.text, sizeof t.text, p < 1e-4 ? "%.1e" : "%.4f", p);
    return t;
}
