/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * csv.h - rows of a CSV file one by one, with the line that each begins on, over libcsv.
 *
 * Strict: a quote inside an unquoted field and a quoted field that never ends are bad rows. Spaces belong to
 * the field. A BOM at the start is skipped, lines end with LF or CR LF, blank lines are skipped. A quoted
 * field may hold line breaks. A bad row costs that row only; reading goes on with the next line. A file that
 * begins as gzip does is unpacked as it is read.
 */
#ifndef SCENARIOS_CSV_H
#define SCENARIOS_CSV_H

#include <stddef.h>
#include <stdint.h>

enum { SCENARIO_CSV_ROW_MAX = 65536, SCENARIO_CSV_FIELDS_MAX = 256 };

typedef enum {
    SCENARIO_CSV_ROW,
    SCENARIO_CSV_BAD, /* a row that cannot be read: scenario_csv_reason() says why */
    SCENARIO_CSV_END,
    SCENARIO_CSV_IO, /* from open: errno says why; from next: scenario_csv_reason() */
    SCENARIO_CSV_NO_MEMORY
} scenario_csv_status;

typedef struct {
    const char *text; /* NUL-terminated; holds no other NUL */
    size_t size;
} scenario_csv_field;

typedef struct scenario_csv scenario_csv;

/* [out] out: owned by the caller, untouched on failure. Returns ROW, IO (errno) or NO_MEMORY. */
scenario_csv_status scenario_csv_open(const char *path, scenario_csv **out);
scenario_csv_status scenario_csv_next(scenario_csv *csv);
void scenario_csv_close(scenario_csv *csv); /* NULL is fine */

/* Of the row that next() has just read; valid until the next call. */
size_t scenario_csv_count(const scenario_csv *csv);
scenario_csv_field scenario_csv_at(const scenario_csv *csv, size_t i);
uint64_t scenario_csv_line(const scenario_csv *csv); /* 1-based, where the row begins; after BAD too */
scenario_csv_field scenario_csv_raw(const scenario_csv *csv); /* its last line as it stands, not terminated */
const char *scenario_csv_reason(const scenario_csv *csv);

/* XXH64 of all bytes read so far, unpacked; of the file after END. */
uint64_t scenario_csv_hash(const scenario_csv *csv);

#endif
