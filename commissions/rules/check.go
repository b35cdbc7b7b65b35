package rules

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// PlanCheck is everything that can be said of a plan's text before anybody saves it.
type PlanCheck struct {
	Plan     *PayPlan // nil while something is refused
	Findings []Finding
	Document []byte // the plan as JSON by the keys of the text; nil while the text cannot be read
	Needs    PlanNeeds
}

// PlanNeeds is what a plan looks at: what an example has to say.
type PlanNeeds struct {
	Results []string // save, sale, upsell, appointment
	Numbers []string // qa, attendance, quota, names of metrics
	Fields  []string // offer.depth and the like, which conditions and factors name
}

// CheckText reads a plan and says all: what is refused or unwise, each with its line and column; the plan as a document,
// also while something in it is refused, so that a form can show it; and what it looks at.
func CheckText(text []byte) PlanCheck {
	out := PlanCheck{Findings: LintText(text)}
	root, place := place(text)
	for i := range out.Findings {
		f := &out.Findings[i]
		if line := lineIn(f.Message); f.Line == 0 && line > 0 {
			f.Line = line
		}
		f.Line, f.Column = place(f.Path, f.Line)
	}
	slices.SortStableFunc(out.Findings, func(a, b Finding) int { return a.Line - b.Line })
	if root == nil {
		return out
	}
	if _, err := readPlanDoc(text); err == nil {
		out.Document = appendJSON(nil, root)
	}
	if p, err := ParsePlan(text); err == nil {
		out.Plan, out.Needs = p, p.needs()
	}
	return out
}

// Blocked reports whether a finding keeps the plan from being used.
func (c PlanCheck) Blocked() bool {
	return c.Plan == nil || slices.ContainsFunc(c.Findings, func(f Finding) bool { return f.Severity == SeverityError })
}

// MinimumSave reports whether pay hangs on a least number of saves, and whether the author has said in the plan that the
// legal warning was read.
func (p *PayPlan) MinimumSave() (hangs, accepted bool) {
	for _, g := range p.gates {
		hangs = hangs || g.measure.m.incremental() && g.measure.m.aboutSaves()
	}
	return hangs, p.doc.Acknowledgement != nil && p.doc.Acknowledgement.MinimumSave == "accepted"
}

// SignedCopy reports whether the plan wants the agent's signature whatever the law of the place says.
func (p *PayPlan) SignedCopy() bool {
	return p.doc.Acknowledgement != nil && p.doc.Acknowledgement.SignedCopy == "required"
}

var lineWord = regexp.MustCompile(`\(?\bline ([0-9]{1,6})\b`)

func lineIn(message string) int {
	m := lineWord.FindStringSubmatch(message)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

// place reads the text's tree and gives what finds a path in it: the line and column of the deepest key that is there, or
// of a line that is known already the first character.
func place(text []byte) (*yaml.Node, func(path string, line int) (int, int)) {
	var doc yaml.Node
	lines := bytes.Split(text, []byte("\n"))
	first := func(line int) (int, int) {
		if line < 1 || line > len(lines) {
			return max(line, 1), 1
		}
		at := lines[line-1]
		return line, 1 + len(at) - len(bytes.TrimLeft(at, " \t-"))
	}
	if len(text) > planBytesMax || yaml.Unmarshal(text, &doc) != nil || len(doc.Content) != 1 {
		return nil, func(_ string, line int) (int, int) { return first(line) }
	}
	return doc.Content[0], func(path string, line int) (int, int) {
		n := deepest(doc.Content[0], strings.Split(path, "."))
		if line > 0 && n.Line != line {
			return first(line)
		}
		return n.Line, n.Column
	}
}

// deepest follows a path as far as it leads.
func deepest(n *yaml.Node, path []string) *yaml.Node {
	at := n
	for _, part := range path {
		next := (*yaml.Node)(nil)
		switch n.Kind {
		case yaml.MappingNode:
			for i := 0; i+1 < len(n.Content); i += 2 {
				if n.Content[i].Value == part {
					at, next = n.Content[i], n.Content[i+1]
				}
			}
		case yaml.SequenceNode:
			if i, err := strconv.Atoi(part); err == nil && i >= 0 && i < len(n.Content) {
				at, next = n.Content[i], n.Content[i]
			}
		}
		if next == nil {
			return at
		}
		n = next
	}
	return at
}

// appendJSON writes a node as JSON with its keys in their order. Text stays text: it is what has been read without faults.
func appendJSON(b []byte, n *yaml.Node) []byte {
	switch n.Kind {
	case yaml.MappingNode:
		b = append(b, '{')
		for i := 0; i+1 < len(n.Content); i += 2 {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendText(b, n.Content[i].Value), ':')
			b = appendJSON(b, n.Content[i+1])
		}
		return append(b, '}')
	case yaml.SequenceNode:
		b = append(b, '[')
		for i, item := range n.Content {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendJSON(b, item)
		}
		return append(b, ']')
	}
	switch {
	case n.Tag == "!!bool":
		return strconv.AppendBool(b, strings.EqualFold(n.Value, "true"))
	case n.Tag == "!!int" && wholeNumber.MatchString(n.Value):
		i, _ := strconv.ParseInt(n.Value, 10, 64)
		return strconv.AppendInt(b, i, 10)
	}
	return appendText(b, n.Value)
}

