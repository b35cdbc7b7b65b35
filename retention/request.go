package retention

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/internal/pg"
	"saveline/retention/billing"
)

// RequestID names something that a customer asked for on a call and that another system must do.
type RequestID int64

// The kinds of request.
const (
	AskAddress     = "address"
	AskPhone       = "phone"
	AskPaymentLink = "payment_link"
	AskRefund      = "refund"     // money back from a paid invoice
	AskAdjustment  = "adjustment" // an amount off the next bill
	AskReturn      = "return"     // of an order
)

var requestKinds = []string{AskAddress, AskPhone, AskPaymentLink, AskRefund, AskAdjustment, AskReturn}

// The statuses of a request: waiting for another person's approval, approved, passed on to the system that owns it,
// done, or not.
const (
	RequestWaiting  = "waiting"
	RequestApproved = "approved"
	RequestRefused  = "refused"
	RequestPassedOn = "passed_on"
	RequestDone     = "done"
	RequestFailed   = "failed"
)

// RequestInput is what a customer asks for on a call.
type RequestInput struct {
	Call    dialer.CallID
	Kind    string
	Details map[string]string // what to change it to: street, city, phone, reason, …
	Amount  money.Amount      // of a refund or an adjustment
	Invoice string            // billing's id of the invoice that is paid back
	Order   OrderID           // that is returned
}

const detailsMax = 20

// Validate names every fault of the input.
func (in RequestInput) Validate() error {
	var f errs.Faults
	checkOneOf(&f, "kind", in.Kind, requestKinds)
	f.Check(len(in.Details) <= detailsMax, "details", "give at most 20 details")
	for _, name := range slices.Sorted(maps.Keys(in.Details)) {
		checkText(&f, "details."+name, in.Details[name], noteCharsMax)
	}
	isMoney := in.Kind == AskRefund || in.Kind == AskAdjustment
	f.Check(!isMoney || in.Amount.Minor > 0, "amount", "say how much, more than nothing")
	f.Check(isMoney || in.Amount.Minor == 0, "amount", "goes with a refund or an adjustment")
	f.Check(in.Kind != AskRefund || in.Invoice != "", "invoice", "say which invoice is paid back")
	f.Check(in.Kind != AskReturn || in.Order != 0, "orderId", "say which order is returned")
	return f.Err()
}

const (
	insertRequestOf = `
INSERT INTO account_requests (client_id, customer_id, subscription_id, call_id, order_id, kind, details, amount_minor, currency, invoice,
       status, asked_by, asked_at, updated_at)
SELECT c.client_id, c.id, (SELECT s.id FROM subscriptions s WHERE s.customer_id = c.id ORDER BY s.status = 'cancelled', s.id LIMIT 1),
       $2, NULLIF($3, 0), $4, $5, $6, $7, $8, $9, $10, $11, $11
FROM customers c WHERE c.id = $1 RETURNING id`

	limitOfRoles = `
SELECT coalesce(max(amount_minor), 0) FROM request_limits WHERE client_id = $1 AND currency = $2 AND role = ANY($3)`

	invoiceOfCustomer = `
SELECT count(*) FROM invoices i JOIN subscriptions s ON s.id = i.subscription_id
WHERE s.customer_id = $1 AND i.external_id = $2 AND i.paid_minor - i.refunded_minor >= $3`

	orderOfPerson = `SELECT count(*) FROM orders WHERE id = $1 AND person_id = $2`

	decideRequest = `
UPDATE account_requests SET status = $2, reason = $3, decided_by = $4, decided_at = $5, updated_at = $5
WHERE id = $1 AND status = 'waiting'`

	moveRequest = `UPDATE account_requests SET status = $3, reason = $4, updated_at = $5 WHERE id = $1 AND status = $2`

	passRequest = `UPDATE account_requests SET status = 'passed_on', updated_at = $2 WHERE id = $1 AND status = 'approved'`

	settleRequest = `
UPDATE account_requests SET status = CASE $2 WHEN 'applied' THEN 'done' ELSE 'failed' END, reason = $4, updated_at = $3
WHERE id = $1 AND status IN ('approved','passed_on','failed')`
)

