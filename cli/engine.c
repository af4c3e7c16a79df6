/* SPDX-License-Identifier: GPL-3.0-or-later
 * engine.c - restocklab engine. */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "lab/live.h"

enum { JOURNAL = 256, CLOCK };

static const struct option longs[] = {
    {"journal", required_argument, NULL, JOURNAL},
    {"clock", required_argument, NULL, CLOCK},
    {"help", no_argument, NULL, CLI_HELP},
    {NULL, 0, NULL, 0},
};

static const char *const clocks[] = {"event", "wall", NULL};

static bool take(lab_live_options *live, bool *help, int option) {
    switch (option) {
    case JOURNAL: live->journal = optarg; return true;
    case CLOCK: {
        int choice = cli_parse_choice(optarg, clocks);
        if (choice < 0) cli_fail("engine", LAB_BAD_INPUT, "--clock takes event or wall, not '%s'", optarg);
        live->wall = choice == 1;
        return choice >= 0;
    }
    case CLI_HELP: *help = true; return true;
    default: return false; /* cli_option_next() has said what is wrong */
    }
}

static void summarise(const lab_live_result *result) {
    if (result->refused)
        fprintf(stderr, "restocklab engine: %" PRIu64 " of %" PRIu64 " lines refused\n", result->refused,
                result->lines);
    if (result->repeated)
        fprintf(stderr,
                "restocklab engine: %" PRIu64 " of %" PRIu64 " lines skipped: they had been taken before\n",
                result->repeated, result->lines);
    if (result->stopped)
        fprintf(stderr, "restocklab engine: stopped by a signal after line %" PRIu64 "\n", result->lines);
}

static int serve(lab_live_options *live) {
    int ends[2];
    cli_interrupt interrupt;
    lab_live_result result;
    lab_error error = {""};
    if (pipe(ends) != 0) return cli_fail("engine", LAB_FAILED, "out of descriptors");
    live->stop = ends[0];
    signal(SIGPIPE, SIG_IGN); /* whoever read the decisions has gone: an error of write(), to be told */
    cli_interrupt_begin_to(&interrupt, ends[1], "restocklab engine: stopped at once, by a second signal\n");
    lab_status status = lab_live(live, &result, &error);
    cli_interrupt_end(&interrupt);
    close(ends[0]);
    close(ends[1]);
    summarise(&result);
    if (status != LAB_OK) cli_fail("engine", status, "%s", error.text);
    return (int)status;
}

static int run(int argc, char **argv) {
    const cli_options options = {&cli_engine, ":h", longs, argc, argv};
    lab_live_options live = {.in = STDIN_FILENO, .out = STDOUT_FILENO, .stop = -1};
    bool help = false, good = true;
    for (int c; good && !help && (c = cli_option_next(&options)) != -1;)
        good = take(&live, &help, c);
    if (good && help) return cli_help(&cli_engine);
    if (!good || !cli_arguments(&options, (const char *const[]){"POLICY"}, 1, &live.policy))
        return LAB_BAD_INPUT;
    return serve(&live);
}

const cli_command cli_engine = {
    .name = "engine",
    .usage = "engine POLICY [--journal FILE] [--clock event|wall]",
    .summary = "decide on live events: JSON lines in, decisions out",
    .help =
        "Reads events from standard input, one JSON object a line, and prints decisions, one a line. POLICY "
        "is a\n"
        "YAML file with a section `policy`, or the name of a shipped scenario; its other sections have no\n"
        "effect. docs/LIVE.md lists all events, decisions and their fields.\n\n"
        "      --journal FILE    keep inputs and decisions in FILE (SQLite) before they are printed, and go "
        "on\n"
        "                        from there if the file exists; acknowledge inputs by {\"ack\": N}\n"
        "      --clock event     time passes by the events' own times (default)\n"
        "      --clock wall      time is the clock's\n"
        "  -h, --help            this text\n\n"
        "A line that is no good event is answered by {\"error\": ...}, and the next one is read. SIGINT and\n"
        "SIGTERM end the engine once what it has taken is decided, kept and printed.\n",
    .run = run,
};
