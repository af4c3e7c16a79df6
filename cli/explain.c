/* SPDX-License-Identifier: GPL-3.0-or-later
 * explain.c - restocklab explain. */
#include "lab/explain.h"

#include <stdio.h>

#include "cli/cli.h"
#include "cli/options.h"

enum { SHOPPER = 256, SKU, REP, JSON };

static const struct option longs[] = {
    {"shopper", required_argument, NULL, SHOPPER}, {"sku", required_argument, NULL, SKU},
    {"rep", required_argument, NULL, REP},         {"json", no_argument, NULL, JSON},
    {"help", no_argument, NULL, CLI_HELP},         {NULL, 0, NULL, 0},
};

static bool take(lab_explain_options *lab, int option) {
    switch (option) {
    case SHOPPER: lab->shopper = optarg; return true;
    case SKU: lab->sku = optarg; return true;
    case REP: return cli_option_whole("explain", "--rep", 0, CLI_REPS_MAX, &lab->replication);
    case JSON: lab->json = true; return true;
    default: return false; /* cli_option_next() has said what is wrong */
    }
}

static int run(int argc, char **argv) {
    const cli_options options = {&cli_explain, ":h", longs, argc, argv};
    lab_explain_options lab = {0};
    for (int c; (c = cli_option_next(&options)) != -1;) {
        if (c == CLI_HELP) return cli_help(&cli_explain);
        if (!take(&lab, c)) return LAB_BAD_INPUT;
    }
    if (!cli_arguments(&options, (const char *const[]){"DIR"}, 1, &lab.dir)) return LAB_BAD_INPUT;
    if (!lab.shopper)
        return cli_fail(
            "explain", LAB_BAD_INPUT,
            "--shopper is missing: whose story? Shoppers are numbered from 0; with --log full, "
            "`sqlite3 %s/run.db 'SELECT outcome, reason, min(shopper) FROM decision GROUP BY 1, 2'` "
            "names one for each decision",
            lab.dir);
    lab_error error;
    lab_status status = lab_explain(&lab, stdout, &error);
    if (status != LAB_OK) return cli_fail("explain", status, "%s", error.text);
    return cli_done("explain", LAB_OK);
}

const cli_command cli_explain = {
    .name = "explain",
    .usage = "explain DIR --shopper ID [--sku ID] [--rep N] [--json]",
    .summary = "tell what happened to one shopper of a finished run, and why",
    .help =
        "Simulates a replication of the run in DIR again, the same bit for bit, and prints what happened "
        "to one\n"
        "shopper in order of time: her signals, restocks of what she waits for with her place in line, "
        "each decision\n"
        "about her with its reason, and what came of each message; then for each SKU in a few sentences. "
        "It needs no\n"
        "log, but the program that made the run, and its traces.\n\n"
        "      --shopper ID  her id in the shoppers' trace, or her number, as in run.db\n"
        "      --sku ID      only what has to do with this SKU: its id in the trace, or its number, as in "
        "run.db\n"
        "      --rep N       replication, from 0 (default: 0)\n"
        "      --json        print one JSON document instead of the text\n"
        "  -h, --help        this text\n",
    .run = run,
};
