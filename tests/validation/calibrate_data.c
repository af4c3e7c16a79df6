/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calibrate_data.c - calibrate on public data, against numbers that other programs made of the same files.
 */
#include <math.h>
#include <stdlib.h>

#include "lab/calibrate_job.h"
#include "tests/place.h"

enum { TEXT = 1024 };

static lab_traces read_config(const char *text) {
    char temp[PLACE_PATH], path[PLACE_PATH];
    lab_traces t = {0};
    lab_error error = {""};
    place_make(temp);
    place_put(place_path(path, "%s/shop.yaml", temp), text);
    lab_status status = lab_traces_read(path, &t, &error);
    assert_int_equal(place_remove(temp), 0);
    if (status != LAB_OK) fail_msg("%s", error.text);
    return t;
}

static int by_length(const void *a, const void *b) {
    const lab_spell *x = a, *y = b;
    if (x->ended != y->ended) return x->ended ? -1 : 1;
    return (x->length > y->length) - (x->length < y->length);
}

/* Python over the rows in order: a dict of each SKU's state and since when; a change from 0 to 1 is a spell
 * if a change to 0 was seen before. sorted(spells)[math.ceil(q * n) - 1]. 614 SKUs were out at the last row,
 * 4 of them since then. */
static void out_of_stock_spells_of_a_grocer(void **state) {
    (void)state;
    char text[TEXT];
    const char *data = support_data_dir();
    if (!data) {
        print_message("no public data: skipped\n");
        skip();
    }
    snprintf(text, sizeof text, "traces: {inventory: {file: '%s/freshretailnet/inventory.csv'}}\n", data);
    lab_traces t = read_config(text);
    lab_calibration *c = calloc(1, sizeof *c);
    assert_true(lab_facts_take(&t, &c->facts));
    lab_spells *out = &c->facts.out;
    assert_int_equal(out->ended, 33050);
    assert_int_equal(out->n, 33050 + 614 - 4);
    assert_int_equal(out->unseen_start, 476);
    assert_int_equal(c->facts.in.ended, 33202);
    assert_near(out->unit, 1, 1e-12);
    assert_true(out->rounded);
    assert_true(lab_calibration_fit(c) && lab_calibration_check(c));
    const lab_times *lead = lab_calibration_times(c, "lead_time");
    static const struct {
        const char *name;
        double value;
    } want[] = {{"mean", 14.158275340393343},         {"median", 12}, {"p90", 19}, {"p95", 33}, {"max", 473},
                {"share at the least", 722.0 / 33050}};
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        assert_string_equal(lead->checks.check[i].name, want[i].name);
        assert_near(lead->checks.check[i].observed, want[i].value, 1e-9);
    }
    qsort(out->spell, out->n, sizeof *out->spell, by_length);
    assert_near(out->spell[(33050 - 1) / 2].length, 12, 1e-9);
    double night = 0;
    for (int h = 2; h <= 6; h++)
        night += c->facts.restock_hour[h];
    assert_true(night > 0.5 * c->facts.restocks); /* most fall at 02 to 06 h */
    lab_calibration_clear(c);
    lab_traces_clear(&t);
    free(c);
}

/* R: d <- read.csv(...), colClasses "character" for invoice and customer; b <- d[d$qty > 0 & d$customer !=
 * "", ]; v <- tapply(b$invoice, b$customer, function(i) length(unique(i))); optim() of sum(dnbinom(v, size,
 * mu = mu, log = TRUE)) - length(v) * log(1 - dnbinom(0, size, mu = mu)) by log mu and log size, optimHess():
 *   mu 0.393010393 (0.222543838), size 0.0380586348 (0.0231620438), log-likelihood -9820.28609. The valley is
 * flat, so estimates are compared to a hundredth of a standard error. */
static void purchases_of_a_gift_retailer(void **state) {
    (void)state;
    char text[TEXT], folder[PLACE_PATH], csv[PLACE_PATH], command[TEXT];
    const char *data = support_data_dir();
    if (!data) {
        print_message("no public data: skipped\n");
        skip();
    }
    place_make(folder);
    place_path(csv, "%s/orders.csv", folder);
    snprintf(command, sizeof command, "gzip -dc '%s/online-retail/online_retail_2009_2010.csv.gz' >%s", data,
             csv);
    assert_int_equal(system(command), 0);
    snprintf(text, sizeof text,
             "traces: {events: {file: %s, columns: {timestamp: ts, shopper: customer, quantity: qty, order: "
             "invoice}}}\n",
             csv);
    lab_traces t = read_config(text);
    lab_calibration *c = calloc(1, sizeof *c);
    assert_int_equal(place_remove(folder), 0);
    assert_int_equal(t.events, 525461);
    assert_true(lab_facts_take(&t, &c->facts) && lab_calibration_fit(c));
    assert_near(c->facts.shoppers, 4314, 0);
    assert_near(c->facts.occasions, 19215, 0);
    assert_near(c->facts.visits[0].weight, 1421, 0);
    assert_near(c->facts.visits[c->facts.visit_counts - 1].x, 205, 0);
    assert_near(c->facts.bought, 513135, 0);
    assert_near(c->facts.returned, 12326, 0);
    assert_true(c->has_nbd);
    assert_near(c->nbd.maximum.log_likelihood, -9820.28609, 1e-5);
    assert_near(c->nbd.mean, 0.393010393, 0.222543838 / 100);
    assert_near(c->nbd.dispersion, 0.0380586348, 0.0231620438 / 100);
    assert_near(c->nbd.mean_se, 0.222543838, 0.222543838 / 500);
    assert_near(c->nbd.dispersion_se, 0.0231620438, 0.0231620438 / 500);
    lab_calibration_clear(c);
    lab_traces_clear(&t);
    free(c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(out_of_stock_spells_of_a_grocer),
        cmocka_unit_test(purchases_of_a_gift_retailer),
    };
    return RUN_TESTS(tests);
}
