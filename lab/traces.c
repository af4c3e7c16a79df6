/* SPDX-License-Identifier: GPL-3.0-or-later
 * traces.c - see traces.h. */
#include "lab/traces.h"

#include <string.h>
#include <unistd.h>

#include "lab/folder.h"
#include "reports/file.h"

const char *lab_counted_name(lab_counted which) {
    static const char *const name[LAB_COUNTED] = {"events", "profiles", "catalog", "sends"};
    return name[which];
}

const char *lab_counted_title(lab_counted which) {
    static const char *const title[LAB_COUNTED] = {"shoppers' trace", "shoppers' profiles", "catalog",
                                                   "what was sent at the time"};
    return title[which];
}

static size_t copy(const lab_trace_count *from, size_t n, lab_trace_count *out) {
    memcpy(out, from, n * sizeof *from);
    return n;
}

static size_t count_events(const scenario *s, lab_trace_count *out) {
    static const char *const plural[SCENARIO_EVENT_KINDS] = {
        "views", "add_to_carts", "purchases", "notify_mes", "wishlists", "returns", "optins", "optouts"};
    const scenario_events *ev = s->events;
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
    size_t n = copy(first, sizeof first / sizeof *first, out);
    for (int k = 0; k < SCENARIO_EVENT_KINDS; k++)
        out[n++] = (lab_trace_count){plural[k], (double)ev->of[k]};
    out[n++] = (lab_trace_count){"revenue", ev->revenue};
    return n;
}

static size_t count_profiles(const scenario *s, lab_trace_count *out) {
    const scenario_profiles *p = s->profiles;
    const lab_trace_count all[] = {
        {"rows", (double)p->file.rows},
        {"kept", (double)p->kept},
        {"rejected", (double)p->file.rejected},
        {"filtered", (double)p->file.filtered},
        {"unused", (double)p->unused},
        {"drawn_shoppers", (double)s->events->shopper.n - (double)(p->kept - p->unused)},
    };
    return copy(all, sizeof all / sizeof *all, out);
}

static size_t count_catalog(const scenario *s, lab_trace_count *out) {
    const scenario_catalog *c = s->catalog;
    const lab_trace_count all[] = {
        {"rows", (double)c->file.rows},         {"kept", (double)c->kept},
        {"rejected", (double)c->file.rejected}, {"filtered", (double)c->file.filtered},
        {"unjoined_skus", c->unjoined},         {"unlisted_skus", (double)s->named->skus - c->listed},
    };
    return copy(all, sizeof all / sizeof *all, out);
}

static size_t count_sends(const scenario *s, lab_trace_count *out) {
    const scenario_sends *log = s->sends;
    const lab_trace_count all[] = {
        {"rows", (double)log->file.rows},         {"kept", (double)log->kept},
        {"rejected", (double)log->file.rejected}, {"filtered", (double)log->file.filtered},
        {"opened", (double)log->opened},          {"clicked", (double)log->clicked},
        {"unused", (double)log->unused},          {"unjoined_rows", (double)log->unjoined},
    };
    return copy(all, sizeof all / sizeof *all, out);
}

size_t lab_trace_counts(const scenario *s, lab_counted which, lab_trace_count out[LAB_TRACE_COUNTS]) {
    switch (which) {
    case LAB_EVENTS: return s->events ? count_events(s, out) : 0;
    case LAB_PROFILES: return s->profiles ? count_profiles(s, out) : 0;
    case LAB_CATALOG: return s->catalog ? count_catalog(s, out) : 0;
    case LAB_SENDS: return s->sends ? count_sends(s, out) : 0;
    case LAB_COUNTED: break;
    }
    return 0;
}

static bool is_money(const lab_trace_count *count) {
    return strcmp(count->name, "revenue") == 0;
}

const char *lab_trace_count_text(const lab_trace_count *count, char *buffer, size_t size) {
    snprintf(buffer, size, is_money(count) ? "%.3f" : "%.0f", count->value);
    return buffer;
}

json_t *lab_trace_json(const scenario *s, lab_counted which) {
    lab_trace_count count[LAB_TRACE_COUNTS];
    size_t n = lab_trace_counts(s, which, count);
    if (n == 0) return json_null();
    json_t *all = json_object();
    for (size_t i = 0; i < n; i++)
        json_object_set_new(all, count[i].name,
                            is_money(&count[i]) ? json_real(count[i].value)
                                                : json_integer((json_int_t)count[i].value));
    return all;
}

/* Every trace's file. Returns how many. */
static size_t files_of(const scenario *s, const scenario_trace_file *out[LAB_COUNTED + 1]) {
    size_t n = 0;
    if (s->inventory) out[n++] = &s->inventory->file;
    if (s->events) out[n++] = &s->events->file;
    if (s->profiles) out[n++] = &s->profiles->file;
    if (s->catalog) out[n++] = &s->catalog->file;
    if (s->sends) out[n++] = &s->sends->file;
    return n;
}

lab_status lab_rejects_keep(const char *dir, const scenario *s, lab_error *error) {
    static const char name[] = "rejects.csv";
    char why[STORE_ERROR_SIZE], path[LAB_PATH_SIZE + sizeof name];
    const scenario_trace_file *file[LAB_COUNTED + 1];
    size_t files = files_of(s, file);
    bool some = false;
    for (size_t i = 0; i < files; i++)
        some = some || file[i]->rejected;
    if (!some) {
        snprintf(path, sizeof path, "%s/%s", dir, name);
        unlink(path);
        return LAB_OK;
    }
    file_writer w;
    if (!file_open(&w, dir, name, why)) return lab_fail(error, LAB_FAILED, "%s", why);
    fputs("trace,line,what,row\n", w.out);
    for (size_t i = 0; i < files; i++)
        fwrite(file[i]->rejects ? file[i]->rejects : "", 1, file[i]->rejects_used, w.out);
    if (!file_close(&w, true, why)) return lab_fail(error, LAB_FAILED, "%s", why);
    return LAB_OK;
}
