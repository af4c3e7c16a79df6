/* SPDX-License-Identifier: GPL-3.0-or-later
 * compare.c - restocklab compare. */
#include "lab/compare.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/progress.h"

enum { SEED = 256, REPS, THREADS, PRECISION, SET, SET_BASE, SET_CANDIDATE, TWINS, JSON, QUIET };

static const struct option longs[] = {
    {"out", required_argument, NULL, 'o'},
    {"seed", required_argument, NULL, SEED},
    {"reps", required_argument, NULL, REPS},
    {"threads", required_argument, NULL, THREADS},
    {"precision", required_argument, NULL, PRECISION},
    {"set", required_argument, NULL, SET},
    {"set-base", required_argument, NULL, SET_BASE},
    {"set-candidate", required_argument, NULL, SET_CANDIDATE},
    {"twins", no_argument, NULL, TWINS},
    {"json", no_argument, NULL, JSON},
    {"quiet", no_argument, NULL, QUIET},
    {"help", no_argument, NULL, CLI_HELP},
    {NULL, 0, NULL, 0},
};

typedef struct {
    lab_compare_options lab;
    const char **set[3]; /* both, base, candidate */
    bool quiet, help;
    cli_progress progress;
    cli_interrupt interrupt;
} compare_job;

static bool take(compare_job *job, int option) {
    lab_compare_options *lab = &job->lab;
    uint64_t n;
    switch (option) {
    case 'o': lab->out = optarg; return true;
    case SEED:
        lab->has_seed = true;
        return cli_option_whole("compare", "--seed", 0, CLI_SEED_MAX, &lab->seed);
    case REPS:
        if (!cli_option_whole("compare", "--reps", 1, CLI_REPS_MAX, &n)) return false;
        lab->reps = (uint32_t)n;
        return true;
    case THREADS:
        if (!cli_option_whole("compare", "--threads", 1, CLI_THREADS_MAX, &n)) return false;
        lab->threads = (uint32_t)n;
        return true;
    case PRECISION: lab->precision = optarg; return true;
    case SET: job->set[0][lab->set.sets++] = optarg; return true;
    case SET_BASE: job->set[1][lab->set_base.sets++] = optarg; return true;
    case SET_CANDIDATE: job->set[2][lab->set_candidate.sets++] = optarg; return true;
    case TWINS: lab->twins = true; return true;
    case JSON: lab->json = true; return true;
    case QUIET: job->quiet = true; return true;
    case CLI_HELP: job->help = true; return true;
    default: return false; /* cli_option_next() has said what is wrong */
    }
}

static bool on_progress(void *context, uint32_t done, uint32_t of) {
    compare_job *job = context;
    cli_progress_show(&job->progress, done, of);
    if (done == of) cli_interrupt_end(&job->interrupt);
    return true;
}

static int run_it(compare_job *job) {
    lab_error error;
    job->lab.set.set = job->set[0];
    job->lab.set_base.set = job->set[1];
    job->lab.set_candidate.set = job->set[2];
    job->lab.colour = cli_colour();
    job->lab.progress = on_progress;
    job->lab.context = job;
    cli_progress_begin(&job->progress, job->quiet);
    cli_interrupt_begin(&job->interrupt, "restocklab compare: stopped; nothing was written\n");
    lab_status status = lab_compare(&job->lab, stdout, &error);
    cli_interrupt_end(&job->interrupt);
    if (status != LAB_OK) return cli_fail("compare", status, "%s", error.text);
    return cli_done("compare", LAB_OK);
}

static int run(int argc, char **argv) {
    const cli_options options = {&cli_compare, ":o:h", longs, argc, argv};
    const char **set = calloc((size_t)argc * 3, sizeof *set); /* there are not more of each than words */
    if (!set) return cli_fail("compare", LAB_FAILED, "out of memory");
    compare_job job = {.set = {set, set + argc, set + 2 * argc}};
    const char *named[2];
    int code = LAB_BAD_INPUT;
    bool good = true;
    for (int c; good && !job.help && (c = cli_option_next(&options)) != -1;)
        good = take(&job, c);
    if (good && job.help) {
        code = cli_help(&cli_compare);
    } else if (good && cli_arguments(&options, (const char *const[]){"BASE", "CANDIDATE"}, 2, named)) {
        job.lab.base = named[0];
        job.lab.candidate = named[1];
        code = run_it(&job);
    }
    free(set);
    return code;
}

const cli_command cli_compare = {
    .name = "compare",
    .usage = "compare BASE CANDIDATE [OPTION]...",
    .summary = "compare two scenarios on the same random numbers",
    .help =
        "Runs both scenarios with the same seed, so that replication i of either meets the same shoppers, "
        "and "
        "prints\n"
        "the paired difference of each metric, candidate less base, with its interval and the factor by "
        "which "
        "common\n"
        "random numbers divide its variance. Of the first pairs it also says which shoppers and restocks "
        "differ, and\n"
        "why. BASE and CANDIDATE are scenario files or names of shipped ones, and may be the same.\n\n"
        "  -o, --out DIR               the folder (default: BASE-compare, its name without folder and "
        "ending). It must\n"
        "                              be new, empty, or hold an earlier comparison, which is then replaced\n"
        "      --seed N                seed of the random numbers (default: run.seed of the base)\n"
        "      --reps N                replications of each (default: run.replications of the base)\n"
        "      --threads N             threads (default: one for each processor)\n"
        "      --precision METRIC=SHARE\n"
        "                              runs pairs until the half-width of the 95 % interval of the metric's "
        "difference is at\n"
        "                              most that share of the base's mean (METRIC=abs:WIDTH: in its unit), "
        "up "
        "to --reps\n"
        "                              (default 2000); where that is not enough it says how many it would "
        "take, and ends\n"
        "                              with 3\n"
        "      --set PATH=VALUE        sets a parameter of both; may be repeated\n"
        "      --set-base PATH=VALUE   sets a parameter of the base alone, after --set; may be repeated\n"
        "      --set-candidate PATH=VALUE\n"
        "                              the same for the candidate\n"
        "      --twins                 runs every replication again with everyone and with no one treated\n"
        "      --json                  print one JSON document instead of the table\n"
        "      --quiet                 no progress bar\n"
        "  -h, --help                  this text\n",
    .run = run,
};
