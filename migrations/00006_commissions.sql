-- Owner: commissions. Who earns what.
-- +goose Up
CREATE TABLE plans (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id  bigint NOT NULL REFERENCES clients,
    name       text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT plans_name_key UNIQUE (client_id, name)
);
CREATE TABLE plan_versions (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    plan_id     bigint NOT NULL REFERENCES plans,
    version     integer NOT NULL,
    terms       jsonb NOT NULL,  -- {"currency","components":[{"id","type":"per_unit"|"percent","result","amount"|"rate"}],"holdDays"}
    sha256      bytea NOT NULL,  -- of the canonical terms
    author_id   bigint REFERENCES users,
    approver_id bigint REFERENCES users,
    approved_at timestamptz,
    created_at  timestamptz NOT NULL,
    CONSTRAINT plan_versions_key UNIQUE (plan_id, version),
    CONSTRAINT plan_versions_four_eyes CHECK (approver_id IS NULL OR approver_id <> author_id)
);
-- What was approved stays as it was approved: people are paid by it.
-- +goose StatementBegin
CREATE FUNCTION plan_versions_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.approved_at IS NOT NULL OR (TG_OP = 'UPDATE' AND
        (NEW.plan_id, NEW.version, NEW.terms, NEW.sha256) IS DISTINCT FROM (OLD.plan_id, OLD.version, OLD.terms, OLD.sha256)) THEN
        RAISE EXCEPTION 'a plan version does not change' USING ERRCODE = '23514', CONSTRAINT = 'plan_versions_immutable';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
-- +goose StatementEnd
CREATE TRIGGER plan_versions_immutable BEFORE UPDATE OR DELETE ON plan_versions
    FOR EACH ROW EXECUTE FUNCTION plan_versions_guard();
CREATE TABLE assignments (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id  bigint NOT NULL REFERENCES clients,
    plan_id    bigint NOT NULL REFERENCES plans,
    user_id    bigint NOT NULL REFERENCES users,
    from_date  date NOT NULL,
    until_date date,           -- exclusive
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT assignments_dates CHECK (until_date IS NULL OR until_date > from_date)
);
CREATE INDEX assignments_user_idx ON assignments (client_id, user_id, from_date);

-- Who did what, in what share. It names no plan and has no state.
CREATE TABLE credits (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id    bigint NOT NULL REFERENCES clients,
    result_id    bigint NOT NULL,
    user_id      bigint NOT NULL REFERENCES users,
    role         text NOT NULL DEFAULT 'owner',
    kind         text NOT NULL,
    value_minor  bigint NOT NULL,
    currency     text NOT NULL,
    share_bp     integer NOT NULL DEFAULT 10000,
    call_id      bigint NOT NULL,
    effective_at timestamptz NOT NULL,
    recorded_at  timestamptz NOT NULL,
    CONSTRAINT credits_once UNIQUE (result_id, user_id, role)
);

-- Results that did not last, as far as pay has heard. A credit that comes later is posted and mirrored at once.
CREATE TABLE credit_reversals (
    result_id    bigint PRIMARY KEY,
    client_id    bigint NOT NULL REFERENCES clients,
    cause        text NOT NULL,
    effective_at timestamptz NOT NULL,
    recorded_at  timestamptz NOT NULL
);

CREATE TABLE periods (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id bigint NOT NULL REFERENCES clients,
    starts_on date NOT NULL,
    ends_on   date NOT NULL, -- exclusive
    zone      text NOT NULL,
    state     text NOT NULL CONSTRAINT periods_state_known CHECK (state IN ('open','closed')),
    closed_at timestamptz,
    CONSTRAINT periods_key UNIQUE (client_id, starts_on),
    CONSTRAINT periods_dates CHECK (ends_on > starts_on)
);
-- A closed period stays closed: corrections go into the open one.
-- +goose StatementBegin
CREATE FUNCTION periods_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'closed' THEN
        RAISE EXCEPTION 'a closed period does not change' USING ERRCODE = '23514', CONSTRAINT = 'periods_closed_stays';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
-- +goose StatementEnd
CREATE TRIGGER periods_closed_stays BEFORE UPDATE OR DELETE ON periods FOR EACH ROW EXECUTE FUNCTION periods_guard();

