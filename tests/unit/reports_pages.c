/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * reports_pages.c - text, JSON, CSV and HTML of made-up runs: complete, well formed, and deaf to hostile
 * names.
 */
#include "tests/support.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/csv.h"
#include "reports/html.h"
#include "reports/plots.h"
#include "reports/sums.h"
#include "tests/unit/reports_sample.h"

static const char hostile[] =
    "<script>alert(1)</script> \"'&amp; `touch x` @x !ls \\n \xff\xc3 \x1b[31m ]]> --> %s %n";

typedef struct {
    store_run run;
    report_summary s;
} page;

static void page_make(page *p, size_t trials, bool twins, const char *name) {
    sample_run(&p->run, trials, twins, name);
    assert_int_equal(p->run.trials, trials);
    assert_true(report_summarise(&p->run, &p->s));
}

static void page_free(page *p) {
    report_summary_clear(&p->s);
    store_run_clear(&p->run);
}

/* Makes every count 0. */
static void page_empty(page *p) {
    for (size_t i = 0; i < p->run.trials; i++)
        store_trial_clear(&p->run.trial[i]);
    report_summary_clear(&p->s);
    assert_true(report_summarise(&p->run, &p->s));
}

static char *text_of(const page *p, const report_host *host) {
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);
    assert_non_null(f);
    report_text(f, &p->s, host);
    fclose(f);
    return text;
}

static void assert_fits(const char *text, size_t most) {
    size_t lines = 0, columns = 0;
    for (const char *c = text; *c; c++) {
        if (*c == '\n') lines++;
        columns = *c == '\n' ? 0 : columns + (((unsigned char)*c & 0xc0) != 0x80);
        assert_true(columns <= 100);
        assert_true(*c == '\n' || (unsigned char)*c >= 0x20);
    }
    if (lines > most) fail_msg("%zu lines:\n%s", lines, text);
}

static void assert_fits_a_screen(const char *text) {
    assert_fits(text, 40);
}

static void text_fits_and_says_what_holds(void **state) {
    (void)state;
    static const size_t trials[] = {1, 2, 20};
    report_host host = {.out = "out", .wall_s = 1};
    for (int i = 0; i < 12; i++) {
        page p;
        page_make(&p, trials[i % 3], i & 1, i < 6 ? "plain" : hostile);
        if (i == 4) page_empty(&p);
        char *text = text_of(&p, &host);
        assert_fits_a_screen(text);
        assert_non_null(strstr(text, "out/report.html"));
        assert_null(strstr(text, "nan"));
        assert_null(strstr(text, "WRONG"));
        assert_true(!strstr(text, "The truth is") == !((i & 1) && i != 4));
        assert_true(!strstr(text, "there are no intervals") == (trials[i % 3] > 1));
        free(text);
        page_free(&p);
    }
}

static void text_tells_when_it_does_not_add_up(void **state) {
    (void)state;
    page p;
    page_make(&p, 3, true, "plain");
    p.run.trial[1].tally[STORE_T_units_end]++;
    p.run.trial[1].ledger[0].n++;
    p.run.trial[2].ledger[0].n++;
    report_host host = {.out = "out", .colour = true};
    char *text = text_of(&p, &host);
    assert_non_null(strstr(text, "\033[1;31mWRONG\033[0m in 1 of 3"));
    assert_non_null(strstr(text, "\033[1;31mWRONG\033[0m in 2 of 3"));
    free(text);
    page_free(&p);
}

static void words_claim_what_the_intervals_hold(void **state) {
    (void)state;
    static const struct {
        size_t trials;
        double truth;
        bool twins;
        const char *says;
    } row[] = {
        {20, .02, true, "Shared stock makes the test overstate it by"},
        {20, .02, true, "what these shoppers got was taken from others"},
        {20, .09, true, "Shared stock makes the test understate it by"},
        {1, .02, true, "One replication says nothing on the difference"},
        {20, .02, false, "run with --twins"},
        {5, .02, false, "5 replications are few"},
    };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        page p;
        char words[1024];
        page_make(&p, row[i].trials, row[i].twins, "plain");
        for (size_t k = 0; k < row[i].trials; k++)
            p.run.trial[k].tally[STORE_T_true_orders] = 1000 * row[i].truth + (double)(k % 2);
        report_summary_clear(&p.s);
        assert_true(report_summarise(&p.run, &p.s));
        sums_lift_words(&p.s, words, sizeof words);
        if (!strstr(words, row[i].says)) fail_msg("%zu: %s", i, words);
        page_free(&p);
    }
}

