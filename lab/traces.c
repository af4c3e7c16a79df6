/* SPDX-License-Identifier: GPL-3.0-or-later
 * traces.c - see traces.h. */
#include "lab/traces.h"

#include <string.h>
#include <unistd.h>

#include "lab/folder.h"
#include "reports/file.h"

size_t lab_events_counts(const scenario *s, lab_trace_count out[LAB_TRACE_COUNTS]) {
    static const char *const plural[SCENARIO_EVENT_KINDS] = {
        "views", "add_to_carts", "purchases", "notify_mes", "wishlists", "returns", "optins", "optouts"};
    const scenario_events *ev = s->events;
    if (!ev) return 0;
    const lab_trace_count first[] = {
        {"rows", (double)ev->file.rows},
        {"kept", (double)ev->kept},
        {"rejected", (double)ev->file.rejected},
        {"filtered", (double)ev->file.filtered},
        {"duplicates", (double)ev->duplicates},
        {"shoppers", ev->shopper.n},
        {"skus", ev->skus},
        {"joined_skus", ev->joined},
        {"unjoined_rows", (double)ev->unjoined},
        {"orders", (double)ev->orders},
        {"anonymous", (double)ev->anonymous},
        {"corrections", (double)ev->corrections},
    };
    size_t n = sizeof first / sizeof *first;
    memcpy(out, first, sizeof first);
    for (int k = 0; k < SCENARIO_EVENT_KINDS; k++)
        out[n++] = (lab_trace_count){plural[k], (double)ev->of[k]};
    out[n++] = (lab_trace_count){"revenue", ev->revenue};
    return n;
}

static bool is_money(const lab_trace_count *count) {
    return strcmp(count->name, "revenue") == 0;
}

const char *lab_trace_count_text(const lab_trace_count *count, char *buffer, size_t size) {
    snprintf(buffer, size, is_money(count) ? "%.3f" : "%.0f", count->value);
    return buffer;
}

json_t *lab_events_json(const scenario *s) {
    lab_trace_count count[LAB_TRACE_COUNTS];
    size_t n = lab_events_counts(s, count);
    if (n == 0) return json_null();
    json_t *all = json_object();
    for (size_t i = 0; i < n; i++)
        json_object_set_new(all, count[i].name,
                            is_money(&count[i]) ? json_real(count[i].value)
                                                : json_integer((json_int_t)count[i].value));
    return all;
}

static void put_rejects(FILE *out, const scenario_trace_file *file) {
    fwrite(file->rejects ? file->rejects : "", 1, file->rejects_used, out);
}

lab_status lab_rejects_keep(const char *dir, const scenario *s, lab_error *error) {
    static const char name[] = "rejects.csv";
    char why[STORE_ERROR_SIZE], path[LAB_PATH_SIZE + sizeof name];
    bool some = (s->inventory && s->inventory->file.rejected) || (s->events && s->events->file.rejected);
    if (!some) {
        snprintf(path, sizeof path, "%s/%s", dir, name);
        unlink(path);
        return LAB_OK;
    }
    file_writer w;
    if (!file_open(&w, dir, name, why)) return lab_fail(error, LAB_FAILED, "%s", why);
    fputs("trace,line,what,row\n", w.out);
    if (s->inventory) put_rejects(w.out, &s->inventory->file);
    if (s->events) put_rejects(w.out, &s->events->file);
    if (!file_close(&w, true, why)) return lab_fail(error, LAB_FAILED, "%s", why);
    return LAB_OK;
}
