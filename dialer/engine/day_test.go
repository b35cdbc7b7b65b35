package engine

import (
	"container/heap"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"saveline/dialer/pacing"
	"saveline/dialer/telephony"
)

// item is an input that comes due.
type item struct {
	at  time.Time
	seq int
	do  func()
}

type queue []item

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	return q[i].at.Before(q[j].at) || q[i].at.Equal(q[j].at) && q[i].seq < q[j].seq
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)   { *q = append(*q, x.(item)) }
func (q *queue) Pop() any {
	o := *q
	n := len(o) - 1
	x := o[n]
	*q = o[:n]
	return x
}

// tally is what a day came to.
type tally struct {
	Calls, Answered, Connected, Abandoned, Missed, Cancelled, Steps int
	TalkSeconds                                                     int
}

// day is a whole floor around one engine: the database, the switch, the people, all of seeded chance.
type day struct {
	t         *testing.T
	seed      uint64
	rnd       *rand.Rand
	e         *Engine
	q         queue
	seq       int
	now       time.Time
	nextLead  LeadID
	nextCall  CallID
	agents    map[AgentID]*agentState // the database's truth
	legs      map[telephony.LegID]bool
	up        map[telephony.LegID]bool
	leadOf    map[CallID]LeadID
	agentOn   map[CallID]AgentID
	lead      map[LeadID]CallID // live calls by lead
	policy    Policy
	tally     tally
	stopUntil time.Time
}

type agentState struct {
	state string
	since time.Time
	lead  LeadID
}

func newDay(t *testing.T, seed uint64, mode pacing.Mode, agents int) *day {
	d := &day{
		t: t, seed: seed, rnd: rand.New(rand.NewPCG(seed, 1)), now: time.Date(2026, 1, 5, 14, 0, 0, 0, time.UTC),
		agents: map[AgentID]*agentState{}, legs: map[telephony.LegID]bool{}, up: map[telephony.LegID]bool{},
		leadOf: map[CallID]LeadID{}, agentOn: map[CallID]AgentID{}, lead: map[LeadID]CallID{},
		policy: Policy{Pacing: pacing.Policy{Mode: mode}, Preview: 30 * time.Second, Message: true, RingFor: 25 * time.Second},
	}
	for a := range agents {
		d.agents[AgentID(a+1)] = &agentState{state: "ready", since: d.now}
	}
	d.e = New(d.policy)
	return d
}

func (d *day) after(s float64, do func()) {
	d.seq++
	heap.Push(&d.q, item{d.now.Add(time.Duration(s * float64(time.Second))), d.seq, do})
}

func (d *day) run(hours int) tally {
	end := d.now.Add(time.Duration(hours) * time.Hour)
	d.after(0, d.pass)
	for d.q.Len() > 0 {
		it := heap.Pop(&d.q).(item)
		if it.at.After(end) {
			break
		}
		d.now = it.at
		it.do()
	}
	return d.tally
}

// pass is what the shell does ten times a second; here once a second and after each event.
func (d *day) pass() {
	var in Agents
	for _, id := range d.sorted() {
		switch a := d.agents[id]; a.state {
		case "ready":
			in.Ready = append(in.Ready, Idle{id, a.since})
		case "preview":
			in.Looking = append(in.Looking, Look{id, a.lead, a.since})
		}
	}
	d.step(in)
	gate := Open
	if d.now.Before(d.stopUntil) {
		gate = Stopped
	} else if d.rnd.IntN(5000) == 0 {
		d.stopUntil = d.now.Add(20 * time.Second)
	}
	d.step(Tick{gate, "stopped"})
	for _, id := range d.sorted() {
		a := d.agents[id]
		if a.state == "preview" && d.rnd.IntN(4) == 0 {
			kind := Dial
			if d.rnd.IntN(5) == 0 {
				kind = Skip
			}
			d.step(Command{ID: 1, Kind: kind, Lead: a.lead, Agent: id})
		}
		if a.state == "ready" && d.policy.Pacing.Mode == pacing.Manual && d.rnd.IntN(4) == 0 {
			d.nextLead++
			d.step(Command{ID: 1, Kind: Dial, Lead: d.nextLead, Agent: id})
		}
		if d.agents[id].state == "ready" && d.rnd.IntN(3000) == 0 { // a pause, unannounced
			d.move(id, "away")
			d.after(120, func() { d.move(id, "ready") })
		}
	}
	d.after(1, d.pass)
}

