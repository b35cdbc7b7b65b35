package commissions

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/lib/pq"

	"saveline/commissions/rules"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/facts"
	"saveline/internal/money"
	"saveline/internal/pg"
	"saveline/retention"
)

const (
	recentLinesMax = 20
	riskDaysMax    = 100
	pendingMax     = 500 // facts on their way that a preview values
)

// MyPay is a person's pay of one period (a month, or as the person's plan has it) as the books stand, over all clients the
// person works for.
type MyPay struct {
	Period   MyPeriod     `json:"period"`
	Currency string       `json:"currency"`
	Pending  money.Amount `json:"pending" doc:"results not in the books yet; usually gone within a second"`
	Advance  money.Amount `json:"advance" doc:"on hold at this moment: earned when the results have lasted"`
	Earned   money.Amount `json:"earned" doc:"earned in this period, less what was taken back in it"`
	Paid     money.Amount `json:"paid" doc:"paid by this period's runs"`
	Owed     money.Amount `json:"owed" doc:"taken back after it was paid, and still to be recovered by runs"`
	Reserve  money.Amount `json:"reserve" doc:"kept back by the plan until its day; it is not in the other sums"`
	AtRisk   []Risk       `json:"atRisk" nullable:"false" doc:"the advance by the day from which it cannot be taken back any more, the nearest first"`
	Notices  int          `json:"notices" doc:"of what was taken back, that have not been read"`
	Lines    []MyLine     `json:"lines" nullable:"false" doc:"the latest lines, newest first"`
}

// Risk is what may still be taken back until a day: results that have to last until then.
type Risk struct {
	Until   rules.Date   `db:"until" json:"until" doc:"in the client's zone"`
	Results int          `db:"results" json:"results"`
	Amount  money.Amount `db:"-" json:"amount"`
	Minor   int64        `db:"minor" json:"-"`
}

// MyPeriod is a stretch of days.
type MyPeriod struct {
	StartsOn rules.Date `json:"startsOn"`
	EndsOn   rules.Date `json:"endsOn" doc:"the first day after it"`
}

// MyLine is one entry as its agent sees it.
type MyLine struct {
	Entry       EntryID         `db:"id" json:"entryId"`
	Kind        string          `db:"kind" json:"kind" doc:"accrue, earn, reverse, recover, payout"`
	Component   string          `db:"component" json:"component,omitempty"`
	Amount      money.Amount    `db:"-" json:"amount" doc:"less than zero when it takes back"`
	Result      int64           `db:"result_id" json:"resultId,omitempty"`
	Call        int64           `db:"call_id" json:"callId,omitempty"`
	EffectiveAt time.Time       `db:"effective_at" json:"effectiveAt"`
	HoldUntil   *time.Time      `db:"vests_at" json:"holdUntil,omitempty" doc:"of an advance: when it is earned"`
	Basis       json.RawMessage `db:"basis" json:"basis"`
	Minor       int64           `db:"minor" json:"-"`
	Currency    string          `db:"currency" json:"-"`
}

// Advances are what they are now; earnings and payments are the period's. No kind is left out of a sum: each is the
// movement of its account.
const selectMySums = `
SELECT e.currency,
       SUM(CASE WHEN e.credit = $3 THEN e.amount_minor WHEN e.debit = $3 THEN -e.amount_minor ELSE 0 END)::bigint AS advance,
       SUM(CASE WHEN e.debit = $5 THEN e.amount_minor WHEN e.credit = $5 THEN -e.amount_minor ELSE 0 END)::bigint AS owed,
       SUM(CASE WHEN e.credit = $8 THEN e.amount_minor WHEN e.debit = $8 THEN -e.amount_minor ELSE 0 END)::bigint AS reserve,
       SUM(CASE WHEN p.starts_on <> $6::date OR p.ends_on <> $7::date OR e.run_id IS NOT NULL THEN 0
                WHEN e.credit = $4 THEN e.amount_minor WHEN e.debit IN ($4, $5) THEN -e.amount_minor ELSE 0 END)::bigint AS earned,
       SUM(CASE WHEN rp.starts_on = $6::date AND rp.ends_on = $7::date AND e.credit = 'payroll_clearing:' || r.id THEN e.amount_minor ELSE 0 END)::bigint AS paid
FROM entries e
     JOIN periods p ON p.id = e.period_id
     LEFT JOIN runs r ON r.id = e.run_id
     LEFT JOIN periods rp ON rp.id = r.period_id
WHERE e.user_id = $1 AND e.client_id = ANY($2)
GROUP BY e.currency
ORDER BY max(e.id) DESC`

