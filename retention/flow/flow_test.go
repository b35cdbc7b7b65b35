package flow_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"saveline/retention/flow"
)

func TestEveryStateHasAWayOut(t *testing.T) {
	t.Parallel()
	for _, s := range flow.States {
		seen := map[flow.State]bool{}
		if !reachesEnd(s, seen) {
			t.Errorf("from %s no end can be reached", s)
		}
		if s.Closed() != (len(s.Next()) == 0) {
			t.Errorf("%s: closed %v, but next is %v", s, s.Closed(), s.Next())
		}
	}
}

func reachesEnd(s flow.State, seen map[flow.State]bool) bool {
	if s.Closed() {
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

func TestConclude(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		from flow.State
		end  flow.End
		want []flow.State // nil: refused
	}{
		{"a save is confirmed, then provisional", flow.Accepted, flow.Stays, []flow.State{flow.Confirmed, flow.SavedProvisional}},
		{"no save without a yes", flow.Offering, flow.Stays, nil},
		{"no save before an offer", flow.Requested, flow.Stays, nil},
		{"lost at once", flow.Requested, flow.Leaves, []flow.State{flow.CancelProcessing, flow.CancelledScheduled}},
		{"lost after offers", flow.Offering, flow.Leaves, []flow.State{flow.CancelProcessing, flow.CancelledScheduled}},
		{"call me tomorrow", flow.InProgress, flow.Later, []flow.State{flow.CallbackScheduled}},
		{"call me again tomorrow", flow.CallbackScheduled, flow.Later, []flow.State{flow.CallbackScheduled}},
		{"a yes is no callback", flow.Accepted, flow.Later, nil},
		{"closed is closed", flow.SavedProvisional, flow.Leaves, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			moves, err := flow.Conclude(tt.from, tt.end)
			var got []flow.State
			for _, m := range moves {
				got = append(got, m.To)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if (err == nil) != (tt.want != nil) {
				t.Errorf("err = %v", err)
			}
		})
	}
}

// Any sequence of asked-for moves, legal or not, keeps log and state in step: what Step lets through folds to the state
// it ends in, and nothing leaves a closed case.
func TestAnySequenceOfMovesKeepsTheFoldLegal(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		log := []flow.Event{{To: flow.Requested}}
		at := flow.Requested
		for range rapid.IntRange(0, 40).Draw(t, "moves") {
			to := rapid.SampledFrom(flow.States).Draw(t, "to")
			m, err := flow.Step(at, to)
			if err != nil {
				if to == at { // a note, not a move
					log = append(log, flow.Event{From: at, To: at})
				}
				continue
			}
			if at.Closed() {
				t.Fatalf("left the closed state %s for %s", at, to)
			}
			log, at = append(log, flow.Event(m)), m.To
		}
		got, err := flow.Fold(log)
		if err != nil || got != at {
			t.Fatalf("fold = %s, %v; want %s", got, err, at)
		}
	})
}

// A log with one event left out, repeated or bent does not fold in silence to another state.
func TestFoldRefusesADamagedLog(t *testing.T) {
	t.Parallel()
	whole := []flow.Event{
		{To: flow.Requested},
		{From: flow.Requested, To: flow.InProgress},
		{From: flow.InProgress, To: flow.Offering},
		{From: flow.Offering, To: flow.Accepted},
		{From: flow.Accepted, To: flow.Confirmed},
		{From: flow.Confirmed, To: flow.SavedProvisional},
	}
	if at, err := flow.Fold(whole); err != nil || at != flow.SavedProvisional {
		t.Fatalf("whole log: %s, %v", at, err)
	}
	for i := range len(whole) - 1 {
		if _, err := flow.Fold(slices.Delete(slices.Clone(whole), i, i+1)); err == nil {
			t.Errorf("event %d left out, and the log still folds", i)
		}
		if _, err := flow.Fold(slices.Insert(slices.Clone(whole), i, whole[i])); err == nil {
			t.Errorf("event %d twice, and the log still folds", i)
		}
	}
	if _, err := flow.Fold([]flow.Event{{To: flow.SavedProvisional}}); err == nil {
		t.Error("a case opened as saved")
	}
	if _, err := flow.Fold([]flow.Event{{To: flow.Requested}, {From: flow.Requested, To: flow.SavedProvisional}}); err == nil {
		t.Error("a case went from requested to saved")
	}
}
