/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * batch_mpi.c - ranks: who they are, and how rank 0 hands out a batch; see batch_mpi.h.
 */
#include "sim/batch_mpi.h"

#ifdef RESTOCKLAB_MPI

#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include <gsl/gsl_version.h>
#include <mpi.h>

#include "sim/batch_mpi_inside.h"

/* ---- messages ---- */

void sim_mpi_doze(sim_mpi_nap *nap) {
    enum { SHORTEST = 20 * 1000, LONGEST = 2 * 1000 * 1000 };
    nap->ns = nap->ns == 0 ? SHORTEST : nap->ns * 2 > LONGEST ? LONGEST : nap->ns * 2;
    nanosleep(&(struct timespec){.tv_nsec = nap->ns}, NULL);
}

bool sim_mpi_receive(int from, int tag, sim_mpi_message *m) {
    MPI_Status status;
    int there = 0, size = 0;
    MPI_Iprobe(from < 0 ? MPI_ANY_SOURCE : from, tag < 0 ? MPI_ANY_TAG : tag, MPI_COMM_WORLD, &there,
               &status);
    if (!there) return false;
    MPI_Get_count(&status, MPI_BYTE, &size);
    *m = (sim_mpi_message){.from = status.MPI_SOURCE, .tag = status.MPI_TAG, .size = (size_t)size};
    if (size > 0) m->bytes = malloc(m->size);
    m->no_memory = size > 0 && !m->bytes;
    if (m->no_memory) MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN); /* it will be cut off */
    MPI_Recv(m->bytes, m->no_memory ? 0 : size, MPI_BYTE, m->from, m->tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    if (m->no_memory) MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_ARE_FATAL);
    return true;
}

bool sim_mpi_send(int to, int tag, const void *bytes, size_t size) {
    if (size > INT_MAX) return false;
    MPI_Send(bytes, (int)size, MPI_BYTE, to, tag, MPI_COMM_WORLD);
    return true;
}

/* Frees what has gone out, and says where there is room; SIM_MPI_POSTS: nowhere. */
static size_t reap(sim_mpi_posts *posts) {
    size_t room = SIM_MPI_POSTS;
    for (size_t i = 0; i < SIM_MPI_POSTS; i++) {
        int gone = 1;
        if (posts->bytes[i]) MPI_Test(&posts->request[i], &gone, MPI_STATUS_IGNORE);
        if (!gone) continue;
        free(posts->bytes[i]);
        posts->bytes[i] = NULL;
        room = i;
    }
    return room;
}

bool sim_mpi_post(sim_mpi_posts *posts, int to, int tag, void *bytes, size_t size) {
    sim_mpi_nap nap = {0};
    size_t at;
    if (size > INT_MAX) {
        free(bytes);
        return false;
    }
    while ((at = reap(posts)) == SIM_MPI_POSTS)
        sim_mpi_doze(&nap);
    posts->bytes[at] = bytes;
    MPI_Isend(bytes, (int)size, MPI_BYTE, to, tag, MPI_COMM_WORLD, &posts->request[at]);
    return true;
}

void sim_mpi_posts_end(sim_mpi_posts *posts) {
    sim_mpi_nap nap = {0};
    reap(posts);
    for (size_t i = 0; i < SIM_MPI_POSTS; i++)
        while (posts->bytes[i]) {
            sim_mpi_doze(&nap);
            reap(posts);
        }
}

static void wait_for(int from, int tag, void *out, size_t size) {
    sim_mpi_message m;
    sim_mpi_nap nap = {0};
    while (!sim_mpi_receive(from, tag, &m))
        sim_mpi_doze(&nap);
    memset(out, 0, size);
    if (m.bytes) memcpy(out, m.bytes, m.size < size ? m.size : size);
    free(m.bytes);
}

int sim_ranks_count(void) {
    int on = 0, n = 1;
    MPI_Initialized(&on);
    if (on) MPI_Comm_size(MPI_COMM_WORLD, &n);
    return n;
}

/* ---- start and stop ---- */

/* What decides the bits of a result, and the layout of the messages. */
typedef struct {
    char source[32], gsl[32], host[64];
    uint64_t libm_probe;
    uint32_t scenario_size, order; /* order: of the bytes of a number */
} identity;

