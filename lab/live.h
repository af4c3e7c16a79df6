/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * live.h - the command engine: events in, decisions out, one JSON object a line, and a journal that survives
 * being killed. docs/LIVE.md is the reference of what goes in and out.
 */
#ifndef LAB_LIVE_H
#define LAB_LIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "lab/lab.h"

typedef struct {
    const char
        *policy; /* a path or the name of a shipped scenario; what is not under `policy` has no effect */
    const char *journal; /* SQLite file, made if it is not there; NULL: none */
    bool wall;           /* time is the clock's, else that of the events */
    int in, out;         /* descriptors, the caller's */
    int stop;            /* a descriptor that can be read once the engine is to end; -1: none */
} lab_live_options;

typedef struct {
    uint64_t lines;    /* read */
    uint64_t refused;  /* of them, with an error */
    uint64_t repeated; /* of them, skipped: their number had been taken before */
    bool stopped;      /* before the end of the input */
} lab_live_result;

/* Runs until the input ends or `stop` can be read; then all that was taken is decided, kept and printed.
 * LAB_BAD_INPUT: the policy, or a journal of another policy. LAB_FAILED: reading, writing, memory, a damaged
 * journal; what was acknowledged is in the journal. [out] result: filled in any case. error: unless LAB_OK.
 */
lab_status lab_live(const lab_live_options *options, lab_live_result *result, lab_error *error);

#endif