func appendText(b []byte, s string) []byte {
	raw, _ := json.Marshal(s) // text cannot fail
	return append(b, raw...)
}

// resultKinds are the results that there are.
var resultKinds = []string{"save", "sale", "upsell", "appointment"}

// exampleFields are what an example can say of a result beside its type and value.
var exampleFields = []string{"offer.campaign", "offer.depth", "offer.family", "call.start", "outcome.confirmed_days", "outcome.product"}

func (p *PayPlan) needs() PlanNeeds {
	var out PlanNeeds
	conditions := strings.Join(p.conditionTexts(), "\n")
	outcomes := slices.ContainsFunc(p.measures, func(m *measure) bool { return m.seesType(EventOutcome) })
	for _, t := range resultKinds {
		if strings.Contains(conditions, `"`+t+`"`) || strings.Contains(conditions, "'"+t+"'") {
			out.Results = append(out.Results, t)
		}
	}
	if out.Results == nil && outcomes {
		out.Results = resultKinds
	}
	for _, f := range exampleFields {
		if strings.Contains(conditions, f) {
			out.Fields = append(out.Fields, f)
		}
	}
	for _, m := range p.measures {
		if name := m.outside(); name != "" && !slices.Contains(out.Numbers, name) {
			out.Numbers = append(out.Numbers, name)
		}
	}
	if p.quota != nil && !p.quota.amount.set {
		out.Numbers = append(out.Numbers, numberQuota)
	}
	return out
}

// numberQuota is the name under which an example says the quota of a plan that has none of its own.
const numberQuota = "quota"

// outside is the number that somebody has to give for a measure: qa, survey, or of metrics their names.
func (m *measure) outside() string {
	switch {
	case m.fold == foldMetric && strings.HasPrefix(m.metric, "qa"):
		return "qa"
	case m.fold == foldMetric && strings.HasPrefix(m.metric, "survey"):
		return "survey"
	case m.fold == foldMetric:
		return m.metric
	case m.path.root == "qa" || m.path.root == "survey":
		return m.path.root
	}
	return ""
}

// conditionTexts are the conditions of a plan and the fields that its tables look at.
func (p *PayPlan) conditionTexts() []string {
	var out []string
	add := func(c *condition) {
		if c != nil {
			out = append(out, c.text)
		}
	}
	for _, m := range p.measures {
		add(m.when)
	}
	for _, k := range p.components {
		add(k.when)
		for _, r := range k.rules {
			add(r.when)
		}
		if k.kicker != nil {
			add(k.kicker.when)
		}
		if k.factor != nil {
			out = append(out, k.factor.by.text)
		}
	}
	return out
}
