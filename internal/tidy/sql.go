package tidy

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// A statement is a SQL statement that the code keeps as a named constant.
type statement struct {
	where string // file:line name
	sql   string
}

var verbs = []string{"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"}

// beginsStatement reports whether s, after its comments, is a whole statement.
func beginsStatement(s string) bool {
	word, _, _ := strings.Cut(strings.TrimSpace(withoutComments(s)), " ")
	word, _, _ = strings.Cut(word, "\n")
	return slices.Contains(verbs, word)
}

// statements collects every constant that is a statement, with constants it is put together from.
func statements(t tree) []statement {
	var out []statement
	for dir, consts := range constants(t) {
		parts := partsOf(consts)
		for name, c := range consts {
			s, ok := value(c.expr, consts)
			if ok && beginsStatement(s) && !parts[name] && dir != itself {
				out = append(out, statement{t.at(c.ident) + " " + name, s})
			}
		}
	}
	slices.SortFunc(out, func(a, b statement) int { return strings.Compare(a.where, b.where) })
	return out
}

// itself is this package, whose fixtures are broken on purpose.
const itself = "internal/tidy"

// inlineMay are the places that put statements together, each with the reason.
var inlineMay = map[string]string{
	itself:            "its fixtures are broken on purpose",
	"internal/backup": "reads and writes every table, whatever its name",
}

// partsOf names the constants that others are put together from: they are prepared there.
func partsOf(consts map[string]constant) map[string]bool {
	parts := map[string]bool{}
	for _, c := range consts {
		ast.Inspect(c.expr, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				parts[id.Name] = true
			}
			return true
		})
	}
	return parts
}

type constant struct {
	ident *ast.Ident
	expr  ast.Expr
}

// constants lists the constants of each package by name; those inside functions count too.
func constants(t tree) map[string]map[string]constant {
	all := map[string]map[string]constant{}
	for _, f := range t.files {
		if f.test {
			continue
		}
		if all[f.dir] == nil {
			all[f.dir] = map[string]constant{}
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			decl, ok := n.(*ast.GenDecl)
			if !ok || decl.Tok != token.CONST {
				return true
			}
			for _, spec := range decl.Specs {
				v := spec.(*ast.ValueSpec)
				for i, ident := range v.Names {
					if i < len(v.Values) {
						all[f.dir][ident.Name] = constant{ident, v.Values[i]}
					}
				}
			}
			return true
		})
	}
	return all
}

// value computes a constant string: literals, sums of them, and names of the same package.
func value(e ast.Expr, consts map[string]constant) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		return unquote(e), e.Kind == token.STRING
	case *ast.ParenExpr:
		return value(e.X, consts)
	case *ast.BinaryExpr:
		left, okL := value(e.X, consts)
		right, okR := value(e.Y, consts)
		return left + right, okL && okR && e.Op == token.ADD
	case *ast.Ident:
		c, ok := consts[e.Name]
		if !ok {
			return "", false
		}
		return value(c.expr, consts)
	}
	return "", false
}

func unquote(lit *ast.BasicLit) string {
	s, err := strconv.Unquote(lit.Value)
	if err != nil {
		return ""
	}
	return s
}

// checkInlineSQL finds statements that no constant names: nobody prepares those before they run.
func checkInlineSQL(t tree) (faults []string) {
	for _, f := range t.files {
		if _, may := inlineMay[f.dir]; f.test || may || supportsTests(f.dir) {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if decl, ok := n.(*ast.GenDecl); ok && decl.Tok == token.CONST {
				return false
			}
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING && looksLikeStatement(unquote(lit)) {
				faults = append(faults, fmt.Sprintf("%s holds SQL that is no named constant", t.at(lit)))
			}
			return true
		})
	}
	return faults
}

// looksLikeStatement is stricter than beginsStatement, because a sentence may begin with a verb.
func looksLikeStatement(s string) bool {
	if !beginsStatement(s) {
		return false
	}
	return slices.ContainsFunc([]string{" FROM ", "\nFROM ", " INTO ", " SET ", "\nSET ", " AS ("}, func(w string) bool { return strings.Contains(s, w) })
}
