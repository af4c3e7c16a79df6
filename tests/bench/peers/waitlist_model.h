/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * waitlist_model.h - the plain waitlist by hand: scenarios/library/waitlist.yaml and nothing else, every
 * number a constant of the program. docs/BENCH.md defines the model and the counts.
 *
 * A program includes this after it has defined its pending events:
 *
 *   bool queue_init(queue *q, uint32_t shoppers);
 *   void queue_put(queue *q, double at, uint32_t what);        at: days, not before the last one got
 *   bool queue_get(queue *q, double *at, uint32_t *what);      the earliest; false if there is none
 *
 * `what` is a kind and a number; each shopper has at most one pending visit.
 */
#ifndef WAITLIST_MODEL_H
#define WAITLIST_MODEL_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "waitlist_draws.h"

enum { SIZES = 6, BATCH = 200, MIN_STOCK = 5 };
static const double share[SIZES] = {0.10, 0.16, 0.22, 0.22, 0.18, 0.12};

#define DAYS         60.0
#define EVERY        (10.0 / 1440)
#define VISITS       0.12   /* a day and shopper, mean of an exponential spread */
#define ORGANIC      0.01   /* a day and shopper of the shop */
#define UNITS        0.0075 /* of a restock and of the start, a shopper of the shop */
#define VISIT_BUYS   0.03
#define SIGNS_UP     0.5
#define HELD_OUT     0.1
#define OPENS        0.35
#define OPEN_MEDIAN  (40.0 / 1440)
#define OPEN_SIGMA   1.5
#define LANDING_BUYS 0.3
#define LEAD_SHAPE   4 /* gamma, cv 0.5 */
#define LEAD_MEAN    5.0
#define UNITS_CV     0.5

/* of a shopper, above the three bits of her size */
enum { HELD = 8, WAITS = 16, WANTS = 32, SIZE_BITS = 7 };

typedef struct {
    uint32_t *ring; /* those who wait, first come first told; room for all of this size */
    uint32_t room, head, n;
    int64_t units;
    double organic_gap, batch_at; /* batch_at: the one event of this size that is not stale; < 0: none */
} size_line;

typedef struct {
    uint64_t visits, organic_arrivals, organic_orders, restocks, batches, sends, ghosts, opens, clicks;
    uint64_t sold_out_clicks, orders, joined;
} counts;

typedef struct {
    queue q;
    draws d;
    double now, units_mean;
    uint32_t shoppers;
    uint8_t *state;
    float *gap; /* mean days between her visits */
    size_line size[SIZES];
    counts n;
} world;

static inline void schedule(world *w, double at, uint32_t what) {
    if (at < DAYS) queue_put(&w->q, at, what);
}

static void take_unit(world *w, uint32_t v) {
    w->n.orders++;
    if (--w->size[v].units > 0) return;
    w->size[v].batch_at = -1;
    double lead = 0;
    for (int i = 0; i < LEAD_SHAPE; i++)
        lead += draws_exponential(&w->d);
    schedule(w, w->now + lead * (LEAD_MEAN / LEAD_SHAPE), RESTOCK | v);
}

static void shopper_buys(world *w, uint32_t who) {
    w->state[who] &= (uint8_t)~WANTS;
    take_unit(w, w->state[who] & SIZE_BITS);
}

static void on_visit(world *w, uint32_t who) {
    w->n.visits++;
    schedule(w, w->now + w->gap[who] * draws_exponential(&w->d), VISIT | who);
    uint8_t state = w->state[who];
    size_line *line = &w->size[state & SIZE_BITS];
    if (line->units > 0) {
        if (draws_yes(&w->d, VISIT_BUYS)) shopper_buys(w, who);
    } else if (draws_yes(&w->d, SIGNS_UP)) {
        w->state[who] = state | WAITS | WANTS;
        if (state & WAITS) return;
        uint32_t tail = line->head + line->n++;
        line->ring[tail < line->room ? tail : tail - line->room] = who;
        w->n.joined++;
    }
}

static void on_organic(world *w, uint32_t v) {
    w->n.organic_arrivals++;
    schedule(w, w->now + w->size[v].organic_gap * draws_exponential(&w->d), ORGANIC_BUYER | v);
    if (w->size[v].units == 0) return;
    w->n.organic_orders++;
    take_unit(w, v);
}

static void tell(world *w, uint32_t who) {
    w->state[who] &= (uint8_t)~WAITS;
    if (w->state[who] & HELD) {
        w->n.ghosts++;
        return;
    }
    w->n.sends++;
    if (!draws_yes(&w->d, OPENS)) return;
    schedule(w, w->now + OPEN_MEDIAN * exp(OPEN_SIGMA * draws_normal(&w->d)), OPEN | who);
}

static void batch(world *w, uint32_t v) {
    size_line *line = &w->size[v];
    w->n.batches++;
    for (int i = 0; i < BATCH && line->n > 0; i++) {
        uint32_t who = line->ring[line->head];
        if (++line->head == line->room) line->head = 0;
        line->n--;
        tell(w, who);
    }
    line->batch_at = line->n > 0 ? w->now + EVERY : -1;
    if (line->n > 0) schedule(w, line->batch_at, BATCH_DUE | v);
}

