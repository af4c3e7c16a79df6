-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A restocklab sweep: a grid of points, the replications of each. Open it with any SQLite 3.37 or later.
--
--   sqlite3 sweep.db 'SELECT * FROM points'                       -- settings and means, a row a point
--   sqlite3 sweep.db "SELECT point, mean, lo, hi FROM summary WHERE name = 'clicked_oos_rate'"
--
-- While a sweep is under way the file is called sweep.db.part; it has manifest and trial alone, in the order in
-- which trials came. In sweep.db all rows are in the order of their keys, so equal sweeps have equal contents,
-- whatever the threads and however often they were interrupted.

CREATE TABLE manifest (        -- what makes two sweeps the same: program, scenario, axes, seed
    key TEXT NOT NULL,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE axis (
    axis INTEGER PRIMARY KEY,
    path TEXT NOT NULL         -- the parameter
) STRICT;

CREATE TABLE point (
    point INTEGER PRIMARY KEY, -- the last axis varies fastest
    replications INTEGER NOT NULL,
    frontier INTEGER           -- 1: no other point is better in one of the two metrics and as good in the other
) STRICT;

CREATE TABLE setting (
    point INTEGER NOT NULL,
    axis INTEGER NOT NULL,
    value TEXT NOT NULL,       -- as on the command line
    PRIMARY KEY (point, axis)
) STRICT, WITHOUT ROWID;

CREATE TABLE metric (
    name TEXT PRIMARY KEY,
    unit TEXT,
    definition TEXT,
    direction TEXT             -- which way is better
) STRICT;

CREATE TABLE summary (         -- a metric over the replications of a point
    point INTEGER NOT NULL,
    name TEXT NOT NULL,
    mean REAL,
    lo REAL,                   -- 95 % interval of the mean
    hi REAL,
    sd REAL,                   -- between replications
    n INTEGER NOT NULL,        -- replications in which it exists
    PRIMARY KEY (point, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE trial (           -- what a replication left behind, as bytes of this program (store/blob.h)
    point INTEGER NOT NULL,
    replication INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (point, replication)
) STRICT;
