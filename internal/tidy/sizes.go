package tidy

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

const (
	fileLinesMax     = 500
	functionLinesMax = 70
)

// checkSizes finds what has grown past the point where a person can hold it.
func checkSizes(t tree) (faults []string) {
	for _, f := range t.files {
		if n := strings.Count(f.text, "\n"); n > fileLinesMax {
			faults = append(faults, fmt.Sprintf("%s has %d lines, more than %d: split it by noun", f.path, n, fileLinesMax))
		}
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if n := t.fset.Position(fn.End()).Line - t.fset.Position(fn.Pos()).Line + 1; n > functionLinesMax {
				faults = append(faults, fmt.Sprintf("%s: %s has %d lines, more than %d", t.at(fn), fn.Name.Name, n, functionLinesMax))
			}
		}
	}
	return faults
}

// exact are the packages where money is computed; a binary fraction there is a wrong cent somewhere.
var exact = []string{"internal/money", "commissions/rules"}

// checkFloats finds floating point where money is computed.
func checkFloats(t tree) (faults []string) {
	for _, f := range t.files {
		if f.test || !slices.Contains(exact, f.dir) {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			id, isName := n.(*ast.Ident)
			lit, isLit := n.(*ast.BasicLit)
			if isName && (id.Name == "float64" || id.Name == "float32") || isLit && lit.Kind == token.FLOAT {
				faults = append(faults, t.at(n)+" computes money in floating point")
			}
			return true
		})
	}
	return faults
}

// checkPackageComments finds packages that do not say what they decide.
func checkPackageComments(t tree) (faults []string) {
	said := map[string]bool{}
	for _, f := range t.files {
		if !f.test {
			said[f.dir] = said[f.dir] || f.ast.Doc != nil
		}
	}
	for dir, ok := range said {
		if !ok {
			faults = append(faults, dir+" has no package comment: say in one line what it decides")
		}
	}
	return dedupe(faults)
}

// unfinished are words of a comment that admit a hole.
var unfinished = []string{"TO" + "DO", "FIX" + "ME", "XX" + "X"}

// checkFinished finds holes that somebody left for later.
func checkFinished(t tree) (faults []string) {
	for _, f := range t.files {
		for _, group := range f.ast.Comments {
			for _, word := range unfinished {
				if strings.Contains(group.Text(), word) {
					faults = append(faults, t.at(group)+" says "+word+": finish it, or open an issue and say what is so today")
				}
			}
		}
	}
	return faults
}
