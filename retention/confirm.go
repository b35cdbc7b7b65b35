package retention

import (
	"context"
	"fmt"
	"time"

	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/facts"
	"saveline/internal/pg"
	"saveline/retention/flow"
)

// proof is what shows that a customer agreed to stay.
type proof struct {
	Method  string // recording, econfirm, letter, simulated; "" if nothing does (yet)
	Ref     string // where it is: "recording:17", "link:4"
	Script  int64  // version of the script that was read
	Words   string // the customer's own, if they wrote any
	call    dialer.CallID
	payable bool
	waits   bool // a link is with the customer
}

// onRecord reports whether the agreement is proved.
func (p proof) onRecord() bool { return p.Ref != "" }

// good reports whether the call may be recorded as a save: proved, or about to be by the customer.
func (p proof) good() bool { return p.onRecord() || p.waits }

// recorder is what knows of a call's recording. Until there are real ones only the simulated switch has one.
type recorder interface {
	// RecordingOf is the method and reference of a call's recording, "" if there is none.
	RecordingOf(call dialer.Call) (method, ref string)
}

// SimulatedRecorder stands for the recordings of a switch that reaches nobody.
type SimulatedRecorder struct{}

var _ recorder = SimulatedRecorder{}

// RecordingOf is a made-up recording.
func (SimulatedRecorder) RecordingOf(call dialer.Call) (method, ref string) {
	return flow.EvidenceSimulated, fmt.Sprintf("sim:call:%d", call.ID)
}

// SetRecorder says where recordings come from. Without one a save needs the customer's own confirmation.
func (s *Service) SetRecorder(r recorder) { s.recorder = r }

const isRehearsal = `SELECT EXISTS (SELECT FROM database_kind)`

const markDatabase = `INSERT INTO database_kind (kind, marked_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING`

// MarkDatabase says that this database is a demo's or a rehearsal's: saves on made-up evidence are paid there. It can be
// said only while there is no client.
//
// Codes: conflict (there are clients), invalid.
func (s *Service) MarkDatabase(ctx context.Context, kind string) error {
	_, err := s.db.ExecContext(ctx, markDatabase, kind, s.now())
	return errs.Wrap(pg.Explain(err), "mark the database")
}

const confirmationOfCase = `
SELECT k.method, k.ref, k.script_version, k.customer_words FROM confirmations k JOIN cases c ON c.confirmation_id = k.id WHERE c.id = $1`

// proofOf is what shows, on this call or before it, that the customer of the case agreed.
func (s *Service) proofOf(ctx context.Context, tx *pg.Tx, call dialer.Call, c *caseRow) (p proof, err error) {
	p.call = call.ID
	switch {
	case c != nil && c.Ref != "":
		var row struct {
			Method string `db:"method"`
			Ref    string `db:"ref"`
			Script int64  `db:"script_version"`
			Words  string `db:"customer_words"`
		}
		if err := tx.GetContext(ctx, &row, confirmationOfCase, c.ID); err != nil {
			return p, errs.Wrap(err, "read confirmation")
		}
		p.Method, p.Ref, p.Script, p.Words = row.Method, row.Ref, row.Script, row.Words
	case c != nil && !c.LinkUntil.IsZero():
		p.waits = true
	case s.recorder != nil:
		p.Method, p.Ref = s.recorder.RecordingOf(call)
	}
	return s.payable(ctx, tx, p)
}

// payable says whether a save on this evidence is paid: made-up evidence is good in a rehearsal only.
func (s *Service) payable(ctx context.Context, tx *pg.Tx, p proof) (proof, error) {
	if p.payable = p.onRecord(); !p.payable || p.Method != flow.EvidenceSimulated {
		return p, nil
	}
	return p, errs.Wrap(tx.GetContext(ctx, &p.payable, isRehearsal), "read what the database is for")
}

const insertConfirmation = `
WITH made AS (
	INSERT INTO confirmations (client_id, case_id, call_id, method, ref, script_version, customer_words, confirmed_at)
	VALUES ($1, $2, NULLIF($3, 0), $4, $5, $6, $7, $8) RETURNING id
)
UPDATE cases SET confirmation_id = made.id FROM made WHERE cases.id = $2`

// The customer's row makes two saves of one customer take turns, so that neither overlooks what the other gives.
const lockCustomer = `SELECT id FROM customers WHERE id = $1 FOR UPDATE`

// confirm puts the agreement of a customer on record and carries out what was agreed. What they may be given is judged
// again: they may have been given something since the offer was made.
//
// Codes: conflict (it may not be given any more).
func (s *Service) confirm(ctx context.Context, tx *pg.Tx, by auth.Actor, c *caseRow, p proof, now time.Time) error {
	if _, err := tx.ExecContext(ctx, lockCustomer, c.Customer); err != nil {
		return errs.Wrap(err, "lock customer")
	}
	yes := c.Yes()
	if yes == nil {
		return errs.Newf(errs.Conflict, "the case is %s: no offer was accepted in it", words(c.State))
	}
	if err := s.stillGiven(ctx, tx, c, yes); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, insertConfirmation, c.Client, c.ID, p.call, p.Method, p.Ref, p.Script, p.Words, now)
	if err != nil {
		return errs.Wrap(err, "record confirmation")
	}
	if c.Invited() {
		if err := s.takeBack(ctx, tx, by, c, yes, now); err != nil {
			return err
		}
	}
	agreed := flow.Event{Kind: flow.Agreed, Data: flow.Data{Method: p.Method, Ref: p.Ref, Presentation: yes.Presentation}}
	if err := c.apply(ctx, tx, by, now, agreed); err != nil {
		return err
	}
	return s.fulfil(ctx, tx, by, c, p, now)
}

