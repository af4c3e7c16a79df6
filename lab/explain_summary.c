/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * explain_summary.c - what it all came to for one SKU, in a few sentences: what she asked for, what she was
 * told and what came of it, why she was not told otherwise, whether she bought.
 */
#include "lab/explain_job.h"

#include <inttypes.h>

typedef struct {
    size_t n;
    const sim_seen *first, *last;
} times;

typedef struct {
    times signals, in_line, away; /* away: restocks that opened while she was not in line */
    times sent, later, predictive, ghosts, turned, dropped, passed, ended;
    times failed, shown, opened, landed, sold_out, lost, orders, returned, optouts;
    size_t decisions;
} fate;

static void book(times *t, const sim_seen *seen) {
    if (t->n++ == 0) t->first = seen;
    t->last = seen;
}

static void book_decision(fate *f, const sim_seen *seen) {
    const bis_decision *d = &seen->as.decision;
    f->decisions++;
    switch (d->outcome) {
    case BIS_SENT:
        book(d->kind == BIS_KIND_RESTOCK      ? &f->sent
             : d->kind == BIS_KIND_PREDICTIVE ? &f->predictive
                                              : &f->later,
             seen);
        break;
    case BIS_GHOST: book(&f->ghosts, seen); break;
    case BIS_SUPPRESSED: book(&f->turned, seen); break;
    case BIS_DROPPED: book(&f->dropped, seen); break;
    case BIS_EXPIRED:
    case BIS_WAITING: book(&f->ended, seen); break;
    default: break; /* a queued one becomes something else */
    }
}

static void book_event(fate *f, const sim_seen *seen) {
    switch (seen->what) {
    case SIM_SEEN_SIGNAL: book(&f->signals, seen); break;
    case SIM_SEEN_RESTOCK_OPENED: book(lab_explain_told(seen) ? &f->in_line : &f->away, seen); break;
    case SIM_SEEN_RESTOCK_CLOSED:
        if (lab_explain_passed(seen)) book(&f->passed, seen);
        break;
    case SIM_SEEN_DECISION: book_decision(f, seen); break;
    case SIM_SEEN_FAILED: book(&f->failed, seen); break;
    case SIM_SEEN_SHOWN: book(&f->shown, seen); break;
    case SIM_SEEN_OPENED: book(&f->opened, seen); break;
    case SIM_SEEN_LANDED: book(seen->as.touch.why ? &f->sold_out : &f->landed, seen); break;
    case SIM_SEEN_CHECKOUT_LOST: book(&f->lost, seen); break;
    case SIM_SEEN_ORDER: book(&f->orders, seen); break;
    case SIM_SEEN_RETURNED: book(&f->returned, seen); break;
    case SIM_SEEN_OPTED_OUT: book(&f->optouts, seen); break;
    default: break;
    }
}

static fate fate_of(const explain_job *job, uint32_t sku) {
    const sim_seen *seen = sim_probe_seen(&job->probe);
    fate f = {0};
    for (size_t i = 0; i < job->probe.seen.n; i++)
        if (seen[i].sku == sku) book_event(&f, &seen[i]);
    return f;
}

#define WHEN(seen) lab_explain_when(job, (seen)->at).text
#define COUNT(n)   lab_explain_count(n).text

/* "once", "twice", "7 times" */
static const char *often(size_t n, char room[32]) {
    if (n == 1) return "once";
    if (n == 2) return "twice";
    snprintf(room, 32, "%zu times", n);
    return room;
}
#define OFTEN(n) often((n), (char[32]){""})

/* "once, on +1d 09:00" or "twice, last on +1d 09:00" */
static void say_times(const explain_job *job, const times *t, explain_text *out) {
    lab_explain_add(out, "%s, %son %s", OFTEN(t->n), t->n == 1 ? "" : "last ", WHEN(t->last));
    if (t->last->restock != EXPLAIN_NONE) lab_explain_add(out, " (restock %" PRIu32 ")", t->last->restock);
}

static void say_asked(const explain_job *job, const fate *f, explain_text *out) {
    const sim_seen *first = f->signals.first;
    if (!first) {
        lab_explain_add(out, "she never asked for it.");
        return;
    }
    const char *source = bis_source_name(first->as.signal.source);
    if (first->as.signal.visit)
        lab_explain_add(out, "she asked for it on %s (%s)", WHEN(first), source);
    else
        lab_explain_add(out, "she waited for it at the start (%s, since %s)", source, WHEN(first));
    if (f->signals.n > 1) lab_explain_add(out, " and %s more", OFTEN(f->signals.n - 1));
    lab_explain_add(out, ".");
}

/* ---- what she was told, and what came of it ---- */

static void say_sent(const explain_job *job, const fate *f, explain_text *out) {
    if (f->sent.n + f->predictive.n == 0) lab_explain_add(out, " She got no message.");
    if (f->predictive.n)
        lab_explain_add(out, " She was told on %s that it was likely to be back.", WHEN(f->predictive.last));
    if (f->sent.n == 0) return;
    lab_explain_add(out, " She was told ");
    say_times(job, &f->sent, out);
    if (f->later.n) lab_explain_add(out, ", and again %s", OFTEN(f->later.n));
    lab_explain_add(out, ".");
}

