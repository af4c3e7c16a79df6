/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * explain_push.c - what a push provider says of a message, in words.
 */
#include "lab/explain_job.h"

#include <string.h>

#include "models/provider.h"

static const char *failure_text(const char *why) {
    static const char *const text[][2] = {
        {"unregistered", "its token is dead"},
        {"quota", "the quota is used up"},
        {"unavailable", "a server error"},
        {"too_large", "the message is too large"},
        {"ttl", "its time to live ran out before it could be shown"},
        {"bad_token", "its token never was one"},
        {"device_limit", "the device has got as many as it may"},
        {"internal", "an internal error of the server"},
        {"collapsed", "a newer message took its place before it could be shown"},
    };
    for (size_t i = 0; i < sizeof text / sizeof *text; i++)
        if (!strcmp(why, text[i][0])) return text[i][1];
    return "";
}

const char *lab_explain_platform(uint8_t platform) {
    static const char *const name[MODEL_PLATFORMS] = {"ios", "android", "web"};
    return platform < MODEL_PLATFORMS ? name[platform] : "";
}

const char *lab_explain_answer(const sim_seen *seen, char room[EXPLAIN_NAME]) {
    model_platform platform = (model_platform)seen->as.touch.platform;
    model_failure_word word = {0};
    for (int why = 0; why < MODEL_FAIL_COUNT; why++)
        if (!strcmp(seen->as.touch.why, model_failure_name((model_failure)why)))
            word = model_failure_at(platform, (model_failure)why);
    room[0] = '\0';
    if (word.reason)
        snprintf(room, EXPLAIN_NAME, "%s %d %s", model_platform_service(platform), word.status, word.reason);
    return room;
}

void lab_explain_refused(const sim_seen *seen, explain_text *out) {
    char room[EXPLAIN_NAME];
    const char *why = seen->as.touch.why, *answer = lab_explain_answer(seen, room);
    lab_explain_add(out, answer[0] ? "%s (%s): %s" : "%s%s: %s", why, answer, failure_text(why));
}

void lab_explain_device(const sim_seen *seen, const char *before, explain_text *out) {
    if (seen->as.touch.device)
        lab_explain_add(out, "%s %u (%s)", before, seen->as.touch.device,
                        lab_explain_platform(seen->as.touch.platform));
}
