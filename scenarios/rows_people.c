/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rows_people.c - parameter rows of the shoppers, their interest, how they answer a push, and the provider.
 *
 * Defaults come from public benchmarks where there are any; the doc of each row names them. Vendors'
 * benchmarks are self-selected, so treat them as a place to start a sweep from.
 */
#include "models/provider.h"
#include "scenarios/rows.h"

static const char *const shopper_modes[] = {"synthetic", "trace", NULL};
#define MADE_UP "shoppers.mode=synthetic"

static const char *const scopes[] = {"sku", "product", "any", NULL};

static const bis_field_list tiers = {
    .path = "shoppers.tiers",
    .offset = AT(shoppers.tier),
    .stride = sizeof(model_tier),
    .count_offset = AT(shoppers.tiers),
    .max = MODEL_TIERS_MAX,
    .doc = "Loyalty tiers, lowest first. Without a list, one tier named member.",
};

static const bis_field_list zones = {
    .path = "shoppers.zones",
    .offset = AT(shoppers.zone),
    .stride = sizeof(model_zone),
    .count_offset = AT(shoppers.zones),
    .max = MODEL_ZONES_MAX,
    .doc = "The time zones of the shoppers, by which quiet hours and calendar days go. Without a list, UTC "
           "alone.",
};

static const bis_field_list regions = {
    .path = "shoppers.regions",
    .offset = AT(shoppers.region),
    .stride = sizeof(model_region),
    .count_offset = AT(shoppers.regions),
    .max = MODEL_REGIONS_MAX,
    .doc = "Which of the policy's regions the shoppers are in. Without a list, in none.",
};

static const bis_field_list hours = {
    .path = "shoppers.hours",
    .offset = AT(shoppers.hour),
    .stride = sizeof(model_weight),
    .count_offset = AT(shoppers.hours),
    .max = MODEL_DAY_HOURS,
    .doc =
        "When in the day shoppers come: 24 weights, from midnight on, by their own clocks. Without a list, "
        "at any hour alike.",
};

static const bis_field_list weekdays = {
    .path = "shoppers.weekdays",
    .offset = AT(shoppers.weekday),
    .stride = sizeof(model_weight),
    .count_offset = AT(shoppers.weekdays),
    .max = MODEL_WEEKDAYS,
    .doc = "When in the week they come: 7 weights, from Monday on. Without a list, on any day alike.",
};

static const bis_field_list click_hours = {
    .path = "response.hours",
    .offset = AT(response.hour),
    .stride = sizeof(model_shift),
    .count_offset = AT(response.hours),
    .max = MODEL_DAY_HOURS,
    .doc = "What the hour does to the click: 24 shifts, from midnight on, by the shopper's own clock when "
           "she opens. "
           "Without a list, nothing.",
};

static const bis_field_list template_click = {
    .path = "response.template_click",
    .offset = AT(response.template_click),
    .stride = sizeof(model_template),
    .count_offset = AT(response.template_clicks),
    .max = MODEL_TEMPLATES_MAX,
    .doc = "What the policy's templates do to the chance to click; those that are not listed, nothing.",
};

static const bis_field_list devices = {
    .path = "shoppers.devices",
    .offset = AT(shoppers.devices_share),
    .stride = sizeof(double),
    .count_offset = AT(shoppers.devices),
    .max = MODEL_DEVICES_MAX,
    .doc = "How many devices shoppers have: of how many it is one, two, and so on. Without a list, one each.",
};

static const bis_field_list outages = {
    .path = "provider.outages",
    .offset = AT(provider.outage),
    .stride = sizeof(model_outage),
    .count_offset = AT(provider.outages),
    .max = MODEL_OUTAGES_MAX,
    .doc = "Times in which the provider's servers fail, in any order.",
};

static const char *const collapse_keys[] = {"none", "sku", "product", NULL};
#define MOCK     "provider.transport=mock"
#define COLLAPSE MOCK "&provider.collapse.key=sku|product"

#define TIER(NAME, M, UNIT, MAX, DOC)                                                                        \
    ELEMENT(tiers, "shoppers.tiers[]." NAME, BIS_FIELD_REAL, offsetof(model_tier, M), 0, UNIT, 0, MAX, "1",  \
            NULL, DOC)

#define PLATFORM_SHARE(NAME, ID, DEF)                                                                        \
    REAL("shoppers.platform." NAME, AT(shoppers.platform_share[ID]), "weight", 0, 1e6, DEF, NULL,            \
         "Weight of shoppers on " NAME "; the three are brought to a sum of 1. No public source.")
