/* SPDX-License-Identifier: GPL-3.0-or-later
 * analyze.c - restocklab analyze: which of its three kinds of table, and the options of that kind. */
#include "lab/analyze.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/options.h"

enum {
    ARM = 256,
    CONTROL,
    WEIGHTS,
    OUTCOME,
    COVARIATE,
    CLUSTER,
    WINSORIZE,
    ALPHA,
    SEQUENTIAL,
    MIN_EVENTS,
    BOOTSTRAP,
    KIND,
    CORRECT,
    SEED,
    SUMMARY,
    LOOK,
    SERIES,
    PROPENSITY,
    TARGET,
    MODEL,
    MODEL_TARGET,
    STOCK,
    JSON,
    OPTIONS_END
};

static const struct option longs[] = {
    {"arm", required_argument, NULL, ARM},
    {"control", required_argument, NULL, CONTROL},
    {"weights", required_argument, NULL, WEIGHTS},
    {"outcome", required_argument, NULL, OUTCOME},
    {"covariate", required_argument, NULL, COVARIATE},
    {"cluster", required_argument, NULL, CLUSTER},
    {"winsorize", required_argument, NULL, WINSORIZE},
    {"alpha", required_argument, NULL, ALPHA},
    {"sequential", required_argument, NULL, SEQUENTIAL},
    {"min-events", required_argument, NULL, MIN_EVENTS},
    {"bootstrap", required_argument, NULL, BOOTSTRAP},
    {"bootstrap-kind", required_argument, NULL, KIND},
    {"correct", required_argument, NULL, CORRECT},
    {"seed", required_argument, NULL, SEED},
    {"summary", no_argument, NULL, SUMMARY},
    {"look", required_argument, NULL, LOOK},
    {"series", required_argument, NULL, SERIES},
    {"propensity", required_argument, NULL, PROPENSITY},
    {"target", required_argument, NULL, TARGET},
    {"model", required_argument, NULL, MODEL},
    {"model-target", required_argument, NULL, MODEL_TARGET},
    {"stock", required_argument, NULL, STOCK},
    {"out", required_argument, NULL, 'o'},
    {"json", no_argument, NULL, JSON},
    {"help", no_argument, NULL, CLI_HELP},
    {NULL, 0, NULL, 0},
};

typedef enum { UNITS = 1, LOOKS = 2, OFFLINE = 4 } table_kind;

/* Kinds of table that an option is about. */
static int kinds_of(int option) {
    switch (option) {
    case CONTROL:
    case SEQUENTIAL:
    case MIN_EVENTS:
    case 'o': return UNITS | LOOKS;
    case OUTCOME: return UNITS | OFFLINE;
    case ALPHA:
    case JSON: return UNITS | LOOKS | OFFLINE;
    case SUMMARY:
    case LOOK:
    case SERIES: return LOOKS;
    case PROPENSITY:
    case TARGET:
    case MODEL:
    case MODEL_TARGET:
    case STOCK: return OFFLINE;
    default: return UNITS;
    }
}

typedef struct {
    lab_analyze_options units;
    lab_looks_options looks;
    lab_offline_options offline;
    const char **outcome, **covariate, **series;
    size_t outcomes, covariates, serieses;
    bool given[OPTIONS_END], summary, help;
} analyze_job;

static bool number(const char *option, double lo, double hi, const char *range, double *out) {
    return cli_option_number("analyze", option, lo, hi, range, out);
}

static bool choice(const char *option, const char *const *words, const char *list, int *out) {
    *out = cli_parse_choice(optarg, words);
    if (*out >= 0) return true;
    cli_fail("analyze", LAB_BAD_INPUT, "%s is one of %s, not '%s'", option, list, optarg);
    return false;
}

static bool take_method(analyze_job *job, int option) {
    static const char *const kinds[] = {"percentile", "bca", "poisson", NULL};
    static const char *const corrections[] = {"none", "holm", "bh", NULL};
    lab_analyze_options *u = &job->units;
    uint64_t n = 0;
    int k = 0;
    bool good;
    switch (option) {
    case WINSORIZE: return number("--winsorize", 0.5, 1, "above .5 and below 1", &u->winsorize);
    case ALPHA: return number("--alpha", 0, 1, "between 0 and 1", &u->alpha);
    case SEQUENTIAL: return number("--sequential", 0, 1e15, "of units above 0", &u->sequential);
    case MIN_EVENTS:
        good = cli_option_whole("analyze", "--min-events", 0, UINT32_MAX, &n);
        u->min_events = (double)n;
        return good;
    case BOOTSTRAP:
        good = cli_option_whole("analyze", "--bootstrap", 100, 1000000, &n);
        u->bootstrap = (uint32_t)n;
        return good;
    case KIND:
        good = choice("--bootstrap-kind", kinds, "percentile, bca, poisson", &k);
        u->bootstrap_kind = (stat_bootstrap_kind)k;
        return good;
    case CORRECT:
        good = choice("--correct", corrections, "none, holm, bh", &k);
        u->correct = (lab_correction)k;
        return good;
    case SEED: return cli_option_whole("analyze", "--seed", 0, CLI_SEED_MAX, &u->seed);
    default: return false; /* cli_option_next() has said what is wrong */
    }
}

