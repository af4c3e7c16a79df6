/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * file.c - files that are whole or not there. See file.h.
 */
#include "reports/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/store.h"

static bool fail(char *error, const char *what, const char *path) {
    snprintf(error, STORE_ERROR_SIZE, "%s %.300s: %s", what, path, strerror(errno));
    return false;
}

bool file_open(file_writer *w, const char *dir, const char *name, char *error) {
    w->out = NULL;
    int a = snprintf(w->path, sizeof w->path, "%s/%s", dir, name);
    int b = snprintf(w->temporary, sizeof w->temporary, "%s/%s.tmp.%ld", dir, name, (long)getpid());
    if (a < 0 || b < 0 || (size_t)b >= sizeof w->temporary) {
        errno = ENAMETOOLONG;
        return fail(error, "cannot write", dir);
    }
    int fd = open(w->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (fd < 0) return fail(error, "cannot write", w->path);
    w->out = fdopen(fd, "w");
    if (w->out) return true;
    fail(error, "cannot write", w->path);
    close(fd);
    unlink(w->temporary);
    return false;
}

bool file_close(file_writer *w, bool good, char *error) {
    if (!w->out) return false;
    bool wrote = !ferror(w->out) && fflush(w->out) == 0;
    wrote = fclose(w->out) == 0 && wrote;
    if (!wrote) fail(error, "cannot write", w->path);
    w->out = NULL;
    if (good && wrote && rename(w->temporary, w->path) == 0) return true;
    if (good && wrote) fail(error, "cannot rename to", w->path);
    unlink(w->temporary);
    return false;
}

bool file_write(const char *dir, const char *name, const char *bytes, size_t size, char *error) {
    file_writer w;
    if (!file_open(&w, dir, name, error)) return false;
    bool good = fwrite(bytes, 1, size, w.out) == size;
    return file_close(&w, true, error) && good;
}

bool file_folder(const char *dir, const char *name, char *error) {
    char path[FILE_PATH_SIZE];
    struct stat is;
    int n = snprintf(path, sizeof path, "%s%s%s", dir, name ? "/" : "", name ? name : "");
    if (n < 0 || (size_t)n >= sizeof path) {
        errno = ENAMETOOLONG;
        return fail(error, "cannot make the folder", dir);
    }
    if (mkdir(path, 0777) == 0) return true;
    if (errno == EEXIST && stat(path, &is) == 0 && S_ISDIR(is.st_mode)) return true;
    return fail(error, "cannot make the folder", path);
}

static bool begins_with(const char *path, const char *begins) {
    FILE *f = fopen(path, "r");
    bool same = f != NULL;
    for (; same && *begins; begins++)
        same = fgetc(f) == (unsigned char)*begins;
    if (f) fclose(f);
    return same;
}

void file_forget(const char *dir, const char *name, const char *begins) {
    char path[FILE_PATH_SIZE];
    int n = snprintf(path, sizeof path, "%s/%s", dir, name);
    if (n > 0 && (size_t)n < sizeof path && (!begins || begins_with(path, begins))) unlink(path);
}
