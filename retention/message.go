package retention

import (
	"slices"
	"strings"
	"time"

	"saveline/campaigns"
	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

// MessageID names one message to one person.
type MessageID int64

// The kinds of message. Each has words of the house in every language, and may have a client's own.
const (
	MessageEConfirmation = "e_confirmation"           // confirm by link that you stay
	MessageOutcome       = "outcome_notice"           // what we noted, with a "that is wrong" link
	MessageCallback      = "callback_reminder"        // we call you at
	MessageAppointment   = "appointment_confirmation" // with the invitation
	MessageReminder      = "appointment_reminder"
	MessageNoAppointment = "appointment_cancelled"
	MessageSurvey        = "survey"
	MessageCancelLink    = "cancel_link" // the way to the cancel page
)

// messageFields are the merge fields of each kind, beside those that every kind has.
var messageFields = map[string][]string{
	MessageEConfirmation: {"offer.name", "link"}, MessageOutcome: {"outcome", "link"}, MessageCallback: {"at"},
	MessageAppointment: {"at", "host", "place", "link"}, MessageReminder: {"at", "host", "place", "link"},
	MessageNoAppointment: {"at", "host", "place"}, MessageSurvey: {"link"}, MessageCancelLink: {"link"},
}

var commonFields = []string{"person.name", "person.firstName", "client.name"}

func messageKinds() []string {
	return []string{
		MessageEConfirmation, MessageOutcome, MessageCallback, MessageAppointment, MessageReminder, MessageNoAppointment, MessageSurvey,
		MessageCancelLink,
	}
}

// The channels.
const (
	ChannelEmail = "email"
	ChannelText  = "text"
)

// The states of a message. From sending on it is not sent again unless a person says so.
const (
	MessageQueued     = "queued"
	MessageSending    = "sending"
	MessageSent       = "sent"
	MessageFailed     = "failed"
	MessageSuppressed = "suppressed"
)

// Why a message failed, waits or was suppressed, beside the causes that package delivery names.
const (
	causeStopped       = "stopped"        // the address said stop
	causeNoAddress     = "no_address"     // nobody knows where to send it
	causeNotConfigured = "not_configured" // the client has no such channel
	causeTooMany       = "too_many"       // the person had enough today
	causeUnclear       = "unclear"        // nobody knows whether it was handed over
	causeBusy          = "client_busy"    // the client's rate limit: it waits
	causeQuietHours    = "quiet_hours"    // it waits for the person's day
	causeUsedUp        = "tries_used_up"
)

const (
	messageTriesMax   = 6
	messageJobs       = "retention.message"
	subjectCharsMax   = 200
	bodyCharsMax      = 4000
	keyCharsMax       = 120
	stopLinkDays      = 400 // an unsubscribe link must work long after the message
	wrongLinkDays     = 90
	messageBatchMax   = 100
	messageStuckFor   = 10 * time.Minute
	messagePause      = time.Minute // times the number of tries, before the next one
	messageJobTimeout = time.Minute
)

// NewMessage is something to tell a person. The same kind, key and channel of a client is the same message.
type NewMessage struct {
	Client  auth.ClientID
	Person  campaigns.PersonID
	Kind    string
	Key     string // what makes it one: "case:17"
	Channel string // "": by e-mail if we have an address, else by text
	Case    CaseID
	Call    dialer.CallID
	Fields  map[string]string // merge fields of the kind, but for link and outcome
	Outcome string            // a code of the outcome notice: saved, cancelled, ordered, changed
	At      *time.Time        // the field "at", told by the person's clock
	Link    string            // a path of ours ("/p/…") or a whole address; sealed until it is sent
	Invite  string            // an iCalendar object
	Prompt  bool              // the person waits for it: no quiet hours
	DueAt   time.Time         // zero: now
}

// Validate names every fault of the input.
func (m NewMessage) Validate() error {
	var f errs.Faults
	checkOneOf(&f, "kind", m.Kind, messageKinds())
	f.Check(m.Key != "" && len(m.Key) <= keyCharsMax, "key", "say what makes this message one")
	f.Check(m.Client > 0 && m.Person > 0, "personId", "say whom it goes to")
	f.Check(m.Channel == "" || m.Channel == ChannelEmail || m.Channel == ChannelText, "channel", "must be email or text")
	needs := slices.Contains(messageFields[m.Kind], "link")
	f.Check(!needs || m.Link != "" || m.Kind == MessageOutcome, "link", "this kind of message needs a link")
	return f.Err()
}

// Message is one message to one person and what became of it.
type Message struct {
	ID          MessageID          `json:"id" db:"id"`
	Client      auth.ClientID      `json:"clientId" db:"client_id"`
	Person      campaigns.PersonID `json:"personId" db:"person_id"`
	PersonName  string             `json:"person" db:"person"`
	Kind        string             `json:"kind" db:"kind"`
	Channel     string             `json:"channel" db:"channel" enum:"email,text"`
	Address     string             `json:"address" db:"address"`
	Language    string             `json:"language" db:"language"`
	Template    int                `json:"templateVersion" db:"template_version" doc:"0: the house's words"`
	Subject     string             `json:"subject,omitempty" db:"subject"`
	Body        string             `json:"body" db:"body" doc:"as it goes out; links are filled in when it is sent, and shown only in a demo"`
	Case        CaseID             `json:"caseId,omitempty" db:"case_id"`
	Call        dialer.CallID      `json:"callId,omitempty" db:"call_id"`
	State       string             `json:"state" db:"state" enum:"queued,sending,sent,failed,suppressed"`
	Cause       string             `json:"cause,omitempty" db:"cause" doc:"a code: why it failed, waits or was suppressed"`
	Local       bool               `json:"local" db:"local" doc:"a demo's: it never leaves the house"`
	Tries       int                `json:"tries" db:"tries"`
	DueAt       time.Time          `json:"dueAt" db:"due_at"`
	QueuedAt    time.Time          `json:"queuedAt" db:"queued_at"`
	SentAt      *time.Time         `json:"sentAt,omitempty" db:"sent_at"`
	ProviderRef string             `json:"providerRef,omitempty" db:"provider_ref"`
	HasInvite   bool               `json:"hasInvite" db:"has_invite"`
}

func init() {
	pg.Constraint("message_templates_key", errs.Conflict, "somebody else changed these words a moment ago; load them again")
	pg.Constraint("message_settings_hours", errs.Invalid, "texts may be sent from an hour of the day until a later one")
}

// politeHour is the first instant from now on at which it is between two hours of the day in every one of the places.
func politeHour(now time.Time, places []*time.Location, from, until int) time.Time {
	const step, horizon = 15 * time.Minute, 72 * time.Hour
	polite := func(at time.Time) bool {
		for _, p := range places {
			if h := at.In(p).Hour(); h < from || h >= until {
				return false
			}
		}
		return true
	}
	if polite(now) {
		return now
	}
	for at := now.Truncate(step).Add(step); at.Before(now.Add(horizon)); at = at.Add(step) {
		if polite(at) {
			return at
		}
	}
	return now.Add(horizon) // no hour suits every place: ask again then, rather than write at night
}

func addressKey(channel, address string) string {
	if channel == ChannelEmail {
		return strings.ToLower(strings.TrimSpace(address))
	}
	return address
}
