package commissions

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"saveline/commissions/law"
	"saveline/internal/auth"
	"saveline/internal/money"
	"saveline/internal/pg"
)

const selectFirstEarnings = `
SELECT user_id, min(effective_at) AS at FROM entries WHERE client_id = $1 AND kind = 'accrue' AND user_id IS NOT NULL GROUP BY user_id`

// What people still owe of draws.
const selectDrawsOwed = `
SELECT user_id, currency, SUM(CASE WHEN debit = 'agent:' || user_id || ':draw_receivable' THEN amount_minor ELSE -amount_minor END)::bigint AS minor
FROM entries
WHERE client_id = $1 AND user_id IS NOT NULL AND 'agent:' || user_id || ':draw_receivable' IN (debit, credit)
GROUP BY user_id, currency`

const selectPlanHands = `
SELECT DISTINCT COALESCE(a.name || ' (' || a.id || ')', '') AS author, COALESCE(b.name || ' (' || b.id || ')', '') AS approver
FROM statements s CROSS JOIN LATERAL jsonb_array_elements(s.lines) l
     JOIN plan_versions v ON encode(v.sha256, 'hex') = l ->> 'planSha256'
     JOIN plans p ON p.id = v.plan_id AND p.client_id = s.client_id
     LEFT JOIN users a ON a.id = v.author_id LEFT JOIN users b ON b.id = v.approver_id
WHERE s.run_id = $1 ORDER BY author, approver`

const selectRunHands = `
SELECT COALESCE(c.name || ' (' || c.id || ')', '') AS calculator, COALESCE(a.name || ' (' || a.id || ')', '') AS approver,
       r.total_minor = COALESCE((SELECT sum(amount_minor) FROM statements WHERE run_id = r.id AND NOT carried), 0) AS totals
FROM runs r LEFT JOIN users c ON c.id = r.calculated_by LEFT JOIN users a ON a.id = r.approved_by WHERE r.id = $1`

// lawFacts gathers what is known of a calculated run.
func lawFacts(ctx context.Context, tx *pg.Tx, by auth.Actor, r lockedRun) (law.Facts, error) {
	settings, err := payrollSettings(ctx, tx, r.Client)
	if err != nil {
		return law.Facts{}, err
	}
	var p Period
	if err := tx.GetContext(ctx, &p, lockPeriod, r.PeriodID); err != nil {
		return law.Facts{}, fmt.Errorf("period %d: %w", r.PeriodID, err)
	}
	zone, err := time.LoadLocation(p.Zone)
	if err != nil {
		return law.Facts{}, fmt.Errorf("period %d: %w", p.ID, err)
	}
	out := law.Facts{
		Period: law.Span{From: law.Date(p.StartsOn), Until: law.Date(p.EndsOn)}, Cycle: p.cycle(settings.Cycle), Method: settings.Method,
		Weeks: settings.WorkweekStart, Open: law.Date(p.StartsOn),
	}
	g := gathering{settings: settings, facts: &out, zone: zone, first: map[auth.UserID]time.Time{}}
	if g.weeks, err = weeksOf(ctx, tx, r.Client, p); err != nil {
		return law.Facts{}, err
	}
	if err := g.firstEarnings(ctx, tx, r.Client); err != nil {
		return law.Facts{}, err
	}
	if err := g.signatures(ctx, tx, r.Client); err != nil {
		return law.Facts{}, err
	}
	if err := g.drawsOwed(ctx, tx, r); err != nil {
		return law.Facts{}, err
	}
	people, err := payees(ctx, tx, by, r)
	if err != nil {
		return law.Facts{}, err
	}
	for _, one := range people {
		if err := g.add(one); err != nil {
			return law.Facts{}, err
		}
	}
	return out, g.control(ctx, tx, r)
}

// gathering is facts on their way.
type gathering struct {
	settings PayrollSettings
	facts    *law.Facts
	zone     *time.Location
	weeks    []weekRow
	first    map[auth.UserID]time.Time // anybody's first earning
	signed   []signedVersion
	owed     map[auth.UserID]money.Amount
}

