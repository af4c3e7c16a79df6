/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scenarios_trace.c - inventory traces: what is read, in which order, what a bad row does, where files are
 * found.
 *
 * Each case writes its CSV beside a scenario that is parsed from memory.
 */
#include "tests/unit/trace_rig.h"

#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "scenarios/csv.h"

static void write_csv(const fixture *f, const char *csv, size_t size) {
    char path[PLACE_PATH];
    place_write(place_path(path, "%s/t.csv", f->folder), csv, size);
}

/* Loads the trace with more keys below traces.inventory, such as "kind: levels". NULL on an error. */
static const scenario_inventory *load_bytes(fixture *f, const char *csv, size_t size, const char *more) {
    char text[1024];
    write_csv(f, csv, size);
    snprintf(text, sizeof text, "supply: {mode: trace}\ntraces:\n  inventory: {file: t.csv%s%s}\n",
             more[0] ? ", " : "", more);
    return parse_beside(f, text) ? f->s->inventory : NULL;
}

static const scenario_inventory *load(fixture *f, const char *csv, const char *more) {
    const scenario_inventory *inv = load_bytes(f, csv, strlen(csv), more);
    if (!inv) fail_msg("%s", f->error.text);
    return inv;
}

/* The message without the folder. */
static const char *message(fixture *f, const char *csv, size_t size, const char *more) {
    if (load_bytes(f, csv, size, more)) fail_msg("loaded, but should not have");
    size_t folder = strlen(f->folder);
    return strncmp(f->error.text, f->folder, folder) == 0 ? f->error.text + folder + 1 : f->error.text;
}

#define EXPECT(F, CSV, MORE, TEXT) assert_string_equal(message((F), (CSV), sizeof(CSV) - 1, (MORE)), (TEXT))

static void rows_are_sorted_and_counted(void **state) {
    fixture *f = *state;
    const scenario_inventory *inv = load(f,
                                         "timestamp,sku,available\n"
                                         "2024-01-01T02:00:00,B,1\n"
                                         "2024-01-01T00:00:00,A,0\n"
                                         "2024-01-01T01:00:00,A,1\n"
                                         "2024-01-01T00:00:00,B,1\n"
                                         "2024-01-01T01:30:00,B,0\n"
                                         "2024-01-01T03:00:00,A,1\n",
                                         "");
    static const char order[] = "ABABBA";
    static const uint32_t level[] = {0, 1, 1, 0, 1, 1};
    assert_int_equal(inv->rows, 6);
    assert_int_equal(inv->named.skus, 2);
    assert_int_equal(inv->named.products, 2);
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(inv->named.sku.name[inv->row[i].sku][0], order[i]);
        assert_int_equal(inv->row[i].level, level[i]);
        if (i) assert_true(inv->row[i - 1].at <= inv->row[i].at);
    }
    assert_string_equal(inv->named.sku.name[0], "B"); /* numbered as the file names them, not as time goes */
    assert_int_equal(inv->restocks, 2); /* A at 1:00 and B at 2:00; first rows and 1 to 1 are none */
    assert_true(inv->first == 1704067200000 && inv->last == 1704078000000);
    assert_int_equal(f->s->p.run.start, inv->first);
    assert_int_equal(f->s->p.run.horizon, inv->last - inv->first + 1);
}

static void the_last_row_of_a_time_counts(void **state) {
    fixture *f = *state;
    const scenario_inventory *inv =
        load(f,
             "timestamp,sku,available\n2024-01-01,A,0\n2024-01-01,B,0\n2024-01-02,A,0\n"
             "2024-01-02,B,1\n2024-01-02,A,1\n2024-01-02,A,0\n2024-01-01,A,1\n",
             "");
    assert_int_equal(inv->rows, 4);
    assert_int_equal(inv->superseded, 3);
    assert_int_equal(inv->file.rejected, 0);
    assert_int_equal(inv->row[0].level, 1); /* A on the first day: the file's last word */
    assert_int_equal(inv->row[2].level, 0); /* A on the second day */
    assert_int_equal(inv->restocks, 1);     /* B only */
}

