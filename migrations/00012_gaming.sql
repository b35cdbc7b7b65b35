-- Owner: retention, but for the last two tables: commissions. Conduct that pays without serving the customer: what was found,
-- what it rests on, what people decided about it, and pay that waits meanwhile.
-- +goose Up
-- What a client's managers set. Without a row the defaults of package gaming hold.
CREATE TABLE gaming_rules (
    client_id  bigint PRIMARY KEY REFERENCES clients,
    rules      jsonb NOT NULL,
    version    integer NOT NULL,
    updated_by text NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE TABLE gaming_scans (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id  bigint NOT NULL REFERENCES clients,
    scanned_by text NOT NULL,
    scanned_at timestamptz NOT NULL,
    found      integer NOT NULL, -- patterns shown, new or known
    added      integer NOT NULL  -- pieces of evidence that were new
);
CREATE INDEX gaming_scans_client_idx ON gaming_scans (client_id, id DESC);
-- One person and one pattern is one finding, however often it is found.
CREATE TABLE gaming_findings (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id   bigint NOT NULL REFERENCES clients,
    agent_id    bigint NOT NULL REFERENCES users, -- whom it is about; of approvals: the supervisor
    pattern     text NOT NULL,
    state       text NOT NULL CONSTRAINT gaming_findings_state_known CHECK (state IN ('open','proposed','cleared','confirmed')),
    numbers     jsonb NOT NULL,       -- gaming.Numbers of the newest look
    found_at    timestamptz NOT NULL, -- first
    opened_at   timestamptz NOT NULL, -- last: found, or found again with new evidence
    proposed_by bigint REFERENCES users, -- says that it is so; where pay is taken, somebody else confirms
    proposed_at timestamptz,
    decided_by  bigint REFERENCES users,
    decided_at  timestamptz,
    note        text NOT NULL DEFAULT '', -- of the last word
    version     integer NOT NULL DEFAULT 1,
    CONSTRAINT gaming_findings_one UNIQUE (client_id, agent_id, pattern),
    CONSTRAINT gaming_findings_not_by_themselves CHECK (decided_by <> agent_id AND proposed_by <> agent_id),
    CONSTRAINT gaming_findings_four_eyes CHECK (state <> 'confirmed' OR proposed_by IS NULL OR proposed_by <> decided_by),
    CONSTRAINT gaming_findings_decided CHECK (state IN ('open','proposed') OR decided_by IS NOT NULL),
    CONSTRAINT gaming_findings_proposed CHECK (state <> 'proposed' OR proposed_by IS NOT NULL)
);
CREATE INDEX gaming_findings_queue_idx ON gaming_findings (client_id, state, opened_at DESC);
CREATE TABLE gaming_evidence (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    finding_id  bigint NOT NULL REFERENCES gaming_findings,
    client_id   bigint NOT NULL REFERENCES clients,
    kind        text NOT NULL CONSTRAINT gaming_evidence_kind_known CHECK (kind IN ('call','result','case','grant','approval')),
    object_id   bigint NOT NULL,
    call_id     bigint REFERENCES calls,
    case_id     bigint REFERENCES cases,
    result_id   bigint REFERENCES results, -- whose pay is in question
    happened_at timestamptz NOT NULL,
    added_at    timestamptz NOT NULL,
    decision    text CONSTRAINT gaming_evidence_decision_known CHECK (decision IN ('cleared','confirmed')), -- null: nobody decided about it
    CONSTRAINT gaming_evidence_once UNIQUE (finding_id, kind, object_id)
);
CREATE INDEX gaming_evidence_result_idx ON gaming_evidence (result_id) WHERE result_id IS NOT NULL;
-- Every word about a finding. Rows are only added.
CREATE TABLE gaming_decisions (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    finding_id bigint NOT NULL REFERENCES gaming_findings,
    client_id  bigint NOT NULL REFERENCES clients,
    decision   text NOT NULL CONSTRAINT gaming_decisions_known CHECK (decision IN ('found','proposed','cleared','confirmed','reopened')),
    note       text NOT NULL DEFAULT '',
    user_id    bigint REFERENCES users, -- null: the house
    decided_at timestamptz NOT NULL
);
CREATE INDEX gaming_decisions_finding_idx ON gaming_decisions (finding_id, id);
-- What pay was told last about each result: the facts result_review.v1, counted by seq.
CREATE TABLE gaming_results (
    result_id bigint PRIMARY KEY REFERENCES results,
    client_id bigint NOT NULL REFERENCES clients,
    state     text NOT NULL CONSTRAINT gaming_results_state_known CHECK (state IN ('opened','cleared','confirmed')),
    seq       integer NOT NULL,
    told_at   timestamptz NOT NULL
);

-- Owner: commissions. Results whose pay waits: no run settles a line of one that is opened.
CREATE TABLE result_reviews (
    result_id  bigint PRIMARY KEY,
    client_id  bigint NOT NULL REFERENCES clients,
    state      text NOT NULL CONSTRAINT result_reviews_state_known CHECK (state IN ('opened','cleared','confirmed')),
    opened_at  timestamptz NOT NULL,
    changed_at timestamptz NOT NULL
);
CREATE INDEX result_reviews_open_idx ON result_reviews (client_id) WHERE state = 'opened';
-- What a run left out when it was calculated, for the people who read it.
CREATE TABLE run_held (
    run_id       bigint NOT NULL REFERENCES runs,
    entry_id     bigint NOT NULL REFERENCES entries,
    client_id    bigint NOT NULL REFERENCES clients,
    user_id      bigint NOT NULL REFERENCES users,
    result_id    bigint NOT NULL,
    amount_minor bigint NOT NULL, -- below zero: something taken back that waits as well
    currency     text NOT NULL,
    since        timestamptz NOT NULL,
    PRIMARY KEY (run_id, entry_id)
);
CREATE INDEX run_held_user_idx ON run_held (user_id, run_id);

-- +goose Down
DROP TABLE run_held, result_reviews, gaming_results, gaming_decisions, gaming_evidence, gaming_findings, gaming_scans, gaming_rules;
