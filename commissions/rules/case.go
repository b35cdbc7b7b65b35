package rules

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"saveline/internal/errs"
	"saveline/internal/money"
)

// The headers of a case's expectations.
const (
	ExpectedHeader     = "period,agent,component,amount,currency"
	ExpectedPaidHeader = "period,agent,paid,carried"
)

// Case is a folder: a plan (or plans), what happened, and what must come of it.
type Case struct {
	Plans     []*PayPlan
	Events    []Event
	Expected  []SumRow
	Paid      []PaidRow // nil: nothing is expected of pay runs
	WantError string    // a part of the refusal; empty: it must not be refused

	fault   error // why the plan or the events were refused
	hasPaid bool
	hasSums bool
}

// SumRow is the sum of one component's lines of an agent in a period.
type SumRow struct {
	Period, Agent, Component string
	Amount                   money.Amount
}

// IsCase reports whether a folder is a case: it has a plan.yaml, or a folder plans, and events.csv.
func IsCase(dir fs.FS) bool {
	_, err1 := fs.Stat(dir, "plan.yaml")
	_, err2 := fs.Stat(dir, "plans")
	_, err3 := fs.Stat(dir, "events.csv")
	return (err1 == nil || err2 == nil) && err3 == nil
}

// ReadCase reads a case folder. A plan or events that are refused are part of the case: Run says so.
//
// Codes: invalid (the folder is no case, or its expectations cannot be read).
func ReadCase(dir fs.FS) (*Case, error) {
	c := &Case{}
	if !IsCase(dir) {
		return nil, errs.Newf(errs.Invalid, "is no case: it needs plan.yaml (or plans/*.yaml) and events.csv")
	}
	c.fault = c.readInputs(dir)
	if text, err := fs.ReadFile(dir, "expected_error.txt"); err == nil {
		c.WantError = strings.TrimSpace(string(text))
		if c.WantError == "" {
			return nil, errs.Newf(errs.Invalid, "expected_error.txt is empty: write a part of the refusal")
		}
	}
	if err := c.readExpected(dir); err != nil {
		return nil, err
	}
	if !c.hasSums && c.WantError == "" {
		return nil, errs.Newf(errs.Invalid, "has neither expected.csv nor expected_error.txt")
	}
	return c, nil
}

func (c *Case) readInputs(dir fs.FS) error {
	var files []string
	if _, err := fs.Stat(dir, "plan.yaml"); err == nil {
		files = append(files, "plan.yaml")
	}
	more, err := fs.Glob(dir, "plans/*.yaml")
	if err != nil {
		return err
	}
	for _, name := range append(files, more...) {
		text, err := fs.ReadFile(dir, name)
		if err != nil {
			return err
		}
		p, err := ParsePlan(text)
		if err != nil {
			return errs.WithCause(errs.Invalid, err, "%s is refused", name)
		}
		if slices.ContainsFunc(c.Plans, func(o *PayPlan) bool { return o.ID() == p.ID() }) {
			return errs.Newf(errs.Invalid, "%s: there are two plans %s", name, p.ID())
		}
		c.Plans = append(c.Plans, p)
	}
	text, err := fs.ReadFile(dir, "events.csv")
	if err != nil {
		return err
	}
	c.Events, err = DecodeEvents(bytes.NewReader(text))
	return err
}

