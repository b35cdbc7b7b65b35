package retention

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/lib/pq"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/internal/pg"
	"saveline/retention/nextoffer"
)

// ChoiceID names one choice of the next offer.
type ChoiceID int64

// Choice is which offer is tried next in a case, and why.
type Choice struct {
	ID       ChoiceID     `json:"id"`
	Arm      string       `json:"arm" doc:"an offer's code; none: they are simply asked to stay"`
	Offer    OfferID      `json:"offerId,omitempty" doc:"0: none"`
	By       string       `json:"by" enum:"table,bandit,explore" doc:"the routing table, the challenger that learns, or chance, to keep learning"`
	Rule     int          `json:"rule" doc:"of the routing table, 1 first; 0: none bound"`
	Accept   int          `json:"acceptPercent" doc:"who say yes to it, as far as is known"`
	Stick    int          `json:"stickPercent" doc:"of them, who are still there on day 90"`
	Expected money.Amount `json:"expected" doc:"net margin that trying it is expected to leave, in all"`
	Learned  int64        `json:"learned" doc:"observations that were known"`
	Policy   int          `json:"policyVersion"`
	Passed   bool         `json:"passed" doc:"of none: they were asked, and still want to leave"`
}

// choiceRow is a choice with all that is needed to make it again.
type choiceRow struct {
	ID         ChoiceID       `db:"id"`
	Client     auth.ClientID  `db:"client_id"`
	Case       CaseID         `db:"case_id"`
	N          int            `db:"n"`
	Rung       int            `db:"rung"`
	Policy     int            `db:"policy_version"`
	Learned    int64          `db:"learned"`
	Seed       string         `db:"seed"`
	Reason     string         `db:"reason"`
	Tier       string         `db:"tier"`
	MRRMinor   int64          `db:"mrr_minor"`
	Currency   string         `db:"currency"`
	PayBP      int            `db:"pay_bp"`
	Segments   pq.StringArray `db:"segments"`
	Declined   pq.StringArray `db:"declined"`
	Eligible   arms           `db:"eligible"`
	Arm        string         `db:"arm"`
	Offer      OfferID        `db:"offer_id"`
	By         string         `db:"chosen_by"`
	Rule       int            `db:"rule"`
	Propensity float64        `db:"propensity"`
	Candidates pq.StringArray `db:"candidates"`
	Scores     scores         `db:"scores"`
	PassedAt   *time.Time     `db:"passed_at"`
	MadeAt     time.Time      `db:"made_at"`
}

type arms []nextoffer.Offer

// Value writes arms as jsonb.
func (a arms) Value() (driver.Value, error) { return jsonText([]nextoffer.Offer(a)) }

// Scan reads arms from jsonb.
func (a *arms) Scan(src any) error { return scanJSON(src, a) }

type scores []nextoffer.Scored

// Value writes scores as jsonb.
func (s scores) Value() (driver.Value, error) { return jsonText([]nextoffer.Scored(s)) }

// Scan reads scores from jsonb.
func (s *scores) Scan(src any) error { return scanJSON(src, s) }

func jsonText(v any) (driver.Value, error) {
	raw, err := json.Marshal(v)
	return string(raw), err
}

func scanJSON(src, into any) error {
	raw, ok := src.([]byte)
	if !ok {
		return fmt.Errorf("jsonb: cannot read %T", src)
	}
	return json.Unmarshal(raw, into)
}

func (r choiceRow) choice() Choice {
	out := Choice{
		ID: r.ID, Arm: r.Arm, Offer: r.Offer, By: r.By, Rule: r.Rule, Learned: r.Learned, Policy: r.Policy, Passed: r.PassedAt != nil,
		Expected: money.Amount{Currency: r.Currency},
	}
	for _, s := range r.Scores {
		if s.Arm == r.Arm {
			out.Accept, out.Stick, out.Expected.Minor = int(100*s.Accept+0.5), int(100*s.Stick+0.5), int64(s.Score)
		}
	}
	return out
}

