/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * manifest.h - what was run, so that it can be run again: program, scenario, parameters, traces, seed.
 *
 * Two groups of rows. The run's own rows depend on nothing but the program's sources, its libraries and the
 * input, and stand in run.db. The host's rows (threads, machine, clock) stand in manifest.json only, so that
 * equal runs give equal stores.
 */
#ifndef LAB_MANIFEST_H
#define LAB_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scenarios/scenario.h"
#include "store/store.h"

enum { LAB_HOST_ROWS = 11, LAB_HOST_TEXT = 256 };

/* The host's rows, and room for their texts; nothing to free. Do not copy: the rows point into it. */
typedef struct {
    store_pair row[LAB_HOST_ROWS];
    size_t rows;
    char text[LAB_HOST_ROWS][LAB_HOST_TEXT];
} lab_host;

const char *lab_version(void); /* "0.1.0" */

/* Hash of the bits of some ten thousand results of libm. libm picks its code by processor, so the same
 * program can give other last bits on another machine; equal probes say that it does not. */
uint64_t lab_libm_probe(void);

/* Fills run->manifest. false: no memory. */
bool lab_manifest_fill(store_run *run, const scenario *s, uint32_t replications);

/* The same with the rows alone that tell of the program and its libraries: where they are equal, equal input
 * gives equal bits. */
bool lab_manifest_program(store_run *run);

const char *lab_manifest_value(const store_run *run, const char *key); /* "" if there is no such row */

/* Fills the host's rows. [in] started: seconds since the epoch. */
void lab_host_fill(lab_host *out, uint32_t threads, int64_t started);

/* The scenario's file as it was found, as a row of that key: traces lie beside it, and whoever runs the
 * scenario again from run.db looks there. Left out if it is too long. */
void lab_host_scenario(lab_host *out, const char *key, const char *path);

#endif