func (c *Case) readExpected(dir fs.FS) error {
	seen := map[string]bool{}
	once := func(file string, key ...string) error {
		k := file + strings.Join(key, "|")
		if seen[k] {
			return errs.Newf(errs.Invalid, "%s says %s twice", file, strings.Join(key, ", "))
		}
		seen[k] = true
		return nil
	}
	if text, err := fs.ReadFile(dir, "expected.csv"); err == nil {
		c.hasSums = true
		err := readTable(bytes.NewReader(text), "expected.csv", ExpectedHeader, func(row []string) error {
			a, err := money.Parse(row[3], row[4])
			c.Expected = append(c.Expected, SumRow{row[0], row[1], row[2], a})
			return first(err, once("expected.csv", row[0], row[1], row[2], row[4]))
		})
		if err != nil {
			return err
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	text, err := fs.ReadFile(dir, "expected_paid.csv")
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	c.hasPaid = true
	return readTable(bytes.NewReader(text), "expected_paid.csv", ExpectedPaidHeader, func(row []string) error {
		currency := "USD"
		if len(c.Plans) > 0 {
			currency = c.Plans[0].Currency
		}
		paid, err1 := money.Parse(row[2], currency)
		carried, err2 := money.Parse(row[3], currency)
		c.Paid = append(c.Paid, PaidRow{row[0], row[1], currency, paid.Minor, carried.Minor})
		return first(err1, err2, once("expected_paid.csv", row[0], row[1]))
	})
}

// Replay computes the case's books.
//
// Codes: invalid (the plan, the events or the computation is refused).
func (c *Case) Replay() (Books, error) {
	if c.fault != nil {
		return Books{}, c.fault
	}
	return Replay(c.Plans, c.Events, Horizon{})
}

// Run computes the case and returns what is not as expected, one readable line each; none means that it passes.
func (c *Case) Run() []string {
	books, err := c.Replay()
	switch {
	case c.WantError != "":
		return c.checkRefusal(books, err)
	case err != nil:
		return append([]string{"refused:"}, strings.Split(err.Error(), "\n")...)
	}
	var diff []string
	if c.hasSums {
		diff = compareSums(c.Expected, Sums(books.Lines))
	}
	if c.hasPaid {
		diff = append(diff, comparePaid(c.Paid, books.Paid)...)
	}
	for _, g := range books.Gaps {
		if len(diff) > 0 {
			diff = append(diff, "  exception: "+g.String())
		}
	}
	return diff
}

// String is the gap as a sentence.
func (g PayGap) String() string {
	return strings.TrimSpace(fmt.Sprintf("agent %s %s %s %s: %s", g.Agent, orElse(g.Component, g.Plan), g.Ref, g.Event, g.Why))
}

// checkRefusal compares the refusal with what is expected. A case of something missing is refused by its exceptions.
func (c *Case) checkRefusal(books Books, err error) []string {
	said := ""
	if err != nil {
		said = err.Error()
	}
	for _, g := range books.Gaps {
		said += "\n" + g.String()
	}
	if strings.Contains(strings.ToLower(said), strings.ToLower(c.WantError)) {
		return nil
	}
	if strings.TrimSpace(said) == "" {
		return []string{fmt.Sprintf("should be refused with %q, and is computed", c.WantError)}
	}
	return []string{fmt.Sprintf("should be refused with %q, and is refused with:", c.WantError), strings.TrimSpace(said)}
}

// Sums adds up lines by period, agent, component and currency. Sums of zero are left out.
func Sums(lines []PayLine) []SumRow {
	sums := map[SumRow]int64{}
	for i := range lines {
		l := &lines[i]
		key := SumRow{l.Period, l.Agent, l.Component, money.Amount{Currency: l.Amount.Currency}}
		sums[key] += l.Amount.Minor
	}
	var out []SumRow
	for key, minor := range sums {
		if minor != 0 {
			key.Amount.Minor = minor
			out = append(out, key)
		}
	}
	slices.SortFunc(out, bySum)
	return out
}

func bySum(a, b SumRow) int {
	return cmp.Or(cmp.Compare(a.Period, b.Period), cmp.Compare(a.Agent, b.Agent), cmp.Compare(a.Component, b.Component), cmp.Compare(a.Amount.Currency, b.Amount.Currency))
}

func compareSums(want, got []SumRow) []string {
	type pair struct{ want, got int64 }
	rows := map[SumRow]*pair{}
	at := func(r SumRow) *pair {
		r.Amount.Minor = 0
		if rows[r] == nil {
			rows[r] = &pair{}
		}
		return rows[r]
	}
	for _, r := range want {
		at(r).want += r.Amount.Minor
	}
	for _, r := range got {
		at(r).got += r.Amount.Minor
	}
	var diff []string
	for _, r := range slices.SortedFunc(maps.Keys(rows), bySum) {
		p := rows[r]
		if p.want == p.got {
			continue
		}
		amount := func(minor int64) string {
			if minor == 0 {
				return "nothing"
			}
			return money.Amount{Minor: minor, Currency: r.Amount.Currency}.String()
		}
		diff = append(diff, fmt.Sprintf("  %s %s %s: expected %s, got %s %s", r.Period, r.Agent, r.Component, amount(p.want), amount(p.got), r.Amount.Currency))
	}
	return diff
}

// comparePaid compares pay runs. A row of nothing paid may be left out.
func comparePaid(want, got []PaidRow) []string {
	type key struct{ period, agent string }
	wanted, had := map[key]PaidRow{}, map[key]PaidRow{}
	for _, r := range want {
		wanted[key{r.Period, r.Agent}] = r
	}
	for _, r := range got {
		had[key{r.Period, r.Agent}] = r
	}
	all := map[key]bool{}
	for k := range wanted {
		all[k] = true
	}
	for k := range had {
		all[k] = true
	}
	var diff []string
	for _, k := range slices.SortedFunc(maps.Keys(all), func(a, b key) int { return cmp.Or(cmp.Compare(a.period, b.period), cmp.Compare(a.agent, b.agent)) }) {
		w, isWanted := wanted[k]
		g := had[k]
		if !isWanted && g.Paid == 0 || w.Paid == g.Paid && w.Carried == g.Carried {
			continue
		}
		currency := orElse(g.Currency, w.Currency)
		amount := func(minor int64) string { return money.Amount{Minor: minor, Currency: currency}.String() }
		diff = append(diff, fmt.Sprintf("  %s %s: expected paid %s carried %s, got paid %s carried %s", k.period, k.agent, amount(w.Paid), amount(w.Carried), amount(g.Paid), amount(g.Carried)))
	}
	return diff
}
