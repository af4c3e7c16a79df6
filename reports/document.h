/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * document.h - the values that all JSON documents are made of. NULL or -1: no memory.
 */
#ifndef REPORTS_DOCUMENT_H
#define REPORTS_DOCUMENT_H

#include "reports/report.h"

json_t *document_number(double x);    /* null if it is not finite */
json_t *document_integer(double x);   /* the same */
json_t *document_text(const char *s); /* as valid UTF-8; null for NULL */
json_t *document_seed(uint64_t seed); /* a text above what JSON's readers can hold */
int document_set_precision(json_t *doc, const report_host *host); /* nothing where none was asked for */
int document_set_pairs(json_t *into, const store_pair *row, size_t rows);

/* For manifest.json only: where and how it ran, as the object "host", and how long it took. A command's
 * document does not hold them, so that equal runs print equal documents but for wall_s. */
int document_set_host(json_t *manifest, const report_host *host);

/* Writes manifest.json: the document's "manifest" with the host. Takes the document over; NULL: it found no
 * memory. */
bool document_write_manifest(const char *dir, json_t *doc, const report_host *host, char *error);

#endif
