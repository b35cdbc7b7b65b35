-- Owner: retention. What was offered and what was agreed.
-- +goose Up
CREATE TABLE customers (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id   bigint NOT NULL REFERENCES clients,
    person_id   bigint NOT NULL UNIQUE REFERENCES people,
    external_id text NOT NULL,
    value_tier  text NOT NULL DEFAULT '',
    created_at  timestamptz NOT NULL,
    CONSTRAINT customers_external_key UNIQUE (client_id, external_id)
);
CREATE TABLE subscriptions (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id    bigint NOT NULL REFERENCES clients,
    customer_id  bigint NOT NULL REFERENCES customers,
    external_id  text NOT NULL,
    plan         text NOT NULL,
    price_minor  bigint NOT NULL,
    currency     text NOT NULL,
    status       text NOT NULL CONSTRAINT subscriptions_status_known CHECK (status IN ('active','cancel_scheduled')),
    started_on   date,
    updated_at   timestamptz NOT NULL,
    CONSTRAINT subscriptions_external_key UNIQUE (client_id, external_id)
);

CREATE TABLE offers (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id  bigint NOT NULL REFERENCES clients,
    code       text NOT NULL,
    retired_at timestamptz,
    created_at timestamptz NOT NULL,
    CONSTRAINT offers_code_key UNIQUE (client_id, code)
);
CREATE TABLE offer_versions (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    offer_id    bigint NOT NULL REFERENCES offers,
    version     integer NOT NULL,
    name        text NOT NULL,
    kind        text NOT NULL, -- sale, upsell, appointment, discount_percent, discount_amount, credit, free_month, pause, plan_change, fix, custom
    result      text NOT NULL CONSTRAINT offer_versions_result_known CHECK (result IN ('save','sale','upsell','appointment')),
    say         text NOT NULL,      -- what the agent says, with merge fields
    terms       jsonb NOT NULL,     -- kind's parameters
    value_minor bigint NOT NULL DEFAULT 0, -- what a yes is worth, the base of percent pay
    cost_minor  bigint NOT NULL DEFAULT 0,
    currency    text NOT NULL DEFAULT 'USD',
    purposes    text[] NOT NULL,    -- campaigns it may be shown in
    rank        integer NOT NULL DEFAULT 100, -- script order
    created_by  text NOT NULL,
    created_at  timestamptz NOT NULL,
    CONSTRAINT offer_versions_key UNIQUE (offer_id, version)
);

CREATE TABLE cancel_requests (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id   bigint NOT NULL REFERENCES clients,
    external_id text NOT NULL,
    customer_id bigint NOT NULL REFERENCES customers,
    source      text NOT NULL,
    reason_code text NOT NULL DEFAULT '',
    reason_text text NOT NULL DEFAULT '',
    requested_at timestamptz NOT NULL,
    created_at  timestamptz NOT NULL,
    CONSTRAINT cancel_requests_external_key UNIQUE (client_id, external_id)
);
CREATE INDEX cancel_requests_customer_idx ON cancel_requests (customer_id);
CREATE TABLE cases (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id   bigint NOT NULL REFERENCES clients,
    request_id  bigint NOT NULL REFERENCES cancel_requests,
    customer_id bigint NOT NULL REFERENCES customers,
    subscription_id bigint REFERENCES subscriptions, -- the one they want to end
    campaign_id bigint REFERENCES campaigns,
    lead_id     bigint REFERENCES leads,
    state       text NOT NULL CONSTRAINT cases_state_known CHECK (state IN ('requested','in_progress','offering','accepted',
        'confirmed','saved_provisional','callback_scheduled','cancel_processing','cancelled_scheduled')),
    owner_id    bigint REFERENCES users, -- the agent who spoke to them last
    saveable    boolean NOT NULL DEFAULT true, -- false: moved away, deceased; the cancellation went ahead at once
    mrr_minor   bigint NOT NULL,         -- what the subscription pays a month, when they asked
    currency    text NOT NULL,
    due_at      timestamptz NOT NULL, -- must be decided by then
    closed_at   timestamptz,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL
);
CREATE UNIQUE INDEX cases_one_open_per_customer ON cases (customer_id) WHERE closed_at IS NULL;
CREATE INDEX cases_lead_idx ON cases (lead_id) WHERE lead_id IS NOT NULL;
CREATE INDEX cases_due_idx ON cases (due_at) WHERE closed_at IS NULL;
-- Every request hangs on the case it opened or, asked again while that one was open, was attached to.
ALTER TABLE cancel_requests ADD COLUMN case_id bigint REFERENCES cases;
-- A case's log. Its state is the fold of it: a row either moves the case, or is a note (from_state = to_state).
CREATE TABLE case_events (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id bigint NOT NULL REFERENCES cases,
    at      timestamptz NOT NULL,
    actor   text NOT NULL,
    event   text NOT NULL, -- opened, moved, request_attached, lead_added, lead_withdrawn, no_disposition, reviewed, reversed
    from_state text NOT NULL, -- "" opens the case
    to_state   text NOT NULL,
    data    jsonb
);
CREATE INDEX case_events_case_idx ON case_events (case_id, id);

