package retention

import (
	"context"
	"time"

	"github.com/lib/pq"

	"saveline/campaigns"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/retention/flow"
)

const (
	timerBatchMax = 200
	// A case that an agent works on is left alone this long past its deadline: the conversation decides it.
	talkHoursMax = 4
	// A cancellation that takes effect at once is with billing at once. The case waits this long with saying so: after it
	// somebody may ask, on the same call or page, whether they permit an offer.
	afterwordMinutes = 15
)

const cancelTimers = `
UPDATE case_timers t SET cancelled_at = $4
WHERE t.case_id = $1 AND t.fired_at IS NULL AND t.cancelled_at IS NULL
  AND NOT EXISTS (SELECT FROM unnest($2::text[], $3::timestamptz[]) AS w(kind, due_at) WHERE w.kind = t.kind AND w.due_at = t.due_at)`

const startTimers = `
INSERT INTO case_timers (client_id, case_id, kind, due_at, created_at)
SELECT $5, $1, w.kind, w.due_at, $4 FROM unnest($2::text[], $3::timestamptz[]) AS w(kind, due_at)
WHERE NOT EXISTS (SELECT FROM case_timers t WHERE t.case_id = $1 AND t.kind = w.kind AND t.fired_at IS NULL AND t.cancelled_at IS NULL)`

// keepTimers writes down which clocks run for the case now. running are those that ran before.
func (c *caseRow) keepTimers(ctx context.Context, tx *pg.Tx, running []flow.Timer, now time.Time) error {
	wanted := c.Timers()
	if same := len(running) == len(wanted); same {
		for i := range wanted {
			same = same && running[i].Kind == wanted[i].Kind && running[i].At.Equal(wanted[i].At)
		}
		if same {
			return nil
		}
	}
	return c.writeTimers(ctx, tx, wanted, now)
}

func (c *caseRow) writeTimers(ctx context.Context, tx *pg.Tx, wanted []flow.Timer, now time.Time) error {
	kinds, dues := make([]string, len(wanted)), make([]time.Time, len(wanted))
	for i, t := range wanted {
		kinds[i], dues[i] = string(t.Kind), microInstant(t.At)
	}
	if _, err := tx.ExecContext(ctx, cancelTimers, c.ID, pq.Array(kinds), pq.Array(dues), now); err != nil {
		return errs.Wrap(err, "stop the case's clocks")
	}
	_, err := tx.ExecContext(ctx, startTimers, c.ID, pq.Array(kinds), pq.Array(dues), now, c.Client)
	return errs.Wrap(err, "start the case's clocks")
}

// strike does what a clock of seconds or hours has decided by now, so that an act meets the case as it is: approvals,
// offers and links that lapsed. The job that fires timers is only the cleaner of these.
func (c *caseRow) strike(ctx context.Context, tx *pg.Tx, now time.Time) error {
	for _, kind := range []flow.TimerKind{flow.TimerApproval, flow.TimerOffer, flow.TimerEConfirm} {
		if err := c.fire(ctx, tx, kind, now); err != nil {
			return err
		}
	}
	return nil
}

// fire does what the house does when a deadline of this kind has passed, if one has.
func (c *caseRow) fire(ctx context.Context, tx *pg.Tx, kind flow.TimerKind, now time.Time) error {
	events := c.Fire(kind, microInstant(now))
	if len(events) == 0 {
		return nil
	}
	house := auth.System("case "+string(kind), c.Client)
	if kind == flow.TimerApproval {
		if err := c.timeOutApproval(ctx, tx, now); err != nil {
			return err
		}
	}
	waits := c.Open()
	if err := c.apply(ctx, tx, house, now, events...); err != nil {
		return err
	}
	if kind == flow.TimerOffer {
		return c.lapse(ctx, tx, events, now)
	}
	if c.State == flow.Withdrawn && waits != nil { // they left their page without an answer
		_, err := tx.ExecContext(ctx, expirePresentation, waits.Presentation, now)
		return errs.Wrap(err, "let offer lapse")
	}
	if c.State == flow.CancelledScheduled {
		return c.cancelled(ctx, tx, house, now)
	}
	return nil
}

