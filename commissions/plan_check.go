package commissions

import (
	"encoding/json"

	"saveline/commissions/rules"
	"saveline/internal/errs"
	"saveline/internal/money"
)

// planTextMax is how long a plan's text may be, in bytes: what a version takes.
const planTextMax = 64 << 10

// PlanFinding is one thing that there is to say about a plan's text.
type PlanFinding struct {
	Severity rules.Severity `json:"severity" enum:"error,warning,notice" doc:"an error keeps the plan from being saved"`
	Rule     string         `json:"rule" doc:"refused, gap, overlap, unknown_key, cliff, missing_data, minimum_save, unreachable, ..."`
	Path     string         `json:"path" doc:"in the plan: components.0.amount"`
	Line     int            `json:"line"`
	Column   int            `json:"column"`
	Message  string         `json:"message" doc:"what it is and what to do"`
	Hangs    *PlanHangs     `json:"hangs,omitempty" doc:"of a cliff: what hangs on one threshold"`
}

// PlanHangs is how much pay one threshold decides.
type PlanHangs struct {
	On     string        `json:"on" doc:"the threshold"`
	Amount *money.Amount `json:"amount,omitempty" doc:"absent where it depends on what comes"`
	Share  string        `json:"share"`
}

// PlanChecked is everything that can be said of a plan before it is saved.
type PlanChecked struct {
	OK         bool            `json:"ok" doc:"it can be saved"`
	Findings   []PlanFinding   `json:"findings" nullable:"false" doc:"by line"`
	Document   json.RawMessage `json:"document,omitempty" doc:"the plan by the keys of its text, for a form; absent while the text cannot be read"`
	SHA256     string          `json:"sha256,omitempty"`
	Currency   string          `json:"currency,omitempty"`
	Results    []string        `json:"results" nullable:"false" doc:"kinds of results that it looks at"`
	Numbers    []string        `json:"numbers" nullable:"false" doc:"numbers that it looks at: qa, attendance, quota, names of metrics"`
	Fields     []string        `json:"fields" nullable:"false" doc:"fields of results that it looks at, such as offer.depth"`
	MustAccept bool            `json:"mustAccept" doc:"pay hangs on a least number of saves: nobody can approve it before acknowledgement: {minimum_save: accepted}"`
	Accepted   bool            `json:"accepted"`
	Order      []string        `json:"order" nullable:"false" doc:"the order of operations"`
}

// CheckPlan says everything about a plan's text. It reads and writes nothing.
//
// Codes: invalid (too long). What is wrong with the plan is in the answer, not an error.
func CheckPlan(text string) (PlanChecked, error) {
	if len(text) > planTextMax {
		return PlanChecked{}, errs.Newf(errs.Invalid, "a plan may have at most %d kB of text", planTextMax>>10)
	}
	c := rules.CheckText([]byte(text))
	out := PlanChecked{
		OK: !c.Blocked(), Findings: []PlanFinding{}, Document: c.Document, Order: rules.OrderOfOperations,
		Results: orNone(c.Needs.Results), Numbers: orNone(c.Needs.Numbers), Fields: orNone(c.Needs.Fields),
	}
	for _, f := range c.Findings {
		out.Findings = append(out.Findings, planFinding(f))
	}
	if c.Plan != nil {
		hangs, accepted := c.Plan.MinimumSave()
		out.SHA256, out.Currency, out.MustAccept, out.Accepted = c.Plan.SHA, c.Plan.Currency, hangs, hangs && accepted
	}
	return out, nil
}

