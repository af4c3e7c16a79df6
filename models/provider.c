/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * provider.c - the mock push provider. See provider.h for what it does at a try.
 *
 * Limits follow the public documentation of Firebase Cloud Messaging, and RFC 8030.
 */
#include "models/provider.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "models/recall.h"

static const int64_t MINUTE = 60000, HOUR = 3600000;

/* Parts of a touch, each with a stream of its own under MODEL_P_PROVIDER. Only ever append. */
enum {
    DRAW_TOO_LARGE,
    DRAW_UNREGISTERED,
    DRAW_OFFLINE,
    DRAW_LATENCY,
    DRAW_OFFLINE_FOR,
    DRAW_BAD_TOKEN,
    DRAW_SLOTS = 8
};

/* What is remembered of a device, where there are limits or collapsing. */
typedef struct {
    int64_t minute, hour;       /* those that are counted: */
    int64_t in_minute, in_hour; /* messages let in */
    int64_t full_at;            /* when its bucket of collapsible messages is full again */
    int64_t online_at;          /* the end of the spell in which it was found offline */
} device;

/* A message that is kept for a device that is offline. */
typedef struct {
    int64_t until; /* handed over or lost then */
    uint32_t id;
} kept;

typedef struct {
    model_provider setup;
    int64_t start;
    model_key key[MODEL_DEVICES_MAX]; /* each device has a key of its own, the first one the trial's */
    model_recall *devices, *kept;     /* NULL unless they are needed */
    int64_t minute;                   /* the bucket's */
    double used;                      /* messages taken from it */
    bool ideal;                       /* it takes everything and shows it at once */
    gsl_rng r;
} mock;

static void mock_destroy(void *state) {
    mock *m = state;
    if (!m) return;
    model_recall_destroy(m->devices);
    model_recall_destroy(m->kept);
    free(m->r.state);
    free(m);
}

static bool limits_devices(const model_provider *s) {
    return s->device_minute > 0 || s->device_hour > 0;
}

static bool is_ideal(const model_provider *s) {
    return !(s->quota > 0 || s->too_large > 0 || s->unregistered > 0 || s->bad_token > 0 ||
             s->stale_after > 0 || s->unavailable > 0 || s->internal > 0 || s->outages > 0 ||
             s->offline > 0 || limits_devices(s) || s->collapse) &&
           model_span_is_zero(&s->latency);
}

static void make_keys(mock *m, model_key key) {
    m->key[0] = key;
    for (uint32_t i = 1; i < MODEL_DEVICES_MAX; i++) {
        const uint32_t counter[4] = {i, MODEL_NOBODY, 0, (uint32_t)MODEL_P_PROVIDER_KEY << MODEL_BLOCK_BITS};
        uint32_t word[4];
        model_philox(key, counter, word);
        m->key[i] = (model_key){{word[0], word[1]}};
    }
}

/* Builds the gsl_rng by hand: gsl_rng_alloc() calls GSL's error handler when memory is short. */
static void *mock_create(const model_provider *setup, int64_t start, model_key key) {
    mock *m = malloc(sizeof *m);
    if (!m) return NULL;
    *m = (mock){.setup = *setup, .start = start, .minute = INT64_MIN, .r = {.type = model_rng_philox}};
    m->ideal = is_ideal(setup);
    make_keys(m, key);
    if (m->setup.retries > MODEL_RETRIES_MAX) m->setup.retries = MODEL_RETRIES_MAX;
    bool remembers = setup->collapse || limits_devices(setup);
    m->r.state = malloc(model_rng_philox->size);
    if (remembers) m->devices = model_recall_create(sizeof(device));
    if (setup->collapse) m->kept = model_recall_create(sizeof(kept));
    if (!m->r.state || (remembers && !m->devices) || (setup->collapse && !m->kept)) {
        mock_destroy(m);
        return NULL;
    }
    return m;
}

/* ---- limits ---- */

static int64_t whole(int64_t now, int64_t span) {
    return now / span - (now % span < 0);
}

static int64_t next_minute(int64_t now) {
    return (whole(now, MINUTE) + 1) * MINUTE;
}

static bool let_in(mock *m, int64_t now) {
    if (!(m->setup.quota > 0)) return true;
    int64_t minute = whole(now, MINUTE);
    if (minute > m->minute) {
        m->minute = minute;
        m->used = 0;
    }
    if (m->used + 1 > m->setup.quota) return false;
    m->used++;
    return true;
}

