/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * devices.c - draws the devices of a shopper. See devices.h.
 *
 * Under MODEL_P_PROVIDER_DEVICES, ordinal 0 is the number of devices and ordinal k the platform of device k,
 * counted from 0: the first is not drawn here.
 */
#include "models/devices.h"

#include "models/dist.h"

model_devices model_devices_make(const model_shoppers *shoppers, model_key key) {
    model_devices d = {.key = key, .most = shoppers->devices > 0 ? (uint32_t)shoppers->devices : 1};
    model_cumulative(shoppers->devices_share, d.most, d.number);
    model_cumulative(shoppers->platform_share, MODEL_PLATFORMS, d.platform);
    return d;
}

uint32_t model_devices_draw(const model_devices *devices, uint32_t shopper, model_platform first,
                            model_platform platform[MODEL_DEVICES_MAX]) {
    double u = model_uniform(devices->key, shopper, MODEL_NOBODY, MODEL_P_PROVIDER_DEVICES, 0);
    uint32_t n = devices->most > 1 ? model_pick(devices->number, devices->most, u) + 1 : 1;
    platform[0] = first;
    for (uint32_t i = 1; i < n; i++) {
        u = model_uniform(devices->key, shopper, MODEL_NOBODY, MODEL_P_PROVIDER_DEVICES, i);
        platform[i] = (model_platform)model_pick(devices->platform, MODEL_PLATFORMS, u);
    }
    return n;
}
