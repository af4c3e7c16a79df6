/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * batch_mpi_inside.h - the messages between the ranks (the files batch_mpi*.c only).
 *
 *   rank 0          a server
 *   HELLO     --->                a batch begins
 *             <---  READY         [1 byte: fit or not]
 *   JOB       --->                [sim_mpi_job] as many as keep it busy while a message is under way
 *             <---  WANT          [sim_mpi_job] if it does not hold the job's scenario
 *   SCENARIO  --->                [packed]
 *             <---  DONE          [sim_mpi_done, then a blob or a text]
 *   END       --->                the program ends
 *
 * All ranks run the same program on the same kind of machine (they compare notes first), so structs travel as
 * they lie in memory. HELLO, JOB and END are small enough that sending them never waits for the receiver; a
 * SCENARIO goes only to a server that waits for it.
 */
#ifndef SIM_BATCH_MPI_INSIDE_H
#define SIM_BATCH_MPI_INSIDE_H

#include <stddef.h>

#ifdef RESTOCKLAB_MPI
#include <mpi.h>
#endif

#include "sim/batch_inside.h"

typedef enum {
    SIM_TAG_IDENTITY = 1,
    SIM_TAG_HELLO,
    SIM_TAG_READY,
    SIM_TAG_JOB,
    SIM_TAG_WANT,
    SIM_TAG_SCENARIO,
    SIM_TAG_DONE,
    SIM_TAG_END
} sim_tag;

typedef struct {
    uint64_t job, seed;
    uint64_t scenario; /* scenario.hash: all that a trial depends on */
    uint32_t replication, log;
    uint32_t twins;
} sim_mpi_job;

typedef struct {
    uint64_t job;
    double loop_s, busy_s; /* in the trial's loop; in all, packing included */
    int32_t status;        /* sim_status */
    int32_t unused;
} sim_mpi_done;

/* ---- batch_mpi_pack.c ---- */

/* What a trial reads of a scenario - all but its texts - as flat bytes. NULL: no memory. The caller's to
 * free.
 */
void *sim_mpi_pack(const scenario *s, size_t *size);

/* The scenario again; takes over `packed`, which must be as sim_mpi_pack() made it. NULL: no memory, and
 * `packed` is freed. */
typedef struct sim_mpi_scenario sim_mpi_scenario;
sim_mpi_scenario *sim_mpi_unpack(void *packed, size_t size);
const scenario *sim_mpi_scenario_of(const sim_mpi_scenario *m);
void sim_mpi_scenario_destroy(sim_mpi_scenario *m); /* NULL is fine */

/* A blob's trial with texts that last as long as the program. [out] out: cleared by the caller. [out] error:
 * unless SIM_OK. */
sim_status sim_mpi_trial_read(const void *bytes, size_t size, store_trial *out, char error[STORE_ERROR_SIZE]);

/* ---- batch_mpi.c ---- */

/* Sleeps while nothing comes, longer each time: MPI's own waiting would take a whole processor. */
typedef struct {
    long ns;
} sim_mpi_nap;
void sim_mpi_doze(sim_mpi_nap *nap);

typedef struct {
    int from, tag;
    size_t size;
    unsigned char *bytes; /* NULL: none, or no memory */
    bool no_memory;       /* the message is gone */
} sim_mpi_message;

/* Takes a message if one is there (from a rank or any: -1; of a tag or any: -1). [out] m: bytes are the
 * caller's to free. */
bool sim_mpi_receive(int from, int tag, sim_mpi_message *m);
bool sim_mpi_send(int to, int tag, const void *bytes, size_t size); /* false: too large for a message */

#ifdef RESTOCKLAB_MPI
/* Messages that are on their way. MPI_Send would wait, at full speed, until the other side has looked; these
 * are looked after when the next one is posted. */
enum { SIM_MPI_POSTS = 16 };
typedef struct {
    MPI_Request request[SIM_MPI_POSTS];
    void *bytes[SIM_MPI_POSTS]; /* from malloc(); NULL: free */
} sim_mpi_posts;

/* Takes bytes over and frees them when they have gone out. Waits only if all posts are taken. false: too
 * many. */
bool sim_mpi_post(sim_mpi_posts *posts, int to, int tag, void *bytes, size_t size);
void sim_mpi_posts_end(sim_mpi_posts *posts); /* waits until all have gone out */
#endif

#endif
