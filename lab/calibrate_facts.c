/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calibrate_facts.c - from rows to what is fitted: spells, counts by shopper and by SKU, hours, rates.
 *
 * A spell counts from where its start was seen. What had begun before the first row is left out, not counted
 * from there: the longer a spell, the likelier it lies across any given moment. The last spell of each SKU,
 * and the wait after the last occasion of each shopper, are censored where the trace ends.
 */
#include "lab/calibrate_job.h"

#include <math.h>
#include <stdlib.h>

static const double HOUR = 3600e3;
static const int64_t DAY = 86400000;
static const double COARSE = 0.02; /* a unit of more than this share of the median counts as rounding */

/* ---- spells ---- */

static bool add(lab_spells *s, int64_t length, int64_t window, bool ended) {
    if (length < 0 || (length == 0 && !ended)) return true; /* began at the last row: nothing is known */
    if (s->n == s->room) {
        size_t room = s->room ? 2 * s->room : 1024;
        lab_spell *more = realloc(s->spell, room * sizeof *more);
        if (!more) return false;
        s->spell = more;
        s->room = room;
    }
    s->spell[s->n++] = (lab_spell){(double)length, (double)window, ended};
    s->ended += ended;
    return true;
}

static double common(double a, double b) {
    while (b > 0) {
        double rest = fmod(a, b);
        a = b;
        b = rest;
    }
    return a;
}