// stillGiven judges again, under the customer's lock, whether they may be given what they accepted.
func (s *Service) stillGiven(ctx context.Context, tx *pg.Tx, c *caseRow, yes *flow.Shown) error {
	o, cost, err := acceptedOffer(ctx, tx, PresentationID(yes.Presentation))
	if err != nil {
		return err
	}
	settings, err := saveSettingsOf(ctx, tx, c.Client)
	if err != nil {
		return err
	}
	given, err := givenBefore(ctx, tx, c.Customer)
	if err != nil {
		return err
	}
	p, err := placeOf(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	m := measures{now: s.now(), settings: settings, given: given}
	o.WeekBudgetMinor = 0 // what was accepted is in the week's sum already
	if why := m.guardrails(o, cost, c.subject(p, m)); why != "" {
		return errs.Newf(errs.Conflict, "this cannot be agreed any more: %s", why)
	}
	return nil
}

// fulfil asks billing for what was agreed, or saves at once where nothing is to be changed there or no billing is
// connected: such a client applies by itself what was promised.
func (s *Service) fulfil(ctx context.Context, tx *pg.Tx, by auth.Actor, c *caseRow, p proof, now time.Time) error {
	yes := c.Yes()
	if p.call != 0 {
		if _, err := s.calls.LockTx(ctx, tx, p.call, 0); err != nil {
			return err
		}
	}
	if !yes.Billing { // billing may know of a cancellation all the same, which is taken back
		if _, err := s.queueGrantsTx(ctx, tx, c, now); err != nil {
			return err
		}
		return c.apply(ctx, tx, by, now, flow.Event{Kind: flow.Kept})
	}
	grant := yes.Presentation // one grant for each accepted offer
	if err := c.apply(ctx, tx, by, now, flow.Event{Kind: flow.BillingQueued, Data: flow.Data{Grant: grant}}); err != nil {
		return err
	}
	queued, err := s.queueGrantsTx(ctx, tx, c, now)
	if err != nil || queued > 0 {
		return err // grantSettledTx goes on when billing has answered
	}
	return s.granted(ctx, tx, by, c, now)
}

// granted follows billing's acknowledgement: the customer is saved until invoices prove it, and a pause stops the clock.
func (s *Service) granted(ctx context.Context, tx *pg.Tx, by auth.Actor, c *caseRow, now time.Time) error {
	events := []flow.Event{{Kind: flow.BillingApplied, Data: flow.Data{Grant: c.Grant}}, {Kind: flow.Kept}}
	if c.State == flow.BillingFailed { // it was refused first, and somebody saw to it
		events = append([]flow.Event{{Kind: flow.BillingQueued, Data: flow.Data{Grant: c.Grant}}}, events...)
	}
	o, _, err := acceptedOffer(ctx, tx, PresentationID(c.Yes().Presentation))
	if err != nil {
		return err
	}
	if months, _ := whole(o.Terms["months"]); o.Kind == "pause" && months > 0 {
		until := now.AddDate(0, int(months), 0)
		events = append(events, flow.Event{Kind: flow.ClockStopped, Data: flow.Data{ExpiresAt: &until}})
	}
	return c.apply(ctx, tx, by, now, events...)
}

const offerOfPresentation = `
SELECT o.id, o.client_id, o.code, o.retired_at, v.id AS version_id, v.version, v.name, v.kind, v.result, v.say, v.terms,
       v.value_minor, v.cost_minor, v.currency, v.purposes, v.rank, v.created_at, v.family, v.cooldown_days, v.redemptions_max,
       v.week_budget_minor, v.ttl_minutes, v.eligibility, p.cost_minor AS gives_minor
FROM presentations p JOIN offer_versions v ON v.id = p.offer_version_id JOIN offers o ON o.id = v.offer_id
WHERE p.id = $1`

// acceptedOffer is the version that was shown, and what it gives to this customer.
func acceptedOffer(ctx context.Context, tx *pg.Tx, id PresentationID) (Offer, int64, error) {
	var row struct {
		offerRow
		Gives int64 `db:"gives_minor"`
	}
	if err := tx.GetContext(ctx, &row, offerOfPresentation, id); err != nil {
		return Offer{}, 0, errs.Wrap(err, "read what was accepted")
	}
	return row.offer(), row.Gives, nil
}

// resultOfLink makes the result of a save that the customer confirmed after the call was concluded: the outcome waited
// for it. Pay hears of it as of any other result.
func (s *Service) resultOfLink(ctx context.Context, tx *pg.Tx, c *caseRow, p proof, now time.Time) error {
	call, err := s.calls.LockTx(ctx, tx, p.call, 0)
	if err != nil {
		return err
	}
	out, err := firstOutcome(ctx, tx, call.ID, call.Campaign)
	if err != nil || out.Code != CodeSave {
		return err // not concluded yet: the conclusion makes the result. Concluded as something else: there is none
	}
	shown, err := presentationsOf(ctx, tx, call.ID)
	if err != nil {
		return err
	}
	save := acceptedSave(shown)
	if save == nil {
		return nil
	}
	r := resultOf(*save, c, p)
	// no upsell: what the person pays a month is not asked
	err = tx.GetContext(ctx, &r.ID, insertResult, out.Client, out.ID, r.Kind, r.Presentation, r.Value.Minor, r.Value.Currency, 0, r.Evidence, r.Payable)
	if err != nil {
		return errs.Wrap(err, "record result")
	}
	out.Results, out.EffectiveAt = []Result{r}, now
	f := out.fact()
	f.Key = fmt.Sprintf("%s:result:%d", f.Key, r.ID)
	return facts.AppendTx(ctx, tx, f, out.factBody())
}
