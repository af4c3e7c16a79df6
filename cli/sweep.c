/* SPDX-License-Identifier: GPL-3.0-or-later
 * sweep.c - restocklab sweep. */
#include "lab/sweep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "reports/report.h"

enum {
    SEED = 256,
    REPS,
    THREADS,
    SET,
    VARY,
    TWINS,
    RESUME,
    FRONTIER,
    BEST,
    BUDGET,
    JSON,
    QUIET,
    METRICS_MAX = 256
};

static const struct option longs[] = {
    {"vary", required_argument, NULL, VARY},
    {"out", required_argument, NULL, 'o'},
    {"reps", required_argument, NULL, REPS},
    {"seed", required_argument, NULL, SEED},
    {"threads", required_argument, NULL, THREADS},
    {"set", required_argument, NULL, SET},
    {"twins", no_argument, NULL, TWINS},
    {"resume", no_argument, NULL, RESUME},
    {"frontier", required_argument, NULL, FRONTIER},
    {"best", required_argument, NULL, BEST},
    {"budget", required_argument, NULL, BUDGET},
    {"json", no_argument, NULL, JSON},
    {"quiet", no_argument, NULL, QUIET},
    {"help", no_argument, NULL, CLI_HELP},
    {NULL, 0, NULL, 0},
};

typedef struct {
    lab_sweep_options lab;
    const char **set, **vary;
    char *frontier; /* a copy, cut in two */
    bool quiet, help;
    cli_progress progress;
    cli_interrupt interrupt;
} sweep_job;

static bool whole(const char *option, uint64_t min, uint64_t max, uint32_t *out) {
    uint64_t n = 0;
    if (!cli_option_whole("sweep", option, min, max, &n)) return false;
    *out = (uint32_t)n;
    return true;
}

/* A metric's name; false: said that there is none, and which is near. */
static bool is_metric(const char *option, const char *name) {
    const char *words[METRICS_MAX];
    size_t n;
    const report_metric *metric = report_metrics(&n);
    if (n > METRICS_MAX) n = METRICS_MAX;
    for (size_t i = 0; i < n; i++) {
        words[i] = metric[i].name;
        if (!strcmp(words[i], name)) return true;
    }
    const char *near = lab_nearest(name, words, n);
    if (near)
        cli_fail("sweep", LAB_BAD_INPUT, "%s: there is no metric '%s'; did you mean '%s'?", option, name,
                 near);
    else
        cli_fail("sweep", LAB_BAD_INPUT, "%s: there is no metric '%s'; docs/METRICS.md lists them", option,
                 name);
    return false;
}

static bool take_frontier(sweep_job *job) {
    free(job->frontier);
    job->frontier = strdup(optarg);
    char *comma = job->frontier ? strchr(job->frontier, ',') : NULL;
    if (!comma || strchr(comma + 1, ',')) {
        cli_fail("sweep", LAB_BAD_INPUT, "--frontier takes two metrics with a comma between, not '%s'",
                 optarg);
        return false;
    }
    *comma = '\0';
    job->lab.frontier[0] = job->frontier;
    job->lab.frontier[1] = comma + 1;
    return is_metric("--frontier", job->lab.frontier[0]) && is_metric("--frontier", job->lab.frontier[1]);
}

static bool take(sweep_job *job, int option) {
    lab_sweep_options *lab = &job->lab;
    switch (option) {
    case 'o': lab->out = optarg; return true;
    case VARY: job->vary[lab->varied++] = optarg; return true;
    case SEED: lab->has_seed = true; return cli_option_whole("sweep", "--seed", 0, CLI_SEED_MAX, &lab->seed);
    case REPS: return whole("--reps", 1, CLI_REPS_MAX, &lab->reps);
    case THREADS: return whole("--threads", 1, CLI_THREADS_MAX, &lab->threads);
    case SET: job->set[lab->sets++] = optarg; return true;
    case TWINS: lab->twins = true; return true;
    case RESUME: lab->resume = true; return true;
    case FRONTIER: return take_frontier(job);
    case BEST: lab->best = optarg; return is_metric("--best", optarg);
    case BUDGET: return whole("--budget", 1, CLI_REPS_MAX, &lab->budget);
    case JSON: lab->json = true; return true;
    case QUIET: job->quiet = true; return true;
    case CLI_HELP: job->help = true; return true;
    default: return false; /* cli_option_next() has said what is wrong */
    }
}

