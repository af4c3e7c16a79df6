-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A restocklab run store: one run, all its replications. Open it with any SQLite 3.37 or later.
--
--   sqlite3 run.db 'SELECT name, mean, lo, hi, unit FROM summary'
--   sqlite3 run.db 'SELECT replication, sends, clicked_oos_rate FROM trial_metrics'
--   sqlite3 run.db "SELECT reason, sum(n) FROM ledger WHERE outcome = 'suppressed' GROUP BY reason"
--
-- Times named *_at are milliseconds since the Unix epoch, UTC; spans are milliseconds; money is in the
-- scenario's unit. NULL is a value that does not exist. Nothing depends on the threads, the host or the clock of
-- the run, so equal runs have equal contents. The table `dictionary` explains every counted name.
-- The program computes metrics from the counts again when it reads a store; it never reads `metric`.

CREATE TABLE run (             -- one row
    scenario TEXT,             -- file name without folder and ending
    title TEXT,
    text TEXT,                 -- the scenario as loaded, overrides included: run it again with this
    seed TEXT NOT NULL,        -- unsigned 64-bit decimal
    start_at INTEGER NOT NULL,
    horizon INTEGER NOT NULL,  -- span simulated
    warmup INTEGER NOT NULL,   -- span at its start that is left out of every count
    price REAL,                -- money per unit, where no catalog trace gives the SKU one of its own
    holdout REAL,              -- fraction held out
    holdout_unit TEXT,         -- of what: shopper, product, restock, shopper_product, two_sided (of shoppers)
    holdout_products REAL,     -- two_sided: fraction of products held out besides
    twins INTEGER NOT NULL     -- 1: every trial was repeated with all and with none treated
) STRICT;

CREATE TABLE manifest (        -- what made the run: program, version, hashes
    key TEXT,
    value TEXT
) STRICT;

CREATE TABLE trace (           -- recorded streams that were replayed
    name TEXT,                 -- inventory, events, ...
    file TEXT,                 -- base name
    hash TEXT NOT NULL,        -- 16 hexadecimal digits
    row_count REAL,
    skus REAL,
    restocks REAL,
    rejected REAL              -- rows skipped as bad
) STRICT;

CREATE TABLE tier (            -- loyalty tiers in the order of the scenario
    tier INTEGER PRIMARY KEY,
    name TEXT
) STRICT;

CREATE TABLE template (        -- the policy's templates in its order
    template INTEGER PRIMARY KEY,
    name TEXT
) STRICT;

CREATE TABLE policy_arm (      -- policy.arms, if there are any
    policy_arm INTEGER PRIMARY KEY,
    name TEXT,
    weight REAL                -- its share of shoppers is its weight over the sum of all
) STRICT;

