package commissions_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	sumsEntries = regexp.MustCompile(`(?is)\bSUM\s*\(.*\bFROM\s+(\(\s*SELECT.*\bFROM\s+)?entries\b|\bSUM\s*\(.*\bJOIN\s+entries\b`)
	byStatus    = regexp.MustCompile(`(?i)\b(kind|state|status)\b\s*(=|<>|!=|\bIN\b|\bNOT\b)`)
)

// TestNoSumLeavesAStateOut: net pay is the sum over all states, so no statement that adds up entries chooses among them by
// kind or state. A sum goes by account, and what no run has settled goes by the queue.
func TestNoSumLeavesAStateOut(t *testing.T) {
	t.Parallel()
	sums := 0
	for name, sql := range sqlConstants(t) {
		if !sumsEntries.MatchString(sql) {
			continue
		}
		sums++
		if found := byStatus.FindString(sql); found != "" {
			t.Errorf("%s adds up entries by %q: some state of the money would be left out\n%s", name, found, sql)
		}
	}
	if sums < 4 {
		t.Errorf("only %d statements add up entries: this test looks for the wrong thing", sums)
	}
	for _, sql := range []string{
		`SELECT SUM(amount_minor) FROM entries WHERE kind = 'earn'`, `SELECT u, SUM(e.amount_minor) FROM x JOIN entries e USING (id) WHERE e.kind IN ('a')`,
	} {
		if !sumsEntries.MatchString(sql) || byStatus.FindString(sql) == "" {
			t.Errorf("this went through: %s", sql)
		}
	}
}

// sqlConstants are the string constants of this package, by name, sums of literals and names put together.
func sqlConstants(t *testing.T) map[string]string {
	t.Helper()
	exprs, out := map[string]ast.Expr{}, map[string]string{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			for i := 0; ok && i < len(spec.Values); i++ {
				exprs[spec.Names[i].Name] = spec.Values[i]
			}
			return true
		})
	}
	for name, e := range exprs {
		out[name] = textOf(e, exprs)
	}
	return out
}

func textOf(e ast.Expr, all map[string]ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		return strings.Trim(e.Value, "`\"")
	case *ast.BinaryExpr:
		return textOf(e.X, all) + textOf(e.Y, all)
	case *ast.Ident:
		if x, ok := all[e.Name]; ok {
			return textOf(x, all)
		}
	}
	return ""
}
