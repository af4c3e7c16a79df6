/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * zone.c - reads a zone's file. See zone.h.
 *
 * A file of version 2 and more holds its data twice, the second time with times of 64 bits, and then the rule
 * for later years on a line of its own. Steps that do not change the offset (a zone's new abbreviation, say)
 * are left out, so that what is equal in effect is an equal table.
 */
#include "scenarios/zone.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scenarios/internal.h"
#include "scenarios/zone_inside.h"

enum { FILE_MAX = 256 * 1024, HEADER = 44, FIRST_RULE_YEAR = 1900, OFFSET_MAX = 26 * 3600 };

/* Seconds; what is further away than this is not told apart from for ever. */
static const int64_t era = INT64_C(4000000000000);

typedef struct {
    const unsigned char *at, *end;
} bytes;

typedef struct {
    char version;
    size_t ut_flags, standard_flags, leaps, times, types, letters;
    size_t time_size; /* 4 or 8 */
} header;

typedef struct {
    bis_zone_step *step;
    size_t n;
} table;

static int64_t number(const unsigned char *at, size_t size) {
    uint64_t v = at[0] & 0x80 ? UINT64_MAX : 0;
    for (size_t i = 0; i < size; i++)
        v = v << 8 | at[i];
    int64_t out;
    memcpy(&out, &v, sizeof out); /* two's complement, as in the file */
    return out;
}

static const unsigned char *skip(bytes *b, size_t size) {
    const unsigned char *at = b->at;
    if ((size_t)(b->end - at) < size) return NULL;
    b->at += size;
    return at;
}

static const char *take_header(bytes *b, size_t time_size, header *out) {
    const unsigned char *at = skip(b, HEADER);
    if (!at || memcmp(at, "TZif", 4) != 0) return "not the file of a time zone";
    size_t count[6];
    for (size_t i = 0; i < 6; i++) {
        int64_t n = number(at + 20 + 4 * i, 4);
        if (n < 0 || n > FILE_MAX) return "damaged: a count is out of range";
        count[i] = (size_t)n;
    }
    *out = (header){(char)at[4], count[0], count[1], count[2], count[3], count[4], count[5], time_size};
    return NULL;
}

static size_t data_size(const header *h) {
    return h->times * (h->time_size + 1) + h->types * 6 + h->letters + h->leaps * (h->time_size + 4) +
           h->standard_flags + h->ut_flags;
}

/* ---- the table ---- */

static void push(table *t, int64_t seconds, int64_t offset) {
    if (seconds > era) return;
    bis_zone_step step = {seconds <= -era ? -era * 1000 : seconds * 1000, offset * 1000};
    if (t->n > 0 && step.from <= t->step[t->n - 1].from) {
        if (seconds <= -era) t->step[t->n - 1].offset = step.offset;
        return;
    }
    if (t->n == 0 || t->step[t->n - 1].offset != step.offset) t->step[t->n++] = step;
}

static const char *take_times(const header *h, const unsigned char *data, table *t, int64_t *last) {
    const unsigned char *index = data + h->times * h->time_size, *type = index + h->times;
    if (h->types == 0) return "damaged: it has no offsets";
    if (h->leaps > 0) return "a zone that counts leap seconds; use the one without";
    for (size_t i = 0; i < h->types; i++)
        if (llabs(number(type + 6 * i, 4)) > OFFSET_MAX) return "damaged: an offset is out of range";
    push(t, -era, number(type, 4));
    for (size_t i = 0; i < h->times; i++) {
        int64_t at = number(data + i * h->time_size, h->time_size);
        if (i > 0 && at <= *last) return "damaged: its times do not rise";
        if (index[i] >= h->types) return "damaged: it has no such offset";
        *last = at;
        push(t, at, number(type + 6 * index[i], 4));
    }
    return NULL;
}

/* The line after the data; none in a file of version 1. */
static const char *take_rule(bytes *b, const header *h, table *t, int64_t last) {
    const unsigned char *open = skip(b, 1);
    if (!open || *open != '\n') return "damaged: the rule for later years is missing";
    const unsigned char *close = memchr(b->at, '\n', (size_t)(b->end - b->at));
    if (!close) return "damaged: the rule for later years does not end";
    zone_rule rule;
    if (close == b->at) return NULL;
    const char *wrong = zone_rule_parse((const char *)b->at, (size_t)(close - b->at), &rule);
    if (wrong || !rule.changes) return wrong;
    int64_t year = h->times > 0 && last > -era ? scenario_year_of(last / 86400) : 1970;
    for (year = year < FIRST_RULE_YEAR ? FIRST_RULE_YEAR : year; year <= SCENARIO_ZONE_LAST_YEAR; year++) {
        int64_t at[2], offset[2];
        zone_rule_year(&rule, year, at, offset);
        for (int i = 0; i < 2; i++)
            if (h->times == 0 || at[i] > last) push(t, at[i], offset[i]);
    }
    return NULL;
}

static const char *take_zone(bytes *b, const header *h, table *t) {
    int64_t last = 0;
    const unsigned char *data = skip(b, data_size(h));
    if (!data) return "damaged: it ends too early";
    const char *wrong = take_times(h, data, t, &last);
    return wrong || h->time_size == 4 ? wrong : take_rule(b, h, t, last);
}

scenario_status scenario_zone_parse(const unsigned char *data, size_t size, bis_zone *out,
                                    scenario_error *error) {
    bytes b = {data, data + size};
    header h = {0};
    table t = {0};
    const char *wrong = take_header(&b, 4, &h);
    if (!wrong && h.version >= '2')
        wrong = skip(&b, data_size(&h)) ? take_header(&b, 8, &h) : "damaged: it ends too early";
    if (!wrong) {
        size_t room = h.times + 1 + 2 * (SCENARIO_ZONE_LAST_YEAR - FIRST_RULE_YEAR + 1);
        t.step = malloc(room * sizeof *t.step);
        if (!t.step) return SCENARIO_NO_MEMORY;
        wrong = take_zone(&b, &h, &t);
    }
    if (wrong) {
        free(t.step);
        scenario_say(error, "%s", wrong);
        return SCENARIO_BAD_INPUT;
    }
    *out = (bis_zone){t.step, t.n};
    return SCENARIO_OK;
}

void scenario_zone_clear(bis_zone *zone) {
    free((void *)(uintptr_t)zone->step);
    *zone = (bis_zone){0};
}

/* ---- files ---- */

static const char *folder(void) {
    const char *named = getenv("ZONEINFO");
    return named && named[0] ? named : "/usr/share/zoneinfo";
}

/* Letters, digits, _ + - and / between parts. */
static bool is_name(const char *name) {
    if (!name[0] || name[0] == '/' || name[strlen(name) - 1] == '/' || strstr(name, "//")) return false;
    for (const char *c = name; *c; c++)
        if (!((*c >= 'A' && *c <= 'Z') || (*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') ||
              strchr("_+-/", *c)))
            return false;
    return true;
}

/* Shows every name in a zone.tab, whose third column they are; ends each with a NUL. */
static void consider_all(char *tab, scenario_near *near) {
    for (char *line = tab, *next; *line; line = next) {
        size_t size = strcspn(line, "\n");
        next = line + size + (line[size] == '\n');
        line[size] = '\0';
        char *column = line;
        for (int i = 0; i < 2 && column; i++) {
            column = strchr(column, '\t');
            if (column) column++;
        }
        if (line[0] != '#' && column) scenario_near_consider(near, column, strcspn(column, "\t"));
    }
}

/* There is no such file, or the name cannot be one. */
static scenario_status unknown(const char *name, const char *why, scenario_error *error) {
    char path[SCENARIO_PATH_SIZE], quoted[SCENARIO_PATH_TEXT];
    scenario_near near = {.wrong = name, .separator = '/'};
    size_t size = 0, length = 0;
    snprintf(path, sizeof path, "%s/zone.tab", folder());
    char *tab = scenario_file_read(path, FILE_MAX, &size);
    if (tab) consider_all(tab, &near);
    const char *meant = scenario_near_found(&near, &length);
    scenario_quote(name, strlen(name), quoted, sizeof quoted);
    scenario_say(error, "%s %s%s%.*s%s", quoted, why, meant ? "; did you mean '" : "", (int)length,
                 meant ? meant : "", meant ? "'?" : "");
    free(tab);
    return SCENARIO_BAD_INPUT;
}

static scenario_status not_read(const char *name, const char *path, scenario_error *error) {
    char why[SCENARIO_PATH_SIZE + 96];
    int code = errno;
    if (code == ENOMEM) return SCENARIO_NO_MEMORY;
    if (access(folder(), F_OK) != 0) {
        scenario_say(error,
                     "there is no folder %s of time zones; install tzdata, or set ZONEINFO to such a folder",
                     folder());
        return SCENARIO_BAD_INPUT;
    }
    if (code != ENOENT && code != ENOTDIR && code != EISDIR) {
        scenario_say(error, "%.500s: %s", path, strerror(code));
        return SCENARIO_BAD_INPUT;
    }
    snprintf(why, sizeof why, "is %s %s", code == EISDIR ? "a folder of time zones in" : "not a time zone in",
             folder());
    return unknown(name, why, error);
}

scenario_status scenario_zone_load(const char *name, bis_zone *out, scenario_error *error) {
    char path[SCENARIO_PATH_SIZE];
    scenario_error what;
    size_t size = 0;
    if (strcmp(name, "UTC") == 0) {
        *out = (bis_zone){0};
        return SCENARIO_OK;
    }
    if (!is_name(name)) return unknown(name, "is not the name of a time zone, such as Europe/London", error);
    int n = snprintf(path, sizeof path, "%s/%s", folder(), name);
    if (n < 0 || (size_t)n >= sizeof path) return unknown(name, "is too long", error);
    char *data = scenario_file_read(path, FILE_MAX, &size);
    if (!data) return not_read(name, path, error);
    scenario_status status = scenario_zone_parse((const unsigned char *)data, size, out, &what);
    if (status == SCENARIO_BAD_INPUT) scenario_say(error, "%.500s: %.400s", path, what.text);
    free(data);
    return status;
}
