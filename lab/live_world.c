/* SPDX-License-Identifier: GPL-3.0-or-later
 * live_world.c - see live_world.h. */
#include "lab/live_world.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { DEVICES_MAX = 31 }; /* that the engine counts */

bis_status live_world_begin(live_world *w, const scenario *s) {
    *w = (live_world){0};
    return live_arms_begin(&w->arms, s);
}

void live_world_end(live_world *w) {
    live_arms_end(&w->arms);
    scenario_intern_clear(&w->shoppers);
    scenario_intern_clear(&w->skus);
    scenario_intern_clear(&w->products);
    scenario_intern_clear(&w->categories);
    for (size_t i = 0; i < w->items; i++)
        for (size_t k = 0; k < LIVE_TOKENS; k++)
            free(w->item[i].token[k]);
    for (size_t i = 0; i < w->zones; i++) {
        free(w->zone[i].name);
        scenario_zone_clear(&w->zone[i].table);
    }
    free(w->person);
    free(w->item);
    free(w->touch);
    *w = (live_world){0};
}

/* ---- arrays ---- */

static bool grow(void **array, size_t *room, size_t need, size_t size) {
    if (need <= *room) return true;
    size_t more = *room ? *room * 2 : 64;
    void *wider = realloc(*array, more * size);
    if (!wider) return false;
    *array = wider;
    *room = more;
    return true;
}

static uint64_t hash_of(const live_value *name) {
    return XXH3_64bits(name->text, name->size);
}

/* ---- who and what ---- */

static bis_event profile_of(const live_world *w, bis_id shopper, bis_time at) {
    const live_person *p = &w->person[shopper];
    return (bis_event){.at = at,
                       .kind = BIS_EV_PROFILE,
                       .shopper = shopper,
                       .sku = BIS_NO_ID,
                       .as.profile = {.hash = p->hash,
                                      .value = p->value,
                                      .tier = p->tier,
                                      .devices = p->devices,
                                      .region = p->region,
                                      .zone = p->zone,
                                      .push_optin = p->push,
                                      .email_optin = p->email,
                                      .sms_optin = p->sms,
                                      .behavioural_consent = p->behavioural}};
}

static bis_event catalog_of(const live_world *w, bis_id sku, bis_time at) {
    const live_item *item = &w->item[sku];
    return (bis_event){.at = at,
                       .kind = BIS_EV_CATALOG,
                       .shopper = BIS_NO_ID,
                       .sku = sku,
                       .as.catalog = {.product = item->product,
                                      .category = item->category,
                                      .hash = item->hash,
                                      .product_hash = item->product_hash}};
}

/* Gives a shopper who is new a number and her arm, and tells its engine her hash: she has nothing and allows
 * nothing. */
static bis_status know_shopper(live_world *w, const live_value *name, bis_time at, bis_id *id) {
    if (!scenario_intern_get(&w->shoppers, name->text, name->size, id)) return BIS_NO_MEMORY;
    if (*id < w->persons) return BIS_OK;
    if (!grow((void **)&w->person, &w->person_room, w->persons + 1, sizeof *w->person)) return BIS_NO_MEMORY;
    uint64_t hash = hash_of(name);
    uint8_t arm = (uint8_t)scenario_arm_of(w->arms.s, hash);
    w->person[w->persons++] = (live_person){.hash = hash, .arm = arm};
    bis_event new = profile_of(w, *id, at);
    return live_arms_tell(&w->arms, &new, arm);
}

/* The same for a SKU: it is of no product and no category. */
static bis_status know_sku(live_world *w, const live_value *name, bis_time at, bis_id *id) {
    if (!scenario_intern_get(&w->skus, name->text, name->size, id)) return BIS_NO_MEMORY;
    if (*id < w->items) return BIS_OK;
    if (!grow((void **)&w->item, &w->item_room, w->items + 1, sizeof *w->item)) return BIS_NO_MEMORY;
    uint64_t hash = hash_of(name);
    w->item[w->items++] =
        (live_item){.hash = hash, .product_hash = hash, .product = BIS_NO_ID, .category = BIS_NO_ID};
    bis_event new = catalog_of(w, *id, at);
    return live_arms_tell(&w->arms, &new, 0);
}

bool live_world_touched(live_world *w, const live_decided *decision) {
    const bis_decision *d = &decision->is;
    if (d->touch == BIS_NO_ID || d->touch < w->touches) return true;
    size_t need = (size_t)d->touch + 1;
    if (!grow((void **)&w->touch, &w->touch_room, need, sizeof *w->touch)) return false;
    for (; w->touches < need; w->touches++)
        w->touch[w->touches] = (live_touch){d->shopper, d->sku, decision->own_touch};
    return true;
}

