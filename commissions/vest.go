package commissions

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/lib/pq"

	"saveline/internal/auth"
	"saveline/internal/money"
	"saveline/internal/pg"
	"saveline/internal/schedule"
)

// vestBatchMax is how many accruals one transaction vests.
const vestBatchMax = 500

// Jobs are what pay does by the clock. They all do whatever is due, whenever they run: a missed tick loses nothing.
func (s *Service) Jobs() []schedule.Job {
	return []schedule.Job{
		{Name: "commissions.vest", Spec: "@every 5m", Run: func(ctx context.Context, _ time.Time) error {
			_, err := s.Vest(ctx)
			return err
		}},
		{Name: "commissions.value", Spec: "@every 1m", Run: func(ctx context.Context, _ time.Time) error { return s.Value(ctx) }},
		{Name: "commissions.exceptions", Spec: "@every 15m", Run: func(ctx context.Context, _ time.Time) error {
			by, err := s.house(ctx)
			if err != nil {
				return err
			}
			_, err = s.RetryExceptions(ctx, by)
			return err
		}},
		{Name: "commissions.seal", Spec: "@every 1m", Run: func(ctx context.Context, _ time.Time) error {
			_, err := s.Seal(ctx)
			return err
		}},
		{Name: "commissions.forget", Spec: "23 * * * *", Once: true, Run: func(ctx context.Context, _ time.Time) error { return s.prunePlanAsks(ctx) }},
		{Name: "commissions.seal_all", Spec: "17 3 * * *", Once: true, Run: func(ctx context.Context, _ time.Time) error { return s.sealAll(ctx) }},
	}
}

const selectClients = `SELECT id FROM clients ORDER BY id`

// house is the program itself, acting for every client.
func (s *Service) house(ctx context.Context) (auth.Actor, error) {
	var clients []auth.ClientID
	if err := s.db.SelectContext(ctx, &clients, selectClients); err != nil {
		return auth.Actor{}, fmt.Errorf("clients: %w", err)
	}
	return auth.System("commissions", clients...), nil
}

const lockDueHolds = `
SELECT h.client_id, h.vests_at, h.taken_minor, e.id, e.key, e.kind, e.debit, e.credit, e.user_id, COALESCE(e.credit_id, 0) AS credit_id,
       e.plan_version_id, e.component, e.amount_minor, e.currency, e.basis, COALESCE(to_char(e.line_on, 'YYYY-MM-DD'), '') AS line_on, p.calendar
FROM holds h JOIN entries e ON e.id = h.entry_id JOIN periods p ON p.id = e.period_id
WHERE h.vests_at <= $1
ORDER BY h.client_id, h.entry_id LIMIT $2
FOR UPDATE OF h SKIP LOCKED`

const deleteHoldsByID = `DELETE FROM holds WHERE entry_id = ANY($1)`

// Vest turns every accrual whose hold has passed from an advance into earned pay, and says how many. It is idempotent, and
// several nodes may do it at once.
func (s *Service) Vest(ctx context.Context) (int, error) {
	total := 0
	for {
		n, err := s.vestBatch(ctx)
		if err != nil {
			return total, fmt.Errorf("vest: %w", err)
		}
		if total += n; n < vestBatchMax {
			return total, nil
		}
	}
}

func (s *Service) vestBatch(ctx context.Context) (n int, err error) {
	var told []auth.UserID
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		now := s.now()
		var rows []struct {
			Client  auth.ClientID `db:"client_id"`
			VestsAt time.Time     `db:"vests_at"`
			Taken   int64         `db:"taken_minor"`
			reversible
		}
		if err := tx.SelectContext(ctx, &rows, lockDueHolds, now, vestBatchMax); err != nil {
			return err
		}
		told, n = nil, len(rows)
		byClient, ids := map[auth.ClientID][]posting{}, make([]int64, n)
		for i, r := range rows {
			ids[i] = int64(r.ID)
		}
		advances, err := settledOf(ctx, tx, ids)
		if err != nil {
			return err
		}
		for _, r := range rows {
			told = append(told, r.User)
			r.Minor -= r.Taken
			paid, advance := advances[r.ID]
			if paid {
				continue // in advance: its money has gone, and from now on it is earned
			}
			e := earning(r.reversible, r.VestsAt)
			e.Payable = !advance // the queue has the accrual
			byClient[r.Client] = append(byClient[r.Client], e)
		}
		for _, client := range sortedKeys(byClient) {
			b, err := openBooks(ctx, tx, client, now)
			if err != nil {
				return err
			}
			if err := b.post(ctx, byClient[client]); err != nil {
				return err
			}
		}
		_, err = tx.ExecContext(ctx, deleteHoldsByID, pq.Array(ids))
		return err
	})
	if err != nil {
		return 0, err
	}
	s.tellAll(told)
	return n, nil
}

// earning is the entry that turns an accrual into earned pay, or what was taken of no one line into less of it.
func earning(accrual reversible, at time.Time) posting {
	out := posting{
		Key: "earn:" + accrual.Key, Kind: kindEarn, Debit: accountAdvance(accrual.User), Credit: accountEarned(accrual.User),
		Amount: money.Amount{Minor: accrual.Minor, Currency: accrual.Currency}, User: accrual.User, CreditID: accrual.Credit,
		Version: accrual.Version, Component: accrual.Component, Basis: accrual.Basis, Effective: at, Payable: true,
		Line: lineOf{On: accrual.On}, Calendar: accrual.Calendar,
	}
	if accrual.Kind == kindRetro {
		out.Debit, out.Credit = out.Credit, out.Debit
	}
	return out
}

// tellAll lets open desks know that these people's pay has changed; each fetches what it shows. It is called after the
// change has been committed.
func (s *Service) tellAll(users []auth.UserID) {
	slices.Sort(users)
	for _, u := range slices.Compact(users) {
		s.pub.Publish(fmt.Sprintf("agent:%d", u), "pay", map[string]any{"userId": u})
	}
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
