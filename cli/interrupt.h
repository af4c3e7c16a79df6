/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * interrupt.h - Ctrl-C and SIGTERM while a simulation runs: out at once, with a message and exit code 1.
 *
 * Nothing has been written by then, so there is nothing to tidy up. From cli_interrupt_end() on, while files
 * are written, the signals are held back: what has begun to be written becomes complete.
 */
#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>

typedef struct {
    sigset_t signals;
    pthread_t thread; /* waits for one of them */
    bool on;
} cli_interrupt;

/* Call before any other thread is started, so that all of them leave the signals to the one that waits. A
 * signal that is ignored already (a job started with nohup, or by a shell in the background) stays so. */
void cli_interrupt_begin(cli_interrupt *interrupt);

void cli_interrupt_end(cli_interrupt *interrupt); /* from any thread; again is fine */

#endif