CREATE TABLE dictionary (      -- what the names in tally, histogram, series and since count
    kind TEXT NOT NULL,        -- tally, histogram, series, since
    name TEXT NOT NULL,
    meaning TEXT NOT NULL,
    PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE summary (         -- a metric over the replications
    name TEXT PRIMARY KEY,
    unit TEXT,
    definition TEXT,
    direction TEXT,            -- which way is better
    mean REAL,
    lo REAL,                   -- 95 % interval of the mean
    hi REAL,
    sd REAL,                   -- between replications
    n INTEGER NOT NULL         -- replications in which it exists
) STRICT;

CREATE TABLE trial (           -- one row a replication
    replication INTEGER PRIMARY KEY,
    twins INTEGER NOT NULL,    -- 1: the true_* tallies hold
    events INTEGER NOT NULL    -- world events handled in the base run
) STRICT;

CREATE TABLE metric (          -- a metric of one replication; the view trial_metrics has them as columns
    replication INTEGER NOT NULL,
    name TEXT NOT NULL,
    value REAL,
    PRIMARY KEY (replication, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE tally (           -- raw counts after the warm-up
    replication INTEGER NOT NULL,
    name TEXT NOT NULL,        -- see dictionary
    value REAL,
    PRIMARY KEY (replication, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE moment (          -- outcomes of the experiment's units; variance = m2 / (n - 1)
    replication INTEGER NOT NULL,
    population TEXT NOT NULL,  -- assigned: all units, from reaching the holdout step; reached: first slots
    arm TEXT NOT NULL,         -- treated, held
    outcome TEXT NOT NULL,     -- orders, revenue: net, per unit, in the outcome window
    n REAL,
    mean REAL,
    m2 REAL,                   -- sum of squared distances from the mean
    PRIMARY KEY (replication, population, arm, outcome)
) STRICT, WITHOUT ROWID;

CREATE TABLE histogram (       -- spans of time; bins with a count only
    replication INTEGER NOT NULL,
    name TEXT NOT NULL,        -- see dictionary
    bin INTEGER NOT NULL,      -- 0: under 1 s; then 16 bins each doubling
    from_ms REAL NOT NULL,     -- lower edge
    to_ms REAL NOT NULL,       -- upper edge, not in the bin
    n INTEGER NOT NULL,
    PRIMARY KEY (replication, name, bin)
) STRICT, WITHOUT ROWID;

CREATE TABLE series (          -- over the horizon, in equal bins; see dictionary
    replication INTEGER NOT NULL,
    bin INTEGER NOT NULL,      -- 0..239; ends at start_at + (bin + 1) horizon / 240
    on_hand REAL,              -- levels: at the end of the bin
    feed REAL,
    storefront REAL,
    waiting REAL,
    sent REAL,                 -- flows: counted in the bin
    ghost REAL,
    orders_push REAL,
    orders_other REAL,
    sold_out_clicks REAL,
    PRIMARY KEY (replication, bin)
) STRICT, WITHOUT ROWID;

CREATE TABLE since (           -- since the true restock, summed over restocks; see dictionary
    replication INTEGER NOT NULL,
    bin INTEGER NOT NULL,      -- 0..143, 10 min each
    on_hand REAL,              -- divide by observed for the mean level of a restock
    observed REAL,
    sent REAL,
    orders_push REAL,
    orders_other REAL,
    sold_out_clicks REAL,
    PRIMARY KEY (replication, bin)
) STRICT, WITHOUT ROWID;

CREATE TABLE tier_share (      -- who got the units; share = won / asked
    replication INTEGER NOT NULL,
    tier INTEGER NOT NULL,
    asked REAL,                -- units wanted by candidates
    won REAL,                  -- units bought by them
    PRIMARY KEY (replication, tier)
) STRICT, WITHOUT ROWID;

CREATE TABLE template_answers ( -- first pushes by template, where there are several
    replication INTEGER NOT NULL,
    template INTEGER NOT NULL,
    sends REAL,
    delivered REAL,
    opened REAL,
    clicked REAL,
    orders REAL,               -- credited to them
    revenue REAL,
    PRIMARY KEY (replication, template)
) STRICT, WITHOUT ROWID;

CREATE TABLE policy_arm_outcome ( -- what became of the shoppers of each of policy.arms
    replication INTEGER NOT NULL,
    policy_arm INTEGER NOT NULL,
    recipients REAL,           -- as the tallies of these names
    sends REAL,
    ghosts REAL,
    clicked REAL,
    clicked_oos REAL,          -- landings on sold out
    shoppers REAL,             -- all who were drawn into it
    orders_mean REAL,          -- net orders after the warm-up, per shopper; variance = m2 / (shoppers - 1)
    orders_m2 REAL,
    revenue_mean REAL,
    revenue_m2 REAL,
    PRIMARY KEY (replication, policy_arm)
) STRICT, WITHOUT ROWID;

CREATE TABLE ledger (          -- every candidate of every restock, by its one final state
    replication INTEGER NOT NULL,
    outcome TEXT NOT NULL,     -- sent, ghost, suppressed, dropped, expired, waiting
    reason TEXT NOT NULL,
    n REAL
) STRICT;

-- Rows below exist where they were asked for. Shoppers and SKUs are numbers of this run. They cover the warm-up too.
-- The tallies leave it out: decisions and touches count by their campaign (restock.counted), orders by their time.

CREATE TABLE restock (         -- replication 0: one row a campaign
    replication INTEGER NOT NULL,
    restocked_at INTEGER,      -- truth rose above 0
    opened_at INTEGER,         -- the engine opened the campaign
    first_sent_at INTEGER,
    depleted_at INTEGER,       -- truth back at 0
    closed_at INTEGER,
    sku INTEGER,
    units INTEGER,             -- on hand just after the restock
    candidates INTEGER,
    sent INTEGER,
    ghost INTEGER,
    clicks INTEGER,
    orders INTEGER,
    sold_out_clicks INTEGER,
    restock INTEGER,           -- its number: joins decision.restock
    counted INTEGER,           -- 1: opened after the warm-up
    policy_arm INTEGER         -- whose campaign, if there are arms
) STRICT;

CREATE TABLE unmet_demand (    -- SKUs that somebody still wants at the end; only replication 0 where there are over 10,000 SKUs
    replication INTEGER NOT NULL,
    sku INTEGER,
    interests INTEGER,         -- open in the engine's line
    requested INTEGER,         -- units that they ask for
    wanted INTEGER,            -- units that shoppers really still want
    on_hand INTEGER,
    restock INTEGER            -- what would have met them: wanted - on_hand, at least 0
) STRICT;

CREATE TABLE shopper (         -- --log shopper: one row for each unit of the experiment
    replication INTEGER NOT NULL,
    at INTEGER,                -- first reached the holdout step
    shopper INTEGER,
    sku INTEGER,
    arm TEXT NOT NULL,         -- treated, held
    reached INTEGER NOT NULL,  -- 1: had a slot
    orders REAL,               -- net, in the outcome window
    revenue REAL,
    policy_arm INTEGER,
    restock INTEGER            -- in which it first reached that step, as in decision
) STRICT;

CREATE TABLE decision (        -- --log full: the engine's ledger, a decision a row
    replication INTEGER NOT NULL,
    at INTEGER,
    restock INTEGER,
    shopper INTEGER,           -- NULL: a bulk row of n candidates
    sku INTEGER,
    touch INTEGER,             -- the touch that it made
    follows INTEGER,           -- of a reminder or a follow-up: the candidate's first touch
    n INTEGER,
    outcome TEXT,
    reason TEXT,
    source TEXT,               -- the interest that counted
    kind TEXT,                 -- restock: a candidate; reminder, followup, predictive: no candidate
    channel TEXT,              -- push, email, sms, in_app
    arm TEXT NOT NULL,         -- treated, held
    level INTEGER,             -- units that the feed showed
    policy_arm INTEGER         -- whose engine
) STRICT;

CREATE TABLE touch (           -- --log full: a send and what became of it
    replication INTEGER NOT NULL,
    at INTEGER,
    delivered_at INTEGER,
    opened_at INTEGER,
    landed_at INTEGER,
    ordered_at INTEGER,
    touch INTEGER,
    shopper INTEGER,
    sku INTEGER,
    template INTEGER,
    kind TEXT,                 -- restock, reminder, followup, predictive
    channel TEXT,              -- push, email, sms, in_app
    failure TEXT,              -- empty: none
    landing TEXT               -- empty: none; in_stock; link_failed, left, not_found, loading; else the cause of a sold-out click
) STRICT;

CREATE TABLE orders (          -- --log full: accepted orders
    replication INTEGER NOT NULL,
    at INTEGER,
    shopper INTEGER,           -- NULL: anonymous
    sku INTEGER,
    units INTEGER,
    oversold INTEGER,          -- of them, units that did not exist
    how TEXT,                  -- push, return, visit, organic, reminder, followup
    revenue REAL,
    credited_touch INTEGER,    -- NULL: credited to no send
    policy_arm INTEGER         -- the shopper's
) STRICT;
