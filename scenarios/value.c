/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * value.c - one value of a parameter: text to bits with every check, and back.
 *
 * What is printed is read back as the same bits; the hash of a scenario rests on that.
 */
#include "scenarios/internal.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN = 80 };             /* bytes of a user's text that a message repeats */
static const double huge = 1e15; /* a bound from here on is "no bound" to a reader */

void scenario_say(scenario_error *error, const char *format, ...) {
    if (!error) return;
    va_list args;
    va_start(args, format);
    vsnprintf(error->text, sizeof error->text, format, args);
    va_end(args);
}

/* Length of the UTF-8 character at text, 0 if there is none: no overlong forms, no surrogates. */
static size_t utf8_length(const unsigned char *t, size_t size) {
    if (t[0] < 0x80) return 1;
    size_t n = t[0] >= 0xf0 ? 4 : t[0] >= 0xe0 ? 3 : 2;
    if (t[0] < 0xc2 || t[0] > 0xf4 || size < n) return 0;
    for (size_t i = 1; i < n; i++)
        if ((t[i] & 0xc0) != 0x80) return 0;
    if (t[0] == 0xe0 && t[1] < 0xa0) return 0;
    if (t[0] == 0xed && t[1] > 0x9f) return 0;
    if (t[0] == 0xf0 && t[1] < 0x90) return 0;
    if (t[0] == 0xf4 && t[1] > 0x8f) return 0;
    return n;
}

bool scenario_utf8_valid(const char *text, size_t size, size_t *bad) {
    const unsigned char *t = (const unsigned char *)text;
    for (size_t i = 0, n; i < size; i += n) {
        n = utf8_length(t + i, size - i);
        if (n > 0) continue;
        if (bad) *bad = i;
        return false;
    }
    return true;
}

static bool is_control(unsigned char c) {
    return c < 0x20 || c == 0x7f;
}

const char *scenario_quote(const char *text, size_t size, char *buffer, size_t buffer_size) {
    const unsigned char *t = (const unsigned char *)text;
    size_t out = 0, i = 0;
    buffer[out++] = '\'';
    while (i < size) {
        size_t n = utf8_length(t + i, size - i);
        if (out + 10 > buffer_size) break;
        if (n == 0 || is_control(t[i])) {
            buffer[out++] = '?';
            i++;
            continue;
        }
        memcpy(buffer + out, text + i, n);
        out += n;
        i += n;
    }
    if (i < size) {
        memcpy(buffer + out, "...", 3);
        out += 3;
    }
    buffer[out++] = '\'';
    buffer[out] = '\0';
    return buffer;
}

/* ---- numbers ---- */

static size_t skip_digits(const char *text, size_t size, size_t i) {
    while (i < size && text[i] >= '0' && text[i] <= '9')
        i++;
    return i;
}

bool scenario_int_parse(const char *text, size_t size, int64_t *v) {
    size_t i = size > 0 && (text[0] == '-' || text[0] == '+');
    if (i == size || skip_digits(text, size, i) != size) return false;
    bool negative = text[0] == '-';
    int64_t sum = 0;
    for (; i < size; i++) {
        int64_t d = text[i] - '0';
        if (sum < (INT64_MIN + d) / 10) return false; /* summed below zero, where there is one more number */
        sum = sum * 10 - d;
    }
    if (!negative && sum == INT64_MIN) return false;
    *v = negative ? sum : -sum;
    return true;
}

bool scenario_real_parse(const char *text, size_t size, double *v) {
    char copy[64];
    if (size == 0 || size >= sizeof copy) return false;
    size_t i = text[0] == '-' || text[0] == '+';
    size_t whole = skip_digits(text, size, i), digits = whole - i;
    i = whole;
    if (i < size && text[i] == '.') {
        size_t after = skip_digits(text, size, i + 1);
        digits += after - i - 1;
        i = after;
    }
    if (digits == 0) return false;
    if (i < size && (text[i] == 'e' || text[i] == 'E')) {
        i++;
        if (i < size && (text[i] == '-' || text[i] == '+')) i++;
        size_t after = skip_digits(text, size, i);
        if (after == i) return false;
        i = after;
    }
    if (i != size) return false;
    memcpy(copy, text, size);
    copy[size] = '\0';
    *v = strtod(copy, NULL) + 0.0; /* -0 becomes 0, so that equal values print and hash alike */
    return isfinite(*v);
}

static void real_print(double v, char *buffer, size_t size) {
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(buffer, size, "%.*g", digits, v);
        if (strtod(buffer, NULL) == v) return;
    }
}

/* ---- messages ---- */

