package retention

import (
	"context"
	"fmt"
	"slices"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/facts"
	"saveline/retention/flow"
)

// Replayed is what a replay of everything rebuilt, and what came out otherwise than it is stored.
type Replayed struct {
	Cases       int           `json:"cases"`
	Choices     int           `json:"choices"`
	Results     int           `json:"results"`
	Credits     int           `json:"credits"`
	People      int           `json:"people"` // whose pay was valued again
	Differences []Discrepancy `json:"differences"`
}

// Credited is what pay has on its books for a result.
type Credited struct {
	Result     int64  `db:"result_id"`
	Agent      int64  `db:"user_id"`
	Kind       string `db:"kind"`
	ValueMinor int64  `db:"value_minor"`
	Currency   string `db:"currency"`
}

// books is what a replay reads of pay: whom it credited with the results of a client, and for what.
type books interface {
	CreditedResults(ctx context.Context, client auth.ClientID) ([]Credited, error)
	// ReplayedPay values everybody's pay again and lists what the ledger says otherwise.
	ReplayedPay(ctx context.Context, client auth.ClientID) (diffs []Discrepancy, people int, err error)
}

// Replay rebuilds a client's case states, the figures of each case, every choice of the next offer, the credits of pay and
// the amounts of its ledger from logs, facts and kept events alone, and lists what is stored otherwise. It changes nothing.
func (s *Service) Replay(ctx context.Context, client auth.ClientID, pay books) (out Replayed, err error) {
	if out.Differences, out.Choices, err = s.ReplayChoices(ctx, client); err != nil {
		return out, err
	}
	for _, part := range []func(context.Context, auth.ClientID, *Replayed) error{
		s.replayCases, func(ctx context.Context, client auth.ClientID, out *Replayed) error {
			return s.replayPay(ctx, client, pay, out)
		}, func(ctx context.Context, client auth.ClientID, out *Replayed) error {
			diffs, people, err := pay.ReplayedPay(ctx, client)
			out.Differences, out.People = append(out.Differences, diffs...), people
			return err
		}, s.replayVerified,
	} {
		if err := part(ctx, client, &out); err != nil {
			return out, err
		}
	}
	if out.Differences == nil {
		out.Differences = []Discrepancy{}
	}
	return out, nil
}

const replayColumns = `
SELECT c.id, c.client_id, c.customer_id, c.state, coalesce(c.campaign_id, 0) AS campaign_id, coalesce(c.lead_id, 0) AS lead_id,
       coalesce(c.subscription_id, 0) AS subscription_id, c.mrr_minor, c.currency, c.saveable, c.due_at, '' AS reason_code, '' AS value_tier,
       c.closed_at IS NOT NULL AS closed, c.arm,
       (SELECT count(DISTINCT v.offer_id) FROM presentations p JOIN offer_versions v ON v.id = p.offer_version_id WHERE p.case_id = c.id AND p.rung > 0) AS rungs,
       EXISTS (SELECT FROM presentations p WHERE p.case_id = c.id AND p.decision = 'accepted' AND p.rung > 0) AS said_yes,
       (SELECT count(*) FROM confirmations k WHERE k.id = c.confirmation_id) AS proofs
FROM cases c WHERE c.client_id = $1 AND c.id > $2 ORDER BY c.id LIMIT $3`

type replayedCase struct {
	caseRow
	IsClosed bool   `db:"closed"`
	Arm      string `db:"arm"`
	Offers   int    `db:"rungs"`
	SaidYes  bool   `db:"said_yes"`
	Proofs   int    `db:"proofs"`
}

func (s *Service) replayCases(ctx context.Context, client auth.ClientID, out *Replayed) error {
	for after := CaseID(0); ; {
		var rows []replayedCase
		if err := s.db.SelectContext(ctx, &rows, replayColumns, client, after, replayBatch); err != nil {
			return errs.Wrap(err, "read cases")
		}
		for i := range rows {
			r := &rows[i]
			log, err := r.read(ctx, s.db)
			if err != nil {
				return err
			}
			out.Differences = append(out.Differences, r.compare(log)...)
			out.Cases, after = out.Cases+1, r.ID
		}
		if len(rows) < replayBatch {
			return nil
		}
	}
}

