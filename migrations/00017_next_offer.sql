-- Owner: retention. Which offer is tried next: the routing table, what was chosen and what was learned; offers on the
-- customer's own cancel page.
-- +goose Up

-- Who decides which offer comes next, in versions that never change; the newest counts. Without one it is the script.
CREATE TABLE offer_policies (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id  bigint NOT NULL REFERENCES clients,
    version    integer NOT NULL,
    mode       text NOT NULL CONSTRAINT offer_policies_mode_known CHECK (mode IN ('script','table','champion_challenger','thompson')),
    rules      jsonb NOT NULL DEFAULT '[]', -- read from the top, the first that binds decides; none: the script
    explore_bp integer NOT NULL CONSTRAINT offer_policies_explore_range CHECK (explore_bp BETWEEN 0 AND 10000), -- cases that the challenger chooses
    margin_bp  integer NOT NULL CONSTRAINT offer_policies_margin_range CHECK (margin_bp BETWEEN 1 AND 10000),   -- of the price, left after costs
    contact_minor bigint NOT NULL DEFAULT 0,  -- what the minutes of one offer cost
    stopped    text[] NOT NULL DEFAULT '{}',  -- reasons that went back to the table: treated customers stayed less often than the holdout
    salt       text NOT NULL,                 -- of the choices' seeds
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT offer_policies_version_key UNIQUE (client_id, version)
);
-- How far learning has come. The row is also the lock of whoever learns.
CREATE TABLE offer_learning (
    client_id    bigint PRIMARY KEY REFERENCES clients,
    seen         bigint NOT NULL DEFAULT 0,  -- observations numbered so far
    pay_bp       integer NOT NULL DEFAULT 0, -- expected commission of a save, of the price that is kept
    updated_at   timestamptz NOT NULL
);
-- Every choice with all that is needed to make it again.
CREATE TABLE offer_choices (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id      bigint NOT NULL REFERENCES clients,
    case_id        bigint NOT NULL REFERENCES cases,
    n              integer NOT NULL,        -- in its case, from 0
    rung           integer NOT NULL,        -- of the ladder for which it was chosen
    policy_version integer NOT NULL,
    learned        bigint NOT NULL,         -- observations that were known
    seed           text NOT NULL,           -- 64 bits, decimal
    reason         text NOT NULL,
    tier           text NOT NULL,
    mrr_minor      bigint NOT NULL,
    currency       text NOT NULL,
    pay_bp         integer NOT NULL,
    segments       text[] NOT NULL,         -- conditions of the table that held
    declined       text[] NOT NULL,
    eligible       jsonb NOT NULL,          -- what could be tried, and what each gives away
    arm            text NOT NULL,           -- an offer's code, or none
    offer_id       bigint REFERENCES offers, -- null: none
    chosen_by      text NOT NULL CONSTRAINT offer_choices_by_known CHECK (chosen_by IN ('table','bandit','explore')),
    rule           integer NOT NULL,        -- of the table, 1 first; 0: none bound
    propensity     double precision NOT NULL,
    candidates     text[] NOT NULL,
    scores         jsonb NOT NULL,
    passed_at      timestamptz,             -- of no offer: they were simply asked, and still want to leave
    made_at        timestamptz NOT NULL,
    CONSTRAINT offer_choices_once UNIQUE (case_id, n)
);
CREATE INDEX offer_choices_client_idx ON offer_choices (client_id, id);
-- What became known about choices, numbered one by one: a model is the fold of the first so many.
CREATE TABLE offer_observations (
    client_id  bigint NOT NULL REFERENCES clients,
    seq        bigint NOT NULL,
    choice_id  bigint NOT NULL REFERENCES offer_choices,
    kind       text NOT NULL CONSTRAINT offer_observations_kind_known CHECK (kind IN ('answer','lasted')),
    chosen_by  text NOT NULL, -- agent: against the policy; teaches nothing
    reason     text NOT NULL,
    tier       text NOT NULL,
    arm        text NOT NULL,
    yes        boolean NOT NULL,
    at         timestamptz NOT NULL,
    PRIMARY KEY (client_id, seq),
    CONSTRAINT offer_observations_once UNIQUE (choice_id, kind)
);
ALTER TABLE presentations ADD COLUMN choice_id bigint REFERENCES offer_choices;
CREATE UNIQUE INDEX presentations_one_of_choice ON presentations (choice_id) WHERE choice_id IS NOT NULL;

-- An offer on the customer's own page has neither call nor agent: nobody is credited with it.
ALTER TABLE presentations ALTER COLUMN call_id DROP NOT NULL, ALTER COLUMN agent_id DROP NOT NULL;
ALTER TABLE presentations ADD CONSTRAINT presentations_on_call_or_page CHECK ((call_id IS NULL) = (agent_id IS NULL) AND (call_id IS NOT NULL OR case_id IS NOT NULL));
CREATE UNIQUE INDEX presentations_once_on_page ON presentations (case_id, offer_version_id) WHERE call_id IS NULL;

-- +goose Down
DROP INDEX presentations_once_on_page;
ALTER TABLE presentations DROP CONSTRAINT presentations_on_call_or_page;
DELETE FROM decisions WHERE presentation_id IN (SELECT id FROM presentations WHERE call_id IS NULL);
UPDATE confirm_links SET presentation_id = NULL WHERE presentation_id IN (SELECT id FROM presentations WHERE call_id IS NULL);
UPDATE grants SET presentation_id = NULL WHERE presentation_id IN (SELECT id FROM presentations WHERE call_id IS NULL);
DELETE FROM presentations WHERE call_id IS NULL;
ALTER TABLE presentations ALTER COLUMN call_id SET NOT NULL, ALTER COLUMN agent_id SET NOT NULL;
DROP INDEX presentations_one_of_choice;
ALTER TABLE presentations DROP COLUMN choice_id;
DROP TABLE offer_observations, offer_choices, offer_learning, offer_policies;
