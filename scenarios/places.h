/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * places.h - where the shipped files lie: scenarios in "library", rules of vendors in "policies".
 *
 * In this order: scenarios/KIND of the current folder; KIND below the folder that RESTOCKLAB_DATA names;
 * beside the program, share/restocklab/KIND where it is installed and scenarios/KIND in a source tree.
 */
#ifndef SCENARIOS_PLACES_H
#define SCENARIOS_PLACES_H

#include <stdbool.h>
#include <stddef.h>

enum { SCENARIO_PLACES = 4, SCENARIO_PLACE_SIZE = 1024 };

/* The i-th folder of a kind. false: there is no such place, i being below SCENARIO_PLACES. */
bool scenario_place(const char *kind, size_t i, char out[SCENARIO_PLACE_SIZE]);

/* The first file NAME.yaml in these folders. [in] name: letters, digits, - and _. false: none. */
bool scenario_place_find(const char *kind, const char *name, char out[SCENARIO_PLACE_SIZE]);

/* A file's bytes and a NUL behind them, at most max + 1 bytes, so that one that is too large is seen to be.
 * [out] size: without the NUL. Owned by the caller (free); NULL: errno says why, ENOMEM if there is no
 * memory. */
char *scenario_file_read(const char *path, size_t max, size_t *size);

#endif
