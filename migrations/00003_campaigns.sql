-- Owner: campaigns. Who is called, and when.
-- +goose Up
CREATE TABLE people (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id   bigint NOT NULL REFERENCES clients,
    external_id text,                        -- the client's own id; the only thing that identifies a person
    name        text NOT NULL DEFAULT '',
    email       text NOT NULL DEFAULT '',
    region      text NOT NULL DEFAULT '',    -- ISO 3166-2 ("US-CA")
    postal_code text NOT NULL DEFAULT '',
    language    text NOT NULL DEFAULT '',
    zone        text NOT NULL DEFAULT '',    -- IANA, only when somebody confirmed it
    data        jsonb NOT NULL DEFAULT '{}', -- further columns of the client, for merge fields
    synthetic   boolean NOT NULL DEFAULT false,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL
);
CREATE UNIQUE INDEX people_external_key ON people (client_id, external_id) WHERE external_id IS NOT NULL;

CREATE TABLE phones (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id bigint NOT NULL REFERENCES people,
    number    text NOT NULL, -- E.164 with the plus
    label     text NOT NULL DEFAULT '',
    rank      smallint NOT NULL DEFAULT 1, -- dialed in this order
    removed_at timestamptz,                -- somebody said it is not theirs, or it is not in service: never dialed again
    removed_why text NOT NULL DEFAULT '',
    CONSTRAINT phones_person_number_key UNIQUE (person_id, number),
    CONSTRAINT phones_id_person_key UNIQUE (id, person_id) -- for leads, whose number must be their person's
);
CREATE INDEX phones_number_idx ON phones (number);

-- What caps across clients need, and the row that PlaceTx locks. No client's data.
CREATE TABLE numbers (
    number     text PRIMARY KEY,
    last_at    timestamptz -- when a dial was last asked for
);

CREATE TABLE scripts (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id  bigint NOT NULL REFERENCES clients,
    name       text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT scripts_name_key UNIQUE (client_id, name)
);
CREATE TABLE script_versions (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    script_id  bigint NOT NULL REFERENCES scripts,
    version    integer NOT NULL,
    body       text NOT NULL,      -- merge fields as {{person.name}}
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT script_versions_key UNIQUE (script_id, version)
);

CREATE TABLE campaigns (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id     bigint NOT NULL REFERENCES clients,
    name          text NOT NULL,
    purpose       text NOT NULL CONSTRAINT campaigns_purpose_known
        CHECK (purpose IN ('acquisition','retention_save','winback','upsell','service','collections')),
    mode          text NOT NULL CONSTRAINT campaigns_mode_known CHECK (mode IN ('manual','preview','progressive','predictive')),
    state         text NOT NULL CONSTRAINT campaigns_state_known
        CHECK (state IN ('draft','scheduled','running','paused','finished')),
    windows       jsonb NOT NULL,  -- [{"days":["mon"],"from":"09:00","to":"17:00"}] in zone
    zone          text NOT NULL,
    priority      integer NOT NULL DEFAULT 0,
    caller_id     text NOT NULL,
    ring_seconds  integer NOT NULL DEFAULT 25 CONSTRAINT campaigns_ring_range CHECK (ring_seconds BETWEEN 15 AND 60),
    wrapup_seconds integer NOT NULL DEFAULT 60 CONSTRAINT campaigns_wrapup_range CHECK (wrapup_seconds BETWEEN 5 AND 900),
    attempts_max  integer NOT NULL DEFAULT 6,   -- per lead, over its life
    day_attempts_max integer NOT NULL DEFAULT 3, -- per person and per number in rolling 24 hours
    retry         jsonb NOT NULL,  -- disposition -> {"afterMinutes":60,"max":3}; absent = final
    callback_grace_minutes integer NOT NULL DEFAULT 30 -- an owned callback nobody called by then is anybody's
        CONSTRAINT campaigns_grace_range CHECK (callback_grace_minutes BETWEEN 0 AND 1440),
    script_id     bigint REFERENCES scripts,
    abandon_message text NOT NULL DEFAULT '',
    trunk         text NOT NULL DEFAULT 'sim',
    version       integer NOT NULL DEFAULT 1,   -- ETag
    reserve_epoch bigint NOT NULL DEFAULT 0,    -- highest lease epoch that ever reserved: an older one is refused
    created_by    text NOT NULL,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    CONSTRAINT campaigns_name_key UNIQUE (client_id, name)
);

