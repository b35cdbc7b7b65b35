package retention

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"saveline/campaigns"
	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/internal/pg"
)

// OrderID names what a customer bought on a call.
type OrderID int64

// orderPlace stands in a client's payment link where the order's number goes.
const orderPlace = "{order}"

// The statuses of an order; each may go where the table says.
const (
	OrderPlaced    = "placed"
	OrderAwaiting  = "awaiting_payment" // the customer has the link to the client's hosted payment page
	OrderPaid      = "paid"
	OrderDelivery  = "in_delivery"
	OrderDelivered = "delivered"
	OrderCancelled = "cancelled"
	OrderReturned  = "returned"
)

var nextOfOrder = map[string][]string{
	OrderPlaced:    {OrderAwaiting, OrderPaid, OrderDelivery, OrderCancelled},
	OrderAwaiting:  {OrderPaid, OrderCancelled},
	OrderPaid:      {OrderDelivery, OrderDelivered, OrderCancelled, OrderReturned},
	OrderDelivery:  {OrderDelivered, OrderReturned},
	OrderDelivered: {OrderReturned},
}

// Order is a sale or an upsell as something to be paid and delivered. Its status is what the customer can be told.
type Order struct {
	ID          OrderID            `json:"id"`
	Client      auth.ClientID      `json:"clientId"`
	Person      campaigns.PersonID `json:"personId"`
	PersonName  string             `json:"personName"`
	Call        dialer.CallID      `json:"callId,omitempty"`
	Status      string             `json:"status" enum:"placed,awaiting_payment,paid,in_delivery,delivered,cancelled,returned"`
	Items       []OrderItem        `json:"items"`
	Total       money.Amount       `json:"total"`
	PaymentLink string             `json:"paymentLink,omitempty" doc:"the client's hosted page; card data never comes here"`
	PlacedAt    time.Time          `json:"placedAt"`
	UpdatedAt   time.Time          `json:"updatedAt"`
	Events      []OrderEvent       `json:"events"`
}

// OrderItem is one line of an order.
type OrderItem struct {
	Name     string       `json:"name"`
	Quantity int          `json:"quantity"`
	Price    money.Amount `json:"price" doc:"each"`
}

// OrderEvent is what happened to an order.
type OrderEvent struct {
	At     time.Time `json:"at" db:"at"`
	Actor  string    `json:"actor" db:"actor"`
	Status string    `json:"status" db:"status"`
	Note   string    `json:"note,omitempty" db:"note"`
}

const (
	// An order for every sale and upsell that the customer agreed to on the call, once.
	insertOrder = `
INSERT INTO orders (client_id, person_id, call_id, presentation_id, status, total_minor, currency, placed_by, placed_at, updated_at)
VALUES ($1, $2, $3, $4, 'placed', $5, $6, NULLIF($7, 0), $8, $8)
ON CONFLICT (presentation_id) DO NOTHING RETURNING id`

	insertOrderItem = `INSERT INTO order_items (order_id, name, quantity, price_minor) VALUES ($1, $2, $3, $4)`

	insertOrderEvent = `INSERT INTO order_events (order_id, at, actor, status, note) VALUES ($1, $2, $3, $4, $5)`

	linkOrder = `
UPDATE orders o SET status = 'awaiting_payment', payment_link = replace(b.payment_link, '{order}', o.id::text)
FROM billing_connections b WHERE o.id = $1 AND b.client_id = o.client_id AND b.payment_link <> '' AND o.total_minor > 0`

	moveOrder = `UPDATE orders SET status = $3, updated_at = $4 WHERE id = $1 AND status = $2`
)

// placeOrdersTx makes the sales and upsells of an outcome orders.
func placeOrdersTx(ctx context.Context, tx *pg.Tx, call dialer.Call, out Outcome, shown []Presentation, now time.Time) error {
	for _, r := range out.Results {
		if r.Kind != ResultSale && r.Kind != ResultUpsell {
			continue
		}
		p := byID(shown, r.Presentation)
		if p == nil {
			continue
		}
		var id OrderID
		err := tx.GetContext(ctx, &id, insertOrder, call.Client, call.Person, call.ID, p.ID, r.Value.Minor, r.Value.Currency, call.Agent, now)
		if pg.None(err) {
			continue
		}
		if err != nil {
			return errs.Wrap(err, "place order")
		}
		if _, err := tx.ExecContext(ctx, insertOrderItem, id, p.Name, 1, r.Value.Minor); err != nil {
			return errs.Wrap(err, "place order")
		}
		hasLink, err := changed(tx.ExecContext(ctx, linkOrder, id))
		if err != nil {
			return err
		}
		status := OrderPlaced
		if hasLink {
			status = OrderAwaiting
		}
		if _, err := tx.ExecContext(ctx, insertOrderEvent, id, now, fmt.Sprintf("user:%d", call.Agent), status, ""); err != nil {
			return errs.Wrap(err, "place order")
		}
	}
	return nil
}

// OrderMove is news about an order from whoever owns it.
type OrderMove struct {
	Order  OrderID
	Status string
	Note   string
}

// MoveOrder records how far an order is.
//
// Codes: invalid (no such status, a card number in the note), not_found, conflict (it cannot go there from where it is).
func (s *Service) MoveOrder(ctx context.Context, by auth.Actor, in OrderMove) (out Order, err error) {
	var f errs.Faults
	checkText(&f, "note", in.Note, noteCharsMax)
	f.Check(nextOfOrder[in.Status] != nil || in.Status == OrderCancelled || in.Status == OrderReturned, "status", "there is no such status of an order")
	if err := f.Err(); err != nil {
		return Order{}, err
	}
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if out, err = orderFor(ctx, tx, by, in.Order); err != nil {
			return err
		}
		if out.Status == in.Status {
			return nil
		}
		if !slices.Contains(nextOfOrder[out.Status], in.Status) {
			return errs.Newf(errs.Conflict, "the order is %s and cannot become %s", words(out.Status), words(in.Status))
		}
		switch is, err := changed(tx.ExecContext(ctx, moveOrder, in.Order, out.Status, in.Status, now)); {
		case err != nil:
			return err
		case !is:
			return errs.Newf(errs.Conflict, "somebody else changed this order; load it again")
		}
		if _, err := tx.ExecContext(ctx, insertOrderEvent, in.Order, now, by.Name, in.Status, in.Note); err != nil {
			return errs.Wrap(err, "record order")
		}
		if out, err = orderFor(ctx, tx, by, in.Order); err != nil {
			return err
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{
			Client: out.Client, Act: "order." + in.Status, Object: fmt.Sprintf("order:%d", in.Order), Why: strings.TrimSpace(in.Note),
		})
	})
	return out, err
}
