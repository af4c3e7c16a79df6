/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * schema.c - see schema.h; NAME.inc is made from NAME.sql (rules.mk).
 */
#include "store/schema.h"

const char *const store_schema_line[] = {
#include "store/schema.inc"
};
const size_t store_schema_lines = sizeof store_schema_line / sizeof *store_schema_line;

const char *const store_sweep_line[] = {
#include "store/sweep.inc"
};
const size_t store_sweep_lines = sizeof store_sweep_line / sizeof *store_sweep_line;

const char *const store_journal_line[] = {
#include "store/journal.inc"
};
const size_t store_journal_lines = sizeof store_journal_line / sizeof *store_journal_line;
