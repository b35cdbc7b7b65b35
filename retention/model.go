package retention

import (
	"slices"
	"strings"

	"saveline/internal/errs"
	"saveline/internal/pg"
)

// Names of things this package owns.
type (
	// OfferID names an offer over all its versions.
	OfferID int64
	// PresentationID names the showing of one version of an offer on one call.
	PresentationID int64
	// OutcomeID names the one outcome of a call.
	OutcomeID int64
	// ResultID names one thing that a call achieved; credits and reversals point at it.
	ResultID int64
	// CaseID names one customer's wish to cancel and what became of it.
	CaseID int64
	// CustomerID names a person as a customer: somebody with a subscription.
	CustomerID int64
)

// The outcome codes: a closed list, and every call that reached an agent ends with exactly one of them.
const (
	CodeSave          = "save"
	CodeLost          = "lost"
	CodeSale          = "sale"
	CodeUpsell        = "upsell"
	CodeCallback      = "callback"
	CodeAppointment   = "appointment"
	CodeNotInterested = "not_interested"
	CodeWrongNumber   = "wrong_number"
	CodeDoNotCall     = "do_not_call"
	CodeNoDisposition = "no_disposition" // the house's own, when the wrap-up limit passed
	CodeOther         = "other"
)

// The kinds of result, strongest first: the code of a call with several results is the strongest of them.
const (
	ResultSave        = "save"
	ResultSale        = "sale"
	ResultUpsell      = "upsell"
	ResultAppointment = "appointment"
)

var resultKinds = []string{ResultSave, ResultSale, ResultUpsell, ResultAppointment}

// agentCodes is what a person may record.
var agentCodes = []string{
	CodeSave, CodeLost, CodeSale, CodeUpsell, CodeCallback, CodeAppointment, CodeNotInterested, CodeWrongNumber,
	CodeDoNotCall, CodeOther,
}

// purposes are the campaigns' purposes, which say where an offer may be shown.
var purposes = []string{"acquisition", purposeSave, "winback", "upsell", "service", "collections"}

const purposeSave = "retention_save"

// Limits on what people may send.
const (
	nameCharsMax    = 120
	codeCharsMax    = 60
	sayCharsMax     = 4000
	noteCharsMax    = 4000
	reasonCharsMax  = 200
	callbackDaysMax = 60 // a callback further away than this is a wish, not a promise
	bookingDaysMax  = 365
	caseDueDays     = 5 // a case must be decided within this many days of the day we learned of it
)

func init() {
	pg.Constraint("offers_code_key", errs.Conflict, "an offer with this code exists already; choose another code, or edit that offer")
	pg.Constraint("offer_versions_key", errs.Conflict, "somebody else changed this offer a moment ago; load it again")
	pg.Constraint("cases_one_active_per_subscription", errs.Conflict, "this subscription has an open case already; the request belongs to it")
	pg.Constraint("presentations_case_is_treated", errs.Conflict, "this case is held out: no offer is made in it")
	pg.Constraint("cases_saved_with_evidence", errs.Conflict, "nothing on record shows that the customer agreed to stay")
	pg.Constraint("approvals_four_eyes", errs.Conflict, "somebody else than the agent of the case decides")
	pg.Constraint("approvals_one_waits", errs.Conflict, "a supervisor is being asked already; wait for the answer")
	pg.Constraint("database_kind_at_creation", errs.Conflict, "what a database is for is said once, while it is empty")
	pg.Constraint("database_kind_known", errs.Invalid, "a database is for a demo or a rehearsal, or for real")
	pg.Constraint("cancel_requests_external_key", errs.Conflict, "a request with this external id exists already")
	pg.Constraint("subscriptions_external_key", errs.Conflict, "a subscription with this external id exists already")
	pg.Constraint("gaming_findings_not_by_themselves", errs.Forbidden, "this finding is about you: somebody else decides")
	pg.Constraint("gaming_findings_four_eyes", errs.Forbidden, "somebody else must confirm that pay is taken back")
	pg.Constraint("corrections_once", errs.Conflict, "this outcome has been corrected already")
}

// checkCode notes a fault unless s is a code: what may stand in facts, filters and files in place of free text.
func checkCode(f *errs.Faults, path, s string) {
	ok := s != "" && len(s) <= codeCharsMax
	for i, r := range s {
		letter := r >= 'a' && r <= 'z'
		ok = ok && (letter || i > 0 && (r == '_' || r == '-' || r >= '0' && r <= '9'))
	}
	f.Check(ok, path, "write a code: small letters, digits, _ and -, starting with a letter, at most 60 of them")
}

func checkOneOf(f *errs.Faults, path, s string, of []string) bool {
	if slices.Contains(of, s) {
		return true
	}
	f.Addf(path, "must be one of %s", strings.Join(of, ", "))
	return false
}
