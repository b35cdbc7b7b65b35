package retention

import (
	"io"
	"maps"
	"slices"
	"strconv"
	"time"

	"saveline/internal/httpx"
	"saveline/internal/money"
	"saveline/retention/netsave"
	"saveline/retention/trial"
)

// SaveReport is gross, net and incremental side by side. Rates are of the treated arm; only months that are more than N
// days over are in a net rate.
type SaveReport struct {
	From   time.Time   `json:"from"`
	To     time.Time   `json:"to" doc:"exclusive"`
	At     time.Time   `json:"at" doc:"as of when"`
	By     string      `json:"by"`
	HasPay bool        `json:"hasPay" doc:"whether commission is in the costs"`
	Total  SaveFigures `json:"total"`
	Rows   []SaveRow   `json:"rows"`
}

// SaveRow is one group of a SaveReport.
type SaveRow struct {
	Key  string `json:"key" doc:"of the dimension: a code, an id, a plan, or a month as 2026-11"`
	Name string `json:"name,omitempty" doc:"of an agent, an offer or a client"`
	SaveFigures
}

// SaveFigures are the counts and rates of a set of requests. Percentages have two decimals; null where there is nothing
// to be a share of.
type SaveFigures struct {
	Requests     int         `json:"requests"`
	Excluded     int         `json:"excluded" doc:"uncontrolled (moved, deceased) or duplicate; watched, because recoding would shrink the denominator"`
	Holdout      int         `json:"holdout" doc:"shown nothing"`
	Eligible     int         `json:"eligible" doc:"E: the denominator; no disposition changes it"`
	Attempted    int         `json:"attempted" doc:"A: an offer was made"`
	Gross        int         `json:"gross" doc:"G: agreed to stay, on record"`
	Withdrawn    int         `json:"withdrawn" doc:"saves that were none: no consent, or never applied in billing"`
	GrossPercent *float64    `json:"grossPercent" doc:"G/E"`
	Net          []SaveStage `json:"net" doc:"of days 30, 60 and 90"`
	Money        []SaveMoney `json:"money" doc:"by currency"`
}

// SaveStage is the net rate of one stage.
type SaveStage struct {
	Stage              int      `json:"stage" enum:"30,60,90"`
	Eligible           int      `json:"eligible" doc:"E of matured months"`
	Gross              int      `json:"gross" doc:"G of them"`
	Verified           int      `json:"verified" doc:"V"`
	Failed             int      `json:"failed"`
	Waiting            int      `json:"waiting" doc:"verdict not there yet"`
	Immature           int      `json:"immature" doc:"E of months that are too young, in no rate"`
	IsMature           bool     `json:"isMature" doc:"whether any month is old enough"`
	NetPercent         *float64 `json:"netPercent" doc:"V/E"`
	StickPercent       *float64 `json:"stickPercent" doc:"V/G; re-churn is what is missing to 100"`
	HoldoutEligible    int      `json:"holdoutEligible"`
	HoldoutVerified    int      `json:"holdoutVerified"`
	HoldoutPercent     *float64 `json:"holdoutPercent"`
	IncrementalPoints  *float64 `json:"incrementalPoints" doc:"percentage points that the save desk brings: net rate less that of the holdout; null without one"`
	IncrementalLow     *float64 `json:"incrementalLow" doc:"of the 95 % interval"`
	IncrementalHigh    *float64 `json:"incrementalHigh"`
	IncrementalVerdict string   `json:"incrementalVerdict" enum:"no_holdout,not_enough_data,unclear,better,worse"`
}

// SaveMoney are the amounts of a currency, a month unless they are costs.
type SaveMoney struct {
	AtRisk         money.Amount  `json:"atRisk" doc:"of every request"`
	Saveable       money.Amount  `json:"saveable"`
	GrossSaved     money.Amount  `json:"grossSaved"`
	DiscountCost   money.Amount  `json:"discountCost" doc:"granted and applied, over its life"`
	PayCost        money.Amount  `json:"payCost" doc:"commission posted for the saves, less what was taken back"`
	CostPerNetSave *money.Amount `json:"costPerNetSave" doc:"discounts and commission by saves of day 90, matured months; null without any"`
	Stage          []SaveKept    `json:"stage"`
}

// SaveKept is what of the gross saves was still there at a stage.
type SaveKept struct {
	Stage     int          `json:"stage"`
	Saved     money.Amount `json:"saved" doc:"gross saves of matured months"`
	Retained  money.Amount `json:"retained" doc:"discounts not taken off"`
	Leakage   money.Amount `json:"leakage" doc:"re-churn and downgrade"`
	Rechurn   money.Amount `json:"rechurn"`
	Downgrade money.Amount `json:"downgrade"`
	Waiting   money.Amount `json:"waiting" doc:"not known yet"`
}

const noHoldout = "no_holdout"

func percentOf(r netsave.Rate) *float64 {
	v, ok := r.Value()
	if !ok {
		return nil
	}
	return points(v)
}

// points is a share as percentage points of two decimals.
func points(v float64) *float64 {
	const hundredths = 10_000
	n := v * hundredths
	if n >= 0 {
		n += 0.5
	} else {
		n -= 0.5
	}
	p := float64(int64(n)) / (hundredths / 100)
	return &p
}

