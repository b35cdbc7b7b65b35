// Package appointment is the table of moves of an appointment, what silence means, who may be credited, and how an
// invitation is written. It is pure.
package appointment

import (
	"slices"
	"time"
)

// State is how far an appointment has come.
type State string

// The states.
const (
	Proposed    State = "proposed"    // named, not agreed
	Booked      State = "booked"      // agreed, with a day and a time
	Confirmed   State = "confirmed"   // the person, or somebody other than its setter, said it stands
	Rescheduled State = "rescheduled" // agreed anew: as booked, and to be confirmed again
	Held        State = "held"        // it took place, with evidence
	NoShow      State = "no_show"
	Cancelled   State = "cancelled"
	Qualified   State = "qualified" // held, and worth it
	Rejected    State = "rejected"  // held, and not what was promised
)

// next is the whole machine. A no-show ends it: another date is another appointment, made in another call.
var next = map[State][]State{
	Proposed:    {Booked, Cancelled},
	Booked:      {Confirmed, Held, NoShow, Rescheduled, Cancelled},
	Confirmed:   {Held, NoShow, Rescheduled, Cancelled},
	Rescheduled: {Confirmed, Held, NoShow, Rescheduled, Cancelled},
	Held:        {Qualified, Rejected},
}

// To reports whether an appointment in s may become t.
func (s State) To(t State) bool { return slices.Contains(next[s], t) }

// Waiting reports whether the appointment is still to come, as far as anybody said.
func (s State) Waiting() bool { return s == Booked || s == Confirmed || s == Rescheduled }

// The evidence that an appointment was held.
const (
	ByHost    = "host"     // who received the person said so
	ByCheckIn = "check_in" // the person checked in
	BySilence = "silence"  // it was confirmed, and the host said nothing else for 48 hours
)

// The desk's rules (retention.md section 6; a telemarketing contract's usual ones).
const (
	SilenceAfter    = 48 * time.Hour      // from its start, without a word of the host
	RejectWithin    = 24 * time.Hour      // from being held
	DuplicateWithin = 60 * 24 * time.Hour // of one person's held ones, one is credited
	rescheduleKeeps = 1                   // moves that leave the credit with the setter
)

// Silence is what an appointment becomes of which nobody said anything: one that was confirmed counts as held, because
// somebody other than its setter vouched for it; one that nobody confirmed counts as a no-show, or a booking into an
// empty calendar would be paid. ok is false while it is too early, or somebody has spoken.
func Silence(s State, starts, now time.Time) (to State, ok bool) {
	if !s.Waiting() || now.Before(starts.Add(SilenceAfter)) {
		return "", false
	}
	if s == Confirmed {
		return Held, true
	}
	return NoShow, true
}

// Rejectable reports whether a held appointment may still be rejected.
func Rejectable(held, now time.Time) bool { return now.Before(held.Add(RejectWithin)) }

// Meeting is what decides whether a held appointment is credited to its setter.
type Meeting struct {
	Evidence    string
	Reschedules int
	HeldBefore  *time.Time // the same person's last credited one, nil for none
	HeldAt      time.Time
}

// Why a held appointment is not credited.
const (
	NoEvidence       = "no_evidence"
	RescheduledTwice = "rescheduled_twice"
	Duplicate        = "duplicate"
)

// Credited reports whether the setter is credited; why is a code where they are not.
func (m Meeting) Credited() (ok bool, why string) {
	switch {
	case m.Evidence == "":
		return false, NoEvidence
	case m.Reschedules > rescheduleKeeps:
		return false, RescheduledTwice
	case m.HeldBefore != nil && m.HeldAt.Sub(*m.HeldBefore) < DuplicateWithin:
		return false, Duplicate
	}
	return true, ""
}
