/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lab_live.c - any bytes as the live engine's input: every answer is a line of JSON, a line that is refused
 * changes nothing, and the engine's books are in order.
 *
 * The first byte chooses the clock, and whether the policy has arms. By the clock each line comes a second
 * later.
 */
#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/live_session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char policy[] =
    "policy:\n"
    "  sources: {browse: {enabled: true, min_views: 1}}\n"
    "  regions: [{name: eu, behavioural_needs_consent: false}]\n"
    "  caps: [{count: 3, per: 1d, window: calendar_day}]\n"
    "  priority: weighted\n"
    "  quiet_hours: {start: \"22:00\", end: \"07:00\"}\n"
    "  throttle: {mode: batch, size: 2, every: 1min, jitter: 30s}\n"
    "  holdout: {fraction: 0.3}\n"
    "  templates: [{name: a, title: \"{product} {variant}\", body: \"{price}\", deep_link: \"{url}\"}]\n"
    "  reminder: {after: 1h}\n"
    "  channels: [{name: email, after: 2h, if: not_opened}]\n"
    "  predictive: {enabled: true, history: any}\n";
static const char arms[] = "  arms: {a: {weight: 2}, b: {set: throttle.mode=recount priority=tier}, c: "
                           "{set: match=product}}\n";

static void check_output(const live_session *s, size_t from) {
    if (s->out.n == from) return;
    for (const char *at = s->out.at + from, *end = s->out.at + s->out.n; at < end;) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        if (!newline) abort();
        json_t *line = json_loadb(at, (size_t)(newline - at), JSON_REJECT_DUPLICATES, NULL);
        if (!json_is_object(line)) abort();
        json_decref(line);
        at = newline + 1;
    }
}

static void take_line(live_session *s, const char *text, size_t size) {
    lab_error error;
    size_t from = s->out.n;
    uint64_t refused = s->refused, decisions = s->decisions, taken = s->taken;
    uint32_t names = s->world.shoppers.n + s->world.skus.n + s->world.products.n + s->world.categories.n;
    bis_time now = s->world.now;
    if (live_session_line(s, text, size, false, 1000000 + 1000 * (bis_time)s->line, &error) != LAB_OK)
        abort();
    check_output(s, from);
    if (s->refused == refused) return;
    if (s->decisions != decisions || s->taken != taken || s->world.now != now) abort();
    if (s->world.shoppers.n + s->world.skus.n + s->world.products.n + s->world.categories.n != names) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    live_session session = {.wall = size > 0 &&
                                    (data[0] & 1)}; /* live_session_begin() is slow: it prints the policy */
    lab_error error;
    static scenario *loaded[2]; /* once, for that takes longer than the rest */
    const char *why = "";
    if (size == 0) return 0;
    for (int i = 0; i < 2 && !loaded[i]; i++) {
        char text[sizeof policy + sizeof arms];
        int n = snprintf(text, sizeof text, "%s%s", policy, i ? arms : "");
        if (scenario_parse("fuzz.yaml", text, (size_t)n, NULL, 0, &loaded[i], NULL) != SCENARIO_OK) abort();
    }
    if (live_world_begin(&session.world, loaded[data[0] >> 1 & 1]) != BIS_OK) abort();
    const char *at = (const char *)data + 1, *end = (const char *)data + size;
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        size_t length = newline ? (size_t)(newline - at) : (size_t)(end - at);
        take_line(&session, at, length);
        at += length + 1;
    }
    if (session.wall && live_session_tick(&session, INT64_C(10000000), &error) != LAB_OK) abort();
    for (size_t i = 0; i < session.world.arms.n; i++)
        if (!bis_engine_validate(session.world.arms.arm[i].engine, &why)) abort();
    live_session_end(&session);
    return 0;
}
