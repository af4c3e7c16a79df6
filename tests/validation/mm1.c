/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * mm1.c - the event queue and the random streams against a queue whose answer is known: M/M/1.
 *
 * Poisson arrivals, exponential service, one server, first come first served. With load rho = lambda / mu,
 *   mean number in the system     L  = rho / (1 - rho)
 *   mean wait before service      Wq = rho / (mu - lambda)
 *   share of time the server works     rho
 * (Gross, Shortle, Thompson, Harris: Fundamentals of Queueing Theory, 2008, chapter 2).
 *
 * Each replication starts in the stationary state (a geometric number in the system), so there is no warm-up
 * and every estimate is unbiased: L and rho as averages over time, Wq as the waits of all who arrive in [0,
 * T] over lambda T. So |mean - exact| <= 4 sd / sqrt(replications) may be asked.
 */
#include "tests/support.h"

#include <math.h>
#include <stdlib.h>
#include <gsl/gsl_randist.h>

#include "models/dist.h"
#include "models/rng.h"
#include "sim/queue.h"

enum { REPLICATIONS = 500, CUSTOMERS = 4000 };
static const int64_t SERVICE = 100000; /* mean, ms: rounding to 1 ms is of no account */

enum { ARRIVAL, DEPARTURE };
enum { STREAM_ARRIVAL, STREAM_SERVICE, STREAM_START };

typedef struct {
    sim_queue *queue;
    gsl_rng *r;
    model_key key;
    model_span between, service;
    int64_t end, clock;
    uint32_t arrived,
        departed; /* customers so far; also the next one's number, those present at 0 included */
    uint32_t present_at_start;
    int64_t *arrival_of; /* by customer */
    size_t room;
    double number_time, busy_time, wait; /* integrals over [0, end]; sum of waits */
} station;

typedef struct {
    double number, busy, wait;
} estimate;

static int64_t draw(station *s, uint32_t stream, uint32_t customer, const model_span *span) {
    model_rng_seek(s->r, s->key, stream, 0, MODEL_P_TEST, customer);
    return model_span_draw(span, s->r);
}

static void schedule(station *s, int64_t at, uint32_t kind) {
    const sim_event event = {.at = at, .kind = kind & SIM_EVENT_KIND_MAX};
    assert_true(sim_queue_push(s->queue, event));
}

/* The customer at the head enters service now. Those present at the start arrived before 0 and are not
 * counted. */
static void start_service(station *s) {
    uint32_t customer = s->departed;
    if (customer >= s->present_at_start) s->wait += (double)(s->clock - s->arrival_of[customer]);
    schedule(s, s->clock + draw(s, STREAM_SERVICE, customer, &s->service), DEPARTURE);
}

static void admit(station *s) {
    if (s->arrived == s->room) {
        s->room = s->room ? 2 * s->room : 1024;
        s->arrival_of = realloc(s->arrival_of, s->room * sizeof *s->arrival_of);
        assert_non_null(s->arrival_of);
    }
    s->arrival_of[s->arrived] = s->clock;
    if (s->arrived++ == s->departed) start_service(s);
}

static void schedule_arrival(station *s) {
    int64_t at = s->clock + draw(s, STREAM_ARRIVAL, s->arrived, &s->between);
    if (at <= s->end) schedule(s, at, ARRIVAL);
}

/* Time passes up to `to`; only what lies before the end is averaged. */
static void pass(station *s, int64_t to) {
    int64_t span = (to < s->end ? to : s->end) - s->clock;
    if (span > 0) {
        s->number_time += (double)span * (s->arrived - s->departed);
        s->busy_time += s->arrived > s->departed ? (double)span : 0;
    }
    s->clock = to;
}

/* Runs on past the end until all who arrived in time have been served. */
static void run(station *s) {
    model_rng_seek(s->r, s->key, STREAM_START, 0, MODEL_P_TEST, 0);
    double rho = (double)SERVICE / (double)s->between.mean;
    s->present_at_start = gsl_ran_geometric(s->r, 1 - rho) - 1; /* GSL's starts at 1 */
    for (uint32_t i = 0; i < s->present_at_start; i++)
        admit(s);
    schedule_arrival(s);
    sim_event event;
    while (sim_queue_pop(s->queue, &event)) {
        pass(s, event.at);
        if (event.kind == ARRIVAL) {
            admit(s);
            schedule_arrival(s);
        } else if (++s->departed < s->arrived) {
            start_service(s);
        }
    }
    pass(s, s->end);
}

static estimate replicate(gsl_rng *r, double rho, uint64_t replication) {
    int64_t between = llround((double)SERVICE / rho);
    station s = {.queue = sim_queue_create(NULL),
                 .r = r,
                 .key = model_key_make(1, replication),
                 .between = {.kind = MODEL_SPAN_EXPONENTIAL, .mean = between},
                 .service = {.kind = MODEL_SPAN_EXPONENTIAL, .mean = SERVICE},
                 .end = between * CUSTOMERS};
    assert_non_null(s.queue);
    run(&s);
    sim_queue_destroy(s.queue);
    free(s.arrival_of);
    double t = (double)s.end;
    return (estimate){s.number_time / t, s.busy_time / t, s.wait / CUSTOMERS};
}

static void check(const char *what, const double *x, double exact) {
    double sum = 0, squares = 0;
    for (int i = 0; i < REPLICATIONS; i++)
        sum += x[i];
    double mean = sum / REPLICATIONS;
    for (int i = 0; i < REPLICATIONS; i++)
        squares += (x[i] - mean) * (x[i] - mean);
    double error = sqrt(squares / (REPLICATIONS - 1) / REPLICATIONS);
    print_message("  %s: %.6g +- %.2g, exact %.6g\n", what, mean, error, exact);
    assert_near(mean, exact, 4 * error);
    assert_true(error < 0.01 * exact); /* else the test could not fail */
}

static void agrees_with_the_closed_form(double rho) {
    double number[REPLICATIONS], busy[REPLICATIONS], wait[REPLICATIONS];
    gsl_rng *r = gsl_rng_alloc(model_rng_philox);
    for (uint64_t i = 0; i < REPLICATIONS; i++) {
        estimate e = replicate(r, rho, i);
        number[i] = e.number;
        busy[i] = e.busy;
        wait[i] = e.wait;
    }
    gsl_rng_free(r);
    print_message("  load %g\n", rho);
    check("number in system", number, rho / (1 - rho));
    check("server busy", busy, rho);
    check("wait, ms", wait, rho / (1 - rho) * (double)SERVICE);
}

static void half_load(void **state) {
    (void)state;
    agrees_with_the_closed_form(0.5);
}

static void heavy_load(void **state) {
    (void)state;
    agrees_with_the_closed_form(0.8);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(half_load),
        cmocka_unit_test(heavy_load),
    };
    return RUN_TESTS(tests);
}
