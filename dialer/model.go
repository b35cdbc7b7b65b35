package dialer

import (
	"slices"
	"time"

	"saveline/campaigns"
	"saveline/dialer/telephony"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/phone"
)

// CallID names one attempt to reach one person, from the dial to the hang-up.
type CallID int64

// CallState is how far a call has come.
type CallState string

// The call states: placed → [ringing] → [answered → connected | abandoned] → ended; every state may go to ended.
const (
	CallPlaced    CallState = "placed"
	CallRinging   CallState = "ringing"
	CallAnswered  CallState = "answered"
	CallConnected CallState = "connected"
	CallAbandoned CallState = "abandoned"
	CallEnded     CallState = "ended"
)

// Call is one attempt as it stands now.
type Call struct {
	ID            CallID                `db:"id"`
	Client        auth.ClientID         `db:"client_id"`
	Campaign      campaigns.ID          `db:"campaign_id"`
	Lead          campaigns.LeadID      `db:"lead_id"`
	Person        campaigns.PersonID    `db:"person_id"`
	Attempt       campaigns.AttemptID   `db:"attempt_id"`
	Number        phone.E164            `db:"number"`
	State         CallState             `db:"state"`
	Agent         auth.UserID           `db:"agent_id"`    // who talked; 0 until connected
	DialedBy      auth.UserID           `db:"dialed_by"`   // who asked for it by hand, 0 for the engine
	Rings         int                   `db:"rings"`       // how often an agent's phone was rung for it
	Held          bool                  `db:"held"`        // the customer hears music now
	Epoch         int64                 `db:"epoch"`       // of the campaign lease that owns it
	Disposition   telephony.Disposition `db:"disposition"` // "" until it ended
	HangupBy      string                `db:"hangup_by"`
	MessagePlayed bool                  `db:"message_played"`
	PlacedAt      time.Time             `db:"placed_at"`
	RingingAt     *time.Time            `db:"ringing_at"`
	AnsweredAt    *time.Time            `db:"answered_at"`  // by the person called
	ConnectedAt   *time.Time            `db:"connected_at"` // an agent was there
	EndedAt       *time.Time            `db:"ended_at"`
	WrappedAt     *time.Time            `db:"wrapped_at"` // the outcome was recorded
}

// AgentState is what an agent does now.
type AgentState string

// The agent states.
const (
	Away     AgentState = "away"     // a pause, or not there
	Ready    AgentState = "ready"    // waits for a call
	Preview  AgentState = "preview"  // looks at a lead
	Ringing  AgentState = "ringing"  // their phone rings for a call, or they wait for one they dialed
	Talking  AgentState = "talking"  //
	Wrapping AgentState = "wrapping" // the call is over, its outcome is not recorded yet
)

// agentNext is the whole state machine of an agent. Every write names the state it moves from.
var agentNext = map[AgentState][]AgentState{
	Away:     {Ready},
	Ready:    {Away, Preview, Ringing},
	Preview:  {Away, Ready, Ringing},
	Ringing:  {Away, Ready, Talking},
	Talking:  {Wrapping, Ready, Away}, // the last two when the outcome was recorded during the call
	Wrapping: {Ready, Away},
}

// Reasons for being away that the house gives; people choose theirs from the client's list.
const (
	ReasonLostConnection = "lost_connection" // the desk was silent for heartbeatMax
	ReasonNoAnswer       = "no_answer"       // the agent's phone did not answer
	ReasonPreviewTimeout = "preview_timeout" // a lead lay on the desk too long
	ReasonForced         = "forced"          // a supervisor
)

// Limits of a desk, in the units of their names.
const (
	heartbeatMax       = 15 * time.Second // of silence; desks beat every 5 s
	defaultPreviewSecs = 120
	pauseReasonsMax    = 20
	reasonLenMax       = 60
)

// DefaultPauseReasons is what a client starts with.
func DefaultPauseReasons() []string {
	return []string{"break", "lunch", "meeting", "training", "technical", "other"}
}

// SetState asks for another state of an agent.
type SetState struct {
	State    AgentState   // ready or away
	Campaign campaigns.ID // for ready; 0 keeps the one the agent works on
	Reason   string       // for away
}

// Validate names what is wrong with it.
func (in SetState) Validate() error {
	var f errs.Faults
	f.Check(slices.Contains([]AgentState{Ready, Away}, in.State), "state", "choose ready or away")
	f.Check(in.State != Away || in.Reason != "", "reason", "say why you are away")
	f.Check(len(in.Reason) <= reasonLenMax, "reason", "a reason has at most 60 characters")
	return f.Err()
}
