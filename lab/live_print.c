/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * live_print.c - a decision as a line of JSON. Fields that say nothing are left out; docs/LIVE.md is the
 * reference.
 */
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "lab/live_session.h"

/* ---- fields ---- */

static void name(live_text *t, const char *field) {
    live_put_word(t, ",\"");
    live_put_word(t, field);
    live_put_word(t, "\":");
}

static void put_int(live_text *t, const char *field, int64_t v) {
    name(t, field);
    live_put_int(t, v);
}

static void put_text(live_text *t, const char *field, const char *v) {
    name(t, field);
    live_put_quoted(t, v, strlen(v));
}

static void put_time(live_text *t, const char *field, bis_time v) {
    if (v == BIS_NEVER) return;
    name(t, field);
    live_put_time(t, v);
}

static void put_id(live_text *t, const char *field, bis_id v) {
    if (v != BIS_NO_ID) put_int(t, field, v);
}

static void put_real(live_text *t, const char *field, double v) {
    char digits[40];
    snprintf(digits, sizeof digits, "%.9g", v);
    name(t, field);
    live_put_word(t, digits);
}

static const char *named(const scenario_intern *table, bis_id id) {
    return id < table->n ? table->name[id] : NULL;
}

/* ---- the key ---- */

/* Two decisions of one journal never share what is hashed, for `seq` is in it; and the same decision has the
 * same on every replay, under whatever version of the texts. */
static void put_key(live_text *t, const live_session *s, const live_decided *decision, uint64_t seq) {
    const bis_decision *d = &decision->is;
    const char *shopper = named(&s->world.shoppers, d->shopper), *sku = named(&s->world.skus, d->sku);
    live_text what = {0};
    const int64_t number[] = {(int64_t)seq, d->at, d->restock, d->touch};
    for (size_t i = 0; i < sizeof number / sizeof *number; i++) {
        live_put_int(&what, number[i]);
        live_put(&what, ",", 1);
    }
    const char *const word[] = {bis_outcome_name(d->outcome), bis_reason_name(d->reason),
                                bis_kind_name(d->kind),       bis_channel_name(d->channel),
                                shopper ? shopper : "",       sku ? sku : ""};
    for (size_t i = 0; i < sizeof word / sizeof *word; i++)
        live_put(&what, word[i], strlen(word[i]) + 1); /* the NUL parts them */
    if (decision->arm->name) live_put(&what, decision->arm->name, strlen(decision->arm->name) + 1);
    XXH128_hash_t hash = XXH3_128bits_withSeed(what.at, what.n, s->policy_hash);
    char hex[40];
    snprintf(hex, sizeof hex, "\"%016llx%016llx\"", (unsigned long long)hash.high64,
             (unsigned long long)hash.low64);
    name(t, "key");
    live_put_word(t, hex);
    t->failed = t->failed || what.failed;
    live_text_clear(&what);
}

/* ---- groups of fields ---- */

static void put_rendered(live_text *t, const char *field, const char *text, const bis_tokens *tokens) {
    char small[1024], *at = small;
    live_text large = {0};
    size_t need = bis_render(text, tokens, small, sizeof small);
    if (need >= sizeof small) {
        at = live_text_room(&large, need + 1);
        if (!at) {
            t->failed = true;
            return;
        }
        bis_render(text, tokens, at, need + 1);
    }
    put_text(t, field, at);
    live_text_clear(&large);
}

/* What the message says; of a ghost only which template it would have been. Templates say that something is
 * back, so they are not for what only will be. */
static void put_template(live_text *t, const live_world *w, const live_decided *decision) {
    const bis_templates_setup *templates = &decision->arm->policy->templates;
    const bis_decision *d = &decision->is;
    if (d->touch == BIS_NO_ID || d->kind == BIS_KIND_PREDICTIVE || d->template_id >= templates->n) return;
    const bis_template *template = &templates->text[d->template_id];
    put_text(t, "template", template->name);
    if (d->outcome != BIS_SENT || d->sku >= w->items) return;
    char *const *token = w->item[d->sku].token;
    const bis_tokens tokens = {
        .product = token[LIVE_TITLE - LIVE_TITLE],
        .variant = token[LIVE_VARIANT - LIVE_TITLE],
        .price = token[LIVE_PRICE - LIVE_TITLE],
        .image = token[LIVE_IMAGE - LIVE_TITLE],
        .url = token[LIVE_URL - LIVE_TITLE],
    };
    put_rendered(t, "title", template->title, &tokens);
    put_rendered(t, "body", template->body, &tokens);
    put_rendered(t, "deep_link", template->deep_link, &tokens);
}

static void put_touch(live_text *t, const live_world *w, const live_decided *decision) {
    const bis_decision *d = &decision->is;
    put_id(t, "touch", d->touch);
    put_id(t, "follows", d->follows);
    if (d->touch != BIS_NO_ID) put_text(t, "channel", bis_channel_name(d->channel));
    if (d->outcome == BIS_SENT && d->channel == BIS_PUSH) put_int(t, "devices", d->devices);
    put_template(t, w, decision);
    if (d->kind != BIS_KIND_PREDICTIVE) return;
    put_time(t, "back_from", d->back_from);
    put_time(t, "back_by", d->back_by);
    put_real(t, "chance", d->chance);
}

static void put_candidate(live_text *t, const bis_decision *d) {
    if (d->assigned_at != BIS_NEVER) {
        put_text(t, "arm", d->arm == BIS_HELD_OUT ? "held_out" : "treated");
        put_time(t, "assigned_at", d->assigned_at);
    }
    if (d->source < BIS_SOURCE_COUNT) put_text(t, "source", bis_source_name(d->source));
    if (d->shopper != BIS_NO_ID) put_time(t, "place", d->place);
    if (d->turn > 0) put_int(t, "turn", d->turn);
    put_time(t, "send_at", d->send_at);
}

static void put_reason(live_text *t, const bis_decision *d) {
    put_text(t, "reason", bis_reason_name(d->reason));
    if (d->limit > 0 || d->count > 0) {
        put_int(t, "count", d->count);
        put_int(t, "limit", d->limit);
    }
    put_time(t, "again_at", d->again_at);
}

void live_put_decision(live_text *t, const live_session *s, const live_decided *decision, uint64_t seq) {
    const live_world *w = &s->world;
    const bis_decision *d = &decision->is;
    const char *shopper = named(&w->shoppers, d->shopper), *sku = named(&w->skus, d->sku);
    live_put_word(t, "{\"seq\":");
    live_put_int(t, (int64_t)seq);
    put_key(t, s, decision, seq);
    put_time(t, "at", d->at);
    put_text(t, "outcome", bis_outcome_name(d->outcome));
    put_reason(t, d);
    put_text(t, "kind", bis_kind_name(d->kind));
    put_id(t, "restock", d->restock);
    if (shopper) put_text(t, "shopper", shopper);
    if (sku) put_text(t, "sku", sku);
    if (!shopper) put_int(t, "n", d->n);
    put_int(t, "level", d->level);
    if (decision->arm->name) put_text(t, "policy_arm", decision->arm->name);
    put_candidate(t, d);
    put_touch(t, w, decision);
    live_put_word(t, "}");
}