#define OPTIN(NAME, ID, DEF, SOURCE)                                                                         \
    SHARE("shoppers.optin." NAME, AT(shoppers.optin[ID]), DEF, NULL,                                         \
          "Share of shoppers on " NAME " who can be pushed to: opted in, with a live token. " SOURCE)
#define INITIAL(NAME, ID)                                                                                    \
    SHARE("interest.initial." NAME, AT(interest.initial[ID]), "0", MADE_UP,                                  \
          "Share of shoppers who already wait for their variant at the start, by a " NAME " signal. "        \
          "No public source.")
#define SIGNAL(NAME, ID, DEF, SOURCE)                                                                        \
    SHARE("interest.signal." NAME, AT(interest.signal[ID]), DEF, NULL,                                       \
          "Chance that a visit to a sold-out page leaves a " NAME " signal. " SOURCE)
#define LATENT(NAME, ID, SOURCE)                                                                             \
    SHARE("response.optout_latent." NAME, AT(response.optout_latent[ID]), "0", NULL,                         \
          "Share of opt-outs of push on " NAME                                                               \
          " of which the engine hears only when its next push is refused as one to a dead token. " SOURCE)
#define OPEN(NAME, ID)                                                                                       \
    SHARE("response.open." NAME, AT(response.open[ID]), "0.144", NULL,                                       \
          "Chance that a push shown on " NAME " is opened. Batch benchmark 2025: 14.4 % contextual, 4.19 % " \
          "generic.")
#define OPEN_DELAY(NAME, ID, MEDIAN, SOURCE)                                                                 \
    SPAN_DIST("response.open_delay." NAME, response.open_delay[ID], "", "lognormal", MEDIAN, "1", "1.5",     \
              "2h", "Distribution of the time from shown to opened on " NAME ". " SOURCE)
#define CLICK(NAME, ID, DEF, SOURCE)                                                                         \
    SHARE("response.click." NAME, AT(response.click[ID]), DEF, NULL,                                         \
          "Chance that an opened push is clicked through by a shopper with a fresh " NAME                    \
          " signal. " SOURCE)
#define BUY(NAME, ID, DEF, SOURCE)                                                                           \
    SHARE("response.buy." NAME, AT(response.buy[ID]), DEF, NULL,                                             \
          "Chance that a landing on a page in stock ends in a purchase, by the " NAME " signal. " SOURCE)

/* A channel other than push: how many get it, how many open it and when. */
#define CHANNEL(NAME, ID, WHAT, DELIVERED, OPENED, OPEN_SOURCE, MEDIAN)                                      \
    SHARE("response." NAME ".delivered", AT(response.channel[ID].delivered), DELIVERED, NULL,                \
          "Chance that " WHAT " reaches her. No public source."),                                            \
        SHARE("response." NAME ".open", AT(response.channel[ID].open), OPENED, NULL,                         \
              "Chance that " WHAT " that has reached her is opened. " OPEN_SOURCE),                          \
        SPAN_DIST("response." NAME ".open_delay", response.channel[ID].open_delay, "", "lognormal", MEDIAN,  \
                  "1", "1.5", "1d", "Distribution of the time until " WHAT " is opened. No public source.")
#define CHANNEL_OPTOUT(NAME, ID, WHAT, DEF)                                                                  \
    SHARE("response." NAME ".optout", AT(response.channel_optout[ID]), DEF, NULL,                            \
          "Chance that " WHAT " makes its reader opt out of them, and of nothing else. No public source.")

