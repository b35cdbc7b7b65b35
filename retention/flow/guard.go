package flow

import (
	"slices"
	"time"
)

// callbacksMax is how often a customer who wants to cancel may be put off to another call.
const callbacksMax = 3

// rule is one kind of event: from which states, to which one, and its guard, which also writes it into the case. The
// guard answers why the event does not fit, "" if it does.
type rule struct {
	from []State
	to   State
	note bool
	do   func(c *Case, e Event) string
}

var (
	live  = []State{Requested, InProgress, Offering, ApprovalPending, Accepted, Confirmed, BillingPending, BillingFailed, CallbackScheduled}
	saved = []State{SavedProvisional, Verified30, Verified60, ClockPaused}
	ticks = []State{SavedProvisional, Verified30, Verified60} // the clock of verification runs
)

var rules map[Kind]rule

func init() { // a literal would refer to itself through the guards
	rules = map[Kind]rule{
		Opened:            {from: []State{""}, to: Requested, do: open},
		HeldOut:           {from: []State{Requested}, to: Holdout, do: holdOut},
		Duplicated:        {from: []State{Requested}, to: Duplicate, do: func(_ *Case, e Event) string { return needs(e.Data.Of != 0, "say of which case") }},
		TakenUp:           {from: []State{Requested, CallbackScheduled}, to: InProgress, do: takeUp},
		SelfServed:        {from: []State{Requested, CallbackScheduled}, to: InProgress, do: serveSelf},
		Presented:         {from: []State{InProgress, Offering, CancelledScheduled}, to: Offering, do: present},
		OfferingBegan:     {from: []State{InProgress}, to: Offering, do: nothing},
		ApprovalRequested: {from: []State{Offering}, to: ApprovalPending, do: ask},
		Approved:          {from: []State{ApprovalPending}, to: Offering, do: approve},
		ApprovalDeclined:  {from: []State{ApprovalPending}, to: Offering, do: refuse},
		OfferAccepted:     {from: []State{Offering, CancelledScheduled}, to: Accepted, do: accept},
		OfferDeclined:     {from: []State{Offering, Accepted, CancelledScheduled}, to: Offering, do: decline},
		OfferExpired:      {from: []State{Offering, Accepted, CancelledScheduled}, to: Offering, do: expire},
		LinkSent:          {from: []State{Accepted, CancelledScheduled}, note: true, do: sendLink},
		Agreed:            {from: []State{Accepted, CancelledScheduled}, to: Confirmed, do: confirm},
		BillingQueued:     {from: []State{Confirmed, BillingFailed}, to: BillingPending, do: queue},
		BillingApplied:    {from: []State{BillingPending}, note: true, do: applied},
		BillingRefused:    {from: []State{BillingPending}, to: BillingFailed, do: grantOf},
		Kept:              {from: []State{Confirmed, BillingPending}, to: SavedProvisional, do: keep},
		ClockStopped:      {from: ticks, to: ClockPaused, do: stopClock},
		ClockResumed:      {from: []State{ClockPaused}, do: resumeClock},
		Verified:          {from: ticks, do: verify},
		LeftAfterAll:      {from: saved, to: Rechurned, do: end},
		Void:              {from: saved, to: Voided, do: end},
		CallbackAgreed:    {from: []State{InProgress, Offering}, to: CallbackScheduled, do: callBack},
		Cancel:            {from: append(slices.Clone(live), Holdout), to: CancelProcessing, do: cancel},
		CancelScheduled:   {from: []State{CancelProcessing}, to: CancelledScheduled, do: scheduleEnd},
		CancelEffective:   {from: []State{CancelledScheduled}, to: CancelledEffective, do: endNow},
		Uncancelled:       {from: []State{CancelledScheduled}, to: SavedProvisional, do: uncancel},
		WinbackOpened:     {from: []State{CancelledEffective}, to: WinbackEligible, do: nothing},
		CameBack:          {from: []State{WinbackEligible}, to: WonBack, do: nothing},
		WinbackOver:       {from: []State{WinbackEligible}, to: Expired, do: nothing},
		LeftWithout:       {from: []State{InProgress, Offering}, to: Withdrawn, do: func(_ *Case, e Event) string { return needs(e.Data.Ref != "", "say what shows it") }},
		TookOver:          {from: live, note: true, do: takeUp},
		RequestAttached:   {from: States, note: true, do: attach},
		DueSooner:         {from: live, note: true, do: sooner},
		ReasonGiven:       {from: States, note: true, do: nothing},
		NoticeRead:        {from: States, note: true, do: readNotice},
		StepTaken:         {from: States, note: true, do: takeStep},
		FixTried:          {from: States, note: true, do: nothing},
		Noted:             {from: States, note: true, do: nothing},
		Moved:             {from: States, do: nothing},
	}
}

