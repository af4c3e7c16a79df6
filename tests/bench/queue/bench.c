/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench.c - the event queue in the hold model, beside a calendar queue tuned to the load and two heaps.
 *
 *   bench [--quick] [FILE.csv]
 *
 * Hold model: n events are pending; one operation takes out the next and pushes it again, later by a drawn
 * increment. Increments are drawn before the clock starts. Runs start in the stationary state, peers take
 * turns within each round, and medians over rounds are printed. The calendar is tuned for each load and n by
 * trying widths, numbers of days and prefetching first; only its best is used.
 */
#include "tests/bench/queue/peers.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/bench.h"

enum { INCREMENTS = 1 << 15, ROUNDS_MAX = 7 };
#define DAY 86400000.0

typedef enum { EXPONENTIAL, BIMODAL, CONSTANT, LOADS } load;
static const char *const load_name[] = {"exponential", "bimodal", "constant, ties"};

typedef enum { OURS, CALENDAR, HEAP2, HEAP4, PEERS } peer;
static const char *const peer_name[] = {"sim/queue", "calendar", "heap 2", "heap 4"};

typedef struct {
    load kind;
    size_t n;
    uint32_t *increment;
    int64_t *first; /* n times to begin with */
    calendar_tuning tuning;
} setting;

/* ---- draws ---- */

static uint64_t draw(uint64_t *state) { /* splitmix64 (Steele, Lea, Flood, 2014) */
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}
static double uniform(uint64_t *state) {
    return ((double)(draw(state) >> 11) + 0.5) / 9007199254740992.0;
}
static double exponential(uint64_t *state, double mean) {
    double x = -mean * log(uniform(state));
    return x < 4e9 ? x : 4e9;
}

/* Nine of ten after an hour on average, one of ten after ten days. */
static double increment(load kind, uint64_t *state) {
    if (kind == CONSTANT) return DAY;
    if (kind == EXPONENTIAL) return exponential(state, DAY);
    return exponential(state, uniform(state) < 0.9 ? DAY / 24 : 10 * DAY);
}

/* What is left of an increment at a random moment of the stationary state. */
static double residual(load kind, uint64_t *state) {
    static const double hours = 0.9 / 24, days = 0.1 * 10; /* share of time spent in either kind */
    if (kind == CONSTANT) return floor(uniform(state) * DAY / 60000) * 60000;
    if (kind == EXPONENTIAL) return exponential(state, DAY);
    return exponential(state, uniform(state) < hours / (hours + days) ? DAY / 24 : 10 * DAY);
}

static double mean_of(load kind) {
    return kind == BIMODAL ? 0.9 * DAY / 24 + 0.1 * 10 * DAY : DAY;
}

static void prepare(setting *s, uint64_t seed) {
    for (size_t i = 0; i < INCREMENTS; i++)
        s->increment[i] = (uint32_t)increment(s->kind, &seed);
    for (size_t i = 0; i < s->n; i++)
        s->first[i] = (int64_t)residual(s->kind, &seed);
}

/* ---- one run ---- */

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

typedef struct {
    double ns;      /* per pop and push */
    uint64_t trace; /* of what came out */
} result;

/* The same loop for every peer, each with its calls written out. */
#define RUN(push, pop)                                                                                       \
    for (size_t i = 0; i < s->n; i++) {                                                                      \
        e = (sim_event){.at = s->first[i], .a = (uint32_t)i, .kind = 1};                                     \
        push;                                                                                                \
    }                                                                                                        \
    for (size_t i = 0; i < warm + ops; i++) {                                                                \
        if (i == warm) begun = now();                                                                        \
        pop;                                                                                                 \
        r.trace = (r.trace ^ e.a ^ (uint64_t)e.at) * 0x9e3779b97f4a7c15u;                                    \
        e.at += s->increment[i % INCREMENTS];                                                                \
        push;                                                                                                \
    }                                                                                                        \
    r.ns = (now() - begun) / (double)ops

static void *made(void *p) {
    if (p) return p;
    fputs("bench: no memory\n", stderr);
    exit(2);
}

static result run_ours(const setting *s, size_t warm, size_t ops) {
    result r = {0};
    sim_event e;
    double begun = 0;
    sim_queue *q = made(sim_queue_create(NULL));
    bool fine = true;
    RUN(fine &= sim_queue_push(q, e), fine &= sim_queue_pop(q, &e));
    sim_queue_destroy(q);
    if (!fine) made(NULL);
    return r;
}

static result run_calendar(const setting *s, size_t warm, size_t ops) {
    result r = {0};
    sim_event e;
    double begun = 0;
    calendar *c = made(calendar_create(s->tuning, s->n));
    RUN(calendar_push(c, &e), calendar_pop(c, &e));
    calendar_destroy(c);
    return r;
}

