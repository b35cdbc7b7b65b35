-- Owner: retention. The save case in full: its clocks, its evidence, approvals, reasons and fixes, and what offers may cost.
-- +goose Up

-- What this database is for. Set once, while it is empty; none means real people and real money.
CREATE TABLE database_kind (
    id        boolean PRIMARY KEY DEFAULT true CONSTRAINT database_kind_one CHECK (id),
    kind      text NOT NULL CONSTRAINT database_kind_known CHECK (kind IN ('demo','rehearsal')),
    marked_at timestamptz NOT NULL
);
-- +goose StatementBegin
CREATE FUNCTION database_kind_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' OR EXISTS (SELECT FROM clients) THEN
        RAISE EXCEPTION 'what a database is for is said once, while it is empty' USING ERRCODE = '23514', CONSTRAINT = 'database_kind_at_creation';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER database_kind_at_creation BEFORE INSERT OR UPDATE OR DELETE ON database_kind
    FOR EACH ROW EXECUTE FUNCTION database_kind_guard();

-- What a client's managers decide about their save desk.
CREATE TABLE save_settings (
    client_id        bigint PRIMARY KEY REFERENCES clients,
    holdout_bp       integer NOT NULL DEFAULT 0 CONSTRAINT save_settings_holdout_range CHECK (holdout_bp BETWEEN 0 AND 5000),
    holdout_salt     text NOT NULL DEFAULT '',
    offer_ttl_minutes integer NOT NULL DEFAULT 1440,
    lifetime_cap_minor bigint NOT NULL DEFAULT 0, -- of everything one customer is given; 0: no cap
    any_cooldown_days integer NOT NULL DEFAULT 30, -- between any two things one customer is given
    version          integer NOT NULL,
    updated_at       timestamptz NOT NULL
);

ALTER TABLE cases DROP CONSTRAINT cases_state_known;
ALTER TABLE cases ADD CONSTRAINT cases_state_known CHECK (state IN ('requested','holdout','duplicate','in_progress','offering',
    'approval_pending','accepted','confirmed','billing_pending','billing_failed','saved_provisional','verified_30','verified_60',
    'verified_90','clock_paused','rechurned','voided','callback_scheduled','cancel_processing','cancelled_scheduled',
    'cancelled_effective','winback_eligible','won_back','expired','withdrawn'));
ALTER TABLE cases ADD COLUMN arm text NOT NULL DEFAULT 'treated' CONSTRAINT cases_arm_known CHECK (arm IN ('treated','holdout'));
ALTER TABLE cases ADD COLUMN effective_at timestamptz; -- when the subscription ends if they cancel; null: at once
ALTER TABLE cases ADD COLUMN reason_code text NOT NULL DEFAULT ''; -- what the agent heard; the request's stays as it came
ALTER TABLE cases ADD COLUMN reason_text text NOT NULL DEFAULT '';
ALTER TABLE cases ADD CONSTRAINT cases_arm_key UNIQUE (id, arm);
DROP INDEX cases_one_open_per_customer;
CREATE UNIQUE INDEX cases_one_active_per_subscription ON cases (subscription_id) WHERE closed_at IS NULL;
ALTER TABLE case_events ADD COLUMN user_id bigint REFERENCES users;

-- Deadlines. A row that is neither fired nor cancelled runs; one of a kind runs for a case.
CREATE TABLE case_timers (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id    bigint NOT NULL REFERENCES clients,
    case_id      bigint NOT NULL REFERENCES cases,
    kind         text NOT NULL CONSTRAINT case_timers_kind_known CHECK (kind IN ('cancel_sla','offer_ttl','approval','econfirm',
        'callback_deadline','effective_date','clock_resume','winback','winback_over')),
    due_at       timestamptz NOT NULL,
    created_at   timestamptz NOT NULL,
    fired_at     timestamptz,
    cancelled_at timestamptz,
    CONSTRAINT case_timers_end_once CHECK (fired_at IS NULL OR cancelled_at IS NULL)
);
CREATE UNIQUE INDEX case_timers_one_runs ON case_timers (case_id, kind) WHERE fired_at IS NULL AND cancelled_at IS NULL;
CREATE INDEX case_timers_due_idx ON case_timers (due_at) WHERE fired_at IS NULL AND cancelled_at IS NULL;
INSERT INTO case_timers (client_id, case_id, kind, due_at, created_at)
SELECT client_id, id, 'cancel_sla', due_at, updated_at FROM cases WHERE closed_at IS NULL;

