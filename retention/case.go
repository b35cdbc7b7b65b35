package retention

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"saveline/campaigns"
	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/internal/pg"
	"saveline/internal/phone"
	"saveline/retention/flow"
)

// NewCase is a customer's wish to cancel, as a client company reports it.
type NewCase struct {
	Client       auth.ClientID // 0: the actor's only one
	ExternalID   string        // the client's own id of the request; the same again is the same request
	Source       string        // api, csv, …: a code
	Customer     NewCustomer
	Subscription NewSubscription
	ReasonCode   string
	ReasonText   string
	Unsaveable   bool         // moved away, deceased: no offers, the cancellation goes ahead at once
	RequestedAt  time.Time    // zero: now
	DueAt        time.Time    // zero: caseDueDays from now
	Campaign     campaigns.ID // 0: the client's running save campaign, if there is one
}

// NewCustomer is who wants to cancel. The external id identifies them, never the phone number.
type NewCustomer struct {
	ExternalID string
	Name       string
	Phones     []phone.E164
	Email      string
	Region     string
	PostalCode string
	Language   string
	ValueTier  string
	Data       json.RawMessage
}

// NewSubscription mirrors what they want to end.
type NewSubscription struct {
	ExternalID string
	Plan       string
	Price      money.Amount // a month
	StartedOn  *time.Time
}

const externalIDCharsMax = 200

// Validate names every fault of the input.
func (in NewCase) Validate() error {
	var f errs.Faults
	checkExternal(&f, "externalId", in.ExternalID)
	checkExternal(&f, "customer.externalId", in.Customer.ExternalID)
	checkExternal(&f, "subscription.externalId", in.Subscription.ExternalID)
	checkCode(&f, "source", in.Source)
	if in.ReasonCode != "" {
		checkCode(&f, "reasonCode", in.ReasonCode)
	}
	f.Check(len(in.ReasonText) <= noteCharsMax, "reasonText", "use at most 4,000 characters")
	f.Check(len(in.Customer.Name) <= nameCharsMax, "customer.name", "use at most 120 characters")
	f.Check(len(in.Customer.Phones) > 0, "customer.phone", "give the customer's phone number")
	f.Check(in.Subscription.Price.Minor >= 0, "subscription.price", "must not be below nothing")
	_, err := money.Exponent(in.Subscription.Price.Currency)
	f.Check(err == nil, "subscription.price", "say what it costs a month and in which currency")
	return f.Err()
}

func checkExternal(f *errs.Faults, path, id string) {
	f.Check(strings.TrimSpace(id) != "" && len(id) <= externalIDCharsMax, path, "give your own id of it, at most 200 characters")
}

// caseRow is a case as the acts on a call need it, its row locked.
type caseRow struct {
	ID       CaseID           `db:"id"`
	Client   auth.ClientID    `db:"client_id"`
	State    flow.State       `db:"state"`
	Campaign campaigns.ID     `db:"campaign_id"`
	Lead     campaigns.LeadID `db:"lead_id"`
	Sub      int64            `db:"subscription_id"`
	MRRMinor int64            `db:"mrr_minor"`
	Currency string           `db:"currency"`
	DueAt    time.Time        `db:"due_at"`
}

// id is the case's id, 0 for a call that is about no case.
func (c *caseRow) id() CaseID {
	if c == nil {
		return 0
	}
	return c.ID
}

const lockCaseOfLead = `
SELECT id, client_id, state, coalesce(campaign_id, 0) AS campaign_id, coalesce(lead_id, 0) AS lead_id,
       coalesce(subscription_id, 0) AS subscription_id, mrr_minor, currency, due_at
FROM cases WHERE lead_id = $1 AND closed_at IS NULL FOR UPDATE`

const lockCase = `
SELECT id, client_id, state, coalesce(campaign_id, 0) AS campaign_id, coalesce(lead_id, 0) AS lead_id,
       coalesce(subscription_id, 0) AS subscription_id, mrr_minor, currency, due_at
FROM cases WHERE id = $1 FOR UPDATE`

const moveCase = `
UPDATE cases SET state = $3, owner_id = coalesce(NULLIF($4, 0), owner_id), updated_at = $5,
       closed_at = CASE WHEN $6 THEN $5::timestamptz END
WHERE id = $1 AND state = $2`

const insertCaseEvent = `
INSERT INTO case_events (case_id, at, actor, event, from_state, to_state, data) VALUES ($1, $2, $3, $4, $5, $6, $7)`

// openCaseOf is the open case that a call is about, locked; nil if it is about none.
func openCaseOf(ctx context.Context, tx *pg.Tx, call dialer.Call) (*caseRow, error) {
	var c caseRow
	if err := tx.GetContext(ctx, &c, lockCaseOfLead, call.Lead); pg.None(err) {
		return nil, nil //nolint:nilnil // most calls are about no case, and that is no error
	} else if err != nil {
		return nil, errs.Wrap(err, "lock case")
	}
	return &c, nil
}

// takeUp is openCaseOf that puts a case which waited for somebody in progress, with this agent.
func (s *Service) takeUp(ctx context.Context, tx *pg.Tx, by auth.Actor, call dialer.Call) (*caseRow, error) {
	c, err := openCaseOf(ctx, tx, call)
	if err != nil || c == nil {
		return nil, err
	}
	if flow.Touch(c.State) == c.State {
		return c, nil
	}
	return c, c.move(ctx, tx, by, s.now(), flow.Touch(c.State))
}

// move takes the case along a way, each step checked by the table, written as compare-and-set and logged.
func (c *caseRow) move(ctx context.Context, tx *pg.Tx, by auth.Actor, now time.Time, way ...flow.State) error {
	moves, err := flow.Along(c.State, way...)
	if refused, ok := errors.AsType[flow.Refusal](err); ok {
		return errs.WithCause(errs.Conflict, err, "the case is %s and cannot become %s", words(refused.From), words(refused.To))
	}
	for _, m := range moves {
		done, err := tx.ExecContext(ctx, moveCase, c.ID, m.From, m.To, by.User, now, m.To.Closed())
		if err != nil {
			return errs.Wrap(err, "move case")
		}
		if n, err := done.RowsAffected(); err != nil || n != 1 {
			return errs.WithCause(errs.Conflict, err, "somebody else moved this case; load it again")
		}
		if err := logCase(ctx, tx, by, now, c.ID, "moved", flow.Event(m), nil); err != nil {
			return err
		}
		c.State = m.To
	}
	return nil
}

// note adds a row to the case's log that leaves its state alone.
func (c *caseRow) note(ctx context.Context, tx *pg.Tx, by auth.Actor, now time.Time, event string, data any) error {
	return logCase(ctx, tx, by, now, c.ID, event, flow.Event{From: c.State, To: c.State}, data)
}

func logCase(
	ctx context.Context, tx *pg.Tx, by auth.Actor, now time.Time, id CaseID, event string, e flow.Event, data any,
) error {
	raw, err := json.Marshal(data)
	if err != nil {
		return errs.Wrap(err, "log case")
	}
	_, err = tx.ExecContext(ctx, insertCaseEvent, id, now, by.Name, event, e.From, e.To, raw)
	return errs.Wrap(err, "log case")
}

// words is a state or code as it reads in a sentence.
func words[S ~string](s S) string { return strings.ReplaceAll(string(s), "_", " ") }
