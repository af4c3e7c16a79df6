/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * waitlist_calendar.c - the plain waitlist in C over a calendar queue (Brown, CACM 1988), tuned by hand to
 * this load: the days have the width that suits the known rate of events and their number follows from the
 * shoppers, so neither is ever changed. A day is a list in order of time. The node of a visit is its
 * shopper's own, so most of the events need no memory to be found for them.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "waitlist_kinds.h"

#define NOBODY UINT32_MAX

typedef struct {
    double at;
    uint32_t what, next;
} node;

typedef struct {
    node *node; /* by shopper, then the others' pool */
    uint32_t shoppers, nodes, room, free;
    uint32_t *day; /* first node */
    uint64_t mask, today;
    double per_day; /* calendar days in one day of the model */
    uint64_t n;
} queue;

/* Events of this model in a day, by shopper: a calendar day then holds one event. Days of half to four times
 * the width, or four times as many days, change the time by less than the noise. */
#define EVENTS_A_DAY 0.16

static bool queue_init(queue *q, uint32_t shoppers) {
    uint64_t days = 64;
    while (days < shoppers)
        days *= 2;
    q->mask = days - 1;
    q->per_day = EVENTS_A_DAY * shoppers;
    q->shoppers = q->nodes = shoppers;
    q->room = shoppers + shoppers / 16 + 1024;
    q->free = NOBODY;
    q->node = malloc(q->room * sizeof *q->node);
    q->day = malloc(days * sizeof *q->day);
    if (!q->node || !q->day) return false;
    for (uint64_t i = 0; i < days; i++)
        q->day[i] = NOBODY;
    return true;
}

static void queue_free(queue *q) {
    free(q->node);
    free(q->day);
}

static uint32_t node_for(queue *q, uint32_t what) {
    if (what < q->shoppers) return what; /* kind VISIT is 0 */
    uint32_t i = q->free;
    if (i != NOBODY) {
        q->free = q->node[i].next;
        return i;
    }
    if (q->nodes == q->room) {
        q->room += q->room / 4;
        q->node = realloc(q->node, q->room * sizeof *q->node);
        if (!q->node) {
            fprintf(stderr, "waitlist_calendar: out of memory\n");
            exit(1);
        }
    }
    return q->nodes++;
}

static inline void queue_put(queue *q, double at, uint32_t what) {
    uint32_t i = node_for(q, what);
    uint32_t *link = &q->day[(uint64_t)(at * q->per_day) & q->mask];
    while (*link != NOBODY && q->node[*link].at <= at)
        link = &q->node[*link].next;
    q->node[i] = (node){at, what, *link};
    *link = i;
    q->n++;
}

static inline bool queue_get(queue *q, double *at, uint32_t *what) {
    if (!q->n) return false;
    for (;; q->today++) {
        uint32_t *first = &q->day[q->today & q->mask], i = *first;
        if (i == NOBODY || (uint64_t)(q->node[i].at * q->per_day) != q->today) continue;
        node *found = &q->node[i];
        *at = found->at;
        *what = found->what;
        *first = found->next;
        if (i >= q->shoppers) {
            found->next = q->free;
            q->free = i;
        }
        q->n--;
        return true;
    }
}

#include "waitlist_model.h"

int main(int argc, char **argv) {
    return waitlist_main("waitlist_calendar", argc, argv);
}
