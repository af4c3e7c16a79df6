/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scenarios_zone.c - any bytes as the file of a time zone: a table whose steps rise and whose offsets are
 * sane, or an error with a text.
 */
#include <stdint.h>
#include <stdlib.h>

#include "scenarios/zone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    bis_zone zone = {0};
    scenario_error error = {""};
    if (scenario_zone_parse(data, size, &zone, &error) != SCENARIO_OK) {
        if (error.text[0] == '\0' || zone.n > 0) abort();
        return 0;
    }
    if (zone.n == 0) abort();
    for (size_t i = 0; i < zone.n; i++) {
        if (llabs(zone.step[i].offset) > 26 * 3600000) abort();
        if (i > 0 && zone.step[i].from <= zone.step[i - 1].from) abort();
        if (i > 0 && zone.step[i].offset == zone.step[i - 1].offset) abort();
    }
    bis_time at = 1772323200000, midnight = bis_zone_midnight(&zone, at, 0);
    if (midnight > at || at - midnight > 3 * 86400000) abort();
    scenario_zone_clear(&zone);
    return 0;
}
