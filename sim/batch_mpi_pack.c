/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * batch_mpi_pack.c - scenarios as bytes, and bytes as trials; see batch_mpi_inside.h.
 */
#include "sim/batch_mpi_inside.h"

#ifdef RESTOCKLAB_MPI

#include <stdlib.h>
#include <string.h>

#include "models/provider.h"
#include "store/blob.h"

/* ---- scenarios: scenario_params is plain data; of a trace a trial reads rows and SKUs only ---- */

typedef struct {
    scenario_params p;
    uint64_t hash;
    uint8_t region[MODEL_REGIONS_MAX];
    scenario_inventory trace; /* its pointers mean nothing */
    scenario_named named;     /* likewise */
    bool has_trace, has_events, has_named, has_profiles, has_price, has_margin, has_sends;
    size_t events, sends;
    size_t zones;
} packed_head;

struct sim_mpi_scenario {
    scenario s;
    scenario_inventory trace;
    scenario_events events;
    scenario_profiles profiles;
    scenario_catalog catalog;
    scenario_sends sends;
    scenario_named named;
    unsigned char *packed; /* all arrays of the scenario lie in it */
};

/* What follows the head, in this order; every array begins where any type may. */
typedef struct {
    unsigned char *at; /* NULL: only to be measured */
    size_t size;
} body;

static size_t padded(size_t size) {
    return (size + 15) / 16 * 16;
}

static void put(body *b, const void *array, size_t size) {
    if (b->at && size) memcpy(b->at + b->size, array, size);
    b->size += padded(size);
}

static void put_all(body *b, const scenario *s) {
    const scenario_inventory *trace = s->inventory;
    const scenario_named *named = s->named;
    if (trace) put(b, trace->row, trace->rows * sizeof *trace->row);
    if (s->events) put(b, s->events->event, s->events->events * sizeof *s->events->event);
    if (s->profiles) put(b, s->profiles->of, (size_t)s->p.shoppers.count * sizeof *s->profiles->of);
    if (s->sends) put(b, s->sends->send, s->sends->sends * sizeof *s->sends->send);
    if (named) {
        put(b, named->product_of, named->skus * sizeof *named->product_of);
        put(b, named->sku_hash, named->skus * sizeof *named->sku_hash);
        put(b, named->product_hash, named->skus * sizeof *named->product_hash);
        if (s->catalog && s->catalog->price) put(b, s->catalog->price, named->skus * sizeof(double));
        if (s->catalog && s->catalog->margin) put(b, s->catalog->margin, named->skus * sizeof(double));
    }
    put(b, s->arm, s->p.arms * sizeof *s->arm);
    put(b, s->zone, s->zones * sizeof *s->zone);
    for (size_t i = 0; i < s->zones; i++)
        put(b, s->zone[i].step, s->zone[i].n * sizeof *s->zone[i].step);
}

void *sim_mpi_pack(const scenario *s, size_t *size) {
    body measured = {0}, filled = {0};
    put_all(&measured, s);
    packed_head *head = calloc(1, padded(sizeof *head) + measured.size);
    if (!head) return NULL;
    head->p = s->p;
    head->hash = s->hash;
    memcpy(head->region, s->region, sizeof head->region);
    head->has_trace = s->inventory != NULL;
    if (s->inventory) head->trace = *s->inventory;
    head->has_events = s->events != NULL;
    if (s->events) head->events = s->events->events;
    head->has_profiles = s->profiles != NULL;
    head->has_price = s->catalog && s->catalog->price;
    head->has_margin = s->catalog && s->catalog->margin;
    head->has_sends = s->sends != NULL;
    if (s->sends) head->sends = s->sends->sends;
    head->has_named = s->named != NULL;
    if (s->named) head->named = *s->named;
    head->zones = s->zones;
    filled.at = (unsigned char *)head + padded(sizeof *head);
    put_all(&filled, s);
    *size = padded(sizeof *head) + measured.size;
    return head;
}

static void *get(body *b, size_t size) {
    void *array = b->at + b->size;
    b->size += padded(size);
    return array;
}

static void get_trace(body *b, const packed_head *head, sim_mpi_scenario *m) {
    scenario_inventory *trace = &m->trace;
    *trace = (scenario_inventory){
        .file.hash = head->trace.file.hash,
        .rows = head->trace.rows,
        .restocks = head->trace.restocks,
        .first = head->trace.first,
        .last = head->trace.last,
    };
    trace->row = get(b, trace->rows * sizeof *trace->row);
    m->s.inventory = trace;
}

static void get_events(body *b, const packed_head *head, sim_mpi_scenario *m) {
    m->events.events = head->events;
    m->events.event = get(b, head->events * sizeof *m->events.event);
    m->s.events = &m->events;
}

static void get_profiles(body *b, sim_mpi_scenario *m) {
    m->profiles.of = get(b, (size_t)m->s.p.shoppers.count * sizeof *m->profiles.of);
    m->s.profiles = &m->profiles;
}

static void get_sends(body *b, const packed_head *head, sim_mpi_scenario *m) {
    m->sends.sends = head->sends;
    m->sends.send = get(b, head->sends * sizeof *m->sends.send);
    m->s.sends = &m->sends;
}

static void get_named(body *b, const packed_head *head, sim_mpi_scenario *m) {
    scenario_named *named = &m->named;
    named->skus = head->named.skus;
    named->products = head->named.products;
    named->product_of = get(b, named->skus * sizeof *named->product_of);
    named->sku_hash = get(b, named->skus * sizeof *named->sku_hash);
    named->product_hash = get(b, named->skus * sizeof *named->product_hash);
    m->s.named = named;
    if (head->has_price) m->catalog.price = get(b, named->skus * sizeof(double));
    if (head->has_margin) m->catalog.margin = get(b, named->skus * sizeof(double));
    if (head->has_price || head->has_margin) m->s.catalog = &m->catalog;
}

