/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * explain_words.c - one event in words.
 *
 * Reasons keep their stable names, under which they stand in run.db and in the ledger, with the sentence that
 * explains them beside.
 */
#include "lab/explain_job.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "reports/format.h"
#include "store/trial.h"

void lab_explain_add(explain_text *t, const char *format, ...) {
    if (t->used + 1 >= t->size) return;
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(t->text + t->used, t->size - t->used, format, arguments);
    va_end(arguments);
    if (n > 0) t->used += (size_t)n < t->size - t->used ? (size_t)n : t->size - t->used - 1;
}

explain_word lab_explain_count(uint64_t n) {
    explain_word out;
    snprintf(out.text, sizeof out.text, "%.31s", format_count((double)n).text);
    return out;
}
#define COUNT(n) lab_explain_count((uint64_t)(n)).text

explain_word lab_explain_units(int64_t n) {
    explain_word out;
    snprintf(out.text, sizeof out.text, "%.24s unit%s", COUNT(n > 0 ? n : 0), n == 1 ? "" : "s");
    return out;
}
#define UNITS(n) lab_explain_units(n).text

/* ---- names ---- */

explain_word lab_explain_when(const explain_job *job, int64_t at) {
    explain_word out;
    int64_t since = at - job->again.scenario->p.run.start;
    uint64_t minutes = (uint64_t)(since < 0 ? -since : since) / 60000;
    snprintf(out.text, sizeof out.text, "%c%" PRIu64 "d %02u:%02u", since < 0 ? '-' : '+', minutes / 1440,
             (unsigned)(minutes / 60 % 24), (unsigned)(minutes % 60));
    return out;
}
#define WHEN(at) lab_explain_when(job, (at)).text

const char *lab_explain_shopper(const explain_job *job) {
    const scenario_events *trace = job->again.scenario->events;
    return trace ? trace->shopper.name[job->probe.shopper] : NULL;
}

const char *lab_explain_sku(const explain_job *job, uint32_t sku, char out[EXPLAIN_NAME]) {
    if (sku == EXPLAIN_NONE) return NULL;
    const scenario_named *trace = job->again.scenario->named;
    if (trace && sku < trace->skus) return format_clean(out, EXPLAIN_NAME, scenario_sku_name(trace, sku));
    snprintf(out, EXPLAIN_NAME, "%" PRIu32, sku);
    return out;
}

const char *lab_explain_variant(const explain_job *job, uint32_t sku) {
    const scenario *s = job->again.scenario;
    if (s->named || s->p.catalog.variants == 0) return NULL;
    const char *name = s->p.catalog.variant[sku % s->p.catalog.variants].name;
    return name[0] ? name : NULL;
}

static const char *const seen_names[] = {
    [SIM_SEEN_SIGNAL] = "signal",
    [SIM_SEEN_STOCK_IN] = "stock_in",
    [SIM_SEEN_STOCK_OUT] = "stock_out",
    [SIM_SEEN_RESTOCK_OPENED] = "restock_opened",
    [SIM_SEEN_RESTOCK_PAUSED] = "restock_paused",
    [SIM_SEEN_RESTOCK_RESUMED] = "restock_resumed",
    [SIM_SEEN_RESTOCK_CLOSED] = "restock_closed",
    [SIM_SEEN_DECISION] = "decision",
    [SIM_SEEN_ACCEPTED] = "accepted",
    [SIM_SEEN_RETRY] = "retry",
    [SIM_SEEN_FAILED] = "failed",
    [SIM_SEEN_SHOWN] = "shown",
    [SIM_SEEN_OPENED] = "opened",
    [SIM_SEEN_LANDED] = "landed",
    [SIM_SEEN_NO_PAGE] = "no_page",
    [SIM_SEEN_CHECKOUT_LOST] = "checkout_lost",
    [SIM_SEEN_ORDER] = "order",
    [SIM_SEEN_OPTED_OUT] = "opted_out",
    [SIM_SEEN_CART] = "cart",
    [SIM_SEEN_CART_OVER] = "cart_over",
    [SIM_SEEN_CANCELLED] = "cancelled",
    [SIM_SEEN_RETURNED] = "returned",
    [SIM_SEEN_AD] = "ad",
    [SIM_SEEN_CAMPAIGN] = "campaign",
    [SIM_SEEN_END] = "end",
};
_Static_assert(sizeof seen_names / sizeof *seen_names == SIM_SEEN_COUNT, "a name for each");

