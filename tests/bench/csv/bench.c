/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench.c - reading a trace, beside a bare libcsv loop that only counts fields.
 *
 *   bench [--events] [--rows N] [--skus N] [--shoppers N] [--rounds N] FOLDER FILE.csv
 *
 * The trace is made in FOLDER and left out of the time: an inventory, or with --events what shoppers did.
 * Three readers take turns: the bare loop; the rows of scenarios/csv.h, which are hashed, numbered by line
 * and checked; and a whole load by scenario_parse, which also reads times, levels and events, numbers SKUs
 * and shoppers, sorts, and counts. The first round is not counted. After the table: what the load keeps in
 * memory.
 */
#include <csv.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "scenarios/csv.h"
#include "scenarios/scenario.h"
#include "tests/bench/bench.h"

enum { ROUNDS_MAX = 21, BLOCK = 65536 };
typedef enum { BARE, ROWS, LOAD, READERS } reader;
static const char *const reader_name[READERS] = {"bare libcsv", "rows", "trace"};
static const char *const reader_doc[READERS] = {"bare libcsv, fields counted", "rows of scenarios/csv.h",
                                                "the whole trace loaded"};

typedef struct {
    char folder[3072], path[4096], name[4096]; /* of the trace, and of a scenario beside it */
    size_t rows, skus, shoppers, columns;
    bool events;
} setting;

/* Seconds of the processor. */
static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); /* one thread; others may be at work beside it */
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static uint64_t next_number(uint64_t *state) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

/* Half of the rows are views; each shopper is there at least once, with an id as browsers get them. */
static void put_event(FILE *f, const setting *s, size_t i, uint64_t *state) {
    static const char *const what[] = {"view",        "view",     "view",      "view",
                                       "add_to_cart", "purchase", "notify_me", "wishlist"};
    uint64_t shopper = i < s->shoppers ? i : next_number(state) % s->shoppers;
    fprintf(f, ",u-%016" PRIx64 ",%s,SKU-%07" PRIu64 "\n", shopper * 0x9e3779b97f4a7c15u,
            what[next_number(state) % 8], next_number(state) % s->skus * 37);
}

/* Rows in order of time over 90 days, SKUs in an order without pattern, each of them at least once. */
static double make_trace(const setting *s) {
    FILE *f = fopen(s->path, "w");
    if (!f) stop("the trace cannot be written");
    fputs(s->events ? "timestamp,shopper,event,sku\n" : "timestamp,sku,available\n", f);
    uint64_t state = 7;
    for (size_t i = 0; i < s->rows; i++) {
        uint64_t second = (uint64_t)((double)i / (double)s->rows * 90 * 86400);
        time_t at = (time_t)(1767225600 + second); /* from 2026 on */
        struct tm t;
        gmtime_r(&at, &t);
        fprintf(f, "%04d-%02d-%02dT%02d:%02d:%02d", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour,
                t.tm_min, t.tm_sec);
        if (s->events) {
            put_event(f, s, i, &state);
            continue;
        }
        uint64_t drawn = next_number(&state), sku = i < s->skus ? i : drawn % s->skus;
        fprintf(f, ",SKU-%07" PRIu64 ",%d\n", sku * 37, (int)(state >> 62 & 1));
    }
    long size = ftell(f);
    if (fclose(f) != 0 || size < 0) stop("the trace cannot be written");
    return (double)size;
}

/* ---- readers: rows and fields, all of the file ---- */

typedef struct {
    size_t rows, fields;
} counts;

static void count_field(void *text, size_t size, void *context) {
    (void)text, (void)size;
    ((counts *)context)->fields++;
}
static void count_row(int end, void *context) {
    (void)end;
    ((counts *)context)->rows++;
}

static counts read_bare(const setting *s) {
    counts n = {0};
    struct csv_parser parser;
    static char block[BLOCK];
    FILE *f = fopen(s->path, "r");
    if (!f || csv_init(&parser, 0) != 0) stop("libcsv does not start");
    for (size_t got; (got = fread(block, 1, sizeof block, f)) > 0;)
        if (csv_parse(&parser, block, got, count_field, count_row, &n) != got) stop("libcsv fails");
    csv_fini(&parser, count_field, count_row, &n);
    csv_free(&parser);
    fclose(f);
    return n;
}

static counts read_rows(const setting *s) {
    counts n = {0};
    scenario_csv *csv;
    scenario_csv_status status = scenario_csv_open(s->path, &csv);
    if (status != SCENARIO_CSV_ROW) stop("the reader does not start");
    while ((status = scenario_csv_next(csv)) == SCENARIO_CSV_ROW) {
        n.rows++;
        n.fields += scenario_csv_count(csv);
    }
    if (status != SCENARIO_CSV_END) stop("the reader fails");
    scenario_csv_close(csv);
    return n;
}

