/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * format.h - numbers for people: significant digits that the interval supports, thousands apart, shares as
 * per cent, spans of time in the unit that suits them. A number that does not exist is a dash.
 */
#ifndef REPORTS_FORMAT_H
#define REPORTS_FORMAT_H

#include "reports/report.h"

enum { FORMAT_SIZE = 96 };
typedef struct {
    char text[FORMAT_SIZE];
} format_text;

format_text format_count(double x);                      /* "12,345", "0.25" */
format_text format_number(double x, const char *unit);   /* as the metric's unit wants it, 3 digits */
format_text format_signed(double x, const char *unit);   /* with its sign, even if positive */
format_text format_value(const report_value *v);         /* the mean, as exact as the interval allows */
format_text format_interval(const report_value *v);      /* "1.23 to 1.45", or a dash */
format_text format_mean_interval(const report_value *v); /* "1.34 [1.23, 1.45]" */
format_text format_span(double seconds);                 /* "90 s", "12.5 min", "3.2 h", "2.1 d" */
format_text format_time(int64_t ms);                     /* "2025-03-01 09:00:00", UTC; dash for STORE_NONE */
format_text format_hash(uint64_t hash);                  /* 16 hex digits */

/* Copies UTF-8 text; control characters become spaces and bytes that are no UTF-8 become '?'. [out] at most
 * `size` bytes with the end; cut between characters. Returns out. */
char *format_clean(char *out, size_t size, const char *text);
size_t format_width(const char *text); /* characters of clean UTF-8 text */

enum { FORMAT_COLUMNS = 100 }; /* of a line of text */
/* Clean text and a line feed, in lines of FORMAT_COLUMNS that begin at column `indent`; [in] at: columns that
 * the first one already has. */
void format_wrap(FILE *out, const char *text, size_t at, size_t indent);

/* A p value, with as many digits as it takes to see how small it is. */
format_text format_p(double p);

#endif
