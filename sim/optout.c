/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * optout.c - who takes back her consent, for a message or by herself, and when the shop hears of it.
 *
 * Of some opt-outs of push nobody hears: she has switched it off where the shop cannot see it. The engine
 * goes on counting on her until its next push to her comes back as one to a dead token.
 */
#include "sim/push_inside.h"

#include "sim/memory.h"

static bool hides_some(const model_response *m) {
    bool some = false;
    for (int i = 0; i < MODEL_PLATFORMS; i++)
        some = some || m->optout_latent[i] > 0;
    return some;
}

/* Whether a ghost can opt out within a day of her slot. */
static bool ghosts_may(const sim_world *w) {
    bool may = w->p->shoppers.optout_hazard > 0;
    for (uint32_t i = 0; i < w->arms; i++) /* she may be sent another message */
        may = may ||
              (w->arm[i].policy->holdout.fraction > 0 && w->arm[i].policy->holdout.unit != BIS_UNIT_SHOPPER);
    return may;
}

bool sim_optouts_init(sim_world *w) {
    const size_t n = w->shoppers ? w->shoppers : 1;
    bool hides = hides_some(&w->p->response), slots = ghosts_may(w);
    if (hides) w->latent = sim_memory_zeroed(w->memory, n, sizeof *w->latent);
    if (slots) w->slots = sim_memory_zeroed(w->memory, n, sizeof *w->slots);
    return (!hides || w->latent) && (!slots || w->slots);
}

/* At the start, for those who can be pushed to. */
void sim_optouts_start(sim_world *w) {
    double hazard = w->p->shoppers.optout_hazard;
    if (!(hazard > 0)) return;
    for (uint32_t i = 0; i < w->shoppers; i++) {
        if (!w->shopper[i].optin) continue;
        double u = model_uniform(w->key, i, MODEL_NOBODY, MODEL_P_OPTOUT_HAZARD, 0);
        double ms = SIM_DAY / hazard * model_exponential((uint64_t)(u * 0x1p53));
        if (ms < (double)(w->end - w->start)) sim_schedule(w, w->start + (int64_t)ms, SIM_EV_QUIT, i, 0);
    }
}

/* Takes back her consent to push. */
static void leave_push(sim_world *w, uint32_t shopper) {
    sim_shopper *her = &w->shopper[shopper];
    her->optin = false;
    double hidden = w->p->response.optout_latent[her->platform];
    if (hidden > 0 && model_uniform(w->key, shopper, MODEL_NOBODY, MODEL_P_OPTOUT_LATENT, 0) < hidden)
        w->latent[shopper] = true;
    else
        her->push = false;
}

/* false: there was no consent to take back. */
static bool leave(sim_world *w, uint32_t shopper, sim_way way) {
    sim_shopper *her = &w->shopper[shopper];
    bool had = false;
    switch (way) {
    case SIM_FIRST:
    case SIM_REMINDER:
    case SIM_PREDICTIVE:
        had = her->optin;
        if (had) leave_push(w, shopper);
        break;
    case SIM_EMAIL:
        had = her->email;
        her->email = false;
        break;
    case SIM_SMS:
        had = her->sms;
        her->sms = false;
        break;
    case SIM_IN_APP: break; /* who opens the app was asked nothing */
    }
    return had;
}

static void tell(sim_world *w, uint32_t shopper) {
    const sim_shopper *her = &w->shopper[shopper];
    bis_event e = {.at = w->now, .kind = BIS_EV_CONSENT, .shopper = shopper, .sku = BIS_NO_ID};
    e.as.consent.push_optin = her->push;
    e.as.consent.email_optin = her->email;
    e.as.consent.sms_optin = her->sms;
    e.as.consent.behavioural_consent = her->behavioural;
    sim_tell(w, &e);
}

/* Of a time as sim_slots keep it. */
static bool within_a_day(const sim_world *w, int64_t kept) {
    return kept > 0 && w->now - (w->start + kept - 1) <= 24 * SIM_HOUR;
}

static void count_ghost(sim_world *w, uint32_t shopper) {
    if (w->slots && within_a_day(w, w->slots[shopper].ghost)) w->out->tally[STORE_T_ghost_optouts] += 1;
}

void sim_on_optout(sim_world *w, uint32_t touch) {
    const sim_touch *t = sim_touch_at(w, touch);
    uint32_t shopper = t->shopper;
    sim_way way = sim_way_of(t);
    if (!leave(w, shopper, way)) return;
    if (sim_probes(w, shopper)) sim_probe_touch(w, touch, SIM_SEEN_OPTED_OUT, NULL, STORE_NONE);
    if (t->counted && w->now - t->shown_at <= 24 * SIM_HOUR)
        w->out->tally[way == SIM_FIRST        ? STORE_T_optouts
                      : way == SIM_PREDICTIVE ? STORE_T_predictive_optouts
                                              : STORE_T_later_optouts] += 1;
    if (sim_is_push(t)) count_ghost(w, shopper);
    if (!(sim_is_push(t) && w->shopper[shopper].push)) tell(w, shopper);
}

/* Of her own accord. It counts as one after a send where there has been one within a day. */
void sim_on_quit(sim_world *w, const sim_event *e) {
    uint32_t shopper = e->a;
    if (!leave(w, shopper, SIM_FIRST)) return;
    if (sim_probes(w, shopper)) sim_probe_quit(w);
    if (within_a_day(w, w->slots[shopper].shown)) w->out->tally[STORE_T_optouts] += 1;
    count_ghost(w, shopper);
    if (!w->shopper[shopper].push) tell(w, shopper);
}

static int64_t kept(const sim_world *w) {
    return w->now - w->start + 1;
}

void sim_optout_shown(sim_world *w, const sim_touch *t) {
    if (t->counted && t->later == SIM_LATER_NOT) w->slots[t->shopper].shown = kept(w);
}

void sim_optout_ghost(sim_world *w, const sim_touch *t) {
    if (t->counted) w->slots[t->shopper].ghost = kept(w);
}

void sim_optouts_end(sim_world *w) {
    for (uint32_t i = 0; w->latent && i < w->shoppers; i++)
        w->out->tally[STORE_T_optouts_latent] += w->latent[i];
}
