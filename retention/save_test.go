package retention

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"saveline/campaigns"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/retention/flow"
)

// talk is a case of a new customer with Ann on the line.
func (d *desk) talk() (Case, dialerCall) {
	d.t.Helper()
	c := d.aCase()
	return c, d.connect(c.Lead, d.ann)
}

func (d *desk) stateOf(id CaseID) flow.State {
	d.t.Helper()
	return d.caseNow(id).State
}

func TestCancelItIsHonouredAtOnceFromEveryLiveState(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.campaign("retention_save")
	save, deep := d.offer("credit", 1000, "retention_save"), d.offer("free_month", 0, "retention_save")
	_, err := d.SetAuthority(ctx, d.boss, 0, []Authority{{Role: "agent", PercentMax: 50}})
	d.must(err)
	for name, lead := range map[string]func(call dialerCall){
		"in progress": func(call dialerCall) { _, err := d.OffersFor(ctx, d.ann, call); d.must(err) },
		"offering":    func(call dialerCall) { d.mustPresent(call, save) },
		"accepted":    func(call dialerCall) { d.accept(d.ann, call, save) },
		"approval": func(call dialerCall) {
			_, err := d.AskApproval(ctx, d.ann, AskInput{Call: call, Offer: deep.ID})
			d.must(err)
		},
		"link": func(call dialerCall) {
			d.accept(d.ann, call, save)
			_, err := d.SendLink(ctx, d.ann, call)
			d.must(err)
		},
	} {
		c, call := d.talk()
		lead(call)
		_, err := d.CancelNow(ctx, d.ben, CancelInput{Call: call})
		d.refused(err, errs.Conflict)
		for range 2 { // said twice it is said once
			out, err := d.CancelNow(ctx, d.ann, CancelInput{Call: call})
			d.must(err)
			if out.State != flow.CancelledScheduled {
				t.Fatalf("%s: %+v", name, out)
			}
		}
		if n := d.count(`SELECT count(*) FROM case_events WHERE case_id = $1 AND event = 'cancel'`, c.ID); n != 1 {
			t.Errorf("%s: cancelled %d times", name, n)
		}
		_, err = d.Present(ctx, d.ann, PresentInput{Call: call, Offer: deep.ID})
		d.refused(err, errs.Conflict)
		if offers, err := d.OffersFor(ctx, d.ann, call); err != nil || len(offers) != 0 {
			t.Errorf("%s: %d offers after cancel it, %v", name, len(offers), err)
		}
		if n := d.count(`SELECT count(*) FROM approvals WHERE case_id = $1 AND decision IS NULL`, c.ID); n != 0 {
			t.Errorf("%s: a supervisor is still asked", name)
		}
		_, err = d.Conclude(ctx, d.ann, ConcludeInput{Call: call, Code: CodeSave})
		d.refused(err, errs.Invalid)
		if out := d.conclude(d.ann, call, CodeLost); out.Case != c.ID || len(out.Results) != 0 {
			t.Errorf("%s: outcome %+v", name, out)
		}
		if s := d.text(`SELECT state FROM leads WHERE id = $1`, c.Lead); s == "waiting" {
			t.Errorf("%s: they are called again", name)
		}
		d.caseNow(c.ID)
	}
	c := d.aCase()
	out, err := d.CancelNow(ctx, d.boss, CancelInput{Case: c.ID, Cause: "web"})
	d.must(err)
	if s := d.text(`SELECT state FROM leads WHERE id = $1`, c.Lead); s != "withdrawn" || out.State != flow.CancelledScheduled {
		t.Errorf("lead %s, %+v", s, out)
	}
	_, err = d.CancelNow(ctx, auth.Actor{Name: "stranger"}, CancelInput{Case: c.ID})
	d.refused(err, errs.NotFound)
}

func TestAHeldOutCaseIsShownNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.campaign("retention_save")
	save := d.offer("credit", 1000, "retention_save")
	_, err := d.SaveSettings(ctx, d.boss, Settings{HoldoutBP: 5000, Salt: "s", OfferMinutes: 60})
	d.must(err)
	held := 0
	for range 40 {
		c := d.aCase()
		var version int64
		d.must(d.db.Get(&version, `SELECT max(id) FROM offer_versions WHERE offer_id = $1`, save.ID))
		if c.Arm != "holdout" {
			continue
		}
		held++
		if c.State != flow.CancelledScheduled || c.Lead != 0 {
			t.Fatalf("held out: %+v", c)
		}
		call := d.connect(d.person(d.campaignOf(c)), d.ann) // whatever a program does, the database lets no offer be made
		_, err := d.db.Exec(`INSERT INTO presentations (client_id, call_id, case_id, offer_version_id, agent_id, presented_at) VALUES ($1, $2, $3, $4, $5, $6)`,
			d.client, call, c.ID, version, d.ann.User, noon)
		if got := pg.ConstraintOf(err); got != "presentations_case_is_treated" {
			t.Fatalf("an offer in a held-out case: %v", err)
		}
		d.conclude(d.ann, call, CodeOther)
	}
	if held < 10 || held > 30 {
		t.Errorf("%d of 40 are held out, half are to be", held)
	}
	stale := Settings{HoldoutBP: 100, OfferMinutes: 60}
	_, err = d.SaveSettings(ctx, d.boss, stale)
	d.refused(err, errs.Stale)
	_, err = d.SaveSettings(ctx, d.boss, Settings{HoldoutBP: 9000})
	d.refused(err, errs.Invalid)
}

func (d *desk) campaignOf(Case) campaigns.ID {
	return campaigns.ID(d.count(`SELECT min(id) FROM campaigns`))
}

func TestTheSameCaseIsAlwaysHeldOutOrNever(t *testing.T) {
	t.Parallel()
	s := Settings{Salt: "a", HoldoutBP: 1000}
	wider := Settings{Salt: "a", HoldoutBP: 2000}
	n := 0
	for id := range CaseID(10_000) {
		if s.holdsOut(id) {
			n++
			if !wider.holdsOut(id) {
				t.Fatalf("a wider share lets case %d go", id)
			}
		}
	}
	if n < 900 || n > 1100 {
		t.Errorf("%d of 10,000 are held out, want about 1,000", n)
	}
}

func TestOnlyOneSubscriptionsCaseIsOpen(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.campaign("retention_save")
	first := d.aCase()
	in := newCase(d.people)
	in.ExternalID, in.Subscription.ExternalID = "other", "another subscription"
	second, err := d.OpenCase(ctx, d.boss, in)
	d.must(err)
	if second.Duplicate || second.Case == first.ID {
		t.Errorf("another subscription of the customer: %+v", second)
	}
	_, err = d.db.Exec(`INSERT INTO cases (client_id, request_id, customer_id, subscription_id, state, mrr_minor, currency, due_at, created_at, updated_at)
		SELECT client_id, request_id, customer_id, subscription_id, 'requested', 1, 'USD', due_at, created_at, created_at FROM cases WHERE id = $1`, first.ID)
	if got := pg.ConstraintOf(err); got != "cases_one_active_per_subscription" {
		t.Errorf("a second case: %v", err)
	}
	_, err = d.db.Exec(`UPDATE cases SET state = 'saved_provisional' WHERE id = $1`, first.ID)
	if got := pg.ConstraintOf(err); got != "cases_saved_with_evidence" {
		t.Errorf("saved without evidence: %v", err)
	}
	out, err := d.Duplicate(ctx, d.boss, SettleInput{Case: second.Case, Of: first.ID})
	d.must(err)
	if out.State != flow.Duplicate {
		t.Errorf("%+v", out)
	}
	_, err = d.Duplicate(ctx, d.boss, SettleInput{Case: first.ID, Of: first.ID})
	d.refused(err, errs.Conflict)
}

