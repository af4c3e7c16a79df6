/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * provider.h - the transport interface, and the transports behind it.
 *
 * A transport is asked at each try of a message and answers at once with what will happen and when; the
 * caller puts that into its own time. So a transport has no clock and no queue. Another transport is another
 * file with another model_transport, and its line in transport.c.
 *
 * The mock, at each try, in this order:
 *   - quota: each try that is let in takes one message from the bucket, whatever becomes of it. The bucket is
 *     whole again at each full minute of the epoch clock; part of a message is none.
 *   - device limits: likewise by device, over full minutes and full hours of that clock; and for messages
 *     that collapse, a bucket that gains one message at a time. A try that they refuse takes none from them.
 *   - too large, bad token, unregistered: facts of the touch and the device, drawn once: the same at every
 *     try. A token that is too old is unregistered; its age is drawn once for the device.
 *   - unavailable, internal: drawn at every try; in an outage, unavailable more often.
 *   - accepted: shown after the latency, plus offline_for where the device is offline. Later than the TTL:
 *     lost when the TTL runs out. A TTL of 0 is as in Web Push (RFC 8030, 5.2): the message is handed to a
 *     device that is online, however slow the way to it, and is never kept for one that is offline.
 *   - collapsing: a device that a message has found offline stays so until the time that this one was told,
 *     and one that comes meanwhile replaces the one with its key that is still kept.
 *
 * A retry comes after backoff * 2^attempt, lengthened by up to as much again at random, so that what failed
 * together does not come back together; after a 429 also not before there is room again, plus up to one
 * backoff at random.
 *
 * Quota, device limits and collapsing look at what came before; all else depends on the message alone, not on
 * the order in which messages come.
 */
#ifndef MODELS_PROVIDER_H
#define MODELS_PROVIDER_H

#include <stdbool.h>
#include <stdint.h>

#include "models/rng.h"
#include "models/world.h"

typedef enum {
    MODEL_FAIL_NONE,
    MODEL_FAIL_UNREGISTERED, /* the token is dead */
    MODEL_FAIL_QUOTA,        /* after the last retry */
    MODEL_FAIL_UNAVAILABLE,  /* after the last retry */
    MODEL_FAIL_TOO_LARGE,
    MODEL_FAIL_TTL,          /* accepted, but not shown before the TTL ran out */
    MODEL_FAIL_BAD_TOKEN,    /* it never was a token: dead as well */
    MODEL_FAIL_DEVICE_LIMIT, /* too many messages to one device, after the last retry */
    MODEL_FAIL_INTERNAL,     /* after the last retry */
    MODEL_FAIL_COLLAPSED,    /* accepted, but a newer message took its place before it was shown */
    MODEL_FAIL_COUNT
} model_failure;

/* "none", "unregistered", "quota", "unavailable", "too_large", "ttl", "bad_token", "device_limit",
 * "internal", "collapsed": stable, part of metric names. A number outside the enum gives "unknown". */
const char *model_failure_name(model_failure failure);

/* What the platform's push service answers: an HTTP status and the reason as its documentation writes it,
 * such as 404 UNREGISTERED. Status 0 and NULL where it does not say: TTL, COLLAPSED, NONE. */
typedef struct {
    int status;
    const char *reason;
} model_failure_word;
model_failure_word model_failure_at(model_platform platform, model_failure failure);

/* "APNs", "FCM", "Web Push". */
const char *model_platform_service(model_platform platform);

/* Limits of an address: a touch has 2^24 ordinals, a try 2^8. */
enum { MODEL_TOUCHES_MAX = 1 << 24, MODEL_RETRIES_MAX = 255 };

typedef struct {
    uint32_t shopper, sku,
        touch;        /* touch: ordinal of the shopper's touches for this SKU, < MODEL_TOUCHES_MAX */
    uint32_t attempt; /* 0 for the first try */
    uint32_t device;  /* which of hers, < MODEL_DEVICES_MAX */
    uint32_t product; /* of the SKU */
    uint32_t id; /* the caller's number of the touch, by which it is told what a newer message replaces */
    model_platform platform; /* of the device */
} model_message;

typedef enum {
    MODEL_ACCEPTED,
    MODEL_RETRY,
    MODEL_REJECTED,
    MODEL_NO_MEMORY /* it cannot say: the caller has to give up */
} model_verdict;

typedef struct {
    model_verdict verdict;
    model_failure failure; /* REJECTED, RETRY: why; ACCEPTED: TTL if it will never be shown, else NONE */
    int64_t at;            /* ACCEPTED: when shown (or lost); RETRY: when to try again; REJECTED: now */
    bool replaces;         /* ACCEPTED: an older message to this device, which will not be shown after all: */
    uint32_t replaced;     /* its id */
} model_answer;

/* A transport. The setup is copied. More than MODEL_RETRIES_MAX retries count as so many.
 *
 * submit() wants non-decreasing times: an earlier minute's bucket is gone. The caller comes again at a
 * RETRY's time with the attempt raised by one.
 *
 * [in] start: ms since the epoch, from which outages count. */
typedef struct {
    const char *name;
    void *(*create)(const model_provider *setup, int64_t start, model_key key); /* NULL: no memory */
    void (*destroy)(void *state);                                               /* NULL is fine */
    model_answer (*submit)(void *state, int64_t now, const model_message *message);
} model_transport;

extern const model_transport model_transport_mock, model_transport_ideal;

/* All of them, and their names, NULL after the last: what model_provider.transport chooses from. */
extern const model_transport *const model_transports[];
extern const char *const model_transport_names[];

#endif
