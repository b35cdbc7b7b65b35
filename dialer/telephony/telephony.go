// Package telephony is what the dialer needs of a telephony switch. Asterisk over ARI implements it, and so does the
// simulator: nothing here names a channel driver, a SIP header or a clock, and every command is asynchronous.
//
// Rules every switch keeps, and package switchtest checks:
//   - The caller chooses every id (leg, bridge, play). A command with an id that exists fails with ErrExists, so a
//     retry after a lost reply is safe.
//   - A command returns when the switch accepted it; what came of it is an Event. Events of one leg are in order.
//   - Every leg that Dial accepted ends with exactly one LegEnded, also when the switch goes away (then Cause.Lost).
//   - The consumer must drain Events; the switch never waits for it.
package telephony

import (
	"context"
	"errors"
	"time"
)

type (
	// LegID names one channel: a customer's, an agent's, a supervisor's.
	LegID string
	// BridgeID names a place where legs hear each other.
	BridgeID string
	// PlayID names one playing of a sound to a leg.
	PlayID string
)

// What a command may answer; test with errors.Is.
var (
	ErrExists     = errors.New("id exists")
	ErrGone       = errors.New("no such leg or bridge") // it ended a moment ago; never fatal
	ErrState      = errors.New("not in that state")
	ErrUnroutable = errors.New("no such endpoint")
	ErrOverload   = errors.New("switch at its limit")
	ErrDown       = errors.New("switch not connected")
)

// Side says whom a leg belongs to.
type Side int

// The sides of a call.
const (
	Customer Side = iota
	Agent
	Supervisor
	Outside // a transfer's target
)

// DialRequest is one attempt to reach a leg.
type DialRequest struct {
	Leg      LegID
	Side     Side
	Trunk    string // customer, outside: the name of a trunk
	Number   string // customer, outside: E.164 with the plus
	Account  string // agent, supervisor: in place of Trunk and Number
	CallerID string // E.164
	RingFor  time.Duration
	Labels   map[string]string // come back with every event of the leg and survive a reconnect
}

// HangupReason is what the far side is told.
type HangupReason int

// The reasons.
const (
	HangupNormal HangupReason = iota
	HangupNoAnswer
	HangupBusy
	HangupRejected
)

// Sound names something to play.
type Sound string

// Switch is one telephony machine.
type Switch interface {
	Name() string
	// Live reports that its trunks reach real people. Synthetic leads are never dialed on a live switch.
	Live() bool
	Dial(ctx context.Context, r DialRequest) error
	Answer(ctx context.Context, leg LegID) error
	Hangup(ctx context.Context, leg LegID, why HangupReason) error
	Bridge(ctx context.Context, bridge BridgeID, legs ...LegID) error // makes the bridge if need be; a leg elsewhere moves
	Unbridge(ctx context.Context, bridge BridgeID, legs ...LegID) error
	CloseBridge(ctx context.Context, bridge BridgeID) error // legs stay up, unbridged
	Hold(ctx context.Context, leg LegID, on bool) error     // music to that leg; off returns it to its bridge
	Play(ctx context.Context, play PlayID, leg LegID, sound Sound) error
	StopPlay(ctx context.Context, play PlayID) error
	Snapshot(ctx context.Context) (Snapshot, error) // what is up now: the truth after a reconnect or a crash
	Events() <-chan Event
	Close() error
}

// LegState is how far a leg has come.
type LegState int

// The states of a leg that is up in any way.
const (
	Dialing LegState = iota
	Ringing
	Up
)

// Snapshot is what is on the switch now.
type Snapshot struct {
	Legs    map[LegID]LegInfo
	Bridges map[BridgeID][]LegID
}

// LegInfo is one leg of a snapshot.
type LegInfo struct {
	Side   Side
	State  LegState
	Labels map[string]string
	Since  time.Time
}

// EventKind names what happened.
type EventKind string

// The kinds of event.
const (
	LegRinging   EventKind = "leg_ringing"
	LegAnswered  EventKind = "leg_answered"
	LegEnded     EventKind = "leg_ended" // Cause is set
	LegBridged   EventKind = "leg_bridged"
	LegUnbridged EventKind = "leg_unbridged"
	PlayDone     EventKind = "play_done" // Play and Complete are set
	SwitchUp     EventKind = "switch_up"
	SwitchDown   EventKind = "switch_down"
)

// Event is one thing that happened on the switch.
type Event struct {
	Kind     EventKind
	At       time.Time // the switch's clock
	Switch   string
	Leg      LegID
	Side     Side
	Labels   map[string]string
	Bridge   BridgeID
	Play     PlayID
	Complete bool
	Cause    Cause
}
