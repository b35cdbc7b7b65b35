package retention

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"saveline/campaigns"
	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/retention/flow"
)

// caseRow is a case as acts need it: its row locked, and what its log adds up to.
type caseRow struct {
	ID        CaseID           `db:"id"`
	Client    auth.ClientID    `db:"client_id"`
	Customer  CustomerID       `db:"customer_id"`
	Said      flow.State       `db:"state"` // what the row said when it was read; State is what the log adds up to
	Campaign  campaigns.ID     `db:"campaign_id"`
	Lead      campaigns.LeadID `db:"lead_id"`
	Sub       int64            `db:"subscription_id"`
	MRRMinor  int64            `db:"mrr_minor"`
	Currency  string           `db:"currency"`
	Saveable  bool             `db:"saveable"`
	DueAt     time.Time        `db:"due_at"`
	Reason    string           `db:"reason_code"`
	Tier      string           `db:"value_tier"`
	flow.Case `db:"-"`
}

// id is the case's id, 0 for a call that is about no case.
func (c *caseRow) id() CaseID {
	if c == nil {
		return 0
	}
	return c.ID
}

// offering reports whether offers may be made and answered in the case: it is undecided, or they permitted one after the
// cancellation.
func (c *caseRow) offering() bool { return c.open() || c != nil && c.Invited() }

// open reports whether the wish to cancel is still to be decided.
func (c *caseRow) open() bool { return c != nil && !c.State.Closed() }

const caseColumns = `
SELECT c.id, c.client_id, c.customer_id, c.state, coalesce(c.campaign_id, 0) AS campaign_id, coalesce(c.lead_id, 0) AS lead_id,
       coalesce(c.subscription_id, 0) AS subscription_id, c.mrr_minor, c.currency, c.saveable, c.due_at,
       coalesce(NULLIF(c.reason_code, ''), (SELECT r.reason_code FROM cancel_requests r WHERE r.id = c.request_id)) AS reason_code,
       (SELECT cu.value_tier FROM customers cu WHERE cu.id = c.customer_id) AS value_tier
FROM cases c `

// A lead may have had several cases; the call on it is about the last.
const lockCaseOfLead = caseColumns + `WHERE c.lead_id = $1 ORDER BY c.id DESC LIMIT 1 FOR UPDATE OF c`

const lockCase = caseColumns + `WHERE c.id = $1 FOR UPDATE OF c`

const lockCaseFor = caseColumns + `WHERE c.client_id = ANY($1) AND c.id = $2 FOR UPDATE OF c`

const lockActiveCaseOfSubscription = caseColumns + `WHERE c.subscription_id = $1 AND c.closed_at IS NULL FOR UPDATE OF c`

const logOfCase = `
SELECT event, at, coalesce(user_id, 0) AS user_id, from_state, to_state, data FROM case_events WHERE case_id = $1 ORDER BY id`

const moveCase = `
UPDATE cases SET state = $3, owner_id = coalesce(NULLIF($4, 0), owner_id), updated_at = $5,
       closed_at = CASE WHEN $6 THEN coalesce(closed_at, $5::timestamptz) END, due_at = $7, effective_at = $8, arm = $9
WHERE id = $1 AND state = $2`

const insertCaseEvent = `
INSERT INTO case_events (case_id, at, actor, user_id, event, from_state, to_state, data)
VALUES ($1, $2, $3, NULLIF($4, 0), $5, $6, $7, $8)`

type logRow struct {
	Event string          `db:"event"`
	At    time.Time       `db:"at"`
	User  int64           `db:"user_id"`
	From  flow.State      `db:"from_state"`
	To    flow.State      `db:"to_state"`
	Data  json.RawMessage `db:"data"`
}

// event reads a row of the log. A row that no kind knows is a note; the first rows of early logs say less than today's.
func (r logRow) event(c *caseRow) (flow.Event, error) {
	e := flow.Event{Kind: flow.Kind(r.Event), At: r.At, By: r.User, From: r.From, To: r.To}
	if !flow.Knows(e.Kind) {
		e.Kind = flow.Noted
		return e, nil
	}
	if len(r.Data) > 0 {
		if err := json.Unmarshal(r.Data, &e.Data); err != nil {
			return e, errs.Wrap(err, "read the case's log")
		}
	}
	if e.Kind == flow.Opened && e.Data.DueAt == nil {
		due := c.DueAt
		if due.Before(e.At) {
			due = e.At
		}
		e.Data.DueAt, e.Data.Saveable, e.Data.MRRMinor = &due, c.Saveable, c.MRRMinor
	}
	return e, nil
}

// read is the case's log.
func (c *caseRow) read(ctx context.Context, db pg.DB) ([]flow.Event, error) {
	var rows []logRow
	if err := db.SelectContext(ctx, &rows, logOfCase, c.ID); err != nil {
		return nil, errs.Wrap(err, "read the case's log")
	}
	log := make([]flow.Event, 0, len(rows))
	for _, r := range rows {
		e, err := r.event(c)
		if err != nil {
			return nil, err
		}
		log = append(log, e)
	}
	return log, nil
}

