package campaigns

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

// Edit is what a person may set of a campaign; a nil field of a change keeps what was there.
type Edit struct {
	Name           *string              `json:"name,omitempty"`
	Purpose        *string              `json:"purpose,omitempty"`
	Mode           *string              `json:"mode,omitempty"`
	Zone           *string              `json:"zone,omitempty"`
	Windows        []Window             `json:"windows,omitempty"`
	CallerID       *string              `json:"callerId,omitempty"`
	RingSeconds    *int                 `json:"ringSeconds,omitempty"`
	WrapupSeconds  *int                 `json:"wrapupSeconds,omitempty"`
	Priority       *int                 `json:"priority,omitempty"`
	AttemptsMax    *int                 `json:"attemptsMax,omitempty"`
	DayAttemptsMax *int                 `json:"dayAttemptsMax,omitempty"`
	Retry          map[string]RetryRule `json:"retry,omitempty"`
	GraceMinutes   *int                 `json:"callbackGraceMinutes,omitempty"`
	Trunk          *string              `json:"trunk,omitempty"`
	AbandonMessage *string              `json:"abandonMessage,omitempty"`
}

// apply lays the change over c.
func (e Edit) apply(c Campaign) Campaign {
	set(&c.Name, e.Name)
	set(&c.Purpose, e.Purpose)
	set(&c.Mode, e.Mode)
	set(&c.Zone, e.Zone)
	set(&c.CallerID, e.CallerID)
	set(&c.RingSeconds, e.RingSeconds)
	set(&c.WrapupSeconds, e.WrapupSeconds)
	set(&c.Priority, e.Priority)
	set(&c.AttemptsMax, e.AttemptsMax)
	set(&c.DayAttemptsMax, e.DayAttemptsMax)
	set(&c.GraceMinutes, e.GraceMinutes)
	set(&c.Trunk, e.Trunk)
	set(&c.AbandonMessage, e.AbandonMessage)
	if e.Windows != nil {
		c.Windows = e.Windows
	}
	if e.Retry != nil {
		c.Retry = e.Retry
	}
	c.Name = strings.TrimSpace(c.Name)
	return c
}

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// blank is a campaign before anybody chose anything: a working day's window, and house limits.
func blank(client auth.ClientID) Campaign {
	return Campaign{
		Client: client, State: Draft, Purpose: "acquisition", Mode: "progressive", Zone: "America/New_York", Trunk: "sim",
		Windows:     []Window{{Days: []string{"mon", "tue", "wed", "thu", "fri"}, From: "09:00", To: "20:00"}},
		RingSeconds: 25, WrapupSeconds: 60, AttemptsMax: 6, DayAttemptsMax: 3, GraceMinutes: 30, Retry: DefaultRetry(),
	}
}

const insertCampaign = `
INSERT INTO campaigns (client_id, name, purpose, mode, state, windows, zone, priority, caller_id, ring_seconds, wrapup_seconds,
    attempts_max, day_attempts_max, retry, callback_grace_minutes, abandon_message, trunk, created_by, created_at, updated_at)
VALUES ($1, $2, $3, $4, 'draft', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $18)
RETURNING id`

// Create makes a draft. What the input leaves out has the house's defaults.
//
// Codes: invalid, conflict (the name is taken), not_found (client).
func (s *Service) Create(ctx context.Context, by auth.Actor, client auth.ClientID, in Edit) (Campaign, error) {
	client, err := by.ClientFor(client)
	if err != nil {
		return Campaign{}, err
	}
	c := in.apply(blank(client))
	if err := c.Validate(); err != nil {
		return Campaign{}, err
	}
	windows, retry, err := c.columns()
	if err != nil {
		return Campaign{}, err
	}
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		err := tx.GetContext(ctx, &c.ID, insertCampaign, c.Client, c.Name, c.Purpose, c.Mode, windows, c.Zone, c.Priority, c.CallerID,
			c.RingSeconds, c.WrapupSeconds, c.AttemptsMax, c.DayAttemptsMax, retry, c.GraceMinutes, c.AbandonMessage, c.Trunk, by.Name, now)
		if err != nil {
			return errs.Wrap(err, "create campaign")
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{Client: c.Client, Act: "campaign.create", Object: c.object(), Data: in})
	})
	if err != nil {
		return Campaign{}, err
	}
	return s.Campaign(ctx, by, c.ID)
}