static bool on_progress(void *context, uint32_t done, uint32_t of) {
    sweep_job *job = context;
    cli_progress_show(&job->progress, done, of);
    if (done == of) cli_interrupt_end(&job->interrupt);
    return true;
}

static int run_it(sweep_job *job) {
    lab_error error;
    char folder[LAB_PATH_SIZE], message[LAB_PATH_SIZE + 160];
    job->lab.set = job->set;
    job->lab.vary = job->vary;
    job->lab.colour = cli_colour();
    job->lab.progress = on_progress;
    job->lab.context = job;
    lab_sweep_folder(&job->lab, folder, sizeof folder);
    snprintf(
        message, sizeof message,
        "restocklab sweep: stopped; finished trials are kept in %s: the same command with --resume goes on\n",
        folder);
    cli_progress_begin(&job->progress, job->quiet);
    cli_interrupt_begin(&job->interrupt, message);
    lab_status status = lab_sweep(&job->lab, stdout, &error);
    cli_interrupt_end(&job->interrupt);
    if (status != LAB_OK) return cli_fail("sweep", status, "%s", error.text);
    return cli_done("sweep", LAB_OK);
}

static int run(int argc, char **argv) {
    const cli_options options = {&cli_sweep, ":o:h", longs, argc, argv};
    const char **word = calloc((size_t)argc * 2, sizeof *word); /* there are not more of each than words */
    if (!word) return cli_fail("sweep", LAB_FAILED, "out of memory");
    sweep_job job = {.set = word, .vary = word + argc};
    int code = LAB_BAD_INPUT;
    bool good = true;
    for (int c; good && !job.help && (c = cli_option_next(&options)) != -1;)
        good = take(&job, c);
    if (good && job.help)
        code = cli_help(&cli_sweep);
    else if (good && cli_arguments(&options, (const char *const[]){"SCENARIO"}, 1, &job.lab.scenario))
        code = run_it(&job);
    free(job.frontier);
    free(word);
    return code;
}

const cli_command cli_sweep = {
    .name = "sweep",
    .usage = "sweep SCENARIO --vary PATH=VALUES [OPTION]...",
    .summary = "run a grid of rules and show which are worth having",
    .help =
        "Runs every combination of the values of all axes on the same random numbers, and writes sweep.db "
        "(every\n"
        "trial, SQLite), sweep.csv, sweep.html and plots/ to a folder; prints a table. A sweep that is "
        "stopped or "
        "killed\n"
        "loses at most the trials under way.\n\n"
        "      --vary PATH=a,b,c         an axis: a parameter and its values; may be repeated\n"
        "      --vary PATH=lo:hi:n[:log] the same with n values from lo to hi, at equal distances or in "
        "equal "
        "ratios\n"
        "      --reps N                  replications of each point (default: run.replications of the "
        "scenario)\n"
        "  -o, --out DIR                 the folder (default: SCENARIO-sweep). It must be new, empty, or "
        "hold an "
        "earlier\n"
        "                                sweep, which is then replaced\n"
        "      --resume                  goes on with the unfinished sweep in the folder; also with more "
        "--reps or\n"
        "                                --budget than it had. Scenario, axes, seed and program must be the "
        "same\n"
        "      --frontier METRIC,METRIC  the two metrics of the non-dominated set (default:\n"
        "                                clicked_oos_rate and what pushes bring: lift_true_store, revenue, "
        "...)\n"
        "      --best METRIC             names the best point, and how probable it is that it is the best\n"
        "      --budget N                N replications in all, given to the points between which the choice "
        "by\n"
        "                                --best is open, in place of --reps\n"
        "      --seed N                  seed of the random numbers (default: run.seed of the scenario)\n"
        "      --threads N               threads (default: one for each processor)\n"
        "      --set PATH=VALUE          sets a parameter of all points; may be repeated\n"
        "      --twins                   runs every replication again with everyone and with no one treated\n"
        "      --json                    print one JSON document instead of the table\n"
        "      --quiet                   no progress bar\n"
        "  -h, --help                    this text\n",
    .run = run,
};
