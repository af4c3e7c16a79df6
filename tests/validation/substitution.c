/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * substitution.c - what is bought instead of what is sold out: the shares of the choice against the closed
 * form, and how many do so in the whole simulator.
 */
#include "tests/validation/quiet_world.h"

#include "sim/substitute.h"

/* ---- the choice ---- */

/* Four products in three variants, all that a choice looks at. */
enum { PRODUCTS = 4, VARIANTS = 3, SKUS = PRODUCTS * VARIANTS, DRAWS = 200000 };
typedef struct {
    sim_world w;
    scenario_params p;
    sim_sku sku[SKUS];
    uint8_t in_stock[SKUS];
    double popularity[SKUS], curve[VARIANTS];
} choice;

static choice *new_choice(double within, double across) {
    choice *c = calloc(1, sizeof *c);
    assert_non_null(c);
    c->w.key = model_key_make(3, 4);
    c->w.p = &c->p;
    c->w.sku = c->sku;
    c->w.in_stock = c->in_stock;
    c->w.popularity = c->popularity;
    c->w.curve = c->curve;
    c->w.skus = SKUS;
    c->w.products = PRODUCTS;
    c->w.variants = VARIANTS;
    c->p.substitution.within = within;
    c->p.substitution.across = across;
    const double popularity[] = {.4, .7, .9, 1}, curve[] = {.2, .5, .3}; /* shares .4 .3 .2 .1 */
    memcpy(c->popularity, popularity, sizeof popularity);
    memcpy(c->curve, curve, sizeof curve);
    for (uint32_t i = 0; i < SKUS; i++)
        c->sku[i].product = i / VARIANTS;
    return c;
}

/* How often each SKU is taken, and at [SKUS] none. */
static void draw(const choice *c, uint32_t wanted, double share[SKUS + 1]) {
    memset(share, 0, (SKUS + 1) * sizeof *share);
    for (uint32_t i = 0; i < DRAWS; i++) {
        uint32_t sku = sim_substitute(&c->w, i, wanted, MODEL_P_SUBSTITUTE_VISIT, 1);
        share[sku == SIM_NONE ? SKUS : sku]++;
    }
    for (int i = 0; i <= SKUS; i++)
        share[i] /= DRAWS;
}

static void assert_shares(const double share[SKUS + 1], const double want[SKUS + 1]) {
    for (int i = 0; i <= SKUS; i++)
        assert_near(share[i], want[i], 4.5 * sqrt(want[i] * (1 - want[i]) / DRAWS) + 1e-12);
}

static void another_variant_by_the_size_curve(void **state) {
    (void)state;
    choice *c = new_choice(.6, 0);
    double share[SKUS + 1];
    memset(c->in_stock, 1, SKUS);
    c->in_stock[3] = 0;
    draw(c, 3, share); /* the first variant of product 1: the others are SKUs 4 and 5 */
    assert_shares(share, (double[SKUS + 1]){[4] = .6 * 5 / 8, [5] = .6 * 3 / 8, [SKUS] = .4});
    c->in_stock[4] = 0;
    draw(c, 3, share);
    assert_shares(share, (double[SKUS + 1]){[5] = .6, [SKUS] = .4});
    c->in_stock[5] = 0;
    draw(c, 3, share);
    assert_shares(share, (double[SKUS + 1]){[SKUS] = 1});
    free(c);
}

static void another_product_by_a_logit(void **state) {
    (void)state;
    choice *c = new_choice(0, .5);
    double share[SKUS + 1];
    memset(c->in_stock, 1, SKUS);
    c->in_stock[4] = 0;
    draw(c, 4, share); /* the second variant of product 1: SKUs 1, 7, 10; of .4 .2 .1 */
    assert_shares(share, (double[SKUS + 1]){[1] = .5 * 4 / 7, [7] = .5 * 2 / 7, [10] = .5 / 7, [SKUS] = .5});
    c->in_stock[1] = 0; /* weights .2 .1 against .7 for nothing */
    draw(c, 4, share);
    assert_shares(share, (double[SKUS + 1]){[7] = .2, [10] = .1, [SKUS] = .7});
    c->p.substitution.across = 1;
    draw(c, 4, share);
    assert_shares(share, (double[SKUS + 1]){[7] = 2.0 / 3, [10] = 1.0 / 3});
    c->in_stock[7] = c->in_stock[10] = 0;
    draw(c, 4, share);
    assert_shares(share, (double[SKUS + 1]){[SKUS] = 1});
    free(c);
}

