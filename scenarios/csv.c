/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * csv.c - see csv.h.
 *
 * libcsv knows no lines, lets a NUL pass, trims spaces and takes a lone CR for the end of a row. So lines are
 * cut here and fed to it one at a time, and one with such a CR is refused.
 */
#include "scenarios/csv.h"

#include <csv.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { CHUNK = 131072, GZ_BUFFER = CHUNK / 2 }; /* not more: zlib then hands plain files through */

struct scenario_csv {
    gzFile file;
    struct csv_parser parser;
    XXH64_state_t hash;
    char chunk[CHUNK];
    size_t chunk_at, chunk_end;
    bool chunk_plain, line_plain; /* no NUL, CR, space or tab in it: then none has to be looked for */
    char line[SCENARIO_CSV_ROW_MAX + 1];
    size_t line_size;
    uint64_t line_number, row_line;
    char text[SCENARIO_CSV_ROW_MAX + SCENARIO_CSV_FIELDS_MAX + 1]; /* the row's fields, each with a NUL */
    size_t text_used;
    scenario_csv_field field[SCENARIO_CSV_FIELDS_MAX];
    size_t fields;
    size_t row_bytes; /* fed since the row began */
    bool row_done, too_many;
    const char *reason;
};

static int never(unsigned char c) {
    (void)c;
    return 0;
}

static void on_field(void *s, size_t size, void *context) {
    scenario_csv *csv = context;
    if (csv->fields == SCENARIO_CSV_FIELDS_MAX || csv->text_used + size + 1 > sizeof csv->text) {
        csv->too_many = true;
        return;
    }
    char *at = csv->text + csv->text_used;
    if (size) memcpy(at, s, size);
    at[size] = '\0';
    csv->text_used += size + 1;
    csv->field[csv->fields++] = (scenario_csv_field){at, size};
}

static void on_row(int end, void *context) {
    (void)end;
    ((scenario_csv *)context)->row_done = true;
}

static bool parser_init(scenario_csv *csv) {
    if (csv_init(&csv->parser, CSV_STRICT | CSV_STRICT_FINI) != 0) return false;
    return true;
}

static void row_begins(scenario_csv *csv) {
    csv->fields = csv->text_used = csv->row_bytes = 0;
    csv->row_done = csv->too_many = false;
}

/* zlib finds out by the first two bytes whether there is anything to unpack. */
static gzFile open_file(const char *path) {
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return NULL;
    if (fstat(fd, &info) == 0 && S_ISDIR(info.st_mode)) {
        close(fd);
        errno = EISDIR;
        return NULL;
    }
    gzFile file = gzdopen(fd, "rb");
    if (file) {
        gzbuffer(file, GZ_BUFFER);
        return file;
    }
    close(fd);
    errno = ENOMEM;
    return NULL;
}

scenario_csv_status scenario_csv_open(const char *path, scenario_csv **out) {
    gzFile file = open_file(path);
    if (!file) return errno == ENOMEM ? SCENARIO_CSV_NO_MEMORY : SCENARIO_CSV_IO;
    scenario_csv *csv = calloc(1, sizeof *csv);
    if (!csv || !parser_init(csv)) {
        free(csv);
        gzclose(file);
        return SCENARIO_CSV_NO_MEMORY;
    }
    csv->file = file;
    csv->reason = "";
    XXH64_reset(&csv->hash, 0);
    *out = csv;
    return SCENARIO_CSV_ROW;
}

void scenario_csv_close(scenario_csv *csv) {
    if (!csv) return;
    csv_free(&csv->parser);
    gzclose(csv->file);
    free(csv);
}

/* ---- lines ---- */

static bool holds(const char *text, size_t size, char c) {
    return memchr(text, c, size) != NULL;
}

/* More bytes. [out] status: ROW, or why there are none. */
static bool fill(scenario_csv *csv, scenario_csv_status *status) {
    int problem = Z_OK, got = gzread(csv->file, csv->chunk, CHUNK);
    csv->chunk_at = 0;
    csv->chunk_end = got > 0 ? (size_t)got : 0;
    if (got < CHUNK) gzerror(csv->file, &problem);
    *status = SCENARIO_CSV_ROW;
    if (problem == Z_MEM_ERROR)
        *status = SCENARIO_CSV_NO_MEMORY;
    else if (problem < 0) {
        *status = SCENARIO_CSV_IO;
        csv->reason = problem == Z_ERRNO ? strerror(errno) : "the gzip data is damaged or cut short";
    }
    XXH64_update(&csv->hash, csv->chunk, csv->chunk_end);
    csv->chunk_plain = !holds(csv->chunk, csv->chunk_end, '\0') && !holds(csv->chunk, csv->chunk_end, '\r') &&
                       !holds(csv->chunk, csv->chunk_end, ' ') && !holds(csv->chunk, csv->chunk_end, '\t');
    return *status == SCENARIO_CSV_ROW && csv->chunk_end > 0;
}

