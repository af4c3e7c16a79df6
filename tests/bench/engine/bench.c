/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench.c - one restock with a million waiting shoppers.
 *
 *   bench [--shoppers N] [--rounds N] FILE.csv
 *
 * With every rule of the pipeline on, and with as few as can be: how long from the stock event to the first
 * batch decided, and how many decisions a second until the whole line is decided; bytes an open interest, at
 * the most. Shoppers stand in line in an order of their own, so records are met as they lie in a shop's
 * memory, not in sequence. The median of the rounds; each is a new engine.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/bis.h"
#include "sim/memory.h"
#include "tests/bench/bench.h"

#define MINUTE INT64_C(60000)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

enum { ROUNDS_MAX = 21, BATCH = 1000 };

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void check(bis_status status) {
    if (status != BIS_OK) stop(bis_status_text(status));
}

static uint64_t draw(uint64_t *state) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

static bis_policy few_rules(void) {
    bis_policy p;
    bis_policy_default(&p);
    p.consent.require_optin = p.consent.behavioural_needs_consent = false;
    p.recent_purchase.window = p.recent_notice.window = 0;
    p.trigger.expire_after = 0;
    p.throttle.size = BATCH;
    p.throttle.every = MINUTE;
    return p;
}

static bis_policy all_rules(void) {
    bis_policy p = few_rules();
    p.consent.require_optin = p.consent.behavioural_needs_consent = true;
    p.consent.regions = 1;
    snprintf(p.consent.region[0].name, sizeof p.consent.region[0].name, "EU");
    p.interest.requested_quantity = BIS_QUANTITY_REQUIRE;
    p.recent_purchase = (bis_recent_setup){.window = 14 * DAY};
    p.recent_return = (bis_recent_setup){.window = 14 * DAY, .scope = BIS_SCOPE_PRODUCT};
    p.recent_notice = (bis_recent_setup){.window = 2 * DAY, .scope = BIS_SCOPE_PRODUCT, .on = BIS_ON_DEFER};
    p.caps.n = 2;
    p.caps.cap[0] = (bis_cap){.count = 3, .per = 7 * DAY, .channels = 0xf, .obeys = 0x1f, .counts = 0x1f};
    p.caps.cap[1] = (bis_cap){.count = 1,
                              .per = DAY,
                              .window = BIS_CAP_CALENDAR_DAY,
                              .channels = 0x1,
                              .obeys = 0x1f,
                              .counts = 0x1f};
    p.holdout.fraction = 0.1;
    p.priority.mode = BIS_PRIORITY_WEIGHTED;
    p.priority.fair_share = 0.2;
    p.stages.n = 2;
    p.stages.stage[0] = (bis_stage){.tiers = 0x2, .sources = 0xf};
    p.stages.stage[1] = (bis_stage){.after = 2 * HOUR, .tiers = UINT32_MAX, .sources = 0xf};
    p.quiet.start = 22 * HOUR;
    p.quiet.end = 8 * HOUR;
    p.templates.n = 2;
    p.templates.text[0].weight = p.templates.text[1].weight = 1;
    p.reminder.after = DAY;
    p.channels.n = 1;
    p.channels.followup[0] = (bis_followup){.channel = BIS_EMAIL, .after = 12 * HOUR};
    return p;
}

/* ---- a shop ---- */

static const bis_zone_step steps[] = {{INT64_MIN / 4, -5 * HOUR}, {70 * DAY, -4 * HOUR}};
static const bis_zone zones[] = {{NULL, 0}, {steps, 2}};

static void fill(bis_engine *e, bis_id shoppers, const bis_id *order) {
    bis_event ev = {.kind = BIS_EV_PROFILE, .sku = BIS_NO_ID};
    check(bis_engine_zone(e, 1, &zones[1]));
    for (bis_id i = 0; i < shoppers; i++) {
        uint64_t state = i;
        ev.shopper = i;
        ev.as.profile.hash = draw(&state) << 32 | draw(&state);
        ev.as.profile.value = (float)(draw(&state) % 1000);
        ev.as.profile.tier = (uint8_t)(draw(&state) % 3);
        ev.as.profile.devices = (uint8_t)(draw(&state) % 20 ? 1 : 0);
        ev.as.profile.region = (uint8_t)(draw(&state) % 2);
        ev.as.profile.zone = (uint8_t)(draw(&state) % 2);
        ev.as.profile.push_optin = draw(&state) % 10 > 0;
        ev.as.profile.email_optin = ev.as.profile.behavioural_consent = draw(&state) % 2;
        check(bis_engine_apply(e, &ev));
    }
    ev = (bis_event){.kind = BIS_EV_STOCK, .shopper = BIS_NO_ID, .sku = 0};
    check(bis_engine_apply(e, &ev));
    ev.kind = BIS_EV_INTEREST;
    for (bis_id i = 0; i < shoppers; i++) {
        ev.at = i;
        ev.shopper = order[i];
        ev.as.interest.source = (bis_source)(order[i] % 3);
        ev.as.interest.quantity = 1;
        check(bis_engine_apply(e, &ev));
    }
}