const selectMyLines = `
SELECT e.id, e.kind, e.component, COALESCE(c.result_id, 0) AS result_id, COALESCE(c.call_id, 0) AS call_id, e.effective_at,
       h.vests_at, e.basis, e.currency,
       CASE WHEN e.kind = 'earn' AND e.credit = 'agent:' || e.user_id || ':advance' THEN -e.amount_minor
            WHEN e.kind IN ('accrue', 'earn', 'payout', 'draw') OR e.credit LIKE 'agent:%' AND e.debit NOT LIKE 'agent:%'
            THEN e.amount_minor ELSE -e.amount_minor END AS minor
FROM entries e
     LEFT JOIN credits c ON c.id = e.credit_id
     LEFT JOIN holds h ON h.entry_id = e.id
WHERE e.user_id = $1 AND e.client_id = ANY($2) AND e.currency = $3
ORDER BY e.effective_at DESC, e.id DESC LIMIT $4`

const selectMyRisk = `
SELECT to_char(h.vests_at AT TIME ZONE c.zone, 'YYYY-MM-DD') AS until, count(*) AS results, SUM(e.amount_minor)::bigint AS minor
FROM holds h JOIN entries e ON e.id = h.entry_id JOIN clients c ON c.id = h.client_id
WHERE e.user_id = $1 AND e.client_id = ANY($2) AND e.currency = $3
GROUP BY 1 ORDER BY 1 LIMIT $4`

const countUnreadNotices = `SELECT count(*) FROM pay_notices WHERE user_id = $1 AND client_id = ANY($2) AND read_at IS NULL`

const selectMyCurrency = `
SELECT v.terms ->> 'currency' FROM assignments a JOIN plan_versions v ON v.plan_id = a.plan_id
WHERE a.user_id = $1 AND a.client_id = ANY($2) AND v.approved_at IS NOT NULL
ORDER BY a.from_date DESC, v.version DESC LIMIT 1`

// Preview is a person's own pay of the period that day falls in; an empty day is today in the zone of the person's first
// client. Somebody paid in several currencies sees the one that moved last.
//
// Codes: invalid (not a date), not_found (a person without a client has no pay).
func (s *Service) Preview(ctx context.Context, by auth.Actor, day rules.Date) (MyPay, error) {
	if len(by.Clients) == 0 {
		return MyPay{}, errs.Newf(errs.NotFound, "you work for no client here, so there is no pay to show")
	}
	if day == "" {
		zone, err := s.zoneOf(ctx, by.Clients[0])
		if err != nil {
			return MyPay{}, err
		}
		day = rules.DateOf(s.now(), zone)
	}
	if !isDate(day) {
		return MyPay{}, errs.Newf(errs.Invalid, "%q is not a date such as 2026-11-01", day)
	}
	out := MyPay{Lines: []MyLine{}}
	key, err := usualCalendar(ctx, s.db, by.Clients[0], by.User)
	if err != nil {
		return MyPay{}, err
	}
	calendar, err := rules.ParseCalendar(key)
	if err != nil {
		return MyPay{}, err
	}
	if out.Period.StartsOn, out.Period.EndsOn, err = calendar.Period(day); err != nil {
		return MyPay{}, err
	}
	if err := s.mySums(ctx, by, &out); err != nil {
		return MyPay{}, err
	}
	if err := s.db.SelectContext(ctx, &out.Lines, selectMyLines, by.User, by.Scope(), out.Currency, recentLinesMax); err != nil {
		return MyPay{}, fmt.Errorf("my lines: %w", err)
	}
	for i, l := range out.Lines {
		out.Lines[i].Amount = money.Amount{Minor: l.Minor, Currency: l.Currency}
	}
	if err := s.myRisk(ctx, by, &out); err != nil {
		return MyPay{}, err
	}
	pending, err := s.pending(ctx, by, out.Currency)
	out.Pending = pending
	return out, err
}