// A save without a recording waits for the customer's own word.
func TestAnEConfirmationMakesTheSave(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.SetRecorder(nil)
	d.recorder = nil
	d.campaign("retention_save")
	save := d.offer("credit", 1000, "retention_save")
	c, call := d.talk()
	d.accept(d.ann, call, save)
	_, err := d.Conclude(ctx, d.ann, ConcludeInput{Call: call, Code: CodeSave})
	d.refused(err, errs.Invalid)
	if !strings.Contains(err.Error(), "link") {
		t.Errorf("%v does not say what to do", err)
	}
	replaced, err := d.SendLink(ctx, d.ann, call)
	d.must(err)
	link, err := d.SendLink(ctx, d.ann, call)
	d.must(err)
	if !link.ExpiresAt.Equal(noon.Add(24*time.Hour)) || link.Path != "/confirm/"+link.Token {
		t.Errorf("link %+v", link)
	}
	out := d.conclude(d.ann, call, CodeSave)
	if len(out.Results) != 0 || d.stateOf(c.ID) != flow.Accepted {
		t.Fatalf("results %+v before the customer's word", out.Results)
	}
	for name, token := range map[string]string{"none": "", "bent": link.Token[:len(link.Token)-2] + "xx", "another": "AAAA"} {
		_, err := d.AnswerLink(ctx, token, LinkAnswer{Answer: answerConfirm})
		if errs.CodeOf(err) != errs.NotFound {
			t.Errorf("%s token: %v", name, err)
		}
	}
	_, err = d.AnswerLink(ctx, replaced.Token, LinkAnswer{Answer: answerConfirm})
	d.refused(err, errs.Conflict)
	var wg sync.WaitGroup
	var said atomic.Int32
	for range 6 { // six clicks at once are one answer
		wg.Go(func() {
			_, err := d.AnswerLink(ctx, link.Token, LinkAnswer{Answer: answerConfirm, Words: "I stay"})
			if err != nil && !errs.Is(err, errs.Conflict) {
				t.Errorf("answered: %v", err)
			}
			if err == nil {
				said.Add(1)
			}
		})
	}
	wg.Wait()
	if said.Load() != 1 || d.stateOf(c.ID) != flow.SavedProvisional {
		t.Fatalf("answered %d times, case %s", said.Load(), d.stateOf(c.ID))
	}
	if n := d.count(`SELECT count(*) FROM confirmations WHERE method = 'econfirm' AND customer_words = 'I stay'`); n != 1 {
		t.Errorf("%d confirmations", n)
	}
	if n := d.count(`SELECT count(*) FROM results WHERE evidence = 'econfirm' AND payable`); n != 1 {
		t.Errorf("%d results", n)
	}
	if n := d.count(`SELECT count(*) FROM facts WHERE kind = 'outcome.v2' AND body->'results'->0->>'evidence' = 'econfirm'`); n != 1 {
		t.Errorf("%d facts tell pay", n)
	}
	if v, err := d.Link(ctx, link.Token); err != nil || !v.Stays || v.Company != "Acme" || v.Answer != answerConfirm {
		t.Errorf("page %+v, %v", v, err)
	}
	d.pass(25 * time.Hour)
	_, err = d.Link(ctx, link.Token)
	d.refused(err, errs.NotFound)
}

func TestAnUnansweredLinkLetsTheCancellationGoAhead(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.recorder = nil
	d.campaign("retention_save")
	save := d.offer("credit", 1000, "retention_save")
	c, call := d.talk()
	d.accept(d.ann, call, save)
	_, err := d.SendLink(ctx, d.ann, call)
	d.must(err)
	d.conclude(d.ann, call, CodeSave)
	d.pass(23 * time.Hour)
	if n, err := d.CloseDueCases(ctx); n != 0 || err != nil {
		t.Fatalf("closed %d, %v", n, err)
	}
	d.pass(time.Hour)
	if n, err := d.CloseDueCases(ctx); n != 1 || err != nil {
		t.Fatalf("closed %d, %v", n, err)
	}
	if now := d.caseNow(c.ID); now.State != flow.CancelledScheduled {
		t.Errorf("case %+v", now)
	}
	if n := d.count(`SELECT count(*) FROM results`); n != 0 {
		t.Error("a save that nobody confirmed")
	}
	if n := d.count(`SELECT count(*) FROM case_timers WHERE case_id = $1 AND kind = 'econfirm' AND fired_at IS NOT NULL`, c.ID); n != 1 {
		t.Errorf("the clock fired %d times", n)
	}
}

func TestThatIsWrongVoidsTheSave(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.campaign("retention_save")
	save := d.offer("credit", 1000, "retention_save")
	c, call := d.talk()
	d.accept(d.ann, call, save)
	d.conclude(d.ann, call, CodeSave)
	notice := d.noticeToken(c.ID)
	d.pass(time.Hour)
	_, err := d.AnswerLink(ctx, notice, LinkAnswer{Answer: answerWrong, Words: "I never agreed"})
	d.must(err)
	if d.stateOf(c.ID) != flow.Voided {
		t.Errorf("case is %s", d.stateOf(c.ID))
	}
	if n := d.count(`SELECT count(*) FROM facts WHERE kind = 'reversal.v1' AND body->>'cause' = 'no_consent'`); n != 1 {
		t.Error("pay is not told")
	}
	_, err = d.AnswerLink(ctx, notice, LinkAnswer{Answer: answerConfirm})
	d.refused(err, errs.Conflict)
}

