package rehearsal

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

// Rehearsal is one rehearsed day of a campaign, as its page shows it.
type Rehearsal struct {
	ID         int64           `db:"id" json:"id"`
	CampaignID int64           `db:"campaign_id" json:"campaignId"`
	State      string          `db:"state" json:"state" enum:"queued,running,done,failed"`
	Config     json.RawMessage `db:"config" json:"-"`
	Progress   float64         `db:"progress" json:"progress" doc:"share of the shift that is over, 0 to 1"`
	ResultJSON []byte          `db:"result" json:"-"`
	Asked      Ask             `db:"-" json:"asked"`
	Result     *DayResult      `db:"-" json:"result,omitempty"`
	Error      string          `db:"error" json:"error,omitempty"`
	CreatedBy  string          `db:"created_by" json:"createdBy"`
	CreatedAt  time.Time       `db:"created_at" json:"createdAt"`
	FinishedAt *time.Time      `db:"finished_at" json:"finishedAt,omitempty"`
}

const insertRehearsal = `
INSERT INTO rehearsals (client_id, campaign_id, state, config, created_by, created_at)
VALUES ($1, $2, 'queued', $3, $4, $5)
RETURNING id`

const selectRehearsal = `
SELECT id, campaign_id, state, config, progress, result, error, created_by, created_at, finished_at
FROM rehearsals
WHERE id = $1 AND client_id = ANY($2)`

const selectRehearsals = `
SELECT id, campaign_id, state, config, progress, result, error, created_by, created_at, finished_at
FROM rehearsals
WHERE campaign_id = $1 AND client_id = ANY($2)
ORDER BY id DESC
LIMIT 50`

const updateProgress = `UPDATE rehearsals SET state = 'running', progress = $2 WHERE id = $1 AND state IN ('queued', 'running')`

const updateDone = `UPDATE rehearsals SET state = 'done', progress = 1, result = $2, finished_at = $3 WHERE id = $1`

const updateFailed = `UPDATE rehearsals SET state = 'failed', error = $2, finished_at = $3 WHERE id = $1`

func rehearsalOf(ctx context.Context, db pg.DB, by auth.Actor, id int64) (Rehearsal, error) {
	var r Rehearsal
	if err := db.GetContext(ctx, &r, selectRehearsal, id, by.Scope()); err != nil {
		if pg.None(err) {
			return r, errs.Newf(errs.NotFound, "there is no rehearsal %d", id)
		}
		return r, fmt.Errorf("read rehearsal: %w", err)
	}
	return r, r.decode()
}

func rehearsalsOf(ctx context.Context, db *sqlx.DB, by auth.Actor, campaign int64) ([]Rehearsal, error) {
	all := []Rehearsal{}
	if err := db.SelectContext(ctx, &all, selectRehearsals, campaign, by.Scope()); err != nil {
		return nil, fmt.Errorf("list rehearsals: %w", err)
	}
	for i := range all {
		if err := all[i].decode(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (r *Rehearsal) decode() error {
	if err := json.Unmarshal(r.Config, &r.Asked); err != nil {
		return fmt.Errorf("rehearsal %d: %w", r.ID, err)
	}
	if r.ResultJSON == nil {
		return nil
	}
	r.Result = &DayResult{}
	if err := json.Unmarshal(r.ResultJSON, r.Result); err != nil {
		return fmt.Errorf("rehearsal %d: %w", r.ID, err)
	}
	return nil
}
