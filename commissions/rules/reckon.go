package rules

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"saveline/internal/errs"
)

// part is an agent's part in an event.
type part struct {
	ev    *Event
	res   *result // of an outcome
	share num     // of the outcome
	index int     // place among the splits
	own   bool    // in this agent's own events; an override's are the team's
}

// result is an outcome and what became of it, by time.
type result struct {
	ev      *Event
	outcome *Outcome
	after   []*Event // cancellations, reinstatements, verifications
}

// reckoning is one agent on one version of a plan.
type reckoning struct {
	r       *Rulebook
	p       *PayPlan
	agent   string
	seat    *seat // nil for a lead who has only an override in this plan
	team    *TeamFacts
	parts   []part
	days    []day // of parts
	calls   callScores
	scope   scope
	cums    []cumulative
	items   []item
	pieces  []piece
	moves   []move
	lines   []PayLine
	held    []PayLine
	reserve []PayLine
	gaps    []PayGap
	gates   map[gateKey]gateValue
	gated   map[gateKey]*gated // by component and period
	zones   map[string]*time.Location
	current span              // the pay period of the event before
	retired map[retierKey]num // quantities that clawbacks have re-tiered away
	refused error             // the plan cannot be computed as it stands
}

// callScores finds the forms of a call.
type callScores struct{ qa, survey map[string]*Score }

// cumulative is what a component has gathered in its bucket.
type cumulative struct {
	bucket span
	total  num
	tiers  []tier // in the measure's unit
	quota  *num
	note   string // how the quota came about
	seen   map[string]bool
	ready  bool
}

// Agent computes one agent's pay from everything that is the agent's: the agent's own events, the results in which the
// agent has a part, and what became of those results. Events must be distinct and in order (Compute sees to it). team may
// be nil when no plan has a contest, an override or a number of the team.
//
// Codes: invalid (an amount past 64 bits).
func (r *Rulebook) Agent(agent string, events []*Event, team *TeamFacts) (out AgentPay, err error) {
	defer catchTooLarge(&err)
	out, _, err = r.agent(agent, events, team)
	return out, err
}

// agent is Agent with how it came about.
func (r *Rulebook) agent(agent string, events []*Event, team *TeamFacts) (out AgentPay, done []*reckoning, err error) {
	out.Agent = agent
	parts, gaps := partsOf(agent, events)
	out.Gaps = gaps
	seats := r.seats(agent)
	out.Gaps = append(out.Gaps, r.unseated(agent, seats, parts)...)
	calls := scoresOf(events)
	for _, s := range seats {
		done = append(done, r.reckon(agent, s, s.plan, parts, calls, team))
	}
	for _, p := range team.overridesFor(agent) {
		if !slices.ContainsFunc(seats, func(s *seat) bool { return s.plan == p }) {
			done = append(done, r.reckon(agent, nil, p, parts, calls, team))
		}
	}
	for _, x := range done {
		if x.refused != nil {
			return out, nil, x.refused
		}
		if out.Lines == nil {
			out.Lines = slices.Clip(x.lines) // mostly there is one seat: its lines need no copy
		} else {
			out.Lines = append(out.Lines, x.lines...)
		}
		out.Held, out.Reserved, out.Gaps = append(out.Held, x.held...), append(out.Reserved, x.reserve...), append(out.Gaps, x.gaps...)
	}
	var draws []PayLine
	draws, out.WriteOffs = r.payDraws(agent, seats, out.Lines)
	out.Lines = append(out.Lines, draws...)
	for _, x := range done {
		from := len(x.lines)
		x.applyFloors()
		if len(x.lines) > from {
			out.Lines = append(out.Lines, x.lines[from:]...)
		}
	}
	out.Lines = append(out.Lines, r.payGuarantees(agent, seats, out.Lines)...)
	out.date()
	out.Lines, out.Held = inOrder(out.Lines), inOrder(out.Held)
	return out, done, nil
}

// date writes the days and periods of lines. Lines of a day share its text.
func (out *AgentPay) date() {
	type on struct {
		plan *PayPlan
		day  day
	}
	type names struct {
		date   Date
		period string
	}
	known := map[on]names{}
	for _, lines := range [][]PayLine{out.Lines, out.Held, out.Reserved, out.WriteOffs} {
		for i := range lines {
			l := &lines[i]
			key := on{l.Plan, l.day}
			n, ok := known[key]
			if !ok {
				n = names{Date(l.day.String()), l.Plan.cal.label(l.Plan.cal.period(l.day))}
				known[key] = n
			}
			l.Date, l.Period = n.date, n.period
			if l.vests != 0 {
				key.day = l.vests
				n, ok := known[key]
				if !ok {
					n.date = Date(l.vests.String())
					n.period = l.Plan.cal.label(l.Plan.cal.period(l.vests))
					known[key] = n
				}
				l.VestsAt = n.date
			}
		}
	}
}