CREATE TABLE runs (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id     bigint NOT NULL REFERENCES clients,
    period_id     bigint NOT NULL REFERENCES periods,
    state         text NOT NULL CONSTRAINT runs_state_known
        CHECK (state IN ('draft','calculated','reviewed','approved','locked','exported','reconciled')),
    watermark     bigint NOT NULL DEFAULT 0, -- fact position it was calculated at
    hash          text NOT NULL DEFAULT '',
    total_minor   bigint NOT NULL DEFAULT 0,
    currency      text NOT NULL DEFAULT 'USD',
    created_by    bigint REFERENCES users,
    calculated_by bigint REFERENCES users,
    calculated_at timestamptz,
    reviewed_by   bigint REFERENCES users,
    reviewed_at   timestamptz,
    approved_by   bigint REFERENCES users,
    approved_at   timestamptz,
    locked_at     timestamptz,
    exported_at   timestamptz,
    export_sha256 text NOT NULL DEFAULT '',
    export_minor  bigint NOT NULL DEFAULT 0,
    reconciled_at timestamptz,
    created_at    timestamptz NOT NULL,
    CONSTRAINT runs_four_eyes CHECK (approved_by IS NULL OR approved_by <> calculated_by),
    CONSTRAINT runs_approved_by_somebody CHECK (approved_by IS NOT NULL OR state IN ('draft','calculated','reviewed'))
);
-- One run at a time works on a period, and one approved run at a time waits for its lock.
CREATE UNIQUE INDEX runs_one_at_work ON runs (client_id, currency, period_id) WHERE state IN ('draft','calculated','reviewed','approved');
CREATE UNIQUE INDEX runs_one_approved ON runs (client_id, currency) WHERE state = 'approved';

-- The ledger: one transfer row a line, debit account, credit account, amount > 0. Never updated, never deleted.
CREATE TABLE entries (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id    bigint NOT NULL REFERENCES clients,
    period_id    bigint NOT NULL REFERENCES periods, -- the period it is posted to
    key          text NOT NULL,                      -- natural key: what makes posting twice impossible
    kind         text NOT NULL,                      -- accrue, earn, reverse, payout, reconcile
    debit        text NOT NULL,
    credit       text NOT NULL,
    amount_minor bigint NOT NULL CONSTRAINT entries_amount_positive CHECK (amount_minor > 0),
    currency     text NOT NULL,
    user_id      bigint REFERENCES users,
    credit_id    bigint REFERENCES credits,
    plan_version_id bigint REFERENCES plan_versions,
    component    text NOT NULL DEFAULT '',
    run_id       bigint REFERENCES runs,
    reverses_id  bigint REFERENCES entries,
    basis        jsonb NOT NULL DEFAULT '{}', -- how the amount came about
    effective_at timestamptz NOT NULL, -- when it became true: the conversation, the end of the hold, the reversal, the lock
    recorded_at  timestamptz NOT NULL, -- when it was posted
    CONSTRAINT entries_key UNIQUE (key),
    CONSTRAINT entries_two_accounts CHECK (debit <> credit),
    CONSTRAINT entries_kind_known CHECK (kind IN ('accrue','earn','reverse','recover','payout','reconcile'))
);
CREATE INDEX entries_user_idx ON entries (user_id, effective_at);
CREATE INDEX entries_credit_idx ON entries (credit_id);
CREATE INDEX entries_period_idx ON entries (period_id);
CREATE INDEX entries_run_idx ON entries (run_id) WHERE run_id IS NOT NULL;
CREATE UNIQUE INDEX entries_reversed_once ON entries (reverses_id) WHERE reverses_id IS NOT NULL;

-- +goose StatementBegin
CREATE FUNCTION entries_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is only ever added to' USING ERRCODE = '23514', CONSTRAINT = 'entries_append_only';
END $$;
-- +goose StatementEnd
CREATE TRIGGER entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON entries FOR EACH STATEMENT EXECUTE FUNCTION entries_guard();

-- One check a statement, not a row. FOR SHARE makes a close wait for postings under way, and postings for a close.
-- +goose StatementBegin
CREATE FUNCTION entries_period_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM periods WHERE id IN (SELECT period_id FROM added) ORDER BY id FOR SHARE;
    IF EXISTS (SELECT 1 FROM periods WHERE id IN (SELECT period_id FROM added) AND state = 'closed') THEN
        RAISE EXCEPTION 'the period is closed' USING ERRCODE = '23514', CONSTRAINT = 'entries_period_open';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER entries_period_open AFTER INSERT ON entries REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION entries_period_guard();

