/* SPDX-License-Identifier: GPL-3.0-or-later
 * options.c - see options.h. */
#include "cli/options.h"

#include <stdio.h>
#include <string.h>

enum { OPTIONS_MAX = 32 };

static bool takes_argument(const cli_options *o, int value) {
    const char *at = strchr(o->shorts, value);
    return at && at[1] == ':';
}

/* getopt says only that something is wrong; what it was must be worked out from the word. */
static void explain_long(const cli_options *o, const char *word) {
    const char *command = o->command->name;
    const char *name = word + 2;
    size_t length = strcspn(name, "="), count = 0, begins = 0;
    const char *words[OPTIONS_MAX];
    for (const struct option *l = o->longs; l->name && count < OPTIONS_MAX; l++) {
        if (strlen(l->name) == length && strncmp(l->name, name, length) == 0) {
            cli_fail(command, LAB_BAD_INPUT, "option '--%s' takes no value", l->name);
            return;
        }
        if (strncmp(l->name, name, length) == 0) begins++;
        words[count++] = l->name;
    }
    char typed[64];
    snprintf(typed, sizeof typed, "%.*s", (int)(length < 60 ? length : 60), name);
    const char *near = lab_nearest(typed, words, count);
    if (begins > 1)
        cli_fail(command, LAB_BAD_INPUT, "option '--%s' could be more than one option", typed);
    else if (near)
        cli_fail(command, LAB_BAD_INPUT, "unknown option '--%s'; did you mean '--%s'?", typed, near);
    else
        cli_fail(command, LAB_BAD_INPUT, "unknown option '--%s'; `restocklab %s --help` lists them", typed,
                 command);
}

int cli_option_next(const cli_options *o) {
    int before = optind;
    opterr = 0;
    int c = getopt_long(o->argc, o->argv, o->shorts, o->longs, NULL);
    if (c != '?' && c != ':') return c;
    /* the word just looked at: optind has moved past it, unless it is a cluster of short options */
    const char *word = o->argv[optind > before || optind == o->argc ? optind - 1 : optind];
    if (c == ':') {
        if (strncmp(word, "--", 2) == 0)
            cli_fail(o->command->name, LAB_BAD_INPUT, "option '%s' needs a value", word);
        else
            cli_fail(o->command->name, LAB_BAD_INPUT, "option '-%c' needs a value", optopt);
    } else if (optopt && takes_argument(o, optopt) == false && strncmp(word, "--", 2) != 0) {
        cli_fail(o->command->name, LAB_BAD_INPUT, "unknown option '-%c'; `restocklab %s --help` lists them",
                 optopt, o->command->name);
    } else {
        explain_long(o, word);
    }
    return CLI_BAD;
}

bool cli_arguments(const cli_options *o, const char *const *names, size_t want, const char **arg) {
    size_t have = (size_t)(o->argc - optind);
    if (have < want) {
        cli_fail(o->command->name, LAB_BAD_INPUT, "%s is missing; usage: restocklab %s", names[have],
                 o->command->usage);
        return false;
    }
    if (have > want) {
        cli_fail(o->command->name, LAB_BAD_INPUT, "'%s' is one argument too many; usage: restocklab %s",
                 o->argv[optind + (int)want], o->command->usage);
        return false;
    }
    for (size_t i = 0; i < want; i++)
        arg[i] = o->argv[optind + (int)i];
    return true;
}

bool cli_parse_whole(const char *text, uint64_t min, uint64_t max, uint64_t *out) {
    uint64_t n = 0;
    if (*text == '\0') return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9') return false;
        uint64_t digit = (uint64_t)(*text - '0');
        if (n > (UINT64_MAX - digit) / 10) return false;
        n = n * 10 + digit;
    }
    if (n < min || n > max) return false;
    *out = n;
    return true;
}

bool cli_option_whole(const char *command, const char *option, uint64_t min, uint64_t max, uint64_t *out) {
    if (cli_parse_whole(optarg, min, max, out)) return true;
    cli_fail(command, LAB_BAD_INPUT, "%s takes a whole number from %ju to %ju, not '%s'", option,
             (uintmax_t)min, (uintmax_t)max, optarg);
    return false;
}

bool cli_option_number(const char *command, const char *option, double lo, double hi, const char *range,
                       double *out) {
    char *end;
    *out = strtod(optarg, &end);
    if (end != optarg && *end == '\0' && *out > lo && *out < hi) return true;
    cli_fail(command, LAB_BAD_INPUT, "%s takes a number %s, not '%s'", option, range, optarg);
    return false;
}

int cli_parse_choice(const char *text, const char *const *choices) {
    for (int i = 0; choices[i]; i++)
        if (strcmp(text, choices[i]) == 0) return i;
    return -1;
}
