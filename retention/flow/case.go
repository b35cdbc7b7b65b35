package flow

import (
	"fmt"
	"slices"
	"time"
)

// Shown is an offer of the case with what was said to it.
type Shown struct {
	Offer
	At        time.Time
	ExpiresAt time.Time
	Decision  string // "", accepted, declined, expired
}

// The decisions on an offer.
const (
	decisionAccepted = "accepted"
	decisionDeclined = "declined"
	decisionExpired  = "expired"
)

// Asked is a supervisor's approval: asked for, and answered or not.
type Asked struct {
	Offer    Offer
	By       int64 // who asked
	At       time.Time
	Until    time.Time
	Decided  bool
	Approved bool
	Approver int64
}

// Case is what a log adds up to.
type Case struct {
	State       State
	OpenedAt    time.Time
	Requests    []int64
	Saveable    bool
	MRRMinor    int64
	Held        bool // holdout
	Owner       int64
	DueAt       time.Time
	EffectiveAt time.Time // when the subscription ends if they cancel; zero: when the cancellation is processed
	Offers      []Shown
	Approvals   []Asked
	Notices     []string // read and ticked, in order
	Steps       []string // taken, in order
	After       []string // steps taken after they said cancel, in order
	OnPage      bool     // the customer is on their own page, and no agent with them
	SaidCancel  bool     // after this no offer is made any more, unless they permit it or ask for one
	Callbacks   int
	CallbackAt  time.Time
	LinkUntil   time.Time // an e-confirmation waits until then; zero: none
	Method      string    // of the evidence of agreement
	Ref         string    // of the evidence of agreement
	Grant       int64
	Applied     []int64 // grants that billing applied
	SavedAt     time.Time
	Stages      []int // 30, 60, 90 as far as verified
	Evidence    []Evidence
	Pauses      []Interval // To is zero while it lasts
	PauseUntil  time.Time
	resume      State
	planned     time.Time // when it would have ended before they cancelled
	CancelledAt time.Time // when the cancellation took effect
	Cause       string    // of the last cancel, void or re-churn
}

// Wrong says that an event does not fit the case, though its move may be one of the table.
type Wrong struct {
	Kind Kind
	Why  string
}

func (w Wrong) Error() string { return fmt.Sprintf("%s: %s", w.Kind, w.Why) }

// Apply adds one event to the case. Its To is filled in where it is empty; Refusal and Wrong say why it does not fit,
// and then the case is as before.
func (c Case) Apply(e Event) (Case, Event, error) {
	r, ok := rules[e.Kind]
	if !ok {
		return c, e, Wrong{e.Kind, "no such event"}
	}
	if e.From == "" && e.Kind != Opened {
		e.From = c.State
	}
	to := c.target(r, e)
	if e.To == "" {
		e.To = to
	}
	if e.From != c.State || e.To != to || !slices.Contains(r.from, c.State) {
		if r.note || e.From != c.State {
			return c, e, Wrong{e.Kind, fmt.Sprintf("the case is %q", c.State)}
		}
		return c, e, Refusal{c.State, e.To}
	}
	if !r.note && e.Kind != Opened && e.To != e.From {
		if _, err := Step(e.From, e.To); err != nil {
			return c, e, err
		}
	}
	after := c.clone()
	if why := r.do(&after, e); why != "" {
		return c, e, Wrong{e.Kind, why}
	}
	after.State = e.To
	return after, e, nil
}

// target is the state that an event of this rule leads to.
func (c Case) target(r rule, e Event) State {
	switch {
	case r.note:
		return c.State
	case e.Kind == Moved:
		return e.To
	case c.State == CancelledScheduled && slices.Contains(answers, e.Kind):
		return c.State
	case e.Kind == ClockResumed:
		return c.resume
	case e.Kind == Verified:
		return nextStage(c.State)
	}
	return r.to
}

// answers are the kinds that, after a cancellation, leave the case where it is.
var answers = []Kind{Presented, OfferAccepted, OfferDeclined, OfferExpired}

// takenBackDays is how long billing has for what was agreed after a cancellation.
const takenBackDays = 5

// Invited reports whether an offer may follow a cancellation: it has not taken effect, and after it they permitted an
// offer or asked for one.
func (c *Case) Invited() bool {
	took := func(step string) bool { return slices.Contains(c.After, step) }
	return c.State == CancelledScheduled && c.SaidCancel && (took(StepPermissionGiven) || took(StepAskedForOffer)) &&
		!took(StepDoNotOffer) && !took(StepPermissionRefused)
}

// Took reports whether a step was taken, since the cancellation if there was one.
func (c *Case) Took(step string) bool {
	if c.SaidCancel {
		return slices.Contains(c.After, step)
	}
	return slices.Contains(c.Steps, step)
}

func nextStage(s State) State {
	switch s {
	case SavedProvisional:
		return Verified30
	case Verified30:
		return Verified60
	}
	return Verified90
}

// Fold replays a log. The state of a case is the fold of its events, always.
func Fold(log []Event) (Case, error) {
	var c Case
	for i, e := range log {
		if i > 0 && e.Kind == Opened || i == 0 && e.Kind != Opened {
			return c, fmt.Errorf("event %d is %s: a log begins with %s, once", i, e.Kind, Opened)
		}
		after, _, err := c.Apply(e)
		if err != nil {
			return c, fmt.Errorf("event %d: %w", i, err)
		}
		c = after
	}
	return c, nil
}

// clone keeps the case before an event apart from the one after it.
func (c Case) clone() Case {
	c.Requests = slices.Clone(c.Requests)
	c.Offers = slices.Clone(c.Offers)
	c.Approvals = slices.Clone(c.Approvals)
	c.Notices = slices.Clone(c.Notices)
	c.Steps = slices.Clone(c.Steps)
	c.After = slices.Clone(c.After)
	c.Applied = slices.Clone(c.Applied)
	c.Stages = slices.Clone(c.Stages)
	c.Evidence = slices.Clone(c.Evidence)
	c.Pauses = slices.Clone(c.Pauses)
	return c
}

// Open is the offer that waits for an answer, nil if none does.
func (c *Case) Open() *Shown {
	if n := len(c.Offers); n > 0 && c.Offers[n-1].Decision == "" {
		return &c.Offers[n-1]
	}
	return nil
}

// Yes is the offer that they agreed to, nil if there is none.
func (c *Case) Yes() *Shown {
	for i := range c.Offers {
		if c.Offers[i].Decision == decisionAccepted {
			return &c.Offers[i]
		}
	}
	return nil
}

// Waiting is the approval that nobody has answered, nil if there is none.
func (c *Case) Waiting() *Asked {
	if n := len(c.Approvals); n > 0 && !c.Approvals[n-1].Decided {
		return &c.Approvals[n-1]
	}
	return nil
}

func (c *Case) shown(presentation int64) *Shown {
	for i := range c.Offers {
		if c.Offers[i].Presentation == presentation {
			return &c.Offers[i]
		}
	}
	return nil
}

// Rungs is how many different offers were made.
func (c *Case) Rungs() int {
	seen := map[int64]bool{}
	for _, s := range c.Offers {
		seen[s.ID] = true
	}
	return len(seen)
}

// Rung is where on the ladder an offer stands: its own rung if it was made before, else the next.
func (c *Case) Rung(offer int64) int {
	if before := c.Last(offer); before != nil {
		return before.Rung
	}
	return c.Rungs() + 1
}
