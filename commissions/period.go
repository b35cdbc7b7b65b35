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

// A client's plans have pay calendars (months, weeks, fortnights, ...), and the periods of each lie side by side. The books are
// closed through one date for all of them: the end of the last closed period. An entry is posted to the period of its
// effective time, in the calendar of the plan that gave it, while that period ends after this date; else to the one that
// the date is in: the open period that late facts go to. Periods are made when something is first posted to them, and closing
// one closes all that have ended by its end, in every calendar (ADR 33).

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
id, client_id, calendar, to_char(starts_on, 'YYYY-MM-DD') AS starts_on, to_char(ends_on, 'YYYY-MM-DD') AS ends_on, zone, state, closed_at`

const selectPeriodForPosting = `
SELECT ` + periodColumns + ` FROM periods WHERE client_id = $1 AND calendar = $2 AND starts_on = $3::date FOR SHARE`

const insertPeriod = `
INSERT INTO periods (client_id, calendar, starts_on, ends_on, zone, state)
VALUES ($1, $2, $3::date, $4::date, $5, 'open')
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
	closed  rules.Date          // closed through, exclusive; "" when nothing is
	periods map[string]PeriodID // by calendar and first day
	usual   map[auth.UserID]string
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
	b.closed, b.periods = row.Closed, map[string]PeriodID{}
	b.zone, err = time.LoadLocation(row.Zone)
	return err
}

// periodTriesMax is how often a period may be made or closed by others while we look for it.
const periodTriesMax = 5

// openPeriod are the days of the period that something of a day is posted to: its own, or the one that is open.
func (b *books) openPeriod(c rules.PayCalendar, d rules.Date) (from, to rules.Date, err error) {
	from, to, err = c.Period(d)
	if err == nil && to <= b.closed {
		return c.Period(b.closed)
	}
	return from, to, err
}

// periodAt is the period of a calendar that something effective at t is posted to. Its row is locked against closing until the
// transaction ends.
func (b *books) periodAt(ctx context.Context, calendar string, t time.Time) (PeriodID, error) {
	c, err := rules.ParseCalendar(calendar)
	if err != nil {
		return 0, err
	}
	for range periodTriesMax {
		from, to, err := b.openPeriod(c, rules.DateOf(t, b.zone))
		if err != nil {
			return 0, err
		}
		key := calendar + " " + string(from)
		if id, ok := b.periods[key]; ok {
			return id, nil
		}
		var p Period
		err = b.tx.GetContext(ctx, &p, selectPeriodForPosting, b.client, calendar, from)
		switch {
		case pg.None(err):
			_, err = b.tx.ExecContext(ctx, insertPeriod, b.client, calendar, from, to, b.zone.String())
		case err == nil && p.State == "open":
			b.periods[key] = p.ID
			return p.ID, nil
		case err == nil: // it was closed since these books were opened
			err = b.reopen(ctx)
		}
		if err != nil {
			return 0, fmt.Errorf("period of %s: %w", from, err)
		}
	}
	return 0, errs.Newf(errs.Unavailable, "the periods are being closed right now; please try again")
}

// The calendar of a person's latest entry, else of the client's latest period.
const selectUsualCalendar = `
SELECT COALESCE(
    (SELECT p.calendar FROM entries e JOIN periods p ON p.id = e.period_id
     WHERE e.user_id = $2 AND e.client_id = $1 ORDER BY e.effective_at DESC, e.id DESC LIMIT 1),
    (SELECT calendar FROM periods WHERE client_id = $1 ORDER BY id DESC LIMIT 1), 'monthly')`

func usualCalendar(ctx context.Context, db pg.DB, client auth.ClientID, user auth.UserID) (key string, err error) {
	err = db.GetContext(ctx, &key, selectUsualCalendar, client, user)
	if err != nil {
		return "", fmt.Errorf("pay calendar of user %d: %w", user, err)
	}
	return key, nil
}

// calendarOf is a posting's calendar: that of what gave it, or its person's usual one.
func (b *books) calendarOf(ctx context.Context, p *posting) (string, error) {
	if p.Calendar != "" {
		return p.Calendar, nil
	}
	if key, ok := b.usual[p.User]; ok {
		return key, nil
	}
	key, err := usualCalendar(ctx, b.tx, b.client, p.User)
	if b.usual == nil {
		b.usual = map[auth.UserID]string{}
	}
	b.usual[p.User] = key
	return key, err
}

const selectPeriodByID = `SELECT ` + periodColumns + ` FROM periods WHERE id = $1`

const selectPeriod = `SELECT ` + periodColumns + ` FROM periods WHERE id = $1 AND client_id = ANY($2)`

// PeriodAt is the period that t falls in for a client, made if it is not there yet: the month, where any plan pays by months or
// there is no plan. It may be closed.
//
// Codes: not_found (another client's).
func (s *Service) PeriodAt(ctx context.Context, by auth.Actor, client auth.ClientID, t time.Time) (Period, error) {
	all, err := s.periodsAt(ctx, by, client, t)
	if err != nil {
		return Period{}, err
	}
	return all[0], nil
}

// PeriodIn is the period of a calendar that t falls in for a client, made if it is not there yet. It may be closed.
//
// Codes: invalid (no calendar), not_found (another client's).
func (s *Service) PeriodIn(ctx context.Context, by auth.Actor, client auth.ClientID, calendar string, t time.Time) (p Period, err error) {
	c, err := rules.ParseCalendar(calendar)
	if err != nil {
		return Period{}, err
	}
	if client, err = by.ClientFor(client); err != nil {
		return Period{}, err
	}
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		b, err := openBooks(ctx, tx, client, s.now())
		if err != nil {
			return err
		}
		from, to, err := c.Period(rules.DateOf(t, b.zone))
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, insertPeriod, client, calendar, from, to, b.zone.String()); err != nil {
			return fmt.Errorf("period of %s: %w", from, err)
		}
		return tx.GetContext(ctx, &p, selectPeriodForPosting, client, calendar, from)
	})
	return p, err
}

// periodsAt are the periods that t falls in, one for each of the client's pay calendars, months first.
func (s *Service) periodsAt(ctx context.Context, by auth.Actor, client auth.ClientID, t time.Time) ([]Period, error) {
	client, err := by.ClientFor(client)
	if err != nil {
		return nil, err
	}
	w, err := s.workbook(ctx, s.db, client)
	if err != nil {
		return nil, err
	}
	var out []Period
	for _, key := range w.calendars() {
		p, err := s.PeriodIn(ctx, by, client, key, t)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// calendars are those of the client's plans, months first; months where there is no plan.
func (w *Workbook) calendars() []string {
	keys := map[string]bool{}
	for _, p := range w.Plans {
		keys[p.Calendar().Key()] = true
	}
	months := rules.Monthly.Key()
	if len(keys) == 0 || keys[months] {
		delete(keys, months)
		return append([]string{months}, sortedKeys(keys)...)
	}
	return sortedKeys(keys)
}

// zoneOf is a client's zone.
func (s *Service) zoneOf(ctx context.Context, client auth.ClientID) (*time.Location, error) {
	var name string
	if err := s.db.GetContext(ctx, &name, selectZone, client); err != nil {
		return nil, notFound(err, "client", client)
	}
	return time.LoadLocation(name)
}
