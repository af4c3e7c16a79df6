/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * provider.h - the transport interface, and the mock push provider behind it.
 *
 * A transport is asked at each try of a message and answers at once with what will happen and when; the
 * caller puts that into its own time. So a transport has no clock and no queue. Another transport is another
 * file with another model_transport.
 */
#ifndef MODELS_PROVIDER_H
#define MODELS_PROVIDER_H

#include <stdbool.h>
#include <stdint.h>

#include "models/rng.h"
#include "models/world.h"

typedef enum {
    MODEL_FAIL_NONE,
    MODEL_FAIL_UNREGISTERED, /* FCM UNREGISTERED (404), APNs 410, Web Push 404/410 */
    MODEL_FAIL_QUOTA,        /* FCM QUOTA_EXCEEDED (429), after the last retry */
    MODEL_FAIL_UNAVAILABLE,  /* FCM UNAVAILABLE (503), APNs 500/503, after the last retry */
    MODEL_FAIL_TOO_LARGE,    /* FCM INVALID_ARGUMENT, APNs 413, Web Push 413 */
    MODEL_FAIL_TTL,          /* accepted, but not shown before the TTL ran out */
    MODEL_FAIL_COUNT
} model_failure;
const char *model_failure_name(model_failure); /* "unregistered", ... stable, part of metric names */

typedef struct {
    uint32_t shopper, sku, touch; /* touch: ordinal of the shopper's touches for this SKU */
    uint32_t attempt;             /* 0 for the first try */
    model_platform platform;
} model_message;

typedef enum { MODEL_ACCEPTED, MODEL_RETRY, MODEL_REJECTED } model_verdict;

typedef struct {
    model_verdict verdict;
    model_failure failure; /* REJECTED: why; ACCEPTED: TTL if it will never be shown, else NONE */
    int64_t at;            /* ACCEPTED: when shown (or lost); RETRY: when to try again; REJECTED: now */
} model_answer;

typedef struct {
    const char *name;
    void *(*create)(const model_provider *setup, model_key key); /* NULL: no memory */
    void (*destroy)(void *state);
    model_answer (*submit)(void *state, int64_t now, const model_message *message);
} model_transport;

extern const model_transport model_transport_mock;

#endif