func TestMadeUpEvidenceIsPaidInARehearsalOnly(t *testing.T) {
	t.Parallel()
	for _, inEarnest := range []bool{false, true} {
		d := newDesk(t)
		if inEarnest {
			d.exec(`ALTER TABLE database_kind DISABLE TRIGGER ALL`)
			d.exec(`DELETE FROM database_kind`)
			d.exec(`ALTER TABLE database_kind ENABLE TRIGGER ALL`)
		}
		d.campaign("retention_save")
		_, call := d.talk()
		d.accept(d.ann, call, d.offer("credit", 1000, "retention_save"))
		out := d.conclude(d.ann, call, CodeSave)
		if out.Results[0].Payable == inEarnest || out.Results[0].Evidence != "simulated" {
			t.Errorf("in earnest %v: %+v", inEarnest, out.Results)
		}
		d.refused(d.MarkDatabase(ctx, "demo"), errs.Conflict)
	}
}

func TestTheLadder(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.campaign("retention_save")
	third, second, first := d.ranked("free_month", 30), d.ranked("credit", 20), d.ranked("pause", 10)
	_, call := d.talk()
	only := func(want ...Offer) {
		t.Helper()
		offers, err := d.OffersFor(ctx, d.ann, call)
		d.must(err)
		if len(offers) != len(want) || len(want) == 1 && offers[0].ID != want[0].ID {
			t.Fatalf("offers %+v, want %+v", offers, want)
		}
	}
	only(first)
	_, err := d.Present(ctx, d.ann, PresentInput{Call: call, Offer: second.ID})
	d.refused(err, errs.Conflict)
	d.mustPresent(call, first)
	_, err = d.Present(ctx, d.ann, PresentInput{Call: call, Offer: second.ID, Override: "they asked for it"})
	d.refused(err, errs.Conflict) // the one before has no answer yet
	d.answer(d.ann, call, first, Declined)
	only(second)
	d.answer(d.ann, call, second, Declined)
	only() // the law of the place lets two be made
	_, err = d.Present(ctx, d.ann, PresentInput{Call: call, Offer: third.ID, Override: "please"})
	d.refused(err, errs.Conflict)
	shown, err := d.Desk(ctx, d.ann, call)
	d.must(err)
	for _, s := range shown {
		if s.Offer.ID == third.ID && s.Refused == "" {
			t.Error("the desk does not say why the third is grey")
		}
	}
	_, other := d.talk()
	if _, err := d.Present(ctx, d.ann, PresentInput{Call: other, Offer: second.ID, Override: "they asked for it"}); err != nil {
		t.Errorf("past the ladder with a reason: %v", err)
	}
	if s := d.text(`SELECT chosen_by FROM presentations WHERE call_id = $1`, other); s != "agent" {
		t.Errorf("chosen by %s", s)
	}
}

func (d *desk) ranked(kind string, rank int) Offer {
	d.t.Helper()
	in := offerInput(kind, 0, "retention_save")
	in.Rank = rank
	o, err := d.CreateOffer(ctx, d.boss, NewOffer{Code: fmt.Sprintf("%s-%d", kind, rank), OfferInput: in})
	d.must(err)
	return o
}

func TestWhatOneCustomerIsGiven(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.campaign("retention_save")
	_, err := d.SaveSettings(ctx, d.boss, Settings{OfferMinutes: 60, LifetimeMinor: 9000, AnyCooldownDays: 30})
	d.must(err)
	discount, credit := d.offer("discount_percent", 0, "retention_save"), d.offer("credit", 0, "retention_save")
	again := func(days int) dialerCall {
		t.Helper()
		d.pass(time.Duration(days) * 24 * time.Hour)
		in := newCase(1)
		in.ExternalID = fmt.Sprintf("again-%s", d.now())
		opened, err := d.OpenCase(ctx, d.boss, in)
		d.must(err)
		d.exec(`UPDATE leads SET due_at = $2, ready = true WHERE id = $1`, d.caseNow(opened.Case).Lead, d.now())
		return d.connect(d.caseNow(opened.Case).Lead, d.ann)
	}
	d.people = 0
	_, call := d.talk()
	d.accept(d.ann, call, discount) // 25 % of 80.00 for three months: 60.00
	d.hangUp(call)
	d.conclude(d.ann, call, CodeSave)
	call = again(7)
	if offers, err := d.OffersFor(ctx, d.ann, call); err != nil || len(offers) != 0 {
		t.Errorf("a week later: %+v, %v", offers, err)
	}
	d.hangUp(call)
	d.conclude(d.ann, call, CodeLost)
	call = again(35)
	offers, err := d.OffersFor(ctx, d.ann, call)
	d.must(err)
	if len(offers) != 1 || offers[0].ID != credit.ID {
		t.Errorf("six weeks later: %+v; a discount is given once a year", offers)
	}
	d.hangUp(call)
	d.conclude(d.ann, call, CodeLost)
	call = again(400)
	offers, err = d.OffersFor(ctx, d.ann, call)
	d.must(err)
	if len(offers) != 1 || offers[0].ID != credit.ID {
		t.Errorf("a year later: %+v; another 60.00 would be more than 90.00 in all", offers)
	}
}