/* The next line without its LF or CR LF. A line that is too long is read to its end and cut. */
static scenario_csv_status next_line(scenario_csv *csv, bool *too_long) {
    scenario_csv_status status = SCENARIO_CSV_ROW;
    bool any = false;
    size_t before = csv->line_size;
    csv->line_size = 0;
    *too_long = false;
    csv->line_plain = true;
    for (;;) {
        if (csv->chunk_at == csv->chunk_end && !fill(csv, &status)) break;
        any = true;
        csv->line_plain &= csv->chunk_plain;
        const char *at = csv->chunk + csv->chunk_at;
        size_t left = csv->chunk_end - csv->chunk_at;
        const char *end = memchr(at, '\n', left);
        size_t n = end ? (size_t)(end - at) : left;
        csv->chunk_at += n + (end != NULL);
        if (csv->line_size + n > SCENARIO_CSV_ROW_MAX)
            *too_long = true;
        else {
            memcpy(csv->line + csv->line_size, at, n);
            csv->line_size += n;
        }
        if (end) break;
    }
    if (status != SCENARIO_CSV_ROW) return status;
    if (!any) {
        csv->line_size = before; /* the last line of a row that never ends */
        return SCENARIO_CSV_END;
    }
    csv->line_number++;
    if (csv->line_size > 0 && csv->line[csv->line_size - 1] == '\r') csv->line_size--;
    if (csv->line_number == 1 && csv->line_size >= 3 && memcmp(csv->line, "\xef\xbb\xbf", 3) == 0) {
        csv->line_size -= 3;
        memmove(csv->line, csv->line + 3, csv->line_size);
    }
    return SCENARIO_CSV_ROW;
}

/* ---- rows ---- */

/* Gives the row up and makes the parser ready for the next line. */
static scenario_csv_status bad(scenario_csv *csv, const char *reason) {
    csv_free(&csv->parser);
    if (!parser_init(csv)) return SCENARIO_CSV_NO_MEMORY;
    row_begins(csv);
    csv->reason = reason;
    return SCENARIO_CSV_BAD;
}

/* libcsv trims spaces unless it asks a function for each character, so it has one only where there are some.
 */
static scenario_csv_status feed(scenario_csv *csv) {
    csv_set_space_func(&csv->parser, csv->line_plain ? NULL : never);
    csv->line[csv->line_size] = '\n'; /* there is room for one more byte */
    if (csv_parse(&csv->parser, csv->line, csv->line_size + 1, on_field, on_row, csv) == csv->line_size + 1)
        return SCENARIO_CSV_ROW;
    if (csv_error(&csv->parser) == CSV_ENOMEM) return SCENARIO_CSV_NO_MEMORY;
    return bad(csv,
               "a quote in the middle of a field; put the whole field in quotes and double those inside");
}

scenario_csv_status scenario_csv_next(scenario_csv *csv) {
    bool too_long;
    row_begins(csv);
    for (;;) {
        scenario_csv_status status = next_line(csv, &too_long);
        if (status == SCENARIO_CSV_END && csv->row_bytes > 0) {
            bad(csv, "the quotes that open here are never closed");
            return SCENARIO_CSV_BAD;
        }
        if (status != SCENARIO_CSV_ROW) return status;
        if (csv->row_bytes == 0) csv->row_line = csv->line_number;
        csv->row_bytes += csv->line_size + 1;
        if (too_long || csv->row_bytes > SCENARIO_CSV_ROW_MAX) return bad(csv, "longer than 65536 bytes");
        if (!csv->line_plain && holds(csv->line, csv->line_size, '\0')) return bad(csv, "a NUL byte");
        if (!csv->line_plain && holds(csv->line, csv->line_size, '\r'))
            return bad(csv, "a carriage return that does not end the line");
        status = feed(csv);
        if (status != SCENARIO_CSV_ROW) return status;
        if (csv->too_many) return bad(csv, "more than 256 columns");
        if (csv->row_done) return SCENARIO_CSV_ROW;
        if (csv->fields == 0 && csv->line_size == 0 && csv->row_bytes == 1)
            row_begins(csv); /* a blank line */
    }
}

size_t scenario_csv_count(const scenario_csv *csv) {
    return csv->fields;
}
scenario_csv_field scenario_csv_at(const scenario_csv *csv, size_t i) {
    return csv->field[i];
}
uint64_t scenario_csv_line(const scenario_csv *csv) {
    return csv->row_line;
}
scenario_csv_field scenario_csv_raw(const scenario_csv *csv) {
    return (scenario_csv_field){csv->line, csv->line_size};
}
const char *scenario_csv_reason(const scenario_csv *csv) {
    return csv->reason;
}
uint64_t scenario_csv_hash(const scenario_csv *csv) {
    return XXH64_digest(&csv->hash);
}
