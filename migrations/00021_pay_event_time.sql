-- Owner: commissions.
-- +goose Up

-- When a client's work began is asked with every person who is valued; without this it reads all events.
CREATE INDEX pay_events_time_idx ON pay_events (client_id, effective_at);

-- +goose Down
DROP INDEX pay_events_time_idx;
