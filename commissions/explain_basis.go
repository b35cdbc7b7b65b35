package commissions

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"saveline/commissions/rules"
	"saveline/internal/money"
)

// told are the parts of a basis that have sentences of their own, or that another step tells.
var told = []string{
	"type", "result", "amount", "count", "value", "rate", "rounding", "scope", "holdDays", "plan", "version", "cause", "exact", "adjustment", "reason", "evidence",
	"tier", "before", "quota", "factor", "kicker", "premium", "share", "gated", "note", "part", "whole",
}

// basis is what an entry keeps of how its amount came about, with text for every number.
type basis struct {
	rules.Basis
	all map[string]any
}

func (d descent) basis() (b basis, ok bool) {
	if json.Unmarshal([]byte(d.Basis), &b.all) != nil {
		return b, false
	}
	// What another program or an older version wrote in another form is told by its name, not lost.
	_ = json.Unmarshal([]byte(d.Basis), &b.Basis)
	return b, true
}

// how says how the amount came about, in the order of operations, from the basis that was stored with the entry: nothing is
// computed that the entry does not say, but for the product before its rounding.
func (d descent) how() []ExplainNode {
	b, ok := d.basis()
	if !ok {
		return []ExplainNode{node("basis", nil, "name", "basis", "value", d.Basis)}
	}
	var out []ExplainNode
	if n := b.made(); n != nil {
		out = append(out, *n)
	}
	for _, g := range b.Gated {
		out = append(out, gateNode(g))
	}
	if b.Rounding != "" {
		out = append(out, d.rounding(b))
	}
	if b.Part != "" {
		out = append(out, node("part", nil, "part", b.Part, "whole", b.Whole))
	}
	if d.TakenFirst != 0 {
		taken := money.Amount{Minor: d.TakenFirst, Currency: d.Currency}
		out = append(out, node("taken_first", nil, "taken", taken.String(), "accrued", money.Amount{Minor: d.AccruedMinor, Currency: d.Currency}.String()))
	}
	if b.Note != "" {
		out = append(out, node("because", nil, "why", b.Note))
	}
	if b.Reason != "" && d.AdjustmentID == 0 {
		out = append(out, node("retro", nil, "why", b.Reason))
	}
	for _, name := range sortedKeys(b.all) {
		if !slices.Contains(told, name) {
			out = append(out, node("basis", nil, "name", name, "value", strings.Trim(compact(b.all[name]), `"`)))
		}
	}
	return out
}

// made is the amount before gates: a rate of a value, or so much for each, with the slice it fell into and what multiplied it.
func (b basis) made() *ExplainNode {
	var n ExplainNode
	switch {
	case b.Rate != "":
		n = node("rate", nil, "rate", b.Rate, "value", b.Value, "result", b.Result, "exact", b.exact())
	case b.Amount != "":
		n = node("per_unit", nil, "result", b.Result, "each", b.Amount, "count", cmp.Or(b.Count, "1"))
	default:
		return nil
	}
	add := func(what, is string, pairs ...string) {
		if is != "" {
			n.Children = append(n.Children, node(what, nil, pairs...))
		}
	}
	add("slice", b.Tier, "tier", b.Tier, "before", cmp.Or(b.Before, "0"))
	add("quota", b.Quota, "quota", b.Quota)
	if b.Factor != "1" {
		add("factor", b.Factor, "factor", b.Factor)
	}
	add("kicker", b.Kicker, "rate", b.Kicker)
	add("premium", b.Premium, "on", b.Premium)
	add("split", b.Share, "share", b.Share)
	return &n
}

// exact is the amount before its rounding; entries from before the rules said it have the product.
func (b basis) exact() string {
	if b.Exact != "" || b.Rate == "" {
		return b.Exact
	}
	return exactProduct(b.Value, b.Rate)
}

func gateNode(g rules.GateBasis) ExplainNode {
	what := "gate"
	if g.Value == "" {
		what = "gate_unknown"
	}
	return node(what, nil, "gate", g.Gate, "metric", g.Metric, "value", g.Value, "samples", strconv.Itoa(g.Samples), "needs", cmp.Or(g.Needs, "–"), "share", g.Share)
}

// rounding is the one place where an amount became whole. What takes back says it in its note.
func (d descent) rounding(b basis) ExplainNode {
	exact := b.exact()
	if exact == "" || strings.Contains(b.Note, "taken in all") {
		return node("rounded", nil, "mode", b.Rounding)
	}
	rounded := cmp.Or(b.Whole, money.Amount{Minor: d.accrued(), Currency: d.Currency}.String())
	n := node("rounding", nil, "mode", b.Rounding, "exact", exact, "rounded", rounded)
	if b.Scope != "" {
		n.Children = []ExplainNode{node("scope_"+b.Scope, nil)}
	}
	return n
}

// accrued is what the line was before something was taken of it while it was on hold.
func (d descent) accrued() int64 {
	if d.AccruedMinor != 0 {
		return d.AccruedMinor
	}
	return d.Minor
}

// isRounded reports whether the basis says how the amount became whole: by a rule; or it is so many times an amount that is
// whole; or it is what a cap, a prize, a draw or a guarantee says in whole units.
func (d descent) isRounded(b basis) bool {
	switch {
	case b.Rounding != "" || b.Reason != "" || b.Rate == "" && b.Amount == "":
		return true
	case b.Rate != "":
		return false
	}
	each, ok := new(big.Rat).SetString(b.Amount)
	count, counted := new(big.Rat).SetString(cmp.Or(b.Count, "1"))
	is, _ := new(big.Rat).SetString(money.Amount{Minor: d.accrued(), Currency: d.Currency}.String())
	return ok && counted && each.Mul(each, count).Cmp(is) == 0
}

// cause is why a reversal took back.
func (d descent) cause() string {
	var basis struct {
		Cause string `json:"cause"`
	}
	if err := json.Unmarshal([]byte(d.Basis), &basis); err != nil {
		return ""
	}
	return basis.Cause
}

func compact(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(raw)
}

// exactProduct is value x rate with every decimal it has.
func exactProduct(value, rate string) string {
	r, err := money.ParseRate(rate)
	v, ok := new(big.Rat).SetString(value)
	if err != nil || !ok {
		return "–"
	}
	const ppm, decimals = 1_000_000, 10
	exact := v.Mul(v, big.NewRat(int64(r), ppm)).FloatString(decimals)
	whole, part, _ := strings.Cut(exact, ".")
	part = strings.TrimRight(part, "0")
	for len(part) < 2 {
		part += "0"
	}
	return whole + "." + part
}