/* ---- checks ---- */

/* Reads a zone and makes it known under the next number. */
static bool new_zone(live_world *w, const char *name, live_fault *fault) {
    if (w->zones == LIVE_ZONES) return live_refuse(fault, "'zone' is one more than %d", LIVE_ZONES);
    live_zone *zone = &w->zone[w->zones];
    scenario_error why = {""};
    *zone = (live_zone){.name = strdup(name)};
    scenario_status status = zone->name ? scenario_zone_load(name, &zone->table, &why) : SCENARIO_NO_MEMORY;
    if (status == SCENARIO_OK && live_arms_zone(&w->arms, (uint8_t)(w->zones + 1), &zone->table) != BIS_OK)
        status = SCENARIO_NO_MEMORY;
    if (status == SCENARIO_OK) {
        w->zones++;
        return true;
    }
    free(zone->name);
    scenario_zone_clear(&zone->table);
    return live_refuse(fault, "'zone': %.280s", status == SCENARIO_NO_MEMORY ? "out of memory" : why.text);
}

/* The number of a zone. */
static bool know_zone(live_world *w, const char *name, uint8_t *number, live_fault *fault) {
    *number = 0;
    if (strcmp(name, "UTC") == 0) return true;
    for (size_t i = 0; i < w->zones && *number == 0; i++)
        if (strcmp(w->zone[i].name, name) == 0) *number = (uint8_t)(i + 1);
    if (*number == 0 && !new_zone(w, name, fault)) return false;
    if (*number == 0) *number = (uint8_t)w->zones;
    return true;
}

bool live_world_check(live_world *w, const live_event *event, bis_time at, live_fault *fault) {
    uint8_t zone;
    if (at < w->now)
        return live_refuse(fault,
                           "'at' is %jd ms before the time that has come already; events must be in order",
                           (intmax_t)(w->now - at));
    if (live_has(event, LIVE_TOUCH) && (uint64_t)event->value[LIVE_TOUCH].i >= w->touches)
        return live_refuse(fault, "there is no touch %jd yet", (intmax_t)event->value[LIVE_TOUCH].i);
    return !live_has(event, LIVE_ZONE) || know_zone(w, event->value[LIVE_ZONE].text, &zone, fault);
}

/* ---- what an event changes beside the engine ---- */

static uint8_t region_of(const live_world *w, const char *name) {
    const bis_consent_setup *consent = &w->arms.arm[0].policy->consent; /* of one set of names in all arms */
    for (size_t i = 0; i < consent->regions; i++)
        if (strcmp(consent->region[i].name, name) == 0) return (uint8_t)(i + 1);
    return 0;
}

static void set_flag(const live_event *event, live_field field, bool *flag) {
    if (live_has(event, field)) *flag = event->value[field].i != 0;
}

static void change_person(live_world *w, const live_event *event, live_person *p) {
    const live_value *v = event->value;
    live_fault never;
    set_flag(event, LIVE_PUSH, &p->push);
    set_flag(event, LIVE_EMAIL, &p->email);
    set_flag(event, LIVE_SMS, &p->sms);
    set_flag(event, LIVE_BEHAVIOURAL, &p->behavioural);
    if (live_has(event, LIVE_TIER)) p->tier = (uint8_t)v[LIVE_TIER].i;
    if (live_has(event, LIVE_VALUE)) p->value = (float)v[LIVE_VALUE].r;
    if (live_has(event, LIVE_DEVICES))
        p->devices = (uint8_t)(v[LIVE_DEVICES].i < DEVICES_MAX ? v[LIVE_DEVICES].i : DEVICES_MAX);
    if (live_has(event, LIVE_REGION)) p->region = region_of(w, v[LIVE_REGION].text);
    if (live_has(event, LIVE_ZONE))
        know_zone(w, v[LIVE_ZONE].text, &p->zone, &never); /* known since the check */
}

static bool change_item(live_world *w, const live_event *event, live_item *item) {
    const live_value *v = event->value;
    if (live_has(event, LIVE_PRODUCT)) {
        item->product_hash = hash_of(&v[LIVE_PRODUCT]);
        if (!scenario_intern_get(&w->products, v[LIVE_PRODUCT].text, v[LIVE_PRODUCT].size, &item->product))
            return false;
    }
    if (live_has(event, LIVE_CATEGORY) &&
        !scenario_intern_get(&w->categories, v[LIVE_CATEGORY].text, v[LIVE_CATEGORY].size, &item->category))
        return false;
    for (size_t k = 0; k < LIVE_TOKENS; k++) {
        live_field field = (live_field)(LIVE_TITLE + k);
        if (!live_has(event, field)) continue;
        char *text = strdup(v[field].text);
        if (!text) return false;
        free(item->token[k]);
        item->token[k] = text;
    }
    return true;
}

