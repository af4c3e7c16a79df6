/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * explain_json.c - the story as a document. Times are milliseconds since the epoch, as in run.db; what does
 * not exist is null.
 */
#include <inttypes.h>

#include "lab/explain_job.h"
#include "reports/document.h"

/* An object being filled; `bad` once something did not fit into memory. */
typedef struct {
    json_t *object;
    int bad;
} filling;

static void put(filling *f, const char *key, json_t *value) {
    f->bad |= json_object_set_new(f->object, key, value); /* takes NULL for a failure, too */
}

static void put_text(filling *f, const char *key, const char *text) {
    put(f, key, document_text(text));
}

static void put_bool(filling *f, const char *key, bool value) {
    put(f, key, json_boolean(value));
}

static void put_time(filling *f, const char *key, int64_t at) {
    put(f, key, at == BIS_NEVER ? json_null() : json_integer(at));
}

static void put_id(filling *f, const char *key, uint32_t id) {
    put(f, key, id == EXPLAIN_NONE ? json_null() : json_integer(id));
}

static void put_count(filling *f, const char *key, uint64_t n) {
    put(f, key, json_integer((json_int_t)n));
}

static json_t *finish(filling *f) {
    if (!f->bad && f->object) return f->object;
    json_decref(f->object);
    return NULL;
}

static filling begin(void) {
    return (filling){.object = json_object()};
}

/* null if she is in no line. */
static json_t *standing(const bis_standing *s) {
    if (!s->in_line) return json_null();
    filling f = begin();
    put_text(&f, "source", bis_source_name(s->source));
    put_time(&f, "place", s->place);
    put_count(&f, "ahead", s->ahead);
    put_count(&f, "waiting", s->waiting);
    put_bool(&f, "had_turn", s->had_turn);
    put_time(&f, "send_at", s->send_at);
    put_text(&f, "why", bis_reason_name(s->why));
    put_count(&f, "count", s->count);
    put_count(&f, "limit", s->limit);
    put_time(&f, "again_at", s->again_at);
    return finish(&f);
}

static void put_restock(filling *f, const sim_seen *seen) {
    const bis_restock *r = &seen->as.line.restock;
    if (seen->what == SIM_SEEN_RESTOCK_OPENED) {
        put_count(f, "level", (uint64_t)seen->level);
        put_bool(f, "paused", seen->as.line.paused);
    } else {
        put_text(f, "reason", bis_reason_name(r->close_reason));
        put_count(f, "candidates", r->candidates);
        for (int o = 0; o < BIS_OUTCOME_COUNT; o++)
            if (o != BIS_QUEUED) put_count(f, bis_outcome_name((bis_outcome)o), r->outcome[o]);
    }
    put(f, "before", standing(&seen->as.line.before));
    put(f, "after", standing(&seen->as.line.after));
}

static void put_decision(filling *f, const explain_job *job, const bis_decision *d) {
    const bis_templates_setup *templates = &lab_explain_policy(job)->templates;
    bool message = d->outcome == BIS_SENT || d->outcome == BIS_GHOST;
    put_text(f, "outcome", bis_outcome_name(d->outcome));
    put_text(f, "reason", bis_reason_name(d->reason));
    put_text(f, "kind", bis_kind_name(d->kind));
    put_text(f, "channel", bis_channel_name(d->channel));
    put_text(f, "source", bis_source_name(d->source));
    put_text(f, "arm",
             d->assigned_at == BIS_NEVER && !message ? NULL
             : d->arm == BIS_HELD_OUT                ? "held"
                                                     : "treated");
    put_time(f, "assigned_at", d->assigned_at);
    put_time(f, "place", d->place);
    put_time(f, "send_at", d->send_at);
    put_count(f, "turn", d->turn);
    put_count(f, "level", (uint64_t)(d->level > 0 ? d->level : 0));
    put_count(f, "count", d->count);
    put_count(f, "limit", d->limit);
    put_time(f, "again_at", d->again_at);
    put_id(f, "follows", d->follows);
    put_text(f, "template",
             message && d->template_id < templates->n ? templates->text[d->template_id].name : NULL);
    put_count(f, "devices", d->devices);
    put_time(f, "back_from", d->back_from);
    put_time(f, "back_by", d->back_by);
    put(f, "chance", d->kind == BIS_KIND_PREDICTIVE ? document_number(d->chance) : json_null());
}

static void put_signal(filling *f, const sim_seen *seen) {
    put_text(f, "source", bis_source_name(seen->as.signal.source));
    put(f, "visit", seen->as.signal.visit ? json_integer(seen->as.signal.visit) : json_null());
    put(f, "after", standing(&seen->as.signal.then));
}

static void put_order(filling *f, const sim_seen *seen) {
    put_text(f, "how", seen->as.order.how);
    put_count(f, "units", seen->as.order.units);
    put_bool(f, "oversold", seen->as.order.oversold);
    put_id(f, "credited_touch", seen->as.order.credited);
}

static void put_touch(filling *f, const sim_seen *seen) {
    char room[EXPLAIN_NAME];
    const char *answer;
    if (seen->as.touch.device) {
        put_count(f, "device", seen->as.touch.device);
        put_text(f, "platform", lab_explain_platform(seen->as.touch.platform));
    }
    switch (seen->what) {
    case SIM_SEEN_RETRY:
    case SIM_SEEN_FAILED:
        answer = lab_explain_answer(seen, room);
        put_text(f, "failure", seen->as.touch.why);
        put_text(f, "answer", answer[0] ? answer : NULL);
        break;
    case SIM_SEEN_NO_PAGE: put_text(f, "landing", seen->as.touch.why); break;
    case SIM_SEEN_LANDED: put_text(f, "landing", seen->as.touch.why ? seen->as.touch.why : "in_stock"); break;
    default: break;
    }
    if (seen->what == SIM_SEEN_RETRY) put_time(f, "again_at", seen->as.touch.at_later);
    if (seen->what == SIM_SEEN_OPENED || seen->what == SIM_SEEN_LANDED ||
        seen->what == SIM_SEEN_CHECKOUT_LOST)
        put_bool(f, "wants", seen->as.touch.wants);
}

