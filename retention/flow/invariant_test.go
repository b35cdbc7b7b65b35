package flow

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"saveline/internal/money"
)

// The fourteen invariants of the design (3.4), each on random histories. The checks read the log with eyes of their own:
// none asks the fold whether the fold is right.

// kinds lists the log's events of a kind.
func (h *history) kinds(k Kind) (out []Event) {
	for _, e := range h.log {
		if e.Kind == k {
			out = append(out, e)
		}
	}
	return out
}

func (h *history) has(k Kind) bool { return len(h.kinds(k)) > 0 }

// Every kind of event moves a case along the table, from each of its states.
func TestRulesFollowTheTable(t *testing.T) {
	t.Parallel()
	for kind, r := range rules {
		for _, from := range r.from {
			if r.note || kind == Opened || kind == Moved {
				continue
			}
			to := Case{State: from, resume: SavedProvisional}.target(r, Event{Kind: kind})
			if from != to && !slices.Contains(next[from], to) {
				t.Errorf("%s leads from %s to %s, which the table does not", kind, from, to)
			}
		}
	}
}

func TestInvariant01EveryRequestReachesAnEnd(t *testing.T) {
	ended := map[State]int{}
	histories(t, func(t *rapid.T, h *history) {
		if h.c.State.Live() {
			timers := h.c.Timers()
			if len(timers) == 0 {
				t.Fatalf("%s: live, and no clock runs", h.c.State)
			}
			if !slices.ContainsFunc(timers, func(x Timer) bool { return !x.At.After(h.c.DueAt) }) {
				t.Fatalf("%s: nothing strikes before it is due at %s: %v", h.c.State, h.c.DueAt, timers)
			}
		}
		h.settle()
		switch s := h.c.State; {
		case s.Live(), s == CancelProcessing, s == Holdout:
			t.Fatalf("left alone the case stays %s", s)
		default:
			ended[s]++
		}
	})
	for _, s := range []State{Duplicate, Withdrawn, SavedProvisional, Verified30, Verified60, Verified90, Rechurned, Voided, WonBack, Expired} {
		if ended[s] == 0 {
			t.Errorf("no history ends in %s: the histories show nothing of it", s)
		}
	}
}

func TestInvariant02NoOfferWhereNoneMayBeMade(t *testing.T) {
	made := 0
	histories(t, func(t *rapid.T, h *history) {
		cancelled, open, asked, refused := false, false, false, false
		rungs, declined := map[int64]int{}, map[int64]bool{}
		approved := map[int64]bool{}
		for _, e := range h.log {
			switch e.Kind {
			case Cancel:
				cancelled, open, asked, refused = true, false, false, false
			case StepTaken:
				asked = asked || cancelled && slices.Contains([]string{StepPermissionGiven, StepAskedForOffer}, e.Data.Notice)
				refused = refused || cancelled && e.Data.Notice == StepPermissionRefused || e.Data.Notice == StepDoNotOffer
			case Agreed:
				cancelled = false
			case OfferDeclined:
				open, declined[h.presented(e.Data.Presentation).Data.Offer.ID] = false, true
			case OfferAccepted: // a no may become a yes as long as the conversation lasts
				open, declined[h.presented(e.Data.Presentation).Data.Offer.ID] = false, false
			case OfferExpired, CallbackAgreed:
				open = false
			case Approved:
				asked := h.before(e, ApprovalRequested)
				approved[asked.Data.Offer.ID] = true
			case Presented:
				o := *e.Data.Offer
				made++
				switch {
				case cancelled && (!asked || e.To != CancelledScheduled) || refused || h.c.Held || !h.log[0].Data.Saveable || o.Refused != "" || open:
					t.Fatalf("offer %+v made: cancelled %v, open %v", o, cancelled, open)
				case rungs[o.ID] != 0 && (rungs[o.ID] != o.Rung || declined[o.ID]):
					t.Fatalf("offer %d was made again on rung %d, declined %v", o.ID, o.Rung, declined[o.ID])
				case rungs[o.ID] == 0 && (len(rungs) >= o.RungsMax || o.Rung != len(rungs)+1):
					t.Fatalf("offer %d of at most %d was made on rung %d", len(rungs)+1, o.RungsMax, o.Rung)
				case o.DepthBP > o.LimitBP && !approved[o.ID]:
					t.Fatalf("%d above the limit of %d without approval", o.DepthBP, o.LimitBP)
				}
				rungs[o.ID], open = o.Rung, true
			}
		}
		for i, e := range h.kinds(OfferAccepted) {
			shown := h.presented(e.Data.Presentation)
			if !e.At.Before(*shown.Data.ExpiresAt) {
				t.Fatalf("yes %d came after the offer had expired", i)
			}
		}
	})
	if made < historiesMax/100 {
		t.Errorf("only %d offers were made in all", made)
	}
}