func TestTheLawOfThePlace(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.campaign("retention_save")
	save := d.offer("credit", 1000, "retention_save")
	from := func(region string) dialerCall {
		t.Helper()
		d.people++
		in := newCase(d.people)
		in.Customer.Region = region
		opened, err := d.OpenCase(ctx, d.boss, in)
		d.must(err)
		return d.connect(d.caseNow(opened.Case).Lead, d.ann)
	}
	for _, region := range []string{"US-MN", ""} { // complete first; and nobody knows where
		call := from(region)
		if shown, err := d.Desk(ctx, d.ann, call); err != nil || len(shown) != 0 {
			t.Errorf("%q: the desk shows %+v, %v", region, shown, err)
		}
		_, err := d.Present(ctx, d.ann, PresentInput{Call: call, Offer: save.ID})
		d.refused(err, errs.Conflict)
		desk, err := d.SaveDeskFor(ctx, d.ann, call)
		d.must(err)
		if desk.Law.MayOffer || desk.Law.Why == "" {
			t.Errorf("%q: %+v", region, desk.Law)
		}
		d.conclude(d.ann, call, CodeLost)
	}
	call := from("US-CA") // only after the notice
	_, err := d.Present(ctx, d.ann, PresentInput{Call: call, Offer: save.ID})
	d.refused(err, errs.Conflict)
	for range 2 {
		d.must(d.RecordStep(ctx, d.ann, StepInput{Call: call, Notice: "cancel_any_time"}))
	}
	d.mustPresent(call, save)
	if s := d.text(`SELECT policy->>'mode' FROM presentations WHERE call_id = $1`, call); s != "offer_first_with_notice" {
		t.Errorf("the presentation keeps %q", s)
	}
	order := d.text(`SELECT string_agg(event, ' ' ORDER BY e.id) FROM case_events e JOIN cases c ON c.id = e.case_id JOIN calls k ON k.lead_id = c.lead_id
		WHERE k.id = $1 AND event IN ('notice_read', 'presented')`, call)
	if order != "notice_read presented" {
		t.Errorf("the log says %q", order)
	}
	d.must(d.RecordStep(ctx, d.ann, StepInput{Call: call, Step: flow.StepDoNotOffer}))
	_, err = d.Decide(ctx, d.ann, DecideInput{Presentation: d.mustShown(call, save).ID, Decision: Accepted})
	d.refused(err, errs.Conflict)
	d.refused(d.RecordStep(ctx, d.ann, StepInput{Call: call, Step: "shrugged"}), errs.Invalid)
}

func TestAConditionDecidesWhoIsShownAnOffer(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.campaign("retention_save")
	in := offerInput("credit", 1000, "retention_save")
	in.Eligibility = `subscription.mrr >= money("100.00")`
	_, err := d.CreateOffer(ctx, d.boss, NewOffer{Code: "rich", OfferInput: in})
	d.must(err)
	_, call := d.talk()
	if shown, err := d.Desk(ctx, d.ann, call); err != nil || len(shown) != 0 {
		t.Errorf("somebody who pays 80.00 sees %+v, %v", shown, err)
	}
	in.Eligibility = "subscription.mrr >= "
	_, err = d.CreateOffer(ctx, d.boss, NewOffer{Code: "broken", OfferInput: in})
	if !hasField(err, "eligibility") {
		t.Errorf("a broken condition: %v", err)
	}
	d.aCase()
	p, err := d.PreviewOffer(ctx, d.boss, 0, `subscription.mrr >= money("100.00")`)
	d.must(err)
	if p.Subscriptions != 2 || p.Eligible != 0 || len(p.Against) != 1 || p.Against[0].Count != 2 {
		t.Errorf("preview %+v", p)
	}
	if p, err := d.PreviewOffer(ctx, d.boss, 0, ""); err != nil || p.Eligible != 2 {
		t.Errorf("everybody: %+v, %v", p, err)
	}
	_, err = d.PreviewOffer(ctx, d.boss, 0, "1 +")
	d.refused(err, errs.Invalid)
}