-- Accruals whose hold has not passed: a queue beside the ledger, rows leave it by vesting or by reversal.
CREATE TABLE holds (
    entry_id  bigint PRIMARY KEY REFERENCES entries,
    client_id bigint NOT NULL REFERENCES clients,
    vests_at  timestamptz NOT NULL
);
CREATE INDEX holds_vests_idx ON holds (vests_at);

-- Earned lines and what was taken back from them: each is settled by exactly one run.
CREATE TABLE payables (
    entry_id   bigint PRIMARY KEY REFERENCES entries,
    client_id  bigint NOT NULL REFERENCES clients,
    user_id    bigint NOT NULL REFERENCES users,
    period_id  bigint NOT NULL REFERENCES periods,
    currency   text NOT NULL,
    run_id     bigint REFERENCES runs -- null: no run has settled it yet
);
CREATE INDEX payables_open_idx ON payables (client_id, currency) WHERE run_id IS NULL;
CREATE INDEX payables_run_idx ON payables (run_id) WHERE run_id IS NOT NULL;

CREATE TABLE statements (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id    bigint NOT NULL REFERENCES clients,
    run_id       bigint NOT NULL REFERENCES runs,
    user_id      bigint NOT NULL REFERENCES users,
    amount_minor bigint NOT NULL,
    currency     text NOT NULL,
    lines        jsonb NOT NULL, -- frozen
    carried      boolean NOT NULL DEFAULT false, -- less than nothing to pay: left for the next run, not settled
    CONSTRAINT statements_key UNIQUE (run_id, user_id)
);

-- From its approval on a run's statements are what was approved, and none of the payees has approved it.
-- +goose StatementBegin
CREATE FUNCTION statements_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM runs WHERE id = COALESCE(NEW.run_id, OLD.run_id) AND approved_at IS NOT NULL) THEN
        RAISE EXCEPTION 'statements of an approved run do not change' USING ERRCODE = '23514', CONSTRAINT = 'statements_frozen';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE FUNCTION runs_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.approved_by IS NOT NULL AND EXISTS (SELECT 1 FROM statements WHERE run_id = NEW.id AND user_id = NEW.approved_by) THEN
        RAISE EXCEPTION 'a payee cannot approve the run' USING ERRCODE = '23514', CONSTRAINT = 'runs_approver_not_paid';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER statements_frozen BEFORE INSERT OR UPDATE OR DELETE ON statements FOR EACH ROW EXECUTE FUNCTION statements_guard();
CREATE TRIGGER runs_approver_not_paid BEFORE UPDATE OF approved_by ON runs FOR EACH ROW EXECUTE FUNCTION runs_guard();

-- The very bytes that went to payroll, so that a second download is the first one.
CREATE TABLE run_files (
    run_id     bigint PRIMARY KEY REFERENCES runs,
    client_id  bigint NOT NULL REFERENCES clients,
    format     text NOT NULL,
    body       bytea NOT NULL, -- without a byte order mark
    rows       integer NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL
);

-- What pay could not do: a credit without a plan in force, a reversal of a result that was never credited. Somebody must
-- look, nothing is paid as zero.
CREATE TABLE pay_exceptions (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id  bigint NOT NULL REFERENCES clients,
    credit_id  bigint UNIQUE REFERENCES credits,        -- null: no credit is known for result_id
    result_id  bigint NOT NULL,
    why        text NOT NULL,
    created_at timestamptz NOT NULL,
    solved_at  timestamptz
);
CREATE INDEX pay_exceptions_open_idx ON pay_exceptions (client_id, id) WHERE solved_at IS NULL;
CREATE UNIQUE INDEX pay_exceptions_reversal_key ON pay_exceptions (result_id) WHERE credit_id IS NULL;

-- +goose Down
DROP TABLE pay_exceptions, run_files, statements, payables, holds, entries, runs, periods, credit_reversals, credits, assignments,
    plan_versions, plans;
DROP FUNCTION plan_versions_guard, periods_guard, entries_guard, entries_period_guard, statements_guard, runs_guard;
