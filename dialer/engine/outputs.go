package engine

import (
	"time"

	"saveline/dialer/telephony"
)

// Output is one of the types below; the shell carries them out in order.
type Output interface{ output() }

// Party says who ended a call.
type Party string

// The parties.
const (
	ByAgent    Party = "agent"
	ByCustomer Party = "customer"
	BySystem   Party = "system"
)

type (
	// Want asks for leads: reserve N of them.
	Want struct{ N int }
	// Release gives a reserved lead back.
	Release struct{ Lead LeadID }
	// Show gives a ready agent a lead to look at. The shell claims the agent; PreviewLost if that fails.
	Show struct {
		Agent AgentID
		Lead  Lead
	}
	// TakeBack ends a preview: the lead is released, the agent is ready again, or away if they let it lie.
	TakeBack struct {
		Agent AgentID
		Lead  LeadID
		Away  bool
	}
	// Place asks the gate, records the call and dials it. By is set in manual and preview mode: that agent is claimed
	// in the same transaction and their phone is rung with the customer's.
	Place struct {
		Lead    Lead
		By      AgentID
		Reserve bool // manual mode: the lead is not reserved yet
		Command CommandID
	}
	// SkipLead settles a lead that an agent would not dial; the agent is ready again.
	SkipLead struct {
		Agent   AgentID
		Lead    LeadID
		Command CommandID
	}
	// Rang records that the other side's telephone rings.
	Rang struct {
		Call CallID
		At   time.Time
	}
	// Answered comes when nobody is free to take the call at once, or when the agent who dialed it is being rung.
	Answered struct {
		Call CallID
		At   time.Time
	}
	// Offer claims a ready agent for an answered call and rings them.
	Offer struct {
		Call  CallID
		Agent AgentID
		At    time.Time // of the customer's answer
		Ring  int
	}
	// Connect lets customer and agent hear each other.
	Connect struct {
		Call  CallID
		Agent AgentID
		Legs  [2]telephony.LegID
	}
	// Abandon says that a person answered and nobody was there: counted, and the message played if there is one.
	Abandon struct {
		Call CallID
		Play bool
	}
	// Free lets an agent go whose call went away before they were on it.
	Free struct {
		Agent AgentID
		Call  CallID
	}
	// NoAnswer sends an agent away whose phone did not answer.
	NoAnswer struct {
		Agent AgentID
		Call  CallID
	}
	// HangLeg hangs up one leg.
	HangLeg struct {
		Leg telephony.LegID
		Why telephony.HangupReason
	}
	// PutHold puts a customer on hold or back.
	PutHold struct {
		Call    CallID
		On      bool
		Command CommandID
	}
	// Done and Refused answer a command that needs nothing more.
	Done struct{ Command CommandID }
	// Refused carries the sentence that the person reads.
	Refused struct {
		Command CommandID
		Why     string
	}
	// Ended is the end of a call. If no agent was ever on it the shell settles the lead; else its outcome is awaited.
	Ended struct {
		Call        CallID
		Lead        LeadID
		Agent       AgentID // who talked, 0 if nobody did
		Free        AgentID // who was being rung for it
		Disposition telephony.Disposition
		By          Party
		At          time.Time
	}
)

func (Want) output()     {}
func (Release) output()  {}
func (Show) output()     {}
func (TakeBack) output() {}
func (Place) output()    {}
func (SkipLead) output() {}
func (Rang) output()     {}
func (Answered) output() {}
func (Offer) output()    {}
func (Connect) output()  {}
func (Abandon) output()  {}
func (Free) output()     {}
func (NoAnswer) output() {}
func (HangLeg) output()  {}
func (PutHold) output()  {}
func (Done) output()     {}
func (Refused) output()  {}
func (Ended) output()    {}
