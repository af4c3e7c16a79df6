/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * live.c - the loop of the live engine: waits for input, for the clock and for the end; see live.h.
 */
#include "lab/live.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lab/folder.h"
#include "lab/internal.h"
#include "lab/live_input.h"
#include "lab/live_session.h"

/* A group is committed at once, and its lines are acknowledged together: without a journal each is one. */
enum { GROUP_LINES = 512, GROUP_BYTES = 1024 * 1024 };

typedef struct {
    const lab_live_options *options;
    live_session session;
    live_input input;
    bool stopped;
    size_t lines, bytes; /* of the group */
    lab_error *error;
} live_loop;

/* Milliseconds since the epoch. */
static bis_time wall_clock(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (bis_time)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- waiting ---- */

static int until_wake(const live_session *s) {
    bis_time wake = live_arms_next_wake(&s->world.arms);
    if (!s->wall || wake == BIS_NEVER) return -1;
    bis_time left = wake - wall_clock();
    return left < 0       ? 0
           : left > 60000 ? 60000
                          : (int)left; /* a clock that is put forward is seen in a minute */
}

/* Waits for at most `timeout` ms (-1: for ever); [out] readable: whether input came. */
static lab_status wait_for(live_loop *l, int timeout, bool *readable) {
    struct pollfd fds[2] = {
        {.fd = l->input.ended ? -1 : l->input.fd, .events = POLLIN},
        {.fd = l->options->stop, .events = POLLIN},
    };
    *readable = false;
    if (poll(fds, 2, timeout) < 0)
        return errno == EINTR ? LAB_OK : lab_fail(l->error, LAB_FAILED, "poll: %s", strerror(errno));
    if (fds[1].revents) l->stopped = true;
    *readable = fds[0].revents != 0;
    return LAB_OK;
}

static lab_status read_more(live_loop *l) {
    if (live_input_read(&l->input)) return LAB_OK;
    return lab_fail(l->error, LAB_FAILED, "cannot read the events: %s", strerror(errno));
}

/* ---- writing ---- */

static lab_status write_out(live_loop *l) {
    const live_text *out = &l->session.out;
    for (size_t done = 0; done < out->n;) {
        ssize_t n = write(l->options->out, out->at + done, out->n - done);
        if (n < 0 && errno == EAGAIN) { /* somebody else has set the descriptor so */
            struct pollfd fd = {.fd = l->options->out, .events = POLLOUT};
            poll(&fd, 1, 1000);
        } else if (n < 0 && errno != EINTR) {
            return lab_fail(l->error, LAB_FAILED, "cannot write the decisions: %s", strerror(errno));
        }
        if (n > 0) done += (size_t)n;
    }
    bool idle = !live_input_waits(&l->input);
    return live_session_printed(&l->session, idle, l->error);
}

/* ---- groups ---- */

static bool has_room(const live_loop *l) {
    size_t lines = l->session.journal ? GROUP_LINES : 1;
    return l->lines < lines && l->bytes + l->session.out.n < GROUP_BYTES;
}

static lab_status take_lines(live_loop *l) {
    lab_status status = LAB_OK;
    live_line line;
    while (status == LAB_OK && has_room(l) && live_input_next(&l->input, &line)) {
        bis_time now = l->session.wall ? wall_clock() : 0;
        status = live_session_line(&l->session, line.text, line.size, line.too_long, now, l->error);
        l->lines++;
        l->bytes += line.size;
    }
    return status;
}

/* Works on what there is, and on what comes meanwhile, as far as a group goes. */
static lab_status gather(live_loop *l) {
    lab_status status = take_lines(l);
    while (status == LAB_OK && has_room(l) && !l->input.ended) {
        bool readable;
        status = wait_for(l, 0, &readable);
        if (status != LAB_OK || !readable || l->stopped) break;
        status = read_more(l);
        if (status == LAB_OK) status = take_lines(l);
    }
    if (status == LAB_OK && l->session.wall) status = live_session_tick(&l->session, wall_clock(), l->error);
    return status;
}

static lab_status one_group(live_loop *l) {
    uint64_t before = l->session.decisions;
    l->lines = l->bytes = 0;
    lab_status status = gather(l);
    bool anything = l->lines > 0 || l->session.decisions > before;
    if (status == LAB_OK && anything) status = live_session_commit(&l->session, l->error);
    if (status == LAB_OK && anything) status = write_out(l);
    return status;
}

static lab_status loop(live_loop *l) {
    lab_status status = write_out(l); /* what the journal had left */
    while (status == LAB_OK && !l->stopped && (!l->input.ended || live_input_waits(&l->input))) {
        bool readable = false;
        status = wait_for(l, live_input_waits(&l->input) ? 0 : until_wake(&l->session), &readable);
        if (status != LAB_OK || l->stopped) break;
        if (readable && !live_input_waits(&l->input)) status = read_more(l);
        if (status == LAB_OK) status = one_group(l);
    }
    return status;
}

lab_status lab_live(const lab_live_options *options, lab_live_result *result, lab_error *error) {
    char path[LAB_PATH_SIZE];
    scenario *s = NULL;
    live_loop l = {.options = options, .input.fd = options->in, .error = error};
    *result = (lab_live_result){0};
    lab_status status = lab_scenario_find(options->policy, path, error);
    if (status == LAB_OK) status = lab_scenario_load(path, NULL, 0, &s, error);
    if (status != LAB_OK) return status;
    status = live_session_begin(&l.session, s, options->wall, error);
    if (status == LAB_OK && options->journal)
        status = live_session_journal(&l.session, options->journal, error);
    if (status == LAB_OK) status = loop(&l);
    *result = (lab_live_result){.lines = l.session.line,
                                .refused = l.session.refused,
                                .repeated = l.session.repeated,
                                .stopped = l.stopped};
    live_session_end(&l.session);
    live_input_clear(&l.input);
    scenario_destroy(s);
    return status;
}