static bool take(analyze_job *job, int option) {
    if (option > 0 && option < OPTIONS_END) job->given[option] = true;
    switch (option) {
    case ARM: job->units.arm = optarg; return true;
    case CONTROL: job->units.control = optarg; return true;
    case WEIGHTS: job->units.weights = optarg; return true;
    case OUTCOME: job->outcome[job->outcomes++] = optarg; return true;
    case COVARIATE: job->covariate[job->covariates++] = optarg; return true;
    case CLUSTER: job->units.cluster = optarg; return true;
    case SUMMARY: job->summary = true; return true;
    case LOOK: job->looks.look = optarg; return true;
    case SERIES: job->series[job->serieses++] = optarg; return true;
    case PROPENSITY: job->offline.propensity = optarg; return true;
    case TARGET: job->offline.target = optarg; return true;
    case MODEL: job->offline.model = optarg; return true;
    case MODEL_TARGET: job->offline.model_target = optarg; return true;
    case STOCK: job->offline.stock = optarg; return true;
    case 'o': job->units.out = optarg; return true;
    case JSON: job->units.json = true; return true;
    case CLI_HELP: job->help = true; return true;
    default: return take_method(job, option);
    }
}

static int missing(const char *option, const char *why) {
    return cli_fail("analyze", LAB_BAD_INPUT, "%s is missing: %s", option, why);
}

/* An option of another kind of table would have no effect: refused. */
static int check(const analyze_job *job, int kind) {
    for (const struct option *l = longs; l->name; l++)
        if (l->val < OPTIONS_END && job->given[l->val] && l->val != CLI_HELP && !(kinds_of(l->val) & kind))
            return cli_fail("analyze", LAB_BAD_INPUT, "--%s has no place %s", l->name,
                            kind == LOOKS               ? "with --summary"
                            : kind == OFFLINE           ? "with --propensity"
                            : kinds_of(l->val) == LOOKS ? "without --summary"
                                                        : "without --propensity");
    const lab_offline_options *o = &job->offline;
    if (kind != OFFLINE && !job->units.control)
        return missing("--control", "which arm the others are compared with");
    if (kind == UNITS && !job->units.arm) return missing("--arm", "which column says what arm a unit is in");
    if (kind == UNITS && job->given[KIND] && !job->units.bootstrap)
        return missing("--bootstrap", "how many replicates");
    if (kind == UNITS && job->given[SEED] && !job->units.bootstrap && !job->units.cluster)
        return missing("--bootstrap or --cluster", "nothing else draws by --seed");
    if (kind == UNITS && job->given[MIN_EVENTS] && !job->given[SEQUENTIAL])
        return missing("--sequential", "the interval that --min-events is about");
    if (kind == OFFLINE && !o->target)
        return missing("--target", "which column has the other policy's probability of what was done");
    if (kind == OFFLINE && !o->model != !o->model_target)
        return missing(o->model ? "--model-target" : "--model",
                       "a doubly robust estimate needs both predictions");
    if (kind == OFFLINE && !o->stock)
        return missing("--stock",
                       "the column that names the stock (SKU and restock) which a round drew on, or "
                       "'ample' if stock never ran out; rounds that share stock cannot be evaluated");
    return LAB_OK;
}

