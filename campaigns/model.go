package campaigns

import (
	"encoding/json"
	"time"

	"saveline/internal/auth"
	"saveline/internal/phone"
)

// Names of things this package owns.
type (
	// ID names a campaign.
	ID int64
	// LeadID names one person's place on one list.
	LeadID int64
	// PersonID names somebody we call.
	PersonID int64
	// AttemptID names one dial, counted before it is made.
	AttemptID int64
	// ListID names a list of leads.
	ListID int64
	// ScriptID names a script; it has versions.
	ScriptID int64
	// CallbackID names a promise to call again.
	CallbackID int64
	// ImportID names the import of one file.
	ImportID int64
)

// State is how far a campaign has come.
type State string

// The campaign states.
const (
	Draft     State = "draft"
	Scheduled State = "scheduled"
	Running   State = "running"
	Paused    State = "paused"
	Finished  State = "finished"
)

// next is the whole state machine of a campaign: draft → scheduled → running ⇄ paused → finished.
var next = map[State][]State{
	Draft:     {Scheduled, Running, Finished},
	Scheduled: {Running, Paused, Finished},
	Running:   {Paused, Finished},
	Paused:    {Running, Finished},
}

// LeadState is where a lead stands.
type LeadState string

// The lead states. A lead leaves done and suppressed only for a callback or by hand.
const (
	Waiting    LeadState = "waiting"    // to be called at due_at
	Reserved   LeadState = "reserved"   // given to an engine for a short while
	Calling    LeadState = "calling"    // an attempt is counted and not settled
	Done       LeadState = "done"       // concluded, or nothing left to try
	Suppressed LeadState = "suppressed" // on the do-not-call list
	Withdrawn  LeadState = "withdrawn"  // taken back by whoever added it
)

// leadNext is the whole state machine of a lead; every statement that moves one names the states it moves from.
var leadNext = map[LeadState][]LeadState{
	Waiting:  {Reserved, Suppressed, Withdrawn},
	Reserved: {Calling, Waiting, Done, Suppressed, Withdrawn},
	Calling:  {Waiting, Done, Suppressed, Withdrawn},
}

// Lease is the right to reserve a campaign's leads: the epoch of the dialer's lease. A higher epoch fences lower ones.
type Lease struct {
	Campaign ID
	Epoch    int64
}

// Lead is a reserved lead: whom to call, on which number.
type Lead struct {
	ID       LeadID        `db:"id"`
	Campaign ID            `db:"campaign_id"`
	Client   auth.ClientID `db:"client_id"`
	Person   PersonID      `db:"person_id"`
	Number   phone.E164    `db:"number"`
	Owner    auth.UserID   `db:"owner_id"` // whose callback it is, 0 for nobody's
	Priority int           `db:"priority"`
	Zone     string        `db:"zone"` // key of the zone set
	Attempts int           `db:"attempts"`
	DueAt    time.Time     `db:"due_at"`
	CaseID   int64         `db:"case_id"` // the save case it stands for, 0 for none
}

// NewPerson is somebody a client wants called. A client's external id is the only thing that identifies a person:
// two people with the same number stay two people.
type NewPerson struct {
	Client       auth.ClientID
	ExternalID   string
	Name         string
	Email        string
	Region       string // ISO 3166-2 ("US-CA")
	PostalCode   string
	Language     string
	Data         json.RawMessage // object of further columns, nil for none
	Phones       []phone.E164    // in the order in which to try them
	Synthetic    bool
	Now          time.Time
	MayLackPhone bool // a customer whose number is not known (yet): nobody can call them
}

// NewLead puts a person on a list.
type NewLead struct {
	List     ListID // 0: the campaign's list of that Purpose ("cases")
	Campaign ID
	Person   PersonID
	Priority int // 0..999; higher is called first
	DueAt    time.Time
	CaseID   int64
	Now      time.Time
}
