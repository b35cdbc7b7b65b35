package retention

import (
	"context"
	"fmt"
	"slices"

	"github.com/lib/pq"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

// Authority is what people of a role may give to customers of a value tier without asking.
type Authority struct {
	Role            string `json:"role" db:"role" enum:"agent,supervisor,manager"`
	ValueTier       string `json:"valueTier" db:"value_tier" doc:"of the customer; empty for every tier without a line of its own"`
	PercentMax      int    `json:"percentMax" db:"percent_max" minimum:"0" maximum:"100" doc:"share of the price"`
	AmountMaxMinor  int64  `json:"amountMaxMinor" db:"amount_max_minor" doc:"what one offer may cost in all, in minor units; 0: not limited"`
	CyclesMax       int    `json:"cyclesMax" db:"cycles_max" doc:"months it may last; 0: not limited"`
	WeekBudgetMinor int64  `json:"weekBudgetMinor" db:"week_budget_minor" doc:"what one person may give in seven days, in minor units; 0: not limited"`
}

const authorityRowsMax = 200

var authorityRoles = []string{string(auth.Agent), string(auth.Supervisor), string(auth.Manager)}

// exceeds reports whether an offer is above the limit, given what this person gave already this week.
func (a Authority) exceeds(g giving, mine int64) bool {
	switch {
	case g.DepthBP > a.PercentMax*centBP:
		return true
	case a.AmountMaxMinor > 0 && g.CostMinor > a.AmountMaxMinor:
		return true
	case a.CyclesMax > 0 && g.Cycles > a.CyclesMax:
		return true
	}
	return a.WeekBudgetMinor > 0 && g.CostMinor > 0 && mine+g.CostMinor > a.WeekBudgetMinor
}

// A line of the tier itself counts before one of every tier; of several roles the widest counts.
const selectLimit = `
SELECT role, value_tier, percent_max, amount_max_minor, cycles_max, week_budget_minor FROM authority_limits
WHERE client_id = $1 AND role = ANY($2::text[]) AND value_tier IN ($3, '')
ORDER BY value_tier = '', percent_max DESC LIMIT 1`

const selectAuthority = `
SELECT role, value_tier, percent_max, amount_max_minor, cycles_max, week_budget_minor FROM authority_limits
WHERE client_id = $1 ORDER BY role, value_tier`

const deleteLimits = `DELETE FROM authority_limits WHERE client_id = $1`

const insertLimit = `
INSERT INTO authority_limits (client_id, role, value_tier, percent_max, amount_max_minor, cycles_max, week_budget_minor, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`

// limitOf is the limit of a person for a customer's tier; nil where nobody set one.
func limitOf(ctx context.Context, db pg.DB, client auth.ClientID, by auth.Actor, tier string) (*Authority, error) {
	var a Authority
	if err := db.GetContext(ctx, &a, selectLimit, client, roleNames(by), tier); pg.None(err) {
		return nil, nil //nolint:nilnil // a client that set no limit has none
	} else if err != nil {
		return nil, errs.Wrap(err, "read authority")
	}
	return &a, nil
}

func roleNames(by auth.Actor) any {
	roles := make([]string, len(by.Roles))
	for i, r := range by.Roles {
		roles[i] = string(r)
	}
	return pq.Array(roles)
}

// AuthorityFor lists a client's limits.
//
// Codes: invalid (several clients and none named), not_found.
func (s *Service) AuthorityFor(ctx context.Context, by auth.Actor, client auth.ClientID) ([]Authority, error) {
	client, err := by.ClientFor(client)
	if err != nil {
		return nil, err
	}
	out := []Authority{}
	return out, errs.Wrap(s.db.SelectContext(ctx, &out, selectAuthority, client), "read authority")
}

// SetAuthority replaces a client's limits. Without any, nobody has to ask.
//
// Codes: invalid, not_found.
func (s *Service) SetAuthority(ctx context.Context, by auth.Actor, client auth.ClientID, limits []Authority) ([]Authority, error) {
	client, err := by.ClientFor(client)
	if err != nil {
		return nil, err
	}
	var f errs.Faults
	f.Check(len(limits) <= authorityRowsMax, "limits", "at most 200 lines")
	seen := []string{}
	for i, a := range limits {
		path := fmt.Sprintf("limits.%d", i)
		checkOneOf(&f, path+".role", a.Role, authorityRoles)
		f.Check(len(a.ValueTier) <= codeCharsMax, path+".valueTier", "use at most 60 characters")
		f.Check(a.PercentMax >= 0 && a.PercentMax <= 100, path+".percentMax", "from 0 to 100")
		f.Check(a.AmountMaxMinor >= 0 && a.CyclesMax >= 0 && a.WeekBudgetMinor >= 0, path, "no limit is below nothing")
		key := a.Role + "/" + a.ValueTier
		f.Check(!slices.Contains(seen, key), path, "there is a line of this role and tier already")
		seen = append(seen, key)
	}
	if err := f.Err(); err != nil {
		return nil, err
	}
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if _, err := tx.ExecContext(ctx, deleteLimits, client); err != nil {
			return errs.Wrap(err, "set authority")
		}
		for _, a := range limits {
			_, err := tx.ExecContext(ctx, insertLimit, client, a.Role, a.ValueTier, a.PercentMax, a.AmountMaxMinor, a.CyclesMax, a.WeekBudgetMinor, now)
			if err != nil {
				return errs.Wrap(err, "set authority")
			}
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{
			Client: client, Act: "save_desk.authority", Object: fmt.Sprintf("client:%d", client), Data: limits,
		})
	})
	if err != nil {
		return nil, err
	}
	return s.AuthorityFor(ctx, by, client)
}