// asked is the case as it was when the choice was made.
func (r choiceRow) asked() nextoffer.Case {
	return nextoffer.Case{
		ID: fmt.Sprint(r.Case), Cell: nextoffer.Cell{Reason: r.Reason, Tier: r.Tier}, Segments: r.Segments, Declined: r.Declined,
		MRR: money.Amount{Minor: r.MRRMinor, Currency: r.Currency}, At: r.MadeAt,
	}
}

// again makes the choice once more from what was stored.
func (r choiceRow) again(p nextoffer.Policy, m *nextoffer.Model) (nextoffer.Choice, error) {
	seed, err := strconv.ParseUint(r.Seed, 10, 64)
	return p.Choose(m, r.asked(), r.Eligible, seed), err
}

const choiceFields = `
SELECT ch.id, ch.client_id, ch.case_id, ch.n, ch.rung, ch.policy_version, ch.learned, ch.seed, ch.reason, ch.tier, ch.mrr_minor, ch.currency,
       ch.pay_bp, ch.segments, ch.declined, ch.eligible, ch.arm, coalesce(ch.offer_id, 0) AS offer_id, ch.chosen_by, ch.rule, ch.propensity,
       ch.candidates, ch.scores, ch.passed_at, ch.made_at`

const choiceColumns = choiceFields + `
FROM offer_choices ch `

const choiceColumnsWith = choiceFields + `, a.yes, coalesce(l.yes, false) AS stayed
FROM offer_choices ch `

const lastChoice = choiceColumns + `WHERE ch.case_id = $1 ORDER BY ch.n DESC LIMIT 1`

const insertChoice = `
INSERT INTO offer_choices (client_id, case_id, n, rung, policy_version, learned, seed, reason, tier, mrr_minor, currency, pay_bp, segments,
       declined, eligible, arm, offer_id, chosen_by, rule, propensity, candidates, scores, made_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, NULLIF($17, 0), $18, $19, $20, $21, $22, $23) RETURNING id`

const passChoice = `UPDATE offer_choices SET passed_at = $2 WHERE id = $1 AND arm = 'none' AND passed_at IS NULL`

// choosing is what one look at the shelf needs to choose: the routing, and what was learned.
type choosing struct {
	routing Routing
	last    *choiceRow // of the case, whatever became of it
}

func choosingOf(ctx context.Context, tx *pg.Tx, c *caseRow) (out choosing, err error) {
	if out.routing, err = routingOf(ctx, tx, c.Client); err != nil || !out.routing.on() {
		return out, err
	}
	var last choiceRow
	if err := tx.GetContext(ctx, &last, lastChoice, c.ID); pg.None(err) {
		return out, nil
	} else if err != nil {
		return out, errs.Wrap(err, "read the last choice")
	}
	out.last = &last
	return out, nil
}

// next chooses which of the offers that may be made is tried next, or reads the choice that stands. It stands until it
// was answered, the customer gave another reason, or its offer may not be made any more. nil: the script decides, or
// there is nothing to choose from.
func (s *Service) next(ctx context.Context, tx *pg.Tx, m measures, c *caseRow, all []weighed) (*choiceRow, error) {
	may, rung := candidates(c, all), c.Rungs()+1
	if len(may) == 0 || c.Open() != nil || c.Yes() != nil {
		return nil, nil //nolint:nilnil // nothing to choose is no error
	}
	how, err := choosingOf(ctx, tx, c)
	if err != nil || !how.routing.on() {
		return nil, err
	}
	if last := how.last; last.stands(c.Reason, rung, may) {
		return last, nil
	}
	return s.choose(ctx, tx, how, m, c, may, all)
}

// candidates are the offers between which there is a choice: new ones that may be made now, without asking anybody.
func candidates(c *caseRow, all []weighed) (out []weighed) {
	for _, w := range all {
		if w.Result == ResultSave && w.refused == "" && !w.over && c.last(w.ID) == nil && !c.approvedBefore(w.Offer) {
			out = append(out, w)
		}
	}
	return out
}

func (r *choiceRow) stands(reason string, rung int, may []weighed) bool {
	if r == nil || r.PassedAt != nil || r.Reason != reason || r.Rung != rung {
		return false
	}
	return r.Arm == nextoffer.None || slices.ContainsFunc(may, func(w weighed) bool { return w.ID == r.Offer })
}

