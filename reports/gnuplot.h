/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * gnuplot.h - plots by gnuplot, started directly and never through a shell.
 *
 * gnuplot is a programming language: whatever is not ours goes in by gnuplot_quote() or as a number. It also
 * plots on after an error, so that anything it says on its error output counts as a failure; ranges must
 * therefore be given always, as it warns of an empty one.
 */
#ifndef REPORTS_GNUPLOT_H
#define REPORTS_GNUPLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

typedef enum { GNUPLOT_SVG, GNUPLOT_PNG } gnuplot_format;

typedef struct {
    gnuplot_format format;
    int width, height; /* of the SVG in its own units; a PNG has twice as many pixels */
    void (*draw)(FILE *script, const void *context);
    const void *context;
} gnuplot_job;

/* Runs a job. [out] image: `size` bytes and a 0, freed by the caller, untouched on false; [out] error: at
 * least 512 bytes, filled on false. */
bool gnuplot_render(const gnuplot_job *job, char **image, size_t *size, char *error);

/* Writes a text as a literal: in single quotes, no control characters, only UTF-8, ' as the typographic one.
 */
void gnuplot_quote(FILE *script, const char *text);

#endif
