/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scenarios_yaml.c - scenarios as files: what loads, and the exact message where one does not.
 */
#include "tests/support.h"

#include <string.h>

#include "scenarios/internal.h"

static void loads_nested_sections(void **state) {
    (void)state;
    const char *text =
        "run: {title: A, horizon: 2d}\n"
        "supply:\n  mode: explicit\n  restocks:\n    - {after: 1h, units: 24}\n    - {after: 6h, units: 2}\n"
        "policy:\n  throttle: {mode: per_unit, per_unit: 7}\n  caps:\n    - {count: 2, per: 1d}\n";
    scenario *s = NULL;
    scenario_error e = {""};
    scenario_status st = scenario_parse("mem.yaml", text, strlen(text), NULL, 0, &s, &e);
    assert_string_equal(e.text, "");
    assert_int_equal(st, SCENARIO_OK);
    assert_string_equal(s->p.run.title, "A");
    assert_int_equal(s->p.supply.restocks, 2);
    assert_int_equal(s->p.supply.restock[1].units, 2);
    assert_int_equal(s->p.supply.restock[1].after, 6 * 3600000);
    assert_int_equal(s->p.supply.restock[1].product, -1);
    assert_int_equal(s->p.policy.throttle.per_unit, 7);
    assert_int_equal(s->p.policy.caps.n, 1);
    assert_int_equal(s->p.policy.caps.cap[0].per, 86400000);
    scenario_destroy(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(loads_nested_sections)};
    return RUN_TESTS(tests);
}
