package retention

import (
	"context"
	"encoding/json"
	"time"

	"github.com/lib/pq"

	"saveline/campaigns"
	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/internal/pg"
)

// This file reads people beside orders and requests.

type orderRow struct {
	ID          OrderID            `db:"id"`
	Client      auth.ClientID      `db:"client_id"`
	Person      campaigns.PersonID `db:"person_id"`
	PersonName  string             `db:"person_name"`
	Call        dialer.CallID      `db:"call_id"`
	Status      string             `db:"status"`
	Minor       int64              `db:"total_minor"`
	Currency    string             `db:"currency"`
	PaymentLink string             `db:"payment_link"`
	PlacedAt    time.Time          `db:"placed_at"`
	UpdatedAt   time.Time          `db:"updated_at"`
	Total       int                `db:"total"`
}

const (
	orderColumns = `
SELECT o.id, o.client_id, o.person_id, p.name AS person_name, coalesce(o.call_id, 0) AS call_id, o.status, o.total_minor, o.currency,
       o.payment_link, o.placed_at, o.updated_at`

	selectOrder = orderColumns + `
FROM orders o JOIN people p ON p.id = o.person_id WHERE o.client_id = ANY($1) AND o.id = $2`

	listOrders = orderColumns + `, count(*) OVER () AS total
FROM orders o JOIN people p ON p.id = o.person_id
WHERE o.client_id = ANY($1) AND ($2 = '' OR o.status = $2) AND ($3 = 0 OR o.person_id = $3) ORDER BY o.id DESC LIMIT $4 OFFSET $5`

	itemsOfOrders  = `SELECT order_id, name, quantity, price_minor FROM order_items WHERE order_id = ANY($1) ORDER BY id`
	eventsOfOrders = `SELECT order_id, at, actor, status, note FROM order_events WHERE order_id = ANY($1) ORDER BY id`
)

// OrderFilter narrows a list of orders; zero values do not.
type OrderFilter struct {
	Status string
	Person campaigns.PersonID
}

// Orders lists orders, the newest first.
func (s *Service) Orders(ctx context.Context, by auth.Actor, f OrderFilter, limit, offset int) ([]Order, int, error) {
	var rows []orderRow
	if err := s.db.SelectContext(ctx, &rows, listOrders, by.Scope(), f.Status, f.Person, limit, offset); err != nil {
		return nil, 0, errs.Wrap(err, "list orders")
	}
	out, err := ordersOf(ctx, s.db, rows)
	if err != nil || len(rows) == 0 {
		return out, 0, err
	}
	return out, rows[0].Total, nil
}

func orderFor(ctx context.Context, db pg.DB, by auth.Actor, id OrderID) (Order, error) {
	var row orderRow
	if err := db.GetContext(ctx, &row, selectOrder, by.Scope(), id); pg.None(err) {
		return Order{}, errs.Newf(errs.NotFound, "there is no order %d here", id)
	} else if err != nil {
		return Order{}, errs.Wrap(err, "read order")
	}
	out, err := ordersOf(ctx, db, []orderRow{row})
	if err != nil {
		return Order{}, err
	}
	return out[0], nil
}

// ordersOf adds items and events to orders.
func ordersOf(ctx context.Context, db pg.DB, rows []orderRow) ([]Order, error) {
	out := make([]Order, 0, len(rows))
	at, ids := map[OrderID]int{}, make([]int64, 0, len(rows))
	for i, r := range rows {
		at[r.ID], ids = i, append(ids, int64(r.ID))
		out = append(out, Order{
			ID: r.ID, Client: r.Client, Person: r.Person, PersonName: r.PersonName, Call: r.Call, Status: r.Status, PaymentLink: r.PaymentLink,
			Total: money.Amount{Minor: r.Minor, Currency: r.Currency}, PlacedAt: r.PlacedAt, UpdatedAt: r.UpdatedAt, Items: []OrderItem{},
			Events: []OrderEvent{},
		})
	}
	var items []struct {
		Order    OrderID `db:"order_id"`
		Name     string  `db:"name"`
		Quantity int     `db:"quantity"`
		Minor    int64   `db:"price_minor"`
	}
	if err := db.SelectContext(ctx, &items, itemsOfOrders, pq.Array(ids)); err != nil {
		return nil, errs.Wrap(err, "read items")
	}
	for _, in := range items {
		o := &out[at[in.Order]]
		o.Items = append(o.Items, OrderItem{Name: in.Name, Quantity: in.Quantity, Price: money.Amount{Minor: in.Minor, Currency: o.Total.Currency}})
	}
	var events []struct {
		Order OrderID `db:"order_id"`
		OrderEvent
	}
	if err := db.SelectContext(ctx, &events, eventsOfOrders, pq.Array(ids)); err != nil {
		return nil, errs.Wrap(err, "read order events")
	}
	for _, e := range events {
		o := &out[at[e.Order]]
		o.Events = append(o.Events, e.OrderEvent)
	}
	return out, nil
}

