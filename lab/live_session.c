/* SPDX-License-Identifier: GPL-3.0-or-later
 * live_session.c - see live_session.h. */
#include "lab/live_session.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "lab/manifest.h"
#include "scenarios/params.h"

/* An event may be so far ahead of the clock: clocks of two machines differ by less. */
#define AHEAD_MAX INT64_C(60000)

enum { VALUE_SIZE = 1024 };

/* ---- the policy as text ---- */

/* [in] shown: what the path is called. */
static bool put_parameter(live_text *t, const scenario_params *p, const scenario_params *defaults,
                          const char *path, const char *shown) {
    char value[VALUE_SIZE], usual[VALUE_SIZE];
    if (!scenario_param_get(p, path, value, sizeof value)) return false;
    if (scenario_param_get(defaults, path, usual, sizeof usual) && strcmp(value, usual) == 0) return true;
    live_put_word(t, shown);
    live_put(t, "=", 1);
    live_put_word(t, value);
    live_put(t, "\n", 1);
    return true;
}

/* Every parameter of the policy that is not at its default. [in] under: what stands for "policy.". */
static void put_policy(live_text *t, const scenario_params *p, const scenario_params *defaults,
                       const char *under) {
    for (size_t i = 0; i < scenario_param_count(); i++) {
        const char *path = scenario_param_at(i).field->path, *list = strstr(path, "[]");
        char element[256], shown[256];
        if (strncmp(path, "policy.", 7) != 0 || strncmp(path, "policy.arms[", 12) == 0) continue;
        for (size_t k = 0;; k++) {
            if (list)
                snprintf(element, sizeof element, "%.*s[%zu]%s", (int)(list - path), path, k, list + 2);
            else
                snprintf(element, sizeof element, "%s", path);
            snprintf(shown, sizeof shown, "%s%s", under, element + 7);
            if (!put_parameter(t, p, defaults, element, shown) || !list) break;
        }
    }
}

/* Of an arm what its policy has come to, for its preset may say something else one day. */
static void put_arm(live_text *t, const scenario *s, size_t k, scenario_params *room,
                    const scenario_params *defaults) {
    char under[64];
    static const char *const field[] = {"name", "weight"};
    for (size_t i = 0; i < sizeof field / sizeof *field; i++) {
        snprintf(under, sizeof under, "policy.arms[%zu].%s", k, field[i]);
        put_parameter(t, &s->p, defaults, under, under);
    }
    room->policy = s->arm[k];
    snprintf(under, sizeof under, "policy.arms[%zu].", k);
    put_policy(t, room, defaults, under);
}

static bool describe_policy(live_session *s, const scenario *of) {
    scenario_params *defaults = malloc(sizeof *defaults), *room = malloc(sizeof *room);
    live_text text = {0};
    if (defaults && room) {
        scenario_params_default(defaults);
        *room = *defaults;
        put_policy(&text, &of->p, defaults, "policy.");
        for (size_t k = 0; k < of->p.arms; k++)
            put_arm(&text, of, k, room, defaults);
        live_put(&text, "", 1);
    }
    bool good = defaults && room && !text.failed;
    free(defaults);
    free(room);
    if (!good) {
        live_text_clear(&text);
        return false;
    }
    s->policy = text.at;
    s->policy_hash = XXH64(text.at, text.n - 1, 0);
    return true;
}

/* ---- begin and end ---- */

static lab_status no_memory(lab_error *error) {
    return lab_fail(error, LAB_FAILED, "out of memory");
}

lab_status live_session_begin(live_session *s, const scenario *of, bool wall, lab_error *error) {
    *s = (live_session){.wall = wall};
    if (live_world_begin(&s->world, of) != BIS_OK) return no_memory(error);
    if (describe_policy(s, of)) return LAB_OK;
    live_session_end(s);
    return no_memory(error);
}

