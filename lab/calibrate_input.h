/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calibrate_input.h - what calibrate reads: a file with a section `traces`, and the tables that it names.
 *
 * The only place that knows how the traces are written; the fits see the arrays below. The file may be a
 * scenario: of what is not traces only shoppers.visit_buy is looked at.
 */
#ifndef LAB_CALIBRATE_INPUT_H
#define LAB_CALIBRATE_INPUT_H

#include <stdint.h>

#include "lab/lab.h"
#include "scenarios/scenario.h"

typedef enum { LAB_EVENT_VIEW, LAB_EVENT_PURCHASE, LAB_EVENT_RETURN, LAB_EVENT_KINDS } lab_event_kind;

#define LAB_NO_SHOPPER UINT32_MAX

typedef struct {
    int64_t at;       /* ms since the epoch */
    uint32_t shopper; /* LAB_NO_SHOPPER: anonymous */
    uint32_t sku;
    uint64_t order; /* rows of one shopper with one order are one occasion: the order's number, or the time */
    double quantity; /* above 0 */
    double revenue;  /* NaN: not said */
    lab_event_kind kind;
} lab_trace_event;

typedef struct {
    int64_t at, opened, clicked; /* -1: never */
} lab_trace_send;

/* A table: how much of it was read. */
typedef struct {
    char path[LAB_PATH_SIZE];       /* "": there is none */
    uint64_t rows, rejected, other; /* kept; bad and skipped; of kinds that nothing is fitted to */
    uint64_t filtered;              /* left out by `where` */
} lab_trace_source;

typedef struct {
    scenario *stock; /* its inventory is the trace; NULL without traces.inventory */
    lab_trace_source events_of, sends_of;
    lab_trace_event *event;
    size_t events;
    uint32_t shoppers, skus; /* ids seen in the events */
    lab_trace_send *send;
    size_t sends;
    int64_t
        send_window;  /* ms: opens within this of the send count, sends younger than this at the end do not */
    double visit_buy; /* shoppers.visit_buy of the file, or its default */
} lab_traces;

/* [out] out: the caller's to clear; untouched on failure. */
lab_status lab_traces_read(const char *path, lab_traces *out, lab_error *error);
void lab_traces_clear(lab_traces *traces);

#endif
