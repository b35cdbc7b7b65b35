package flow

import "time"

// Kind says what happened to a case. Each kind moves it in one way, or is a note that leaves its state alone.
type Kind string

// What happens to a case. The comment says from where, to where, and what the event must carry.
const (
	Opened            Kind = "opened"             // → requested: Request, Saveable, DueAt, EffectiveAt, MRR
	HeldOut           Kind = "held_out"           // requested → holdout
	Duplicated        Kind = "duplicated"         // requested → duplicate: Of
	TakenUp           Kind = "taken_up"           // requested, callback_scheduled → in_progress: By
	SelfServed        Kind = "self_served"        // requested, callback_scheduled → in_progress: the customer, on their own page
	Presented         Kind = "presented"          // in_progress, offering → offering: Offer. After a cancellation a note, and so its answers
	OfferingBegan     Kind = "offering_began"     // in_progress → offering: before anything is offered, a supervisor is asked
	ApprovalRequested Kind = "approval_requested" // offering → approval_pending: By, Offer, ExpiresAt
	Approved          Kind = "approved"           // approval_pending → offering: By, somebody else than who asked
	ApprovalDeclined  Kind = "approval_declined"  // approval_pending → offering: By, or 0 when the time was over
	OfferAccepted     Kind = "offer_accepted"     // offering → accepted: Presentation
	OfferDeclined     Kind = "offer_declined"     // offering, accepted → offering: Presentation
	OfferExpired      Kind = "offer_expired"      // offering, accepted → offering: Presentation
	LinkSent          Kind = "link_sent"          // note in accepted: the customer is asked in writing; ExpiresAt
	Agreed            Kind = "confirmed"          // accepted, cancelled_scheduled → confirmed: Ref, Method
	BillingQueued     Kind = "billing_queued"     // confirmed, billing_failed → billing_pending: Grant
	BillingApplied    Kind = "billing_applied"    // note in billing_pending: Grant
	BillingRefused    Kind = "billing_refused"    // billing_pending → billing_failed: Grant
	Kept              Kind = "saved"              // confirmed, billing_pending → saved_provisional
	ClockStopped      Kind = "clock_stopped"      // saved, verified → clock_paused: ExpiresAt, when it goes on by itself
	ClockResumed      Kind = "clock_resumed"      // clock_paused → where it was
	Verified          Kind = "verified"           // to the next of verified_30, 60, 90: Evidence
	LeftAfterAll      Kind = "rechurned"          // saved … → rechurned: Cause
	Void              Kind = "voided"             // saved … → voided: Cause
	CallbackAgreed    Kind = "callback_agreed"    // in_progress, offering → callback_scheduled: ExpiresAt, the agreed time
	Cancel            Kind = "cancel"             // any live state, holdout → cancel_processing: Cause
	CancelScheduled   Kind = "cancel_scheduled"   // cancel_processing → cancelled_scheduled: EffectiveAt
	CancelEffective   Kind = "cancel_effective"   // cancelled_scheduled → cancelled_effective
	Uncancelled       Kind = "uncancelled"        // cancelled_scheduled → saved_provisional: a new Request, Ref, Method
	WinbackOpened     Kind = "winback_opened"     // cancelled_effective → winback_eligible
	CameBack          Kind = "came_back"          // winback_eligible → won_back
	WinbackOver       Kind = "winback_over"       // winback_eligible → expired
	LeftWithout       Kind = "withdrawn"          // in_progress, offering → withdrawn: Ref, what shows that they cancelled nothing

	TookOver        Kind = "took_over"        // note in a live state: By, another agent
	RequestAttached Kind = "request_attached" // note: Request
	DueSooner       Kind = "due_sooner"       // note in a live state: DueAt, earlier than before
	ReasonGiven     Kind = "reason_given"     // note: Reason
	NoticeRead      Kind = "notice_read"      // note: Notice
	StepTaken       Kind = "step_taken"       // note: Notice, a code of Steps
	FixTried        Kind = "fix_tried"        // note: Reason, the code of the fix
	Noted           Kind = "noted"            // any other row of the log: it tells, and changes nothing
	Moved           Kind = "moved"            // a step of the table from before kinds were told apart: only read
)

