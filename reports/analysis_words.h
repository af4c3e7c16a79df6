/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * analysis_words.h - numbers of an analysis as text: plain ones by their own digits, relative ones as per
 * cent.
 */
#ifndef REPORTS_ANALYSIS_WORDS_H
#define REPORTS_ANALYSIS_WORDS_H

#include "reports/format.h"

format_text words_mean(double x);                            /* "0.0521"; a dash for NaN */
format_text words_change(double x, double lo, double hi);    /* "+0.0089", as exact as the interval allows */
format_text words_interval(double x, double lo, double hi);  /* "[0.0011, 0.0167]"; a dash without one */
format_text words_per_cent(double x, double lo, double hi);  /* "+17.3 %" */
format_text words_per_cents(double x, double lo, double hi); /* "[2.1, 32.4] %" */
format_text words_p(double p);                               /* "0.0301", "2.1e-07" */

/* Pads by characters, not bytes. */
void words_left(FILE *out, const char *text, int columns);
void words_right(FILE *out, const char *text, int columns);

#endif