const char *lab_explain_name(sim_seen_what what) {
    return seen_names[what];
}

/* The count of such landings in run.db says what its cause means, behind a colon. */
const char *lab_explain_cause(const char *cause) {
    for (int i = 0; i < STORE_TALLY_COUNT; i++) {
        const char *name = store_tally_name((store_tally)i), *doc = store_tally_doc((store_tally)i);
        const char *colon = strstr(doc, ": ");
        if (!strncmp(name, "oos_", 4) && !strcmp(name + 4, cause) && colon) return colon + 2;
    }
    return "";
}

static const char *no_page_text(const char *why) {
    static const char *const text[][2] = {
        {"link_failed", "the link does not open"},
        {"left", "she leaves before the page is there"},
        {"not_found", "she does not find the variant from there"},
    };
    for (size_t i = 0; i < sizeof text / sizeof *text; i++)
        if (!strcmp(why, text[i][0])) return text[i][1];
    return "";
}

/* ---- reasons ---- */

static const char *const reason_texts[] = {
    [BIS_NO_REASON] = "",
    [BIS_OUT_OF_WINDOW] = "her signals are older than their windows",
    [BIS_NO_CONSENT] = "she has not opted in",
    [BIS_NO_CONSENT_BEHAVIOURAL] = "she has not consented to messages from what she looks at",
    [BIS_NO_DEVICE] = "she has no device with a live token",
    [BIS_RECENT_PURCHASE] = "she has bought lately",
    [BIS_RECENT_NOTICE] = "she was told lately",
    [BIS_CAPPED] = "a cap on messages is full",
    [BIS_BELOW_MIN_STOCK] = "too few units",
    [BIS_THROTTLED] = "the throttle let no more through",
    [BIS_STOCK_GONE] = "it is sold out",
    [BIS_CAMPAIGN_EXPIRED] = "the restock's time is over",
    [BIS_CANCELLED] = "she left the line",
    [BIS_VARIANT_MISMATCH] = "her own variant is not among what is back",
    [BIS_DUPLICATE] = "she was told of another variant in this restock",
    [BIS_RECENT_RETURN] = "she has sent one back lately",
    [BIS_QUIET_HOURS] = "it is quiet hours where she is",
    [BIS_STAGE_PENDING] = "no stage lets her in yet",
    [BIS_QUANTITY_SHORT] = "she wants more units than are offered",
};
_Static_assert(sizeof reason_texts / sizeof *reason_texts == BIS_REASON_COUNT, "a text for each reason");

void lab_explain_reason(const explain_job *job, bis_reason reason, bis_channel channel, uint32_t count,
                        uint32_t limit, int64_t again_at, explain_text *out) {
    lab_explain_add(out, "%s: %s", bis_reason_name(reason), reason_texts[reason]);
    if (reason == BIS_NO_CONSENT) lab_explain_add(out, " to %s", bis_channel_name(channel));
    if (reason == BIS_QUANTITY_SHORT)
        lab_explain_add(out, ", %s wanted and %s offered", COUNT(limit), COUNT(count));
    else if (limit > 0)
        lab_explain_add(out, ", %s of %s", COUNT(count), COUNT(limit));
    if (again_at != BIS_NEVER) lab_explain_add(out, "; holds until %s", WHEN(again_at));
}

/* ---- restocks ---- */

/* A lot is drawn for each restock, so before one nobody is ahead of anybody. */
void lab_explain_line(const explain_job *job, const bis_standing *s, explain_text *out) {
    bool lot = lab_explain_policy(job)->priority.mode == BIS_PRIORITY_LOTTERY;
    if (lot && s->restock == BIS_NO_ID)
        lab_explain_add(out, "in a line of %s, in an order by lot", COUNT(s->waiting));
    else if (s->ahead == 0)
        lab_explain_add(out, "first in a line of %s", COUNT(s->waiting));
    else
        lab_explain_add(out, "%s ahead of her in a line of %s", COUNT(s->ahead), COUNT(s->waiting));
}