func (g *gathering) drawsOwed(ctx context.Context, tx *pg.Tx, r lockedRun) error {
	var rows []struct {
		User     auth.UserID `db:"user_id"`
		Currency string      `db:"currency"`
		Minor    int64       `db:"minor"`
	}
	if err := tx.SelectContext(ctx, &rows, selectDrawsOwed, r.Client); err != nil {
		return fmt.Errorf("draws: %w", err)
	}
	g.owed = map[auth.UserID]money.Amount{}
	for _, row := range rows {
		if row.Currency == r.Currency {
			g.owed[row.User] = money.Amount{Minor: row.Minor, Currency: row.Currency}
		}
	}
	return nil
}

func (g *gathering) firstEarnings(ctx context.Context, tx *pg.Tx, client auth.ClientID) error {
	var rows []struct {
		User auth.UserID `db:"user_id"`
		At   time.Time   `db:"at"`
	}
	if err := tx.SelectContext(ctx, &rows, selectFirstEarnings, client); err != nil {
		return fmt.Errorf("first earnings: %w", err)
	}
	for _, r := range rows {
		g.first[r.User] = r.At
	}
	return nil
}

func (g *gathering) day(at time.Time) law.Date { return law.Date(at.In(g.zone).Format(time.DateOnly)) }

// add makes a person of the law of somebody whom the run pays.
func (g *gathering) add(one payee) error {
	var lines []StatementLine
	if err := json.Unmarshal(one.Lines, &lines); err != nil {
		return fmt.Errorf("statement of user %d: %w", one.User, err)
	}
	p := law.Person{
		ID: one.number(), Name: one.Name, Jurisdiction: one.Jurisdiction, Status: one.Status,
		Statement: law.Statement{Items: true},
	}
	if one.SignedOn != nil {
		p.Signed.Signed = law.Date(*one.SignedOn)
	}
	if one.ReceivedOn != nil {
		p.Signed.Received = law.Date(*one.ReceivedOn)
	}
	if day := g.signedOn(one.User, lines); day != "" && p.Signed.Signed == "" {
		p.Signed.Signed, p.Signed.Received = day, day // who signs here has the copy at once
	}
	if at, there := g.first[one.User]; there {
		p.Signed.FirstEarning = g.day(at)
	}
	p.Left = one.LeftOn != nil && law.Date(*one.LeftOn) < g.facts.Period.Until
	p.Draw.Owed = g.owed[one.User]
	g.addWeeks(&p, one.User)
	g.addIncentives(&p, lines)
	for _, l := range lines {
		if l.Kind == kindDrawRecovery {
			p.Draw.Recovered = money.Amount{Minor: p.Draw.Recovered.Minor - l.Amount.Minor, Currency: l.Amount.Currency}
		}
		if l.Kind == kindReverse {
			p.Clawbacks = append(p.Clawbacks, chargeback(l, one.NettingConsent))
		}
	}
	g.shares(&p)
	g.facts.People = append(g.facts.People, p)
	g.facts.Control.Payees = append(g.facts.Control.Payees, fmt.Sprintf("%s (%d)", one.Name, one.User))
	return nil
}

// chargeback is a line that takes something back. The ledger mirrors the person's own entry: of an advance
// that was paid, or of what had been earned.
func chargeback(l StatementLine, consent bool) law.Clawback {
	out := law.Clawback{
		Component: l.Component, Amount: money.Amount{Minor: -l.Amount.Minor, Currency: l.Amount.Currency}, OwnSale: l.Result != 0,
		Clause: fmt.Sprintf("%s v%d %s", l.Plan, l.PlanVersion, l.Component), State: "earned", Settlement: "net",
	}
	if l.Advance {
		out.State = "advance"
	}
	if consent {
		out.Settlement = "consent"
	}
	return out
}

func (g *gathering) addWeeks(p *law.Person, user auth.UserID) {
	for _, w := range g.weeks {
		if w.User != user {
			continue
		}
		week := law.Week{From: w.StartsOn, Hours: w.Worked, Overtime: w.Overtime}
		for to, from := range map[*money.Amount]*int64{&week.Wage: w.Wage, &week.Paid: w.Premium, &week.Minimum: w.Minimum} {
			if from != nil {
				*to = money.Amount{Minor: *from, Currency: w.Currency}
			}
		}
		p.Weeks = append(p.Weeks, week)
		p.Statement.Hours = true
	}
}

