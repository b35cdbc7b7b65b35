package policy

import (
	"slices"
	"strings"
	"time"
)

// Mode is when an offer may be made to somebody who wants to cancel, from the laxest to the strictest.
type Mode string

// The modes.
const (
	OfferFirst           Mode = "offer_first"             // offers may come before the cancellation
	OfferFirstWithNotice Mode = "offer_first_with_notice" // the same, after saying that cancelling can be completed at any time
	CompleteFirst        Mode = "complete_first"          // cancel, then ask permission to make an offer
	Frictionless         Mode = "frictionless"            // any clear statement cancels at once; an offer only if the customer asks for one
	None                 Mode = "none"                    // no offers at all
)

// Modes lists every mode, laxest first.
var Modes = []Mode{OfferFirst, OfferFirstWithNotice, CompleteFirst, Frictionless, None}

func (m Mode) rank() int { return slices.Index(Modes, m) }

// Notice names a text that an agent reads and ticks, or a page shows, before the first offer. The words are kept with
// the pages' other words, in every language of the house.
type Notice string

// The notices.
const (
	CancelAnyTime Notice = "cancel_any_time"  // you can complete the cancellation at any time by saying so
	DoNotAskAgain Notice = "do_not_ask_again" // you can say that you do not want to be asked again for seven days
)

// Source is how a wish to cancel reached us.
type Source string

// The sources, which have deadlines of their own.
const (
	LiveCall  Source = "live_call"
	Voicemail Source = "voicemail"
	Email     Source = "email"
	Web       Source = "web"
)

// Deadlines is how long after it was asked for a cancellation must be processed. 0 is at once: by the end of the call,
// or in the answer of the page.
type Deadlines struct {
	LiveCallHours  int `json:"liveCallHours"`
	VoicemailHours int `json:"voicemailHours"`
	EmailHours     int `json:"emailHours"`
	WebHours       int `json:"webHours"`
}

// Of is the deadline of one source; a source nobody knows has the shortest of them.
func (d Deadlines) Of(s Source) time.Duration {
	hours := min(d.LiveCallHours, d.VoicemailHours, d.EmailHours, d.WebHours)
	switch s {
	case LiveCall:
		hours = d.LiveCallHours
	case Voicemail:
		hours = d.VoicemailHours
	case Email:
		hours = d.EmailHours
	case Web:
		hours = d.WebHours
	}
	return time.Duration(hours) * time.Hour
}

func (d Deadlines) shorter(e Deadlines) Deadlines {
	return Deadlines{
		min(d.LiveCallHours, e.LiveCallHours), min(d.VoicemailHours, e.VoicemailHours),
		min(d.EmailHours, e.EmailHours), min(d.WebHours, e.WebHours),
	}
}

// Policy is what is in force for one customer at one instant, and why.
type Policy struct {
	At            time.Time `json:"at"`
	Version       string    `json:"version"`       // of the rules
	Jurisdictions []string  `json:"jurisdictions"` // every place considered, its country and union included: ISO 3166, "EU", "unknown"
	Rules         []string  `json:"rules"`         // every row in force there

	Mode           Mode      `json:"mode"`
	CompleteFirst  bool      `json:"completeFirst"`  // no offer before the cancellation is done
	AskPermission  bool      `json:"askPermission"`  // no offer without the customer's permission, asked for after that
	OnlyIfAsked    bool      `json:"onlyIfAsked"`    // no offer unless the customer asks for one
	MaxOffers      int       `json:"maxOffers"`      // presented in one case
	Notices        []Notice  `json:"notices"`        // to read and tick before the first offer
	Deadlines      Deadlines `json:"deadlines"`      // for the cancellation
	CooldownDays   int       `json:"cooldownDays"`   // after a declined offer nobody asks again for so long
	ExitWords      []string  `json:"exitWords"`      // saying one of them means: cancel now
	ReasonOptional bool      `json:"reasonOptional"` // the customer may cancel without saying why
	RecordRequired bool      `json:"recordRequired"` // steps and their order are kept
	SameMedium     bool      `json:"sameMedium"`     // cancelling is offered in the medium of the sign-up
	ConfirmNotice  bool      `json:"confirmNotice"`  // the outcome is confirmed in writing
	CancelNow      bool      `json:"cancelNow"`      // a page shows "cancel now" all the time
	WithdrawalEnds bool      `json:"withdrawalEnds"` // a withdrawal from the contract ends all offers
	RetentionYears int       `json:"retentionYears"` // how long the record is kept
	Why            []Reason  `json:"why"`            // who decided what, in the order of the fields
}

