package netsave

import (
	"fmt"
	"slices"
	"time"
)

// Stages are the days on which a save is verified.
var Stages = [...]int{30, 60, 90}

const stageCount = len(Stages)

// Verified is what is known of a save at one stage.
type Verified struct {
	Passed   bool
	Failed   bool  // at this stage, or before it
	MRRAfter int64 // of a pass: what it costs a month, discounts not taken off
}

// Case is a wish to cancel as the figures see it. Amounts are in minor units of Currency. Nothing in it that the
// denominators use is decided by what an agent records: Saveable, Duplicate and Holdout come with the request.
type Case struct {
	ID          int64
	Client      int64
	RequestedAt time.Time
	Currency    string
	MRRBefore   int64

	Saveable  bool // false: uncontrolled, such as a move away or a death
	Duplicate bool // of a case that counts
	Holdout   bool // was shown nothing, to compare with

	Attempted bool // an offer was lawfully made
	Saved     bool // agreed to stay, on record
	Voided    bool // the save was none: no consent, never applied in billing
	Stage     [stageCount]Verified

	Reason, Plan string
	Agent        int64 // who spoke to them last; 0 for nobody
	Offers       []Offer

	DiscountCost int64 // of what was granted and applied
	PayCost      int64 // what was posted for the save, less what was taken back
}

// Offer is one that was made in a case.
type Offer struct {
	ID       int64
	Accepted bool
}

// counts reports whether the case is in the denominator: eligible, in an arm.
func (c Case) counts() bool { return c.Saveable && !c.Duplicate }

// gross reports whether it is a gross save.
func (c Case) gross() bool { return c.counts() && c.Saved && !c.Voided }

// Cohort is the month of the request, “2026-11”, in UTC.
func (c Case) Cohort() string { return c.RequestedAt.UTC().Format("2006-01") }

// Matured reports whether the month of the request is more than stage days over: before that its saves cannot have been
// verified, and a rate would only look low.
func (c Case) Matured(stage int, now time.Time) bool {
	y, m, _ := c.RequestedAt.UTC().Date()
	return !time.Date(y, m+1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, stage).After(now)
}

// The numbers that a figure can be drilled down from.
const (
	NumberRequests  = "requests"
	NumberExcluded  = "excluded"
	NumberHoldout   = "holdout"
	NumberEligible  = "eligible"
	NumberAttempted = "attempted"
	NumberGross     = "gross"
)

// Numbers lists every number that In knows: those above, and net30, failed30, waiting30 with their siblings.
func Numbers() []string {
	out := []string{NumberRequests, NumberExcluded, NumberHoldout, NumberEligible, NumberAttempted, NumberGross}
	for _, stage := range Stages {
		for _, what := range []string{"net", "failed", "waiting"} {
			out = append(out, fmt.Sprintf("%s%d", what, stage))
		}
	}
	return out
}

// In reports whether the case is one of those that a number of Figures counts. A number that is not known has none.
func (c Case) In(number string, now time.Time) bool {
	treated := c.counts() && !c.Holdout
	switch number {
	case NumberRequests:
		return true
	case NumberExcluded:
		return !c.counts()
	case NumberHoldout:
		return c.counts() && c.Holdout
	case NumberEligible:
		return treated
	case NumberAttempted:
		return treated && c.Attempted
	case NumberGross:
		return treated && c.gross()
	}
	for i, stage := range Stages {
		if !treated || !c.Matured(stage, now) {
			continue
		}
		v := c.Stage[i]
		switch number {
		case fmt.Sprintf("net%d", stage):
			return v.Passed && c.gross()
		case fmt.Sprintf("failed%d", stage):
			return c.gross() && v.Failed
		case fmt.Sprintf("waiting%d", stage):
			return c.gross() && !v.Passed && !v.Failed
		}
	}
	return false
}

// Groups are the keys under which the case is counted by a dimension: reason, offer, agent, plan, cohort or client.
func (c Case) Groups(by string) []string {
	switch by {
	case "reason":
		return []string{c.Reason}
	case "agent":
		return []string{fmt.Sprint(c.Agent)}
	case "plan":
		return []string{c.Plan}
	case "cohort":
		return []string{c.Cohort()}
	case "client":
		return []string{fmt.Sprint(c.Client)}
	case "offer":
		var keys []string
		for _, o := range c.Offers {
			if key := fmt.Sprint(o.ID); !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
		return keys
	}
	return []string{""}
}

// ofOffer is the case as the figures of one offer see it: a save of another offer is none of this one's.
func (c Case) ofOffer(key string) Case {
	c.Saved = c.Saved && slices.ContainsFunc(c.Offers, func(o Offer) bool { return o.Accepted && fmt.Sprint(o.ID) == key })
	if !c.Saved {
		c.Stage, c.DiscountCost, c.PayCost = [stageCount]Verified{}, 0, 0
	}
	return c
}
