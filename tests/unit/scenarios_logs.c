/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scenarios_logs.c - traces of profiles, of the catalog and of sends: what is read, what is left out and
 * counted, and what is refused where.
 */
#include "tests/unit/trace_rig.h"

#include <math.h>

/* Three shoppers and three SKUs, of which the stock has A and B. */
static const char events[] = "timestamp,shopper,event,sku\n"
                             "2026-03-01T00:00:00,ann,view,A\n"
                             "2026-03-01T01:00:00,bob,view,B\n"
                             "2026-03-01T02:00:00,cat,purchase,A\n";
static const char stock[] = "timestamp,sku,available\n"
                            "2026-03-01T00:00:00,A,1\n"
                            "2026-03-01T03:00:00,B,1\n";

static bool load(fixture *f, const char *yaml) {
    put(f, "e.csv", events);
    put(f, "i.csv", stock);
    return parse_beside(f, yaml);
}

static const scenario *loads(fixture *f, const char *yaml) {
    if (!load(f, yaml)) fail_msg("%s", f->error.text);
    return f->s;
}

static void refuses(fixture *f, const char *yaml, const char *message) {
    if (load(f, yaml)) fail_msg("loaded, but should not have: %s", message);
    if (!strstr(f->error.text, message)) fail_msg("%s\nlacks: %s", f->error.text, message);
}

/* ---- profiles ---- */

#define PEOPLE                                                                                               \
    "shoppers:\n"                                                                                            \
    "  mode: trace\n"                                                                                        \
    "  tiers: [{name: basic}, {name: vip}]\n"                                                                \
    "  zones: [{name: UTC}, {name: Europe/London}]\n"
#define PROFILES PEOPLE "traces:\n  events: {file: e.csv}\n  profiles: {file: p.csv"

static const scenario_profile *profile(const scenario *s, const char *id) {
    for (uint32_t i = 0; i < s->events->shopper.n; i++)
        if (strcmp(s->events->shopper.name[i], id) == 0) return &s->profiles->of[i];
    fail_msg("no shopper %s", id);
    return NULL;
}

static void is(const scenario_profile *p, int tier, int zone, int platform, int optin) {
    assert_true(p->given);
    assert_int_equal(p->known.tier, tier);
    assert_int_equal(p->known.zone, zone);
    assert_int_equal(p->known.platform, platform);
    assert_int_equal(p->known.optin, optin);
}

static void profiles_are_read(void **state) {
    put(*state, "p.csv",
        "who,level,tz,os,push,other\n"
        "ann,vip,Europe/London,web,1,x\n"
        "zed,basic,UTC,ios,0,x\n" /* never acts */
        "bob,gold,,phone,no,x\n");
    const scenario *s = loads(*state, PROFILES ",\n"
                                               "    columns: {shopper: who, tier: level, zone: tz, "
                                               "platform: os, optin: push},\n"
                                               "    values: {tier: {gold: vip}, platform: {phone: android}, "
                                               "optin: {'no': 0, 'yes': 1}}}\n");
    is(profile(s, "ann"), 1, 1, MODEL_WEB, 1);
    is(profile(s, "bob"), 1, MODEL_UNKNOWN, MODEL_ANDROID, 0);
    assert_false(profile(s, "cat")->given);
    assert_int_equal(s->p.shoppers.count, 3);
    assert_int_equal(s->profiles->kept, 3);
    assert_int_equal(s->profiles->unused, 1);
    assert_int_equal(s->profiles->file.rows, 3);
}

