package main

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestThePolicyInForceIsPrinted(t *testing.T) {
	t.Parallel()
	code, out, errs := savelineIn(t, nil, "retention", "policy", "--country", "US", "--state", "mn", "--at", "2025-03-01T12:00:00Z", "--json")
	var p struct {
		Mode, Sentence string
		MaxOffers      int
		Jurisdictions  []string
		Why            []struct{ Field, Value, Rule, Source, From string }
	}
	if err := json.Unmarshal([]byte(out), &p); code != 0 || err != nil {
		t.Fatalf("status %d, %s, %v", code, errs, err)
	}
	if p.Mode != "complete_first" || p.MaxOffers != 1 || strings.Join(p.Jurisdictions, " ") != "US US-MN" || !strings.HasPrefix(p.Sentence, "Cancel first") {
		t.Errorf("Minnesota: %+v", p)
	}
	if w := p.Why[0]; w.Field != "mode" || w.Value != "complete_first" || w.From != "2025-01-01" || !strings.Contains(w.Source, "325G") {
		t.Errorf("because of %+v", w)
	}
	for args, want := range map[string]string{
		"--country US --state MN --at 2024-12-31T12:00:00Z": "Offers may be made before the cancellation",
		"--country UK --at 2027-06-01T00:00:00Z":            "mode: frictionless\n    gb.dmcc since 2027-03-01: Digital Markets",
		"--country US --state CA --also KR":                 "KR, US, US-CA at ",
		"--also US-NY,US-MN":                                "mode: complete_first",
	} {
		if code, out, errs := savelineIn(t, nil, append([]string{"retention", "policy"}, strings.Fields(args)...)...); code != 0 || !strings.Contains(out, want) {
			t.Errorf("%s: status %d, %s%s, want %q", args, code, errs, out, want)
		}
	}
}

func TestRetentionToolsSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"policy":                              "say where the customer is",
		"policy --state MN":                   "of which country",
		"policy --country US --at yesterday":  "is not an RFC 3339 instant",
		"policy --country US --state MN here": `unexpected "here"`,
		"polizei":                             `there is no retention "polizei"; there is policy, replay`,
	} {
		code, _, errs := savelineIn(t, nil, append([]string{"retention"}, strings.Fields(args)...)...)
		if code != 2 || !strings.Contains(errs, want) {
			t.Errorf("%s: status %d, %q, want %q", args, code, errs, want)
		}
	}
	if code, out, _ := savelineIn(t, nil, "retention"); code != 0 || !strings.Contains(out, "saveline retention policy") {
		t.Errorf("status %d, %q", code, out)
	}
}

func TestReplayOfAnEmptyDatabaseFindsNothing(t *testing.T) {
	t.Parallel()
	dsn := emptyDSN(t)
	works(t, dsn, "migrate")
	if out := works(t, dsn, "retention", "replay"); !strings.Contains(out, "no difference") {
		t.Errorf("%q", out)
	}
	if out := works(t, dsn, "retention", "replay", "--json"); !strings.Contains(out, `"differences":[]`) {
		t.Errorf("%q", out)
	}
	if code, _, _ := saveline(t, dsn, "retention", "replay", "--client", "9"); code != 1 {
		t.Errorf("a client that is not there: status %d", code)
	}
}
