package retention

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

// Offers lists the offers of the actor's clients in script order, in their newest versions.
func (s *Service) Offers(ctx context.Context, by auth.Actor, retired bool, limit, offset int) ([]Offer, int, error) {
	var rows []offerRow
	if err := s.db.SelectContext(ctx, &rows, listOffers, by.Scope(), retired, limit, offset); err != nil {
		return nil, 0, errs.Wrap(err, "list offers")
	}
	out, total := make([]Offer, 0, len(rows)), 0
	for _, r := range rows {
		out, total = append(out, r.offer()), r.Total
	}
	return out, total, nil
}

// CreateOffer makes an offer in its first version.
//
// Codes: invalid (with the faulty fields), not_found (the client is not theirs), conflict (the code is taken).
func (s *Service) CreateOffer(ctx context.Context, by auth.Actor, in NewOffer) (out Offer, err error) {
	in.OfferInput = in.filled()
	if err := s.validate(in.Validate(), in.OfferInput); err != nil {
		return Offer{}, err
	}
	client, err := by.ClientFor(in.Client)
	if err != nil {
		return Offer{}, err
	}
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		var id OfferID
		if err := tx.GetContext(ctx, &id, insertOffer, client, in.Code, now); err != nil {
			return errs.Wrap(err, "create offer")
		}
		if err := addVersion(ctx, tx, by, id, in.OfferInput, now); err != nil {
			return err
		}
		if out, err = getOffer(ctx, tx, by, id); err != nil {
			return err
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{Client: client, Act: "offer.create", Object: offerObject(id), Data: out})
	})
	return out, err
}

// validate adds the faults of the condition, which needs a compiler, to what the input alone shows.
func (s *Service) validate(err error, in OfferInput) error {
	if err != nil {
		return err
	}
	if _, err := s.conditions.Compile(in.Eligibility); err != nil {
		var f errs.Faults
		f.Addf("eligibility", "%s", sentence(err))
		return f.Err()
	}
	return nil
}

// EditOffer gives an offer a new version. seen is the version the editor had before them. An edit that changes nothing
// makes no version.
//
// Codes: invalid, not_found, stale (somebody made a version since), conflict (the offer is retired).
func (s *Service) EditOffer(ctx context.Context, by auth.Actor, id OfferID, seen int, in OfferInput) (out Offer, err error) {
	in = in.filled()
	if err := s.validate(in.Validate(), in); err != nil {
		return Offer{}, err
	}
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		old, err := lockedOffer(ctx, tx, by, id)
		switch {
		case err != nil:
			return err
		case old.RetiredAt != nil:
			return errs.Newf(errs.Conflict, "this offer is retired; make a new one with its own code")
		case seen != 0 && seen != old.Version:
			return errs.Newf(errs.Stale, "somebody made version %d of this offer meanwhile; load it again", old.Version)
		case same(old.input(), in):
			out = old
			return nil
		}
		if err := addVersion(ctx, tx, by, id, in, now); err != nil {
			return err
		}
		if out, err = getOffer(ctx, tx, by, id); err != nil {
			return err
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{Client: out.Client, Act: "offer.edit", Object: offerObject(id), Data: out})
	})
	return out, err
}

// RetireOffer takes an offer off the shelf for good. What was shown of it stays as it was. Twice is once.
//
// Codes: not_found.
func (s *Service) RetireOffer(ctx context.Context, by auth.Actor, id OfferID) (out Offer, err error) {
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if out, err = lockedOffer(ctx, tx, by, id); err != nil || out.RetiredAt != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, retireOffer, id, now); err != nil {
			return errs.Wrap(err, "retire offer")
		}
		out.RetiredAt = &now
		return auth.AuditTx(ctx, tx, by, now, auth.Change{Client: out.Client, Act: "offer.retire", Object: offerObject(id)})
	})
	return out, err
}

func offerObject(id OfferID) string { return fmt.Sprintf("offer:%d", id) }

// same compares two versions as they are stored, where a whole number is a whole number however it came.
func same(a, b OfferInput) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}
