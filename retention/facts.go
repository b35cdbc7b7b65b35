package retention

import (
	"encoding/json"
	"fmt"

	"saveline/internal/errs"
	"saveline/internal/facts"
)

// The facts this slice posts. A kind's shape never changes: a new shape is a new version beside it.
const (
	FactOutcome  facts.Kind = "outcome.v1"
	FactReversal facts.Kind = "reversal.v1"
	// FactAppointment says what became of an appointment. It, not the outcome that made it, is what pay credits.
	FactAppointment facts.Kind = "appointment.v1"
)

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

func (o Outcome) fact() facts.Fact {
	return facts.Fact{
		Kind: FactOutcome, Key: fmt.Sprintf("outcome:%d", o.ID), Client: int64(o.Client), EffectiveAt: o.EffectiveAt,
		RecordedAt: o.EffectiveAt,
	}
}

func (o Outcome) factBody() OutcomeFact {
	f := OutcomeFact{
		Outcome: int64(o.ID), Call: int64(o.Call), Campaign: int64(o.campaign), Agent: int64(o.Agent), Code: o.Code,
		Results: make([]ResultFact, 0, len(o.Results)),
	}
	for _, r := range o.Results {
		f.Results = append(f.Results, ResultFact{
			Result: int64(r.ID), Kind: r.Kind, ValueMinor: r.Value.Minor, Currency: r.Value.Currency, Offer: int64(r.Offer),
			OfferVersion: int64(r.OfferVersion),
		})
	}
	return f
}