CREATE TABLE campaign_agents (
    campaign_id bigint NOT NULL REFERENCES campaigns ON DELETE CASCADE,
    user_id     bigint NOT NULL REFERENCES users,
    PRIMARY KEY (campaign_id, user_id)
);

CREATE TABLE lists (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id   bigint NOT NULL REFERENCES clients,
    campaign_id bigint NOT NULL REFERENCES campaigns,
    name        text NOT NULL,
    synthetic   boolean NOT NULL DEFAULT false, -- numbers were generated: only the simulator may dial them
    active      boolean NOT NULL DEFAULT true,
    created_at  timestamptz NOT NULL,
    CONSTRAINT lists_name_key UNIQUE (campaign_id, name),
    CONSTRAINT lists_belonging_key UNIQUE (id, campaign_id, client_id) -- for leads, whose campaign and client are their list's
);

CREATE TABLE imports (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    list_id     bigint NOT NULL REFERENCES lists,
    client_id   bigint NOT NULL REFERENCES clients,
    file_name   text NOT NULL,
    file_sha256 bytea,
    mapping     jsonb NOT NULL,
    state       text NOT NULL CONSTRAINT imports_state_known CHECK (state IN ('receiving','running','done','failed')),
    synthetic   boolean NOT NULL DEFAULT false, -- its numbers were generated
    rows_read   integer NOT NULL DEFAULT 0,
    rows_added  integer NOT NULL DEFAULT 0,
    rows_known  integer NOT NULL DEFAULT 0, -- already there: the same file twice changes nothing
    rows_rejected integer NOT NULL DEFAULT 0,
    checkpoint  integer NOT NULL DEFAULT 0, -- rows of the file up to this one are on the list
    row_last    integer NOT NULL DEFAULT 0, -- the file's last row that was received
    beat_at     timestamptz NOT NULL,       -- last sign of life of an upload
    error       text NOT NULL DEFAULT '',
    created_by  text NOT NULL,
    created_at  timestamptz NOT NULL,
    finished_at timestamptz
);
CREATE INDEX imports_open_idx ON imports (id) WHERE state IN ('receiving','running');
CREATE INDEX imports_list_idx ON imports (list_id, id);
-- Received and read, not on the list yet. A crash of the server empties it, which the import notices (rows are missing).
CREATE UNLOGGED TABLE import_rows (
    import_id   bigint NOT NULL,
    row_no      integer NOT NULL, -- row of the file, header = 1
    reason      text NOT NULL,    -- why it is rejected, '' if it is not
    raw         text[],           -- of a rejected row
    external_id text,             -- null: the client gave none
    name        text,
    email       text,
    region      text,
    postal_code text,
    language    text,
    zone        text,
    number      text,             -- the first; more in the next column
    more        text[],
    data        jsonb
);
CREATE INDEX import_rows_idx ON import_rows (import_id, row_no);
CREATE TABLE import_rejects (
    import_id bigint NOT NULL REFERENCES imports ON DELETE CASCADE,
    row_no    integer NOT NULL, -- line of the file, header = 1
    reason    text NOT NULL,
    raw       text[] NOT NULL,
    PRIMARY KEY (import_id, row_no)
);

