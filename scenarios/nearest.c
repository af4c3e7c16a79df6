/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * nearest.c - "did you mean": the known path, or other word, nearest to a wrong one.
 *
 * Candidates of a path are all parameters and all sections and lists above them. A slip of the finger is
 * found by edit distance over whole paths, so siblings come first by themselves; a path at the wrong level is
 * found by its last part.
 */
#include "scenarios/internal.h"

#include <stdio.h>
#include <string.h>

static char folded(char c) {
    if (c == '-' || c == ' ') return '_';
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Levenshtein distance; case and -/_ do not count. Both shorter than SCENARIO_PATH_TEXT. */
static size_t distance(const char *a, size_t na, const char *b, size_t nb) {
    size_t row[SCENARIO_PATH_TEXT];
    for (size_t j = 0; j <= nb; j++)
        row[j] = j;
    for (size_t i = 1; i <= na; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            size_t best = diagonal + (folded(a[i - 1]) != folded(b[j - 1]));
            if (row[j] + 1 < best) best = row[j] + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            diagonal = row[j];
            row[j] = best;
        }
    }
    return row[nb];
}

/* ---- the nearest of many words ---- */

static const char *last_part(const char *word, size_t n, char separator) {
    const char *part = word;
    for (size_t i = 0; separator && i + 1 < n; i++)
        if (word[i] == separator) part = word + i + 1;
    return part;
}

static void keep_better(scenario_found *best, const char *word, size_t size, size_t score, size_t limit) {
    if (score <= limit && (!best->word || score < best->score)) *best = (scenario_found){word, size, score};
}

void scenario_near_consider(scenario_near *near, const char *word, size_t size) {
    const char *wrong = near->wrong;
    size_t n = strlen(wrong);
    if (n >= SCENARIO_PATH_TEXT || size >= SCENARIO_PATH_TEXT) return;
    const char *a = last_part(wrong, n, near->separator), *b = last_part(word, size, near->separator);
    size_t na = strlen(a), nb = size - (size_t)(b - word), limit = 1 + na / 4;
    size_t gap = n > size ? n - size : size - n;
    if (gap <= limit) keep_better(&near->whole, word, size, distance(wrong, n, word, size), limit);
    if (na > 2 && na == nb) keep_better(&near->part, word, size, distance(a, na, b, nb), 0);
}

const char *scenario_near_found(const scenario_near *near, size_t *size) {
    const scenario_found *found = near->whole.word ? &near->whole : &near->part;
    if (found->word) *size = found->size;
    return found->word;
}

const char *scenario_param_nearest(const char *path, char *buffer, size_t size) {
    char wrong[SCENARIO_PATH_TEXT], best[SCENARIO_PATH_TEXT];
    size_t element, n = scenario_param_count(), length = 0;
    scenario_near near = {.wrong = wrong, .separator = '.'};
    if (!scenario_path_split(path, wrong, &element)) return NULL;
    for (size_t i = 0; i < n; i++) {
        const char *known = scenario_param_at(i).field->path;
        for (size_t at = 1, end = strlen(known); at <= end; at++)
            if (known[at] == '.' || known[at] == '[' || known[at] == '\0') {
                if (known[at - 1] != ']') scenario_near_consider(&near, known, at);
            }
    }
    const char *found = scenario_near_found(&near, &length);
    if (!found) return NULL;
    snprintf(best, sizeof best, "%.*s", (int)length, found);
    scenario_path_join(best, element, buffer, size);
    return buffer;
}

void scenario_unknown(const char *path, scenario_error *error) {
    char near[SCENARIO_PATH_TEXT], quoted[160];
    scenario_quote(path, strlen(path), quoted, sizeof quoted);
    if (scenario_param_nearest(path, near, sizeof near))
        scenario_say(error, "unknown parameter %s; did you mean '%s'?", quoted, near);
    else
        scenario_say(error, "unknown parameter %s; 'restocklab params' lists all that there are", quoted);
}
