-- Owner: commissions. The ledger sealed, runs that correct, adjustments by two people, disputes and notices.
-- +goose Up
ALTER TABLE entries
    ADD COLUMN adjusts_id bigint REFERENCES entries; -- the line that a delta corrects; it may be corrected again
ALTER TABLE entries DROP CONSTRAINT entries_kind_known;
ALTER TABLE entries
    ADD CONSTRAINT entries_kind_known CHECK (kind IN ('accrue','earn','reverse','recover','payout','reconcile','adjust','writeoff',
        'retro','hold','release','draw','draw_recovery')),
    ADD CONSTRAINT entries_accounts_known CHECK (
        debit ~ '^(expense:incentive:[a-z0-9][a-z0-9_:.-]{0,79}|expense:writeoff|agent:[1-9][0-9]*:(advance|earned|reserve|receivable|draw_receivable)|payroll_clearing:[1-9][0-9]*|payroll_liability)$' AND
        credit ~ '^(expense:incentive:[a-z0-9][a-z0-9_:.-]{0,79}|expense:writeoff|agent:[1-9][0-9]*:(advance|earned|reserve|receivable|draw_receivable)|payroll_clearing:[1-9][0-9]*|payroll_liability)$');
CREATE INDEX entries_adjusts_idx ON entries (adjusts_id) WHERE adjusts_id IS NOT NULL;

-- The chain over a client's entries, in the order in which their commits became visible to the one sealer at a time.
CREATE TABLE seal_heads (
    client_id bigint PRIMARY KEY REFERENCES clients, -- its row lock is what makes one sealer
    seq       bigint NOT NULL DEFAULT 0,
    position  bigint NOT NULL DEFAULT 0,
    hash      bytea NOT NULL DEFAULT '\x'
);
CREATE TABLE seals (
    client_id      bigint NOT NULL REFERENCES clients,
    seq            bigint NOT NULL,
    first_position bigint NOT NULL,
    last_position  bigint NOT NULL,
    prev_hash      bytea NOT NULL, -- empty for the first
    hash           bytea NOT NULL, -- of prev_hash, the numbers and the digests of the lines
    sealed_at      timestamptz NOT NULL,
    PRIMARY KEY (client_id, seq),
    CONSTRAINT seals_some CHECK (last_position >= first_position)
);
CREATE TABLE seal_lines (
    client_id bigint NOT NULL REFERENCES clients,
    position  bigint NOT NULL,
    entry_id  bigint NOT NULL REFERENCES entries,
    digest    bytea NOT NULL, -- SHA-256 of the entry's columns
    PRIMARY KEY (client_id, position),
    CONSTRAINT seal_lines_once UNIQUE (entry_id)
);
CREATE TABLE closes (
    period_id   bigint PRIMARY KEY REFERENCES periods,
    client_id   bigint NOT NULL REFERENCES clients,
    entries     bigint NOT NULL,
    checksum    bytea NOT NULL, -- Merkle root of the digests of the period's entries, by id
    closed_by   text NOT NULL,
    recorded_at timestamptz NOT NULL
);
CREATE TRIGGER seals_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON seals FOR EACH STATEMENT EXECUTE FUNCTION entries_guard();
CREATE TRIGGER seal_lines_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON seal_lines FOR EACH STATEMENT EXECUTE FUNCTION entries_guard();
CREATE TRIGGER closes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON closes FOR EACH STATEMENT EXECUTE FUNCTION entries_guard();

-- A period may have several runs, and a run that is over is corrected by another, never opened again.
ALTER TABLE runs
    ADD COLUMN seq integer NOT NULL DEFAULT 1, -- which run of its period it is
    ADD COLUMN corrects_id bigint REFERENCES runs, -- a correction run pays what came late for this run's period
    ADD COLUMN exported_by bigint REFERENCES users;
