package commissions

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/lib/pq"

	"saveline/commissions/rules"
	"saveline/internal/auth"
	"saveline/internal/facts"
	"saveline/internal/money"
	"saveline/internal/pg"
	"saveline/retention"
	"saveline/retention/appointment"
)

// roleOwner is the role of the agent who had the conversation.
const roleOwner = "owner"

const insertCredits = `
INSERT INTO credits (client_id, result_id, user_id, role, kind, value_minor, currency, call_id, effective_at, recorded_at)
SELECT $1, r.result_id, $2, $3, r.kind, r.value_minor, r.currency, $4, $5, $6
FROM unnest($7::bigint[], $8::text[], $9::bigint[], $10::text[]) AS r(result_id, kind, value_minor, currency)
ORDER BY r.result_id
ON CONFLICT (result_id, user_id, role) DO NOTHING
RETURNING ` + creditColumns

const creditColumns = `id, result_id, user_id, role, kind, value_minor, currency, call_id, effective_at`

// credit is a row of credits.
type credit struct {
	ID          CreditID    `db:"id"`
	Result      int64       `db:"result_id"`
	User        auth.UserID `db:"user_id"`
	Role        string      `db:"role"`
	Kind        string      `db:"kind"`
	ValueMinor  int64       `db:"value_minor"`
	Currency    string      `db:"currency"`
	Call        int64       `db:"call_id"`
	EffectiveAt time.Time   `db:"effective_at"`
}

func (c credit) rule() rules.Credit {
	return rules.Credit{
		Result: c.Result, Agent: int64(c.User), Role: c.Role, Kind: c.Kind, EffectiveAt: c.EffectiveAt,
		Value: money.Amount{Minor: c.ValueMinor, Currency: c.Currency},
	}
}

// OnOutcome gives the agent of a conversation a credit for each result, exactly once, and posts what the plan in force
// then pays for it. A credit that no plan covers becomes an exception. Seen twice, a fact changes nothing.
func (s *Service) OnOutcome(ctx context.Context, tx *pg.Tx, f facts.Fact) error {
	body, err := retention.ReadOutcome(f)
	if err != nil {
		return err
	}
	// An appointment is not credited when it is made, but when it was held: OnAppointment.
	body.Results = slices.DeleteFunc(body.Results, func(r retention.ResultFactV2) bool { return r.Kind == retention.ResultAppointment })
	if err := s.creditTx(ctx, tx, f, body); err != nil {
		return fmt.Errorf("outcome %d: %w", body.Outcome, err)
	}
	return nil
}

// OnAppointment gives the agent who made an appointment their credit once it was held and counts for them, at the time
// when that was said. No-shows, duplicates and the rest are worth nothing; a rejected one comes as a reversal.
func (s *Service) OnAppointment(ctx context.Context, tx *pg.Tx, f facts.Fact) error {
	body, err := facts.Decode[retention.AppointmentFact](f)
	if err != nil || body.State != string(appointment.Held) || !body.Credited {
		return err
	}
	err = s.creditTx(ctx, tx, f, retention.OutcomeFactV2{Call: body.Call, Agent: body.Agent, Results: []retention.ResultFactV2{{
		Result: body.Result, Kind: retention.ResultAppointment, ValueMinor: body.ValueMinor, Currency: body.Currency, Payable: true,
	}}})
	if err != nil {
		return fmt.Errorf("appointment %d: %w", body.Appointment, err)
	}
	return nil
}

// creditTx credits the agent with each result, exactly once, and posts what that earns.
func (s *Service) creditTx(ctx context.Context, tx *pg.Tx, f facts.Fact, body retention.OutcomeFactV2) error {
	if body.Agent == 0 || len(body.Results) == 0 {
		return nil
	}
	var ids, values []int64
	var kinds, currencies []string
	for _, r := range body.Results {
		if !r.Payable {
			continue // made-up evidence outside of a rehearsal: it counts, and is not paid
		}
		ids, kinds = append(ids, r.Result), append(kinds, r.Kind)
		values, currencies = append(values, r.ValueMinor), append(currencies, r.Currency)
	}
	if len(ids) == 0 {
		return nil
	}
	now := s.now()
	var added []credit
	err := tx.SelectContext(ctx, &added, insertCredits, f.Client, body.Agent, roleOwner, body.Call, f.EffectiveAt, now,
		pq.Array(ids), pq.Array(kinds), pq.Array(values), pq.Array(currencies))
	if err != nil {
		return fmt.Errorf("credits: %w", err)
	}
	if err := s.accrueTx(ctx, tx, auth.ClientID(f.Client), now, added); err != nil {
		return fmt.Errorf("pay: %w", err)
	}
	return nil
}

// accrueTx values credits and posts their lines, or notes why it cannot. Credits whose result has been reversed already
// are posted together with their mirrors, so that the books are as if the news had come in order.
func (s *Service) accrueTx(ctx context.Context, tx *pg.Tx, client auth.ClientID, now time.Time, credits []credit) error {
	if len(credits) == 0 {
		return nil
	}
	b, err := openBooks(ctx, tx, client, now)
	if err != nil {
		return err
	}
	byKey := map[string]credit{}
	for _, c := range credits {
		byKey[c.rule().Key()] = c
	}
	book, err := ruleBook(ctx, tx, b, credits)
	if err != nil {
		return err
	}
	lines, gaps := rules.Evaluate(book)
	if err := noteGaps(ctx, tx, client, now, byKey, gaps); err != nil {
		return err
	}
	return b.postLines(ctx, byKey, lines)
}