// load folds the case's log. A case is what its log says: a row that says something else is a fault of ours.
func (c *caseRow) load(ctx context.Context, tx pg.DB) error {
	log, err := c.read(ctx, tx)
	if err != nil {
		return err
	}
	folded, err := flow.Fold(log)
	if err == nil && folded.State != c.Said {
		err = errors.New("the log ends in " + string(folded.State))
	}
	if err != nil {
		return errs.WithCause(errs.Internal, err, "case %d is %s, but its log does not say so", c.ID, words(c.Said))
	}
	c.Case = folded
	return nil
}

// lock reads a case by one of the statements above, locks it and folds it; nil if there is none.
func lockedCase(ctx context.Context, tx *pg.Tx, query string, args ...any) (*caseRow, error) {
	var c caseRow
	if err := tx.GetContext(ctx, &c, query, args...); pg.None(err) {
		return nil, nil //nolint:nilnil // most calls are about no case, and that is no error
	} else if err != nil {
		return nil, errs.Wrap(err, "lock case")
	}
	return &c, c.load(ctx, tx)
}

// caseOf is the case that a call is about, decided or not, locked; nil if it is about none. What a clock of seconds has
// decided by now is done first.
func caseOf(ctx context.Context, tx *pg.Tx, call dialer.Call, now time.Time) (*caseRow, error) {
	c, err := lockedCase(ctx, tx, lockCaseOfLead, call.Lead)
	if err != nil || c == nil {
		return c, err
	}
	return c, c.strike(ctx, tx, now)
}

// takeUp is caseOf that puts a case which waited for somebody in progress, with this agent.
func (s *Service) takeUp(ctx context.Context, tx *pg.Tx, by auth.Actor, call dialer.Call) (*caseRow, error) {
	now := s.now()
	c, err := caseOf(ctx, tx, call, now)
	if err != nil || !c.open() || by.User == 0 {
		return c, err
	}
	switch {
	case flow.Touch(c.State) != c.State:
		err = c.apply(ctx, tx, by, now, flow.Event{Kind: flow.TakenUp})
	case c.Owner != int64(by.User) && c.State.Live():
		err = c.apply(ctx, tx, by, now, flow.Event{Kind: flow.TookOver})
	}
	return c, err
}

// apply adds events to the case: each is checked by the table and its guard, written as compare-and-set, and logged. The
// clocks that run for the case follow.
//
// Codes: conflict (the case does not allow it, or somebody else moved it).
func (c *caseRow) apply(ctx context.Context, tx *pg.Tx, by auth.Actor, now time.Time, events ...flow.Event) error {
	running := c.Timers()
	for _, e := range events {
		e.At, e.By = microInstant(now), int64(by.User)
		e.Data.DueAt, e.Data.EffectiveAt, e.Data.ExpiresAt = stored(e.Data.DueAt), stored(e.Data.EffectiveAt), stored(e.Data.ExpiresAt)
		after, e, err := c.Apply(e)
		if err != nil {
			return refusal(err)
		}
		owner := int64(0)
		if after.Owner != c.Owner {
			owner = after.Owner
		}
		var effective *time.Time
		if !after.EffectiveAt.IsZero() {
			effective = &after.EffectiveAt
		}
		arm := "treated"
		if after.Held {
			arm = "holdout"
		}
		done, err := tx.ExecContext(ctx, moveCase, c.ID, e.From, e.To, owner, e.At, e.To.Closed(), after.DueAt, effective, arm)
		if err != nil {
			return errs.Wrap(err, "move case")
		}
		if n, err := done.RowsAffected(); err != nil || n != 1 {
			return errs.WithCause(errs.Conflict, err, "somebody else moved this case; load it again")
		}
		if err := logCase(ctx, tx, by, c.ID, e, e.Data); err != nil {
			return err
		}
		c.Case, c.DueAt = after, after.DueAt
	}
	return c.keepTimers(ctx, tx, running, microInstant(now))
}

// refusal is what the flow says, as a sentence for a person.
func refusal(err error) error {
	if refused, ok := errors.AsType[flow.Refusal](err); ok {
		return errs.WithCause(errs.Conflict, err, "the case is %s and cannot become %s", words(refused.From), words(refused.To))
	}
	if wrong, ok := errors.AsType[flow.Wrong](err); ok {
		return errs.WithCause(errs.Conflict, err, "%s", wrong.Why)
	}
	return err
}

// microInstant is now as the database keeps it, so that a log that is read again compares as it did when it was written.
func microInstant(now time.Time) time.Time { return now.UTC().Truncate(time.Microsecond) }

func stored(at *time.Time) *time.Time {
	if at == nil {
		return nil
	}
	utc := microInstant(*at)
	return &utc
}

// note adds a row to the case's log that leaves its state alone.
func (c *caseRow) note(ctx context.Context, tx *pg.Tx, by auth.Actor, now time.Time, event string, data any) error {
	e := flow.Event{Kind: flow.Kind(event), At: microInstant(now), By: int64(by.User), From: c.State, To: c.State}
	return logCase(ctx, tx, by, c.ID, e, data)
}

func logCase(ctx context.Context, tx *pg.Tx, by auth.Actor, id CaseID, e flow.Event, data any) error {
	raw, err := json.Marshal(data)
	if err != nil {
		return errs.Wrap(err, "log case")
	}
	_, err = tx.ExecContext(ctx, insertCaseEvent, id, e.At, by.Name, e.By, e.Kind, e.From, e.To, raw)
	return errs.Wrap(err, "log case")
}