/* When one more would fit, `in` being so many of `span`'s `limit`; now if it does. */
static int64_t room_in(int64_t now, int64_t span, int64_t limit, int64_t *counted, int64_t *in) {
    int64_t this = whole(now, span);
    if (*counted != this) {
        *counted = this;
        *in = 0;
    }
    return limit > 0 && *in >= limit ? (this + 1) * span : now;
}

/* Takes one message of the device's limits; else says when there is room: after now. */
static int64_t device_room(const mock *m, int64_t now, device *d) {
    const model_provider *s = &m->setup;
    int64_t room = room_in(now, MINUTE, s->device_minute, &d->minute, &d->in_minute);
    int64_t hourly = room_in(now, HOUR, s->device_hour, &d->hour, &d->in_hour);
    if (room < hourly) room = hourly;
    bool bucket = s->collapse && s->collapse_burst > 0;
    if (bucket) { /* less than one message in it: full_at is farther off than all but one take to come */
        int64_t one = d->full_at - (s->collapse_burst - 1) * s->collapse_refill;
        if (room < one) room = one;
    }
    if (room > now) return room;
    d->in_minute++;
    d->in_hour++;
    if (bucket) d->full_at = (d->full_at > now ? d->full_at : now) + s->collapse_refill;
    return now;
}

/* ---- draws ---- */

static model_key key_of(const mock *m, const model_message *message) {
    return m->key[message->device % MODEL_DEVICES_MAX];
}

static uint32_t slot(const model_message *message, uint32_t draw) {
    return message->touch * DRAW_SLOTS + draw;
}

/* u < p; without a draw where p says it all. */
static bool happens(const mock *m, const model_message *message, uint32_t draw, double p) {
    if (!(p > 0)) return false;
    return model_uniform(key_of(m, message), message->shopper, message->sku, MODEL_P_PROVIDER,
                         slot(message, draw)) < p;
}

static int64_t span(mock *m, const model_message *message, uint32_t draw, const model_span *span) {
    if (model_span_is_zero(span)) return 0;
    model_rng_seek(&m->r, key_of(m, message), message->shopper, message->sku, MODEL_P_PROVIDER,
                   slot(message, draw));
    return model_span_draw(span, &m->r);
}

static bool stale(mock *m, const model_message *message) {
    if (!(m->setup.stale_after > 0) || model_span_is_zero(&m->setup.token_age)) return false;
    model_rng_seek(&m->r, key_of(m, message), message->shopper, MODEL_NOBODY, MODEL_P_PROVIDER_TOKEN_AGE, 0);
    return model_span_draw(&m->setup.token_age, &m->r) > m->setup.stale_after;
}

/* ---- server errors and retries ---- */

/* The try's own block: first whether the server fails, then the retry's jitter. */
static uint32_t try_of(const model_message *message) {
    return message->touch << 8 | (message->attempt & 0xff);
}

/* Of a try now: that of an outage, if there is one, besides the usual one. */
static double unavailable(const mock *m, int64_t now) {
    double p = m->setup.unavailable;
    for (size_t i = 0; i < m->setup.outages; i++) {
        const model_outage *o = &m->setup.outage[i];
        int64_t in = now - m->start - o->after;
        if (in >= 0 && in < o->lasts) p += (1 - p) * o->share;
    }
    return p;
}

/* NONE: the servers take it. */
static model_failure server_error(const mock *m, int64_t now, const model_message *message) {
    double p = unavailable(m, now);
    if (!(p > 0) && !(m->setup.internal > 0)) return MODEL_FAIL_NONE;
    double u = model_uniform(key_of(m, message), message->shopper, message->sku, MODEL_P_PROVIDER_RETRY,
                             try_of(message));
    if (u < p) return MODEL_FAIL_UNAVAILABLE;
    return u < p + (1 - p) * m->setup.internal ? MODEL_FAIL_INTERNAL : MODEL_FAIL_NONE;
}

static model_answer rejected(int64_t now, model_failure why) {
    return (model_answer){.verdict = MODEL_REJECTED, .failure = why, .at = now};
}

