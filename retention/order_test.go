package retention

import (
	"strings"
	"testing"

	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/retention/billing/fakebilling"
)

// A sale becomes an order with its item and the client's payment page, in the act's own transaction, once.
func TestASaleBecomesAnOrder(t *testing.T) {
	t.Parallel()
	b := newTill(t, BillingWebhook)
	sale := b.offer("sale", 4900, "acquisition")
	call := b.connect(b.person(b.campaign("acquisition")), b.ann)
	b.accept(b.ann, call, sale)
	b.conclude(b.ann, call, CodeSale)
	b.conclude(b.ann, call, CodeSale)
	list, total, err := b.Orders(ctx, b.boss, OrderFilter{}, 10, 0)
	b.must(err)
	if total != 1 || list[0].Status != OrderAwaiting || list[0].Total.String() != "49.00" || len(list[0].Items) != 1 || list[0].Items[0].Name != sale.Name ||
		list[0].PaymentLink != "https://pay.example.com/o/1" || len(list[0].Events) != 1 {
		t.Fatalf("orders %+v", list)
	}
	move := func(status, note string) error {
		_, err := b.MoveOrder(ctx, b.boss, OrderMove{Order: list[0].ID, Status: status, Note: note})
		return err
	}
	b.refused(move(OrderDelivered, ""), errs.Conflict)
	b.refused(move("lost", ""), errs.Invalid)
	b.refused(move(OrderPaid, "with 4111111111111111"), errs.Invalid)
	b.must(move(OrderPaid, ""))
	b.must(move(OrderPaid, ""))
	b.must(move(OrderDelivery, "parcel 7"))
	b.must(move(OrderReturned, ""))
	b.refused(move(OrderPaid, ""), errs.Conflict)
	got, _, err := b.Orders(ctx, b.boss, OrderFilter{Status: OrderReturned}, 10, 0)
	b.must(err)
	if len(got) != 1 || len(got[0].Events) != 4 {
		t.Errorf("events %+v", got)
	}
	stranger := b.boss
	stranger.Clients = []auth.ClientID{b.desk.client + 1}
	_, err = b.MoveOrder(ctx, stranger, OrderMove{Order: list[0].ID, Status: OrderPaid})
	b.refused(err, errs.NotFound)
}

// refunding is a subscriber on the line whose first invoice is in the mirror.
func (b *till) refunding() (call dialer.CallID, invoice string) {
	b.t.Helper()
	c, _ := b.subscriber()
	b.must(b.ReconcileAll(ctx))
	b.must(b.db.Get(&invoice, `SELECT external_id FROM invoices ORDER BY id DESC LIMIT 1`))
	return b.connect(c.Lead, b.ann), invoice
}

func (b *till) ask(call dialer.CallID, kind string, cents int64, invoice string) AccountRequest {
	b.t.Helper()
	r, err := b.Ask(ctx, b.ann, RequestInput{Call: call, Kind: kind, Amount: money.Amount{Minor: cents, Currency: "USD"}, Invoice: invoice})
	b.must(err)
	return r
}

// Within the role's limit an agent gives money back alone; above it another person with a higher limit decides, and
// billing then does it once and says so.
func TestMoneyIsGivenBackByAuthority(t *testing.T) {
	t.Parallel()
	b := newTill(t, BillingStripe)
	b.campaign("retention_save")
	call, invoice := b.refunding()
	b.must(b.SetLimits(ctx, b.boss, 0, []RequestLimit{
		{Role: auth.Agent, Amount: money.Amount{Minor: 1000, Currency: "USD"}}, {Role: auth.Manager, Amount: money.Amount{Minor: 5000, Currency: "USD"}},
	}))
	small := b.ask(call, AskRefund, 1000, invoice)
	if small.Status != RequestPassedOn {
		t.Errorf("within the limit: %+v", small)
	}
	large := b.ask(call, AskRefund, 4000, invoice)
	if large.Status != RequestWaiting || large.Grant != 0 {
		t.Fatalf("above the limit: %+v", large)
	}
	huge := b.ask(call, AskAdjustment, 6000, "")
	_, err := b.DecideRequest(ctx, b.ann, RequestDecision{Request: large.ID, IsAllowed: true})
	b.refused(err, errs.Forbidden)
	_, err = b.DecideRequest(ctx, b.boss, RequestDecision{Request: huge.ID, IsAllowed: true})
	b.refused(err, errs.Forbidden)
	_, err = b.DecideRequest(ctx, b.boss, RequestDecision{Request: huge.ID})
	b.refused(err, errs.Invalid)
	no, err := b.DecideRequest(ctx, b.boss, RequestDecision{Request: huge.ID, Reason: "too much"})
	if b.must(err); no.Status != RequestRefused {
		t.Errorf("refused %+v", no)
	}
	yes, err := b.DecideRequest(ctx, b.boss, RequestDecision{Request: large.ID, IsAllowed: true})
	if b.must(err); yes.Status != RequestPassedOn {
		t.Errorf("approved %+v", yes)
	}
	_, err = b.DecideRequest(ctx, b.boss, RequestDecision{Request: large.ID, IsAllowed: true})
	b.refused(err, errs.Conflict)
	b.settled(large, small)
}

