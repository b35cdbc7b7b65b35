package retention

import (
	"encoding/json"
	"fmt"

	"saveline/internal/errs"
	"saveline/internal/facts"
)

// The facts this slice posts. A kind's shape never changes: a new shape is a new version beside it.
const (
	FactOutcome   facts.Kind = "outcome.v1" // written until evidence was asked for; read for ever
	FactOutcomeV2 facts.Kind = "outcome.v2"
	FactReversal  facts.Kind = "reversal.v1"
	// FactAppointment says what became of an appointment. It, not the outcome that made it, is what pay credits.
	FactAppointment facts.Kind = "appointment.v1"
	// FactVerification says what a verification of a save came to.
	FactVerification facts.Kind = "verification.v1"
)

// OutcomeFactV2 says how a call ended and what it achieved, with all that pay may depend on: ids, codes and amounts, never
// names or free text. Fact.EffectiveAt is when the conversation was concluded, or when the customer confirmed after it.
type OutcomeFactV2 struct {
	Outcome    int64          `json:"outcome"`
	Call       int64          `json:"call"`
	Campaign   int64          `json:"campaign"`
	Case       int64          `json:"case"`  // 0: about none
	Agent      int64          `json:"agent"` // 0: nobody's
	Code       string         `json:"code"`
	ReasonCode string         `json:"reasonCode"` // why they wanted to leave; "" if they did not say
	Results    []ResultFactV2 `json:"results"`
}

// ResultFactV2 is one result of an outcome. Amounts are in minor units of Currency; Offer is 0 for a result without one.
// DepthBP is the share of the price that the offer gives away, in hundredths of a percent. MRR is what the subscription
// paid a month when they asked to cancel, and what it pays once the offer is over.
type ResultFactV2 struct {
	Result         int64  `json:"result"`
	Kind           string `json:"kind"`
	ValueMinor     int64  `json:"valueMinor"`
	Currency       string `json:"currency"`
	Offer          int64  `json:"offer"`
	OfferVersion   int64  `json:"offerVersion"`
	OfferKind      string `json:"offerKind"`
	OfferFamily    string `json:"offerFamily"`
	DepthBP        int64  `json:"depthBp"`
	MRRBeforeMinor int64  `json:"mrrBeforeMinor"`
	MRRAfterMinor  int64  `json:"mrrAfterMinor"`
	Evidence       string `json:"evidence"` // of a save: recording, econfirm, letter, simulated
	Payable        bool   `json:"payable"`  // false: it counts, and is not paid
}

// ReadOutcome reads an outcome of any version as the newest. What version 1 does not say is empty; its results are
// payable, as they were when it was written.
func ReadOutcome(f facts.Fact) (OutcomeFactV2, error) {
	if f.Kind == FactOutcomeV2 {
		return facts.Decode[OutcomeFactV2](f)
	}
	old, err := facts.Decode[OutcomeFact](f)
	if err != nil {
		return OutcomeFactV2{}, err
	}
	out := OutcomeFactV2{
		Outcome: old.Outcome, Call: old.Call, Campaign: old.Campaign, Agent: old.Agent, Code: old.Code, Results: make([]ResultFactV2, 0, len(old.Results)),
	}
	for _, r := range old.Results {
		out.Results = append(out.Results, ResultFactV2{
			Result: r.Result, Kind: r.Kind, ValueMinor: r.ValueMinor, Currency: r.Currency, Offer: r.Offer, OfferVersion: r.OfferVersion, Payable: true,
		})
	}
	return out, nil
}

// OutcomeFact says how a call ended and what it achieved: ids, codes and amounts, never names or free text.
// Fact.EffectiveAt is when the conversation was concluded.
type OutcomeFact struct {
	Outcome  int64        `json:"outcome"`
	Call     int64        `json:"call"`
	Campaign int64        `json:"campaign"`
	Agent    int64        `json:"agent"` // 0: nobody's
	Code     string       `json:"code"`
	Results  []ResultFact `json:"results"`
}

// ResultFact is one result of an outcome. ValueMinor is in minor units of Currency; Offer is 0 for a result without one.
type ResultFact struct {
	Result       int64  `json:"result"`
	Kind         string `json:"kind"`
	ValueMinor   int64  `json:"valueMinor"`
	Currency     string `json:"currency"`
	Offer        int64  `json:"offer"`
	OfferVersion int64  `json:"offerVersion"`
}

