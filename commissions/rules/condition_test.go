package rules

import (
	"strings"
	"testing"
	"time"
)

func aSave() *scope {
	o := &Outcome{
		Type: "save", Value: quantity{whole(1000), true}, Currency: "USD", EffectiveDate: noDay, Data: map[string]any{"seats": int64(3), "note": "9"},
		Offer: Offer{Campaign: "winback"}, Call: Call{ID: "c1", Start: time.Date(2026, 3, 10, 3, 30, 0, 0, time.UTC)},
	}
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		panic(err)
	}
	ev := &Event{ID: "e1", Type: EventOutcome, Agent: "A17", Ref: "r1", Body: o}
	return &scope{ev: ev, outcome: o, result: "r1", agent: "A17", zone: zone, planZone: zone}
}

func TestConditions(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`outcome.type == "save" && outcome.confirmed_days >= 3`:                 "false",
		`outcome.type == "save" && offer.campaign in ["winback","retention"]`:   "true",
		`money(outcome.value) >= money("1000.00")`:                              "true",
		`money(outcome.value) >= money("1000.01")`:                              "false",
		`outcome.value == money("1000")`:                                        "true",
		`outcome.value > 999`:                                                   "true",
		`local_time(call.start) >= "22:00" || local_time(call.start) < "06:00"`: "true",
		`outcome.data.seats > 2`:                                                "true",
		`has(outcome.first_year_value) || has(qa.score)`:                        "false",
		`outcome.data.other > 2`:                                                "no such key",
		`outcome.first_year_value >= money("1")`:                                "is not known",
		`outcome.value >= "1000.00"`:                                            "no matching overload",
		`outcome.data.note >= "10"`:                                             "compares",
		`outcome.confirmed_days > 1.5`:                                          "floating point",
		`double(outcome.confirmed_days) > double(1)`:                            "floating point",
		`outcome.vaule == money("1")`:                                           "undefined field",
		`outcome.offer.campaign == "winback" && has(outcome.call) && has(offer.campaign) && !has(offer.depth)`: "true",
		`outcome.confirmed_days`: "must be true or false",
		`[1,2,3].all(x, [1,2,3].all(y, [1,2,3].all(z, [1,2,3].all(w, x+y+z+w > 0))))`: "true",
	} {
		c, err := compileCondition(text)
		got := ""
		if err == nil {
			var ok bool
			if ok, err = c.holds(aSave()); ok {
				got = "true"
			} else {
				got = "false"
			}
		}
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, want) {
			t.Errorf("%s\n\tis %s\n\twant %s", text, got, want)
		}
	}
}

func BenchmarkCondition(b *testing.B) {
	c, err := compileCondition(`outcome.type == "save" && outcome.confirmed_days >= 3 && offer.campaign in ["winback","retention"]`)
	if err != nil {
		b.Fatal(err)
	}
	s := aSave()
	s.outcome.ConfirmedDays = 5
	for b.Loop() {
		_, _ = c.holds(s)
	}
}
