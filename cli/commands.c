/* SPDX-License-Identifier: GPL-3.0-or-later
 * commands.c - the table of commands. A new command is one line here. */
#include "cli/cli.h"

static const cli_command *const all[] = {
    &cli_run,     &cli_compare,   &cli_sweep,   &cli_engine, &cli_validate,   &cli_params,   &cli_report,
    &cli_explain, &cli_calibrate, &cli_analyze, &cli_power,  &cli_experiment, &cli_coverage,
};

const cli_command *const *cli_commands(size_t *n) {
    *n = sizeof all / sizeof *all;
    return all;
}
