package flow

// earnBP is which share of a save's pay each verification earns, in hundredths of a percent (retention design 2.3: 50, 30
// and 20 %, nothing before day 30).
var earnBP = map[int]int{30: 5000, 60: 3000, 90: 2000}

// EvidenceRecording and its siblings are the kinds of evidence that a customer agreed to stay.
const (
	EvidenceRecording = "recording"
	EvidenceEConfirm  = "econfirm"
	EvidenceLetter    = "letter"
	EvidenceSimulated = "simulated" // a made-up recording of the simulated switch
)

// Payable reports whether a save of this case may be paid for at all: evidence is on record, nobody voided it, and the
// evidence is real unless the whole database is a rehearsal.
func (c *Case) Payable(rehearsal bool) bool {
	if c.Held || c.Ref == "" || c.Yes() == nil || c.State == Voided || c.SavedAt.IsZero() {
		return false
	}
	return c.Method != EvidenceSimulated || rehearsal
}

// EarnedBP is the share of a save's pay that its verifications have earned so far, of 10,000.
func (c *Case) EarnedBP(rehearsal bool) int {
	if !c.Payable(rehearsal) {
		return 0
	}
	sum := 0
	for _, stage := range c.Stages {
		sum += earnBP[stage]
	}
	return sum
}

// Counts is what a case adds to the figures of its month (retention design 2.2).
type Counts struct {
	Eligible  int // E: the denominator; only the request decides it, never what an agent recorded
	Attempted int // A: an offer was lawfully made
	Gross     int // G: agreed to stay, on record
	Net90     int // V90
}

// Count is the case's part of the figures.
func (c *Case) Count() Counts {
	var n Counts
	if c.Saveable && c.State != Duplicate {
		n.Eligible = 1
	}
	if len(c.Offers) > 0 {
		n.Attempted = 1
	}
	if c.Yes() != nil && c.Ref != "" && !c.SavedAt.IsZero() {
		n.Gross = 1
	}
	if c.State == Verified90 {
		n.Net90 = 1
	}
	return n
}
