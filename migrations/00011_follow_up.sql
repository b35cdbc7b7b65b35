-- Owner: retention. What goes on after a call: messages, appointments, upsells with their consent, the cancel page,
-- outreach to those who left or may leave, surveys.
-- +goose Up
-- How a client company's messages go out. Without a row nothing leaves the house.
CREATE TABLE message_settings (
    client_id       bigint PRIMARY KEY REFERENCES clients,
    public_url      text NOT NULL DEFAULT '',  -- where customers reach our pages, https://…
    language        text NOT NULL DEFAULT 'en' -- for people whose own we do not know
        CONSTRAINT message_settings_language_known CHECK (language IN ('en','ko','fil')),
    email_from      text NOT NULL DEFAULT '',  -- an address; empty: no e-mail
    email_name      text NOT NULL DEFAULT '',
    reply_to        text NOT NULL DEFAULT '',
    smtp_host       text NOT NULL DEFAULT '',
    smtp_port       integer NOT NULL DEFAULT 587 CONSTRAINT message_settings_port CHECK (smtp_port BETWEEN 1 AND 65535),
    smtp_security   text NOT NULL DEFAULT 'starttls' CONSTRAINT message_settings_security CHECK (smtp_security IN ('starttls','tls')),
    smtp_user       text NOT NULL DEFAULT '',
    smtp_password   bytea,                     -- sealed under the key from the environment
    text_url        text NOT NULL DEFAULT '',  -- the gateway; empty: no texts
    text_from       text NOT NULL DEFAULT '',
    text_secret     bytea,                     -- sealed; signs what we post, and what the gateway posts to us
    minute_max      integer NOT NULL DEFAULT 60 CONSTRAINT message_settings_minute CHECK (minute_max BETWEEN 1 AND 6000),
    person_day_max  integer NOT NULL DEFAULT 5 CONSTRAINT message_settings_person CHECK (person_day_max BETWEEN 1 AND 50),
    text_from_hour  integer NOT NULL DEFAULT 9, -- texts nobody waits for go between these hours of the person's day
    text_until_hour integer NOT NULL DEFAULT 20,
    frame_origins   text[] NOT NULL DEFAULT '{}', -- sites that may show the cancel page in a frame
    version         integer NOT NULL DEFAULT 1,
    updated_by      text NOT NULL,
    updated_at      timestamptz NOT NULL,
    CONSTRAINT message_settings_hours CHECK (0 <= text_from_hour AND text_from_hour < text_until_hour AND text_until_hour <= 24)
);
-- A client's own words. Without one, the house's are used. A version never changes.
CREATE TABLE message_templates (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id  bigint NOT NULL REFERENCES clients,
    kind       text NOT NULL,
    channel    text NOT NULL CONSTRAINT message_templates_channel_known CHECK (channel IN ('email','text')),
    language   text NOT NULL CONSTRAINT message_templates_language_known CHECK (language IN ('en','ko','fil')),
    version    integer NOT NULL,
    subject    text NOT NULL DEFAULT '',
    body       text NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT message_templates_key UNIQUE (client_id, kind, channel, language, version)
);
-- Addresses that said stop.
CREATE TABLE message_stops (
    client_id bigint NOT NULL REFERENCES clients,
    channel   text NOT NULL CONSTRAINT message_stops_channel_known CHECK (channel IN ('email','text')),
    address   text NOT NULL,  -- an e-mail address in small letters, or a number
    source    text NOT NULL,  -- link, text, agent
    at        timestamptz NOT NULL,
    PRIMARY KEY (client_id, channel, address)
);
CREATE TABLE messages (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id        bigint NOT NULL REFERENCES clients,
    person_id        bigint NOT NULL REFERENCES people,
    kind             text NOT NULL,
    key              text NOT NULL,       -- what makes it one: "case:17"
    ref              text NOT NULL,       -- random; the outside knows the message by it
    channel          text NOT NULL CONSTRAINT messages_channel_known CHECK (channel IN ('email','text')),
    address          text NOT NULL DEFAULT '',
    language         text NOT NULL,
    template_version integer NOT NULL,    -- 0: the house's words
    subject          text NOT NULL DEFAULT '',
    body             text NOT NULL,       -- as it goes out, but for {{link}} and {{stop}}
    link             bytea,               -- sealed: who reads the outbox cannot follow it
    invite           text NOT NULL DEFAULT '',
    prompt           boolean NOT NULL DEFAULT false, -- somebody waits for it: no quiet hours
    case_id          bigint REFERENCES cases,
    call_id          bigint REFERENCES calls,
    state            text NOT NULL CONSTRAINT messages_state_known CHECK (state IN ('queued','sending','sent','failed','suppressed')),
    cause            text NOT NULL DEFAULT '', -- a code: why it failed, waits or was suppressed
    local            boolean NOT NULL DEFAULT false, -- a demo's: it is kept here and never leaves
    tries            integer NOT NULL DEFAULT 0,
    due_at           timestamptz NOT NULL,
    queued_at        timestamptz NOT NULL,
    sending_at       timestamptz,         -- committed before the handover: from then on it is not sent again blindly
    sent_at          timestamptz,
    provider_ref     text NOT NULL DEFAULT '',
    CONSTRAINT messages_once UNIQUE (client_id, kind, key, channel),
    CONSTRAINT messages_ref_key UNIQUE (ref)
);
CREATE INDEX messages_due_idx ON messages (due_at) WHERE state IN ('queued','sending');
CREATE INDEX messages_sent_idx ON messages (client_id, sending_at) WHERE sending_at IS NOT NULL;
CREATE INDEX messages_person_idx ON messages (person_id, id);

