/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * document.h - the JSON document that a command of the lab prints, and what stands where in it.
 */
#ifndef TESTS_DOCUMENT_H
#define TESTS_DOCUMENT_H

#include <jansson.h>

#include "lab/lab.h"
#include "tests/support.h"

/* An empty file for a command to print to. */
FILE *doc_file(void);

/* What was printed, a document and nothing after it, the caller's to give back; NULL if nothing was printed.
 * Closes f. */
json_t *doc_read(FILE *f);

/* The document of a command that must have succeeded, without a message: doc_of(lab_run(.., f, &error), ..).
 */
json_t *doc_of(lab_status status, const lab_error *error, FILE *f);

/* The value at a path of keys such as "metrics.sends.mean", written as printf() would. There must be one. */
const json_t *doc_at(const json_t *doc, const char *path, ...) __attribute__((format(printf, 2, 3)));

/* The same for a number, NAN if it is null or something else; and for a text, "null" likewise. */
double doc_number(const json_t *doc, const char *path, ...) __attribute__((format(printf, 2, 3)));
const char *doc_text(const json_t *doc, const char *path, ...) __attribute__((format(printf, 2, 3)));

#endif