UPDATE runs r SET seq = n.seq
FROM (SELECT id, row_number() OVER (PARTITION BY client_id, currency, period_id ORDER BY id) AS seq FROM runs) n
WHERE n.id = r.id AND n.seq > 1;
CREATE UNIQUE INDEX runs_seq_key ON runs (client_id, currency, period_id, seq);
CREATE TABLE run_evidence (
    run_id     bigint PRIMARY KEY REFERENCES runs,
    client_id  bigint NOT NULL REFERENCES clients,
    body       bytea NOT NULL,
    sha256     text NOT NULL,
    root       bytea NOT NULL, -- Merkle root of the digests of the run's entries, by id
    created_at timestamptz NOT NULL
);
CREATE TRIGGER run_evidence_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON run_evidence
    FOR EACH STATEMENT EXECUTE FUNCTION entries_guard();

-- Money that no rule gave: entered by one person, decided by another, with a reason and where the evidence is.
CREATE TABLE adjustments (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id    bigint NOT NULL REFERENCES clients,
    user_id      bigint NOT NULL REFERENCES users, -- whose pay it is
    kind         text NOT NULL CONSTRAINT adjustments_kind_known CHECK (kind IN ('manual','write_off','dispute')),
    amount_minor bigint NOT NULL CONSTRAINT adjustments_some CHECK (amount_minor <> 0),
    currency     text NOT NULL,
    component    text NOT NULL,
    reason       text NOT NULL CONSTRAINT adjustments_reason_known CHECK (reason IN ('wrong_amount','missing_result','wrong_agent',
        'data_error','goodwill','plan_error','left','dispute')),
    note         text NOT NULL DEFAULT '',
    evidence     text NOT NULL CONSTRAINT adjustments_evidence CHECK (evidence <> ''), -- a link or a file number
    adjusts_id   bigint REFERENCES entries,
    state        text NOT NULL CONSTRAINT adjustments_state_known CHECK (state IN ('proposed','approved','refused')),
    entered_by   bigint NOT NULL REFERENCES users,
    entered_at   timestamptz NOT NULL,
    decided_by   bigint REFERENCES users,
    decided_at   timestamptz,
    CONSTRAINT adjustments_decided CHECK ((state = 'proposed') = (decided_by IS NULL)),
    CONSTRAINT adjustments_four_eyes CHECK (decided_by IS NULL OR decided_by <> entered_by),
    CONSTRAINT adjustments_not_for_oneself CHECK (entered_by <> user_id OR kind = 'dispute'),
    CONSTRAINT adjustments_decider_not_paid CHECK (decided_by IS NULL OR decided_by <> user_id)
);
CREATE INDEX adjustments_client_idx ON adjustments (client_id, id DESC);
ALTER TABLE entries ADD COLUMN adjustment_id bigint REFERENCES adjustments;
ALTER TABLE entries ADD CONSTRAINT entries_adjustment CHECK ((kind IN ('adjust','writeoff')) = (adjustment_id IS NOT NULL));
CREATE INDEX entries_adjustment_idx ON entries (adjustment_id) WHERE adjustment_id IS NOT NULL;
-- What was decided stays decided, and what was entered stays as it was entered.
-- +goose StatementBegin
CREATE FUNCTION adjustments_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'proposed' OR
        (NEW.id, NEW.client_id, NEW.user_id, NEW.kind, NEW.currency, NEW.reason, NEW.note, NEW.evidence, NEW.entered_by)
        IS DISTINCT FROM (OLD.id, OLD.client_id, OLD.user_id, OLD.kind, OLD.currency, OLD.reason, OLD.note, OLD.evidence, OLD.entered_by)
        OR NEW.amount_minor <> OLD.amount_minor THEN
        RAISE EXCEPTION 'a decided adjustment does not change' USING ERRCODE = '23514', CONSTRAINT = 'adjustments_immutable';
    END IF;
    RETURN NEW;
END $$;
-- Who sends the file to payroll has had no hand in its amounts: neither a plan version nor an adjustment of the run is theirs.
CREATE FUNCTION runs_export_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.exported_by IS NOT NULL AND EXISTS (
        SELECT 1 FROM payables d JOIN entries e ON e.id = d.entry_id
            LEFT JOIN plan_versions v ON v.id = e.plan_version_id
            LEFT JOIN adjustments a ON a.id = e.adjustment_id
        WHERE d.run_id = NEW.id AND NEW.exported_by IN (v.author_id, a.entered_by)) THEN
        RAISE EXCEPTION 'the exporter has edited what the run pays' USING ERRCODE = '23514', CONSTRAINT = 'runs_exporter_edits_nothing';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER adjustments_immutable BEFORE UPDATE OR DELETE ON adjustments FOR EACH ROW EXECUTE FUNCTION adjustments_guard();
