/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calibrate.h - the command calibrate: model parameters from traces, and how far the fitted models are off.
 */
#ifndef LAB_CALIBRATE_H
#define LAB_CALIBRATE_H

#include <stdbool.h>
#include <stdio.h>

#include "lab/lab.h"

typedef struct {
    const char *config;
    const char *out;   /* the fragment; NULL: NAME-fit.yaml in the current folder */
    const char *plots; /* the folder of plots/; NULL: that of the fragment, without its ending */
    bool json;
} lab_calibrate_options;

/* Reads the traces that the config names, fits, writes the fragment and the plots, and prints the summary. A
 * file that is there already is replaced only if it is a fragment. */
lab_status lab_calibrate(const lab_calibrate_options *options, FILE *print, lab_error *error);

#endif
