/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * path.c - see path.h.
 */
#define _XOPEN_SOURCE 700 /* realpath */
#include "store/path.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* folder + "/" + before + base + after, in new memory. */
static char *join(const char *folder, const char *before, const char *base, const char *after) {
    size_t size = strlen(folder) + strlen(before) + strlen(base) + strlen(after) + 2;
    char *path = malloc(size);
    const char *slash = strcmp(folder, "/") == 0 ? "" : "/";
    if (path) snprintf(path, size, "%s%s%s%s%s", folder, slash, before, base, after);
    return path;
}

char *store_path_resolve(const char *path, char **folder) {
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    if (*base == '\0') {
        errno = EISDIR;
        return NULL;
    }
    char *named = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    char *resolved = named ? realpath(named, NULL) : NULL;
    free(named);
    char *full = resolved ? join(resolved, "", base, "") : NULL;
    if (folder && full)
        *folder = resolved;
    else
        free(resolved);
    return full;
}

char *store_path_temporary(const char *path, unsigned attempt) {
    const char *base = strrchr(path, '/') + 1;
    char ending[48];
    snprintf(ending, sizeof ending, ".%ld-%u.tmp", (long)getpid(), attempt);
    char *folder = strndup(path, (size_t)(base - path > 1 ? base - path - 1 : 1));
    char *temporary = folder ? join(folder, ".", base, ending) : NULL;
    free(folder);
    return temporary;
}

char *store_path_immutable_uri(const char *path) {
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-";
    static const char head[] = "file://", tail[] = "?immutable=1";
    char *uri = malloc(sizeof head + 3 * strlen(path) + sizeof tail);
    if (!uri) return NULL;
    char *to = uri + sprintf(uri, "%s", head);
    for (; *path; path++) {
        if (strchr(plain, *path))
            *to++ = *path;
        else
            to += sprintf(to, "%%%02X", (unsigned)(unsigned char)*path);
    }
    strcpy(to, tail);
    return uri;
}
