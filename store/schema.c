/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * schema.c - see schema.h; schema.inc is made from schema.sql (rules.mk).
 */
#include "store/schema.h"

const char *const store_schema_line[] = {
#include "store/schema.inc"
};
const size_t store_schema_lines = sizeof store_schema_line / sizeof *store_schema_line;
