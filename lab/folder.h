/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * folder.h - where things lie: the folder that a run is written to, and the scenarios that are shipped.
 */
#ifndef LAB_FOLDER_H
#define LAB_FOLDER_H

#include <stddef.h>

#include "lab/lab.h"

/* The file name of `path` without folder and without .yaml or .yml: "a/sneaker.yaml" -> "sneaker". */
void lab_scenario_name(const char *path, char *out, size_t size);

/* Looks whether a run may be written to `dir`, without changing anything: it does not exist yet, is empty, or
 * holds an earlier run (a run.db). LAB_BAD_INPUT otherwise, so that no one's files are mixed with ours. */
lab_status lab_folder_check(const char *dir, lab_error *error);

/* The same for a folder that may hold something else of an earlier time: `file` ("base/run.db") of a `what`
 * ("comparison"). */
lab_status lab_folder_check_for(const char *dir, const char *file, const char *what, lab_error *error);

/* LAB_BAD_INPUT if the file that is read is DIR/NAME, which will be written. */
lab_status lab_folder_check_input(const char *dir, const char *name, const char *input, lab_error *error);

/* Makes `dir` and its parents as far as they are missing. */
lab_status lab_folder_make(const char *dir, lab_error *error);

/* Finds the scenario that the user named. A path that exists is taken as it is. A bare name ("sneaker") is
 * looked for as NAME.yaml among the shipped scenarios (scenarios/places.h). [out] out: the path to open.
 * LAB_BAD_INPUT if there is none. */
lab_status lab_scenario_find(const char *named, char out[LAB_PATH_SIZE], lab_error *error);

#endif
