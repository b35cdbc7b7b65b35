package retention

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/jobs"
	"saveline/internal/pg"
	"saveline/retention/billing"
)

// The kinds of billing system that can be connected.
const (
	BillingStripe  = "stripe"
	BillingWebhook = "webhook"
)

// Wiring is what the save desk needs to reach billing systems; without it nothing there is asked or changed.
type Wiring struct {
	Jobs *jobs.Client // nil carries grants out on the spot: rehearsals
	Box  auth.Box     // secrets lie under its key
	// Open makes the adapter of an opened connection.
	Open func(OpenedConnection) (billing.Adapter, error)
}

// OpenedConnection is a connection with its secrets in the clear, for an adapter and nobody else.
type OpenedConnection struct {
	Kind            string
	URL             string
	Secret, Signing string
}

// UseBilling connects the save desk to billing systems; call it before anything runs.
func (s *Service) UseBilling(w Wiring) {
	s.wiring = w
	if w.Jobs != nil {
		jobs.Handle(w.Jobs, grantTimeout, s.carryOut)
		jobs.Handle(w.Jobs, reconcileTimeout, s.reconcilePiece)
		jobs.Handle(w.Jobs, verifyTimeout, func(ctx context.Context, j verifyJob) error { return s.verify(ctx, j.Case) })
	}
}

// ConnectionInput is how a client's billing system is reached. Secrets left empty stay as they are.
type ConnectionInput struct {
	Client      auth.ClientID
	Kind        string
	URL         string // of the endpoint; empty for Stripe's own
	Secret      string // Stripe: secret API key; webhook: what requests are signed with
	Signing     string // what comes in is signed with
	PaymentLink string // hosted page for orders, with {order} where its id goes
}

// Connection is a client's billing system as people see it: without its secrets.
type Connection struct {
	Client      auth.ClientID `json:"clientId" db:"client_id"`
	Kind        string        `json:"kind" db:"kind"`
	URL         string        `json:"url" db:"url"`
	PaymentLink string        `json:"paymentLink" db:"payment_link"`
	ChangedBy   string        `json:"changedBy" db:"changed_by"`
	ChangedAt   time.Time     `json:"changedAt" db:"changed_at"`
}

const secretCharsMax = 500

// Validate names every fault of the input.
func (in ConnectionInput) Validate() error {
	var f errs.Faults
	checkOneOf(&f, "kind", in.Kind, []string{BillingStripe, BillingWebhook})
	f.Check(in.Kind == BillingStripe || in.URL != "", "url", "say where the endpoint is")
	f.Check(in.URL == "" || isWebAddress(in.URL), "url", "write an address that begins with https:// or http://")
	f.Check(in.PaymentLink == "" || isWebAddress(in.PaymentLink) && strings.Contains(in.PaymentLink, orderPlace), "paymentLink",
		"write an address with {order} where the order's number goes")
	f.Check(len(in.Secret) <= secretCharsMax && len(in.Signing) <= secretCharsMax, "secret", "use at most 500 characters")
	return f.Err()
}

func isWebAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil
}

const (
	selectConnection = `
SELECT client_id, kind, url, payment_link, changed_by, changed_at FROM billing_connections WHERE client_id = $1`

	selectConnectionSecrets = `SELECT kind, url, secret, signing FROM billing_connections WHERE client_id = $1`

	upsertConnection = `
INSERT INTO billing_connections (client_id, kind, url, secret, signing, payment_link, changed_by, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (client_id) DO UPDATE SET kind = excluded.kind, url = excluded.url, secret = excluded.secret, signing = excluded.signing,
    payment_link = excluded.payment_link, changed_by = excluded.changed_by, changed_at = excluded.changed_at`

	connectedClients = `SELECT client_id FROM billing_connections ORDER BY client_id`
)

type sealedConnection struct {
	Kind    string `db:"kind"`
	URL     string `db:"url"`
	Secret  []byte `db:"secret"`
	Signing []byte `db:"signing"`
}