static void json_is_complete_and_the_same_each_time(void **state) {
    (void)state;
    report_host host = {.out = "out", .wall_s = 0.5};
    for (int i = 0; i < 4; i++) {
        page p;
        page_make(&p, i & 1 ? 1 : 5, i & 2, hostile);
        json_t *doc = report_json(&p.s, &host), *again = report_json(&p.s, &host);
        char *a = json_dumps(doc, JSON_REAL_PRECISION(17)), *b = json_dumps(again, JSON_REAL_PRECISION(17));
        assert_string_equal(a, b);
        assert_null(strstr(a, "nan"));
        assert_null(strstr(a, "inf\""));
        size_t n;
        const report_metric *m = report_metrics(&n);
        json_t *metrics = json_object_get(doc, "metrics");
        assert_int_equal(json_object_size(metrics), n);
        for (size_t k = 0; k < n; k++)
            assert_int_equal(json_object_size(json_object_get(metrics, m[k].name)), 5);
        assert_true(json_is_null(json_object_get(json_object_get(metrics, "lift_true"), "mean")) == !(i & 2));
        assert_true(json_is_null(json_object_get(json_object_get(metrics, "sends"), "lo")) == (i & 1));
        static const char *const keys[] = {"command", "scenario", "seed",     "replications", "events",
                                           "wall_s",  "metrics",  "ledger",   "traces",       "lift",
                                           "holdout", "warmup",   "manifest", "out"};
        size_t at = 0;
        const char *key;
        json_t *value;
        json_object_foreach(doc, key, value) assert_string_equal(key, keys[at++]);
        assert_int_equal(at, sizeof keys / sizeof *keys);
        free(a);
        free(b);
        json_decref(doc);
        json_decref(again);
        page_free(&p);
    }
}

static json_int_t sum_of(json_t *reasons) {
    const char *key;
    json_t *value;
    json_int_t sum = json_integer_value(reasons);
    json_object_foreach(reasons, key, value) sum += json_integer_value(value);
    return sum;
}

static void json_ledger_sums_to_the_candidates(void **state) {
    (void)state;
    page p;
    page_make(&p, 4, false, "plain");
    json_t *doc = report_json(&p.s, NULL), *ledger = json_object_get(doc, "ledger");
    static const char *const outcome[] = {"sent", "ghost", "suppressed", "dropped", "expired", "waiting"};
    json_int_t sum = 0;
    for (int i = 0; i < 6; i++) {
        assert_non_null(json_object_get(ledger, outcome[i]));
        sum += sum_of(json_object_get(ledger, outcome[i]));
    }
    assert_int_equal(sum, json_integer_value(json_object_get(ledger, "candidates")));
    assert_int_equal(json_integer_value(json_object_get(json_object_get(ledger, "suppressed"), "capped")),
                     4 * 88);
    json_t *orders = json_object_get(json_object_get(doc, "lift"), "orders");
    assert_int_equal(json_array_size(json_object_get(orders, "by_replication")), 4);
    assert_int_equal(json_integer_value(json_object_get(json_object_get(orders, "assigned"), "n_held")), 400);
    json_decref(doc);
    page_free(&p);
}

/* ---- HTML ---- */

enum { DEPTH = 64, TAG = 24 };

static bool is_void(const char *tag) {
    return !strcmp(tag, "meta") || !strcmp(tag, "br") || !strcmp(tag, "!doctype");
}

