package stripe_test

import (
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"saveline/internal/httpx"
	"saveline/retention/billing"
	"saveline/retention/billing/billingtest"
	"saveline/retention/billing/fakebilling"
	"saveline/retention/billing/stripe"
)

func loopback(to netip.AddrPort) bool { return to.Addr().IsLoopback() }

func bench(t *testing.T) billingtest.Bench {
	w := billingtest.World()
	server := httptest.NewServer(w.Stripe("sk_test"))
	t.Cleanup(server.Close)
	client := httpx.NewClient(httpx.ClientOptions{Timeout: 10 * time.Second, Allow: loopback})
	t.Cleanup(client.Close)
	return billingtest.Bench{
		Adapter: stripe.New(stripe.Config{Key: "sk_test", Signing: "whsec_test", BaseURL: server.URL}, client),
		World:   w,
		Deliver: func(e billing.Event, at time.Time) billing.Delivery {
			body, err := fakebilling.StripeEvent(w, e)
			if err != nil {
				t.Fatal(err)
			}
			return billing.Delivery{Signature: billing.Sign("whsec_test", at, body), Body: body, At: at}
		},
	}
}

func TestStripeKeepsThePortsPromises(t *testing.T) {
	t.Parallel()
	billingtest.Run(t, bench)
}

// An answer that was lost is asked for again with the same idempotency key, and the coupon is the grant's: Stripe itself
// would apply two equal coupons.
func TestOneCouponForOneGrant(t *testing.T) {
	t.Parallel()
	b := bench(t)
	target := billing.Target{Key: "grant:9", Subscription: "sub_1"}
	b.World.Break(fakebilling.Fault{On: "coupon", Made: true}, fakebilling.Fault{On: "discount", Made: true})
	for range 2 {
		if _, err := b.Adapter.ApplyDiscount(t.Context(), target, billing.Discount{Percent: 20, Cycles: 2}); billing.KindOf(err) != billing.Unclear {
			t.Fatal(err)
		}
	}
	if _, err := b.Adapter.ApplyDiscount(t.Context(), target, billing.Discount{Percent: 20, Cycles: 2}); err != nil {
		t.Fatal(err)
	}
	if got, _ := b.World.Subscription("sub_1"); len(got.Discounts) != 1 {
		t.Errorf("%d discounts", len(got.Discounts))
	}
}

// A discount that our own key did not make is kept, whoever made it and however often the grant is retried.
func TestForeignDiscountsStay(t *testing.T) {
	t.Parallel()
	b := bench(t)
	b.World.Edit("sub_1", func(s *billing.Subscription) {
		s.Discounts = append(s.Discounts, billing.Discount{Ref: "di_office", Percent: 5})
	})
	if _, err := b.Adapter.ApplyDiscount(t.Context(), billing.Target{Key: "grant:1", Subscription: "sub_1"}, billing.Discount{Percent: 20, Cycles: 1}); err != nil {
		t.Fatal(err)
	}
	if got, _ := b.World.Subscription("sub_1"); len(got.Discounts) != 2 || got.Discounts[0].Ref != "di_office" {
		t.Errorf("discounts %+v", got.Discounts)
	}
}

func TestAWrongKeyAndAPrivateAddress(t *testing.T) {
	t.Parallel()
	w := billingtest.World()
	server := httptest.NewServer(w.Stripe("sk_test"))
	t.Cleanup(server.Close)
	open := httpx.NewClient(httpx.ClientOptions{Allow: loopback})
	wrong := stripe.New(stripe.Config{Key: "sk_other", BaseURL: server.URL}, open)
	if _, err := wrong.GetSubscription(t.Context(), "sub_1"); billing.KindOf(err) != billing.Refused {
		t.Errorf("a wrong key: %v", err)
	}
	guarded := stripe.New(stripe.Config{Key: "sk_test", BaseURL: server.URL}, httpx.NewClient(httpx.ClientOptions{}))
	if _, err := guarded.GetSubscription(t.Context(), "sub_1"); billing.KindOf(err) != billing.Unclear || w.Requests("get") != 0 {
		t.Errorf("a private address was called: %v", err)
	}
}
