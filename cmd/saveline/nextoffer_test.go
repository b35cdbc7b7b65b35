package main

import (
	"encoding/json"
	"strings"
	"testing"

	"saveline/cmd/saveline/offerworld"
)

func TestTheBenchOfTheNextOffer(t *testing.T) {
	t.Parallel()
	code, out, errs := savelineIn(t, nil, "nextoffer", "bench", "--seeds", "1", "--json")
	var r benchReport
	if err := json.Unmarshal([]byte(out), &r); code != 0 || err != nil {
		t.Fatalf("status %d, %s, %v", code, errs, err)
	}
	for _, name := range []string{"random", "max_discount", "table", "accept_ts", "net_ts_cold", "net_ts_warm", "champion_challenger"} {
		for _, length := range []string{"2000", "10000", "50000"} {
			if v := r.Policies[name][length]; v <= 0 || v > 100 {
				t.Errorf("%s at %s: %v %% of the optimum", name, length, v)
			}
		}
	}
	if warm := r.Policies["net_ts_warm"]; warm["50000"] <= warm["2000"] || r.Policies["accept_ts"]["50000"] >= warm["50000"] {
		t.Errorf("%v", r.Policies)
	}
	if r.Choice.Choices == 0 || r.Choice.P99Micros < r.Choice.P50Micros || r.Choice.P50Micros <= 0 {
		t.Errorf("times %+v", r.Choice)
	}
}

func TestTheBenchPlansEveryRunOnce(t *testing.T) {
	t.Parallel()
	r := newBenchReport(true, 6)
	seen := map[benchRun]bool{}
	for _, b := range r.plan(true) {
		if seen[*b] || !b.config.BadTable {
			t.Errorf("%+v twice, or with the good table", *b)
		}
		seen[*b] = true
	}
	if want := len(offerworld.Names)*(6+6+2) + 2*3*fullSeeds; len(seen) != want {
		t.Errorf("%d runs, want %d", len(seen), want)
	}
	for _, b := range r.plan(true) {
		b.result = offerworld.Result{Percent: 50, Weight: 1}
		r.add(b)
	}
	var text strings.Builder
	if err := r.print(&text); err != nil || r.Policies["table"]["50000"] != 50 || r.Propensity["net_ts_warm"]["2000"] != 1 ||
		!strings.Contains(text.String(), "propensities of champion_challenger") {
		t.Errorf("%v\n%s", err, text.String())
	}
	if code, _, errs := savelineIn(t, nil, "nextoffer", "bench", "--seeds", "0"); code != 2 || !strings.Contains(errs, "--seeds 0") {
		t.Errorf("status %d, %q", code, errs)
	}
}
