package eligibility

import (
	"fmt"
	"reflect"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"

	"saveline/internal/money"
)

// moneyType is money in a condition. It can be compared with money and with nothing else.
var moneyType = cel.OpaqueType("money")

// value is an amount in a condition: of a fact, with its currency, or written there as money("25.00"), which is in the
// currency of whatever it is compared with.
type value struct {
	amount  money.Amount
	written string
}

var (
	_ ref.Val         = value{}
	_ traits.Comparer = value{}
)

// anyCurrency has four decimals, as many as any currency: two written amounts are compared in it.
const anyCurrency = "CLF"

// in is the amount in a currency.
func (v value) in(currency string) (money.Amount, error) {
	if v.written != "" {
		return money.Parse(v.written, currency)
	}
	if v.amount.Currency != currency {
		return money.Amount{}, fmt.Errorf("%s is not in %s", v, currency)
	}
	return v.amount, nil
}

// Compare is -1, 0 or 1, or an error if the two cannot be in one currency.
func (v value) Compare(other ref.Val) ref.Val {
	w, ok := other.(value)
	if !ok {
		return types.MaybeNoSuchOverloadErr(other)
	}
	currency := anyCurrency
	for _, x := range []value{w, v} {
		if x.written == "" {
			currency = x.amount.Currency
		}
	}
	a, err := v.in(currency)
	if err != nil {
		return types.WrapErr(err)
	}
	b, err := w.in(currency)
	if err != nil {
		return types.WrapErr(err)
	}
	switch {
	case a.Minor < b.Minor:
		return types.IntNegOne
	case a.Minor > b.Minor:
		return types.IntOne
	}
	return types.IntZero
}

// Equal is Compare's zero.
func (v value) Equal(other ref.Val) ref.Val {
	if _, ok := other.(value); !ok {
		return types.False
	}
	c := v.Compare(other)
	if types.IsError(c) {
		return c
	}
	return types.Bool(c == types.IntZero)
}

// Type is moneyType with what it can do.
func (v value) Type() ref.Type { return types.NewObjectType("money", traits.ComparerType) }

// Value is the value itself: nothing outside of this package reads it.
func (v value) Value() any { return v }

// ConvertToNative is not supported: a condition answers yes or no.
func (v value) ConvertToNative(to reflect.Type) (any, error) {
	return nil, fmt.Errorf("money is not converted to %v", to)
}

// ConvertToType knows money itself only.
func (v value) ConvertToType(to ref.Type) ref.Val {
	if to.TypeName() == moneyType.TypeName() {
		return v
	}
	return types.NewErr("money is not converted to %s", to.TypeName())
}

// String is "12.50 USD", or what was written.
func (v value) String() string {
	if v.written != "" {
		return v.written
	}
	return strings.TrimSpace(v.amount.String() + " " + v.amount.Currency)
}

// moneyFunctions declares money("25.00") and the four comparisons; equality CEL has for everything.
func moneyFunctions() []cel.EnvOption {
	out := []cel.EnvOption{cel.Function("money",
		cel.Overload("money_of_text", []*cel.Type{cel.StringType}, moneyType, cel.UnaryBinding(written)))}
	for op, name := range map[string]string{
		operators.Less: "less_money", operators.LessEquals: "less_equals_money",
		operators.Greater: "greater_money", operators.GreaterEquals: "greater_equals_money",
	} {
		out = append(out, cel.Function(op, cel.Overload(name, []*cel.Type{moneyType, moneyType}, cel.BoolType)))
	}
	return out
}

func written(arg ref.Val) ref.Val {
	text, ok := arg.(types.String)
	if !ok {
		return types.MaybeNoSuchOverloadErr(arg)
	}
	if _, err := money.Parse(string(text), anyCurrency); err != nil {
		return types.NewErr("%q is no amount: write it like money(\"25.00\")", string(text))
	}
	return value{written: string(text)}
}