static void first_the_variant_then_the_product(void **state) {
    (void)state;
    choice *c = new_choice(.25, .8);
    double share[SKUS + 1];
    memset(c->in_stock, 1, SKUS);
    c->in_stock[4] = c->in_stock[3] = 0;
    draw(c, 4, share);
    const double rest = .75 * .8 / 7;
    assert_shares(
        share, (double[SKUS + 1]){[5] = .25, [1] = rest * 4, [7] = rest * 2, [10] = rest, [SKUS] = .75 * .2});
    free(c);
}

/* With a trace each SKU has a popularity of its own, and SKUs belong to products in any order. */
static void by_popularity_of_the_skus(void **state) {
    (void)state;
    choice *c = new_choice(.5, .5);
    double share[SKUS + 1];
    c->w.variants = 0;
    c->w.skus = 5;
    const double popularity[] = {.1, .3, .6, .8, 1}; /* shares .1 .2 .3 .2 .2 */
    const uint32_t product[] = {0, 1, 0, 2, 0};
    for (uint32_t i = 0; i < 5; i++) {
        c->popularity[i] = popularity[i];
        c->sku[i].product = product[i];
        c->in_stock[i] = i != 2;
    }
    draw(c, 2, share);
    assert_shares(share,
                  (double[SKUS + 1]){[0] = .5 / 3, [4] = .5 * 2 / 3, [1] = .125, [3] = .125, [SKUS] = .25});
    free(c);
}

/* ---- in the whole simulator ---- */

/* A product of two SKUs, which 200 want by even chances: A has `units` after an hour, B more than will go. */
typedef struct {
    scenario_inventory inventory;
    scenario_stock_row row[3];
    uint32_t product[2];
    uint64_t hash[2];
} two_skus;

static scenario *with_two(two_skus *of, uint32_t units) {
    scenario *s = quiet_world();
    SET_ALL(s, {"supply.mode", "trace"}, {"traces.inventory.kind", "levels"}, {"catalog.popularity", "0"});
    int64_t start = s->p.run.start;
    *of =
        (two_skus){.row = {{start, 1, 1000000}, {start, 0, 0}, {start + 3600000, 0, units}}, .hash = {1, 2}};
    of->inventory = (scenario_inventory){.row = of->row, .rows = units ? 3 : 2};
    scenario_named *named = &of->inventory.named;
    named->skus = 2;
    named->products = 1;
    named->product_of = of->product;
    named->sku_hash = named->product_hash = of->hash;
    s->inventory = &of->inventory;
    s->named = named;
    return s;
}

/* Of K who click on A, one gets the unit, the others land on a sold-out page. */
static void at_the_landing(void **state) {
    (void)state;
    two_skus of;
    scenario *s = with_two(&of, 1);
    SET_ALL(s, {"response.click.notify_me", "0.1"}, {"response.buy.notify_me", "1"},
            {"response.optout_sold_out", "1"}, {"substitution.within", "0.4"},
            {"response.optout_within", "0"}, {"policy.match", "variant"});
    /* B is there from the start: its wanters are told, too, and each who clicks buys */
    tallies x = OF(STORE_T_orders_substitute, STORE_T_orders_push, STORE_T_credited_orders, STORE_T_optouts);
    run_trials(s, 31, 3000, false, read_tallies, &x);
    double sold_out = 200 * .05 - (1 - pow(1 - .05, 200));
    assert_mean(&x.x[0], .4 * sold_out);
    assert_mean(&x.x[3], .6 * sold_out);
    assert_near(x.x[1].mean, x.x[2].mean, 0);
    set(s, "attribution.scope", "sku"); /* a substitute is no order of the SKU that she was told of */
    tallies y = OF(STORE_T_orders_substitute, STORE_T_orders_push, STORE_T_credited_orders, STORE_T_optouts);
    run_trials(s, 31, 3000, false, read_tallies, &y);
    assert_near(y.x[1].mean, x.x[1].mean, 0);
    assert_near(y.x[2].mean, x.x[1].mean - x.x[0].mean, 1e-9);
    free(s);
}

