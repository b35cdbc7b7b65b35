package commissions

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/lib/pq"

	"saveline/commissions/rules"
	"saveline/internal/auth"
	"saveline/internal/money"
	"saveline/internal/pg"
)

// posting is one transfer about to be posted: from debit to credit.
type posting struct {
	Key       string
	Kind      string
	Debit     string
	Credit    string
	Amount    money.Amount
	User      auth.UserID
	CreditID  CreditID
	Version   VersionID
	Component string
	Run       RunID
	Reverses  EntryID
	Adjusts   EntryID      // the line that a delta corrects
	Adjusted  AdjustmentID // who agreed on it
	Cause     string       // why something is taken back, for the agent's notice
	Basis     any
	Effective time.Time
	Calendar  string    // of the plan that gave it; empty is the person's usual one
	HoldUntil time.Time // an accrual waits until then; zero waits for nothing
	Payable   bool      // earned or paid in advance, or taken back from what was: the next run settles it
	DueIn     PeriodID  // of what is payable in a period that is closed; zero is the period it is posted to
	Line      lineOf
}

// lineOf says which line of the rules an entry posts. Legs between an agent's own accounts have its day only.
type lineOf struct {
	Key   string
	Seq   int
	On    rules.Date
	Terms string
}

// One statement posts a batch: the entries, the holds of accruals that wait and the queue of what runs have to settle.
// A key that is posted already is left alone, and what stands beside it too.
const insertEntries = `
WITH input AS (
    SELECT * FROM unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::text[], $10::bigint[],
        $11::bigint[], $12::bigint[], $13::text[], $14::bigint[], $15::bigint[], $16::text[], $17::text[], $18::text[], $19::bool[],
        $20::bigint[], $21::bigint[], $22::text[], $23::int[], $24::text[], $25::text[], $26::bigint[])
        AS t(period_id, key, kind, debit, credit, amount_minor, currency, user_id, credit_id, plan_version_id, component, run_id,
        reverses_id, basis, effective_at, hold_until, payable, adjusts_id, adjustment_id, line_key, line_seq, line_on, line_terms, due_in)
), added AS (
    INSERT INTO entries (client_id, recorded_at, period_id, key, kind, debit, credit, amount_minor, currency, user_id, credit_id,
        plan_version_id, component, run_id, reverses_id, basis, effective_at, adjusts_id, adjustment_id,
        line_key, line_seq, line_on, line_terms)
    SELECT $1, $2, period_id, key, kind, debit, credit, amount_minor, currency, NULLIF(user_id, 0), NULLIF(credit_id, 0),
        NULLIF(plan_version_id, 0), component, NULLIF(run_id, 0), NULLIF(reverses_id, 0), basis::jsonb, effective_at::timestamptz,
        NULLIF(adjusts_id, 0), NULLIF(adjustment_id, 0), line_key, line_seq, NULLIF(line_on, '')::date, line_terms
    FROM input ORDER BY key
    ON CONFLICT (key) DO NOTHING
    RETURNING id, key, debit, credit
), held AS (
    INSERT INTO holds (entry_id, client_id, vests_at)
    SELECT a.id, $1, i.hold_until::timestamptz FROM added a JOIN input i USING (key) WHERE i.hold_until <> ''
), due AS (
    INSERT INTO payables (entry_id, client_id, user_id, period_id, currency)
    SELECT a.id, $1, i.user_id, COALESCE(NULLIF(i.due_in, 0), i.period_id), i.currency FROM added a JOIN input i USING (key) WHERE i.payable
)
SELECT id, key FROM added WHERE debit LIKE 'agent:%' AND credit LIKE 'expense:%' OR debit = 'expense:writeoff'`

