package retention

import (
	"fmt"
	"slices"
	"time"

	"saveline/campaigns"
	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
)

// ConcludeInput is what the agent says a call came to. Results of accepted offers follow by themselves.
type ConcludeInput struct {
	Call          dialer.CallID
	Code          string
	Reason        string // a code or a few words: why lost, why not interested
	Note          string
	CallbackAt    *time.Time // with code callback: when they want to be called
	CallbackMine  bool       // the callback belongs to this agent; else to anybody on the campaign
	Results       []ResultInput
	AppointmentAt *time.Time // when the appointment is, if one was made
	Proposed      bool       // the time was named, and not agreed to yet
}

// ResultInput is a result without an accepted offer. Only an appointment can be one: saves, sales and upsells are paid,
// so a customer must have said yes to something that is written down.
type ResultInput struct {
	Kind string `json:"kind" enum:"appointment"`
}

// Outcome is the one disposition of a call, with what it achieved.
type Outcome struct {
	ID          OutcomeID     `json:"id"`
	Client      auth.ClientID `json:"clientId"`
	Call        dialer.CallID `json:"callId"`
	Case        CaseID        `json:"caseId,omitempty"`
	Agent       auth.UserID   `json:"agentId,omitempty"`
	Code        string        `json:"code"`
	Reason      string        `json:"reason,omitempty"`
	Note        string        `json:"note,omitempty"`
	EffectiveAt time.Time     `json:"effectiveAt" doc:"when the conversation was concluded"`
	Results     []Result      `json:"results"`
	campaign    campaigns.ID
	reasonCode  string // of the case
}

// Result is one thing a call achieved.
type Result struct {
	ID            ResultID       `json:"id"`
	Kind          string         `json:"kind"`
	Value         money.Amount   `json:"value"`
	Presentation  PresentationID `json:"presentationId,omitempty"`
	Offer         OfferID        `json:"offerId,omitempty"`
	OfferVersion  int            `json:"offerVersion,omitempty"`
	Evidence      string         `json:"evidence,omitempty" doc:"of a save: how the agreement to stay is on record"`
	Payable       bool           `json:"payable" doc:"false: it counts, and is not paid"`
	offer         Offer
	depthBP       int
	mrrBefore     int64
	mrrAfter      int64
	AppointmentAt *time.Time `json:"appointmentAt,omitempty"`
	proposed      bool       // the appointment's time is not agreed to yet
}

// Validate names every fault that the input alone shows; what it must fit is checked under the call's lock.
func (in ConcludeInput) Validate() error {
	var f errs.Faults
	checkOneOf(&f, "code", in.Code, agentCodes)
	checkText(&f, "reason", in.Reason, reasonCharsMax)
	checkText(&f, "note", in.Note, noteCharsMax)
	f.Check(in.Code != CodeCallback || in.CallbackAt != nil, "callbackAt", "say when they want to be called")
	f.Check(in.Code == CodeCallback || in.CallbackAt == nil, "callbackAt", "a time to call again goes with the outcome callback")
	for i, r := range in.Results {
		f.Check(r.Kind == ResultAppointment, fmt.Sprintf("results.%d.kind", i),
			"needs an offer that the customer accepted; only an appointment can be recorded without one")
	}
	f.Check(len(in.Results) <= 1, "results", "one call makes one appointment")
	return f.Err()
}

// agreement is everything that decides whether a code fits: what was shown, the case, the instant.
type agreement struct {
	shown []Presentation
	about *caseRow // nil: the call is about no case
	now   time.Time
	proof proof // that they agreed to stay
}

// strongest is the kind that names the outcome of a call with these results, "" without any.
func strongest(results []Result) string {
	for _, kind := range resultKinds {
		for _, r := range results {
			if r.Kind == kind {
				return kind
			}
		}
	}
	return ""
}

// results is what the call achieved: one for each accepted offer, and the appointment that was made without one.
func (a agreement) results(in ConcludeInput) []Result {
	out := []Result{}
	booked := false
	for _, p := range a.shown {
		if p.Decision != Accepted {
			continue
		}
		r := resultOf(p, a.about, a.proof)
		if r.Kind == ResultAppointment && !booked {
			r.AppointmentAt, r.proposed, booked = in.AppointmentAt, in.Proposed, true
		}
		out = append(out, r)
	}
	if !booked && (len(in.Results) > 0 || in.Code == CodeAppointment) {
		out = append(out, Result{
			Kind: ResultAppointment, Value: money.Amount{Currency: currencyDefault}, AppointmentAt: in.AppointmentAt, Payable: true, proposed: in.Proposed,
		})
	}
	return out
}