CREATE TABLE presentations (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id        bigint NOT NULL REFERENCES clients,
    call_id          bigint NOT NULL REFERENCES calls,
    case_id          bigint REFERENCES cases,
    offer_version_id bigint NOT NULL REFERENCES offer_versions,
    agent_id         bigint NOT NULL REFERENCES users,
    presented_at     timestamptz NOT NULL,
    decision         text CONSTRAINT presentations_decision_known CHECK (decision IN ('accepted','declined')),
    decline_reason   text NOT NULL DEFAULT '',
    decided_at       timestamptz,
    CONSTRAINT presentations_once UNIQUE (call_id, offer_version_id)
);
CREATE INDEX presentations_case_idx ON presentations (case_id) WHERE case_id IS NOT NULL;
-- What was answered, and answered again: presentations.decision is the last of these.
CREATE TABLE decisions (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    presentation_id bigint NOT NULL REFERENCES presentations,
    decision        text NOT NULL CONSTRAINT decisions_known CHECK (decision IN ('accepted','declined')),
    reason          text NOT NULL DEFAULT '',
    decided_by      bigint NOT NULL REFERENCES users,
    decided_at      timestamptz NOT NULL
);
CREATE INDEX decisions_presentation_idx ON decisions (presentation_id, id);

CREATE TABLE outcomes (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id    bigint NOT NULL REFERENCES clients,
    call_id      bigint NOT NULL,
    case_id      bigint REFERENCES cases,
    agent_id     bigint REFERENCES users,
    code         text NOT NULL CONSTRAINT outcomes_code_known CHECK (code IN ('save','lost','sale','upsell','callback','appointment',
        'not_interested','wrong_number','do_not_call','no_disposition','other')),
    reason       text NOT NULL DEFAULT '',
    note         text NOT NULL DEFAULT '',
    effective_at timestamptz NOT NULL, -- when the conversation was concluded
    recorded_at  timestamptz NOT NULL,
    reviewed_by  bigint REFERENCES users, -- a supervisor looked at a no_disposition
    reviewed_at  timestamptz,
    CONSTRAINT outcomes_call_key UNIQUE (call_id),
    CONSTRAINT outcomes_call_id_fkey FOREIGN KEY (call_id) REFERENCES calls
);
CREATE INDEX outcomes_agent_idx ON outcomes (agent_id, effective_at DESC);
CREATE INDEX outcomes_unreviewed_idx ON outcomes (id) WHERE code = 'no_disposition' AND reviewed_at IS NULL;
-- What a supervisor found out about a call that nobody concluded. The outcome itself, and pay, stay as they were.
CREATE TABLE corrections (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id   bigint NOT NULL REFERENCES clients,
    outcome_id  bigint NOT NULL REFERENCES outcomes,
    code        text NOT NULL CONSTRAINT corrections_code_known CHECK (code IN ('lost','callback','not_interested','wrong_number',
        'do_not_call','other')),
    note        text NOT NULL DEFAULT '',
    corrected_by bigint NOT NULL REFERENCES users,
    corrected_at timestamptz NOT NULL,
    CONSTRAINT corrections_once UNIQUE (outcome_id)
);
CREATE TABLE results (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id       bigint NOT NULL REFERENCES clients,
    outcome_id      bigint NOT NULL REFERENCES outcomes,
    kind            text NOT NULL CONSTRAINT results_kind_known CHECK (kind IN ('save','sale','upsell','appointment')),
    presentation_id bigint REFERENCES presentations,
    value_minor     bigint NOT NULL,
    currency        text NOT NULL,
    CONSTRAINT results_presentation_key UNIQUE (presentation_id)
);
CREATE INDEX results_outcome_idx ON results (outcome_id);
CREATE TABLE appointments (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id  bigint NOT NULL REFERENCES clients,
    result_id  bigint NOT NULL UNIQUE REFERENCES results,
    person_id  bigint NOT NULL REFERENCES people,
    starts_at  timestamptz NOT NULL,
    state      text NOT NULL CONSTRAINT appointments_state_known CHECK (state IN ('booked','cancelled')),
    created_at timestamptz NOT NULL
);
-- A result that did not last: reported by billing, by file or by hand.
CREATE TABLE reversals (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id    bigint NOT NULL REFERENCES clients,
    result_id    bigint NOT NULL UNIQUE REFERENCES results,
    cause        text NOT NULL,
    effective_at timestamptz NOT NULL,
    recorded_at  timestamptz NOT NULL,
    recorded_by  text NOT NULL
);

-- +goose Down
DROP TABLE reversals, appointments, results, corrections, outcomes, decisions, presentations, case_events;
ALTER TABLE cancel_requests DROP COLUMN case_id;
DROP TABLE cases, cancel_requests, offer_versions, offers, subscriptions, customers;