// before is the last event of the kind before e.
func (h *history) before(e Event, k Kind) Event {
	var last Event
	for _, x := range h.log {
		if cmp.Equal(x, e) {
			break
		}
		if x.Kind == k {
			last = x
		}
	}
	return last
}

func (h *history) presented(id int64) Event {
	for _, e := range h.kinds(Presented) {
		if e.Data.Offer.Presentation == id {
			return e
		}
	}
	return Event{}
}

func TestInvariant03NobodyApprovesTheirOwn(t *testing.T) {
	approvals := 0
	histories(t, func(t *rapid.T, h *history) {
		var owner, asker int64
		for _, e := range h.log {
			switch e.Kind {
			case TakenUp, TookOver:
				owner = e.By
			case ApprovalRequested:
				asker = e.By
			case Approved:
				approvals++
				if e.By == 0 || e.By == asker || e.By == owner {
					t.Fatalf("%d approved what %d asked in %d's case", e.By, asker, owner)
				}
			}
		}
	})
	if approvals == 0 {
		t.Error("nothing was ever approved")
	}
}

func TestInvariant04OneActiveCaseASubscription(t *testing.T) {
	histories(t, func(t *rapid.T, h *history) {
		cases, requests := map[int64]State{}, 0
		for i := range int64(12) { // requests of one subscription, each case as far as some history took it
			requests++
			id := Attach(cases)
			if id == 0 {
				cases[i+1] = Requested
			}
			for id, s := range cases {
				options := s.Next()
				if len(options) == 0 || h.rnd.IntN(2) == 0 {
					continue
				}
				to := options[h.rnd.IntN(len(options))]
				if s.Closed() && to.Live() && Attach(cases) != 0 {
					continue // a cancellation is not taken back while another wish is open
				}
				cases[id] = to
			}
			active := 0
			for _, s := range cases {
				if !s.Closed() {
					active++
				}
			}
			if active > 1 {
				t.Fatalf("%d active cases after %d requests: %v", active, requests, cases)
			}
		}
		seen := map[int64]bool{}
		for _, r := range h.c.Requests {
			if seen[r] {
				t.Fatalf("request %d hangs on the case twice", r)
			}
			seen[r] = true
		}
	})
}

func TestInvariant05AGrantIsAppliedOnce(t *testing.T) {
	histories(t, func(t *rapid.T, h *history) {
		times, asked := map[int64]int{}, map[int64]bool{}
		for _, e := range h.log {
			switch e.Kind {
			case BillingQueued:
				asked[e.Data.Grant] = true
			case BillingApplied:
				times[e.Data.Grant]++
			}
		}
		for grant, n := range times {
			if n > 1 || !asked[grant] {
				t.Fatalf("grant %d applied %d times, asked for %v", grant, n, asked[grant])
			}
		}
		if len(asked) > 1 {
			t.Fatalf("%d grants in one case", len(asked))
		}
		if k := h.kinds(Kept); len(k) > 0 && h.yesAt(k[0]).Billing && len(times) == 0 {
			t.Fatal("saved before billing had applied what was agreed")
		}
	})
}

// yesAt is the offer that was accepted last before e.
func (h *history) yesAt(e Event) Offer {
	return *h.presented(h.before(e, OfferAccepted).Data.Presentation).Data.Offer
}

