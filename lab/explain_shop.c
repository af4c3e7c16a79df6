/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * explain_shop.c - what else the shop does around her, in words: carts, cancelled and returned orders, ads,
 * other campaigns.
 */
#include "lab/explain_job.h"

#include "models/world.h"

const char *lab_explain_campaign(int kind) {
    switch ((model_campaign_kind)kind) {
    case MODEL_NEWSLETTER: return "newsletter";
    case MODEL_PRICE_DROP: return "price_drop";
    case MODEL_ABANDONED_CART: return "abandoned_cart";
    }
    return "";
}

void lab_explain_shop(const explain_job *job, const sim_seen *seen, explain_text *out) {
    switch (seen->what) {
    case SIM_SEEN_CART:
        if (seen->as.cart.holds)
            lab_explain_add(out, "holds a unit for her, until %s at most",
                            lab_explain_when(job, seen->as.cart.until).text);
        else
            lab_explain_add(out, "she puts one in, but there is none to hold");
        break;
    case SIM_SEEN_CART_OVER: lab_explain_add(out, "lets its unit go, unpaid"); break;
    case SIM_SEEN_CANCELLED: lab_explain_add(out, "her oversold order: there was no unit"); break;
    case SIM_SEEN_RETURNED:
        lab_explain_add(out, seen->as.does ? "it; it can be sold again" : "it; it cannot be sold again");
        break;
    case SIM_SEEN_AD:
        lab_explain_add(out, "are shown to her, who was lost%s",
                        seen->as.does ? "; she comes for it, if it is there" : "; she does not come");
        break;
    case SIM_SEEN_CAMPAIGN:
        lab_explain_add(out, "%s by %s", lab_explain_campaign(seen->as.campaign.kind),
                        bis_channel_name(seen->as.campaign.channel));
        break;
    default: break;
    }
}
