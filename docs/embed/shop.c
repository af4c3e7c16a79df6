/* SPDX-License-Identifier: MIT
 *
 * shop.c - a shop that embeds libbis; see docs/EMBED.md. Size 42 comes back, and six people wait for it.
 */
#include <bis/bis.h>
#include <stdio.h>
#include <stdlib.h>

#define MINUTES(n) ((bis_time)(n)*60000)
enum { SIZE_42, ANN = 0, EVE = 4, PEOPLE = 6 };
static const char *const name[PEOPLE] = {"ann", "ben", "cleo", "dora", "eve", "finn"};

static const bis_event message[] = {
    {MINUTES(60), BIS_EV_STOCK, BIS_NO_ID, SIZE_42, .as.stock = {.level = 5, .version = 2}},
    {MINUTES(61), BIS_EV_RECEIPT, ANN, SIZE_42, .as.receipt = {.touch = 0, .what = BIS_RECEIPT_UNREGISTERED}},
    {MINUTES(63), BIS_EV_INTEREST, ANN, SIZE_42, .as.interest = {.source = BIS_NOTIFY_ME, .quantity = 1}},
    {MINUTES(64), BIS_EV_ORDER, EVE, SIZE_42, .as.order = {.quantity = 1}},
};

static uint64_t hash(const char *id) { /* FNV-1a. Any hash will do that stays the same for good. */
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    while (*id)
        h = (h ^ (unsigned char)*id++) * UINT64_C(0x100000001b3);
    return h;
}

/* After each call. A service journals all decisions, and then pushes those that are `sent`. */
static void carry_out(bis_engine *engine, bis_status status) {
    const bis_decision *d;
    if (status != BIS_OK) fprintf(stderr, "shop: %s\n", bis_status_text(status)), exit(1);
    for (size_t n = bis_engine_outbox(engine, &d); n > 0; n--, d++) {
        printf("%3d min  %-5s %s, ", (int)(d->at / MINUTES(1)), name[d->shopper],
               bis_outcome_name(d->outcome));
        d->reason ? printf("%s\n", bis_reason_name(d->reason)) : printf("touch %u\n", (unsigned)d->touch);
    }
}

int main(void) {
    bis_policy policy;
    bis_engine *engine;
    bis_policy_default(&policy);
    policy.throttle.mode = BIS_THROTTLE_BATCH;
    policy.throttle.size = 2;
    policy.throttle.every = MINUTES(10);
    policy.holdout.fraction = 0.2;
    if (bis_policy_check(&policy) || bis_engine_create(&policy, NULL, &engine) != BIS_OK) return 1;

    bis_event sold_out = {0, BIS_EV_STOCK, BIS_NO_ID, SIZE_42, .as.stock = {.level = 0, .version = 1}};
    carry_out(engine, bis_engine_apply(engine, &sold_out));
    for (bis_id i = 0; i < PEOPLE; i++) { /* what the shop knows before the day begins */
        bis_event profile = {0, BIS_EV_PROFILE, i, BIS_NO_ID,
                             .as.profile = {.hash = hash(name[i]), .devices = 1}};
        bis_event asks = {0, BIS_EV_INTEREST, i, SIZE_42, .as.interest = {BIS_NOTIFY_ME, 1}};
        profile.as.profile.push_optin = true;
        carry_out(engine, bis_engine_apply(engine, &profile));
        carry_out(engine, bis_engine_apply(engine, &asks));
    }
    for (size_t i = 0; i < sizeof message / sizeof message[0]; i++)
        carry_out(engine, bis_engine_apply(engine, &message[i]));
    /* A service sleeps until then, or until the next message comes. */
    for (bis_time wake; (wake = bis_engine_next_wake(engine)) <= MINUTES(120);)
        carry_out(engine, bis_engine_advance(engine, wake));

    bis_ledger ledger;
    bis_engine_ledger(engine, &ledger);
    printf("%u restock, %u candidates\n", (unsigned)ledger.restocks, (unsigned)ledger.candidates);
    bis_engine_destroy(engine);
}
