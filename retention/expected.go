package retention

import (
	"context"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

// SupposedSaves are saves that have not happened, as the fact of an outcome would tell them.
type SupposedSaves struct {
	Client auth.ClientID
	Agent  auth.UserID
	At     time.Time
	Reason string // code of why they wanted to leave
	Saves  []ResultFactV2
}

// expectedPay knows what saves would pay their agent, in minor units, in their order. It reads within the transaction.
type expectedPay interface {
	ExpectedPayTx(ctx context.Context, tx *pg.Tx, of SupposedSaves) ([]int64, error)
}

// SetExpectedPay says who knows what a save would pay, so that the choice of the next offer can take it off what the save
// is worth. Without it pay is no part of the choice.
func (s *Service) SetExpectedPay(p expectedPay) { s.expectedPay = p }

// addPay gives each arm what a save with it would pay the agent whom it is chosen for. On a customer's own page nobody is
// paid. What is found out is stored with the choice, so that it is made again from the same amounts.
func (s *Service) addPay(ctx context.Context, tx *pg.Tx, m measures, c *caseRow, of []weighed, into arms) error {
	if s.expectedPay == nil || m.agent == 0 {
		return nil
	}
	ask := SupposedSaves{Client: c.Client, Agent: m.agent, At: m.now, Reason: c.Reason}
	for _, w := range of {
		r := ResultFactV2{
			Kind: ResultSave, ValueMinor: w.Value.Minor, Currency: w.Value.Currency, Offer: int64(w.ID), OfferVersion: int64(w.Version),
			OfferKind: w.Kind, OfferFamily: w.Family, DepthBP: int64(w.DepthBP), MRRBeforeMinor: c.MRRMinor, MRRAfterMinor: w.MRRAfter, Payable: true,
		}
		if r.ValueMinor == 0 {
			r.ValueMinor, r.Currency = c.MRRMinor, c.Currency
		}
		ask.Saves = append(ask.Saves, r)
	}
	pay, err := s.expectedPay.ExpectedPayTx(ctx, tx, ask)
	if err != nil {
		return errs.Wrap(err, "ask what a save would pay")
	}
	for i, minor := range pay {
		if ask.Saves[i].Currency == c.Currency { // what is paid in another currency is no part of this score
			into[i].Pay = float64(max(0, minor))
		}
	}
	return nil
}