/* Each time that she looks, until she has it. */
static void coming_back(void **state) {
    (void)state;
    two_skus of;
    scenario *s = with_two(&of, 0);
    SET_ALL(s, {"policy.holdout.fraction", "1"}, {"interest.return_rate", "0.1"},
            {"interest.return_buy", "0"}, {"substitution.within", "0.3"}, {"run.horizon", "20d"});
    tallies x = OF(STORE_T_orders_substitute, STORE_T_orders_return, STORE_T_orders, STORE_T_waiting_units);
    run_trials(s, 32, 1500, false, read_tallies, &x);
    double bought = 100 * (1 - exp(-.1 * .3 * 20));
    for (int i = 0; i < 3; i++)
        assert_mean(&x.x[i], bought);
    assert_mean(&x.x[3], 200 - bought);
    free(s);
}

/* Products of popularity 12 : 6 : 4 : 3 by 25; 1 and 3 are there. The chance to take one of them instead of 0
 * is across x 9 / 13, instead of 2 it is across x 9 / 21 for those not there being as good as nothing. */
static scenario *four_products(void) {
    scenario *s = quiet_world();
    SET_ALL(s, {"catalog.products", "4"}, {"catalog.popularity", "1"},
            {"supply.restocks[0].units", "1000000"}, {"supply.restocks[0].product", "1"},
            {"supply.restocks[1].after", "0"}, {"supply.restocks[1].units", "1000000"},
            {"supply.restocks[1].product", "3"}, {"substitution.across", "0.5"}, {"run.horizon", "20d"},
            {"policy.holdout.fraction", "1"}, {"interest.return_buy", "0"});
    return s;
}

static double instead(double there, double others) {
    return .5 * there / (.5 * others + .5 * there);
}

static void another_product_on_coming_back(void **state) {
    (void)state;
    scenario *s = four_products();
    set(s, "interest.return_rate", "0.1");
    tallies x = OF(STORE_T_orders_substitute, STORE_T_orders_return, STORE_T_orders, STORE_T_credited_orders);
    run_trials(s, 33, 1500, false, read_tallies, &x);
    double p0 = instead(9, 13), p2 = instead(9, 21);
    double bought = 200 * (12 * (1 - exp(-2 * p0)) + 4 * (1 - exp(-2 * p2))) / 25;
    assert_mean(&x.x[0], bought);
    assert_mean(&x.x[1], bought);
    free(s);
}

static void visits_and_anonymous_demand(void **state) {
    (void)state;
    scenario *s = four_products();
    SET_ALL(s, {"interest.initial.notify_me", "0"}, {"shoppers.visit_rate", "0.5"},
            {"shoppers.visit_cv", "0"}, {"shoppers.visit_buy", "0.3"}, {"organic.rate", "10"},
            {"interest.signal.notify_me", "0"}, {"interest.signal.wishlist", "0"},
            {"interest.signal.cart", "0"}, {"interest.signal.browse", "0"});
    tallies off =
        OF(STORE_T_orders_substitute, STORE_T_orders_visit, STORE_T_organic_lost, STORE_T_orders_organic);
    run_trials(s, 34, 600, false, read_tallies, &off);
    double visits = 200 * .5 * 20 * .3, lost = 10 * 20.0 * 16 / 25;
    assert_near(off.x[0].mean, 0, 0);
    assert_mean(&off.x[1], visits * 9 / 25);
    assert_mean(&off.x[2], lost);
    SET_ALL(s, {"substitution.visits", "true"}, {"substitution.organic", "true"});
    double p = (12 * instead(9, 13) + 4 * instead(9, 21)) / 25;
    tallies on =
        OF(STORE_T_orders_substitute, STORE_T_orders_visit, STORE_T_organic_lost, STORE_T_orders_organic);
    run_trials(s, 34, 600, false, read_tallies, &on);
    assert_mean(&on.x[0], (visits + 200) * p);
    assert_mean(&on.x[1], visits * (9.0 / 25 + p));
    assert_mean(&on.x[2], lost - 200 * p);
    assert_mean(&on.x[3], 200 * (9.0 / 25 + p));
    free(s);
}

