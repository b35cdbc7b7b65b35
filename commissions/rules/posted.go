package rules

import (
	"strings"
	"time"

	"saveline/internal/errs"
	"saveline/internal/money"
)

// Kept is a line as a database keeps it beside its entry.
type Kept struct {
	Key   string // PayLine.Key
	Seq   int
	On    Date      // the day it counts on
	At    time.Time // when it became true
	Minor int64
	Terms string // PayLine.Terms
}

const keyParts = 7

// Posted makes the line again that an entry posts, to be compared by Correct. The plan is the version that gave it.
//
// Codes: invalid (a key that no line has).
func (k Kept) Posted(plan *PayPlan) (PayLine, error) {
	parts := strings.Split(k.Key, "|")
	if len(parts) != keyParts {
		return PayLine{}, errs.Newf(errs.Invalid, "%q is the key of no line", k.Key)
	}
	return PayLine{
		Agent: parts[0], Plan: plan, Component: parts[2], Kind: LineKind(parts[3]), Ref: parts[4], Cause: parts[5], Slice: parts[6],
		Seq: k.Seq, Date: k.On, At: k.At, Amount: money.Amount{Minor: k.Minor, Currency: plan.Currency}, TermsKept: k.Terms, Gross: GrossKey(k.Key),
	}, nil
}

// Lot is what a line and everything that is taken of it have in common: plan, component, result or bucket, and slice. What a
// clawback or a correction takes, it takes of the lines of its lot.
func (l *PayLine) Lot() string {
	return strings.Join([]string{l.Plan.Name, l.Component, l.Ref, l.Slice}, "|")
}

// KeyOf is what a line with this key is: its kind, and its result or the first day of its bucket.
func KeyOf(key string) (kind LineKind, ref string) {
	parts := strings.Split(key, "|")
	if len(parts) != keyParts {
		return "", ""
	}
	return LineKind(parts[3]), parts[4]
}

// ReserveKey is the key of what a holdback kept of the line with this key.
func ReserveKey(key string) string {
	parts := strings.Split(key, "|")
	if len(parts) == keyParts {
		parts[3] = string(KindReserve)
	}
	return strings.Join(parts, "|")
}

// OfBucket reports whether the line pays for a stretch of days as a whole, so that it is not there before they are over. A
// cap is there as soon as there is something to take.
func (l *PayLine) OfBucket() bool { return l.Cause == "" && l.Kind != KindCap }

// KeySafe reports whether text can be part of a key.
func KeySafe(text string) bool { return !strings.ContainsAny(text, "|\n") }

// RecoverableDraw reports whether what the plan advances as a draw is owed back.
func (p *PayPlan) RecoverableDraw() bool { return p.draw == nil || p.draw.kind == "recoverable" }
