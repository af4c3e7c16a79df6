/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * blob.c - see blob.h.
 *
 * Layout: header (magic, version, hash of all names, size of the body, checksum of the body), then the fields
 * in the order of all_fields(). One function names each field for both ways, so that they cannot drift apart.
 */
#include "store/blob.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/row.h"

enum { VERSION = 6, HEADER = 36, WORD_MAX = 255 };
static const unsigned char magic[8] = {'r', 'l', 'a', 'b', 't', 'r', 'i', '\n'};

typedef struct {
    bool writing;
    bool bad;       /* reading: not such bytes */
    bool no_memory; /* either way */
    unsigned char *to;
    size_t used, room; /* writing */
    const unsigned char *from;
    size_t left;      /* reading */
    store_run *owner; /* reading: of texts */
} cursor;

/* FNV-1a, 64 bits. */
static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t size) {
    const unsigned char *p = bytes;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ p[i]) * 0x100000001b3;
    return hash;
}

static uint64_t hash_text(uint64_t hash, const char *text) {
    return hash_bytes(hash, text, strlen(text) + 1);
}

/* What the numbers stand for: another set or order of counts is another layout. */
static uint64_t layout(void) {
    uint64_t hash = 0xcbf29ce484222325;
    for (int i = 0; i < STORE_TALLY_COUNT; i++)
        hash = hash_text(hash, store_tally_name((store_tally)i));
    for (int i = 0; i < STORE_HIST_COUNT; i++)
        hash = hash_text(hash, store_hist_name((store_hist_id)i));
    for (int i = 0; i < STORE_SERIES_COUNT; i++)
        hash = hash_text(hash, store_series_name((store_series)i));
    for (int i = 0; i < STORE_SINCE_COUNT; i++)
        hash = hash_text(hash, store_since_name((store_since)i));
    const unsigned char sizes[] = {STORE_POPULATIONS, STORE_ARMS,       STORE_OUTCOMES,
                                   STORE_TIERS,       STORE_TEMPLATES,  STORE_POLICY_ARMS,
                                   STORE_BINS,        STORE_SINCE_BINS, STORE_HIST_BINS % 251};
    return hash_bytes(hash, sizes, sizeof sizes);
}

/* ---- one value ---- */

static unsigned char *room_for(cursor *c, size_t n) {
    if (c->no_memory) return NULL;
    if (c->room - c->used < n) {
        size_t room = (c->room + n) * 2;
        unsigned char *to = realloc(c->to, room);
        if (!to) {
            c->no_memory = true;
            return NULL;
        }
        c->to = to;
        c->room = room;
    }
    c->used += n;
    return c->to + c->used - n;
}

static const unsigned char *next(cursor *c, size_t n) {
    if (c->bad || c->left < n) {
        c->bad = true;
        return NULL;
    }
    c->from += n;
    c->left -= n;
    return c->from - n;
}

static void put_little(unsigned char *p, uint64_t v, size_t bytes) {
    for (size_t i = 0; i < bytes; i++)
        p[i] = (unsigned char)(v >> (8 * i));
}

static uint64_t get_little(const unsigned char *p, size_t bytes) {
    uint64_t v = 0;
    for (size_t i = 0; i < bytes; i++)
        v |= (uint64_t)p[i] << (8 * i);
    return v;
}

/* An unsigned number of that many bytes; 0 once reading has gone wrong. */
static uint64_t whole(cursor *c, uint64_t v, size_t bytes) {
    if (c->writing) {
        unsigned char *p = room_for(c, bytes);
        if (p) put_little(p, v, bytes);
        return v;
    }
    const unsigned char *p = next(c, bytes);
    return p ? get_little(p, bytes) : 0;
}

static void u32(cursor *c, uint32_t *v) {
    uint32_t got = (uint32_t)whole(c, *v, 4);
    if (!c->writing) *v = got; /* what is written may be constant memory */
}

static void u64(cursor *c, uint64_t *v) {
    uint64_t got = whole(c, *v, 8);
    if (!c->writing) *v = got;
}

