/* SPDX-License-Identifier: GPL-3.0-or-later
 * progress.c - see progress.h. */
#include "cli/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { WIDTH = 30 };

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void cli_progress_begin(cli_progress *progress, bool quiet) {
    progress->on = !quiet && isatty(STDERR_FILENO);
    progress->start = seconds();
}

void cli_progress_text(char *out, size_t size, uint32_t done, uint32_t of, double elapsed) {
    char bar[WIDTH + 1];
    uint64_t full = of ? (uint64_t)WIDTH * done / of : 0;
    for (uint64_t i = 0; i < WIDTH; i++)
        bar[i] = i < full ? '#' : '.';
    bar[WIDTH] = '\0';
    uint64_t left = done ? (uint64_t)(elapsed * (double)(of - done) / (double)done + 0.5) : 0;
    snprintf(out, size, "[%s] %" PRIu32 "/%" PRIu32 " replications, %" PRIu64 ":%02" PRIu64 " left", bar,
             done, of, left / 60, left % 60);
}

void cli_progress_show(const cli_progress *progress, uint32_t done, uint32_t of) {
    char text[128];
    if (!progress->on) return;
    cli_progress_text(text, sizeof text, done, of, seconds() - progress->start);
    if (done < of)
        fprintf(stderr, "\r%s\033[K", text);
    else
        fputs("\r\033[K", stderr);
    fflush(stderr);
}
