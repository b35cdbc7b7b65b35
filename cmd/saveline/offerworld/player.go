package offerworld

import (
	"math/rand/v2"
	"slices"

	"saveline/retention/nextoffer"
)

// player chooses arms and hears what became of them, as a desk would.
type player interface {
	choose(c nextoffer.Case, may [armCount]bool, n int) (arm int, choice nextoffer.Choice)
	learn(o nextoffer.Observation)
}

// Names of the policies, in the order of the printed table.
const (
	Random     = "random"
	MaxOffer   = "max_discount"
	Quarter    = "off25_for_all"
	Table      = "table"
	AcceptTS   = "accept_ts"
	ColdTS     = "net_ts_cold"
	WarmTS     = "net_ts_warm"
	Challenged = "champion_challenger"
)

// Names lists them.
var Names = []string{Random, MaxOffer, Quarter, Table, AcceptTS, ColdTS, WarmTS, Challenged}

// Config is what a policy is told.
type Config struct {
	BadTable bool // the table sends every reason to a bad offer
	Draws    int  // for propensities; 0 leaves them out
	Seed     uint64
}

func newPlayer(name string, c Config) player {
	table := goodTable
	if c.BadTable {
		table = badTable
	}
	policy := nextoffer.DefaultPolicy(name, table)
	policy.Economics, policy.HoldoutBP, policy.Draws = economics(), 0, c.Draws
	known := map[string]map[string]nextoffer.Fit{}
	for reason, row := range fits {
		known[reason] = map[string]nextoffer.Fit{}
		for a, fit := range row {
			known[reason][offers[a].Code] = fit
		}
	}
	warm := nextoffer.Published(known)
	r := rand.New(rand.NewPCG(c.Seed, 4))
	switch name {
	case Random:
		return simple(func(may [armCount]bool) int { return uniform(may, r) })
	case MaxOffer:
		return simple(func(may [armCount]bool) int { return firstOf(may, armOff50, armOff25) })
	case Quarter:
		return simple(func(may [armCount]bool) int { return firstOf(may, armOff25) })
	case Table:
		policy.Mode = nextoffer.TableOnly
	case AcceptTS:
		policy.Mode, warm = nextoffer.Thompson, nextoffer.Flat()
		policy.Economics = nextoffer.Economics{Margin: 1, Months: 1, EarlyMonths: 1}
		return &desk{policy: policy, model: nextoffer.NewModel(warm), seed: c.Seed, blind: true}
	case ColdTS:
		policy.Mode, warm = nextoffer.Thompson, nextoffer.Flat()
	case WarmTS:
		policy.Mode = nextoffer.Thompson
	}
	return &desk{policy: policy, model: nextoffer.NewModel(warm), seed: c.Seed}
}

// goodTable is what somebody would write who knows the published figures.
var goodTable = nextoffer.Table{
	{Reasons: []string{"price", "product"}, Offers: one(armOff25)},
	{Reasons: []string{"unknown"}, Offers: one(armPause)},
	{Offers: one(armFix)},
}

// badTable gives everybody what suits them least.
var badTable = nextoffer.Table{
	{Reasons: []string{"price"}, Offers: one(armFix)},
	{Reasons: []string{"product"}, Offers: one(armPause)},
	{Reasons: []string{"service"}, Offers: one(armSmaller)},
	{Reasons: []string{"quality"}, Offers: one(armPause)},
	{Reasons: []string{"unknown"}, Offers: one(armSmaller)},
}

func one(arm int) []nextoffer.Weighted { return []nextoffer.Weighted{{Offer: offers[arm].Code}} }

// simple is a policy that learns nothing.
type simple func(may [armCount]bool) int

func (f simple) choose(_ nextoffer.Case, may [armCount]bool, _ int) (int, nextoffer.Choice) {
	return f(may), nextoffer.Choice{}
}
func (simple) learn(nextoffer.Observation) {}

func uniform(may [armCount]bool, r *rand.Rand) int {
	for {
		if a := r.IntN(armCount); may[a] {
			return a
		}
	}
}

func firstOf(may [armCount]bool, arms ...int) int {
	for _, a := range arms {
		if may[a] {
			return a
		}
	}
	return armNone
}

// desk is the product's own policy. A blind one is what peers describe: to it every yes is worth the same whatever was
// given for it, so that it samples the share of customers who say yes. It is in the bench to be beaten.
type desk struct {
	policy nextoffer.Policy
	model  *nextoffer.Model
	seed   uint64
	blind  bool
}

func (d *desk) choose(c nextoffer.Case, may [armCount]bool, n int) (int, nextoffer.Choice) {
	eligible := make([]nextoffer.Offer, 0, armCount)
	for a := armNone + 1; a < armCount; a++ {
		switch {
		case !may[a]:
		case d.blind:
			eligible = append(eligible, nextoffer.Offer{Code: offers[a].Code, Keeps: 1})
		default:
			eligible = append(eligible, offers[a])
		}
	}
	choice := d.policy.Choose(d.model, c, eligible, d.seed<<32+uint64(n))
	return slices.IndexFunc(offers[:], func(o nextoffer.Offer) bool { return o.Code == choice.Arm }), choice
}

func (d *desk) learn(o nextoffer.Observation) { d.model.Learn(o) }
