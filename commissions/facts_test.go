package commissions_test

import (
	"testing"

	"saveline/internal/facts/factstest"
	"saveline/retention"
)

// TestFactsReadAsTheyWereWritten pins the shapes that pay reads, whoever writes them.
func TestFactsReadAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	factstest.Golden(t, retention.FactOutcome, retention.OutcomeFact{
		Outcome: 17, Call: 55, Campaign: 3, Agent: 7, Code: "save",
		Results: []retention.ResultFact{{Result: 91, Kind: "save", ValueMinor: 4900, Currency: "USD", Offer: 4, OfferVersion: 2}},
	}, `{"outcome":17,"call":55,"campaign":3,"agent":7,"code":"save",
		"results":[{"result":91,"kind":"save","valueMinor":4900,"currency":"USD","offer":4,"offerVersion":2}]}`)
	factstest.Golden(t, retention.FactOutcomeV2, retention.OutcomeFactV2{
		Outcome: 17, Call: 55, Campaign: 3, Case: 8, Agent: 7, Code: "save", ReasonCode: "too_expensive",
		Results: []retention.ResultFactV2{{
			Result: 91, Kind: "save", ValueMinor: 4900, Currency: "USD", Offer: 4, OfferVersion: 2, OfferKind: "downgrade", OfferFamily: "plan",
			MRRBeforeMinor: 8000, MRRAfterMinor: 4900, Evidence: "econfirm", Payable: true,
		}},
	}, `{"outcome":17,"call":55,"campaign":3,"case":8,"agent":7,"code":"save","reasonCode":"too_expensive",
		"results":[{"result":91,"kind":"save","valueMinor":4900,"currency":"USD","offer":4,"offerVersion":2,"offerKind":"downgrade",
		"offerFamily":"plan","depthBp":0,"mrrBeforeMinor":8000,"mrrAfterMinor":4900,"evidence":"econfirm","payable":true}]}`)
	factstest.Golden(t, retention.FactResultReview, retention.ResultReviewFact{Result: 91, State: "opened"}, `{"result_id":91,"state":"opened"}`)
	factstest.Golden(t, retention.FactReversal, retention.ReversalFact{Result: 91, Cause: "customer"}, `{"result":91,"cause":"customer"}`)
}
