package campaigns

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

// Settlement is how an attempt ended and what that means for its lead.
type Settlement struct {
	Attempt     AttemptID // 0 for a lead that was shown and skipped
	Disposition string    // telephony.Disposition, or "skipped"
	Outcome     string    // what the conversation came to, in retention's words; "" when there was none
	Callback    *CallbackRequest
	Suppress    bool // the person does not want to be called: all their numbers, at once
	Now         time.Time
}

// CallbackRequest is a promise to call again.
type CallbackRequest struct {
	At    time.Time
	Owner auth.UserID // whose it is, 0 for anybody's
	Note  string
}

// Outcomes that say something about the number or the person, not only about this conversation.
const (
	outcomeWrongNumber   = "wrong_number"
	outcomeDoNotCall     = "do_not_call"
	outcomeNoDisposition = "no_disposition"
	outcomeLost          = "lost" // the customer leaves; the disposition of that name is a call of which nothing is known
	dispositionInvalid   = "invalid"
	dispositionSkipped   = "skipped"
)

// settleTarget locks the lead and reads what the retry rule needs.
const settleTarget = `
SELECT l.id, l.client_id, l.campaign_id, l.person_id, l.phone_id, ph.number, l.state, l.attempts, l.zone, l.priority,
    c.retry, c.attempts_max, c.zone AS campaign_zone, c.windows, c.state AS campaign_state,
    pe.region, pe.postal_code, pe.zone AS confirmed,
    (SELECT count(*) FROM attempts a WHERE a.lead_id = l.id AND (a.disposition = $3 OR a.id = $2)) AS same
FROM leads l JOIN phones ph ON ph.id = l.phone_id JOIN campaigns c ON c.id = l.campaign_id JOIN people pe ON pe.id = l.person_id
WHERE l.id = $1 FOR NO KEY UPDATE OF l`

type settleRow struct {
	ID            LeadID          `db:"id"`
	Client        auth.ClientID   `db:"client_id"`
	Campaign      ID              `db:"campaign_id"`
	Person        PersonID        `db:"person_id"`
	Phone         int64           `db:"phone_id"`
	Number        string          `db:"number"`
	State         LeadState       `db:"state"`
	Attempts      int             `db:"attempts"`
	Zone          string          `db:"zone"`
	Priority      int             `db:"priority"`
	Retry         json.RawMessage `db:"retry"`
	AttemptsMax   int             `db:"attempts_max"`
	CampaignZone  string          `db:"campaign_zone"`
	Windows       json.RawMessage `db:"windows"`
	CampaignState State           `db:"campaign_state"`
	Region        string          `db:"region"`
	PostalCode    string          `db:"postal_code"`
	Confirmed     string          `db:"confirmed"`
	Same          int             `db:"same"` // attempts of this lead that ended like this one, it included
}

// applySettlement writes attempt, lead and the end of an open callback together. An attempt that is settled already
// stays as it was, and the lead with it; a lead that was withdrawn during the call stays withdrawn.
const applySettlement = `
WITH ended AS (
    UPDATE attempts SET disposition = $2, outcome = $3, settled_at = $4 WHERE id = $5 AND settled_at IS NULL RETURNING id),
moved AS (
    UPDATE leads SET state = $6, due_at = $7, ready = $8, owner_id = NULLIF($9, 0), priority = $10, reserved_until = NULL,
        last_disposition = $11, updated_at = $4
    WHERE id = $1 AND state IN ('calling','reserved') AND ($5 = 0 OR EXISTS (SELECT FROM ended)) RETURNING id),
called AS (
    UPDATE callbacks SET state = 'done' WHERE lead_id = $1 AND state = 'open' AND EXISTS (SELECT FROM ended))
SELECT EXISTS (SELECT FROM ended) AS ended, EXISTS (SELECT FROM moved) AS moved`

type settledRow struct {
	Ended bool `db:"ended"`
	Moved bool `db:"moved"`
}

const insertCallback = `
INSERT INTO callbacks (client_id, lead_id, owner_id, due_at, note, state, created_at)
VALUES ($1, $2, NULLIF($3, 0), $4, $5, 'open', $6)`