CREATE TRIGGER runs_exporter_edits_nothing BEFORE UPDATE OF exported_by ON runs FOR EACH ROW
    WHEN (NEW.exported_by IS DISTINCT FROM OLD.exported_by) EXECUTE FUNCTION runs_export_guard();

-- A payee's objection to one line of the ledger.
CREATE TABLE disputes (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id     bigint NOT NULL REFERENCES clients,
    user_id       bigint NOT NULL REFERENCES users,
    entry_id      bigint NOT NULL REFERENCES entries,
    claim_minor   bigint NOT NULL CONSTRAINT disputes_claim_positive CHECK (claim_minor > 0), -- what is missing, in their view
    currency      text NOT NULL,
    state         text NOT NULL CONSTRAINT disputes_state_known CHECK (state IN ('open','upheld','rejected','withdrawn')),
    opened_at     timestamptz NOT NULL,
    answer_by     timestamptz NOT NULL, -- until then somebody owes them a decision
    decided_by    bigint REFERENCES users,
    decided_at    timestamptz,
    adjustment_id bigint REFERENCES adjustments, -- what an upheld one posted
    CONSTRAINT disputes_decided CHECK ((state = 'open') = (decided_by IS NULL)),
    CONSTRAINT disputes_not_ones_own CHECK (decided_by IS NULL OR (state = 'withdrawn') = (decided_by = user_id)),
    CONSTRAINT disputes_upheld_posts CHECK ((state = 'upheld') = (adjustment_id IS NOT NULL))
);
CREATE UNIQUE INDEX disputes_one_open ON disputes (entry_id) WHERE state = 'open';
CREATE INDEX disputes_client_idx ON disputes (client_id, id DESC);
CREATE INDEX disputes_user_idx ON disputes (user_id, id DESC);
CREATE TABLE dispute_messages (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id  bigint NOT NULL REFERENCES clients,
    dispute_id bigint NOT NULL REFERENCES disputes,
    author_id  bigint NOT NULL REFERENCES users,
    body       text NOT NULL CONSTRAINT dispute_messages_some CHECK (body <> ''),
    created_at timestamptz NOT NULL
);
CREATE INDEX dispute_messages_dispute_idx ON dispute_messages (dispute_id, id);

-- What an agent is told at the moment something is taken back: how much, why, from which call.
CREATE TABLE pay_notices (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id    bigint NOT NULL REFERENCES clients,
    user_id      bigint NOT NULL REFERENCES users,
    entry_id     bigint NOT NULL REFERENCES entries,
    amount_minor bigint NOT NULL CONSTRAINT pay_notices_amount_positive CHECK (amount_minor > 0),
    currency     text NOT NULL,
    cause        text NOT NULL,
    call_id      bigint,
    created_at   timestamptz NOT NULL,
    read_at      timestamptz,
    CONSTRAINT pay_notices_once UNIQUE (entry_id)
);
CREATE INDEX pay_notices_user_idx ON pay_notices (user_id, id DESC);

-- +goose Down
DROP TABLE pay_notices, dispute_messages, disputes;
DROP TRIGGER runs_exporter_edits_nothing ON runs;
ALTER TABLE entries DROP COLUMN adjustment_id, DROP COLUMN adjusts_id, DROP CONSTRAINT entries_accounts_known, DROP CONSTRAINT entries_kind_known;
ALTER TABLE entries ADD CONSTRAINT entries_kind_known CHECK (kind IN ('accrue','earn','reverse','recover','payout','reconcile'));
DROP TABLE adjustments, run_evidence, closes, seal_lines, seals, seal_heads;
DROP INDEX runs_seq_key;
ALTER TABLE runs DROP COLUMN exported_by, DROP COLUMN corrects_id, DROP COLUMN seq;
DROP FUNCTION adjustments_guard, runs_export_guard;