// AccountRequest is what a customer asked for on a call, followed until it is done.
type AccountRequest struct {
	ID           RequestID         `json:"id"`
	Client       auth.ClientID     `json:"clientId"`
	Customer     CustomerID        `json:"customerId"`
	CustomerName string            `json:"customerName"`
	Subscription int64             `json:"subscriptionId,omitempty"`
	Call         dialer.CallID     `json:"callId,omitempty"`
	Order        OrderID           `json:"orderId,omitempty"`
	Grant        GrantID           `json:"grantId,omitempty" doc:"the change in billing that does it"`
	Kind         string            `json:"kind" enum:"address,phone,payment_link,refund,adjustment,return"`
	Details      map[string]string `json:"details"`
	Amount       money.Amount      `json:"amount"`
	Invoice      string            `json:"invoice,omitempty"`
	Status       string            `json:"status" enum:"waiting,approved,refused,passed_on,done,failed"`
	Reason       string            `json:"reason,omitempty"`
	AskedBy      auth.UserID       `json:"askedBy"`
	AskedByName  string            `json:"askedByName"`
	AskedAt      time.Time         `json:"askedAt"`
	DecidedBy    auth.UserID       `json:"decidedBy,omitempty"`
	UpdatedAt    time.Time         `json:"updatedAt"`
}

type requestRow struct {
	ID           RequestID       `db:"id"`
	Client       auth.ClientID   `db:"client_id"`
	Customer     CustomerID      `db:"customer_id"`
	CustomerName string          `db:"customer_name"`
	Subscription int64           `db:"subscription_id"`
	Call         dialer.CallID   `db:"call_id"`
	Order        OrderID         `db:"order_id"`
	Grant        GrantID         `db:"grant_id"`
	Kind         string          `db:"kind"`
	Details      json.RawMessage `db:"details"`
	Minor        int64           `db:"amount_minor"`
	Currency     string          `db:"currency"`
	Invoice      string          `db:"invoice"`
	Status       string          `db:"status"`
	Reason       string          `db:"reason"`
	AskedBy      auth.UserID     `db:"asked_by"`
	AskedByName  string          `db:"asked_by_name"`
	AskedAt      time.Time       `db:"asked_at"`
	DecidedBy    auth.UserID     `db:"decided_by"`
	UpdatedAt    time.Time       `db:"updated_at"`
	Total        int             `db:"total"`
}

func (r requestRow) request() (AccountRequest, error) {
	out := AccountRequest{
		ID: r.ID, Client: r.Client, Customer: r.Customer, CustomerName: r.CustomerName, Subscription: r.Subscription, Call: r.Call, Order: r.Order,
		Grant: r.Grant, Kind: r.Kind, Amount: money.Amount{Minor: r.Minor, Currency: r.Currency}, Invoice: r.Invoice, Status: r.Status,
		Reason: r.Reason, AskedBy: r.AskedBy, AskedByName: r.AskedByName, AskedAt: r.AskedAt, DecidedBy: r.DecidedBy, UpdatedAt: r.UpdatedAt,
	}
	return out, errs.Wrap(json.Unmarshal(r.Details, &out.Details), "read details")
}

const (
	requestColumns = `
SELECT r.id, r.client_id, r.customer_id, p.name AS customer_name, coalesce(r.subscription_id, 0) AS subscription_id,
       coalesce(r.call_id, 0) AS call_id, coalesce(r.order_id, 0) AS order_id, coalesce(g.id, 0) AS grant_id, r.kind, r.details,
       r.amount_minor, r.currency, r.invoice, r.status, r.reason, r.asked_by, u.name AS asked_by_name, r.asked_at,
       coalesce(r.decided_by, 0) AS decided_by, r.updated_at`

	requestFrom = `
FROM account_requests r JOIN customers c ON c.id = r.customer_id JOIN people p ON p.id = c.person_id JOIN users u ON u.id = r.asked_by
LEFT JOIN grants g ON g.request_id = r.id
`
	selectAccountRequest = requestColumns + requestFrom + `WHERE r.client_id = ANY($1) AND r.id = $2`

	listAccountRequests = requestColumns + `, count(*) OVER () AS total` + requestFrom + `
WHERE r.client_id = ANY($1) AND ($2 = '' OR r.status = $2 OR $2 = 'open' AND r.status NOT IN ('done','refused'))
  AND ($3 = 0 OR r.customer_id = $3)
ORDER BY r.status IN ('done','refused'), CASE WHEN $2 = 'open' THEN r.id ELSE -r.id END LIMIT $4 OFFSET $5`
)

// RequestFilter narrows a list of requests; zero values do not. Status open is everything that is not at its end.
type RequestFilter struct {
	Status   string
	Customer CustomerID
}

// Requests lists what customers asked for: what is open first, the newest first.
func (s *Service) Requests(ctx context.Context, by auth.Actor, f RequestFilter, limit, offset int) ([]AccountRequest, int, error) {
	var rows []requestRow
	if err := s.db.SelectContext(ctx, &rows, listAccountRequests, by.Scope(), f.Status, f.Customer, limit, offset); err != nil {
		return nil, 0, errs.Wrap(err, "list requests")
	}
	out, total := make([]AccountRequest, 0, len(rows)), 0
	for _, r := range rows {
		one, err := r.request()
		if err != nil {
			return nil, 0, err
		}
		out, total = append(out, one), r.Total
	}
	return out, total, nil
}

func requestFor(ctx context.Context, db pg.DB, by auth.Actor, id RequestID) (AccountRequest, error) {
	var row requestRow
	if err := db.GetContext(ctx, &row, selectAccountRequest, by.Scope(), id); pg.None(err) {
		return AccountRequest{}, errs.Newf(errs.NotFound, "there is no request %d here", id)
	} else if err != nil {
		return AccountRequest{}, errs.Wrap(err, "read request")
	}
	return row.request()
}
