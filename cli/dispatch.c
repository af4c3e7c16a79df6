/* SPDX-License-Identifier: GPL-3.0-or-later
 * dispatch.c - from the first argument to a command; and what all commands say alike. See cli.h. */
#include "cli/cli.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/options.h"
#include "lab/manifest.h"

enum { COMMANDS_MAX = 32 };

int cli_fail(const char *command, lab_status status, const char *format, ...) {
    va_list args;
    va_start(args, format);
    fprintf(stderr, "restocklab%s%s: ", command ? " " : "", command ? command : "");
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    return (int)status;
}

int cli_done(const char *command, int status) {
    if (fflush(stdout) != 0 || ferror(stdout))
        return cli_fail(command, LAB_FAILED, "cannot write to standard output: %s", strerror(errno));
    return status;
}

bool cli_colour(void) {
    const char *no = getenv("NO_COLOR");
    return !(no && *no) && isatty(STDOUT_FILENO);
}

int cli_help(const cli_command *command) {
    printf("Usage: restocklab %s\n\n%s", command->usage, command->help);
    return cli_done(command->name, LAB_OK);
}

static int help(void) {
    size_t n;
    const cli_command *const *command = cli_commands(&n);
    fputs("Usage: restocklab COMMAND [OPTION]...\n\n"
          "Runs the back-in-stock push engine against synthetic or replayed stock and shoppers, and tells "
          "what a\n"
          "rule does to lift, oversell, sold-out clicks and revenue before it is rolled out.\n\nCommands:\n",
          stdout);
    for (size_t i = 0; i < n; i++)
        printf("  %-10s %s\n", command[i]->name, command[i]->summary);
    fputs("\n"
          "  -h, --help     this text; after a command: about the command\n"
          "  -V, --version  the version\n\n"
          "Exit codes: 0 done, 1 failed while running, 2 wrong usage or bad input,\n"
          "3 stopped before the asked precision, 4 a bar of coverage was not met.\n",
          stdout);
    return cli_done(NULL, LAB_OK);
}

static int version(void) {
    printf("restocklab %s\n"
           "Licence GPL-3.0-or-later. There is no warranty, to the extent permitted by law.\n",
           lab_version());
    return cli_done(NULL, LAB_OK);
}

static int unknown(const char *typed, const cli_command *const *command, size_t n) {
    const char *words[COMMANDS_MAX + 2] = {"--help", "--version"};
    size_t count = 2;
    for (size_t i = 0; i < n && i < COMMANDS_MAX; i++)
        words[count++] = command[i]->name;
    const char *what = typed[0] == '-' ? "option" : "command";
    const char *near = lab_nearest(typed, words, count);
    if (near) return cli_fail(NULL, LAB_BAD_INPUT, "unknown %s '%s'; did you mean '%s'?", what, typed, near);
    return cli_fail(NULL, LAB_BAD_INPUT, "unknown %s '%s'; `restocklab --help` lists the commands", what,
                    typed);
}

int cli_main(int argc, char **argv) {
    size_t n;
    const cli_command *const *command = cli_commands(&n);
    if (argc < 2)
        return cli_fail(NULL, LAB_BAD_INPUT, "a command is missing; `restocklab --help` lists them");
    const char *name = argv[1];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) return help();
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) return version();
    for (size_t i = 0; i < n; i++)
        if (strcmp(name, command[i]->name) == 0) return command[i]->run(argc - 1, argv + 1);
    return unknown(name, command, n);
}
