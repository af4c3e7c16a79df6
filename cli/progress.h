/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * progress.h - a bar with the time left, on stderr, for people who watch.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    bool on;
    double start; /* seconds, monotonic */
} cli_progress;

/* On if stderr is a terminal and `quiet` is false. */
void cli_progress_begin(cli_progress *progress, bool quiet);

/* Draws the bar; after done = of it is wiped out. */
void cli_progress_show(const cli_progress *progress, uint32_t done, uint32_t of);

/* The bar's text after `elapsed` seconds, without the return that precedes it. */
void cli_progress_text(char *out, size_t size, uint32_t done, uint32_t of, double elapsed);

#endif
