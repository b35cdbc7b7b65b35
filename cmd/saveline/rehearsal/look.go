package rehearsal

import (
	"context"
	"math/rand/v2"
	"time"

	"saveline/campaigns"
	"saveline/dialer"
	"saveline/retention"
)

// look reads the desk and makes a plan for what it shows.
func (a *agent) look(ctx context.Context, f *Floor, now time.Time) error {
	a.lookAt = now.Add(lookAgainAfter)
	seat, err := f.Dialer.SeatOf(ctx, a.who)
	if err != nil {
		return err
	}
	if seat.State != dialer.Away && seat.State != dialer.Ready {
		a.lookAt = now.Add(lookBusyAfter)
	}
	switch seat.State {
	case dialer.Away:
		a.plan = nil
		if f.onShift(now) {
			a.will(now.Add(time.Second), func(ctx context.Context) error { return a.ready(ctx, f) })
		}
	case dialer.Ready:
		a.offDuty(ctx, f, now)
		if f.mode == "manual" && len(a.plan) == 0 {
			a.will(now.Add(4*time.Second), func(ctx context.Context) error { return a.pick(ctx, f) })
		}
	case dialer.Preview:
		if lead := seat.Lead; len(a.plan) == 0 && lead != 0 {
			a.will(now.Add(a.seconds(f.rnd(a, uint64(lead)), 6, 0.4)), func(ctx context.Context) error {
				return a.dial(ctx, f, lead)
			})
		}
	case dialer.Talking, dialer.Wrapping:
		if seat.Call != 0 {
			a.talk(f, now, seat)
		}
	}
	return nil
}

// offDuty signs the agent off when the shift is over.
func (a *agent) offDuty(ctx context.Context, f *Floor, now time.Time) {
	if f.onShift(now) {
		return
	}
	a.plan = nil
	a.will(now, func(ctx context.Context) error {
		return f.Dialer.SetAgentState(ctx, a.who, dialer.SetState{State: dialer.Away, Reason: "end_of_shift"})
	})
}

func (a *agent) ready(ctx context.Context, f *Floor) error {
	return f.Dialer.SetAgentState(ctx, a.who, dialer.SetState{State: dialer.Ready, Campaign: a.campaign})
}

// pick is manual mode: the first lead of the agent's list is dialed.
func (a *agent) pick(ctx context.Context, f *Floor) error {
	leads, err := f.Dialer.DeskLeads(ctx, a.who, "")
	if err != nil || len(leads) == 0 {
		return err
	}
	return a.dial(ctx, f, leads[0].ID)
}

// talk plans a conversation once, when it begins; what the customer is like is drawn from the seed, the number and
// how often the number was called.
func (a *agent) talk(f *Floor, now time.Time, seat dialer.Seat) {
	if a.conv == nil || seat.Call != a.conv.call {
		c := f.conversation(seat)
		a.style.bend(c)
		a.conv, a.wrapAt, a.plan = c, time.Time{}, nil
		if c.machine {
			a.will(now.Add(4*time.Second), func(ctx context.Context) error { return a.hangUp(ctx, f) })
		} else {
			a.will(now.Add(a.seconds(c.rnd, 8, 0.4)), func(ctx context.Context) error { return a.offer(ctx, f, c) })
		}
	}
	if seat.State == dialer.Wrapping && a.wrapAt.IsZero() {
		a.wrapAt = now.Add(a.seconds(a.conv.rnd, a.conv.wrapMean(), 0.5))
		a.plan = nil
		a.will(a.wrapAt, func(ctx context.Context) error { return a.conclude(ctx, f) })
	}
}

func (a *agent) hangUp(ctx context.Context, f *Floor) error {
	_, err := f.Dialer.HangUp(ctx, a.who, a.conv.call)
	return err
}

func (a *agent) dial(ctx context.Context, f *Floor, lead campaigns.LeadID) error {
	_, err := f.Dialer.DialLead(ctx, a.who, lead)
	return err
}

