package retention

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/retention/flow"
)

// historiesWhole is how many random histories the invariants are tried on in PostgreSQL; a normal run takes the first
// few of the same seeds, SAVELINE_HISTORIES says how many.
const (
	historiesWhole  = 200
	historiesNormal = 20
)

// player lives through random histories of cases with real acts on a real database. What an act refuses is part of life;
// any other fault is one of ours.
type player struct {
	*desk
	rnd    *rand.Rand
	offers []Offer
	sue    auth.Actor
	tokens []string
	done   map[string]int
}

func TestInvariantsOverRandomHistories(t *testing.T) {
	t.Parallel()
	n := historiesNormal
	if s := os.Getenv("SAVELINE_HISTORIES"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil || n > historiesWhole {
			t.Fatalf("SAVELINE_HISTORIES is %q: say a number up to %d", s, historiesWhole)
		}
	}
	d := newDesk(t)
	p := &player{desk: d, sue: d.user("Sue", auth.Supervisor), done: map[string]int{}}
	d.campaign("retention_save")
	for i, kind := range []string{"discount_percent", "credit", "pause", "free_month"} {
		p.offers = append(p.offers, p.ranked(kind, 10*(i/2+1)))
	}
	_, err := d.SaveSettings(ctx, d.boss, Settings{HoldoutBP: 1000, Salt: "h", OfferMinutes: 600, LifetimeMinor: 30_000, AnyCooldownDays: 30})
	d.must(err)
	_, err = d.SetAuthority(ctx, d.boss, 0, []Authority{{Role: "agent", PercentMax: 30}})
	d.must(err)
	for seed := range uint64(n) {
		p.rnd = rand.New(rand.NewPCG(seed+1, 3))
		p.history()
		if t.Failed() {
			t.Fatalf("seed %d", seed+1)
		}
		p.check(seed + 1)
	}
	p.settleAll()
	p.check(0)
	if len(p.done) < 10 {
		t.Errorf("only these acts ever succeeded: %v", p.done)
	}
}

// history is one customer's: asking, talking, and what time does to it.
func (p *player) history() {
	p.t.Helper()
	p.people++
	in := newCase(p.people)
	in.Customer.Region = []string{"US-TX", "US-CA", "US-MN", "KR-11"}[p.rnd.IntN(4)]
	in.Unsaveable = p.rnd.IntN(12) == 0
	opened, err := p.OpenCase(ctx, p.boss, in)
	p.must(err)
	id := opened.Case
	for range 1 + p.rnd.IntN(2) {
		c := p.caseNow(id)
		if c.Lead == 0 || c.ClosedAt != nil {
			break
		}
		if p.count(`SELECT count(*) FROM leads WHERE id = $1 AND state = 'waiting'`, c.Lead) == 0 {
			break
		}
		p.pass(p.now().Truncate(24 * time.Hour).Add(41 * time.Hour).Sub(p.now())) // tomorrow noon in New York
		if _, err := p.CloseDueCases(ctx); err != nil || p.caseNow(id).ClosedAt != nil {
			p.must(err)
			break
		}
		p.exec(`UPDATE leads SET due_at = $2, ready = true WHERE id = $1`, c.Lead, p.now())
		call := p.connect(c.Lead, p.ann)
		p.recorder = []recorder{SimulatedRecorder{}, nil}[p.rnd.IntN(2)]
		for range 2 + p.rnd.IntN(9) {
			p.pass(time.Duration(p.rnd.IntN(100)) * time.Second)
			p.act(id, call)
		}
		p.hangUp(call)
		p.end(call)
		p.later(id)
	}
	p.later(id)
}

func (p *player) note(what string, err error) {
	p.t.Helper()
	switch errs.CodeOf(err) {
	case "":
		p.done[what]++
	case errs.Conflict, errs.Invalid, errs.NotFound, errs.Forbidden:
	default:
		p.t.Errorf("%s: %v", what, err)
	}
}

