package retention

import (
	"context"
	"strings"
	"testing"

	"saveline/internal/auth"
)

// ledgerOf is pay's books of a test, written by hand from the results.
type ledgerOf struct{ d *desk }

var _ books = ledgerOf{}

// ReplayedPay is commissions' own to test.
func (ledgerOf) ReplayedPay(context.Context, auth.ClientID) ([]Discrepancy, int, error) {
	return nil, 0, nil
}

// CreditedResults is what the database's results would be credited as.
func (l ledgerOf) CreditedResults(context.Context, auth.ClientID) (out []Credited, err error) {
	err = l.d.db.Select(&out, `SELECT r.id AS result_id, o.agent_id AS user_id, r.kind, r.value_minor, r.currency
		FROM results r JOIN outcomes o ON o.id = r.outcome_id WHERE r.payable ORDER BY r.id`)
	return out, err
}

// A replay finds nothing, and every kind of tampering is found.
func TestAReplayFindsWhatWasTamperedWith(t *testing.T) {
	t.Parallel()
	d, credit, _, _ := routed(t, RouteChallenged)
	for i := range 4 {
		_, call := d.talk()
		d.must(d.RecordReason(ctx, d.ann, ReasonInput{Call: call, Code: "too_expensive"}))
		p, err := d.Present(ctx, d.ann, PresentInput{Call: call, Offer: credit.ID, Override: "they asked for it"})
		d.must(err)
		_, err = d.Decide(ctx, d.ann, DecideInput{Presentation: p.ID, Decision: []string{Accepted, Declined}[i%2]})
		d.must(err)
		d.conclude(d.ann, call, []string{CodeSave, CodeLost}[i%2])
	}
	r, err := d.Replay(ctx, d.client, ledgerOf{d})
	d.must(err)
	if len(r.Differences) != 0 || r.Cases != 4 || r.Choices < 4 || r.Results != 2 || r.Credits != 2 {
		t.Fatalf("%+v", r)
	}
	for _, c := range []struct{ change, back, want string }{
		{`UPDATE cases SET state = 'rechurned' WHERE id = 1`, `UPDATE cases SET state = 'saved_provisional' WHERE id = 1`, "case 1 state"},
		{`UPDATE results SET value_minor = value_minor + 1 WHERE id = 1`, `UPDATE results SET value_minor = value_minor - 1 WHERE id = 1`, "pay result 1"},
		{`UPDATE presentations SET rung = 0 WHERE id = 1`, `UPDATE presentations SET rung = 1 WHERE id = 1`, "metric 1 offers made"},
		{`UPDATE cases SET saveable = false WHERE id = 4`, `UPDATE cases SET saveable = true WHERE id = 4`, "metric 4 eligible"},
		{`UPDATE offer_choices SET learned = learned + 1 WHERE id = 1`, `UPDATE offer_choices SET learned = learned - 1 WHERE id = 1`, "choice 1 of case 1"},
		{`DELETE FROM case_events WHERE event = 'opened' AND case_id = 2`, ``, "case 2:"},
	} {
		d.exec(c.change)
		r, err := d.Replay(ctx, d.client, ledgerOf{d})
		d.must(err)
		found := ""
		for _, x := range r.Differences {
			found += x.String() + "\n"
		}
		if !strings.Contains(found, c.want) {
			t.Errorf("%s: want %q, found %s", c.change, c.want, found)
		}
		if c.back != "" {
			d.exec(c.back)
		}
	}
}