const dueTimers = `
SELECT t.id, t.case_id, t.kind, coalesce(c.lead_id, 0) AS lead_id
FROM case_timers t JOIN cases c ON c.id = t.case_id
WHERE t.fired_at IS NULL AND t.cancelled_at IS NULL AND t.due_at <= $1 AND t.kind <> 'verify' -- billing is asked first
  AND NOT (t.kind = 'effective_date' AND t.created_at > $4 AND EXISTS (
      SELECT FROM case_events e WHERE e.case_id = c.id AND e.event = 'cancel' AND e.at > $4
        AND e.data->>'cause' NOT IN ('deadline','unconfirmed','not_reached','unsaveable','holdout')))
  AND NOT (t.kind = 'cancel_sla' AND c.state IN ('in_progress','offering','approval_pending','accepted') AND c.updated_at > $2)
ORDER BY t.due_at, t.id LIMIT $3`

const fireTimer = `UPDATE case_timers SET fired_at = $2 WHERE id = $1 AND fired_at IS NULL AND cancelled_at IS NULL`

type dueTimer struct {
	ID   int64            `db:"id"`
	Case CaseID           `db:"case_id"`
	Kind flow.TimerKind   `db:"kind"`
	Lead campaigns.LeadID `db:"lead_id"`
}

// CloseDueCases fires every deadline of cases that has passed: nobody who asked to cancel is kept waiting because they
// could not be reached, did not confirm, or because somebody forgot. Each fires once, whoever looks and however often.
// Returns how many cancellations it let go ahead.
func (s *Service) CloseDueCases(ctx context.Context) (int, error) {
	now := s.now()
	var due []dueTimer
	if err := s.db.SelectContext(ctx, &due, dueTimers, now, now.Add(-talkHoursMax*time.Hour), timerBatchMax, now.Add(-afterwordMinutes*time.Minute)); err != nil {
		return 0, errs.Wrap(err, "find deadlines of cases")
	}
	closed := 0
	for _, d := range due {
		done, err := s.fireDue(ctx, d, now)
		if err != nil {
			return closed, errs.Wrap(err, "deadline of a case")
		}
		if done {
			closed++
		}
	}
	return closed, nil
}

// fireDue fires one deadline, and takes the lead of a case back whose cancellation goes ahead by it.
func (s *Service) fireDue(ctx context.Context, d dueTimer, now time.Time) (cancelled bool, err error) {
	var c *caseRow
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		cancelled = false
		if d.Lead != 0 { // the lead's row comes before the case's in the order of locks
			if err := s.leads.LockLeadTx(ctx, tx, d.Lead); err != nil {
				return err
			}
		}
		if c, err = lockedCase(ctx, tx, lockCase, d.Case); err != nil || c == nil || c.Lead != d.Lead {
			return err // put on another list since we looked: the next look sees it
		}
		done, err := tx.ExecContext(ctx, fireTimer, d.ID, now)
		if err != nil {
			return errs.Wrap(err, "fire deadline")
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return err // somebody else fired it, or it runs no more
		}
		open := c.open()
		if err := c.fire(ctx, tx, d.Kind, now); err != nil {
			return err
		}
		if err := c.writeTimers(ctx, tx, c.Timers(), microInstant(now)); err != nil {
			return err // a clock that was set anew meanwhile runs on
		}
		cancelled = open && c.State == flow.CancelledScheduled
		if d.Lead == 0 || !cancelled && !(open && c.State == flow.Withdrawn) {
			return nil
		}
		return s.leads.WithdrawLeadTx(ctx, tx, d.Lead, "case_deadline")
	})
	if err == nil && c != nil {
		s.tellCase(c)
	}
	return cancelled, err
}