static void columns_are_mapped(void **state) {
    fixture *f = *state;
    const scenario_inventory *inv =
        load(f,
             "\xef\xbb\xbfqty,\"the, id\",x,when,style\r\n"
             "5,s1,,1704067200,P\r\n"
             "\r\n"
             "-3,\"s\"\"2\"\"\",,1704067200.5,P\r\n"
             "7, s1 ,,1704067201,Q",
             "kind: levels, time_format: epoch_s, columns: {timestamp: when, sku: 'the, id', "
             "available: qty, product: style}");
    assert_int_equal(inv->rows, 3);
    assert_int_equal(inv->named.skus, 3);
    assert_int_equal(inv->named.products, 2);
    assert_string_equal(inv->named.sku.name[1], "s\"2\"");
    assert_string_equal(inv->named.sku.name[2], " s1 "); /* spaces belong to an id */
    assert_int_equal(inv->named.product_of[0], 0);
    assert_int_equal(inv->named.product_of[1], 0);
    assert_int_equal(inv->named.product_of[2], 1);
    assert_true(inv->named.sku_hash[0] == XXH3_64bits("s1", 2)); /* of the ids, whatever their numbers are */
    assert_true(inv->named.sku_hash[2] == XXH3_64bits(" s1 ", 4));
    assert_true(inv->named.product_hash[1] == XXH3_64bits("P", 1));
    assert_true(inv->named.product_hash[2] == XXH3_64bits("Q", 1));
    assert_int_equal(inv->row[0].level, 5);
    assert_int_equal(inv->row[1].level, 0); /* units owed are no units */
    assert_true(inv->row[1].at == 1704067200500);
    inv = load(f, "timestamp,sku,available\n1704067200123,A,1\n", "time_format: epoch_ms");
    assert_true(inv->first == 1704067200123);
    assert_int_equal(f->s->p.run.horizon, 1);
}

static void bad_rows_are_named_by_line(void **state) {
    fixture *f = *state;
    EXPECT(f, "", "", "t.csv:1: the file is empty; it begins with a line of column names");
    EXPECT(f, "timestamp,sku,available\n", "", "t.csv:1: no rows below the header");
    EXPECT(f, "time,sku,stock\n2024-01-01,A,1\n", "",
           "t.csv:1: no column 'timestamp' (traces.inventory.columns.timestamp); the columns are 'time', "
           "'sku', 'stock'");
    EXPECT(f, "timestamp,sku,sku,available\n", "",
           "t.csv:1: more than one column 'sku' (traces.inventory.columns.sku); the columns are 'timestamp', "
           "'sku', 'sku', "
           "'available'");
    EXPECT(f, "timestamp,sku,available\n\n2024-01-01,A,1\n2024-02-30,A,1\n", "",
           "t.csv:4: '2024-02-30' is not a time such as 2026-03-01T08:00:00 (traces.inventory.time_format is "
           "iso8601)");
    EXPECT(f, "timestamp,sku,available\n2024-01-01,A,1\n", "time_format: epoch_s",
           "t.csv:2: '2024-01-01' is not a number of seconds since 1970 (traces.inventory.time_format is "
           "epoch_s)");
    EXPECT(f, "timestamp,sku,available\n-5,A,1\n", "time_format: epoch_ms",
           "t.csv:2: '-5' is not a whole number of milliseconds since 1970 (traces.inventory.time_format is "
           "epoch_ms)");
    EXPECT(f, "timestamp,sku,available\n2024-01-01,A,2\n", "",
           "t.csv:2: '2' is not 0 or 1 (traces.inventory.kind is flags)");
    EXPECT(f, "timestamp,sku,available\n2024-01-01,A,1.5\n", "kind: levels",
           "t.csv:2: '1.5' is not a whole number of units");
    EXPECT(f, "timestamp,sku,available\n2024-01-01,,1\n", "",
           "t.csv:2: '' is no SKU: empty, or not valid UTF-8");
    EXPECT(f, "timestamp,sku,available\n2024-01-01,\xff,1\n", "",
           "t.csv:2: '?' is no SKU: empty, or not valid UTF-8");
    EXPECT(f, "timestamp,sku,available,p\n2024-01-01,A,1,\n", "columns: {product: p}",
           "t.csv:2: '' is no product: empty, or not valid UTF-8");
    EXPECT(f, "timestamp,sku,available,p\n2024-01-01,A,1,x\n2024-01-02,A,1,y\n", "columns: {product: p}",
           "t.csv:3: 'A' had another product on an earlier row");
    EXPECT(f, "timestamp,sku,available\n2024-01-01,A\n", "", "t.csv:2: 2 columns, but the header has 3");
    EXPECT(f, "timestamp,sku,available\n2024-01-01,A,1,\n", "", "t.csv:2: 4 columns, but the header has 3");
    EXPECT(f, "timestamp,sku,available\n2024-01-01,A\0B,1\n", "", "t.csv:2: a NUL byte");
    EXPECT(f, "timestamp,sku,available\n2024-01-01,A,1\r2024-01-02,A,0\n", "",
           "t.csv:2: a carriage return that does not end the line");
    EXPECT(
        f, "timestamp,sku,available\n2024-01-01,A\"B,1\n", "",
        "t.csv:2: a quote in the middle of a field; put the whole field in quotes and double those inside");
    EXPECT(f, "timestamp,sku,available\n2024-01-01,\"A\nB\",1\n2024-01-01,\"A,1\n2024-01-02,A,1\n", "",
           "t.csv:4: the quotes that open here are never closed");
}