// compare folds the log and holds the row and what hangs on it against what comes out: the state, and what the case adds
// to the figures of its month.
func (r *replayedCase) compare(log []flow.Event) (out []Discrepancy) {
	of := fmt.Sprint(r.ID)
	folded, err := flow.Fold(log)
	if err != nil {
		return []Discrepancy{{"case", of, string(r.Said), err.Error()}}
	}
	differ := func(kind, what string, stored, replayed any) {
		if a, b := fmt.Sprint(stored), fmt.Sprint(replayed); a != b {
			out = append(out, Discrepancy{kind, of + " " + what, a, b})
		}
	}
	arm := "treated"
	if folded.Held {
		arm = "holdout"
	}
	differ("case", "state", r.Said, folded.State)
	differ("case", "closed", r.IsClosed, folded.State.Closed())
	differ("case", "arm", r.Arm, arm)
	n := folded.Count()
	differ("metric", "eligible", r.Saveable && r.Said != flow.Duplicate, n.Eligible == 1)
	differ("metric", "offers made", r.Offers, folded.Rungs())
	if folded.State.Saved() {
		differ("metric", "agreed to stay", r.SaidYes && r.Proofs == 1, n.Gross == 1)
	}
	return out
}

const factsOfClient = `
SELECT id, kind, key, client_id, effective_at, recorded_at, body FROM facts
WHERE client_id = $1 AND kind IN ('outcome.v1','outcome.v2','appointment.v1') AND id > $2 ORDER BY id LIMIT $3`

// replayPay derives from the facts who is to be credited with what, and holds it against the books.
func (s *Service) replayPay(ctx context.Context, client auth.ClientID, pay books, out *Replayed) error {
	due, err := s.creditsDue(ctx, client, out)
	if err != nil {
		return err
	}
	credited, err := pay.CreditedResults(ctx, client)
	if err != nil {
		return err
	}
	out.Credits = len(credited)
	booked := map[int64][]Credited{}
	for _, c := range credited {
		booked[c.Result] = append(booked[c.Result], c)
	}
	for _, want := range due {
		of := fmt.Sprintf("result %d", want.Result)
		switch got := booked[want.Result]; {
		case !slices.Contains(got, want):
			out.Differences = append(out.Differences, Discrepancy{"pay", of, fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want)})
		case len(got) > 1:
			out.Differences = append(out.Differences, Discrepancy{"pay", of, fmt.Sprintf("%d credits", len(got)), "1"})
		}
		delete(booked, want.Result)
	}
	for _, c := range credited {
		if _, extra := booked[c.Result]; extra {
			out.Differences = append(out.Differences, Discrepancy{"pay", fmt.Sprintf("result %d", c.Result), fmt.Sprintf("%+v", c), "no fact"})
		}
	}
	return nil
}

// creditsDue are the credits that the facts call for: one for each payable result of an agent, an appointment once it was
// held.
func (s *Service) creditsDue(ctx context.Context, client auth.ClientID, out *Replayed) (due []Credited, err error) {
	type numbered struct {
		ID int64 `db:"id"`
		facts.Fact
	}
	for after := int64(0); ; {
		var rows []numbered
		if err := s.db.SelectContext(ctx, &rows, factsOfClient, client, after, replayBatch); err != nil {
			return nil, errs.Wrap(err, "read facts")
		}
		for _, r := range rows {
			wants, results, err := creditsOf(r.Fact)
			if err != nil {
				return nil, errs.Wrap(err, fmt.Sprintf("read fact %s", r.Key))
			}
			due, out.Results, after = append(due, wants...), out.Results+results, r.ID
		}
		if len(rows) < replayBatch {
			return due, nil
		}
	}
}

func creditsOf(f facts.Fact) (due []Credited, results int, err error) {
	if f.Kind == FactAppointment {
		a, err := DecodeAppointment(f.Body)
		if err != nil || !a.Credited || a.Agent == 0 || a.State != "held" {
			return nil, 0, err
		}
		return []Credited{{a.Result, a.Agent, ResultAppointment, a.ValueMinor, a.Currency}}, 1, nil
	}
	o, err := ReadOutcome(f)
	if err != nil {
		return nil, 0, err
	}
	for _, r := range o.Results {
		if results++; o.Agent != 0 && r.Payable && r.Kind != ResultAppointment {
			due = append(due, Credited{r.Result, o.Agent, r.Kind, r.ValueMinor, r.Currency})
		}
	}
	return due, results, nil
}
