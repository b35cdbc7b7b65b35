package billing_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/retention/billing"
)

var at = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func TestASignatureOfStripesScheme(t *testing.T) {
	t.Parallel()
	body := []byte(`{"id":"evt_1"}`)
	const want = "t=1795521600,v1="
	signed := billing.Sign("whsec", at, body)
	if !strings.HasPrefix(signed, want) || len(signed) != len(want)+64 {
		t.Fatal(signed)
	}
	rotated := "t=1795521600,v1=" + strings.Repeat("ab", 32) + ",v0=00," + strings.TrimPrefix(signed, "t=1795521600,")
	for header, ok := range map[string]bool{
		signed: true, rotated: true, "": false, "t=1795521600": false, "v1=": false, "t=,v1=": false, "t=1795521600,v1=zz": false,
		strings.ToUpper(signed): false,
	} {
		err := billing.Verify("whsec", billing.Delivery{Signature: header, Body: body, At: at})
		if (err == nil) != ok || err != nil && errs.CodeOf(err) != errs.Forbidden {
			t.Errorf("%q: %v", header, err)
		}
	}
	if err := billing.Verify("", billing.Delivery{Signature: billing.Sign("", at, body), Body: body, At: at}); err == nil {
		t.Error("an endpoint without a secret believes everybody")
	}
}

func TestKindsOfErrors(t *testing.T) {
	t.Parallel()
	refused := billing.Errorf(billing.Refused, "no")
	for err, want := range map[error]billing.ErrorKind{
		nil: "", refused: billing.Refused, fmt.Errorf("apply: %w", refused): billing.Refused, errors.New("who knows"): billing.Unclear,
		context.Canceled: billing.Unclear,
	} {
		if got := billing.KindOf(err); got != want {
			t.Errorf("%v is %q, want %q", err, got, want)
		}
	}
}

func TestAChangeNamesWhatItLacks(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]billing.Change{
		"no kind": {}, "a discount of nothing": {Kind: billing.KindDiscount, Discount: &billing.Discount{Cycles: 2}},
		"both":             {Kind: billing.KindDiscount, Discount: &billing.Discount{Percent: 5, Amount: money.Amount{Minor: 5, Currency: "USD"}}},
		"more than all":    {Kind: billing.KindDiscount, Discount: &billing.Discount{Percent: 101}},
		"nothing credited": {Kind: billing.KindCredit}, "no invoice": {Kind: billing.KindRefund}, "no end": {Kind: billing.KindPause},
		"no plan": {Kind: billing.KindPlan}, "no day": {Kind: billing.KindExtendTrial},
	} {
		if err := c.Validate(); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := c.Make(t.Context(), nil, billing.Target{}); billing.KindOf(err) != billing.Refused {
			t.Errorf("%s was sent: %v", name, err)
		}
	}
}
