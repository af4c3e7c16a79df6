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
    bool later;                               /* judges touches that are not a candidate's first, too */
    bis_admit *admit;                         /* NULL: her turn may come whenever; if used, and */
    bool (*admits)(const bis_policy *);       /* this holds (NULL: it does) */
    bool daily;                        /* it admits by the time of day, so what was let in may be kept out */
    bis_reason reason;                 /* of one whom it does not admit yet */
    bool (*sorts)(const bis_policy *); /* priority: whether it goes by a score */
};
typedef struct bis_rule bis_rule;

extern const bis_field bis_trigger_fields[6];
extern const bis_field bis_stages_fields[5];
extern const bis_field bis_quiet_fields[5];
extern const bis_field bis_interest_fields[17];
extern const bis_field bis_consent_fields[5];
extern const bis_field bis_reachability_fields[1];
extern const bis_field bis_recent_purchase_fields[2];
extern const bis_field bis_recent_return_fields[2];
extern const bis_field bis_recent_notice_fields[3];
extern const bis_field bis_caps_fields[7];
extern const bis_field bis_holdout_fields[5];
extern const bis_field bis_priority_fields[6];
extern const bis_field bis_throttle_fields[18];
extern const bis_field bis_recheck_fields[1];
extern const bis_field bis_templates_fields[5];
extern const bis_field bis_reminder_fields[3];
extern const bis_field bis_channels_fields[3];
extern const bis_field bis_predictive_fields[4];

extern const bis_rule bis_trigger_rule;
extern const bis_rule bis_stages_rule;
extern const bis_rule bis_quiet_rule;
extern const bis_rule bis_interest_rule;
extern const bis_rule bis_duplicate_rule;
extern const bis_rule bis_consent_rule;
extern const bis_rule bis_reachability_rule;
extern const bis_rule bis_recent_purchase_rule;
extern const bis_rule bis_recent_return_rule;
extern const bis_rule bis_recent_notice_rule;
extern const bis_rule bis_caps_rule;
extern const bis_rule bis_holdout_rule;
extern const bis_rule bis_priority_rule;
extern const bis_rule bis_throttle_rule;
extern const bis_rule bis_recheck_rule;
extern const bis_rule bis_templates_rule;
extern const bis_rule bis_reminder_rule;
extern const bis_rule bis_channels_rule;
extern const bis_rule bis_predictive_rule;

/* names.c: NULL-terminated, for the rows of rules. */
extern const char *const bis_scope_names[],
    *const bis_source_names[], *const bis_channel_names[], *const bis_kind_names[], *const bis_on_names[];

/* Ranges that rows share. */
#define BIS_SPAN_MAX  3.1536e12 /* 36500 days in milliseconds */
#define BIS_UNITS_MAX 1e9
#define BIS_DAY       INT64_C(86400000)
enum { BIS_DEVICES_MAX = 31 }; /* what a shopper's record holds */

/* The last word of a hash of shopper, SKU and restock: what it is for. */
enum { BIS_FOR_JITTER = 1, BIS_FOR_LOTTERY, BIS_FOR_TEMPLATE, BIS_FOR_ARM };

/* Adds the active judges of a policy to the engine, in pipeline order (pipeline.c). */
void bis_pipeline_prepare(bis_engine *engine);

/* rule_trigger.c */
typedef enum { BIS_STEP_NOTHING, BIS_STEP_OPEN, BIS_STEP_OPEN_LATER, BIS_STEP_CANCEL } bis_trigger_step;
bis_trigger_step bis_trigger_level(const bis_trigger_setup *, bis_trigger_state *, bis_time now,
                                   int64_t level);

/* hash.c */
uint64_t bis_hash_text(const char *text);
double bis_hash_fraction(uint64_t seed, const uint64_t *words, size_t n); /* in [0, 1); at most 4 words */
/* Which of n, in proportion to their weights: doubles, `stride` bytes apart. 0 if n < 2. */
size_t bis_hash_pick(uint64_t seed, uint64_t hash, uint64_t purpose, const double *weight, size_t stride,
                     size_t n);

/* rule_holdout.c; group: its open restock, if any, is the restock */
bis_arm bis_holdout_arm_of(uint64_t salt, double fraction, uint64_t unit_hash);
bis_arm bis_holdout_of(const bis_engine *, const bis_shopper *, bis_id sku, const bis_group *);

/* rule_priority.c */
uint8_t bis_priority_key(const bis_engine *, const bis_interest *);
float bis_priority_score(const bis_engine *, const bis_group *, const bis_interest *);

/* rule_stages.c */
void bis_stages_init(bis_engine *);

/* rule_quiet.c: the first instant from t on that is not quiet for her; a bis_admit */
bis_time bis_quiet_end(const bis_engine *, const bis_candidate *, bis_time t);
bool bis_quiet_init(bis_engine *);
void bis_quiet_forget(bis_engine *); /* what is known of zones, as one is given */

/* rule_templates.c */
size_t bis_template_by(const bis_templates_setup *, uint64_t salt, uint64_t shopper_hash);

/* rule_throttle.c; restock: its ordinal */
bool bis_throttle_immediate(
    const bis_throttle_setup *); /* batches run when someone may have a turn, not by the clock */
int64_t bis_throttle_offered(const bis_throttle_setup *, int64_t level);
int64_t bis_throttle_budget(const bis_throttle_setup *, int64_t level);
bis_time bis_throttle_jitter(const bis_engine *, uint64_t shopper, bis_id sku, uint32_t restock);

#endif
