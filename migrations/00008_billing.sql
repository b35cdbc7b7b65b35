-- Owner: retention. Billing: how each client's is reached, our mirror of it, and what was promised and must be done there.
-- +goose Up
CREATE TABLE billing_connections (
    client_id    bigint PRIMARY KEY REFERENCES clients,
    kind         text NOT NULL CONSTRAINT billing_connections_kind_known CHECK (kind IN ('stripe','webhook')),
    url          text NOT NULL DEFAULT '',  -- of the endpoint; "" is Stripe's own
    secret       bytea NOT NULL,            -- sealed: API key, or what requests are signed with
    signing      bytea NOT NULL,            -- sealed: what comes in is signed with
    payment_link text NOT NULL DEFAULT '',  -- hosted page where an order is paid; {order} stands for its id
    changed_by   text NOT NULL,
    changed_at   timestamptz NOT NULL
);

ALTER TABLE subscriptions
    DROP CONSTRAINT subscriptions_status_known,
    ADD CONSTRAINT subscriptions_status_known CHECK (status IN ('trialing','active','cancel_scheduled','cancelled')),
    ADD COLUMN past_due        boolean NOT NULL DEFAULT false,
    ADD COLUMN term_months     integer NOT NULL DEFAULT 1,
    ADD COLUMN discounts       jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN cancel_at       timestamptz,  -- when it is planned to end, or ended
    ADD COLUMN trial_end       timestamptz,
    ADD COLUMN term_end        timestamptz,
    ADD COLUMN next_invoice_at timestamptz,
    ADD COLUMN paused_until    timestamptz,
    ADD COLUMN billed_at       timestamptz;  -- the instant of the newest news from billing; older news changes nothing
CREATE INDEX subscriptions_customer_idx ON subscriptions (customer_id);
-- Stretches in which nothing was charged. They do not overlap: a longer pause moves ends_at.
CREATE TABLE subscription_pauses (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id       bigint NOT NULL REFERENCES clients,
    subscription_id bigint NOT NULL REFERENCES subscriptions,
    starts_at       timestamptz NOT NULL,
    ends_at         timestamptz NOT NULL
);
CREATE INDEX subscription_pauses_idx ON subscription_pauses (subscription_id, starts_at);
CREATE TABLE invoices (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id       bigint NOT NULL REFERENCES clients,
    subscription_id bigint NOT NULL REFERENCES subscriptions,
    external_id     text NOT NULL,
    status          text NOT NULL CONSTRAINT invoices_status_known CHECK (status IN ('open','paid','void','uncollectible')),
    due_minor       bigint NOT NULL,
    paid_minor      bigint NOT NULL,
    refunded_minor  bigint NOT NULL,
    currency        text NOT NULL,
    disputed        boolean NOT NULL,
    invoiced_at     timestamptz NOT NULL,
    paid_at         timestamptz,
    billed_at       timestamptz NOT NULL,
    CONSTRAINT invoices_external_key UNIQUE (client_id, external_id)
);
CREATE INDEX invoices_subscription_idx ON invoices (subscription_id, invoiced_at);
-- What billing sent by itself, once each.
CREATE TABLE billing_events (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id   bigint NOT NULL REFERENCES clients,
    external_id text NOT NULL,
    type        text NOT NULL,
    happened_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    effect      text NOT NULL, -- applied, stale, unknown_subscription, ignored
    CONSTRAINT billing_events_external_key UNIQUE (client_id, external_id)
);
-- The nightly comparison of our mirror with billing, and what differed.
CREATE TABLE reconciliations (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id  bigint NOT NULL REFERENCES clients,
    started_at timestamptz NOT NULL,
    ended_at   timestamptz,
    after_id   bigint NOT NULL DEFAULT 0, -- the last subscription compared, where the next piece goes on
    checked    integer NOT NULL DEFAULT 0,
    differing  integer NOT NULL DEFAULT 0,
    failed     integer NOT NULL DEFAULT 0
);
CREATE INDEX reconciliations_client_idx ON reconciliations (client_id, id DESC);
CREATE UNIQUE INDEX reconciliations_one_open ON reconciliations (client_id) WHERE ended_at IS NULL;
CREATE TABLE billing_differences (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id         bigint NOT NULL REFERENCES clients,
    reconciliation_id bigint NOT NULL REFERENCES reconciliations,
    subscription_id   bigint NOT NULL REFERENCES subscriptions,
    field             text NOT NULL, -- plan, price, status, …, missing
    ours              text NOT NULL,
    theirs            text NOT NULL,
    found_at          timestamptz NOT NULL
);
CREATE INDEX billing_differences_idx ON billing_differences (reconciliation_id, id);

