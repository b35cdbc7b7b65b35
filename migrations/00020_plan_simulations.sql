-- Owner: commissions. What a plan's next version would have paid over months that are past, kept for who approves it; and how
-- often the linter of plans was asked.
-- +goose Up
CREATE TABLE plan_simulations (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id     bigint NOT NULL REFERENCES clients,
    plan_id       bigint NOT NULL REFERENCES plans,
    text          text NOT NULL CONSTRAINT plan_simulations_some CHECK (text <> ''),
    sha256        bytea NOT NULL, -- of the plan, as a version has it: what was simulated is what is approved
    from_on       date NOT NULL,
    until_on      date NOT NULL, -- the first day after
    people        bigint[] NOT NULL DEFAULT '{}', -- who was named; nobody: who was on the plan
    state         text NOT NULL CONSTRAINT plan_simulations_state CHECK (state IN ('queued','running','done','failed')),
    progress      real NOT NULL DEFAULT 0, -- share of the work that is over, 0 to 1
    watermark     bigint, -- the newest pay event that it saw
    inputs_sha256 bytea,  -- of everything that it saw: events, assignments, versions in force
    result        jsonb,
    error         text NOT NULL DEFAULT '',
    asked_by      bigint NOT NULL REFERENCES users,
    asked_at      timestamptz NOT NULL,
    finished_at   timestamptz,
    CONSTRAINT plan_simulations_days CHECK (until_on > from_on),
    CONSTRAINT plan_simulations_done CHECK (state <> 'done' OR result IS NOT NULL AND watermark IS NOT NULL AND inputs_sha256 IS NOT NULL)
);
CREATE INDEX plan_simulations_plan_idx ON plan_simulations (plan_id, id DESC);
CREATE UNIQUE INDEX plan_simulations_one ON plan_simulations (plan_id) WHERE state IN ('queued','running');

-- +goose StatementBegin
CREATE FUNCTION plan_simulations_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state IN ('done','failed') THEN
        RAISE EXCEPTION 'a simulation that is over stays as it is' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'plan_simulations_kept';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER plan_simulations_kept BEFORE UPDATE OR DELETE ON plan_simulations
    FOR EACH ROW EXECUTE FUNCTION plan_simulations_guard();

-- How often somebody asked the linter and the example of plans in a minute; forgotten after an hour.
CREATE TABLE plan_asks (
    user_id   bigint NOT NULL REFERENCES users,
    minute_at timestamptz NOT NULL,
    count     integer NOT NULL,
    PRIMARY KEY (user_id, minute_at)
);

-- +goose Down
DROP TABLE plan_asks;
DROP TABLE plan_simulations;
DROP FUNCTION plan_simulations_guard();