static void identify(const char *source, uint64_t libm_probe, identity *me) {
    struct utsname system;
    memset(me, 0, sizeof *me);
    snprintf(me->source, sizeof me->source, "%s", source);
    snprintf(me->gsl, sizeof me->gsl, "%s", gsl_version);
    if (uname(&system) == 0) snprintf(me->host, sizeof me->host, "%.60s", system.nodename);
    me->libm_probe = libm_probe;
    me->scenario_size = sizeof(scenario_params);
    me->order = 0x01020304;
}

/* Why `other` would not compute the bits that `first` does; false: it would. */
static bool differs(const identity *first, const identity *other, char *why, size_t size) {
    if (strcmp(first->source, other->source) != 0)
        snprintf(why, size, "its program has the sources %s, that of rank 0 has %s", other->source,
                 first->source);
    else if (first->libm_probe != other->libm_probe)
        snprintf(why, size,
                 "its libm computes other bits (libm_probe %016" PRIx64 ", on rank 0 %016" PRIx64 ")",
                 other->libm_probe, first->libm_probe);
    else if (strcmp(first->gsl, other->gsl) != 0)
        snprintf(why, size, "it has GSL %s, rank 0 has %s", other->gsl, first->gsl);
    else if (first->scenario_size != other->scenario_size || first->order != other->order)
        snprintf(why, size, "it lays out memory in another way");
    else
        return false;
    return true;
}

/* Rank 0 tells all others who it is, and they answer. Both ways are small messages from one to one, so that
 * all connections stand before the first job. */
static bool compare_notes(int rank, identity *me, FILE *complaints) {
    identity other;
    char why[256];
    if (rank > 0) {
        wait_for(0, SIM_TAG_IDENTITY, &other, sizeof other);
        sim_mpi_send(0, SIM_TAG_IDENTITY, me, sizeof *me);
        return !differs(&other, me, why, sizeof why);
    }
    for (int i = 1; i < sim_ranks_count(); i++)
        sim_mpi_send(i, SIM_TAG_IDENTITY, me, sizeof *me);
    for (int i = 1; i < sim_ranks_count(); i++) {
        wait_for(i, SIM_TAG_IDENTITY, &other, sizeof other);
        if (differs(me, &other, why, sizeof why))
            fprintf(complaints, "restocklab: rank %d on %.63s is left out: %s\n", i, other.host, why);
    }
    return true;
}

/* What Open MPI's mpirun sets, or Slurm's srun with --mpi=pmix or --mpi=pmi2. SLURM_PROCID says nothing: a
 * batch script has it as well. */
static bool launched(void) {
    return getenv("OMPI_COMM_WORLD_SIZE") || getenv("PMIX_RANK") || getenv("PMI_RANK");
}

sim_ranks sim_ranks_start(const char *source, uint64_t libm_probe, FILE *complaints) {
    sim_ranks r = {.rank = 0, .fit = true, .started = launched()};
    if (!r.started) return r;
    /* MPI's own threads must not take the signals that a command waits for. */
    sigset_t ours, before;
    int level;
    sigemptyset(&ours);
    sigaddset(&ours, SIGINT);
    sigaddset(&ours, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ours, &before);
    /* A trial's bytes as a rule leave at once, also between ranks of one host; else its rank would wait. */
    setenv("OMPI_MCA_btl_vader_eager_limit", "32768", 0);
    MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &level);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    identity me;
    identify(source, libm_probe, &me);
    MPI_Comm_rank(MPI_COMM_WORLD, &r.rank);
    r.fit = compare_notes(r.rank, &me, complaints);
    return r;
}

void sim_ranks_stop(const sim_ranks *r) {
    if (!r->started) return;
    for (int i = 1; r->rank == 0 && i < sim_ranks_count(); i++)
        sim_mpi_send(i, SIM_TAG_END, NULL, 0);
    MPI_Finalize();
}

/* ---- rank 0: a batch ---- */

typedef struct {
    bool fit;   /* has said so */
    size_t out; /* jobs that it has */
} peer;

typedef struct {
    sim_batch *batch;
    peer *peer; /* by rank; [0] is not used */
    int peers;  /* ranks */
    int silent; /* have not answered yet */
    size_t out; /* jobs that they have, all together */
    double busy_s, done;
    store_trial *trial;
} hub;

static size_t jobs_left(const hub *h) {
    pthread_mutex_lock(&h->batch->lock);
    size_t left = h->batch->status == SIM_OK ? h->batch->n - h->batch->next : 0;
    pthread_mutex_unlock(&h->batch->lock);
    return left;
}

/* How many jobs a server should have. With one, it stands still while an answer and the next job are under
 * way; so it gets what keeps it busy for AHEAD_S, but towards the end not more than its share. */