// postLines posts accruals first and then the mirrors that point at them.
func (b *books) postLines(ctx context.Context, credits map[string]credit, lines []rules.Line) error {
	mirrored := map[string]bool{}
	for _, l := range lines {
		mirrored[l.Reverses] = true
	}
	var accruals, mirrors []posting
	for _, l := range lines {
		c := credits[l.Credit.Key()]
		p := posting{
			Key: l.Key, User: c.User, CreditID: c.ID, Version: VersionID(l.Version.ID), Component: l.Component, Amount: l.Amount,
			Effective: l.Effective,
		}
		if l.Reverses == "" {
			p.Kind, p.Debit, p.Credit, p.Basis = kindAccrue, accountExpense(l.Component), accountAdvance(c.User), l.Basis
			if !mirrored[l.Key] {
				p.HoldUntil = l.VestsAt
			}
			accruals = append(accruals, p)
			continue
		}
		p.Kind, p.Debit, p.Credit, p.Amount.Minor = kindReverse, accountAdvance(c.User), accountExpense(l.Component), -l.Amount.Minor
		p.Basis, p.Cause = reversedBasis{Basis: l.Basis, Cause: l.Cause}, l.Cause
		mirrors = append(mirrors, p)
	}
	ids, err := b.post(ctx, accruals)
	if err != nil {
		return err
	}
	for i, l := range slices.DeleteFunc(slices.Clone(lines), func(l rules.Line) bool { return l.Reverses == "" }) {
		mirrors[i].Reverses = ids[l.Reverses]
	}
	_, err = b.post(ctx, mirrors)
	return err
}

// reversedBasis is the basis of a mirror: the original's, and why it was taken back.
type reversedBasis struct {
	rules.Basis
	Cause string `json:"cause"`
}

const selectAssignmentsOf = `
SELECT user_id, plan_id, to_char(from_date, 'YYYY-MM-DD') AS from_date, COALESCE(to_char(until_date, 'YYYY-MM-DD'), '') AS until_date
FROM assignments WHERE client_id = $1 AND user_id = ANY($2)`

const selectApprovedVersions = `
SELECT v.id, v.plan_id, p.name, v.version, v.approved_at, v.terms
FROM plan_versions v JOIN plans p ON p.id = v.plan_id
WHERE v.approved_at IS NOT NULL AND v.plan_id = ANY($1)`

const selectReversals = `SELECT result_id, cause, effective_at FROM credit_reversals WHERE result_id = ANY($1)`

// ruleBook reads what the rules need to value these credits.
func ruleBook(ctx context.Context, tx pg.DB, b *books, credits []credit) (rules.Book, error) {
	book := rules.Book{Zone: b.zone}
	var users, results []int64
	for _, c := range credits {
		book.Credits = append(book.Credits, c.rule())
		users, results = append(users, int64(c.User)), append(results, c.Result)
	}
	var err error
	if book.Assignments, book.Versions, err = plansOf(ctx, tx, b.client, users); err != nil {
		return rules.Book{}, err
	}
	var reversals []struct {
		Result      int64     `db:"result_id"`
		Cause       string    `db:"cause"`
		EffectiveAt time.Time `db:"effective_at"`
	}
	if err := tx.SelectContext(ctx, &reversals, selectReversals, pq.Array(results)); err != nil {
		return rules.Book{}, fmt.Errorf("reversals: %w", err)
	}
	for _, r := range reversals {
		book.Reversals = append(book.Reversals, rules.Reversal(r))
	}
	return book, nil
}

// plansOf are the assignments of some agents, and the approved versions of the plans they name.
func plansOf(ctx context.Context, tx pg.DB, client auth.ClientID, users []int64) ([]rules.Assignment, []rules.Version, error) {
	var assigned []struct {
		Agent int64      `db:"user_id"`
		Plan  int64      `db:"plan_id"`
		From  rules.Date `db:"from_date"`
		Until rules.Date `db:"until_date"`
	}
	if err := tx.SelectContext(ctx, &assigned, selectAssignmentsOf, client, pq.Array(users)); err != nil {
		return nil, nil, fmt.Errorf("assignments: %w", err)
	}
	var assignments []rules.Assignment
	var plans []int64
	for _, a := range assigned {
		assignments, plans = append(assignments, rules.Assignment(a)), append(plans, a.Plan)
	}
	if len(plans) == 0 {
		return nil, nil, nil
	}
	versions, err := approvedVersions(ctx, tx, plans)
	return assignments, versions, err
}

func approvedVersions(ctx context.Context, tx pg.DB, plans []int64) ([]rules.Version, error) {
	var rows []struct {
		ID       int64     `db:"id"`
		Plan     int64     `db:"plan_id"`
		Name     string    `db:"name"`
		Number   int       `db:"version"`
		Approved time.Time `db:"approved_at"`
		Terms    jsonTerms `db:"terms"`
	}
	if err := tx.SelectContext(ctx, &rows, selectApprovedVersions, pq.Array(plans)); err != nil {
		return nil, fmt.Errorf("plan versions: %w", err)
	}
	out := make([]rules.Version, len(rows))
	for i, r := range rows {
		if len(r.Terms.Components) == 0 {
			continue // written as text
		}
		terms, err := rules.Compile(rules.Terms(r.Terms), "terms")
		if err != nil {
			return nil, fmt.Errorf("plan %s version %d as stored: %w", r.Name, r.Number, err)
		}
		out[i] = rules.Version{ID: r.ID, Plan: r.Plan, PlanName: r.Name, Number: r.Number, Approved: r.Approved, Terms: terms}
	}
	slices.SortFunc(out, func(a, b rules.Version) int { return cmp.Compare(a.ID, b.ID) })
	return out, nil
}