static const char *too_few(const explain_job *job, char out[EXPLAIN_LINE]) {
    const bis_policy *policy = lab_explain_policy(job);
    if (policy->throttle.reserve_units > 0)
        snprintf(out, EXPLAIN_LINE, "policy.min_stock is %" PRId64 ", policy.throttle.reserve_units %" PRId64,
                 policy->trigger.min_stock, policy->throttle.reserve_units);
    else
        snprintf(out, EXPLAIN_LINE, "policy.min_stock is %" PRId64, policy->trigger.min_stock);
    return out;
}

/* Others end her part in a restock, and only once it is her turn. */
bool lab_explain_defers(bis_reason why) {
    return why == BIS_STAGE_PENDING || why == BIS_QUIET_HOURS || why == BIS_RECENT_NOTICE ||
           why == BIS_CAPPED;
}

static void opened(const explain_job *job, const sim_seen *seen, explain_text *out) {
    const bis_standing *before = &seen->as.line.before, *after = &seen->as.line.after;
    bool waits = after->in_line && after->restock == seen->restock && !after->had_turn;
    char room[EXPLAIN_LINE];
    lab_explain_add(out, "opens, %s seen", UNITS(seen->level));
    if (before->in_line) {
        lab_explain_add(out, "; ");
        lab_explain_line(job, before, out);
    }
    if (seen->as.line.paused)
        lab_explain_add(out, "; paused, too few units (%s)", too_few(job, room));
    else if (waits && after->ahead == 0)
        lab_explain_add(out, "; next after the first turns");
    else if (waits && (!before->in_line || after->ahead != before->ahead))
        lab_explain_add(out, "; %s ahead after the first turns", COUNT(after->ahead));
    if (!waits || !lab_explain_defers(after->why)) return;
    lab_explain_add(out, "; she could not be told now, ");
    lab_explain_reason(job, after->why, BIS_PUSH, after->count, after->limit, after->again_at, out);
}

void lab_explain_closing(const explain_job *job, const sim_seen *seen, explain_text *out) {
    const scenario_run *run = &job->again.scenario->p.run;
    bool settled = seen->at >= run->start + run->horizon;
    switch (seen->as.line.restock.close_reason) {
    case BIS_STOCK_GONE: lab_explain_add(out, "it sold out"); break;
    case BIS_CAMPAIGN_EXPIRED: lab_explain_add(out, "its time was over"); break;
    default: lab_explain_add(out, settled ? "the run ended" : "everyone had had her turn");
    }
}

static void closed(const explain_job *job, const sim_seen *seen, explain_text *out) {
    static const struct {
        bis_outcome outcome;
        const char *word;
    } others[] = {{BIS_GHOST, "held out"},
                  {BIS_SUPPRESSED, "turned away"},
                  {BIS_DROPPED, "dropped"},
                  {BIS_EXPIRED, "expired"},
                  {BIS_WAITING, "not reached"}};
    const bis_restock *r = &seen->as.line.restock;
    const bis_standing *before = &seen->as.line.before;
    lab_explain_add(out, "closes: ");
    lab_explain_closing(job, seen, out);
    lab_explain_add(out, "; of %s candidates %s were sent to", COUNT(r->candidates),
                    COUNT(r->outcome[BIS_SENT]));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (r->outcome[others[i].outcome])
            lab_explain_add(out, ", %s %s", COUNT(r->outcome[others[i].outcome]), others[i].word);
    if (!lab_explain_passed(seen)) return;
    lab_explain_add(out, "; her turn had not come, ");
    lab_explain_line(job, before, out);
}

/* ---- decisions ---- */

