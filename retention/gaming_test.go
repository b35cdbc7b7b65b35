package retention

import (
	"context"
	"testing"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/retention/gaming"
)

// watched is a desk with agents whose saves and losses are on record.
type watched struct {
	*desk
	supervisor, compliance auth.Actor
	deep, mild             Offer
}

func watch(t *testing.T) *watched {
	t.Helper()
	w := &watched{desk: newDesk(t)}
	w.campaign("retention_save")
	w.supervisor, w.compliance = w.user("Sue", auth.Supervisor), w.user("Cora", auth.Compliance)
	w.mild = w.offer("credit", 1000, purposeSave)
	w.deep = w.offer("discount_percent", 2000, purposeSave)
	w.loosen(gaming.MaxFirst, gaming.Phantom)
	return w
}

// loosen makes few occasions enough, so that a test need not talk to a hundred customers.
func (w *watched) loosen(patterns ...gaming.Pattern) {
	w.t.Helper()
	was, err := w.GamingRulesFor(context.Background(), w.boss, w.client)
	w.must(err)
	for _, p := range patterns {
		r := was.Patterns[p]
		r.Trials, r.Hits, r.BasisBP = 3, 2, 100
		was.Patterns[p] = r
	}
	was.FalseBP = 2000
	_, err = w.SetGamingRules(context.Background(), w.boss, GamingRulesInput{Client: w.client, Rules: was.Rules, Version: was.Version})
	w.must(err)
}

// saved is one more customer who stays for an offer.
func (w *watched) saved(agent auth.Actor, first Offer) Outcome {
	w.t.Helper()
	c := w.aCase()
	call := w.connect(c.Lead, agent)
	p, err := w.Present(context.Background(), agent, PresentInput{Call: call, Offer: first.ID, Override: "they asked for it"})
	w.must(err)
	_, err = w.Decide(context.Background(), agent, DecideInput{Presentation: p.ID, Decision: Accepted})
	w.must(err)
	w.pass(time.Minute)
	w.hangUp(call)
	return w.conclude(agent, call, CodeSave)
}

// gamed lets Ann open with the deepest offer three times, and Ben with the mild one.
func (w *watched) gamed() {
	w.t.Helper()
	for range 3 {
		w.saved(w.ann, w.deep)
		w.saved(w.ben, w.mild)
	}
}

func (w *watched) scan() GamingScan {
	w.t.Helper()
	out, err := w.Scan(context.Background(), w.boss, w.client)
	w.must(err)
	return out
}

func (w *watched) only(pattern gaming.Pattern) GamingFinding {
	w.t.Helper()
	all, _, err := w.Findings(context.Background(), w.supervisor, FindingFilter{Pattern: string(pattern)}, 10, 0)
	w.must(err)
	if len(all) != 1 {
		w.t.Fatalf("findings of %s: %+v", pattern, all)
	}
	return all[0]
}

func (w *watched) decide(by auth.Actor, f GamingFinding, decision string) (GamingFinding, error) {
	return w.DecideFinding(context.Background(), by, FindingInput{Finding: f.ID, Decision: decision, Note: "I listened to the calls.", Version: f.Version})
}

func (w *watched) reviews(state string) int {
	return w.count(`SELECT count(*) FROM facts WHERE kind = 'result_review.v1' AND body->>'state' = $1`, state)
}

func TestTheSameEvidenceIsTheSameFinding(t *testing.T) {
	t.Parallel()
	w := watch(t)
	w.gamed()
	if s := w.scan(); s.Found != 1 || s.Added != 3 {
		t.Fatalf("the first look: %+v", s)
	}
	f := w.only(gaming.MaxFirst)
	if f.Agent != w.ann.User || f.State != FindingOpen || f.Numbers.Hits != 3 || f.Numbers.PeerTrials != 3 || f.Results != 3 {
		t.Fatalf("found %+v", f)
	}
	if s := w.scan(); s.Found != 1 || s.Added != 0 {
		t.Fatalf("the second look: %+v", s)
	}
	if n := w.reviews("opened"); n != 3 {
		t.Fatalf("pay was told %d times that results are under review, want 3", n)
	}
	detail, err := w.FindingDetailFor(context.Background(), w.supervisor, f.ID)
	w.must(err)
	if len(detail.Pieces) != 3 || detail.Pieces[0].Call == 0 || detail.Pieces[0].Value.Minor == 0 || len(detail.Decisions) != 1 {
		t.Fatalf("the evidence is %+v", detail)
	}
	w.saved(w.ann, w.deep)
	if s := w.scan(); s.Added != 1 || w.only(gaming.MaxFirst).Evidence != 4 {
		t.Fatalf("new evidence is not added: %+v", s)
	}
}

func TestClearedAndOpenedAgain(t *testing.T) {
	t.Parallel()
	w := watch(t)
	w.gamed()
	w.scan()
	f, err := w.decide(w.supervisor, w.only(gaming.MaxFirst), FindingCleared)
	w.must(err)
	if f.State != FindingCleared || f.DecidedBy != "Sue" || w.reviews("cleared") != 3 {
		t.Fatalf("cleared: %+v, %d facts", f, w.reviews("cleared"))
	}
	w.saved(w.ann, w.deep)
	w.scan()
	if f := w.only(gaming.MaxFirst); f.State != FindingCleared || f.Undecided != 1 || w.reviews("opened") != 3 {
		t.Fatalf("one more piece opened it again: %+v", f)
	}
	w.saved(w.ann, w.deep)
	w.scan()
	if f := w.only(gaming.MaxFirst); f.State != FindingOpen || f.Undecided != 2 || w.reviews("opened") != 5 {
		t.Fatalf("two more pieces, as many as the rule wants, did not open it: %+v, %d", f, w.reviews("opened"))
	}
	if _, err := w.decide(w.supervisor, f, FindingCleared); errs.CodeOf(err) != errs.Stale {
		t.Fatalf("decided about what has changed since: %v", err)
	}
}