// addIncentives sums the lines by component and by the workweek of the conversation. What is of another period counts in
// the nearest week of this one, as it is this one that pays it (29 CFR 778.121).
func (g *gathering) addIncentives(p *law.Person, lines []StatementLine) {
	for _, l := range lines {
		i := slices.IndexFunc(p.Incentives, func(in law.Incentive) bool { return in.Component == l.Component })
		if i < 0 {
			code := g.settings.code(l.Component)
			i = len(p.Incentives)
			p.Incentives = append(p.Incentives, law.Incentive{
				Component: l.Component, Kind: code.Kind, Excluded: code.Excluded, Basic13th: code.Basic13th, AvgWage: code.AvgWage,
				Amount: money.Amount{Currency: l.Amount.Currency}, ByWeek: map[law.Date]money.Amount{},
			})
		}
		in := &p.Incentives[i]
		in.Amount.Minor += l.Amount.Minor
		day := g.day(l.CreditedAt)
		if day < g.facts.Period.From {
			g.facts.Late = append(g.facts.Late, law.Late{Person: p.ID, Of: day, PostedTo: g.facts.Open, Amount: l.Amount})
		}
		day = min(max(day, g.facts.Period.From), g.facts.Period.Last())
		week := g.facts.Weeks.Of(day)
		in.ByWeek[week] = money.Amount{Minor: in.ByWeek[week].Minor + l.Amount.Minor, Currency: l.Amount.Currency}
		g.addCost(l)
	}
}

// addCost is what accounting needs of a line: how long what was sold lasts, if somebody has said.
func (g *gathering) addCost(l StatementLine) {
	months := 0
	if said := g.settings.code(l.Component).BenefitMonths; said != nil {
		months = *said
	}
	g.facts.Costs = append(g.facts.Costs, law.Contract{
		ID: fmt.Sprintf("result:%d", l.Result), Amount: l.Amount, Term: months, Start: g.day(l.CreditedAt), Clawback: l.Amount.Minor < 0,
	})
}

// shares are commissions beside all pay of the period, once wages of every week are known.
func (g *gathering) shares(p *law.Person) {
	all, commissions, hours := money.Amount{}, money.Amount{}, law.Hours(0)
	for _, w := range p.Weeks {
		if w.Wage.Currency == "" {
			return
		}
		sum, err := all.Add(w.Wage)
		if err != nil {
			return
		}
		all, hours = sum, hours+w.Hours
	}
	if hours == 0 {
		return
	}
	for _, in := range p.Incentives {
		sum, err := all.Add(in.Amount)
		if err != nil {
			return
		}
		all = sum
		if in.Kind == law.Commission {
			commissions.Minor += in.Amount.Minor
		}
	}
	commissions.Currency = all.Currency
	p.AsPaid = law.Share{Span: g.facts.Period, Commissions: commissions, All: all, Hours: hours}
	p.Share = p.AsPaid // a period of a month or more represents; a shorter one is said to
}

// control is who did what.
func (g *gathering) control(ctx context.Context, tx *pg.Tx, r lockedRun) error {
	var hands struct {
		Calculator string `db:"calculator"`
		Approver   string `db:"approver"`
		Totals     bool   `db:"totals"`
	}
	if err := tx.GetContext(ctx, &hands, selectRunHands, r.ID); err != nil {
		return fmt.Errorf("hands of run %d: %w", r.ID, err)
	}
	var plans []struct {
		Author   string `db:"author"`
		Approver string `db:"approver"`
	}
	if err := tx.SelectContext(ctx, &plans, selectPlanHands, r.ID); err != nil {
		return fmt.Errorf("plans of run %d: %w", r.ID, err)
	}
	c := &g.facts.Control
	c.Calculator, c.Approver, c.Totals, c.Evidence = hands.Calculator, hands.Approver, hands.Totals, strings.TrimSpace(r.Hash) != ""
	for _, v := range plans {
		c.PlanAuthors, c.PlanApprovers = append(c.PlanAuthors, v.Author), append(c.PlanApprovers, v.Approver)
	}
	return nil
}