-- A customer says that what we noted after a call is wrong.
CREATE TABLE objections (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id   bigint NOT NULL REFERENCES clients,
    message_id  bigint NOT NULL REFERENCES messages,
    case_id     bigint REFERENCES cases,
    call_id     bigint REFERENCES calls,
    said        text NOT NULL DEFAULT '',
    at          timestamptz NOT NULL,
    resolution  text NOT NULL DEFAULT '',
    resolved_by bigint REFERENCES users,
    resolved_at timestamptz,
    CONSTRAINT objections_once UNIQUE (message_id)
);
CREATE INDEX objections_open_idx ON objections (id) WHERE resolved_at IS NULL;

-- Requests of people who are not signed in, by what they ask for and from where, each minute.
CREATE TABLE public_requests (
    key       text NOT NULL,
    minute_at timestamptz NOT NULL,
    count     integer NOT NULL,
    PRIMARY KEY (key, minute_at)
);

-- Appointments in full. setter_id is the agent who made it: somebody else must say that it took place.
ALTER TABLE appointments DROP CONSTRAINT appointments_state_known;
ALTER TABLE appointments
    ADD CONSTRAINT appointments_state_known CHECK (state IN ('proposed','booked','confirmed','held','no_show','rescheduled','cancelled',
        'qualified','rejected')),
    ADD COLUMN setter_id     bigint REFERENCES users,
    ADD COLUMN host          text NOT NULL DEFAULT '',     -- who receives the person: a name or a team
    ADD COLUMN place         text NOT NULL DEFAULT '',
    ADD COLUMN minutes       integer NOT NULL DEFAULT 30 CONSTRAINT appointments_minutes CHECK (minutes BETWEEN 5 AND 1440),
    ADD COLUMN zone          text NOT NULL DEFAULT '',     -- IANA, the person's
    ADD COLUMN sequence      integer NOT NULL DEFAULT 0,   -- of the invitation, RFC 5545
    ADD COLUMN reschedules   integer NOT NULL DEFAULT 0,
    ADD COLUMN confirmed_by  bigint REFERENCES users,      -- null with confirmed_at: the person themselves, by link
    ADD COLUMN confirmed_at  timestamptz,
    ADD COLUMN decided_by    bigint REFERENCES users,      -- who said what became of it; null: the house, after 48 h of silence
    ADD COLUMN decided_at    timestamptz,
    ADD COLUMN evidence      text NOT NULL DEFAULT '',     -- host, check_in, silence
    ADD COLUMN held_at       timestamptz,
    ADD COLUMN reason        text NOT NULL DEFAULT '',     -- a code: why rejected or cancelled
    ADD COLUMN credited      boolean NOT NULL DEFAULT false,
    ADD COLUMN uncredited_why text NOT NULL DEFAULT '',    -- a code: why a held one is not credited
    ADD COLUMN updated_at    timestamptz;