static void number_print(const bis_field *f, double v, char *buffer, size_t size) {
    if (f->type == BIS_FIELD_DURATION)
        scenario_duration_print((int64_t)v, buffer, size);
    else if (f->type == BIS_FIELD_TIME)
        scenario_time_print((int64_t)v, buffer, size);
    else
        snprintf(buffer, size, "%.10g", v);
}

bool scenario_has_range(const bis_field *f) {
    switch (f->type) {
    case BIS_FIELD_INT:
    case BIS_FIELD_REAL:
    case BIS_FIELD_DURATION:
    case BIS_FIELD_TIME: return true;
    case BIS_FIELD_BOOL:
    case BIS_FIELD_CLOCK:
    case BIS_FIELD_CHOICE:
    case BIS_FIELD_SET:
    case BIS_FIELD_TEXT: break;
    }
    return false;
}

void scenario_range_print(const bis_field *f, char *buffer, size_t size) {
    char lo[40], hi[40];
    const char *unit = f->unit ? f->unit : "";
    const char *gap = unit[0] ? " " : "";
    buffer[0] = '\0';
    if (f->type == BIS_FIELD_CLOCK) snprintf(buffer, size, "00:00 to 24:00");
    if (!scenario_has_range(f)) return;
    number_print(f, f->min, lo, sizeof lo);
    number_print(f, fmin(f->max, 9e18), hi, sizeof hi);
    if (f->min <= -huge)
        snprintf(buffer, size, "at most %s%s%s", hi, gap, unit);
    else if (f->max >= huge)
        snprintf(buffer, size, "at least %s%s%s", lo, gap, unit);
    else
        snprintf(buffer, size, "%s to %s%s%s", lo, hi, gap, unit);
}

static bool expects(const bis_field *f, const char *shown, const char *text, size_t size,
                    scenario_error *error) {
    static const char *const what[] = {
        [BIS_FIELD_BOOL] = "true or false",
        [BIS_FIELD_INT] = "a whole number",
        [BIS_FIELD_REAL] = "a number",
        [BIS_FIELD_DURATION] = "a span of time such as 500ms, 30s, 10min, 2h, 14d or 1w",
        [BIS_FIELD_TIME] = "a time in UTC such as 2026-03-01 or 2026-03-01T08:00:00",
        [BIS_FIELD_CLOCK] = "a time of day from 00:00 to 24:00, such as 07:30",
    };
    char quoted[SHOWN], hint[48] = "";
    double v;
    if (size == 0) {
        scenario_say(error, "'%s' has no value; it expects %s", shown, what[f->type]);
        return false;
    }
    if (f->type == BIS_FIELD_REAL && text[size - 1] == '%' && scenario_real_parse(text, size - 1, &v))
        snprintf(hint, sizeof hint, "; write %g for %g %%", v / 100, v);
    if (f->type == BIS_FIELD_DURATION && scenario_real_parse(text, size, &v))
        snprintf(hint, sizeof hint, "; the unit is missing");
    if (f->type == BIS_FIELD_DURATION && size > 1 && text[size - 1] == 'm')
        snprintf(hint, sizeof hint, "; minutes are written min");
    scenario_say(error, "'%s' expects %s, not %s%s", shown, what[f->type],
                 scenario_quote(text, size, quoted, sizeof quoted), hint);
    return false;
}

static bool in_range(const bis_field *f, const char *shown, const char *text, size_t size, double v,
                     scenario_error *error) {
    if (v >= f->min && v <= f->max) return true;
    char range[128], quoted[SHOWN];
    scenario_range_print(f, range, sizeof range);
    scenario_say(error, "'%s' is %s; it must be %s", shown, scenario_quote(text, size, quoted, sizeof quoted),
                 range);
    return false;
}

static bool text_parse(const bis_field *f, const char *shown, const char *text, size_t size,
                       scenario_value *out, scenario_error *error) {
    if (!scenario_utf8_valid(text, size, NULL)) {
        scenario_say(error, "'%s' is not valid UTF-8", shown);
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        if (!is_control((unsigned char)text[i])) continue;
        scenario_say(error, "'%s' holds a line break or another control character; write it on one line",
                     shown);
        return false;
    }
    if (size >= f->size) {
        scenario_say(error, "'%s' is %zu bytes long; at most %zu are allowed", shown, size, f->size - 1);
        return false;
    }
    out->text = text;
    out->size = size;
    return true;
}