func TestPayIsTakenByTwo(t *testing.T) {
	t.Parallel()
	w := watch(t)
	w.gamed()
	w.scan()
	f := w.only(gaming.MaxFirst)
	_, err := w.decide(auth.System("house", w.client), f, FindingConfirmed)
	w.refused(err, errs.Forbidden)
	_, err = w.decide(w.ann, f, FindingCleared) // whatever else she may do here
	w.refused(err, errs.Forbidden)
	f, err = w.decide(w.supervisor, f, FindingConfirmed)
	w.must(err)
	if f.State != FindingProposed || w.reviews("confirmed") != 0 || w.count(`SELECT count(*) FROM reversals`) != 0 {
		t.Fatalf("one person's word took pay: %+v", f)
	}
	_, err = w.decide(w.supervisor, f, FindingConfirmed)
	w.refused(err, errs.Forbidden)
	f, err = w.decide(w.compliance, f, FindingConfirmed)
	w.must(err)
	if f.State != FindingConfirmed || w.count(`SELECT count(*) FROM reversals WHERE cause = 'fraud'`) != 3 || w.reviews("confirmed") != 3 {
		t.Fatalf("confirmed: %+v", f)
	}
	// The customers did agree: their cases stand.
	if n := w.count(`SELECT count(*) FROM cases WHERE state = 'saved_provisional'`); n != 6 {
		t.Fatalf("%d cases are saved, want all 6", n)
	}
	_, err = w.decide(w.compliance, f, FindingCleared)
	w.refused(err, errs.Conflict)
	if n := w.count(`SELECT count(*) FROM audit WHERE act IN ('gaming.proposed','gaming.confirmed')`); n != 2 {
		t.Fatalf("%d audit rows", n)
	}
}

// Nobody is shown what is being looked at about themselves, and nobody of another client anything.
func TestWhoSeesFindings(t *testing.T) {
	t.Parallel()
	w := watch(t)
	w.gamed()
	w.scan()
	f := w.only(gaming.MaxFirst)
	_, err := w.FindingDetailFor(context.Background(), w.ann, f.ID)
	w.refused(err, errs.NotFound)
	stranger := auth.Actor{User: w.boss.User, Roles: []auth.Role{auth.Manager}, Clients: []auth.ClientID{w.client + 1}}
	_, err = w.FindingFor(context.Background(), stranger, f.ID)
	w.refused(err, errs.NotFound)
	if all, total, err := w.Findings(context.Background(), stranger, FindingFilter{}, 10, 0); err != nil || total != 0 || len(all) != 0 {
		t.Fatalf("a stranger sees %+v (%v)", all, err)
	}
}

// What customers disown is a phantom save, and the case is none when it is confirmed.
func TestDisownedSaves(t *testing.T) {
	t.Parallel()
	w := watch(t)
	var disowned []Outcome
	for i := range 4 {
		o := w.saved(w.ann, w.mild)
		w.saved(w.ben, w.mild)
		if i < 3 {
			disowned = append(disowned, o)
		}
	}
	_, err := w.Reverse(context.Background(), w.boss, ReverseInput{Result: disowned[0].Results[0].ID, Cause: "no_consent"})
	w.must(err)
	for i, o := range disowned[1:] {
		w.exec(`INSERT INTO messages (client_id, person_id, kind, key, ref, channel, language, template_version, body, state, due_at, queued_at, call_id)
			SELECT client_id, person_id, 'outcome_notice', $2, $2, 'text', 'en', 0, 'x', 'sent', $3, $3, id FROM calls WHERE id = $1`, o.Call, []string{"a", "b"}[i], w.now())
		w.must(w.object(context.Background(), MessageID(w.count(`SELECT max(id) FROM messages`)), "I never said that"))
	}
	w.scan()
	f := w.only(gaming.Phantom)
	if f.Agent != w.ann.User || f.Numbers.Hits != 3 || f.Results != 2 {
		t.Fatalf("found %+v", f)
	}
	f, err = w.decide(w.supervisor, f, FindingConfirmed)
	w.must(err)
	_, err = w.decide(w.compliance, f, FindingConfirmed)
	w.must(err)
	if n := w.count(`SELECT count(*) FROM cases WHERE state = 'voided'`); n != 3 {
		t.Fatalf("%d cases are void, want the 3 that were none", n)
	}
}

func TestThresholdsAreTheClients(t *testing.T) {
	t.Parallel()
	w := watch(t)
	was, err := w.GamingRulesFor(context.Background(), w.boss, w.client)
	w.must(err)
	if was.Version != 1 || was.Limits[gaming.Dropped].Unit != "seconds" || len(was.Order) != 14 {
		t.Fatalf("read %+v", was)
	}
	in := GamingRulesInput{Client: w.client, Rules: was.Rules, Version: 0}
	_, err = w.SetGamingRules(context.Background(), w.boss, in)
	w.refused(err, errs.Stale)
	in.Version, in.WindowDays = 1, 3
	_, err = w.SetGamingRules(context.Background(), w.boss, in)
	w.refused(err, errs.Invalid)
	in.WindowDays = 60
	now, err := w.SetGamingRules(context.Background(), w.boss, in)
	w.must(err)
	if now.Version != 2 || now.WindowDays != 60 || w.count(`SELECT count(*) FROM audit WHERE act = 'gaming.rules'`) != 2 {
		t.Fatalf("set %+v", now)
	}
}