static counts read_trace(const setting *s) {
    static const char stock[] = "supply: {mode: trace}\ntraces: {inventory: {file: trace.csv}}\n",
                      events[] = "shoppers: {mode: trace}\ntraces: {events: {file: trace.csv}}\n";
    const char *text = s->events ? events : stock;
    scenario *loaded;
    scenario_error error;
    if (scenario_parse(s->name, text, strlen(text), NULL, 0, &loaded, &error) != SCENARIO_OK)
        stop(error.text);
    size_t rows = s->events ? loaded->events->kept : loaded->inventory->rows + loaded->inventory->superseded;
    if (!s->events && loaded->named->skus != s->skus) stop("not all SKUs were found");
    if (s->events && loaded->events->shopper.n != s->shoppers) stop("not all shoppers were found");
    scenario_destroy(loaded);
    return (counts){rows + 1, s->columns * (rows + 1)}; /* the header, too */
}

static double measure(reader which, const setting *s) {
    double begun = now();
    counts n = which == BARE ? read_bare(s) : which == ROWS ? read_rows(s) : read_trace(s);
    double took = now() - begun;
    if (n.rows != s->rows + 1 || n.fields != s->columns * n.rows) stop("the readers count differently");
    return took;
}

/* ---- table ---- */

int main(int argc, char **argv) {
    bool events = argc > 1 && strcmp(argv[1], "--events") == 0;
    argc -= events;
    argv += events;
    setting s = {.events = events, .columns = events ? 4 : 3};
    s.rows = number(&argc, &argv, "--rows", events ? 10000000 : 2000000);
    s.skus = number(&argc, &argv, "--skus", 100000);
    s.shoppers = number(&argc, &argv, "--shoppers", 1000000);
    size_t rounds = number(&argc, &argv, "--rounds", 5);
    if (argc != 3 || rounds > ROUNDS_MAX || s.skus > s.rows || (events && s.shoppers > s.rows))
        stop("bench [--events] [--rows N] [--skus N] [--shoppers N] [--rounds N] FOLDER FILE.csv");
    if (snprintf(s.folder, sizeof s.folder, "%s", argv[1]) >= (int)sizeof s.folder) stop("too long a name");
    snprintf(s.path, sizeof s.path, "%s/trace.csv", s.folder);
    snprintf(s.name, sizeof s.name, "%s/scenario.yaml", s.folder);

    double bytes = make_trace(&s), took[READERS][ROUNDS_MAX + 1], middle[READERS];
    for (size_t k = 0; k <= rounds; k++)
        for (int r = 0; r < READERS; r++)
            took[r][k] = measure((reader)r, &s);
    unlink(s.path);
    FILE *csv = fopen(argv[2], "w");
    if (!csv) stop("the CSV file cannot be written");
    fputs("reader,rows,skus,bytes,seconds_median,seconds_least,ratio_to_bare\n", csv);
    printf("%s: %zu rows, %zu SKUs, ", events ? "Shoppers' events" : "Inventory", s.rows, s.skus);
    if (events) printf("%zu shoppers, ", s.shoppers);
    printf("%.0f MB, medians of %zu rounds\n", bytes / 1e6, rounds);
    printf("%-30s %9s %12s %9s %14s\n", "", "s", "M rows/s", "MB/s", "time / bare's");
    for (int r = 0; r < READERS; r++) {
        qsort(took[r] + 1, rounds, sizeof(double), by_value);
        middle[r] = took[r][1 + rounds / 2];
        printf("%-30s %9.3f %12.2f %9.0f %14.2f\n", reader_doc[r], middle[r],
               (double)s.rows / middle[r] / 1e6, bytes / middle[r] / 1e6, middle[r] / middle[BARE]);
        fprintf(csv, "%s,%zu,%zu,%.0f,%.6f,%.6f,%.4f\n", reader_name[r], s.rows, s.skus, bytes, middle[r],
                took[r][1], middle[r] / middle[BARE]);
    }
    printf("the whole trace at %.2f of the bare loop's speed", middle[BARE] / middle[LOAD]);
    struct rusage use;
    if (getrusage(RUSAGE_SELF, &use) == 0)
        printf("; %.0f MB at most in memory", (double)use.ru_maxrss / 1024);
    puts("");
    return fclose(csv) == 0 ? 0 : 2;
}
