/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * devices.h - how many devices a shopper has, and of which platforms.
 *
 * Both have streams of their own, apart from the other attributes (population.h), so that who has one device
 * in a scenario has it as her first in another where she has several.
 */
#ifndef MODELS_DEVICES_H
#define MODELS_DEVICES_H

#include <stdint.h>

#include "models/rng.h"
#include "models/world.h"

/* What can be computed once. */
typedef struct {
    model_key key;
    uint32_t most; /* weights given: nobody has more; at least 1 */
    double number[MODEL_DEVICES_MAX], platform[MODEL_PLATFORMS]; /* cumulative shares */
} model_devices;

model_devices model_devices_make(const model_shoppers *shoppers, model_key key);

/* How many devices the shopper has, 1 to `most`.
 * [in] first: platform of the first, which is the shopper's own. [out] platform: of each of them. */
uint32_t model_devices_draw(const model_devices *devices, uint32_t shopper, model_platform first,
                            model_platform platform[MODEL_DEVICES_MAX]);

#endif
