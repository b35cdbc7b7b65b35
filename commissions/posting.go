package commissions

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"saveline/commissions/rules"
	"saveline/internal/auth"
	"saveline/internal/money"
)

// poster posts what one person's pay has changed by, for the length of one transaction.
type poster struct {
	*books
	work    *Workbook
	user    auth.UserID
	service *Service

	posted  []rules.PayLine // what the ledger has of the rules' lines
	keys    map[string]bool // of posted
	first   map[string]EntryID
	credits map[string]CreditID
	causes  map[string]string    // of reversals, by result
	lots    map[string][]*lot    // what can be taken of, by rules.PayLine.Lot
	soonest map[string]time.Time // by plan and month, when the first of its lines is earned
}

// lineKeyOf is the natural key of the line that entry e posts. Entries from before the rules had keys are found by their
// credit, once what they were made of has been heard of again.
const lineKeyOf = `
CASE WHEN e.line_key <> '' THEN e.line_key
     WHEN e.debit LIKE 'expense:%' THEN concat_ws('|', e.user_id, replace(p.name, '|', '/'), e.component, 'earn', c.result_id, 'outcome:' || c.result_id, '')
     ELSE concat_ws('|', e.user_id, replace(p.name, '|', '/'), e.component, 'clawback', c.result_id, 'reversal:' || c.result_id, '') END`

const oldLines = `
e.line_key = '' AND c.id IS NOT NULL AND (
    e.kind = 'accrue' AND EXISTS (SELECT 1 FROM pay_events v WHERE v.client_id = e.client_id AND v.event_id = 'outcome:' || c.result_id)
    OR e.kind = 'reverse' AND o.kind = 'accrue' AND o.line_key = ''
       AND EXISTS (SELECT 1 FROM pay_events v WHERE v.client_id = e.client_id AND v.event_id = 'reversal:' || c.result_id))`

// The legs that cost the client something, or give it back; a draw is owed instead.
const selectPosted = `
SELECT e.id, ` + lineKeyOf + ` AS line_key, e.line_seq, e.line_terms, e.effective_at, COALESCE(e.plan_version_id, 0) AS plan_version_id,
       COALESCE(to_char(e.line_on, 'YYYY-MM-DD'), to_char(e.effective_at AT TIME ZONE $3, 'YYYY-MM-DD')) AS line_on,
       CASE WHEN e.debit LIKE '%:draw_receivable' THEN e.amount_minor
            WHEN e.credit LIKE 'expense:%' OR e.credit LIKE '%:draw_receivable' OR e.debit LIKE '%:reserve' AND e.kind = 'hold'
            THEN -e.amount_minor ELSE e.amount_minor END AS minor, e.kind = 'release' AS released
FROM entries e
     LEFT JOIN credits c ON c.id = e.credit_id
     LEFT JOIN plan_versions n ON n.id = e.plan_version_id
     LEFT JOIN plans p ON p.id = n.plan_id
     LEFT JOIN entries o ON o.id = e.reverses_id
WHERE e.client_id = $1 AND e.user_id = $2 AND (e.line_key <> '' OR ` + oldLines + `)
ORDER BY e.id`

func (p *poster) readPosted(ctx context.Context) error {
	var rows []struct {
		ID      EntryID    `db:"id"`
		Key     string     `db:"line_key"`
		Seq     int        `db:"line_seq"`
		Terms   string     `db:"line_terms"`
		At      time.Time  `db:"effective_at"`
		Version VersionID  `db:"plan_version_id"`
		On      rules.Date `db:"line_on"`
		Minor   int64      `db:"minor"`
		Out     bool       `db:"released"` // of a reserve
	}
	if err := p.tx.SelectContext(ctx, &rows, selectPosted, p.client, p.user, p.zone.String()); err != nil {
		return fmt.Errorf("posted lines: %w", err)
	}
	p.keys, p.first = map[string]bool{}, map[string]EntryID{}
	for _, r := range rows {
		plan := p.work.byID[r.Version]
		if plan == nil {
			return fmt.Errorf("entry %d was posted by version %d, which is not approved", r.ID, r.Version)
		}
		line, err := rules.Kept{Key: r.Key, Seq: r.Seq, On: r.On, At: r.At, Minor: r.Minor, Terms: r.Terms}.Posted(plan)
		if err != nil {
			return fmt.Errorf("entry %d: %w", r.ID, err)
		}
		p.posted, p.keys[r.Key] = append(p.posted, line), true
		if p.first[r.Key] == 0 {
			p.first[r.Key] = r.ID
		}
		if r.Out { // the same entry takes it out of the reserve
			line.Kind, line.Seq, line.Amount.Minor = rules.KindReserve, r.Seq+1, -r.Minor
			p.posted = append(p.posted, line)
		}
	}
	return nil
}