// Knows reports whether k is a kind that the fold reads; any other row of a log is a note.
func Knows(k Kind) bool {
	_, ok := rules[k]
	return ok
}

func needs(ok bool, why string) string {
	if ok {
		return ""
	}
	return why
}

func nothing(*Case, Event) string { return "" }

func open(c *Case, e Event) string {
	d := e.Data
	if d.Request == 0 || d.DueAt == nil || d.DueAt.Before(e.At) {
		return "a case needs its request and the time until which it is decided"
	}
	c.OpenedAt, c.Requests, c.Saveable, c.MRRMinor, c.DueAt = e.At, []int64{d.Request}, d.Saveable, d.MRRMinor, *d.DueAt
	if d.EffectiveAt != nil {
		c.EffectiveAt = *d.EffectiveAt
	}
	return ""
}

func readNotice(c *Case, e Event) string {
	if e.Data.Notice == "" || slices.Contains(c.Notices, e.Data.Notice) {
		return "a notice is read once"
	}
	c.Notices = append(c.Notices, e.Data.Notice)
	return ""
}

func takeStep(c *Case, e Event) string {
	if !slices.Contains(Steps, e.Data.Notice) || c.Took(e.Data.Notice) {
		return "there is no such step, or it was taken"
	}
	if c.SaidCancel { // what was permitted before the cancellation permits nothing after it
		c.After = append(c.After, e.Data.Notice)
		return ""
	}
	c.Steps = append(c.Steps, e.Data.Notice)
	return ""
}

func serveSelf(c *Case, e Event) string {
	if e.By != 0 {
		return "only the customer serves themselves"
	}
	c.OnPage = true
	return ""
}

func holdOut(c *Case, _ Event) string {
	if !c.Saveable {
		return "only a case that could be saved can be held out"
	}
	c.Held = true
	return ""
}

func takeUp(c *Case, e Event) string {
	if e.By == 0 {
		return "only a person takes a case up"
	}
	c.Owner, c.OnPage = e.By, false
	return ""
}

// offerable is what holds for every offer, asked for or made. An offer that was declined is not made again.
func offerable(c *Case, e Event) string {
	o := e.Data.Offer
	switch {
	case o == nil || o.ID == 0:
		return "say which offer"
	case c.Held || c.SaidCancel && !c.Invited() || !c.Saveable || slices.Contains(c.Steps, StepDoNotOffer):
		return "no offer may be made in this case"
	case o.Refused != "":
		return o.Refused
	case c.Open() != nil:
		return "the offer before it has no answer yet"
	case c.Yes() != nil:
		return "they accepted another offer"
	}
	if before := c.Last(o.ID); before != nil { // one that lapsed may be made again, on its own rung
		return needs(before.Decision == decisionExpired && before.Rung == o.Rung, "this offer was made before")
	}
	switch {
	case o.RungsMax <= c.Rungs():
		return "no further offer may be made here"
	case o.Rung != c.Rungs()+1:
		return "offers are made rung by rung"
	}
	return ""
}

// Last is the latest showing of an offer, nil if it was not made.
func (c *Case) Last(offer int64) *Shown {
	for i := range slices.Backward(c.Offers) {
		if c.Offers[i].ID == offer {
			return &c.Offers[i]
		}
	}
	return nil
}