static void put_shop(filling *f, const sim_seen *seen) {
    switch (seen->what) {
    case SIM_SEEN_CART:
        put_bool(f, "holds", seen->as.cart.holds);
        put(f, "until", seen->as.cart.holds ? json_integer(seen->as.cart.until) : json_null());
        break;
    case SIM_SEEN_RETURNED: put_bool(f, "restocks", seen->as.does); break;
    case SIM_SEEN_AD: put_bool(f, "comes", seen->as.does); break;
    case SIM_SEEN_CAMPAIGN:
        put_text(f, "kind", lab_explain_campaign(seen->as.campaign.kind));
        put_text(f, "channel", bis_channel_name(seen->as.campaign.channel));
        break;
    default: break;
    }
}

static json_t *event(const explain_job *job, const sim_seen *seen) {
    char name[EXPLAIN_NAME], what[EXPLAIN_NAME], text[EXPLAIN_LINE] = "";
    explain_text out = {text, sizeof text, 0};
    filling f = begin();
    put_time(&f, "at", seen->at);
    put_text(&f, "what", lab_explain_name(seen->what));
    put_text(&f, "sku", lab_explain_sku(job, seen->sku, name));
    put_id(&f, "restock", seen->restock);
    put_id(&f, "touch", seen->touch);
    switch (seen->what) {
    case SIM_SEEN_SIGNAL: put_signal(&f, seen); break;
    case SIM_SEEN_STOCK_IN:
    case SIM_SEEN_STOCK_OUT:
    case SIM_SEEN_RESTOCK_PAUSED:
    case SIM_SEEN_RESTOCK_RESUMED: put_count(&f, "level", (uint64_t)seen->level); break;
    case SIM_SEEN_RESTOCK_OPENED:
    case SIM_SEEN_RESTOCK_CLOSED: put_restock(&f, seen); break;
    case SIM_SEEN_DECISION: put_decision(&f, job, &seen->as.decision); break;
    case SIM_SEEN_ORDER: put_order(&f, seen); break;
    case SIM_SEEN_CART:
    case SIM_SEEN_CART_OVER:
    case SIM_SEEN_CANCELLED:
    case SIM_SEEN_RETURNED:
    case SIM_SEEN_AD:
    case SIM_SEEN_CAMPAIGN: put_shop(&f, seen); break;
    default: put_touch(&f, seen);
    }
    lab_explain_event(job, seen, what, &out);
    put_text(&f, "text", text);
    return finish(&f);
}

static json_t *sku(const explain_job *job, const explain_sku *about) {
    char name[EXPLAIN_NAME], text[EXPLAIN_SUMMARY] = "";
    explain_text out = {text, sizeof text, 0};
    lab_explain_summary(job, about, &out);
    filling f = begin();
    put_text(&f, "sku", lab_explain_sku(job, about->sku, name));
    put_count(&f, "number", about->sku);
    put_count(&f, "product", scenario_product(job->again.scenario, about->sku));
    put_text(&f, "variant", lab_explain_variant(job, about->sku));
    put(&f, "at_end", about->end ? standing(&about->end->as.line.after) : json_null());
    put_text(&f, "summary", text);
    return finish(&f);
}

static json_t *who(const explain_job *job) {
    const scenario_params *p = &job->again.scenario->p;
    const sim_probe_who *who = &job->probe.who;
    filling f = begin();
    put_text(&f, "tier", p->shoppers.tiers ? p->shoppers.tier[who->tier].name : NULL);
    put_text(&f, "platform", lab_explain_platform(who->platform));
    put_text(&f, "variant",
             job->again.scenario->named || !p->catalog.variants ? NULL
                                                                : p->catalog.variant[who->variant].name);
    if (p->arms) put_text(&f, "policy_arm", p->arm[who->arm].name);
    put_bool(&f, "push_optin", who->optin);
    return finish(&f);
}

json_t *lab_explain_json(const explain_job *job) {
    char name[EXPLAIN_NAME];
    const store_run *run = &job->again.run;
    const scenario_run *clock = &job->again.scenario->p.run;
    json_t *skus = json_array(), *events = json_array();
    filling f = begin();
    put_text(&f, "command", "explain");
    put_text(&f, "scenario", run->scenario);
    put(&f, "seed", document_seed(run->seed));
    put_count(&f, "replication", job->options->replication);
    put_id(&f, "shopper", job->probe.shopper);
    if (lab_explain_shopper(job)) put_text(&f, "shopper_id", lab_explain_shopper(job));
    put_text(&f, "sku", job->sku == EXPLAIN_NONE ? NULL : lab_explain_sku(job, job->sku, name));
    put_time(&f, "start", clock->start);
    put_time(&f, "end", clock->start + clock->horizon);
    put(&f, "who", who(job));
    put(&f, "skus", skus);
    put(&f, "events", events);
    for (size_t i = 0; i < job->abouts && !f.bad; i++)
        f.bad |= json_array_append_new(skus, sku(job, &job->about[i]));
    for (size_t i = 0; i < job->events && !f.bad; i++)
        f.bad |= json_array_append_new(events, event(job, job->event[i]));
    return finish(&f);
}