/* ---- telling the engine ---- */

static bis_event stock_of(live_item *item, const live_event *event, bis_event told) {
    const live_value *v = event->value;
    uint64_t version = live_has(event, LIVE_VERSION) ? (uint64_t)v[LIVE_VERSION].i : item->version + 1;
    if (version > item->version) item->version = version;
    bis_time as_of = live_has(event, LIVE_AS_OF) ? v[LIVE_AS_OF].i
                     : live_has(event, LIVE_AT)  ? v[LIVE_AT].i
                                                 : told.at;
    told.as.stock.level = v[LIVE_LEVEL].i;
    told.as.stock.as_of = as_of;
    told.as.stock.version = version;
    return told;
}

static bis_event consent_of(const live_person *p, bis_event told) {
    told.as.consent.push_optin = p->push;
    told.as.consent.email_optin = p->email;
    told.as.consent.sms_optin = p->sms;
    told.as.consent.behavioural_consent = p->behavioural;
    return told;
}

static bis_event receipt_of(live_world *w, const live_event *event, bis_event told) {
    const live_touch *touch = &w->touch[event->value[LIVE_TOUCH].i];
    told.shopper = touch->shopper;
    told.sku = touch->sku;
    told.as.receipt.touch = touch->own;
    told.as.receipt.what = (bis_receipt)event->value[LIVE_WHAT].i;
    told.as.receipt.sold_out = live_has(event, LIVE_SOLD_OUT) && event->value[LIVE_SOLD_OUT].i;
    if (told.as.receipt.what == BIS_RECEIPT_UNREGISTERED && w->person[touch->shopper].devices > 0)
        w->person[touch->shopper]
            .devices--; /* as the engine counts them; a later profile may not say how many */
    return told;
}

/* The engine's event, once the names have numbers in `told` and the records are up to date. */
static bis_event engine_event(live_world *w, const live_event *event, bis_event told) {
    const live_value *v = event->value;
    int64_t quantity = live_has(event, LIVE_QUANTITY) ? v[LIVE_QUANTITY].i : 1;
    switch (event->kind) {
    case BIS_EV_CATALOG: return catalog_of(w, told.sku, told.at);
    case BIS_EV_PROFILE: return profile_of(w, told.shopper, told.at);
    case BIS_EV_STOCK: return stock_of(&w->item[told.sku], event, told);
    case BIS_EV_CONSENT: return consent_of(&w->person[told.shopper], told);
    case BIS_EV_RECEIPT: return receipt_of(w, event, told);
    case BIS_EV_INTEREST:
        told.as.interest.source = (bis_source)v[LIVE_SOURCE].i;
        told.as.interest.quantity = (uint16_t)quantity;
        return told;
    case BIS_EV_ORDER: told.as.order.quantity = (uint32_t)quantity; return told;
    case BIS_EV_OTHER: told.as.other.channel = (bis_channel)v[LIVE_CHANNEL].i; return told;
    default: return told; /* withdraw, return: nothing but who and what */
    }
}

bis_status live_world_take(live_world *w, const live_event *event, bis_time at) {
    bis_event told = {.at = at, .kind = (bis_event_kind)event->kind, .shopper = BIS_NO_ID, .sku = BIS_NO_ID};
    bis_status status = BIS_OK;
    w->now = at;
    if (live_has(event, LIVE_SHOPPER))
        status = know_shopper(w, &event->value[LIVE_SHOPPER], at, &told.shopper);
    if (status == BIS_OK && live_has(event, LIVE_SKU))
        status = know_sku(w, &event->value[LIVE_SKU], at, &told.sku);
    if (status != BIS_OK) return status;
    if (told.shopper != BIS_NO_ID) change_person(w, event, &w->person[told.shopper]);
    if (told.sku != BIS_NO_ID && !change_item(w, event, &w->item[told.sku])) return BIS_NO_MEMORY;
    told = engine_event(w, event, told);
    return live_arms_tell(&w->arms, &told, told.shopper == BIS_NO_ID ? 0 : w->person[told.shopper].arm);
}

bis_status live_world_pass(live_world *w, bis_time at, bool whole) {
    bis_time until = whole ? at : at - 1;
    if (whole) w->now = at;
    return live_arms_next_wake(&w->arms) <= until ? live_arms_advance(&w->arms, until) : BIS_OK;
}
