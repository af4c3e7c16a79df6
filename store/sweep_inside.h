/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sweep_inside.h - what the two files of a sweep's store share (inside store/ only).
 */
#ifndef STORE_SWEEP_INSIDE_H
#define STORE_SWEEP_INSIDE_H

#include <sqlite3.h>

#include "store/sweep.h"

struct store_sweep {
    sqlite3 *db; /* the part */
    sqlite3_stmt *insert;
    char *path, *part;
    store_run words; /* texts of trials that were read */
};

store_status store_sweep_fail(char *error, const char *path, const char *why); /* STORE_FAILED */

#endif
