-- Owner: commissions. The people's side of plans: drafts, signatures, and how long a dispute may wait.
-- +goose Up
-- What a plan's next version will be, while somebody writes it: one draft a plan, saved only over the revision that was read.
CREATE TABLE plan_drafts (
    plan_id   bigint PRIMARY KEY REFERENCES plans,
    client_id bigint NOT NULL REFERENCES clients,
    text      text NOT NULL CONSTRAINT plan_drafts_some CHECK (text <> ''),
    revision  integer NOT NULL CONSTRAINT plan_drafts_revision CHECK (revision > 0),
    saved_by  bigint NOT NULL REFERENCES users,
    saved_at  timestamptz NOT NULL
);

-- What an agent has signed: a version of the plan, in words that are kept as they were shown. Added to and never changed.
CREATE TABLE plan_signatures (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id     bigint NOT NULL REFERENCES clients,
    user_id       bigint NOT NULL REFERENCES users,
    assignment_id bigint NOT NULL REFERENCES assignments,
    version_id    bigint NOT NULL REFERENCES plan_versions,
    typed_name    text NOT NULL CONSTRAINT plan_signatures_name CHECK (typed_name <> ''),
    sha256        bytea NOT NULL, -- of the version, as it was signed
    language      text NOT NULL CONSTRAINT plan_signatures_language CHECK (language IN ('en','ko','fil')),
    words         text NOT NULL CONSTRAINT plan_signatures_words CHECK (words <> ''), -- the plan as the agent read it
    words_sha256  bytea NOT NULL,
    signed_at     timestamptz NOT NULL,
    CONSTRAINT plan_signatures_once UNIQUE (assignment_id, version_id)
);
CREATE INDEX plan_signatures_user_idx ON plan_signatures (client_id, user_id);
CREATE TRIGGER plan_signatures_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON plan_signatures
    FOR EACH STATEMENT EXECUTE FUNCTION entries_guard();

ALTER TABLE payroll_settings
    ADD COLUMN dispute_answer_days integer NOT NULL DEFAULT 14 CONSTRAINT payroll_settings_dispute_days CHECK (dispute_answer_days BETWEEN 1 AND 90);

-- +goose Down
ALTER TABLE payroll_settings DROP COLUMN dispute_answer_days;
DROP TABLE plan_signatures, plan_drafts;