const selectClosedAt = `SELECT max(closed_at) FROM periods WHERE client_id = $1 AND state = 'closed'`

// lateEvents are those that were heard of after the books were closed last: the reasons of corrections.
func (p *poster) lateEvents(ctx context.Context, events []*rules.Event) (late []*rules.Event, err error) {
	var at *time.Time
	if p.closed == "" {
		return nil, nil
	}
	if err := p.tx.GetContext(ctx, &at, selectClosedAt, p.client); err != nil || at == nil {
		return nil, err
	}
	for _, e := range events {
		if e.RecordedAt.After(*at) && rules.DateOf(e.EffectiveAt, p.zone) < p.closed {
			late = append(late, e)
		}
	}
	return late, nil
}

const (
	selectCreditsOf = `
SELECT id, result_id::text AS ref FROM credits WHERE client_id = $1 AND user_id = $2 AND result_id::text = ANY($3)`
	selectCauses = `SELECT result_id::text AS ref, cause FROM credit_reversals WHERE client_id = $1 AND result_id::text = ANY($2)`
)

// post writes the changes. What is added goes first, so that what is taken can be taken of it.
func (p *poster) post(ctx context.Context, delta, all []rules.PayLine) error {
	if len(delta) == 0 {
		return nil
	}
	if err := p.prepare(ctx, delta, all); err != nil {
		return err
	}
	delta, added := p.release(delta)
	var taken []rules.PayLine
	for _, l := range delta {
		switch {
		case l.Kind == rules.KindReserve:
			added = append(added, p.reserve(l)...)
		case l.Kind == rules.KindDraw:
			added = append(added, p.draw(l))
		case l.Kind == rules.KindWriteOff:
			added = append(added, p.drawWriteOff(l))
		case l.Amount.Minor > 0:
			added = append(added, p.accrual(l))
		default:
			taken = append(taken, l)
		}
	}
	if err := p.books.post(ctx, added); err != nil || len(taken) == 0 {
		return err
	}
	if err := p.readLots(ctx, taken); err != nil {
		return err
	}
	return p.take(ctx, taken)
}

// prepare finds whose credit each line is for, why results were reversed, and when months are earned.
func (p *poster) prepare(ctx context.Context, delta, all []rules.PayLine) error {
	var refs []string
	for _, l := range delta {
		refs = append(refs, l.Ref)
	}
	var credits []struct {
		ID  CreditID `db:"id"`
		Ref string   `db:"ref"`
	}
	if err := p.tx.SelectContext(ctx, &credits, selectCreditsOf, p.client, p.user, pq.Array(refs)); err != nil {
		return fmt.Errorf("credits: %w", err)
	}
	var causes []struct {
		Ref   string `db:"ref"`
		Cause string `db:"cause"`
	}
	if err := p.tx.SelectContext(ctx, &causes, selectCauses, p.client, pq.Array(refs)); err != nil {
		return fmt.Errorf("causes: %w", err)
	}
	p.credits, p.causes, p.soonest = map[string]CreditID{}, map[string]string{}, map[string]time.Time{}
	for _, c := range credits {
		p.credits[c.Ref] = c.ID
	}
	for _, c := range causes {
		p.causes[c.Ref] = c.Cause
	}
	for i := range all {
		l := &all[i]
		if l.Kind != rules.KindEarn || l.EarnedOn() == "" {
			continue
		}
		at, key := p.holdEnd(l), monthKey(l)
		if had, ok := p.soonest[key]; !ok || at.Before(had) {
			p.soonest[key] = at
		}
	}
	return nil
}