UPDATE appointments a SET setter_id = o.agent_id, updated_at = a.created_at
FROM results r JOIN outcomes o ON o.id = r.outcome_id WHERE r.id = a.result_id;
UPDATE appointments SET updated_at = created_at WHERE updated_at IS NULL;
ALTER TABLE appointments
    ALTER COLUMN updated_at SET NOT NULL,
    ADD CONSTRAINT appointments_confirmed_by_another CHECK (confirmed_by IS NULL OR confirmed_by IS DISTINCT FROM setter_id),
    ADD CONSTRAINT appointments_decided_by_another CHECK (decided_by IS NULL OR decided_by IS DISTINCT FROM setter_id),
    ADD CONSTRAINT appointments_credit_needs_evidence CHECK (NOT credited OR held_at IS NOT NULL AND evidence <> '');
CREATE INDEX appointments_time_idx ON appointments (client_id, starts_at);
CREATE INDEX appointments_waiting_idx ON appointments (starts_at) WHERE state IN ('booked','confirmed','rescheduled');
CREATE INDEX appointments_person_idx ON appointments (person_id, held_at) WHERE held_at IS NOT NULL;
CREATE TABLE appointment_events (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    appointment_id bigint NOT NULL REFERENCES appointments,
    at             timestamptz NOT NULL,
    actor          text NOT NULL,
    from_state     text NOT NULL,
    to_state       text NOT NULL,
    data           jsonb
);
CREATE INDEX appointment_events_idx ON appointment_events (appointment_id, id);

-- A yes to an upsell is a sale of its own: what was disclosed, the customer's words, where in the recording.
CREATE TABLE upsell_consents (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id       bigint NOT NULL REFERENCES clients,
    call_id         bigint NOT NULL REFERENCES calls,
    presentation_id bigint NOT NULL REFERENCES presentations,
    words           text NOT NULL CONSTRAINT upsell_consents_words CHECK (words <> ''),
    mark_seconds    integer NOT NULL CONSTRAINT upsell_consents_mark CHECK (mark_seconds >= 0), -- from the moment they were connected
    agent_id        bigint NOT NULL REFERENCES users,
    at              timestamptz NOT NULL,
    CONSTRAINT upsell_consents_once UNIQUE (presentation_id)
);
ALTER TABLE results
    ADD COLUMN mrr_before_minor bigint, -- what the customer paid a month before an upsell, and after it
    ADD COLUMN mrr_after_minor  bigint;
-- What was taken off again of an upsell, in parts or whole.
CREATE TABLE upsell_removals (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id     bigint NOT NULL REFERENCES clients,
    result_id     bigint NOT NULL REFERENCES results,
    external_id   text NOT NULL,   -- the reporter's own id of the change: the same again changes nothing
    removed_minor bigint NOT NULL CONSTRAINT upsell_removals_something CHECK (removed_minor > 0),
    effective_at  timestamptz NOT NULL,
    recorded_at   timestamptz NOT NULL,
    recorded_by   text NOT NULL,
    CONSTRAINT upsell_removals_key UNIQUE (result_id, external_id)
);