static void long_rows_and_many_columns_are_bad_rows(void **state) {
    fixture *f = *state;
    enum { LONG = 200000 };
    char *csv = malloc(LONG + 200);
    assert_non_null(csv);
    size_t n = (size_t)sprintf(csv, "timestamp,sku,available\n2024-01-01,");
    memset(csv + n, 'x', LONG);
    n += LONG;
    n += (size_t)sprintf(csv + n, ",1\n2024-01-01,A,1\n");
    assert_string_equal(message(f, csv, n, ""), "t.csv:2: longer than 65536 bytes");
    const scenario_inventory *inv = load_bytes(f, csv, n, "on_bad_row: skip");
    assert_non_null(inv);
    assert_int_equal(inv->rows, 1);
    assert_int_equal(strncmp(inv->file.rejects, "inventory,2,\"longer than 65536 bytes\",\"", 39), 0);
    n = (size_t)sprintf(csv, "timestamp,sku,available\n");
    memset(csv + n, ',', 300);
    assert_string_equal(message(f, csv, n + 300, ""), "t.csv:2: more than 256 columns");
    free(csv);
}

static void bad_rows_can_be_skipped(void **state) {
    fixture *f = *state;
    static const char csv[] = "timestamp,sku,available\n"
                              "2024-01-01,A,0\n"
                              "yesterday,B,1\n"
                              "2024-01-02,A\"x,1\n"
                              "2024-01-03,A,1\n"
                              "2024-01-04,\"A,1\n";
    const scenario_inventory *inv = load(f, csv, "on_bad_row: skip");
    assert_int_equal(inv->rows, 2);
    assert_int_equal(inv->named.skus, 1); /* a bad row names nothing */
    assert_int_equal(inv->restocks, 1);
    assert_int_equal(inv->file.rejected, 3);
    assert_string_equal(
        inv->file.rejects,
        "inventory,3,\"'yesterday' is not a time such as 2026-03-01T08:00:00 (traces.inventory.time_format "
        "is "
        "iso8601)\",\"yesterday,B,1\"\n"
        "inventory,4,\"a quote in the middle of a field; put the whole field in quotes and double those "
        "inside\","
        "\"2024-01-02,A\"\"x,1\"\n"
        "inventory,6,\"the quotes that open here are never closed\",\"2024-01-04,\"\"A,1\"\n");
    EXPECT(f, "timestamp,sku,available\nx,A,1\n", "on_bad_row: skip", "t.csv:1: every row is bad");
}

static void many_rejects_are_counted_but_not_all_listed(void **state) {
    fixture *f = *state;
    enum { ROWS = 60000 };
    char *csv = malloc(ROWS * 8 + 64);
    assert_non_null(csv);
    size_t n = (size_t)sprintf(csv, "timestamp,sku,available\n2024-01-01,A,1\n");
    for (int i = 0; i < ROWS; i++)
        n += (size_t)sprintf(csv + n, "x,A,1\n");
    const scenario_inventory *inv = load_bytes(f, csv, n, "on_bad_row: skip");
    assert_non_null(inv);
    assert_int_equal(inv->file.rejected, ROWS);
    assert_true(strlen(inv->file.rejects) <= 4 << 20);
    assert_int_equal(inv->file.rejects[strlen(inv->file.rejects) - 1], '\n');
    free(csv);
}

