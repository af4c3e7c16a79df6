/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * row.c - see row.h.
 */
#include "store/row.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A run has some dozens of words (reasons, causes, sources); more is not a run, and would be slow. */
enum { WORDS_MAX = 1024 };

/* A failed bind would leave the row before's value in place, so the first failure is kept. */
static void bound(store_row_cursor *c, int rc) {
    if (c->rc == SQLITE_OK) c->rc = rc;
}

static bool bind_null(store_row_cursor *c, bool none) {
    if (none) bound(c, sqlite3_bind_null(c->statement, ++c->column));
    return none;
}

static bool is_null(store_row_cursor *c) {
    return sqlite3_column_type(c->statement, c->column) == SQLITE_NULL;
}

void store_row_int64(store_row_cursor *c, int64_t *v) {
    if (c->writing)
        bound(c, sqlite3_bind_int64(c->statement, ++c->column, *v));
    else
        *v = sqlite3_column_int64(c->statement, c->column++);
}

void store_row_time(store_row_cursor *c, int64_t *v) {
    if (c->writing) {
        if (!bind_null(c, *v == STORE_NONE)) store_row_int64(c, v);
        return;
    }
    bool none = is_null(c);
    store_row_int64(c, v);
    if (none) *v = STORE_NONE;
}

void store_row_uint32(store_row_cursor *c, uint32_t *v) {
    int64_t wide = *v;
    if (c->writing) {
        if (!bind_null(c, *v == UINT32_MAX)) store_row_int64(c, &wide);
        return;
    }
    bool none = is_null(c);
    store_row_int64(c, &wide);
    if (wide < 0 || wide >= UINT32_MAX) c->damaged = true;
    *v = none || c->damaged ? UINT32_MAX : (uint32_t)wide;
}

void store_row_real(store_row_cursor *c, double *v) {
    if (c->writing) {
        if (!bind_null(c, isnan(*v))) bound(c, sqlite3_bind_double(c->statement, ++c->column, *v));
        return;
    }
    *v = is_null(c) ? NAN : sqlite3_column_double(c->statement, c->column);
    c->column++;
}

void store_row_bool(store_row_cursor *c, bool *v) {
    int64_t wide = *v;
    store_row_int64(c, &wide);
    *v = wide != 0;
}

static const char *column_text(store_row_cursor *c) {
    const char *text = (const char *)sqlite3_column_text(c->statement, c->column);
    if (!text && !is_null(c)) c->no_memory = true;
    c->column++;
    return text;
}

static void bind_text(store_row_cursor *c, const char *text) {
    /* NULL binds NULL */
    bound(c, sqlite3_bind_text(c->statement, ++c->column, text, -1, SQLITE_TRANSIENT));
}

void store_row_text(store_row_cursor *c, char **v) {
    if (c->writing) {
        bind_text(c, *v);
        return;
    }
    const char *text = column_text(c);
    free(*v);
    *v = text ? strdup(text) : NULL;
    if (text && !*v) c->no_memory = true;
}

const char *store_run_word(store_run *run, const char *text, bool *full) {
    for (size_t i = 0; i < run->words; i++)
        if (strcmp(run->word[i], text) == 0) return run->word[i];
    *full = run->words == WORDS_MAX;
    if (*full) return NULL;
    if (!run->word) run->word = malloc(WORDS_MAX * sizeof *run->word);
    char *copy = run->word ? strdup(text) : NULL;
    if (copy) run->word[run->words++] = copy;
    return copy;
}

static const char *keep_word(store_row_cursor *c, const char *text) {
    bool full = false;
    const char *kept = store_run_word(c->run, text, &full);
    if (kept) return kept;
    if (full)
        c->damaged = true;
    else
        c->no_memory = true;
    return "";
}

void store_row_word(store_row_cursor *c, const char **v) {
    if (c->writing) {
        bind_text(c, *v ? *v : "");
        return;
    }
    const char *text = column_text(c);
    *v = text ? keep_word(c, text) : "";
}

static void store_row_digits(store_row_cursor *c, uint64_t *v, int base) {
    char text[24];
    if (c->writing) {
        snprintf(text, sizeof text, base == 10 ? "%" PRIu64 : "%016" PRIx64, *v);
        bind_text(c, text);
        return;
    }
    const char *digits = column_text(c), *known = base == 10 ? "0123456789" : "0123456789abcdef";
    *v = 0;
    if (!digits || !*digits || strlen(digits) > 20 || digits[strspn(digits, known)])
        c->damaged = true;
    else
        *v = strtoull(digits, NULL, base);
}

void store_row_seed(store_row_cursor *c, uint64_t *v) {
    store_row_digits(c, v, 10);
}
void store_row_hash(store_row_cursor *c, uint64_t *v) {
    store_row_digits(c, v, 16);
}

unsigned store_row_index(store_row_cursor *c, store_row_name name, unsigned count) {
    const char *text = column_text(c);
    unsigned i = 0;
    while (i < count && (!text || strcmp(name(i), text) != 0))
        i++;
    if (i == count) c->damaged = true;
    return i;
}

static const char *arm_name(unsigned i) {
    return store_arm_name((store_arm)i);
}

void store_row_arm(store_row_cursor *c, store_arm *v) {
    if (c->writing) {
        bind_text(c, store_arm_name(*v));
        return;
    }
    unsigned i = store_row_index(c, arm_name, STORE_ARMS);
    *v = i < STORE_ARMS ? (store_arm)i : STORE_TREATED;
}

void store_row_run(store_row_cursor *c, store_run *r) {
    store_row_text(c, &r->scenario);
    store_row_text(c, &r->title);
    store_row_text(c, &r->text);
    store_row_seed(c, &r->seed);
    store_row_int64(c, &r->start);
    store_row_int64(c, &r->horizon);
    store_row_int64(c, &r->warmup);
    store_row_real(c, &r->price);
    store_row_real(c, &r->holdout);
    store_row_text(c, &r->unit);
    store_row_real(c, &r->holdout_products);
    store_row_bool(c, &r->twins);
}

void store_row_pair(store_row_cursor *c, store_pair *p) {
    store_row_text(c, &p->key);
    store_row_text(c, &p->value);
}

void store_row_trace(store_row_cursor *c, store_trace *t) {
    store_row_text(c, &t->name);
    store_row_text(c, &t->file);
    store_row_hash(c, &t->hash);
    store_row_real(c, &t->rows);
    store_row_real(c, &t->skus);
    store_row_real(c, &t->restocks);
    store_row_real(c, &t->rejected);
}

void store_row_template(store_row_cursor *c, store_template *t) {
    store_row_real(c, &t->sends);
    store_row_real(c, &t->delivered);
    store_row_real(c, &t->opened);
    store_row_real(c, &t->clicked);
    store_row_real(c, &t->orders);
    store_row_real(c, &t->revenue);
}

void store_row_policy_arm(store_row_cursor *c, store_policy_arm *a) {
    store_row_real(c, &a->recipients);
    store_row_real(c, &a->sends);
    store_row_real(c, &a->ghosts);
    store_row_real(c, &a->clicked);
    store_row_real(c, &a->clicked_oos);
    store_row_real(c, &a->orders.n);
    a->revenue.n = a->orders.n; /* the same shoppers */
    store_row_real(c, &a->orders.mean);
    store_row_real(c, &a->orders.m2);
    store_row_real(c, &a->revenue.mean);
    store_row_real(c, &a->revenue.m2);
}