static int run_it(analyze_job *job, const char *file) {
    lab_error error;
    bool mismatch = false;
    lab_analyze_options *u = &job->units;
    table_kind kind = job->summary ? LOOKS : job->offline.propensity ? OFFLINE : UNITS;
    int code = check(job, (int)kind);
    if (code != LAB_OK) return code;
    u->file = job->looks.file = job->offline.file = file;
    u->outcome = job->offline.outcome = job->outcome;
    u->outcomes = job->offline.outcomes = job->outcomes;
    u->covariate = job->covariate;
    u->covariates = job->covariates;
    u->colour = job->looks.colour = cli_colour();
    job->looks.control = u->control;
    job->looks.series = job->series;
    job->looks.series_count = job->serieses;
    job->looks.alpha = job->offline.alpha = u->alpha;
    job->looks.sequential = u->sequential;
    job->looks.min_events = u->min_events;
    job->looks.out = u->out;
    job->looks.json = job->offline.json = u->json;
    lab_status status = kind == LOOKS     ? lab_analyze_looks(&job->looks, stdout, &error)
                        : kind == OFFLINE ? lab_analyze_offline(&job->offline, stdout, &error)
                                          : lab_analyze(u, stdout, &mismatch, &error);
    if (status != LAB_OK) return cli_fail("analyze", status, "%s", error.text);
    /* the text says so itself; whoever reads the document by a program shall hear it too */
    if (mismatch && u->json)
        cli_fail("analyze", LAB_OK,
                 "SAMPLE-RATIO MISMATCH: believe none of the estimates until its cause is found");
    return cli_done("analyze", LAB_OK);
}

static int run(int argc, char **argv) {
    const cli_options options = {&cli_analyze, ":o:h", longs, argc, argv};
    const char **list = calloc((size_t)argc * 3, sizeof *list); /* there are not more of each than words */
    if (!list) return cli_fail("analyze", LAB_FAILED, "out of memory");
    analyze_job job = {.outcome = list, .covariate = list + argc, .series = list + 2 * argc};
    job.units.alpha = 0.05;
    job.units.min_events = 50;
    job.units.seed = 1;
    job.units.bootstrap_kind = STAT_BCA;
    const char *file;
    int code = LAB_BAD_INPUT;
    bool good = true;
    for (int c; good && !job.help && (c = cli_option_next(&options)) != -1;)
        good = take(&job, c);
    if (good && job.help)
        code = cli_help(&cli_analyze);
    else if (good && cli_arguments(&options, (const char *const[]){"FILE"}, 1, &file))
        code = run_it(&job, file);
    free(list);
    return code;
}

const cli_command cli_analyze = {
    .name = "analyze",
    .usage = "analyze FILE [OPTION]...",
    .summary = "estimate the effect in a real experiment's table",
    .help =
        "FILE is a CSV file with a header. One row a unit (shopper, product, restock), and each arm against "
        "the\n"
        "control; whether the arms have their sizes is looked at first:\n\n"
        "      --arm COLUMN            what arm a unit is in\n"
        "      --control VALUE         the value that is the control\n"
        "      --weights A=W,B=W,...   intended shares of the arms (default: equal)\n"
        "      --outcome COLUMN        what to compare, or NUMERATOR/DENOMINATOR for a ratio of totals; may "
        "be\n"
        "                              repeated\n"
        "      --covariate COLUMN      known before the test: takes variance away (CUPED); may be repeated\n"
        "      --cluster COLUMN        units of one cluster depend on each other\n"
        "      --winsorize Q           amounts beyond the 1-Q and Q quantiles are set to these; ratios and\n"
        "                              outcomes of 0 and 1 alone stay\n"
        "      --bootstrap B           intervals by B replicates besides; --bootstrap-kind is bca "
        "(default),\n"
        "                              percentile or poisson, --seed N seeds them\n"
        "      --correct METHOD        p values for all arms and outcomes: none (default), holm, bh\n\n"
        "With --summary, one row a look at cumulative numbers, columns count_ARM, mean_ARM, variance_ARM "
        "and\n"
        "perhaps events_ARM; fixed and anytime-valid intervals at each look:\n\n"
        "      --look COLUMN           the look's name (default: its number)\n"
        "      --series COLUMN         tells several experiments in one file apart; may be repeated\n\n"
        "With --propensity, one row a round of a log, and what another policy would have earned:\n\n"
        "      --propensity COLUMN     probability with which the logged policy did what it did\n"
        "      --target COLUMN         probability with which the other policy would have done it\n"
        "      --model COLUMN, --model-target COLUMN\n"
        "                              a model's reward for what was done, and its mean under the other "
        "policy\n"
        "      --stock COLUMN|ample    the stock that a round drew on; rounds that share one are refused\n\n"
        "      --alpha A               intervals at 1-A (default .05)\n"
        "      --sequential N          an interval that holds however often one looks, tightest at N units "
        "in all\n"
        "                              (with --summary always, by default at the last look's)\n"
        "      --min-events E          units with an event (clusters with one) that every arm needs for it\n"
        "                              (default 50)\n"
        "  -o, --out DIR               write analyze.html, plots and CSV to this folder\n"
        "      --json                  print one JSON document instead of the table\n"
        "  -h, --help                  this text\n",
    .run = run,
};
