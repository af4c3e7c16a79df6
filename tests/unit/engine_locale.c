/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Default settings in a program whose locale has a decimal comma. This strtod() stands in for the C
 * library's, as it is there; sscanf() still reads as in C.
 */
#include "tests/support.h"

#include <stdlib.h>
#include <string.h>

#include "engine/policy.h"

double strtod(const char *restrict text, char **restrict end) {
    double x = 0, place = 1;
    const char *at = text;
    for (; *at >= '0' && *at <= '9'; at++)
        x = x * 10 + (*at - '0');
    if (*at == ',')
        for (at++; *at >= '0' && *at <= '9'; at++)
            x += (*at - '0') * (place /= 10);
    if (end) *end = (char *)(uintptr_t)at;
    return x;
}

static double milliseconds(const char *unit) {
    static const struct {
        const char *name;
        double ms;
    } known[] = {{"ms", 1}, {"s", 1e3}, {"min", 6e4}, {"h", 3.6e6}, {"d", 8.64e7}, {"w", 6.048e8}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(unit, known[i].name) == 0) return known[i].ms;
    fail_msg("no unit: '%s'", unit);
    return 0;
}

/* Of the settings that are numbers and no list's, all that the table gives as defaults, bit for bit. */
static void defaults_are_what_the_rows_say(void **state) {
    (void)state;
    assert_true(strtod("0.05", NULL) == 0 && strtod("0,5", NULL) == .5); /* the stand-in is in place */
    bis_policy p;
    bis_policy_default(&p);
    size_t rules, broken = 0, spans = 0;
    const bis_rule_info *rule = bis_rules(&rules);
    for (size_t r = 0; r < rules; r++)
        for (size_t i = 0; i < rule[r].n_fields; i++) {
            const bis_field *f = &rule[r].fields[i];
            const unsigned char *at = (const unsigned char *)&p + f->offset;
            double want;
            char unit[8] = "";
            if (f->list) continue;
            if (f->type == BIS_FIELD_REAL) {
                assert_int_equal(sscanf(f->def, "%lf%7s", &want, unit), 1);
                assert_true(*(const double *)at == want);
                broken += strchr(f->def, '.') != NULL;
            } else if (f->type == BIS_FIELD_DURATION && strcmp(f->def, "0") != 0) {
                assert_int_equal(sscanf(f->def, "%lf%7s", &want, unit), 2);
                assert_int_equal(*(const int64_t *)at, (int64_t)(want * milliseconds(unit)));
                spans++;
            }
        }
    assert_true(broken >= 5 && spans >= 5);
    assert_true(p.throttle.oversell.alpha == .05);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(defaults_are_what_the_rows_say)};
    return RUN_TESTS(tests);
}
