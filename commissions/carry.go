package commissions

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"saveline/commissions/rules"
	"saveline/internal/auth"
	"saveline/internal/money"
	"saveline/internal/pg"
)

// What a run does not take back of a person is carried: the run settles all of the person's lines, pays what the plan allows
// (rules.PayPlan.Pays), and leaves the rest as a debt on the receivable, which the next run finds in its queue. Of who has
// left it is written off at once, unless the plan carries it.

// payableMinor is what a payable entry is to the agent: more than zero when the house owes it. What goes to or from an account
// of the agent that runs settle counts by that; an advance counts where its other side is an expense.
const payableMinor = `
CASE WHEN e.debit IN ('agent:' || e.user_id || ':earned', 'agent:' || e.user_id || ':receivable') THEN -e.amount_minor
     WHEN e.credit IN ('agent:' || e.user_id || ':earned', 'agent:' || e.user_id || ':receivable') THEN e.amount_minor
     WHEN e.debit = 'agent:' || e.user_id || ':advance' THEN -e.amount_minor ELSE e.amount_minor END`

// The components of what a run posts of itself.
const (
	componentCarried = "carried"
	componentLeaver  = "written_off"
)

// take adds a line of the sheet to the statement, and to what the run has of its person.
func (st *statement) take(r sheetRow) {
	st.Lines = append(st.Lines, r.line())
	if r.VersionID != 0 {
		st.Rules = r.VersionID
	}
	switch {
	case r.Kind == kindCarry:
		st.Purse.Carried += r.Minor
	case r.Kind == kindWriteOff, r.Kind == kindReverse && r.LineKey == "", !rules.GrossKey(r.LineKey):
		st.Purse.Clawed += r.Minor
	default:
		st.Purse.Gross += r.Minor
	}
}

// settle says what is paid of a statement and adds the line of what is not taken: carried to the next run, or written off.
func (st *statement) settle(plan *rules.PayPlan, left bool) {
	st.Amount.Minor = plan.Pays(st.Purse)
	rest := st.Amount.Minor - st.Purse.Net()
	if rest == 0 {
		return
	}
	l := StatementLine{Kind: kindCarry, Component: componentCarried, Amount: money.Amount{Minor: rest, Currency: st.Amount.Currency}, Basis: json.RawMessage("{}")}
	for _, other := range st.Lines {
		if other.EffectiveAt.After(l.EffectiveAt) {
			l.EffectiveAt, l.CreditedAt = other.EffectiveAt, other.EffectiveAt
		}
	}
	if left && plan.ForgetsLeavers() {
		l.Kind, l.Component, l.Reason, st.Forgiven = kindWriteOff, componentLeaver, reasonLeft, rest
	} else {
		st.Carried = -rest
	}
	st.Lines = append(st.Lines, l)
}

// settleAll settles every statement of a run by the rules of its person's plan.
func (s *Service) settleAll(ctx context.Context, tx *pg.Tx, r lockedRun, list []statement) error {
	w, err := s.workbook(ctx, tx, r.Client)
	if err != nil {
		return err
	}
	var p Period
	if err := tx.GetContext(ctx, &p, selectPeriodByID, r.PeriodID); err != nil {
		return fmt.Errorf("period %d: %w", r.PeriodID, err)
	}
	for i := range list {
		st := &list[i]
		st.settle(w.byID[st.Rules], rules.HasLeft(w.ruleEvents(), agentOf(st.User), p.EndsOn, w.Zone))
	}
	return nil
}

// ruleEvents are what the rules are made of besides plans.
func (w *Workbook) ruleEvents() []*rules.Event {
	out := make([]*rules.Event, len(w.rules))
	for i := range w.rules {
		out[i] = &w.rules[i]
	}
	return out
}

// What the settled lines did to each person's accounts. An advance whose window ended before it was settled is earned by an
// entry of its own, which is not in the queue.
const selectSettled = `
SELECT d.user_id,
       SUM(CASE WHEN (e.debit LIKE 'expense:%' OR e.debit LIKE '%:reserve') AND e.credit = 'agent:' || d.user_id || ':advance' THEN e.amount_minor
                WHEN e.credit LIKE 'expense:%' AND e.debit = 'agent:' || d.user_id || ':advance' THEN -e.amount_minor ELSE 0 END
         + CASE WHEN y.id IS NULL THEN 0 WHEN y.debit = 'agent:' || d.user_id || ':advance' THEN -y.amount_minor ELSE y.amount_minor END)::bigint AS advance,
       SUM(CASE WHEN e.debit = 'agent:' || d.user_id || ':receivable' THEN 0
                WHEN e.credit = 'agent:' || d.user_id || ':earned' THEN e.amount_minor
                WHEN e.debit = 'agent:' || d.user_id || ':earned' THEN -e.amount_minor ELSE 0 END
         + CASE WHEN y.id IS NULL THEN 0 WHEN y.credit = 'agent:' || d.user_id || ':earned' THEN y.amount_minor ELSE -y.amount_minor END)::bigint AS earned,
       SUM(CASE WHEN e.debit = 'agent:' || d.user_id || ':receivable' THEN e.amount_minor
                WHEN e.credit = 'agent:' || d.user_id || ':receivable' THEN -e.amount_minor ELSE 0 END)::bigint AS owed,
       s.amount_minor AS paid, -s.carried_minor AS carried, s.forgiven_minor AS forgiven, COALESCE(s.plan_version_id, 0) AS plan_version_id
FROM payables d JOIN entries e ON e.id = d.entry_id JOIN statements s ON s.run_id = d.run_id AND s.user_id = d.user_id
     LEFT JOIN entries y ON y.key = 'earn:' || e.key
WHERE d.run_id = $1
GROUP BY d.user_id, s.id
ORDER BY d.user_id`

