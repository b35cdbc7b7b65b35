package commissions

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"saveline/internal/money"
)

// Explanation is the whole descent of one amount: what it is, by which line of which plan, for which result of which call.
type Explanation struct {
	Entry    EntryID     `json:"entryId"`
	Complete bool        `json:"complete" doc:"every step down to the call, or to the agreement of two people, is there"`
	Missing  []string    `json:"missing" nullable:"false" doc:"steps that are not"`
	Tree     ExplainNode `json:"tree"`
	Text     string      `json:"text" doc:"the same tree in plain English"`
}

// ExplainNode is one step of an explanation. What says which; Values are what its sentence tells, as text.
type ExplainNode struct {
	What     string            `json:"what" doc:"entry, per_unit, rate, slice, quota, factor, kicker, premium, split, gate, gate_unknown, rounding, rounded, scope_line_telescoped, scope_line, scope_total, part, taken_first, because, retro, fact, stretch, form, confirmation, basis, plan, hold, credit, result, outcome, call, presentation, offer, adjustment, run, line, earned_by, accrued_by, reverses, reversed_by, adjusts, adjusted_by, seal"`
	Values   map[string]string `json:"values" nullable:"false"`
	Amount   *money.Amount     `json:"amount,omitempty"`
	Ref      *ExplainRef       `json:"ref,omitempty"`
	Children []ExplainNode     `json:"children,omitempty"`
}

// ExplainRef names the thing that a step is about.
type ExplainRef struct {
	Kind string `json:"kind" doc:"entry, plan, result, outcome, call, presentation, offer, adjustment, run"`
	ID   int64  `json:"id"`
}

// sentences are the words of the text, one for each kind of step. Pages have the same in every language.
var sentences = map[string]string{
	"entry":                 "{amount}: {kind} {component} (entry {id}, {when})",
	"per_unit":              "each {result} pays {each}, {count} of them",
	"rate":                  "{rate} of the value {value} of the {result} = {exact}",
	"slice":                 "in the slice {tier}; {before} gathered before it",
	"quota":                 "of a quota of {quota}",
	"factor":                "times {factor}",
	"kicker":                "{rate} more",
	"premium":               "on {on}",
	"split":                 "{share} of the result",
	"gate":                  "gate {gate}: {metric} is {value} from {samples} values and needs {needs}; {share} of the amount",
	"gate_unknown":          "gate {gate}: {metric} is not known ({samples} values) and needs {needs}; {share} of the amount",
	"rounded":               "rounded {mode}",
	"scope_line_telescoped": "each line is the rounded sum up to it less the rounded sum before it, so that the lines add up to the rounded whole",
	"scope_line":            "each line by itself",
	"scope_total":           "the sum, cut over its lines by the largest remainders",
	"part":                  "part {part} of {whole}",
	"taken_first":           "{taken} of the advance of {accrued} was taken back before it was earned",
	"because":               "{why}",
	"retro":                 "{why}",
	"fact":                  "event {event} ({type}), told by a {source}, happened {when}, recorded {recorded}",
	"stretch":               "for the stretch from {from}, on the plan since {since}",
	"form":                  "{type} form {form}: {score}",
	"confirmation":          "confirmed by {method}: {ref}",
	"rounding":              "rounded {mode}: {exact} becomes {rounded}",
	"basis":                 "{name}: {value}",
	"plan":                  "plan {plan}@sha256:{sha256}, version {version}, line {line} ({component}); written by {author}, approved by {approver} on {when}",
	"hold":                  "on hold until {when}",
	"credit":                "credited to {agent} as {role}, {share} of it, on {when}",
	"result":                "result {id}: {result} worth {value}",
	"outcome":               "outcome {id}: {code}, concluded {when}",
	"call":                  "call {id} of campaign {campaign}, placed {when}",
	"presentation":          "presented (no. {id}) and {decision} on {when}",
	"offer":                 "offer {code} version {version}: {name}",
	"adjustment":            "agreed on by two people: {reason}, entered by {author}, decided by {approver} on {when}; evidence {evidence}",
	"run":                   "settled by run {id} (no. {seq} of {from}), {state}",
	"line":                  "entry {id}: {kind} {component}, {amount}",
	"earned_by":             "earned by entry {id}",
	"accrued_by":            "accrued by entry {id}",
	"reverses":              "takes back entry {id}: {cause}",
	"reversed_by":           "taken back by entry {id}: {cause}",
	"adjusts":               "corrects entry {id}",
	"adjusted_by":           "corrected by entry {id}",
	"seal":                  "line {position} of the chain, digest {digest}",
}

// text renders a tree, two spaces a level.
func (n ExplainNode) text(depth int, out *strings.Builder) {
	said := expand(sentences[n.What], func(name string) string {
		if name == "amount" {
			return amountText(n.Amount)
		}
		return n.Values[name]
	})
	out.WriteString(strings.Repeat("  ", depth))
	out.WriteString(strings.Join(strings.Fields(said), " "))
	out.WriteByte('\n')
	for _, c := range n.Children {
		c.text(depth+1, out)
	}
}

