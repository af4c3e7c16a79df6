/* SPDX-License-Identifier: GPL-3.0-or-later
 * lab.c - see lab.h. */
#include "lab/lab.h"

#include <stdarg.h>
#include <stdio.h>

lab_status lab_fail(lab_error *error, lab_status status, const char *format, ...) {
    va_list args;
    va_start(args, format);
    vsnprintf(error->text, sizeof error->text, format, args);
    va_end(args);
    return status;
}
