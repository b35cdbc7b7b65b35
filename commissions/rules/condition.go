package rules

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

// Limits of a condition. An expression without a loop takes at most one step for each of its bytes, so its length is its
// limit; counting steps makes it four times slower, so only loops are counted. The cost is CEL's own count.
const (
	conditionBytesMax = 2000
	conditionCostMax  = 10_000
)

// decimal is an exact number in a condition; money and scores are decimals. It compares with decimals and whole
// numbers only: comparing it with text does not compile.
type decimal struct{ num }

var (
	decimalType = types.NewObjectType("decimal", traits.ComparerType)
	_           = ref.Val(decimal{})
	_           = traits.Comparer(decimal{})
)

// ConvertToNative is not needed by any condition.
func (d decimal) ConvertToNative(t reflect.Type) (any, error) {
	return nil, fmt.Errorf("a decimal is no %s", t)
}

// ConvertToType gives text, or the type itself.
func (d decimal) ConvertToType(t ref.Type) ref.Val {
	switch t {
	case types.StringType:
		return types.String(d.String())
	case types.TypeType:
		return decimalType
	case decimalType:
		return d
	}
	return types.NewErr("a decimal is no %s", t.TypeName())
}

// Equal compares by value: 12.5 is 12.50.
func (d decimal) Equal(other ref.Val) ref.Val { return types.Bool(d.Compare(other) == types.IntZero) }

// Compare orders decimals and whole numbers.
func (d decimal) Compare(other ref.Val) ref.Val {
	switch o := other.(type) {
	case decimal:
		return types.Int(d.cmp(o.num))
	case types.Int:
		return types.Int(d.cmp(whole(int64(o))))
	}
	return types.NewErr("a decimal compares with decimals only")
}

// Type is decimal.
func (d decimal) Type() ref.Type { return decimalType }

// Value is the decimal itself.
func (d decimal) Value() any { return d }

// provider tells CEL the fields of our variables, so that a misspelt one does not compile.
type provider struct{ *types.Registry }

func (p provider) FindStructType(name string) (*types.Type, bool) {
	if _, ok := fieldsOf[name]; ok {
		return types.NewTypeTypeWithParam(types.NewObjectType(name)), true
	}
	return p.Registry.FindStructType(name)
}

func (p provider) FindStructFieldNames(name string) ([]string, bool) {
	if fields, ok := fieldsOf[name]; ok {
		return slices.Sorted(maps.Keys(fields)), true
	}
	return p.Registry.FindStructFieldNames(name)
}

func (p provider) FindStructFieldType(name, key string) (*types.FieldType, bool) {
	fields, ok := fieldsOf[name]
	if !ok {
		return p.Registry.FindStructFieldType(name, key)
	}
	f, ok := fields[key]
	if !ok {
		return nil, false
	}
	return &types.FieldType{
		Type:  f.celType,
		IsSet: f.isSet,
		GetFrom: func(target any) (any, error) {
			s, ok := target.(*scope)
			if !ok {
				return nil, fmt.Errorf("%s.%s of what is no %s", name, key, name)
			}
			if v := f.get(s); v != nil {
				return v, nil
			}
			return nil, fmt.Errorf("%s.%s is not known", name, key)
		},
	}, true
}

// isSet is what has() asks: empty text is not there.
func (f field) isSet(target any) bool {
	s, ok := target.(*scope)
	if !ok {
		return false
	}
	v := f.get(s)
	return v != nil && v != types.String("")
}

// conditions is the language of conditions: our variables, money, local_time, and CEL's own functions.
var conditions = func() *cel.Env {
	registry, err := types.NewRegistry()
	if err != nil {
		panic(err)
	}
	opts := []cel.EnvOption{
		cel.CustomTypeAdapter(registry), cel.CustomTypeProvider(provider{registry}), cel.DefaultUTCTimeZone(true),
		cel.ParserExpressionSizeLimit(conditionBytesMax), cel.ParserRecursionLimit(50),
		cel.Function("money",
			cel.Overload("money_string", []*cel.Type{cel.StringType}, decimalType, cel.UnaryBinding(toMoney)),
			cel.Overload("money_int", []*cel.Type{cel.IntType}, decimalType, cel.UnaryBinding(toMoney)),
			cel.Overload("money_decimal", []*cel.Type{decimalType}, decimalType, cel.UnaryBinding(toMoney))),
		cel.Function("local_time", cel.Overload("local_time_timestamp", []*cel.Type{cel.TimestampType}, cel.StringType,
			cel.UnaryBinding(func(v ref.Val) ref.Val { return types.String(v.(types.Timestamp).Format("15:04")) }))),
	}
	for name := range fieldsOf {
		opts = append(opts, cel.Variable(name, cel.ObjectType(name)))
	}
	for op, name := range map[string]string{
		operators.Less: "less", operators.LessEquals: "less_equals", operators.Greater: "greater", operators.GreaterEquals: "greater_equals",
	} {
		opts = append(opts, cel.Function(op, cel.Overload(name+"_decimal", []*cel.Type{decimalType, decimalType}, cel.BoolType),
			cel.Overload(name+"_decimal_int", []*cel.Type{decimalType, cel.IntType}, cel.BoolType)))
	}
	env, err := cel.NewCustomEnv(append(opts, cel.StdLib())...)
	if err != nil {
		panic(err)
	}
	return env
}()