-- What somebody asked for on a call that billing or another owner must do.
CREATE TABLE account_requests (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id       bigint NOT NULL REFERENCES clients,
    customer_id     bigint NOT NULL REFERENCES customers,
    subscription_id bigint REFERENCES subscriptions,
    call_id         bigint REFERENCES calls,
    order_id        bigint, -- a refund or return of an order
    kind            text NOT NULL CONSTRAINT account_requests_kind_known CHECK (kind IN ('address','phone','payment_link','refund','adjustment','return')),
    details         jsonb NOT NULL,
    amount_minor    bigint NOT NULL DEFAULT 0,
    currency        text NOT NULL DEFAULT 'USD',
    invoice         text NOT NULL DEFAULT '', -- billing's id of the invoice that a refund is of
    status          text NOT NULL CONSTRAINT account_requests_status_known CHECK (status IN ('waiting','approved','refused','passed_on','done','failed')),
    reason          text NOT NULL DEFAULT '',
    asked_by        bigint NOT NULL REFERENCES users,
    asked_at        timestamptz NOT NULL,
    decided_by      bigint REFERENCES users,
    decided_at      timestamptz,
    updated_at      timestamptz NOT NULL,
    CONSTRAINT account_requests_four_eyes CHECK (decided_by IS NULL OR decided_by <> asked_by OR status <> 'approved')
);
CREATE INDEX account_requests_customer_idx ON account_requests (customer_id, id DESC);
CREATE INDEX account_requests_waiting_idx ON account_requests (client_id, id) WHERE status = 'waiting';
-- How much of a client's money each role may give back by itself. No row: nothing.
CREATE TABLE request_limits (
    client_id    bigint NOT NULL REFERENCES clients,
    role         text NOT NULL,
    amount_minor bigint NOT NULL CONSTRAINT request_limits_positive CHECK (amount_minor >= 0),
    currency     text NOT NULL,
    changed_by   text NOT NULL,
    changed_at   timestamptz NOT NULL,
    PRIMARY KEY (client_id, role, currency)
);

