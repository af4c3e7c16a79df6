/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * transport.c - the transports there are, in the order of their names, and how platforms name a failure.
 *
 * The words are those of the public documentation of Firebase Cloud Messaging (error codes of the HTTP v1
 * API), of APNs (status codes and reasons of responses) and of RFC 8030 with the status codes of RFC 9110.
 */
#include "models/provider.h"

#include <assert.h>

const model_transport *const model_transports[] = {&model_transport_mock, &model_transport_ideal};
const char *const model_transport_names[] = {"mock", "ideal", NULL};
static_assert(sizeof model_transport_names / sizeof(char *) ==
                  sizeof model_transports / sizeof *model_transports + 1,
              "a name for each");

static const char *const failure_names[] = {
    [MODEL_FAIL_NONE] = "none",           [MODEL_FAIL_UNREGISTERED] = "unregistered",
    [MODEL_FAIL_QUOTA] = "quota",         [MODEL_FAIL_UNAVAILABLE] = "unavailable",
    [MODEL_FAIL_TOO_LARGE] = "too_large", [MODEL_FAIL_TTL] = "ttl",
    [MODEL_FAIL_BAD_TOKEN] = "bad_token", [MODEL_FAIL_DEVICE_LIMIT] = "device_limit",
    [MODEL_FAIL_INTERNAL] = "internal",   [MODEL_FAIL_COLLAPSED] = "collapsed",
};
static_assert(sizeof failure_names / sizeof *failure_names == MODEL_FAIL_COUNT, "each failure has its name");

const char *model_failure_name(model_failure failure) {
    return (unsigned)failure < MODEL_FAIL_COUNT ? failure_names[failure] : "unknown";
}

static const char *const services[MODEL_PLATFORMS] = {
    [MODEL_IOS] = "APNs", [MODEL_ANDROID] = "FCM", [MODEL_WEB] = "Web Push"};

const char *model_platform_service(model_platform platform) {
    return (unsigned)platform < MODEL_PLATFORMS ? services[platform] : "unknown";
}

static const model_failure_word words[MODEL_PLATFORMS][MODEL_FAIL_COUNT] = {
    [MODEL_IOS] =
        {
            [MODEL_FAIL_UNREGISTERED] = {410, "Unregistered"},
            [MODEL_FAIL_BAD_TOKEN] = {400, "BadDeviceToken"},
            [MODEL_FAIL_QUOTA] = {429, "TooManyRequests"},
            [MODEL_FAIL_DEVICE_LIMIT] = {429, "TooManyRequests"},
            [MODEL_FAIL_UNAVAILABLE] = {503, "ServiceUnavailable"},
            [MODEL_FAIL_INTERNAL] = {500, "InternalServerError"},
            [MODEL_FAIL_TOO_LARGE] = {413, "PayloadTooLarge"},
        },
    [MODEL_ANDROID] =
        {
            [MODEL_FAIL_UNREGISTERED] = {404, "UNREGISTERED"},
            [MODEL_FAIL_BAD_TOKEN] = {400, "INVALID_ARGUMENT"},
            [MODEL_FAIL_QUOTA] = {429, "QUOTA_EXCEEDED"},
            [MODEL_FAIL_DEVICE_LIMIT] = {429, "QUOTA_EXCEEDED"},
            [MODEL_FAIL_UNAVAILABLE] = {503, "UNAVAILABLE"},
            [MODEL_FAIL_INTERNAL] = {500, "INTERNAL"},
            [MODEL_FAIL_TOO_LARGE] = {400, "INVALID_ARGUMENT"},
        },
    [MODEL_WEB] =
        {
            [MODEL_FAIL_UNREGISTERED] = {410, "Gone"},
            [MODEL_FAIL_BAD_TOKEN] = {404, "Not Found"},
            [MODEL_FAIL_QUOTA] = {429, "Too Many Requests"},
            [MODEL_FAIL_DEVICE_LIMIT] = {429, "Too Many Requests"},
            [MODEL_FAIL_UNAVAILABLE] = {503, "Service Unavailable"},
            [MODEL_FAIL_INTERNAL] = {500, "Internal Server Error"},
            [MODEL_FAIL_TOO_LARGE] = {413, "Content Too Large"},
        },
};

model_failure_word model_failure_at(model_platform platform, model_failure failure) {
    bool known = (unsigned)platform < MODEL_PLATFORMS && (unsigned)failure < MODEL_FAIL_COUNT;
    return known ? words[platform][failure] : (model_failure_word){0};
}
