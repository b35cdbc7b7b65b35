package flow

import "time"

// TimerKind names a deadline of a case.
type TimerKind string

// The deadlines of a case (retention design 3.3).
const (
	TimerSLA       TimerKind = "cancel_sla"        // undecided, the cancellation goes ahead
	TimerOffer     TimerKind = "offer_ttl"         // an offer that nobody answered, or that never became more than a yes, lapses
	TimerApproval  TimerKind = "approval"          // no answer is a no
	TimerEConfirm  TimerKind = "econfirm"          // unconfirmed, the cancellation goes ahead
	TimerCallback  TimerKind = "callback_deadline" // not reached, the cancellation goes ahead
	TimerEffective TimerKind = "effective_date"    // the cancellation takes effect
	TimerResume    TimerKind = "clock_resume"      // a pause is over
	TimerVerify    TimerKind = "verify"            // billing is asked whether the save is still there
	TimerWinback   TimerKind = "winback"           // they may be asked to come back
	TimerOver      TimerKind = "winback_over"      // they are not asked any more
)

const (
	callbackDays   = 5   // after the agreed time
	winbackDays    = 30  // after the cancellation took effect
	winbackDaysMax = 120 // and no longer than this
)

// The causes of a cancellation that a clock lets go ahead.
const (
	CauseSLA         = "deadline"
	CauseUnconfirmed = "unconfirmed"
	CauseUnreached   = "not_reached"
)

// Timer is one deadline.
type Timer struct {
	Kind TimerKind
	At   time.Time
}

// Timers are the deadlines that run for the case as it stands. A live case always has one: it cannot be forgotten.
func (c *Case) Timers() []Timer {
	var out []Timer
	add := func(kind TimerKind, at time.Time) { out = append(out, Timer{kind, at}) }
	if c.State.Live() || c.State == Holdout || c.State == CancelProcessing {
		add(TimerSLA, c.sla())
	}
	if stage := c.Stage(); stage != 0 {
		add(TimerVerify, c.VerifyDue(stage))
	}
	switch c.State {
	case Offering:
		if o := c.Open(); o != nil && !o.ExpiresAt.IsZero() {
			add(TimerOffer, o.ExpiresAt)
		}
	case Accepted:
		if !c.LinkUntil.IsZero() {
			add(TimerEConfirm, c.LinkUntil)
		} else if o := c.Yes(); o != nil && !o.ExpiresAt.IsZero() {
			add(TimerOffer, o.ExpiresAt)
		}
	case ApprovalPending:
		if a := c.Waiting(); a != nil {
			add(TimerApproval, a.Until)
		}
	case CallbackScheduled:
		add(TimerCallback, c.before(c.CallbackAt.Add(callbackDays*day)))
	case CancelledScheduled:
		add(TimerEffective, c.EffectiveAt)
		if o := c.Open(); o != nil && !o.ExpiresAt.IsZero() {
			add(TimerOffer, o.ExpiresAt)
		} else if o := c.Yes(); o != nil && !o.ExpiresAt.IsZero() {
			add(TimerOffer, later(o.ExpiresAt, c.LinkUntil))
		}
	case ClockPaused:
		add(TimerResume, c.PauseUntil)
	case CancelledEffective:
		add(TimerWinback, c.CancelledAt.Add(winbackDays*day))
	case WinbackEligible:
		add(TimerOver, c.CancelledAt.Add(winbackDaysMax*day))
	}
	return out
}

// refPage shows that a customer left their own page without cancelling.
const refPage = "page"

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// sla is until when the wish is decided: what the case was opened with, never past the end of the subscription.
func (c *Case) sla() time.Time { return c.before(c.DueAt) }

func (c *Case) before(at time.Time) time.Time {
	if !c.EffectiveAt.IsZero() && c.EffectiveAt.Before(at) && c.EffectiveAt.After(c.OpenedAt) {
		return c.EffectiveAt
	}
	return at
}

// LinkMax is how long an e-confirmation that is sent now may wait: a day, never past the end of the subscription.
func (c *Case) LinkMax(now time.Time) time.Time { return c.before(now.Add(day)) }

// Fire is what the house does when a deadline passes: the events to apply, in order; none if the deadline does not run
// (any more) or has not come. What a verification comes to only billing knows: Judge says it.
func (c *Case) Fire(kind TimerKind, now time.Time) []Event {
	running := false
	for _, t := range c.Timers() {
		running = running || t.Kind == kind && !now.Before(t.At)
	}
	if !running {
		return nil
	}
	house := func(kind Kind, d Data) []Event { return []Event{{Kind: kind, At: now, Data: d}} }
	switch kind {
	case TimerSLA:
		if c.OnPage && (c.State == InProgress || c.State == Offering) { // they looked, said nothing, and left
			return house(LeftWithout, Data{Ref: refPage})
		}
		return c.CancelNow(0, CauseSLA, now)
	case TimerEConfirm:
		return c.CancelNow(0, CauseUnconfirmed, now)
	case TimerCallback:
		return c.CancelNow(0, CauseUnreached, now)
	case TimerOffer:
		if o := c.Open(); o != nil {
			return house(OfferExpired, Data{Presentation: o.Presentation})
		}
		return house(OfferExpired, Data{Presentation: c.Yes().Presentation})
	case TimerApproval:
		return house(ApprovalDeclined, Data{Cause: "timeout"})
	case TimerEffective:
		return house(CancelEffective, Data{})
	case TimerResume:
		return house(ClockResumed, Data{})
	case TimerVerify:
		return nil
	case TimerWinback:
		return house(WinbackOpened, Data{})
	}
	return house(WinbackOver, Data{})
}

// CancelNow is “cancel it”, from any live state, in one act: it goes ahead and is on its way to billing.
func (c *Case) CancelNow(by int64, cause string, now time.Time) []Event {
	at := now
	if c.EffectiveAt.After(now) {
		at = c.EffectiveAt
	}
	var out []Event
	if c.State != CancelProcessing {
		out = append(out, Event{Kind: Cancel, At: now, By: by, Data: Data{Cause: cause}})
	}
	return append(out, Event{Kind: CancelScheduled, At: now, By: by, Data: Data{EffectiveAt: &at}})
}