static void add_message(const explain_job *job, const bis_decision *d, explain_text *out) {
    const bis_templates_setup *templates = &lab_explain_policy(job)->templates;
    const char *channel = bis_channel_name(d->channel);
    if (d->kind == BIS_KIND_RESTOCK)
        lab_explain_add(out, "%s about restock %" PRIu32, channel, d->restock);
    else if (d->kind == BIS_KIND_PREDICTIVE)
        lab_explain_add(out, "predictive %s: back by %s with a chance of %.3g at least", channel,
                        WHEN(d->back_by), d->chance);
    else
        lab_explain_add(out, "%s by %s about restock %" PRIu32, bis_kind_name(d->kind), channel, d->restock);
    if (d->template_id < templates->n && templates->n > 1)
        lab_explain_add(out, ", template %s", templates->text[d->template_id].name);
    if (d->outcome == BIS_SENT && d->devices > 1) lab_explain_add(out, ", to %u devices", d->devices);
}

static void add_turn(const bis_decision *d, explain_text *out) {
    if (d->turn) lab_explain_add(out, "; turn %s of the restock", COUNT(d->turn));
    if (d->level > 0) lab_explain_add(out, "; %s seen", UNITS(d->level));
}

static void decided(const explain_job *job, const bis_decision *d, char what[EXPLAIN_NAME],
                    explain_text *out) {
    static const char *const word[BIS_OUTCOME_COUNT] = {
        [BIS_QUEUED] = "queued",          [BIS_SENT] = "sent",       [BIS_GHOST] = "held out",
        [BIS_SUPPRESSED] = "turned away", [BIS_DROPPED] = "dropped", [BIS_EXPIRED] = "expired",
        [BIS_WAITING] = "waits on"};
    snprintf(what, EXPLAIN_NAME, "%s", word[d->outcome]);
    switch (d->outcome) {
    case BIS_GHOST: lab_explain_add(out, "would have been sent now: "); /* fall through */
    case BIS_SENT: add_message(job, d, out); break;
    case BIS_QUEUED: lab_explain_add(out, "has a slot; due at %s", WHEN(d->send_at)); break;
    default: lab_explain_reason(job, d->reason, d->channel, d->count, d->limit, d->again_at, out);
    }
    add_turn(d, out);
}

/* ---- all events ---- */

static void asked(const explain_job *job, const sim_seen *seen, explain_text *out) {
    const bis_standing *s = &seen->as.signal.then;
    lab_explain_add(out, "%s", bis_source_name(seen->as.signal.source));
    if (seen->as.signal.visit)
        lab_explain_add(out, ", on her visit %" PRIu32, seen->as.signal.visit);
    else
        lab_explain_add(out, ", before the start");
    if (!s->in_line)
        lab_explain_add(out, "; that puts her into no line");
    else if (s->place < seen->at)
        lab_explain_add(out, "; again, in line since %s", WHEN(s->place));
    else {
        lab_explain_add(out, "; ");
        lab_explain_line(job, s, out);
    }
}

const char *lab_explain_how(const sim_seen *order) {
    if (!strcmp(order->as.order.how, "push")) return "after landing from a message";
    if (!strcmp(order->as.order.how, "repeat")) return "buying again";
    if (!strcmp(order->as.order.how, "retargeting")) return "brought back by an ad";
    return !strcmp(order->as.order.how, "return") ? "coming back by herself" : "on a visit";
}

static void ordered(const sim_seen *seen, explain_text *out) {
    lab_explain_add(out, "%s, %s", UNITS(seen->as.order.units), lab_explain_how(seen));
    if (seen->as.order.oversold)
        lab_explain_add(out, "; oversold, so it is cancelled");
    else if (seen->as.order.credited != EXPLAIN_NONE)
        lab_explain_add(out, "; credited to a message");
}