static void say_landings(const fate *f, explain_text *out) {
    const size_t landed = f->landed.n + f->sold_out.n;
    const char *cause = f->sold_out.n ? f->sold_out.last->as.touch.why : "";
    lab_explain_add(out, " She opened %s", OFTEN(f->opened.n));
    if (landed == 0)
        lab_explain_add(out, " and did not go to the page.");
    else if (f->sold_out.n == 0)
        lab_explain_add(out, " and landed on a page that showed units.");
    else if (landed == 1)
        lab_explain_add(out, " and landed on a sold-out page (%s: %s).", cause, lab_explain_cause(cause));
    else
        lab_explain_add(out, " and landed %s, %s on a sold-out page (last %s: %s).", OFTEN(landed),
                        OFTEN(f->sold_out.n), cause, lab_explain_cause(cause));
}

static void say_answers(const fate *f, explain_text *out) {
    if (f->failed.n)
        lab_explain_add(out, " The provider could not deliver %s (%s).",
                        f->failed.n == 1 && f->shown.n == 0 ? "it" : OFTEN(f->failed.n),
                        f->failed.last->as.touch.why);
    if (f->shown.n && f->opened.n == 0) lab_explain_add(out, " She opened nothing that was shown to her.");
    if (f->opened.n) say_landings(f, out);
    if (f->lost.n) lab_explain_add(out, " It sold out before she had paid.");
    if (f->optouts.n) lab_explain_add(out, " She opted out of push.");
}

/* ---- restocks that told her nothing ---- */

static void say_reason(const explain_job *job, const times *t, explain_text *out) {
    const bis_decision *d = &t->last->as.decision;
    say_times(job, t, out);
    lab_explain_add(out, ": ");
    lab_explain_reason(job, d->reason, d->channel, d->count, d->limit, d->again_at, out);
    lab_explain_add(out, ".");
}

static void say_passed(const explain_job *job, const times *t, explain_text *out) {
    const bis_standing *her = &t->last->as.line.before;
    if (t->n == 1)
        lab_explain_add(out, " Her turn never came in restock %" PRIu32 ": ", t->last->restock);
    else
        lab_explain_add(out, " Her turn never came in %zu restocks: in the last, restock %" PRIu32 ", ", t->n,
                        t->last->restock);
    if (her->ahead == 0)
        lab_explain_add(out, "she was next when ");
    else
        lab_explain_add(out, "%s stood ahead of her when ", COUNT(her->ahead));
    lab_explain_closing(job, t->last, out);
    lab_explain_add(out, ".");
    if (!lab_explain_defers(her->why)) return;
    lab_explain_add(out, " She could not have been told then, ");
    lab_explain_reason(job, her->why, BIS_PUSH, her->count, her->limit, her->again_at, out);
    lab_explain_add(out, ".");
}

static void say_untold(const explain_job *job, const fate *f, explain_text *out) {
    if (f->ghosts.n) {
        lab_explain_add(out, " The holdout kept a message from her ");
        say_times(job, &f->ghosts, out);
        lab_explain_add(out, ": she is in the control group.");
    }
    if (f->turned.n) {
        lab_explain_add(out, " She was turned away ");
        say_reason(job, &f->turned, out);
    }
    if (f->dropped.n) {
        lab_explain_add(out, " A message was dropped before it went out ");
        say_reason(job, &f->dropped, out);
    }
    if (f->ended.n) {
        lab_explain_add(out, " Her chance ran out ");
        say_reason(job, &f->ended, out);
    }
    if (f->passed.n) say_passed(job, &f->passed, out);
    if (f->signals.n && f->in_line.n + f->decisions + f->passed.n == 0)
        lab_explain_add(out, " No restock opened while she was in line.");
    if (f->away.n)
        lab_explain_add(out, " %zu restock%s opened while she was not in line.", f->away.n,
                        f->away.n == 1 ? "" : "s");
}

/* ---- the end ---- */

static void say_end(const explain_job *job, const explain_sku *about, explain_text *out) {
    const bis_standing *s = &about->end->as.line.after;
    if (!s->in_line) return;
    lab_explain_add(out, " At the end she was still waiting, ");
    lab_explain_line(job, s, out);
    lab_explain_add(out, "%s.", about->end->as.line.wants ? "" : ", but no longer wanted it");
}

static void say_bought(const explain_job *job, const fate *f, explain_text *out) {
    const sim_seen *order = f->orders.last;
    if (!order) {
        lab_explain_add(out, " She did not buy it.");
        return;
    }
    lab_explain_add(out, " She bought it ");
    say_times(job, &f->orders, out);
    lab_explain_add(out, ", %s%s.", lab_explain_how(order),
                    order->as.order.oversold ? ", but the unit did not exist" : "");
    if (f->returned.n == 0) return;
    lab_explain_add(out, " She sent it back ");
    say_times(job, &f->returned, out);
    lab_explain_add(out, ".");
}

void lab_explain_summary(const explain_job *job, const explain_sku *about, explain_text *out) {
    char name[EXPLAIN_NAME];
    const char *variant = lab_explain_variant(job, about->sku);
    const fate f = fate_of(job, about->sku);
    lab_explain_add(out, "SKU %s", lab_explain_sku(job, about->sku, name));
    if (job->again.scenario->named == NULL && job->again.scenario->p.catalog.products > 1)
        lab_explain_add(out, " (product %" PRIu32 "%s%s)", scenario_product(job->again.scenario, about->sku),
                        variant ? ", " : "", variant ? variant : "");
    else if (variant)
        lab_explain_add(out, " (%s)", variant);
    lab_explain_add(out, ": ");
    say_asked(job, &f, out);
    say_sent(job, &f, out);
    say_answers(&f, out);
    say_untold(job, &f, out);
    say_bought(job, &f, out);
    if (about->end) say_end(job, about, out);
}
