package retention

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/retention/nextoffer"
)

const (
	estimateRowsMax = 30_000
	estimateDraws   = 200
	folds           = 2 // a case is judged by what the other half of the cases taught
)

// OfferEstimates says what ways to choose the next offer would have left, by the choices that were made and what became
// of them.
type OfferEstimates struct {
	Decided  int             `json:"decided" doc:"choices whose end is known: declined, or verified on day 90"`
	Needed   int             `json:"needed" doc:"fewer prove nothing, and nothing is estimated"`
	Currency string          `json:"currency"`
	Policies []OfferEstimate `json:"policies" nullable:"false" doc:"empty where there is not enough data"`
}

// OfferEstimate is one way to choose: expected net margin of a choice in minor units, with its 95 % interval.
type OfferEstimate struct {
	Policy string              `json:"policy" enum:"table,champion_challenger,thompson"`
	SNIPS  *nextoffer.Estimate `json:"snips,omitempty" doc:"self-normalised inverse propensities"`
	DR     *nextoffer.Estimate `json:"doublyRobust,omitempty"`
	Why    string              `json:"why,omitempty" doc:"why there is no estimate"`
}

type decidedChoice struct {
	choiceRow
	Yes    bool `db:"yes"`
	Stayed bool `db:"stayed"`
}

const countDecided = `
SELECT count(*) FROM offer_observations a
WHERE a.client_id = $1 AND a.kind = 'answer' AND a.chosen_by <> 'agent'
  AND (NOT a.yes OR EXISTS (SELECT FROM offer_observations l WHERE l.choice_id = a.choice_id AND l.kind = 'lasted'))`

const decidedChoices = choiceColumnsWith + `
JOIN offer_observations a ON a.choice_id = ch.id AND a.kind = 'answer' AND a.chosen_by <> 'agent'
LEFT JOIN offer_observations l ON l.choice_id = ch.id AND l.kind = 'lasted'
WHERE ch.client_id = $1 AND (NOT a.yes OR l.choice_id IS NOT NULL)
ORDER BY ch.id DESC LIMIT $2`

const observationsOfFold = `
SELECT seq, kind, chosen_by, reason, tier, arm, yes, at FROM offer_observations
WHERE client_id = $1 AND choice_id % $2 <> $3 ORDER BY seq`

// EstimatesFor estimates the ways to choose offline. Without 5,000 decided choices it says how many there are.
//
// Codes: invalid (several clients and none named), not_found.
func (s *Service) EstimatesFor(ctx context.Context, by auth.Actor, client auth.ClientID) (OfferEstimates, error) {
	client, err := by.ClientFor(client)
	if err != nil {
		return OfferEstimates{}, err
	}
	out := OfferEstimates{Needed: nextoffer.CasesMin, Currency: currencyDefault, Policies: []OfferEstimate{}}
	if err := s.db.GetContext(ctx, &out.Decided, countDecided, client); err != nil {
		return out, errs.Wrap(err, "count choices")
	}
	r, err := routingOf(ctx, s.db, client)
	if err != nil || out.Decided < out.Needed {
		return out, err
	}
	var rows []decidedChoice
	if err := s.db.SelectContext(ctx, &rows, decidedChoices, client, estimateRowsMax); err != nil {
		return out, errs.Wrap(err, "read choices")
	}
	out.Currency = rows[0].Currency
	var taught [folds]*nextoffer.Model
	for i := range taught {
		if taught[i], err = s.taughtBy(ctx, r, i); err != nil {
			return out, err
		}
	}
	for _, mode := range []string{RouteTable, RouteChallenged, RouteThompson} {
		as := r
		as.Mode = mode
		log, err := logAs(as, rows, taught)
		if err != nil {
			return out, err
		}
		out.Policies = append(out.Policies, estimated(mode, log, as.policy(0).Epsilon))
	}
	return out, nil
}

// taughtBy is the model that learned from all choices but those of one fold.
func (s *Service) taughtBy(ctx context.Context, r Routing, without int) (*nextoffer.Model, error) {
	var rows []observationRow
	if err := s.db.SelectContext(ctx, &rows, observationsOfFold, r.Client, folds, without); err != nil {
		return nil, errs.Wrap(err, "read what was learned")
	}
	m := nextoffer.NewModel(r.prior())
	for _, o := range rows {
		m.Learn(o.observation())
	}
	return m, nil
}

// logAs sees the decided choices with the eyes of another policy.
func logAs(r Routing, rows []decidedChoice, taught [folds]*nextoffer.Model) ([]nextoffer.Logged, error) {
	out := make([]nextoffer.Logged, 0, len(rows))
	for _, row := range rows {
		seed, err := strconv.ParseUint(row.Seed, 10, 64)
		if err != nil {
			return nil, errs.Wrap(err, fmt.Sprintf("read choice %d", row.ID))
		}
		p := r.policy(row.PayBP)
		p.Draws = estimateDraws
		l := nextoffer.Logged{By: nextoffer.By(row.By), Propensity: row.Propensity, Reward: row.reward(p.Economics)}
		for _, o := range p.Odds(taught[int64(row.ID)%folds], row.asked(), row.Eligible, seed) {
			l.TargetValue += o.Probability * o.Value
			if o.Arm == row.Arm {
				l.Target, l.Value = min(1, o.Probability), o.Value
			}
		}
		out = append(out, l)
	}
	return out, nil
}

// reward is the net margin that a decided choice left, over the horizon.
func (c decidedChoice) reward(e nextoffer.Economics) float64 {
	i := slices.IndexFunc(c.Eligible, func(o nextoffer.Offer) bool { return o.Code == c.Arm })
	if i < 0 {
		if !c.Yes {
			return 0
		}
		lasting, leaving := e.Values(nextoffer.Offer{Code: nextoffer.None, Keeps: 1}, float64(c.MRRMinor))
		return pickValue(c.Stayed, lasting, leaving)
	}
	if !c.Yes {
		return -e.ContactCost
	}
	lasting, leaving := e.Values(c.Eligible[i], float64(c.MRRMinor))
	return pickValue(c.Stayed, lasting, leaving) - e.ContactCost
}

func pickValue(stayed bool, lasting, leaving float64) float64 {
	if stayed {
		return lasting
	}
	return leaving
}

func estimated(mode string, log []nextoffer.Logged, epsilon float64) OfferEstimate {
	out := OfferEstimate{Policy: mode}
	snips, err := nextoffer.SNIPS(log, epsilon)
	if err != nil {
		out.Why = sentence(err)
		return out
	}
	out.SNIPS = &snips
	dr, err := nextoffer.DoublyRobust(log, epsilon)
	if err != nil {
		out.Why = sentence(err)
		return out
	}
	out.DR = &dr
	return out
}