static void touched(const explain_job *job, const sim_seen *seen, explain_text *out) {
    const char *why = seen->as.touch.why;
    bool wants = seen->as.touch.wants;
    switch (seen->what) {
    case SIM_SEEN_ACCEPTED:
        lab_explain_add(out, "by the provider");
        lab_explain_device(seen, ", device", out);
        break;
    case SIM_SEEN_RETRY:
        lab_explain_refused(seen, out);
        lab_explain_device(seen, ", device", out);
        lab_explain_add(out, "; next try at %s", WHEN(seen->as.touch.at_later));
        break;
    case SIM_SEEN_FAILED:
        lab_explain_refused(seen, out);
        lab_explain_device(seen, ", device", out);
        break;
    case SIM_SEEN_SHOWN:
        lab_explain_add(out, "on her device");
        lab_explain_device(seen, "", out);
        break;
    case SIM_SEEN_OPENED:
        lab_explain_add(out, wants ? "the message" : "the message, but she wants it no longer");
        break;
    case SIM_SEEN_LANDED:
        if (why)
            lab_explain_add(out, "sold out, %s: %s", why, lab_explain_cause(why));
        else
            lab_explain_add(out, "the page shows units");
        if (why && !wants) lab_explain_add(out, "; she gives it up");
        break;
    case SIM_SEEN_NO_PAGE: lab_explain_add(out, "%s: %s", why, no_page_text(why)); break;
    case SIM_SEEN_CHECKOUT_LOST:
        lab_explain_add(out, "sold out since she landed%s", wants ? "" : "; she gives it up");
        break;
    default: lab_explain_add(out, "of push");
    }
}

void lab_explain_event(const explain_job *job, const sim_seen *seen, char what[EXPLAIN_NAME],
                       explain_text *out) {
    static const char *const word[SIM_SEEN_COUNT] = {
        [SIM_SEEN_SIGNAL] = "asks",      [SIM_SEEN_STOCK_IN] = "stock",
        [SIM_SEEN_STOCK_OUT] = "stock",  [SIM_SEEN_ACCEPTED] = "accepted",
        [SIM_SEEN_RETRY] = "retry",      [SIM_SEEN_FAILED] = "failed",
        [SIM_SEEN_SHOWN] = "shown",      [SIM_SEEN_OPENED] = "opens",
        [SIM_SEEN_LANDED] = "lands",     [SIM_SEEN_CHECKOUT_LOST] = "checkout",
        [SIM_SEEN_ORDER] = "orders",     [SIM_SEEN_OPTED_OUT] = "opts out",
        [SIM_SEEN_NO_PAGE] = "clicks",   [SIM_SEEN_CART] = "cart",
        [SIM_SEEN_CART_OVER] = "cart",   [SIM_SEEN_CANCELLED] = "cancelled",
        [SIM_SEEN_RETURNED] = "returns", [SIM_SEEN_AD] = "ads",
        [SIM_SEEN_CAMPAIGN] = "campaign"};
    char room[EXPLAIN_LINE];
    if (word[seen->what])
        snprintf(what, EXPLAIN_NAME, "%s", word[seen->what]);
    else
        snprintf(what, EXPLAIN_NAME, "restock %" PRIu32, seen->restock);
    switch (seen->what) {
    case SIM_SEEN_SIGNAL: asked(job, seen, out); break;
    case SIM_SEEN_STOCK_IN:
        lab_explain_add(out, "the feed shows %s; no restock opens at once", UNITS(seen->level));
        break;
    case SIM_SEEN_STOCK_OUT: lab_explain_add(out, "the feed shows none"); break;
    case SIM_SEEN_RESTOCK_OPENED: opened(job, seen, out); break;
    case SIM_SEEN_RESTOCK_PAUSED:
        lab_explain_add(out, "pauses, %s seen: too few (%s)", UNITS(seen->level), too_few(job, room));
        break;
    case SIM_SEEN_RESTOCK_RESUMED: lab_explain_add(out, "goes on, %s seen", UNITS(seen->level)); break;
    case SIM_SEEN_RESTOCK_CLOSED: closed(job, seen, out); break;
    case SIM_SEEN_DECISION: decided(job, &seen->as.decision, what, out); break;
    case SIM_SEEN_ORDER: ordered(seen, out); break;
    case SIM_SEEN_END:
    case SIM_SEEN_COUNT: break;
    default: (seen->what < SIM_SEEN_CART ? touched : lab_explain_shop)(job, seen, out);
    }
}