static void i64(cursor *c, int64_t *v) {
    uint64_t bits;
    memcpy(&bits, v, sizeof bits);
    bits = whole(c, bits, 8);
    if (!c->writing) memcpy(v, &bits, sizeof bits);
}

static void real(cursor *c, double *v) {
    uint64_t bits;
    memcpy(&bits, v, sizeof bits);
    bits = whole(c, bits, 8);
    if (!c->writing) memcpy(v, &bits, sizeof bits);
}

/* A number below `count`. */
static unsigned choice(cursor *c, unsigned v, unsigned count) {
    v = (unsigned)whole(c, v, 1);
    if (v < count) return v;
    c->bad = true;
    return 0;
}

static void arm(cursor *c, store_arm *v) {
    store_arm got = (store_arm)choice(c, (unsigned)*v, STORE_ARMS);
    if (!c->writing) *v = got;
}

static void boolean(cursor *c, bool *v) {
    bool got = choice(c, *v, 2);
    if (!c->writing) *v = got;
}

static void word(cursor *c, const char **v) {
    const char *text = c->writing && *v ? *v : "";
    size_t n = strlen(text);
    if (n > WORD_MAX) n = WORD_MAX; /* names of ours: none is near */
    n = (size_t)whole(c, n, 1);
    if (c->writing) {
        unsigned char *p = room_for(c, n);
        if (p && n) memcpy(p, text, n);
        return;
    }
    char copy[WORD_MAX + 1] = "";
    const unsigned char *p = next(c, n);
    *v = "";
    if (!p || n == 0) return;
    memcpy(copy, p, n);
    if (strlen(copy) != n) c->bad = true;
    bool full = false;
    const char *kept = c->bad ? "" : store_run_word(c->owner, copy, &full);
    if (!kept) c->bad = true;
    if (!kept && !full) c->no_memory = true;
    *v = kept ? kept : "";
}

/* ---- arrays: how many zeros, how many others, the others; again until the end ---- */

static uint64_t bits_at(const void *array, size_t i, size_t bytes) {
    uint64_t bits = 0;
    uint32_t narrow;
    if (bytes == 8) {
        memcpy(&bits, (const char *)array + 8 * i, 8);
        return bits;
    }
    memcpy(&narrow, (const char *)array + 4 * i, 4);
    return narrow;
}

static void set_bits(void *array, size_t i, size_t bytes, uint64_t bits) {
    uint32_t narrow = (uint32_t)bits;
    if (bytes == 8)
        memcpy((char *)array + 8 * i, &bits, 8);
    else
        memcpy((char *)array + 4 * i, &narrow, 4);
}

static void sparse(cursor *c, void *array, size_t n, size_t bytes) {
    for (size_t i = 0; i < n && !c->bad && !c->no_memory;) {
        size_t zeros = 0, others = 0;
        if (c->writing) {
            while (i + zeros < n && bits_at(array, i + zeros, bytes) == 0)
                zeros++;
            while (i + zeros + others < n && bits_at(array, i + zeros + others, bytes) != 0)
                others++;
        }
        zeros = (size_t)whole(c, zeros, 2);
        others = (size_t)whole(c, others, 2);
        if (zeros + others == 0 || zeros + others > n - i) {
            c->bad = true;
            return;
        }
        for (size_t k = 0; !c->writing && k < zeros; k++)
            set_bits(array, i + k, bytes, 0);
        i += zeros;
        for (size_t k = 0; k < others; k++, i++) {
            uint64_t got = whole(c, c->writing ? bits_at(array, i, bytes) : 0, bytes);
            if (!c->writing) set_bits(array, i, bytes, got);
        }
    }
}

/* ---- rows ---- */

