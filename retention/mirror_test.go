package retention

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/retention/billing"
	"saveline/retention/billing/fakebilling"
	"saveline/retention/billing/webhook"
)

// deliver sends an event the way the client's billing system would.
func (b *till) deliver(e billing.Event) Received {
	b.t.Helper()
	out, err := b.ReceiveBilling(ctx, b.desk.client, b.envelope(e, b.now()))
	b.must(err)
	return out
}

func (b *till) envelope(e billing.Event, at time.Time) signed {
	b.t.Helper()
	body, err := json.Marshal(e)
	b.must(err)
	return signed{Signatures: map[string]string{webhook.SignatureHeader: billing.Sign(inSecret, at, body)}, Body: body}
}

// picture is the mirror of a subscription as text, without what only says when it was looked at.
func (b *till) picture() string {
	b.t.Helper()
	return b.text(`SELECT coalesce(string_agg(to_jsonb(s)::text, chr(10) ORDER BY s.id), '') FROM
		(SELECT id, plan, price_minor, status, past_due, discounts, cancel_at, trial_end, term_end, next_invoice_at, paused_until, billed_at FROM subscriptions) s`) +
		b.text(`SELECT coalesce(string_agg(external_id || status || paid_minor, ' ' ORDER BY external_id), '') FROM invoices`)
}

// Events come twice, late and in any order: the mirror ends as if they had come in theirs, once each.
func TestEventsInAnyOrderGiveTheSameMirror(t *testing.T) {
	t.Parallel()
	var want string
	for round := range uint64(6) {
		b := newTill(t, BillingWebhook)
		_, sub := b.subscriber()
		b.world.Events()
		for step := range 5 { // each at its own instant
			b.pass(9 * 24 * time.Hour)
			b.world.Edit(sub, func(s *billing.Subscription) { s.Discounts = append(s.Discounts, billing.Discount{Percent: step + 1}) })
		}
		b.world.Declines(sub, true)
		b.pass(31 * 24 * time.Hour)
		b.world.Now()
		events := b.world.Events()
		b.pass(time.Hour)
		if round > 0 {
			events = append(events, events[:len(events)/2]...)
			rand.New(rand.NewPCG(round, 7)).Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
		}
		for _, e := range events {
			b.deliver(e)
		}
		if round == 0 {
			want = b.picture()
			if n := b.count(`SELECT count(*) FROM subscriptions WHERE past_due AND jsonb_array_length(discounts) = 5`); n != 1 {
				t.Fatalf("in order: %s", want)
			}
			continue
		}
		if got := b.picture(); got != want {
			t.Errorf("seed %d:\n%s\nwant\n%s", round, got, want)
		}
	}
}

func TestWhatIsNotSignedIsNotBelieved(t *testing.T) {
	t.Parallel()
	b := newTill(t, BillingWebhook)
	_, sub := b.subscriber()
	s, _ := b.world.Subscription(sub)
	s.Status = billing.Cancelled
	e := billing.Event{ID: "evt_x", Type: "x", At: b.now(), Subscription: &s}
	for name, try := range map[string]func() (auth.ClientID, signed){
		"another secret": func() (auth.ClientID, signed) {
			d := b.envelope(e, b.now())
			d.Signatures[webhook.SignatureHeader] = billing.Sign("guess", b.now(), d.Body)
			return b.desk.client, d
		},
		"an old one":     func() (auth.ClientID, signed) { return b.desk.client, b.envelope(e, b.now().Add(-10*time.Minute)) },
		"another client": func() (auth.ClientID, signed) { return b.desk.client + 1, b.envelope(e, b.now()) },
		"another header": func() (auth.ClientID, signed) {
			d := b.envelope(e, b.now())
			return b.desk.client, signed{Signatures: map[string]string{"Stripe-Signature": d.Signatures[webhook.SignatureHeader]}, Body: d.Body}
		},
	} {
		client, d := try()
		_, err := b.ReceiveBilling(ctx, client, d)
		if errs.CodeOf(err) != errs.Forbidden {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := b.count(`SELECT count(*) FROM billing_events`); n != 0 {
		t.Errorf("%d events were kept", n)
	}
	if got := b.deliver(e); got.Effect != effectApplied {
		t.Errorf("signed: %+v", got)
	}
	if got := b.deliver(e); got.Effect != effectDuplicate {
		t.Errorf("a replay: %+v", got)
	}
	s.ID = "sub-of-nobody"
	if got := b.deliver(billing.Event{ID: "evt_y", Type: "x", At: b.now(), Subscription: &s}); got.Effect != effectUnknown {
		t.Errorf("of nobody: %+v", got)
	}
	if got := b.deliver(billing.Event{ID: "evt_z", Type: "x", At: b.now()}); got.Effect != effectIgnored {
		t.Errorf("about nothing: %+v", got)
	}
}

// The nightly comparison corrects the mirror and says what differed; the second one finds nothing.
func TestReconcileReportsAndCorrects(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{BillingWebhook, BillingStripe} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			b := newTill(t, kind)
			_, first := b.subscriber()
			b.subscriber()
			b.aCase() // billing does not know this customer
			b.must(b.ReconcileAll(ctx))
			b.found(1, map[string]int{"missing": 1})
			b.world.Edit(first, func(s *billing.Subscription) {
				s.Price.Minor = 9900
				s.Discounts = append(s.Discounts, billing.Discount{Ref: "d", Percent: 10})
				until := b.now().AddDate(0, 2, 0)
				s.PausedUntil = &until
			})
			b.must(b.ReconcileAll(ctx))
			b.found(2, map[string]int{"missing": 1, "price": 1, "discounts": 1, "paused_until": 1})
			b.must(b.ReconcileAll(ctx))
			b.found(3, map[string]int{"missing": 1})
			r, _, err := b.Reconciliations(ctx, b.boss, 1, 0)
			b.must(err)
			if r[0].Checked != 3 || r[0].Differing != 1 || r[0].Failed != 0 || r[0].EndedAt == nil {
				t.Errorf("third %+v", r[0])
			}
			if n := b.count(`SELECT count(*) FROM invoices WHERE status = 'paid' AND paid_minor = 8000`); n != 2 {
				t.Errorf("%d invoices", n)
			}
		})
	}
}

