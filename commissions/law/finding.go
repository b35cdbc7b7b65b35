package law

import "strings"

// Severity is what a finding asks for.
type Severity string

// The severities.
const (
	Block   Severity = "block"         // somebody other than the calculator has to answer for it before the approval
	Warn    Severity = "warn"          // something is due or risky
	Advice  Severity = "advice"        // good to know
	Missing Severity = "missing_facts" // could not be checked
)

// Finding is what a rule says of a run or of one person in it.
type Finding struct {
	Rule         string   `json:"rule" example:"L9"`
	Version      Date     `json:"version" doc:"since when the rule's row is in force"`
	Jurisdiction string   `json:"jurisdiction"`
	Severity     Severity `json:"severity" enum:"block,warn,advice,missing_facts"`
	Person       string   `json:"person,omitempty" doc:"employee number; blank is the whole run"`
	Sentence     string   `json:"sentence"`
	Numbers      []Number `json:"numbers" nullable:"false" doc:"what it was worked out from"`
	Source       string   `json:"source"`
}

// Number is one figure that a finding has used.
type Number struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Outcome is what became of a rule.
type Outcome string

// The outcomes.
const (
	Held        Outcome = "held"           // looked at, nothing found
	Found       Outcome = "found"          // see the findings
	Incomplete  Outcome = "missing_facts"  // could not be looked at in full
	NotRelevant Outcome = "not_applicable" // nobody of this jurisdiction is in the run
)

// Verdict is what became of one rule: there is one for each row in force, so that nothing is passed over in silence.
type Verdict struct {
	Rule    string  `json:"rule"`
	Title   string  `json:"title"`
	Version Date    `json:"version"`
	Source  string  `json:"source"`
	Outcome Outcome `json:"outcome" enum:"held,found,missing_facts,not_applicable"`
	People  int     `json:"people" doc:"whom it was looked at for"`
}

// Report is what the law says of a run.
type Report struct {
	Findings []Finding `json:"findings" nullable:"false"`
	Verdicts []Verdict `json:"verdicts" nullable:"false"`
}

// Blocking are the findings that somebody has to answer for.
func (r Report) Blocking() (out []Finding) {
	for _, f := range r.Findings {
		if f.Severity == Block {
			out = append(out, f)
		}
	}
	return out
}

// inquiry is one rule at work on the facts.
type inquiry struct {
	rule     Rule
	facts    Facts
	people   []Person // whom the rule covers
	findings []Finding
}

// find notes a finding; numbers are name, value, name, value.
func (q *inquiry) find(s Severity, p Person, sentence string, numbers ...string) {
	f := Finding{
		Rule: q.rule.ID, Version: q.rule.From, Jurisdiction: q.rule.Jurisdiction, Severity: s, Person: p.ID,
		Sentence: strings.TrimSpace(p.Name + " " + sentence), Source: q.rule.Source, Numbers: []Number{},
	}
	for i := 0; i+1 < len(numbers); i += 2 {
		f.Numbers = append(f.Numbers, Number{numbers[i], numbers[i+1]})
	}
	q.findings = append(q.findings, f)
}

// outcome is the verdict's word for what was found.
func (q *inquiry) outcome() Outcome {
	out := Held
	if len(q.people) == 0 && q.rule.Jurisdiction != "*" {
		out = NotRelevant
	}
	for _, f := range q.findings {
		switch {
		case f.Severity == Missing && out != Found:
			out = Incomplete
		case f.Severity != Missing:
			out = Found
		}
	}
	return out
}

// Check looks at every rule in force on the last day of the facts.
func Check(in Facts) Report {
	out := Report{Findings: []Finding{}, Verdicts: []Verdict{}}
	for _, p := range in.People {
		if p.Jurisdiction == "" {
			out.Findings = append(out.Findings, Finding{
				Rule: "facts", Severity: Missing, Person: p.ID, Numbers: []Number{}, Source: "-", Jurisdiction: "*",
				Sentence: p.Name + " works in no place that we know of: no law of a country or a state was checked. Set the jurisdiction on the assignment",
			})
		}
	}
	for _, r := range InForce(in.Period.Last()) {
		q := &inquiry{rule: r, facts: in}
		for _, p := range in.People {
			if p.Jurisdiction != "" && r.Covers(p.Jurisdiction) || r.Jurisdiction == "*" {
				q.people = append(q.people, p)
			}
		}
		r.check(q)
		out.Findings = append(out.Findings, q.findings...)
		out.Verdicts = append(out.Verdicts, Verdict{Rule: r.ID, Title: r.Title, Version: r.From, Source: r.Source, Outcome: q.outcome(), People: len(q.people)})
	}
	return out
}
