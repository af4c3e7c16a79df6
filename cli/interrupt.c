/* SPDX-License-Identifier: GPL-3.0-or-later
 * interrupt.c - see interrupt.h. */
#include "cli/interrupt.h"

#include <string.h>
#include <unistd.h>

static void *wait_for_signal(void *context) {
    const cli_interrupt *interrupt = context;
    int signal, before;
    if (sigwait(&interrupt->signals, &signal) != 0) return NULL;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before); /* once it is said, it is done */
    const char *message = isatty(STDERR_FILENO) ? "\r\033[Krestocklab run: stopped; nothing was written\n"
                                                : "restocklab run: stopped; nothing was written\n";
    ssize_t ignored = write(STDERR_FILENO, message, strlen(message));
    (void)ignored;
    _exit(1);
}

static void add_unless_ignored(sigset_t *set, int signal) {
    struct sigaction now;
    if (sigaction(signal, NULL, &now) == 0 && now.sa_handler != SIG_IGN) sigaddset(set, signal);
}

void cli_interrupt_begin(cli_interrupt *interrupt) {
    sigemptyset(&interrupt->signals);
    add_unless_ignored(&interrupt->signals, SIGINT);
    add_unless_ignored(&interrupt->signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &interrupt->signals, NULL);
    interrupt->on = pthread_create(&interrupt->thread, NULL, wait_for_signal, interrupt) == 0;
    if (!interrupt->on) pthread_sigmask(SIG_UNBLOCK, &interrupt->signals, NULL);
}

void cli_interrupt_end(cli_interrupt *interrupt) {
    if (!interrupt->on) return;
    interrupt->on = false;
    pthread_cancel(interrupt->thread);
    pthread_join(interrupt->thread, NULL);
}
