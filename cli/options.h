/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * options.h - options of a command: getopt_long with messages that help, and strict numbers.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/cli.h"
#include "lab/precision.h"

enum { CLI_HELP = 'h', CLI_BAD = '?' };

typedef struct {
    const cli_command *command;
    const char *shorts;         /* as getopt's, beginning with ':' */
    const struct option *longs; /* as getopt_long's */
    int argc;
    char **argv;
} cli_options;

/* The next option, -1 after the last, or CLI_BAD: then the message has been printed and the exit code is 2.
 * Its argument is in optarg, as with getopt_long. */
int cli_option_next(const cli_options *options);

/* What is left after the options: exactly `want` arguments into arg[]. false: printed what is missing or too
 * much. */
bool cli_arguments(const cli_options *options, const char *const *names, size_t want, const char **arg);

/* A whole number in digits only: no sign, no space, no exponent, no leading "0x". false: not that, or outside
 * [min, max]. */
bool cli_parse_whole(const char *text, uint64_t min, uint64_t max, uint64_t *out);

/* The option's argument (optarg) as such a number. false: said what is wrong. [in] option: "--reps". */
bool cli_option_whole(const char *command, const char *option, uint64_t min, uint64_t max, uint64_t *out);

/* The same for a number between two that are refused themselves. [in] range: the message's "above 0". */
bool cli_option_number(const char *command, const char *option, double lo, double hi, const char *range,
                       double *out);

/* What commands that simulate take at most; the seed as run.seed, so that every reader of JSON can hold it.
 */
#define CLI_SEED_MAX ((uint64_t)1 << 53)
enum { CLI_REPS_MAX = LAB_REPS_MAX, CLI_THREADS_MAX = 1024 };

/* The index of `text` in a NULL-terminated list; -1 if it is not there. */
int cli_parse_choice(const char *text, const char *const *choices);

#endif