// SettleTx ends an attempt: the lead is done, or due again as the campaign's retry rule for the disposition says, or
// due for a promised callback (moved to the next lawful instant if it fell outside calling hours). A wrong or invalid
// number is removed and the person's next one takes its place. Suppress, or the outcome do_not_call, puts all numbers
// of the person on the do-not-call list at once.
//
// Codes: not_found, conflict (the lead is not being called, or the attempt is settled already).
func (s *Service) SettleTx(ctx context.Context, tx *pg.Tx, lead LeadID, st Settlement) error {
	var r settleRow
	if err := tx.GetContext(ctx, &r, settleTarget, lead, st.Attempt, st.Disposition); err != nil {
		return noneAs(err, "there is no lead %d", lead)
	}
	next := s.after(r, st)
	last := st.Outcome
	if last == "" {
		last = st.Disposition
	}
	var done settledRow
	err := tx.GetContext(ctx, &done, applySettlement, lead, st.Disposition, st.Outcome, st.Now, st.Attempt, next.state,
		next.due, next.state == Waiting && !next.due.After(st.Now), next.owner, next.priority, last)
	if err != nil {
		return fmt.Errorf("settle lead %d: %w", lead, err)
	}
	if !done.Ended && !done.Moved {
		return errs.Newf(errs.Conflict, "lead %d is %s; this attempt is settled already", lead, leadWords[r.State])
	}
	switch {
	case next.state == Suppressed:
		return s.suppressPersonTx(ctx, tx, r, fmt.Sprintf("call:%d", st.Attempt), st.Now)
	case !done.Moved:
		return nil
	case next.callback != nil:
		_, err = tx.ExecContext(ctx, insertCallback, r.Client, lead, next.owner, next.due, next.callback.Note, st.Now)
		return errs.Wrap(err, "note callback")
	case next.dropPhone:
		return s.dropPhoneTx(ctx, tx, r, last, st.Now)
	}
	return nil
}

// step is what a settlement makes of a lead.
type step struct {
	state     LeadState
	due       time.Time
	owner     auth.UserID
	priority  int
	callback  *CallbackRequest
	dropPhone bool
}

// after decides, without touching anything.
func (s *Service) after(r settleRow, st Settlement) step {
	out := step{state: Done, due: st.Now, priority: r.Priority % callbackBoost}
	switch {
	case st.Suppress || st.Outcome == outcomeDoNotCall:
		out.state = Suppressed
	case st.Callback != nil:
		out.state, out.owner, out.callback = Waiting, st.Callback.Owner, st.Callback
		out.due, out.priority = s.lawful(r, st.Callback.At, st.Now), out.priority+callbackBoost
	case st.Outcome == outcomeWrongNumber || (st.Outcome == "" && st.Disposition == dispositionInvalid):
		out.dropPhone = true
	case st.Outcome == outcomeNoDisposition:
		// The agent said nothing: a supervisor looks at it, nobody calls again by himself.
	case st.Outcome == outcomeLost:
		// They heard everything and leave: the retry rule of the disposition of that name is not meant.
	default:
		s.retry(r, st, &out)
	}
	return out
}

// retry applies the campaign's rule for the outcome or the disposition, within the lead's attempts.
func (s *Service) retry(r settleRow, st Settlement, out *step) {
	var rules map[string]RetryRule
	if err := json.Unmarshal(r.Retry, &rules); err != nil {
		s.log.Error("retry rules cannot be read; the lead is ended", "campaign", r.Campaign, "error", err)
		return
	}
	what := st.Disposition
	if st.Outcome != "" {
		what = st.Outcome
	}
	rule, again := rules[what]
	if !again || r.Attempts >= r.AttemptsMax || (what != dispositionSkipped && r.Same > rule.Max) {
		return
	}
	out.state, out.due = Waiting, st.Now.Add(time.Duration(rule.AfterMinutes)*time.Minute)
}

// lawful is the first instant at or after at when both the person's calling hours and the campaign's window are open;
// with no such instant in two weeks, the wish itself: the gate will say why not.
func (s *Service) lawful(r settleRow, at, now time.Time) time.Time {
	if at.Before(now) {
		at = now
	}
	sub := s.subject(subjectRow{
		Lead: Lead{Number: numberOf(r.Number)}, Region: r.Region, PostalCode: r.PostalCode, Confirmed: r.Confirmed,
		CampaignZone: r.CampaignZone, Windows: r.Windows,
	}, false)
	if next, ok := s.rules.NextOpen(sub, at); ok {
		return next
	}
	return at
}

const removePhone = `UPDATE phones SET removed_at = $2, removed_why = $3 WHERE id = $1 AND removed_at IS NULL`

// dropPhoneTx takes a number off the person and sends the lead to the next one. Other leads of the person that point
// at the number are moved by the gate when their turn comes.
func (s *Service) dropPhoneTx(ctx context.Context, tx *pg.Tx, r settleRow, why string, now time.Time) error {
	if _, err := tx.ExecContext(ctx, removePhone, r.Phone, now, why); err != nil {
		return errs.Wrap(err, "remove number")
	}
	return s.nextPhoneTx(ctx, tx, r.ID, now)
}