/* Every tag is closed in order; quotes in tags are balanced. Returns the tags. */
static size_t assert_balanced(const char *html) {
    char stack[DEPTH][TAG];
    size_t depth = 0, tags = 0;
    for (const char *p = html; (p = strchr(p, '<')) != NULL; tags++) {
        char tag[TAG] = "", quote = 0;
        bool closing = *++p == '/';
        for (size_t n = 0; (isalnum((unsigned char)p[closing + n]) || p[closing + n] == '!') && n < TAG - 1;
             n++)
            tag[n] = (char)tolower((unsigned char)p[closing + n]);
        assert_true(tag[0] != 0);
        for (; *p && (quote || *p != '>'); p++)
            quote = quote ? (*p == quote ? 0 : quote) : *p == '"' || *p == '\'' ? *p : 0;
        assert_int_equal(*p, '>');
        if (closing) {
            if (depth == 0 || strcmp(stack[depth - 1], tag) != 0)
                fail_msg("</%s> closes <%s>", tag, depth ? stack[depth - 1] : "nothing");
            depth--;
        } else if (p[-1] != '/' && !is_void(tag)) {
            assert_true(depth < DEPTH);
            strcpy(stack[depth++], tag);
        }
    }
    assert_int_equal(depth, 0);
    return tags;
}

static size_t count_of(const char *text, const char *what) {
    size_t n = 0;
    for (; (text = strstr(text, what)) != NULL; text++)
        n++;
    return n;
}

static char *html_of(const page *p, const html_plots *plots) {
    char *html = NULL;
    size_t size = 0;
    report_host host = {.out = "out", .wall_s = 2, .row = p->run.manifest, .rows = p->run.manifest_rows};
    FILE *f = open_memstream(&html, &size);
    assert_non_null(f);
    html_page(f, &p->s, &host, plots);
    fclose(f);
    return html;
}

static void replace(char **text, const char *by) {
    free(*text);
    *text = sample_text(by);
}

static void html_is_well_formed_and_escaped(void **state) {
    (void)state;
    static const size_t trials[] = {1, 3};
    for (int i = 0; i < 4; i++) {
        page p;
        page_make(&p, trials[i % 2], i & 1, hostile);
        replace(&p.run.title, hostile);
        replace(&p.run.text, hostile);
        replace(&p.run.tier[0], hostile);
        replace(&p.run.trace[0].file, hostile);
        replace(&p.run.manifest[0].key, hostile);
        replace(&p.run.manifest[0].value, hostile);
        if (i == 3) page_empty(&p);
        char *html = html_of(&p, &(html_plots){{NULL}});
        assert_true(assert_balanced(html) > 200);
        assert_null(strstr(html, "<script"));
        assert_null(strstr(html, "http://"));
        assert_null(strstr(html, "\x1b"));
        assert_null(strstr(html, "\xff"));
        assert_true(count_of(html, "&lt;script&gt;alert(1)&lt;/script&gt;") >= 7);
        assert_null(strstr(html, ">nan"));
        free(html);
        page_free(&p);
    }
}

static void long_texts_stay_whole(void **state) {
    (void)state;
    char text[1001], *out = NULL;
    size_t size;
    for (size_t i = 0; i < 1000; i += 2)
        memcpy(text + i, "\xc3\xa9", 2);
    text[1000] = 0;
    memcpy(text, "a", 1); /* the characters straddle every even border */
    text[1] = 'b', text[2] = 'c';
    text[3] = 'd';
    FILE *f = open_memstream(&out, &size);
    html_lines(f, text + 1);
    fclose(f);
    assert_string_equal(out, text + 1);
    free(out);
}

static void svg_ids_get_a_prefix(void **state) {
    (void)state;
    static const char svg[] =
        "<?xml version=\"1.0\"?>\n<svg \n width=\"9\"\n viewBox=\"0 0 9 5\"\n>\n<title>Gnuplot</title>\n"
        "<g id=\"gnuplot_canvas\">\n<rect x=\"0\" y=\"0\" width=\"9\" height=\"5\" fill=\"#ffffff\"/>\n"
        "<path id='gpPt0'/><use xlink:href='#gpPt0' fill='url(#a)'/><path stroke='rgb( 51,  51,  "
        "51)'/></g></svg>";
    char *out = NULL;
    size_t size;
    FILE *f = open_memstream(&out, &size);
    html_svg(f, svg, "one", "a \"title\"");
    fclose(f);
    assert_balanced(out);
    assert_non_null(strstr(out, "viewBox=\"0 0 9 5\" aria-label=\"a &quot;title&quot;\""));
    assert_non_null(strstr(out, "id='one-gpPt0'"));
    assert_non_null(strstr(out, "href='#one-gpPt0' fill='url(#one-a)'"));
    assert_non_null(strstr(out, "<path class=\"ink\"/>"));
    assert_null(strstr(out, "rect"));
    assert_null(strstr(out, "Gnuplot"));
    free(out);
}