static result run_heap(const setting *s, size_t warm, size_t ops, bool binary) {
    result r = {0};
    sim_event e;
    double begun = 0;
    heap *h = made(heap_create(s->n));
    if (binary) {
        RUN(heap2_push(h, &e), heap2_pop(h, &e));
    } else {
        RUN(heap4_push(h, &e), heap4_pop(h, &e));
    }
    heap_destroy(h);
    return r;
}

static result run(peer p, const setting *s, size_t warm, size_t ops) {
    switch (p) {
    case OURS: return run_ours(s, warm, ops);
    case CALENDAR: return run_calendar(s, warm, ops);
    default: return run_heap(s, warm, ops, p == HEAP2);
    }
}

/* ---- memory ---- */

static double resident(void) {
    FILE *f = fopen("/proc/self/statm", "r");
    unsigned long total, pages = 0;
    if (f && fscanf(f, "%lu %lu", &total, &pages) != 2) pages = 0;
    if (f) fclose(f);
    return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

/* Resident and held bytes of our queue with n pending, after three turns of all; the exponential load. */
static void queue_bytes(size_t n, double out[2]) {
    uint64_t seed = n;
    double before = resident();
    sim_queue *q = made(sim_queue_create(NULL));
    sim_event e = {0};
    bool fine = true;
    for (size_t i = 0; i < 4 * n; i++) {
        if (i >= n) fine &= sim_queue_pop(q, &e);
        e.at += (int64_t)increment(EXPONENTIAL, &seed);
        fine &= sim_queue_push(q, e);
        if (i < n) e.at = 0;
    }
    if (!fine) made(NULL);
    out[0] = resident() - before;
    out[1] = (double)sim_queue_memory(q);
    sim_queue_destroy(q);
}

/* In a process of its own for each n, for memory given back is not always seen to be. */
static void print_bytes(const size_t *sizes, size_t count) {
    printf("%-15s %9s %14s %14s %11s\n", "memory", "pending", "resident, KiB", "held, KiB", "B an event");
    for (size_t i = 0; i < count; i++) {
        int ends[2];
        double bytes[2] = {0};
        fflush(NULL);
        pid_t child = pipe(ends) == 0 ? fork() : -1;
        if (child == 0) {
            queue_bytes(sizes[i], bytes);
            _exit(write(ends[1], bytes, sizeof bytes) != (ssize_t)sizeof bytes);
        }
        if (child < 0 || read(ends[0], bytes, sizeof bytes) != (ssize_t)sizeof bytes) made(NULL);
        waitpid(child, NULL, 0);
        close(ends[0]);
        close(ends[1]);
        printf("%-15s %9zu %14.0f %14.0f %11.1f\n", "sim/queue", sizes[i], bytes[0] / 1024, bytes[1] / 1024,
               bytes[0] / (double)sizes[i]);
    }
}

/* ---- the calendar's tuning ---- */

/* Runs the calendar so; keeps the tuning if it is the best so far. */
static void try_tuning(setting *s, calendar_tuning tuning, calendar_tuning *best, double *least) {
    size_t ops = s->n < 1000000 ? 1000000 : s->n < 10000000 ? 2000000 : 3000000;
    s->tuning = tuning;
    double ns = run(CALENDAR, s, ops / 4, ops).ns;
    if (ns >= *least) return;
    *least = ns;
    *best = tuning;
}

/* Half as many days as events to twice as many, a quarter of the mean gap between events to four times it;
 * then how far ahead to prefetch. */
static calendar_tuning best_tuning(setting *s) {
    calendar_tuning best = {0};
    double least = INFINITY, gap = mean_of(s->kind) / (double)s->n;
    uint32_t events_bits = 0, gap_bits = 0;
    while ((size_t)1 << events_bits < s->n)
        events_bits++;
    while ((double)((uint64_t)1 << gap_bits) < gap)
        gap_bits++;
    for (uint32_t days = events_bits - 1; days <= events_bits + 1; days++)
        for (uint32_t width = gap_bits > 2 ? gap_bits - 2 : 0; width <= gap_bits + 2; width++)
            try_tuning(s, (calendar_tuning){width, days, 4}, &best, &least);
    static const uint32_t ahead[] = {0, 2, 8, 16};
    for (size_t i = 0; i < sizeof ahead / sizeof *ahead; i++)
        try_tuning(s, (calendar_tuning){best.width_bits, best.bucket_bits, ahead[i]}, &best, &least);
    return best;
}

/* ---- rounds, table ---- */

/* Our queue works in long cycles, so it is measured over several turns of all its events. */
static size_t ops_of(peer p, size_t n, bool quick) {
    if (p == HEAP2 || p == HEAP4) return n < 1000000 ? 2000000 : 1000000;
    size_t least = quick ? 1000000 : 4000000;
    return 4 * n > least ? 4 * n : least;
}

typedef struct {
    double ns, least;
} summary;

static void measure(setting *s, int rounds, bool quick, summary out[PEERS]) {
    double ns[PEERS][ROUNDS_MAX];
    s->tuning = best_tuning(s);
    for (int k = 0; k < rounds; k++) {
        prepare(s, (uint64_t)k * 1000 + s->n);
        for (int p = 0; p < PEERS; p++) {
            size_t ops = ops_of((peer)p, s->n, quick);
            ns[p][k] = run((peer)p, s, ops / 4, ops).ns;
        }
    }
    for (int p = 0; p < PEERS; p++) {
        qsort(ns[p], (size_t)rounds, sizeof(double), by_value);
        out[p].ns = ns[p][rounds / 2];
        out[p].least = ns[p][0];
    }
}

/* Every peer must hand out the very same events. */
static bool agree(const setting *s) {
    uint64_t trace = run(OURS, s, 0, 300000).trace;
    for (int p = CALENDAR; p < PEERS; p++)
        if (run((peer)p, s, 0, 300000).trace != trace) return false;
    return true;
}

static void print_row(const setting *s, const summary sum[PEERS], FILE *csv) {
    printf("%-15s %9zu", load_name[s->kind], s->n);
    for (int p = 0; p < PEERS; p++)
        printf(" %9.1f", sum[p].ns);
    for (int p = CALENDAR; p < PEERS; p++)
        printf(" %9.2f", sum[OURS].ns / sum[p].ns);
    printf("   days 2^%u x 2^%u ms, ahead %u\n", s->tuning.bucket_bits, s->tuning.width_bits,
           s->tuning.ahead);
    fflush(stdout);
    if (!csv) return;
    for (int p = 0; p < PEERS; p++)
        fprintf(csv, "\"%s\",%zu,%s,%.2f,%.2f,%.4f\n", load_name[s->kind], s->n, peer_name[p], sum[p].ns,
                sum[p].least, sum[p].ns / sum[CALENDAR].ns);
}

/* What is asked of the exponential load, as a share of the calendar's time. */
static double bar(size_t n) {
    return n >= 1000000 ? 0.5 : 1.2;
}

/* One line of the table. false: the bar is missed. */
static bool measure_one(setting *s, bool quick, FILE *csv) {
    summary sum[PEERS];
    prepare(s, 1);
    measure(s, quick || s->n > 1000000 ? 3 : 5, quick, sum);
    print_row(s, sum, csv);
    prepare(s, 2);
    if (!agree(s)) {
        printf("the peers disagree about the order\n");
        exit(1);
    }
    if (s->kind != EXPONENTIAL) return true;
    bool met = sum[OURS].ns <= bar(s->n) * sum[CALENDAR].ns;
    printf("  bar: at most %.1f of the calendar's time: %s\n", bar(s->n), met ? "met" : "MISSED");
    return met;
}

int main(int argc, char **argv) {
    static const size_t sizes[] = {1000, 100000, 1000000, 10000000};
    bool quick = argc > 1 && strcmp(argv[1], "--quick") == 0, met = true;
    const char *path = argc > 1 + quick ? argv[1 + quick] : NULL;
    size_t count = quick ? 3 : 4;
    print_bytes(sizes, count);
    FILE *csv = path ? made(fopen(path, "w")) : NULL;
    if (csv) fputs("load,pending,peer,ns_median,ns_least,ratio_to_calendar\n", csv);
    setting s = {.increment = made(malloc(INCREMENTS * sizeof(uint32_t)))};
    s.first = made(malloc(sizes[count - 1] * sizeof *s.first));
    printf("\n%-15s %9s", "ns a pop + push", "pending");
    for (int p = 0; p < PEERS; p++)
        printf(" %9s", peer_name[p]);
    printf(" %9s %9s %9s   the calendar's tuning\n", "/calendar", "/heap 2", "/heap 4");
    for (int kind = 0; kind < (quick ? 1 : LOADS); kind++)
        for (size_t i = 0; i < count; i++) {
            s.kind = (load)kind;
            s.n = sizes[i];
            met &= measure_one(&s, quick, csv);
        }
    if (csv) fclose(csv);
    free(s.increment);
    free(s.first);
    printf("%s\n", met ? "all bars of the event queue met" : "NOT ALL BARS OF THE EVENT QUEUE MET");
    return 0;
}
