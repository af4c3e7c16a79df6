/* SPDX-License-Identifier: GPL-3.0-or-later
 * power.c - restocklab power. */
#include "lab/power.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "stats/cuped.h"

enum {
    RATE = 256,
    MEAN,
    SD,
    PILOT,
    OUTCOME,
    COVARIATE,
    CLUSTER,
    MDE_REL,
    MDE_ABS,
    UNITS,
    ALPHA,
    POWER,
    HOLDOUT,
    CORRELATION,
    ICC,
    SIZE,
    CV,
    JSON
};

static const struct option longs[] = {
    {"baseline-rate", required_argument, NULL, RATE},
    {"mean", required_argument, NULL, MEAN},
    {"sd", required_argument, NULL, SD},
    {"pilot", required_argument, NULL, PILOT},
    {"outcome", required_argument, NULL, OUTCOME},
    {"covariate", required_argument, NULL, COVARIATE},
    {"cluster", required_argument, NULL, CLUSTER},
    {"mde-rel", required_argument, NULL, MDE_REL},
    {"mde-abs", required_argument, NULL, MDE_ABS},
    {"n", required_argument, NULL, UNITS},
    {"alpha", required_argument, NULL, ALPHA},
    {"power", required_argument, NULL, POWER},
    {"holdout", required_argument, NULL, HOLDOUT},
    {"correlation", required_argument, NULL, CORRELATION},
    {"icc", required_argument, NULL, ICC},
    {"cluster-size", required_argument, NULL, SIZE},
    {"cluster-cv", required_argument, NULL, CV},
    {"out", required_argument, NULL, 'o'},
    {"json", no_argument, NULL, JSON},
    {"help", no_argument, NULL, CLI_HELP},
    {NULL, 0, NULL, 0},
};

typedef struct {
    lab_power_options lab;
    const char **covariate;
    bool help, power_given;
} power_job;

static bool number(const char *option, double lo, double hi, const char *range, double *out) {
    return cli_option_number("power", option, lo, hi, range, out);
}

static bool effect(const char *option, double *out) {
    if (!number(option, -1e15, 1e15, "that is not 0", out)) return false;
    if (*out != 0) return true;
    cli_fail("power", LAB_BAD_INPUT, "%s takes a number that is not 0, not '%s'", option, optarg);
    return false;
}

static bool take_number(power_job *job, int option) {
    static const char share[] = "between 0 and 1";
    lab_power_options *o = &job->lab;
    switch (option) {
    case RATE: return number("--baseline-rate", 0, 1, share, &o->baseline_rate);
    case MEAN: return number("--mean", -1e15, 1e15, "of ordinary size", &o->mean);
    case SD: return number("--sd", 0, 1e15, "above 0", &o->sd);
    case MDE_REL: return effect("--mde-rel", &o->mde_rel);
    case MDE_ABS: return effect("--mde-abs", &o->mde_abs);
    case UNITS: return number("--n", 0, 1e15, "of units above 0", &o->n);
    case ALPHA: return number("--alpha", 0, 1, share, &o->alpha);
    case POWER: job->power_given = true; return number("--power", 0, 1, share, &o->power);
    case HOLDOUT: return number("--holdout", 0, 1, share, &o->holdout);
    case CORRELATION: return number("--correlation", -1, 1, "between -1 and 1", &o->correlation);
    case ICC: return number("--icc", -1e-300, 1, "from 0 to below 1", &o->icc);
    case SIZE: return number("--cluster-size", 1, 1e9, "of units above 1", &o->cluster_size);
    case CV: return number("--cluster-cv", -1e-300, 100, "from 0 to 100", &o->cluster_cv);
    default: return false; /* cli_option_next() has said what is wrong */
    }
}

static bool take(power_job *job, int option) {
    switch (option) {
    case PILOT: job->lab.pilot = optarg; return true;
    case OUTCOME: job->lab.outcome = optarg; return true;
    case COVARIATE: job->covariate[job->lab.covariates++] = optarg; return true;
    case CLUSTER: job->lab.cluster = optarg; return true;
    case 'o': job->lab.out = optarg; return true;
    case JSON: job->lab.json = true; return true;
    case CLI_HELP: job->help = true; return true;
    default: return take_number(job, option);
    }
}

/* Options that would have no effect, or say the same thing twice, are refused. The first message that holds.
 */