/* ---- what only some runs have ---- */

static const char *const said_of_later[] = {"reminders",    "e-mails",           "SMS",
                                            "in-app notes", "kept of those due", "by template"};

static void what_is_not_used_is_not_shown(void **state) {
    (void)state;
    report_host host = {.out = "out"};
    for (int i = 0; i < 4; i++) {
        page p;
        page_make(&p, i < 2 ? 1 : 12, true, "plain");
        bool used = i & 1;
        if (used) sample_later(&p.run, hostile, "loud");
        report_summary_clear(&p.s);
        assert_true(report_summarise(&p.run, &p.s));
        char *text = text_of(&p, &host), *html = html_of(&p, &(html_plots){{NULL}});
        json_t *doc = report_json(&p.s, NULL);
        assert_fits(text, used ? 46 : 40);
        assert_balanced(html);
        assert_null(strstr(html, "<script"));
        for (size_t k = 0; k < sizeof said_of_later / sizeof *said_of_later; k++)
            assert_int_equal(strstr(text, said_of_later[k]) != NULL, used);
        assert_int_equal(strstr(html, "id=\"templates\"") != NULL, used);
        assert_int_equal(strstr(html, ">" REPORT_LATER "<") != NULL, used);
        assert_int_equal(strstr(html, ">" REPORT_PREDICTIVE "<") != NULL, used);
        assert_int_equal(json_array_size(json_object_get(doc, "templates")), used ? 2 : 0);
        json_t *loud = json_array_get(json_object_get(doc, "templates"), 1);
        if (used) assert_string_equal(json_string_value(json_object_get(loud, "name")), "loud");
        assert_int_equal(json_is_real(json_object_get(loud, "ctr_lo")), used && i > 1);
        json_decref(doc);
        free(html);
        free(text);
        page_free(&p);
    }
}

static void arms_are_shown_where_there_are_any(void **state) {
    (void)state;
    report_host host = {.out = "out"};
    for (int i = 0; i < 4; i++) {
        page p;
        page_make(&p, i < 2 ? 1 : 12, true, "plain");
        bool used = i & 1, several = i > 1;
        if (used) sample_arms(&p.run, hostile, "loud");
        char *text = text_of(&p, &host), *html = html_of(&p, &(html_plots){{NULL}});
        json_t *doc = report_json(&p.s, NULL), *list = json_object_get(doc, "arms");
        assert_fits(text, used ? 48 : 40);
        assert_balanced(html);
        assert_null(strstr(html, "<script"));
        assert_int_equal(strstr(text, "Arms (") != NULL, used);
        assert_int_equal(strstr(text, "less the first") != NULL, used && several);
        assert_int_equal(strstr(html, "id=\"arms\"") != NULL, used);
        assert_int_equal(strstr(html, "Less the first arm") != NULL, used && several);
        assert_int_equal(strstr(html, "restocklab compare") != NULL, used);
        assert_int_equal(json_array_size(list), used ? 2 : 0);
        json_t *first = json_array_get(list, 0), *loud = json_array_get(list, 1);
        if (used) {
            assert_string_equal(json_string_value(json_object_get(loud, "name")), "loud");
            assert_near(json_real_value(json_object_get(loud, "share")), .75, 0);
            assert_true(json_is_null(json_object_get(first, "diff_revenue_per_shopper")));
            assert_near(json_real_value(json_object_get(loud, "diff_revenue_per_shopper")), .24, 1e-9);
        }
        assert_int_equal(json_is_real(json_object_get(loud, "diff_clicked_oos_per_shopper_hi")),
                         used && several);
        json_decref(doc);
        free(html);
        free(text);
        page_free(&p);
    }
}