// resultOf is what a yes to an offer achieved. A save is paid for only on evidence that is good for it.
func resultOf(p Presentation, c *caseRow, proof proof) Result {
	r := Result{
		Kind: p.Result, Value: p.Value, Presentation: p.ID, Offer: p.Offer, OfferVersion: p.Version, Payable: true, offer: p.offer,
		depthBP: p.depthBP,
	}
	if r.Kind != ResultSave {
		return r
	}
	r.Evidence, r.Payable = proof.Method, proof.payable
	if c == nil {
		return r
	}
	r.mrrBefore, r.mrrAfter = c.MRRMinor, p.offer.gives(c.MRRMinor).MRRAfter
	if r.Value.Minor == 0 {
		r.Value = money.Amount{Minor: c.MRRMinor, Currency: c.Currency}
	}
	return r
}

// fit checks that the code says what was agreed, and returns the results it stands for. It changes nothing.
func (a agreement) fit(in ConcludeInput) ([]Result, error) {
	var f errs.Faults
	results := a.results(in)
	switch best := strongest(results); {
	case needsResult(in.Code) && best == "":
		f.Addf("code", "no offer that counts as %s was accepted on this call", in.Code)
	case needsResult(in.Code) && best != in.Code, !needsResult(in.Code) && best != "":
		f.Addf("code", "the customer agreed to what counts as %s: record that, or mark the offer declined", best)
	}
	switch {
	case a.about.open() && endOf(in.Code) == 0:
		f.Addf("code", "this call is about a wish to cancel: say whether they stay (save), leave (lost) or want a callback")
	case a.about != nil && !a.about.open() && a.about.SaidCancel && endOf(in.Code) != leaves && !(a.about.Invited() && in.Code == CodeSave):
		f.Addf("code", "the cancellation went ahead: record that they leave (lost)")
	case a.about != nil && in.Code == CodeSave && strongest(results) == ResultSave && !a.proof.good():
		f.Addf("code", "nothing on record shows that they agreed: send them the link to confirm, or record that they leave")
	}
	a.fitCallback(in, &f)
	a.fitAppointment(in, results, &f)
	if !a.proof.onRecord() { // the result comes with the customer's own confirmation
		results = slices.DeleteFunc(results, func(r Result) bool { return r.Kind == ResultSave })
	}
	return results, f.Err()
}

func needsResult(code string) bool {
	switch code {
	case CodeSave, CodeSale, CodeUpsell, CodeAppointment:
		return true
	}
	return false
}

func (a agreement) fitCallback(in ConcludeInput, f *errs.Faults) {
	if in.CallbackAt == nil {
		return
	}
	at := *in.CallbackAt
	f.Check(at.After(a.now), "callbackAt", "must be in the future")
	f.Check(!at.After(a.now.AddDate(0, 0, callbackDaysMax)), "callbackAt", "must be within 60 days")
	if a.about.open() && at.After(a.about.DueAt) {
		f.Addf("callbackAt", "this cancellation must be decided by %s: agree on an earlier time", a.about.DueAt.Format(time.RFC3339))
	}
}

func (a agreement) fitAppointment(in ConcludeInput, results []Result, f *errs.Faults) {
	booked := 0
	for _, r := range results {
		if r.Kind == ResultAppointment {
			booked++
		}
	}
	switch {
	case booked > 1:
		f.Addf("code", "one call makes one appointment: mark the others declined")
	case booked == 1 && in.AppointmentAt == nil:
		f.Addf("appointmentAt", "say when the appointment is")
	case booked == 0 && in.Proposed:
		f.Addf("appointmentProposed", "no appointment was proposed on this call")
	case booked == 0 && in.AppointmentAt != nil:
		f.Addf("appointmentAt", "no appointment was agreed on this call")
	case in.AppointmentAt != nil:
		f.Check(in.AppointmentAt.After(a.now), "appointmentAt", "must be in the future")
		f.Check(!in.AppointmentAt.After(a.now.AddDate(0, 0, bookingDaysMax)), "appointmentAt", "must be within a year")
	}
}

// end is how a conversation about a case ended.
type end int

const (
	stays  end = iota + 1 // the customer stays
	leaves                // the cancellation goes ahead
	later                 // they are called again
)

// endOf is what a code means for a case; 0 when it leaves the case without a next step, which no agent may do.
func endOf(code string) end {
	switch code {
	case CodeSave:
		return stays
	case CodeLost, CodeNotInterested, CodeWrongNumber, CodeDoNotCall:
		return leaves // they did not agree to stay, and asking to cancel was enough
	case CodeCallback:
		return later
	}
	return 0
}
