/* SPDX-License-Identifier: GPL-3.0-or-later
 * support.c - see support.h. */
#include "tests/support.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

void support_near(double got, double want, double tol, const char *what, const char *file, int line) {
    if (fabs(got - want) <= tol) return;
    print_error("%s = %.12g, expected %.12g within %.3g\n", what, got, want, tol);
    _fail(file, line);
}

const char *support_data_dir(void) {
    const char *named = getenv("RESTOCKLAB_DATA");
    if (named && access(named, R_OK) == 0) return named;
    return access("../shared/data", R_OK) == 0 ? "../shared/data" : NULL;
}
