package retention

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/retention/nextoffer"
)

// routed is a desk whose next offer is chosen: a table that sends price to the credit and moved to nothing.
func routed(t testing.TB, mode string) (d *desk, credit, pause, month Offer) {
	t.Helper()
	d = newDesk(t)
	d.campaign(purposeSave)
	pause, credit, month = d.offer("pause", 0, purposeSave), d.offer("credit", 0, purposeSave), d.offer("free_month", 0, purposeSave)
	_, err := d.SaveRouting(ctx, d.boss, Routing{
		Mode: mode, ExplorePercent: 10, MarginPercent: 50, Rules: []RouteRule{
			{Reasons: []string{"moved"}}, // on purpose: nothing
			{Reasons: []string{"too_expensive"}, Offers: []RouteOffer{{Code: credit.Code}}},
			{Condition: "subscription.mrr >= money(\"1000.00\")", Offers: []RouteOffer{{Code: month.Code}}},
		},
	})
	d.must(err)
	return d, credit, pause, month
}

func TestTheTableChoosesAndTheOthersWait(t *testing.T) {
	t.Parallel()
	d, credit, pause, _ := routed(t, RouteTable)
	c, call := d.talk()
	save, err := d.SaveDeskFor(ctx, d.ann, call)
	d.must(err)
	if n := save.Next; n == nil || n.Arm != credit.Code || n.By != "table" || n.Rule != 2 || n.Accept != 28 || n.Offer != credit.ID {
		t.Fatalf("chosen: %+v", save.Next)
	}
	shown, err := d.Desk(ctx, d.ann, call)
	d.must(err)
	if shown[0].Offer.ID != credit.ID || shown[0].Refused != "" || shown[1].Refused != "“A credit” comes first" {
		t.Errorf("the shelf begins with %q (%s), then %q", shown[0].Offer.Code, shown[0].Refused, shown[1].Refused)
	}
	_, err = d.Present(ctx, d.ann, PresentInput{Call: call, Offer: pause.ID})
	d.refused(err, errs.Conflict)
	p, err := d.Present(ctx, d.ann, PresentInput{Call: call, Offer: pause.ID, Override: "they travel until May"})
	d.must(err)
	_, err = d.Decide(ctx, d.ann, DecideInput{Presentation: p.ID, Decision: Declined})
	d.must(err)
	// A pause was declined: the next choice knows it, and the credit is still what the table says.
	d.accept(d.ann, call, credit)
	d.conclude(d.ann, call, CodeSave)
	got := d.text(`SELECT string_agg(chosen_by || ' ' || (choice_id IS NOT NULL), ', ' ORDER BY id) FROM presentations WHERE case_id = $1`, c.ID)
	if got != "agent true, table true" {
		t.Errorf("presentations: %s", got)
	}
	n, err := d.LearnOffers(ctx)
	d.must(err)
	if again, err := d.LearnOffers(ctx); err != nil || again != 0 || n != 2 {
		t.Errorf("learned %d, then %d, %v", n, again, err)
	}
	got = d.text(`SELECT string_agg(kind || ' ' || chosen_by || ' ' || yes, ', ' ORDER BY seq) FROM offer_observations`)
	if got != "answer agent false, answer table true" {
		t.Errorf("learned: %s", got)
	}
}

