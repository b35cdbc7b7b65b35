package retention

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/retention/eligibility"
)

const (
	previewRowsMax    = 50_000
	previewReasonsMax = 10
)

// OfferPreview is who would get an offer with a condition, counted on real subscriptions. The law, cool-downs and budgets
// are the business of the day on which it is made.
type OfferPreview struct {
	Subscriptions int           `json:"subscriptions" doc:"looked at"`
	Eligible      int           `json:"eligible"`
	Against       []PreviewWhy  `json:"against" doc:"what does not hold, most frequent first"`
	Truncated     bool          `json:"truncated" doc:"there are more subscriptions than were looked at"`
	Client        auth.ClientID `json:"clientId"`
}

// PreviewWhy is a clause of the condition and for how many it does not hold.
type PreviewWhy struct {
	Clause string `json:"clause"`
	Count  int    `json:"count"`
}

type previewRow struct {
	place
	MRRMinor int64  `db:"mrr_minor"`
	Currency string `db:"currency"`
	Tier     string `db:"value_tier"`
}

// PreviewOffer counts for how many subscriptions of a client a condition holds today.
//
// Codes: invalid (the condition cannot be read, or several clients and none named), not_found.
func (s *Service) PreviewOffer(ctx context.Context, by auth.Actor, client auth.ClientID, condition string) (OfferPreview, error) {
	client, err := by.ClientFor(client)
	if err != nil {
		return OfferPreview{}, err
	}
	cond, err := s.conditions.Compile(condition)
	if err != nil {
		var f errs.Faults
		f.Addf("eligibility", "%s", sentence(err))
		return OfferPreview{}, f.Err()
	}
	var rows []previewRow
	if err := s.db.SelectContext(ctx, &rows, previewSubscriptions, client, previewRowsMax+1); err != nil {
		return OfferPreview{}, errs.Wrap(err, "read subscriptions")
	}
	out := OfferPreview{Client: client, Against: []PreviewWhy{}, Truncated: len(rows) > previewRowsMax}
	against := map[string]int{}
	for _, r := range rows[:min(len(rows), previewRowsMax)] {
		out.Subscriptions++
		failed := cond.Holds(r.subject(s.now()))
		if len(failed) == 0 {
			out.Eligible++
		}
		for _, f := range failed {
			against[f.Clause]++
		}
	}
	for _, clause := range slices.Sorted(maps.Keys(against)) {
		out.Against = append(out.Against, PreviewWhy{clause, against[clause]})
	}
	slices.SortStableFunc(out.Against, func(a, b PreviewWhy) int { return cmp.Compare(b.Count, a.Count) })
	out.Against = out.Against[:min(len(out.Against), previewReasonsMax)]
	return out, nil
}

func (r previewRow) subject(now time.Time) eligibility.Subject {
	c := caseRow{MRRMinor: r.MRRMinor, Currency: r.Currency, Tier: r.Tier}
	return c.subject(r.place, measures{now: now})
}
