package eligibility

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"saveline/internal/errs"
	"saveline/internal/money"
)

const (
	conditionCharsMax = 2000
	nestingMax        = 24     // of brackets and operators
	costMax           = 20_000 // CEL's units, for one clause on one customer: far beyond any sensible condition
)

// Compiler reads conditions. It is safe for concurrent use and meant to live as long as the process.
type Compiler struct{ env *cel.Env }

// NewCompiler declares the facts to CEL; it panics on a declaration that contradicts itself, which is a broken build.
func NewCompiler() *Compiler {
	opts := append(variables(), moneyFunctions()...)
	opts = append(opts, cel.EnableMacroCallTracking(), cel.ParserExpressionSizeLimit(conditionCharsMax), cel.ParserRecursionLimit(nestingMax))
	env, err := cel.NewEnv(opts...)
	if err != nil {
		panic("eligibility: the facts cannot be declared: " + err.Error())
	}
	return &Compiler{env: env}
}

// Condition is a compiled condition. It never changes and is safe for concurrent use: keep it, by its text.
type Condition struct {
	Text    string
	clauses []clause
}

// Compile reads a condition: `subscription.mrr >= money("25.00") && customer.tenure_months > 6`. The empty one is true
// for everybody. Its parts that are joined by && are its clauses, which are answered and explained one by one.
//
// Codes: invalid, one field for each fault, its path "condition", its message with line and column.
func (c *Compiler) Compile(text string) (*Condition, error) {
	if strings.TrimSpace(text) == "" {
		return &Condition{}, nil
	}
	parsed, issues := c.env.Parse(text)
	if issues.Err() != nil {
		return nil, faults(text, issues)
	}
	checked, issues := c.env.Check(parsed)
	if issues.Err() != nil {
		return nil, faults(text, issues)
	}
	if err := c.admit(checked); err != nil {
		return nil, err
	}
	parts, err := c.split(parsed)
	if err != nil {
		return nil, err
	}
	return &Condition{Text: text, clauses: parts}, nil
}

// admit refuses what the type checker lets through: answers that are not yes or no, floats, and amounts that are none.
func (c *Compiler) admit(checked *cel.Ast) error {
	if out := checked.OutputType(); !out.IsExactType(cel.BoolType) {
		return fault("a condition must be true or false, and this is a %s", typeName(out.String()))
	}
	native := checked.NativeRep()
	for _, t := range native.TypeMap() {
		if t.Kind() == types.DoubleKind {
			return fault(noDecimals)
		}
	}
	var err error
	ast.PostOrderVisit(native.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() == ast.CallKind && e.AsCall().FunctionName() == "money" && err == nil {
			err = amountFault(e.AsCall().Args())
		}
	}))
	return err
}

const noDecimals = `write numbers without decimals, and money as money("25.00")`

func amountFault(args []ast.Expr) error {
	text, ok := literal(args[0]).(types.String)
	if !ok {
		return fault(`write an amount out, like money("25.00")`)
	}
	if _, err := money.Parse(string(text), anyCurrency); err != nil {
		return fault(`money(%q) is no amount: write it like money("25.00")`, string(text))
	}
	return nil
}

// literal is the value of a constant, nil for anything else.
func literal(e ast.Expr) ref.Val {
	if e.Kind() != ast.LiteralKind {
		return nil
	}
	return e.AsLiteral()
}

// split makes a program of each part that is joined to the others by &&.
func (c *Compiler) split(parsed *cel.Ast) (out []clause, err error) {
	for _, e := range conjuncts(parsed.NativeRep().Expr()) {
		part, err := c.clause(e, parsed.NativeRep().SourceInfo())
		if err != nil {
			return nil, err
		}
		out = append(out, part)
	}
	return out, nil
}

func conjuncts(e ast.Expr) (out []ast.Expr) {
	if e.Kind() != ast.CallKind || e.AsCall().FunctionName() != operators.LogicalAnd {
		return []ast.Expr{e}
	}
	for _, arg := range e.AsCall().Args() {
		out = append(out, conjuncts(arg)...)
	}
	return out
}

func fault(format string, args ...any) error {
	message := fmt.Sprintf(format, args...)
	e := errs.Newf(errs.Invalid, "the condition cannot be used: %s", message)
	e.Fields = []errs.Field{{Path: "condition", Message: message}}
	return e
}

// faults turns what CEL says into sentences somebody who writes conditions can act on.
func faults(text string, issues *cel.Issues) error {
	var fields []errs.Field
	for _, is := range issues.Errors() {
		f := errs.Field{Path: "condition", Message: position(text, is.Location) + sentence(is.Message)}
		if !slices.Contains(fields, f) {
			fields = append(fields, f)
		}
	}
	e := errs.Newf(errs.Invalid, "the condition cannot be used: %s", fields[0].Message)
	e.Fields = fields
	return e
}

func position(text string, at common.Location) string {
	switch {
	case at == nil || at.Line() < 1:
		return ""
	case strings.Contains(text, "\n"):
		return fmt.Sprintf("line %d, column %d: ", at.Line(), at.Column()+1)
	}
	return fmt.Sprintf("column %d: ", at.Column()+1)
}

var (
	undeclared = regexp.MustCompile(`^undeclared reference to '([^']*)'`)
	undefined  = regexp.MustCompile(`^undefined field '([^']*)'`)
	mismatch   = regexp.MustCompile(`^found no matching overload for '([^']*)' applied to '([^']*)'`)
	symbol     = regexp.MustCompile(`^_(\W+)_$`)
)

func sentence(message string) string {
	if m := undeclared.FindStringSubmatch(message); m != nil {
		return fmt.Sprintf("there is no fact or function %q; did you mean %s?", m[1], nearest(m[1]))
	}
	if m := undefined.FindStringSubmatch(message); m != nil {
		return fmt.Sprintf("there is no fact %q; did you mean %s?", m[1], nearest(m[1]))
	}
	if m := mismatch.FindStringSubmatch(message); m != nil {
		return mismatched(m[1], strings.Trim(m[2], "()"))
	}
	return "this cannot be read: " + strings.TrimPrefix(message, "Syntax error: ")
}

func mismatched(function, args string) string {
	op := function
	if m := symbol.FindStringSubmatch(function); m != nil {
		op = m[1]
	}
	names := strings.Split(args, ", ")
	for i, n := range names {
		names[i] = typeName(n)
	}
	hint := ""
	switch {
	case slices.Contains(names, Money):
		hint = `; write amounts as money("25.00")`
	case slices.Contains(names, "double"):
		hint = "; " + noDecimals
	}
	return fmt.Sprintf("%s cannot be used with %s%s", op, strings.Join(names, " and "), hint)
}

func typeName(of string) string {
	for name, t := range celTypes {
		if t.String() == of {
			return name
		}
	}
	return of
}