func init() {
	pg.Constraint("account_requests_four_eyes", errs.Forbidden, "somebody else must approve what you asked for yourself")
}

// Ask records what a customer asks for on a call. Money within the limit of the agent's role, and changes without
// money, are approved at once; above the limit another person decides. What is approved is passed on to billing or
// waits for the system that owns it, and is followed until it is done.
//
// Codes: invalid, conflict (another agent's call, the person is no customer or not verified), not_found.
func (s *Service) Ask(ctx context.Context, by auth.Actor, in RequestInput) (out AccountRequest, err error) {
	if err := in.Validate(); err != nil {
		return AccountRequest{}, err
	}
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		call, err := s.lockedCall(ctx, tx, by, in.Call)
		if err != nil {
			return err
		}
		customer, err := askedFor(ctx, tx, call, in)
		if err != nil {
			return err
		}
		isAllowed, err := within(ctx, tx, by, call.Client, in.Amount)
		if err != nil {
			return err
		}
		status := RequestWaiting
		if isAllowed {
			status = RequestApproved
		}
		currency := in.Amount.Currency
		if currency == "" {
			currency = currencyDefault
		}
		var id RequestID
		err = tx.GetContext(ctx, &id, insertRequestOf, customer, in.Call, in.Order, in.Kind, details(in.Details), in.Amount.Minor, currency,
			in.Invoice, status, by.User, now)
		if err != nil {
			return errs.Wrap(err, "record request")
		}
		if out, err = requestFor(ctx, tx, by, id); err != nil {
			return err
		}
		if isAllowed {
			if err := s.passOnTx(ctx, tx, &out, now); err != nil {
				return err
			}
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{
			Client: out.Client, Act: "request.ask", Object: requestObject(id), Data: map[string]any{"kind": in.Kind, "status": out.Status},
		})
	})
	return out, err
}

func requestObject(id RequestID) string { return fmt.Sprintf("request:%d", id) }

// askedFor is the verified customer on the call, if what they ask for is theirs.
func askedFor(ctx context.Context, tx *pg.Tx, call dialer.Call, in RequestInput) (CustomerID, error) {
	customer, err := customerOf(ctx, tx, call.Person)
	if err != nil {
		return 0, err
	}
	if customer == 0 {
		return 0, errs.Newf(errs.Conflict, "the person on this call is no customer with an account")
	}
	if err := mustBeVerified(ctx, tx, call); err != nil {
		return 0, err
	}
	n := 1
	switch in.Kind {
	case AskRefund:
		err = tx.GetContext(ctx, &n, invoiceOfCustomer, customer, in.Invoice, in.Amount.Minor)
	case AskReturn:
		err = tx.GetContext(ctx, &n, orderOfPerson, in.Order, call.Person)
	}
	if err == nil && n == 0 {
		err = errs.Newf(errs.NotFound, "this customer has no such order, or no such invoice with so much left to pay back")
	}
	return customer, err
}

// within reports whether somebody may give this much of the client's money by themselves.
func within(ctx context.Context, tx *pg.Tx, by auth.Actor, client auth.ClientID, a money.Amount) (bool, error) {
	if a.Minor == 0 {
		return true, nil
	}
	var limit int64
	err := tx.GetContext(ctx, &limit, limitOfRoles, client, a.Currency, rolesOf(by))
	return a.Minor <= limit, errs.Wrap(err, "read limits")
}

