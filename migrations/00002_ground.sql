-- Owners: internal/facts (facts, fact_cursors), internal/schedule (schedules), internal/pg (leases), internal/live (live_events).
-- +goose Up
CREATE TABLE facts (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- insertion order, not an order to read in
    position     bigint UNIQUE,                                   -- given by the sequencer once visible
    kind         text NOT NULL,
    key          text NOT NULL,
    client_id    bigint NOT NULL REFERENCES clients,
    effective_at timestamptz NOT NULL,
    recorded_at  timestamptz NOT NULL,
    body         jsonb NOT NULL,
    CONSTRAINT facts_kind_key UNIQUE (kind, key)
);
CREATE INDEX facts_unnumbered_idx ON facts (id) WHERE position IS NULL;
-- The one row whose lock makes its holder the sequencer.
CREATE TABLE fact_head (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    position bigint NOT NULL DEFAULT 0  -- last position given; positions have no gaps
);
INSERT INTO fact_head DEFAULT VALUES;

CREATE TABLE fact_cursors (
    consumer   text PRIMARY KEY,
    position   bigint NOT NULL DEFAULT 0, -- last position handled
    moved_at   timestamptz,
    error      text NOT NULL DEFAULT '',  -- why the next fact is refused, while it is
    failed_at  timestamptz                -- since when
);

CREATE TABLE schedules (
    name        text PRIMARY KEY,
    spec        text NOT NULL,
    zone        text NOT NULL,
    next_at     timestamptz NOT NULL,            -- the next due instant; whoever moves it has that tick
    running_due timestamptz,                     -- a tick in the queue: later ones wait for it
    fired_at    timestamptz,                     -- when the last tick was taken
    last_due    timestamptz,                     -- the last tick that went well, and when it was done
    last_ok_at  timestamptz,
    last_error  text NOT NULL DEFAULT ''
);

-- Who does what only one may do. The epoch fences every write of the holder; expiry is by the database's clock.
CREATE TABLE leases (
    name       text PRIMARY KEY,
    holder     text NOT NULL,
    epoch      bigint NOT NULL DEFAULT 1,
    expires_at timestamptz NOT NULL
);

-- News for screens, kept ten minutes so that a page can resume.
CREATE TABLE live_events (
    id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at    timestamptz NOT NULL,
    topic text NOT NULL,
    event text NOT NULL,
    data  jsonb NOT NULL
);
CREATE INDEX live_events_at_idx ON live_events (at);

-- +goose Down
DROP TABLE live_events, leases, schedules, fact_cursors, fact_head, facts;