func present(c *Case, e Event) string {
	o := e.Data.Offer
	if why := offerable(c, e); why != "" {
		return why
	}
	if o.Presentation == 0 {
		return "an offer that is made has a presentation"
	}
	if o.over() && !c.approved(*o) {
		return "this offer needs a supervisor's approval"
	}
	s := Shown{Offer: *o, At: e.At}
	if e.Data.ExpiresAt != nil {
		s.ExpiresAt = *e.Data.ExpiresAt
	}
	c.Offers = append(c.Offers, s)
	return ""
}

// approved reports whether a supervisor said yes to this very offer.
func (c *Case) approved(o Offer) bool {
	return slices.ContainsFunc(c.Approvals, func(a Asked) bool {
		return a.Approved && a.Offer.ID == o.ID && a.Offer.Version == o.Version
	})
}

func ask(c *Case, e Event) string {
	if why := offerable(c, e); why != "" {
		return why
	}
	if e.By == 0 || e.Data.ExpiresAt == nil {
		return "an agent asks, and says until when"
	}
	c.Approvals = append(c.Approvals, Asked{Offer: *e.Data.Offer, By: e.By, At: e.At, Until: *e.Data.ExpiresAt})
	return ""
}

func approve(c *Case, e Event) string {
	a := c.Waiting()
	switch {
	case a == nil:
		return "nobody asked"
	case e.By == 0 || e.By == a.By || e.By == c.Owner:
		return "somebody else than the agent of the case decides"
	case !e.At.Before(a.Until):
		return "the time to answer is over"
	}
	a.Decided, a.Approved, a.Approver = true, true, e.By
	return ""
}

// refuse is a supervisor's no, or the house's when the time is over.
func refuse(c *Case, e Event) string {
	a := c.Waiting()
	switch {
	case a == nil:
		return "nobody asked"
	case e.By != 0 && (e.By == a.By || e.By == c.Owner):
		return "somebody else than the agent of the case decides"
	case e.By == 0 && e.At.Before(a.Until):
		return "there is time left to answer"
	}
	a.Decided, a.Approver = true, e.By
	return ""
}

func accept(c *Case, e Event) string {
	s := c.shown(e.Data.Presentation)
	switch {
	case s == nil:
		return "this offer was not made"
	case s.Decision == decisionExpired || !s.ExpiresAt.IsZero() && !e.At.Before(s.ExpiresAt):
		return "this offer has expired"
	case c.SaidCancel && !c.Invited():
		return "they said that they want to cancel"
	case c.SaidCancel && s.Decision != "":
		return "this offer does not wait for an answer"
	}
	s.Decision = decisionAccepted
	return ""
}

func decline(c *Case, e Event) string {
	s := c.shown(e.Data.Presentation)
	if s == nil || c.State == Accepted && s.Decision != decisionAccepted || s.Decision == decisionDeclined || s.Decision == decisionExpired {
		return "this offer does not wait for an answer"
	}
	s.Decision, c.LinkUntil = decisionDeclined, time.Time{}
	return ""
}

func expire(c *Case, e Event) string {
	s := c.shown(e.Data.Presentation)
	switch {
	case s == nil || s.Decision == decisionDeclined || s.Decision == decisionExpired:
		return "this offer does not wait for an answer"
	case s.ExpiresAt.IsZero() || e.At.Before(s.ExpiresAt) || c.SaidCancel && e.At.Before(c.LinkUntil):
		return "this offer still holds"
	case c.State == Accepted && (s.Decision != decisionAccepted || !c.LinkUntil.IsZero()):
		return "what they agreed to waits for their confirmation"
	}
	s.Decision = decisionExpired
	return ""
}

func sendLink(c *Case, e Event) string {
	if e.Data.ExpiresAt == nil || !e.Data.ExpiresAt.After(e.At) {
		return "a link needs a time until which it holds"
	}
	if c.Yes() == nil {
		return "no offer was accepted"
	}
	c.LinkUntil = *e.Data.ExpiresAt
	return ""
}

