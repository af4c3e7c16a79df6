/* SPDX-License-Identifier: MIT
 *
 * rule_templates.c - what a push says: one of several texts, by a hash of the shopper, to compare them.
 *
 * A text holds tokens such as {product}; the engine only says which template it is, and whoever sends fills
 * it in with bis_render().
 */
#include "rules.h"

#include <string.h>

static const bis_field_list templates = {
    .path = "policy.templates",
    .offset = offsetof(bis_policy, templates.text),
    .stride = sizeof(bis_template),
    .count_offset = offsetof(bis_policy, templates.n),
    .max = BIS_TEMPLATES_MAX,
    .doc = "What a push says; each shopper always gets the same of them, drawn by weight.",
};

#define TEMPLATE_TEXT(NAME, M, SIZE, DOC)                                                                    \
    {                                                                                                        \
        .path = "policy.templates[]." NAME, .type = BIS_FIELD_TEXT, .offset = offsetof(bis_template, M),     \
        .size = (SIZE), .unit = "", .def = "", .list = &templates, .doc = (DOC)                              \
    }

const bis_field bis_templates_fields[] = {
    TEMPLATE_TEXT("name", name, BIS_NAME_SIZE, "What the template is called."),
    {.path = "policy.templates[].weight",
     .type = BIS_FIELD_REAL,
     .offset = offsetof(bis_template, weight),
     .unit = "weight",
     .min = 0,
     .max = 1e6,
     .def = "1",
     .list = &templates,
     .doc = "Its share of shoppers is its weight over the sum of all."},
    TEMPLATE_TEXT("title", title, BIS_TITLE_SIZE,
                  "The title; {product} {variant} {price} {image} {url} are filled in."),
    TEMPLATE_TEXT("body", body, BIS_BODY_SIZE, "The text, with the same tokens."),
    TEMPLATE_TEXT("deep_link", deep_link, BIS_BODY_SIZE, "Where a click leads, with the same tokens."),
};

static const char *check(const bis_policy *p) {
    double sum = 0;
    for (size_t i = 0; i < p->templates.n; i++)
        sum += p->templates.text[i].weight;
    return p->templates.n == 0 || sum > 0 ? NULL : "policy.templates[].weight: one of them must be above 0";
}

size_t bis_template_by(const bis_templates_setup *setup, uint64_t salt, uint64_t shopper_hash) {
    return bis_hash_pick(salt, shopper_hash, BIS_FOR_TEMPLATE, &setup->text[0].weight, sizeof setup->text[0],
                         setup->n);
}

size_t bis_template_of(const bis_policy *policy, uint64_t shopper_hash) {
    return bis_template_by(&policy->templates, bis_hash_text(policy->holdout.salt), shopper_hash);
}

/* ---- tokens ---- */

static const char *token(const char *text, const bis_tokens *tokens, size_t *length) {
    const struct {
        const char *name, *value;
    } known[] = {{"{product}", tokens->product},
                 {"{variant}", tokens->variant},
                 {"{price}", tokens->price},
                 {"{image}", tokens->image},
                 {"{url}", tokens->url}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        *length = strlen(known[i].name);
        if (strncmp(text, known[i].name, *length) == 0) return known[i].value ? known[i].value : "";
    }
    return NULL;
}

size_t bis_render(const char *text, const bis_tokens *tokens, char *out, size_t size) {
    size_t need = 0, length;
    while (*text) {
        const char *value = *text == '{' ? token(text, tokens, &length) : NULL;
        size_t n = value ? strlen(value) : 1;
        for (size_t i = 0; i < n; i++, need++)
            if (need + 1 < size) out[need] = value ? value[i] : *text;
        text += value ? length : 1;
    }
    if (size == 0) return need;
    size_t end = need < size ? need : size - 1;
    if (end < need) /* not in the middle of a character */
        while (end > 0 && ((unsigned char)out[end - 1] & 0xc0) == 0x80)
            end--;
    if (end < need && end > 0 && (unsigned char)out[end - 1] >= 0xc0) end--;
    out[end] = '\0';
    return need;
}

const bis_rule bis_templates_rule = {.check = check};
