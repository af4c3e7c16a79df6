/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cli.h - the command line: one table of commands, one file for each.
 *
 * Exit codes: 0 done, 1 failed while running, 2 wrong usage or bad input, 3 stopped before the asked
 * precision, 4 an alert limit was crossed (a bar of coverage). Human text and JSON go to stdout, messages and
 * progress to stderr.
 *
 * A new command is one file with a cli_command and one line in commands.c.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "lab/lab.h"

typedef struct {
    const char *name;
    const char *usage;   /* "run SCENARIO [OPTION]..." */
    const char *summary; /* half a line for the list of commands */
    const char *help;    /* what --help prints below the usage */
    /* argv[0] is the command's name. Returns the exit code. */
    int (*run)(int argc, char **argv);
} cli_command;

extern const cli_command cli_run, cli_compare, cli_sweep, cli_engine, cli_validate, cli_params, cli_report,
    cli_explain, cli_calibrate, cli_analyze, cli_power, cli_experiment, cli_coverage;

/* All commands, in the order of the help; [out] n. */
const cli_command *const *cli_commands(size_t *n);

/* Everything that main does. Returns the exit code. */
int cli_main(int argc, char **argv);

/* Prints "restocklab COMMAND: message" to stderr (without COMMAND if NULL) and returns `status`. */
int cli_fail(const char *command, lab_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Prints the command's help to stdout. */
int cli_help(const cli_command *command);

/* Flushes stdout. `status`, or LAB_FAILED with a message if the output was lost (a full disk). */
int cli_done(const char *command, int status);

/* Whether text on stdout may have colours: a terminal, and NO_COLOR not set (no-color.org). */
bool cli_colour(void);

#endif
