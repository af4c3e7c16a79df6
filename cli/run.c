/* SPDX-License-Identifier: GPL-3.0-or-later
 * run.c - restocklab run. */
#include "lab/run.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/progress.h"

enum { SEED = 256, REPS, THREADS, PRECISION, SET, TWINS, LOG, JSON, QUIET };

static const struct option longs[] = {
    {"out", required_argument, NULL, 'o'},
    {"seed", required_argument, NULL, SEED},
    {"reps", required_argument, NULL, REPS},
    {"threads", required_argument, NULL, THREADS},
    {"precision", required_argument, NULL, PRECISION},
    {"set", required_argument, NULL, SET},
    {"twins", no_argument, NULL, TWINS},
    {"log", required_argument, NULL, LOG},
    {"json", no_argument, NULL, JSON},
    {"quiet", no_argument, NULL, QUIET},
    {"help", no_argument, NULL, CLI_HELP},
    {NULL, 0, NULL, 0},
};

static const char *const logs[] = {"summary", "shopper", "full", NULL}; /* as sim_log */

typedef struct {
    lab_run_options lab;
    bool quiet, help;
    cli_progress progress;
    cli_interrupt interrupt;
} run_job;

static bool whole(const char *option, uint64_t min, uint64_t max, uint64_t *out) {
    return cli_option_whole("run", option, min, max, out);
}

static bool take(run_job *job, const char **set, int option) {
    lab_run_options *lab = &job->lab;
    uint64_t n;
    int choice;
    switch (option) {
    case 'o': lab->out = optarg; return true;
    case SEED: lab->has_seed = true; return whole("--seed", 0, CLI_SEED_MAX, &lab->seed);
    case REPS:
        if (!whole("--reps", 1, CLI_REPS_MAX, &n)) return false;
        lab->reps = (uint32_t)n;
        return true;
    case THREADS:
        if (!whole("--threads", 1, CLI_THREADS_MAX, &n)) return false;
        lab->threads = (uint32_t)n;
        return true;
    case PRECISION: lab->precision = optarg; return true;
    case SET: set[lab->sets++] = optarg; return true;
    case TWINS: lab->twins = true; return true;
    case LOG:
        choice = cli_parse_choice(optarg, logs);
        if (choice < 0)
            cli_fail("run", LAB_BAD_INPUT, "--log takes summary, shopper or full, not '%s'", optarg);
        else
            lab->log = (sim_log)choice;
        return choice >= 0;
    case JSON: lab->json = true; return true;
    case QUIET: job->quiet = true; return true;
    case CLI_HELP: job->help = true; return true;
    default: return false; /* cli_option_next() has said what is wrong */
    }
}

static bool on_progress(void *context, uint32_t done, uint32_t of) {
    run_job *job = context;
    cli_progress_show(&job->progress, done, of);
    if (done == of) cli_interrupt_end(&job->interrupt);
    return true;
}

static int run_it(run_job *job) {
    lab_error error;
    job->lab.colour = cli_colour();
    job->lab.progress = on_progress;
    job->lab.context = job;
    cli_progress_begin(&job->progress, job->quiet);
    cli_interrupt_begin(&job->interrupt, "restocklab run: stopped; nothing was written\n");
    lab_status status = lab_run(&job->lab, stdout, &error);
    cli_interrupt_end(&job->interrupt);
    if (status != LAB_OK) return cli_fail("run", status, "%s", error.text);
    return cli_done("run", LAB_OK);
}

static int run(int argc, char **argv) {
    const cli_options options = {&cli_run, ":o:h", longs, argc, argv};
    const char **set = calloc((size_t)argc, sizeof *set); /* there are not more --set than words */
    if (!set) return cli_fail("run", LAB_FAILED, "out of memory");
    run_job job = {.lab = {.set = set}};
    int code = LAB_BAD_INPUT;
    bool good = true;
    for (int c; good && !job.help && (c = cli_option_next(&options)) != -1;)
        good = take(&job, set, c);
    if (good && job.help)
        code = cli_help(&cli_run);
    else if (good && cli_arguments(&options, (const char *const[]){"SCENARIO"}, 1, &job.lab.scenario))
        code = run_it(&job);
    free(set);
    return code;
}

const cli_command cli_run = {
    .name = "run",
    .usage = "run SCENARIO [OPTION]...",
    .summary = "simulate a scenario and write a report",
    .help = "Runs the scenario's replications and writes run.db (everything, SQLite), report.html, plots/, "
            "*.csv and\n"
            "manifest.json to a folder; prints the summary. SCENARIO is a YAML file or the name of a shipped "
            "scenario,\n"
            "such as sneaker.\n\n"
            "  -o, --out DIR         the folder (default: SCENARIO-run, its name without folder and ending). "
            "It must\n"
            "                        be new, empty, or hold an earlier run, which is then replaced\n"
            "      --seed N          seed of the random numbers (default: run.seed of the scenario)\n"
            "      --reps N          replications (default: run.replications of the scenario)\n"
            "      --threads N       threads (default: one for each processor). The result is the same for "
            "any number\n"
            "      --precision METRIC=SHARE\n"
            "                        runs until the half-width of the metric's 95 % interval is at most that "
            "share of\n"
            "                        its mean (METRIC=abs:WIDTH: in its unit), up to --reps (default 2000); "
            "where that\n"
            "                        is not enough it says how many it would take, and ends with 3\n"
            "      --set PATH=VALUE  sets a parameter, after the scenario's own; may be repeated. "
            "`restocklab params`\n"
            "                        lists them\n"
            "      --twins           runs every replication again with everyone and with no one treated, so "
            "that the\n"
            "                        report can show the true effect beside the holdout's estimate\n"
            "      --log LEVEL       what run.db keeps besides the counts: summary (default), shopper (one "
            "row for each\n"
            "                        unit of the experiment), full (decisions, touches and orders of "
            "replication 0)\n"
            "      --json            print one JSON document instead of the summary\n"
            "      --quiet           no progress bar\n"
            "  -h, --help            this text\n",
    .run = run,
};