func (c Campaign) object() string { return fmt.Sprintf("campaign:%d", c.ID) }

func (c Campaign) columns() (windows, retry []byte, err error) {
	if windows, err = json.Marshal(c.Windows); err != nil {
		return nil, nil, fmt.Errorf("windows: %w", err)
	}
	if retry, err = json.Marshal(c.Retry); err != nil {
		return nil, nil, fmt.Errorf("retry rules: %w", err)
	}
	return windows, retry, nil
}

const campaignScoped = `SELECT ` + campaignColumns + ` FROM campaigns c WHERE c.id = $1 AND c.client_id = ANY ($2)`

// Campaign reads one campaign of the actor's clients.
//
// Codes: not_found.
func (s *Service) Campaign(ctx context.Context, by auth.Actor, id ID) (Campaign, error) {
	return scopedCampaign(ctx, s.db, campaignScoped, by, id)
}

func scopedCampaign(ctx context.Context, db pg.DB, query string, by auth.Actor, id ID) (Campaign, error) {
	var r campaignRow
	if err := db.GetContext(ctx, &r, query, id, by.Scope()); err != nil {
		return Campaign{}, noneAs(err, "there is no campaign %d", id)
	}
	return r.campaign()
}

const campaignForUpdate = campaignScoped + ` FOR NO KEY UPDATE`

const updateCampaign = `
UPDATE campaigns SET name = $3, purpose = $4, mode = $5, windows = $6, zone = $7, priority = $8, caller_id = $9, ring_seconds = $10,
    wrapup_seconds = $11, attempts_max = $12, day_attempts_max = $13, retry = $14, callback_grace_minutes = $15, abandon_message = $16,
    trunk = $17, updated_at = $18, version = version + 1
WHERE id = $1 AND version = $2`

// Update changes a campaign that the editor saw at the given version.
//
// Codes: invalid, not_found, stale (somebody changed it since), conflict (it is finished, or the name is taken).
func (s *Service) Update(ctx context.Context, by auth.Actor, id ID, version int, in Edit) (Campaign, error) {
	now := s.now()
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		old, err := scopedCampaign(ctx, tx, campaignForUpdate, by, id)
		switch {
		case err != nil:
			return err
		case old.Version != version:
			return errs.Newf(errs.Stale, "somebody changed this campaign since you opened it; look at it again, then save")
		case old.State == Finished:
			return errs.Newf(errs.Conflict, "a finished campaign cannot be changed; make a new one")
		}
		c := in.apply(old)
		if err := c.Validate(); err != nil {
			return err
		}
		windows, retry, err := c.columns()
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, updateCampaign, id, version, c.Name, c.Purpose, c.Mode, windows, c.Zone, c.Priority, c.CallerID,
			c.RingSeconds, c.WrapupSeconds, c.AttemptsMax, c.DayAttemptsMax, retry, c.GraceMinutes, c.AbandonMessage, c.Trunk, now)
		if err != nil {
			return errs.Wrap(err, "update campaign")
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{Client: c.Client, Act: "campaign.update", Object: c.object(), Data: in})
	})
	if err != nil {
		return Campaign{}, err
	}
	s.tell(id, "changed", map[string]any{"id": id})
	return s.Campaign(ctx, by, id)
}

const campaignsOf = `
SELECT ` + campaignColumns + ` FROM campaigns c
WHERE c.client_id = ANY ($1) AND ($2 = '' OR c.state = $2) AND ($3 = '' OR c.name ILIKE '%' || $3 || '%')
ORDER BY (c.state = 'finished'), c.priority DESC, c.id DESC`

// Campaigns lists the actor's campaigns, finished ones last. state and q narrow the list.
func (s *Service) Campaigns(ctx context.Context, by auth.Actor, state State, q string) ([]Campaign, error) {
	var rows []campaignRow
	if err := s.db.SelectContext(ctx, &rows, campaignsOf, by.Scope(), state, likeText(q)); err != nil {
		return nil, errs.Wrap(err, "list campaigns")
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

var likeEscapes = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// likeText makes what a person typed match itself, not as a pattern.
func likeText(q string) string { return likeEscapes.Replace(q) }
