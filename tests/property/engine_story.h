/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine_story.h - what the engine says to a stream of events, from beginning to end, and how two such
 * stories are compared. For engine_metamorphic.c alone.
 */
#ifndef TESTS_ENGINE_STORY_H
#define TESTS_ENGINE_STORY_H

#include "tests/property/engine_stream.h"

enum { SAID = 6000 };

/* ---- a stream, and the story that comes of it -------------------------------------------------------- */

typedef struct {
    bool passes; /* only time does, until event.at */
    bis_event event;
} step;

typedef struct {
    step step[STEPS];
    int n;
} stream;

typedef struct {
    bis_decision said[SAID];
    int n;
    bis_ledger books;
} story;

static int trial;

static inline void take_outbox(bis_engine *e, story *s) {
    const bis_decision *d;
    size_t n = bis_engine_outbox(e, &d);
    assert_true((size_t)s->n + n <= SAID);
    for (size_t i = 0; i < n; i++)
        s->said[s->n++] = d[i];
}

static inline bis_id touches_in(const story *s) {
    bis_id n = 0;
    for (int i = 0; i < s->n; i++)
        n += s->said[i].touch != BIS_NO_ID;
    return n;
}

/* A stream does not know the touches: its receipts are for one of those that there are. */
static inline bool aim_receipt(bis_event *e, const story *s) {
    bis_id n = touches_in(s);
    if (n == 0) return false;
    e->as.receipt.touch %= n;
    for (int i = 0; i < s->n; i++)
        if (s->said[i].touch == e->as.receipt.touch) {
            e->shopper = s->said[i].shopper;
            e->sku = s->said[i].sku;
        }
    return true;
}

/* The ledger conserves: what came in is what went out, in each restock and in all. */
static inline void check_books(bis_engine *e, story *s) {
    const char *why = "";
    if (!bis_engine_validate(e, &why)) fail_msg("trial %d: %s", trial, why);
    bis_engine_ledger(e, &s->books);
    uint64_t candidates = 0, states = 0, later = 0, later_said = 0;
    for (size_t i = 0; i < bis_engine_restock_count(e); i++) {
        const bis_restock *r = bis_engine_restock(e, (bis_id)i);
        uint32_t left = 0;
        for (int o = 0; o < BIS_OUTCOME_COUNT; o++)
            left += r->outcome[o];
        assert_int_equal(left, r->candidates);
        candidates += r->candidates;
    }
    for (int o = 0; o < BIS_OUTCOME_COUNT; o++)
        for (int r = 0; r < BIS_REASON_COUNT; r++)
            states += s->books.n[o][r];
    for (int k = 0; k < BIS_KIND_COUNT; k++)
        for (int c = 0; c < BIS_CHANNEL_COUNT; c++)
            later += s->books.later[k][c][BIS_TREATED] + s->books.later[k][c][BIS_HELD_OUT];
    for (int i = 0; i < s->n; i++)
        later_said += s->said[i].kind != BIS_KIND_RESTOCK;
    assert_int_equal(s->books.candidates, candidates);
    assert_int_equal(s->books.candidates, states);
    assert_int_equal(later, later_said);
}

static inline void tell(const bis_policy *p, const stream *in, story *out) {
    bis_engine *e = NULL;
    const char *wrong = bis_policy_check(p);
    if (wrong) fail_msg("trial %d: %s", trial, wrong);
    out->n = 0;
    assert_int_equal(bis_engine_create(p, NULL, &e), BIS_OK);
    for (int i = 1; i < ZONES; i++)
        assert_int_equal(bis_engine_zone(e, (uint8_t)i, zone_table(i)), BIS_OK);
    for (int i = 0; i < in->n; i++) {
        bis_event event = in->step[i].event;
        if (in->step[i].passes || (event.kind == BIS_EV_RECEIPT && !aim_receipt(&event, out)))
            assert_int_equal(bis_engine_advance(e, event.at), BIS_OK);
        else
            assert_int_equal(bis_engine_apply(e, &event), BIS_OK);
        take_outbox(e, out);
    }
    assert_int_equal(bis_engine_settle(e, in->step[in->n - 1].event.at), BIS_OK);
    take_outbox(e, out);
    check_books(e, out);
    bis_engine_destroy(e);
}

/* ---- comparing stories ------------------------------------------------------------------------------- */

static inline bool same_time(bis_time a, bis_time b, bis_time shift) {
    return a == BIS_NEVER || b == BIS_NEVER ? a == b : a + shift == b;
}

static inline bool same_times(const bis_decision *a, const bis_decision *b, bis_time shift) {
    return same_time(a->at, b->at, shift) && same_time(a->assigned_at, b->assigned_at, shift) &&
           same_time(a->place, b->place, shift) && same_time(a->send_at, b->send_at, shift) &&
           same_time(a->again_at, b->again_at, shift) && same_time(a->back_by, b->back_by, shift) &&
           same_time(a->back_from, b->back_from, shift);
}

/* All but times, ids, and what tells a ghost from a send. */
static inline bool same_numbers(const bis_decision *a, const bis_decision *b) {
    return a->level == b->level && a->restock == b->restock && a->touch == b->touch &&
           a->follows == b->follows && a->n == b->n && a->reason == b->reason && a->source == b->source &&
           a->kind == b->kind && a->channel == b->channel && a->turn == b->turn && a->count == b->count &&
           a->limit == b->limit && !(a->chance < b->chance) && !(a->chance > b->chance) &&
           a->template_id == b->template_id;
}

static inline bool same_fate(const bis_decision *a, const bis_decision *b) {
    return a->outcome == b->outcome && a->arm == b->arm && a->devices == b->devices;
}

static inline bool same_ids(const bis_decision *a, const bis_decision *b) {
    return a->shopper == b->shopper && a->sku == b->sku;
}

static inline void told_apart(const bis_decision *a, const bis_decision *b) {
    fail_msg("trial %d: restock %d shopper %d sku %d at %.6g %s/%s, and then restock %d shopper %d sku %d at "
             "%.6g %s/%s",
             trial, (int)a->restock, (int)a->shopper, (int)a->sku, (double)a->at / UNIT,
             bis_outcome_name(a->outcome), bis_reason_name(a->reason), (int)b->restock, (int)b->shopper,
             (int)b->sku, (double)b->at / UNIT, bis_outcome_name(b->outcome), bis_reason_name(b->reason));
}

/* When a shopper was first told that it is back, as a ghost or not; BIS_NEVER if she was not. */
static inline bis_time first_told(const story *s, bis_id shopper) {
    for (int i = 0; i < s->n; i++)
        if (s->said[i].touch != BIS_NO_ID && s->said[i].kind == BIS_KIND_RESTOCK &&
            s->said[i].shopper == shopper)
            return s->said[i].at;
    return BIS_NEVER;
}

static inline int told_in(const story *s) {
    int n = 0;
    for (int i = 0; i < s->n; i++)
        n += s->said[i].touch != BIS_NO_ID && s->said[i].kind == BIS_KIND_RESTOCK;
    return n;
}

#endif
