/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * store_blob.c - bytes as a trial: header and checksum are made right first, so that the fields are what is
 * tried. What is taken must come back from its own bytes.
 */
#include "store/blob.h"

#include <stdlib.h>
#include <string.h>

enum { HEADER = 36 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void put(unsigned char *p, uint64_t v) {
    for (int i = 0; i < 8; i++)
        p[i] = (unsigned char)(v >> 8 * i);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const store_trial empty;
    char error[STORE_ERROR_SIZE];
    void *head = NULL, *again = NULL;
    size_t head_size = 0, again_size = 0;
    if (!store_blob_write(&empty, &head, &head_size)) return 0;
    unsigned char *bytes = malloc(HEADER + size);
    if (!bytes) abort();
    memcpy(bytes, head, HEADER);
    if (size) memcpy(bytes + HEADER, data, size);
    uint64_t hash = 0xcbf29ce484222325;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ data[i]) * 0x100000001b3;
    put(bytes + 20, size);
    put(bytes + 28, hash);
    store_run owner = {0};
    store_trial trial, back;
    if (store_blob_read(bytes, HEADER + size, &owner, &trial, error) == STORE_OK) {
        if (!store_blob_write(&trial, &again, &again_size)) abort();
        if (store_blob_read(again, again_size, &owner, &back, error) != STORE_OK) abort();
        if (memcmp(trial.tally, back.tally, sizeof trial.tally) != 0) abort();
        store_trial_clear(&trial);
        store_trial_clear(&back);
    }
    store_run_clear(&owner);
    free(again);
    free(bytes);
    free(head);
    return 0;
}
