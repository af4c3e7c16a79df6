/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * places.c - finds and reads files. See places.h.
 */
#include "scenarios/places.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The folder of the running program; false where the system does not tell. */
static bool program_folder(char *out, size_t size) {
    ssize_t n = readlink("/proc/self/exe", out, size - 1);
    if (n <= 0) return false;
    out[n] = '\0';
    char *slash = strrchr(out, '/');
    if (!slash) return false;
    *slash = '\0';
    return true;
}

bool scenario_place(const char *kind, size_t i, char out[SCENARIO_PLACE_SIZE]) {
    static const char *const beside_program[] = {"../share/restocklab", "../../scenarios"};
    char folder[SCENARIO_PLACE_SIZE / 2];
    const char *data = getenv("RESTOCKLAB_DATA");
    int n = -1;
    if (i == 0) n = snprintf(out, SCENARIO_PLACE_SIZE, "scenarios/%s", kind);
    if (i == 1 && data && data[0]) n = snprintf(out, SCENARIO_PLACE_SIZE, "%s/%s", data, kind);
    if (i >= 2 && i < SCENARIO_PLACES && program_folder(folder, sizeof folder))
        n = snprintf(out, SCENARIO_PLACE_SIZE, "%s/%s/%s", folder, beside_program[i - 2], kind);
    return n > 0 && n < SCENARIO_PLACE_SIZE;
}

static bool is_file(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

bool scenario_place_find(const char *kind, const char *name, char out[SCENARIO_PLACE_SIZE]) {
    for (size_t i = 0; i < SCENARIO_PLACES; i++) {
        if (!scenario_place(kind, i, out)) continue;
        size_t used = strlen(out);
        int n = snprintf(out + used, SCENARIO_PLACE_SIZE - used, "/%s.yaml", name);
        if (n > 0 && (size_t)n < SCENARIO_PLACE_SIZE - used && is_file(out)) return true;
    }
    return false;
}

char *scenario_file_read(const char *path, size_t max, size_t *size) {
    FILE *file = fopen(path, "rb");
    if (!file) return NULL;
    setvbuf(file, NULL, _IONBF, 0); /* read in one go */
    char *text = malloc(max + 2);
    int why = text ? 0 : ENOMEM;
    size_t n = text ? fread(text, 1, max + 1, file) : 0;
    if (text && ferror(file)) why = errno;
    fclose(file);
    if (why) {
        free(text);
        errno = why;
        return NULL;
    }
    text[n] = '\0';
    *size = n;
    return text;
}