// act is something that an agent, a supervisor or the customer does during a call.
func (p *player) act(id CaseID, call dialerCall) {
	p.t.Helper()
	offer := p.offers[p.rnd.IntN(len(p.offers))]
	switch p.rnd.IntN(11) {
	case 0:
		p.note("notice", p.RecordStep(ctx, p.ann, StepInput{Call: call, Notice: "cancel_any_time"}))
		p.note("notice", p.RecordStep(ctx, p.ann, StepInput{Call: call, Notice: "do_not_ask_again"}))
	case 1, 2, 3:
		_, err := p.Present(ctx, p.ann, PresentInput{Call: call, Offer: offer.ID, Override: []string{"", "they asked"}[p.rnd.IntN(2)]})
		p.note("present", err)
	case 4, 5, 6:
		shown, err := presentationsOf(ctx, p.db, call)
		p.must(err)
		if len(shown) > 0 {
			decision := []string{Accepted, Accepted, Declined}[p.rnd.IntN(3)]
			_, err := p.Decide(ctx, p.ann, DecideInput{Presentation: shown[p.rnd.IntN(len(shown))].ID, Decision: decision})
			p.note("decide "+decision, err)
		}
	case 7:
		asked, err := p.AskApproval(ctx, p.ann, AskInput{Call: call, Offer: p.offers[3].ID})
		p.note("ask", err)
		if err == nil && p.rnd.IntN(3) > 0 {
			p.pass(time.Duration(p.rnd.IntN(150)) * time.Second)
			who := []auth.Actor{p.sue, p.sue, p.ann}[p.rnd.IntN(3)]
			_, err = p.DecideApproval(ctx, who, asked.ID, p.rnd.IntN(3) > 0)
			p.note("approve", err)
		}
	case 8:
		link, err := p.SendLink(ctx, p.ann, call)
		p.note("link", err)
		if err == nil {
			p.tokens = append(p.tokens, link.Token)
		}
	case 9:
		if p.rnd.IntN(4) == 0 {
			_, err := p.CancelNow(ctx, p.ann, CancelInput{Call: call})
			p.note("cancel", err)
		}
	case 10:
		again := newCase(p.people)
		again.ExternalID = fmt.Sprintf("again-%d-%d", id, p.rnd.IntN(3))
		_, err := p.OpenCase(ctx, p.boss, again)
		p.note("ask again", err)
	}
}

// end is how the agent leaves the call.
func (p *player) end(call dialerCall) {
	p.t.Helper()
	codes := []string{CodeSave, CodeSave, CodeSave, CodeLost, CodeCallback, CodeNotInterested, CodeOther}
	for range 3 {
		in := ConcludeInput{Call: call, Code: codes[p.rnd.IntN(len(codes))]}
		if in.Code == CodeCallback {
			at := p.now().Add(time.Duration(1+p.rnd.IntN(140)) * time.Hour)
			in.CallbackAt = &at
		}
		_, err := p.Conclude(ctx, p.ann, in)
		p.note("conclude "+in.Code, err)
		if err == nil {
			return
		}
	}
	p.must(p.ExpireWrapUp(ctx, call))
	p.done["no disposition"]++
}

// later is what happens without a call: the customer answers a link, billing reports an end, time passes.
func (p *player) later(id CaseID) {
	p.t.Helper()
	if n := len(p.tokens); n > 0 && p.rnd.IntN(2) == 0 {
		_, err := p.AnswerLink(ctx, p.tokens[n-1], LinkAnswer{Answer: []string{answerConfirm, answerConfirm, answerWrong}[p.rnd.IntN(3)]})
		p.note("answer", err)
	}
	switch p.rnd.IntN(8) {
	case 0:
		var result ResultID
		p.must(p.db.Get(&result, `SELECT coalesce(max(id), 0) FROM results`))
		_, err := p.Reverse(ctx, p.boss, ReverseInput{Result: result, Cause: []string{"cancelled", "no_consent"}[p.rnd.IntN(2)]})
		p.note("reverse", err)
	case 1:
		_, err := p.Uncancel(ctx, p.boss, SettleInput{Case: id, Request: fmt.Sprintf("stay-%d", id), Evidence: "letter", Method: flow.EvidenceLetter})
		p.note("uncancel", err)
	case 2:
		_, err := p.CancelNow(ctx, p.boss, CancelInput{Case: id})
		p.note("cancel", err)
	}
	p.pass(time.Duration(p.rnd.IntN(60)) * time.Hour)
	_, err := p.CloseDueCases(ctx)
	p.must(err)
}

// settleAll lets half a year pass with nobody acting.
func (p *player) settleAll() {
	p.t.Helper()
	for range 40 {
		p.pass(5 * 24 * time.Hour)
		for {
			due := p.count(`SELECT count(*) FROM case_timers WHERE fired_at IS NULL AND cancelled_at IS NULL AND due_at <= $1`, p.now())
			_, err := p.CloseDueCases(ctx)
			p.must(err)
			if due <= timerBatchMax {
				break
			}
		}
	}
	if n := p.count(`SELECT count(*) FROM cases WHERE closed_at IS NULL`); n != 0 {
		p.t.Errorf("%d cases are still open half a year later", n)
	}
}