static const char *wrong_with(const power_job *job) {
    const lab_power_options *o = &job->lab;
    bool rate = !isnan(o->baseline_rate), mean = !isnan(o->mean) || !isnan(o->sd);
    bool diff = !isnan(o->mde_rel) || !isnan(o->mde_abs);
    if (rate + mean + (o->pilot != NULL) != 1)
        return "give one of --baseline-rate, --mean with --sd, and --pilot FILE with --outcome";
    if (mean && isnan(o->sd)) return "--mean needs --sd, the standard deviation of a unit's outcome";
    if (o->pilot && !o->outcome) return "--pilot needs --outcome: which column, or NUMERATOR/DENOMINATOR";
    if (!o->pilot && (o->outcome || o->covariates || o->cluster))
        return "--outcome, --covariate and --cluster are columns of a --pilot";
    if (o->covariates > STAT_COVARIATES_MAX) return "--covariate: more than 16";
    if (o->covariates && !isnan(o->correlation))
        return "--correlation and --covariate say the same; give one";
    if (o->cluster && !isnan(o->icc)) return "--icc and --cluster say the same; give one";
    if (isnan(o->icc) != isnan(o->cluster_size)) return "--icc and --cluster-size belong together";
    if (isnan(o->icc) && !isnan(o->cluster_cv)) return "--cluster-cv belongs to --icc and --cluster-size";
    if (!isnan(o->mde_rel) && !isnan(o->mde_abs)) return "give one of --mde-rel and --mde-abs";
    if (!diff && isnan(o->n))
        return "give a difference (--mde-rel, --mde-abs) for the units, or --n for the difference";
    if (diff && !isnan(o->n) && job->power_given)
        return "with a difference and --n the power is the answer; leave out --power";
    if (o->power <= o->alpha) return "--power must be above --alpha";
    return NULL;
}

static int run_it(power_job *job) {
    lab_error error;
    const char *wrong = wrong_with(job);
    if (wrong) return cli_fail("power", LAB_BAD_INPUT, "%s", wrong);
    job->lab.covariate = job->covariate;
    lab_status status = lab_power(&job->lab, stdout, &error);
    if (status != LAB_OK) return cli_fail("power", status, "%s", error.text);
    return cli_done("power", LAB_OK);
}

static int run(int argc, char **argv) {
    const cli_options options = {&cli_power, ":o:h", longs, argc, argv};
    power_job job = {.lab = {.baseline_rate = NAN,
                             .mean = NAN,
                             .sd = NAN,
                             .mde_rel = NAN,
                             .mde_abs = NAN,
                             .n = NAN,
                             .alpha = 0.05,
                             .power = 0.8,
                             .holdout = 0.5,
                             .correlation = NAN,
                             .icc = NAN,
                             .cluster_size = NAN,
                             .cluster_cv = NAN}};
    job.covariate = calloc((size_t)argc, sizeof *job.covariate); /* there are not more than words */
    if (!job.covariate) return cli_fail("power", LAB_FAILED, "out of memory");
    int code = LAB_BAD_INPUT;
    bool good = true;
    for (int c; good && !job.help && (c = cli_option_next(&options)) != -1;)
        good = take(&job, c);
    if (good && job.help)
        code = cli_help(&cli_power);
    else if (good && cli_arguments(&options, NULL, 0, NULL))
        code = run_it(&job);
    free(job.covariate);
    return code;
}

const cli_command cli_power = {
    .name = "power",
    .usage = "power [OPTION]...",
    .summary = "plan a test: units, smallest difference, or power",
    .help =
        "Of the difference, the units and the power, the one that is missing is worked out. What the control "
        "does:\n\n"
        "      --baseline-rate P       the share of units with the event, or\n"
        "      --mean M --sd S         mean and standard deviation of a unit's outcome (--mean is needed "
        "for\n"
        "                              --mde-rel alone), or\n"
        "      --pilot FILE            a CSV file of one row a unit, such as last month's, with\n"
        "      --outcome COLUMN        the outcome, or NUMERATOR/DENOMINATOR for a ratio of totals\n"
        "      --covariate COLUMN      of the pilot: what CUPED will take away; may be repeated\n"
        "      --cluster COLUMN        of the pilot: clusters that will be drawn as a whole\n\n"
        "What is looked for, two of these three:\n\n"
        "      --mde-rel R, --mde-abs D\n"
        "                              the smallest difference worth finding, relative or absolute\n"
        "      --n N                   units in all\n"
        "      --power P               the chance to find it (default .8; not with both of the others)\n\n"
        "      --alpha A               of the two-sided test (default .05)\n"
        "      --holdout F             share of the units in the control (default .5)\n"
        "      --correlation R         of the outcome with what is known before the test (CUPED)\n"
        "      --icc R --cluster-size M\n"
        "                              intraclass correlation, mean units in a cluster; --cluster-cv V if "
        "sizes vary\n"
        "  -o, --out DIR               write power.html, the curve and its numbers to this folder\n"
        "      --json                  print one JSON document instead of the text\n"
        "  -h, --help                  this text\n",
    .run = run,
};
