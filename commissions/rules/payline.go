package rules

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"saveline/internal/money"
)

// LineKind says what made a line.
type LineKind string

// The kinds of lines.
const (
	KindEarn      LineKind = "earn"      // a component paid
	KindCap       LineKind = "cap"       // a cap took what was too much
	KindFloor     LineKind = "floor"     // a floor added what was missing
	KindClawback  LineKind = "clawback"  // a result did not last
	KindReinstate LineKind = "reinstate" // it came back
	KindDraw      LineKind = "draw"      // draw:advance and draw:recovery
	KindGuarantee LineKind = "guarantee" // the least a period pays
	KindReserve   LineKind = "reserve"   // a holdback keeps it until its day; then it is a line that earns
	KindWriteOff  LineKind = "writeoff"  // what a leaver owes of a draw is given up
)

// Names of lines that no component of a plan has.
const (
	lineAdvance   = "draw:advance"
	lineRecovery  = "draw:recovery"
	lineGuarantee = "guarantee"
	lineWriteOff  = "draw:writeoff"
)

// PayLine is one amount of one agent, and how it came about. Its Key is natural: the same happenings give the same key on
// any machine, so a line that was posted before is found again.
type PayLine struct {
	Agent     string
	Plan      *PayPlan
	Component string
	Kind      LineKind
	Ref       string // the result's id; for what pays for a bucket, the bucket's first day
	Cause     string // the event that made it: an outcome, a cancellation; empty for a bucket
	Slice     string // tier, tranche or held part, where one event makes several lines
	Date      Date   // the day it counts on
	At        time.Time
	Period    string // where it is posted
	Amount    money.Amount
	Advance   bool // not earned before EarnedOn
	VestsAt   Date // when the clawback's window ends; empty when nothing can be taken back
	Gross     bool // counts in the gross that a recovery is a share of

	// A correction says which line it corrects, that this is the n-th time, and why.
	Corrects string
	Seq      int
	Reason   string

	TermsKept string // of a line read back from where it was posted: what its Terms were

	day   day
	vests day    // 0: nothing can be taken back
	earns day    // 0: at once
	item  *item  // how a component came to it
	note  string // how everything else did
}

// Key is the line's natural key. It names no version, so that a correction finds the line it corrects.
func (l *PayLine) Key() string {
	var b strings.Builder
	b.Grow(96)
	for i, part := range []string{l.Agent, l.Plan.Name, l.Component, string(l.Kind), l.Ref, l.Cause, l.Slice} {
		if i > 0 {
			b.WriteByte('|')
		}
		b.WriteString(part)
	}
	return b.String()
}

// EarnedOn is the day from which the line is earned; it is an advance before. Empty: it is earned at once.
func (l *PayLine) EarnedOn() Date {
	if l.earns == 0 {
		return ""
	}
	return Date(l.earns.String())
}

// byKey orders lines by their keys' parts, then by the number of the correction.
func byKey(a, b *PayLine) int {
	return cmp.Or(
		cmp.Compare(a.Agent, b.Agent), cmp.Compare(a.Plan.Name, b.Plan.Name), cmp.Compare(a.Component, b.Component), cmp.Compare(a.Kind, b.Kind),
		cmp.Compare(a.Ref, b.Ref), cmp.Compare(a.Cause, b.Cause), cmp.Compare(a.Slice, b.Slice), cmp.Compare(a.Seq, b.Seq),
	)
}

// Canonical is the line as text: its key, where it is posted, what it is, and of which version; no ids of rows, no times of
// recording.
func (l *PayLine) Canonical() (b []byte) {
	for _, part := range []string{l.Agent, l.Plan.Name, l.Component, string(l.Kind), l.Ref, l.Cause, l.Slice, string(l.Date), l.Period} {
		b = append(b, part...)
		b = append(b, '|')
	}
	b = strconv.AppendInt(b, int64(l.Seq), 10)
	b = append(b, '|')
	b = strconv.AppendInt(b, l.Amount.Minor, 10)
	b = append(b, '|')
	b = append(b, l.Amount.Currency...)
	b = append(b, '|')
	b = append(b, l.Plan.SHA...)
	return append(b, '\n')
}

// PayGap is something that a plan should pay for and cannot: a rule, a rate or a number is missing. It is for somebody to
// look at, and is never paid as zero.
type PayGap struct {
	Agent     string
	Plan      string
	Component string
	Ref       string
	Event     string
	At        time.Time
	Why       string
}

// AgentPay is what one agent's events come to.
type AgentPay struct {
	Agent string
	Lines []PayLine
	Held  []PayLine // what a gate holds until its number is known
	Gaps  []PayGap

	// What holdbacks keep back as of now, and so is no pay yet. It is among no sums.
	Reserved []PayLine
	// What leavers owe of draws and nobody collects. It moves no pay, so it is among no sums.
	WriteOffs []PayLine
}
