package retention

import (
	"context"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/retention/billing"
)

// Received is what became of a delivery from billing.
type Received struct {
	Event  string `json:"event" doc:"billing's id of it"`
	Effect string `json:"effect" doc:"applied, stale (newer news came before it), unknown_subscription, ignored, duplicate"`
}

const effectDuplicate = "duplicate"

const (
	insertBillingEvent = `
INSERT INTO billing_events (client_id, external_id, type, happened_at, received_at, effect) VALUES ($1, $2, $3, $4, $5, '')
ON CONFLICT (client_id, external_id) DO NOTHING RETURNING id`

	setEventEffect = `UPDATE billing_events SET effect = $2 WHERE id = $1`
)

// signed is a delivery with the headers that a signature may stand in, by name.
type signed struct {
	Signatures map[string]string
	Body       []byte
}

// ReceiveBilling takes what a client's billing system sends by itself. It is believed only with the signature of the
// connection's secret, not older than a few minutes, and counts once. Events may come in any order: an older state
// never replaces a newer one.
//
// Codes: forbidden (not signed, too old, or nothing is connected), invalid.
func (s *Service) ReceiveBilling(ctx context.Context, client auth.ClientID, d signed) (out Received, err error) {
	now := s.now()
	adapter, err := s.adapterOf(ctx, s.db, client)
	if errs.Is(err, errs.NotFound) { // whether a client exists is not said to strangers
		return out, errs.Newf(errs.Forbidden, "the signature does not fit; check that both sides have the same signing secret")
	}
	if err != nil {
		return out, err
	}
	e, err := adapter.Receive(billing.Delivery{Signature: d.Signatures[adapter.SignatureHeader()], Body: d.Body, At: now})
	if err != nil {
		return out, err
	}
	out.Event = e.ID
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		var id int64
		if err := tx.GetContext(ctx, &id, insertBillingEvent, client, e.ID, e.Type, e.At, now); pg.None(err) {
			out.Effect = effectDuplicate
			return nil
		} else if err != nil {
			return errs.Wrap(err, "record event")
		}
		switch {
		case e.Subscription != nil:
			out.Effect, _, err = mirrorTx(ctx, tx, client, *e.Subscription, e.At, now)
		case e.Invoice != nil:
			out.Effect, err = mirrorInvoiceTx(ctx, tx, client, *e.Invoice, e.At, false)
		default:
			out.Effect = effectIgnored
		}
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, setEventEffect, id, out.Effect)
		return errs.Wrap(err, "record event")
	})
	return out, err
}