func TestInvariant06WhatACustomerIsGivenHasLimits(t *testing.T) {
	given := 0
	histories(t, func(t *rapid.T, h *history) {
		r := h.rnd
		caps := Caps{LifetimeMinor: int64(r.IntN(20_000)), CooldownDays: r.IntN(400), AnyDays: r.IntN(40), RedemptionsMax: r.IntN(4)}
		var all []Given
		at := start
		for range 25 {
			at = at.AddDate(0, 0, r.IntN(90))
			g := Given{Offer: int64(r.IntN(3)), Family: []string{"discount", "pause", "credit"}[r.IntN(3)], CostMinor: int64(r.IntN(4000)), At: at}
			if caps.Refuse(all, g) == "" {
				all = append(all, g)
			}
		}
		given += len(all)
		sum, times := int64(0), map[int64]int{}
		for i, a := range all {
			sum += a.CostMinor
			times[a.Offer]++
			for _, b := range all[i+1:] {
				if days := int(b.At.Sub(a.At) / day); a.Family == b.Family && days < caps.CooldownDays || days < caps.AnyDays {
					t.Fatalf("%+v and %+v are too close for %+v", a, b, caps)
				}
			}
		}
		if caps.LifetimeMinor > 0 && sum > caps.LifetimeMinor {
			t.Fatalf("given %d of at most %d", sum, caps.LifetimeMinor)
		}
		for offer, n := range times {
			if caps.RedemptionsMax > 0 && n > caps.RedemptionsMax {
				t.Fatalf("offer %d was given %d times of at most %d", offer, n, caps.RedemptionsMax)
			}
		}
	})
	if given == 0 {
		t.Error("nothing was ever given")
	}
}

// The ledger itself is the business of commissions; here the part of it that a case decides.
func TestInvariant07WhatACaseEarnsAddsUp(t *testing.T) {
	histories(t, func(t *rapid.T, h *history) {
		const whole = 10_000
		rehearsal := h.rnd.IntN(2) == 0
		pay, sum := money.Amount{Minor: int64(h.rnd.IntN(100_000)), Currency: "USD"}, 0
		c, earned := Case{}, 0
		for _, e := range h.log { // earned never shrinks but by a void, which takes all of it back and never more
			before := earned
			c, _, _ = c.Apply(e)
			earned = c.EarnedBP(rehearsal)
			if earned < before && e.Kind != Void {
				t.Fatalf("%s took %d back", e.Kind, before-earned)
			}
			if e.Kind == Void && earned != 0 {
				t.Fatalf("a void left %d", earned)
			}
		}
		for _, bp := range earnBP {
			sum += bp
		}
		if sum != whole || earned > whole || c.State == Verified90 && c.Payable(rehearsal) && earned != whole {
			t.Fatalf("shares add up to %d; %s has earned %d", sum, c.State, earned)
		}
		a := 1 + h.rnd.IntN(whole-1)
		parts := money.Split(pay, []int64{int64(a), int64(whole - a)})
		if parts[0].Minor+parts[1].Minor != pay.Minor {
			t.Fatalf("%v split into %v", pay, parts)
		}
	})
}

func TestInvariant08VerificationsComeInOrderWithEvidence(t *testing.T) {
	last := 0
	histories(t, func(t *rapid.T, h *history) {
		var seen []State
		saved := time.Time{}
		for _, e := range h.log {
			switch e.Kind {
			case Kept, Uncancelled:
				saved = e.At
			case Verified:
				ev := e.Data.Evidence
				if !ev.Active || ev.SetToCancel || ev.Disputed || ev.UnpaidMinor > 0 || ev.PaidMinor <= 0 {
					t.Fatalf("verified on %+v", ev)
				}
				seen = append(seen, e.To)
				if least := saved.AddDate(0, 0, 30*len(seen)); saved.IsZero() || e.At.Before(least) {
					t.Fatalf("%s at %s, saved at %s", e.To, e.At, saved)
				}
			}
		}
		if want := []State{Verified30, Verified60, Verified90}[:len(seen)]; !slices.Equal(seen, want) {
			t.Fatalf("verified %v", seen)
		}
		last = max(last, len(seen))
	})
	if last != 3 {
		t.Errorf("at most %d verifications in a history", last)
	}
}

func TestInvariant09AHoldoutIsShownNothingAndEarnsNothing(t *testing.T) {
	held := 0
	histories(t, func(t *rapid.T, h *history) {
		if !h.has(HeldOut) {
			return
		}
		held++
		if h.has(Presented) || h.has(ApprovalRequested) || h.c.EarnedBP(true) != 0 || h.c.Count().Gross != 0 {
			t.Fatalf("a holdout with offers or pay: %+v", h.c)
		}
		if h.c.Count().Eligible != 1 {
			t.Fatal("a holdout is part of the denominator")
		}
	})
	if held == 0 {
		t.Error("no case was held out")
	}
}

func TestInvariant10DispositionsDoNotChangeTheDenominator(t *testing.T) {
	histories(t, func(t *rapid.T, h *history) {
		opened, _, err := Case{}.Apply(h.log[0])
		if err != nil {
			t.Fatal(err)
		}
		want := opened.Count().Eligible
		if h.c.State == Duplicate {
			want = 0 // the wish is counted where it hangs
		}
		if got := h.c.Count().Eligible; got != want {
			t.Fatalf("%d, but when they asked it was %d", got, want)
		}
	})
}

