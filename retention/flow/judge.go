package flow

import (
	"slices"
	"time"
)

// Bill is one charge of a subscription as billing describes it. Amounts are in minor units of one currency.
type Bill struct {
	ID       string
	Status   string // open, paid, void, uncollectible
	Due      int64  // after discounts and credit
	Paid     int64
	Refunded int64
	Disputed bool // the customer's bank asks for the money back
	At       time.Time
}

const (
	billOpen          = "open"
	billUncollectible = "uncollectible"
)

// kept is what of a bill's payment stayed.
func (b Bill) kept() int64 { return b.Paid - b.Refunded }

// Account is what billing says of a subscription when a save is verified.
type Account struct {
	Active      bool // or trying it out
	SetToCancel bool
	EndsAt      time.Time  // the planned end, or the end; zero for none
	NextBillAt  time.Time  // zero where billing does not say
	Bills       []Bill     // in any order; those before the save do not count
	Pauses      []Interval // in which nothing was charged
}

// Verdict is what a verification comes to.
type Verdict string

// The verdicts.
const (
	Pass Verdict = "pass"
	Fail Verdict = "fail"
	Wait Verdict = "wait" // it cannot be said yet
)

// Why a save failed its verification, or waits for it.
const (
	CauseCancelled   = "cancelled"     // the subscription has ended
	CauseSetToCancel = "set_to_cancel" // its end is planned
	CauseDisputed    = "disputed"
	CauseRefunded    = "refunded" // what was paid was paid back
	CauseUnpaid      = "unpaid"

	WaitPaused  = "paused"       // billing charges nothing for a while: those days do not count
	WaitOpen    = "invoice_open" // an invoice may still be paid
	WaitInvoice = "no_invoice"   // none above nothing was due yet
)

// waitDaysMax is how long after its day a verification waits for an invoice to be paid (retention design 3.3). It waits
// longer only for what has not been billed yet: a year that is paid in advance, a free month.
const waitDaysMax = 14

// Judgement is the result of a verification: the verdict, its cause, and what it rests on.
type Judgement struct {
	Stage    int
	Verdict  Verdict
	Cause    string
	Due      time.Time // the day of the stage, pauses of the case and of billing not counted
	Until    time.Time // of a wait: when it ends at the latest
	Paused   time.Duration
	Evidence Evidence
	Bills    []Bill // since the save, the oldest first
}

// Stage is the day on which this save is verified next: 30, 60 or 90; 0 if there is nothing to verify (any more).
func (c *Case) Stage() int {
	if !slices.Contains(ticks, c.State) || c.SavedAt.IsZero() || c.Ref == "" || len(c.Stages) >= len(stages) {
		return 0
	}
	return stages[len(c.Stages)]
}

// Judge says what an account shows about the stage that is next. The save passes if the subscription is active and not
// set to cancel, every invoice due since the save is paid, the payments are above nothing, and none is disputed
// (retention design 2.1, net save). The case is as before.
func (c *Case) Judge(a Account, now time.Time) Judgement {
	j := Judgement{Stage: c.Stage()}
	j.Due = c.dueWith(j.Stage, a.Pauses)
	j.Paused = Paused(slices.Concat(c.pauses(), a.Pauses), c.SavedAt, now)
	for _, b := range a.Bills {
		if b.At.After(c.SavedAt) {
			j.Bills = append(j.Bills, b)
		}
	}
	slices.SortStableFunc(j.Bills, func(a, b Bill) int { return a.At.Compare(b.At) })
	j.Evidence = evidence(a, j)
	j.Verdict, j.Cause = Fail, ""
	switch {
	case !a.Active:
		j.Cause = CauseCancelled
	case a.SetToCancel:
		j.Cause = CauseSetToCancel
	case j.Evidence.Disputed:
		j.Cause = CauseDisputed
	case slices.ContainsFunc(j.Bills, func(b Bill) bool { return b.Paid > 0 && b.kept() <= 0 }):
		j.Cause = CauseRefunded
	case now.Before(j.Due):
		j.Verdict, j.Cause, j.Until = Wait, WaitPaused, j.Due
	default:
		j.paid(a, now)
	}
	return j
}

// paid judges the invoices of a subscription that is in order otherwise.
func (j *Judgement) paid(a Account, now time.Time) {
	last := j.Due.Add(waitDaysMax * day)
	isLost := slices.ContainsFunc(j.Bills, func(b Bill) bool { return b.Status == billUncollectible && !b.At.After(j.Due) })
	next := a.NextBillAt.Add(graceDays * day)
	switch {
	case isLost, j.Evidence.UnpaidMinor > 0 && !now.Before(last):
		j.Cause = CauseUnpaid
	case j.Evidence.UnpaidMinor > 0:
		j.Verdict, j.Cause, j.Until = Wait, WaitOpen, last
	case j.Evidence.PaidMinor > 0:
		j.Verdict = Pass
	case !a.NextBillAt.IsZero() && next.After(now):
		j.Verdict, j.Cause, j.Until = Wait, WaitInvoice, next
	case now.Before(last):
		j.Verdict, j.Cause, j.Until = Wait, WaitInvoice, last
	default:
		j.Cause = CauseUnpaid
	}
}

// evidence adds up the invoices since the save. Those of after the day may show that money came, and are not asked to be
// paid yet.
func evidence(a Account, j Judgement) Evidence {
	e := Evidence{Active: a.Active, SetToCancel: a.SetToCancel}
	for _, b := range j.Bills {
		e.Disputed = e.Disputed || b.Disputed
		e.PaidMinor += max(b.kept(), 0)
		if !b.At.After(j.Due) && (b.Status == billOpen || b.Status == billUncollectible) {
			e.UnpaidMinor += max(b.Due-b.Paid, 0)
		}
	}
	return e
}

// Ended is when a save that failed was over in the world: the end of the subscription, if that has come, else now.
func (j *Judgement) Ended(a Account, savedAt, now time.Time) time.Time {
	if j.Cause == CauseCancelled && a.EndsAt.After(savedAt) && a.EndsAt.Before(now) {
		return a.EndsAt
	}
	return now
}
