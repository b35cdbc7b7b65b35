package netsave

// Rate is a share with what it is a share of, so that nobody reads the one without the other.
type Rate struct {
	Of, Count int
}

// Value is the share from 0 to 1; ok is false where there is nothing to be a share of.
func (r Rate) Value() (v float64, ok bool) {
	if r.Of == 0 {
		return 0, false
	}
	return float64(r.Count) / float64(r.Of), true
}

// GrossRate is G/E.
func (f *Figures) GrossRate() Rate { return Rate{Of: f.Eligible, Count: f.Gross} }

// AttemptRate is A/E.
func (f *Figures) AttemptRate() Rate { return Rate{Of: f.Eligible, Count: f.Attempted} }

// ExclusionRate is the share of requests that is in no denominator.
func (f *Figures) ExclusionRate() Rate { return Rate{Of: f.Requests, Count: f.Excluded} }

// Rate is V_N/E, of matured months.
func (n Net) Rate() Rate { return Rate{Of: n.Eligible, Count: n.Verified} }

// Stick is V_N/G, of matured months; re-churn is what is missing to one.
func (n Net) Stick() Rate { return Rate{Of: n.Gross, Count: n.Verified} }

// HoldoutRate is V_N/E of those who were shown nothing.
func (n Net) HoldoutRate() Rate { return Rate{Of: n.HoldoutEligible, Count: n.HoldoutVerified} }

// ChurnkeyRate is what a self-serve tool calls its save rate: every session that did not end in a cancellation, of those
// that were not left at once. It counts who walked away as saved, and is here for comparison only (retention design 2.2).
func ChurnkeyRate(sessions, bounced, cancelled int) Rate {
	return Rate{Of: sessions - bounced, Count: sessions - bounced - cancelled}
}

// CostPerNetSave is what one save of day 90 cost in discounts and pay, in minor units, rounded half up; ok is false where
// there is none.
func CostPerNetSave(cost int64, netSaves int) (minor int64, ok bool) {
	if netSaves <= 0 {
		return 0, false
	}
	n := int64(netSaves)
	return (2*cost + n) / (2 * n), true
}
