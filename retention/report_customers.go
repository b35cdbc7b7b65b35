package retention

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"strings"
	"time"

	"github.com/lib/pq"

	"saveline/campaigns"
	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/internal/pg"
	"saveline/retention/billing"
	"saveline/retention/flow"
)

// This file reads tables of lower slices (people, phones, calls) for the one page of a customer, as report.go does for
// cases.

const readPartyFact = `
SELECT c.external_id, p.name, p.email, p.postal_code,
       coalesce((SELECT number FROM phones WHERE person_id = p.id ORDER BY rank LIMIT 1), '') AS phone,
       coalesce((SELECT plan FROM subscriptions WHERE customer_id = c.id ORDER BY id LIMIT 1), '') AS plan,
       (SELECT started_on FROM subscriptions WHERE customer_id = c.id ORDER BY id LIMIT 1) AS started_on
FROM customers c JOIN people p ON p.id = c.person_id WHERE c.id = $1`

// Customer is a customer with what the first glance needs.
type Customer struct {
	ID         CustomerID         `json:"id" db:"id"`
	Client     auth.ClientID      `json:"clientId" db:"client_id"`
	Person     campaigns.PersonID `json:"personId" db:"person_id"`
	ExternalID string             `json:"externalId" db:"external_id"`
	Name       string             `json:"name" db:"name"`
	Email      string             `json:"email,omitempty" db:"email"`
	Region     string             `json:"region,omitempty" db:"region"`
	PostalCode string             `json:"postalCode,omitempty" db:"postal_code"`
	Language   string             `json:"language,omitempty" db:"language"`
	ValueTier  string             `json:"valueTier,omitempty" db:"value_tier"`
	Phones     pq.StringArray     `json:"phones" db:"phones" nullable:"false"`
	Plan       string             `json:"plan,omitempty" db:"plan"`
	Status     string             `json:"status,omitempty" db:"status" doc:"of the first subscription that has not ended"`
	OpenCase   CaseID             `json:"openCaseId,omitempty" db:"open_case"`
	Data       json.RawMessage    `json:"data,omitempty" db:"data"`
	Masked     bool               `json:"masked" doc:"facts are hidden: the person on the line is not verified, or not on the line"`
	Total      int                `json:"-" db:"total"`
}

const (
	customerColumns = `
SELECT c.id, c.client_id, c.person_id, c.external_id, p.name, p.email, p.region, p.postal_code, p.language, c.value_tier, p.data,
       ARRAY(SELECT number FROM phones WHERE person_id = p.id ORDER BY rank) AS phones,
       coalesce(s.plan, '') AS plan, coalesce(s.status, '') AS status,
       coalesce((SELECT id FROM cases WHERE customer_id = c.id AND closed_at IS NULL), 0) AS open_case`

	customerFrom = `
FROM customers c JOIN people p ON p.id = c.person_id
LEFT JOIN LATERAL (SELECT plan, status FROM subscriptions WHERE customer_id = c.id ORDER BY status = 'cancelled', id LIMIT 1) s ON true
`

	// $3: whether e-mail addresses and numbers may be searched too.
	listCustomers = customerColumns + `, count(*) OVER () AS total` + customerFrom + `
WHERE c.client_id = ANY($1) AND ($2 = '' OR c.external_id ILIKE $2 || '%' OR p.name ILIKE '%' || $2 || '%'
      OR $3 AND (p.email ILIKE $2 || '%' OR EXISTS (SELECT FROM phones f WHERE f.person_id = p.id AND f.number LIKE '%' || $2 || '%')))
ORDER BY p.name, c.id LIMIT $4 OFFSET $5`

	selectCustomer = customerColumns + customerFrom + `WHERE c.client_id = ANY($1) AND c.id = $2`

	liveCallWith = `
SELECT id FROM calls WHERE person_id = $1 AND agent_id = $2 AND connected_at IS NOT NULL AND wrapped_at IS NULL LIMIT 1`
)

const searchCharsMin = 2