// post writes the batch, and notices of what it takes back.
func (b *books) post(ctx context.Context, batch []posting) error {
	if len(batch) == 0 {
		return nil
	}
	if err := b.lockPeriods(ctx, batch); err != nil {
		return err
	}
	c := newColumns(len(batch))
	for i := range batch {
		period, err := b.periodAt(ctx, batch[i].Calendar, batch[i].Effective)
		if err != nil {
			return err
		}
		if err := c.add(&batch[i], period); err != nil {
			return err
		}
	}
	var rows []struct {
		ID  EntryID `db:"id"`
		Key string  `db:"key"`
	}
	if err := b.tx.SelectContext(ctx, &rows, insertEntries, append([]any{b.client, b.now}, c.args()...)...); err != nil {
		return fmt.Errorf("post %d entries: %w", len(batch), err)
	}
	ids := make(map[string]EntryID, len(rows))
	for _, r := range rows {
		ids[r.Key] = r.ID
	}
	return b.notify(ctx, batch, ids)
}

// lockPeriods finds every posting's calendar, and makes and locks the periods in one order, so that two who post never wait for
// each other.
func (b *books) lockPeriods(ctx context.Context, batch []posting) error {
	order := make([]*posting, len(batch))
	for i := range batch {
		p := &batch[i]
		calendar, err := b.calendarOf(ctx, p)
		if err != nil {
			return err
		}
		p.Calendar, order[i] = calendar, p
	}
	slices.SortFunc(order, func(p, q *posting) int {
		return cmp.Or(cmp.Compare(p.Calendar, q.Calendar), p.Effective.Compare(q.Effective))
	})
	for _, p := range order {
		if _, err := b.periodAt(ctx, p.Calendar, p.Effective); err != nil {
			return err
		}
	}
	return nil
}

// columns are a batch turned on its side, as unnest takes it.
type columns struct {
	period, amount, user, credit, version, run, reverses, adjusts, adjusted    []int64
	key, kind, debit, creditTo, currency, component, basis, effective, holdEnd []string
	payable                                                                    []bool
	lineKey, lineOn, lineTerms                                                 []string
	lineSeq, dueIn                                                             []int64
}

func newColumns(n int) *columns {
	numbers, texts := func() []int64 { return make([]int64, 0, n) }, func() []string { return make([]string, 0, n) }
	return &columns{
		period: numbers(), amount: numbers(), user: numbers(), credit: numbers(), version: numbers(), run: numbers(), reverses: numbers(),
		adjusts: numbers(), adjusted: numbers(), lineSeq: numbers(), dueIn: numbers(),
		key: texts(), kind: texts(), debit: texts(), creditTo: texts(), currency: texts(), component: texts(), basis: texts(), effective: texts(),
		holdEnd: texts(), lineKey: texts(), lineOn: texts(), lineTerms: texts(), payable: make([]bool, 0, n),
	}
}

func (c *columns) add(p *posting, period PeriodID) error {
	basis, err := json.Marshal(p.Basis)
	if err != nil {
		return fmt.Errorf("basis of %s: %w", p.Key, err)
	}
	hold := ""
	if !p.HoldUntil.IsZero() {
		hold = p.HoldUntil.UTC().Format(time.RFC3339Nano)
	}
	c.period, c.amount, c.user = append(c.period, int64(period)), append(c.amount, p.Amount.Minor), append(c.user, int64(p.User))
	c.credit, c.version = append(c.credit, int64(p.CreditID)), append(c.version, int64(p.Version))
	c.run, c.reverses = append(c.run, int64(p.Run)), append(c.reverses, int64(p.Reverses))
	c.key, c.kind = append(c.key, p.Key), append(c.kind, p.Kind)
	c.debit, c.creditTo = append(c.debit, p.Debit), append(c.creditTo, p.Credit)
	c.currency, c.component = append(c.currency, p.Amount.Currency), append(c.component, p.Component)
	c.basis, c.effective = append(c.basis, string(basis)), append(c.effective, p.Effective.UTC().Format(time.RFC3339Nano))
	c.holdEnd, c.payable = append(c.holdEnd, hold), append(c.payable, p.Payable)
	c.lineKey, c.lineSeq = append(c.lineKey, p.Line.Key), append(c.lineSeq, int64(p.Line.Seq))
	c.lineOn, c.lineTerms = append(c.lineOn, string(p.Line.On)), append(c.lineTerms, p.Line.Terms)
	c.dueIn = append(c.dueIn, int64(p.DueIn))
	c.adjusts, c.adjusted = append(c.adjusts, int64(p.Adjusts)), append(c.adjusted, int64(p.Adjusted))
	return nil
}

