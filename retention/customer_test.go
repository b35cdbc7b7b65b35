package retention

import (
	"encoding/csv"
	"strings"
	"testing"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
)

// The shared file goes in as it is: 7,043 customers, 11 of them without total charges. Nobody maps a column by hand.
func TestTheTelcoFileGoesInAsItIs(t *testing.T) {
	t.Parallel()
	file := sharedFile(t, "telco_customers.csv")
	d := newDesk(t)
	preview, err := PreviewCustomers(strings.NewReader(file))
	d.must(err)
	if m := preview.Guess; m.ExternalID != "customerID" || m.Price != "MonthlyCharges" || m.Term != "Contract" || m.Tenure != "tenure" ||
		m.Left != "Churn" || m.Total != "TotalCharges" || len(m.Data) != 15 || len(preview.Sample) != 20 {
		t.Errorf("guess %+v", m)
	}
	rep, err := d.ImportCustomers(ctx, d.boss, 0, &preview.Guess, strings.NewReader(file))
	d.must(err)
	if rep.Rows != 7043 || rep.Added != 7043 || rep.Refused != 0 || rep.Known != 0 {
		t.Fatalf("report %+v", rep)
	}
	rows, err := csv.NewReader(strings.NewReader(file)).ReadAll()
	d.must(err)
	blank, sum := 0, int64(0)
	for _, r := range rows[1:] {
		if strings.TrimSpace(r[19]) == "" {
			blank++
		}
		a, err := money.Parse(r[18], "USD")
		d.must(err)
		sum += a.Minor
	}
	if blank != 11 {
		t.Errorf("%d rows without total charges", blank)
	}
	if n := d.count(`SELECT count(*) FROM subscriptions WHERE status = 'cancelled'`); n != 1869 {
		t.Errorf("%d have left", n)
	}
	if n := d.count(`SELECT sum(price_minor) FROM subscriptions`); int64(n) != sum {
		t.Errorf("they pay %d a month, the file says %d", n, sum)
	}
	if n := d.count(`SELECT count(*) FROM subscriptions WHERE term_months = 12`); n != 1473 {
		t.Errorf("%d one-year contracts", n)
	}
}

func TestRowsThatCannotBeReadAreNamed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	file := "Customer ID,Name,Phone,Monthly charge,Contract,Since,Plan\n" +
		"A1,Ann,212 555 0101,10.00,12,2026-01-02,Gold\n" +
		"A2,Ben,12,10.00,,,Gold\n" +
		"A3,Cat,,ten,sometimes,soon,Gold\n" +
		"A4,\"4111 1111 1111 1111\",,10.00,,,Gold\n" +
		"A5,Dan,,10.00\n" +
		",Eve,,10.00,,,Gold\n" +
		"A7,Fay,,7.50,month-to-month,,Basic\n"
	rep, err := d.ImportCustomers(ctx, d.boss, 0, nil, strings.NewReader(file))
	d.must(err)
	if rep.Rows != 7 || rep.Added != 2 || rep.Refused != 5 {
		t.Fatalf("report %+v", rep)
	}
	said := ""
	for _, r := range rep.Rejected {
		said += r.Reason + "\n"
	}
	for _, want := range []string{"Phone: is not a phone number", "Monthly charge: is not an amount", "term: must be", "Since: is not a day", "card number", "another number of fields", "externalId"} {
		if !strings.Contains(said, want) {
			t.Errorf("nobody said %q in:\n%s", want, said)
		}
	}
	again, err := d.ImportCustomers(ctx, d.boss, 0, nil, strings.NewReader(file))
	d.must(err)
	if again.Added != 0 || again.Known != 2 {
		t.Errorf("again %+v", again)
	}
	_, err = d.ImportCustomers(ctx, d.boss, 0, &CustomerMapping{ExternalID: "nope"}, strings.NewReader(file))
	if d.refused(err, errs.Invalid); len(fieldsOf(err)) != 2 {
		t.Errorf("mapping %+v", fieldsOf(err))
	}
	stranger := d.boss
	stranger.Clients = []auth.ClientID{d.client + 1}
	_, err = d.ImportCustomers(ctx, stranger, d.client, nil, strings.NewReader(file))
	d.refused(err, errs.NotFound)
	// One row of a batch that the database refuses does not take the others with it.
	rep, err = d.ImportCustomers(ctx, d.boss, 0, nil, strings.NewReader("customer_id,subscription_id,price\nB1,S1,1.00\nB2,A1,1.00\nB3,S3,1.00\n"))
	d.must(err)
	if rep.Added != 2 || rep.Refused != 1 || rep.Rejected[0].Row != 3 {
		t.Errorf("conflict %+v", rep)
	}
}

// What billing said is not overwritten by a file that comes later.
func TestAFileDoesNotOverwriteBilling(t *testing.T) {
	t.Parallel()
	b := newTill(t, BillingWebhook)
	b.subscriber()
	b.must(b.ReconcileAll(ctx))
	_, err := b.MirrorCustomer(ctx, b.boss, NewMirror{
		Customer: NewCustomer{ExternalID: "cust-1"}, Subscription: NewSubscription{ExternalID: "sub-1", Plan: "Old", Price: money.Amount{Minor: 1, Currency: "USD"}},
		HasLeft: true,
	})
	b.must(err)
	if got := b.text(`SELECT plan || price_minor || status FROM subscriptions`); got != "Gold8000active" {
		t.Errorf("mirror %s", got)
	}
}

func TestCardNumbersAreSeen(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"": false, "4111111111111111": true, "card 4111 1111 1111 1111, 12/27": true, "4111-1111-1111-1111 12 27 123": true,
		"my 5 cards: 5555 5555 5555 4444": true, "378282246310005": true, "4111 1111 1111 1112": false, "+1 212 555 0101": false,
		"+63 917 123 4567": false, "order 20261124000000000001": false, "2026-11-24 17:00:00": false, "6011.1111.1111.1117": true,
		"3530111333300000": true, "0000 0000 0000 0000": false, "call 18005550100 or 18005550199": false, "2223003122003222": true,
	} {
		if got := holdsCardNumber(text); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func TestACardNumberInANoteIsRefused(t *testing.T) {
	t.Parallel()
	err := ConcludeInput{Call: 1, Code: CodeLost, Note: "paid with 4111 1111 1111 1111"}.Validate()
	if errs.CodeOf(err) != errs.Invalid || !strings.Contains(err.Error(), "payment link") {
		t.Errorf("%v", err)
	}
}

func TestMonthsAreRoundedHalfUp(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		minor int64
		term  int
		want  int64
	}{{8000, 1, 8000}, {80000, 12, 6667}, {100, 3, 33}, {150, 12, 13}, {0, 12, 0}} {
		if got := monthly(c.minor, c.term); got != c.want {
			t.Errorf("%d over %d months: %d, want %d", c.minor, c.term, got, c.want)
		}
	}
}
