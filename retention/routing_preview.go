package retention

import (
	"context"
	"time"

	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/retention/nextoffer"
)

const previewCasesMax = 2000

// RoutingPreview is which rule would have decided for the client's last cases. What could lawfully be offered to each on
// its day is not asked again: a rule counts as if its offers could be made.
type RoutingPreview struct {
	Cases   int           `json:"cases" doc:"the last ones that could be saved, at most 2,000"`
	Rules   []PreviewRule `json:"rules" nullable:"false"`
	Unbound int           `json:"unbound" doc:"no rule binds: they are offered nothing"`
}

// PreviewRule is one rule and the cases that it decides.
type PreviewRule struct {
	Rule  int  `json:"rule" doc:"1 first"`
	Cases int  `json:"cases"`
	None  bool `json:"none" doc:"it says on purpose that nothing is offered"`
}

type previewCase struct {
	place
	Reason   string `db:"reason_code"`
	MRRMinor int64  `db:"mrr_minor"`
	Currency string `db:"currency"`
	Tier     string `db:"value_tier"`
}

// PreviewRouting counts which rule of a table would have decided for the client's last cases.
//
// Codes: invalid (as SaveRouting; several clients and none named), not_found.
func (s *Service) PreviewRouting(ctx context.Context, by auth.Actor, in Routing) (RoutingPreview, error) {
	client, err := by.ClientFor(in.Client)
	if err != nil {
		return RoutingPreview{}, err
	}
	if err := s.checkRouting(ctx, s.db, client, in); err != nil {
		return RoutingPreview{}, err
	}
	var rows []previewCase
	if err := s.db.SelectContext(ctx, &rows, previewCases, client, previewCasesMax); err != nil {
		return RoutingPreview{}, errs.Wrap(err, "read cases")
	}
	table, now := in.table(), s.now()
	out := RoutingPreview{Cases: len(rows), Rules: make([]PreviewRule, len(table))}
	all := []string{}
	for i, rule := range table {
		out.Rules[i] = PreviewRule{Rule: i + 1, None: len(rule.Offers) == 0}
		for _, o := range rule.Offers {
			all = append(all, o.Offer)
		}
	}
	for _, r := range rows {
		i := table.Binding(s.previewed(in, r, now), all)
		if i == 0 {
			out.Unbound++
			continue
		}
		out.Rules[i-1].Cases++
	}
	return out, nil
}

func (s *Service) previewed(in Routing, r previewCase, now time.Time) nextoffer.Case {
	c := caseRow{MRRMinor: r.MRRMinor, Currency: r.Currency, Tier: r.Tier, Reason: r.Reason}
	m := measures{now: now}
	m.about = c.subject(r.place, m)
	return nextoffer.Case{Cell: nextoffer.Cell{Reason: r.Reason, Tier: r.Tier}, Segments: s.segments(in, m)}
}

// PassNextOffer records that the customer of a call was asked to stay without an offer, as the choice was, and still wants
// to leave: the next choice is made without it.
//
// Codes: not_found, conflict (another agent's call, the call is concluded or about no case, or an offer was chosen).
func (s *Service) PassNextOffer(ctx context.Context, by auth.Actor, id dialer.CallID) error {
	return s.onCase(ctx, by, id, func(tx *pg.Tx, c *caseRow, now time.Time) error {
		var last choiceRow
		if err := tx.GetContext(ctx, &last, lastChoice, c.ID); pg.None(err) || err == nil && last.Arm != nextoffer.None {
			return errs.Newf(errs.Conflict, "no choice was made to offer nothing")
		} else if err != nil {
			return errs.Wrap(err, "read the last choice")
		}
		if last.PassedAt != nil {
			return nil
		}
		if _, err := tx.ExecContext(ctx, passChoice, last.ID, now); err != nil {
			return errs.Wrap(err, "record that they were asked")
		}
		return c.note(ctx, tx, by, now, "asked_to_stay", map[string]any{"choice": last.ID})
	})
}
