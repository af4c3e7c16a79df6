/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scenarios_events.c - shoppers' traces: what is read, in which order, what is left out and what is counted;
 * how their SKUs meet those of an inventory; and what all traces share: time formats, where, gzip, rejects.
 */
#include "tests/unit/trace_rig.h"

#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include "scenarios/times.h"

/* Loads e.csv with more keys below traces.events. NULL on an error. */
static const scenario_events *load(fixture *f, const char *more) {
    char text[2048];
    snprintf(text, sizeof text, "shoppers: {mode: trace}\ntraces:\n  events: {file: e.csv%s%s}\n",
             more[0] ? ", " : "", more);
    return parse_beside(f, text) ? f->s->events : NULL;
}

static const scenario_events *read_text(fixture *f, const char *csv, const char *more) {
    put(f, "e.csv", csv);
    const scenario_events *ev = load(f, more);
    if (!ev) fail_msg("%s", f->error.text);
    return ev;
}

static void refuses(fixture *f, const char *csv, const char *more, const char *message) {
    put(f, "e.csv", csv);
    if (load(f, more)) fail_msg("loaded, but should not have: %s", message);
    if (!strstr(f->error.text, message)) fail_msg("%s\nlacks: %s", f->error.text, message);
}

#define HEADER "timestamp,shopper,event,sku\n"

static void rows_are_sorted_and_counted(void **state) {
    const scenario_events *ev = read_text(*state,
                                          HEADER "2024-01-01T02:00:00,b,purchase,Y\n"
                                                 "2024-01-01T00:00:00,a,view,X\n"
                                                 "2024-01-01T01:00:00,a,add_to_cart,X\n"
                                                 "2024-01-01T01:00:00,b,notify_me,Y\n"
                                                 "2024-01-01T03:00:00,,purchase,X\n"
                                                 "2024-01-01T04:00:00,a,optout,\n"
                                                 "2024-01-01T05:00:00,b,return,Y\n",
                                          "");
    static const scenario_event_kind kind[] = {SCENARIO_VIEW,     SCENARIO_ADD_TO_CART, SCENARIO_NOTIFY_ME,
                                               SCENARIO_PURCHASE, SCENARIO_PURCHASE,    SCENARIO_OPTOUT,
                                               SCENARIO_RETURN};
    static const char who[] = "aabb-ab", about[] = "XXYYX-Y";
    static const int hour[] = {0, 1, 1, 2, 3, 4, 5};
    assert_int_equal(ev->events, 7);
    for (size_t i = 0; i < 7; i++) {
        const scenario_event *e = &ev->event[i];
        assert_true(scenario_event_at(e) == 1704067200000 + hour[i] * 3600000);
        assert_int_equal(scenario_event_what(e), kind[i]);
        assert_int_equal(scenario_event_units(e), 1);
        assert_int_equal(e->shopper == SCENARIO_NOBODY ? '-' : ev->shopper.name[e->shopper][0], who[i]);
        assert_int_equal(e->sku == SCENARIO_NOBODY ? '-' : ev->named.sku.name[e->sku][0], about[i]);
    }
    fixture *f = *state;
    assert_true(f->s->named == &ev->named && ev->skus == 2 && ev->joined == 2 && ev->shopper.n == 2);
    assert_int_equal(f->s->p.shoppers.count, 2);
    assert_true(ev->kept == 7 && ev->of[SCENARIO_PURCHASE] == 2 && ev->anonymous == 1);
    assert_true(f->s->p.run.start == 1704067200000 && f->s->p.run.horizon == 5 * 3600000 + 1);
}

