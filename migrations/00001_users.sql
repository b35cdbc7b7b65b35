-- Owner: internal/auth. Who may act, and what they did.
-- +goose Up
CREATE TABLE clients (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text NOT NULL,
    zone       text NOT NULL DEFAULT 'America/New_York', -- IANA; the client's business day
    demo       boolean NOT NULL DEFAULT false,           -- made by `saveline demo` or a rehearsal: may reach no trunk
    created_at timestamptz NOT NULL,
    CONSTRAINT clients_name_key UNIQUE (name)
);

CREATE TABLE users (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email         text NOT NULL,
    name          text NOT NULL,
    password_hash text NOT NULL,                 -- argon2id
    must_change   boolean NOT NULL DEFAULT false, -- an administrator reset the password
    totp_secret   bytea,                         -- encrypted under the key from the environment; null = off
    totp_pending  bytea,                         -- the same, offered and not yet confirmed by a code
    totp_step     bigint NOT NULL DEFAULT 0,     -- 30-second step of the last code taken: no code counts twice
    employee_no   text,                          -- the payroll system's number of this person
    zone          text NOT NULL DEFAULT 'America/New_York',
    language      text NOT NULL DEFAULT 'en',
    all_clients   boolean NOT NULL DEFAULT false,
    simulated     boolean NOT NULL DEFAULT false, -- a demo's or a rehearsal's agent, moved by the program
    disabled_at   timestamptz,
    created_at    timestamptz NOT NULL,
    version       integer NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX users_email_key ON users (lower(email));
CREATE UNIQUE INDEX users_employee_no_key ON users (employee_no) WHERE employee_no IS NOT NULL;

CREATE TABLE user_roles (
    user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    role    text NOT NULL CONSTRAINT user_roles_known
        CHECK (role IN ('admin','manager','supervisor','agent','payroll','compliance','integrator')),
    PRIMARY KEY (user_id, role)
);

CREATE TABLE user_clients (
    user_id   bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    client_id bigint NOT NULL REFERENCES clients,
    PRIMARY KEY (user_id, client_id)
);

CREATE TABLE sessions (
    token_hash bytea PRIMARY KEY, -- sha256 of the cookie
    user_id    bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    seen_at    timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    address    text NOT NULL DEFAULT '',
    agent      text NOT NULL DEFAULT ''
);
CREATE INDEX sessions_user_idx ON sessions (user_id);
CREATE INDEX sessions_expires_idx ON sessions (expires_at);

CREATE TABLE tokens (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id    bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    name       text NOT NULL,
    token_hash bytea NOT NULL UNIQUE, -- sha256; the token itself is shown once
    scopes     text[] NOT NULL CONSTRAINT tokens_scoped CHECK (cardinality(scopes) > 0),
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    used_at    timestamptz,
    revoked_at timestamptz
);

CREATE TABLE login_failures (
    key text NOT NULL, -- lower(email) or address
    at  timestamptz NOT NULL
);
CREATE INDEX login_failures_key_idx ON login_failures (key, at);
CREATE INDEX login_failures_at_idx ON login_failures (at);

CREATE TABLE audit (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL,
    user_id    bigint REFERENCES users,
    actor      text NOT NULL,
    client_id  bigint REFERENCES clients,
    act        text NOT NULL,
    object     text NOT NULL,
    why        text NOT NULL DEFAULT '',
    data       jsonb,
    request_id text NOT NULL DEFAULT ''
);
CREATE INDEX audit_at_idx ON audit (at DESC, id DESC);
CREATE INDEX audit_object_idx ON audit (object, id DESC);

-- First answers of POSTs, by key and input hash.
CREATE TABLE idempotency (
    actor      text NOT NULL,
    key        text NOT NULL,
    input_hash bytea NOT NULL,
    status     integer,      -- null while the first one is still at work
    headers    jsonb,
    body       bytea,        -- encrypted under the key from the environment: it may hold a token shown once
    created_at timestamptz NOT NULL,
    PRIMARY KEY (actor, key)
);
CREATE INDEX idempotency_created_idx ON idempotency (created_at);

-- +goose Down
DROP TABLE idempotency, audit, login_failures, tokens, sessions, user_clients, user_roles, users, clients;