/* Signals: six in ten of those who find it sold out leave one, but those who would have bought buy instead.
 */
static void who_buys_instead_leaves_no_signal(void **state) {
    (void)state;
    scenario *s = four_products();
    SET_ALL(s, {"interest.initial.notify_me", "0"}, {"shoppers.visit_rate", "0.001"},
            {"shoppers.visit_cv", "0"}, {"shoppers.visit_buy", "0.3"}, {"interest.signal.notify_me", "0.6"},
            {"interest.signal.wishlist", "0"}, {"interest.signal.cart", "0"}, {"interest.signal.browse", "0"},
            {"substitution.visits", "true"}, {"substitution.across", "1"}, {"shoppers.count", "5000"});
    tallies x = OF(STORE_T_signals, STORE_T_orders_substitute, STORE_T_orders_visit, STORE_T_restocks);
    run_trials(s, 35, 300, false, read_tallies, &x);
    double sold_out = 5000 * .02 * 16 / 25; /* 100 visits, hardly anybody's second */
    assert_mean(&x.x[1], .3 * sold_out);
    assert_near(x.x[0].mean, .3 * sold_out, 4 * sample_sd(&x.x[0]) / sqrt(300) + .02 * .3 * sold_out);
    free(s);
}

/* Product 0 is back after ten days, product 1 is there from the start; each is waited for by half of 200, who
 * are told at once and buy with q = .06. Half of the visits go to either; who visits buys with a hazard of
 * .025 a day, of .05 once both are there. Whoever needs one thing only has bought nothing until day 10 with
 * exp(-.25), and is not told in vain later on; the others buy as if there were no push. */
static void one_need(void **state) {
    (void)state;
    const double q = .06, share = .4, early = 1 - exp(-.25), late = 1 - exp(-.5);
    scenario *s = quiet_world();
    SET_ALL(s, {"catalog.products", "2"}, {"catalog.popularity", "0"},
            {"supply.restocks[0].units", "1000000"}, {"supply.restocks[0].product", "0"},
            {"supply.restocks[0].after", "10d"}, {"supply.restocks[1].units", "1000000"},
            {"supply.restocks[1].product", "1"}, {"supply.restocks[1].after", "0"}, {"run.horizon", "20d"},
            {"shoppers.visit_rate", "0.1"}, {"shoppers.visit_cv", "0"}, {"shoppers.visit_buy", "0.5"},
            {"interest.signal.notify_me", "0"}, {"interest.signal.wishlist", "0"},
            {"interest.signal.cart", "0"}, {"interest.signal.browse", "0"}, {"substitution.one_need", "0.4"});
    tallies x = OF(STORE_T_orders_push, STORE_T_orders_visit, STORE_T_orders_substitute, STORE_T_orders);
    run_trials(s, 36, 1500, false, read_tallies, &x);
    double of_1 = (1 - q) * (1 - (1 - early) * (1 - late)), of_0 = early + (1 - q) * (1 - early) * late;
    assert_mean(&x.x[0], 200 * q * (1 - share + share * (1 + exp(-.25)) / 2));
    assert_mean(&x.x[1], 200 * (share * (of_1 + of_0) / 2 + (1 - share) * .75));
    assert_near(x.x[2].mean, 0, 0);
    free(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_variant_by_the_size_curve),
        cmocka_unit_test(another_product_by_a_logit),
        cmocka_unit_test(first_the_variant_then_the_product),
        cmocka_unit_test(by_popularity_of_the_skus),
        cmocka_unit_test(at_the_landing),
        cmocka_unit_test(coming_back),
        cmocka_unit_test(another_product_on_coming_back),
        cmocka_unit_test(visits_and_anonymous_demand),
        cmocka_unit_test(who_buys_instead_leaves_no_signal),
        cmocka_unit_test(one_need),
    };
    return RUN_TESTS(tests);
}
