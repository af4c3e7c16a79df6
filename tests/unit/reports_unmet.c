/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * reports_unmet.c - unmet demand by SKU: means over the replications, the most wanted first.
 */
#include "tests/support.h"

#include <stdlib.h>
#include <string.h>

#include "reports/csv.h"
#include "tests/unit/reports_sample.h"

static store_unmet_row *rows(size_t n, const store_unmet_row *row) {
    store_unmet_row *copy = calloc(n, sizeof *copy);
    assert_non_null(copy);
    return memcpy(copy, row, n * sizeof *row);
}

/* Three replications list what is wanted, one of them nothing; the fourth lists none. */
static void make(store_run *run) {
    static const store_unmet_row first[] = {{2, 3, 4, 6, 1, 5}, {7, 10, 10, 30, 0, 30}};
    static const store_unmet_row second[] = {{1, 1, 1, 0, 9, 0}, {2, 6, 8, 9, 0, 9}};
    sample_run(run, 4, false, "unmet");
    run->trial[0].unmet = rows(2, first);
    run->trial[0].unmets = 2;
    run->trial[1].unmet = rows(2, second);
    run->trial[1].unmets = 2;
    for (size_t i = 0; i < 3; i++)
        run->trial[i].tally[STORE_T_unmet_listed] = 1;
}

static void means_are_over_those_that_list(void **state) {
    (void)state;
    store_run run;
    report_unmet *row;
    make(&run);
    assert_int_equal(report_unmet_demand(&run, &row), 3);
    assert_int_equal(row[0].sku, 7); /* 30 / 3 */
    assert_near(row[0].wanted, 10, 1e-12);
    assert_int_equal(row[1].sku, 2); /* (6 + 9) / 3 */
    assert_near(row[1].interests, 3, 1e-12);
    assert_near(row[1].requested, 4, 1e-12);
    assert_near(row[1].wanted, 5, 1e-12);
    assert_near(row[1].on_hand, 1 / 3.0, 1e-12);
    assert_near(row[1].restock, 14 / 3.0, 1e-12);
    assert_int_equal(row[2].sku, 1);
    assert_near(row[2].wanted, 0, 0);
    free(row);
    store_run_clear(&run);
}

static void all_outputs_have_them(void **state) {
    (void)state;
    store_run run;
    report_summary s;
    char *text = NULL;
    size_t size = 0;
    make(&run);
    assert_true(report_summarise(&run, &s));
    FILE *out = open_memstream(&text, &size);
    csv_unmet(out, &s);
    fclose(out);
    assert_non_null(strstr(text, "sku,interests,requested,wanted,on_hand,restock\n7,"));
    assert_non_null(strstr(text, "\n2,3,4,5,"));
    free(text);
    json_t *doc = report_json(&s, NULL);
    const json_t *list = json_object_get(doc, "unmet_demand");
    assert_int_equal(json_array_size(list), 3);
    assert_int_equal(json_integer_value(json_object_get(json_array_get(list, 0), "sku")), 7);
    assert_near(json_number_value(json_object_get(json_array_get(list, 0), "restock")), 10, 1e-12);
    json_decref(doc);
    text = NULL;
    out = open_memstream(&text, &size);
    report_text(out, &s, NULL);
    fclose(out);
    assert_non_null(strstr(text, "units still wanted (to reorder): SKU 7 10"));
    free(text);
    report_summary_clear(&s);
    store_run_clear(&run);
}

static void nothing_wanted_is_nothing_said(void **state) {
    (void)state;
    store_run run;
    report_unmet *row;
    sample_run(&run, 2, false, "none");
    assert_int_equal(report_unmet_demand(&run, &row), 0);
    free(row);
    store_run_clear(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(means_are_over_those_that_list),
        cmocka_unit_test(all_outputs_have_them),
        cmocka_unit_test(nothing_wanted_is_nothing_said),
    };
    return RUN_TESTS(tests);
}