// settled is one person's accounts in a run, in minor units.
type settled struct {
	User     auth.UserID `db:"user_id"`
	Advance  int64       `db:"advance"`
	Earned   int64       `db:"earned"`
	Owed     int64       `db:"owed"`
	Paid     int64       `db:"paid"`
	Carried  int64       `db:"carried"`
	Forgiven int64       `db:"forgiven"`
	Version  VersionID   `db:"plan_version_id"`
}

// postings empty the person's advance and earned accounts of what the run settles: what is paid goes to the clearing account,
// what was owed is netted, and what is left to recover stays on the receivable, or is written off.
func (x settled) postings(r lockedRun, now time.Time, on rules.Date) (out []posting, err error) {
	if x.Advance+x.Earned-x.Owed+x.Carried+x.Forgiven != x.Paid {
		return nil, fmt.Errorf("the ledger pays user %d %d, the statement %d", x.User, x.Advance+x.Earned-x.Owed+x.Carried+x.Forgiven, x.Paid)
	}
	add := func(key, kind, debit, credit string, minor int64) {
		if minor < 0 {
			debit, credit, minor = credit, debit, -minor
		}
		if minor != 0 {
			out = append(out, posting{
				Key: fmt.Sprintf("%s:run%d:u%d", key, r.ID, x.User), Kind: kind, Debit: debit, Credit: credit, User: x.User, Run: r.ID, Calendar: r.Calendar,
				Amount: money.Amount{Minor: minor, Currency: r.Currency}, Basis: struct{}{}, Effective: now,
			})
		}
	}
	advance, earned, receivable := accountAdvance(x.User), accountEarned(x.User), accountReceivable(x.User)
	inAdvance := min(max(x.Advance, 0), x.Paid)
	add("payout_advance", kindPayout, advance, accountClearing(r.ID), inAdvance)
	add("settle", kindRecover, advance, earned, x.Advance-inAdvance)
	add(kindRecover, kindRecover, earned, receivable, x.Owed)
	add(kindPayout, kindPayout, earned, accountClearing(r.ID), x.Paid-inAdvance)
	add(kindCarry, kindCarry, receivable, earned, x.Carried+x.Forgiven)
	if n := len(out); x.Carried > 0 {
		c := &out[n-1]
		c.Payable, c.DueIn, c.Version, c.Component, c.Line = true, r.PeriodID, x.Version, componentCarried, lineOf{On: on}
	}
	add("writeoff_left", kindWriteOff, accountWriteOff, receivable, x.Forgiven)
	if n := len(out); x.Forgiven > 0 {
		w := &out[n-1]
		w.Component, w.Version, w.Cause, w.Basis, w.Line = componentLeaver, x.Version, reasonLeft, map[string]string{"cause": reasonLeft}, lineOf{On: on}
	}
	return out, nil
}

// payOut posts, for each person that the run settles, what is netted against what they owed, what is paid and what is carried.
// It returns whom it has settled.
func payOut(ctx context.Context, tx *pg.Tx, r lockedRun, now time.Time) (told []auth.UserID, err error) {
	var rows []settled
	if err := tx.SelectContext(ctx, &rows, selectSettled, r.ID); err != nil {
		return nil, fmt.Errorf("what is settled: %w", err)
	}
	b, err := openBooks(ctx, tx, r.Client, now)
	if err != nil {
		return nil, err
	}
	var batch []posting
	paid := money.Amount{Currency: r.Currency}
	for _, x := range rows {
		more, err := x.postings(r, now, rules.DateOf(now, b.zone))
		if err != nil {
			return nil, err
		}
		batch, told = slices.Concat(batch, more), append(told, x.User)
		paid.Minor += x.Paid
	}
	if paid != r.total() {
		return nil, fmt.Errorf("the ledger pays %s, the run %s", paid, r.total())
	}
	err = b.post(ctx, batch)
	return told, err
}