// found checks the differences of the n-th comparison by field.
func (b *till) found(n ReconciliationID, want map[string]int) {
	b.t.Helper()
	list, total, err := b.Differences(ctx, b.boss, n, 50, 0)
	b.must(err)
	got := map[string]int{}
	for _, d := range list {
		got[d.Field]++
	}
	if len(got) != len(want) || total != len(list) {
		b.t.Errorf("comparison %d: %+v, want %v", n, list, want)
	}
	for field, count := range want {
		if got[field] != count {
			b.t.Errorf("comparison %d: %s %d times, want %d: %+v", n, field, got[field], count, list)
		}
	}
}

func TestReconcileGoesOnWhereBillingDoesNotAnswer(t *testing.T) {
	t.Parallel()
	b := newTill(t, BillingWebhook)
	b.subscriber()
	b.subscriber()
	b.world.Break(fakebilling.Fault{On: "get", Status: 503})
	r, err := b.Reconcile(ctx, b.boss, 0)
	b.must(err)
	if r.Checked != 2 || r.Failed != 1 || r.Differing != 0 {
		t.Errorf("%+v", r)
	}
	stranger := b.boss
	stranger.Clients = []auth.ClientID{b.desk.client + 1}
	_, err = b.Reconcile(ctx, stranger, 0)
	b.refused(err, errs.NotFound)
	_, _, err = b.Differences(ctx, stranger, r.ID, 10, 0)
	b.refused(err, errs.NotFound)
}

// A pause, made longer and then taken back, is one stretch.
func TestPausesAreStretchesThatDoNotOverlap(t *testing.T) {
	t.Parallel()
	b := newTill(t, BillingWebhook)
	_, sub := b.subscriber()
	s, _ := b.world.Subscription(sub)
	n := 0
	at := func(until time.Time) {
		b.pass(24 * time.Hour)
		n++
		s.PausedUntil = nil
		if !until.IsZero() {
			s.PausedUntil = &until
		}
		b.deliver(billing.Event{ID: string(rune('a' + n)), Type: "x", At: b.now(), Subscription: &s})
	}
	at(noon.AddDate(0, 1, 0))
	at(noon.AddDate(0, 2, 0))
	at(noon.AddDate(0, 2, 0))
	at(time.Time{}) // back on the fourth day
	at(noon.AddDate(0, 3, 0))
	got := b.text(`SELECT string_agg(to_char(starts_at AT TIME ZONE 'UTC', 'MM-DD') || '/' || to_char(ends_at AT TIME ZONE 'UTC', 'MM-DD'), ' ' ORDER BY starts_at) FROM subscription_pauses`)
	if got != "11-24/11-27 11-28/02-23" {
		t.Errorf("pauses %s", got)
	}
}

func TestConnectionsKeepTheirSecrets(t *testing.T) {
	t.Parallel()
	b := newTill(t, BillingWebhook)
	for in, want := range map[ConnectionInput]errs.Code{
		{Kind: "paypal", Secret: "x", Signing: "x"}:                                               errs.Invalid,
		{Kind: BillingWebhook, Secret: "x", Signing: "x"}:                                         errs.Invalid,
		{Kind: BillingStripe, URL: "ftp://x", Secret: "x", Signing: "x"}:                          errs.Invalid,
		{Kind: BillingStripe, PaymentLink: "https://pay.example.com/", Secret: "x"}:               errs.Invalid,
		{Kind: BillingStripe, Client: b.desk.client + 1, Secret: "x", Signing: "x"}:               errs.NotFound,
		{Kind: BillingWebhook, URL: b.server.URL, PaymentLink: "https://pay.example.com/{order}"}: "",
	} {
		_, err := b.Connect(ctx, b.boss, in)
		if errs.CodeOf(err) != want {
			t.Errorf("%+v: %v, want %q", in, err, want)
		}
	}
	if n := b.count(`SELECT count(*) FROM billing_connections WHERE secret = 'out' OR position('out'::bytea IN secret) > 0`); n != 0 {
		t.Error("the secret lies open in the table")
	}
	if n := b.count(`SELECT count(*) FROM audit WHERE act = 'billing.connect' AND data::text LIKE '%secret%'`); n != 0 {
		t.Error("the audit trail names a secret")
	}
	_, sub := b.subscriber()
	var id int64
	b.must(b.db.Get(&id, `SELECT id FROM subscriptions WHERE external_id = $1`, sub))
	b.must(b.PullSubscription(ctx, id)) // the old secret is still in force
}