func confirm(c *Case, e Event) string {
	if e.Data.Ref == "" || e.Data.Method == "" || c.Yes() == nil {
		return "agreement needs evidence, and an offer that was accepted"
	}
	c.Ref, c.Method, c.LinkUntil = e.Data.Ref, e.Data.Method, time.Time{}
	if c.SaidCancel { // they take it back; billing has some days to keep what was promised
		c.SaidCancel, c.Cause, c.EffectiveAt = false, "", c.planned
		c.DueAt = e.At.Add(takenBackDays * day)
	}
	return ""
}

func queue(c *Case, e Event) string {
	if e.Data.Grant == 0 || c.Grant != 0 && c.Grant != e.Data.Grant {
		return "a case has one grant"
	}
	c.Grant = e.Data.Grant
	return ""
}

func grantOf(c *Case, e Event) string {
	return needs(e.Data.Grant == c.Grant && !slices.Contains(c.Applied, e.Data.Grant), "another grant, or one that was applied")
}

func applied(c *Case, e Event) string {
	if why := grantOf(c, e); why != "" {
		return why
	}
	c.Applied = append(c.Applied, e.Data.Grant)
	return ""
}

func keep(c *Case, e Event) string {
	yes := c.Yes()
	switch {
	case c.Ref == "" || yes == nil:
		return "no evidence of agreement"
	case yes.Billing && len(c.Applied) == 0:
		return "billing has not applied what was agreed"
	}
	c.SavedAt = e.At
	return ""
}

func callBack(c *Case, e Event) string {
	at := e.Data.ExpiresAt
	switch {
	case at == nil || !at.After(e.At) || at.After(c.DueAt):
		return "a callback is in the future, and before the case is decided"
	case c.Callbacks >= callbacksMax:
		return "they were put off often enough"
	}
	if o := c.Open(); o != nil { // no answer is no yes: it may be made again when they are called
		o.Decision = decisionExpired
	}
	c.Callbacks, c.CallbackAt, c.OnPage = c.Callbacks+1, *at, false
	return ""
}

func cancel(c *Case, e Event) string {
	if e.Data.Cause == "" {
		return "say why it goes ahead"
	}
	c.SaidCancel, c.Cause, c.LinkUntil, c.planned = true, e.Data.Cause, time.Time{}, c.EffectiveAt
	c.After = nil
	for i := range c.Offers { // what was offered falls, a yes too
		if d := &c.Offers[i].Decision; *d == "" || *d == decisionAccepted {
			*d = decisionDeclined
		}
	}
	return ""
}

func scheduleEnd(c *Case, e Event) string {
	if e.Data.EffectiveAt == nil {
		return "say when it takes effect"
	}
	c.EffectiveAt = *e.Data.EffectiveAt
	return ""
}

func endNow(c *Case, e Event) string {
	if e.At.Before(c.EffectiveAt) {
		return "it has not taken effect yet"
	}
	c.CancelledAt = e.At
	return ""
}

// uncancel is the customer's own second thought, with its own request and evidence.
func uncancel(c *Case, e Event) string {
	d := e.Data
	if d.Request == 0 || slices.Contains(c.Requests, d.Request) || d.Ref == "" || d.Method == "" {
		return "only a new request of the customer, with evidence, takes a cancellation back"
	}
	c.Requests = append(c.Requests, d.Request)
	c.Ref, c.Method, c.SavedAt = d.Ref, d.Method, e.At
	return ""
}

func attach(c *Case, e Event) string {
	if e.Data.Request == 0 || slices.Contains(c.Requests, e.Data.Request) {
		return "a request is attached once"
	}
	c.Requests = append(c.Requests, e.Data.Request)
	return ""
}

func sooner(c *Case, e Event) string {
	if e.Data.DueAt == nil || !e.Data.DueAt.Before(c.DueAt) || e.Data.DueAt.Before(e.At) {
		return "a deadline only comes nearer"
	}
	c.DueAt = *e.Data.DueAt
	return ""
}

func end(c *Case, e Event) string {
	if e.Data.Cause == "" {
		return "say why"
	}
	if c.State == ClockPaused {
		c.closePause(e.At)
	}
	c.Cause = e.Data.Cause
	return ""
}
