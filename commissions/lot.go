package commissions

import (
	"context"
	"fmt"

	"github.com/lib/pq"

	"saveline/commissions/rules"
)

// lot is an accrual and where its money stands: on hold, or earned, or taken.
type lot struct {
	ID        EntryID `db:"id"`
	Lot       string  `db:"lot"`
	Minor     int64   `db:"amount_minor"`
	Taken     int64   `db:"taken"`
	Held      bool    `db:"held"`
	Earn      EntryID `db:"earn_id"` // 0: not earned
	EarnMinor int64   `db:"earn_minor"`
	EarnTaken int64   `db:"earn_taken"`
	Settled   bool    `db:"-"`
	Advanced  bool    `db:"-"` // a run pays it, or has paid it, before it is earned
}

// lotOf is rules.PayLine.Lot of a line's key.
const lotOf = `concat_ws('|', split_part(l.line_key, '|', 2), split_part(l.line_key, '|', 3), split_part(l.line_key, '|', 5), split_part(l.line_key, '|', 7))`

const accrualsOfLots = `
SELECT l.id, l.key, l.credit, l.amount_minor, ` + lotOf + ` AS lot FROM (
    SELECT e.id, e.key, e.credit, e.amount_minor, ` + lineKeyOf + ` AS line_key
    FROM entries e
         LEFT JOIN credits c ON c.id = e.credit_id
         LEFT JOIN plan_versions n ON n.id = e.plan_version_id
         LEFT JOIN plans p ON p.id = n.plan_id
    WHERE e.client_id = $1 AND e.user_id = $2 AND e.credit = 'agent:' || $2::bigint || ':advance'
      AND (e.debit LIKE 'expense:%' AND e.key NOT LIKE 'hold:%' OR e.debit = 'agent:' || $2::bigint || ':reserve' AND e.line_key <> '')
) l
WHERE ` + lotOf + ` = ANY($3)`

// lockHolds waits for a vesting of these accruals that is under way; what it did, the next statement sees.
const lockHolds = `
SELECT h.entry_id FROM holds h WHERE h.entry_id IN (SELECT a.id FROM (` + accrualsOfLots + `) a) ORDER BY h.entry_id FOR UPDATE`

const selectLots = `
SELECT a.id, a.lot, a.amount_minor, h.entry_id IS NOT NULL AS held, COALESCE(y.id, 0) AS earn_id, COALESCE(y.amount_minor, 0) AS earn_minor,
       COALESCE((SELECT SUM(t.amount_minor) FROM entries t
                 WHERE (t.reverses_id = a.id OR t.adjusts_id = a.id) AND t.debit IN (a.credit, replace(a.credit, ':advance', ':receivable')) AND t.adjustment_id IS NULL), 0)::bigint AS taken,
       COALESCE((SELECT SUM(t.amount_minor) FROM entries t
                 WHERE (t.reverses_id = y.id OR t.adjusts_id = y.id) AND t.credit = a.credit AND t.adjustment_id IS NULL), 0)::bigint AS earn_taken
FROM (` + accrualsOfLots + `) a
     LEFT JOIN holds h ON h.entry_id = a.id
     LEFT JOIN entries y ON y.key = 'earn:' || a.key
ORDER BY a.id`

// readLots finds the accruals that can be taken of.
func (p *poster) readLots(ctx context.Context, taken []rules.PayLine) error {
	var names []string
	for i := range taken {
		names = append(names, taken[i].Lot())
	}
	var held []EntryID
	if err := p.tx.SelectContext(ctx, &held, lockHolds, p.client, p.user, pq.Array(names)); err != nil {
		return fmt.Errorf("hold what is taken of: %w", err)
	}
	var rows []*lot
	if err := p.tx.SelectContext(ctx, &rows, selectLots, p.client, p.user, pq.Array(names)); err != nil {
		return fmt.Errorf("what can be taken of: %w", err)
	}
	p.lots = map[string][]*lot{}
	var earned []int64
	for _, r := range rows {
		p.lots[r.Lot] = append(p.lots[r.Lot], r)
		earned = append(earned, int64(r.ID))
		if r.Earn != 0 {
			earned = append(earned, int64(r.Earn))
		}
	}
	settled, err := settledOf(ctx, p.tx, earned)
	for _, r := range rows {
		_, r.Advanced = settled[r.ID]
		r.Settled = settled[r.ID] || settled[r.Earn]
	}
	return err
}

