/* SPDX-License-Identifier: GPL-3.0-or-later
 * folder.c - see folder.h. */
#include "lab/folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scenarios/places.h"

void lab_scenario_name(const char *path, char *out, size_t size) {
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    size_t length = strlen(name);
    const char *dot = strrchr(name, '.');
    if (dot && dot != name && (strcasecmp(dot, ".yaml") == 0 || strcasecmp(dot, ".yml") == 0))
        length = (size_t)(dot - name);
    snprintf(out, size, "%.*s", (int)length, name);
}

static bool is_file(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

static bool is_folder(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* [out] empty: whether the folder holds nothing. false: it cannot be read. */
static bool look_into(const char *dir, bool *empty) {
    DIR *folder = opendir(dir);
    if (!folder) return false;
    *empty = true;
    for (const struct dirent *entry; (entry = readdir(folder));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) *empty = false;
    closedir(folder);
    return true;
}

/* The nearest folder above `dir` that exists ("." if none is named). */
static void nearest_parent(const char *dir, char out[LAB_PATH_SIZE]) {
    struct stat info;
    snprintf(out, LAB_PATH_SIZE, "%s", dir);
    while (stat(out, &info) != 0) {
        char *slash = strrchr(out, '/');
        if (!slash) {
            strcpy(out, ".");
            return;
        }
        *(slash == out ? slash + 1 : slash) = '\0';
    }
}

lab_status lab_folder_check(const char *dir, lab_error *error) {
    return lab_folder_check_for(dir, "run.db", "run", error);
}

lab_status lab_folder_check_for(const char *dir, const char *file, const char *what, lab_error *error) {
    char path[LAB_PATH_SIZE];
    if (dir[0] == '\0') return lab_fail(error, LAB_BAD_INPUT, "-o: the name of the folder is empty");
    if (strlen(dir) + strlen(file) + 2 > sizeof path)
        return lab_fail(error, LAB_BAD_INPUT, "-o: the name of the folder is too long");
    struct stat info;
    if (stat(dir, &info) != 0) {
        if (errno != ENOENT) return lab_fail(error, LAB_BAD_INPUT, "%s: %s", dir, strerror(errno));
        nearest_parent(dir, path);
        if (!is_folder(path)) return lab_fail(error, LAB_BAD_INPUT, "%s: %s is not a folder", dir, path);
        if (access(path, W_OK | X_OK) != 0)
            return lab_fail(error, LAB_BAD_INPUT, "%s: cannot make this folder: %s", dir, strerror(errno));
        return LAB_OK;
    }
    if (!S_ISDIR(info.st_mode)) return lab_fail(error, LAB_BAD_INPUT, "%s: exists and is not a folder", dir);
    bool empty;
    if (!look_into(dir, &empty) || access(dir, W_OK | X_OK) != 0)
        return lab_fail(error, LAB_BAD_INPUT, "%s: cannot write into this folder: %s", dir, strerror(errno));
    snprintf(path, sizeof path, "%s/%s", dir, file);
    if (!empty && !is_file(path))
        return lab_fail(
            error, LAB_BAD_INPUT,
            "%s: the folder is not empty and holds no %s of an earlier %s; name another one with -o", dir,
            file, what);
    return LAB_OK;
}

lab_status lab_folder_check_input(const char *dir, const char *name, const char *input, lab_error *error) {
    char path[LAB_PATH_SIZE];
    struct stat out, in;
    int n = snprintf(path, sizeof path, "%s/%s", dir, name);
    if (n < 0 || (size_t)n >= sizeof path || stat(path, &out) != 0 || stat(input, &in) != 0) return LAB_OK;
    if (out.st_dev != in.st_dev || out.st_ino != in.st_ino) return LAB_OK;
    return lab_fail(error, LAB_BAD_INPUT, "%s: would be written over by -o %s; name another folder", input,
                    dir);
}

lab_status lab_folder_make(const char *dir, lab_error *error) {
    char path[LAB_PATH_SIZE];
    snprintf(path, sizeof path, "%s", dir);
    for (char *p = path + 1; *p; p++) {
        if (*p != '/') continue;
        *p = '\0';
        if (mkdir(path, 0777) != 0 && errno != EEXIST)
            return lab_fail(error, LAB_FAILED, "%s: cannot make this folder: %s", path, strerror(errno));
        *p = '/';
    }
    if ((mkdir(path, 0777) != 0 && errno != EEXIST) || !is_folder(path))
        return lab_fail(error, LAB_FAILED, "%s: cannot make this folder: %s", dir, strerror(errno));
    return LAB_OK;
}

lab_status lab_scenario_find(const char *named, char out[LAB_PATH_SIZE], lab_error *error) {
    snprintf(out, LAB_PATH_SIZE, "%s", named);
    if (is_file(named)) return LAB_OK;
    if (is_folder(named))
        return lab_fail(error, LAB_BAD_INPUT, "%s: is a folder, not a scenario file", named);
    if (strchr(named, '/') || strchr(named, '.') || named[0] == '\0' || strlen(named) > 200) {
        struct stat info;
        if (stat(named, &info) == 0) return LAB_OK; /* a pipe: the loader reads it */
        return lab_fail(error, LAB_BAD_INPUT, "%s: %s", named, strerror(errno));
    }
    char found[SCENARIO_PLACE_SIZE];
    if (scenario_place_find("library", named, found)) {
        snprintf(out, LAB_PATH_SIZE, "%s", found);
        return LAB_OK;
    }
    return lab_fail(error, LAB_BAD_INPUT, "%s: neither a file nor the name of a shipped scenario", named);
}
