/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * recall.c - open addressing with linear probing, at most half full. See recall.h.
 */
#include "models/recall.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    uint32_t a, b, c;
    bool used;
} name;

struct model_recall {
    size_t size, n, mask; /* bytes of a record; records; places - 1 */
    name *names;
    char *records; /* by place */
};

enum { PLACES_FIRST = 64 };

static bool make_places(model_recall *r, size_t places) {
    name *names = calloc(places, sizeof *names);
    char *records = calloc(places, r->size);
    if (!names || !records) {
        free(names);
        free(records);
        return false;
    }
    r->names = names;
    r->records = records;
    r->mask = places - 1;
    return true;
}

model_recall *model_recall_create(size_t size) {
    model_recall *r = malloc(sizeof *r);
    if (!r) return NULL;
    *r = (model_recall){.size = size};
    if (make_places(r, PLACES_FIRST)) return r;
    free(r);
    return NULL;
}

void model_recall_destroy(model_recall *recall) {
    if (!recall) return;
    free(recall->names);
    free(recall->records);
    free(recall);
}

/* Its place, or the free one where it belongs. Each number times an odd constant, then SplitMix64's
 * finaliser, so that neighbours are far apart. */
static size_t place_of(const model_recall *r, const name *k) {
    uint64_t x = k->a * UINT64_C(0x9e3779b97f4a7c15) + k->b * UINT64_C(0xd1b54a32d192ed03) +
                 k->c * UINT64_C(0xaef17502108ef2d9);
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    size_t i = (size_t)(x ^ x >> 31) & r->mask;
    for (; r->names[i].used; i = (i + 1) & r->mask)
        if (r->names[i].a == k->a && r->names[i].b == k->b && r->names[i].c == k->c) break;
    return i;
}

static bool grow(model_recall *r) {
    model_recall old = *r;
    if (!make_places(r, 2 * (old.mask + 1))) return false;
    for (size_t i = 0; i <= old.mask; i++) {
        if (!old.names[i].used) continue;
        size_t to = place_of(r, &old.names[i]);
        r->names[to] = old.names[i];
        memcpy(r->records + to * r->size, old.records + i * r->size, r->size);
    }
    free(old.names);
    free(old.records);
    return true;
}

void *model_recall_at(model_recall *recall, uint32_t a, uint32_t b, uint32_t c) {
    const name k = {.a = a, .b = b, .c = c, .used = true};
    size_t i = place_of(recall, &k);
    if (!recall->names[i].used) {
        if (2 * (recall->n + 1) > recall->mask) {
            if (!grow(recall)) return NULL;
            i = place_of(recall, &k);
        }
        recall->names[i] = k;
        recall->n++;
    }
    return recall->records + i * recall->size;
}
