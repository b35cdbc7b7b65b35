package law

import (
	"time"

	"saveline/internal/money"
)

// Facts are what is known of a run. The zero value of anything is "not known", and said so.
type Facts struct {
	Period  Span
	Cycle   Cycle      // what a commission is computed over
	Method  Method     // how it is spread over the workweeks
	Weeks   WeekStart  // on which day the workweek begins
	Open    Date       // first day of the period that takes what comes late
	People  []Person   //
	Late    []Late     // corrections of closed periods in this run
	Control Control    // who did what
	Costs   []Contract // what accounting needs of commissions on contracts
}

// Person is who is paid.
type Person struct {
	ID           string // employee number
	Name         string
	Jurisdiction string // "US-CA"
	Status       Status
	Left         bool // employment ended by the end of the period
	Weeks        []Week
	Incentives   []Incentive
	Clawbacks    []Clawback
	Draw         Draw
	Signed       Signed
	Share        Share        // commissions in the representative period
	AsPaid       Share        // and in this pay period, as paid
	Basic        money.Amount // Philippines: basic salary of the year so far without commissions
	Statement    Statement    // Korea
}

// Status is how the law sees a person's work.
type Status string

// The statuses. What is not known is treated as nonexempt.
const (
	Nonexempt   Status = "nonexempt"
	Retail7i    Status = "exempt_7i"
	InsideSales Status = "exempt_inside_sales"
	Exempt      Status = "exempt"
	Contractor  Status = "contractor"
)

// overtimePaid reports whether a person has a right to overtime as far as we know.
func (p Person) overtimePaid() bool { return p.Status == Nonexempt || p.Status == "" }

// Week is one workweek.
type Week struct {
	From     Date
	Hours    Hours        // worked in all; 0 is not known
	Overtime Hours        // of them, more than the law's week
	Wage     money.Amount // straight-time pay for all hours, without incentives and premiums
	Paid     money.Amount // premium paid so far
	Minimum  money.Amount // the minimum wage for an hour
}

// Incentive is one component's pay.
type Incentive struct {
	Component string
	Kind      BonusKind
	Amount    money.Amount
	Earned    Span                  // what it was earned over; zero is the run's period
	ByWeek    map[Date]money.Amount // what was earned in which workweek, where that is known
	Excluded  string                // why it is not in the regular rate; blank is that it is
	Basic13th *bool                 // Philippines: part of basic salary
	AvgWage   *bool                 // Korea: counts to the average wage
}

// BonusKind picks the divisor that California uses.
type BonusKind string

// The kinds.
const (
	FlatSum    BonusKind = "flat_sum"
	Production BonusKind = "production"
	Commission BonusKind = "commission"
)

// Clawback is one chargeback.
type Clawback struct {
	Component  string
	Amount     money.Amount // more than zero
	OwnSale    bool         // it names a sale, and the sale was this person's
	Clause     string       // of the plan
	State      string       // advance or earned: what the money was when it was taken back
	Settlement string       // net, invoice or consent
}

// Draw is what was paid ahead and is taken back.
type Draw struct {
	Recovered  money.Amount // by this run
	Owed       money.Amount // still, after it
	WrittenOff bool         // on leaving
}

// Signed is the person's written plan.
type Signed struct {
	Signed       Date
	Received     Date // a copy, by the person
	FirstEarning Date
	Missing      []string // terms that the writing lacks
}

// Share is commissions beside all compensation.
type Share struct {
	Span        Span
	Commissions money.Amount
	All         money.Amount
	Hours       Hours
}

// Statement is what a Korean wage statement says of the run.
type Statement struct {
	Items bool // every item has an amount and how it was worked out
	Hours bool // and there are hours
}

// Late is a correction of something in a closed period.
type Late struct {
	Person   string
	Of       Date // first day of the period that it corrects
	PostedTo Date // first day of the period that it is in
	Amount   money.Amount
}

// Control is who did what to the run.
type Control struct {
	Calculator, Approver string
	PlanAuthors          []string
	PlanApprovers        []string
	Payees               []string
	Evidence             bool // an evidence pack is there
	Totals               bool // control totals agree
}

// Contract is what accounting needs of a commission to spread it over its benefit.
type Contract struct {
	ID           string
	Amount       money.Amount
	Term         int // months of expected benefit; 0 is not known
	Start        Date
	Renewal      bool
	Commensurate *bool // the renewal's commission is like the first one's
	Clawback     bool
}

// Span is half-open days: [From, Until).
type Span struct{ From, Until Date }

func (s Span) zero() bool { return s.From == "" || s.Until == "" }

// Last is the last day of the span.
func (s Span) Last() Date { return addDays(s.Until, -1) }

// days is how many days there are in a span.
func (s Span) days() int {
	a, errA := time.Parse(time.DateOnly, string(s.From))
	b, errB := time.Parse(time.DateOnly, string(s.Until))
	if errA != nil || errB != nil {
		return 0
	}
	return int(b.Sub(a) / (24 * time.Hour))
}

// overlap is what two spans share.
func (s Span) overlap(t Span) Span {
	out := Span{max(s.From, t.From), min(s.Until, t.Until)}
	if out.Until <= out.From {
		return Span{}
	}
	return out
}

func addDays(d Date, n int) Date {
	at, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return d
	}
	return Date(at.AddDate(0, 0, n).Format(time.DateOnly))
}

// WeekStart is the day on which the workweek begins; blank is Sunday.
type WeekStart string

var weekdays = map[WeekStart]time.Weekday{
	"": time.Sunday, "sunday": time.Sunday, "monday": time.Monday, "tuesday": time.Tuesday, "wednesday": time.Wednesday,
	"thursday": time.Thursday, "friday": time.Friday, "saturday": time.Saturday,
}

// Of is the first day of the workweek of a day.
func (w WeekStart) Of(day Date) Date {
	at, err := time.Parse(time.DateOnly, string(day))
	if err != nil {
		return day
	}
	back := (int(at.Weekday()) - int(weekdays[w]) + 7) % 7
	return addDays(day, -back)
}

// known reports whether an amount is one; the zero Amount is not known.
func known(a money.Amount) bool { return a.Currency != "" }

// Known reports whether it is a day.
func (w WeekStart) Known() bool {
	_, ok := weekdays[w]
	return ok
}
