// Package flow decides which way a save case may go: its states, the moves between them, and what its log adds up to.
//
// Pure: no clock, no database. The table is the design's picture of a case restricted to the states that exist now:
//
//	requested ──▶ in_progress ──▶ offering ⇄ accepted ──▶ confirmed ──▶ saved_provisional (closed)
//	    │          ▲   │   │         │  │         │            │
//	    │          │   │   └───▶ callback_scheduled            │
//	    │          └───┼─────────────┘ │          │            │
//	    └──────────────┴───────────────┴──────────┴────────────┴──▶ cancel_processing ──▶ cancelled_scheduled (closed)
//
// A saved customer who asks to cancel again, and a cancelled one who comes back, open a new case: closed is closed.
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
	InProgress         State = "in_progress"         // an agent is with them
	Offering           State = "offering"            // at least one save offer was presented
	Accepted           State = "accepted"            // they said yes to one
	Confirmed          State = "confirmed"           // the agent concluded the call as a save
	SavedProvisional   State = "saved_provisional"   // saved until invoices prove it
	CallbackScheduled  State = "callback_scheduled"  // they asked to be called again
	CancelProcessing   State = "cancel_processing"   // the cancellation goes ahead
	CancelledScheduled State = "cancelled_scheduled" // it is on its way to billing
)

// States lists every state, in the order of the picture.
var States = []State{
	Requested, InProgress, Offering, Accepted, Confirmed, SavedProvisional, CallbackScheduled, CancelProcessing, CancelledScheduled,
}

var next = map[State][]State{
	Requested:         {InProgress, CancelProcessing},
	InProgress:        {Offering, CallbackScheduled, CancelProcessing},
	Offering:          {Accepted, CallbackScheduled, CancelProcessing},
	Accepted:          {Confirmed, Offering, CancelProcessing}, // offering again: they changed their mind
	Confirmed:         {SavedProvisional, CancelProcessing},
	CallbackScheduled: {InProgress, CancelProcessing},
	CancelProcessing:  {CancelledScheduled},
}

// Known reports whether s is a state of a case at all.
func Known(s State) bool { return slices.Contains(States, s) }

// Closed reports whether nothing more happens in this case.
func (s State) Closed() bool { return s == SavedProvisional || s == CancelledScheduled }

// Next lists the states a case may go to from s; none when s is closed.
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

// End is how a conversation about a case ended.
type End int

// The ends of a conversation.
const (
	Stays  End = iota + 1 // the customer stays: confirmed, and provisionally saved
	Leaves                // the cancellation goes ahead
	Later                 // they are called again
)

var ends = map[End][]State{
	Stays:  {Confirmed, SavedProvisional},
	Leaves: {CancelProcessing, CancelledScheduled},
	Later:  {CallbackScheduled},
}

// Conclude is the way a case takes when the conversation about it ends.
func Conclude(from State, end End) ([]Move, error) { return Along(Touch(from), ends[end]...) }

// Touch is the state after an agent took the case up: a case that waited is in progress, any other stays as it is.
func Touch(s State) State {
	if s == Requested || s == CallbackScheduled {
		return InProgress
	}
	return s
}

// Event is one row of a case's log, as far as its state goes. A note leaves the state alone: From and To are equal.
type Event struct {
	From, To State
}

// Fold replays a log: the first event opens the case (From is ""), every other starts where the one before ended.
// The state of a case is the fold of its events, always.
func Fold(log []Event) (State, error) {
	var at State
	for i, e := range log {
		if e.From != at {
			return at, fmt.Errorf("event %d starts in %q, but the case was in %q", i, e.From, at)
		}
		switch {
		case i == 0 && e.To != Requested:
			return at, fmt.Errorf("event 0 opens the case in %q, not in %q", e.To, Requested)
		case i > 0 && e.To != e.From:
			if _, err := Step(e.From, e.To); err != nil {
				return at, fmt.Errorf("event %d: %w", i, err)
			}
		}
		at = e.To
	}
	return at, nil
}