sim_mpi_scenario *sim_mpi_unpack(void *packed, size_t size) {
    const packed_head *head = packed;
    sim_mpi_scenario *m = size >= padded(sizeof *head) ? calloc(1, sizeof *m) : NULL;
    if (!m) {
        free(packed);
        return NULL;
    }
    m->packed = packed;
    m->s.p = head->p;
    m->s.hash = head->hash;
    memcpy(m->s.region, head->region, sizeof m->s.region);
    body b = {.at = m->packed + padded(sizeof *head)};
    if (head->has_trace) get_trace(&b, head, m);
    if (head->has_events) get_events(&b, head, m);
    if (head->has_profiles) get_profiles(&b, m);
    if (head->has_sends) get_sends(&b, head, m);
    if (head->has_named) get_named(&b, head, m);
    m->s.arm = get(&b, head->p.arms * sizeof *m->s.arm);
    m->s.zones = head->zones;
    m->s.zone = get(&b, head->zones * sizeof *m->s.zone);
    for (size_t i = 0; i < head->zones; i++)
        m->s.zone[i].step = get(&b, m->s.zone[i].n * sizeof *m->s.zone[i].step);
    return m;
}

const scenario *sim_mpi_scenario_of(const sim_mpi_scenario *m) {
    return &m->s;
}

void sim_mpi_scenario_destroy(sim_mpi_scenario *m) {
    if (!m) return;
    free(m->packed);
    free(m);
}

/* ---- trials ---- */

/* Every word that a trial holds, as detail.c and observe.c write them. NULL: not one of ours. */
static const char *own_word(const char *text) {
    static const char *const other[] = {"",
                                        "stale_storefront",
                                        "stale_feed",
                                        "organic",
                                        "late_open",
                                        "push_latency",
                                        "batch_too_large",
                                        "push",
                                        "return",
                                        "visit",
                                        "in_stock",
                                        "reminder",
                                        "followup",
                                        "repeat",
                                        "retargeting",
                                        "link_failed",
                                        "left",
                                        "not_found",
                                        "loading"};
    const char *word;
    for (size_t i = 0; i < sizeof other / sizeof *other; i++)
        if (strcmp(text, other[i]) == 0) return other[i];
    for (int i = 0; i < BIS_OUTCOME_COUNT; i++)
        if (strcmp(text, word = bis_outcome_name((bis_outcome)i)) == 0) return word;
    for (int i = 0; i < BIS_REASON_COUNT; i++)
        if (strcmp(text, word = bis_reason_name((bis_reason)i)) == 0) return word;
    for (int i = 0; i < BIS_SOURCE_COUNT; i++)
        if (strcmp(text, word = bis_source_name((bis_source)i)) == 0) return word;
    for (int i = 0; i < BIS_KIND_COUNT; i++)
        if (strcmp(text, word = bis_kind_name((bis_kind)i)) == 0) return word;
    for (int i = 0; i < BIS_CHANNEL_COUNT; i++)
        if (strcmp(text, word = bis_channel_name((bis_channel)i)) == 0) return word;
    for (int i = 0; i < MODEL_FAIL_COUNT; i++)
        if (strcmp(text, word = model_failure_name((model_failure)i)) == 0) return word;
    return NULL;
}

typedef struct {
    const store_run *words;
    const char **own; /* of each of them */
} dictionary;

static void replace(const dictionary *d, const char **word) {
    for (size_t i = 0; i < d->words->words; i++)
        if (*word == d->words->word[i]) {
            *word = d->own[i];
            return;
        }
}

static void replace_all(const dictionary *d, store_trial *t) {
    for (size_t i = 0; i < t->ledger_rows; i++) {
        replace(d, &t->ledger[i].outcome);
        replace(d, &t->ledger[i].reason);
    }
    for (size_t i = 0; i < t->decisions; i++) {
        replace(d, &t->decision[i].outcome);
        replace(d, &t->decision[i].reason);
        replace(d, &t->decision[i].source);
        replace(d, &t->decision[i].kind);
        replace(d, &t->decision[i].channel);
    }
    for (size_t i = 0; i < t->touches; i++) {
        replace(d, &t->touch[i].kind);
        replace(d, &t->touch[i].channel);
        replace(d, &t->touch[i].failure);
        replace(d, &t->touch[i].landing);
    }
    for (size_t i = 0; i < t->orders; i++)
        replace(d, &t->order[i].how);
}

sim_status sim_mpi_trial_read(const void *bytes, size_t size, store_trial *out,
                              char error[STORE_ERROR_SIZE]) {
    store_run words = {0};
    store_status read = store_blob_read(bytes, size, &words, out, error);
    if (read != STORE_OK) {
        store_run_clear(&words);
        return read == STORE_NOT_A_RUN ? SIM_BROKEN : SIM_NO_MEMORY;
    }
    const char **own = calloc(words.words + 1, sizeof *own);
    sim_status status = own ? SIM_OK : SIM_NO_MEMORY;
    for (size_t i = 0; i < words.words && status == SIM_OK; i++) {
        own[i] = own_word(words.word[i]);
        if (own[i]) continue;
        snprintf(error, STORE_ERROR_SIZE, "another rank sent a word unknown here: '%.60s'", words.word[i]);
        status = SIM_BROKEN;
    }
    if (status == SIM_OK)
        replace_all(&(dictionary){&words, own}, out);
    else
        store_trial_clear(out);
    free(own);
    store_run_clear(&words);
    return status;
}

#endif
