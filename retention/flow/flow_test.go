package flow_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"saveline/retention/flow"
)

func TestEveryStateHasAWayOut(t *testing.T) {
	t.Parallel()
	for _, s := range flow.States {
		seen := map[flow.State]bool{}
		if !reachesEnd(s, seen) {
			t.Errorf("from %s no end can be reached", s)
		}
		if s.Final() != (len(s.Next()) == 0) {
			t.Errorf("%s: final %v, but next is %v", s, s.Final(), s.Next())
		}
		if s.Live() != slices.Contains(s.Next(), flow.CancelProcessing) && s != flow.Holdout {
			t.Errorf("%s: live %v, but next is %v", s, s.Live(), s.Next())
		}
	}
}

func reachesEnd(s flow.State, seen map[flow.State]bool) bool {
	if s.Final() {
		return true
	}
	seen[s] = true
	for _, to := range s.Next() {
		if !seen[to] && reachesEnd(to, seen) {
			return true
		}
	}
	return false
}

func TestEveryStateIsReachedFromRequested(t *testing.T) {
	t.Parallel()
	reached := map[flow.State]bool{flow.Requested: true}
	for todo := []flow.State{flow.Requested}; len(todo) > 0; todo = todo[1:] {
		for _, to := range todo[0].Next() {
			if !flow.Known(to) {
				t.Fatalf("%s leads to %q, which is no state", todo[0], to)
			}
			if !reached[to] {
				reached[to] = true
				todo = append(todo, to)
			}
		}
	}
	for _, s := range flow.States {
		if !reached[s] {
			t.Errorf("%s can never be reached", s)
		}
	}
}

func TestStepFollowsTheTable(t *testing.T) {
	t.Parallel()
	for _, from := range flow.States {
		for _, to := range flow.States {
			m, err := flow.Step(from, to)
			if legal := slices.Contains(from.Next(), to); legal != (err == nil) {
				t.Errorf("%s -> %s: err %v, table says %v", from, to, err, legal)
			}
			var refused flow.Refusal
			if err != nil && !errors.As(err, &refused) {
				t.Errorf("%s -> %s: %T is not a refusal", from, to, err)
			}
			if err == nil && m != (flow.Move{From: from, To: to}) {
				t.Errorf("%s -> %s gave %v", from, to, m)
			}
		}
	}
}

var opening = time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC)

func opened() flow.Event {
	due := opening.AddDate(0, 0, 5)
	return flow.Event{Kind: flow.Opened, At: opening, To: flow.Requested, Data: flow.Data{Request: 1, Saveable: true, DueAt: &due}}
}

// A log with one event left out, repeated or bent does not fold in silence to another state.
func TestFoldRefusesADamagedLog(t *testing.T) {
	t.Parallel()
	whole := []flow.Event{
		opened(),
		{Kind: flow.TakenUp, By: 1, From: flow.Requested, To: flow.InProgress},
		{
			Kind: flow.Presented, By: 1, From: flow.InProgress, To: flow.Offering,
			Data: flow.Data{Offer: &flow.Offer{ID: 1, Presentation: 1, Rung: 1, RungsMax: 2}},
		},
		{Kind: flow.OfferAccepted, By: 1, From: flow.Offering, To: flow.Accepted, Data: flow.Data{Presentation: 1}},
		{Kind: flow.Agreed, By: 1, From: flow.Accepted, To: flow.Confirmed, Data: flow.Data{Ref: "rec:1", Method: flow.EvidenceRecording}},
		{Kind: flow.Kept, From: flow.Confirmed, To: flow.SavedProvisional},
	}
	for i := range whole {
		whole[i].At = opening.Add(time.Duration(i) * time.Minute)
	}
	if c, err := flow.Fold(whole); err != nil || c.State != flow.SavedProvisional || !c.Payable(false) {
		t.Fatalf("whole log: %+v, %v", c, err)
	}
	for i := range len(whole) - 1 {
		if _, err := flow.Fold(slices.Delete(slices.Clone(whole), i, i+1)); err == nil {
			t.Errorf("event %d left out, and the log still folds", i)
		}
		if _, err := flow.Fold(slices.Insert(slices.Clone(whole), i, whole[i])); err == nil {
			t.Errorf("event %d twice, and the log still folds", i)
		}
	}
	bent := opened()
	bent.To = flow.SavedProvisional
	if _, err := flow.Fold([]flow.Event{bent}); err == nil {
		t.Error("a case opened as saved")
	}
	if _, err := flow.Fold([]flow.Event{opened(), {Kind: flow.Moved, To: flow.SavedProvisional}}); err == nil {
		t.Error("a case went from requested to saved")
	}
}

// Logs of the time before kinds were told apart still fold, step by step of the table.
func TestFoldReadsTheOldSteps(t *testing.T) {
	t.Parallel()
	log := []flow.Event{opened()}
	for _, to := range []flow.State{flow.InProgress, flow.Offering, flow.Accepted, flow.Confirmed, flow.SavedProvisional} {
		log = append(log, flow.Event{Kind: flow.Moved, To: to})
	}
	if c, err := flow.Fold(log); err != nil || c.State != flow.SavedProvisional || c.Payable(true) {
		t.Errorf("%+v, %v", c, err)
	}
}

// “Cancel it” is honoured at once from every live state, and from no other.
func TestCancelNowFromEveryLiveState(t *testing.T) {
	t.Parallel()
	for _, s := range flow.States {
		c := flow.Case{State: s}
		for _, e := range c.CancelNow(7, "customer", opening) {
			after, _, err := c.Apply(e)
			if err != nil {
				break
			}
			c = after
		}
		if got := c.State == flow.CancelledScheduled && c.SaidCancel; got != s.Live() && s != flow.Holdout && s != flow.CancelProcessing {
			t.Errorf("%s: cancelled %v", s, got)
		}
	}
}

// Golden example D: a pause of 60 days on the day of the save shifts the verifications to day 90, 120 and 150, plus the
// grace of an invoice.
func TestAPauseShiftsTheVerifications(t *testing.T) {
	t.Parallel()
	c := flow.Case{State: flow.SavedProvisional, SavedAt: opening}
	until := opening.AddDate(0, 0, 60)
	c, _, err := c.Apply(flow.Event{Kind: flow.ClockStopped, At: opening, Data: flow.Data{ExpiresAt: &until}})
	if err != nil {
		t.Fatal(err)
	}
	if c, _, err = c.Apply(flow.Event{Kind: flow.ClockResumed, At: until}); err != nil {
		t.Fatal(err)
	}
	for stage, want := range map[int]int{30: 93, 60: 123, 90: 153} {
		if got := c.VerifyDue(stage); !got.Equal(opening.AddDate(0, 0, want)) {
			t.Errorf("stage %d is due at %s, want day %d", stage, got, want)
		}
	}
}