func figuresOf(f netsave.Figures) SaveFigures {
	out := SaveFigures{
		Requests: f.Requests, Excluded: f.Excluded, Holdout: f.Holdout, Eligible: f.Eligible, Attempted: f.Attempted, Gross: f.Gross,
		Withdrawn: f.Withdrawn, GrossPercent: percentOf(f.GrossRate()), Net: []SaveStage{}, Money: []SaveMoney{},
	}
	for i, stage := range netsave.Stages {
		out.Net = append(out.Net, stageOf(stage, f.Net[i]))
	}
	last := f.Net[len(f.Net)-1].Verified
	for _, currency := range slices.Sorted(maps.Keys(f.Money)) {
		out.Money = append(out.Money, moneyOf(currency, *f.Money[currency], last, len(f.Money) == 1))
	}
	return out
}

func stageOf(stage int, n netsave.Net) SaveStage {
	out := SaveStage{
		Stage: stage, Eligible: n.Eligible, Gross: n.Gross, Verified: n.Verified, Failed: n.Failed, Waiting: n.Waiting, Immature: n.Immature,
		IsMature: n.Eligible > 0, NetPercent: percentOf(n.Rate()), StickPercent: percentOf(n.Stick()), HoldoutEligible: n.HoldoutEligible,
		HoldoutVerified: n.HoldoutVerified, HoldoutPercent: percentOf(n.HoldoutRate()), IncrementalVerdict: noHoldout,
	}
	if n.HoldoutEligible == 0 || n.Eligible == 0 {
		return out
	}
	c := compareNet(n)
	out.IncrementalPoints, out.IncrementalLow, out.IncrementalHigh, out.IncrementalVerdict = points(c.Difference), points(c.Low), points(c.High), c.Verdict
	return out
}

func compareNet(n netsave.Net) trial.Comparison {
	return trial.Compare(trial.Count{Units: n.Eligible, Good: n.Verified}, trial.Count{Units: n.HoldoutEligible, Good: n.HoldoutVerified})
}

func moneyOf(currency string, m netsave.Money, netSaves int, isOnly bool) SaveMoney {
	amount := func(minor int64) money.Amount { return money.Amount{Minor: minor, Currency: currency} }
	out := SaveMoney{
		AtRisk: amount(m.AtRisk), Saveable: amount(m.Saveable), GrossSaved: amount(m.GrossSaved), DiscountCost: amount(m.DiscountCost),
		PayCost: amount(m.PayCost),
	}
	for i, stage := range netsave.Stages {
		k := m.Stage[i]
		out.Stage = append(out.Stage, SaveKept{
			Stage: stage, Saved: amount(k.GrossSaved), Retained: amount(k.Retained), Leakage: amount(k.Leakage()), Rechurn: amount(k.Rechurn),
			Downgrade: amount(k.Downgrade), Waiting: amount(k.Waiting),
		})
	}
	if cost, ok := netsave.CostPerNetSave(m.Stage[len(m.Stage)-1].Cost, netSaves); ok && isOnly { // saves are not counted by currency
		a := amount(cost)
		out.CostPerNetSave = &a
	}
	return out
}

var saveColumns = []string{
	"group", "name", "requests", "excluded", "holdout", "eligible", "attempted", "gross", "gross_percent", "net30_eligible", "net30", "net30_percent",
	"net60_eligible", "net60", "net60_percent", "net90_eligible", "net90", "net90_percent", "stick90_percent", "waiting90", "immature90",
	"incremental90_points", "incremental90_low", "incremental90_high", "incremental90_says", "currency", "at_risk", "gross_saved", "retained90",
	"leakage90", "discount_cost", "pay_cost", "cost_per_net_save",
}

// WriteCSV writes the report as a table that Excel opens: a line for each group and currency, the total first.
func (r SaveReport) WriteCSV(w io.Writer) error {
	c := httpx.NewCSV(w, httpx.CSVOptions{BOM: true})
	_ = c.Write(saveColumns...) // errors stick
	for _, row := range append([]SaveRow{{Key: "total", SaveFigures: r.Total}}, r.Rows...) {
		for _, m := range row.Money {
			_ = c.Write(row.cells(m)...)
		}
	}
	return c.Close()
}

func (r SaveRow) cells(m SaveMoney) []string {
	count := strconv.Itoa
	share := func(p *float64) string {
		if p == nil {
			return ""
		}
		return strconv.FormatFloat(*p, 'f', 2, 64)
	}
	out := []string{
		r.Key, r.Name, count(r.Requests), count(r.Excluded), count(r.Holdout), count(r.Eligible), count(r.Attempted), count(r.Gross), share(r.GrossPercent),
	}
	for _, n := range r.Net {
		out = append(out, count(n.Eligible), count(n.Verified), share(n.NetPercent))
	}
	last, kept := r.Net[len(r.Net)-1], m.Stage[len(m.Stage)-1]
	cost := ""
	if m.CostPerNetSave != nil {
		cost = m.CostPerNetSave.String()
	}
	return append(out, share(last.StickPercent), count(last.Waiting), count(last.Immature), share(last.IncrementalPoints), share(last.IncrementalLow),
		share(last.IncrementalHigh), last.IncrementalVerdict, m.AtRisk.Currency, m.AtRisk.String(), m.GrossSaved.String(), kept.Retained.String(),
		kept.Leakage.String(), m.DiscountCost.String(), m.PayCost.String(), cost)
}
