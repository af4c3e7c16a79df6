/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * explain_text.c - the story as text: one line an event, wrapped at 100 columns, then a paragraph a SKU.
 */
#include "lab/explain_job.h"

#include <inttypes.h>
#include <string.h>

#include "reports/format.h"

enum { SKU_WIDTH = 16 };

static void put_padded(FILE *print, const char *text, size_t width) {
    size_t has = format_width(text);
    fprintf(print, "%s%*s", text, has < width ? (int)(width - has) : 0, "");
}

static void put_head(const explain_job *job, FILE *print) {
    const store_run *run = &job->again.run;
    const scenario_params *p = &job->again.scenario->p;
    const sim_probe_who *who = &job->probe.who;
    char room[EXPLAIN_LINE];
    fprintf(print, "%s  ", format_clean(room, sizeof room, run->scenario));
    fprintf(print, "%s\n", format_clean(room, sizeof room, run->title));
    const char *id = lab_explain_shopper(job);
    if (id) fprintf(print, "%s: shopper", format_clean(room, sizeof room, id));
    fprintf(print, "%s %" PRIu32 " in replication %" PRIu64 ", seed %" PRIu64 ": ", id ? "" : "Shopper",
            job->probe.shopper, job->options->replication, run->seed);
    if (p->shoppers.tiers > 1) {
        format_clean(room, sizeof room, p->shoppers.tier[who->tier].name);
        fprintf(print, "tier %s, ", room);
    }
    fprintf(print, "%s, ", lab_explain_platform(who->platform));
    if (!job->again.scenario->named && p->catalog.variants > 1) {
        format_clean(room, sizeof room, p->catalog.variant[who->variant].name);
        fprintf(print, "variant %s, ", room);
    }
    if (p->arms) {
        format_clean(room, sizeof room, p->arm[who->arm].name);
        fprintf(print, "policy arm %s, ", room);
    }
    fprintf(print, "push %s at the start\n", who->optin ? "opted in" : "not opted in");
    fprintf(print, "Times are UTC; + is since the start of the run, %s.\n", format_time(p->run.start).text);
}

/* The SKU in its column: a number alone would say little. */
static const char *column_of(const explain_job *job, uint32_t sku, char out[EXPLAIN_NAME + 4]) {
    char name[EXPLAIN_NAME];
    out[0] = '\0';
    if (!lab_explain_sku(job, sku, name)) return out;
    snprintf(out, EXPLAIN_NAME + 4, "%s%s", job->again.scenario->named ? "" : "SKU ", name);
    return out;
}

/* How wide the columns of SKU and word have to be. */
static void measure(const explain_job *job, size_t *sku_width, size_t *what_width) {
    char what[EXPLAIN_NAME], text[EXPLAIN_LINE], name[EXPLAIN_NAME + 4];
    *sku_width = *what_width = 0;
    for (size_t i = 0; i < job->events; i++) {
        explain_text out = {text, sizeof text, 0};
        lab_explain_event(job, job->event[i], what, &out);
        size_t sku = format_width(column_of(job, job->event[i]->sku, name)), n = strlen(what);
        if (n > *what_width) *what_width = n;
        if (sku > *sku_width) *sku_width = sku;
    }
    if (*sku_width > SKU_WIDTH) *sku_width = SKU_WIDTH;
    if (job->abouts < 2) *sku_width = 0; /* there is nothing to be told apart */
}

static void put_events(const explain_job *job, FILE *print) {
    size_t sku_width, what_width;
    measure(job, &sku_width, &what_width);
    fputc('\n', print);
    for (size_t i = 0; i < job->events; i++) {
        const sim_seen *seen = job->event[i];
        char what[EXPLAIN_NAME], text[EXPLAIN_LINE] = "", name[EXPLAIN_NAME + 4];
        explain_text out = {text, sizeof text, 0};
        lab_explain_event(job, seen, what, &out);
        size_t column = (size_t)fprintf(print, "  %s  %10s  ", format_time(seen->at).text,
                                        lab_explain_when(job, seen->at).text);
        if (sku_width) {
            put_padded(print, column_of(job, seen->sku, name), sku_width);
            fputs("  ", print);
            column += (format_width(name) > sku_width ? format_width(name) : sku_width) + 2;
        }
        put_padded(print, what, what_width);
        fputs("  ", print);
        column += what_width + 2;
        format_wrap(print, text, column, column);
    }
}

void lab_explain_print(const explain_job *job, FILE *print) {
    char name[EXPLAIN_NAME];
    put_head(job, print);
    if (job->events) put_events(job, print);
    for (size_t i = 0; i < job->abouts; i++) {
        char text[EXPLAIN_SUMMARY] = "";
        explain_text out = {text, sizeof text, 0};
        lab_explain_summary(job, &job->about[i], &out);
        fputs("\n", print);
        format_wrap(print, text, 0, 0);
    }
    if (job->abouts) return;
    if (job->sku == EXPLAIN_NONE)
        fprintf(print, "\nShe left no signal, was told nothing%s and bought nothing.\n",
                job->events ? " of a product" : "");
    else
        fprintf(print, "\nShe had nothing to do with SKU %s: no signal, no message, no order.\n",
                lab_explain_sku(job, job->sku, name));
}