func monthKey(l *rules.PayLine) string {
	month, _ := monthOf(l.Date)
	return l.Plan.Name + "|" + string(month)
}

// holdEnd is when a line is earned: at the same time of day as it came about, on the day that the plan says.
func (p *poster) holdEnd(l *rules.PayLine) time.Time {
	on := l.EarnedOn()
	if on == "" {
		return l.At
	}
	from, err1 := time.Parse(time.DateOnly, string(rules.DateOf(l.At, p.zone)))
	to, err2 := time.Parse(time.DateOnly, string(on))
	if err1 != nil || err2 != nil || !to.After(from) {
		return l.At
	}
	return rules.HoldEnd(l.At, int(to.Sub(from).Hours()/24), p.zone)
}

// base is what every entry of a line has.
func (p *poster) base(l *rules.PayLine, kind string) posting {
	basis := l.Basis()
	if l.Amount.Minor < 0 {
		basis.Cause = p.causeOf(l, basis)
	}
	out := posting{
		Kind: kind, Key: fmt.Sprintf("%s:c%d|%s#%d", kind, p.client, l.Key(), l.Seq), User: p.user, CreditID: p.credits[l.Ref],
		Version: p.work.versions[l.Plan.ID()], Component: l.Component, Amount: money.Amount{Minor: abs(l.Amount.Minor), Currency: l.Amount.Currency},
		Cause: basis.Cause, Basis: basis, Effective: l.At, Calendar: l.Plan.Calendar().Key(), Line: lineOf{Key: l.Key(), Seq: l.Seq, On: l.Date, Terms: l.Terms()},
	}
	if l.Corrects != "" {
		out.Adjusts = p.first[l.Corrects]
	}
	return out
}

// causeOf is why something is taken: the code of the reversal, or the sentence of the rule.
func (p *poster) causeOf(l *rules.PayLine, b rules.Basis) string {
	if code, ok := p.causes[l.Ref]; ok && l.Kind == rules.KindClawback {
		return code
	}
	if b.Reason != "" {
		return b.Reason
	}
	if b.Note != "" {
		return b.Note
	}
	return l.Component
}

func abs(n int64) int64 { return max(n, -n) }

// accrual is what the plan gives: an advance until it is earned. A plan that says no other day pays it in advance.
func (p *poster) accrual(l rules.PayLine) posting {
	out := p.base(&l, kindAccrue)
	out.Debit, out.Credit, out.HoldUntil = accountExpense(l.Component), accountAdvance(p.user), p.holdEnd(&l)
	out.payInAdvance(&l)
	return out
}

// payInAdvance puts what the plan pays before it is earned into the queue of runs at once, and says so in its basis.
func (p *posting) payInAdvance(l *rules.PayLine) {
	if !l.Plan.PaysAdvances() || !p.HoldUntil.After(l.At) {
		return
	}
	basis := l.Basis()
	basis.Cause, basis.Advance = p.Cause, true
	p.Payable, p.Basis = true, basis
}

// draw is pay in advance of earnings, or its recovery. What is to be recovered is owed; the rest costs the client.
func (p *poster) draw(l rules.PayLine) posting {
	other := accountExpense(l.Component)
	if l.Plan.RecoverableDraw() {
		other = Account{Kind: AccountDraw, Agent: p.user}.String()
	}
	out := p.base(&l, kindDraw)
	out.Debit, out.Credit, out.Payable = other, accountEarned(p.user), true
	if l.Amount.Minor < 0 {
		out = p.base(&l, kindDrawRecovery)
		out.Debit, out.Credit, out.Payable = accountEarned(p.user), other, true
	}
	return out
}

// drawWriteOff gives up what a leaver owes of a draw, or takes it up again when it turns out that they had come back.
func (p *poster) drawWriteOff(l rules.PayLine) posting {
	out := p.base(&l, kindWriteOff)
	out.Debit, out.Credit, out.Cause = accountWriteOff, Account{Kind: AccountDraw, Agent: p.user}.String(), reasonLeft
	if l.Amount.Minor > 0 {
		out.Debit, out.Credit = out.Credit, out.Debit
	}
	return out
}