func TestInvariant11TheStateIsTheFoldOfTheLog(t *testing.T) {
	histories(t, func(t *rapid.T, h *history) {
		raw, err := json.Marshal(h.log)
		if err != nil {
			t.Fatal(err)
		}
		var log []Event
		if err := json.Unmarshal(raw, &log); err != nil {
			t.Fatal(err)
		}
		again, err := Fold(log)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(h.c, again, cmp.AllowUnexported(Case{})); diff != "" {
			t.Fatalf("(-lived +replayed)\n%s", diff)
		}
		if again.State != h.log[len(h.log)-1].To {
			t.Fatalf("%s, but the log ends in %s", again.State, h.log[len(h.log)-1].To)
		}
		if i := h.rnd.IntN(len(log)); i > 0 && log[i].From != log[i].To { // a log with a hole does not fold in silence
			if c, err := Fold(slices.Delete(slices.Clone(log), i, i+1)); err == nil && c.State == again.State && i < len(log)-1 {
				t.Fatalf("event %d (%s) left out, and nobody notices", i, log[i].Kind)
			}
		}
	})
}

func TestInvariant12AVoidedSaveEarnsAsIfItHadNeverBeen(t *testing.T) {
	voided := 0
	histories(t, func(t *rapid.T, h *history) {
		if !h.has(Void) {
			return
		}
		voided++
		never, err := Fold(h.log[:1])
		if err != nil {
			t.Fatal(err)
		}
		if h.c.EarnedBP(true) != never.EarnedBP(true) || h.c.Payable(true) {
			t.Fatalf("voided, and yet %d", h.c.EarnedBP(true))
		}
	})
	if voided == 0 {
		t.Error("nothing was voided")
	}
}

func TestInvariant13NoEvidenceNoPay(t *testing.T) {
	histories(t, func(t *rapid.T, h *history) {
		evidence := false
		method := ""
		for _, e := range h.log {
			if e.Kind == Agreed || e.Kind == Uncancelled {
				evidence, method = e.Data.Ref != "", e.Data.Method
			}
			if (e.To == SavedProvisional || e.Kind == Verified) && e.From != e.To && !evidence {
				t.Fatalf("%s without evidence", e.To)
			}
		}
		if h.c.Payable(true) && !evidence {
			t.Fatal("payable without evidence")
		}
		if h.c.Payable(false) && method == EvidenceSimulated {
			t.Fatal("a made-up recording is payable outside of a rehearsal")
		}
	})
}

func TestInvariant14PausesCountOnce(t *testing.T) {
	histories(t, func(t *rapid.T, h *history) {
		r := rand.New(rand.NewPCG(h.rnd.Uint64(), 1))
		var all []Interval
		covered := map[int]bool{} // hours, counted one by one
		for range r.IntN(8) {
			from, long := r.IntN(200), r.IntN(60)
			all = append(all, Interval{start.Add(time.Duration(from) * time.Hour), start.Add(time.Duration(from+long) * time.Hour)})
			for hour := from; hour < from+long; hour++ {
				covered[hour] = true
			}
		}
		since, until, want := r.IntN(100), 100+r.IntN(200), 0
		for hour := range covered {
			if hour >= since && hour < until {
				want++
			}
		}
		got := Paused(all, start.Add(time.Duration(since)*time.Hour), start.Add(time.Duration(until)*time.Hour))
		if got != time.Duration(want)*time.Hour {
			t.Fatalf("%v paused %s, want %d h", all, got, want)
		}
		if n := len(h.kinds(ClockStopped)); n != len(h.c.Pauses) {
			t.Fatalf("%d pauses, %d in the case", n, len(h.c.Pauses))
		}
		for i, p := range h.c.pauses() {
			if p.To.Before(p.From) || i > 0 && p.From.Before(h.c.Pauses[i-1].To) {
				t.Fatalf("pause %d is %v", i, p)
			}
		}
		for i, e := range h.kinds(Verified) { // no stage comes earlier than its days without the pauses before it
			paused := Paused(h.c.pauses(), h.c.SavedAt, e.At)
			if e.At.Sub(h.c.SavedAt)-paused < time.Duration(30*(i+1))*day {
				t.Fatalf("day %d verified after %s of which %s were paused", 30*(i+1), e.At.Sub(h.c.SavedAt), paused)
			}
		}
	})
}
