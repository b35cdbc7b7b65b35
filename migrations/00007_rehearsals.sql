-- Owner: cmd/saveline/rehearsal. Days that were rehearsed for a campaign, and what they came to.
-- +goose Up
CREATE TABLE rehearsals (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id   bigint NOT NULL REFERENCES clients,
    campaign_id bigint NOT NULL REFERENCES campaigns,
    state       text NOT NULL CONSTRAINT rehearsals_state_known CHECK (state IN ('queued','running','done','failed')),
    config      jsonb NOT NULL,
    progress    real NOT NULL DEFAULT 0, -- share of the shift that is over, 0 to 1
    result      jsonb,
    error       text NOT NULL DEFAULT '',
    created_by  text NOT NULL,
    created_at  timestamptz NOT NULL,
    finished_at timestamptz
);
CREATE INDEX rehearsals_campaign_idx ON rehearsals (campaign_id, id DESC);

-- +goose Down
DROP TABLE rehearsals;