static void amounts_make_returns(void **state) {
    static const char csv[] = "t,who,sku,n,price,id\n"
                              "1704067200,a,X,3,1.25,I1\n"
                              "1704067201,a,X,-2,1.25,C2\n"
                              "1704067202,,X,-5,0,I3\n"
                              "1704067203,b,X,-1,2,I4\n"
                              "1704067204,b,X,1,0.5,I4\n"
                              "1704067205,b,X,20000,0.5,I5\n";
    static const char more[] =
        "time_format: epoch_s, columns: {timestamp: t, shopper: who, event: '', quantity: n, "
        "price: price, order: id}, return_if: {order: C%s}";
    char text[400];
    snprintf(text, sizeof text, more, "");
    const scenario_events *ev = read_text(*state, csv, text);
    assert_true(ev->kept == 6 && ev->of[SCENARIO_PURCHASE] == 3 && ev->of[SCENARIO_RETURN] == 1);
    assert_int_equal(ev->corrections, 2);
    assert_int_equal(ev->anonymous, 0); /* nobody's row corrects something */
    assert_int_equal(ev->orders, 5);
    assert_near(ev->revenue, 3.75 - 2.5 - 2 + 0.5 + 10000, 1e-9);
    assert_int_equal(ev->events, 4);
    assert_int_equal(scenario_event_units(&ev->event[1]), 2);
    assert_int_equal(scenario_event_units(&ev->event[3]), 8191);
    snprintf(text, sizeof text, more, ", quantity: negative");
    ev = read_text(*state, csv, text);
    assert_true(ev->of[SCENARIO_RETURN] == 3 && ev->corrections == 0 && ev->anonymous == 1);
}

static void words_are_mapped_and_rows_left_out(void **state) {
    static const char csv[] = "ts,visitorid,event,itemid,country\n"
                              "1433221332117,257597,view,355908,UK\n"
                              "1433221332118,257597,addtocart,355908,UK\n"
                              "1433221332119,257597,transaction,355908,UK\n"
                              "1433221332120,257598,transaction,355908,FR\n"
                              "1433221332121,257598,scroll,355908,UK\n";
    const scenario_events *ev =
        read_text(*state, csv,
                  "time_format: epoch_ms, columns: {timestamp: ts, shopper: visitorid, sku: itemid}, "
                  "values: {event: {addtocart: add_to_cart, transaction: purchase, scroll: ignore}}, "
                  "where: {country: UK}");
    assert_true(ev->file.rows == 5 && ev->file.filtered == 2 && ev->kept == 3);
    assert_true(ev->of[SCENARIO_ADD_TO_CART] == 1 && ev->of[SCENARIO_PURCHASE] == 1);
    assert_int_equal(ev->shopper.n, 1); /* a row that is left out names nobody */
    refuses(*state, csv, "time_format: epoch_ms, columns: {timestamp: ts, shopper: visitorid, sku: itemid}",
            "e.csv:3: 'addtocart' is no event; say what it stands for in traces.events.values.event");
    refuses(*state, csv, "columns: {timestamp: ts, shopper: visitorid, sku: itemid}, where: {land: UK}",
            "e.csv:1: no column 'land' (traces.events.where); the columns are 'ts', 'visitorid', 'event', ");
    refuses(*state, csv, "values: {event: {addtocart: cart}}", "s.yaml:3:");
}

static void repeats_are_counted(void **state) {
    static const char csv[] = HEADER "2024-01-01,a,view,X\n"
                                     "2024-01-02,a,view,X\n"
                                     "2024-01-02,b,view,X\n"
                                     "2024-01-01,a,view,X\n"
                                     "2024-01-02,a,view,X\n"
                                     "2024-01-02,a,wishlist,X\n"
                                     "2024-01-02,a,view,X\n";
    const scenario_events *ev = read_text(*state, csv, "");
    assert_true(ev->duplicates == 3 && ev->events == 7 && ev->kept == 7);
    ev = read_text(*state, csv, "duplicates: drop");
    assert_true(ev->duplicates == 3 && ev->events == 4 && ev->kept == 4 && ev->of[SCENARIO_VIEW] == 3);
    for (size_t i = 1; i < 4; i++)
        assert_true(scenario_event_at(&ev->event[i - 1]) <= scenario_event_at(&ev->event[i]));
}

