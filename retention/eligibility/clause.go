package eligibility

import (
	"fmt"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/parser"
)

// clause is one part of a condition.
type clause struct {
	text    string // as it was written, evenly spaced
	want    string // in words, what it asks for; "" if it is too involved for words
	fact    string // the one fact it asks about; "" if there are several
	program cel.Program
}

// Failed is a clause that did not hold.
type Failed struct {
	Clause   string `json:"clause"`
	Sentence string `json:"sentence"` // what was asked for, and what is
	Fact     string `json:"fact,omitempty"`
	Is       string `json:"is,omitempty"` // the fact's value
}

// clause compiles one part. Its text is read again by itself, so that its program knows nothing of the others.
func (c *Compiler) clause(e ast.Expr, info *ast.SourceInfo) (clause, error) {
	text, err := parser.Unparse(e, info)
	if err != nil {
		return clause{}, fault("it cannot be split into its parts: %v", err)
	}
	compiled, issues := c.env.Compile(text)
	if issues.Err() != nil {
		return clause{}, faults(text, issues)
	}
	program, err := c.env.Program(compiled, cel.CostLimit(costMax))
	if err != nil {
		return clause{}, fault("it cannot be carried out: %v", err)
	}
	fact, want := words(compiled.NativeRep().Expr())
	return clause{text: text, want: want, fact: fact, program: program}, nil
}

// Holds answers a condition for one subject: the clauses that do not hold, none if it is true. A clause that cannot be
// answered does not hold.
func (c *Condition) Holds(s Subject) []Failed { return c.failed(values(s)) }

func (c *Condition) failed(facts map[string]any) (out []Failed) {
	for _, part := range c.clauses {
		answer, _, err := part.program.Eval(facts)
		if err == nil && answer == types.True {
			continue
		}
		f := Failed{Clause: part.text, Fact: part.fact}
		if part.fact != "" {
			f.Is = say(facts[part.fact])
		}
		switch {
		case err != nil:
			f.Sentence = fmt.Sprintf("%s could not be answered: %v", part.text, err)
		case part.want == "":
			f.Sentence = "this does not hold: " + part.text
		default:
			f.Sentence = fmt.Sprintf("%s; it is %s", part.want, f.Is)
		}
		out = append(out, f)
	}
	return out
}

var comparisons = map[string]string{
	operators.Equals: "must be", operators.NotEquals: "must not be", operators.Less: "must be below",
	operators.LessEquals: "must be at most", operators.Greater: "must be above", operators.GreaterEquals: "must be at least",
	operators.In: "must be one of",
}

// words says what a clause asks for where it compares one fact with something written out.
func words(e ast.Expr) (fact, want string) {
	if f, ok := factOf(e); ok {
		return f.Name, f.Doc + " must be yes"
	}
	if e.Kind() != ast.CallKind {
		return "", ""
	}
	call := e.AsCall()
	args := call.Args()
	if call.FunctionName() == operators.LogicalNot {
		if f, ok := factOf(args[0]); ok {
			return f.Name, f.Doc + " must be no"
		}
	}
	how, known := comparisons[call.FunctionName()]
	if !known {
		return "", ""
	}
	f, ok := factOf(args[0])
	with, constant := constantOf(args[1])
	if !ok || !constant {
		return "", ""
	}
	return f.Name, fmt.Sprintf("%s %s %s", f.Doc, how, with)
}

func factOf(e ast.Expr) (Fact, bool) {
	if e.Kind() != ast.IdentKind {
		return Fact{}, false
	}
	return factNamed(e.AsIdent())
}

// constantOf is what is written out: a number, a text, yes or no, an amount, or a list of them.
func constantOf(e ast.Expr) (string, bool) {
	switch e.Kind() {
	case ast.LiteralKind:
		return say(e.AsLiteral().Value()), true
	case ast.CallKind:
		if e.AsCall().FunctionName() == "money" {
			return constantOf(e.AsCall().Args()[0])
		}
	case ast.ListKind:
		var parts []string
		for _, el := range e.AsList().Elements() {
			s, ok := constantOf(el)
			if !ok {
				return "", false
			}
			parts = append(parts, s)
		}
		return strings.Join(parts, ", "), true
	}
	return "", false
}

func say(v any) string {
	switch x := v.(type) {
	case bool:
		if x {
			return "yes"
		}
		return "no"
	case string:
		if x == "" {
			return "not known"
		}
		return x
	case []string:
		return strings.Join(x, ", ")
	}
	return fmt.Sprint(v)
}
