package flow

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// historiesMax is how many random histories each invariant is tried on.
const historiesMax = 10_000

// short runs a tenth of them.
const shortPart = 10

var start = time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC)

// history is a case with the log that made it, and what was tried in vain.
type history struct {
	rnd     *rand.Rand
	now     time.Time
	c       Case
	log     []Event
	refused int
}

// histories tries check on random histories. A failure prints the seed and length that show it, made as short as rapid
// can.
func histories(t *testing.T, check func(t *rapid.T, h *history)) {
	t.Helper()
	t.Parallel()
	n := historiesMax
	if testing.Short() {
		n /= shortPart
	}
	const perCheck = 100 // rapid draws a block of seeds; each is a history of its own
	var ran int
	rapid.Check(t, func(t *rapid.T) {
		if ran >= n {
			return
		}
		seed, steps := rapid.Uint64().Draw(t, "seed"), rapid.IntRange(1, 45).Draw(t, "steps")
		for i := range uint64(perCheck) {
			ran++
			h := newHistory(seed+i, steps)
			check(t, h)
		}
	})
	if ran < n {
		t.Fatalf("only %d histories", ran)
	}
}

func newHistory(seed uint64, steps int) *history {
	h := &history{rnd: rand.New(rand.NewPCG(seed, 7)), now: start}
	h.try(h.opening())
	for range steps {
		h.now = h.now.Add(h.step())
		if h.rnd.IntN(12) == 0 {
			h.clockWork()
			continue
		}
		h.try(h.event(h.kind()))
	}
	return h
}

// step is seconds in a conversation, days between the stages of a save.
func (h *history) step() time.Duration {
	if h.c.State.Live() && h.rnd.IntN(6) > 0 {
		return time.Duration(h.rnd.IntN(90)) * time.Second
	}
	return time.Duration(h.rnd.IntN(40*24)) * time.Hour
}

// try applies an event as the service would: what is refused leaves no trace.
func (h *history) try(e Event) bool {
	e.At = h.now
	after, e, err := h.c.Apply(e)
	if err != nil {
		h.refused++
		return false
	}
	h.c, h.log = after, append(h.log, e)
	return true
}

// clockWork fires what is due, soonest first.
func (h *history) clockWork() {
	timers := h.c.Timers()
	slices.SortFunc(timers, func(a, b Timer) int { return a.At.Compare(b.At) })
	for _, timer := range timers {
		for _, e := range h.c.Fire(timer.Kind, h.now) {
			h.try(e)
		}
	}
}

// kindsOf are the kinds that are written nowadays, and those that fit each state.
var kindsOf = sync.OnceValues(func() (written []Kind, fitting map[State][]Kind) {
	var all []Kind
	fit := map[State][]Kind{}
	for k := range rules {
		if k != Moved { // only read
			all = append(all, k)
		}
	}
	slices.Sort(all)
	for _, s := range States {
		for _, k := range all {
			if slices.Contains(rules[k].from, s) {
				fit[s] = append(fit[s], k)
			}
		}
	}
	return all, fit
})

// rare are the kinds that end a case or tell little: left to chance alone they would crowd out the others.
func rare(k Kind) bool {
	switch k {
	case Cancel, LeftAfterAll, Void, Duplicated, HeldOut, LeftWithout:
		return true
	}
	return rules[k].note && k != LinkSent && k != BillingApplied
}

// kind is mostly one that the state allows, so that histories get somewhere, and sometimes any.
func (h *history) kind() Kind {
	written, fitting := kindsOf()
	from := fitting[h.c.State]
	if len(from) == 0 || h.rnd.IntN(8) == 0 {
		from = written
	}
	k := from[h.rnd.IntN(len(from))]
	for range 6 {
		if !rare(k) {
			break
		}
		k = from[h.rnd.IntN(len(from))]
	}
	return k
}

func (h *history) opening() Event {
	due := h.now.AddDate(0, 0, 5)
	d := Data{Request: 1, Saveable: h.rnd.IntN(10) > 0, MRRMinor: 8000, DueAt: &due}
	if h.rnd.IntN(2) == 0 {
		end := h.now.AddDate(0, 0, h.rnd.IntN(30))
		d.EffectiveAt = &end
	}
	return Event{Kind: Opened, Data: d}
}

// event is one of the kind, with data that is right more often than not. Person 1 is the agent, 2 and 3 supervise.
func (h *history) event(k Kind) Event {
	r := h.rnd
	at := h.now.Add(time.Duration(r.IntN(50)-5) * time.Hour)
	d := Data{
		Request: int64(r.IntN(5)), Of: int64(r.IntN(3)), Presentation: h.aPresentation(), ExpiresAt: &at, Grant: int64(r.IntN(2) + 1),
		Reason: "too_expensive", Notice: append(Steps, "us-ca")[r.IntN(len(Steps)+1)], Cause: "customer", EffectiveAt: &at, DueAt: &at, Method: []string{EvidenceRecording, EvidenceSimulated}[r.IntN(2)],
		Evidence: &Evidence{Active: r.IntN(9) > 0, PaidMinor: int64(r.IntN(6) * 1000), UnpaidMinor: int64(max(0, r.IntN(8)-6))},
	}
	if r.IntN(6) > 0 {
		d.Ref = "rec-1"
	}
	switch k {
	case Presented, ApprovalRequested:
		d.Offer = h.anOffer(k)
	case BillingApplied, BillingRefused:
		if h.c.Grant != 0 && r.IntN(6) > 0 {
			d.Grant = h.c.Grant
		}
	case Verified:
		if due := h.c.VerifyDue(30 * (len(h.c.Stages) + 1)); r.IntN(4) > 0 && h.now.Before(due) {
			h.now = due
		}
	}
	return Event{Kind: k, By: int64(r.IntN(4)), Data: d}
}

func (h *history) aPresentation() int64 {
	if n := len(h.c.Offers); n > 0 && h.rnd.IntN(8) > 0 {
		return h.c.Offers[n-1].Presentation
	}
	return int64(h.rnd.IntN(6))
}

func (h *history) anOffer(k Kind) *Offer {
	r := h.rnd
	o := &Offer{
		ID: int64(r.IntN(6)), Version: 1, Family: []string{"discount", "pause"}[r.IntN(2)], DepthBP: r.IntN(5) * 1000, LimitBP: 2000,
		Rung: h.c.Rungs() + 1, RungsMax: 1 + r.IntN(3), Billing: r.IntN(2) == 0,
	}
	if r.IntN(10) == 0 {
		o.Rung++
	}
	if r.IntN(10) == 0 {
		o.Refused = "not here"
	}
	if k == Presented {
		o.Presentation = int64(len(h.c.Offers) + 1)
		if r.IntN(3) > 0 {
			o.Rung = h.c.Rung(o.ID)
		}
		if n := len(h.c.Approvals); n > 0 && r.IntN(2) == 0 {
			shown := o.Presentation
			*o = h.c.Approvals[n-1].Offer
			o.Presentation = shown
		}
	}
	return o
}

// settle lets time pass with nobody acting, and billing not asked, until nothing runs any more. It returns how many times
// a clock struck.
func (h *history) settle() int {
	strikes := 0
	for range 50 {
		timers := slices.DeleteFunc(h.c.Timers(), func(t Timer) bool { return t.Kind == TimerVerify })
		if len(timers) == 0 {
			break
		}
		slices.SortFunc(timers, func(a, b Timer) int { return a.At.Compare(b.At) })
		if h.now.Before(timers[0].At) {
			h.now = timers[0].At
		}
		h.clockWork()
		strikes++
	}
	return strikes
}
