/* SPDX-License-Identifier: GPL-3.0-or-later
 * place.c - see place.h. */
#define _XOPEN_SOURCE 700 /* nftw() */
#include "tests/place.h"

#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void place_make(char folder[PLACE_PATH]) {
    const char *temp = getenv("TMPDIR");
    place_path(folder, "%s/restocklab-test-XXXXXX", temp ? temp : "/tmp");
    assert_non_null(mkdtemp(folder));
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *where) {
    (void)info, (void)kind, (void)where;
    return remove(path);
}

int place_remove(const char *folder) {
    return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS) ? -1 : 0;
}

void *place_enter(size_t size) {
    assert_true(size >= PLACE_PATH);
    void *state = calloc(1, size);
    assert_non_null(state);
    place_make(state);
    return state;
}

int place_leave(void **state) {
    int failed = place_remove(*state);
    free(*state);
    return failed;
}

typedef struct {
    char folder[PLACE_PATH], home[4096];
} away;

int place_go(void **state) {
    away *a = *state = place_enter(sizeof *a);
    assert_non_null(getcwd(a->home, sizeof a->home));
    return chdir(a->folder);
}

int place_return(void **state) {
    const away *a = *state;
    int failed = chdir(a->home);
    return place_leave(state) || failed;
}

char *place_path(char path[PLACE_PATH], const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(path, PLACE_PATH, format, arguments);
    va_end(arguments);
    assert_in_range(size, 0, PLACE_PATH - 1);
    return path;
}

void place_write(const char *path, const void *bytes, size_t size) {
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, size, f), size);
    assert_int_equal(fclose(f), 0);
}

void place_put(const char *path, const char *text) {
    place_write(path, text, strlen(text));
}

char *place_read(const char *path, size_t *size) {
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    assert_int_equal(fseek(f, 0, SEEK_END), 0);
    long end = ftell(f);
    assert_true(end >= 0);
    rewind(f);
    char *bytes = malloc((size_t)end + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, (size_t)end, f), end);
    bytes[end] = '\0';
    fclose(f);
    if (size) *size = (size_t)end;
    return bytes;
}

bool place_has(const char *folder, const char *name) {
    char path[PLACE_PATH];
    return access(place_path(path, "%s/%s", folder, name), F_OK) == 0;
}