typedef struct {
    double first, all; /* seconds to the first batch, and until the line is decided */
    uint64_t decisions;
    double bytes; /* an interest */
} result;

static uint64_t take(bis_engine *e) {
    const bis_decision *d;
    return bis_engine_outbox(e, &d);
}

static result measure(const bis_policy *p, bis_id shoppers, const bis_id *order) {
    result r = {0};
    bis_engine *e;
    size_t interests;
    const bis_allocator large_pages = {.resize = sim_memory_resize};
    check(bis_engine_create(p, &large_pages, &e));
    check(bis_engine_reserve(e, shoppers, 1, shoppers));
    fill(e, shoppers, order);
    take(e);
    bis_event ev = {.at = 70 * DAY + 14 * HOUR, .kind = BIS_EV_STOCK, .shopper = BIS_NO_ID};
    ev.as.stock.level = 1000000;
    ev.as.stock.as_of = ev.at;
    ev.as.stock.version = 1;
    double start = now();
    check(bis_engine_apply(e, &ev));
    r.first = now() - start;
    bis_engine_memory(e, &interests);
    r.bytes = (double)interests / shoppers;
    r.decisions = take(e);
    for (bis_time wake;
         bis_engine_restock(e, 0)->closed == BIS_NEVER && (wake = bis_engine_next_wake(e)) != BIS_NEVER;) {
        check(bis_engine_advance(e, wake));
        r.decisions += take(e);
    }
    r.all = now() - start;
    if (r.decisions < shoppers) stop("someone was left undecided");
    bis_engine_destroy(e);
    return r;
}

/* ---- the table ---- */

static int by_all(const void *a, const void *b) {
    const result *x = a, *y = b;
    return (x->all > y->all) - (x->all < y->all);
}

static void report(FILE *csv, const char *rules, const bis_policy *p, bis_id shoppers, int rounds,
                   const bis_id *order) {
    result r[ROUNDS_MAX];
    for (int i = 0; i < rounds; i++)
        r[i] = measure(p, shoppers, order);
    qsort(r, (size_t)rounds, sizeof r[0], by_all);
    result m = r[rounds / 2];
    double rate = (double)m.decisions / m.all;
    printf("%-10s %12u %14.1f %12.3f %14.2f %14.1f\n", rules, shoppers, m.first * 1e3, m.all, rate / 1e6,
           m.bytes);
    fprintf(csv, "%s,%u,%.6f,%.6f,%" PRIu64 ",%.0f,%.2f\n", rules, shoppers, m.first, m.all, m.decisions,
            rate, m.bytes);
}

static bis_id *shuffled(bis_id n) {
    bis_id *order = malloc(n * sizeof *order);
    uint64_t state = 1;
    if (!order) stop("no memory");
    for (bis_id i = 0; i < n; i++) {
        bis_id j = (bis_id)(draw(&state) % (i + 1));
        order[i] = order[j];
        order[j] = i;
    }
    return order;
}

int main(int argc, char **argv) {
    long shoppers = 1000000, rounds = 5;
    const char *path = NULL;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--shoppers") == 0 && i + 1 < argc)
            shoppers = strtol(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--rounds") == 0 && i + 1 < argc)
            rounds = strtol(argv[++i], NULL, 10);
        else
            path = argv[i];
    }
    if (!path || shoppers < 1 || shoppers > 100000000 || rounds < 1 || rounds > ROUNDS_MAX)
        stop("usage: bench [--shoppers N] [--rounds N] FILE.csv");
    FILE *csv = fopen(path, "w");
    if (!csv) stop("cannot write the CSV file");
    fprintf(csv, "rules,shoppers,first_batch_s,all_s,decisions,decisions_per_s,bytes_per_interest\n");
    printf("%-10s %12s %14s %12s %14s %14s\n", "rules", "waiting", "first, ms", "all, s", "M decisions/s",
           "bytes each");
    bis_id *order = shuffled((bis_id)shoppers);
    bis_policy few = few_rules(), all = all_rules();
    report(csv, "few", &few, (bis_id)shoppers, (int)rounds, order);
    report(csv, "all", &all, (bis_id)shoppers, (int)rounds, order);
    free(order);
    if (fclose(csv) != 0) stop("cannot write the CSV file");
    return 0;
}