-- Evidence that a customer agreed to stay.
CREATE TABLE confirmations (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id      bigint NOT NULL REFERENCES clients,
    case_id        bigint NOT NULL REFERENCES cases,
    call_id        bigint REFERENCES calls,
    method         text NOT NULL CONSTRAINT confirmations_method_known CHECK (method IN ('recording','econfirm','letter','simulated')),
    ref            text NOT NULL CONSTRAINT confirmations_ref_given CHECK (ref <> ''),
    script_version bigint NOT NULL DEFAULT 0,
    customer_words text NOT NULL DEFAULT '',
    confirmed_at   timestamptz NOT NULL
);
CREATE INDEX confirmations_case_idx ON confirmations (case_id);
ALTER TABLE cases ADD COLUMN confirmation_id bigint REFERENCES confirmations;
-- Saves of the time before evidence was asked for stay; none is added.
ALTER TABLE cases ADD CONSTRAINT cases_saved_with_evidence CHECK (confirmation_id IS NOT NULL OR state NOT IN ('confirmed',
    'billing_pending','billing_failed','saved_provisional','verified_30','verified_60','verified_90','clock_paused')) NOT VALID;

-- Signed links to a customer: the token's own signature is checked first, then this row, which makes it good once.
CREATE TABLE confirm_links (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id       bigint NOT NULL REFERENCES clients,
    case_id         bigint NOT NULL REFERENCES cases,
    presentation_id bigint REFERENCES presentations,
    purpose         text NOT NULL CONSTRAINT confirm_links_purpose_known CHECK (purpose IN ('agree','notice')),
    expires_at      timestamptz NOT NULL,
    created_by      text NOT NULL,
    created_at      timestamptz NOT NULL,
    answer          text CONSTRAINT confirm_links_answer_known CHECK (answer IN ('confirm','wrong','replaced')),
    answered_at     timestamptz,
    customer_words  text NOT NULL DEFAULT ''
);
CREATE INDEX confirm_links_case_idx ON confirm_links (case_id);

-- A supervisor is asked whether an offer above the agent's limits may be made. No answer in time is a no.
CREATE TABLE approvals (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id        bigint NOT NULL REFERENCES clients,
    case_id          bigint NOT NULL REFERENCES cases,
    call_id          bigint NOT NULL REFERENCES calls,
    offer_version_id bigint NOT NULL REFERENCES offer_versions,
    requested_by     bigint NOT NULL REFERENCES users,
    owner_id         bigint NOT NULL REFERENCES users,
    why              text NOT NULL DEFAULT '',
    requested_at     timestamptz NOT NULL,
    expires_at       timestamptz NOT NULL,
    decided_by       bigint REFERENCES users,
    decision         text CONSTRAINT approvals_decision_known CHECK (decision IN ('approved','declined','timeout')),
    decided_at       timestamptz,
    CONSTRAINT approvals_four_eyes CHECK (decided_by <> requested_by AND decided_by <> owner_id),
    CONSTRAINT approvals_decided_by_a_person CHECK (decision IS NULL OR decision = 'timeout' OR decided_by IS NOT NULL)
);
CREATE UNIQUE INDEX approvals_one_waits ON approvals (case_id) WHERE decision IS NULL;
CREATE INDEX approvals_waiting_idx ON approvals (client_id, requested_at) WHERE decision IS NULL;