// invariants are the design's (3.4), as what must not be in the database. 7 and 12 are pay's part of it: what pay is told
// is one result a save, taken back at most once.
var invariants = map[string]string{
	"1 open without a clock": `SELECT count(*) FROM cases c WHERE closed_at IS NULL AND NOT EXISTS (SELECT FROM case_timers t
		WHERE t.case_id = c.id AND t.fired_at IS NULL AND t.cancelled_at IS NULL)`,
	"1 a request without a case": `SELECT count(*) FROM cancel_requests WHERE case_id IS NULL`,
	"2 an offer after cancel it": `SELECT count(*) FROM presentations p JOIN case_events e ON e.case_id = p.case_id
		WHERE e.event = 'cancel' AND p.rung > 0 AND p.presented_at > e.at`,
	"2 more offers than the law lets": `SELECT count(*) FROM (SELECT p.case_id FROM presentations p JOIN offer_versions v ON v.id = p.offer_version_id
		WHERE p.rung > 0 GROUP BY p.case_id HAVING count(DISTINCT v.offer_id) > 2) x`,
	"2 an offer where none may be made": `SELECT count(*) FROM presentations p JOIN cases c ON c.id = p.case_id JOIN customers k ON k.id = c.customer_id
		JOIN people pe ON pe.id = k.person_id WHERE pe.region = 'US-MN' AND p.rung > 0`,
	"2 an offer before its notice": `SELECT count(*) FROM presentations p JOIN cases c ON c.id = p.case_id JOIN customers k ON k.id = c.customer_id
		JOIN people pe ON pe.id = k.person_id WHERE pe.region = 'US-CA' AND p.rung > 0 AND NOT EXISTS (SELECT FROM case_events e
		WHERE e.case_id = c.id AND e.event = 'notice_read' AND e.at <= p.presented_at)`,
	"2 above authority": `SELECT count(*) FROM presentations p WHERE p.depth_bp > 3000 AND NOT EXISTS (SELECT FROM approvals a
		WHERE a.case_id = p.case_id AND a.offer_version_id = p.offer_version_id AND a.decision = 'approved' AND a.decided_at <= p.presented_at)`,
	"3 one's own approval":    `SELECT count(*) FROM approvals WHERE decided_by IN (requested_by, owner_id)`,
	"3 approved too late":     `SELECT count(*) FROM approvals WHERE decision = 'approved' AND decided_at >= expires_at`,
	"4 two active cases":      `SELECT count(*) FROM (SELECT subscription_id FROM cases WHERE closed_at IS NULL GROUP BY 1 HAVING count(*) > 1) x`,
	"5 a grant applied twice": `SELECT count(*) FROM (SELECT data->>'grant' FROM case_events WHERE event = 'billing_applied' GROUP BY 1 HAVING count(*) > 1) x`,
	"6 more than a lifetime": `SELECT count(*) FROM (SELECT c.customer_id FROM presentations p JOIN cases c ON c.id = p.case_id
		JOIN confirmations k ON k.id = c.confirmation_id WHERE p.decision = 'accepted' AND c.state <> 'voided' GROUP BY 1 HAVING sum(p.cost_minor) > 30000) x`,
	"7 a result told twice": `SELECT count(*) FROM (SELECT r->>'result' FROM facts, jsonb_array_elements(body->'results') r
		WHERE kind = 'outcome.v2' GROUP BY 1 HAVING count(*) > 1) x`,
	"7 a result not told": `SELECT count(*) FROM results x WHERE NOT EXISTS (SELECT FROM facts, jsonb_array_elements(body->'results') r
		WHERE kind = 'outcome.v2' AND (r->>'result')::bigint = x.id)`,
	"8 verified without evidence": `SELECT count(*) FROM cases WHERE state IN ('verified_30', 'verified_60', 'verified_90') AND confirmation_id IS NULL`,
	"9 a holdout with an offer": `SELECT count(*) FROM cases c WHERE arm = 'holdout' AND (EXISTS (SELECT FROM presentations p WHERE p.case_id = c.id)
		OR EXISTS (SELECT FROM outcomes o JOIN results r ON r.outcome_id = o.id WHERE o.case_id = c.id))`,
	"10 a request that counts for nothing": `SELECT count(*) FROM cases c WHERE NOT EXISTS (SELECT FROM case_events e
		WHERE e.case_id = c.id AND e.event = 'opened' AND (e.data->>'saveable')::boolean IS NOT DISTINCT FROM (CASE WHEN c.saveable THEN true END))`,
	"12 a voided save that is still paid": `SELECT count(*) FROM results r JOIN outcomes o ON o.id = r.outcome_id JOIN cases c ON c.id = o.case_id
		WHERE r.kind = 'save' AND c.state = 'voided' AND NOT EXISTS (SELECT FROM reversals x WHERE x.result_id = r.id)`,
	"12 taken back twice": `SELECT count(*) FROM (SELECT result_id FROM reversals GROUP BY 1 HAVING count(*) > 1) x`,
	"13 a save without evidence": `SELECT count(*) FROM results r JOIN outcomes o ON o.id = r.outcome_id LEFT JOIN cases c ON c.id = o.case_id
		WHERE r.kind = 'save' AND (r.evidence = '' OR c.confirmation_id IS NULL)`,
	"14 a pause that does not end": `SELECT count(*) FROM cases c WHERE state = 'clock_paused' AND NOT EXISTS (SELECT FROM case_timers t
		WHERE t.case_id = c.id AND t.kind = 'clock_resume' AND t.fired_at IS NULL AND t.cancelled_at IS NULL)`,
}

// check fails the test unless every invariant holds, and every case is the fold of its log (11).
func (p *player) check(seed uint64) {
	p.t.Helper()
	for what, query := range invariants {
		if n := p.count(query); n != 0 {
			p.t.Errorf("seed %d: %d × %s", seed, n, what)
		}
	}
	if seed != 0 && seed%10 != 0 {
		return
	}
	for id := range p.count(`SELECT count(*) FROM cases`) {
		p.caseNow(CaseID(id + 1))
	}
}