// Customers lists customers by name. q narrows it to ids that begin with it and names that contain it; for those who
// see accounts without a call also e-mail addresses and numbers.
func (s *Service) Customers(ctx context.Context, by auth.Actor, q string, limit, offset int) ([]Customer, int, error) {
	if q = strings.TrimSpace(q); q != "" && len(q) < searchCharsMin {
		return nil, 0, errs.Newf(errs.Invalid, "search for at least two characters")
	}
	rows := []Customer{}
	isOpen := by.Can(auth.CasesRead)
	like := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(q)
	if err := s.db.SelectContext(ctx, &rows, listCustomers, by.Scope(), like, isOpen, limit, offset); err != nil {
		return nil, 0, errs.Wrap(err, "list customers")
	}
	for i := range rows {
		rows[i].Data = nil
		if !isOpen {
			rows[i] = rows[i].masked()
		}
	}
	if len(rows) == 0 {
		return rows, 0, nil
	}
	return rows, rows[0].Total, nil
}

// masked is a customer without account facts: the name, so that they can be greeted, and no more. The client's own id
// of them is an answer that the person on the line may be asked for (partyFacts), so it is not read off a list.
func (c Customer) masked() Customer {
	return Customer{
		ID: c.ID, Client: c.Client, Person: c.Person, Name: c.Name, Phones: pq.StringArray{}, Masked: true, Total: c.Total,
	}
}

func (s *Service) customerFor(ctx context.Context, by auth.Actor, id CustomerID) (c Customer, err error) {
	if err = s.db.GetContext(ctx, &c, selectCustomer, by.Scope(), id); pg.None(err) {
		return Customer{}, errs.Newf(errs.NotFound, "there is no customer %d here", id)
	}
	return c, errs.Wrap(err, "read customer")
}

// CustomerPage is everything that is known of a customer, on one page.
type CustomerPage struct {
	Customer
	Subscriptions []CustomerSubscription `json:"subscriptions"`
	Invoices      []CustomerInvoice      `json:"invoices"`
	Orders        []Order                `json:"orders"`
	Calls         []CustomerCall         `json:"calls"`
	Offers        []CustomerOffer        `json:"offers"`
	Cases         []CustomerCase         `json:"cases"`
	Requests      []AccountRequest       `json:"requests"`
	Grants        []Grant                `json:"grants"`
	Notes         []Note                 `json:"notes"`
}

// CustomerSubscription is what they pay for.
type CustomerSubscription struct {
	ID            int64        `json:"id"`
	ExternalID    string       `json:"externalId"`
	Plan          string       `json:"plan"`
	Price         money.Amount `json:"price" doc:"a month"`
	TermMonths    int          `json:"termMonths"`
	Status        string       `json:"status" enum:"trialing,active,cancel_scheduled,cancelled"`
	PastDue       bool         `json:"pastDue"`
	Discounts     Discounts    `json:"discounts" nullable:"false"`
	StartedOn     *time.Time   `json:"startedOn,omitempty"`
	CancelAt      *time.Time   `json:"cancelAt,omitempty"`
	TrialEnd      *time.Time   `json:"trialEnd,omitempty"`
	TermEnd       *time.Time   `json:"termEnd,omitempty"`
	NextInvoiceAt *time.Time   `json:"nextInvoiceAt,omitempty"`
	PausedUntil   *time.Time   `json:"pausedUntil,omitempty"`
	BilledAt      *time.Time   `json:"billedAt,omitempty" doc:"the newest news from billing"`
}

// CustomerInvoice is one charge.
type CustomerInvoice struct {
	ExternalID string                `json:"externalId"`
	Status     billing.InvoiceStatus `json:"status"`
	Due        money.Amount          `json:"due"`
	Paid       money.Amount          `json:"paid"`
	Refunded   money.Amount          `json:"refunded"`
	Disputed   bool                  `json:"disputed"`
	InvoicedAt time.Time             `json:"invoicedAt"`
}

// CustomerCall is one call with them.
type CustomerCall struct {
	ID       dialer.CallID `json:"id" db:"id"`
	At       time.Time     `json:"at" db:"placed_at"`
	Agent    string        `json:"agent,omitempty" db:"agent"`
	Outcome  string        `json:"outcome,omitempty" db:"outcome"`
	Campaign string        `json:"campaign" db:"campaign"`
}