func toMoney(v ref.Val) ref.Val {
	switch v := v.(type) {
	case decimal:
		return v
	case types.Int:
		return decimal{whole(int64(v))}
	case types.String:
		n, fault := parseDecimal(string(v))
		if fault != "" {
			return types.NewErr("money(%q): %s", string(v), fault)
		}
		return decimal{n}
	}
	return types.NewErr("money of what is no decimal")
}

// condition is a compiled CEL expression that is true or false.
type condition struct {
	text    string
	program cel.Program
	uses    map[string]bool // the variables it names
}

// compileCondition checks and compiles an expression. It refuses floating point anywhere, comparisons of decimals with
// text, unknown fields, and what is not true or false.
func compileCondition(text string) (*condition, error) {
	parsed, issues := conditions.Parse(text)
	if err := issues.Err(); err != nil {
		return nil, fmt.Errorf("is no condition: %w", err)
	}
	if hasDouble(parsed.NativeRep()) {
		return nil, errDouble
	}
	checked, issues := conditions.Check(parsed)
	if err := issues.Err(); err != nil {
		return nil, fmt.Errorf("is no condition: %w", err)
	}
	if checked.OutputType() != cel.BoolType {
		return nil, fmt.Errorf("must be true or false, and is %s", checked.OutputType())
	}
	uses, loops, err := inspect(checked.NativeRep())
	if err != nil {
		return nil, err
	}
	opts := []cel.ProgramOption{cel.EvalOptions(cel.OptOptimize)}
	if loops {
		opts = append(opts, cel.CostLimit(conditionCostMax))
	}
	p, err := conditions.Program(checked, opts...)
	if err != nil {
		return nil, fmt.Errorf("is no condition: %w", err)
	}
	return &condition{text: text, program: p, uses: uses}, nil
}

var errDouble = errors.New(`uses floating point, which cannot hold money exactly: write money("12.50")`)

// hasDouble finds floating-point literals before the types are checked, to say the reason rather than its consequence.
func hasDouble(tree *ast.AST) (found bool) {
	ast.PreOrderVisit(tree.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() == ast.LiteralKind {
			_, is := e.AsLiteral().(types.Double)
			found = found || is
		}
	}))
	return found
}

var looksLikeNumber = regexp.MustCompile(`^[+-]?[0-9]+([.][0-9]+)?%?$`)

// inspect walks the checked tree: no expression may be a floating-point number, and no number in quotes may be put in
// order as text.
func inspect(tree *ast.AST) (uses map[string]bool, loops bool, err error) {
	uses = map[string]bool{}
	ast.PreOrderVisit(tree.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if t, ok := tree.TypeMap()[e.ID()]; ok && mentionsDouble(t) {
			err = first(err, errDouble)
		}
		switch e.Kind() {
		case ast.ComprehensionKind:
			loops = true
		case ast.IdentKind:
			uses[e.AsIdent()] = true
		case ast.CallKind:
			err = first(err, orderOfText(e.AsCall()))
		}
	}))
	return uses, loops, err
}

func mentionsDouble(t *types.Type) bool {
	return t.Kind() == types.DoubleKind || slices.ContainsFunc(t.Parameters(), mentionsDouble)
}

func orderOfText(c ast.CallExpr) error {
	switch c.FunctionName() {
	case operators.Less, operators.LessEquals, operators.Greater, operators.GreaterEquals:
	default:
		return nil
	}
	for _, arg := range c.Args() {
		if arg.Kind() != ast.LiteralKind {
			continue
		}
		if s, ok := arg.AsLiteral().(types.String); ok && looksLikeNumber.MatchString(strings.TrimSpace(string(s))) {
			return fmt.Errorf("compares %q as text, where 9 is more than 10: write money(%q)", string(s), string(s))
		}
	}
	return nil
}

// holds evaluates the condition. An error means that something it asks for is not known.
func (c *condition) holds(s *scope) (bool, error) {
	if c == nil {
		return true, nil
	}
	out, _, err := c.program.Eval(s)
	if err != nil {
		return false, err
	}
	b, _ := out.(types.Bool)
	return bool(b), nil
}

// dependsOn reports whether the condition names any of the variables.
func (c *condition) dependsOn(names ...string) bool {
	return c != nil && slices.ContainsFunc(names, func(n string) bool { return c.uses[n] })
}
