-- Owner: commissions. Plans as text, what happened as pay heard of it, and the lines of the engine in the ledger.
-- +goose Up
ALTER TABLE plan_versions ADD COLUMN text text NOT NULL DEFAULT ''; -- in the language (docs/plans.md); '' of versions from before it: made of terms when read
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION plan_versions_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.approved_at IS NOT NULL OR (TG_OP = 'UPDATE' AND
        (NEW.plan_id, NEW.version, NEW.terms, NEW.text, NEW.sha256) IS DISTINCT FROM (OLD.plan_id, OLD.version, OLD.terms, OLD.text, OLD.sha256)) THEN
        RAISE EXCEPTION 'a plan version does not change' USING ERRCODE = '23514', CONSTRAINT = 'plan_versions_immutable';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
-- +goose StatementEnd

-- What happened, as pay heard of it: facts, files and people, all in one shape. Added to and never changed; what was wrong is
-- mended by another event.
CREATE TABLE pay_events (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id    bigint NOT NULL REFERENCES clients,
    event_id     text NOT NULL,        -- natural: the same event told twice is one
    type         text NOT NULL,
    user_id      bigint REFERENCES users, -- whose it is
    team         text NOT NULL DEFAULT '', -- of a team's number
    ref          text NOT NULL DEFAULT '', -- the result's or form's id
    attrs        jsonb NOT NULL DEFAULT '{}', -- as in events.csv
    effective_at timestamptz NOT NULL,
    recorded_at  timestamptz NOT NULL,
    source       text NOT NULL CONSTRAINT pay_events_source_known CHECK (source IN ('fact','file','api')),
    CONSTRAINT pay_events_key UNIQUE (client_id, event_id)
);
CREATE INDEX pay_events_user_idx ON pay_events (client_id, user_id, effective_at) WHERE user_id IS NOT NULL;
CREATE INDEX pay_events_ref_idx ON pay_events (client_id, ref) WHERE ref <> '';
CREATE INDEX pay_events_rules_idx ON pay_events (client_id, type) WHERE type IN ('quota','assignment','employment','rate') OR team <> '';
CREATE UNIQUE INDEX pay_events_result_key ON pay_events (client_id, ref) WHERE type = 'outcome'; -- a result told twice counts once
CREATE TRIGGER pay_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON pay_events FOR EACH STATEMENT EXECUTE FUNCTION entries_guard();

-- Who has a part in a result that is not one person's alone.
CREATE TABLE pay_parts (
    client_id bigint NOT NULL REFERENCES clients,
    user_id   bigint NOT NULL REFERENCES users,
    ref       text NOT NULL,
    PRIMARY KEY (client_id, user_id, ref)
);
CREATE INDEX pay_parts_ref_idx ON pay_parts (client_id, ref);

-- Whose pay has to be computed again: a queue of marks, put in with what changed. A null user is everybody of the client, whose
-- shared numbers (contests, teams, overrides) have moved. Marks are only put in and taken out, so nobody waits for anybody.
CREATE TABLE pay_dirty (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id bigint NOT NULL REFERENCES clients,
    user_id   bigint REFERENCES users
);
CREATE INDEX pay_dirty_user_idx ON pay_dirty (client_id, user_id);

-- The row's lock makes one valuer of a person at a time.
CREATE TABLE pay_agents (
    client_id bigint NOT NULL REFERENCES clients,
    user_id   bigint NOT NULL REFERENCES users,
    valued_at timestamptz NOT NULL, -- as of when what is posted is right
    PRIMARY KEY (client_id, user_id)
);

-- Counts how often everybody's shared numbers were computed, so that no node values by older ones than another.
CREATE TABLE pay_teams (
    client_id  bigint PRIMARY KEY REFERENCES clients,
    generation bigint NOT NULL DEFAULT 0
);

-- How much of what waits has been taken back meanwhile.
ALTER TABLE holds ADD COLUMN taken_minor bigint NOT NULL DEFAULT 0;

-- Which line of the engine an entry posts: by its natural key, which correction of it, the day it counts on, its rate.
ALTER TABLE entries
    ADD COLUMN line_key text NOT NULL DEFAULT '',
    ADD COLUMN line_seq integer NOT NULL DEFAULT 0,
    ADD COLUMN line_on date,
    ADD COLUMN line_terms text NOT NULL DEFAULT '';
CREATE INDEX entries_line_idx ON entries (client_id, user_id, line_key) WHERE line_key <> '';

ALTER TABLE pay_exceptions ADD COLUMN user_id bigint REFERENCES users;
ALTER TABLE pay_exceptions ADD COLUMN gap_key text NOT NULL DEFAULT ''; -- of what is no credit's: component and bucket
DROP INDEX pay_exceptions_reversal_key;
CREATE UNIQUE INDEX pay_exceptions_reversal_key ON pay_exceptions (result_id) WHERE credit_id IS NULL AND gap_key = '';
CREATE UNIQUE INDEX pay_exceptions_gap_key ON pay_exceptions (client_id, user_id, gap_key) WHERE gap_key <> '';

-- Pay reads all facts again, and makes events of them.
UPDATE fact_cursors SET position = 0 WHERE consumer = 'commissions';

-- +goose Down
DELETE FROM pay_exceptions WHERE gap_key <> '';
DROP INDEX pay_exceptions_gap_key, pay_exceptions_reversal_key;
ALTER TABLE pay_exceptions DROP COLUMN gap_key, DROP COLUMN user_id;
CREATE UNIQUE INDEX pay_exceptions_reversal_key ON pay_exceptions (result_id) WHERE credit_id IS NULL;
ALTER TABLE entries DROP COLUMN line_terms, DROP COLUMN line_on, DROP COLUMN line_seq, DROP COLUMN line_key;
ALTER TABLE holds DROP COLUMN taken_minor;
DROP TABLE pay_teams, pay_agents, pay_dirty, pay_parts, pay_events;
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION plan_versions_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.approved_at IS NOT NULL OR (TG_OP = 'UPDATE' AND
        (NEW.plan_id, NEW.version, NEW.terms, NEW.sha256) IS DISTINCT FROM (OLD.plan_id, OLD.version, OLD.terms, OLD.sha256)) THEN
        RAISE EXCEPTION 'a plan version does not change' USING ERRCODE = '23514', CONSTRAINT = 'plan_versions_immutable';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
-- +goose StatementEnd
ALTER TABLE plan_versions DROP COLUMN text;
