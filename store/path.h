/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * path.h - names of files, made safe for SQLite (inside store/ only).
 */
#ifndef STORE_PATH_H
#define STORE_PATH_H

/* The file's path with its folder resolved: SQLite's NOFOLLOW refuses a link anywhere in a path, and it is
 * meant for the file alone. [out] folder (optional) and the result are the caller's to free; NULL with errno
 * set if the folder does not exist or there is no memory. */
char *store_path_resolve(const char *path, char **folder);

/* A hidden name beside `path` (as resolved) for a file that is not complete yet; the caller's to free. */
char *store_path_temporary(const char *path, unsigned attempt);

/* A URI that makes SQLite treat the file as unchanging: it looks for no journal beside it and takes no lock.
 * The caller's to free. */
char *store_path_immutable_uri(const char *path);

#endif