// passOnTx hands an approved request to billing, where it is billing's to do. Others wait for their owner to fetch them.
func (s *Service) passOnTx(ctx context.Context, tx *pg.Tx, r *AccountRequest, now time.Time) error {
	change := billing.Change{Kind: billing.KindCredit, Amount: &r.Amount}
	switch r.Kind {
	case AskAdjustment:
	case AskRefund:
		change = billing.Change{Kind: billing.KindRefund, Refund: &billing.Refund{Invoice: billing.InvoiceID(r.Invoice), Amount: r.Amount}}
	default:
		return nil
	}
	if r.Subscription == 0 {
		return nil
	}
	id, err := s.queueGrantTx(ctx, tx, now, newGrant{
		Subscription: r.Subscription, Request: r.ID, PromisedBy: r.AskedBy, Change: change, Estimate: r.Amount,
	})
	if err != nil || id == 0 {
		return err // without a billing system it waits for a person
	}
	r.Status = RequestPassedOn
	_, err = tx.ExecContext(ctx, passRequest, r.ID, now)
	return errs.Wrap(err, "pass request on")
}

// RequestDecision is another person's word on a request.
type RequestDecision struct {
	Request   RequestID
	IsAllowed bool
	Reason    string
}

// DecideRequest approves or refuses a request that is above its asker's limit. Nobody decides their own, and who
// approves needs a limit that covers it.
//
// Codes: invalid, not_found, forbidden (one's own, or above the limit), conflict (it is decided).
func (s *Service) DecideRequest(ctx context.Context, by auth.Actor, in RequestDecision) (out AccountRequest, err error) {
	var f errs.Faults
	checkText(&f, "reason", in.Reason, noteCharsMax)
	f.Check(in.IsAllowed || in.Reason != "", "reason", "say why, so that the customer can be told")
	if err := f.Err(); err != nil {
		return AccountRequest{}, err
	}
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if out, err = requestFor(ctx, tx, by, in.Request); err != nil {
			return err
		}
		status := RequestRefused
		if in.IsAllowed {
			status = RequestApproved
			if err := mayApprove(ctx, tx, by, out); err != nil {
				return err
			}
		}
		switch is, err := changed(tx.ExecContext(ctx, decideRequest, in.Request, status, in.Reason, by.User, now)); {
		case err != nil:
			return err
		case !is:
			return errs.Newf(errs.Conflict, "this request is %s already", words(out.Status))
		}
		if out, err = requestFor(ctx, tx, by, in.Request); err != nil {
			return err
		}
		if in.IsAllowed {
			if err := s.passOnTx(ctx, tx, &out, now); err != nil {
				return err
			}
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{
			Client: out.Client, Act: "request." + status, Object: requestObject(in.Request), Why: in.Reason,
		})
	})
	return out, err
}

func mayApprove(ctx context.Context, tx *pg.Tx, by auth.Actor, r AccountRequest) error {
	if by.User == 0 || by.User == r.AskedBy {
		return errs.Newf(errs.Forbidden, "somebody else must approve what you asked for yourself")
	}
	isAllowed, err := within(ctx, tx, by, r.Client, r.Amount)
	if err == nil && !isAllowed {
		err = errs.Newf(errs.Forbidden, "this is above the limit of your role; somebody with a higher limit must approve it")
	}
	return err
}

var nextOfRequest = map[string][]string{
	RequestApproved: {RequestPassedOn, RequestDone, RequestFailed},
	RequestPassedOn: {RequestDone, RequestFailed},
	RequestFailed:   {RequestPassedOn, RequestDone},
}

// RequestMove is news about a request from the system that owns it.
type RequestMove struct {
	Request RequestID
	Status  string
	Reason  string
}