static void bad_rows_are_listed_as_csv(void **state) {
    static const char csv[] = HEADER "soon,a,view,X\n"
                                     "2024-01-01,\"a \"\"b\"\"\",look,X\n"
                                     "2024-01-01,,view,X\n"
                                     "2024-01-01,a,view,\n"
                                     "2024-01-01,a,view\n"
                                     "2024-01-01,a,view,X\n";
    const scenario_events *ev = read_text(*state, csv, "on_bad_row: skip");
    assert_true(ev->file.rows == 6 && ev->file.rejected == 5 && ev->kept == 1);
    assert_string_equal(
        ev->file.rejects,
        "events,2,\"'soon' is not a time such as 2026-03-01T08:00:00 (traces.events.time_format is "
        "iso8601)\",\"soon,a,view,X\"\n"
        "events,3,\"'look' is no event; say what it stands for in traces.events.values.event\",\"2024-01-01,"
        "\"\"a \"\"\"\"b\"\"\"\"\"\",look,X\"\n"
        "events,4,\"'' is no shopper; only purchases and returns may be anybody's\",\"2024-01-01,,view,X\"\n"
        "events,5,\"'' is no SKU: empty, or not valid UTF-8\",\"2024-01-01,a,view,\"\n"
        "events,6,\"3 columns, but the header has 4\",\"2024-01-01,a,view\"\n");
    refuses(*state, csv, "", "e.csv:2: 'soon' is not a time");
    refuses(*state, HEADER, "", "e.csv:1: no rows below the header");
}

static void gzip_is_unpacked(void **state) {
    fixture *f = *state;
    static const char csv[] = HEADER "2024-01-01,a,view,X\n2024-01-02,b,view,X\n";
    uint64_t plain = read_text(f, csv, "")->file.hash;
    char path[PLACE_PATH];
    gzFile out = gzopen(place_path(path, "%s/e.csv", f->folder), "w");
    assert_non_null(out);
    assert_int_equal(gzwrite(out, csv, sizeof csv - 1), sizeof csv - 1);
    assert_int_equal(gzclose(out), Z_OK);
    const scenario_events *ev = load(f, "");
    if (!ev) fail_msg("%s", f->error.text);
    assert_int_equal(ev->events, 2);
    assert_true(ev->file.hash == plain); /* of what is in it */
    assert_int_equal(truncate(path, 40), 0);
    assert_null(load(f, ""));
    assert_non_null(strstr(f->error.text, "e.csv: the gzip data is damaged or cut short"));
}

/* ---- beside an inventory ---- */

static const scenario_events *load_joint(fixture *f, const char *stock, const char *csv, const char *more) {
    char text[2048];
    put(f, "i.csv", stock);
    put(f, "e.csv", csv);
    snprintf(text, sizeof text,
             "supply: {mode: trace}\nshoppers: {mode: trace}\ntraces:\n  inventory: {file: i.csv}\n  events: "
             "{file: e.csv%s%s}\n",
             more[0] ? ", " : "", more);
    return parse_beside(f, text) ? f->s->events : NULL;
}

static const char three_skus[] = "timestamp,sku,available\n2024-03-10T06:00:00,P,1\n2024-03-10T06:00:00,Q,1\n"
                                 "2024-03-11T06:00:00,Q,0\n2024-03-12T06:00:00,R,1\n2024-03-13T06:00:00,R,0\n"
                                 "2024-03-14T06:00:00,R,1\n";