const bis_field scenario_people_rows[] = {
    CHOICE("shoppers.mode", AT(shoppers_mode), shopper_modes, "synthetic", NULL,
           "Where visits and purchases come from: they are made up, or a trace of what shoppers did."),
    INT("shoppers.count", AT(shoppers.count), "shoppers", 1, 1e8, "5000", MADE_UP,
        "How many shoppers the shop knows. No public source."),
    ELEMENT(tiers, "shoppers.tiers[].name", BIS_FIELD_TEXT, offsetof(model_tier, name), MODEL_NAME_SIZE, "",
            0, 0, "", NULL, "The tier's name, as reports show it; no two alike."),
    TIER("share", share, "weight", 1e6,
         "Its weight among shoppers; the weights of all tiers are brought to a sum of 1. No public source."),
    TIER("visits", visits, "times", 1000, "Multiplies the visit rate of the tier. No public source."),
    TIER("returns", returns, "times", 1000,
         "Multiplies the rate at which the tier's interested shoppers look again by themselves. No public "
         "source."),
    TIER("click", click, "times", 1000,
         "Multiplies the tier's chance to click, which is capped at 1. No public source."),
    PLATFORM_SHARE("ios", MODEL_IOS, "0.35"),
    PLATFORM_SHARE("android", MODEL_ANDROID, "0.45"),
    PLATFORM_SHARE("web", MODEL_WEB, "0.2"),
    OPTIN("ios", MODEL_IOS, "0.56", "Batch benchmark 2025."),
    OPTIN("android", MODEL_ANDROID, "0.67", "Batch benchmark 2025."),
    OPTIN("web", MODEL_WEB, "0.1", "ReachBell 2026: 1-5 % by a hard prompt, 5-15 % soft, 12-25 % triggered."),
    SHARE("shoppers.behavioural_consent", AT(shoppers.behavioural_consent), "0.6", NULL,
          "Share of shoppers who let messages follow from what they looked at. No public source."),
    REAL("shoppers.visit_rate", AT(shoppers.visit_rate), "visits per day", 0, 1000, "0.05", MADE_UP,
         "How often a shopper looks at a product page, as a mean over shoppers. No public source."),
    REAL("shoppers.visit_cv", AT(shoppers.visit_cv), "", 0, 100, "1", MADE_UP,
         "How much visit rates differ between shoppers: coefficient of variation of a gamma; 0 is all alike. "
         "No public source."),
    SHARE("shoppers.visit_buy", AT(shoppers.visit_buy), "0.03", MADE_UP,
          "Chance that a visit that finds the variant in stock ends in a purchase. No public source."),
    ELEMENT(zones, "shoppers.zones[].name", BIS_FIELD_TEXT, offsetof(model_zone, name), MODEL_ZONE_NAME_SIZE,
            "", 0, 0, "", NULL,
            "The zone's IANA name, such as Europe/London, of which the system has a file (tzdata), or UTC."),
    ELEMENT(
        zones, "shoppers.zones[].share", BIS_FIELD_REAL, offsetof(model_zone, share), 0, "weight", 0, 1e6,
        "1", NULL,
        "Its weight among shoppers; the weights of all zones are brought to a sum of 1. No public source."),
    ELEMENT(regions, "shoppers.regions[].name", BIS_FIELD_TEXT, offsetof(model_region, name), MODEL_NAME_SIZE,
            "", 0, 0, "", NULL,
            "The name of one of policy.regions; empty for those who are in none of them."),
    ELEMENT(
        regions, "shoppers.regions[].share", BIS_FIELD_REAL, offsetof(model_region, share), 0, "weight", 0,
        1e6, "1", NULL,
        "Its weight among shoppers; the weights of all regions are brought to a sum of 1. No public source."),
    REAL("shoppers.value_mean", AT(shoppers.value_mean), "money", 0, 1e9, "0", NULL,
         "What a purchase of a shopper is worth to the shop, as the policy's priority may know it: mean over "
         "shoppers; "
         "0 is 1 for everybody. No public source."),
    REAL("shoppers.value_cv", AT(shoppers.value_cv), "", 0, 100, "1", NULL,
         "How much these values differ between shoppers: coefficient of variation of a lognormal; 0 is all "
         "alike. "
         "No public source."),
    SHARE("shoppers.repeat.rate", AT(repeat.rate), "0", NULL,
          "Chance that an order of a shopper's, if it is neither cancelled nor returned by then, is followed "
          "by "
          "one more, of a product by popularity; 0 switches it off. No public source."),
    SPAN_DIST("shoppers.repeat.delay", repeat.delay, "", "exponential", "30d", "1", "1", "60d",
              "Distribution of the time from an order to the one that follows it. No public source."),
    SHARE("shoppers.email_optin", AT(shoppers.email_optin), "0", NULL,
          "Share of shoppers who let the shop send them e-mail. No public source."),
    SHARE("shoppers.sms_optin", AT(shoppers.sms_optin), "0", NULL,
          "Share of shoppers who let the shop send them SMS. No public source."),
    ELEMENT(devices, "shoppers.devices[].share", BIS_FIELD_REAL, 0, 0, "weight", 0, 1e6, "1", NULL,
            "Weight of the shoppers who have so many devices: the first of the list one, the second two, and "
            "so on; the weights are brought to a sum of 1. No public source."),
    SPAN_DIST("shoppers.token_age", provider.token_age, MOCK "&", "exponential", "60d", "1", "1", "365d",
              "Distribution over devices of the time since a token's last contact, as it is at any send; "
              "matters with provider.stale_after. No public source."),
    REAL("shoppers.optout_hazard", AT(shoppers.optout_hazard), "per day", 0, 1000, "0", NULL,
         "How fast shoppers opt out of push without any message, ghosts too. No public source."),
    ELEMENT(
        hours, "shoppers.hours[].weight", BIS_FIELD_REAL, offsetof(model_weight, weight), 0, "weight", 0, 1e6,
        "1", NULL,
        "How much they visit and look again in that hour, against the others; the mean rate stays. Anonymous "
        "demand does so by the clock of the zone with the largest share. No public source."),
    ELEMENT(weekdays, "shoppers.weekdays[].weight", BIS_FIELD_REAL, offsetof(model_weight, weight), 0,
            "weight", 0, 1e6, "1", NULL, "The same of that day, against the others. No public source."),

    INITIAL("notify_me", BIS_NOTIFY_ME),
    INITIAL("wishlist", BIS_WISHLIST),
    INITIAL("cart", BIS_CART),
    INITIAL("browse", BIS_BROWSE),
    SPAN("interest.initial_age", AT(interest.initial_age), 0, SPAN_MAX, "7d", NULL,
         "The signals of those who wait at the start are spread evenly over so long before it. No public "
         "source."),
    SIGNAL("notify_me", BIS_NOTIFY_ME, "0.15", "StoreBeep, quoting Omnisend: 10-20 % of visitors sign up."),
    SIGNAL("wishlist", BIS_WISHLIST, "0.05", "No public source."),
    SIGNAL("cart", BIS_CART, "0.03", "No public source."),
    SIGNAL("browse", BIS_BROWSE, "0.1", "No public source; AlixPartners: two thirds leave for good."),
    SPAN("interest.lapse_scale", AT(interest.lapse_scale), 0, SPAN_MAX, "14d", NULL,
         "Intent dies after a Weibull time, bought elsewhere or no longer wanted: 63 % are gone by this; 0 "
         "is never. "
         "No public source."),
    REAL("interest.lapse_shape", AT(interest.lapse_shape), "", 0.05, 100, "1", NULL,
         "Shape of that time: below 1 most lose interest early, 1 is a steady hazard. No public source."),
    REAL("interest.return_rate", AT(interest.return_rate), "looks per day", 0, 1000, "0.2", NULL,
         "How often an interested shopper looks again without being told. No public source."),
    SHARE("interest.return_buy", AT(interest.return_buy), "0.3", NULL,
          "Chance of a purchase if such a look finds it in stock. No public source."),

    OPEN("ios", MODEL_IOS),
    OPEN("android", MODEL_ANDROID),
    OPEN("web", MODEL_WEB),
    OPEN_DELAY("ios", MODEL_IOS, "7min", "Median 7 min (Leanplum); no public source for the spread."),
    OPEN_DELAY(
        "android", MODEL_ANDROID, "48min",
        "Median 48 min (Leanplum); MoEngage: 40 % of responses in the first hour; no public source for the "
        "spread."),
    OPEN_DELAY("web", MODEL_WEB, "30min", "No public source."),
    CLICK("notify_me", BIS_NOTIFY_ME, "0.45",
          "No public source for push; e-mail: 58-65 % open, 21-35 % click (StoreBeep, quoting Omnisend)."),
    CLICK("wishlist", BIS_WISHLIST, "0.35", "No public source."),
    CLICK("cart", BIS_CART, "0.4", "No public source."),
    CLICK("browse", BIS_BROWSE, "0.2", "No public source."),
    REAL("response.click_age", AT(response.click_age), "log-odds per day", -10, 10, "-0.03", NULL,
         "Added to the click's log-odds for each day since the last signal: below 0, old intent clicks less. "
         "No public source."),
    SPAN_DIST("response.click_delay", response.click_delay, "", "fixed", "5s", "1", "1", "1min",
              "Distribution of the time from opened to landing on the page. No public source."),
    BUY("notify_me", BIS_NOTIFY_ME, "0.305", "E-mail: 30.5 % of clicks buy (StoreBeep, quoting Omnisend)."),
    BUY("wishlist", BIS_WISHLIST, "0.2", "No public source."),
    BUY("cart", BIS_CART, "0.25", "No public source."),
    BUY("browse", BIS_BROWSE, "0.1", "No public source."),
    SPAN_DIST("response.checkout", response.checkout, "", "lognormal", "4min", "1", "0.6", "10min",
              "Distribution of the time from landing to order; stock may be gone by then. No public source."),
    SHARE("response.sold_out_leaves", AT(response.sold_out_leaves), "0.67", NULL,
          "Chance that a landing on a sold-out page ends the intent. AlixPartners: two thirds leave."),
    SHARE("response.optout", AT(response.optout), "0.002", NULL,
          "Chance that a push shown makes its reader opt out. No public source."),
    SHARE("response.optout_sold_out", AT(response.optout_sold_out), "0.01", NULL,
          "Chance of opting out after a landing on a sold-out page, besides. No public source."),
    SPAN("response.optout_within", AT(response.optout_within), 0, SPAN_MAX, "1d", NULL,
         "Opt-outs fall evenly within this time of the push. No public source."),

    CHANNEL("email", MODEL_EMAIL, "an e-mail", "0.98", "0.615",
            "Back in stock: 58-65 % (StoreBeep, quoting Omnisend).", "1h"),
    CHANNEL_OPTOUT("email", MODEL_EMAIL, "an e-mail", "0.002"),
    CHANNEL("sms", MODEL_SMS, "an SMS", "0.97", "0.9", "No public source.", "5min"),
    CHANNEL_OPTOUT("sms", MODEL_SMS, "an SMS", "0.005"),
    CHANNEL("in_app", MODEL_IN_APP, "an in-app note", "1", "0.2", "No public source.", "12h"),
    ELEMENT(template_click, "response.template_click[].name", BIS_FIELD_TEXT, offsetof(model_template, name),
            MODEL_NAME_SIZE, "", 0, 0, "", NULL, "The name of one of policy.templates."),
    ELEMENT(
        template_click, "response.template_click[].times", BIS_FIELD_REAL, offsetof(model_template, times), 0,
        "times", 0, 1000, "1", NULL,
        "Multiplies the chance that an opened push with this template is clicked, which is capped at 1. No "
        "public source."),
    LATENT("ios", MODEL_IOS, "No public source."),
    LATENT("android", MODEL_ANDROID, "No public source."),
    LATENT("web", MODEL_WEB,
           "1 is the way of Web Push, RFC 8030: the subscription is gone, and a push to it says so."),
    REAL("response.other_variant", AT(response.other_variant), "log-odds", -20, 20, "0",
         "policy.match=product",
         "Added to the click's log-odds if her own variant was not there when she was told, but another of "
         "the product. "
         "No public source."),
    ELEMENT(click_hours, "response.hours[].log_odds", BIS_FIELD_REAL, offsetof(model_shift, log_odds), 0,
            "log-odds", -20, 20, "0", NULL, "Added to the click's log-odds in that hour. No public source."),
    SPAN(
        "response.fatigue.window", AT(response.fatigue_window), 1, SPAN_MAX, "7d", NULL,
        "How long a message tires: one shown so long ago counts for 1/e of one shown now. No public source."),
    REAL("response.fatigue.click", AT(response.fatigue_click), "log-odds per message", 0, 20, "0", NULL,
         "Taken from the click's log-odds for each other message, of any kind, that she has been shown and "
         "that still "
         "counts; 0 is no effect. No public source."),
    REAL("response.fatigue.optout", AT(response.fatigue_optout), "log-odds per message", 0, 20, "0", NULL,
         "Added to the log-odds of opting out for each such message; 0 is no effect. Localytics 2017: 10 % "
         "would "
         "disable push at one a week, 37 % at 2-5 (stated, so an upper bound)."),

    CHOICE("provider.transport", AT(provider.transport), model_transport_names, "mock", NULL,
           "What carries a push: a mock of FCM, APNs and Web Push, or an ideal one that takes everything and "
           "shows it at once."),
    REAL("provider.quota", AT(provider.quota), "messages per minute", 0, 1e9, "600000", MOCK,
         "What the provider takes in a minute, refilled whole each minute; 0 is no limit. Firebase docs: "
         "600,000."),
    SPAN_DIST(
        "provider.latency", provider.latency, MOCK "&", "lognormal", "1s", "1", "1", "10s",
        "Distribution of the time from accepted to shown on a device that is online. No public source."),
    SHARE("provider.unregistered", AT(provider.unregistered), "0.02", MOCK,
          "Chance that a token turns out to be dead, found at the send. No public source; ReachBell 2026: "
          "above 90 % "
          "delivered by web push on tokens younger than 30 days."),
    SHARE("provider.unavailable", AT(provider.unavailable), "0.002", MOCK,
          "Chance of a server error at each try; the message is tried again. No public source."),
    SHARE("provider.too_large", AT(provider.too_large), "0", MOCK,
          "Chance that the payload is refused (Firebase docs: above 4,096 bytes). No public source."),
    SHARE("provider.offline", AT(provider.offline), "0.15", MOCK,
          "Chance that the device is offline at the send. MoEngage: about 15 % not connected."),
    SPAN_DIST("provider.offline_for", provider.offline_for, MOCK "&", "exponential", "2h", "1", "1", "4h",
              "Distribution of the time until such a device is online again. No public source."),
    SPAN("provider.ttl", AT(provider.ttl), 0, 2419200000.0, "28d", MOCK,
         "A message not shown within this time is lost. Firebase docs: at most 2,419,200 s, which is 4 "
         "weeks."),
    INT("provider.retries", AT(provider.retries), "tries", 0, 100, "3", MOCK,
        "Tries after the first, when over quota or after a server error. No public source."),
    SPAN("provider.backoff", AT(provider.backoff), 0, SPAN_MAX, "10s", MOCK,
         "Wait before the first retry; it doubles each time. No public source."),

    SHARE("provider.bad_token", AT(provider.bad_token), "0", MOCK,
          "Chance that a token turns out never to have been one, found at the send. No public source."),
    SHARE("provider.internal", AT(provider.internal), "0", MOCK,
          "Chance of an internal error at each try that the servers take; the message is tried again. No "
          "public source."),
    SPAN("provider.stale_after", AT(provider.stale_after), 0, SPAN_MAX, "0", MOCK,
         "A token whose device has not been in contact for longer is dead; 0 is never. Firebase docs: 270 "
         "days."),
    INT("provider.device_limit.per_minute", AT(provider.device_minute), "messages", 0, 1e9, "0", MOCK,
        "What one device may get in a minute of the clock; 0 is no limit. Firebase docs: 240."),
    INT("provider.device_limit.per_hour", AT(provider.device_hour), "messages", 0, 1e9, "0", MOCK,
        "What one device may get in an hour of the clock; 0 is no limit. Firebase docs: 5,000."),
    CHOICE("provider.collapse.key", AT(provider.collapse), collapse_keys, "none", MOCK,
           "Which messages replace each other while they are kept for a device that is offline: none, those "
           "of a SKU, "
           "or those of a product."),
    INT("provider.collapse.burst", AT(provider.collapse_burst), "messages", 0, 1e6, "20", COLLAPSE,
        "How many such messages a device may get at once; 0 is no limit. Firebase docs: 20."),
    SPAN("provider.collapse.refill", AT(provider.collapse_refill), 0, SPAN_MAX, "3min", COLLAPSE,
         "Time after which it may get one more of them. Firebase docs: 3 minutes."),
    ELEMENT(outages, "provider.outages[].after", BIS_FIELD_DURATION, offsetof(model_outage, after), 0, "", 0,
            SPAN_MAX, NULL, MOCK, "When the outage begins, counted from the start of the run."),
    ELEMENT(outages, "provider.outages[].for", BIS_FIELD_DURATION, offsetof(model_outage, lasts), 0, "", 1,
            SPAN_MAX, NULL, MOCK, "How long it lasts."),
    ELEMENT(outages, "provider.outages[].share", BIS_FIELD_REAL, offsetof(model_outage, share), 0, "share", 0,
            1, "1", MOCK,
            "The share of tries in it that get a server error, besides the usual ones; 1 is all of them."),

    SPAN("attribution.outcome_window", AT(attribution.outcome_window), 1, SPAN_MAX, "7d", NULL,
         "Orders count as a unit's outcome within this time of its first eligibility, in both arms alike."),
    SPAN("attribution.click", AT(attribution.click), 0, SPAN_MAX, "1d", NULL,
         "An order within this time of a click is credited to that push; 0 switches it off."),
    SPAN("attribution.view", AT(attribution.view), 0, SPAN_MAX, "1d", NULL,
         "Else, an order within this time of a push shown is credited to it; 0 switches it off."),
    CHOICE("attribution.scope", AT(attribution.scope), scopes, "product", NULL,
           "What must have been ordered to credit a push: the same SKU, any variant of its product, or "
           "anything."),
};
const size_t scenario_people_row_count = sizeof scenario_people_rows / sizeof scenario_people_rows[0];
