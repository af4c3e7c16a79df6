/* SPDX-License-Identifier: MIT
 *
 * shop.c - a shop that embeds libbis: a sneaker comes back in size 42, and six people wait for it.
 *
 * docs/EMBED.md goes through it. The times are made up; a service has them from its clock and its messages.
 */
#include <bis/bis.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define MINUTES(n) ((bis_time)(n)*60000)
enum { SIZE_42, SNEAKER = 0, SHOES = 0, ANN = 0, EVE = 4, PEOPLE = 6 };
static const char *const name[PEOPLE] = {"ann", "ben", "cleo", "dora", "eve", "finn"};

static const bis_event message[] = {
    {MINUTES(60), BIS_EV_STOCK, BIS_NO_ID, SIZE_42, .as.stock = {.level = 5, .version = 2}},
    {MINUTES(61), BIS_EV_RECEIPT, ANN, SIZE_42, .as.receipt = {.touch = 0, .what = BIS_RECEIPT_UNREGISTERED}},
    {MINUTES(63), BIS_EV_INTEREST, ANN, SIZE_42, .as.interest = {.source = BIS_NOTIFY_ME, .quantity = 1}},
    {MINUTES(64), BIS_EV_ORDER, EVE, SIZE_42, .as.order = {.quantity = 1}},
    {MINUTES(64), BIS_EV_STOCK, BIS_NO_ID, SIZE_42, .as.stock = {.level = 4, .version = 3}},
};

static void must(bis_status status) {
    if (status == BIS_OK) return;
    fprintf(stderr, "shop: %s\n", bis_status_text(status));
    exit(1);
}

/* FNV-1a. Any hash will do that stays the same for good. */
static uint64_t hash(const char *id) {
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (; *id; id++)
        h = (h ^ (unsigned char)*id) * UINT64_C(0x100000001b3);
    return h;
}

/* A service journals all decisions, and then pushes those that are `sent`. */
static void carry_out(bis_engine *engine) {
    const bis_decision *d;
    for (size_t n = bis_engine_outbox(engine, &d); n > 0; n--, d++) {
        const char *whom = d->shopper == BIS_NO_ID ? "" : name[d->shopper];
        printf("%3d min  %-5s %s", (int)(d->at / MINUTES(1)), whom, bis_outcome_name(d->outcome));
        if (d->reason != BIS_NO_REASON) printf(", %s", bis_reason_name(d->reason));
        if (d->touch != BIS_NO_ID) printf(", touch %" PRIu32, d->touch);
        printf("\n");
    }
}

static void tell(bis_engine *engine, const bis_event *event) {
    must(bis_engine_apply(engine, event));
    carry_out(engine);
}

/* What the shop knows before the day begins: the size is sold out, and who waits for it. */
static void begin(bis_engine *engine) {
    bis_event sneaker = {0, BIS_EV_CATALOG, BIS_NO_ID, SIZE_42, .as.catalog = {.product = SNEAKER}};
    bis_event sold_out = {0, BIS_EV_STOCK, BIS_NO_ID, SIZE_42, .as.stock = {.level = 0, .version = 1}};
    sneaker.as.catalog.category = SHOES;
    tell(engine, &sneaker);
    tell(engine, &sold_out);
    for (bis_id i = 0; i < PEOPLE; i++) {
        bis_event profile = {0, BIS_EV_PROFILE, i, BIS_NO_ID, .as.profile = {.hash = hash(name[i])}};
        bis_event asks = {0, BIS_EV_INTEREST, i, SIZE_42, .as.interest = {.source = BIS_NOTIFY_ME}};
        profile.as.profile.devices = 1;
        profile.as.profile.push_optin = true;
        asks.as.interest.quantity = 1;
        tell(engine, &profile);
        tell(engine, &asks);
    }
}

int main(void) {
    bis_policy policy;
    bis_policy_default(&policy);
    policy.throttle.mode = BIS_THROTTLE_BATCH;
    policy.throttle.size = 2;
    policy.throttle.every = MINUTES(10);
    policy.holdout.fraction = 0.2;
    const char *wrong = bis_policy_check(&policy);
    if (wrong) fprintf(stderr, "shop: the policy: %s\n", wrong);
    bis_engine *engine;
    must(bis_engine_create(&policy, NULL, &engine));

    begin(engine);
    for (size_t i = 0; i < sizeof message / sizeof message[0]; i++)
        tell(engine, &message[i]);
    bis_time wake; /* a service sleeps until then, or until the next message comes */
    while ((wake = bis_engine_next_wake(engine)) <= MINUTES(120)) {
        must(bis_engine_advance(engine, wake));
        carry_out(engine);
    }

    bis_ledger ledger;
    bis_engine_ledger(engine, &ledger);
    printf("%" PRIu64 " restock, %" PRIu64 " candidates\n", ledger.restocks, ledger.candidates);
    bis_engine_destroy(engine);
    return 0;
}