static void skus_join_by_id(void **state) {
    fixture *f = *state;
    static const char csv[] = HEADER "2024-03-10T07:00:00,a,view,R\n2024-03-10T08:00:00,a,view,Z\n"
                                     "2024-03-10T09:00:00,a,optin,\n2024-03-10T10:00:00,b,view,P\n";
    const scenario_events *ev = load_joint(f, three_skus, csv, "");
    if (!ev) fail_msg("%s", f->error.text);
    assert_true(ev->kept == 4 && ev->events == 3 && ev->unjoined == 1 && ev->skus == 3 && ev->joined == 2);
    assert_true(f->s->named == &f->s->inventory->named);
    assert_string_equal(f->s->named->sku.name[ev->event[0].sku], "R");
    assert_int_equal(ev->event[1].sku, SCENARIO_NOBODY);
    assert_string_equal(f->s->named->sku.name[ev->event[2].sku], "P");
    assert_true(f->s->p.run.start == f->s->inventory->first); /* the inventory says when */
    assert_null(load_joint(f, three_skus, HEADER "2024-03-10T07:00:00,a,view,Y\n", ""));
    assert_non_null(strstr(f->error.text, "is in the inventory trace; traces.events.join rank pairs them"));
}

/* R has three rows, Q two, P one; of the events y has three, x two, z and w one each. */
static void skus_join_by_rank(void **state) {
    fixture *f = *state;
    static const char csv[] = HEADER "2009-12-01T23:30:00,a,view,x\n2009-12-02T01:00:00,a,view,y\n"
                                     "2009-12-03T01:00:00,a,view,y\n2009-12-03T02:00:00,a,view,z\n"
                                     "2009-12-03T03:00:00,a,view,w\n2009-12-03T04:00:00,a,view,x\n"
                                     "2009-12-03T05:00:00,a,view,y\n";
    const scenario_events *ev = load_joint(f, three_skus, csv, "join: rank, align: day");
    if (!ev) fail_msg("%s", f->error.text);
    static const char want[] = "QRRPQR"; /* w, named after z, has no counterpart */
    assert_true(ev->events == 6 && ev->unjoined == 1 && ev->joined == 3);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(f->s->named->sku.name[ev->event[i].sku][0], want[i]);
    assert_true(ev->first == 1710113400000); /* 2024-03-10T23:30: the day changes, the time of day does not */
}

/* ---- times ---- */

static int64_t time_of(const char *format, const char *text) {
    scenario_times t;
    char what[400];
    int64_t at = -1;
    if (!scenario_times_open(&t, format, what, sizeof what)) fail_msg("%s", what);
    return scenario_times_read(&t, text, strlen(text), &at) ? at : -1;
}

static void patterns_read_times(void **state) {
    (void)state;
    /* date -u -d '2010-12-01 08:26' +%s */
    assert_true(time_of("%m/%d/%Y %H:%M", "12/1/2010 8:26") == 1291191960000);
    assert_true(time_of("%d %b %y %H:%M:%S", "01 DEC 10 08:26:07") == 1291191967000);
    assert_true(time_of("%Y%m%dT%H%M%%", "20101201T0826%") == 1291191960000);
    assert_true(time_of("%d.%m.%y", "01.12.69") == -2678400000); /* a month before 1970 */
    static const char *const not [][2] = {
        {"%m/%d/%Y", "13/1/2010"},      {"%m/%d/%Y", "2/29/2010"},
        {"%m/%d/%Y", "2/9/10"},         {"%m/%d/%Y", "2/9/2010 "},
        {"%m/%d/%Y %H", "2/9/2010 24"}, {"%d %b %Y", "1 Foo 2010"},
        {"%m/%d/%Y", "2-9-2010"},       {"%m/%d/%Y", ""},
    };
    for (size_t i = 0; i < sizeof not / sizeof *not ; i++)
        assert_true(time_of(not [i][0], not [i][1]) == -1);
    static const char *const bad[] = {"iso",         "%m/%d",       "%Y-%m-%d %Q",
                                      "%Y-%m-%d %Y", "%Y %y %m %d", "%Y-%m-%d%"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        scenario_times t;
        char what[400] = "";
        assert_false(scenario_times_open(&t, bad[i], what, sizeof what));
        assert_true(strlen(what) > 20);
    }
}