static void restock_row(cursor *c, void *row) {
    store_restock_row *r = row;
    int64_t *at[] = {&r->restocked, &r->opened, &r->first_sent, &r->depleted, &r->closed};
    uint32_t *n[] = {&r->sku,    &r->units,           &r->candidates, &r->sent,    &r->ghost,     &r->clicks,
                     &r->orders, &r->sold_out_clicks, &r->restock,    &r->counted, &r->policy_arm};
    for (size_t i = 0; i < sizeof at / sizeof *at; i++)
        i64(c, at[i]);
    for (size_t i = 0; i < sizeof n / sizeof *n; i++)
        u32(c, n[i]);
}

static void unmet_row(cursor *c, void *row) {
    store_unmet_row *r = row;
    uint32_t *n[] = {&r->sku, &r->interests, &r->requested, &r->wanted, &r->on_hand, &r->restock};
    for (size_t i = 0; i < sizeof n / sizeof *n; i++)
        u32(c, n[i]);
}

static void shopper_row(cursor *c, void *row) {
    store_shopper_row *r = row;
    i64(c, &r->at);
    u32(c, &r->shopper);
    u32(c, &r->sku);
    arm(c, &r->arm);
    boolean(c, &r->reached);
    real(c, &r->orders);
    real(c, &r->revenue);
    u32(c, &r->policy_arm);
    u32(c, &r->restock);
}

static void decision_row(cursor *c, void *row) {
    store_decision_row *r = row;
    uint32_t *n[] = {&r->restock, &r->shopper, &r->sku, &r->touch, &r->follows, &r->n, &r->policy_arm};
    i64(c, &r->at);
    for (size_t i = 0; i < sizeof n / sizeof *n; i++)
        u32(c, n[i]);
    word(c, &r->outcome);
    word(c, &r->reason);
    word(c, &r->source);
    word(c, &r->kind);
    word(c, &r->channel);
    arm(c, &r->arm);
    i64(c, &r->level);
}

static void touch_row(cursor *c, void *row) {
    store_touch_row *r = row;
    int64_t *at[] = {&r->at, &r->delivered, &r->opened, &r->landed, &r->ordered};
    for (size_t i = 0; i < sizeof at / sizeof *at; i++)
        i64(c, at[i]);
    u32(c, &r->touch);
    u32(c, &r->shopper);
    u32(c, &r->sku);
    u32(c, &r->template);
    word(c, &r->kind);
    word(c, &r->channel);
    word(c, &r->failure);
    word(c, &r->landing);
}

static void order_row(cursor *c, void *row) {
    store_order_row *r = row;
    i64(c, &r->at);
    u32(c, &r->shopper);
    u32(c, &r->sku);
    u32(c, &r->units);
    u32(c, &r->oversold);
    word(c, &r->how);
    real(c, &r->revenue);
    u32(c, &r->credited_touch);
    u32(c, &r->policy_arm);
    u32(c, &r->returned);
}

static void signal_row(cursor *c, void *row) {
    store_signal_row *r = row;
    i64(c, &r->at);
    u32(c, &r->shopper);
    u32(c, &r->sku);
}

/* A count and that many rows; memory only for rows whose bytes are there. */
static void rows(cursor *c, void *array, size_t *count, size_t size, void (*fields)(cursor *, void *)) {
    enum { LEAST = 16 }; /* bytes of the shortest row */
    void *list;
    memcpy(&list, array, sizeof list);
    uint64_t n = whole(c, c->writing ? *count : 0, 8);
    if (!c->writing) {
        if (c->bad || n > c->left / LEAST) {
            c->bad = true;
            return;
        }
        list = n ? calloc((size_t)n, size) : NULL;
        if (n && !list) {
            c->no_memory = c->bad = true;
            return;
        }
        memcpy(array, &list, sizeof list);
        *count = (size_t)n;
    }
    for (size_t i = 0; i < n && !c->bad && !c->no_memory; i++)
        fields(c, (char *)list + i * size);
}

