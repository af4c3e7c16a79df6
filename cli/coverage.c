/* SPDX-License-Identifier: GPL-3.0-or-later
 * coverage.c - restocklab coverage. */
#include "lab/coverage.h"

#include <stdio.h>

#include "cli/cli.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/progress.h"

enum { SEED = 256, REPS, SHORT, THREADS, JSON, QUIET };

static const struct option longs[] = {
    {"out", required_argument, NULL, 'o'},
    {"seed", required_argument, NULL, SEED},
    {"reps", required_argument, NULL, REPS},
    {"short", no_argument, NULL, SHORT},
    {"threads", required_argument, NULL, THREADS},
    {"json", no_argument, NULL, JSON},
    {"quiet", no_argument, NULL, QUIET},
    {"help", no_argument, NULL, CLI_HELP},
    {NULL, 0, NULL, 0},
};

typedef struct {
    lab_coverage_options lab;
    bool quiet, help;
    cli_progress progress;
    cli_interrupt interrupt;
} coverage_job;

static bool take(coverage_job *job, int option) {
    lab_coverage_options *lab = &job->lab;
    uint64_t n;
    switch (option) {
    case 'o': lab->out = optarg; return true;
    case SEED: return cli_option_whole("coverage", "--seed", 0, CLI_SEED_MAX, &lab->seed);
    case REPS:
        if (!cli_option_whole("coverage", "--reps", 1, CLI_REPS_MAX, &n)) return false;
        lab->reps = (uint32_t)n;
        return true;
    case THREADS:
        if (!cli_option_whole("coverage", "--threads", 1, CLI_THREADS_MAX, &n)) return false;
        lab->threads = (uint32_t)n;
        return true;
    case SHORT: lab->brief = true; return true;
    case JSON: lab->json = true; return true;
    case QUIET: job->quiet = true; return true;
    case CLI_HELP: job->help = true; return true;
    default: return false; /* cli_option_next() has said what is wrong */
    }
}

static bool on_progress(void *context, uint32_t done, uint32_t of) {
    coverage_job *job = context;
    cli_progress_show(&job->progress, done, of);
    if (done == of) cli_interrupt_end(&job->interrupt);
    return true;
}

static int run_it(coverage_job *job) {
    lab_error error;
    job->lab.colour = cli_colour();
    job->lab.progress = on_progress;
    job->lab.context = job;
    cli_progress_begin(&job->progress, job->quiet);
    cli_interrupt_begin(&job->interrupt, "restocklab coverage: stopped; nothing was written\n");
    lab_status status = lab_coverage(&job->lab, stdout, &error);
    cli_interrupt_end(&job->interrupt);
    if (status != LAB_OK) {
        cli_done("coverage", LAB_OK); /* where a bar was missed there is a table all the same */
        return cli_fail("coverage", status, "%s", error.text);
    }
    return cli_done("coverage", LAB_OK);
}

static int run(int argc, char **argv) {
    const cli_options options = {&cli_coverage, ":o:h", longs, argc, argv};
    coverage_job job = {.lab = {.seed = LAB_COVERAGE_SEED}};
    for (int c; !job.help && (c = cli_option_next(&options)) != -1;)
        if (!take(&job, c)) return LAB_BAD_INPUT;
    if (job.help) return cli_help(&cli_coverage);
    if (!cli_arguments(&options, NULL, 0, NULL)) return LAB_BAD_INPUT;
    if (job.lab.brief && job.lab.reps)
        return cli_fail("coverage", LAB_BAD_INPUT, "--short has repetitions of its own; leave out --reps");
    if (!job.lab.reps) job.lab.reps = COVERAGE_FULL;
    return run_it(&job);
}

const cli_command cli_coverage = {
    .name = "coverage",
    .usage = "coverage [OPTION]...",
    .summary = "try this program's own statistics where the truth is known",
    .help =
        "Runs experiments whose truth is known, drawn and simulated, and counts how often each estimator's "
        "95 "
        "% interval\n"
        "holds it and how often each test finds an effect of nothing; then what goes wrong without them. "
        "With "
        "10,000\n"
        "repetitions it takes minutes. The exit code is 4 if a bar was not met.\n\n"
        "  -o, --out DIR             the folder (default: coverage). It must be new, empty, or hold an "
        "earlier "
        "study, which\n"
        "                            is then replaced\n"
        "      --reps N              repetitions (default: 10000); what is slow has a part of it, which the "
        "table tells\n"
        "      --short               seconds instead of minutes: a few repetitions of what is slow, so that "
        "only "
        "what is far\n"
        "                            off shows\n"
        "      --seed N              seed of the random numbers (default: 7)\n"
        "      --threads N           threads (default: one for each processor); they do not show in results\n"
        "      --json                print one JSON document instead of the table\n"
        "      --quiet               no progress bar\n"
        "  -h, --help                this text\n",
    .run = run,
};