// offer shows the first offer and, if the customer said yes to it and is generous, the second.
func (a *agent) offer(ctx context.Context, f *Floor, c *conversation) error {
	if c.saving {
		if err := a.readNotices(ctx, f, c); err != nil {
			return err
		}
	}
	offers, err := f.Retention.OffersFor(ctx, a.who, c.call)
	if err != nil {
		return err
	}
	why := ""
	if c.saving && a.style == maxDiscount {
		if offers, err = a.deepestFirst(ctx, f, c, offers); err != nil {
			return err
		}
		why = "the customer was about to go"
	}
	for i, o := range offers {
		if i > 1 || i == 1 && !c.second {
			break
		}
		p, err := f.Retention.Present(ctx, a.who, retention.PresentInput{Call: c.call, Offer: o.ID, Override: why})
		if err != nil {
			return err
		}
		yes := c.outcome == c.yes()
		if err := a.decide(ctx, f, p, yes); err != nil {
			return err
		}
		if !yes {
			break
		}
		c.accepted = append(c.accepted, o.Result)
	}
	return nil
}

// readNotices says what the law of the customer's place wants said before any offer.
func (a *agent) readNotices(ctx context.Context, f *Floor, c *conversation) error {
	desk, err := f.Retention.SaveDeskFor(ctx, a.who, c.call)
	if err != nil {
		return err
	}
	for _, n := range desk.Law.Notices {
		if err := f.Retention.RecordStep(ctx, a.who, retention.StepInput{Call: c.call, Notice: n.Code}); err != nil {
			return err
		}
	}
	return nil
}

func (a *agent) decide(ctx context.Context, f *Floor, p retention.Presentation, yes bool) error {
	in := retention.DecideInput{Presentation: p.ID, Decision: "declined", Reason: "price"}
	if yes {
		in.Decision, in.Reason = "accepted", ""
	}
	if yes && p.Result == "upsell" {
		in.Consent = &retention.UpsellConsent{Disclosed: true, Words: "Yes, add it."}
	}
	_, err := f.Retention.Decide(ctx, a.who, in)
	return err
}

// conclude records the outcome that the conversation came to. A customer who hung up before the offer bought nothing.
func (a *agent) conclude(ctx context.Context, f *Floor) error {
	c := a.conv
	in := retention.ConcludeInput{Call: c.call, Code: c.outcome}
	if c.outcome == c.yes() && len(c.accepted) == 0 {
		in.Code = c.no()
	}
	if in.Code == c.no() && c.lossAs != "" {
		in.Code = c.lossAs
	}
	if in.Code == "callback" {
		at := f.now().Add(2*time.Hour + time.Duration(c.rnd.IntN(180))*time.Minute).Truncate(time.Minute)
		in.CallbackAt, in.CallbackMine = &at, !c.machine
	}
	out, err := f.Retention.Conclude(ctx, a.who, in)
	if err == nil && c.untrue && out.Code == "save" && !f.until.IsZero() {
		f.untrue = append(f.untrue, out.Results[0].ID)
	}
	if in.Code == "callback" && refused(err) { // no hour is left in which they may be called before they must be answered
		in = retention.ConcludeInput{Call: c.call, Code: c.no()}
		_, err = f.Retention.Conclude(ctx, a.who, in)
	}
	return err
}

// conversation is what one call will come to.
type conversation struct {
	call     dialer.CallID
	rnd      *rand.Rand
	machine  bool
	saving   bool
	second   bool
	outcome  string
	accepted []string
	lossAs   string // what a loss is noted as; "": as one
	untrue   bool   // the yes was never said, and somebody will find out
}

func (c *conversation) yes() string {
	if c.saving {
		return "save"
	}
	return "sale"
}

func (c *conversation) no() string {
	if c.saving {
		return "lost"
	}
	return "not_interested"
}

func (c *conversation) wrapMean() float64 {
	if c.outcome == c.yes() {
		return 25
	}
	return 9
}

// chance is one row of a table of outcomes; shares add up to at most 1, the rest is "no".
type chance struct {
	code  string
	share float64
}

// Shares of conversations with people. Sales: a public bank's phone campaign sold to 11.3 % of its contacts.
var (
	sellingChances = []chance{{"sale", 0.113}, {"callback", 0.10}, {"wrong_number", 0.02}, {"do_not_call", 0.015}, {"other", 0.03}}
	savingChances  = []chance{{"save", 0.35}, {"callback", 0.15}}
)

func draw(u float64, chances []chance, otherwise string) string {
	for _, c := range chances {
		if u < c.share {
			return c.code
		}
		u -= c.share
	}
	return otherwise
}
