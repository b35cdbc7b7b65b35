-- Owner: commissions. What payroll systems call things, files in their layouts, hours by workweek, and what the law says.
-- +goose Up
CREATE TABLE payroll_settings (
    client_id      bigint PRIMARY KEY REFERENCES clients,
    company        text NOT NULL,    -- the payroll system's name of the client
    frequency      text NOT NULL,    -- of people who have none of their own
    expense        text NOT NULL,    -- journals: accounts as the books have them
    liability      text NOT NULL,
    alloc_method   text NOT NULL,    -- how a commission is spread over workweeks
    pay_cycle      text NOT NULL,    -- what a commission is computed over
    workweek_start text NOT NULL,
    version        integer NOT NULL, -- 1 is the first that somebody saved
    updated_at     timestamptz NOT NULL,
    CONSTRAINT payroll_settings_frequency CHECK (frequency IN ('W','B','S','M')),
    CONSTRAINT payroll_settings_method CHECK (alloc_method IN ('by_week_earned','equal_week','equal_hour')),
    CONSTRAINT payroll_settings_cycle CHECK (pay_cycle IN ('weekly','biweekly','semimonthly','monthly'))
);
-- What the payroll system, the law and accounting call a component.
CREATE TABLE payroll_codes (
    client_id      bigint NOT NULL REFERENCES clients,
    component      text NOT NULL,
    code           text NOT NULL,
    name           text NOT NULL,
    bonus_kind     text NOT NULL,  -- '' is not known
    excluded_why   text NOT NULL,  -- why it is not in the regular rate; '' is that it is
    ph_13th_basic  boolean,        -- null: nobody has said
    kr_avg_wage    boolean,
    benefit_months integer,        -- how long what was sold lasts; null: nobody has said
    PRIMARY KEY (client_id, component),
    CONSTRAINT payroll_codes_kind CHECK (bonus_kind IN ('','flat_sum','production','commission')),
    CONSTRAINT payroll_codes_months CHECK (benefit_months > 0)
);
-- What the payroll system and the law know of a person at a client.
CREATE TABLE payroll_people (
    client_id        bigint NOT NULL REFERENCES clients,
    user_id          bigint NOT NULL REFERENCES users,
    employee_id      text NOT NULL, -- '' is the user's own employee number
    first_name       text NOT NULL,
    last_name        text NOT NULL,
    title            text NOT NULL,
    pay_group        text NOT NULL,
    department       text NOT NULL,
    frequency        text NOT NULL, -- '' is the client's
    jurisdiction     text NOT NULL, -- '' is not known
    status           text NOT NULL, -- '' is not known
    netting_consent  boolean NOT NULL,
    plan_signed_on   date,
    plan_received_on date,
    left_on          date,
    updated_at       timestamptz NOT NULL,
    PRIMARY KEY (client_id, user_id),
    CONSTRAINT payroll_people_frequency CHECK (frequency IN ('','W','B','S','M')),
    CONSTRAINT payroll_people_status CHECK (status IN ('','nonexempt','exempt_7i','exempt_inside_sales','exempt','contractor'))
);
CREATE UNIQUE INDEX payroll_people_employee_key ON payroll_people (client_id, employee_id) WHERE employee_id <> '';

CREATE TABLE payroll_mappings (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id  bigint NOT NULL REFERENCES clients,
    name       text NOT NULL,
    mapping    jsonb NOT NULL,
    version    integer NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT payroll_mappings_name_key UNIQUE (client_id, name)
);

-- A run in a layout besides the default one. What was handed out stays; other settings give another revision.
CREATE TABLE run_exports (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id  bigint NOT NULL REFERENCES clients,
    run_id     bigint NOT NULL REFERENCES runs,
    layout     text NOT NULL, -- "adp_run", "custom:7"
    title      text NOT NULL,
    revision   integer NOT NULL,
    batch_id   text NOT NULL, -- the same for every revision
    manifest   jsonb NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT run_exports_key UNIQUE (run_id, layout, revision)
);
CREATE TABLE run_export_files (
    export_id bigint NOT NULL REFERENCES run_exports,
    no        integer NOT NULL, -- from 1
    client_id bigint NOT NULL REFERENCES clients,
    name      text NOT NULL,
    type      text NOT NULL,
    body      bytea NOT NULL,
    PRIMARY KEY (export_id, no)
);

-- Hours, in ten-thousandths, by workweek.
CREATE TABLE work_weeks (
    client_id     bigint NOT NULL REFERENCES clients,
    user_id       bigint NOT NULL REFERENCES users,
    starts_on     date NOT NULL,
    worked        bigint NOT NULL,
    overtime      bigint NOT NULL,
    currency      text NOT NULL,
    wage_minor    bigint,          -- straight time without incentives and premiums; null is not known
    premium_minor bigint,          -- overtime premium paid so far
    minimum_minor bigint,          -- minimum wage of an hour
    imported_by   text NOT NULL,
    imported_at   timestamptz NOT NULL,
    PRIMARY KEY (client_id, user_id, starts_on),
    CONSTRAINT work_weeks_hours CHECK (worked > 0 AND overtime BETWEEN 0 AND worked)
);

-- Who answers for a finding that blocks a run. It is of one calculation: another finding is another key.
CREATE TABLE law_acknowledgements (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id  bigint NOT NULL REFERENCES clients,
    run_id     bigint NOT NULL REFERENCES runs,
    finding    text NOT NULL, -- SHA-256 of what was found
    rule       text NOT NULL,
    sentence   text NOT NULL,
    reason     text NOT NULL,
    user_id    bigint NOT NULL REFERENCES users,
    at         timestamptz NOT NULL,
    CONSTRAINT law_acknowledgements_key UNIQUE (run_id, finding),
    CONSTRAINT law_acknowledgements_reason CHECK (reason <> '')
);
-- +goose StatementBegin
CREATE FUNCTION law_acknowledgements_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'an acknowledgement does not change' USING ERRCODE = '23514', CONSTRAINT = 'law_acknowledgements_stay';
    END IF;
    IF EXISTS (SELECT 1 FROM runs WHERE id = NEW.run_id AND calculated_by = NEW.user_id) THEN
        RAISE EXCEPTION 'the calculator cannot acknowledge' USING ERRCODE = '23514', CONSTRAINT = 'law_acknowledgements_four_eyes';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER law_acknowledgements_guard BEFORE INSERT OR UPDATE OR DELETE ON law_acknowledgements
    FOR EACH ROW EXECUTE FUNCTION law_acknowledgements_guard();

-- What was handed to payroll does not change either.
-- +goose StatementBegin
CREATE FUNCTION run_exports_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an exported file does not change' USING ERRCODE = '23514', CONSTRAINT = 'run_exports_stay';
END $$;
-- +goose StatementEnd
CREATE TRIGGER run_exports_stay BEFORE UPDATE OR DELETE ON run_exports FOR EACH ROW EXECUTE FUNCTION run_exports_guard();
CREATE TRIGGER run_export_files_stay BEFORE UPDATE OR DELETE ON run_export_files FOR EACH ROW EXECUTE FUNCTION run_exports_guard();

-- +goose Down
DROP TABLE law_acknowledgements, work_weeks, run_export_files, run_exports, payroll_mappings, payroll_people, payroll_codes, payroll_settings;
DROP FUNCTION law_acknowledgements_guard, run_exports_guard;