/* The date that was read last is remembered: any order of them reads as each by itself does. */
static void remembered_days_change_nothing(void **state) {
    (void)state;
    static const char *const text[] = {
        "2024-03-01T00:00:01", "2024-03-01 23:59", "2024-03-02T00:00:00Z", "2024-03-02T05:00:00+01:00",
        "2024-03-02T24:00:00", "2024-03-02T10:60", "2024-03-02T10:5x",     "2024-02-30T10:00",
        "2024-02-29T10:00",    "2024-02-30T10:00", "2024-03-02T1a:00:00",  "2024-03-02T10:00:00.250"};
    enum { N = sizeof text / sizeof *text };
    scenario_times t;
    assert_true(scenario_times_open(&t, "iso8601", NULL, 0));
    for (size_t i = 0; i < N * N * 2; i++) {
        const char *one = text[(i * 7 + i / N) % N];
        int64_t at = -1;
        bool ok = scenario_times_read(&t, one, strlen(one), &at);
        assert_true((ok ? at : -1) == time_of("iso8601", one));
    }
    assert_true(time_of("iso8601", "2024-03-02T05:00:00+01:00") == 1709352000000);
    assert_true(time_of("iso8601", "2024-02-30T10:00") == -1 &&
                time_of("iso8601", "2024-03-02T24:00:00") == -1);
}

/* ---- real data ---- */

/* What its keeper says is in the file: shared/data's README. Corrections: rows of no unit or fewer whose
 * invoice does not begin with C, counted by awk. */
static void the_public_data_set_is_read_whole(void **state) {
    fixture *f = *state;
    static const char text[] = "shoppers: {mode: trace}\n"
                               "traces: {events: {file: online-retail/online_retail_2009_2010.csv.gz, "
                               "time_format: '%Y-%m-%dT%H:%M', "
                               "columns: {timestamp: ts, shopper: customer, event: '', quantity: qty, price: "
                               "price, order: invoice}, "
                               "return_if: {order: C}}}\n";
    const char *data = support_data_dir();
    char path[512];
    snprintf(path, sizeof path, "%s/online-retail/online_retail_2009_2010.csv.gz", data ? data : "");
    if (!data || access(path, R_OK) != 0) {
        print_message("skipped: online-retail/online_retail_2009_2010.csv.gz is not here\n");
        return;
    }
    setenv("RESTOCKLAB_DATA", data, 1);
    scenario_status status = scenario_parse("s.yaml", text, sizeof text - 1, NULL, 0, &f->s, &f->error);
    if (status != SCENARIO_OK) fail_msg("%s", f->error.text);
    const scenario_events *ev = f->s->events;
    assert_int_equal(ev->file.rows, 525461);
    assert_int_equal(ev->kept, 525461);
    assert_int_equal(ev->file.rejected + ev->file.filtered, 0);
    assert_int_equal(ev->orders, 28816);
    assert_int_equal(ev->skus, 4632);
    assert_int_equal(ev->shopper.n, 4383);
    assert_int_equal(ev->of[SCENARIO_RETURN], 10206);
    assert_int_equal(ev->corrections, 2121);
    assert_int_equal(ev->of[SCENARIO_PURCHASE], 525461 - 10206 - 2121);
    assert_int_equal(ev->anonymous, 105806);
    assert_near(ev->revenue, 9539484.634, 0.0005);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(the_public_data_set_is_read_whole),
        CASE(rows_are_sorted_and_counted),
        CASE(amounts_make_returns),
        CASE(words_are_mapped_and_rows_left_out),
        CASE(repeats_are_counted),
        CASE(bad_rows_are_listed_as_csv),
        CASE(gzip_is_unpacked),
        CASE(skus_join_by_id),
        CASE(skus_join_by_rank),
        CASE(patterns_read_times),
        CASE(remembered_days_change_nothing),
    };
    return RUN_TESTS(tests);
}