// myRisk is what may still be taken back, and how much of what was has not been read of.
func (s *Service) myRisk(ctx context.Context, by auth.Actor, out *MyPay) error {
	out.AtRisk = []Risk{}
	if err := s.db.SelectContext(ctx, &out.AtRisk, selectMyRisk, by.User, by.Scope(), out.Currency, riskDaysMax); err != nil {
		return fmt.Errorf("my pay at risk: %w", err)
	}
	for i, r := range out.AtRisk {
		out.AtRisk[i].Amount = money.Amount{Minor: r.Minor, Currency: out.Currency}
	}
	if err := s.db.GetContext(ctx, &out.Notices, countUnreadNotices, by.User, by.Scope()); err != nil {
		return fmt.Errorf("my notices: %w", err)
	}
	return nil
}

// mySum is a person's month in one currency, in minor units.
type mySum struct {
	Currency string `db:"currency"`
	Advance  int64  `db:"advance"`
	Earned   int64  `db:"earned"`
	Paid     int64  `db:"paid"`
	Owed     int64  `db:"owed"`
	Reserve  int64  `db:"reserve"`
}

func (s *Service) mySums(ctx context.Context, by auth.Actor, out *MyPay) error {
	var sums []mySum
	u := by.User
	err := s.db.SelectContext(ctx, &sums, selectMySums, u, by.Scope(), accountAdvance(u), accountEarned(u), accountReceivable(u), out.Period.StartsOn, out.Period.EndsOn, accountReserve(u))
	if err != nil {
		return fmt.Errorf("my pay: %w", err)
	}
	if len(sums) == 0 {
		out.Currency, err = s.myCurrency(ctx, by)
		if err != nil {
			return err
		}
		sums = append(sums, mySum{Currency: out.Currency})
	}
	m := sums[0]
	out.Currency = m.Currency
	out.Advance = money.Amount{Minor: m.Advance, Currency: m.Currency}
	out.Earned = money.Amount{Minor: m.Earned, Currency: m.Currency}
	out.Reserve = money.Amount{Minor: m.Reserve, Currency: m.Currency}
	out.Owed = money.Amount{Minor: m.Owed, Currency: m.Currency}
	out.Paid = money.Amount{Minor: m.Paid, Currency: m.Currency}
	return nil
}

// myCurrency is what the person's plan pays in. Whom nobody has put on a plan sees zero dollars.
func (s *Service) myCurrency(ctx context.Context, by auth.Actor) (string, error) {
	var currency string
	err := s.db.GetContext(ctx, &currency, selectMyCurrency, by.User, by.Scope())
	if pg.None(err) {
		return "USD", nil
	}
	if err != nil {
		return "", fmt.Errorf("currency of my plan: %w", err)
	}
	return currency, nil
}

const selectPendingFacts = `
SELECT f.client_id, f.effective_at, f.body, f.kind, f.key
FROM facts f
WHERE f.kind = ANY($1::text[]) AND f.client_id = ANY($2) AND (f.body ->> 'agent')::bigint = $3
  AND (f.position IS NULL OR f.position > COALESCE((SELECT position FROM fact_cursors WHERE consumer = $4), 0))
ORDER BY f.id LIMIT $5`

// outcomeKinds are the versions of an outcome that may wait to be read.
var outcomeKinds = pq.Array([]string{string(retention.FactOutcome), string(retention.FactOutcomeV2)})

// pending values the results whose facts have not reached the books, as the consumer will.
func (s *Service) pending(ctx context.Context, by auth.Actor, currency string) (money.Amount, error) {
	sum := money.Amount{Currency: currency}
	var waiting []facts.Fact
	if err := s.db.SelectContext(ctx, &waiting, selectPendingFacts, outcomeKinds, by.Scope(), by.User, consumerName, pendingMax); err != nil {
		return sum, fmt.Errorf("pending facts: %w", err)
	}
	extra := map[auth.ClientID][]payEvent{}
	for _, f := range waiting {
		body, err := retention.ReadOutcome(f)
		if err != nil {
			return sum, err
		}
		start, err := callStart(ctx, s.db, f, body.Call)
		if err != nil {
			return sum, err
		}
		for _, r := range body.Results {
			if !r.Payable || r.Kind == retention.ResultAppointment {
				continue
			}
			e, err := outcomeEvent(f, body, r, start)
			if err != nil {
				return sum, err
			}
			extra[auth.ClientID(f.Client)] = append(extra[auth.ClientID(f.Client)], e)
		}
	}
	for _, client := range sortedKeys(extra) {
		c, err := s.estimate(ctx, client, by.User, extra[client])
		if err != nil {
			return sum, err
		}
		for _, byCurrency := range c.sums {
			sum.Minor += byCurrency[currency]
		}
	}
	return sum, nil
}
