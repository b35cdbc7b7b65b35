-- Owner: retention. Whether saves are still there: verdicts on days 30, 60 and 90 from what billing says.
-- +goose Up
ALTER TABLE case_timers DROP CONSTRAINT case_timers_kind_known;
ALTER TABLE case_timers ADD CONSTRAINT case_timers_kind_known CHECK (kind IN ('cancel_sla','offer_ttl','approval','econfirm',
    'callback_deadline','effective_date','clock_resume','verify','winback','winback_over'));

-- What a verification came to. Rows are only added: news that says otherwise is a row of its own.
CREATE TABLE verifications (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id       bigint NOT NULL REFERENCES clients,
    case_id         bigint NOT NULL REFERENCES cases,
    result_id       bigint REFERENCES results,       -- none: a save that is nobody's
    subscription_id bigint NOT NULL REFERENCES subscriptions,
    stage           integer NOT NULL CONSTRAINT verifications_stage_known CHECK (stage IN (30,60,90)),
    verdict         text NOT NULL CONSTRAINT verifications_verdict_known CHECK (verdict IN ('pass','fail','contradicted')),
    cause           text NOT NULL DEFAULT '',        -- of a fail or a contradiction: a code
    due_at          timestamptz NOT NULL,            -- the day of the stage, with its grace and without pauses
    decided_at      timestamptz NOT NULL,
    pulled_at       timestamptz NOT NULL,            -- when billing said what is the evidence
    paused_days     integer NOT NULL DEFAULT 0,      -- between the save and decided_at
    paid_minor      bigint NOT NULL,                 -- of the invoices since the save
    mrr_after_minor bigint NOT NULL,                 -- what it costs a month when no discount runs
    currency        text NOT NULL,
    evidence        jsonb NOT NULL,
    contradicts     bigint REFERENCES verifications, -- the verdict that this news is against
    CONSTRAINT verifications_contradicted_once UNIQUE (contradicts),
    CONSTRAINT verifications_kinds CHECK ((verdict = 'contradicted') = (contradicts IS NOT NULL)),
    CONSTRAINT verifications_pass_is_paid CHECK (verdict <> 'pass' OR paid_minor > 0),
    CONSTRAINT verifications_cause_given CHECK (verdict = 'pass' OR cause <> '')
);
CREATE UNIQUE INDEX verifications_once ON verifications (case_id, stage) WHERE contradicts IS NULL;
CREATE INDEX verifications_client_idx ON verifications (client_id, decided_at DESC);

-- A verification that cannot be decided yet, and why.
CREATE TABLE verification_waits (
    case_id    bigint NOT NULL REFERENCES cases,
    stage      integer NOT NULL CONSTRAINT verification_waits_stage_known CHECK (stage IN (30,60,90)),
    client_id  bigint NOT NULL REFERENCES clients,
    cause      text NOT NULL,       -- a code of the last look
    since      timestamptz NOT NULL,
    looks      integer NOT NULL DEFAULT 1,
    looked_at  timestamptz NOT NULL,
    next_at    timestamptz NOT NULL, -- not looked at again before
    until_at   timestamptz,          -- the wait for billing ends then; none: as long as it takes
    said       text NOT NULL DEFAULT '', -- what billing answered instead
    evidence   jsonb,                -- none: billing was not reached
    settled_at timestamptz,          -- there is a verdict
    PRIMARY KEY (case_id, stage)
);
CREATE INDEX verification_waits_open_idx ON verification_waits (client_id, next_at) WHERE settled_at IS NULL;

-- Saves of before this are verified too.
INSERT INTO case_timers (client_id, case_id, kind, due_at, created_at)
SELECT c.client_id, c.id, 'verify', max(e.at) + interval '33 days', max(e.at)
FROM cases c JOIN case_events e ON e.case_id = c.id AND e.event IN ('saved','uncancelled')
WHERE c.state = 'saved_provisional' AND c.confirmation_id IS NOT NULL GROUP BY c.id;

CREATE INDEX cancel_requests_requested_idx ON cancel_requests (client_id, requested_at);

-- +goose Down
DROP INDEX cancel_requests_requested_idx;
DROP TABLE verification_waits, verifications;
DELETE FROM case_timers WHERE kind = 'verify';
ALTER TABLE case_timers DROP CONSTRAINT case_timers_kind_known;
ALTER TABLE case_timers ADD CONSTRAINT case_timers_kind_known CHECK (kind IN ('cancel_sla','offer_ttl','approval','econfirm',
    'callback_deadline','effective_date','clock_resume','winback','winback_over'));
