/* SPDX-License-Identifier: GPL-3.0-or-later
 * validate.c - restocklab validate. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "lab/run.h"

enum { SET = 256, JSON };

static const struct option longs[] = {
    {"set", required_argument, NULL, SET},
    {"json", no_argument, NULL, JSON},
    {"help", no_argument, NULL, CLI_HELP},
    {NULL, 0, NULL, 0},
};

static int validate(const char *named, const char *const *set, size_t sets, bool json) {
    lab_error error;
    lab_status status = lab_validate(named, set, sets, json, stdout, &error);
    if (status != LAB_OK) cli_fail("validate", status, "%s", error.text);
    return cli_done("validate", (int)status);
}

static int run(int argc, char **argv) {
    const cli_options options = {&cli_validate, ":h", longs, argc, argv};
    const char **set = calloc((size_t)argc, sizeof *set);
    if (!set) return cli_fail("validate", LAB_FAILED, "out of memory");
    const char *named;
    size_t sets = 0;
    bool json = false, help = false, good = true;
    for (int c; good && !help && (c = cli_option_next(&options)) != -1;) {
        if (c == SET)
            set[sets++] = optarg;
        else if (c == JSON)
            json = true;
        else if (c == CLI_HELP)
            help = true;
        else
            good = false;
    }
    int code = LAB_BAD_INPUT;
    if (good && help)
        code = cli_help(&cli_validate);
    else if (good && cli_arguments(&options, (const char *const[]){"SCENARIO"}, 1, &named))
        code = validate(named, set, sets, json);
    free(set);
    return code;
}

const cli_command cli_validate = {
    .name = "validate",
    .usage = "validate SCENARIO [--set PATH=VALUE]... [--json]",
    .summary = "check a scenario and its traces without running it",
    .help = "Loads the scenario, checks every parameter, reads its traces, and prints what is in it; or says "
            "what is\n"
            "wrong, where, and exits with 2.\n\n"
            "      --set PATH=VALUE  sets a parameter, after the scenario's own; may be repeated\n"
            "      --json            print one JSON document, also if the scenario is refused\n"
            "  -h, --help            this text\n",
    .run = run,
};
