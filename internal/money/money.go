// Package money decides how amounts are held, added, multiplied, split, rounded and written.
//
// An amount is a whole number of minor units (cents, won), a rate is a whole number of millionths, a product is taken
// with 128 bits and rounded once, by Round. There is no floating point anywhere.
package money

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"saveline/internal/errs"
)

// MinorMax is the largest amount, either sign, that Parse, Add and Sub accept: ten trillion dollars. Under it
// an amount times any Rate fits 64 bits, so Mul needs no error.
const MinorMax = 1_000_000_000_000_000

// Amount is money of one currency. The zero Amount is nothing in no currency and may be added to any other.
type Amount struct {
	Minor    int64  // minor units: 1250 is 12.50 USD, or 1250 KRW
	Currency string // ISO 4217, "USD"
}

// Parse reads a decimal string as an amount: Parse("12.50", "USD"). It takes a sign, digits and a point; no thousands
// separators, no exponent, and no more decimals than the currency has.
//
// Codes: invalid (not a decimal, an unknown currency, too many decimals, or past MinorMax).
func Parse(dec, currency string) (Amount, error) {
	exp, err := Exponent(currency)
	if err != nil {
		return Amount{}, err
	}
	minor, fault := parseFixed(dec, exp)
	if fault != "" {
		return Amount{}, errs.Newf(errs.Invalid, "%q is not an amount in %s: %s", dec, currency, fault)
	}
	if minor > MinorMax || minor < -MinorMax {
		return Amount{}, errs.Newf(errs.Invalid, "%q is more money than this system keeps", dec)
	}
	return Amount{Minor: minor, Currency: currency}, nil
}

// parseFixed reads dec as a whole number of 10^-places. fault is "" or why it is not one.
func parseFixed(dec string, places int) (n int64, fault string) {
	const digitsMax = 18 // fits int64 whatever they are
	body, negative := strings.CutPrefix(dec, "-")
	if !negative {
		body = strings.TrimPrefix(dec, "+")
	}
	whole, frac, point := strings.Cut(body, ".")
	switch {
	case whole == "" || point && frac == "":
		return 0, `write it as digits, like "12" or "12.50"`
	case len(frac) > places:
		return 0, fmt.Sprintf("it may have at most %d decimals", places)
	case len(whole)+places > digitsMax:
		return 0, "it has too many digits"
	}
	for _, c := range []byte(whole + frac + strings.Repeat("0", places-len(frac))) {
		if c < '0' || c > '9' {
			return 0, `write it as digits, like "12" or "12.50"`
		}
		n = n*10 + int64(c-'0')
	}
	if negative {
		n = -n
	}
	return n, ""
}

// String is the amount as a decimal with all of its currency's decimals and without the currency: "12.50", "1250".
func (a Amount) String() string { return formatFixed(a.Minor, decimals(a.Currency)) }

func formatFixed(n int64, places int) string {
	if places == 0 {
		return strconv.FormatInt(n, 10)
	}
	sign, u := "", uint64(n)
	if n < 0 {
		sign, u = "-", -u
	}
	digits := fmt.Sprintf("%0*d", places+1, u)
	return sign + digits[:len(digits)-places] + "." + digits[len(digits)-places:]
}

// Add is a + b.
//
// Codes: invalid (different currencies, or a sum past MinorMax).
func (a Amount) Add(b Amount) (Amount, error) {
	switch {
	case a == Amount{}:
		return b, nil
	case b == Amount{}:
		return a, nil
	case a.Currency != b.Currency:
		return Amount{}, errs.Newf(errs.Invalid, "%s and %s cannot be added", a.Currency, b.Currency)
	}
	sum := a.Minor + b.Minor
	overflow := (a.Minor > 0) == (b.Minor > 0) && (a.Minor > 0) != (sum > 0)
	if overflow || sum > MinorMax || sum < -MinorMax {
		return Amount{}, errs.Newf(errs.Invalid, "%s and %s add up to more money than this system keeps", a, b)
	}
	return Amount{Minor: sum, Currency: a.Currency}, nil
}

// Sub is a - b, with the codes of Add.
func (a Amount) Sub(b Amount) (Amount, error) {
	n, err := b.Neg()
	if err != nil {
		return Amount{}, err
	}
	return a.Add(n)
}

// Neg is -a.
//
// Codes: invalid (a is past MinorMax).
func (a Amount) Neg() (Amount, error) {
	if a.Minor > MinorMax || a.Minor < -MinorMax {
		return Amount{}, errs.Newf(errs.Invalid, "%s is more money than this system keeps", a)
	}
	return Amount{Minor: -a.Minor, Currency: a.Currency}, nil
}

// Money is Amount as it stands in JSON. Amount writes and reads itself as one; the type is exported so that the API's
// schema can be derived from it (httpx registers it as Amount's stand-in).
type Money struct {
	Amount   string `json:"amount" pattern:"^[+-]?[0-9]{1,18}([.][0-9]{1,4})?$" example:"12.50" doc:"decimal, with at most the currency's decimals"`
	Currency string `json:"currency" pattern:"^[A-Z]{3}$" example:"USD" doc:"ISO 4217"`
}

// MarshalJSON writes {"amount":"12.50","currency":"USD"}.
func (a Amount) MarshalJSON() ([]byte, error) {
	return json.Marshal(Money{Amount: a.String(), Currency: a.Currency})
}

// UnmarshalJSON reads what MarshalJSON writes; an amount that is a JSON number is refused, as it may have been rounded.
func (a *Amount) UnmarshalJSON(raw []byte) error {
	var w Money
	if err := json.Unmarshal(raw, &w); err != nil {
		return errs.WithCause(errs.Invalid, err, `money is written {"amount":"12.50","currency":"USD"}`)
	}
	if zero, err := Parse(w.Amount, "USD"); w.Currency == "" && err == nil && zero.Minor == 0 {
		*a = Amount{}
		return nil
	}
	got, err := Parse(w.Amount, w.Currency)
	if err != nil {
		return err
	}
	*a = got
	return nil
}
