package tidy

import (
	"fmt"
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strings"
)

// clockMay are the places whose time is not the business's, each with the reason. Everything else takes its time from
// the `now` it was given, so that a rehearsal can run a month in a minute.
var clockMay = map[string]string{
	".ci/summary":            "a tool of the check",
	"cmd/saveline":           "gives the services their clock",
	"internal/pgembed":       "waits for a process",
	"internal/pgtest":        "waits for a server",
	"internal/pgtest/withpg": "waits for a server",
	"internal/doctor":        "compares the machine's clock with the database's",
	"internal/obs":           "measures how long an answer took",
	"internal/httpx":         "measures how long an answer took, and sets deadlines of connections",
	"internal/live":          "keeps news for screens ten minutes, by the database's clock, and connections alive",
	"internal/pg":            "leases expire by the database's clock, the only one that all nodes share",
	"internal/jobs":          "a job's age and its rescue go by the real clock",
	"internal/backup":        "says when a backup was made",
	"internal/facts":         "waits between two looks at the log",
	"internal/schedule":      "waits between two looks at what is due",
}

// clocks are the functions of package time that read or wait on the machine's clock.
var clocks = []string{"Now", "Since", "Until", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker", "Sleep"}

// waits are those of them that only wait, which a long-lived loop may.
var waits = []string{"After", "AfterFunc", "NewTimer", "NewTicker"}

// sqlClock is a clock of the database in a statement.
var sqlClock = regexp.MustCompile(`(?i)\b(now|clock_timestamp|statement_timestamp|transaction_timestamp)\s*\(\s*\)|\bcurrent_(timestamp|date|time)\b|\blocaltime(stamp)?\b`)

// checkClock finds business code that reads a clock of its own.
func checkClock(t tree) (faults []string) {
	for _, f := range t.files {
		if _, may := clockMay[f.dir]; f.test || may || supportsTests(f.dir) {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if name := clockCall(n); name != "" && !slices.Contains(waits, name) {
				faults = append(faults, fmt.Sprintf("%s uses time.%s: take the time from the service's now", t.at(n), name))
			}
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING && isSQL(unquote(lit)) {
				if m := sqlClock.FindString(withoutComments(unquote(lit))); m != "" {
					faults = append(faults, fmt.Sprintf("%s reads the database's clock with %s: pass the service's now", t.at(n), m))
				}
			}
			return true
		})
	}
	return faults
}

// clockCall is the name of the clock that n mentions, called or passed on.
func clockCall(n ast.Node) string {
	sel, ok := n.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	if pkg, ok := sel.X.(*ast.Ident); ok && pkg.Name == "time" && slices.Contains(clocks, sel.Sel.Name) {
		return sel.Sel.Name
	}
	return ""
}

var sqlComment = regexp.MustCompile(`--[^\n]*`)

func withoutComments(sql string) string { return sqlComment.ReplaceAllString(sql, "") }

// isSQL recognises a statement, or a part of one, by its keywords in capitals.
func isSQL(s string) bool {
	return slices.ContainsFunc([]string{"SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "WHERE", "VALUES", "SET", "FROM"},
		func(word string) bool { return strings.Contains(s, word+" ") || strings.Contains(s, word+"\n") })
}
