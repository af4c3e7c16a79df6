/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * live_session.h - a session of the live engine without its input and output: lines go in, text comes out
 * (inside lab/ only). live.c reads and writes, and tells the time.
 *
 * Lines are worked on in groups: live_session_line() and _tick() any number of times, then
 * live_session_commit(); only then may what is in `out` be printed.
 */
#ifndef LAB_LIVE_SESSION_H
#define LAB_LIVE_SESSION_H

#include "lab/lab.h"
#include "lab/live_text.h"
#include "lab/live_world.h"
#include "store/journal.h"

typedef struct {
    live_world world;
    store_journal *journal; /* NULL: none is kept */
    const char *journal_path;
    bool wall;            /* time is the clock's, else that of the events */
    uint64_t policy_hash; /* of what `policy` says; keys depend on it */
    char *policy;         /* PATH=VALUE lines */
    uint64_t line;        /* of the input that was read last, from 1 */
    uint64_t taken;       /* number of the input that was taken last */
    uint64_t untaken;     /* lines since then, if they have no numbers of their own */
    uint64_t decisions;   /* made */
    uint64_t printed;     /* before this session, as far as is known */
    uint64_t refused, repeated;
    live_text out;     /* to be printed after the next commit */
    live_text scratch; /* one decision */
} live_session;

/* Begins a session of a policy, without a journal.
 * [in] s: the scenario that holds it; must outlive the session. LAB_FAILED: out of memory. */
lab_status live_session_begin(live_session *session, const scenario *s, bool wall, lab_error *error);
void live_session_end(live_session *session);

/* Goes on with the journal at `path`, or begins it: what it holds is done again and compared. `out` is then
 * what was decided and perhaps not printed, and the acknowledgement. LAB_BAD_INPUT: it is of another policy
 * or clock, or no journal; LAB_FAILED: damaged, held by another process, or it cannot be read or written. */
lab_status live_session_journal(live_session *session, const char *path, lab_error *error);

/* Takes the next line of input; an error in it is an object in `out`. now: the clock, with `wall` only.
 * too_long: there was more than may be in a line, and `text` is not looked at. */
lab_status live_session_line(live_session *session, const char *text, size_t size, bool too_long,
                             bis_time now, lab_error *error);

/* With `wall`: lets time pass up to `now` if something is due by then. */
lab_status live_session_tick(live_session *session, bis_time now, lab_error *error);

/* Ends the group: what it changed is in the journal, and `out` ends with the acknowledgement. */
lab_status live_session_commit(live_session *session, lab_error *error);

/* What was in `out` has been printed: empties it and notes that. keep: in the journal, at once. */
lab_status live_session_printed(live_session *session, bool keep, lab_error *error);

/* Replays the inputs of the journal (live_replay.c). */
lab_status live_replay(live_session *session, lab_error *error);

/* Prints one decision, without a newline (live_print.c). seq: its number. */
void live_put_decision(live_text *text, const live_session *session, const live_decided *decision,
                       uint64_t seq);

#endif