// Reason names the row that decided one field.
type Reason struct {
	Field        string `json:"field"` // as it stands in JSON
	Value        string `json:"value"`
	Rule         string `json:"rule"`
	Jurisdiction string `json:"jurisdiction"`
	From         string `json:"from,omitempty"` // the row's first day
	Source       string `json:"source"`
	Checked      string `json:"checked"`           // the day the source was last read
	Reading      string `json:"reading,omitempty"` // how it was read where it leaves room
}

// Row is one dated rule of one place. What it leaves out it does not decide; what it says only ever tightens.
type Row struct {
	ID           string
	Jurisdiction string // "US", "US-MN", "EU", "unknown", or everywhere
	From, Until  string // days on the place's clock, "2025-01-01"; Until is exclusive; "" is open-ended
	Source       string // statute, directive, rule
	Checked      string // day the source was last read
	Reading      string // how it was read where it leaves room

	Mode           Mode
	MaxOffers      *int
	Notices        []Notice
	Deadlines      *Deadlines
	CooldownDays   int
	ExitWords      []string
	ReasonOptional bool
	RecordRequired bool
	SameMedium     bool
	ConfirmNotice  bool
	CancelNow      bool
	WithdrawalEnds bool
	RetentionYears int
}

// Rules is everything Decide goes by. The first row binds everywhere and says every field.
type Rules struct {
	Version string
	Rows    []Row
}

// Decide is House().Decide.
func Decide(at time.Time, jurisdictions ...string) Policy {
	return House().Decide(at, jurisdictions...)
}

// Decide adds up what is in force at an instant for somebody who may be in any of the places: "US-MN", "KR", in any
// order. A state brings its country with it, a member of the European Union the Union. No place, or one that is not in
// the rules, is unknown, and the strict row binds.
func (r Rules) Decide(at time.Time, jurisdictions ...string) Policy {
	p := Policy{At: at.UTC(), Version: r.Version, Jurisdictions: r.places(jurisdictions)}
	for i, row := range r.Rows {
		switch {
		case i == 0:
			p.begin(row)
		case slices.Contains(p.Jurisdictions, row.Jurisdiction) && row.inForce(at):
			p.tighten(row)
		default:
			continue
		}
		p.Rules = append(p.Rules, row.ID)
	}
	slices.SortStableFunc(p.Why, func(a, b Reason) int { return slices.Index(fields, a.Field) - slices.Index(fields, b.Field) })
	return p
}

// inForce reports whether at lies within the row's days on the clock of its place.
func (row Row) inForce(at time.Time) bool {
	day := at.In(clockOf(row.Jurisdiction)).Format(time.DateOnly)
	return row.From <= day && (row.Until == "" || day < row.Until)
}

// Sentence says in one line what is in force.
func (p Policy) Sentence() string {
	parts := []string{modeSentences[p.Mode]}
	if p.Mode != None {
		parts = append(parts, plural(p.MaxOffers, "offer")+" at most")
	}
	if p.Mode == Frictionless && p.AskPermission {
		parts = append(parts, "and only after the cancellation and with permission")
	}
	if p.CooldownDays > 0 {
		parts = append(parts, "after a declined offer nobody asks again for "+plural(p.CooldownDays, "day"))
	}
	return strings.Join(parts, "; ") + "."
}

var modeSentences = map[Mode]string{
	OfferFirst:           "Offers may be made before the cancellation",
	OfferFirstWithNotice: "First say that cancelling can be completed at any time, then offers may be made",
	CompleteFirst:        "Cancel first, then ask permission to make an offer",
	Frictionless:         "Any clear statement cancels at once, and an offer is made only if the customer asks for one",
	None:                 "No offers may be made",
}
