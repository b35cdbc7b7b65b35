// Package gaming finds conduct at the desks that pays without serving the customer: the 14 patterns of the save desk's
// design, each by counting how often an agent does what its colleagues do not. It decides nothing about anybody: what it
// finds is looked at by a person.
package gaming

import "time"

// Book is what happened at the desks of one client in a stretch of time. It needs no order.
type Book struct {
	Now       time.Time
	Talks     []Talk
	Results   []Result
	Cancels   []Cancel
	Promises  []Promise
	Approvals []Approval
}

// Talk is a concluded call with somebody who wanted to cancel.
type Talk struct {
	Call, Case, Agent int64
	At                time.Time
	Seconds           int    // from being connected to the end
	HungUpBy          string // agent, customer, system
	Code              string // of the outcome
	MonthDaysLeft     int    // 0 on the last day of the month, in the client's zone
	Shown             bool   // a save offer was shown
	FirstDepthBP      int    // of the first one: share of the price it gives away, in hundredths of a percent
}

// Result is a save, a sale or an upsell that was recorded.
type Result struct {
	ID, Call, Case, Agent, Customer int64
	Kind                            string // save, sale, upsell
	At                              time.Time
	EndedAt                         time.Time // zero: it lasts
	Cause                           string    // why it ended, a code
	Objected                        bool      // the customer said that it is wrong
	ByAgent                         bool      // of a save: the wish to cancel was entered by an agent
	Words                           bool      // of a save: what the customer said is on record with the wish
	SuspendedUntil                  time.Time // nothing is billed until then; zero: billed as ever
	Paid                            bool      // an invoice of more than zero was paid since
	PromiseSince                    time.Time // something promised before it is open since then; zero: nothing is
	MonthDaysLeft                   int       // as of Talk
	CancelledAt                     time.Time // of a sale: when somebody with the same identity cancelled before; zero: nobody did
	RemovedAt                       time.Time // of an upsell: when it was taken off again; zero: it stays
	DiscountedAt                    time.Time // of an upsell: when the same customer was last kept with a discount; zero: never
	NetMinor                        int64     // of an upsell: what the customer pays a month more than before, in minor units
}

// Cancel is a case that an agent ended as cancelled.
type Cancel struct {
	Case, Call, Agent int64
	At                time.Time
	Alive             bool // the subscription goes on and no end is set
	Suspended         bool // and nothing was billed for a while after
}

// Promise is a change in billing that an agent promised.
type Promise struct {
	Grant, Case, Call, Agent, Result int64
	At                               time.Time
	Failed                           bool
	AppliedAt                        time.Time // zero: not applied
	DueAt                            time.Time // the next invoice; zero: not known
}

// Approval is a supervisor's answer to an agent who asked for more than they may give.
type Approval struct {
	ID, Case, Call, Approver, Agent int64
	At                              time.Time
	Seconds                         int // the supervisor took to answer
	Approved                        bool
}

// Evidence is one thing that speaks for a finding. Zero ids are unknown or do not apply.
type Evidence struct {
	Kind   string    `json:"kind"` // call, result, case, grant, approval
	ID     int64     `json:"id"`
	Call   int64     `json:"callId"`
	Case   int64     `json:"caseId"`
	Result int64     `json:"resultId"` // whose pay it concerns
	At     time.Time `json:"at"`
}
