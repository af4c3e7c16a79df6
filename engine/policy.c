/* SPDX-License-Identifier: MIT
 *
 * policy.c - defaults and checks, both driven by the field rows.
 */
#include "rules.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *suffix;
    double milliseconds;
} units[] = {{"ms", 1}, {"s", 1e3}, {"min", 6e4}, {"h", 3.6e6}, {"d", 8.64e7}, {"w", 6.048e8}};

/* A decimal number as the rows write it, "0.05", whatever the program's locale takes for a decimal point:
 * strtod() would read that as 0 in half of Europe. Digits and the power of ten are exact, so the quotient is
 * the nearest double. [out] rest: behind it. */
static double number_of(const char *text, const char **rest) {
    double digits = 0, divisor = 1;
    for (; *text >= '0' && *text <= '9'; text++)
        digits = digits * 10 + (*text - '0');
    if (*text == '.')
        for (text++; *text >= '0' && *text <= '9'; text++, divisor *= 10)
            digits = digits * 10 + (*text - '0');
    *rest = text;
    return digits / divisor;
}

static bis_time span_of(const char *text) {
    const char *suffix;
    double number = number_of(text, &suffix);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strcmp(suffix, units[i].suffix) == 0) return (bis_time)(number * units[i].milliseconds);
    return 0;
}

static int choice_of(const char *const *choices, const char *text) {
    int i = 0;
    while (choices[i] && strcmp(choices[i], text) != 0)
        i++;
    return i;
}

static const bis_time minute = 60000, day = 86400000;

static bis_time clock_of(const char *text) {
    char *colon;
    bis_time hours = strtol(text, &colon, 10);
    return hours * 60 * minute + (*colon == ':' ? strtol(colon + 1, NULL, 10) * minute : 0);
}

static int count_of(const char *const *choices) {
    int n = 0;
    while (choices[n])
        n++;
    return n;
}

/* Of all the choices; shifted from the top, for there may be as many as there are bits. */
static bis_set all_of(const char *const *choices) {
    int n = count_of(choices);
    return n > 0 ? UINT32_MAX >> (32 - n) : 0;
}

/* "push+email", "all" or "none". */
static bis_set set_of(const char *const *choices, const char *text) {
    if (strcmp(text, "all") == 0) return all_of(choices);
    bis_set set = 0;
    for (int i = 0; choices[i]; i++) {
        size_t size = strlen(choices[i]);
        for (const char *at = text; at; at = strchr(at, '+')) {
            at += *at == '+';
            if (strncmp(at, choices[i], size) == 0 && (at[size] == '+' || at[size] == '\0'))
                set |= (bis_set)1 << i;
        }
    }
    return set;
}

static void set_default(const bis_field *f, void *at) {
    const char *rest;
    switch (f->type) {
    case BIS_FIELD_BOOL: *(bool *)at = strcmp(f->def, "true") == 0; break;
    case BIS_FIELD_INT: *(int64_t *)at = strtoll(f->def, NULL, 10); break;
    case BIS_FIELD_REAL: *(double *)at = number_of(f->def, &rest); break;
    case BIS_FIELD_DURATION:
    case BIS_FIELD_TIME: *(bis_time *)at = span_of(f->def); break;
    case BIS_FIELD_CLOCK: *(bis_time *)at = clock_of(f->def); break;
    case BIS_FIELD_CHOICE: *(int *)at = choice_of(f->choices, f->def); break;
    case BIS_FIELD_SET: *(bis_set *)at = set_of(f->choices, f->def); break;
    case BIS_FIELD_TEXT: memcpy(at, f->def, strlen(f->def) + 1); break;
    }
}

void bis_policy_default(bis_policy *out) {
    memset(out, 0, sizeof *out);
    size_t n;
    const bis_rule_info *rules = bis_rules(&n);
    for (size_t r = 0; r < n; r++)
        for (size_t i = 0; i < rules[r].n_fields; i++) {
            const bis_field *f = &rules[r].fields[i];
            if (!f->list) set_default(f, (unsigned char *)out + f->offset);
        }
}

static bool in_range(const bis_field *f, const void *at) {
    switch (f->type) {
    case BIS_FIELD_BOOL: return true;
    case BIS_FIELD_INT:
    case BIS_FIELD_DURATION:
    case BIS_FIELD_TIME:
        return *(const int64_t *)at >= (int64_t)f->min && *(const int64_t *)at <= (int64_t)f->max;
    case BIS_FIELD_REAL: return *(const double *)at >= f->min && *(const double *)at <= f->max; /* not NaN */
    case BIS_FIELD_CLOCK: return *(const bis_time *)at >= 0 && *(const bis_time *)at <= day;
    case BIS_FIELD_CHOICE: return *(const int *)at >= 0 && *(const int *)at < count_of(f->choices);
    case BIS_FIELD_SET: return (*(const bis_set *)at & ~all_of(f->choices)) == 0;
    case BIS_FIELD_TEXT: return memchr(at, '\0', f->size) != NULL;
    }
    return false;
}

static const char *check_field(const bis_policy *policy, const bis_field *f) {
    const unsigned char *base = (const unsigned char *)policy;
    if (!f->list) return in_range(f, base + f->offset) ? NULL : f->path;
    size_t n;
    memcpy(&n, base + f->list->count_offset, sizeof n);
    if (n > f->list->max) return f->list->path;
    for (size_t i = 0; i < n; i++)
        if (!in_range(f, base + f->list->offset + i * f->list->stride + f->offset)) return f->path;
    return NULL;
}

const char *bis_policy_check(const bis_policy *policy) {
    size_t n;
    const bis_rule_info *rules = bis_rules(&n);
    for (size_t r = 0; r < n; r++) {
        for (size_t i = 0; i < rules[r].n_fields; i++) {
            const char *wrong = check_field(policy, &rules[r].fields[i]);
            if (wrong) return wrong;
        }
        const char *wrong = rules[r].rule->check ? rules[r].rule->check(policy) : NULL;
        if (wrong) return wrong;
    }
    return NULL;
}
