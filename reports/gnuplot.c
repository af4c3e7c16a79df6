/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * gnuplot.c - runs gnuplot. See gnuplot.h.
 *
 * The script and both outputs are unnamed temporary files, not pipes: nobody waits for anybody, and a gnuplot
 * that dies early cannot hit us with a SIGPIPE.
 */
#include "reports/gnuplot.h"

#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reports/format.h"

extern char **environ;

typedef struct {
    FILE *script, *image, *complaint;
} streams;

/* '' stands for a quote in single quotes, but gnuplot 5.4 ends the text at the second of two in a row, and
 * takes what follows as a command: so a quote becomes the typographic one. */
void gnuplot_quote(FILE *script, const char *text) {
    size_t size = strlen(text) + 1;
    char *clean = malloc(size);
    fputc('\'', script);
    for (const char *p = clean ? format_clean(clean, size, text) : ""; *p; p++)
        if (*p == '\'')
            fputs("\u2019", script);
        else
            fputc(*p, script);
    fputc('\'', script);
    free(clean);
}

static void put_script(FILE *f, const gnuplot_job *job) {
    fputs("set encoding utf8\n", f);
    if (job->format == GNUPLOT_SVG)
        fprintf(f, "set terminal svg size %d,%d noenhanced font 'DejaVu Sans,12' background rgb '#ffffff'\n",
                job->width, job->height);
    else
        fprintf(f,
                "set terminal pngcairo size %d,%d noenhanced font 'DejaVu Sans,10' fontscale 1.8 linewidth 2 "
                "pointscale 2 background rgb '#ffffff'\n",
                2 * job->width, 2 * job->height);
    job->draw(f, job->context);
}

/* The caller's environment with one locale, so that the text's encoding and the numbers' dots do not depend
 * on where the program runs. The strings are borrowed. NULL: no memory. */
static char **plain_locale(char *locale) {
    size_t n = 0, kept = 0;
    while (environ[n])
        n++;
    char **env = calloc(n + 2, sizeof *env);
    if (!env) return NULL;
    env[kept++] = locale;
    for (size_t i = 0; i < n; i++)
        if (strncmp(environ[i], "LC_", 3) != 0 && strncmp(environ[i], "LANG", 4) != 0)
            env[kept++] = environ[i];
    return env;
}

/* Starts gnuplot on the three files and waits. [out] status: as of waitpid(). 0 or an error number. */
static int run(const streams *s, int *status) {
    char name[] = "gnuplot", option[] = "-d", locale[] = "LC_ALL=C.UTF-8";
    char *const argv[] = {name, option, NULL};
    posix_spawn_file_actions_t actions;
    pid_t child;
    char **env = plain_locale(locale);
    if (!env) return ENOMEM;
    int error = posix_spawn_file_actions_init(&actions);
    if (error) {
        free(env);
        return error;
    }
    error = posix_spawn_file_actions_adddup2(&actions, fileno(s->script), STDIN_FILENO);
    if (!error) error = posix_spawn_file_actions_adddup2(&actions, fileno(s->image), STDOUT_FILENO);
    if (!error) error = posix_spawn_file_actions_adddup2(&actions, fileno(s->complaint), STDERR_FILENO);
    if (!error) error = posix_spawnp(&child, name, &actions, NULL, argv, env);
    posix_spawn_file_actions_destroy(&actions);
    free(env);
    if (error) return error;
    while (waitpid(child, status, 0) < 0)
        if (errno != EINTR) return errno;
    return 0;
}

/* What gnuplot said, without the font library's worries about its cache. [out] true if anything is left. */
static bool complained(FILE *f, char *said, size_t size) {
    char line[256];
    said[0] = 0;
    rewind(f);
    while (fgets(line, sizeof line, f)) {
        size_t at = strlen(said), blank = strspn(line, " \t\r\n^");
        if (!line[blank] || !strncmp(line, "Fontconfig", 10)) continue;
        line[strcspn(line, "\r\n")] = 0;
        snprintf(said + at, size - at, "%s%s", at ? " | " : "", line + blank);
    }
    return said[0] != 0;
}

static bool read_all(FILE *f, char **image, size_t *size) {
    long end = fseek(f, 0, SEEK_END) ? -1 : ftell(f);
    if (end <= 0) return false;
    char *bytes = malloc((size_t)end + 1);
    rewind(f);
    if (!bytes || fread(bytes, 1, (size_t)end, f) != (size_t)end) {
        free(bytes);
        return false;
    }
    bytes[end] = 0;
    *image = bytes;
    *size = (size_t)end;
    return true;
}

static bool render(const streams *s, const gnuplot_job *job, char **image, size_t *size, char *error) {
    char said[300], clean[300];
    int status = 0;
    put_script(s->script, job);
    if (fflush(s->script) != 0 || ferror(s->script)) {
        snprintf(error, STORE_ERROR_SIZE, "cannot write a temporary file: %s", strerror(errno));
        return false;
    }
    rewind(s->script);
    int code = run(s, &status);
    bool missing = code == ENOENT || (!code && WIFEXITED(status) && WEXITSTATUS(status) == 127);
    bool noisy = complained(s->complaint, said, sizeof said);
    if (missing)
        snprintf(error, STORE_ERROR_SIZE, "gnuplot is not installed: install the package gnuplot-nox");
    else if (code)
        snprintf(error, STORE_ERROR_SIZE, "cannot start gnuplot: %s", strerror(code));
    else if (noisy)
        snprintf(error, STORE_ERROR_SIZE, "gnuplot: %s", format_clean(clean, sizeof clean, said));
    else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        snprintf(error, STORE_ERROR_SIZE, "gnuplot ended with %s %d", WIFEXITED(status) ? "status" : "signal",
                 WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
    else if (read_all(s->image, image, size))
        return true;
    else
        snprintf(error, STORE_ERROR_SIZE, "gnuplot drew nothing");
    return false;
}

static void close_file(FILE *f) {
    if (f) fclose(f);
}

bool gnuplot_render(const gnuplot_job *job, char **image, size_t *size, char *error) {
    streams s = {tmpfile(), tmpfile(), tmpfile()};
    bool good = false;
    if (s.script && s.image && s.complaint)
        good = render(&s, job, image, size, error);
    else
        snprintf(error, STORE_ERROR_SIZE, "cannot make a temporary file: %s", strerror(errno));
    close_file(s.script);
    close_file(s.image);
    close_file(s.complaint);
    return good;
}
