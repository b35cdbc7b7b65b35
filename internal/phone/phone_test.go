package phone

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nyaruka/phonenumbers"
	"pgregory.net/rapid"

	"saveline/internal/errs"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		raw, region string
		want        E164
	}{
		{"2125550100", "US", "+12125550100"},
		{"(212) 555-0100", "US", "+12125550100"},
		{"1-212-555-0100", "US", "+12125550100"},
		{"+1 212.555.0100", "", "+12125550100"},
		{"+12125550100", "KR", "+12125550100"},
		{"212-555-0100 ext. 7", "US", "+12125550100"},
		{"1-800-FLOWERS", "US", "+18003569377"},
		{"787 555 0100", "PR", "+17875550100"},
		{"284-494-1234", "VG", "+12844941234"},
		{"284-555-0100", "US", "+12845550100"},
		{"02-312-3456", "KR", "+8223123456"},
		{"+63 917 123 4567", "US", "+639171234567"},
		{"020 7946 0018", "GB", "+442079460018"},
	} {
		if got, err := Parse(c.raw, c.region); err != nil || got != c.want {
			t.Errorf("Parse(%q, %q) = %q, %v; want %s", c.raw, c.region, got, err, c.want)
		}
	}
	for _, c := range [][2]string{
		{"", "US"},
		{"unknown", "US"},
		{"2125550100", ""},
		{"212555010", "US"},
		{"2121550100", "US"},
		{"2842000000", "US"},
		{"1115550100", "US"},
		{"9995550100", "US"},
		{"0000000000", "US"},
		{"+999123456789", "US"},
		{"2125550100" + fmt.Sprint(1<<62) + fmt.Sprint(1<<62) + fmt.Sprint(1<<62), "US"},
		{"2125550100 2125550101", "US"},
	} {
		if got, err := Parse(c[0], c[1]); !errs.Is(err, errs.Invalid) {
			t.Errorf("Parse(%q, %q) = %q, %v; want invalid", c[0], c[1], got, err)
		}
	}
}

// The fast path may say no to a good number, which then takes the slow one, but never yes to a bad one.
func TestFastPathAgreesWithTheLibrary(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		raw := fmt.Sprint(rapid.Int64Range(2_000_000_000, 9_999_999_999).Draw(t, "number"))
		if rapid.Bool().Draw(t, "real area code") {
			raw = fmt.Sprint(rapid.SampledFrom(geographic).Draw(t, "code")) + raw[3:]
		}
		digits, ok := northAmerican(raw, "US")
		if !ok || string(digits[3:8]) == fiction {
			return // numbers for fiction are good everywhere, in use nowhere
		}
		n, err := phonenumbers.Parse(raw, "US")
		if err != nil || !phonenumbers.IsValidNumber(n) || E164(phonenumbers.Format(n, phonenumbers.E164)) != format(digits) {
			t.Fatalf("%s is good on the fast path, but not to the library (%v)", raw, err)
		}
	})
}

func TestZones(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		number E164
		postal string
		want   string
	}{
		{"+12125550100", "", "America/New_York"},
		{"+18505550100", "", "America/Chicago|America/New_York"},
		{"+14235550100", "", "America/Chicago|America/New_York"}, // the unlisted exchange that is filed under Chicago
		{"+12125550100", "90001", "America/Los_Angeles|America/New_York"},
		{"+12125550100", "90001-1234", "America/Los_Angeles|America/New_York"},
		{"+12125550100", "2139", "America/New_York"},
		{"+12125550100", "99999", "America/New_York"},
		{"+12125550100", "K1A 0B1", "America/New_York"},
		{"+12125550100", "46001", "America/Indiana/Indianapolis|America/New_York"},
		{"+13645550100", "", "America/Chicago|America/New_York"}, // overlays: their parent's zones
		{"+14485550100", "", "America/Chicago|America/New_York"},
		{"+14585550100", "", "America/Denver|America/Los_Angeles"},
		{"+19305550100", "", "America/Chicago|America/New_York"},
		{"+16025550100", "", "America/Phoenix"},
		{"+18005550100", "", "unknown"},
		{"+18005550100", "90001", "unknown"},
		{"+19995550100", "", "unknown"},
		{"+8223123456", "", "Asia/Seoul"},
		{"+639171234567", "90001", "Asia/Manila"},
		{"+442079460018", "", "Europe/London"},
		{"+80012345678", "", "unknown-world"},
		{"", "", "unknown-world"},
	} {
		got := Zones(c.number, c.postal)
		if got.Key() != c.want {
			t.Errorf("Zones(%s, %q) = %s; want %s", c.number, c.postal, got.Key(), c.want)
		}
		back, err := ParseZoneKey(got.Key())
		if err != nil || back != got {
			t.Errorf("%s came back as %v, %v", got.Key(), back.Key(), err)
		}
		if len(got.Locations()) == 0 {
			t.Errorf("%s has no locations", got.Key())
		}
	}
	var zero ZoneSet
	if !zero.Unknown() || zero.Key() != "unknown-world" {
		t.Errorf("the zero set is %s", zero.Key())
	}
	for _, key := range []string{"", "Local", "America/Chicago|", "America/Nowhere", "../etc/passwd"} {
		if got, err := ParseZoneKey(key); !errs.Is(err, errs.Invalid) {
			t.Errorf("ParseZoneKey(%q) = %s, %v; want invalid", key, got.Key(), err)
		}
	}
}

