package retention

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"saveline/internal/facts"
	"saveline/internal/money"
)

// The golden bodies are what consumers decode for ever. A change that makes this test fail needs a new version of the
// fact beside the old one, never a new golden file.
func TestGoldenFacts(t *testing.T) {
	t.Parallel()
	old := OutcomeFact{Outcome: 17, Call: 99, Campaign: 3, Agent: 7, Code: "save", Results: []ResultFact{
		{Result: 41, Kind: "save", ValueMinor: 8000, Currency: "USD", Offer: 5, OfferVersion: 2}, {Result: 42, Kind: "appointment", Currency: "USD"},
	}}
	body := golden(t, "outcome.v1", old)
	first, err := DecodeOutcome(body)
	if diff := cmp.Diff(old, first); err != nil || diff != "" {
		t.Errorf("decoded (-want +got) %v\n%s", err, diff)
	}
	upgraded, err := ReadOutcome(facts.Fact{Kind: FactOutcome, Body: body})
	if err != nil || len(upgraded.Results) != 2 || !upgraded.Results[0].Payable || upgraded.Results[0].ValueMinor != 8000 || upgraded.Agent != 7 {
		t.Errorf("version 1 reads as %+v, %v", upgraded, err)
	}
	out := Outcome{
		ID: 17, Call: 99, Case: 12, Agent: 7, Code: "save", campaign: 3, Note: "free text stays here", Reason: "and here", reasonCode: "too_expensive",
		Results: []Result{
			{
				ID: 41, Kind: "save", Value: money.Amount{Minor: 8000, Currency: "USD"}, Offer: 5, OfferVersion: 2, Presentation: 8,
				offer: Offer{Kind: "discount_percent", Limits: Limits{Family: "discount"}}, depthBP: 2500, mrrBefore: 8000, mrrAfter: 8000,
				Evidence: "recording", Payable: true,
			},
			{ID: 42, Kind: "appointment", Value: money.Amount{Currency: "USD"}, Payable: true},
		},
	}
	body = golden(t, "outcome.v2", out.factBody())
	back, err := DecodeOutcomeV2(body)
	if diff := cmp.Diff(out.factBody(), back); err != nil || diff != "" {
		t.Errorf("decoded (-want +got) %v\n%s", err, diff)
	}
	if again, err := ReadOutcome(facts.Fact{Kind: FactOutcomeV2, Body: body}); err != nil || cmp.Diff(back, again) != "" {
		t.Errorf("read %+v, %v", again, err)
	}
	reversal := ReversalFact{Result: 41, Cause: "cancelled"}
	body = golden(t, "reversal.v1", reversal)
	again, err := DecodeReversal(body)
	if err != nil || again != reversal {
		t.Errorf("decoded %+v, %v", again, err)
	}
	verified := VerificationFact{Result: 41, Stage: 60, Verdict: "pass"}
	body = golden(t, "verification.v1", verified)
	if back, err := DecodeVerification(body); err != nil || back != verified {
		t.Errorf("decoded %+v, %v", back, err)
	}
	review := ResultReviewFact{Result: 41, State: "opened"}
	body = golden(t, "result_review.v1", review)
	if word, err := DecodeResultReview(body); err != nil || word != review {
		t.Errorf("decoded %+v, %v", word, err)
	}
	held := AppointmentFact{
		Appointment: 3, Result: 42, State: "held", Credited: true, Agent: 7, Call: 99, ValueMinor: 2500, Currency: "USD", Offer: 5, OfferVersion: 2,
	}
	body = golden(t, "appointment.v1", held)
	if once, err := DecodeAppointment(body); err != nil || once != held {
		t.Errorf("decoded %+v, %v", once, err)
	}
	if _, err := DecodeOutcome([]byte(`{"outcome":"x"}`)); err == nil {
		t.Error("decoded nonsense")
	}
	if _, err := DecodeOutcomeV2([]byte(`{"outcome":"x"}`)); err == nil {
		t.Error("decoded nonsense")
	}
	if _, err := DecodeReversal([]byte(`[]`)); err == nil {
		t.Error("decoded nonsense")
	}
}

// golden checks that the fact is written exactly as its golden file says, and returns the file.
func golden(t *testing.T, name string, fact any) json.RawMessage {
	t.Helper()
	want, err := os.ReadFile("testdata/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(fact)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.TrimSpace(string(want)), string(got)); diff != "" {
		t.Errorf("%s changed its shape (-golden +now)\n%s", name, diff)
	}
	return want
}

// Facts carry ids, codes and amounts: every text in them is one of these fields.
func TestFactsCarryNoFreeText(t *testing.T) {
	t.Parallel()
	codes := map[string]bool{
		"Code": true, "Kind": true, "Currency": true, "Cause": true, "ReasonCode": true, "OfferKind": true, "OfferFamily": true, "Evidence": true,
	}
	for _, typ := range []reflect.Type{reflect.TypeFor[OutcomeFactV2](), reflect.TypeFor[ResultFactV2](), reflect.TypeFor[OutcomeFact](), reflect.TypeFor[ResultFact](), reflect.TypeFor[ReversalFact]()} {
		for f := range typ.Fields() {
			if f.Type.Kind() == reflect.String && !codes[f.Name] {
				t.Errorf("%s.%s is text", typ, f.Name)
			}
		}
	}
}

func TestReverseTakesAResultBackOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.campaign("retention_save")
	save := d.offer("credit", 1000, "retention_save")
	c := d.aCase()
	call := d.connect(c.Lead, d.ann)
	d.accept(d.ann, call, save)
	result := d.conclude(d.ann, call, CodeSave).Results[0]
	d.pass(24 * time.Hour)

	for name, bad := range map[string]time.Time{"before it was agreed": noon.Add(-time.Hour), "in the future": d.now().Add(time.Hour)} {
		if _, err := d.Reverse(ctx, d.boss, ReverseInput{Result: result.ID, Cause: "cancelled", EffectiveAt: bad}); !hasField(err, "effectiveAt") {
			t.Errorf("%s: %v", name, err)
		}
	}
	ended := noon.Add(20 * time.Hour)
	first, err := d.Reverse(ctx, d.boss, ReverseInput{Result: result.ID, Cause: "cancelled", EffectiveAt: ended})
	d.must(err)
	d.pass(time.Hour)
	again, err := d.Reverse(ctx, d.boss, ReverseInput{Result: result.ID, Cause: "unpaid"})
	d.must(err)
	if diff := cmp.Diff(first, again, cmp.Comparer(time.Time.Equal)); diff != "" {
		t.Errorf("(-first +again)\n%s", diff)
	}
	if n := d.count(`SELECT count(*) FROM facts WHERE kind = 'reversal.v1' AND effective_at = $1 AND body->>'cause' = 'cancelled'`, ended); n != 1 {
		t.Errorf("%d facts", n)
	}
	if now := d.caseNow(c.ID); now.State != "rechurned" {
		t.Errorf("case %+v", now)
	}
	if n := d.count(`SELECT count(*) FROM case_events WHERE event = 'reversed'`); n != 1 {
		t.Errorf("%d notes in the case's log", n)
	}
	report, err := d.Report(ctx, d.boss, ReportFilter{From: noon.Add(-time.Hour), To: noon.Add(time.Hour)})
	d.must(err)
	want := []AgentReport{{Agent: d.ann.User, Name: "Ann", Contacts: 1, Outcomes: 1, Saves: 1, Reversed: 1}}
	if diff := cmp.Diff(want, report.ByAgent); diff != "" || report.Reversed != 1 || report.Contacts != 1 {
		t.Errorf("report (-want +got)\n%s", diff)
	}
}