// Connect sets how a client's billing system is reached. Its secrets are sealed and never shown again.
//
// Codes: invalid, not_found (the client is not theirs).
func (s *Service) Connect(ctx context.Context, by auth.Actor, in ConnectionInput) (out Connection, err error) {
	if err := in.Validate(); err != nil {
		return Connection{}, err
	}
	client, err := by.ClientFor(in.Client)
	if err != nil {
		return Connection{}, err
	}
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		secret, signing, err := s.sealed(ctx, tx, client, in)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, upsertConnection, client, in.Kind, in.URL, secret, signing, in.PaymentLink, by.Name, now); err != nil {
			return errs.Wrap(err, "store connection")
		}
		if err := tx.GetContext(ctx, &out, selectConnection, client); err != nil {
			return errs.Wrap(err, "read connection")
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{
			Client: client, Act: "billing.connect", Object: fmt.Sprintf("client:%d", client), Data: out,
		})
	})
	return out, err
}

// sealed is both secrets for the table: new ones, or those that are there.
func (s *Service) sealed(ctx context.Context, tx *pg.Tx, client auth.ClientID, in ConnectionInput) (secret, signing []byte, err error) {
	var old sealedConnection
	if err := tx.GetContext(ctx, &old, selectConnectionSecrets, client); err != nil && !pg.None(err) {
		return nil, nil, errs.Wrap(err, "read connection")
	}
	if in.Secret == "" && old.Secret == nil || in.Signing == "" && old.Signing == nil {
		var f errs.Faults
		f.Check(in.Secret != "", "secret", "is needed the first time")
		f.Check(in.Signing != "", "signing", "is needed the first time: what comes in is checked with it")
		return nil, nil, f.Err()
	}
	secret, signing = old.Secret, old.Signing
	if in.Secret != "" {
		secret = s.wiring.Box.Seal([]byte(in.Secret), secretPlace(client))
	}
	if in.Signing != "" {
		signing = s.wiring.Box.Seal([]byte(in.Signing), signingPlace(client))
	}
	return secret, signing, nil
}

func secretPlace(c auth.ClientID) string  { return fmt.Sprintf("billing_connections.secret:%d", c) }
func signingPlace(c auth.ClientID) string { return fmt.Sprintf("billing_connections.signing:%d", c) }

// ConnectionFor is a client's billing system.
//
// Codes: not_found (no such client here, or nothing is connected).
func (s *Service) ConnectionFor(ctx context.Context, by auth.Actor, client auth.ClientID) (out Connection, err error) {
	if client, err = by.ClientFor(client); err != nil {
		return Connection{}, err
	}
	if err = s.db.GetContext(ctx, &out, selectConnection, client); pg.None(err) {
		return Connection{}, errs.Newf(errs.NotFound, "no billing system is connected yet; an administrator can connect one")
	}
	return out, errs.Wrap(err, "read connection")
}

// adapterOf opens a client's connection.
//
// Codes: not_found (nothing is connected).
func (s *Service) adapterOf(ctx context.Context, db sqlx.QueryerContext, client auth.ClientID) (billing.Adapter, error) {
	var sealed sealedConnection
	if err := sqlx.GetContext(ctx, db, &sealed, selectConnectionSecrets, client); pg.None(err) || s.wiring.Open == nil {
		return nil, errs.Newf(errs.NotFound, "no billing system is connected for client %d", client)
	} else if err != nil {
		return nil, errs.Wrap(err, "read connection")
	}
	secret, err := s.wiring.Box.Open(sealed.Secret, secretPlace(client))
	if err != nil {
		return nil, err
	}
	signing, err := s.wiring.Box.Open(sealed.Signing, signingPlace(client))
	if err != nil {
		return nil, err
	}
	return s.wiring.Open(OpenedConnection{Kind: sealed.Kind, URL: sealed.URL, Secret: string(secret), Signing: string(signing)})
}