CREATE TABLE leads (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id      bigint NOT NULL,
    campaign_id    bigint NOT NULL,
    list_id        bigint NOT NULL,
    person_id      bigint NOT NULL,
    phone_id       bigint NOT NULL,                   -- the one to dial next
    zone           text NOT NULL,                     -- the zone set's key ("America/Chicago|America/New_York")
    priority       integer NOT NULL DEFAULT 0,
    state          text NOT NULL CONSTRAINT leads_state_known
        CHECK (state IN ('waiting','reserved','calling','done','suppressed','withdrawn')),
    due_at         timestamptz NOT NULL,
    ready          boolean NOT NULL,      -- waiting and due: what the partial index holds
    reserved_until timestamptz,
    reserved_epoch bigint,                -- of the lease that reserved it
    attempts       integer NOT NULL DEFAULT 0,
    last_disposition text NOT NULL DEFAULT '',
    owner_id       bigint,                -- a callback that belongs to one agent (callbacks names the user by key)
    case_id        bigint,                -- a save case that became a lead
    import_id      bigint,                -- imports are never deleted; a key would cost an import a tenth of its time
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    CONSTRAINT leads_list_person_key UNIQUE (list_id, person_id),
    -- two keys in place of five: they say more (list, campaign and client agree; the number is the person's) and cost less
    CONSTRAINT leads_list_fkey FOREIGN KEY (list_id, campaign_id, client_id) REFERENCES lists (id, campaign_id, client_id),
    CONSTRAINT leads_phone_fkey FOREIGN KEY (phone_id, person_id) REFERENCES phones (id, person_id)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.01);
CREATE INDEX leads_ready_idx ON leads (list_id, zone, priority DESC, due_at, id) WHERE ready AND owner_id IS NULL;
CREATE INDEX leads_owned_idx ON leads (owner_id, due_at) WHERE ready AND owner_id IS NOT NULL;
CREATE INDEX leads_due_idx ON leads (due_at) WHERE state = 'waiting' AND NOT ready;
CREATE INDEX leads_reserved_idx ON leads (reserved_until) WHERE state = 'reserved';
CREATE INDEX leads_person_idx ON leads (person_id);
CREATE INDEX leads_campaign_state_idx ON leads (campaign_id, state, ready);

CREATE TABLE attempts (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id   bigint NOT NULL REFERENCES clients,
    campaign_id bigint NOT NULL REFERENCES campaigns,
    lead_id     bigint NOT NULL REFERENCES leads,
    person_id   bigint NOT NULL REFERENCES people,
    number      text NOT NULL,
    placed_by   bigint REFERENCES users, -- manual and preview
    mode        text NOT NULL,
    trunk       text NOT NULL,
    verdict     jsonb NOT NULL,   -- what the gate saw and said: the proof
    disposition text,             -- how it ended (telephony's word)
    outcome     text NOT NULL DEFAULT '', -- what the conversation came to (retention's word)
    placed_at   timestamptz NOT NULL,
    settled_at  timestamptz
);
CREATE INDEX attempts_number_idx ON attempts (number, placed_at DESC);
CREATE INDEX attempts_person_idx ON attempts (person_id, placed_at DESC);
CREATE INDEX attempts_lead_idx ON attempts (lead_id, placed_at DESC);
CREATE INDEX attempts_campaign_idx ON attempts (campaign_id, placed_at);

CREATE TABLE suppressions (
    client_id  bigint NOT NULL REFERENCES clients,
    number     text NOT NULL,
    reason     text NOT NULL,
    source     text NOT NULL DEFAULT '', -- call:17, api, import
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (client_id, number)
);

CREATE TABLE callbacks (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id  bigint NOT NULL REFERENCES clients,
    lead_id    bigint NOT NULL REFERENCES leads,
    owner_id   bigint REFERENCES users, -- null: anybody on the campaign
    due_at     timestamptz NOT NULL,
    note       text NOT NULL DEFAULT '',
    state      text NOT NULL CONSTRAINT callbacks_state_known CHECK (state IN ('open','done','cancelled')),
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX callbacks_open_key ON callbacks (lead_id) WHERE state = 'open';
CREATE INDEX callbacks_owner_idx ON callbacks (owner_id, due_at) WHERE state = 'open';

-- The one switch. A row without ended_at stops all dialing on every node.
CREATE TABLE dial_stops (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    why        text NOT NULL,
    by_user    bigint REFERENCES users,
    by_name    text NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at   timestamptz,
    ended_by   text NOT NULL DEFAULT '',
    ended_why  text NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX dial_stops_one_open ON dial_stops ((true)) WHERE ended_at IS NULL;

-- +goose Down
DROP TABLE dial_stops, callbacks, suppressions, attempts, leads, import_rejects, import_rows, imports, lists, campaign_agents,
    campaigns, script_versions, scripts, numbers, phones, people;