static void the_unit_that_is_drawn_is_named(void **state) {
    (void)state;
    static const struct {
        const char *unit, *head, *lift, *definition;
    } row[] = {
        {"shopper", ", 10 % held out", "", "she is in one arm for all products"},
        {"product", ", 10 % of products held out", "Arms are drawn by product,", "The product, for all its"},
        {"restock", ", 10 % of restocks held out", "Arms are drawn by restock,", "The restock, for all its"},
        {"shopper_product", ", 10 % of pairs of shopper and product held out",
         "Arms are drawn by shopper and product:", "has the arm of her first pair"},
        {"two_sided", ", 10 % of shoppers and 30 % of products held out",
         "Arms are drawn by shopper and by product:", "if neither she nor the product"},
    };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        page p;
        char words[1024];
        page_make(&p, 12, true, "plain");
        p.run.unit = sample_text(row[i].unit);
        p.run.holdout_products = i == 4 ? .3 : NAN;
        char *text = text_of(&p, NULL), *html = html_of(&p, &(html_plots){{NULL}});
        sums_lift_words(&p.s, words, sizeof words);
        assert_fits_a_screen(text);
        for (char *c = text; *c; c++)
            *c = (char)(*c == '\n' ? ' ' : *c); /* it may stand in two lines */
        assert_non_null(strstr(text, row[i].head));
        assert_non_null(strstr(html, row[i].head));
        assert_non_null(strstr(html, row[i].definition));
        assert_int_equal(strstr(words, "Arms are drawn") != NULL, i > 0);
        assert_non_null(strstr(words, row[i].lift));
        json_t *doc = report_json(&p.s, NULL), *holdout = json_object_get(doc, "holdout");
        assert_string_equal(json_string_value(json_object_get(holdout, "unit")), row[i].unit);
        assert_int_equal(json_is_null(json_object_get(holdout, "product_fraction")), i < 4);
        json_decref(doc);
        free(html);
        free(text);
        page_free(&p);
    }
}

/* ---- CSV ---- */

static void csv_fields_are_quoted(void **state) {
    (void)state;
    char *out = NULL;
    size_t size;
    FILE *f = open_memstream(&out, &size);
    csv_text(f, "a"), fputc(',', f), csv_text(f, "a,\"b\"\n");
    fclose(f);
    assert_string_equal(out, "a,\"a,\"\"b\"\"\n\"");
    free(out);
}

static void csv_tables_are_rectangular(void **state) {
    (void)state;
    static void (*const table[])(FILE *, const report_summary *) = {csv_metrics, csv_trials, csv_ledger,
                                                                    csv_series};
    size_t n;
    report_metrics(&n);
    const size_t rows[] = {n, 3, 9, STORE_BINS};
    page p;
    page_make(&p, 3, false, hostile);
    for (int i = 0; i < 4; i++) {
        char *out = NULL;
        size_t size, lines = 0, commas = 0, first = 0;
        FILE *f = open_memstream(&out, &size);
        table[i](f, &p.s);
        fclose(f);
        for (const char *c = out; *c; c++) {
            commas += *c == ',';
            if (*c != '\n') continue;
            if (lines++ == 0) first = commas;
            assert_int_equal(commas, first);
            commas = 0;
        }
        assert_int_equal(lines, rows[i] + 1);
        assert_null(strstr(out, "nan"));
        free(out);
    }
    page_free(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_fits_and_says_what_holds),
        cmocka_unit_test(text_tells_when_it_does_not_add_up),
        cmocka_unit_test(words_claim_what_the_intervals_hold),
        cmocka_unit_test(json_is_complete_and_the_same_each_time),
        cmocka_unit_test(json_ledger_sums_to_the_candidates),
        cmocka_unit_test(html_is_well_formed_and_escaped),
        cmocka_unit_test(long_texts_stay_whole),
        cmocka_unit_test(svg_ids_get_a_prefix),
        cmocka_unit_test(what_is_not_used_is_not_shown),
        cmocka_unit_test(arms_are_shown_where_there_are_any),
        cmocka_unit_test(the_unit_that_is_drawn_is_named),
        cmocka_unit_test(csv_fields_are_quoted),
        cmocka_unit_test(csv_tables_are_rectangular),
    };
    return RUN_TESTS(tests);
}