// inOrder sorts lines by key. Lines are large, so their places are sorted and each is moved once.
func inOrder(lines []PayLine) []PayLine {
	places := make([]*PayLine, len(lines))
	for i := range lines {
		places[i] = &lines[i]
	}
	slices.SortFunc(places, byKey)
	out := make([]PayLine, len(lines))
	for i, l := range places {
		out[i] = *l
	}
	return out
}

// partsOf finds the agent's part in each event, and what became of each result. A result that is told twice counts once.
func partsOf(agent string, events []*Event) ([]part, []PayGap) {
	parts := make([]part, 0, len(events))
	results := map[string]*result{}
	var gaps []PayGap
	for _, e := range events {
		switch b := e.Body.(type) {
		case *Outcome:
			if had, again := results[e.Ref]; again {
				if !had.ev.sameOutcome(e) {
					gaps = append(gaps, PayGap{Agent: agent, Ref: e.Ref, Event: e.ID, At: e.EffectiveAt, Why: fmt.Sprintf("result %s is told again with other contents; the first (event %s) counts", e.Ref, had.ev.ID)})
				}
				continue
			}
			res := &result{ev: e, outcome: b}
			results[e.Ref] = res
			if share, index := b.share(agent, e.Agent); index >= 0 {
				parts = append(parts, part{ev: e, res: res, share: share, index: index, own: true})
			}
		default:
			if e.Agent == agent && !e.setsUp() {
				parts = append(parts, part{ev: e, share: one, own: true})
			}
		}
	}
	for _, e := range events {
		if e.Type == EventCancel || e.Type == EventReinstate || e.Type == EventVerification {
			if res, ok := results[e.Ref]; ok {
				res.after = append(res.after, e)
			}
		}
	}
	return parts, gaps
}

func (e *Event) sameOutcome(o *Event) bool {
	return (&Event{Agent: e.Agent, Body: e.Body}).sameAs(&Event{Agent: o.Agent, Body: o.Body})
}

func scoresOf(events []*Event) callScores {
	c := callScores{map[string]*Score{}, map[string]*Score{}}
	for _, e := range events {
		b, ok := e.Body.(*Score)
		switch {
		case !ok || b.Call == "":
		case e.Type == EventQA:
			c.qa[b.Call] = b
		default:
			c.survey[b.Call] = b
		}
	}
	return c
}

// unseated are results of days on which the agent was on no plan.
func (r *Rulebook) unseated(agent string, seats []*seat, parts []part) []PayGap {
	var gaps []PayGap
	for _, pt := range parts {
		if pt.res == nil || slices.ContainsFunc(seats, func(s *seat) bool { return s.always || s.at(dayOf(pt.ev.EffectiveAt, s.plan.cal.zone)) != nil }) {
			continue
		}
		gaps = append(gaps, PayGap{
			Agent: agent, Ref: pt.ev.Ref, Event: pt.ev.ID, At: pt.ev.EffectiveAt,
			Why: fmt.Sprintf("the agent was on no plan on %s", dayOf(pt.ev.EffectiveAt, r.plans[0].cal.zone)),
		})
	}
	return gaps
}

func newReckoning(r *Rulebook, agent string, s *seat, p *PayPlan, parts []part, calls callScores, team *TeamFacts) *reckoning {
	x := &reckoning{
		r: r, p: p, agent: agent, seat: s, team: team, parts: parts, calls: calls, cums: make([]cumulative, len(p.components)),
		gates: map[gateKey]gateValue{}, gated: map[gateKey]*gated{}, zones: map[string]*time.Location{}, retired: map[retierKey]num{},
	}
	x.days = make([]day, len(parts))
	for i := range parts {
		x.days[i] = dayOf(parts[i].ev.EffectiveAt, p.cal.zone)
	}
	return x
}

// reckon computes the lines of one seat in the order of operations.
func (r *Rulebook) reckon(agent string, s *seat, p *PayPlan, parts []part, calls callScores, team *TeamFacts) *reckoning {
	x := newReckoning(r, agent, s, p, parts, calls, team)
	if s != nil {
		x.items = make([]item, 0, len(parts)*(1+len(p.components)/2))
		x.payEvents()
		x.payBuckets()
		x.payContests()
	}
	x.payOverride()
	x.applyGates()
	x.roundItems()
	x.cutPieces()
	x.settle()
	x.postPieces()
	x.applyCaps()
	return x
}