func TestNoOfferIsAChoiceThatIsAskedAndPassed(t *testing.T) {
	t.Parallel()
	d, credit, _, _ := routed(t, RouteTable)
	c, call := d.talk()
	d.must(d.RecordReason(ctx, d.ann, ReasonInput{Call: call, Code: "quality"})) // no rule but the last binds, and its condition does not hold
	shown, err := d.Desk(ctx, d.ann, call)
	d.must(err)
	for _, s := range shown {
		if s.Refused != "ask them to stay before you offer anything" {
			t.Errorf("%s: %q", s.Offer.Code, s.Refused)
		}
	}
	d.must(d.PassNextOffer(ctx, d.ann, call))
	d.must(d.PassNextOffer(ctx, d.ann, call)) // twice is once
	save, err := d.SaveDeskFor(ctx, d.ann, call)
	d.must(err)
	if save.Next == nil || save.Next.Arm != nextoffer.None || save.Next.Rule != 0 {
		t.Errorf("no rule is no offer, said again: %+v", save.Next)
	}
	// Another reason is another choice: the table has an offer for it.
	d.must(d.RecordReason(ctx, d.ann, ReasonInput{Call: call, Code: "too_expensive"}))
	save, err = d.SaveDeskFor(ctx, d.ann, call)
	d.must(err)
	if save.Next == nil || save.Next.Offer != credit.ID {
		t.Errorf("after another reason: %+v", save.Next)
	}
	d.refused(d.PassNextOffer(ctx, d.ann, call), errs.Conflict)
	d.conclude(d.ann, call, CodeLost)
	_, err = d.LearnOffers(ctx)
	d.must(err)
	if got := d.text(`SELECT string_agg(arm || ' ' || yes, ', ' ORDER BY seq) FROM offer_observations`); got != "none false" {
		t.Errorf("learned: %q of case %d", got, c.ID)
	}
}

func TestWithoutARoutingTheScriptDecides(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.campaign(purposeSave)
	d.offer("pause", 0, purposeSave)
	r, err := d.RoutingFor(ctx, d.boss, 0)
	d.must(err)
	if r.Mode != RouteScript || r.Version != 0 || r.on() {
		t.Errorf("%+v", r)
	}
	_, call := d.talk()
	save, err := d.SaveDeskFor(ctx, d.ann, call)
	d.must(err)
	if save.Next != nil || d.count(`SELECT count(*) FROM offer_choices`) != 0 {
		t.Errorf("chosen all the same: %+v", save.Next)
	}
}

// Every choice that is stored can be made again from what was stored, whatever was learned and decided since.
func TestEveryStoredChoiceIsMadeAgain(t *testing.T) {
	t.Parallel()
	d, credit, pause, _ := routed(t, RouteChallenged)
	d.exec(`UPDATE offer_policies SET explore_bp = 5000`)
	for i := range 24 {
		c, call := d.talk()
		for range 3 {
			save, err := d.SaveDeskFor(ctx, d.ann, call)
			d.must(err)
			if save.Next == nil {
				break
			}
			if save.Next.Offer == 0 {
				d.must(d.PassNextOffer(ctx, d.ann, call))
				continue
			}
			p, err := d.Present(ctx, d.ann, PresentInput{Call: call, Offer: save.Next.Offer})
			d.must(err)
			decision := []string{Accepted, Declined}[(i+int(p.ID))%2]
			_, err = d.Decide(ctx, d.ann, DecideInput{Presentation: p.ID, Decision: decision})
			d.must(err)
			if decision == Accepted {
				break
			}
		}
		code := CodeLost
		if d.count(`SELECT count(*) FROM presentations WHERE case_id = $1 AND decision = 'accepted'`, c.ID) == 1 {
			code = CodeSave
		}
		d.conclude(d.ann, call, code)
		if i%5 == 0 {
			_, err := d.LearnOffers(ctx)
			d.must(err)
		}
		if i == 11 { // another version believes something else, and learns from the same log
			r, err := d.RoutingFor(ctx, d.boss, 0)
			d.must(err)
			r.Rules[1].Offers = []RouteOffer{{Code: pause.Code, Weight: 2}, {Code: credit.Code, Weight: 1}}
			_, err = d.SaveRouting(ctx, d.boss, r)
			d.must(err)
		}
		d.pass(time.Minute)
	}
	differ, seen, err := d.ReplayChoices(ctx, d.client)
	d.must(err)
	if len(differ) > 0 || seen < 24 {
		t.Errorf("of %d choices there differ %v", seen, differ)
	}
	if by := d.count(`SELECT count(DISTINCT chosen_by) FROM offer_choices`); by < 2 {
		t.Errorf("only one way to choose was tried")
	}
	d.exec(`UPDATE offer_choices SET arm = 'none', offer_id = NULL WHERE id = (SELECT max(id) FROM offer_choices WHERE arm <> 'none')`)
	d.exec(`UPDATE offer_observations SET yes = NOT yes WHERE seq = 1`)
	if differ, _, err = d.ReplayChoices(ctx, d.client); err != nil || len(differ) < 2 {
		t.Errorf("a changed choice and a changed answer are not noticed: %v, %v", differ, err)
	}
}

