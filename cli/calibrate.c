/* SPDX-License-Identifier: GPL-3.0-or-later
 * calibrate.c - restocklab calibrate. */
#include "lab/calibrate.h"

#include "cli/cli.h"
#include "cli/options.h"

enum { PLOTS = 256, JSON };

static const struct option longs[] = {
    {"out", required_argument, NULL, 'o'},
    {"plots", required_argument, NULL, PLOTS},
    {"json", no_argument, NULL, JSON},
    {"help", no_argument, NULL, CLI_HELP},
    {NULL, 0, NULL, 0},
};

static int run(int argc, char **argv) {
    const cli_options options = {&cli_calibrate, ":o:h", longs, argc, argv};
    lab_calibrate_options lab = {0};
    for (int c; (c = cli_option_next(&options)) != -1;) {
        if (c == CLI_HELP) return cli_help(&cli_calibrate);
        if (c == 'o')
            lab.out = optarg;
        else if (c == PLOTS)
            lab.plots = optarg;
        else if (c == JSON)
            lab.json = true;
        else
            return LAB_BAD_INPUT;
    }
    if (!cli_arguments(&options, (const char *const[]){"CONFIG"}, 1, &lab.config)) return LAB_BAD_INPUT;
    lab_error error;
    lab_status status = lab_calibrate(&lab, stdout, &error);
    if (status != LAB_OK) return cli_fail("calibrate", status, "%s", error.text);
    return cli_done("calibrate", LAB_OK);
}

const cli_command cli_calibrate = {
    .name = "calibrate",
    .usage = "calibrate CONFIG [-o FILE] [--plots DIR] [--json]",
    .summary = "fit a scenario's parameters to stock, event and send logs",
    .help =
        "Fits lead times, visits, popularity and responses to the tables that CONFIG names in its section "
        "traces, by\n"
        "maximum likelihood with standard errors; simulates with the fit and says what of the trace it does "
        "not give\n"
        "back. CONFIG is a YAML file, and may be a scenario. Writes a piece of a scenario with comments, and "
        "plots.\n\n"
        "  -o, --out FILE   the piece of a scenario (default: CONFIG-fit.yaml, its name without folder and "
        "ending).\n"
        "                   A file that is there is replaced only if calibrate has written it\n"
        "      --plots DIR  plots go to DIR/plots (default: FILE without its ending)\n"
        "      --json       print one JSON document instead of the summary\n"
        "  -h, --help       this text\n",
    .run = run,
};
