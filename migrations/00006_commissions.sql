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
CREATE TABLE assignments (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id  bigint NOT NULL REFERENCES clients,
    plan_id    bigint NOT NULL REFERENCES plans,
    user_id    bigint NOT NULL REFERENCES users,
    from_date  date NOT NULL,
    until_date date,           -- exclusive
    created_by text NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX assignments_user_idx ON assignments (user_id, from_date);

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

CREATE TABLE periods (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id bigint NOT NULL REFERENCES clients,
    starts_on date NOT NULL,
    ends_on   date NOT NULL, -- exclusive
    zone      text NOT NULL,
    state     text NOT NULL CONSTRAINT periods_state_known CHECK (state IN ('open','closed')),
    closed_at timestamptz,
    CONSTRAINT periods_key UNIQUE (client_id, starts_on)
);

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
    CONSTRAINT runs_four_eyes CHECK (approved_by IS NULL OR approved_by <> calculated_by)
);

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
    effective_at timestamptz NOT NULL,
    recorded_at  timestamptz NOT NULL,
    CONSTRAINT entries_key UNIQUE (key),
    CONSTRAINT entries_two_accounts CHECK (debit <> credit)
);
CREATE INDEX entries_user_idx ON entries (user_id, effective_at);
CREATE INDEX entries_credit_idx ON entries (credit_id);
CREATE INDEX entries_period_idx ON entries (period_id);

CREATE TABLE statements (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id    bigint NOT NULL REFERENCES clients,
    run_id       bigint NOT NULL REFERENCES runs,
    user_id      bigint NOT NULL REFERENCES users,
    amount_minor bigint NOT NULL,
    currency     text NOT NULL,
    lines        jsonb NOT NULL, -- frozen
    CONSTRAINT statements_key UNIQUE (run_id, user_id)
);

-- Credits that found no plan: somebody must look, nothing is paid as zero.
CREATE TABLE pay_exceptions (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id  bigint NOT NULL REFERENCES clients,
    credit_id  bigint NOT NULL UNIQUE REFERENCES credits,
    why        text NOT NULL,
    created_at timestamptz NOT NULL,
    solved_at  timestamptz
);

-- +goose Down
DROP TABLE pay_exceptions, statements, entries, runs, periods, credits, assignments, plan_versions, plans;
