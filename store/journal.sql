-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A restocklab journal: what the live engine was told, and what it said. Open it with any SQLite 3.37 or later,
-- once the engine has ended: it keeps the file to itself while it runs.
--
--   sqlite3 engine.journal "SELECT line FROM outbox WHERE json_extract(line, '$.shopper') = 'ann'"
--
-- input and what it caused in outbox are committed together, before anything of it is printed.

CREATE TABLE head (            -- what the inputs were judged by; an engine that differs in it must not go on here
    key TEXT PRIMARY KEY,      -- clock, policy (PATH=VALUE lines, what differs from the defaults), program
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE input (
    n INTEGER PRIMARY KEY,     -- 1, 2, 3, ... in the order in which they were taken
    seq INTEGER UNIQUE,        -- the caller's number, or that of the line; NULL: time went by (--clock wall)
    at_ms INTEGER NOT NULL,    -- when it happened, in milliseconds since the epoch
    line TEXT                  -- as it was read; NULL: time went by
) STRICT;

CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY,   -- 1, 2, 3, ...
    input INTEGER NOT NULL,    -- n of the input that caused it
    line TEXT NOT NULL         -- as it is printed
) STRICT;

CREATE TABLE mark (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    printed INTEGER NOT NULL   -- decisions up to this seq were printed for certain; later ones perhaps
) STRICT;
