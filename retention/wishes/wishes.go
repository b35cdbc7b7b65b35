// Package wishes makes up requests to cancel from places whose law differs: the same ones for the same seed. Names are
// invented, and the numbers are those that regulators keep for fiction or give to nobody. It is pure.
package wishes

import (
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"time"

	"saveline/internal/money"
	"saveline/internal/phone"
)

// Wish is one request to cancel, in the columns that the import of cases takes.
type Wish struct {
	Request     string
	RequestedAt time.Time
	Customer    string
	Name        string
	Phone       phone.E164
	Region      string // ISO 3166
	Language    string
	Plan        string
	Price       money.Amount // a month, in the currency of the place
	Tier        string
	Reason      string // of the house's tree
	Saveable    bool
}

// place is where customers live, and what is usual there.
type place struct {
	region, language, currency string
	least, spread, step        int // a month's price in minor units: least plus up to spread, in steps
	firsts, lasts              []string
}

var (
	american = names{
		{"Alma", "Boris", "Celeste", "Darnell", "Edith", "Felix", "Gwen", "Hector"},
		{"Abbott", "Barrow", "Castillo", "Delgado", "Ellison", "Fairbanks", "Grady", "Hollis"},
	}
	british = names{{"Agnes", "Bertie", "Clive", "Dilys", "Edmund", "Fiona"}, {"Ashdown", "Blyth", "Crowther", "Dunmore", "Eccles", "Fairley"}}
	german  = names{{"Anke", "Bernd", "Carola", "Detlef"}, {"Ahrens", "Brandt", "Claussen", "Dorn"}}
	korean  = names{{"Ara", "Bora", "Chan-ho", "Da-eun", "Eun-ji", "Gun-woo"}, {"An", "Bae", "Cha", "Do", "Eom", "Gil"}}
)

type names [2][]string

func home(region, language, currency string, least, spread, step int, n names) place {
	return place{region, language, currency, least, spread, step, n[0], n[1]}
}

// homes go round: of twelve customers, so many live in each place.
var homes = []place{
	home("US-MN", "en", "USD", 2000, 10_000, 5, american), home("US-CA", "en", "USD", 2000, 10_000, 5, american),
	home("GB", "en", "GBP", 1500, 7000, 5, british), home("US-NY", "en", "USD", 2000, 10_000, 5, american),
	home("KR", "ko", "KRW", 15_000, 80_000, 100, korean), home("US-MN", "en", "USD", 2000, 10_000, 5, american),
	home("DE", "de", "EUR", 1800, 8000, 5, german), home("GB", "en", "GBP", 1500, 7000, 5, british),
	home("US-NY", "en", "USD", 2000, 10_000, 5, american), home("US-CA", "en", "USD", 2000, 10_000, 5, american),
	home("KR", "ko", "KRW", 15_000, 80_000, 100, korean), home("US-TX", "en", "USD", 2000, 10_000, 5, american),
}

var (
	plans   = []string{"Basic 100", "Home 300", "Home 600", "Fiber 1G"}
	reasons = []string{ // as often as they stand here
		"too_expensive", "too_expensive", "competitor_price", "competitor_product", "quality", "service_experience", "unexpected_charges",
		"missing_features", "unused", "moved", "deceased",
	}
	unsaveable = map[string]bool{"moved": true, "deceased": true}
)

const (
	stream    = 0x77697368 // keeps other uses of the same seed apart
	fictional = 100        // numbers that the smallest place has for fiction; more customers share them
	bandMid   = 4500       // minor units from which a customer is worth more, on the scale of a dollar
	bandHigh  = 8000
	wonScale  = 10 // won to a cent, roughly
	betweenS  = 37 * time.Minute
)

// Make is the wishes first+1 to first+n of a seed, asked for one after the other from the instant on.
func Make(seed uint64, from time.Time, first, n int) []Wish {
	out := make([]Wish, 0, n)
	for i := first; i < first+n; i++ {
		rnd := rand.New(rand.NewPCG(seed, stream+uint64(i))) //nolint:gosec // a count, never negative
		at := homes[i%len(homes)]
		price := at.least + at.step*rnd.IntN(at.spread/at.step)
		reason := reasons[rnd.IntN(len(reasons))]
		out = append(out, Wish{
			Request: fmt.Sprintf("W-%05d", i+1), RequestedAt: from.Add(time.Duration(i) * betweenS), Customer: fmt.Sprintf("K%06d", i+1),
			Name: at.firsts[rnd.IntN(len(at.firsts))] + " " + at.lasts[rnd.IntN(len(at.lasts))], Phone: number(at.region, i),
			Region: at.region, Language: at.language, Plan: plans[rnd.IntN(len(plans))],
			Price: money.Amount{Minor: int64(price), Currency: at.currency}, Tier: tier(price, at.currency), Reason: reason,
			Saveable: !unsaveable[reason],
		})
	}
	return out
}

// prefixes of numbers that are nobody's: 555-01xx in North America (NANPA), 020 7946 0xxx in the United Kingdom (Ofcom),
// 030 23125 xxx in Germany (Bundesnetzagentur); Korean mobile numbers never go on with 0 after 010.
var prefixes = map[string]string{
	"US-MN": "+16125550100", "US-CA": "+14155550100", "US-NY": "+12125550100", "US-TX": "+15125550100",
	"GB": "+442079460000", "DE": "+493023125000", "KR": "+821000000000",
}

func number(region string, i int) phone.E164 {
	last := strconv.Itoa(i / 2 % fictional) // of two neighbours no two live in one place
	return phone.E164(prefixes[region][:len(prefixes[region])-len(last)] + last)
}

func tier(price int, currency string) string {
	if currency == "KRW" {
		price /= wonScale
	}
	switch {
	case price >= bandHigh:
		return "high"
	case price >= bandMid:
		return "mid"
	}
	return "low"
}

// WriteCSV writes wishes as the import of cases reads them.
func WriteCSV(w io.Writer, all []Wish) error {
	out := csv.NewWriter(w)
	rows := [][]string{{
		"request_id", "requested_at", "customer_id", "name", "phone", "region", "language", "subscription_id", "contract", "currency",
		"monthly_charge", "value_tier", "reason_code", "saveable",
	}}
	for _, x := range all {
		saveable := "1"
		if !x.Saveable {
			saveable = "0"
		}
		rows = append(rows, []string{
			x.Request, x.RequestedAt.UTC().Format(time.RFC3339), x.Customer, x.Name, string(x.Phone), x.Region, x.Language, "S-" + x.Customer,
			x.Plan, x.Price.Currency, x.Price.String(), x.Tier, x.Reason, saveable,
		})
	}
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("requests to cancel: %w", err)
	}
	return nil
}
