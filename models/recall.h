/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * recall.h - what is remembered of things that three numbers name, such as a shopper's device: records of one
 * size in a hash table that only grows. In what order they came cannot be seen from outside.
 */
#ifndef MODELS_RECALL_H
#define MODELS_RECALL_H

#include <stddef.h>
#include <stdint.h>

typedef struct model_recall model_recall;

/* [in] size: of a record, in bytes, above 0. NULL: no memory. The caller's to destroy. */
model_recall *model_recall_create(size_t size);
void model_recall_destroy(model_recall *recall); /* NULL is fine */

/* The record of (a, b, c), all zero when it is first asked for. It moves at the next call. NULL: no memory,
 * and nothing is forgotten. */
void *model_recall_at(model_recall *recall, uint32_t a, uint32_t b, uint32_t c);

#endif
