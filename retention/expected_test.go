package retention

import (
	"context"
	"testing"

	"saveline/internal/pg"
)

// generous pays much for giving much away.
type generous struct{ asked []SupposedSaves }

func (g *generous) ExpectedPayTx(_ context.Context, _ *pg.Tx, of SupposedSaves) (out []int64, err error) {
	g.asked = append(g.asked, of)
	for _, r := range of.Saves {
		if r.DepthBP >= basisPointsWhole {
			out = append(out, 30_000)
		} else {
			out = append(out, 0)
		}
	}
	return out, nil
}

// A plan that pays 300.00 for a free month and nothing else makes the free month a worse choice, by what it pays where the
// save lasts; the choice keeps the amounts and is made again from them.
func TestWhatASavePaysLowersItsScore(t *testing.T) {
	t.Parallel()
	scores := map[bool]map[string]float64{}
	for _, paid := range []bool{false, true} {
		d, _, _, month := routed(t, RouteThompson)
		pay := &generous{}
		if paid {
			d.SetExpectedPay(pay)
		}
		c, call := d.talk()
		desk, err := d.SaveDeskFor(ctx, d.ann, call)
		d.must(err)
		if desk.Next == nil {
			t.Fatal("nothing was chosen")
		}
		last, err := lastChoiceOf(d, c.ID)
		d.must(err)
		scores[paid] = map[string]float64{}
		for _, s := range last.Scores {
			scores[paid][s.Arm] = s.Score
		}
		for _, o := range last.Eligible {
			if want := paid && o.Code == month.Code; (o.Pay == 30_000) != want {
				t.Errorf("%s is kept with pay %v", o.Code, o.Pay)
			}
		}
		if paid && (len(pay.asked) != 1 || pay.asked[0].Agent != d.ann.User || pay.asked[0].Saves[0].MRRBeforeMinor != 8000) {
			t.Errorf("asked %+v", pay.asked)
		}
		diffs, n, err := d.ReplayChoices(ctx, d.client)
		d.must(err)
		if n != 1 || len(diffs) != 0 {
			t.Errorf("%d choices replayed, differences %v", n, diffs)
		}
	}
	for arm, before := range scores[false] {
		if after := scores[true][arm]; (after < before) != (len(arm) > 4 && arm[:4] == "free") {
			t.Errorf("%s: %v without pay, %v with", arm, before, after)
		}
	}
}

func lastChoiceOf(d *desk, id CaseID) (r choiceRow, err error) {
	err = d.db.Get(&r, lastChoice, id)
	return r, err
}
