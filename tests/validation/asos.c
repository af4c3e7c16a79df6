/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Looking often, on real experiments: the ASOS Digital Experiments Dataset (C. H. B. Liu, A. Cardoso, P.
 * Couturier, E. J. McCoy, Datasets for online controlled experiments, NeurIPS 2021), cumulative looks at 396
 * series of which 381 have numbers. A fixed 95 % interval leaves out 0 at some look before the last in 222,
 * and at the last in 105. The confidence sequence, tightest at the last look, leaves out 0 at some look in
 * 105, at the last in 60 (worked out from its formula by another program). Needs the data (RESTOCKLAB_DATA);
 * without them it is skipped.
 */
#include "tests/document.h"
#include "tests/place.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "lab/analyze.h"
#include "stats/sequence.h"
#include "stats/welch.h"

enum { LOOKS_MAX = 300, SERIES_MAX = 500 };

typedef struct {
    char name[40];
    stat_sample control[LOOKS_MAX], treated[LOOKS_MAX];
    int looks;
} series;

/* The series that a line is of; new ones come one after the other, as in the file. */
static series *series_of(series *all, int *n, const char *name) {
    for (int i = *n - 1; i >= 0; i--)
        if (!strcmp(all[i].name, name)) return &all[i];
    assert_true(*n < SERIES_MAX);
    snprintf(all[*n].name, sizeof all[*n].name, "%s", name);
    return &all[(*n)++];
}

static void take_line(series *all, int *n, char *line) {
    char *field[10], *at = line, name[40];
    for (int i = 0; i < 10; i++) {
        field[i] = at;
        at += strcspn(at, ",\r\n");
        if (*at) *at++ = '\0';
    }
    snprintf(name, sizeof name, "%.10s|%.10s|%.10s", field[0], field[1], field[2]);
    series *s = series_of(all, n, name);
    double x[6];
    for (int i = 0; i < 6; i++) {
        if (!*field[4 + i]) return; /* a look without numbers */
        x[i] = strtod(field[4 + i], NULL);
    }
    if (isnan(x[0] + x[1] + x[2] + x[3] + x[4] + x[5]) || !(x[4] + x[5] > 0)) return;
    assert_true(s->looks < LOOKS_MAX);
    s->control[s->looks] = (stat_sample){x[0], x[2], x[4]};
    s->treated[s->looks++] = (stat_sample){x[1], x[3], x[5]};
}

static int read_all(series *all) {
    char path[4096], line[1024];
    int n = 0;
    const char *dir = support_data_dir();
    if (!dir) skip();
    snprintf(path, sizeof path, "%s/asos/asos_digital_experiments.csv.gz", dir);
    gzFile file = gzopen(path, "rb");
    if (!file) skip();
    assert_non_null(gzgets(file, line, sizeof line));
    while (gzgets(file, line, sizeof line))
        take_line(all, &n, line);
    gzclose(file);
    return n;
}

static void looking_often(void **state) {
    (void)state;
    static series all[SERIES_MAX];
    int n = read_all(all), usable = 0, early = 0, last = 0, sequence = 0, sequence_last = 0;
    for (int i = 0; i < n; i++) {
        const series *s = &all[i];
        bool before = false, at_last = false, any = false, always = false;
        if (!s->looks) continue;
        double units = s->control[s->looks - 1].n + s->treated[s->looks - 1].n;
        double rho = stat_sequence_rho(units, 0.05);
        for (int k = 0; k < s->looks; k++) {
            stat_welch_result w = stat_welch(&s->treated[k], &s->control[k], 0.95);
            double half = stat_sequence_half_width(w.se, s->control[k].n + s->treated[k].n, rho, 0.05);
            bool fixed = w.p < 0.05;
            always = fabs(w.diff) > half;
            assert_true(fixed || !always); /* the sequence is the wider one */
            before |= fixed && k < s->looks - 1;
            at_last = fixed;
            any |= always;
        }
        usable++;
        early += before;
        last += at_last;
        sequence += any;
        sequence_last += always;
    }
    assert_int_equal(n, 396);
    assert_int_equal(usable, 381);
    assert_int_equal(early, 222);
    assert_int_equal(last, 105);
    assert_int_equal(sequence, 105);
    assert_int_equal(sequence_last, 60);
}

/* The same by the command, from the file as it is but for its compression. */
static void looking_often_by_the_command(void **state) {
    (void)state;
    char path[4096], folder[PLACE_PATH], plain[PLACE_PATH], bytes[8192];
    const char *dir = support_data_dir();
    if (!dir) skip();
    snprintf(path, sizeof path, "%s/asos/asos_digital_experiments.csv.gz", dir);
    gzFile file = gzopen(path, "rb");
    if (!file) skip();
    place_make(folder);
    FILE *out = fopen(place_path(plain, "%s/asos.csv", folder), "wb");
    assert_non_null(out);
    for (int n; (n = gzread(file, bytes, sizeof bytes)) > 0;)
        assert_int_equal(fwrite(bytes, 1, (size_t)n, out), n);
    gzclose(file);
    assert_int_equal(fclose(out), 0);
    const char *const keys[] = {"experiment_id", "variant_id", "metric_id"};
    const lab_looks_options options = {.file = plain,
                                       .control = "c",
                                       .series = keys,
                                       .series_count = 3,
                                       .alpha = 0.05,
                                       .min_events = 50,
                                       .json = true};
    lab_error error = {""};
    FILE *print = doc_file();
    json_t *doc = doc_of(lab_analyze_looks(&options, print, &error), &error, print);
    assert_int_equal(place_remove(folder), 0);
    assert_int_equal(json_integer_value(doc_at(doc, "totals.usable")), 381);
    assert_int_equal(json_integer_value(doc_at(doc, "totals.fixed_before_last")), 222);
    assert_int_equal(json_integer_value(doc_at(doc, "totals.fixed_at_last")), 105);
    assert_int_equal(json_integer_value(doc_at(doc, "totals.fixed_lost")), 120);
    assert_int_equal(json_integer_value(doc_at(doc, "totals.anytime_before_last")), 103);
    assert_int_equal(json_integer_value(doc_at(doc, "totals.anytime_at_last")), 60);
    json_decref(doc);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(looking_often),
        cmocka_unit_test(looking_often_by_the_command),
    };
    return RUN_TESTS(tests);
}
