/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lab_explain.c - the command explain as a library: a run's scenario comes back with its overrides and its
 * traces, and a document tells of what was asked for.
 */
#include "lab/explain.h"

#include <stdlib.h>
#include <string.h>

#include "lab/compare.h"
#include "lab/rerun.h"
#include "lab/run.h"
#include "tests/document.h"
#include "tests/place.h"

static const char files[] = "tests/golden/cli/files";

typedef struct {
    char temp[PLACE_PATH], out[PLACE_PATH], scenario[PLACE_PATH];
} place;

static int enter(void **state) {
    place *p = *state = place_enter(sizeof *p);
    place_path(p->out, "%s/run", p->temp);
    place_path(p->scenario, "%s/line.yaml", p->temp);
    return 0;
}

static void shell(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void shell(const char *format, ...) {
    char command[3 * PLACE_PATH];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    assert_int_equal(system(command), 0);
}

static void run(const place *p, const char *path, const char *const *set, size_t sets) {
    const lab_run_options options = {.scenario = path, .set = set, .sets = sets, .out = p->out, .reps = 2};
    lab_error error = {""};
    FILE *f = doc_file();
    lab_status status = lab_run(&options, f, &error);
    assert_string_equal(error.text, "");
    assert_int_equal(status, LAB_OK);
    fclose(f);
}

static json_t *explain(const char *dir, const char *shopper, const char *sku) {
    const lab_explain_options options = {.dir = dir, .shopper = shopper, .sku = sku, .json = true};
    lab_error error = {""};
    FILE *f = doc_file();
    return doc_of(lab_explain(&options, f, &error), &error, f);
}

static const json_t *event(const json_t *doc, size_t i) {
    return json_array_get(json_object_get(doc, "events"), i);
}

static void overrides_come_back(void **state) {
    const place *p = *state;
    const char *const set[] = {"run.title=a # --set b", "policy.throttle.size=4"};
    /* The file ends with what looks like an override, and even without the end of its line. */
    shell("cp %s/line.yaml %s && printf '# --set policy.min_stock=3' >>%s", files, p->scenario, p->scenario);
    for (size_t sets = 0; sets <= 2; sets += 2) {
        run(p, p->scenario, set, sets);
        json_t *doc = explain(p->out, "3", NULL);
        const json_t *last = event(doc, 1);
        assert_string_equal(doc_text(last, "what"), "restock_opened");
        assert_int_equal(json_integer_value(json_object_get(last, "level")), 2);
        assert_true(json_is_false(json_object_get(last, "paused")));
        assert_string_equal(doc_text(event(doc, 2), "what"), sets ? "decision" : "restock_closed");
        json_decref(doc);
    }
    /* A whole line of that look, which is harmless as it says what is so anyway; and one that is not. */
    shell("printf '\\n# --set policy.min_stock=1\\n# --set policy.min_stock=3\\n' >>%s", p->scenario);
    run(p, p->scenario, set, 2);
    json_t *doc = explain(p->out, "3", NULL);
    assert_true(json_is_false(json_object_get(event(doc, 1), "paused")));
    json_decref(doc);
}

/* One arm tells whoever waits, the other wants more units than there are: each shopper's story is of hers. */
static void the_story_is_of_her_arm(void **state) {
    const place *p = *state;
    const char *const set[] = {"policy.arms[0].name=tells", "policy.arms[1].name=waits",
                               "policy.arms[1].set=min_stock=3"};
    char path[PLACE_PATH], shopper[2] = "0";
    int told[2] = {0};
    place_path(path, "%s/line.yaml", files);
    for (uint32_t seed = 1; seed < 20 && (told[0] == 0 || told[1] == 0); seed++) {
        char with_seed[32];
        snprintf(with_seed, sizeof with_seed, "run.seed=%u", seed);
        const char *const sets[] = {set[0], set[1], set[2], with_seed};
        run(p, path, sets, 4);
        for (; shopper[0] < '4'; shopper[0]++) {
            json_t *doc = explain(p->out, shopper, NULL);
            bool waits = strcmp(doc_text(doc, "who.policy_arm"), "waits") == 0;
            const json_t *opened = event(doc, 1);
            if (strcmp(doc_text(opened, "what"), "restock_opened") == 0) {
                assert_int_equal(json_is_true(json_object_get(opened, "paused")), waits);
                told[waits]++;
            }
            json_decref(doc);
        }
        shopper[0] = '0';
    }
    assert_true(told[0] > 0 && told[1] > 0);
}

/* Both tokens of everyone are dead: the first who is told fails on each of her devices, in FCM's words. */
static void failures_are_told_by_device(void **state) {
    const place *p = *state;
    const char *const set[] = {"shoppers.devices[0].share=0", "shoppers.devices[1].share=1",
                               "shoppers.platform.ios=0",     "shoppers.platform.android=1",
                               "shoppers.platform.web=0",     "provider.unregistered=1"};
    shell("cp %s/line.yaml %s", files, p->scenario);
    run(p, p->scenario, set, sizeof set / sizeof *set);
    int failed = 0;
    for (int shopper = 0; shopper < 4 && failed == 0; shopper++) {
        char number[12];
        snprintf(number, sizeof number, "%d", shopper);
        json_t *doc = explain(p->out, number, NULL);
        for (size_t i = 0; i < json_array_size(json_object_get(doc, "events")); i++) {
            const json_t *e = event(doc, i);
            if (strcmp(doc_text(e, "what"), "failed") != 0) continue;
            assert_int_equal(json_integer_value(json_object_get(e, "device")), ++failed);
            assert_string_equal(doc_text(e, "platform"), "android");
            assert_string_equal(doc_text(e, "failure"), "unregistered");
            assert_string_equal(doc_text(e, "answer"), "FCM 404 UNREGISTERED");
            assert_string_equal(
                doc_text(e, "text"),
                failed == 1 ? "unregistered (FCM 404 UNREGISTERED): its token is dead, device 1 (android)"
                            : "unregistered (FCM 404 UNREGISTERED): its token is dead, device 2 (android)");
        }
        json_decref(doc);
    }
    assert_int_equal(failed, 2);
}

static void traces_are_found(void **state) {
    const place *p = *state;
    char path[PLACE_PATH], other[PLACE_PATH];
    lab_error error = {""};
    lab_rerun again;
    place_path(path, "%s/trace.yaml", p->temp);
    place_path(other, "%s/stock.csv", p->temp);
    shell("cp %s/trace.yaml %s/stock.csv %s", files, files, p->temp);
    run(p, path, NULL, 0);
    assert_int_equal(lab_rerun_open(p->out, &again, &error), LAB_OK); /* where the manifest says */
    assert_string_equal(again.scenario->inventory->file.path, other);
    lab_rerun_close(&again);

    shell("cp %s %s", other, p->out);
    assert_int_equal(lab_rerun_open(p->out, &again, &error), LAB_OK); /* the run's own folder goes first */
    assert_string_not_equal(again.scenario->inventory->file.path, other);
    lab_rerun_close(&again);

    shell("echo >>%s/stock.csv", p->out); /* but not with another file: then the right one is taken */
    assert_int_equal(lab_rerun_open(p->out, &again, &error), LAB_OK);
    assert_string_equal(again.scenario->inventory->file.path, other);
    lab_rerun_close(&again);

    shell("rm %s", other);
    assert_int_equal(lab_rerun_open(p->out, &again, &error), LAB_BAD_INPUT);
    assert_non_null(strstr(error.text, "/stock.csv: not the file that the run replayed"));
    assert_null(again.scenario);
    shell("rm %s/stock.csv", p->out);
    assert_int_equal(lab_rerun_open(p->out, &again, &error), LAB_BAD_INPUT);
    assert_non_null(strstr(error.text, "the run replays 'stock.csv', which is neither in this folder nor"));
}

static void the_runs_of_a_comparison_can_be_explained(void **state) {
    const place *p = *state;
    char trace[PLACE_PATH], folder[PLACE_PATH];
    lab_error error = {""};
    const char *const set[] = {"policy.min_stock=13"};
    place_path(trace, "%s/trace.yaml", p->temp);
    shell("cp %s/trace.yaml %s/stock.csv %s", files, files, p->temp);
    const lab_compare_options options = {
        .base = trace, .candidate = trace, .set_candidate = {set, 1}, .out = p->out, .reps = 2, .threads = 1};
    FILE *f = doc_file();
    lab_status status = lab_compare(&options, f, &error);
    assert_string_equal(error.text, "");
    assert_int_equal(status, LAB_OK);
    fclose(f);
    place_path(folder, "%s/base", p->out);
    json_t *base = explain(folder, "458", "shoe-42");
    place_path(folder, "%s/candidate", p->out);
    json_t *candidate = explain(folder, "458", "shoe-42");
    assert_string_equal(doc_text(event(base, 2), "outcome"), "sent");
    assert_true(json_is_true(json_object_get(event(candidate, 1), "paused")));
    json_decref(base);
    json_decref(candidate);
}

/* Every event of one SKU's story is in the whole one, in the same order, and none of another SKU is. */
static void one_sku_is_a_part_of_all(void **state) {
    const place *p = *state;
    const char *const set[] = {"catalog.products=3", "shoppers.visit_rate=3", "shoppers.count=60",
                               "supply.restocks[0].after=3d"};
    char path[PLACE_PATH];
    size_t stories = 0;
    place_path(path, "%s/small.yaml", files);
    run(p, path, set, 4);
    for (int shopper = 0; shopper < 60; shopper += 7) {
        char id[16];
        snprintf(id, sizeof id, "%d", shopper);
        json_t *all = explain(p->out, id, NULL);
        size_t n = json_array_size(json_object_get(all, "skus"));
        stories += n > 1;
        for (size_t k = 0; k < n; k++) {
            const json_t *about = json_array_get(json_object_get(all, "skus"), k);
            json_t *part = explain(p->out, id, doc_text(about, "sku"));
            assert_true(json_equal(about, json_array_get(json_object_get(part, "skus"), 0)));
            assert_int_equal(json_array_size(json_object_get(part, "skus")), 1);
            size_t at = 0, i;
            json_t *value;
            json_array_foreach(json_object_get(all, "events"), i, value) {
                if (strcmp(doc_text(value, "sku"), doc_text(about, "sku")) != 0 &&
                    strcmp(doc_text(value, "what"), "opted_out") != 0)
                    continue;
                assert_true(json_equal(value, event(part, at++)));
            }
            assert_int_equal(at, json_array_size(json_object_get(part, "events")));
            json_decref(part);
        }
        json_decref(all);
    }
    assert_true(stories > 3);
}

/* ---- what else the shop does ---- */

typedef struct {
    double carts, over, cancelled, returned, ads, campaigns, orders;
} heard;

static bool oversold_before(const json_t *doc, size_t i, const json_t *cancelled) {
    while (i-- > 0) {
        const json_t *e = event(doc, i);
        if (strcmp(doc_text(e, "what"), "order") == 0 && json_is_true(json_object_get(e, "oversold")) &&
            strcmp(doc_text(e, "sku"), doc_text(cancelled, "sku")) == 0 &&
            json_integer_value(json_object_get(cancelled, "at")) -
                    json_integer_value(json_object_get(e, "at")) ==
                3600000)
            return true;
    }
    return false;
}

static void hear(const json_t *doc, heard *h) {
    for (size_t i = 0; i < json_array_size(json_object_get(doc, "events")); i++) {
        const json_t *e = event(doc, i);
        const char *what = doc_text(e, "what");
        json_int_t at = json_integer_value(json_object_get(e, "at"));
        if (strcmp(what, "cart") == 0) {
            bool holds = json_is_true(json_object_get(e, "holds"));
            const json_t *until = json_object_get(e, "until");
            h->carts += holds;
            assert_true(holds ? json_integer_value(until) == at + 300000 : json_is_null(until));
        }
        h->over += strcmp(what, "cart_over") == 0;
        if (strcmp(what, "cancelled") == 0) {
            h->cancelled++;
            assert_true(oversold_before(doc, i, e));
        }
        h->returned += strcmp(what, "returned") == 0;
        h->ads += strcmp(what, "ad") == 0;
        h->orders += strcmp(what, "order") == 0;
        if (strcmp(what, "campaign") != 0) continue;
        h->campaigns++;
        assert_true(json_is_null(json_object_get(e, "sku")));
        const char *text = doc_text(e, "text");
        assert_true(strcmp(text, "newsletter by email") == 0 || strcmp(text, "price_drop by push") == 0);
        assert_true(i == 0 || json_integer_value(json_object_get(event(doc, i - 1), "at")) <= at);
    }
}

/* Nobody else buys, and nothing is left out: what all the stories tell is what the run has counted. */
static void all_stories_are_the_run(void **state) {
    const place *p = *state;
    enum { SHOPPERS = 40 };
    const char *const set[] = {"run.warmup=0",
                               "run.horizon=40d",
                               "shoppers.count=40",
                               "shoppers.visit_rate=2",
                               "organic.rate=0",
                               "catalog.products=3",
                               "storefront.latency.mean=6h",
                               "orders.cancel_after.dist=fixed",
                               "orders.cancel_after.mean=1h",
                               "retargeting.buy=.3",
                               "interest.return_rate=.5",
                               "reservation.ttl.mean=5min"};
    const lab_run_options options = {.scenario = "scenarios/library/whole-shop.yaml",
                                     .set = set,
                                     .sets = sizeof set / sizeof *set,
                                     .out = p->out,
                                     .reps = 1,
                                     .json = true};
    lab_error error = {""};
    FILE *f = doc_file();
    json_t *run = doc_of(lab_run(&options, f, &error), &error, f);
    heard all = {0};
    for (int shopper = 0; shopper < SHOPPERS; shopper++) {
        char id[12];
        snprintf(id, sizeof id, "%d", shopper);
        json_t *doc = explain(p->out, id, NULL);
        hear(doc, &all);
        json_decref(doc);
    }
    assert_true(all.carts > 10 && all.over > 10 && all.cancelled > 2 && all.returned > 2);
    assert_near(all.carts, doc_number(run, "metrics.reservations.mean"), 0);
    assert_near(all.carts - all.over, all.carts * doc_number(run, "metrics.reservations_paid_rate.mean"),
                1e-9);
    assert_near(all.cancelled, doc_number(run, "metrics.cancelled_orders.mean"), 0);
    assert_near(all.returned, doc_number(run, "metrics.returned_orders.mean"), 0);
    assert_near(all.ads, doc_number(run, "metrics.retargeted.mean"), 0);
    assert_near(all.campaigns, doc_number(run, "metrics.other_messages.mean"), 0);
    assert_near(all.orders, doc_number(run, "metrics.orders.mean"), 0);
    json_decref(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(overrides_come_back, enter, place_leave),
        cmocka_unit_test_setup_teardown(the_story_is_of_her_arm, enter, place_leave),
        cmocka_unit_test_setup_teardown(failures_are_told_by_device, enter, place_leave),
        cmocka_unit_test_setup_teardown(traces_are_found, enter, place_leave),
        cmocka_unit_test_setup_teardown(the_runs_of_a_comparison_can_be_explained, enter, place_leave),
        cmocka_unit_test_setup_teardown(one_sku_is_a_part_of_all, enter, place_leave),
        cmocka_unit_test_setup_teardown(all_stories_are_the_run, enter, place_leave),
    };
    return RUN_TESTS(tests);
}