// payEvents pays what is paid event by event.
func (x *reckoning) payEvents() {
	for i := range x.parts {
		pt, d := &x.parts[i], x.days[i]
		facts := x.seat.facts[0]
		if !x.seat.always {
			if facts = x.seat.at(d); facts == nil {
				continue
			}
		}
		x.look(pt, facts)
		for _, b := range x.p.paidByEvent {
			if !b.measure.seesType(pt.ev.Type) {
				continue
			}
			ok, err := b.measure.when.holds(&x.scope)
			if err != nil {
				x.gap(pt, b.components[0].id, fmt.Sprintf("measure %s: %v", b.measure.name, err))
				continue
			}
			if ok {
				x.payMeasured(b, pt, d)
			}
		}
	}
}

// look points conditions and paths at an event.
func (x *reckoning) look(pt *part, facts *AssignmentFacts) {
	s := &x.scope
	*s = scope{ev: pt.ev, agent: x.agent, seat: facts, zone: x.zoneOf(facts), planZone: x.p.cal.zone, effective: pt.ev.EffectiveAt}
	switch b := pt.ev.Body.(type) {
	case *Outcome:
		s.outcome, s.result = b, pt.ev.Ref
		if b.Counted {
			s.stood = x.stood(pt.res)
		}
		if b.Call.ID != "" {
			s.qa, s.survey = x.calls.qa[b.Call.ID], x.calls.survey[b.Call.ID]
		}
	case *Score:
		if pt.ev.Type == EventQA {
			s.qa = b
		} else {
			s.survey = b
		}
	}
}

// stood is for how many days a result has stood as of the computation: from the day of its conclusion until today, or until the
// day on which it was cancelled or a verification did not find it any more. One that came back stands again.
func (x *reckoning) stood(res *result) int {
	if res == nil {
		return 0
	}
	today := dayOf(x.r.asOf, x.p.cal.zone)
	end := today
	for _, e := range res.after {
		if e.EffectiveAt.After(x.r.asOf) {
			break
		}
		d := dayOf(e.EffectiveAt, x.p.cal.zone)
		switch b := e.Body.(type) {
		case *Cancel:
			if e.Type == EventReinstate {
				end = today
			} else if b.fraction.cmp(one) >= 0 {
				end = min(end, d)
			}
		case *Verification:
			if !b.Passed {
				end = min(end, d)
			}
		}
	}
	return max(0, int(end-dayOf(res.ev.EffectiveAt, x.p.cal.zone)))
}

// zoneOf is the zone of the agent's site, or the plan's.
func (x *reckoning) zoneOf(facts *AssignmentFacts) *time.Location {
	if facts == nil || facts.Zone == "" {
		return x.p.cal.zone
	}
	if z, ok := x.zones[facts.Zone]; ok {
		return z
	}
	z, err := time.LoadLocation(facts.Zone)
	if err != nil {
		z = x.p.cal.zone // the decoder has refused unknown zones
	}
	x.zones[facts.Zone] = z
	return z
}

func (x *reckoning) refusef(format string, args ...any) {
	if x.refused == nil {
		x.refused = errs.Newf(errs.Invalid, format, args...)
	}
}

func (x *reckoning) gap(pt *part, component, why string) {
	x.gaps = append(x.gaps, PayGap{Agent: x.agent, Plan: x.p.ID(), Component: component, Ref: pt.ev.Ref, Event: pt.ev.ID, At: pt.ev.EffectiveAt, Why: why})
}

func (x *reckoning) gapIn(b span, component, why string) {
	x.gaps = append(x.gaps, PayGap{Agent: x.agent, Plan: x.p.ID(), Component: component, Ref: b.from.String(), At: b.from.start(x.p.cal.zone), Why: why})
}

// periodOf is the pay period of a day; events come in order, so it is mostly that of the one before.
func (x *reckoning) periodOf(d day) span {
	if !x.current.covers(d) {
		x.current = x.p.cal.period(d)
	}
	return x.current
}

// within are the places of the parts in a stretch of days.
func (x *reckoning) within(b span) (from, to int) {
	from, _ = slices.BinarySearchFunc(x.days, b.from, cmp.Compare[day])
	to, _ = slices.BinarySearchFunc(x.days, b.to, cmp.Compare[day])
	return from, to
}
