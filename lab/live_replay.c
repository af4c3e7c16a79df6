/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * live_replay.c - rebuilds the state of a session out of its journal: every input again, in the order and at
 * the times of then. What is decided must be what was decided, letter by letter; else the journal, the
 * program or the time zones are not those of then, and going on would tell people things twice or never.
 */
#include <string.h>

#include "lab/live_session.h"

static lab_status not_as_then(const live_session *s, lab_error *error, uint64_t seq, const char *there,
                              size_t size, const char *here, size_t length) {
    enum { SHOWN = 600 };
    return lab_fail(error, LAB_FAILED,
                    "%s: corrupted, or written by a program (%s) or with time zones that decide otherwise: "
                    "decision %ju is %.*s there, and here %.*s",
                    s->journal_path, store_journal_program(s->journal), (uintmax_t)seq,
                    (int)(size < SHOWN ? size : SHOWN), there, (int)(length < SHOWN ? length : SHOWN), here);
}

static lab_status from_store(lab_error *error, store_status status, const char *why) {
    return status == STORE_OK ? LAB_OK : lab_fail(error, LAB_FAILED, "%s", why);
}

/* Compares the decisions that have just been made with the next ones of the journal. */
static lab_status compare(live_session *s, uint64_t input, lab_error *error) {
    live_decided decision;
    bis_status made = live_arms_outbox(&s->world.arms);
    char why[STORE_ERROR_SIZE] = "";
    while (made == BIS_OK && live_arms_next(&s->world.arms, &decision, &made)) {
        store_journal_decision then = {.line = "nothing", .size = 7};
        bool found;
        s->scratch.n = 0;
        live_put_decision(&s->scratch, s, &decision, ++s->decisions);
        if (!live_world_touched(&s->world, &decision) || s->scratch.failed)
            return lab_fail(error, LAB_FAILED, "out of memory");
        store_status status = store_journal_next_decision(s->journal, &then, &found, why);
        if (status != STORE_OK) return from_store(error, status, why);
        bool same = found && then.input == input && then.size == s->scratch.n &&
                    memcmp(then.line, s->scratch.at, then.size) == 0;
        if (!same)
            return not_as_then(s, error, s->decisions, then.line, then.size, s->scratch.at, s->scratch.n);
        if (s->decisions <= s->printed) continue;
        live_put(&s->out, then.line, then.size);
        live_put(&s->out, "\n", 1);
    }
    return made == BIS_OK ? LAB_OK : lab_fail(error, LAB_FAILED, "out of memory");
}

static lab_status refused(const live_session *s, const store_journal_input *input, const char *why,
                          lab_error *error) {
    return lab_fail(error, LAB_FAILED, "%s: corrupted: input %ju is refused: %s", s->journal_path,
                    (uintmax_t)input->n, why);
}

static lab_status again(live_session *s, const store_journal_input *input, lab_error *error) {
    live_event event = {.kind = LIVE_TICK};
    live_fault fault = {0};
    lab_status status = LAB_OK;
    bool good = !input->line || live_event_read(input->line, input->size, &event, &fault);
    if (!good) return refused(s, input, fault.what, error);
    if (!live_world_check(&s->world, &event, input->at, &fault))
        status = refused(s, input, fault.what, error);
    bis_status done = BIS_OK;
    if (status == LAB_OK) {
        done = live_world_pass(&s->world, input->at, event.kind == LIVE_TICK);
        if (done == BIS_OK) status = compare(s, input->n, error);
    }
    if (status == LAB_OK && done == BIS_OK && event.kind != LIVE_TICK) {
        done = live_world_take(&s->world, &event, input->at);
        if (done == BIS_OK) status = compare(s, input->n, error);
    }
    if (done != BIS_OK) status = lab_fail(error, LAB_FAILED, "%s", bis_status_text(done));
    live_event_clear(&event);
    return status;
}

lab_status live_replay(live_session *s, lab_error *error) {
    char why[STORE_ERROR_SIZE] = "";
    bool found = true;
    while (true) {
        store_journal_input input;
        store_status status = store_journal_next_input(s->journal, &input, &found, why);
        if (status != STORE_OK) return from_store(error, status, why);
        if (!found) break;
        lab_status done = again(s, &input, error);
        if (done != LAB_OK) return done;
    }
    store_journal_decision more;
    store_status status = store_journal_next_decision(s->journal, &more, &found, why);
    if (status == STORE_OK && found)
        return not_as_then(s, error, more.seq, more.line, more.size, "nothing", 7);
    return s->out.failed ? lab_fail(error, LAB_FAILED, "out of memory") : from_store(error, status, why);
}
