package commissions

import (
	"context"
	"fmt"

	"saveline/internal/auth"
	"saveline/internal/money"
)

// Comparison is a run beside the one before it.
type Comparison struct {
	Before  *RunHead    `json:"before,omitempty" doc:"the last run of an earlier period of the same calendar that pays in the same currency; absent when there is none"`
	Changes []PayChange `json:"changes" nullable:"false" doc:"one for each person in either, the largest change first"`
}

// RunHead names a run.
type RunHead struct {
	ID       RunID        `db:"id" json:"id"`
	StartsOn string       `db:"starts_on" json:"startsOn"`
	EndsOn   string       `db:"ends_on" json:"endsOn" doc:"the first day after it"`
	Total    money.Amount `db:"-" json:"total"`
	Minor    int64        `db:"total_minor" json:"-"`
	Currency string       `db:"currency" json:"-"`
}

// PayChange is what one person is paid now and was paid before.
type PayChange struct {
	User      auth.UserID  `db:"user_id" json:"userId"`
	Name      string       `db:"name" json:"name"`
	Statement StatementID  `db:"statement_id" json:"statementId,omitempty" doc:"in this run"`
	Before    money.Amount `db:"-" json:"before"`
	Now       money.Amount `db:"-" json:"now"`
	Change    money.Amount `db:"-" json:"change"`
	WasMinor  int64        `db:"was" json:"-"`
	NowMinor  int64        `db:"now" json:"-"`
}

const (
	selectRunBefore = `
SELECT b.id, to_char(p.starts_on, 'YYYY-MM-DD') AS starts_on, to_char(p.ends_on, 'YYYY-MM-DD') AS ends_on, b.total_minor, b.currency
FROM runs r JOIN periods own ON own.id = r.period_id
     JOIN runs b ON b.client_id = r.client_id AND b.currency = r.currency AND b.locked_at IS NOT NULL AND b.corrects_id IS NULL
     JOIN periods p ON p.id = b.period_id AND p.calendar = own.calendar AND p.starts_on < own.starts_on
WHERE r.id = $1 ORDER BY p.starts_on DESC, b.seq LIMIT 1`

	// Who is carried is paid nothing.
	selectChanges = `
SELECT u.id AS user_id, u.name, COALESCE(MAX(s.id) FILTER (WHERE s.run_id = $1), 0) AS statement_id,
       COALESCE(SUM(s.amount_minor) FILTER (WHERE s.run_id = $2 AND NOT s.carried), 0)::bigint AS was,
       COALESCE(SUM(s.amount_minor) FILTER (WHERE s.run_id = $1 AND NOT s.carried), 0)::bigint AS now
FROM statements s JOIN users u ON u.id = s.user_id
WHERE s.run_id IN ($1, $2)
GROUP BY u.id, u.name
ORDER BY abs(COALESCE(SUM(s.amount_minor) FILTER (WHERE s.run_id = $1 AND NOT s.carried), 0)
             - COALESCE(SUM(s.amount_minor) FILTER (WHERE s.run_id = $2 AND NOT s.carried), 0)) DESC, u.name, u.id
LIMIT $3`
)

const changesMax = 500

// Compare sets a run beside the last one of an earlier period, the largest changes first: what a reviewer looks at first.
//
// Codes: not_found.
func (s *Service) Compare(ctx context.Context, by auth.Actor, id RunID) (Comparison, error) {
	run, err := s.RunFor(ctx, by, id)
	if err != nil {
		return Comparison{}, err
	}
	out := Comparison{Changes: []PayChange{}}
	var before []RunHead
	if err := s.db.SelectContext(ctx, &before, selectRunBefore, id); err != nil {
		return Comparison{}, fmt.Errorf("run before %d: %w", id, err)
	}
	var other RunID
	if len(before) > 0 {
		before[0].Total = money.Amount{Minor: before[0].Minor, Currency: before[0].Currency}
		out.Before, other = &before[0], before[0].ID
	}
	if err := s.db.SelectContext(ctx, &out.Changes, selectChanges, id, other, changesMax); err != nil {
		return Comparison{}, fmt.Errorf("changes since run %d: %w", other, err)
	}
	for i, c := range out.Changes {
		out.Changes[i].Before = money.Amount{Minor: c.WasMinor, Currency: run.Currency}
		out.Changes[i].Now = money.Amount{Minor: c.NowMinor, Currency: run.Currency}
		out.Changes[i].Change = money.Amount{Minor: c.NowMinor - c.WasMinor, Currency: run.Currency}
	}
	return out, nil
}
