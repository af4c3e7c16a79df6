/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scenarios_trace.c - any bytes as an inventory trace, with bad rows skipped: what is kept is in order.
 *
 * The first byte chooses the kind and the time format, the rest is the file.
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const format[] = {"iso8601", "epoch_s", "epoch_ms"};
    char path[64], text[256];
    if (size == 0) return 0;
    snprintf(path, sizeof path, "/tmp/fuzz-trace-%ld.csv", (long)getpid());
    FILE *out = fopen(path, "wb");
    if (!out) return 0;
    fwrite(data + 1, 1, size - 1, out);
    fclose(out);
    int n = snprintf(text, sizeof text,
                     "supply: {mode: trace}\ntraces: {inventory: {file: %s, on_bad_row: skip, kind: %s, "
                     "time_format: %s}}\n",
                     path, data[0] & 1 ? "flags" : "levels", format[(data[0] >> 1) % 3]);
    scenario *s = NULL;
    scenario_error error = {""};
    scenario_status status = scenario_parse("fuzz.yaml", text, (size_t)n, NULL, 0, &s, &error);
    if (status == SCENARIO_OK)
        check(s->inventory);
    else if (error.text[0] == '\0')
        abort();
    scenario_destroy(s);
    unlink(path);
    return 0;
}
