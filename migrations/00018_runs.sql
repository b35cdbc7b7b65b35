-- Owner: commissions. What runs carry and write off, and pay calendars other than months.
-- +goose Up
ALTER TABLE entries DROP CONSTRAINT entries_kind_known, DROP CONSTRAINT entries_adjustment;
ALTER TABLE entries
    ADD CONSTRAINT entries_kind_known CHECK (kind IN ('accrue','earn','reverse','recover','payout','reconcile','adjust','writeoff',
        'retro','hold','release','draw','draw_recovery','carry')),
    -- What two people agreed on says so. The rules write off by themselves what leavers owe.
    ADD CONSTRAINT entries_adjustment CHECK ((kind <> 'adjust' OR adjustment_id IS NOT NULL) AND (adjustment_id IS NULL OR kind IN ('adjust','writeoff')));

-- A statement's amount is what is paid, and its run settles all of its lines. The statements that say carried are from before:
-- they are of less than nothing, and their lines wait for the next run.
ALTER TABLE statements
    ADD COLUMN carried_minor bigint NOT NULL DEFAULT 0 CONSTRAINT statements_carried CHECK (carried_minor <= 0), -- to the next run: still to be recovered
    ADD COLUMN forgiven_minor bigint NOT NULL DEFAULT 0 CONSTRAINT statements_forgiven CHECK (forgiven_minor >= 0), -- written off: the person has left
    ADD COLUMN plan_version_id bigint REFERENCES plan_versions; -- by whose rules it is settled

-- The periods of a client's pay calendars, which run beside each other. The key names the calendar: 'monthly', 'semimonthly',
-- '15-14', or 'weekly' and 'biweekly' with the first day of some period.
ALTER TABLE periods ADD COLUMN calendar text NOT NULL DEFAULT 'monthly';
ALTER TABLE periods DROP CONSTRAINT periods_key;
ALTER TABLE periods ADD CONSTRAINT periods_key UNIQUE (client_id, calendar, starts_on);

-- +goose Down
ALTER TABLE periods DROP CONSTRAINT periods_key;
ALTER TABLE periods ADD CONSTRAINT periods_key UNIQUE (client_id, starts_on);
ALTER TABLE periods DROP COLUMN calendar;
ALTER TABLE statements DROP COLUMN plan_version_id, DROP COLUMN forgiven_minor, DROP COLUMN carried_minor;
ALTER TABLE entries DROP CONSTRAINT entries_kind_known, DROP CONSTRAINT entries_adjustment;
ALTER TABLE entries
    ADD CONSTRAINT entries_kind_known CHECK (kind IN ('accrue','earn','reverse','recover','payout','reconcile','adjust','writeoff',
        'retro','hold','release','draw','draw_recovery')),
    ADD CONSTRAINT entries_adjustment CHECK ((kind IN ('adjust','writeoff')) = (adjustment_id IS NOT NULL));