const (
	shrinkHold = `UPDATE holds SET taken_minor = taken_minor + $2 WHERE entry_id = $1`
	endHold    = `DELETE FROM holds WHERE entry_id = $1`
)

// take posts lines that take back: first of what is on hold, then of what has been earned, oldest first. What no lot has left
// is taken of the advance, and of what is earned when the first of the month's lines is.
func (p *poster) take(ctx context.Context, lines []rules.PayLine) error {
	var batch []posting
	for i := range lines {
		l := &lines[i]
		left, n := -l.Amount.Minor, 0
		for _, held := range []bool{true, false} {
			for _, r := range p.lots[l.Lot()] {
				part := min(left, r.Minor-r.Taken)
				if part <= 0 || r.Held != held {
					continue
				}
				entries, err := p.takeOf(ctx, l, r, part, n)
				if err != nil {
					return err
				}
				batch, left, n = append(batch, entries...), left-part, n+1
			}
		}
		if left > 0 {
			batch = append(batch, p.takeOfNone(l, left))
		}
	}
	err := p.books.post(ctx, batch)
	return err
}

// takeOf takes a part of one accrual: out of the earned account, or the receivable where a run has settled it, to the
// advance, and from there to the expense; of an advance that a run pays, out of the advance or the receivable at once. An entry that is taken whole is mirrored; of others a part is pointed at.
func (p *poster) takeOf(ctx context.Context, l *rules.PayLine, r *lot, part int64, n int) ([]posting, error) {
	back := p.base(l, kindReverse)
	back.Key, back.Amount.Minor = fmt.Sprintf("%s:%d", back.Key, n), part
	back.Debit, back.Credit = accountAdvance(p.user), accountExpense(l.Component)
	back.Reverses, back.Adjusts = pointAt(r.ID, part == r.Minor)
	r.Taken += part
	if r.Advanced && (r.Held || r.Settled) {
		back.Payable = true
		if r.Settled {
			back.Debit = accountReceivable(p.user)
		}
	}
	if r.Held {
		query, args := shrinkHold, []any{r.ID, part}
		if r.Taken == r.Minor {
			query, args = endHold, args[:1]
		}
		_, err := p.tx.ExecContext(ctx, query, args...)
		return []posting{back}, err
	}
	if r.Earn == 0 || back.Payable {
		return []posting{back}, nil
	}
	leg := back
	leg.Key, leg.Line, leg.Payable = "leg:"+back.Key, lineOf{On: l.Date}, true
	leg.Debit, leg.Credit = accountEarned(p.user), accountAdvance(p.user)
	if r.Settled {
		leg.Debit = accountReceivable(p.user)
	}
	leg.Reverses, leg.Adjusts = pointAt(r.Earn, part == r.EarnMinor && r.EarnTaken == 0)
	r.EarnTaken += part
	return []posting{leg, back}, nil
}

// pointAt says which entry is taken of: whole, or in part.
func pointAt(id EntryID, whole bool) (reverses, adjusts EntryID) {
	if whole {
		return id, 0
	}
	return 0, id
}

// takeOfNone takes what no one line gave: a cap.
func (p *poster) takeOfNone(l *rules.PayLine, minor int64) posting {
	out := p.base(l, kindRetro)
	out.Amount.Minor = minor
	out.Debit, out.Credit, out.HoldUntil = accountAdvance(p.user), accountExpense(l.Component), l.At
	if at, ok := p.soonest[monthKey(l)]; ok && at.After(l.At) {
		out.HoldUntil = at
	}
	out.payInAdvance(l)
	return out
}
