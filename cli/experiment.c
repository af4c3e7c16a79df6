/* SPDX-License-Identifier: GPL-3.0-or-later
 * experiment.c - restocklab experiment. */
#include "lab/experiment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/progress.h"

enum { SEED = 256, REPS, THREADS, DESIGN, SET, JSON, QUIET, OUTCOME };

static const struct option longs[] = {
    {"design", required_argument, NULL, DESIGN},
    {"outcome", required_argument, NULL, OUTCOME},
    {"out", required_argument, NULL, 'o'},
    {"seed", required_argument, NULL, SEED},
    {"reps", required_argument, NULL, REPS},
    {"threads", required_argument, NULL, THREADS},
    {"set", required_argument, NULL, SET},
    {"json", no_argument, NULL, JSON},
    {"quiet", no_argument, NULL, QUIET},
    {"help", no_argument, NULL, CLI_HELP},
    {NULL, 0, NULL, 0},
};

typedef struct {
    lab_experiment_options lab;
    const char **set;
    bool quiet, help;
    cli_progress progress;
    cli_interrupt interrupt;
} experiment_job;

static bool take(experiment_job *job, int option) {
    lab_experiment_options *lab = &job->lab;
    uint64_t n;
    switch (option) {
    case 'o': lab->out = optarg; return true;
    case SEED:
        lab->has_seed = true;
        return cli_option_whole("experiment", "--seed", 0, CLI_SEED_MAX, &lab->seed);
    case REPS:
        if (!cli_option_whole("experiment", "--reps", 1, CLI_REPS_MAX, &n)) return false;
        lab->reps = (uint32_t)n;
        return true;
    case THREADS:
        if (!cli_option_whole("experiment", "--threads", 1, CLI_THREADS_MAX, &n)) return false;
        lab->threads = (uint32_t)n;
        return true;
    case DESIGN: lab->designs = optarg; return true;
    case OUTCOME:
        lab->store = strcmp(optarg, "store") == 0;
        if (lab->store || strcmp(optarg, "own") == 0) return true;
        cli_fail("experiment", LAB_BAD_INPUT, "--outcome takes own or store, not '%s'", optarg);
        return false;
    case SET: job->set[lab->sets++] = optarg; return true;
    case JSON: lab->json = true; return true;
    case QUIET: job->quiet = true; return true;
    case CLI_HELP: job->help = true; return true;
    default: return false; /* cli_option_next() has said what is wrong */
    }
}

static bool on_progress(void *context, uint32_t done, uint32_t of) {
    experiment_job *job = context;
    cli_progress_show(&job->progress, done, of);
    if (done == of) cli_interrupt_end(&job->interrupt);
    return true;
}

static int run_it(experiment_job *job) {
    lab_error error;
    job->lab.set = job->set;
    job->lab.colour = cli_colour();
    job->lab.progress = on_progress;
    job->lab.context = job;
    cli_progress_begin(&job->progress, job->quiet);
    cli_interrupt_begin(&job->interrupt, "restocklab experiment: stopped; nothing was written\n");
    lab_status status = lab_experiment(&job->lab, stdout, &error);
    cli_interrupt_end(&job->interrupt);
    if (status != LAB_OK) return cli_fail("experiment", status, "%s", error.text);
    return cli_done("experiment", LAB_OK);
}

static int run(int argc, char **argv) {
    const cli_options options = {&cli_experiment, ":o:h", longs, argc, argv};
    const char **set = calloc((size_t)argc, sizeof *set); /* there are not more than words */
    if (!set) return cli_fail("experiment", LAB_FAILED, "out of memory");
    experiment_job job = {.set = set};
    int code = LAB_BAD_INPUT;
    bool good = true;
    for (int c; good && !job.help && (c = cli_option_next(&options)) != -1;)
        good = take(&job, c);
    if (good && job.help)
        code = cli_help(&cli_experiment);
    else if (good && cli_arguments(&options, (const char *const[]){"SCENARIO"}, 1, &job.lab.scenario))
        code = run_it(&job);
    free(set);
    return code;
}

const cli_command cli_experiment = {
    .name = "experiment",
    .usage = "experiment SCENARIO [OPTION]...",
    .summary = "try designs of a holdout where the truth is known",
    .help =
        "Runs the same experiments with each design of the holdout, on the same shoppers, beside what all "
        "and "
        "no pushes\n"
        "would have done, and tells each design's bias, how often its interval is right, and how often it "
        "finds the\n"
        "effect and an effect of nothing; then which design to use here. SCENARIO is a YAML file or the name "
        "of a\n"
        "shipped scenario.\n\n"
        "      --design NAME,...     shopper, product, restock, shopper_product, two_sided (default: all); "
        "the first is\n"
        "                            also run with policy.holdout.consumes_slot the other way\n"
        "      --outcome WHAT        own (default): orders of the product that a shopper was or would have "
        "been "
        "told of;\n"
        "                            store: all that she buys, so that an order which a push takes from "
        "another "
        "product\n"
        "                            is seen. Not for the design restock\n"
        "  -o, --out DIR             the folder (default: SCENARIO-experiment). It must be new, empty, or "
        "hold "
        "an earlier\n"
        "                            experiment, which is then replaced\n"
        "      --seed N              seed of the random numbers (default: run.seed of the scenario)\n"
        "      --reps N              experiments with each design (default: run.replications)\n"
        "      --threads N           threads (default: one for each processor)\n"
        "      --set PATH=VALUE      sets a parameter; may be repeated. policy.holdout.fraction is the share "
        "held out,\n"
        "                            half if it is 0\n"
        "      --json                print one JSON document instead of the table\n"
        "      --quiet               no progress bar\n"
        "  -h, --help                this text\n",
    .run = run,
};