static int by_number(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* From milliseconds to hours, with the unit that the lengths share. */
static bool settle(lab_spells *s) {
    double *ended = malloc((s->ended ? s->ended : 1) * sizeof *ended), unit = 0;
    size_t n = 0;
    if (!ended) return false;
    for (size_t i = 0; i < s->n; i++) {
        if (s->spell[i].ended) {
            ended[n++] = s->spell[i].length;
            unit = common(s->spell[i].length, unit);
        }
    }
    if (n) qsort(ended, n, sizeof *ended, by_number);
    s->rounded = n && unit > COARSE * ended[n / 2];
    s->unit = unit / HOUR;
    s->zeros = n && ended[0] == 0;
    /* what took no time at all, in times that are not rounded, took less than their unit */
    for (size_t i = 0; i < s->n; i++) {
        s->spell[i].length = fmax(s->spell[i].length, s->rounded ? 0 : unit / 2) / HOUR;
        s->spell[i].window = fmax(s->spell[i].window / HOUR, s->spell[i].length);
    }
    free(ended);
    return true;
}

/* ---- traces.inventory ---- */

static int hour_of(int64_t at) {
    return (int)(at % DAY / 3600000);
}

typedef struct {
    int64_t first, since; /* the SKU's first row; where its present state began */
    bool known, out, seen_start;
} shelf;

static bool take_stock_row(lab_facts *f, shelf *s, const scenario_stock_row *row, int64_t end) {
    bool out = row->level == 0;
    if (!s->known) {
        *s = (shelf){row->at, row->at, true, out, false};
        f->sku_days += (double)(end - row->at) / (double)DAY;
        return true;
    }
    if (out == s->out) return true; /* other units, but neither gone nor back */
    lab_spells *of = s->out ? &f->out : &f->in;
    if (!s->seen_start)
        of->unseen_start++;
    else if (!add(of, row->at - s->since, end - s->since, true))
        return false;
    if (s->out) {
        f->restocks++;
        f->restock_hour[hour_of(row->at)]++;
    }
    s->out = out;
    s->since = row->at;
    s->seen_start = true;
    return true;
}

static bool take_stock(lab_facts *f, const scenario_inventory *inv) {
    shelf *s = calloc(inv->named.skus ? inv->named.skus : 1, sizeof *s);
    bool good = s != NULL;
    f->stock = true;
    f->stock_skus = inv->named.skus;
    for (size_t i = 0; i < inv->rows && good; i++)
        good = take_stock_row(f, &s[inv->row[i].sku], &inv->row[i], inv->last);
    for (uint32_t i = 0; i < inv->named.skus && good; i++) {
        lab_spells *of = s[i].out ? &f->out : &f->in;
        if (s[i].known && !s[i].seen_start) of->unseen_start++;
        if (s[i].seen_start) good = add(of, inv->last - s[i].since, inv->last - s[i].since, false);
    }
    free(s);
    return good && settle(&f->out) && settle(&f->in);
}

/* ---- traces.events ---- */

typedef struct {
    uint32_t shopper;
    uint64_t order;
    int64_t at;
} occasion;

static int by_order(const void *a, const void *b) {
    const occasion *x = a, *y = b;
    if (x->shopper != y->shopper) return x->shopper < y->shopper ? -1 : 1;
    if (x->order != y->order) return x->order < y->order ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

static int by_time(const void *a, const void *b) {
    const occasion *x = a, *y = b;
    if (x->shopper != y->shopper) return x->shopper < y->shopper ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

/* The occasions of one kind, sorted by shopper and time; rows of one order are one, at its first row. [out]
 * n. NULL: no memory. */
static occasion *occasions_of(const lab_traces *t, lab_event_kind kind, size_t *n) {
    occasion *o = malloc((t->events ? t->events : 1) * sizeof *o);
    size_t rows = 0, kept = 0;
    if (!o) return NULL;
    for (size_t i = 0; i < t->events; i++)
        if (t->event[i].kind == kind)
            o[rows++] = (occasion){t->event[i].shopper, t->event[i].order, t->event[i].at};
    if (rows) qsort(o, rows, sizeof *o, by_order);
    for (size_t i = 0; i < rows; i++)
        if (!kept || o[i].shopper != o[kept - 1].shopper || o[i].order != o[kept - 1].order) o[kept++] = o[i];
    if (kept) qsort(o, kept, sizeof *o, by_time);
    *n = kept;
    return o;
}

/* Per shopper how many occasions, and the times between them. */
static bool take_shoppers(lab_facts *f, const occasion *o, size_t n, int64_t end) {
    double *count = malloc((n ? n : 1) * sizeof *count);
    size_t people = 0;
    bool good = count != NULL;
    for (size_t i = 0, next; i < n && good; i = next) {
        next = i + 1;
        while (next < n && o[next].shopper == o[i].shopper)
            next++;
        if (o[i].shopper == LAB_NO_SHOPPER) {
            f->anonymous = (double)(next - i);
            continue;
        }
        count[people++] = (double)(next - i);
        f->occasions += (double)(next - i);
        for (size_t k = i; k < next && good; k++) {
            bool last = k + 1 == next;
            good = add(&f->between, (last ? end : o[k + 1].at) - o[k].at, end - o[k].at, !last);
        }
    }
    f->shoppers = (double)people;
    if (good && people) qsort(count, people, sizeof *count, by_number);
    if (good) good = (f->visits = malloc((people ? people : 1) * sizeof *f->visits)) != NULL;
    for (size_t i = 0; i < people && good; i++) {
        if (f->visit_counts && f->visits[f->visit_counts - 1].x == count[i])
            f->visits[f->visit_counts - 1].weight++;
        else
            f->visits[f->visit_counts++] = (stat_count){count[i], 1};
    }
    free(count);
    return good && settle(&f->between);
}

static void take_hours(lab_facts *f, const occasion *o, size_t n) {
    for (size_t i = 0; i < n; i++) {
        f->hour[hour_of(o[i].at)]++;
        f->weekday[(o[i].at / DAY + 3) % 7]++; /* 1970-01-01 was a Thursday */
    }
}

/* Rows by SKU, and money per unit: a ratio of sums, with the standard error of a ratio estimate (W. G.
 * Cochran, Sampling Techniques, 3rd ed., 1977, section 6.4). */
static bool take_rows(lab_facts *f, const lab_traces *t) {
    double money = 0, units = 0, squares = 0;
    f->sku = calloc(t->skus ? t->skus : 1, sizeof *f->sku);
    if (!f->sku) return false;
    for (size_t i = 0; i < t->events; i++) {
        const lab_trace_event *e = &t->event[i];
        f->returned += e->kind == LAB_EVENT_RETURN;
        if (e->kind != LAB_EVENT_PURCHASE) continue;
        f->bought++;
        f->sku[e->sku]++;
        if (isnan(e->revenue)) continue;
        f->priced++;
        money += e->revenue;
        units += e->quantity;
    }
    f->price = money / units;
    for (size_t i = 0; i < t->events; i++) {
        const lab_trace_event *e = &t->event[i];
        double off = e->revenue - f->price * e->quantity;
        if (e->kind == LAB_EVENT_PURCHASE && !isnan(e->revenue)) squares += off * off;
    }
    f->price_se = sqrt(squares) / units;
    qsort(f->sku, t->skus, sizeof *f->sku, by_number);
    for (size_t i = 0; i < t->skus / 2; i++) { /* falling; what was never bought has no rank */
        double other = f->sku[t->skus - 1 - i];
        f->sku[t->skus - 1 - i] = f->sku[i];
        f->sku[i] = other;
    }
    while (f->skus < t->skus && f->sku[f->skus] > 0)
        f->skus++;
    return true;
}

static bool take_events(lab_facts *f, const lab_traces *t) {
    int64_t first = t->event[0].at, last = first;
    size_t views = 0, bought = 0;
    for (size_t i = 0; i < t->events; i++) {
        if (t->event[i].at < first) first = t->event[i].at;
        if (t->event[i].at > last) last = t->event[i].at;
        f->views = f->views || t->event[i].kind == LAB_EVENT_VIEW;
    }
    f->events = true;
    f->days = (double)(last - first) / (double)DAY;
    occasion *buy = occasions_of(t, LAB_EVENT_PURCHASE, &bought),
             *view = f->views ? occasions_of(t, LAB_EVENT_VIEW, &views) : NULL;
    bool good = buy && (view || !f->views);
    if (good) good = f->views ? take_shoppers(f, view, views, last) : take_shoppers(f, buy, bought, last);
    f->purchases = (double)bought;
    if (good) take_hours(f, f->views ? view : buy, f->views ? views : bought);
    free(buy);
    free(view);
    return good && take_rows(f, t);
}

/* ---- traces.sends ---- */

static bool take_sends(lab_facts *f, const lab_traces *t) {
    int64_t last = 0;
    bool good = true;
    for (size_t i = 0; i < t->sends; i++) {
        if (t->send[i].at > last) last = t->send[i].at;
        if (t->send[i].opened > last) last = t->send[i].opened;
        if (t->send[i].clicked > last) last = t->send[i].clicked;
    }
    f->sends = true;
    f->open_delay.cut = true;
    for (size_t i = 0; i < t->sends && good; i++) {
        const lab_trace_send *s = &t->send[i];
        if (s->at > last - t->send_window) {
            f->young++;
            continue;
        }
        f->sent++;
        if (s->opened < 0 || s->opened - s->at > t->send_window) continue;
        f->opened++;
        f->clicked += s->clicked >= 0;
        f->has_clicks = f->has_clicks || s->clicked >= 0;
        good = add(&f->open_delay, s->opened - s->at, t->send_window, true);
    }
    return good && settle(&f->open_delay);
}

bool lab_facts_take(const lab_traces *t, lab_facts *out) {
    *out = (lab_facts){0};
    return (!t->stock || take_stock(out, t->stock->inventory)) && (!t->events || take_events(out, t)) &&
           (!t->sends || take_sends(out, t));
}

void lab_facts_clear(lab_facts *f) {
    free(f->out.spell);
    free(f->in.spell);
    free(f->between.spell);
    free(f->open_delay.spell);
    free(f->visits);
    free(f->sku);
    *f = (lab_facts){0};
}
