/* SPDX-License-Identifier: GPL-3.0-or-later
 * interrupt.c - see interrupt.h. */
#include "cli/interrupt.h"

#include <string.h>
#include <unistd.h>

/* The wake-up call for the waiting thread. pthread_cancel() would do, but ASan takes it for a stray write. */
enum { OVER = SIGUSR2 };

/* false: the wait is over without one. */
static bool comes(const cli_interrupt *interrupt) {
    siginfo_t what;
    what.si_signo = 0;
    do { /* EINTR: again */
        if (sigwaitinfo(&interrupt->signals, &what) == OVER && what.si_pid == getpid()) return false;
    } while (what.si_signo != SIGINT && what.si_signo != SIGTERM);
    return true;
}

static void *wait_for_signal(void *context) {
    const cli_interrupt *interrupt = context;
    if (!comes(interrupt)) return NULL;
    if (interrupt->to >= 0 && write(interrupt->to, "", 1) == 1 && !comes(interrupt)) return NULL;
    static const char wipe[] = "\r\033[K";
    ssize_t ignored = isatty(STDERR_FILENO) ? write(STDERR_FILENO, wipe, sizeof wipe - 1) : 0;
    ignored += write(STDERR_FILENO, interrupt->message, strlen(interrupt->message));
    (void)ignored;
    _exit(1);
}

static void add_unless_ignored(sigset_t *set, int signal) {
    struct sigaction now;
    if (sigaction(signal, NULL, &now) == 0 && now.sa_handler != SIG_IGN) sigaddset(set, signal);
}

void cli_interrupt_begin(cli_interrupt *interrupt, const char *message) {
    cli_interrupt_begin_to(interrupt, -1, message);
}

void cli_interrupt_begin_to(cli_interrupt *interrupt, int to, const char *message) {
    interrupt->message = message;
    interrupt->to = to;
    sigemptyset(&interrupt->signals);
    add_unless_ignored(&interrupt->signals, SIGINT);
    add_unless_ignored(&interrupt->signals, SIGTERM);
    sigaddset(&interrupt->signals, OVER);
    pthread_sigmask(SIG_BLOCK, &interrupt->signals, NULL);
    interrupt->on = pthread_create(&interrupt->thread, NULL, wait_for_signal, interrupt) == 0;
    if (!interrupt->on) pthread_sigmask(SIG_UNBLOCK, &interrupt->signals, NULL);
}

void cli_interrupt_end(cli_interrupt *interrupt) {
    if (!interrupt->on) return;
    interrupt->on = false;
    pthread_kill(interrupt->thread, OVER);
    pthread_join(interrupt->thread, NULL);
}
