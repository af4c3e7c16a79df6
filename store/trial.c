/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * trial.c - names, documentation, bins and moments of a trial; see trial.h.
 */
#include "store/trial.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *name, *doc;
} term;

#define TERM(name, doc) {#name, doc},

/* A value outside its enum gives an empty text, so that a printer of odd data cannot crash. */
static const char *name_of(const term *terms, size_t count, unsigned i) {
    return i < count ? terms[i].name : "";
}
static const char *doc_of(const term *terms, size_t count, unsigned i) {
    return i < count ? terms[i].doc : "";
}

static const term tally_terms[] = {STORE_TALLIES(TERM)};
static const term series_terms[] = {STORE_SERIES(TERM)};
static const term since_terms[] = {STORE_SINCE(TERM)};
static const term hist_terms[] = {
    [STORE_H_TIME_TO_PURCHASE] = {"time_to_purchase", "send to credited order"},
    [STORE_H_DEPLETION] = {"depletion", "first send to truth 0"},
    [STORE_H_DEPLETION_CENSORED] = {"depletion_censored",
                                    "first send to the next restock or the end, truth still above 0"},
    [STORE_H_FRESHNESS] = {"freshness", "true restock to first send"},
};
static const term arm_terms[] = {[STORE_TREATED] = {"treated", ""}, [STORE_HELD] = {"held", ""}};
static const term outcome_terms[] = {[STORE_ORDERS] = {"orders", ""}, [STORE_REVENUE] = {"revenue", ""}};
static const term population_terms[] = {
    [STORE_ASSIGNED] = {"assigned", ""}, [STORE_REACHED] = {"reached", ""}};

#define COUNT(terms) (sizeof(terms) / sizeof *(terms))
static_assert(COUNT(hist_terms) == STORE_HIST_COUNT, "every histogram has a name");
static_assert(COUNT(arm_terms) == STORE_ARMS, "every arm has a name");
static_assert(COUNT(outcome_terms) == STORE_OUTCOMES, "every outcome has a name");
static_assert(COUNT(population_terms) == STORE_POPULATIONS, "every population has a name");

const char *store_tally_name(store_tally t) {
    return name_of(tally_terms, COUNT(tally_terms), t);
}
const char *store_tally_doc(store_tally t) {
    return doc_of(tally_terms, COUNT(tally_terms), t);
}
const char *store_hist_name(store_hist_id h) {
    return name_of(hist_terms, COUNT(hist_terms), h);
}
const char *store_hist_doc(store_hist_id h) {
    return doc_of(hist_terms, COUNT(hist_terms), h);
}
const char *store_series_name(store_series s) {
    return name_of(series_terms, COUNT(series_terms), s);
}
const char *store_series_doc(store_series s) {
    return doc_of(series_terms, COUNT(series_terms), s);
}
const char *store_since_name(store_since s) {
    return name_of(since_terms, COUNT(since_terms), s);
}
const char *store_since_doc(store_since s) {
    return doc_of(since_terms, COUNT(since_terms), s);
}
const char *store_arm_name(store_arm a) {
    return name_of(arm_terms, COUNT(arm_terms), a);
}
const char *store_outcome_name(store_outcome o) {
    return name_of(outcome_terms, COUNT(outcome_terms), o);
}
const char *store_population_name(store_population p) {
    return name_of(population_terms, COUNT(population_terms), p);
}

enum { BINS_AN_OCTAVE = 16, FIRST_MS = 1000 };

/* 2^(k/16), rounded to doubles once and for all. */
static const double step[BINS_AN_OCTAVE] = {
    1.0,
    1.0442737824274138,
    1.0905077326652577,
    1.1387886347566916,
    1.189207115002721,
    1.241857812073484,
    1.2968395546510096,
    1.3542555469368927,
    1.4142135623730951,
    1.4768261459394993,
    1.5422108254079407,
    1.6104903319492543,
    1.681792830507429,
    1.7562521603732995,
    1.8340080864093424,
    1.9152065613971474,
};

double store_hist_edge(uint32_t bin) {
    if (bin == 0) return 0;
    uint32_t above = (bin < STORE_HIST_BINS ? bin : STORE_HIST_BINS) - 1;
    return ldexp(FIRST_MS * step[above % BINS_AN_OCTAVE], (int)(above / BINS_AN_OCTAVE));
}

uint32_t store_hist_bin(int64_t ms) {
    if (ms < FIRST_MS) return 0;
    uint32_t octave = 0;
    for (int64_t left = ms / FIRST_MS; left > 1; left >>= 1)
        octave++;
    uint32_t bin = 1 + octave * BINS_AN_OCTAVE;
    if (bin >= STORE_HIST_BINS) return STORE_HIST_BINS - 1;
    while (bin + 1 < STORE_HIST_BINS && store_hist_edge(bin + 1) <= (double)ms)
        bin++;
    return bin;
}

void store_trial_clear(store_trial *trial) {
    if (!trial) return;
    free(trial->restock);
    free(trial->unmet);
    free(trial->shopper);
    free(trial->decision);
    free(trial->touch);
    free(trial->order);
    free(trial->signal);
    memset(trial, 0, sizeof *trial);
}

void store_moments_add(store_moments *m, double x) {
    m->n += 1;
    double before = x - m->mean;
    m->mean += before / m->n;
    m->m2 += before * (x - m->mean);
}

void store_moments_merge(store_moments *into, const store_moments *from) {
    if (from->n <= 0) return;
    double n = into->n + from->n, apart = from->mean - into->mean;
    into->m2 += from->m2 + apart * apart * (into->n * from->n / n);
    into->mean += apart * (from->n / n);
    into->n = n;
}