void live_session_end(live_session *s) {
    live_world_end(&s->world);
    store_journal_close(s->journal);
    free(s->policy);
    live_text_clear(&s->out);
    live_text_clear(&s->scratch);
    *s = (live_session){0};
}

static void put_ack(live_session *s) {
    live_put_word(&s->out, "{\"ack\":");
    live_put_int(&s->out, (int64_t)s->taken);
    live_put_word(&s->out, "}\n");
}

lab_status live_session_journal(live_session *s, const char *path, lab_error *error) {
    char program[96], why[STORE_ERROR_SIZE] = "";
    snprintf(program, sizeof program, "restocklab %s", lab_version());
    const store_journal_head head = {
        .clock = s->wall ? "wall" : "event", .policy = s->policy, .program = program};
    store_journal_marks marks;
    store_status status = store_journal_open(path, &head, &s->journal, &marks, why);
    if (status != STORE_OK)
        return lab_fail(error, status == STORE_NOT_A_RUN ? LAB_BAD_INPUT : LAB_FAILED, "%s", why);
    s->journal_path = path;
    s->taken = marks.taken;
    s->printed = marks.printed;
    lab_status replayed = live_replay(s, error);
    if (replayed == LAB_OK) put_ack(s);
    return replayed == LAB_OK && s->out.failed ? no_memory(error) : replayed;
}

/* ---- what is decided ---- */

/* Takes the decisions out of the engine: into the journal, and into what will be printed. */
static lab_status collect(live_session *s, lab_error *error) {
    live_decided decision;
    bis_status status = live_arms_outbox(&s->world.arms);
    char why[STORE_ERROR_SIZE] = "";
    while (status == BIS_OK && live_arms_next(&s->world.arms, &decision, &status)) {
        if (!live_world_touched(&s->world, &decision)) return no_memory(error);
        s->scratch.n = 0;
        live_put_decision(&s->scratch, s, &decision, ++s->decisions);
        if (s->scratch.failed) return no_memory(error);
        if (s->journal &&
            store_journal_add_decision(s->journal, s->scratch.at, s->scratch.n, why) != STORE_OK)
            return lab_fail(error, LAB_FAILED, "%s", why);
        live_put(&s->out, s->scratch.at, s->scratch.n);
        live_put(&s->out, "\n", 1);
    }
    return status != BIS_OK || s->out.failed ? no_memory(error) : LAB_OK;
}

static lab_status keep(live_session *s, uint64_t seq, bis_time at, const char *line, size_t size,
                       lab_error *error) {
    char why[STORE_ERROR_SIZE] = "";
    const store_journal_input input = {.seq = seq, .at = at, .line = line, .size = size};
    if (!s->journal || store_journal_add_input(s->journal, &input, why) == STORE_OK) return LAB_OK;
    return lab_fail(error, LAB_FAILED, "%s", why);
}

/* [in] status: of live_world_*, which refuses nothing that was checked. */
static lab_status told(live_session *s, bis_status status, lab_error *error) {
    if (status == BIS_OK) return collect(s, error);
    if (status == BIS_NO_MEMORY) return no_memory(error);
    return lab_fail(error, LAB_FAILED, "defect of the program: the engine refuses line %ju: %s",
                    (uintmax_t)s->line, bis_status_text(status));
}

/* ---- lines ---- */

static void put_fault(live_session *s, const live_fault *fault, const live_event *event) {
    s->refused++;
    live_put_word(&s->out, "{\"error\":{\"line\":");
    live_put_int(&s->out, (int64_t)s->line);
    if (fault->column > 0) {
        live_put_word(&s->out, ",\"column\":");
        live_put_int(&s->out, fault->column);
    }
    if (event && live_has(event, LIVE_SEQ)) {
        live_put_word(&s->out, ",\"seq\":");
        live_put_int(&s->out, event->value[LIVE_SEQ].i);
    }
    live_put_word(&s->out, ",\"what\":");
    live_put_quoted(&s->out, fault->what, strlen(fault->what));
    live_put_word(&s->out, "}}\n");
}