-- A promise that billing must keep. Its id is the key under which billing does it once.
CREATE TABLE grants (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id       bigint NOT NULL REFERENCES clients,
    subscription_id bigint NOT NULL REFERENCES subscriptions,
    case_id         bigint REFERENCES cases,
    presentation_id bigint REFERENCES presentations,
    request_id      bigint REFERENCES account_requests,
    promised_by     bigint REFERENCES users, -- none: the house's own
    billing_key     text NOT NULL,           -- the subscription's id in billing
    kind            text NOT NULL,
    change          jsonb NOT NULL,          -- billing.Change
    status          text NOT NULL CONSTRAINT grants_status_known CHECK (status IN ('queued','applying','applied','failed','reversed','unclear')),
    attempts        integer NOT NULL DEFAULT 0,
    next_at         timestamptz,             -- when it is tried; none once it is settled
    applying_since  timestamptz,
    due_at          timestamptz,             -- the next invoice: it must be applied before
    billing_ref     text NOT NULL DEFAULT '',
    error           text NOT NULL DEFAULT '',
    cost_estimate_minor bigint NOT NULL DEFAULT 0,
    cost_actual_minor   bigint,
    currency        text NOT NULL,
    created_at      timestamptz NOT NULL,
    settled_at      timestamptz,
    CONSTRAINT grants_presentation_key UNIQUE (presentation_id),
    CONSTRAINT grants_request_key UNIQUE (request_id)
);
CREATE INDEX grants_case_idx ON grants (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX grants_open_idx ON grants (next_at) WHERE status IN ('queued','applying','unclear');
-- Billing merges sets: of one subscription only one grant is on its way at a time.
CREATE UNIQUE INDEX grants_one_at_a_time ON grants (subscription_id) WHERE status IN ('applying','unclear');

-- Accepted but not applied: somebody must see to it.
CREATE TABLE incidents (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id bigint NOT NULL REFERENCES clients,
    grant_id  bigint NOT NULL REFERENCES grants,
    case_id   bigint REFERENCES cases,
    owner_id  bigint REFERENCES users,
    cause     text NOT NULL CONSTRAINT incidents_cause_known CHECK (cause IN ('late','failed')),
    due_at    timestamptz, -- the next invoice
    opened_at timestamptz NOT NULL,
    closed_at timestamptz,
    closed_by text NOT NULL DEFAULT '',
    note      text NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX incidents_one_open ON incidents (grant_id) WHERE closed_at IS NULL;
CREATE INDEX incidents_client_idx ON incidents (client_id, id DESC);

-- Sales and upsells as orders.
CREATE TABLE orders (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id       bigint NOT NULL REFERENCES clients,
    person_id       bigint NOT NULL REFERENCES people,
    call_id         bigint REFERENCES calls,
    presentation_id bigint REFERENCES presentations,
    status          text NOT NULL CONSTRAINT orders_status_known CHECK (status IN ('placed','awaiting_payment','paid','in_delivery','delivered','cancelled','returned')),
    total_minor     bigint NOT NULL,
    currency        text NOT NULL,
    payment_link    text NOT NULL DEFAULT '',
    placed_by       bigint REFERENCES users,
    placed_at       timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    CONSTRAINT orders_presentation_key UNIQUE (presentation_id)
);
CREATE INDEX orders_person_idx ON orders (person_id, id DESC);
ALTER TABLE account_requests ADD CONSTRAINT account_requests_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders;
CREATE TABLE order_items (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id    bigint NOT NULL REFERENCES orders,
    name        text NOT NULL,
    quantity    integer NOT NULL,
    price_minor bigint NOT NULL -- each, in the order's currency
);
CREATE INDEX order_items_order_idx ON order_items (order_id);
CREATE TABLE order_events (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id bigint NOT NULL REFERENCES orders,
    at       timestamptz NOT NULL,
    actor    text NOT NULL,
    status   text NOT NULL,
    note     text NOT NULL DEFAULT ''
);
CREATE INDEX order_events_order_idx ON order_events (order_id, id);

-- Who is on the line: the client's questions, the answers where the mirror does not hold them, and each attempt.
CREATE TABLE verification_questions (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id  bigint NOT NULL REFERENCES clients,
    code       text NOT NULL,
    prompt     text NOT NULL,
    fact       text NOT NULL DEFAULT '', -- a fact of the mirror that answers it; "" where answers are kept as hashes
    is_active  boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL,
    CONSTRAINT verification_questions_code_key UNIQUE (client_id, code)
);
CREATE TABLE verification_answers (
    customer_id bigint NOT NULL REFERENCES customers,
    question_id bigint NOT NULL REFERENCES verification_questions,
    hash        text NOT NULL, -- argon2id of the plain answer
    PRIMARY KEY (customer_id, question_id)
);
CREATE TABLE party_checks (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id   bigint NOT NULL REFERENCES clients,
    call_id     bigint NOT NULL REFERENCES calls,
    customer_id bigint NOT NULL REFERENCES customers,
    agent_id    bigint NOT NULL REFERENCES users,
    questions   text[] NOT NULL, -- codes that were asked
    has_passed  boolean NOT NULL,
    at          timestamptz NOT NULL
);
CREATE INDEX party_checks_call_idx ON party_checks (call_id, customer_id, id);
CREATE TABLE notes (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id   bigint NOT NULL REFERENCES clients,
    customer_id bigint NOT NULL REFERENCES customers,
    call_id     bigint REFERENCES calls,
    author_id   bigint NOT NULL REFERENCES users,
    text        text NOT NULL,
    created_at  timestamptz NOT NULL
);
CREATE INDEX notes_customer_idx ON notes (customer_id, id DESC);

-- +goose Down
DROP TABLE notes, party_checks, verification_answers, verification_questions;
ALTER TABLE account_requests DROP CONSTRAINT account_requests_order_id_fkey;
DROP TABLE order_events, order_items, orders, incidents, grants, request_limits, account_requests;
DROP TABLE billing_differences, reconciliations, billing_events, invoices, subscription_pauses;
DROP INDEX subscriptions_customer_idx;
UPDATE subscriptions SET status = CASE status WHEN 'trialing' THEN 'active' WHEN 'cancelled' THEN 'cancel_scheduled' ELSE status END;
ALTER TABLE subscriptions
    DROP CONSTRAINT subscriptions_status_known,
    ADD CONSTRAINT subscriptions_status_known CHECK (status IN ('active','cancel_scheduled')),
    DROP COLUMN past_due, DROP COLUMN term_months, DROP COLUMN discounts, DROP COLUMN cancel_at, DROP COLUMN trial_end,
    DROP COLUMN term_end, DROP COLUMN next_invoice_at, DROP COLUMN paused_until, DROP COLUMN billed_at;
DROP TABLE billing_connections;
