package rehearsal

import (
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"

	"saveline/internal/phone"
)

// People of a made-up list: fictional names on fictional numbers (555-0100 to 555-0199, reserved for that by NANPA).
var (
	firstNames = []string{
		"Amelia", "Benjamin", "Carla", "Dmitri", "Elena", "Farid", "Grace", "Hyun-woo", "Isabel", "Jamal",
		"Katarina", "Liam", "Maricel", "Nikhil", "Olivia", "Paolo", "Quinn", "Rosa", "Samuel", "Tala", "Uma", "Victor", "Wen", "Ximena", "Yusuf", "Zoe",
	}
	lastNames = []string{
		"Abara", "Bautista", "Cho", "Dela Cruz", "Eriksen", "Fontaine", "Garcia", "Haddad", "Ivanova", "Johnson",
		"Kim", "Lopez", "Murphy", "Nguyen", "Okafor", "Park", "Quigley", "Reyes", "Santos", "Taylor", "Underwood", "Vargas", "Walker", "Yilmaz",
	}
	plans      = []string{"Basic 100", "Home 300", "Home 600", "Fiber 1G"}
	reasons    = []string{"price", "competitor_product", "quality", "support", "moving", "not_using"}
	streetSeed = uint64(0x5a7e11e)
)

// WriteLeads writes n leads to sell to as CSV. The same seed writes the same bytes.
func WriteLeads(w io.Writer, seed uint64, n int) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"external_id", "name", "phone", "email", "plan", "since"}); err != nil {
		return fmt.Errorf("leads: %w", err)
	}
	rnd := rand.New(rand.NewPCG(seed, streetSeed))
	for i := range n {
		name := personName(rnd)
		row := []string{
			fmt.Sprintf("L%07d", i+1), name, string(phone.Synthetic(seed, i)), fmt.Sprintf("lead%d@example.com", i+1),
			plans[rnd.IntN(len(plans))], strconv.Itoa(2015 + rnd.IntN(11)),
		}
		if err := out.Write(row); err != nil {
			return fmt.Errorf("leads: %w", err)
		}
	}
	out.Flush()
	return out.Error()
}

// homes are where the customers live: in some of these states a notice is read before an offer is made.
var homes = []string{"US-TX", "US-CA", "US-FL", "US-IL"}

// WriteCancelRequests writes the customers first+1 to first+n, who asked to cancel, in the columns that the cases
// import takes.
func WriteCancelRequests(w io.Writer, seed uint64, first, n int) error {
	out := csv.NewWriter(w)
	head := []string{
		"customer_id", "phone", "region", "city", "tenure_months", "contract", "payment_method", "monthly_charge",
		"value_tier", "prior_offer", "reason_code", "reason_text", "reason_category", "saveable",
	}
	if err := out.Write(head); err != nil {
		return fmt.Errorf("cancel requests: %w", err)
	}
	rnd := rand.New(rand.NewPCG(seed, streetSeed+1+uint64(first)))
	for i := first; i < first+n; i++ {
		charge := 20 + rnd.IntN(100)
		reason := reasons[rnd.IntN(len(reasons))]
		row := []string{
			fmt.Sprintf("C%06d", i+1), string(phone.Synthetic(seed, phone.SyntheticCount-1-i)), homes[i%len(homes)], "",
			strconv.Itoa(1 + rnd.IntN(72)), "Month-to-month", "Credit card", fmt.Sprintf("%d.%02d", charge, rnd.IntN(100)),
			tier(charge), "", reason, "", "", "1",
		}
		if err := out.Write(row); err != nil {
			return fmt.Errorf("cancel requests: %w", err)
		}
	}
	out.Flush()
	return out.Error()
}

func personName(rnd *rand.Rand) string {
	return firstNames[rnd.IntN(len(firstNames))] + " " + lastNames[rnd.IntN(len(lastNames))]
}

func tier(charge int) string {
	switch {
	case charge >= 80:
		return "high"
	case charge >= 45:
		return "mid"
	}
	return "low"
}

// WriteWorldLeads writes n leads on fictional numbers of three continents, so that a demo has somebody to call at any
// hour: the United States (555-01xx), the United Kingdom (020 7946 0xxx, reserved for drama by Ofcom) and Australia
// (5550 xxxx, reserved for fiction by the ACMA).
func WriteWorldLeads(w io.Writer, seed uint64, first, n int) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"external_id", "name", "phone", "email", "plan", "since"}); err != nil {
		return fmt.Errorf("leads: %w", err)
	}
	rnd := rand.New(rand.NewPCG(seed, streetSeed+2+uint64(first)))
	for i := first; i < first+n; i++ {
		row := []string{
			fmt.Sprintf("W%06d", i+1), personName(rnd), worldNumber(seed, i), fmt.Sprintf("person%d@example.com", i+1),
			plans[rnd.IntN(len(plans))], strconv.Itoa(2015 + rnd.IntN(11)),
		}
		if err := out.Write(row); err != nil {
			return fmt.Errorf("leads: %w", err)
		}
	}
	out.Flush()
	return out.Error()
}

func worldNumber(seed uint64, i int) string {
	switch j := i / 4; i % 4 {
	case 0:
		return fmt.Sprintf("+442079460%03d", j%1000)
	case 1:
		return fmt.Sprintf("+61%d5550%04d", []int{2, 3, 7, 8}[j%4], j%10_000)
	}
	return string(phone.Synthetic(seed, i))
}