// settled lets billing do both refunds, with the second one's answer lost, and checks that both are done.
func (b *till) settled(large, small AccountRequest) {
	b.t.Helper()
	b.watch()
	b.world.Break(fakebilling.Fault{On: "refund", Made: true})
	b.watch()
	b.pass(2 * grantPauseMin)
	b.watch()
	list, _, err := b.Requests(ctx, b.boss, RequestFilter{}, 10, 0)
	b.must(err)
	for _, r := range list {
		if (r.ID == large.ID || r.ID == small.ID) && (r.Status != RequestDone || r.Grant == 0) {
			b.t.Errorf("request %+v", r)
		}
	}
	if got := b.world.Invoices("sub-1")[0]; got.Refunded.Minor != 5000 {
		b.t.Errorf("billing paid back %+v", got)
	}
	_, err = b.MoveRequest(ctx, b.boss, RequestMove{Request: large.ID, Status: RequestFailed})
	b.refused(err, errs.Conflict)
}

// What billing does not own waits for its owner, who reports it done.
func TestAnAddressIsPassedToItsOwner(t *testing.T) {
	t.Parallel()
	b := newTill(t, BillingWebhook)
	b.campaign("retention_save")
	call, invoice := b.refunding()
	r, err := b.Ask(ctx, b.ann, RequestInput{Call: call, Kind: AskAddress, Details: map[string]string{"city": "Austin"}})
	b.must(err)
	if r.Status != RequestApproved || r.Details["city"] != "Austin" {
		t.Errorf("asked %+v", r)
	}
	for _, status := range []string{RequestPassedOn, RequestDone} {
		if r, err = b.MoveRequest(ctx, b.boss, RequestMove{Request: r.ID, Status: status}); err != nil || r.Status != status {
			t.Errorf("%s: %+v, %v", status, r, err)
		}
	}
	open, _, err := b.Requests(ctx, b.boss, RequestFilter{Status: "open"}, 10, 0)
	if b.must(err); len(open) != 0 {
		t.Errorf("open %+v", open)
	}
	usd := func(minor int64) money.Amount { return money.Amount{Minor: minor, Currency: "USD"} }
	for name, in := range map[string]RequestInput{
		"a card number":  {Kind: AskPaymentLink, Details: map[string]string{"why": "card 5555 5555 5555 4444 failed"}},
		"no amount":      {Kind: AskAdjustment},
		"no invoice":     {Kind: AskRefund, Amount: usd(1)},
		"no order":       {Kind: AskReturn},
		"money for none": {Kind: AskPhone, Amount: usd(1)},
		"nothing known":  {Kind: "gift"},
	} {
		in.Call = call
		if _, err := b.Ask(ctx, b.ann, in); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, in := range map[string]RequestInput{
		"more than was paid":   {Kind: AskRefund, Amount: usd(8001), Invoice: invoice},
		"somebody's invoice":   {Kind: AskRefund, Amount: usd(1), Invoice: "in_other"},
		"an order of nobody's": {Kind: AskReturn, Order: 99},
	} {
		in.Call = call
		if _, err := b.Ask(ctx, b.ann, in); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The one page joins everything that is known of a customer.
func TestTheOnePageOfACustomer(t *testing.T) {
	t.Parallel()
	b := newTill(t, BillingWebhook)
	save, upsell := b.offer("discount_percent", 0, "retention_save"), b.offer("upsell", 1500, "retention_save")
	b.campaign("retention_save")
	call, _ := b.refunding()
	b.accept(b.ann, call, save)
	b.accept(b.ann, call, upsell)
	b.must(b.SetLimits(ctx, b.boss, 0, []RequestLimit{{Role: auth.Agent, Amount: money.Amount{Minor: 1000, Currency: "USD"}}}))
	b.ask(call, AskAdjustment, 500, "")
	b.conclude(b.ann, call, CodeSave)
	_, err := b.WriteNote(ctx, b.boss, NoteInput{Customer: 1, Text: "a regular"})
	b.must(err)
	page, err := b.CustomerFor(ctx, b.boss, 1)
	b.must(err)
	for what, n := range map[string]int{
		"subscription": len(page.Subscriptions), "invoice": len(page.Invoices), "order": len(page.Orders), "call": len(page.Calls),
		"case": len(page.Cases), "request": len(page.Requests), "note": len(page.Notes), "half of the offers": len(page.Offers) - 1,
		"half of the grants": len(page.Grants) - 1,
	} {
		if n != 1 {
			t.Errorf("%d × %s", n, what)
		}
	}
	if page.Calls[0].Outcome != CodeSave || page.Calls[0].Agent != "Ann" || page.Subscriptions[0].NextInvoiceAt == nil {
		t.Errorf("page %+v", page)
	}
	for q, want := range map[string]int{"": 1, "chris": 1, "cust-1": 1, "2125552": 1, "nobody": 0, "%%": 0, "__": 0} {
		if _, total, err := b.Customers(ctx, b.boss, q, 10, 0); err != nil || total != want {
			t.Errorf("%q: %d, %v; want %d", q, total, err, want)
		}
	}
	if _, total, err := b.Customers(ctx, b.ann, "2125552", 10, 0); err != nil || total != 0 {
		t.Errorf("an agent found somebody by their number: %d, %v", total, err)
	}
	if _, _, err := b.Customers(ctx, b.boss, "x", 10, 0); errs.CodeOf(err) != errs.Invalid || !strings.Contains(err.Error(), "two") {
		t.Errorf("one letter: %v", err)
	}
	stranger := b.boss
	stranger.Clients = []auth.ClientID{b.desk.client + 1}
	_, err = b.CustomerFor(ctx, stranger, 1)
	b.refused(err, errs.NotFound)
}
