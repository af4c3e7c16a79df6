/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * svg.c - gnuplot's SVG made fit to stand in a page with others.
 *
 * Ids are the same in every file of gnuplot's, so they get a prefix. Ink and grid become classes, so that the
 * page's dark style reaches them; the white background goes, and so do the titles, which would pop up as
 * names like gnuplot_plot_1.
 */
#include <string.h>

#include "reports/html.h"

typedef struct {
    const char *from;
    const char *until; /* drop up to here, end included; NULL: `from` alone */
    const char *to;    /* % stands for the prefix */
} edit;

static const edit edits[] = {
    {"<title>", "</title>", ""},
    {"<desc>", "</desc>", ""},
    {" id=\"gnuplot_", "\"", ""},
    {"<rect x=\"0\" y=\"0\" ", "/>", ""},
    {"id='", NULL, "id='%-"},
    {"xlink:href='#", NULL, "href='#%-"},
    {"url(#", NULL, "url(#%-"},
    {"stroke='rgb( 51,  51,  51)'", NULL, "class=\"ink\""},
    {"stroke = 'rgb( 51,  51,  51)'", NULL, "class=\"ink\""},
    {"stroke='rgb(255, 255, 255)'", NULL, "class=\"paper\""},
};

static void put_prefixed(FILE *out, const char *text, const char *prefix) {
    for (; *text; text++)
        if (*text == '%')
            fputs(prefix, out);
        else
            fputc(*text, out);
}

/* Applies the first edit that fits at p. Returns what follows, or p. */
static const char *apply(FILE *out, const char *p, const char *prefix) {
    for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
        size_t n = strlen(edits[i].from);
        if (strncmp(p, edits[i].from, n) != 0) continue;
        const char *end = edits[i].until ? strstr(p + n, edits[i].until) : p + n;
        if (!end) continue;
        put_prefixed(out, edits[i].to, prefix);
        return edits[i].until ? end + strlen(edits[i].until) : end;
    }
    return p;
}

void html_svg(FILE *out, const char *svg, const char *prefix, const char *title) {
    const char *open = strstr(svg, "<svg"), *box = open ? strstr(open, "viewBox=\"") : NULL;
    const char *p = open ? strchr(open, '>') : NULL;
    if (!p || !box || box > p) return;
    box += strlen("viewBox=\"");
    fprintf(out, "<svg class=\"plot\" role=\"img\" viewBox=\"%.*s\" aria-label=\"", (int)strcspn(box, "\""),
            box);
    html_text(out, title);
    fputs("\">", out);
    for (p++; *p;) {
        const char *next = apply(out, p, prefix);
        if (next == p) fputc(*next++, out);
        p = next;
    }
}