-- What an agent may give without asking, by role and by how much the customer is worth. '' is any value tier.
CREATE TABLE authority_limits (
    client_id     bigint NOT NULL REFERENCES clients,
    role          text NOT NULL,
    value_tier    text NOT NULL DEFAULT '',
    percent_max   integer NOT NULL CONSTRAINT authority_limits_percent_range CHECK (percent_max BETWEEN 0 AND 100),
    amount_max_minor bigint NOT NULL DEFAULT 0, -- what one offer may cost in all; 0: not limited
    cycles_max    integer NOT NULL DEFAULT 0,   -- 0: not limited
    week_budget_minor bigint NOT NULL DEFAULT 0, -- what one agent may give in seven days; 0: not limited
    updated_at    timestamptz NOT NULL,
    PRIMARY KEY (client_id, role, value_tier)
);

ALTER TABLE offer_versions ADD COLUMN family text NOT NULL DEFAULT '';
ALTER TABLE offer_versions ADD COLUMN cooldown_days integer NOT NULL DEFAULT 0;   -- until the same customer gets one of the family again
ALTER TABLE offer_versions ADD COLUMN redemptions_max integer NOT NULL DEFAULT 0; -- times one customer gets it; 0: not limited
ALTER TABLE offer_versions ADD COLUMN week_budget_minor bigint NOT NULL DEFAULT 0; -- cost given to all customers in seven days; 0: not limited
ALTER TABLE offer_versions ADD COLUMN ttl_minutes integer NOT NULL DEFAULT 0;     -- 0: the client's setting
ALTER TABLE offer_versions ADD COLUMN eligibility text NOT NULL DEFAULT '';       -- CEL; '': everybody

-- A case that is held out has no presentation: the pair (case, treated) must exist.
ALTER TABLE presentations ADD COLUMN case_arm text NOT NULL DEFAULT 'treated' CONSTRAINT presentations_not_held_out CHECK (case_arm = 'treated');
ALTER TABLE presentations ADD CONSTRAINT presentations_case_is_treated FOREIGN KEY (case_id, case_arm) REFERENCES cases (id, arm);
ALTER TABLE presentations ADD COLUMN rung integer NOT NULL DEFAULT 0;   -- of the ladder, 1 first; 0: no save offer
ALTER TABLE presentations ADD COLUMN chosen_by text NOT NULL DEFAULT 'agent';
ALTER TABLE presentations ADD COLUMN depth_bp integer NOT NULL DEFAULT 0; -- share of the price it gives away
ALTER TABLE presentations ADD COLUMN cost_minor bigint NOT NULL DEFAULT 0; -- what a yes costs over its life, for this customer
ALTER TABLE presentations ADD COLUMN expires_at timestamptz;
ALTER TABLE presentations ADD COLUMN policy jsonb; -- what the place's rules said when it was made
ALTER TABLE presentations DROP CONSTRAINT presentations_decision_known;
ALTER TABLE presentations ADD CONSTRAINT presentations_decision_known CHECK (decision IN ('accepted','declined','expired'));
ALTER TABLE decisions DROP CONSTRAINT decisions_known;
ALTER TABLE decisions ADD CONSTRAINT decisions_known CHECK (decision IN ('accepted','declined','expired'));
ALTER TABLE decisions ALTER COLUMN decided_by DROP NOT NULL; -- null: the house, when it lapsed

ALTER TABLE results ADD COLUMN evidence text NOT NULL DEFAULT ''; -- method of the confirmation, for a save
ALTER TABLE results ADD COLUMN payable boolean NOT NULL DEFAULT true;

