package commissions

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/lib/pq"

	"saveline/commissions/rules"
	"saveline/internal/auth"
)

// operations are the codes of rules.OrderOfOperations, in that order: the order that a statement's lines stand in.
var operations = func() []string {
	out := make([]string, len(rules.OrderOfOperations))
	for i, name := range rules.OrderOfOperations {
		out[i] = strings.NewReplacer(" ", "_", "-", "_").Replace(name)
	}
	return out
}()

// operationOf is which operation a component's line comes of, by its type; what a rate gives stands with its base.
var operationOf = map[rules.Type]string{
	rules.PerUnit: "base", rules.Percent: "base", rules.Tiered: "tier", rules.BonusTable: "tier", rules.KPIBonus: "tier",
	rules.ShiftPremium: "shift_premium", rules.Contest: "spiff", rules.Override: "override",
}

// operation is the code of the operation that a line comes of.
func (l StatementLine) operation() string {
	part, scope, _ := strings.Cut(l.Component, ":")
	switch {
	case l.Kind == kindReverse || l.Kind == kindAdjust || l.Kind == kindWriteOff:
		return "clawback_and_retro"
	case part == "cap" && scope == "plan":
		return "plan_cap"
	case part == "cap":
		return "component_cap"
	case part == "draw":
		return "draw_and_reserve"
	case part == "floor" || part == "guarantee":
		return "floor_and_true_up"
	}
	var basis struct {
		Type rules.Type `json:"type"`
	}
	if json.Unmarshal(l.Basis, &basis) != nil {
		return "base"
	}
	return cmp.Or(operationOf[basis.Type], "base")
}

// StatementRounding is by which rule a version's amounts became whole.
type StatementRounding struct {
	Plan    string `json:"plan"`
	Version int    `json:"version"`
	SHA256  string `json:"sha256"`
	Mode    string `json:"mode" enum:"half_up,half_even,floor"`
	Scope   string `json:"scope" enum:"line_telescoped,line,total"`
}

// inOrder puts a statement's lines in the order of operations; within one, as they came about.
func (st *Statement) inOrder() {
	st.Order = operations
	for i := range st.Lines {
		l := &st.Lines[i]
		l.Operation = l.operation()
		l.Step = slices.Index(operations, l.Operation) + 1
	}
	slices.SortStableFunc(st.Lines, func(a, b StatementLine) int {
		return cmp.Or(cmp.Compare(a.Step, b.Step), a.EffectiveAt.Compare(b.EffectiveAt), cmp.Compare(a.Entry, b.Entry))
	})
}

const selectPaidVersions = `
SELECT v.id, v.plan_id, p.name, v.version, v.text, v.terms, to_char(v.approved_at AT TIME ZONE c.zone, 'YYYY-MM-DD') AS approved, c.zone
FROM plan_versions v JOIN plans p ON p.id = v.plan_id JOIN clients c ON c.id = p.client_id
WHERE p.client_id = $1 AND v.approved_at IS NOT NULL AND encode(v.sha256, 'hex') = ANY($2)
ORDER BY p.name, v.version`

// roundings are the rules of the versions that valued a statement's lines.
func (s *Service) roundings(ctx context.Context, client auth.ClientID, lines []StatementLine) ([]StatementRounding, error) {
	var sums []string
	for _, l := range lines {
		if l.PlanSHA256 != "" {
			sums = append(sums, l.PlanSHA256)
		}
	}
	out := []StatementRounding{}
	if len(sums) == 0 {
		return out, nil
	}
	var rows []approvedRow
	if err := s.db.SelectContext(ctx, &rows, selectPaidVersions, client, pq.Array(compacted(sums))); err != nil {
		return nil, fmt.Errorf("plan versions of a statement: %w", err)
	}
	for _, r := range rows {
		p, err := s.planOf(r)
		if err != nil {
			return nil, err
		}
		mode, scope := p.Rounding()
		out = append(out, StatementRounding{Plan: r.Name, Version: r.Version, SHA256: p.SHA, Mode: string(mode), Scope: scope})
	}
	return out, nil
}