/* Levels are the sums of the changes so far; what is owed is 0 until it is made good. */
static void changes_add_up(void **state) {
    fixture *f = *state;
    const scenario_inventory *inv = load(f,
                                         "timestamp,sku,change,kind\n"
                                         "2024-01-03,A,-6,units\n"
                                         "2024-01-01,A,5,units\n"
                                         "2024-01-01,B,7,boxes\n"
                                         "2024-01-02,A,-2,units\n"
                                         "2024-01-02,A,1,units\n"
                                         "2024-01-04,A,+4,units\n",
                                         "kind: deltas, columns: {delta: change}, where: {kind: units}");
    static const uint32_t level[] = {5, 4, 0, 2};
    assert_int_equal(inv->rows, 4);
    assert_int_equal(inv->named.skus, 1);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(inv->row[i].level, level[i]);
    assert_int_equal(inv->restocks, 2); /* the first 5, and from -2 to 2 */
    assert_int_equal(inv->file.filtered, 1);
    assert_int_equal(inv->superseded, 0);
    EXPECT(f, "timestamp,sku,delta\n2024-01-01,A,x\n", "kind: deltas",
           "t.csv:2: 'x' is not a whole number of units more or less");
}

static void words_stand_for_levels(void **state) {
    fixture *f = *state;
    const scenario_inventory *inv = load(f, "timestamp,sku,available\n2024-01-01,A,out\n2024-01-02,A,in\n",
                                         "values: {available: {in: 1, out: 0}}");
    assert_int_equal(inv->row[0].level, 0);
    assert_int_equal(inv->row[1].level, 1);
    assert_int_equal(inv->restocks, 1);
}

static void the_run_must_meet_the_trace(void **state) {
    fixture *f = *state;
    static const char csv[] = "timestamp,sku,available\n2024-01-05,A,0\n2024-01-09,A,1\n";
    char name[PLACE_PATH];
    scenario_error error;
    static const struct {
        const char *sets[2], *message;
        int64_t start, horizon;
    } cases[] = {
        {{"run.seed=1", "run.seed=1"}, NULL, 1704412800000, 4 * 86400000 + 1},
        {{"run.start=2024-01-06", "run.seed=1"}, NULL, 1704499200000, 3 * 86400000 + 1},
        {{"run.start=2024-01-01", "run.horizon=1w"}, NULL, 1704067200000, 604800000},
        {{"run.horizon=1d", "run.seed=1"}, NULL, 1704412800000, 86400000},
        {{"run.start=2024-01-01", "run.horizon=4d"},
         "--set run.start=2024-01-01: the run ends before the first row of ",
         0,
         0},
        {{"run.start=2024-02-01", "run.seed=1"},
         "--set run.start=2024-02-01: run.start is after the last row of ",
         0,
         0},
    };
    write_csv(f, csv, sizeof csv - 1);
    place_path(name, "%s/s.yaml", f->folder);
    static const char text[] = "supply: {mode: trace}\ntraces: {inventory: {file: t.csv}}\n";
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        scenario *s = NULL;
        scenario_status status = scenario_parse(name, text, sizeof text - 1, cases[i].sets, 2, &s, &error);
        if (cases[i].message) {
            assert_int_equal(status, SCENARIO_BAD_INPUT);
            assert_int_equal(strncmp(error.text, cases[i].message, strlen(cases[i].message)), 0);
            continue;
        }
        if (status != SCENARIO_OK) fail_msg("%s", error.text);
        assert_true(s->p.run.start == cases[i].start);
        assert_true(s->p.run.horizon == cases[i].horizon);
        scenario_destroy(s);
    }
}

/* Beside the scenario first, then in the data folder. */
static void files_are_found_in_two_places(void **state) {
    fixture *f = *state;
    static const char text[] = "supply: {mode: trace}\ntraces: {inventory: {file: t.csv}}\n";
    scenario *s = NULL;
    unsetenv("RESTOCKLAB_DATA");
    write_csv(f, "timestamp,sku,available\n2024-01-05,A,0\n", 39);
    assert_int_equal(scenario_parse("elsewhere/s.yaml", text, sizeof text - 1, NULL, 0, &s, &f->error),
                     SCENARIO_BAD_INPUT);
    assert_non_null(strstr(f->error.text, "no file 'elsewhere/t.csv'; the folder RESTOCKLAB_DATA would be"));
    setenv("RESTOCKLAB_DATA", "elsewhere", 1);
    assert_int_equal(scenario_parse("s.yaml", text, sizeof text - 1, NULL, 0, &s, &f->error),
                     SCENARIO_BAD_INPUT);
    assert_non_null(
        strstr(f->error.text, "s.yaml:2:22: no file 't.csv', nor below elsewhere (RESTOCKLAB_DATA)"));
    setenv("RESTOCKLAB_DATA", f->folder, 1);
    assert_int_equal(scenario_parse("elsewhere/s.yaml", text, sizeof text - 1, NULL, 0, &s, &f->error),
                     SCENARIO_OK);
    assert_int_equal(s->inventory->rows, 1);
    scenario_destroy(s);
    unsetenv("RESTOCKLAB_DATA");
}