// MoveRequest records how far a request is: passed on, done, failed.
//
// Codes: invalid, not_found, conflict (it cannot go there, or billing has it and will say so itself).
func (s *Service) MoveRequest(ctx context.Context, by auth.Actor, in RequestMove) (out AccountRequest, err error) {
	var f errs.Faults
	checkText(&f, "reason", in.Reason, noteCharsMax)
	checkOneOf(&f, "status", in.Status, []string{RequestPassedOn, RequestDone, RequestFailed})
	if err := f.Err(); err != nil {
		return AccountRequest{}, err
	}
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if out, err = requestFor(ctx, tx, by, in.Request); err != nil {
			return err
		}
		if out.Grant != 0 || !slices.Contains(nextOfRequest[out.Status], in.Status) {
			return errs.Newf(errs.Conflict, "this request is %s and cannot be made %s here", words(out.Status), words(in.Status))
		}
		if is, err := changed(tx.ExecContext(ctx, moveRequest, in.Request, out.Status, in.Status, in.Reason, now)); err != nil || !is {
			return errs.WithCause(errs.Conflict, err, "somebody else changed this request; load it again")
		}
		if out, err = requestFor(ctx, tx, by, in.Request); err != nil {
			return err
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{
			Client: out.Client, Act: "request." + in.Status, Object: requestObject(in.Request), Why: in.Reason,
		})
	})
	return out, err
}

// requestSettledTx follows a request to its end: billing did it, or said no.
func (s *Service) requestSettledTx(ctx context.Context, tx *pg.Tx, g Grant, now time.Time) error {
	_, err := tx.ExecContext(ctx, settleRequest, g.Request, g.Status, now, g.Error)
	return errs.Wrap(err, "settle request")
}

// RequestLimit is how much of a client's money a role may give back by itself.
type RequestLimit struct {
	Role   auth.Role    `json:"role"`
	Amount money.Amount `json:"amount"`
}

const (
	selectLimits = `SELECT role, amount_minor, currency FROM request_limits WHERE client_id = $1 ORDER BY role, currency`

	upsertLimit = `
INSERT INTO request_limits (client_id, role, amount_minor, currency, changed_by, changed_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (client_id, role, currency) DO UPDATE SET amount_minor = excluded.amount_minor, changed_by = excluded.changed_by,
    changed_at = excluded.changed_at`
)

// Limits are a client's limits by role. A role that is not there may give nothing.
//
// Codes: not_found (client).
func (s *Service) Limits(ctx context.Context, by auth.Actor, client auth.ClientID) ([]RequestLimit, error) {
	client, err := by.ClientFor(client)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		Role     auth.Role `db:"role"`
		Minor    int64     `db:"amount_minor"`
		Currency string    `db:"currency"`
	}
	if err := s.db.SelectContext(ctx, &rows, selectLimits, client); err != nil {
		return nil, errs.Wrap(err, "read limits")
	}
	out := make([]RequestLimit, 0, len(rows))
	for _, r := range rows {
		out = append(out, RequestLimit{Role: r.Role, Amount: money.Amount{Minor: r.Minor, Currency: r.Currency}})
	}
	return out, nil
}

// SetLimits sets limits of roles; those that are not named stay.
//
// Codes: invalid, not_found (client).
func (s *Service) SetLimits(ctx context.Context, by auth.Actor, client auth.ClientID, all []RequestLimit) error {
	client, err := by.ClientFor(client)
	if err != nil {
		return err
	}
	var f errs.Faults
	for i, l := range all {
		path := fmt.Sprintf("limits.%d.", i)
		f.Check(slices.Contains(auth.Roles, l.Role), path+"role", "there is no such role")
		_, err := money.Exponent(l.Amount.Currency)
		f.Check(err == nil && l.Amount.Minor >= 0, path+"amount", "write an amount that is not below nothing")
	}
	if err := f.Err(); err != nil {
		return err
	}
	now := s.now()
	return pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		for _, l := range all {
			if _, err := tx.ExecContext(ctx, upsertLimit, client, l.Role, l.Amount.Minor, l.Amount.Currency, by.Name, now); err != nil {
				return errs.Wrap(err, "set limit")
			}
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{Client: client, Act: "request.limits", Object: fmt.Sprintf("client:%d", client), Data: all})
	})
}
