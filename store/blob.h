/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * blob.h - a trial as flat bytes: what a sweep keeps of it, and what one process hands to another.
 *
 * The bytes are the same on every machine (little-endian, IEEE doubles by their bits, runs of zeros counted)
 * and depend on the trial alone. Version, names of all counts and a checksum stand in the header, so bytes of
 * another program or damaged ones are refused.
 */
#ifndef STORE_BLOB_H
#define STORE_BLOB_H

#include "store/store.h"

/* [out] bytes: the caller's to free, untouched on false (no memory). */
bool store_blob_write(const store_trial *trial, void **bytes, size_t *size);

/* Reads a trial back. Nothing is trusted: the answer is a trial in range or a status. [out] out: cleared by
 * the caller (store_trial_clear), untouched unless STORE_OK; its texts are kept, each once, among owner's
 * words and live as long as these. error: filled unless STORE_OK (STORE_NOT_A_RUN: not such bytes). */
store_status store_blob_read(const void *bytes, size_t size, store_run *owner, store_trial *out,
                             char error[STORE_ERROR_SIZE]);

#endif