// expand puts values in the place of their {names}.
func expand(sentence string, value func(name string) string) string {
	var out strings.Builder
	for {
		before, rest, open := strings.Cut(sentence, "{")
		out.WriteString(before)
		name, after, closed := strings.Cut(rest, "}")
		if !open || !closed {
			return out.String()
		}
		out.WriteString(value(name))
		sentence = after
	}
}

func amountText(a *money.Amount) string {
	if a == nil {
		return ""
	}
	return a.String() + " " + a.Currency
}

func whenText(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func node(what string, ref *ExplainRef, pairs ...string) ExplainNode {
	n := ExplainNode{What: what, Ref: ref, Values: map[string]string{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		n.Values[pairs[i]] = pairs[i+1]
	}
	return n
}

func number[T ~int64 | ~int](n T) string { return fmt.Sprint(int64(n)) }

// explain turns what was read of one entry into its tree.
func (d descent) explain() Explanation {
	amount := money.Amount{Minor: d.Minor, Currency: d.Currency}
	root := node("entry", &ExplainRef{"entry", int64(d.ID)}, "kind", d.Kind, "component", d.Component, "id", number(d.ID), "key", d.Key, "when", whenText(d.EffectiveAt))
	root.Amount = &amount
	root.Children = slices.Concat(d.how(), d.plan(), d.fact(), d.work(), d.agreement(), d.relations())
	out := Explanation{Entry: d.ID, Tree: root, Missing: d.missing()}
	out.Complete = len(out.Missing) == 0
	var text strings.Builder
	root.text(0, &text)
	out.Text = text.String()
	return out
}

// work is the way down from the credit to the call.
func (d descent) work() []ExplainNode {
	if d.CreditID == 0 {
		return nil
	}
	value := money.Amount{Minor: d.ValueMinor, Currency: d.ValueCurrency}
	credit := node("credit", nil, "agent", d.Agent, "role", d.Role, "share", shareText(d.ShareBP), "when", whenText(*d.CreditedAt))
	result := node("result", &ExplainRef{"result", d.Result}, "id", number(d.Result), "result", d.ResultKind, "value", amountText(&value))
	if d.Outcome != 0 {
		outcome := node("outcome", &ExplainRef{"outcome", d.Outcome}, "id", number(d.Outcome), "code", d.OutcomeCode, "when", whenText(*d.OutcomeAt))
		if d.PlacedAt != nil {
			call := node("call", &ExplainRef{"call", d.Call}, "id", number(d.Call), "campaign", d.Campaign, "when", whenText(*d.PlacedAt))
			call.Children = d.heard()
			outcome.Children = append(outcome.Children, call)
		}
		result.Children = append(result.Children, outcome)
	}
	if d.Presentation != 0 {
		shown := node("presentation", &ExplainRef{"presentation", d.Presentation}, "id", number(d.Presentation), "decision", d.Decision, "when", d.decidedAt())
		if d.Offer != 0 {
			shown.Children = append(shown.Children, node("offer", &ExplainRef{"offer", d.Offer}, "code", d.OfferCode, "version", number(d.OfferVersion), "name", d.OfferName))
		}
		result.Children = append(result.Children, shown)
	}
	credit.Children = []ExplainNode{result}
	return []ExplainNode{credit}
}

// heard is what there is of the call itself: who confirmed how, and the forms that were filled in about it.
func (d descent) heard() []ExplainNode {
	var out []ExplainNode
	if d.ConfirmedBy != "" {
		out = append(out, node("confirmation", nil, "method", d.ConfirmedBy, "ref", d.ConfirmedRef))
	}
	for _, f := range d.forms {
		out = append(out, node("form", nil, "type", f.Type, "form", f.Form, "score", f.Score))
	}
	return out
}

// fact is the event that made the line, or the stretch of days that it pays for.
func (d descent) fact() []ExplainNode {
	switch {
	case d.Event != "":
		return []ExplainNode{node("fact", nil, "event", d.Event, "type", d.EventType, "source", d.EventSource, "when", whenText(*d.EventAt), "recorded", whenText(*d.EventHeard))}
	case d.LineKey != "" && d.LineCause == "":
		return []ExplainNode{node("stretch", nil, "from", d.LineRef, "since", cmp.Or(d.AssignedFrom, "–"))}
	}
	return nil
}

// shareText is basis points as a percentage without needless zeros.
func shareText(bp int) string { return money.Rate(int64(bp) * 100).String() }

func (d descent) plan() []ExplainNode {
	if d.VersionID == 0 {
		return nil
	}
	line := "–"
	if n := d.Line; n > 0 {
		line = number(n)
	}
	approved := "–"
	if d.ApprovedAt != nil {
		approved = whenText(*d.ApprovedAt)
	}
	return []ExplainNode{node("plan", &ExplainRef{"plan", int64(d.PlanID)}, "plan", d.Plan, "version", number(d.Version), "line", line, "component", d.Component,
		"sha256", d.SHA256, "author", d.Author, "approver", d.Approver, "when", approved)}
}

func (d descent) agreement() []ExplainNode {
	if d.AdjustmentID == 0 {
		return nil
	}
	decided := "–"
	if d.DecidedAt != nil {
		decided = whenText(*d.DecidedAt)
	}
	return []ExplainNode{node("adjustment", &ExplainRef{"adjustment", int64(d.AdjustmentID)}, "reason", d.Reason, "author", d.EnteredBy, "approver", d.DecidedBy, "when", decided, "evidence", d.Evidence)}
}

// relations are the entries and the run that this one stands with.
func (d descent) relations() []ExplainNode {
	var out []ExplainNode
	entry := func(what string, id EntryID, pairs ...string) {
		if id != 0 {
			out = append(out, node(what, &ExplainRef{"entry", int64(id)}, append([]string{"id", number(id)}, pairs...)...))
		}
	}
	if d.VestsAt != nil {
		out = append(out, node("hold", nil, "when", whenText(*d.VestsAt)))
	}
	entry("accrued_by", d.AccruedBy)
	entry("earned_by", d.EarnedBy)
	entry("reverses", d.Reverses, "cause", d.cause())
	entry("reversed_by", d.ReversedBy, "cause", d.ReversedCause)
	entry("adjusts", d.Adjusts)
	for _, id := range d.AdjustedBy {
		entry("adjusted_by", EntryID(id))
	}
	if d.Run != 0 {
		run := node("run", &ExplainRef{"run", int64(d.Run)}, "id", number(d.Run), "seq", number(d.RunSeq), "from", d.RunFrom, "state", d.RunState)
		run.Children = d.lines
		out = append(out, run)
	}
	if d.Position != 0 {
		out = append(out, node("seal", nil, "position", number(d.Position), "digest", d.Digest))
	}
	return out
}

// missing are the steps of a complete path that are not there: from the money to what happened, the line of the plan and the
// rounding. What a run posted itself stands on the lines it settled.
func (d descent) missing() []string {
	missing := []string{}
	need := func(ok bool, what string) {
		if !ok {
			missing = append(missing, what)
		}
	}
	switch {
	case d.OfRun:
		need(d.Run != 0, "run")
		need(len(d.lines) > 0, "line")
	case d.AdjustmentID != 0:
		need(d.DecidedBy != "" && d.EnteredBy != "" && d.Evidence != "", "adjustment")
		need(d.Reason != "", "reason")
	default:
		d.needPlan(need)
		d.needFact(need)
	}
	return missing
}

// needPlan: the approved text, its line, the amount by it, and how that became whole.
func (d descent) needPlan(need func(bool, string)) {
	b, ok := d.basis()
	need(d.SHA256 != "" && d.Approver != "", "plan")
	need(d.Line > 0, "plan line")
	need(ok && (b.Rate != "" && b.Value != "" || b.Amount != "" || b.Note != "" || b.Reason != ""), "amount")
	need(ok && d.isRounded(b), "rounding")
	need(d.AccruedMinor == 0 || d.AccruedMinor-d.TakenFirst == d.Minor, "taken first")
	need(d.Kind != kindReverse || d.Reverses != 0 || d.Adjusts != 0, "reverses")
}

// needFact: the call and the offer of a result of ours; the event of another system's; the days of what pays for days.
func (d descent) needFact(need func(bool, string)) {
	switch {
	case d.CreditID != 0:
		need(d.ResultKnown, "result")
		need(d.Outcome != 0, "outcome")
		need(d.PlacedAt != nil, "call")
		need(d.Presentation == 0 || d.Offer != 0, "offer")
		need(d.LineKey == "" || d.LineCause == "" || d.Event != "", "fact")
	case d.LineKey == "":
		need(false, "credit")
	case d.LineCause == "":
		need(d.AssignedFrom != "", "assignment")
	default:
		need(d.Event != "", "fact")
	}
}

// planLine is the line of the plan's text that gives the amount; 0 where none does.
func (d descent) planLine() int {
	if n := lineIn(d.Text, d.Component); n > 0 {
		return n
	}
	part, _, _ := strings.Cut(d.Component, ":")
	if key, ok := sectionOf[part]; ok {
		begins := regexp.MustCompile(`(^|[{,]\s*)` + key + `:`)
		for i, l := range strings.Split(d.Text, "\n") {
			if begins.MatchString(l) {
				return i + 1
			}
		}
	}
	return d.Line
}

// sectionOf is where in a plan lines stand that no component has.
var sectionOf = map[string]string{"cap": "caps", "floor": "floors", "draw": "draw", "guarantee": "guarantee"}

// componentBegins finds the id with which a component begins on a line.
var componentBegins = regexp.MustCompile(`\bid: *["']?([^\s"',}]+)["']?\s*(?:,|\}|$)`)

// lineIn is the line of a plan's text on which a component begins; 0 where none does.
func lineIn(text, component string) int {
	n := 0
	for l := range strings.SplitSeq(text, "\n") {
		n++
		if !strings.Contains(l, component) {
			continue
		}
		for _, m := range componentBegins.FindAllStringSubmatch(l, -1) {
			if m[1] == component {
				return n
			}
		}
	}
	return 0
}
