package campaigns

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

const campaignColumns = `c.id, c.client_id, c.name, c.purpose, c.mode, c.state, c.zone, c.windows, c.caller_id, c.ring_seconds,
    c.wrapup_seconds, c.priority, c.attempts_max, c.day_attempts_max, c.retry, c.callback_grace_minutes, c.trunk, c.abandon_message,
    c.script_id, c.version, c.reserve_epoch, c.created_by, c.created_at, c.updated_at`

type campaignRow struct {
	ID             ID              `db:"id"`
	Client         auth.ClientID   `db:"client_id"`
	Name           string          `db:"name"`
	Purpose        string          `db:"purpose"`
	Mode           string          `db:"mode"`
	State          State           `db:"state"`
	Zone           string          `db:"zone"`
	Windows        json.RawMessage `db:"windows"`
	CallerID       string          `db:"caller_id"`
	RingSeconds    int             `db:"ring_seconds"`
	WrapupSeconds  int             `db:"wrapup_seconds"`
	Priority       int             `db:"priority"`
	AttemptsMax    int             `db:"attempts_max"`
	DayAttemptsMax int             `db:"day_attempts_max"`
	Retry          json.RawMessage `db:"retry"`
	GraceMinutes   int             `db:"callback_grace_minutes"`
	Trunk          string          `db:"trunk"`
	AbandonMessage string          `db:"abandon_message"`
	ScriptID       *ScriptID       `db:"script_id"`
	Version        int             `db:"version"`
	ReserveEpoch   int64           `db:"reserve_epoch"`
	CreatedBy      string          `db:"created_by"`
	CreatedAt      time.Time       `db:"created_at"`
	UpdatedAt      time.Time       `db:"updated_at"`
}

func (r campaignRow) campaign() (Campaign, error) {
	c := Campaign{
		ID: r.ID, Client: r.Client, Name: r.Name, Purpose: r.Purpose, Mode: r.Mode, State: r.State, Zone: r.Zone,
		CallerID: r.CallerID, RingSeconds: r.RingSeconds, WrapupSeconds: r.WrapupSeconds, Priority: r.Priority,
		AttemptsMax: r.AttemptsMax, DayAttemptsMax: r.DayAttemptsMax, GraceMinutes: r.GraceMinutes, Trunk: r.Trunk,
		AbandonMessage: r.AbandonMessage, ScriptID: r.ScriptID, Version: r.Version, ReserveEpoch: r.ReserveEpoch,
		CreatedBy: r.CreatedBy, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
	}
	if err := json.Unmarshal(r.Windows, &c.Windows); err != nil {
		return c, fmt.Errorf("windows of campaign %d: %w", r.ID, err)
	}
	if err := json.Unmarshal(r.Retry, &c.Retry); err != nil {
		return c, fmt.Errorf("retry rules of campaign %d: %w", r.ID, err)
	}
	return c, nil
}

const runningCampaigns = `SELECT ` + campaignColumns + ` FROM campaigns c WHERE c.state = 'running' ORDER BY c.priority DESC, c.id`

// Running lists every client's campaigns in state running, by priority. Whether one is open now its OpenAt says.
func (s *Service) Running(ctx context.Context) ([]Campaign, error) {
	var rows []campaignRow
	if err := s.db.SelectContext(ctx, &rows, runningCampaigns); err != nil {
		return nil, errs.Wrap(err, "running campaigns")
	}
	out := make([]Campaign, 0, len(rows))
	for _, r := range rows {
		c, err := r.campaign()
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

const campaignByID = `SELECT ` + campaignColumns + ` FROM campaigns c WHERE c.id = $1`

// CampaignFor reads a campaign for the house itself: unscoped, so never for a person's request.
//
// Codes: not_found.
func (s *Service) CampaignFor(ctx context.Context, id ID) (Campaign, error) {
	var r campaignRow
	if err := s.db.GetContext(ctx, &r, campaignByID, id); err != nil {
		return Campaign{}, noneAs(err, "there is no campaign %d", id)
	}
	return r.campaign()
}

const campaignPurpose = `SELECT purpose FROM campaigns WHERE id = $1`

// PurposeTx reads what a campaign is for, within a transaction: acts that hold one must not wait for another connection.
//
// Codes: not_found.
func (s *Service) PurposeTx(ctx context.Context, tx *pg.Tx, id ID) (purpose string, err error) {
	if err := tx.GetContext(ctx, &purpose, campaignPurpose, id); err != nil {
		return "", noneAs(err, "there is no campaign %d", id)
	}
	return purpose, nil
}
