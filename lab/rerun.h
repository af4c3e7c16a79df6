/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rerun.h - a finished run, and its scenario loaded again as it was, so that a replication can be simulated
 * again.
 */
#ifndef LAB_RERUN_H
#define LAB_RERUN_H

#include "lab/lab.h"
#include "scenarios/scenario.h"
#include "store/store.h"

typedef struct {
    store_run run;
    scenario *scenario;
} lab_rerun;

/* Reads DIR/run.db and loads the scenario that it holds. Its traces are looked for in DIR, beside the
 * scenario's file if that is where it was, beside the shipped scenarios, in the current folder and in
 * RESTOCKLAB_DATA; what counts is their hash. LAB_BAD_INPUT, with a message that says what differs, unless
 * program, libraries, scenario and traces are those of the run: only then is a replication the same one, bit
 * for bit. [out] out: the caller's to close; all zero on failure. */
lab_status lab_rerun_open(const char *dir, lab_rerun *out, lab_error *error);
void lab_rerun_close(lab_rerun *rerun);

#endif