func TestARoutingIsCheckedAndVersioned(t *testing.T) {
	t.Parallel()
	d, credit, _, month := routed(t, RouteTable)
	_, err := d.SaveRouting(ctx, d.boss, Routing{Version: 1, Mode: "best", ExplorePercent: 101, MarginPercent: 0, Rules: []RouteRule{
		{Condition: "customer.", Reasons: []string{"weather"}, Offers: []RouteOffer{{Code: "gold"}, {Code: credit.Code}, {Code: credit.Code}}},
	}})
	d.refused(err, errs.Invalid)
	var paths []string
	for _, f := range fieldsOf(err) {
		paths = append(paths, f.Path)
	}
	want := []string{
		"mode", "explorePercent", "marginPercent", "rules.0.condition", "rules.0.reasons", "rules.0.offers.0", "rules.0.offers.2",
	}
	if diff := cmp.Diff(want, paths); diff != "" {
		t.Error(diff)
	}
	r, err := d.RoutingFor(ctx, d.boss, 0)
	d.must(err)
	_, err = d.SaveRouting(ctx, d.boss, r)
	d.must(err)
	_, err = d.SaveRouting(ctx, d.boss, r)
	d.refused(err, errs.Stale)
	d.aCase()
	d.aCase()
	in := newCase(99)
	in.ReasonCode, in.Subscription.Price.Minor = "quality", 200_000
	_, err = d.OpenCase(ctx, d.boss, in)
	d.must(err)
	p, err := d.PreviewRouting(ctx, d.boss, r)
	d.must(err)
	if diff := cmp.Diff(RoutingPreview{Cases: 3, Rules: []PreviewRule{{Rule: 1, None: true}, {Rule: 2, Cases: 2}, {Rule: 3, Cases: 1}}}, p); diff != "" {
		t.Errorf("%s (the last rule offers %s)", diff, month.Code)
	}
}

// What lasted is learned when it was verified, and not before; pay is counted against what an offer leaves.
func TestLastingIsLearnedOnDay90(t *testing.T) {
	t.Parallel()
	d, credit, _, _ := routed(t, RouteTable)
	d.exec(`INSERT INTO offer_learning (client_id, pay_bp, updated_at) VALUES ($1, 2000, $2)`, d.client, noon)
	c, call := d.talk()
	d.accept(d.ann, call, credit)
	d.conclude(d.ann, call, CodeSave)
	for _, days := range []int{30, 60} {
		d.exec(`INSERT INTO case_events (case_id, at, actor, event, from_state, to_state) VALUES ($1, $2, 'test', 'verified', 'saved_provisional', 'verified_30')`,
			c.ID, noon.AddDate(0, 0, days))
	}
	_, err := d.LearnOffers(ctx)
	d.must(err)
	if n := d.count(`SELECT count(*) FROM offer_observations WHERE kind = 'lasted'`); n != 0 {
		t.Fatalf("%d learned before day 90", n)
	}
	day90 := noon.AddDate(0, 0, 90)
	d.exec(`UPDATE cases SET state = 'verified_90' WHERE id = $1`, c.ID)
	d.exec(`INSERT INTO case_events (case_id, at, actor, event, from_state, to_state) VALUES ($1, $2, 'test', 'verified', 'verified_60', 'verified_90')`, c.ID, day90)
	_, err = d.LearnOffers(ctx)
	d.must(err)
	got := d.text(`SELECT yes || ' ' || (at = $1) FROM offer_observations WHERE kind = 'lasted'`, day90)
	if got != "true true" || d.count(`SELECT pay_bp FROM offer_choices`) != 2000 {
		t.Errorf("lasted: %s", got)
	}
	e, err := d.EstimatesFor(ctx, d.boss, 0)
	d.must(err)
	if e.Decided != 1 || e.Needed != 5000 || len(e.Policies) != 0 {
		t.Errorf("estimates of one case: %+v", e)
	}
}