// choose makes the choice and keeps it. What was declined is given along: it rules out its cheaper siblings.
func (s *Service) choose(ctx context.Context, tx *pg.Tx, how choosing, m measures, c *caseRow, may, all []weighed) (*choiceRow, error) {
	refused, declined := declinedArms(c, all, how.last)
	r := choiceRow{
		Client: c.Client, Case: c.ID, Rung: c.Rungs() + 1, Policy: how.routing.Version, Reason: c.Reason, Tier: c.Tier, MRRMinor: c.MRRMinor,
		Currency: c.Currency, MadeAt: microInstant(m.now), Segments: s.segments(how.routing, m), Declined: declined,
	}
	if how.last != nil {
		r.N = how.last.N + 1
	}
	eligible := slices.Concat(may, refused)
	for _, w := range eligible {
		r.Eligible = append(r.Eligible, w.arm(c.MRRMinor))
	}
	if err := s.addPay(ctx, tx, m, c, eligible, r.Eligible); err != nil {
		return nil, err
	}
	model, err := s.models.of(ctx, tx, how.routing)
	if err != nil {
		return nil, err
	}
	r.PayBP = model.payBP
	p := how.routing.policy(r.PayBP)
	seed := p.Seed(fmt.Sprint(c.ID), r.N)
	x := r.asked()
	chosen := model.choose(p, x, r.Eligible, seed)
	r.Seed, r.Arm, r.By, r.Propensity, r.Learned = strconv.FormatUint(seed, 10), chosen.Arm, string(chosen.By), chosen.Propensity, chosen.Learned
	r.Candidates, r.Scores, r.Rule = chosen.Candidates, chosen.Scores, p.Table.Binding(x, chosen.Candidates)
	for _, w := range may {
		if w.Code == r.Arm {
			r.Offer = w.ID
		}
	}
	err = tx.GetContext(ctx, &r.ID, insertChoice, r.Client, r.Case, r.N, r.Rung, r.Policy, r.Learned, r.Seed, r.Reason, r.Tier, r.MRRMinor,
		r.Currency, r.PayBP, r.Segments, r.Declined, r.Eligible, r.Arm, r.Offer, r.By, r.Rule, r.Propensity, r.Candidates, r.Scores, r.MadeAt)
	return &r, errs.Wrap(err, "keep the choice")
}

// segments are the conditions of the table that hold for the customer.
func (s *Service) segments(r Routing, m measures) pq.StringArray {
	out := pq.StringArray{}
	for _, rule := range r.Rules {
		if rule.Condition == "" || slices.Contains(out, rule.Condition) {
			continue
		}
		if cond, err := s.conditions.Compile(rule.Condition); err == nil && len(cond.Holds(m.about)) == 0 {
			out = append(out, rule.Condition)
		}
	}
	return out
}

// declinedArms are the offers that they said no to in this case, and none where they were simply asked.
func declinedArms(c *caseRow, all []weighed, last *choiceRow) (offers []weighed, codes pq.StringArray) {
	codes = pq.StringArray{}
	for _, w := range all {
		if before := c.last(w.ID); w.Result == ResultSave && before != nil && before.Decision == Declined {
			offers, codes = append(offers, w), append(codes, w.Code)
		}
	}
	if last != nil && (last.PassedAt != nil || slices.Contains(last.Declined, nextoffer.None)) {
		codes = append(codes, nextoffer.None)
	}
	return offers, codes
}

// follow puts the chosen offer first and lets the others wait for its answer.
func (r *choiceRow) follow(all []weighed, c *caseRow) []weighed {
	first := "ask them to stay before you offer anything"
	i := slices.IndexFunc(all, func(w weighed) bool { return r.Offer != 0 && w.ID == r.Offer })
	if i > 0 {
		chosen := all[i]
		all = slices.Insert(slices.Delete(all, i, i+1), 0, chosen)
	}
	if i >= 0 {
		first = "“" + all[0].Name + "” comes first"
	}
	for j := range all {
		w := &all[j]
		if w.Result != ResultSave || w.refused != "" || r.Offer != 0 && w.ID == r.Offer || c.last(w.ID) != nil || c.approvedBefore(w.Offer) {
			continue
		}
		w.refused, w.later, w.over = first, true, false
	}
	return all
}