static void ledger(cursor *c, store_trial *t) {
    size_t n = (size_t)whole(c, t->ledger_rows, 2);
    if (n > STORE_LEDGER_MAX) c->bad = true;
    if (c->bad) n = 0;
    if (!c->writing) t->ledger_rows = n;
    for (size_t i = 0; i < n; i++) {
        word(c, &t->ledger[i].outcome);
        word(c, &t->ledger[i].reason);
        real(c, &t->ledger[i].n);
    }
}

static void all_fields(cursor *c, store_trial *t) {
    u32(c, &t->replication);
    boolean(c, &t->twins);
    u64(c, &t->events);
    sparse(c, t->tally, STORE_TALLY_COUNT, 8);
    sparse(c, t->moments, sizeof t->moments / sizeof(double), 8);
    sparse(c, t->hist, sizeof t->hist / sizeof(uint32_t), 4);
    sparse(c, t->series, sizeof t->series / sizeof(double), 8);
    sparse(c, t->since, sizeof t->since / sizeof(double), 8);
    sparse(c, t->tier, 2 * STORE_TIERS, 8);
    sparse(c, t->template, sizeof t->template / (sizeof(double)), 8);
    sparse(c, t->policy_arm, sizeof t->policy_arm / (sizeof(double)), 8);
    ledger(c, t);
    rows(c, &t->restock, &t->restocks, sizeof *t->restock, restock_row);
    rows(c, &t->unmet, &t->unmets, sizeof *t->unmet, unmet_row);
    rows(c, &t->shopper, &t->shoppers, sizeof *t->shopper, shopper_row);
    rows(c, &t->decision, &t->decisions, sizeof *t->decision, decision_row);
    rows(c, &t->touch, &t->touches, sizeof *t->touch, touch_row);
    rows(c, &t->order, &t->orders, sizeof *t->order, order_row);
    rows(c, &t->signal, &t->signals, sizeof *t->signal, signal_row);
}

bool store_blob_write(const store_trial *trial, void **bytes, size_t *size) {
    cursor c = {.writing = true};
    if (!room_for(&c, HEADER)) return false;
    all_fields(&c, (store_trial *)trial); /* writing changes nothing */
    if (c.no_memory) {
        free(c.to);
        return false;
    }
    const size_t body = c.used - HEADER;
    memcpy(c.to, magic, sizeof magic);
    put_little(c.to + 8, VERSION, 4);
    put_little(c.to + 12, layout(), 8);
    put_little(c.to + 20, body, 8);
    put_little(c.to + 28, hash_bytes(0xcbf29ce484222325, c.to + HEADER, body), 8);
    *bytes = c.to;
    *size = c.used;
    return true;
}

static store_status refuse(char *error, const char *why) {
    snprintf(error, STORE_ERROR_SIZE, "not a trial of this program: %s", why);
    return STORE_NOT_A_RUN;
}

store_status store_blob_read(const void *bytes, size_t size, store_run *owner, store_trial *out,
                             char error[STORE_ERROR_SIZE]) {
    const unsigned char *p = bytes;
    if (size < HEADER || memcmp(p, magic, sizeof magic) != 0) return refuse(error, "another format");
    if (get_little(p + 8, 4) != VERSION || get_little(p + 12, 8) != layout())
        return refuse(error, "another version");
    if (get_little(p + 20, 8) != size - HEADER) return refuse(error, "cut off");
    if (get_little(p + 28, 8) != hash_bytes(0xcbf29ce484222325, p + HEADER, size - HEADER))
        return refuse(error, "damaged");
    store_trial *t = calloc(1, sizeof *t);
    cursor c = {.from = p + HEADER, .left = size - HEADER, .owner = owner};
    if (t) all_fields(&c, t);
    bool whole_body = t && !c.bad && c.left == 0;
    if (whole_body)
        *out = *t;
    else if (t)
        store_trial_clear(t);
    bool starved = !t || c.no_memory;
    free(t);
    if (whole_body) return STORE_OK;
    if (!starved) return refuse(error, "a value that no trial has");
    snprintf(error, STORE_ERROR_SIZE, "out of memory");
    return STORE_FAILED;
}
