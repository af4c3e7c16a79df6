/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * run.c - a run's memory.
 */
#include "store/store.h"

#include <stdlib.h>
#include <string.h>

void store_run_clear(store_run *run) {
    if (!run) return;
    free(run->scenario);
    free(run->title);
    free(run->text);
    for (size_t i = 0; i < STORE_TIERS; i++)
        free(run->tier[i]);
    for (size_t i = 0; i < STORE_TEMPLATES; i++)
        free(run->template[i]);
    for (size_t i = 0; i < STORE_POLICY_ARMS; i++)
        free(run->policy_arm[i]);
    free(run->unit);
    for (size_t i = 0; i < run->traces; i++) {
        free(run->trace[i].name);
        free(run->trace[i].file);
    }
    free(run->trace);
    for (size_t i = 0; i < run->manifest_rows; i++) {
        free(run->manifest[i].key);
        free(run->manifest[i].value);
    }
    free(run->manifest);
    for (size_t i = 0; i < run->trials; i++)
        store_trial_clear(&run->trial[i]);
    free(run->trial);
    for (size_t i = 0; i < run->words; i++)
        free(run->word[i]);
    free(run->word);
    memset(run, 0, sizeof *run);
}
