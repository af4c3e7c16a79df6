/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * explain_job.h - a story being told, as its files share it (inside lab/ only).
 */
#ifndef LAB_EXPLAIN_JOB_H
#define LAB_EXPLAIN_JOB_H

#include <jansson.h>

#include "lab/explain.h"
#include "lab/rerun.h"
#include "sim/probe.h"

#define EXPLAIN_NONE UINT32_MAX /* no SKU, touch or restock */
enum { EXPLAIN_LINE = 600, EXPLAIN_SUMMARY = 2000, EXPLAIN_NAME = 200 };

/* What is to be told of a SKU. */
typedef struct {
    uint32_t sku;
    const sim_seen *end; /* how she stands there at the end; NULL if she never asked */
} explain_sku;

typedef struct {
    const lab_explain_options *options;
    lab_rerun again;
    sim_probe probe;
    uint32_t sku;           /* the only one to tell of; EXPLAIN_NONE: all */
    const sim_seen **event; /* what is told, in order of time */
    size_t events;
    explain_sku *about; /* in order of first mention */
    size_t abouts;
} explain_job;

/* What holds for her: the scenario's, or that of her arm. */
static inline const bis_policy *lab_explain_policy(const explain_job *job) {
    return scenario_policy(job->again.scenario, job->probe.who.arm);
}

/* A text that is put together piece by piece, and cut where the room ends. */
typedef struct {
    char *text;
    size_t size, used;
} explain_text;
void lab_explain_add(explain_text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A short text by value, for one statement. */
typedef struct {
    char text[32];
} explain_word;
explain_word lab_explain_count(uint64_t n); /* "1,234" */
explain_word lab_explain_units(int64_t n);  /* "1 unit", "2 units" */

/* ---- words ---- */

explain_word lab_explain_when(const explain_job *job, int64_t at); /* "+2d 03:15" since the start */

/* Her id in the shoppers' trace; NULL if there is none. */
const char *lab_explain_shopper(const explain_job *job);

/* What --sku takes for it. [out] out; returns it, or NULL for no SKU. */
const char *lab_explain_sku(const explain_job *job, uint32_t sku, char out[EXPLAIN_NAME]);
const char *lab_explain_variant(const explain_job *job, uint32_t sku); /* its name; NULL if it has none */
const char *lab_explain_name(sim_seen_what what); /* stable: signal, restock_opened, ... */

/* A decision's reason with the numbers behind it. */
void lab_explain_reason(const explain_job *job, bis_reason reason, bis_channel channel, uint32_t count,
                        uint32_t limit, int64_t again_at, explain_text *out);
void lab_explain_line(const explain_job *job, const bis_standing *s, explain_text *out); /* her place */
void lab_explain_closing(const explain_job *job, const sim_seen *seen, explain_text *out);
const char *lab_explain_cause(const char *cause);   /* of a sold-out landing */
const char *lab_explain_how(const sim_seen *order); /* "on a visit" */
bool lab_explain_defers(bis_reason why);            /* she may be passed over until it is gone */

/* [out] what: a word or two for the column; out: the rest of the line. */
void lab_explain_event(const explain_job *job, const sim_seen *seen, char what[EXPLAIN_NAME],
                       explain_text *out);

/* ---- what the push provider says (explain_push.c) ---- */

const char *lab_explain_platform(uint8_t platform); /* "ios" */
/* Of a message that did not get through, the provider's words, "FCM 404 UNREGISTERED"; empty where it says
 * nothing of it. Returns room. */
const char *lab_explain_answer(const sim_seen *seen, char room[EXPLAIN_NAME]);
void lab_explain_refused(const sim_seen *seen, explain_text *out); /* why, its answer, what it means */
/* Which of her devices, after `before`; nothing where she can have one only. */
void lab_explain_device(const sim_seen *seen, const char *before, explain_text *out);

/* ---- what else the shop does (explain_shop.c) ---- */

void lab_explain_shop(const explain_job *job, const sim_seen *seen, explain_text *out);
const char *lab_explain_campaign(int kind); /* "newsletter": model_campaign_kind */

/* ---- the story ---- */

void lab_explain_summary(const explain_job *job, const explain_sku *about, explain_text *out);
bool lab_explain_told(const sim_seen *seen);   /* whether it belongs into the list */
bool lab_explain_passed(const sim_seen *seen); /* a restock that closed before her turn */
void lab_explain_print(const explain_job *job, FILE *print);
json_t *lab_explain_json(const explain_job *job); /* NULL: no memory */

#endif
