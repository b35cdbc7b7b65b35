package wishes

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"saveline/internal/phone"
	"saveline/retention/policy"
)

var update = flag.Bool("update", false, "write the file of requests anew")

// monday is eight days after the British regime of subscriptions began.
var monday = time.Date(2027, 3, 8, 0, 0, 0, 0, time.UTC)

const seed = 20270308

// The file in testdata is what tests and people import; it is the generator's own.
func TestTheFileIsTheGenerators(t *testing.T) {
	t.Parallel()
	var made bytes.Buffer
	if err := WriteCSV(&made, Make(seed, monday.AddDate(0, 0, -3), 0, 72)); err != nil {
		t.Fatal(err)
	}
	const name = "testdata/requests.csv"
	if *update {
		if err := os.WriteFile(name, made.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(kept), "\n"), strings.Split(made.String(), "\n")); diff != "" {
		t.Errorf("the file and the generator differ; -update writes it (-file +made)\n%s", diff)
	}
}

func TestAWishDependsOnItsPlaceInTheRowAlone(t *testing.T) {
	t.Parallel()
	all := Make(seed, monday, 0, 40)
	if diff := cmp.Diff(all[25:], Make(seed, monday, 25, 15)); diff != "" {
		t.Errorf("a later batch is another (-all +batch)\n%s", diff)
	}
	if cmp.Equal(all, Make(seed+1, monday, 0, 40)) {
		t.Error("another seed makes the same wishes")
	}
}

func TestEveryModeAndPlaceIsThere(t *testing.T) {
	t.Parallel()
	modes, seen := map[policy.Mode]int{}, map[phone.E164]bool{}
	for _, x := range Make(seed, monday, 0, 120) {
		modes[policy.Decide(monday, x.Region).Mode]++
		if parsed, err := phone.Parse(string(x.Phone), "US"); err != nil || parsed != x.Phone || seen[x.Phone] {
			t.Errorf("%s of %s: %v, seen before: %v", x.Phone, x.Region, err, seen[x.Phone])
		}
		seen[x.Phone] = true
		if x.Price.Minor <= 0 || x.Tier == "" || x.Saveable != (x.Reason != "moved" && x.Reason != "deceased") {
			t.Errorf("%+v", x)
		}
	}
	want := map[policy.Mode]int{policy.OfferFirst: 10, policy.OfferFirstWithNotice: 70, policy.CompleteFirst: 20, policy.Frictionless: 20}
	if diff := cmp.Diff(want, modes); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