-- Why customers leave: a tree the client keeps. A code never changes its meaning.
CREATE TABLE reasons (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id    bigint NOT NULL REFERENCES clients,
    code         text NOT NULL,
    parent_code  text NOT NULL DEFAULT '',
    name         text NOT NULL,
    saveable     boolean NOT NULL DEFAULT true,
    active       boolean NOT NULL DEFAULT true,
    billing_code text NOT NULL CONSTRAINT reasons_billing_code_known CHECK (billing_code IN ('customer_service','low_quality',
        'missing_features','other','switched_service','too_complex','too_expensive','unused')), -- Stripe's feedback enum
    updated_at   timestamptz NOT NULL,
    CONSTRAINT reasons_code_key UNIQUE (client_id, code),
    CONSTRAINT reasons_not_own_parent CHECK (parent_code <> code)
);
-- Before money: what may solve it, step by step.
CREATE TABLE fixes (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id    bigint NOT NULL REFERENCES clients,
    code         text NOT NULL,
    kind         text NOT NULL CONSTRAINT fixes_kind_known CHECK (kind IN ('fix','feature','specialist')),
    name         text NOT NULL,
    steps        text[] NOT NULL,
    reason_codes text[] NOT NULL DEFAULT '{}', -- reasons it is for; empty: any
    active       boolean NOT NULL DEFAULT true,
    updated_at   timestamptz NOT NULL,
    CONSTRAINT fixes_code_key UNIQUE (client_id, code)
);
CREATE TABLE fix_attempts (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id bigint NOT NULL REFERENCES clients,
    case_id  bigint NOT NULL REFERENCES cases,
    fix_id   bigint NOT NULL REFERENCES fixes,
    call_id  bigint NOT NULL REFERENCES calls,
    agent_id bigint NOT NULL REFERENCES users,
    steps_done integer[] NOT NULL,
    solved   boolean NOT NULL,
    tried_at timestamptz NOT NULL
);
CREATE INDEX fix_attempts_case_idx ON fix_attempts (case_id);

-- +goose Down
DROP TABLE fix_attempts, fixes, reasons;
ALTER TABLE results DROP COLUMN payable, DROP COLUMN evidence;
DELETE FROM decisions WHERE decided_by IS NULL;
ALTER TABLE decisions ALTER COLUMN decided_by SET NOT NULL;
ALTER TABLE decisions DROP CONSTRAINT decisions_known;
ALTER TABLE decisions ADD CONSTRAINT decisions_known CHECK (decision IN ('accepted','declined')) NOT VALID;
ALTER TABLE presentations DROP CONSTRAINT presentations_decision_known;
ALTER TABLE presentations ADD CONSTRAINT presentations_decision_known CHECK (decision IN ('accepted','declined')) NOT VALID;
ALTER TABLE presentations DROP CONSTRAINT presentations_case_is_treated, DROP COLUMN policy, DROP COLUMN expires_at, DROP COLUMN cost_minor,
    DROP COLUMN depth_bp, DROP COLUMN chosen_by, DROP COLUMN rung, DROP COLUMN case_arm;
ALTER TABLE offer_versions DROP COLUMN eligibility, DROP COLUMN ttl_minutes, DROP COLUMN week_budget_minor, DROP COLUMN redemptions_max,
    DROP COLUMN cooldown_days, DROP COLUMN family;
DROP TABLE authority_limits, approvals, confirm_links;
ALTER TABLE cases DROP CONSTRAINT cases_saved_with_evidence, DROP COLUMN confirmation_id;
DROP TABLE confirmations, case_timers;
ALTER TABLE case_events DROP COLUMN user_id;
DROP INDEX cases_one_active_per_subscription;
CREATE UNIQUE INDEX cases_one_open_per_customer ON cases (customer_id) WHERE closed_at IS NULL;
ALTER TABLE cases DROP CONSTRAINT cases_arm_key, DROP COLUMN reason_text, DROP COLUMN reason_code, DROP COLUMN effective_at, DROP COLUMN arm;
ALTER TABLE cases DROP CONSTRAINT cases_state_known;
ALTER TABLE cases ADD CONSTRAINT cases_state_known CHECK (state IN ('requested','in_progress','offering','accepted','confirmed',
    'saved_provisional','callback_scheduled','cancel_processing','cancelled_scheduled')) NOT VALID;
DROP TABLE save_settings, database_kind;
DROP FUNCTION database_kind_guard();
