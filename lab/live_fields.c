/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * live_fields.c - which events there are, and what each may hold; see live_event.h.
 */
#include "lab/live_event.h"

#define EXACT (INT64_C(1) << 53) /* whole numbers that every reader of JSON can hold */

/* Index i is value i of the engine's enum. */
static const char *const sources[] = {"notify_me", "wishlist", "cart", "browse", NULL};
static const char *const channels[] = {"push", "email", "sms", "in_app", NULL};
static const char *const receipts[] = {"accepted", "delivered", "failed", "unregistered",
                                       "opened",   "clicked",   NULL};

_Static_assert(sizeof sources / sizeof *sources == BIS_SOURCE_COUNT + 1, "a word for each source");
_Static_assert(sizeof channels / sizeof *channels == BIS_CHANNEL_COUNT + 1, "a word for each channel");
_Static_assert(sizeof receipts / sizeof *receipts == BIS_RECEIPT_COUNT + 1, "a word for each receipt");

#define ID(NAME)                                                                                             \
    { .name = (NAME), .type = LIVE_IS_ID, .min = 1, .max = LIVE_ID_MAX }
#define TEXT(NAME, MAX)                                                                                      \
    { .name = (NAME), .type = LIVE_IS_TEXT, .max = (MAX) }
#define WHOLE(NAME, LO, HI)                                                                                  \
    { .name = (NAME), .type = LIVE_IS_WHOLE, .min = (LO), .max = (HI) }
#define WORD(NAME, WORDS)                                                                                    \
    { .name = (NAME), .type = LIVE_IS_WORD, .words = (WORDS) }
#define FLAG(NAME)                                                                                           \
    { .name = (NAME), .type = LIVE_IS_FLAG }
#define TIME(NAME)                                                                                           \
    { .name = (NAME), .type = LIVE_IS_TIME, .max = LIVE_TIME_MAX }

const live_field_row live_field_rows[LIVE_FIELDS] = {
    [LIVE_SEQ] = WHOLE("seq", 1, EXACT),
    [LIVE_AT] = TIME("at"),
    [LIVE_SHOPPER] = ID("shopper"),
    [LIVE_SKU] = ID("sku"),
    [LIVE_PRODUCT] = ID("product"),
    [LIVE_CATEGORY] = ID("category"),
    [LIVE_TITLE] = TEXT("title", 1024),
    [LIVE_VARIANT] = TEXT("variant", 1024),
    [LIVE_PRICE] = TEXT("price", 1024),
    [LIVE_IMAGE] = TEXT("image", 4096),
    [LIVE_URL] = TEXT("url", 4096),
    [LIVE_TIER] = WHOLE("tier", 0, UINT8_MAX),
    [LIVE_VALUE] = {.name = "value", .type = LIVE_IS_REAL, .min = 0, .max = INT64_C(1000000000000)},
    [LIVE_DEVICES] = WHOLE("devices", 0, 1000000),
    [LIVE_REGION] = ID("region"),
    [LIVE_ZONE] = ID("zone"),
    [LIVE_PUSH] = FLAG("push_optin"),
    [LIVE_EMAIL] = FLAG("email_optin"),
    [LIVE_SMS] = FLAG("sms_optin"),
    [LIVE_BEHAVIOURAL] = FLAG("behavioural_consent"),
    [LIVE_LEVEL] = WHOLE("level", -EXACT, EXACT),
    [LIVE_AS_OF] = TIME("as_of"),
    [LIVE_VERSION] = WHOLE("version", 1, EXACT),
    [LIVE_SOURCE] = WORD("source", sources),
    [LIVE_QUANTITY] = WHOLE("quantity", 1, UINT16_MAX),
    [LIVE_CHANNEL] = WORD("channel", channels),
    [LIVE_TOUCH] = WHOLE("touch", 0, UINT32_MAX - 1),
    [LIVE_WHAT] = WORD("what", receipts),
    [LIVE_SOLD_OUT] = FLAG("sold_out"),
};

#define BIT(FIELD) (UINT64_C(1) << (FIELD))
#define WHO        BIT(LIVE_SHOPPER)
#define ITEM       BIT(LIVE_SKU)
#define CONSENTS   (BIT(LIVE_PUSH) | BIT(LIVE_EMAIL) | BIT(LIVE_SMS) | BIT(LIVE_BEHAVIOURAL))
#define TOKENS     (BIT(LIVE_TITLE) | BIT(LIVE_VARIANT) | BIT(LIVE_PRICE) | BIT(LIVE_IMAGE) | BIT(LIVE_URL))

const live_kind_row live_kind_rows[LIVE_KINDS] = {
    [BIS_EV_CATALOG] = {"catalog", ITEM, BIT(LIVE_PRODUCT) | BIT(LIVE_CATEGORY) | TOKENS},
    [BIS_EV_PROFILE] = {"profile", WHO,
                        BIT(LIVE_TIER) | BIT(LIVE_VALUE) | BIT(LIVE_DEVICES) | BIT(LIVE_REGION) |
                            BIT(LIVE_ZONE) | CONSENTS},
    [BIS_EV_STOCK] = {"stock", ITEM | BIT(LIVE_LEVEL), BIT(LIVE_AS_OF) | BIT(LIVE_VERSION)},
    [BIS_EV_INTEREST] = {"interest", WHO | ITEM | BIT(LIVE_SOURCE), BIT(LIVE_QUANTITY)},
    [BIS_EV_WITHDRAW] = {"withdraw", WHO | ITEM, 0},
    [BIS_EV_CONSENT] = {"consent", WHO, CONSENTS},
    [BIS_EV_ORDER] = {"order", ITEM, WHO | BIT(LIVE_QUANTITY)},
    [BIS_EV_RETURN] = {"return", WHO | ITEM, 0},
    [BIS_EV_OTHER] = {"other", WHO | BIT(LIVE_CHANNEL), 0},
    [BIS_EV_RECEIPT] = {"receipt", BIT(LIVE_TOUCH) | BIT(LIVE_WHAT), BIT(LIVE_SOLD_OUT)},
    [LIVE_TICK] = {"tick", 0, 0},
};
