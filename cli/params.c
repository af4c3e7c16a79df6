/* SPDX-License-Identifier: GPL-3.0-or-later
 * params.c - restocklab params. */
#include "scenarios/params.h"

#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/options.h"

enum { JSON = 256 };

static const struct option longs[] = {
    {"json", no_argument, NULL, JSON},
    {"help", no_argument, NULL, CLI_HELP},
    {NULL, 0, NULL, 0},
};

static bool any_begins_with(const char *prefix) {
    size_t length = strlen(prefix);
    for (size_t i = 0; i < scenario_param_count(); i++)
        if (strncmp(scenario_param_at(i).field->path, prefix, length) == 0) return true;
    return false;
}

static int print(const char *prefix, bool json) {
    if (any_begins_with(prefix)) {
        scenario_params_print(stdout, prefix, json);
        return cli_done("params", LAB_OK);
    }
    char buffer[256];
    const char *near = scenario_param_nearest(prefix, buffer, sizeof buffer);
    if (near)
        return cli_fail("params", LAB_BAD_INPUT, "no parameter begins with '%s'; did you mean '%s'?", prefix,
                        near);
    return cli_fail("params", LAB_BAD_INPUT,
                    "no parameter begins with '%s'; `restocklab params` lists them all", prefix);
}

static int run(int argc, char **argv) {
    const cli_options options = {&cli_params, ":h", longs, argc, argv};
    const char *prefix = "";
    bool json = false;
    for (int c; (c = cli_option_next(&options)) != -1;) {
        if (c == CLI_HELP) return cli_help(&cli_params);
        if (c != JSON) return LAB_BAD_INPUT;
        json = true;
    }
    if (optind < argc && !cli_arguments(&options, (const char *const[]){"PREFIX"}, 1, &prefix))
        return LAB_BAD_INPUT;
    return print(prefix, json);
}

const cli_command cli_params = {
    .name = "params",
    .usage = "params [PREFIX] [--json]",
    .summary = "the reference of all parameters",
    .help =
        "Prints every parameter of a scenario whose path begins with PREFIX (all without one): type, range,\n"
        "default, when it is active, and what it means. PATH[] is a list: in a scenario a sequence of "
        "mappings, or\n"
        "by name a mapping from names to mappings; --set PATH[0].FIELD=VALUE counts its elements from 0, "
        "and\n"
        "--set PATH=none empties it. A set is written as names joined by +, as all, or as none.\n\n"
        "      --json  print one JSON document\n"
        "  -h, --help  this text\n",
    .run = run,
};
