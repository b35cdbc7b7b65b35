// Package rehearsal runs a working day on the real services and a real database in virtual time: who is called, who
// answers, what is sold and saved, and what it costs in pay, before anybody is called. The demo's past is made by the
// same driver, and its simulated agents are the same people on the real clock.
package rehearsal

import (
	"time"

	"saveline/internal/errs"
)

const (
	agentsMax   = 500
	hoursMax    = 24
	generateMax = 2_000_000
)

// DefaultStart is a Monday at nine in New York, on a fixed date: the same rehearsal is the same on any day.
var DefaultStart = time.Date(2026, 3, 2, 14, 0, 0, 0, time.UTC)

// Config says what to rehearse.
type Config struct {
	Leads      string    // file of leads (CSV); "" means Generate
	Generate   int       // leads to make up
	Agents     int       //
	Hours      float64   // length of the shift
	AnswerRate float64   // share of dials that a live person answers, 0 to 1
	Mode       string    // manual, preview, progressive
	Seed       uint64    //
	Start      time.Time // beginning of the shift
	Out        string    // folder for the payroll file; "" means none is kept
}

// Validate names every fault at once.
func (c Config) Validate() error {
	var f errs.Faults
	f.Check((c.Leads == "") != (c.Generate == 0), "leads", "give either --leads FILE or --generate N")
	f.Check(c.Generate >= 0 && c.Generate <= generateMax, "generate", "must be between 1 and 2,000,000")
	f.Check(c.Agents >= 1 && c.Agents <= agentsMax, "agents", "must be between 1 and 500")
	f.Check(c.Hours > 0 && c.Hours <= hoursMax, "hours", "must be more than 0 and at most 24")
	f.Check(c.AnswerRate >= 0 && c.AnswerRate <= 1, "answer-rate", "must be between 0 and 1")
	f.Check(c.Mode == "manual" || c.Mode == "preview" || c.Mode == "progressive", "mode", "must be manual, preview or progressive")
	f.Check(!c.Start.IsZero(), "start", "must be an RFC 3339 instant")
	return f.Err()
}

func (c Config) end() time.Time { return c.Start.Add(time.Duration(c.Hours * float64(time.Hour))) }
