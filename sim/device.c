/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * device.c - several devices to a shopper, and messages that replace each other on them.
 *
 * A send is then a message to each of her devices, as many as the decision says and by their numbers. It is
 * accepted once one of them is, and shown where it is shown first; what the others do later is nothing to
 * her, who opens it once. A touch has failed if none has shown it. Where each shopper has one device and
 * nothing collapses, nothing of this is called.
 */
#include "models/devices.h"
#include "sim/push_inside.h"

#include "sim/memory.h"

static bool has(unsigned bits, uint32_t device) {
    return bits >> device & 1u;
}

#define SPREAD(w, touch) ((sim_spread *)(w)->spread.at + (touch))

bool sim_devices_init(sim_world *w) {
    bool several = w->p->shoppers.devices > 1;
    if (!several && w->p->provider.collapse == MODEL_COLLAPSE_NONE) return true;
    w->devices = sim_memory_zeroed(w->memory, w->shoppers ? w->shoppers : 1, sizeof *w->devices);
    return w->devices != NULL;
}

uint8_t sim_devices_make(sim_world *w, uint32_t shopper) {
    model_devices all = model_devices_make(&w->p->shoppers, w->key);
    model_platform platform[MODEL_DEVICES_MAX];
    uint32_t n = model_devices_draw(&all, shopper, (model_platform)w->shopper[shopper].platform, platform);
    sim_devices *hers = &w->devices[shopper];
    for (uint32_t i = 0; i < n; i++) {
        hers->platform |= (uint16_t)((unsigned)platform[i] << 2 * i);
        hers->live |= (uint8_t)(1u << i);
    }
    return (uint8_t)n;
}

model_platform sim_device_platform(const sim_world *w, uint32_t shopper, uint32_t device) {
    if (!w->devices) return (model_platform)w->shopper[shopper].platform;
    const unsigned all = w->devices[shopper].platform;
    return (model_platform)(all >> 2 * device & 3u);
}

bool sim_device_keep(sim_world *w) {
    return sim_pool_add(&w->spread, sizeof(sim_spread)) != NULL;
}

/* ---- messages ---- */

void sim_device_send(sim_world *w, const bis_decision *d) {
    int64_t most = sim_arm_of(w, d->shopper)->policy->reach.max_devices;
    uint32_t live = w->devices[d->shopper].live, n = 0;
    for (uint32_t i = 0; n < most && i < MODEL_DEVICES_MAX; i++) {
        if (!has(live, i)) continue;
        sim_push_submit(w, d->touch, SIM_ON_DEVICE(i));
        n++;
    }
    if (n != d->devices) w->broken = "the engine counts other devices of a shopper than are left";
}

void sim_device_address(const sim_world *w, uint32_t touch, uint32_t b, model_message *message) {
    message->attempt = SIM_WITHOUT_DEVICE(b);
    message->device = SIM_DEVICE_OF(b);
    message->platform = sim_device_platform(w, message->shopper, message->device);
    message->product = w->sku[message->sku].product;
    message->id = touch;
}

/* A message that would be shown after the end of the world may be replaced before: its touch has to stay. */
static void replace(sim_world *w, uint32_t touch, uint32_t device) {
    SPREAD(w, touch)->collapsed |= (uint8_t)(1u << device);
    sim_touch_schedule(w, w->now, SIM_EV_FAILED, touch, SIM_ON_DEVICE(device) | MODEL_FAIL_COLLAPSED);
}

bool sim_device_accepts(sim_world *w, uint32_t touch, uint32_t device, const model_answer *answer) {
    if (answer->replaces) replace(w, answer->replaced, device);
    if (answer->at >= w->end) sim_touch_at(w, touch)->pending++;
    sim_spread *s = SPREAD(w, touch);
    bool first = !s->accepted;
    s->accepted = true;
    return first;
}

static bool collapsed(const sim_world *w, uint32_t touch, uint32_t device) {
    return has(SPREAD(w, touch)->collapsed, device);
}

bool sim_device_shows(sim_world *w, uint32_t touch, uint32_t device) {
    sim_touch *t = sim_touch_at(w, touch);
    if (collapsed(w, touch, device) || t->shown_at != STORE_NONE) return false;
    t->failure = MODEL_FAIL_NONE; /* another device's, until now */
    SPREAD(w, touch)->shown_on = (uint8_t)device;
    return true;
}

bool sim_device_fails(const sim_world *w, uint32_t touch, uint32_t device, model_failure why) {
    return why == MODEL_FAIL_COLLAPSED || !collapsed(w, touch, device);
}

bool sim_device_dies(sim_world *w, uint32_t shopper, uint32_t device, bool *last) {
    sim_devices *hers = &w->devices[shopper];
    bool lived = has(hers->live, device);
    hers->live &= (uint8_t) ~(1u << device);
    *last = hers->live == 0;
    return lived;
}

model_platform sim_device_shown_on(const sim_world *w, uint32_t touch, uint32_t shopper) {
    return sim_device_platform(w, shopper, SPREAD(w, touch)->shown_on);
}
