package commissions

import (
	"context"
	"fmt"
	"time"

	"saveline/commissions/rules"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

// A client's books are closed through a date: the end of its last closed period. An entry is posted to the month of its
// effective time while that month is after this date, else to the one month that begins there: the open period that
// late facts go to. Months are made when something is first posted to them, and closing a month closes all before it.

func init() {
	pg.Constraint("periods_closed_stays", errs.Conflict, "that period is closed and stays as it is; corrections go into the open one")
	pg.Constraint("entries_period_open", errs.Conflict, "that period has been closed; nothing more can be posted to it")
	pg.Constraint("entries_append_only", errs.Conflict, "the ledger is only ever added to")
}

// monthOf is the first day of d's month, and of the month after.
func monthOf(d rules.Date) (start, end rules.Date) {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		panic(fmt.Sprintf("commissions: %q is no date", d)) // dates come from time.Format or the database
	}
	first := time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)
	return rules.Date(first.Format(time.DateOnly)), rules.Date(first.AddDate(0, 1, 0).Format(time.DateOnly))
}

// endOf is the instant at which the period is over: midnight in its zone.
func (p Period) endOf() (time.Time, error) {
	zone, err := time.LoadLocation(p.Zone)
	if err != nil {
		return time.Time{}, fmt.Errorf("period %d: %w", p.ID, err)
	}
	return time.ParseInLocation(time.DateOnly, string(p.EndsOn), zone)
}

const periodColumns = `
id, client_id, to_char(starts_on, 'YYYY-MM-DD') AS starts_on, to_char(ends_on, 'YYYY-MM-DD') AS ends_on, zone, state, closed_at`

const selectPeriodForPosting = `
SELECT ` + periodColumns + ` FROM periods WHERE client_id = $1 AND starts_on = $2::date FOR SHARE`

const insertPeriod = `
INSERT INTO periods (client_id, starts_on, ends_on, zone, state)
VALUES ($1, $2::date, $3::date, $4, 'open')
ON CONFLICT (client_id, calendar, starts_on) DO NOTHING`

const selectBooks = `
SELECT c.zone, COALESCE((SELECT to_char(max(ends_on), 'YYYY-MM-DD') FROM periods WHERE client_id = c.id AND state = 'closed'), '') AS closed
FROM clients c WHERE c.id = $1`

// books are one client's open books for the length of one transaction.
type books struct {
	tx      *pg.Tx
	client  auth.ClientID
	now     time.Time
	zone    *time.Location
	closed  rules.Date // closed through, exclusive; "" when nothing is
	periods map[rules.Date]PeriodID
}

func openBooks(ctx context.Context, tx *pg.Tx, client auth.ClientID, now time.Time) (*books, error) {
	b := &books{tx: tx, client: client, now: now}
	if err := b.reopen(ctx); err != nil {
		return nil, fmt.Errorf("open books of client %d: %w", client, err)
	}
	return b, nil
}

func (b *books) reopen(ctx context.Context) error {
	var row struct {
		Zone   string     `db:"zone"`
		Closed rules.Date `db:"closed"`
	}
	err := b.tx.GetContext(ctx, &row, selectBooks, b.client)
	if err != nil {
		return err
	}
	b.closed, b.periods = row.Closed, map[rules.Date]PeriodID{}
	b.zone, err = time.LoadLocation(row.Zone)
	return err
}

// periodTriesMax is how often a month may be made or closed by others while we look for it.
const periodTriesMax = 5

// periodAt is the period that something effective at t is posted to. Its row is locked against closing until the
// transaction ends.
func (b *books) periodAt(ctx context.Context, t time.Time) (PeriodID, error) {
	for range periodTriesMax {
		start, _ := monthOf(rules.DateOf(t, b.zone))
		start = max(start, b.closed)
		if id, ok := b.periods[start]; ok {
			return id, nil
		}
		var p Period
		err := b.tx.GetContext(ctx, &p, selectPeriodForPosting, b.client, start)
		switch {
		case pg.None(err):
			_, end := monthOf(start)
			_, err = b.tx.ExecContext(ctx, insertPeriod, b.client, start, end, b.zone.String())
		case err == nil && p.State == "open":
			b.periods[start] = p.ID
			return p.ID, nil
		case err == nil: // it was closed since these books were opened
			err = b.reopen(ctx)
		}
		if err != nil {
			return 0, fmt.Errorf("period of %s: %w", start, err)
		}
	}
	return 0, errs.Newf(errs.Unavailable, "the periods are being closed right now; please try again")
}

const selectPeriodByID = `SELECT ` + periodColumns + ` FROM periods WHERE id = $1`

const selectPeriod = `SELECT ` + periodColumns + ` FROM periods WHERE id = $1 AND client_id = ANY($2)`

// PeriodAt is the month that t falls in for a client, made if it is not there yet. It may be closed.
//
// Codes: not_found (another client's).
func (s *Service) PeriodAt(ctx context.Context, by auth.Actor, client auth.ClientID, t time.Time) (p Period, err error) {
	if client, err = by.ClientFor(client); err != nil {
		return Period{}, err
	}
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		b, err := openBooks(ctx, tx, client, s.now())
		if err != nil {
			return err
		}
		start, end := monthOf(rules.DateOf(t, b.zone))
		if _, err := tx.ExecContext(ctx, insertPeriod, client, start, end, b.zone.String()); err != nil {
			return fmt.Errorf("period of %s: %w", start, err)
		}
		return tx.GetContext(ctx, &p, selectPeriodForPosting, client, start)
	})
	return p, err
}