// ReversalFact says that a result did not last. Fact.EffectiveAt is when it ended.
type ReversalFact struct {
	Result int64  `json:"result"`
	Cause  string `json:"cause"` // a code
}

// VerificationFact says whether a save was still there on day 30, 60 or 90; Fact.EffectiveAt is when that was decided. A
// stage has one, and one more with the key's ending ":later" if a dispute or refund came after a pass. A fail comes with a
// reversal.v1 of the same result, unless it was reversed before.
type VerificationFact struct {
	Result  int64  `json:"result_id"`
	Stage   int    `json:"stage"`  // 30, 60 or 90
	Verdict string `json:"result"` // pass or fail
}

// AppointmentFact says what became of an appointment; Fact.EffectiveAt is when it was said. Credited is true for a held one
// that counts for its setter. ValueMinor is in minor units of Currency; Offer is 0 for an appointment made without one.
type AppointmentFact struct {
	Appointment  int64  `json:"appointment"`
	Result       int64  `json:"result"`
	State        string `json:"state"` // held, no_show, cancelled, rejected
	Credited     bool   `json:"credited"`
	Why          string `json:"why"` // a code: why a held one is not credited
	Agent        int64  `json:"agent"`
	Call         int64  `json:"call"`
	ValueMinor   int64  `json:"valueMinor"`
	Currency     string `json:"currency"`
	Offer        int64  `json:"offer"`
	OfferVersion int64  `json:"offerVersion"`
}

// DecodeAppointment reads the body of an appointment.v1 fact.
func DecodeAppointment(body json.RawMessage) (AppointmentFact, error) {
	var f AppointmentFact
	err := json.Unmarshal(body, &f)
	return f, errs.Wrap(err, "decode "+string(FactAppointment))
}

// DecodeOutcome reads the body of an outcome.v1 fact.
func DecodeOutcome(body json.RawMessage) (OutcomeFact, error) {
	var f OutcomeFact
	err := json.Unmarshal(body, &f)
	return f, errs.Wrap(err, "decode "+string(FactOutcome))
}

// DecodeReversal reads the body of a reversal.v1 fact.
func DecodeReversal(body json.RawMessage) (ReversalFact, error) {
	var f ReversalFact
	err := json.Unmarshal(body, &f)
	return f, errs.Wrap(err, "decode "+string(FactReversal))
}

// DecodeVerification reads the body of a verification.v1 fact.
func DecodeVerification(body json.RawMessage) (VerificationFact, error) {
	var f VerificationFact
	err := json.Unmarshal(body, &f)
	return f, errs.Wrap(err, "decode "+string(FactVerification))
}

// DecodeOutcomeV2 reads the body of an outcome.v2 fact.
func DecodeOutcomeV2(body json.RawMessage) (OutcomeFactV2, error) {
	var f OutcomeFactV2
	err := json.Unmarshal(body, &f)
	return f, errs.Wrap(err, "decode "+string(FactOutcomeV2))
}

func (o Outcome) fact() facts.Fact {
	return facts.Fact{
		Kind: FactOutcomeV2, Key: fmt.Sprintf("outcome:%d", o.ID), Client: int64(o.Client), EffectiveAt: o.EffectiveAt,
		RecordedAt: o.EffectiveAt,
	}
}

func (o Outcome) factBody() OutcomeFactV2 {
	f := OutcomeFactV2{
		Outcome: int64(o.ID), Call: int64(o.Call), Campaign: int64(o.campaign), Case: int64(o.Case), Agent: int64(o.Agent), Code: o.Code,
		ReasonCode: o.reasonCode, Results: make([]ResultFactV2, 0, len(o.Results)),
	}
	for _, r := range o.Results {
		f.Results = append(f.Results, ResultFactV2{
			Result: int64(r.ID), Kind: r.Kind, ValueMinor: r.Value.Minor, Currency: r.Value.Currency, Offer: int64(r.Offer),
			OfferVersion: int64(r.OfferVersion), OfferKind: r.offer.Kind, OfferFamily: r.offer.Family, DepthBP: int64(r.depthBP),
			MRRBeforeMinor: r.mrrBefore, MRRAfterMinor: r.mrrAfter, Evidence: r.Evidence, Payable: r.Payable,
		})
	}
	return f
}
