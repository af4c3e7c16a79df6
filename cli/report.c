/* SPDX-License-Identifier: GPL-3.0-or-later
 * report.c - restocklab report. */
#include <stdio.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "lab/run.h"

enum { JSON = 256 };

static const struct option longs[] = {
    {"json", no_argument, NULL, JSON},
    {"help", no_argument, NULL, CLI_HELP},
    {NULL, 0, NULL, 0},
};

static int run(int argc, char **argv) {
    const cli_options options = {&cli_report, ":h", longs, argc, argv};
    const char *dir;
    bool json = false;
    for (int c; (c = cli_option_next(&options)) != -1;) {
        if (c == CLI_HELP) return cli_help(&cli_report);
        if (c != JSON) return LAB_BAD_INPUT;
        json = true;
    }
    if (!cli_arguments(&options, (const char *const[]){"DIR"}, 1, &dir)) return LAB_BAD_INPUT;
    lab_error error;
    lab_status status = lab_report(dir, json, cli_colour(), stdout, &error);
    if (status != LAB_OK) return cli_fail("report", status, "%s", error.text);
    return cli_done("report", LAB_OK);
}

const cli_command cli_report = {
    .name = "report",
    .usage = "report DIR [--json]",
    .summary = "render the report of a finished run again",
    .help = "Renders report.html, plots/, *.csv and manifest.json of DIR again from DIR/run.db, and prints "
            "the summary.\n\n"
            "      --json  print one JSON document instead of the summary\n"
            "  -h, --help  this text\n",
    .run = run,
};