// politeHours counts the hours of a day at which it is between from and until everywhere in the set.
func politeHours(z ZoneSet, day time.Time, from, until int) (n int) {
	for h := range 24 {
		polite := true
		for _, at := range z.Locations() {
			local := day.Add(time.Duration(h) * time.Hour).In(at).Hour()
			polite = polite && local >= from && local < until
		}
		if polite {
			n++
		}
	}
	return n
}

func TestUnknownSetsLeaveLittleOrNothing(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 1, 14, 0, 0, 0, 0, time.UTC)
	if n := politeHours(ZoneSet{unknownPlan}, day, 8, 21); n < 1 || n > 3 {
		t.Errorf("somebody in North America may be called in %d hours of the day; want 1 to 3", n)
	}
	if n := politeHours(ZoneSet{unknownWorld}, day, 8, 21); n != 0 {
		t.Errorf("somebody anywhere may be called in %d hours of the day; want none", n)
	}
}

func TestTable(t *testing.T) {
	t.Parallel()
	if len(geographic)*fictionLines != SyntheticCount {
		t.Errorf("%d geographic area codes; SyntheticCount says %d", len(geographic), SyntheticCount/fictionLines)
	}
	all, zones := 0, map[int]int{}
	for _, a := range areas {
		if a == nil {
			continue
		}
		all++
		if !a.zones.Unknown() {
			zones[len(a.zones.Locations())]++
		}
	}
	if want := map[int]int{1: 412, 2: 22, 3: 5, 4: 1, 5: 1}; all != 468 || !cmp.Equal(zones, want) {
		t.Errorf("%d area codes with zones %v; want 468, %v", all, zones, want)
	}
	known := 0
	for _, at := range zips().index {
		if at != 0 {
			known++
		}
	}
	if known != 41_058 {
		t.Errorf("%d ZIP codes; want 41058", known)
	}
	for _, name := range zips().names[1:] {
		if _, err := load(name); err != nil {
			t.Error(err)
		}
	}
}

func TestRegion(t *testing.T) {
	t.Parallel()
	for number, want := range map[E164]string{
		"+12125550100": "US", "+14165550100": "CA", "+17875550100": "PR", "+8223123456": "KR", "+639171234567": "PH",
		"+80012345678": "", "": "", "+1999": "",
	} {
		if got := Region(number); got != want {
			t.Errorf("Region(%s) = %q; want %q", number, got, want)
		}
	}
}

func TestSyntheticNumbersNeverRepeat(t *testing.T) {
	t.Parallel()
	for _, seed := range []uint64{0, 1, 7, 1 << 63} {
		seen := make(map[E164]bool, SyntheticCount)
		inOrder := 0
		var last E164
		for n := range SyntheticCount {
			e := Synthetic(seed, n)
			if back, err := Parse(string(e), ""); err != nil || back != e || e[5:10] != "55501" {
				t.Fatalf("seed %d: number %d is %q (%v)", seed, n, e, err)
			}
			seen[e] = true
			if e > last {
				inOrder++
			}
			last = e
		}
		if len(seen) != SyntheticCount {
			t.Errorf("seed %d: %d different numbers of %d", seed, len(seen), SyntheticCount)
		}
		if inOrder < SyntheticCount*45/100 || inOrder > SyntheticCount*55/100 {
			t.Errorf("seed %d: %d of %d follow a smaller one: not shuffled", seed, inOrder, SyntheticCount)
		}
	}
	if Synthetic(1, 0) != Synthetic(1, SyntheticCount) || Synthetic(1, -1) != Synthetic(1, SyntheticCount-1) {
		t.Error("the shuffle does not start again")
	}
	if Synthetic(1, 0) == Synthetic(2, 0) && Synthetic(1, 1) == Synthetic(2, 1) {
		t.Error("two seeds give one shuffle")
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"2125550100", "+1 (212) 555-0100", "+82 2-312-3456", "1-800-FLOWERS", "+", "٢١٢٥٥٥٠١٠٠", "x1"} {
		f.Add(s, "US")
	}
	f.Fuzz(func(t *testing.T, raw, region string) {
		e, err := Parse(raw, region)
		if err != nil {
			if !errs.Is(err, errs.Invalid) {
				t.Fatalf("Parse(%q, %q): %v has no code", raw, region, err)
			}
			return
		}
		back, err := Parse(string(e), "")
		if err != nil || back != e {
			t.Fatalf("Parse(%q, %q) = %q, which came back as %q, %v", raw, region, e, back, err)
		}
		if z := Zones(e, raw); len(z.Locations()) == 0 {
			t.Fatalf("%s is in no zone", e)
		}
		Region(e)
	})
}

func BenchmarkParseNorthAmerican(b *testing.B) {
	for b.Loop() {
		if _, err := Parse("(212) 555-0100", "US"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseAbroad(b *testing.B) {
	for b.Loop() {
		if _, err := Parse("02-312-3456", "KR"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkZonesWithPostalCode(b *testing.B) {
	for b.Loop() {
		Zones("+12125550100", "90001")
	}
}