static size_t window(const hub *h) {
    static const double AHEAD_S = 0.05;
    enum { MOST = 63 };
    if (h->done == 0) return 1;
    size_t share = jobs_left(h) / (2 * (size_t)h->peers);
    double mean = h->busy_s / h->done;
    size_t ahead = mean * MOST > AHEAD_S ? (size_t)(AHEAD_S / mean) : MOST;
    return 1 + (ahead < share ? ahead : share);
}

static void hand_out_to(hub *h, int i, size_t job) {
    const sim_job *j = &h->batch->jobs[job];
    const sim_mpi_job message = {.job = job,
                                 .seed = j->seed,
                                 .scenario = j->s->hash,
                                 .replication = j->replication,
                                 .log = j->log,
                                 .twins = j->twins};
    sim_mpi_send(i, SIM_TAG_JOB, &message, sizeof message);
    h->peer[i].out++;
    h->out++;
}

/* One job for each that has none, then a second for each, and so on. */
static void hand_out(hub *h) {
    size_t most = window(h), job;
    for (size_t level = 0; level < most; level++)
        for (int i = 1; i < h->peers; i++) {
            if (!h->peer[i].fit || h->peer[i].out > level) continue;
            if (!sim_batch_take(h->batch, &job)) return;
            hand_out_to(h, i, job);
        }
}

/* An empty message says that there is none. */
static void send_scenario(hub *h, const sim_mpi_message *m) {
    sim_mpi_job want = {0};
    size_t size = 0;
    if (m->bytes) memcpy(&want, m->bytes, sizeof want);
    void *packed = m->bytes ? sim_mpi_pack(h->batch->jobs[want.job].s, &size) : NULL;
    if (!packed || !sim_mpi_send(m->from, SIM_TAG_SCENARIO, packed, size))
        sim_mpi_send(m->from, SIM_TAG_SCENARIO, NULL, 0);
    free(packed);
}

static void take_result(hub *h, const sim_mpi_message *m) {
    char error[STORE_ERROR_SIZE] = "";
    sim_mpi_done done = {.status = SIM_NO_MEMORY};
    h->peer[m->from].out--;
    h->out--;
    *h->trial = (store_trial){0};
    if (m->bytes) {
        memcpy(&done, m->bytes, sizeof done);
        const unsigned char *body = m->bytes + sizeof done;
        size_t size = m->size - sizeof done;
        if (done.status == SIM_OK)
            done.status = (int32_t)sim_mpi_trial_read(body, size, h->trial, error);
        else
            snprintf(error, sizeof error, "%.*s", size < sizeof error ? (int)size : 0, (const char *)body);
        h->busy_s += done.busy_s;
        h->done++;
    }
    sim_batch_give(h->batch, done.job, (sim_status)done.status, error, h->trial, done.loop_s);
}

static bool receive(hub *h) {
    sim_mpi_message m;
    if (!sim_mpi_receive(-1, -1, &m)) return false;
    peer *p = &h->peer[m.from];
    if (m.tag == SIM_TAG_READY) {
        p->fit = m.bytes && m.bytes[0];
        h->silent--;
    } else if (m.tag == SIM_TAG_WANT) {
        send_scenario(h, &m);
    } else {
        take_result(h, &m);
    }
    free(m.bytes);
    return true;
}

static void serve_all(hub *h) {
    sim_mpi_nap nap = {0};
    for (int i = 1; i < h->peers; i++)
        sim_mpi_send(i, SIM_TAG_HELLO, NULL, 0);
    while (jobs_left(h) > 0 || h->out > 0 || h->silent > 0) {
        hand_out(h);
        if (receive(h))
            nap.ns = 0;
        else
            sim_mpi_doze(&nap);
    }
}

void sim_ranks_run(sim_batch *b) {
    hub h = {.batch = b, .peers = sim_ranks_count(), .silent = sim_ranks_count() - 1};
    pthread_t own;
    h.peer = calloc((size_t)h.peers, sizeof *h.peer);
    h.trial = calloc(1, sizeof *h.trial);
    bool beside = h.peer && h.trial && pthread_create(&own, NULL, sim_batch_work, b) == 0;
    if (h.peer && h.trial) serve_all(&h);
    if (beside)
        pthread_join(own, NULL);
    else
        sim_batch_work(b); /* what the others left, if they are none */
    free(h.peer);
    free(h.trial);
}

#endif