-- Calling those who left (win-back) or may leave (proactive), always against a holdout.
CREATE TABLE outreaches (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id       bigint NOT NULL REFERENCES clients,
    name            text NOT NULL,
    kind            text NOT NULL CONSTRAINT outreaches_kind_known CHECK (kind IN ('winback','proactive')),
    campaign_id     bigint NOT NULL REFERENCES campaigns,
    reasons         text[] NOT NULL DEFAULT '{}',      -- win-back: only those who left for one of these; none: any
    after_days      integer NOT NULL DEFAULT 0,        -- win-back: 30, 60 or 90 after they left
    score_min       integer NOT NULL DEFAULT 0,        -- proactive: risk from 0 to 1000
    holdout_percent integer NOT NULL CONSTRAINT outreaches_holdout CHECK (holdout_percent BETWEEN 5 AND 50),
    measure_days    integer NOT NULL CONSTRAINT outreaches_measure CHECK (measure_days BETWEEN 7 AND 365),
    salt            text NOT NULL,
    stopped_at      timestamptz,
    created_by      text NOT NULL,
    created_at      timestamptz NOT NULL,
    CONSTRAINT outreaches_name_key UNIQUE (client_id, name)
);
CREATE TABLE outreach_members (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    outreach_id bigint NOT NULL REFERENCES outreaches,
    client_id   bigint NOT NULL REFERENCES clients,
    customer_id bigint NOT NULL REFERENCES customers,
    arm         text NOT NULL CONSTRAINT outreach_members_arm_known CHECK (arm IN ('treated','holdout')),
    lead_id     bigint REFERENCES leads, -- never of a holdout
    joined_at   timestamptz NOT NULL,
    CONSTRAINT outreach_members_key UNIQUE (outreach_id, customer_id),
    CONSTRAINT outreach_members_holdout_is_not_called CHECK (arm = 'treated' OR lead_id IS NULL)
);
CREATE TABLE risk_scores (
    customer_id bigint PRIMARY KEY REFERENCES customers,
    client_id   bigint NOT NULL REFERENCES clients,
    score       integer NOT NULL CONSTRAINT risk_scores_range CHECK (score BETWEEN 0 AND 1000),
    scored_at   timestamptz NOT NULL
);
-- Who agreed to hear from the client again after leaving.
CREATE TABLE contact_consents (
    person_id    bigint NOT NULL REFERENCES people,
    client_id    bigint NOT NULL REFERENCES clients,
    purpose      text NOT NULL CONSTRAINT contact_consents_purpose_known CHECK (purpose IN ('winback')),
    source       text NOT NULL, -- page, call, api
    given_at     timestamptz NOT NULL,
    withdrawn_at timestamptz,
    PRIMARY KEY (person_id, purpose)
);

CREATE TABLE surveys (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id      bigint NOT NULL REFERENCES clients,
    code           text NOT NULL,
    sample_percent integer NOT NULL CONSTRAINT surveys_sample CHECK (sample_percent BETWEEN 0 AND 100),
    stopped_at     timestamptz,
    created_at     timestamptz NOT NULL,
    CONSTRAINT surveys_code_key UNIQUE (client_id, code)
);
CREATE TABLE survey_versions (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    survey_id  bigint NOT NULL REFERENCES surveys,
    version    integer NOT NULL,
    questions  jsonb NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT survey_versions_key UNIQUE (survey_id, version)
);
CREATE TABLE survey_invites (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id         bigint NOT NULL REFERENCES clients,
    survey_version_id bigint NOT NULL REFERENCES survey_versions,
    call_id           bigint NOT NULL REFERENCES calls,
    person_id         bigint NOT NULL REFERENCES people,
    agent_id          bigint REFERENCES users,
    invited_at        timestamptz NOT NULL,
    expires_at        timestamptz NOT NULL,
    answered_at       timestamptz,
    score             integer,      -- 0 to 100, of the scale questions
    answers           jsonb,
    CONSTRAINT survey_invites_call_key UNIQUE (call_id)
);
CREATE INDEX survey_invites_person_idx ON survey_invites (person_id, id);

-- +goose Down
DROP TABLE survey_invites, survey_versions, surveys, contact_consents, risk_scores, outreach_members, outreaches, upsell_removals;
ALTER TABLE results DROP COLUMN mrr_before_minor, DROP COLUMN mrr_after_minor;
DROP TABLE upsell_consents, appointment_events;
UPDATE appointments SET state = CASE WHEN state IN ('cancelled','rejected','no_show') THEN 'cancelled' ELSE 'booked' END;
DROP INDEX appointments_time_idx, appointments_waiting_idx, appointments_person_idx;
ALTER TABLE appointments DROP CONSTRAINT appointments_state_known;
ALTER TABLE appointments
    ADD CONSTRAINT appointments_state_known CHECK (state IN ('booked','cancelled')),
    DROP COLUMN setter_id, DROP COLUMN host, DROP COLUMN place, DROP COLUMN minutes, DROP COLUMN zone, DROP COLUMN sequence,
    DROP COLUMN reschedules, DROP COLUMN confirmed_by, DROP COLUMN confirmed_at, DROP COLUMN decided_by, DROP COLUMN decided_at,
    DROP COLUMN evidence, DROP COLUMN held_at, DROP COLUMN reason, DROP COLUMN credited, DROP COLUMN uncredited_why,
    DROP COLUMN updated_at;
DROP TABLE public_requests, objections, messages, message_stops, message_templates, message_settings;