/* room: of a 429, when there is some again; else now. */
static model_answer retry_or_reject(mock *m, int64_t now, const model_message *message, model_failure why,
                                    int64_t room) {
    if ((int64_t)message->attempt >= m->setup.retries) return rejected(now, why);
    double draw[2];
    model_uniform2(key_of(m, message), message->shopper, message->sku, MODEL_P_PROVIDER_RETRY,
                   try_of(message), draw);
    double jitter = draw[1];
    double backoff = fmax(0, (double)m->setup.backoff);
    double wait = fmin(ldexp(backoff, (int)message->attempt) * (1 + jitter), (double)MODEL_SPAN_MAX);
    int64_t at = now + (int64_t)wait;
    if (room > now) {
        double spread = fmin(backoff * jitter, (double)MODEL_SPAN_MAX);
        int64_t refilled = room + (int64_t)spread;
        if (at < refilled) at = refilled;
    }
    return (model_answer){.verdict = MODEL_RETRY, .failure = why, .at = at};
}

/* ---- what is taken ---- */

/* Keeps the message for an offline device, for `wait` at most, in place of the one with its key. false: no
 * memory. */
static bool collapse(mock *m, int64_t now, const model_message *message, int64_t wait, model_answer *answer) {
    uint32_t key = m->setup.collapse == MODEL_COLLAPSE_PRODUCT ? message->product : message->sku;
    kept *k = model_recall_at(m->kept, message->shopper, message->device, key);
    if (!k) return false;
    answer->replaces = k->until > now;
    answer->replaced = k->id;
    *k = (kept){.until = now + (wait < m->setup.ttl ? wait : m->setup.ttl), .id = message->id};
    return true;
}

/* d: NULL unless there is collapsing. */
static model_answer accepted(mock *m, int64_t now, const model_message *message, device *d) {
    const int64_t ttl = m->setup.ttl > 0 ? m->setup.ttl : 0;
    bool still = d && d->online_at > now, offline = still;
    if (!still) offline = happens(m, message, DRAW_OFFLINE, m->setup.offline);
    int64_t after = span(m, message, DRAW_LATENCY, &m->setup.latency), wait = 0;
    if (still)
        wait = d->online_at - now;
    else if (offline)
        wait = span(m, message, DRAW_OFFLINE_FOR, &m->setup.offline_for);
    after += wait;
    bool lost = ttl > 0 ? after > ttl : offline;
    model_answer answer = {
        .verdict = MODEL_ACCEPTED,
        .failure = lost ? MODEL_FAIL_TTL : MODEL_FAIL_NONE,
        .at = now + (lost ? ttl : after),
    };
    if (!d) return answer;
    d->online_at = now + wait;
    return collapse(m, now, message, wait, &answer) ? answer : (model_answer){.verdict = MODEL_NO_MEMORY};
}

static model_answer mock_submit(void *state, int64_t now, const model_message *message) {
    mock *m = state;
    assert(message->touch < MODEL_TOUCHES_MAX && message->device < MODEL_DEVICES_MAX);
    if (m->ideal) return (model_answer){.verdict = MODEL_ACCEPTED, .at = now};
    if (!let_in(m, now)) return retry_or_reject(m, now, message, MODEL_FAIL_QUOTA, next_minute(now));
    device *d = NULL;
    if (m->devices) {
        if (!(d = model_recall_at(m->devices, message->shopper, message->device, 0)))
            return (model_answer){.verdict = MODEL_NO_MEMORY};
        int64_t room = device_room(m, now, d);
        if (room > now) return retry_or_reject(m, now, message, MODEL_FAIL_DEVICE_LIMIT, room);
    }
    if (happens(m, message, DRAW_TOO_LARGE, m->setup.too_large)) return rejected(now, MODEL_FAIL_TOO_LARGE);
    if (happens(m, message, DRAW_BAD_TOKEN, m->setup.bad_token)) return rejected(now, MODEL_FAIL_BAD_TOKEN);
    if (happens(m, message, DRAW_UNREGISTERED, m->setup.unregistered) || stale(m, message))
        return rejected(now, MODEL_FAIL_UNREGISTERED);
    model_failure error = server_error(m, now, message);
    if (error != MODEL_FAIL_NONE) return retry_or_reject(m, now, message, error, now);
    return accepted(m, now, message, m->kept ? d : NULL);
}

const model_transport model_transport_mock = {
    .name = "mock",
    .create = mock_create,
    .destroy = mock_destroy,
    .submit = mock_submit,
};