// CustomerOffer is something they were offered.
type CustomerOffer struct {
	Name     string    `json:"name" db:"name"`
	Result   string    `json:"result" db:"result"`
	Decision string    `json:"decision,omitempty" db:"decision"`
	Reason   string    `json:"reason,omitempty" db:"reason"`
	At       time.Time `json:"at" db:"at"`
}

// CustomerCase is a wish to cancel.
type CustomerCase struct {
	ID          CaseID     `json:"id" db:"id"`
	State       flow.State `json:"state" db:"state"`
	ReasonCode  string     `json:"reasonCode" db:"reason_code"`
	RequestedAt time.Time  `json:"requestedAt" db:"requested_at"`
	ClosedAt    *time.Time `json:"closedAt,omitempty" db:"closed_at"`
}

const pageRowsMax = 100 // of each kind on a customer's page, the newest

// CustomerFor is a customer's page. Who sees accounts only in conversations gets it masked until, on a call of theirs
// with this customer, the person on the line was verified.
//
// Codes: not_found.
func (s *Service) CustomerFor(ctx context.Context, by auth.Actor, id CustomerID) (CustomerPage, error) {
	c, err := s.customerFor(ctx, by, id)
	if err != nil {
		return CustomerPage{}, err
	}
	out := emptyPage(c)
	isOpen, err := s.mayRead(ctx, by, c)
	if err != nil || !isOpen {
		out.Customer = c.masked()
		return out, err
	}
	return out, s.fill(ctx, by, &out)
}

func emptyPage(c Customer) CustomerPage {
	return CustomerPage{
		Customer: c, Subscriptions: []CustomerSubscription{}, Invoices: []CustomerInvoice{}, Orders: []Order{}, Calls: []CustomerCall{},
		Offers: []CustomerOffer{}, Cases: []CustomerCase{}, Requests: []AccountRequest{}, Grants: []Grant{}, Notes: []Note{},
	}
}

// mayRead reports whether the actor may see the account now.
func (s *Service) mayRead(ctx context.Context, by auth.Actor, c Customer) (is bool, err error) {
	if by.Can(auth.CasesRead) {
		return true, nil
	}
	var call dialer.CallID
	if err := s.db.GetContext(ctx, &call, liveCallWith, c.Person, by.User); pg.None(err) {
		return false, nil
	} else if err != nil {
		return false, errs.Wrap(err, "find the call")
	}
	return is, errs.Wrap(s.db.GetContext(ctx, &is, isPartyVerified, c.Client, call, c.ID), "read checks")
}

const (
	subscriptionsOf = mirroredColumns + ` WHERE s.customer_id = $1 ORDER BY s.status = 'cancelled', s.id`

	startsOf = `SELECT id, started_on FROM subscriptions WHERE customer_id = $1 AND started_on IS NOT NULL`

	invoicesOf = `
SELECT i.external_id, i.status, i.due_minor, i.paid_minor, i.refunded_minor, i.currency, i.disputed, i.invoiced_at
FROM invoices i JOIN subscriptions s ON s.id = i.subscription_id WHERE s.customer_id = $1 ORDER BY i.invoiced_at DESC, i.id DESC LIMIT $2`

	callsOf = `
SELECT k.id, k.placed_at, coalesce(u.name, '') AS agent, coalesce(o.code, k.disposition, '') AS outcome, coalesce(m.name, '') AS campaign
FROM calls k LEFT JOIN users u ON u.id = k.agent_id LEFT JOIN outcomes o ON o.call_id = k.id LEFT JOIN campaigns m ON m.id = k.campaign_id
WHERE k.person_id = $1 ORDER BY k.id DESC LIMIT $2`

	offersOf = `
SELECT v.name, v.result, coalesce(p.decision, '') AS decision, p.decline_reason AS reason, p.presented_at AS at
FROM presentations p LEFT JOIN calls k ON k.id = p.call_id JOIN offer_versions v ON v.id = p.offer_version_id
LEFT JOIN cases c ON c.id = p.case_id LEFT JOIN customers cu ON cu.id = c.customer_id
WHERE coalesce(k.person_id, cu.person_id) = $1 ORDER BY p.id DESC LIMIT $2`

	casesOf = `
SELECT c.id, c.state, r.reason_code, r.requested_at, c.closed_at
FROM cases c JOIN cancel_requests r ON r.id = c.request_id WHERE c.customer_id = $1 ORDER BY c.id DESC LIMIT $2`
)

