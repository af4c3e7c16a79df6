/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * html.h - the parts of report.html. Whatever is not ours goes in by html_text() or html_lines().
 */
#ifndef REPORTS_HTML_H
#define REPORTS_HTML_H

#include "reports/report.h"

enum { HTML_PLOTS = 16 };

typedef struct {
    char *svg[HTML_PLOTS]; /* of the rows of the plot table; NULL: not drawn */
} html_plots;

void html_page(FILE *out, const report_summary *s, const report_host *host, const html_plots *plots);

void html_text(FILE *out, const char *text);  /* escaped, control characters become spaces */
void html_lines(FILE *out, const char *text); /* the same, but lines stay lines */

/* What every page and table is made of. */
void html_head(FILE *out, const char *title); /* up to <body> */
void html_open_section(FILE *out, const char *id, const char *title);
/* A header row: texts separated by '|'; those that begin with '#' head columns of numbers. */
void html_open_table(FILE *out, const char *columns);
void html_close_table(FILE *out);
void html_cell(FILE *out, const char *text);
void html_cell_number(FILE *out, const char *text);             /* ours, so not escaped */
void html_pairs(FILE *out, const store_pair *row, size_t rows); /* table rows */

/* The last section of a page on a file: what it takes to get the same numbers again. Without a seed: -1. */
void html_file_manifest(FILE *out, const char *file, uint64_t hash, int64_t seed, const store_pair *row,
                        size_t rows);

void html_metrics(FILE *out, const report_summary *s);
void html_warmup(FILE *out, const report_summary *s);
void html_templates(FILE *out, const report_summary *s);
void html_arms(FILE *out, const report_summary *s);
void html_ledger(FILE *out, const report_summary *s);
void html_restocks(FILE *out, const report_summary *s);
void html_unmet(FILE *out, const report_summary *s);
void html_traces(FILE *out, const report_summary *s);
void html_definitions(FILE *out, const report_summary *s);
void html_manifest(FILE *out, const report_summary *s, const report_host *host);

/* gnuplot's SVG as an element of a page: ids get a prefix, ink and grid follow the page's colours. */
void html_svg(FILE *out, const char *svg, const char *prefix, const char *title);

extern const char *const html_style;

#endif
