package retention

import (
	"context"
	"encoding/json"
	"fmt"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/retention/gaming"
)

// GamingRules are a client's thresholds, with the units and ranges of their limits.
type GamingRules struct {
	Client auth.ClientID `json:"clientId"`
	gaming.Rules
	Limits  map[gaming.Pattern]gaming.LimitRange `json:"limits" doc:"unit and range of each pattern's limit"`
	Order   []gaming.Pattern                     `json:"order" doc:"all patterns as they are numbered"`
	Version int                                  `json:"version" doc:"0: nobody changed the defaults yet"`
}

// GamingRulesInput replaces a client's thresholds. Version is the one that was read.
type GamingRulesInput struct {
	Client auth.ClientID `json:"clientId,omitempty"`
	gaming.Rules
	Version int `json:"version"`
}

const selectGamingRules = `SELECT rules, version FROM gaming_rules WHERE client_id = $1`

const upsertGamingRules = `
INSERT INTO gaming_rules (client_id, rules, version, updated_by, updated_at)
SELECT $1, $2, 1, $3, $4 WHERE $5 = 0
ON CONFLICT (client_id) DO NOTHING
RETURNING version`

const updateGamingRules = `
UPDATE gaming_rules SET rules = $2, version = version + 1, updated_by = $3, updated_at = $4
WHERE client_id = $1 AND version = $5 RETURNING version`

func gamingRulesOf(ctx context.Context, db pg.DB, client auth.ClientID) (GamingRules, error) {
	out := GamingRules{Client: client, Rules: gaming.Defaults(), Limits: map[gaming.Pattern]gaming.LimitRange{}, Order: gaming.Patterns()}
	for _, p := range out.Order {
		out.Limits[p] = gaming.RangeOf(p)
	}
	var row struct {
		Rules   json.RawMessage `db:"rules"`
		Version int             `db:"version"`
	}
	if err := db.GetContext(ctx, &row, selectGamingRules, client); pg.None(err) {
		return out, nil
	} else if err != nil {
		return out, errs.Wrap(err, "read the thresholds")
	}
	out.Version = row.Version
	return out, errs.Wrap(json.Unmarshal(row.Rules, &out.Rules), "read the thresholds")
}

// GamingRulesFor reads a client's thresholds, or the defaults.
//
// Codes: invalid (several clients and none named), not_found.
func (s *Service) GamingRulesFor(ctx context.Context, by auth.Actor, client auth.ClientID) (GamingRules, error) {
	client, err := by.ClientFor(client)
	if err != nil {
		return GamingRules{}, err
	}
	return gamingRulesOf(ctx, s.db, client)
}

// SetGamingRules replaces a client's thresholds; they hold from the next look on. What was found stays found.
//
// Codes: invalid, not_found, stale (somebody changed them since).
func (s *Service) SetGamingRules(ctx context.Context, by auth.Actor, in GamingRulesInput) (GamingRules, error) {
	client, err := by.ClientFor(in.Client)
	if err != nil {
		return GamingRules{}, err
	}
	if err := in.Validate(); err != nil {
		return GamingRules{}, err
	}
	raw, err := json.Marshal(in.Rules)
	if err != nil {
		return GamingRules{}, errs.Wrap(err, "save the thresholds")
	}
	now, statement := s.now(), upsertGamingRules
	if in.Version != 0 {
		statement = updateGamingRules
	}
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		before, err := gamingRulesOf(ctx, tx, client)
		if err != nil {
			return err
		}
		var version int
		if err := tx.GetContext(ctx, &version, statement, client, raw, by.Name, now, in.Version); pg.None(err) {
			return errs.Newf(errs.Stale, "somebody changed these thresholds since you opened them; reload and try again")
		} else if err != nil {
			return errs.Wrap(err, "save the thresholds")
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{
			Client: client, Act: "gaming.rules", Object: fmt.Sprintf("client:%d", client), Data: map[string]any{"before": before.Rules, "after": in.Rules},
		})
	})
	if err != nil {
		return GamingRules{}, err
	}
	return gamingRulesOf(ctx, s.db, client)
}
