package engine

import (
	"time"

	"saveline/dialer/pacing"
	"saveline/dialer/telephony"
)

// The ids are the database's; the engine only compares them.
type (
	// LeadID names somebody to call.
	LeadID int64
	// CallID names a call from the moment it is committed.
	CallID int64
	// AgentID names a person at a desk.
	AgentID int64
	// CommandID names what a person asked for at a desk.
	CommandID int64
)

// Lead is a person who was reserved for this campaign.
type Lead struct {
	ID    LeadID
	Owner AgentID // a callback that belongs to one agent; 0 = anybody's
}

// Idle is an agent who waits for a call, and since when.
type Idle struct {
	Agent AgentID
	Since time.Time
}

// Gate says whether calls may be placed now.
type Gate int

// The gates.
const (
	Open    Gate = iota
	Shut         // nothing new: the campaign is closed, paused or this node is draining; what rings may ring on
	Stopped      // nothing new, and what rings is hung up
)

// Input is one of the types below.
type Input interface{ input() }

type (
	// Policy replaces how the campaign is dialed; the shell sends it when the campaign changed.
	Policy struct {
		Pacing  pacing.Policy
		Preview time.Duration // how long an agent may look at a lead; 0 = for ever
		Message bool          // the campaign has a message for abandoned calls
		RingFor time.Duration
	}
	// Agents is the whole truth about this campaign's agents, as the database has it now.
	Agents struct {
		Ready   []Idle
		Looking []Look // in state preview
	}
	// Tick says that time has passed, and whether calls may be placed. Why is the sentence an agent sees when not.
	Tick struct {
		Gate Gate
		Why  string
	}
	// Granted answers Want; fewer leads than wanted means that the list has no more just now.
	Granted struct{ Leads []Lead }
	// Placed answers Place: the gate allowed it, the call is recorded, the switch is told.
	Placed struct {
		Lead LeadID
		Call CallID
	}
	// Denied answers Place: the gate refused, or the lead or the agent was gone.
	Denied struct{ Lead LeadID }
	// DialFailed says that the switch refused the leg of a call that was recorded as placed.
	DialFailed struct{ Call CallID }
	// ClaimLost answers Offer: the agent was no longer ready.
	ClaimLost struct {
		Call  CallID
		Agent AgentID
	}
	// AgentUnreachable answers Offer: the switch would not even ring the agent's phone.
	AgentUnreachable struct {
		Call  CallID
		Agent AgentID
	}
	// PreviewLost answers Show: the agent was no longer ready.
	PreviewLost struct {
		Agent AgentID
		Lead  Lead
	}
	// Event is what happened to a leg of this campaign.
	Event struct{ telephony.Event }
	// Command is what a person asked for.
	Command struct {
		ID    CommandID
		Kind  CommandKind
		Call  CallID
		Lead  LeadID
		Agent AgentID
	}
	// Resumed is a call that was live when another holder of the campaign stopped, as switch and database have it now.
	Resumed struct {
		Call       CallID
		Lead       Lead
		State      CallState
		By         AgentID // who dialed it, in manual and preview mode
		Agent      AgentID // connected, or being rung
		Ring       int     // how often an agent was rung for this call
		AgentUp    bool    // that leg is up
		PlacedAt   time.Time
		AnsweredAt time.Time
	}
	// Gone says that a customer's leg is not on the switch although it should be.
	Gone struct{ Call CallID }
)

// CommandKind names what a person can ask for.
type CommandKind string

// The commands.
const (
	Dial   CommandKind = "dial"
	Skip   CommandKind = "skip"
	HangUp CommandKind = "hangup"
	Hold   CommandKind = "hold"
	Unhold CommandKind = "unhold"
)

func (Policy) input()           {}
func (Agents) input()           {}
func (Tick) input()             {}
func (Granted) input()          {}
func (Placed) input()           {}
func (Denied) input()           {}
func (DialFailed) input()       {}
func (ClaimLost) input()        {}
func (AgentUnreachable) input() {}
func (PreviewLost) input()      {}
func (Event) input()            {}
func (Command) input()          {}
func (Resumed) input()          {}
func (Gone) input()             {}
