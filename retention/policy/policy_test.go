package policy_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"saveline/retention/policy"
)

func instant(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestWhatIsInForceWhere(t *testing.T) {
	t.Parallel()
	const today = "2026-11-24T12:00:00Z"
	for _, c := range []struct {
		name, at string
		places   []string
		mode     policy.Mode
		offers   int
		decided  string // the row that decided the mode
	}{
		{"United States", today, []string{"US"}, policy.OfferFirst, 2, "house.floor"},
		{"small letters", today, []string{" us-mn "}, policy.CompleteFirst, 1, "us-mn.complete_first"},
		{"Minnesota", today, []string{"US-MN"}, policy.CompleteFirst, 1, "us-mn.complete_first"},
		{"Minnesota, a second before", "2024-12-31T23:59:59-06:00", []string{"US-MN"}, policy.OfferFirst, 2, "house.floor"},
		{"Minnesota, on the day", "2025-01-01T00:00:00-06:00", []string{"US-MN"}, policy.CompleteFirst, 1, "us-mn.complete_first"},
		{"California", today, []string{"US-CA"}, policy.OfferFirstWithNotice, 2, "us-ca.arl"},
		{"California, the day before", "2025-06-30T23:00:00-07:00", []string{"US-CA"}, policy.OfferFirst, 2, "house.floor"},
		{"New York", today, []string{"US-NY"}, policy.OfferFirstWithNotice, 1, "us-ny.gbl"},
		{"New York, the day before", "2025-11-04T12:00:00-05:00", []string{"US-NY"}, policy.OfferFirst, 2, "house.floor"},
		{"Massachusetts", today, []string{"US-MA"}, policy.OfferFirstWithNotice, 1, "us-ma.cmr38"},
		{"a state without a law of its own", today, []string{"US-TX"}, policy.OfferFirst, 2, "house.floor"},
		{"a state that does not exist", today, []string{"US-ZZ"}, policy.Frictionless, 1, "house.unknown_asked"},
		{"California and Minnesota", today, []string{"US-CA", "US-MN"}, policy.CompleteFirst, 1, "us-mn.complete_first"},
		{"United Kingdom before", today, []string{"UK"}, policy.OfferFirstWithNotice, 1, "gb.default"},
		{"United Kingdom after", "2027-06-01T12:00:00Z", []string{"GB"}, policy.Frictionless, 1, "gb.dmcc"},
		{"France", today, []string{"FR"}, policy.OfferFirstWithNotice, 1, "eu.default"},
		{"Germany", today, []string{"DE"}, policy.OfferFirstWithNotice, 1, "eu.default"},
		{"another member", today, []string{"PL"}, policy.OfferFirstWithNotice, 1, "eu.default"},
		{"Korea", today, []string{"KR"}, policy.OfferFirstWithNotice, 1, "kr.dark_patterns"},
		{"a part of Korea", today, []string{"KR-11"}, policy.OfferFirstWithNotice, 1, "kr.dark_patterns"},
		{"Korea, midnight in Seoul", "2025-02-14T00:00:00+09:00", []string{"KR"}, policy.OfferFirstWithNotice, 1, "kr.dark_patterns"},
		{"Korea, a second before", "2025-02-13T23:59:59+09:00", []string{"KR"}, policy.OfferFirst, 2, "house.floor"},
		{"Philippines", today, []string{"PH"}, policy.OfferFirst, 2, "house.floor"},
		{"a country nobody knows", today, []string{"XX"}, policy.Frictionless, 1, "house.unknown_asked"},
		{"no place at all", today, nil, policy.Frictionless, 1, "house.unknown_asked"},
		{"an empty place", today, []string{""}, policy.Frictionless, 1, "house.unknown_asked"},
	} {
		p := policy.Decide(instant(t, c.at), c.places...)
		why := because(p, "mode")
		if p.Mode != c.mode || p.MaxOffers != c.offers || !slices.Contains(why, c.decided) {
			t.Errorf("%s: %s, %d offers, decided by %v; want %s, %d, %s", c.name, p.Mode, p.MaxOffers, why, c.mode, c.offers, c.decided)
		}
	}
}

// because lists the rows that decided a field.
func because(p policy.Policy, field string) (rows []string) {
	for _, r := range p.Why {
		if r.Field == field {
			rows = append(rows, r.Rule)
		}
	}
	return rows
}

func TestFieldsOfPlaces(t *testing.T) {
	t.Parallel()
	now := instant(t, "2026-11-24T12:00:00Z")
	korea, france, unknown := policy.Decide(now, "KR"), policy.Decide(now, "FR"), policy.Decide(now, "XX")
	if korea.CooldownDays < 7 || !slices.Contains(korea.ExitWords, "해지") || !slices.Contains(korea.Notices, policy.DoNotAskAgain) {
		t.Errorf("Korea: %+v", korea)
	}
	if !france.CancelNow || !france.WithdrawalEnds || !slices.Contains(france.ExitWords, "résilier") {
		t.Errorf("France: %+v", france)
	}
	if before := policy.Decide(instant(t, "2026-06-18T12:00:00+02:00"), "FR"); before.WithdrawalEnds || !before.CancelNow {
		t.Errorf("France before the withdrawal function: %+v", before)
	}
	if d := unknown.Deadlines; d != (policy.Deadlines{}) {
		t.Errorf("an unknown place may wait %v", d)
	}
	if d := policy.Decide(now, "US-CA").Deadlines; d.Of(policy.Voicemail) != 24*time.Hour || d.Of(policy.LiveCall) != 0 || d.Of("pigeon") != 0 {
		t.Errorf("California's deadlines: %v", d)
	}
	both := policy.Decide(now, "US-MN", "KR", "GB")
	if both.CooldownDays != 7 || both.RetentionYears != 5 || both.MaxOffers != 1 || both.Mode != policy.CompleteFirst {
		t.Errorf("Minnesota, Korea and the United Kingdom: %+v", both)
	}
}

func TestEveryFieldNamesWhoDecided(t *testing.T) {
	t.Parallel()
	p := policy.Decide(instant(t, "2027-06-01T12:00:00Z"), "US-MN", "GB", "KR")
	want := map[string][]string{
		"mode":           {"gb.dmcc", "us-mn.complete_first"}, // both conditions bind
		"maxOffers":      {"us-mn.complete_first"},
		"cooldownDays":   {"kr.dark_patterns"},
		"withdrawalEnds": {"gb.dmcc"},
		"retentionYears": {"us.rosca"},
		"deadlines":      {"house.floor"},
	}
	for field, rows := range want {
		got := because(p, field)
		slices.Sort(got)
		if diff := cmp.Diff(rows, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", field, diff)
		}
	}
	raw, err := json.Marshal(p)
	if err != nil || !strings.Contains(string(raw), `"from":"2025-01-01","source":"Minn. Stat. 325G.56-325G.62"`) {
		t.Errorf("%s, %v", raw, err)
	}
}

func TestRowsAreComplete(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, row := range policy.House().Rows {
		if seen[row.ID] || row.ID == "" {
			t.Errorf("row %q is there twice", row.ID)
		}
		seen[row.ID] = true
		if row.Source == "" || row.Jurisdiction == "" || row.Mode != "" && !slices.Contains(policy.Modes, row.Mode) {
			t.Errorf("%s: no source, no place or no mode that we know", row.ID)
		}
		for _, day := range []string{row.From, row.Until, row.Checked} {
			if _, err := time.Parse(time.DateOnly, day); err != nil && (day != "" || day == row.Checked) {
				t.Errorf("%s: %q is no day", row.ID, day)
			}
		}
		if row.Until != "" && row.Until <= row.From {
			t.Errorf("%s ends before it begins", row.ID)
		}
	}
}

var somePlaces = []string{"US", "US-MN", "US-CA", "US-NY", "US-MA", "US-TX", "US-ZZ", "GB", "FR", "DE", "IT", "KR", "PH", "XX", ""}

func drawPlaces(t *rapid.T, least int) []string {
	return rapid.SliceOfN(rapid.SampledFrom(somePlaces), least, 4).Draw(t, "places")
}

func drawInstant(t *rapid.T) time.Time {
	return time.Unix(rapid.Int64Range(1_704_067_200, 1_861_920_000).Draw(t, "at"), 0) // 2024 to 2028
}

// laxer lists the fields in which b is laxer than a; none means that b is at least as strict.
func laxer(a, b policy.Policy) (fields []string) {
	note := func(ok bool, field string) {
		if !ok {
			fields = append(fields, field)
		}
	}
	implies := func(x, y bool) bool { return !x || y }
	note(slices.Index(policy.Modes, b.Mode) >= slices.Index(policy.Modes, a.Mode), "mode")
	note(implies(a.CompleteFirst, b.CompleteFirst) && implies(a.AskPermission, b.AskPermission) && implies(a.OnlyIfAsked, b.OnlyIfAsked), "conditions")
	note(b.MaxOffers <= a.MaxOffers, "maxOffers")
	note(b.CooldownDays >= a.CooldownDays, "cooldownDays")
	note(b.RetentionYears >= a.RetentionYears, "retentionYears")
	for _, s := range []policy.Source{policy.LiveCall, policy.Voicemail, policy.Email, policy.Web} {
		note(b.Deadlines.Of(s) <= a.Deadlines.Of(s), "deadlines")
	}
	for _, n := range a.Notices {
		note(slices.Contains(b.Notices, n), "notices")
	}
	for _, w := range a.ExitWords {
		note(slices.Contains(b.ExitWords, w), "exitWords")
	}
	note(implies(a.ReasonOptional, b.ReasonOptional) && implies(a.RecordRequired, b.RecordRequired) && implies(a.SameMedium, b.SameMedium) &&
		implies(a.ConfirmNotice, b.ConfirmNotice) && implies(a.CancelNow, b.CancelNow) && implies(a.WithdrawalEnds, b.WithdrawalEnds), "flags")
	return fields
}

func TestOneMorePlaceNeverMakesItLaxer(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at, few := drawInstant(t), drawPlaces(t, 1)
		more := rapid.Permutation(append(slices.Clone(few), drawPlaces(t, 0)...)).Draw(t, "more")
		a, b := policy.Decide(at, few...), policy.Decide(at, more...)
		if bad := laxer(a, b); bad != nil {
			t.Fatalf("%v -> %v became laxer in %v", few, more, bad)
		}
		c := drawProgress(t, at)
		if !a.May(c).Allowed && b.May(c).Allowed {
			t.Fatalf("%v refuses (%s) what %v allows", few, a.May(c).Reason, more)
		}
	})
}

func TestTheOrderOfPlacesDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at, places := drawInstant(t), drawPlaces(t, 1)
		mixed := rapid.Permutation(slices.Clone(places)).Draw(t, "mixed")
		if diff := cmp.Diff(policy.Decide(at, places...), policy.Decide(at, mixed...)); diff != "" {
			t.Fatalf("%v and %v differ\n%s", places, mixed, diff)
		}
	})
}

// Our not knowing where somebody is takes no protection from them.
func TestAnUnknownPlaceIsNoLaxerThanAnyKnownOne(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at, place := drawInstant(t), rapid.SampledFrom(somePlaces).Draw(t, "place")
		known, unknown := policy.Decide(at, place), policy.Decide(at)
		if bad := laxer(known, unknown); bad != nil {
			t.Fatalf("nowhere is laxer than %s in %v", place, bad)
		}
	})
}

// A rule that is dropped one day makes room again, and only from that day.
func TestARuleEnds(t *testing.T) {
	t.Parallel()
	r := policy.House()
	r.Rows = slices.Clone(r.Rows)
	i := slices.IndexFunc(r.Rows, func(row policy.Row) bool { return row.ID == "us-mn.complete_first" })
	r.Rows[i].Until = "2026-07-01"
	if p := r.Decide(instant(t, "2026-06-30T23:59:59-05:00"), "US-MN"); p.Mode != policy.CompleteFirst {
		t.Errorf("on its last day: %s", p.Mode)
	}
	if p := r.Decide(instant(t, "2026-07-01T00:00:00-05:00"), "US-MN"); p.Mode != policy.OfferFirst {
		t.Errorf("the day after: %s", p.Mode)
	}
}

func TestSentence(t *testing.T) {
	t.Parallel()
	now := instant(t, "2026-11-24T12:00:00Z")
	for place, want := range map[string]string{
		"US":    "Offers may be made before the cancellation; 2 offers at most.",
		"US-MN": "Cancel first, then ask permission to make an offer; 1 offer at most.",
		"KR":    "First say that cancelling can be completed at any time, then offers may be made; 1 offer at most; after a declined offer nobody asks again for 7 days.",
	} {
		if got := policy.Decide(now, place).Sentence(); got != want {
			t.Errorf("%s: %q, want %q", place, got, want)
		}
	}
}