bool scenario_value_parse(const bis_field *f, const char *shown, const char *text, size_t size,
                          scenario_value *out, scenario_error *error) {
    bool ok = false;
    switch (f->type) {
    case BIS_FIELD_BOOL:
        out->i = size == 4 && memcmp(text, "true", 4) == 0;
        ok = out->i || (size == 5 && memcmp(text, "false", 5) == 0);
        return ok || expects(f, shown, text, size, error);
    case BIS_FIELD_REAL:
        if (!scenario_real_parse(text, size, &out->r)) return expects(f, shown, text, size, error);
        return in_range(f, shown, text, size, out->r, error);
    case BIS_FIELD_INT: ok = scenario_int_parse(text, size, &out->i); break;
    case BIS_FIELD_DURATION: ok = scenario_duration_parse(text, size, &out->i); break;
    case BIS_FIELD_TIME: ok = scenario_time_parse(text, size, &out->i); break;
    case BIS_FIELD_CLOCK:
        return scenario_clock_parse(text, size, &out->i) || expects(f, shown, text, size, error);
    case BIS_FIELD_CHOICE: return scenario_choice_parse(f, shown, text, size, &out->i, error);
    case BIS_FIELD_SET: return scenario_set_parse(f, shown, text, size, &out->i, error);
    case BIS_FIELD_TEXT: return text_parse(f, shown, text, size, out, error);
    }
    if (!ok) return expects(f, shown, text, size, error);
    return in_range(f, shown, text, size, (double)out->i, error);
}

/* ---- bits ---- */

size_t scenario_value_size(const bis_field *f) {
    switch (f->type) {
    case BIS_FIELD_BOOL: return sizeof(bool);
    case BIS_FIELD_INT:
    case BIS_FIELD_DURATION:
    case BIS_FIELD_TIME:
    case BIS_FIELD_CLOCK: return sizeof(int64_t);
    case BIS_FIELD_REAL: return sizeof(double);
    case BIS_FIELD_CHOICE: return sizeof(int);
    case BIS_FIELD_SET: return sizeof(uint32_t);
    case BIS_FIELD_TEXT: return f->size;
    }
    return 0;
}

void scenario_value_store(const bis_field *f, void *at, const scenario_value *v) {
    switch (f->type) {
    case BIS_FIELD_BOOL: *(bool *)at = v->i != 0; break;
    case BIS_FIELD_INT:
    case BIS_FIELD_DURATION:
    case BIS_FIELD_TIME:
    case BIS_FIELD_CLOCK: *(int64_t *)at = v->i; break;
    case BIS_FIELD_REAL: *(double *)at = v->r; break;
    case BIS_FIELD_CHOICE: *(int *)at = (int)v->i; break;
    case BIS_FIELD_SET: *(uint32_t *)at = (uint32_t)v->i; break;
    case BIS_FIELD_TEXT:
        memset(at, 0, f->size);
        memcpy(at, v->text, v->size);
        break;
    }
}

double scenario_value_number(const bis_field *f, const void *at) {
    switch (f->type) {
    case BIS_FIELD_BOOL: return *(const bool *)at;
    case BIS_FIELD_INT:
    case BIS_FIELD_DURATION:
    case BIS_FIELD_TIME:
    case BIS_FIELD_CLOCK: return (double)*(const int64_t *)at;
    case BIS_FIELD_REAL: return *(const double *)at;
    case BIS_FIELD_CHOICE: return *(const int *)at;
    case BIS_FIELD_SET: return *(const uint32_t *)at;
    case BIS_FIELD_TEXT: break;
    }
    return 0;
}

void scenario_value_print(const bis_field *f, const void *at, char *buffer, size_t size) {
    switch (f->type) {
    case BIS_FIELD_BOOL: snprintf(buffer, size, "%s", *(const bool *)at ? "true" : "false"); break;
    case BIS_FIELD_INT: snprintf(buffer, size, "%" PRId64, *(const int64_t *)at); break;
    case BIS_FIELD_DURATION: scenario_duration_print(*(const int64_t *)at, buffer, size); break;
    case BIS_FIELD_TIME: scenario_time_print(*(const int64_t *)at, buffer, size); break;
    case BIS_FIELD_CLOCK: scenario_clock_print(*(const int64_t *)at, buffer, size); break;
    case BIS_FIELD_REAL: real_print(*(const double *)at, buffer, size); break;
    case BIS_FIELD_CHOICE: snprintf(buffer, size, "%s", f->choices[*(const int *)at]); break;
    case BIS_FIELD_SET: scenario_set_print(f, *(const uint32_t *)at, buffer, size); break;
    case BIS_FIELD_TEXT: snprintf(buffer, size, "%s", (const char *)at); break;
    }
}
