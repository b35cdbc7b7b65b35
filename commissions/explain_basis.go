package commissions

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"saveline/internal/money"
)

// told are the parts of a basis that have sentences of their own, or that another step tells.
var told = []string{"type", "result", "amount", "value", "rate", "rounding", "holdDays", "plan", "version", "cause", "exact", "adjustment", "reason", "evidence"}

// how says how the amount came about, from the basis that was stored with the entry: nothing is computed that the entry
// does not say, but for the product before its rounding.
func (d descent) how() []ExplainNode {
	var basis map[string]any
	if err := json.Unmarshal([]byte(d.Basis), &basis); err != nil {
		return []ExplainNode{node("basis", nil, "name", "basis", "value", d.Basis)}
	}
	text := func(name string) string {
		if v, ok := basis[name]; ok && v != nil {
			return strings.Trim(compact(v), `"`)
		}
		return ""
	}
	var out []ExplainNode
	switch {
	case text("rate") != "":
		exact := text("exact")
		if exact == "" { // of entries from before the rules said it
			exact = exactProduct(text("value"), text("rate"))
		}
		out = append(out, node("rate", nil, "rate", text("rate"), "value", text("value"), "result", text("result"), "exact", exact))
		if mode := text("rounding"); mode != "" {
			rounded := money.Amount{Minor: d.Minor, Currency: d.Currency}
			out = append(out, node("rounding", nil, "mode", mode, "exact", exact, "rounded", rounded.String()))
		}
	case text("amount") != "":
		out = append(out, node("per_unit", nil, "result", text("result"), "each", text("amount")))
	}
	for _, name := range sortedKeys(basis) {
		if !slices.Contains(told, name) {
			out = append(out, node("basis", nil, "name", name, "value", strings.Trim(compact(basis[name]), `"`)))
		}
	}
	return out
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
