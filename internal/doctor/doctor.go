// Package doctor examines an installation and says, for each thing it finds, what to do about it.
package doctor

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"time"
)

// A Grade is how bad a finding is.
type Grade string

// The grades.
const (
	OK   Grade = "ok"
	Warn Grade = "warn" // it works, and will not under load or next year
	Fail Grade = "fail" // something does not work
)

// Finding is what one check saw.
type Finding struct {
	Check    string `json:"check"`
	Grade    Grade  `json:"grade" enum:"ok,warn,fail"`
	Sentence string `json:"sentence"`
	WhatToDo string `json:"whatToDo,omitempty"` // empty when there is nothing to do
}

// Deps is what there is to examine. A check whose part is nil does not apply and is left out.
type Deps struct {
	DB      *sql.DB
	Now     func() time.Time
	DataDir string
	Pool    int                                            // connections this node opens at most
	Pending func(context.Context) (int, error)             // migrations not applied
	Switch  func(context.Context) (name string, err error) // reaches the telephone switch
	Pages   func() bool                                    // whether the built pages are inside
	Needed  map[string]bool                                // settings that production needs, and whether they are set
}

// checkTimeout bounds one check, so that one that hangs is a finding too.
const checkTimeout = 5 * time.Second

type check struct {
	name string
	has  bool
	run  func(context.Context, Deps) Finding
}

func (d Deps) checks() []check {
	return []check{
		{"database", d.DB != nil, databaseVersion},
		{"database settings", d.DB != nil, databaseSettings},
		{"connections", d.DB != nil && d.Pool > 0, connections},
		{"migrations", d.Pending != nil, migrations},
		{"clock", d.DB != nil && d.Now != nil, clock},
		{"time zones", true, timeZones},
		{"disk", d.DataDir != "", disk},
		{"switch", d.Switch != nil, reachSwitch},
		{"pages", d.Pages != nil, pages},
		{"settings", len(d.Needed) > 0, settings},
	}
}

// Run makes every check that applies, all at once, and returns the findings in a fixed order.
func Run(ctx context.Context, d Deps) []Finding {
	var due []check
	for _, c := range d.checks() {
		if c.has {
			due = append(due, c)
		}
	}
	findings := make([]Finding, len(due))
	var wait sync.WaitGroup
	for i, c := range due {
		wait.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, checkTimeout)
			defer cancel()
			f := c.run(ctx, d)
			f.Check = c.name
			findings[i] = f
		})
	}
	wait.Wait()
	return findings
}

// Worst is the worst grade among the findings.
func Worst(findings []Finding) Grade {
	worst := OK
	for _, f := range findings {
		if f.Grade == Fail || f.Grade == Warn && worst == OK {
			worst = f.Grade
		}
	}
	return worst
}

// Print writes findings for a person at a terminal.
func Print(findings []Finding) string {
	var b strings.Builder
	for _, f := range findings {
		fmt.Fprintf(&b, "%-4s  %-18s %s\n", f.Grade, f.Check, f.Sentence)
		if f.WhatToDo != "" {
			fmt.Fprintf(&b, "%24s → %s\n", "", f.WhatToDo)
		}
	}
	return b.String()
}

func ok(format string, args ...any) Finding {
	return Finding{Grade: OK, Sentence: fmt.Sprintf(format, args...)}
}

func warn(whatToDo, format string, args ...any) Finding {
	return Finding{Grade: Warn, Sentence: fmt.Sprintf(format, args...), WhatToDo: whatToDo}
}

func fail(whatToDo, format string, args ...any) Finding {
	return Finding{Grade: Fail, Sentence: fmt.Sprintf(format, args...), WhatToDo: whatToDo}
}
