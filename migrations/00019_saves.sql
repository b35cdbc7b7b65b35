-- +goose Up
-- What was given away in the last days is added up at every look at the offers.
CREATE INDEX presentations_accepted_idx ON presentations (client_id, decided_at) WHERE decision = 'accepted';

-- +goose Down
DROP INDEX presentations_accepted_idx;
