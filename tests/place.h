/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * place.h - a temporary folder for a test, and files in it. What cannot be done fails the test.
 */
#ifndef TESTS_PLACE_H
#define TESTS_PLACE_H

#include "tests/support.h"

/* Room for a temporary folder's path, and for any below it. */
enum { PLACE_PATH = 512 };

/* Makes a new folder below TMPDIR, or below /tmp where that is not set. */
void place_make(char folder[PLACE_PATH]);

/* Removes a folder with all that is in it. 0, or -1 if something is left. */
int place_remove(const char *folder);

/* A state for a test: `size` bytes of zeros, the first PLACE_PATH of which become a new folder's path. */
void *place_enter(size_t size);

/* The teardown for such a state: removes the folder and frees the state. */
int place_leave(void **state);

/* Set-up and teardown of a test that works in a new folder, without a state of its own: relative paths are
 * below it until the test is over. */
int place_go(void **state);
int place_return(void **state);

/* Writes a path as printf() would; returns it. */
char *place_path(char path[PLACE_PATH], const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Writes a file of `size` bytes; of a text. */
void place_write(const char *path, const void *bytes, size_t size);
void place_put(const char *path, const char *text);

/* A whole file, with a 0 behind it, the caller's to free. [out] size: without the 0; may be NULL. */
char *place_read(const char *path, size_t *size);

/* Whether there is a file or a folder of this name. */
bool place_has(const char *folder, const char *name);

#endif
