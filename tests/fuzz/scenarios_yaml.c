/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scenarios_yaml.c - any bytes as a scenario: it loads, or the error has a text; nothing else happens.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    scenario *s = NULL;
    scenario_error error = {""};
    scenario_status status = scenario_parse("fuzz.yaml", (const char *)data, size, NULL, 0, &s, &error);
    if ((status == SCENARIO_OK) != (s != NULL)) abort();
    if (status != SCENARIO_OK && error.text[0] == '\0') abort();
    if (memchr(error.text, '\0', sizeof error.text) == NULL) abort();
    if (s && bis_policy_check(&s->p.policy)) abort();
    scenario_destroy(s);
    return 0;
}