static void profiles_are_refused_with_what_is_allowed(void **state) {
    static const struct {
        const char *csv, *message;
    } bad[] = {
        {"shopper,tier\nann,vip\nbob,gold\n", "p.csv:3: 'gold' is no tier: those of shoppers.tiers are "
                                              "'basic', 'vip'"},
        {"shopper,zone\nann,Mars\n", "p.csv:2: 'Mars' is no zone: those of shoppers.zones are 'UTC', "
                                     "'Europe/London'"},
        {"shopper,platform\nann,tv\n", "p.csv:2: 'tv' is no platform: ios, android or web"},
        {"shopper,optin\nann,maybe\n", "p.csv:2: 'maybe' is not 0 or 1"},
        {"shopper,optin\nann,1\nzed,1\nann,0\n", "p.csv:4: 'ann' had a profile on an earlier row"},
        {"shopper,optin\nzed,1\nzed,1\n", "p.csv:3: 'zed' had a profile on an earlier row"},
        {"shopper,optin\n,1\n", "p.csv:2: '' is no shopper"},
        {"shopper,optin\n", "p.csv:1: no rows below the header"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char yaml[600], column[16];
        snprintf(column, sizeof column, "%.*s", (int)strcspn(bad[i].csv + 8, "\n"), bad[i].csv + 8);
        snprintf(yaml, sizeof yaml, PROFILES ", columns: {%s: %s}}\n", column, column);
        put(*state, "p.csv", bad[i].csv);
        refuses(*state, yaml, bad[i].message);
    }
    put(*state, "p.csv", "shopper,optin\nann,maybe\nbob,1\n");
    const scenario *s = loads(*state, PROFILES ", on_bad_row: skip, columns: {optin: optin}}\n");
    assert_int_equal(s->profiles->file.rejected, 1);
    assert_true(!profile(s, "ann")->given && profile(s, "bob")->given);
    assert_true(strncmp(s->profiles->file.rejects, "profiles,2,", 11) == 0);
}

static void what_has_no_effect_is_refused(void **state) {
    refuses(*state, PEOPLE "traces:\n  events: {file: e.csv}\n  profiles: {columns: {tier: t}}\n",
            "'traces.profiles.columns.tier' has no effect without traces.profiles.file");
    refuses(*state, PEOPLE "traces:\n  events: {file: e.csv}\n  sends: {on_bad_row: skip}\n",
            "'traces.sends.on_bad_row' has no effect without traces.sends.file");
    refuses(*state, "traces: {catalog: {where: {a: b}}}\n", "has no effect without traces.catalog.file");
    refuses(*state, "traces: {profiles: {file: p.csv}}\n", "shoppers.mode");
    refuses(*state, "traces: {sends: {file: s.csv}}\n", "shoppers.mode");
    refuses(*state, "traces: {catalog: {file: c.csv}}\n", "supply.mode trace or shoppers.mode trace");
}

/* ---- catalog ---- */

#define CATALOG                                                                                              \
    "catalog: {price: 7, margin: 0.25}\n"                                                                    \
    "supply: {mode: trace}\n"                                                                                \
    "traces:\n"                                                                                              \
    "  inventory: {file: i.csv}\n"                                                                           \
    "  catalog: {file: c.csv"

static void the_catalog_is_read(void **state) {
    put(*state, "c.csv",
        "sku,product,title,price,margin\n"
        "Z,P,never stocked,1,0.5\n"
        "B,P,a thing,30,\n");
    const scenario *s = loads(*state, CATALOG ", columns: {price: price, margin: margin}}\n");
    assert_int_equal(s->named->skus, 2);
    assert_int_equal(s->named->products, 2); /* A's own, and P */
    assert_true(s->named->product_of[0] != s->named->product_of[1]);
    assert_string_equal(s->named->product.name[s->named->product_of[1]], "P");
    assert_near(s->catalog->price[0], 7, 0);
    assert_near(s->catalog->price[1], 30, 0);
    assert_near(s->catalog->margin[0], 0.25, 0);
    assert_near(s->catalog->margin[1], 0.25, 0);
    assert_true(s->catalog->kept == 2 && s->catalog->listed == 1 && s->catalog->unjoined == 1);

    put(*state, "c.csv", "sku,product\nA,P\nB,P\n");
    s = loads(*state, CATALOG "}\n");
    assert_int_equal(s->named->products, 1);
    assert_true(s->named->product_hash[0] == s->named->product_hash[1]);
    assert_true(!s->catalog->price && !s->catalog->margin);
}

static void catalogs_are_refused(void **state) {
    static const struct {
        const char *csv, *more, *message;
    } bad[] = {
        {"sku,product\nA,P\nA,P\n", "", "c.csv:3: 'A' was listed on an earlier row"},
        {"sku,product\n,P\n", "", "c.csv:2: '' is no SKU"},
        {"sku,product\nA,\n", "", "c.csv:2: '' is no product"},
        {"sku,product,price\nA,P,-1\n", ", columns: {price: price}", "c.csv:2: '-1' is not a price"},
        {"sku,product,margin\nA,P,2\n", ", columns: {margin: margin}", "c.csv:2: '2' is not a share"},
        {"sku\nA\n", "", "no column 'product' (traces.catalog.columns.product)"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char yaml[400];
        snprintf(yaml, sizeof yaml, CATALOG "%s}\n", bad[i].more);
        put(*state, "c.csv", bad[i].csv);
        refuses(*state, yaml, bad[i].message);
    }
    put(*state, "c.csv", "sku,product\nA,P\n");
    refuses(*state,
            "supply: {mode: trace}\ntraces:\n  inventory: {file: i.csv, columns: {product: sku}}\n"
            "  catalog: {file: c.csv}\n",
            "products are given twice");
}

/* ---- sends ---- */

#define SENDS                                                                                                \
    "supply: {mode: trace}\n"                                                                                \
    "shoppers: {mode: trace}\n"                                                                              \
    "traces:\n"                                                                                              \
    "  inventory: {file: i.csv}\n"                                                                           \
    "  events: {file: e.csv}\n"                                                                              \
    "  sends: {file: s.csv"

static void sends_are_read_and_counted(void **state) {
    put(*state, "s.csv",
        "timestamp,shopper,sku,opened,clicked\n"
        "2026-03-01T02:00:00,cat,A,2026-03-01T02:10:00,2026-03-01T02:11:00\n"
        "2026-03-01T01:00:00,cat,B,2026-03-01T01:05:00,\n"
        "2026-03-01T03:00:00,ann,A,,\n"
        "2026-03-01T03:00:00,zed,A,,\n"   /* never acts */
        "2026-03-01T03:00:00,bob,Q,,\n"); /* not stocked */
    const scenario *s = loads(*state, SENDS ", columns: {opened: opened, clicked: clicked}}\n");
    const scenario_sends *log = s->sends;
    assert_true(log->kept == 5 && log->sends == 3 && log->unused == 1 && log->unjoined == 1);
    assert_true(log->opened == 2 && log->clicked == 1);
    const int64_t day = 1772323200000, minute = 60000;
    static const uint32_t who[] = {0, 2, 2}, what[] = {0, 1, 0};
    static const int sent[] = {180, 60, 120};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(log->send[i].shopper, who[i]);
        assert_int_equal(log->send[i].sku, what[i]);
        assert_true(log->send[i].at == day + sent[i] * minute);
    }
    assert_true(log->send[0].opened == SCENARIO_NEVER && log->send[1].opened == day + 65 * minute);
    assert_true(log->send[2].clicked == day + 131 * minute && log->send[1].clicked == SCENARIO_NEVER);
}

/* With ranks A of the events, which has two rows, is the stock's Y, and B is its X, which comes first. */
static void sends_go_where_the_events_go(void **state) {
    put(*state, "c.csv", "timestamp,sku,available\n2026-03-05,X,1\n2026-03-05,Y,1\n2026-03-06,Y,0\n");
    put(*state, "s.csv",
        "timestamp,shopper,sku,opened,clicked\n2026-03-01T02:00:00,cat,A,2026-03-01T02:10:00,\n"
        "2026-03-01T02:00:00,cat,X,,\n"); /* not one of the events' */
    const scenario *s = loads(*state, "supply: {mode: trace}\nshoppers: {mode: trace}\n"
                                      "traces:\n  inventory: {file: c.csv}\n"
                                      "  events: {file: e.csv, join: rank, align: day}\n"
                                      "  sends: {file: s.csv, columns: {opened: opened}}\n");
    assert_true(s->sends->sends == 1 && s->sends->unjoined == 1);
    assert_string_equal(scenario_sku_name(s->named, s->sends->send[0].sku), "Y");
    assert_true(s->sends->send[0].at == 1772323200000 + 4 * 86400000LL + 120 * 60000);
    assert_true(s->sends->send[0].opened == s->sends->send[0].at + 600000);
}

static void sends_are_refused(void **state) {
    static const struct {
        const char *row, *message;
    } bad[] = {
        {"noon,ann,A,,", "s.csv:2: 'noon' is not a time such as"},
        {",ann,A,,", "s.csv:2: '' is not a time such as"},
        {"2026-03-01T02:00:00,,A,,", "s.csv:2: '' is no shopper"},
        {"2026-03-01T02:00:00,ann,,,", "s.csv:2: '' is no SKU"},
        {"2026-03-01T02:00:00,ann,A,2026-03-01T01:59:59,", "is before the send"},
        {"2026-03-01T02:00:00,ann,A,2026-03-01T03:00:00,2026-03-01T02:59:59", "is before the message was"},
        {"2026-03-01T02:00:00,ann,A,,2026-03-01T02:59:59", "is before the message was opened"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char csv[200];
        snprintf(csv, sizeof csv, "timestamp,shopper,sku,opened,clicked\n%s\n", bad[i].row);
        put(*state, "s.csv", csv);
        refuses(*state, SENDS ", columns: {opened: opened, clicked: clicked}}\n", bad[i].message);
    }
}

static void files_identify_a_scenario(void **state) {
    static const struct {
        const char *file, *one, *other, *yaml;
    } trace[] = {
        {"p.csv", "shopper,tier\nann,vip\n", "shopper,tier\nann,basic\n",
         PROFILES ", columns: {tier: tier}}\n"},
        {"c.csv", "sku,product,p\nA,P,1\n", "sku,product,p\nA,P,2\n", CATALOG ", columns: {price: p}}\n"},
        {"s.csv", "timestamp,shopper,sku\n2026-03-01,ann,A\n", "timestamp,shopper,sku\n2026-03-02,ann,A\n",
         SENDS "}\n"},
    };
    for (size_t i = 0; i < 3; i++) {
        put(*state, trace[i].file, trace[i].one);
        uint64_t hash = loads(*state, trace[i].yaml)->hash;
        assert_true(hash == loads(*state, trace[i].yaml)->hash);
        put(*state, trace[i].file, trace[i].other);
        assert_true(hash != loads(*state, trace[i].yaml)->hash);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(profiles_are_read),
        CASE(profiles_are_refused_with_what_is_allowed),
        CASE(what_has_no_effect_is_refused),
        CASE(the_catalog_is_read),
        CASE(catalogs_are_refused),
        CASE(sends_are_read_and_counted),
        CASE(sends_are_refused),
        CASE(files_identify_a_scenario),
        CASE(sends_go_where_the_events_go),
    };
    return RUN_TESTS(tests);
}
