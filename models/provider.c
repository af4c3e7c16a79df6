/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * provider.c - the mock push provider. See provider.h for what it does at a try.
 *
 * Names and limits follow the public documentation of Firebase Cloud Messaging and APNs, and RFC 8030.
 */
#include "models/provider.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

static const int64_t MINUTE = 60000;

/* Parts of a touch, each with a stream of its own under MODEL_P_PROVIDER. Only ever append. */
enum { DRAW_TOO_LARGE, DRAW_UNREGISTERED, DRAW_OFFLINE, DRAW_LATENCY, DRAW_OFFLINE_FOR, DRAW_SLOTS = 8 };

typedef struct {
    model_provider setup;
    model_key key;
    int64_t minute; /* the bucket's */
    double used;    /* messages taken from it */
    bool ideal;     /* it takes everything and shows it at once */
    gsl_rng r;
} mock;

static const char *const failure_names[] = {
    [MODEL_FAIL_NONE] = "none",           [MODEL_FAIL_UNREGISTERED] = "unregistered",
    [MODEL_FAIL_QUOTA] = "quota",         [MODEL_FAIL_UNAVAILABLE] = "unavailable",
    [MODEL_FAIL_TOO_LARGE] = "too_large", [MODEL_FAIL_TTL] = "ttl",
};
static_assert(sizeof failure_names / sizeof *failure_names == MODEL_FAIL_COUNT, "each failure has its name");

const char *model_failure_name(model_failure failure) {
    return (unsigned)failure < MODEL_FAIL_COUNT ? failure_names[failure] : "unknown";
}

static void mock_destroy(void *state) {
    mock *m = state;
    if (!m) return;
    free(m->r.state);
    free(m);
}

/* Builds the gsl_rng by hand: gsl_rng_alloc() calls GSL's error handler when memory is short. */
static void *mock_create(const model_provider *setup, model_key key) {
    mock *m = malloc(sizeof *m);
    if (!m) return NULL;
    *m = (mock){.setup = *setup, .key = key, .minute = INT64_MIN, .r = {.type = model_rng_philox}};
    m->ideal = !(setup->quota > 0 || setup->too_large > 0 || setup->unregistered > 0 ||
                 setup->unavailable > 0 || setup->offline > 0) &&
               model_span_is_zero(&setup->latency);
    if (m->setup.retries > MODEL_RETRIES_MAX) m->setup.retries = MODEL_RETRIES_MAX;
    m->r.state = malloc(model_rng_philox->size);
    if (!m->r.state) {
        mock_destroy(m);
        return NULL;
    }
    return m;
}

static int64_t minute_of(int64_t now) {
    return now / MINUTE - (now % MINUTE < 0);
}

static bool let_in(mock *m, int64_t now) {
    if (!(m->setup.quota > 0)) return true;
    int64_t minute = minute_of(now);
    if (minute > m->minute) {
        m->minute = minute;
        m->used = 0;
    }
    if (m->used + 1 > m->setup.quota) return false;
    m->used++;
    return true;
}

static uint32_t slot(const model_message *message, uint32_t draw) {
    return message->touch * DRAW_SLOTS + draw;
}

/* u < p; without a draw where p says it all. */
static bool happens(const mock *m, const model_message *message, uint32_t draw, double p) {
    if (!(p > 0)) return false;
    return model_uniform(m->key, message->shopper, message->sku, MODEL_P_PROVIDER, slot(message, draw)) < p;
}

static int64_t span(mock *m, const model_message *message, uint32_t draw, const model_span *span) {
    if (model_span_is_zero(span)) return 0;
    model_rng_seek(&m->r, m->key, message->shopper, message->sku, MODEL_P_PROVIDER, slot(message, draw));
    return model_span_draw(span, &m->r);
}

/* The try's own block: first whether the server fails, then the retry's jitter. */
static uint32_t try_of(const model_message *message) {
    return message->touch << 8 | (message->attempt & 0xff);
}

static bool unavailable(const mock *m, const model_message *message) {
    return m->setup.unavailable > 0 &&
           model_uniform(m->key, message->shopper, message->sku, MODEL_P_PROVIDER_RETRY, try_of(message)) <
               m->setup.unavailable;
}

static model_answer rejected(int64_t now, model_failure why) {
    return (model_answer){.verdict = MODEL_REJECTED, .failure = why, .at = now};
}

static model_answer retry_or_reject(mock *m, int64_t now, const model_message *message, model_failure why) {
    if ((int64_t)message->attempt >= m->setup.retries) return rejected(now, why);
    double draw[2];
    model_uniform2(m->key, message->shopper, message->sku, MODEL_P_PROVIDER_RETRY, try_of(message), draw);
    double jitter = draw[1];
    double backoff = fmax(0, (double)m->setup.backoff);
    double wait = fmin(ldexp(backoff, (int)message->attempt) * (1 + jitter), (double)MODEL_SPAN_MAX);
    int64_t at = now + (int64_t)wait;
    if (why == MODEL_FAIL_QUOTA) {
        double spread = fmin(backoff * jitter, (double)MODEL_SPAN_MAX);
        int64_t refilled = (minute_of(now) + 1) * MINUTE + (int64_t)spread;
        if (at < refilled) at = refilled;
    }
    return (model_answer){.verdict = MODEL_RETRY, .failure = why, .at = at};
}

static model_answer accepted(mock *m, int64_t now, const model_message *message) {
    const int64_t ttl = m->setup.ttl > 0 ? m->setup.ttl : 0;
    bool offline = happens(m, message, DRAW_OFFLINE, m->setup.offline);
    int64_t after = span(m, message, DRAW_LATENCY, &m->setup.latency);
    if (offline) after += span(m, message, DRAW_OFFLINE_FOR, &m->setup.offline_for);
    bool lost = ttl > 0 ? after > ttl : offline;
    return (model_answer){
        .verdict = MODEL_ACCEPTED,
        .failure = lost ? MODEL_FAIL_TTL : MODEL_FAIL_NONE,
        .at = now + (lost ? ttl : after),
    };
}

static model_answer mock_submit(void *state, int64_t now, const model_message *message) {
    mock *m = state;
    assert(message->touch < MODEL_TOUCHES_MAX);
    if (m->ideal) return (model_answer){.verdict = MODEL_ACCEPTED, .at = now};
    if (!let_in(m, now)) return retry_or_reject(m, now, message, MODEL_FAIL_QUOTA);
    if (happens(m, message, DRAW_TOO_LARGE, m->setup.too_large)) return rejected(now, MODEL_FAIL_TOO_LARGE);
    if (happens(m, message, DRAW_UNREGISTERED, m->setup.unregistered))
        return rejected(now, MODEL_FAIL_UNREGISTERED);
    if (unavailable(m, message)) return retry_or_reject(m, now, message, MODEL_FAIL_UNAVAILABLE);
    return accepted(m, now, message);
}

const model_transport model_transport_mock = {
    .name = "mock",
    .create = mock_create,
    .destroy = mock_destroy,
    .submit = mock_submit,
};
