/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sorted_list.h - what the event queue is compared with: events sorted by insertion behind all of the same
 * time, slow and plainly right.
 */
#ifndef TESTS_SORTED_LIST_H
#define TESTS_SORTED_LIST_H

#include <string.h>

#include "sim/queue.h"

enum { SORTED_LIST_ROOM = 3000 };

typedef struct {
    sim_event event[SORTED_LIST_ROOM];
    size_t size;
} sorted_list;

static inline void list_push(sorted_list *list, const sim_event *event) {
    size_t i = list->size;
    while (i > 0 && list->event[i - 1].at > event->at)
        i--;
    memmove(&list->event[i + 1], &list->event[i], (list->size - i) * sizeof *event);
    list->event[i] = *event;
    list->size++;
}

static inline sim_event list_pop(sorted_list *list) {
    sim_event first = list->event[0];
    list->size--;
    memmove(&list->event[0], &list->event[1], list->size * sizeof first);
    return first;
}

#endif