func orNone(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func planFinding(f rules.Finding) PlanFinding {
	out := PlanFinding{Severity: f.Severity, Rule: f.Rule, Path: f.Path, Line: f.Line, Column: f.Column, Message: f.Message}
	if f.Hangs != nil {
		out.Hangs = &PlanHangs{On: f.Hangs.On, Share: f.Hangs.Share}
		if f.Hangs.Amount.Minor != 0 {
			amount := f.Hangs.Amount
			out.Hangs.Amount = &amount
		}
	}
	return out
}

// PlanTry is a plan's text with a small month to be paid by it.
type PlanTry struct {
	Text    string       `json:"text" maxLength:"65536"`
	Day     rules.Date   `json:"day" doc:"any day of the period" example:"2026-11-02"`
	Results []PlanSome   `json:"results" maxItems:"20" nullable:"false"`
	Numbers []PlanNumber `json:"numbers" maxItems:"20" nullable:"false"`
}

// PlanSome is some results that are alike.
type PlanSome struct {
	Kind           string `json:"kind" enum:"save,sale,upsell,appointment"`
	Count          int    `json:"count" minimum:"0" maximum:"200"`
	Value          string `json:"value,omitempty" maxLength:"20" doc:"decimal, in the plan's currency"`
	Campaign       string `json:"campaign,omitempty" maxLength:"40" doc:"of the offer"`
	Depth          string `json:"depth,omitempty" maxLength:"20" doc:"of the offer"`
	At             string `json:"at,omitempty" maxLength:"5" doc:"time of day by the plan's clock" example:"22:30"`
	CancelledAfter int    `json:"cancelledAfter,omitempty" minimum:"0" maximum:"400" doc:"days until the customer cancels; 0 stays"`
}

// PlanNumber is a number that the plan looks at.
type PlanNumber struct {
	Name    string `json:"name" maxLength:"80"`
	Value   string `json:"value" maxLength:"20" doc:"decimal"`
	Samples int    `json:"samples,omitempty" minimum:"0" maximum:"200" doc:"how many values it is the mean of"`
}

// PlanTried is what the example comes to.
type PlanTried struct {
	Period    string         `json:"period"`
	Total     money.Amount   `json:"total" doc:"of the period"`
	Later     money.Amount   `json:"later" doc:"of periods after it: parts that are paid or taken back later"`
	Lines     []PlanTryLine  `json:"lines" nullable:"false"`
	Held      []PlanTryLine  `json:"held" nullable:"false" doc:"what a gate holds until its number comes"`
	Gaps      []string       `json:"gaps" nullable:"false" doc:"what cannot be computed, and why"`
	AloneWins bool           `json:"aloneWins" doc:"there is a contest, and the example has one agent"`
	AllPass   bool           `json:"allPass" doc:"parts wait for verifications; the example passes all"`
	Sentences []PlanSentence `json:"sentences" nullable:"false" doc:"the plan in words"`
}

// PlanTryLine sums lines that came about alike.
type PlanTryLine struct {
	Component string         `json:"component"`
	Slice     string         `json:"slice,omitempty" doc:"tier, tranche or part"`
	Kind      rules.LineKind `json:"kind"`
	Period    string         `json:"period"`
	Count     int            `json:"count"`
	Amount    money.Amount   `json:"amount"`
	Why       PlanWhy        `json:"why" doc:"of the last of them"`
}

// PlanWhy is a step of how a line came about, with the steps it comes from.
type PlanWhy struct {
	What string    `json:"what"`
	Is   string    `json:"is,omitempty"`
	From []PlanWhy `json:"from,omitempty"`
}

// TryPlan pays a small month by a plan's text, as the books would. It reads and writes nothing.
//
// Codes: invalid (the plan or the example, each fault by its path).
func TryPlan(in PlanTry, language string) (PlanTried, error) {
	if len(in.Text) > planTextMax {
		return PlanTried{}, errs.Newf(errs.Invalid, "a plan may have at most %d kB of text", planTextMax>>10)
	}
	p, err := rules.ParsePlan([]byte(in.Text))
	if err != nil {
		return PlanTried{}, err
	}
	pay, err := rules.RunExample(p, in.example())
	if err != nil {
		return PlanTried{}, err
	}
	out := PlanTried{
		Period: pay.Period, Total: pay.Total, Later: pay.Later, Lines: tryLines(pay.Lines), Held: tryLines(pay.Held), Gaps: []string{},
		AloneWins: pay.AloneWins, AllPass: pay.Unverified,
	}
	for _, g := range pay.Gaps {
		out.Gaps = append(out.Gaps, g.Component+": "+g.Why)
	}
	out.Gaps = compacted(out.Gaps)
	out.Sentences, err = planInWords(p, language)
	return out, err
}

func (in PlanTry) example() rules.PlanExample {
	x := rules.PlanExample{Day: in.Day}
	for _, r := range in.Results {
		x.Results = append(x.Results, rules.ExampleResult{
			Kind: r.Kind, Count: r.Count, Value: r.Value, Campaign: r.Campaign, Depth: r.Depth, At: r.At, CancelledAfter: r.CancelledAfter,
		})
	}
	for _, n := range in.Numbers {
		x.Numbers = append(x.Numbers, rules.ExampleNumber{Name: n.Name, Value: n.Value, Samples: n.Samples})
	}
	return x
}

func tryLines(lines []rules.ExampleLine) []PlanTryLine {
	out := []PlanTryLine{}
	for _, l := range lines {
		out = append(out, PlanTryLine{Component: l.Component, Slice: l.Slice, Kind: l.Kind, Period: l.Period, Count: l.Count, Amount: l.Amount, Why: planWhy(l.Why)})
	}
	return out
}

func planWhy(w rules.Why) PlanWhy {
	out := PlanWhy{What: w.What, Is: w.Is}
	for _, from := range w.From {
		out.From = append(out.From, planWhy(from))
	}
	return out
}
