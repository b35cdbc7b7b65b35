package commissions

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"saveline/internal/httpx"
)

// statementHeader is the first line of a statement as CSV.
var statementHeader = []string{
	"entry_id", "kind", "component", "plan", "plan_version", "plan_sha256", "result", "result_id", "call_id", "credited_at", "effective_at",
	"how", "reverses", "adjusts", "reason", "amount", "currency", "step", "operation", "rounding",
}

// writeStatementCSV writes a statement's lines as CSV (RFC 4180), in the order of operations. Amounts are decimals with the
// currency's places; times are RFC 3339 in UTC.
func writeStatementCSV(w io.Writer, st Statement) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(statementHeader); err != nil {
		return err
	}
	id := func(n int64) string {
		if n == 0 {
			return ""
		}
		return strconv.FormatInt(n, 10)
	}
	words := slipLanguages["en"]
	for _, l := range st.Lines {
		err := out.Write([]string{
			id(int64(l.Entry)), l.Kind, httpx.SafeCell(l.Component), httpx.SafeCell(l.Plan), id(int64(l.PlanVersion)), l.PlanSHA256, l.ResultKind, id(l.Result), id(l.Call),
			l.CreditedAt.UTC().Format(time.RFC3339), l.EffectiveAt.UTC().Format(time.RFC3339), words.how(l), id(int64(l.Reverses)), id(int64(l.Adjusts)),
			l.Reason, l.Amount.String(), l.Amount.Currency, strconv.Itoa(l.Step), l.Operation, roundingOf(st, l),
		})
		if err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// roundingOf names the rule by which a line became whole: "half_up line_telescoped".
func roundingOf(st Statement, l StatementLine) string {
	for _, r := range st.Roundings {
		if r.SHA256 == l.PlanSHA256 {
			return r.Mode + " " + r.Scope
		}
	}
	return ""
}

// how says in a few words how a line's amount came about.
func (w slipWords) how(l StatementLine) string {
	var basis struct {
		Amount string `json:"amount"`
		Value  string `json:"value"`
		Rate   string `json:"rate"`
	}
	if err := json.Unmarshal(l.Basis, &basis); err != nil {
		return ""
	}
	fill := strings.NewReplacer("{rate}", basis.Rate, "{value}", basis.Value, "{amount}", basis.Amount)
	switch {
	case basis.Rate != "":
		return fill.Replace(w.RateOf)
	case basis.Amount != "":
		return fill.Replace(w.Each)
	}
	return strings.ReplaceAll(l.Reason, "_", " ")
}

// kind is what a line is.
func (w slipWords) kind(kind string) string {
	if said, ok := w.Kinds[kind]; ok {
		return said
	}
	return kind
}

// rounding names the rule of a version, and says it.
func (w slipWords) rounding(r StatementRounding) string {
	return fmt.Sprintf("%s: %s v%d: %s %s (%s; %s)", w.Rounding, r.Plan, r.Version, r.Mode, r.Scope, w.Modes[r.Mode], w.Scopes[r.Scope])
}

// order is the order of operations that the lines stand in.
func (w slipWords) order(st Statement) string {
	names := make([]string, len(st.Order))
	for i, code := range st.Order {
		names[i] = fmt.Sprintf("%d. %s", i+1, w.Operations[code])
	}
	return w.Order + ": " + strings.Join(names, ", ")
}

// versionsOf are the plan versions that a statement's lines were valued by.
func versionsOf(st Statement) []string {
	var out []string
	for _, l := range st.Lines {
		if l.PlanSHA256 != "" {
			out = append(out, fmt.Sprintf("%s v%d sha256 %.16s", l.Plan, l.PlanVersion, l.PlanSHA256))
		}
	}
	return compacted(out)
}
