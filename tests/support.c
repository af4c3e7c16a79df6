/* SPDX-License-Identifier: GPL-3.0-or-later
 * support.c - see support.h. */
#define _XOPEN_SOURCE 700 /* realpath() */
#include "tests/support.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

void support_near(double got, double want, double tol, const char *what, const char *file, int line) {
    if (fabs(got - want) <= tol) return;
    print_error("%s = %.12g, expected %.12g within %.3g\n", what, got, want, tol);
    _fail(file, line);
}

/* As a whole path, for some tests read it from files that lie elsewhere. */
const char *support_data_dir(void) {
    static char path[PATH_MAX];
    const char *named = getenv("RESTOCKLAB_DATA");
    return realpath(named && access(named, R_OK) == 0 ? named : "../shared/data", path);
}
