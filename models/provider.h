/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * provider.h - the transport interface, and the mock push provider behind it.
 *
 * A transport is asked at each try of a message and answers at once with what will happen and when; the
 * caller puts that into its own time. So a transport has no clock and no queue. Another transport is another
 * file with another model_transport.
 *
 * The mock, at each try, in this order:
 *   quota         each try that is let in takes one message from the bucket, whatever becomes of it. The
 * bucket is whole again at each full minute of the epoch clock; part of a message is none. This is the only
 *                 state: all else depends on the message alone, not on the order in which messages come.
 *   too large, unregistered   facts of the touch, drawn once: the same at every try.
 *   unavailable   drawn at every try.
 *   accepted      shown after the latency, plus offline_for where the device is offline. Later than the TTL:
 * lost when the TTL runs out. A TTL of 0 is as in Web Push (RFC 8030, 5.2): the message is handed to a device
 * that is online, however slow the way to it, and is never kept for one that is offline. A retry comes after
 * backoff * 2^attempt, lengthened by up to as much again at random, so that what failed together does not
 * come back together; after a quota answer also not before the next refill, plus up to one backoff at random.
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

/* "none", "unregistered", "quota", "unavailable", "too_large", "ttl": stable, part of metric names. A number
 * outside the enum gives "unknown". */
const char *model_failure_name(model_failure failure);

/* Limits of an address: a touch has 2^24 ordinals, a try 2^8. */
enum { MODEL_TOUCHES_MAX = 1 << 24, MODEL_RETRIES_MAX = 255 };

typedef struct {
    uint32_t shopper, sku,
        touch;        /* touch: ordinal of the shopper's touches for this SKU, < MODEL_TOUCHES_MAX */
    uint32_t attempt; /* 0 for the first try */
    model_platform platform;
} model_message;

typedef enum { MODEL_ACCEPTED, MODEL_RETRY, MODEL_REJECTED } model_verdict;

typedef struct {
    model_verdict verdict;
    model_failure failure; /* REJECTED, RETRY: why; ACCEPTED: TTL if it will never be shown, else NONE */
    int64_t at;            /* ACCEPTED: when shown (or lost); RETRY: when to try again; REJECTED: now */
} model_answer;

/* A transport. The setup is copied. More than MODEL_RETRIES_MAX retries count as so many.
 *
 * submit() wants non-decreasing times: an earlier minute's bucket is gone. The caller comes again at a
 * RETRY's time with the attempt raised by one. */
typedef struct {
    const char *name;
    void *(*create)(const model_provider *setup, model_key key); /* NULL: no memory */
    void (*destroy)(void *state);                                /* NULL is fine */
    model_answer (*submit)(void *state, int64_t now, const model_message *message);
} model_transport;

extern const model_transport model_transport_mock;

#endif