/* When the event happens. By the clock: now; a time of its own says only how old the news is. */
static bool resolve_time(const live_session *s, const live_event *event, bis_time now, bis_time *at,
                         live_fault *fault) {
    const live_value *given = &event->value[LIVE_AT];
    if (!s->wall && !live_has(event, LIVE_AT))
        return live_refuse(fault, "an event \"%s\" needs 'at', when it happened",
                           live_kind_rows[event->kind].name);
    if (s->wall && live_has(event, LIVE_AT) && given->i > now + AHEAD_MAX)
        return live_refuse(fault, "'at' is %jd s ahead of the clock", (intmax_t)(given->i - now) / 1000);
    *at = s->wall ? (now > s->world.now ? now : s->world.now) : given->i;
    return true;
}

static lab_status apply(live_session *s, const live_event *event, uint64_t seq, bis_time at, const char *text,
                        size_t size, lab_error *error) {
    s->taken = seq;
    s->untaken = 0;
    lab_status status = keep(s, seq, at, text, size, error);
    if (status == LAB_OK) status = told(s, live_world_pass(&s->world, at, event->kind == LIVE_TICK), error);
    if (status == LAB_OK && event->kind != LIVE_TICK)
        status = told(s, live_world_take(&s->world, event, at), error);
    return status;
}

static bool is_blank(const char *text, size_t size) {
    for (size_t i = 0; i < size; i++)
        if (!strchr(" \t\r", text[i]) || text[i] == '\0') return false;
    return true;
}

lab_status live_session_line(live_session *s, const char *text, size_t size, bool too_long, bis_time now,
                             lab_error *error) {
    live_event event = {0};
    live_fault fault = {0};
    bis_time at = 0;
    lab_status status = LAB_OK;
    s->line++;
    uint64_t seq = s->taken + ++s->untaken; /* unless the caller has one of his own */
    if (!too_long && is_blank(text, size)) return LAB_OK;
    bool good =
        too_long ? live_refuse(&fault, "longer than 1 MiB") : live_event_read(text, size, &event, &fault);
    if (good && live_has(&event, LIVE_SEQ)) seq = (uint64_t)event.value[LIVE_SEQ].i;
    bool repeated = good && seq <= s->taken; /* it was sent again after a crash */
    good = good && resolve_time(s, &event, now, &at, &fault);
    good = good && live_world_check(&s->world, &event, at, &fault);
    if (repeated)
        s->repeated++;
    else if (good)
        status = apply(s, &event, seq, at, text, size, error);
    else
        put_fault(s, &fault, &event);
    live_event_clear(&event);
    return status == LAB_OK && s->out.failed ? no_memory(error) : status;
}

lab_status live_session_tick(live_session *s, bis_time now, lab_error *error) {
    if (now < s->world.now) now = s->world.now; /* the clock was put back */
    if (live_arms_next_wake(&s->world.arms) > now) return LAB_OK;
    lab_status status = keep(s, 0, now, NULL, 0, error);
    return status == LAB_OK ? told(s, live_world_pass(&s->world, now, true), error) : status;
}

lab_status live_session_commit(live_session *s, lab_error *error) {
    char why[STORE_ERROR_SIZE] = "";
    if (!s->journal) return LAB_OK;
    if (store_journal_commit(s->journal, why) != STORE_OK) return lab_fail(error, LAB_FAILED, "%s", why);
    put_ack(s);
    return s->out.failed ? no_memory(error) : LAB_OK;
}

lab_status live_session_printed(live_session *s, bool keep_now, lab_error *error) {
    char why[STORE_ERROR_SIZE] = "";
    s->out.n = 0;
    if (!s->journal) return LAB_OK;
    store_journal_printed(s->journal, s->decisions);
    if (!keep_now || store_journal_keep_printed(s->journal, why) == STORE_OK) return LAB_OK;
    return lab_fail(error, LAB_FAILED, "%s", why);
}
