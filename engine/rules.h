/* SPDX-License-Identifier: MIT
 *
 * rules.h - what the rule files offer to the engine. The order of the pipeline is in pipeline.c.
 *
 * A rule file holds the rows of its setup struct and, where they apply, its cross checks and its judge. The
 * length in the declaration of each table must be that of its definition, or the compiler objects; so the
 * registry can count rows.
 */
#ifndef BIS_RULES_H
#define BIS_RULES_H

#include "state.h"

struct bis_rule {
    const char *(*check)(const bis_policy *); /* what single ranges cannot say; NULL if nothing */
    bool (*used)(const bis_policy *);         /* NULL: always */
    bis_judge *judge;                         /* NULL: takes no part in judging a candidate */
    bool rechecks;                            /* judges again at the moment of a put-off send */
};
typedef struct bis_rule bis_rule;

extern const bis_field bis_trigger_fields[5];
extern const bis_field bis_interest_fields[12];
extern const bis_field bis_consent_fields[2];
extern const bis_field bis_recent_purchase_fields[2];
extern const bis_field bis_recent_notice_fields[2];
extern const bis_field bis_caps_fields[2];
extern const bis_field bis_holdout_fields[3];
extern const bis_field bis_priority_fields[1];
extern const bis_field bis_throttle_fields[6];
extern const bis_field bis_recheck_fields[1];

extern const bis_rule bis_trigger_rule;
extern const bis_rule bis_interest_rule;
extern const bis_rule bis_consent_rule;
extern const bis_rule bis_reachability_rule;
extern const bis_rule bis_recent_purchase_rule;
extern const bis_rule bis_recent_notice_rule;
extern const bis_rule bis_caps_rule;
extern const bis_rule bis_holdout_rule;
extern const bis_rule bis_priority_rule;
extern const bis_rule bis_throttle_rule;
extern const bis_rule bis_recheck_rule;

/* The names of bis_scope, for the rows of rules with a scope. */
extern const char *const bis_scope_names[];

/* Ranges that rows share. */
#define BIS_SPAN_MAX  3.1536e12 /* 36500 days in milliseconds */
#define BIS_UNITS_MAX 1e9

/* Adds the active judges of a policy to the engine, in pipeline order (pipeline.c). */
void bis_pipeline_prepare(bis_engine *engine);

/* rule_trigger.c */
typedef enum { BIS_STEP_NOTHING, BIS_STEP_OPEN, BIS_STEP_OPEN_LATER, BIS_STEP_CANCEL } bis_trigger_step;
bis_trigger_step bis_trigger_level(const bis_trigger_setup *, bis_trigger_state *, bis_time now,
                                   int64_t level);

/* hash.c */
uint64_t bis_hash_text(const char *text);
double bis_hash_fraction(uint64_t seed, const uint64_t *words, size_t n); /* in [0, 1); at most 4 words */

/* rule_holdout.c */
bis_arm bis_holdout_arm_of(uint64_t salt, double fraction, uint64_t unit_hash);

/* rule_priority.c */
uint8_t bis_priority_key(const bis_policy *, const bis_shopper *);

/* rule_throttle.c */
int64_t bis_throttle_offered(const bis_throttle_setup *, int64_t level);
int64_t bis_throttle_budget(const bis_throttle_setup *, int64_t level);
bis_time bis_throttle_jitter(const bis_throttle_setup *, uint64_t salt, uint64_t unit, bis_id sku,
                             bis_id restock);

#endif
