package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"saveline/commissions/rules"
	"saveline/internal/errs"
)

const planUsage = `say "plan lint FILE", "plan test DIR..." or "plan explain CASE --entry N"`

// runPlan holds the tools for pay plans and their worked cases (docs/plans.md). It needs no database.
func runPlan(_ context.Context, e env, args []string) error {
	if len(args) == 0 {
		return errs.Newf(errs.Invalid, "%s", planUsage)
	}
	switch args[0] {
	case "lint":
		return e.planLint(args[1:])
	case "test":
		return e.planTest(args[1:])
	case "explain":
		return e.planExplain(args[1:])
	case "schema":
		return e.planSchema(args[1:])
	}
	return errs.Newf(errs.Invalid, "there is no plan %q: %s", args[0], planUsage)
}

// errFailed ends a command with status 1; what failed has been printed.
var errFailed = errors.New("see above")

// planLint prints what there is to say about a plan; it fails when the plan is refused.
func (e env) planLint(args []string) error {
	words, err := parse(e.flags("plan lint"), args, 1)
	if err != nil {
		return err
	}
	if len(words) == 0 {
		return errs.Newf(errs.Invalid, "plan lint needs a FILE")
	}
	text, err := os.ReadFile(words[0])
	if err != nil {
		return errs.WithCause(errs.Invalid, err, "the plan cannot be read")
	}
	findings := rules.LintText(text)
	for _, f := range findings {
		_, _ = fmt.Fprintf(e.stdout, "%s\n", f)
	}
	if slices.ContainsFunc(findings, func(f rules.Finding) bool { return f.Severity == rules.SeverityError }) {
		return fmt.Errorf("%s is refused: %w", words[0], errFailed)
	}
	_, _ = fmt.Fprintf(e.stdout, "%s: %d findings, no errors\n", words[0], len(findings))
	return nil
}

// planTest runs cases: each DIR is a case, or holds cases at any depth.
func (e env) planTest(args []string) error {
	const dirsMax = 1000
	words, err := parse(e.flags("plan test"), args, dirsMax)
	if err != nil {
		return err
	}
	if len(words) == 0 {
		return errs.Newf(errs.Invalid, "plan test needs a DIR")
	}
	var cases []string
	for _, dir := range words {
		found, err := findCases(dir)
		if err != nil {
			return err
		}
		cases = append(cases, found...)
	}
	failed := 0
	for _, dir := range cases {
		diff := runCase(dir)
		if len(diff) == 0 {
			_, _ = fmt.Fprintf(e.stdout, "ok    %s\n", dir)
			continue
		}
		failed++
		_, _ = fmt.Fprintf(e.stdout, "FAIL  %s\n%s\n", dir, strings.Join(diff, "\n"))
	}
	_, _ = fmt.Fprintf(e.stdout, "%d cases, %d failed\n", len(cases), failed)
	if failed > 0 {
		return fmt.Errorf("%d of %d cases: %w", failed, len(cases), errFailed)
	}
	return nil
}

func runCase(dir string) []string {
	c, err := rules.ReadCase(os.DirFS(dir))
	if err != nil {
		return []string{"  " + err.Error()}
	}
	return c.Run()
}

// findCases is dir itself when it is a case, else the cases below it.
func findCases(dir string) ([]string, error) {
	info, err := os.Stat(dir)
	if err != nil || !info.IsDir() {
		return nil, errs.Newf(errs.Invalid, "%s is no folder", dir)
	}
	var out []string
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() || !rules.IsCase(os.DirFS(path)) {
			return err
		}
		out = append(out, path)
		return fs.SkipDir
	})
	if err != nil {
		return nil, fmt.Errorf("look for cases: %w", err)
	}
	if len(out) == 0 {
		return nil, errs.Newf(errs.Invalid, "%s holds no case: a case has plan.yaml (or plans/*.yaml) and events.csv", dir)
	}
	return out, nil
}

// planExplain lists the lines of a case with their numbers, or explains one of them.
func (e env) planExplain(args []string) error {
	fs := e.flags("plan explain")
	entry := fs.Int("entry", 0, "number of the line to explain; without it all lines are listed")
	words, err := parse(fs, args, 1)
	if err != nil {
		return err
	}
	if len(words) == 0 {
		return errs.Newf(errs.Invalid, "plan explain needs a CASE")
	}
	c, err := rules.ReadCase(os.DirFS(words[0]))
	if err != nil {
		return errs.WithCause(errs.Invalid, err, "%s", words[0])
	}
	books, err := c.Replay()
	if err != nil {
		return fmt.Errorf("%s is refused: %s", words[0], err.Error())
	}
	switch {
	case *entry == 0:
		e.listLines(books)
		return nil
	case *entry < 1 || *entry > len(books.Lines):
		return errs.Newf(errs.Invalid, "the case has %d entries; there is no entry %d", len(books.Lines), *entry)
	}
	_, err = fmt.Fprint(e.stdout, rules.Explain(&books.Lines[*entry-1]))
	return err
}

func (e env) listLines(books rules.Books) {
	for i := range books.Lines {
		l := &books.Lines[i]
		_, _ = fmt.Fprintf(e.stdout, "%4d  %s  %-8s %-20s %12s %s  %s %s\n", i+1, l.Period, l.Agent, l.Component, l.Amount, l.Amount.Currency, l.Ref, l.Reason)
	}
	for _, l := range books.Held {
		_, _ = fmt.Fprintf(e.stdout, "held  %s  %-8s %-20s %12s %s  %s\n", l.Period, l.Agent, l.Component, l.Amount, l.Amount.Currency, l.Ref)
	}
	for _, g := range books.Gaps {
		_, _ = fmt.Fprintf(e.stdout, "exception: %s\n", g)
	}
}

// planSchema prints the JSON Schema of plan.yaml; docs/plan.schema.json is its golden copy.
func (e env) planSchema(args []string) error {
	if _, err := parse(e.flags("plan schema"), args, 0); err != nil {
		return err
	}
	_, err := e.stdout.Write(rules.PlanSchema())
	return err
}
