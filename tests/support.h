/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * support.h - what every test includes: cmocka, and the asserts that it lacks.
 */
#ifndef TESTS_SUPPORT_H
#define TESTS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <stdio.h>

#include <cmocka.h>

/* Fails with both numbers printed unless |got - want| <= tol. NaN always fails. */
#define assert_near(got, want, tol) support_near((got), (want), (tol), #got, __FILE__, __LINE__)
void support_near(double got, double want, double tol, const char *what, const char *file, int line);

/* 0 if every test passed, 1 otherwise: cmocka's count of failures wraps at 256 as an exit code. */
#define RUN_TESTS(tests) (cmocka_run_group_tests((tests), NULL, NULL) != 0)

/* The folder of public data sets, or NULL where RESTOCKLAB_DATA and ../shared/data are both absent. */
const char *support_data_dir(void);

#endif