func (s *Service) fill(ctx context.Context, by auth.Actor, out *CustomerPage) (err error) {
	if err := s.fillBilling(ctx, out); err != nil {
		return err
	}
	for _, part := range []struct {
		into  any
		query string
		of    any
	}{{&out.Calls, callsOf, out.Person}, {&out.Offers, offersOf, out.Person}, {&out.Cases, casesOf, out.ID}, {&out.Notes, notesOf, out.ID}} {
		if err := s.db.SelectContext(ctx, part.into, part.query, part.of, pageRowsMax); err != nil {
			return errs.Wrap(err, "read the customer's page")
		}
	}
	if out.Orders, _, err = s.Orders(ctx, by, OrderFilter{Person: out.Person}, pageRowsMax, 0); err != nil {
		return err
	}
	if out.Requests, _, err = s.Requests(ctx, by, RequestFilter{Customer: out.ID}, pageRowsMax, 0); err != nil {
		return err
	}
	out.Grants, _, err = s.Grants(ctx, by, GrantFilter{Customer: out.ID}, pageRowsMax, 0)
	return err
}

func (s *Service) fillBilling(ctx context.Context, out *CustomerPage) error {
	var subs []mirrored
	if err := s.db.SelectContext(ctx, &subs, subscriptionsOf, out.ID); err != nil {
		return errs.Wrap(err, "read subscriptions")
	}
	var starts []struct {
		ID        int64     `db:"id"`
		StartedOn time.Time `db:"started_on"`
	}
	if err := s.db.SelectContext(ctx, &starts, startsOf, out.ID); err != nil {
		return errs.Wrap(err, "read subscriptions")
	}
	since := map[int64]*time.Time{}
	for _, st := range starts {
		since[st.ID] = &st.StartedOn
	}
	for _, m := range subs {
		out.Subscriptions = append(out.Subscriptions, CustomerSubscription{
			ID: m.ID, ExternalID: m.ExternalID, Plan: m.Plan, Price: money.Amount{Minor: m.PriceMinor, Currency: m.Currency},
			TermMonths: m.TermMonths, Status: m.Status, PastDue: m.PastDue, Discounts: m.Discounts, StartedOn: since[m.ID], CancelAt: m.CancelAt,
			TrialEnd: m.TrialEnd, TermEnd: m.TermEnd, NextInvoiceAt: m.NextInvoiceAt, PausedUntil: m.PausedUntil, BilledAt: m.BilledAt,
		})
	}
	var invoices []struct {
		ExternalID string                `db:"external_id"`
		Status     billing.InvoiceStatus `db:"status"`
		Due        int64                 `db:"due_minor"`
		Paid       int64                 `db:"paid_minor"`
		Refunded   int64                 `db:"refunded_minor"`
		Currency   string                `db:"currency"`
		Disputed   bool                  `db:"disputed"`
		InvoicedAt time.Time             `db:"invoiced_at"`
	}
	if err := s.db.SelectContext(ctx, &invoices, invoicesOf, out.ID, pageRowsMax); err != nil {
		return errs.Wrap(err, "read invoices")
	}
	for _, in := range invoices {
		a := func(minor int64) money.Amount { return money.Amount{Minor: minor, Currency: in.Currency} }
		out.Invoices = append(out.Invoices, CustomerInvoice{
			ExternalID: in.ExternalID, Status: in.Status, Due: a(in.Due), Paid: a(in.Paid), Refunded: a(in.Refunded), Disputed: in.Disputed,
			InvoicedAt: in.InvoicedAt,
		})
	}
	return nil
}

// details are texts by name as jsonb.
type details map[string]string

// Value writes the details as jsonb.
func (d details) Value() (driver.Value, error) {
	if d == nil {
		return "{}", nil
	}
	raw, err := json.Marshal(map[string]string(d))
	return string(raw), err
}

func rolesOf(by auth.Actor) any {
	names := make([]string, len(by.Roles))
	for i, r := range by.Roles {
		names[i] = string(r)
	}
	return pq.Array(names)
}
