-- Owner: dialer. Leads become conversations.
-- +goose Up
CREATE TABLE calls (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id     bigint NOT NULL REFERENCES clients,
    campaign_id   bigint NOT NULL REFERENCES campaigns,
    lead_id       bigint NOT NULL REFERENCES leads,
    person_id     bigint NOT NULL REFERENCES people,
    attempt_id    bigint NOT NULL UNIQUE REFERENCES attempts,
    number        text NOT NULL,
    state         text NOT NULL CONSTRAINT calls_state_known
        CHECK (state IN ('placed','ringing','answered','connected','abandoned','ended')),
    agent_id      bigint REFERENCES users, -- who talked; null until they were connected
    dialed_by     bigint REFERENCES users, -- manual and preview: who asked for this call
    rings         integer NOT NULL DEFAULT 0, -- how often an agent's phone was rung for it
    held          boolean NOT NULL DEFAULT false, -- the customer hears music now
    epoch         bigint NOT NULL,       -- of the campaign lease that placed it
    disposition   text,                  -- telephony.Disposition when it ended
    hangup_by     text NOT NULL DEFAULT '', -- agent, customer, system
    message_played boolean NOT NULL DEFAULT false,
    placed_at     timestamptz NOT NULL,
    ringing_at    timestamptz,
    answered_at   timestamptz,
    connected_at  timestamptz,
    ended_at      timestamptz,
    wrapped_at    timestamptz            -- the outcome was recorded, by an agent or by the wrap-up limit
);
CREATE INDEX calls_live_idx ON calls (campaign_id) WHERE state <> 'ended';
CREATE INDEX calls_campaign_idx ON calls (campaign_id, placed_at DESC);
CREATE INDEX calls_agent_idx ON calls (agent_id, placed_at DESC);
CREATE INDEX calls_answered_idx ON calls (campaign_id, answered_at) WHERE answered_at IS NOT NULL;
CREATE INDEX calls_dialed_by_idx ON calls (dialed_by, placed_at DESC) WHERE dialed_by IS NOT NULL;
CREATE INDEX calls_person_idx ON calls (person_id, placed_at DESC);
CREATE UNIQUE INDEX calls_one_live_per_lead ON calls (lead_id) WHERE state <> 'ended';

CREATE TABLE call_events (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    call_id bigint NOT NULL REFERENCES calls,
    at      timestamptz NOT NULL,
    event   text NOT NULL, -- placed ringing answered offered connected hold abandoned message ended wrapped lost
    data    jsonb
);
CREATE INDEX call_events_call_idx ON call_events (call_id, id);

CREATE TABLE agent_states (
    user_id      bigint PRIMARY KEY REFERENCES users,
    state        text NOT NULL CONSTRAINT agent_states_known
        CHECK (state IN ('away','ready','preview','ringing','talking','wrapping')),
    reason       text NOT NULL DEFAULT '',  -- why away: a pause reason, or lost_connection, no_answer
    campaign_id  bigint REFERENCES campaigns,
    call_id      bigint REFERENCES calls,
    lead_id      bigint REFERENCES leads,   -- preview
    since        timestamptz NOT NULL,
    wrap_until   timestamptz,               -- the limit of the wrap-up
    after_wrap   text NOT NULL DEFAULT 'ready', -- ready or away: asked for during the call
    after_reason text NOT NULL DEFAULT '',
    heartbeat_at timestamptz NOT NULL,      -- last sign of life of the desk
    version      bigint NOT NULL DEFAULT 1
);
CREATE INDEX agent_states_campaign_idx ON agent_states (campaign_id);
CREATE UNIQUE INDEX agent_states_call_key ON agent_states (call_id) WHERE call_id IS NOT NULL;

-- Every stretch of time in a state, for adherence and utilisation.
CREATE TABLE agent_times (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id     bigint NOT NULL REFERENCES users,
    campaign_id bigint REFERENCES campaigns,
    state       text NOT NULL,
    reason      text NOT NULL DEFAULT '',
    started_at  timestamptz NOT NULL,
    ended_at    timestamptz NOT NULL
);
CREATE INDEX agent_times_user_idx ON agent_times (user_id, started_at);

-- Commands to a live call or a campaign's engine, read by the lease holder.
CREATE TABLE call_commands (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    campaign_id bigint NOT NULL REFERENCES campaigns,
    call_id     bigint REFERENCES calls,
    user_id     bigint REFERENCES users,
    lead_id     bigint REFERENCES leads,
    command     text NOT NULL, -- dial, skip, hangup, hold, unhold
    created_at  timestamptz NOT NULL,
    done_at     timestamptz,
    error       text NOT NULL DEFAULT ''
);
CREATE INDEX call_commands_open_idx ON call_commands (campaign_id, id) WHERE done_at IS NULL;

-- The last decision of a campaign's pacing rule, in words, for the floor; written every few seconds.
CREATE TABLE pacing_decisions (
    campaign_id bigint PRIMARY KEY REFERENCES campaigns ON DELETE CASCADE,
    decision    text NOT NULL,
    decided_at  timestamptz NOT NULL
);

-- What a client's managers set for their desks; a client without a row has the defaults of package dialer.
CREATE TABLE desk_settings (
    client_id       bigint PRIMARY KEY REFERENCES clients,
    pause_reasons   text[] NOT NULL,
    preview_seconds integer NOT NULL CONSTRAINT desk_settings_preview_range CHECK (preview_seconds BETWEEN 0 AND 3600), -- 0: no limit
    version         integer NOT NULL DEFAULT 1,
    updated_at      timestamptz NOT NULL
);

-- +goose Down
DROP TABLE desk_settings, pacing_decisions, call_commands, agent_times, agent_states, call_events, calls;
