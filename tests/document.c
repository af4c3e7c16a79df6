/* SPDX-License-Identifier: GPL-3.0-or-later
 * document.c - see document.h. */
#include "tests/document.h"

#include <math.h>
#include <string.h>

FILE *doc_file(void) {
    FILE *f = tmpfile();
    assert_non_null(f);
    return f;
}

json_t *doc_read(FILE *f) {
    bool empty = ftell(f) == 0;
    rewind(f);
    json_t *doc = empty ? NULL : json_loadf(f, 0, NULL);
    fclose(f);
    assert_true(doc || empty);
    return doc;
}

json_t *doc_of(lab_status status, const lab_error *error, FILE *f) {
    assert_string_equal(error->text, "");
    assert_int_equal(status, LAB_OK);
    json_t *doc = doc_read(f);
    assert_non_null(doc);
    return doc;
}

static const json_t *at(const json_t *doc, const char *format, va_list arguments) {
    char path[160], *rest = path;
    int size = vsnprintf(path, sizeof path, format, arguments);
    assert_in_range(size, 0, sizeof path - 1);
    for (char *key; (key = strtok_r(rest, ".", &rest));) {
        doc = json_object_get(doc, key);
        if (!doc) fail_msg("there is no '%s' of what was asked for", key);
    }
    return doc;
}

const json_t *doc_at(const json_t *doc, const char *path, ...) {
    va_list arguments;
    va_start(arguments, path);
    doc = at(doc, path, arguments);
    va_end(arguments);
    return doc;
}

double doc_number(const json_t *doc, const char *path, ...) {
    va_list arguments;
    va_start(arguments, path);
    doc = at(doc, path, arguments);
    va_end(arguments);
    return json_is_number(doc) ? json_number_value(doc) : NAN;
}

const char *doc_text(const json_t *doc, const char *path, ...) {
    va_list arguments;
    va_start(arguments, path);
    doc = at(doc, path, arguments);
    va_end(arguments);
    return json_is_string(doc) ? json_string_value(doc) : "null";
}
