// Package retention decides what may be offered to a person on a call and records what was agreed: offers and their
// versions, presentations and decisions, save cases, and the one outcome of every conversation with its results.
//
// Acts: CreateOffer, EditOffer, RetireOffer; OpenCase, ImportCases; OffersFor, Present, Decide, Conclude on a call;
// ExpireWrapUp when an agent concluded nothing; ReviewOutcome and Reverse afterwards. What it owns, and what it does
// not, is in README.md.
package retention