static void on_restock(world *w, uint32_t v) {
    w->n.restocks++;
    double s2 = log(1 + UNITS_CV * UNITS_CV);
    double units = w->units_mean * exp(sqrt(s2) * draws_normal(&w->d) - s2 / 2);
    w->size[v].units = units < 1 ? 1 : (int64_t)(units + 0.5);
    if (w->size[v].units >= MIN_STOCK && w->size[v].n > 0) batch(w, v);
}

/* A batch that finds too few units is the last of its restock: units only grow again after a stockout. */
static void on_batch_due(world *w, uint32_t v) {
    if (w->size[v].batch_at == w->now && w->size[v].units >= MIN_STOCK) batch(w, v);
}

static void on_open(world *w, uint32_t who) {
    w->n.opens++;
    if (!(w->state[who] & WANTS)) return;
    w->n.clicks++;
    if (w->size[w->state[who] & SIZE_BITS].units == 0)
        w->n.sold_out_clicks++;
    else if (draws_yes(&w->d, LANDING_BUYS))
        shopper_buys(w, who);
}

static void run(world *w) {
    uint32_t what;
    while (queue_get(&w->q, &w->now, &what)) {
        uint32_t number = what & NUMBER;
        switch (what & ~NUMBER) {
        case VISIT: on_visit(w, number); break;
        case OPEN: on_open(w, number); break;
        case ORGANIC_BUYER: on_organic(w, number); break;
        case BATCH_DUE: on_batch_due(w, number); break;
        case RESTOCK: on_restock(w, number); break;
        }
    }
}

static bool populate(world *w) {
    uint32_t n = w->shoppers, of_size[SIZES] = {0};
    w->state = malloc(n);
    w->gap = malloc(n * sizeof *w->gap);
    if (!w->state || !w->gap || !queue_init(&w->q, n)) return false;
    for (uint32_t i = 0; i < n; i++) {
        double u = draws_unit(&w->d);
        uint8_t v = 0;
        while (v < SIZES - 1 && u >= share[v])
            u -= share[v++];
        of_size[v]++;
        w->state[i] = (uint8_t)(v | (draws_yes(&w->d, HELD_OUT) ? HELD : 0));
        w->gap[i] = (float)(1 / (VISITS * draws_exponential(&w->d)));
        schedule(w, w->gap[i] * draws_exponential(&w->d), VISIT | i);
    }
    w->units_mean = UNITS * n;
    for (uint32_t v = 0; v < SIZES; v++) {
        size_line *line = &w->size[v];
        line->room = of_size[v] + 1;
        line->ring = malloc(line->room * sizeof *line->ring);
        if (!line->ring) return false;
        line->units = llround(w->units_mean);
        line->organic_gap = 1 / (ORGANIC * n * share[v]);
        line->batch_at = -1;
        schedule(w, line->organic_gap * draws_exponential(&w->d), ORGANIC_BUYER | v);
    }
    return true;
}

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void report(const world *w, const char *program, uint64_t seed, double loop_s) {
    const counts *n = &w->n;
    uint64_t events = n->visits + n->organic_arrivals + n->restocks + n->batches + 2 * n->sends + n->ghosts +
                      n->opens + n->orders; /* each send is a send and a delivery */
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    printf("{\"program\": \"%s\", \"shoppers\": %u, \"seed\": %llu, \"loop_s\": %.6f, \"events\": %llu",
           program, w->shoppers, (unsigned long long)seed, loop_s, (unsigned long long)events);
    const struct {
        const char *name;
        uint64_t n;
    } row[] = {{"visits", n->visits},
               {"organic_arrivals", n->organic_arrivals},
               {"organic_orders", n->organic_orders},
               {"restocks", n->restocks},
               {"batches", n->batches},
               {"sends", n->sends},
               {"ghosts", n->ghosts},
               {"opens", n->opens},
               {"clicks", n->clicks},
               {"sold_out_clicks", n->sold_out_clicks},
               {"orders", n->orders},
               {"joined", n->joined}};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        printf(", \"%s\": %llu", row[i].name, (unsigned long long)row[i].n);
    printf(", \"peak_rss_kib\": %ld}\n", used.ru_maxrss);
}

static bool trial(const char *program, uint32_t shoppers, uint64_t seed) {
    world *w = calloc(1, sizeof *w);
    if (!w) return false;
    w->shoppers = shoppers;
    draws_init(&w->d, seed);
    bool good = populate(w);
    if (good) {
        double start = seconds();
        run(w);
        report(w, program, seed, seconds() - start);
    }
    for (uint32_t v = 0; v < SIZES; v++)
        free(w->size[v].ring);
    free(w->state);
    free(w->gap);
    queue_free(&w->q);
    free(w);
    return good;
}

static int waitlist_main(const char *program, int argc, char **argv) {
    long shoppers = argc == 3 || argc == 4 ? strtol(argv[1], NULL, 10) : 0;
    long trials = argc == 4 ? strtol(argv[3], NULL, 10) : 1;
    if (shoppers < 1 || shoppers > 100000000 || trials < 1) {
        fprintf(stderr, "Usage: %s SHOPPERS SEED [TRIALS]\n", program);
        return 2;
    }
    uint64_t seed = strtoull(argv[2], NULL, 10);
    for (long i = 0; i < trials; i++)
        if (!trial(program, (uint32_t)shoppers, seed + (uint64_t)i)) {
            fprintf(stderr, "%s: out of memory\n", program);
            return 1;
        }
    return 0;
}

#endif