func (c *columns) args() []any {
	return []any{
		pq.Array(c.period), pq.Array(c.key), pq.Array(c.kind), pq.Array(c.debit), pq.Array(c.creditTo), pq.Array(c.amount),
		pq.Array(c.currency), pq.Array(c.user), pq.Array(c.credit), pq.Array(c.version), pq.Array(c.component), pq.Array(c.run),
		pq.Array(c.reverses), pq.Array(c.basis), pq.Array(c.effective), pq.Array(c.holdEnd), pq.Array(c.payable),
		pq.Array(c.adjusts), pq.Array(c.adjusted), pq.Array(c.lineKey), pq.Array(c.lineSeq), pq.Array(c.lineOn), pq.Array(c.lineTerms), pq.Array(c.dueIn),
	}
}

// Balance is what has gone through one account.
type Balance struct {
	Account  string `db:"account"`
	Currency string `db:"currency"`
	Debits   int64  `db:"debits"`
	Credits  int64  `db:"credits"`
}

// Net is credits less debits: what the house owes, for an agent's accounts.
func (b Balance) Net() money.Amount {
	return money.Amount{Minor: b.Credits - b.Debits, Currency: b.Currency}
}

// Every entry counts once on each of its sides, whatever its kind or period: no balance is a sum over some states only.
const selectBalances = `
SELECT account, currency, SUM(debit)::bigint AS debits, SUM(credit)::bigint AS credits
FROM (
    SELECT debit AS account, currency, amount_minor AS debit, 0 AS credit FROM entries WHERE client_id = ANY($1)
    UNION ALL
    SELECT credit, currency, 0, amount_minor FROM entries WHERE client_id = ANY($1)
) legs
GROUP BY account, currency
ORDER BY account, currency`

// Balances are all accounts of the actor's clients.
func (s *Service) Balances(ctx context.Context, by auth.Actor) ([]Balance, error) {
	return balances(ctx, s.db, by)
}

func balances(ctx context.Context, db pg.DB, by auth.Actor) ([]Balance, error) {
	var out []Balance
	if err := db.SelectContext(ctx, &out, selectBalances, by.Scope()); err != nil {
		return nil, fmt.Errorf("balances: %w", err)
	}
	return out, nil
}

// LedgerSum is debits less credits over all accounts, for each currency that has entries. It is computed from the rows
// and must be zero.
func (s *Service) LedgerSum(ctx context.Context, by auth.Actor) ([]money.Amount, error) {
	return ledgerSum(ctx, s.db, by)
}

func ledgerSum(ctx context.Context, db pg.DB, by auth.Actor) ([]money.Amount, error) {
	all, err := balances(ctx, db, by)
	if err != nil {
		return nil, err
	}
	var out []money.Amount
	at := map[string]int{}
	for _, b := range all {
		i, ok := at[b.Currency]
		if !ok {
			i = len(out)
			at[b.Currency], out = i, append(out, money.Amount{Currency: b.Currency})
		}
		out[i].Minor += b.Debits - b.Credits
	}
	return out, nil
}

// snapshot shows do the books as they stand at one moment, while others go on posting.
func (s *Service) snapshot(ctx context.Context, do func(db pg.DB) error) error {
	tx, err := s.db.BeginTxx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return fmt.Errorf("begin to read: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	return do(tx)
}
