/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * csv.h - a run as tables (RFC 4180, but lines end in a line feed). A number that does not exist is an empty
 * field.
 */
#ifndef REPORTS_CSV_H
#define REPORTS_CSV_H

#include "reports/report.h"

void csv_metrics(FILE *out, const report_summary *s); /* name,unit,mean,lo,hi,sd,n,direction */
void csv_trials(FILE *out, const report_summary *s);  /* a row a replication, a column a metric */
void csv_ledger(FILE *out, const report_summary *s);  /* outcome,reason,n over all replications */
void csv_unmet(FILE *out, const report_summary *s);   /* a row a SKU that is still wanted */
void csv_series(FILE *out,
                const report_summary *s);   /* a row a bin: mean over replications, and the first one */
void csv_text(FILE *out, const char *text); /* a field, quoted if it has to be */
void csv_number(FILE *out,
                double x); /* a comma and the number, exactly; nothing behind it if there is none */

#endif