// With enough decided choices the estimates come with their interval, and the worth of the table lies in its own.
func TestEstimatesNeedData(t *testing.T) {
	t.Parallel()
	d, credit, _, _ := routed(t, RouteTable)
	_, call := d.talk()
	d.accept(d.ann, call, credit)
	d.conclude(d.ann, call, CodeSave)
	d.exec(`INSERT INTO offer_choices (client_id, case_id, n, rung, policy_version, learned, seed, reason, tier, mrr_minor, currency, pay_bp, segments, declined,
		eligible, arm, offer_id, chosen_by, rule, propensity, candidates, scores, made_at)
		SELECT client_id, case_id, g, rung, policy_version, learned, g::text, reason, tier, mrr_minor, currency, pay_bp, segments, declined,
		eligible, CASE WHEN g % 2 = 0 THEN arm ELSE 'none' END, CASE WHEN g % 2 = 0 THEN offer_id END, 'explore', rule, 0.5, candidates, scores, made_at
		FROM offer_choices, generate_series(1, 5200) g`)
	d.exec(`INSERT INTO offer_observations (client_id, seq, choice_id, kind, chosen_by, reason, tier, arm, yes, at)
		SELECT client_id, row_number() OVER (ORDER BY id), id, 'answer', 'explore', reason, tier, arm, false, made_at FROM offer_choices WHERE n > 0`)
	e, err := d.EstimatesFor(ctx, d.boss, 0)
	d.must(err)
	if len(e.Policies) != 3 || e.Decided != 5200 {
		t.Fatalf("%+v", e)
	}
	for _, p := range e.Policies {
		if p.SNIPS == nil || p.DR == nil || p.SNIPS.Low > p.SNIPS.Value || p.SNIPS.High < p.SNIPS.Value || math.Abs(p.SNIPS.Value) > 1 {
			t.Errorf("%s: %+v %+v %s", p.Policy, p.SNIPS, p.DR, p.Why)
		}
	}
}

func TestReasonsInWhichOffersDoHarmGoBackToTheTable(t *testing.T) {
	t.Parallel()
	treated := map[string]nextoffer.Tally{"quality": {Cases: 400, Kept: 8}, "moved": {Cases: 400, Kept: 80}}
	held := map[string]nextoffer.Tally{"quality": {Cases: 60, Kept: 12}, "moved": {Cases: 60, Kept: 12}}
	if got := harmful([]string{"price"}, []string{"moved", "quality"}, treated, held); !slices.Equal(got, []string{"price", "quality"}) {
		t.Errorf("stopped: %v", got)
	}
	d, _, _, _ := routed(t, RouteChallenged)
	c := d.aCase()
	d.exec(`UPDATE cases SET closed_at = $2, state = 'cancelled_scheduled' WHERE id = $1`, c.ID, noon)
	d.exec(`INSERT INTO cases (client_id, request_id, customer_id, state, saveable, mrr_minor, currency, due_at, created_at, updated_at, closed_at, arm, subscription_id)
		SELECT client_id, request_id, customer_id, 'cancelled_effective', true, mrr_minor, currency, due_at, created_at, updated_at, closed_at,
		       CASE WHEN g <= 40 THEN 'holdout' ELSE 'treated' END, CASE WHEN g <= 20 THEN subscription_id END FROM cases, generate_series(1, 200) g`)
	d.pass(200 * 24 * time.Hour)
	d.tx(func(ctx context.Context, tx *pg.Tx) error { return d.stopHarm(ctx, tx, d.client, d.now()) })
	r, err := d.RoutingFor(ctx, d.boss, 0)
	d.must(err)
	if fmt.Sprint(r.Stopped) != "[too_expensive]" || r.Version != 2 || r.CreatedBy != "system:learning" {
		t.Errorf("%+v", r)
	}
}