// The steps that the law of a place asks about, in the order in which they were taken.
const (
	StepPermissionAsked   = "permission_asked"
	StepPermissionGiven   = "permission_given"
	StepPermissionRefused = "permission_refused"
	StepAskedForOffer     = "asked_for_offer"
	StepDoNotOffer        = "do_not_offer"
)

// Steps lists them.
var Steps = []string{StepPermissionAsked, StepPermissionGiven, StepPermissionRefused, StepAskedForOffer, StepDoNotOffer}

// Offer is what the log knows of an offer that was made or asked for.
type Offer struct {
	Presentation int64  `json:"presentation,omitempty"` // 0 while it waits for approval
	ID           int64  `json:"id"`
	Version      int    `json:"version"`
	Family       string `json:"family,omitempty"`
	DepthBP      int    `json:"depthBp,omitempty"` // share of the price it gives away, in hundredths of a percent
	LimitBP      int    `json:"limitBp,omitempty"` // what this agent may give without asking; 0: nothing is said
	Over         bool   `json:"over,omitempty"`    // above another limit of theirs: what it costs, how long it lasts, this week's budget
	Rung         int    `json:"rung"`              // 1 for the first
	RungsMax     int    `json:"rungsMax"`          // by the rules of the place
	Refused      string `json:"refused,omitempty"` // why it may not be made here; "" if it may
	Billing      bool   `json:"billing,omitempty"` // a yes changes something in billing
}

// over reports whether the offer is above what the agent may decide alone.
func (o Offer) over() bool { return o.Over || o.LimitBP > 0 && o.DepthBP > o.LimitBP }

// Evidence is what billing said on the day of a verification.
type Evidence struct {
	Active      bool  `json:"active"`
	SetToCancel bool  `json:"setToCancel,omitempty"`
	Disputed    bool  `json:"disputed,omitempty"`
	UnpaidMinor int64 `json:"unpaidMinor,omitempty"` // of invoices due since the save
	PaidMinor   int64 `json:"paidMinor"`             // of the same
}

// Passes reports whether the evidence shows a customer who stayed and pays.
func (e Evidence) Passes() bool {
	return e.Active && !e.SetToCancel && !e.Disputed && e.UnpaidMinor == 0 && e.PaidMinor > 0
}

// Data is what an event carries: ids, codes, amounts and times. Only the fields that its kind names are set.
type Data struct {
	Request      int64      `json:"request,omitempty"`
	Saveable     bool       `json:"saveable,omitempty"`
	MRRMinor     int64      `json:"mrrMinor,omitempty"`
	DueAt        *time.Time `json:"dueAt,omitempty"`
	EffectiveAt  *time.Time `json:"effectiveAt,omitempty"`
	ExpiresAt    *time.Time `json:"expiresAt,omitempty"`
	Of           int64      `json:"of,omitempty"`
	Offer        *Offer     `json:"offer,omitempty"`
	Presentation int64      `json:"presentation,omitempty"`
	Method       string     `json:"method,omitempty"`
	Ref          string     `json:"ref,omitempty"`
	Grant        int64      `json:"grant,omitempty"`
	Evidence     *Evidence  `json:"evidence,omitempty"`
	Reason       string     `json:"reason,omitempty"`
	Notice       string     `json:"notice,omitempty"`
	Cause        string     `json:"cause,omitempty"`
}

// Event is one row of a case's log. From and To are equal in a note; the first event has From "".
type Event struct {
	Kind     Kind
	At       time.Time
	By       int64 // the person who did it; 0 for the house, the customer and programs
	From, To State
	Data     Data
}

// Interval is a stretch of time, from From until before To.
type Interval struct {
	From, To time.Time
}
