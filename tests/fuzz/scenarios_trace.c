/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scenarios_trace.c - any bytes as a trace of stock or of shoppers, with bad rows skipped: what is kept is in
 * order.
 *
 * The first byte chooses the trace, its kind and the time format, the rest is the file.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "scenarios/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const scenario_inventory *inv) {
    if (inv->rows == 0 || inv->named.skus == 0 || inv->named.products == 0 ||
        inv->named.products > inv->named.skus)
        abort();
    for (size_t i = 0; i < inv->rows; i++) {
        if (inv->row[i].sku >= inv->named.skus) abort();
        if (i && inv->row[i - 1].at > inv->row[i].at) abort();
    }
    for (uint32_t i = 0; i < inv->named.skus; i++)
        if (inv->named.product_of[i] >= inv->named.products) abort();
}

static void check_events(const scenario_events *ev) {
    if (ev->events == 0 || ev->kept + ev->file.rejected + ev->file.filtered + ev->duplicates < ev->file.rows)
        abort();
    for (size_t i = 0; i < ev->events; i++) {
        const scenario_event *e = &ev->event[i];
        if (e->sku != SCENARIO_NOBODY && e->sku >= ev->named.skus) abort();
        if (e->shopper != SCENARIO_NOBODY && e->shopper >= ev->shopper.n) abort();
        if (i && scenario_event_at(&ev->event[i - 1]) > scenario_event_at(e)) abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const format[] = {"iso8601", "epoch_s", "epoch_ms", "'%d.%m.%y %H:%M'"};
    static const char *const kind[] = {"flags", "levels", "deltas", "flags"};
    char path[64], text[512];
    if (size == 0) return 0;
    snprintf(path, sizeof path, "/tmp/fuzz-trace-%ld.csv", (long)getpid());
    FILE *out = fopen(path, "wb");
    if (!out) return 0;
    fwrite(data + 1, 1, size - 1, out);
    fclose(out);
    const char *times = format[(data[0] >> 2) % 4];
    bool events = data[0] & 16;
    int n = events
                ? snprintf(
                      text, sizeof text,
                      "shoppers: {mode: trace}\n"
                      "traces: {events: {file: %s, on_bad_row: skip, duplicates: %s, columns: {quantity: n}, "
                      "return_if: {quantity: negative}, time_format: %s}}\n",
                      path, data[0] & 1 ? "keep" : "drop", times)
                : snprintf(text, sizeof text,
                           "supply: {mode: trace}\n"
                           "traces: {inventory: {file: %s, on_bad_row: skip, kind: %s, time_format: %s}}\n",
                           path, kind[data[0] % 4], times);
    scenario *s = NULL;
    scenario_error error = {""};
    scenario_status status = scenario_parse("fuzz.yaml", text, (size_t)n, NULL, 0, &s, &error);
    if (status == SCENARIO_OK && events)
        check_events(s->events);
    else if (status == SCENARIO_OK)
        check(s->inventory);
    else if (error.text[0] == '\0')
        abort();
    scenario_destroy(s);
    unlink(path);
    return 0;
}
