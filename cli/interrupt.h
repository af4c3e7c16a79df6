/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * interrupt.h - Ctrl-C and SIGTERM while a simulation runs: out at once, with a message and exit code 1.
 *
 * What is on disk by then is whole - nothing, or a sweep's finished trials - so there is nothing to tidy up.
 * From cli_interrupt_end() on, while files are written, the signals are held back: what has begun to be
 * written becomes complete.
 */
#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>

typedef struct {
    sigset_t signals;
    pthread_t thread;    /* waits for one of them */
    const char *message; /* a line, said on the way out */
    int to;              /* where the first one is told; -1: it ends the program */
    bool on;
} cli_interrupt;

/* Call before any other thread is started, so that all of them leave the signals to the one that waits. A
 * signal that is ignored already (a job started with nohup, or by a shell in the background) stays so.
 * [in] message: with its newline; must live until the end. */
void cli_interrupt_begin(cli_interrupt *interrupt, const char *message);

/* The same for a loop that ends by itself: the first signal is one byte to `to`, which the loop watches by
 * poll(); a second one ends the program as above. */
void cli_interrupt_begin_to(cli_interrupt *interrupt, int to, const char *message);

void cli_interrupt_end(cli_interrupt *interrupt); /* from any thread; again is fine */

#endif
