/* SPDX-License-Identifier: GPL-3.0-or-later
 * main.c - the program; with MPI, one of its ranks. */
#include "cli/cli.h"

#ifdef RESTOCKLAB_MPI

#include <stdio.h>
#include <stdlib.h>

#include "lab/manifest.h"
#include "sim/batch_mpi.h"
#include "version.h"

int main(int argc, char **argv) {
    sim_ranks ranks = sim_ranks_start(RESTOCKLAB_SOURCE, lab_libm_probe(), stderr);
    int code = 0;
    if (ranks.started) setenv("NO_COLOR", "1", 1); /* mpirun makes a terminal of its own out of any stdout */
    if (ranks.rank == 0)
        code = cli_main(argc, argv);
    else
        sim_ranks_serve(&ranks);
    sim_ranks_stop(&ranks);
    return code;
}

#else

int main(int argc, char **argv) {
    return cli_main(argc, argv);
}

#endif
