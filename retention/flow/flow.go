// Package flow decides which way a save case may go: its states, the moves between them, what its log adds up to, and
// when it must move by itself.
//
// Pure: no clock, no database. A case is the fold of its events; an event that the table or a guard does not allow does
// not fold. The picture (retention design 3.2):
//
//	requested ─▶ in_progress ─▶ offering ⇄ approval_pending       holdout, duplicate, withdrawn: ends without an offer
//	    │  ▲          │            │ ▲
//	    │  └── callback_scheduled ◀┘ ▼
//	    │             │          accepted ─▶ confirmed ─▶ billing_pending ⇄ billing_failed
//	    │             │            │              └────────────┬─┘
//	    │             ▼            ▼                           ▼
//	    └───▶ cancel_processing ◀── any live state     saved_provisional ─▶ verified_30 ─▶ verified_60 ─▶ verified_90
//	                  ▼                                        └ ⇄ clock_paused        └──▶ rechurned | voided
//	          cancelled_scheduled ─▶ cancelled_effective ─▶ winback_eligible ─▶ won_back | expired
//
// After a cancellation an offer is made only to a customer who permitted it or asked for one then: the case stays
// cancelled_scheduled while they think, and goes to confirmed when they have agreed, on record.
//
// A saved customer who asks to cancel again opens a new case, and so does a cancelled one who comes back; only a new
// request of their own before the cancellation takes effect brings a case from cancelled_scheduled to saved_provisional.
package flow

import (
	"fmt"
	"slices"
)

// State is how far a case has come.
type State string

// The states of a case.
const (
	Requested          State = "requested"           // the customer asked to cancel; nobody has spoken to them yet
	Holdout            State = "holdout"             // chosen to be shown nothing, so that saves can be measured
	Duplicate          State = "duplicate"           // another case is about the same wish
	InProgress         State = "in_progress"         // an agent is with them
	Offering           State = "offering"            // offers are being made
	ApprovalPending    State = "approval_pending"    // a supervisor is asked whether an offer may be made
	Accepted           State = "accepted"            // they said yes to one
	Confirmed          State = "confirmed"           // their agreement to stay is on record
	BillingPending     State = "billing_pending"     // billing has been asked to apply what was agreed
	BillingFailed      State = "billing_failed"      // it could not; somebody must see to it
	SavedProvisional   State = "saved_provisional"   // saved until invoices prove it
	Verified30         State = "verified_30"         // still there and paying on day 30
	Verified60         State = "verified_60"         // on day 60
	Verified90         State = "verified_90"         // on day 90: a net save
	ClockPaused        State = "clock_paused"        // the subscription is paused: days do not count
	Rechurned          State = "rechurned"           // saved, and left after all
	Voided             State = "voided"              // the save was none: no consent, failed quality
	CallbackScheduled  State = "callback_scheduled"  // they asked to be called again
	CancelProcessing   State = "cancel_processing"   // the cancellation goes ahead
	CancelledScheduled State = "cancelled_scheduled" // it is on its way to billing
	CancelledEffective State = "cancelled_effective" // it has taken effect
	WinbackEligible    State = "winback_eligible"    // they may be asked to come back
	WonBack            State = "won_back"            // they came back
	Expired            State = "expired"             // they are not asked any more
	Withdrawn          State = "withdrawn"           // they left the conversation and cancelled nothing; never paid for
)

// States lists every state, in the order of the picture.
var States = []State{
	Requested, Holdout, Duplicate, InProgress, Offering, ApprovalPending, Accepted, Confirmed, BillingPending, BillingFailed,
	SavedProvisional, Verified30, Verified60, Verified90, ClockPaused, Rechurned, Voided, CallbackScheduled, CancelProcessing,
	CancelledScheduled, CancelledEffective, WinbackEligible, WonBack, Expired, Withdrawn,
}

// next is the table of moves. What else must hold is said by the guard of each kind of event.
var next = map[State][]State{
	Requested:          {InProgress, CancelProcessing, Holdout, Duplicate},
	Holdout:            {CancelProcessing},
	InProgress:         {Offering, CallbackScheduled, CancelProcessing, Withdrawn},
	Offering:           {ApprovalPending, Accepted, CallbackScheduled, CancelProcessing, Withdrawn},
	ApprovalPending:    {Offering, CancelProcessing},
	Accepted:           {Confirmed, Offering, CancelProcessing}, // offering again: they changed their mind
	Confirmed:          {BillingPending, SavedProvisional, CancelProcessing},
	BillingPending:     {SavedProvisional, BillingFailed, CancelProcessing},
	BillingFailed:      {BillingPending, CancelProcessing},
	SavedProvisional:   {Verified30, Rechurned, Voided, ClockPaused},
	Verified30:         {Verified60, Rechurned, Voided, ClockPaused},
	Verified60:         {Verified90, Rechurned, Voided, ClockPaused},
	ClockPaused:        {SavedProvisional, Verified30, Verified60, Rechurned, Voided},
	CallbackScheduled:  {InProgress, CancelProcessing},
	CancelProcessing:   {CancelledScheduled},
	CancelledScheduled: {CancelledEffective, SavedProvisional, Confirmed},
	CancelledEffective: {WinbackEligible},
	WinbackEligible:    {WonBack, Expired},
}

// Known reports whether s is a state of a case at all.
func Known(s State) bool { return slices.Contains(States, s) }

// Live reports whether the wish to cancel is still to be decided: “cancel it” works from here, in one act.
func (s State) Live() bool {
	switch s {
	case Requested, InProgress, Offering, ApprovalPending, Accepted, Confirmed, BillingPending, BillingFailed, CallbackScheduled:
		return true
	}
	return false
}

// Closed reports whether the wish to cancel is decided: the save desk has nothing more to do. Verification and win-back
// may still move the case.
func (s State) Closed() bool { return Known(s) && !s.Live() && s != CancelProcessing && s != Holdout }

// Final reports whether nothing more happens in this case.
func (s State) Final() bool { return Known(s) && len(next[s]) == 0 }

// Saved reports whether the customer stays, as far as is known.
func (s State) Saved() bool {
	switch s {
	case SavedProvisional, Verified30, Verified60, Verified90, ClockPaused:
		return true
	}
	return false
}

// Next lists the states a case may go to from s; none when s is final.
func (s State) Next() []State { return slices.Clone(next[s]) }

// Move is one step from a state to another.
type Move struct {
	From, To State
}

// Refusal says that a case cannot go from one state to another.
type Refusal Move

func (r Refusal) Error() string { return fmt.Sprintf("a case cannot go from %s to %s", r.From, r.To) }

// Step checks one move against the table.
func Step(from, to State) (Move, error) {
	if !slices.Contains(next[from], to) {
		return Move{}, Refusal{from, to}
	}
	return Move{from, to}, nil
}

// Along checks a whole way, state after state.
func Along(from State, way ...State) ([]Move, error) {
	moves := make([]Move, 0, len(way))
	for _, to := range way {
		m, err := Step(from, to)
		if err != nil {
			return nil, err
		}
		moves, from = append(moves, m), to
	}
	return moves, nil
}

// Touch is the state after an agent took the case up: a case that waited is in progress, any other stays as it is.
func Touch(s State) State {
	if s == Requested || s == CallbackScheduled {
		return InProgress
	}
	return s
}
