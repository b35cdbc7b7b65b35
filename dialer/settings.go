package dialer

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

// Settings is what a client's managers decide about their desks.
type Settings struct {
	Client         auth.ClientID  `db:"client_id"`
	PauseReasons   pq.StringArray `db:"pause_reasons"`
	PreviewSeconds int            `db:"preview_seconds"` // how long a lead may lie on a desk in preview mode; 0 = no limit
	Version        int            `db:"version"`         // 0: nobody changed the defaults yet
}

// Validate names what is wrong.
func (in Settings) Validate() error {
	var f errs.Faults
	f.Check(len(in.PauseReasons) > 0, "pauseReasons", "give at least one reason")
	f.Check(len(in.PauseReasons) <= pauseReasonsMax, "pauseReasons", "at most 20 reasons")
	for i, r := range in.PauseReasons {
		f.Check(r != "" && len(r) <= reasonLenMax, fmt.Sprintf("pauseReasons.%d", i), "a reason has 1 to 60 characters")
	}
	f.Check(in.PreviewSeconds >= 0 && in.PreviewSeconds <= 3600, "previewSeconds", "0 (no limit) to 3600")
	return f.Err()
}

func defaultSettings(c auth.ClientID) Settings {
	return Settings{Client: c, PauseReasons: DefaultPauseReasons(), PreviewSeconds: defaultPreviewSecs}
}

const settingsOf = `SELECT client_id, pause_reasons, preview_seconds, version FROM desk_settings WHERE client_id = $1`

// SettingsFor reads a client's settings, or the defaults.
//
// Codes: invalid (several clients and none named), not_found.
func (s *Service) SettingsFor(ctx context.Context, by auth.Actor, client auth.ClientID) (Settings, error) {
	client, err := by.ClientFor(client)
	if err != nil {
		return Settings{}, err
	}
	return s.settings(ctx, client)
}

func (s *Service) settings(ctx context.Context, client auth.ClientID) (Settings, error) {
	var out Settings
	err := s.db.GetContext(ctx, &out, settingsOf, client)
	if pg.None(err) {
		return defaultSettings(client), nil
	}
	return out, errs.Wrap(err, "read desk settings")
}

const saveSettings = `
INSERT INTO desk_settings (client_id, pause_reasons, preview_seconds, version, updated_at) VALUES ($1, $2, $3, 1, $5)
ON CONFLICT (client_id) DO UPDATE SET pause_reasons = excluded.pause_reasons, preview_seconds = excluded.preview_seconds,
    version = desk_settings.version + 1, updated_at = excluded.updated_at
WHERE desk_settings.version = $4
RETURNING client_id, pause_reasons, preview_seconds, version`

// SaveSettings replaces a client's settings. in.Version is the one that was read.
//
// Codes: invalid, not_found, stale (somebody changed them since).
func (s *Service) SaveSettings(ctx context.Context, by auth.Actor, in Settings) (Settings, error) {
	client, err := by.ClientFor(in.Client)
	if err != nil {
		return Settings{}, err
	}
	if err := in.Validate(); err != nil {
		return Settings{}, err
	}
	now := s.now()
	var out Settings
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		err := tx.GetContext(ctx, &out, saveSettings, client, in.PauseReasons, in.PreviewSeconds, in.Version, now)
		if pg.None(err) {
			return errs.Newf(errs.Stale, "somebody changed these settings since you opened them; reload and try again")
		}
		if err != nil {
			return errs.Wrap(err, "save desk settings")
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{
			Client: client, Act: "desk.settings", Object: fmt.Sprintf("client:%d", client), Data: out,
		})
	})
	return out, err
}

const previewLimits = `SELECT client_id, pause_reasons, preview_seconds, version FROM desk_settings`

// readPreviews refreshes what the engines need of the settings, now and then.
func (s *Service) readPreviews(ctx context.Context, now time.Time) error {
	if now.Before(s.setAt) {
		return nil
	}
	var rows []Settings
	if err := s.db.SelectContext(ctx, &rows, previewLimits); err != nil {
		return errs.Wrap(err, "read desk settings")
	}
	s.setAt = now.Add(settingsAfter)
	clear(s.previews)
	for _, r := range rows {
		s.previews[r.Client] = time.Duration(r.PreviewSeconds) * time.Second
	}
	return nil
}

func (s *Service) previewMax(c auth.ClientID) time.Duration {
	if d, ok := s.previews[c]; ok {
		return d
	}
	return defaultPreviewSecs * time.Second
}
