package retention

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

const (
	holdoutBPMax     = 5000
	offerMinutesDef  = 24 * 60
	offerMinutesMax  = 30 * 24 * 60
	anyCooldownDef   = 30
	cooldownDaysMax  = 3650
	basisPointsWhole = 10_000
)

// Settings is what a client's managers decide about their save desk.
type Settings struct {
	Client auth.ClientID `json:"clientId" db:"client_id"`
	// HoldoutBP is the share of cases that is shown nothing, so that saves can be measured against it. It is decided by
	// the case's number and a secret of the client, before anything is shown.
	HoldoutBP       int    `json:"holdoutBp" db:"holdout_bp" minimum:"0" maximum:"5000" doc:"share of cases that are shown no offer, in hundredths of a percent"`
	Salt            string `json:"-" db:"holdout_salt"`
	OfferMinutes    int    `json:"offerMinutes" db:"offer_ttl_minutes" doc:"how long an offer holds that says nothing of its own"`
	LifetimeMinor   int64  `json:"lifetimeCapMinor" db:"lifetime_cap_minor" doc:"what one customer may be given in all, in minor units; 0: no cap"`
	AnyCooldownDays int    `json:"anyCooldownDays" db:"any_cooldown_days" doc:"days between any two things one customer is given"`
	Version         int    `json:"version" db:"version" doc:"0: nobody changed the defaults yet"`
}

// Validate names what is wrong.
func (in Settings) Validate() error {
	var f errs.Faults
	f.Check(in.HoldoutBP >= 0 && in.HoldoutBP <= holdoutBPMax, "holdoutBp", "from 0 to 5000: at most half of the cases")
	f.Check(in.OfferMinutes > 0 && in.OfferMinutes <= offerMinutesMax, "offerMinutes", "from 1 minute to 30 days")
	f.Check(in.LifetimeMinor >= 0, "lifetimeCapMinor", "must not be below nothing")
	f.Check(in.AnyCooldownDays >= 0 && in.AnyCooldownDays <= cooldownDaysMax, "anyCooldownDays", "from 0 to 3650 days")
	return f.Err()
}

const selectSaveSettings = `
SELECT client_id, holdout_bp, holdout_salt, offer_ttl_minutes, lifetime_cap_minor, any_cooldown_days, version
FROM save_settings WHERE client_id = $1`

const upsertSaveSettings = `
INSERT INTO save_settings (client_id, holdout_bp, holdout_salt, offer_ttl_minutes, lifetime_cap_minor, any_cooldown_days, version, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, 1, $8)
ON CONFLICT (client_id) DO UPDATE SET holdout_bp = excluded.holdout_bp, offer_ttl_minutes = excluded.offer_ttl_minutes,
    lifetime_cap_minor = excluded.lifetime_cap_minor, any_cooldown_days = excluded.any_cooldown_days,
    version = save_settings.version + 1, updated_at = excluded.updated_at
WHERE save_settings.version = $7
RETURNING client_id, holdout_bp, holdout_salt, offer_ttl_minutes, lifetime_cap_minor, any_cooldown_days, version`

func saveSettingsOf(ctx context.Context, db pg.DB, client auth.ClientID) (Settings, error) {
	var out Settings
	if err := db.GetContext(ctx, &out, selectSaveSettings, client); pg.None(err) {
		return Settings{Client: client, OfferMinutes: offerMinutesDef, AnyCooldownDays: anyCooldownDef}, nil
	} else if err != nil {
		return out, errs.Wrap(err, "read the save desk's settings")
	}
	return out, nil
}

// holdsOut reports whether the case is held out: a hash of its number and the client's salt falls into the share.
func (in Settings) holdsOut(id CaseID) bool {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s:%d", in.Salt, id))
	return int(binary.BigEndian.Uint64(sum[:8])%basisPointsWhole) < in.HoldoutBP
}

// SettingsFor reads a client's settings, or the defaults.
//
// Codes: invalid (several clients and none named), not_found.
func (s *Service) SettingsFor(ctx context.Context, by auth.Actor, client auth.ClientID) (Settings, error) {
	client, err := by.ClientFor(client)
	if err != nil {
		return Settings{}, err
	}
	return saveSettingsOf(ctx, s.db, client)
}

// SaveSettings replaces a client's settings. in.Version is the one that was read. The salt is made once and stays: who
// is held out does not change when the share does, but for those that it takes in or lets go.
//
// Codes: invalid, not_found, stale (somebody changed them since).
func (s *Service) SaveSettings(ctx context.Context, by auth.Actor, in Settings) (out Settings, err error) {
	client, err := by.ClientFor(in.Client)
	if err != nil {
		return Settings{}, err
	}
	if err := in.Validate(); err != nil {
		return Settings{}, err
	}
	now := s.now()
	salt := in.Salt // a rehearsal gives its own, so that its day can be repeated
	if salt == "" {
		salt = newSalt()
	}
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		err := tx.GetContext(ctx, &out, upsertSaveSettings, client, in.HoldoutBP, salt, in.OfferMinutes, in.LifetimeMinor,
			in.AnyCooldownDays, in.Version, now)
		if pg.None(err) {
			return errs.Newf(errs.Stale, "somebody changed these settings since you opened them; reload and try again")
		}
		if err != nil {
			return errs.Wrap(err, "save the save desk's settings")
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{
			Client: client, Act: "save_desk.settings", Object: fmt.Sprintf("client:%d", client), Data: out,
		})
	})
	return out, err
}