static void the_file_counts_in_the_hash(void **state) {
    fixture *f = *state;
    load(f, "timestamp,sku,available\n2024-01-05,A,0\n2024-01-06,A,1\n", "");
    uint64_t a = f->s->hash, file = f->s->inventory->file.hash;
    load(f, "timestamp,sku,available\n2024-01-05,A,0\n2024-01-06,A,1\n", "");
    assert_true(f->s->hash == a && f->s->inventory->file.hash == file);
    load(f, "timestamp,sku,available\n2024-01-05,A,1\n2024-01-06,A,1\n", "");
    assert_true(f->s->hash != a && f->s->inventory->file.hash != file);
}

/* ---- the public data set ---- */

/* Rises counted without any of the code under test: the file is sorted by time, so one pass with a table of
 * the last level of each SKU, by name, is enough. */
static void count_plainly(FILE *in, size_t *rows, size_t *skus, size_t *rises) {
    static char name[2000][24];
    static int last[2000];
    char line[128], sku[24];
    int level;
    *rows = *skus = *rises = 0;
    assert_non_null(fgets(line, sizeof line, in));
    while (fgets(line, sizeof line, in)) {
        assert_int_equal(sscanf(line, "%*[^,],%23[^,],%d", sku, &level), 2);
        size_t i = 0;
        while (i < *skus && strcmp(name[i], sku) != 0)
            i++;
        if (i == *skus)
            strcpy(name[(*skus)++], sku);
        else if (last[i] == 0 && level == 1)
            ++*rises;
        last[i] = level;
        ++*rows;
    }
}

static void the_public_data_set_is_read_whole(void **state) {
    fixture *f = *state;
    char path[512], text[1024];
    const char *data = support_data_dir();
    snprintf(path, sizeof path, "%s/freshretailnet/inventory.csv", data ? data : "");
    FILE *in = data ? fopen(path, "r") : NULL;
    if (!in) {
        print_message("skipped: freshretailnet/inventory.csv is not here\n");
        return;
    }
    size_t rows, skus, rises;
    count_plainly(in, &rows, &skus, &rises);
    fclose(in);
    assert_int_equal(rows, 68128);
    assert_int_equal(skus, 938);
    setenv("RESTOCKLAB_DATA", data, 1);
    int n = snprintf(text, sizeof text,
                     "supply: {mode: trace}\ntraces: {inventory: {file: freshretailnet/inventory.csv}}\n");
    scenario_status status = scenario_parse("s.yaml", text, (size_t)n, NULL, 0, &f->s, &f->error);
    unsetenv("RESTOCKLAB_DATA");
    if (status != SCENARIO_OK) fail_msg("%s", f->error.text);
    const scenario_inventory *inv = f->s->inventory;
    assert_int_equal(inv->rows, rows);
    assert_int_equal(inv->named.skus, skus);
    assert_int_equal(inv->restocks, rises);
    assert_int_equal(inv->file.rejected + inv->superseded, 0);
    assert_true(inv->first == 1711584000000); /* 2024-03-28 */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(the_public_data_set_is_read_whole), /* first: the others take RESTOCKLAB_DATA away */
        CASE(rows_are_sorted_and_counted),
        CASE(the_last_row_of_a_time_counts),
        CASE(columns_are_mapped),
        CASE(bad_rows_are_named_by_line),
        CASE(long_rows_and_many_columns_are_bad_rows),
        CASE(bad_rows_can_be_skipped),
        CASE(many_rejects_are_counted_but_not_all_listed),
        CASE(changes_add_up),
        CASE(words_stand_for_levels),
        CASE(the_run_must_meet_the_trace),
        CASE(files_are_found_in_two_places),
        CASE(the_file_counts_in_the_hash),
    };
    return RUN_TESTS(tests);
}