func (d *day) sorted() []AgentID {
	ids := make([]AgentID, 0, len(d.agents))
	for id := range d.agents {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

func (d *day) move(id AgentID, state string) { d.agents[id] = &agentState{state: state, since: d.now} }

func (d *day) step(in Input) {
	d.tally.Steps++
	for _, out := range d.e.Step(d.now, in) {
		d.carryOut(out)
	}
	d.check()
}

func (d *day) event(kind telephony.EventKind, leg telephony.LegID, cause telephony.Cause) {
	if !d.legs[leg] {
		return
	}
	switch kind {
	case telephony.LegAnswered:
		d.up[leg] = true
	case telephony.LegEnded:
		cause.Answered = d.up[leg]
		delete(d.legs, leg)
		delete(d.up, leg)
	}
	d.step(Event{telephony.Event{Kind: kind, Leg: leg, At: d.now, Cause: cause}})
}

func (d *day) failf(format string, args ...any) {
	d.t.Helper()
	d.t.Fatalf("seed %d, %s: %s", d.seed, d.now.Format(time.TimeOnly), fmt.Sprintf(format, args...))
}

func (d *day) carryOut(out Output) {
	switch o := out.(type) {
	case Want:
		g := Granted{}
		for range min(o.N, d.rnd.IntN(30)) { // sometimes the list gives less, or nothing
			d.nextLead++
			g.Leads = append(g.Leads, Lead{ID: d.nextLead})
		}
		d.step(g)
	case Show:
		d.move(o.Agent, "preview")
		d.agents[o.Agent].lead = o.Lead.ID
	case TakeBack:
		d.move(o.Agent, map[bool]string{true: "away", false: "ready"}[o.Away])
		if o.Away {
			d.after(60, func() { d.move(o.Agent, "ready") })
		}
	case SkipLead:
		d.move(o.Agent, "ready")
	case Place:
		d.place(o)
	case Offer:
		d.offer(o)
	case Connect:
		d.connect(o)
	case Abandon:
		d.tally.Abandoned++
		d.after(5, func() { d.event(telephony.PlayDone, CustomerLeg(o.Call), telephony.Cause{}) })
	case Free:
		d.move(o.Agent, "ready")
	case NoAnswer:
		d.tally.Missed++
		d.move(o.Agent, "away")
		d.after(60, func() { d.move(o.Agent, "ready") })
	case HangLeg:
		d.after(0.02, func() {
			d.event(telephony.LegEnded, o.Leg, telephony.Cause{ByUs: true, RingOut: o.Why == telephony.HangupNoAnswer})
		})
	case Ended:
		d.ended(o)
	}
}

// place is gate, record and switch: some leads are refused, some numbers are busy, a fifth is answered.
func (d *day) place(p Place) {
	if d.rnd.IntN(10) == 0 {
		if p.By != 0 {
			d.move(p.By, "ready")
		}
		d.step(Denied{p.Lead.ID})
		return
	}
	if other := d.lead[p.Lead.ID]; other != 0 {
		d.failf("lead %d is placed while call %d has it", p.Lead.ID, other)
	}
	if d.policy.Pacing.Mode == pacing.Progressive {
		if s := d.e.snapshot(); s.InFlight > s.Ready {
			d.failf("placing with %d in flight and %d ready", s.InFlight, s.Ready)
		}
	}
	d.nextCall++
	call, leg := d.nextCall, CustomerLeg(d.nextCall)
	d.tally.Calls++
	d.lead[p.Lead.ID], d.leadOf[call], d.legs[leg] = call, p.Lead.ID, true
	if p.By != 0 {
		d.move(p.By, "ringing")
		d.agentOn[call] = p.By
		d.ringAgent(call, 1)
	}
	d.step(Placed{p.Lead.ID, call})
	ring := 3 + 15*d.rnd.Float64()
	d.after(1.5, func() { d.event(telephony.LegRinging, leg, telephony.Cause{}) })
	switch d.rnd.IntN(10) {
	case 0:
		d.after(2, func() { d.event(telephony.LegEnded, leg, telephony.Cause{SIP: 486}) })
	case 1, 2, 3, 4:
		d.after(ring, func() { d.tally.Answered++; d.event(telephony.LegAnswered, leg, telephony.Cause{}) })
		d.after(ring+5+60*d.rnd.ExpFloat64(), func() { d.event(telephony.LegEnded, leg, telephony.Cause{}) })
	default:
		d.after(25, func() {
			d.event(telephony.LegEnded, leg, telephony.Cause{RingOut: true, Rang: true})
		})
	}
}

func (d *day) offer(o Offer) {
	if d.agents[o.Agent].state != "ready" {
		d.step(ClaimLost{o.Call, o.Agent})
		return
	}
	d.move(o.Agent, "ringing")
	d.agentOn[o.Call] = o.Agent
	d.ringAgent(o.Call, o.Ring)
}

func (d *day) ringAgent(call CallID, n int) {
	leg := AgentLeg(call, n)
	d.legs[leg] = true
	if d.rnd.IntN(100) < 3 {
		return // this phone is dead
	}
	d.after(0.3+0.4*d.rnd.Float64()+map[bool]float64{true: 3}[d.rnd.IntN(50) == 0], func() {
		d.event(telephony.LegAnswered, leg, telephony.Cause{})
	})
}

func (d *day) connect(o Connect) {
	if !d.up[o.Legs[0]] || !d.up[o.Legs[1]] {
		d.failf("call %d is connected, but its legs are not up", o.Call)
	}
	if s := d.agents[o.Agent].state; s != "ringing" {
		d.failf("agent %d is %s and gets call %d", o.Agent, s, o.Call)
	}
	d.tally.Connected++
	d.move(o.Agent, "talking")
}

func (d *day) ended(o Ended) {
	if d.legs[CustomerLeg(o.Call)] && o.Disposition != telephony.TrunkFailure {
		d.failf("call %d ended while its leg is up", o.Call)
	}
	delete(d.lead, d.leadOf[o.Call])
	if o.Disposition == telephony.Cancelled {
		d.tally.Cancelled++
	}
	if o.Free != 0 {
		d.move(o.Free, "ready")
	}
	if o.Agent != 0 {
		d.tally.TalkSeconds += int(d.now.Sub(d.agents[o.Agent].since).Seconds())
		d.move(o.Agent, "wrapping")
		d.after(3+20*d.rnd.Float64(), func() { d.move(o.Agent, "ready") })
	}
}

// check looks at the whole floor after each step.
func (d *day) check() {
	talking := map[AgentID]CallID{}
	for _, id := range d.e.Live() {
		c := d.e.calls[id]
		if c.state != StateConnected {
			continue
		}
		if other := talking[c.agent]; other != 0 {
			d.failf("agent %d is in calls %d and %d", c.agent, other, id)
		}
		talking[c.agent] = id
	}
	for id, a := range d.agents {
		if a.state == "talking" && talking[id] == 0 {
			d.failf("agent %d talks to nobody", id)
		}
	}
	if len(d.e.order) != len(d.e.calls) {
		d.failf("%d calls in order, %d in the map", len(d.e.order), len(d.e.calls))
	}
}

func TestDayProgressive(t *testing.T) {
	t.Parallel()
	first := newDay(t, 7, pacing.Progressive, 25).run(4)
	t.Logf("4 h, 25 agents: %+v", first)
	if first.Calls < 1000 || first.Connected < 100 || first.Abandoned == 0 || first.Missed == 0 {
		t.Fatalf("a strange day: %+v", first)
	}
	if diff := cmp.Diff(first, newDay(t, 7, pacing.Progressive, 25).run(4)); diff != "" {
		t.Fatalf("the same seed gave another day (-first +second):\n%s", diff)
	}
}

// daySeeds is how many days are lived: a few in every build, many at night (SAVELINE_DAY_SEEDS).
func daySeeds() uint64 {
	if n, err := strconv.ParseUint(os.Getenv("SAVELINE_DAY_SEEDS"), 10, 64); err == nil {
		return n
	}
	return 12
}

func TestDaysOfManySeeds(t *testing.T) {
	t.Parallel()
	for seed := range daySeeds() {
		for _, mode := range []pacing.Mode{pacing.Progressive, pacing.Preview, pacing.Manual} {
			d := newDay(t, seed, mode, 1+int(seed)%12)
			if got := d.run(2); got.Calls == 0 {
				t.Fatalf("seed %d, %s: nothing was dialed", seed, mode)
			}
		}
	}
}
