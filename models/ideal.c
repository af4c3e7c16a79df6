/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ideal.c - a transport that takes everything and shows it at once: what a policy would do if no provider
 * stood in its way. The least that a transport can be, so also an example of one.
 */
#include <stdlib.h>

#include "models/provider.h"

static void *ideal_create(const model_provider *setup, int64_t start, model_key key) {
    (void)setup, (void)start, (void)key;
    return malloc(1); /* it has no state, but NULL says that there is no memory */
}

static model_answer ideal_submit(void *state, int64_t now, const model_message *message) {
    (void)state, (void)message;
    return (model_answer){.verdict = MODEL_ACCEPTED, .at = now};
}

const model_transport model_transport_ideal = {
    .name = "ideal", .create = ideal_create, .destroy = free, .submit = ideal_submit};
