package retention

import (
	"context"
	"time"

	"github.com/lib/pq"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/internal/pg"
)

// offerRow is an offer as its queries return it.
type offerRow struct {
	ID         OfferID        `db:"id"`
	Client     auth.ClientID  `db:"client_id"`
	Code       string         `db:"code"`
	RetiredAt  *time.Time     `db:"retired_at"`
	VersionID  int64          `db:"version_id"`
	Version    int            `db:"version"`
	Name       string         `db:"name"`
	Kind       string         `db:"kind"`
	Result     string         `db:"result"`
	Say        string         `db:"say"`
	Terms      Terms          `db:"terms"`
	ValueMinor int64          `db:"value_minor"`
	CostMinor  int64          `db:"cost_minor"`
	Currency   string         `db:"currency"`
	Purposes   pq.StringArray `db:"purposes"`
	Rank       int            `db:"rank"`
	CreatedAt  time.Time      `db:"created_at"`
	Limits
	Total int `db:"total"`
}

func (r offerRow) offer() Offer {
	return Offer{
		ID: r.ID, Client: r.Client, Code: r.Code, Version: r.Version, Name: r.Name, Kind: r.Kind, Result: r.Result, Say: r.Say,
		Terms: r.Terms, Value: money.Amount{Minor: r.ValueMinor, Currency: r.Currency},
		Cost: money.Amount{Minor: r.CostMinor, Currency: r.Currency}, Purposes: r.Purposes, Rank: r.Rank,
		Limits: r.Limits, RetiredAt: r.RetiredAt, CreatedAt: r.CreatedAt, versionID: r.VersionID,
	}
}

const listOffers = `
SELECT o.id, o.client_id, o.code, o.retired_at, v.id AS version_id, v.version, v.name, v.kind, v.result, v.say, v.terms,
       v.value_minor, v.cost_minor, v.currency, v.purposes, v.rank, v.created_at, v.family, v.cooldown_days, v.redemptions_max,
       v.week_budget_minor, v.ttl_minutes, v.eligibility, count(*) OVER () AS total
FROM offers o
CROSS JOIN LATERAL (SELECT * FROM offer_versions WHERE offer_id = o.id ORDER BY version DESC LIMIT 1) v
WHERE o.client_id = ANY($1) AND ($2 OR o.retired_at IS NULL)
ORDER BY v.rank, o.id
LIMIT $3 OFFSET $4`

const selectOffer = `
SELECT o.id, o.client_id, o.code, o.retired_at, v.id AS version_id, v.version, v.name, v.kind, v.result, v.say, v.terms,
       v.value_minor, v.cost_minor, v.currency, v.purposes, v.rank, v.created_at, v.family, v.cooldown_days, v.redemptions_max,
       v.week_budget_minor, v.ttl_minutes, v.eligibility
FROM offers o
CROSS JOIN LATERAL (SELECT * FROM offer_versions WHERE offer_id = o.id ORDER BY version DESC LIMIT 1) v
WHERE o.client_id = ANY($1) AND o.id = $2`

// The row lock on the offer makes two editors take turns.
const lockOffer = `SELECT id FROM offers WHERE client_id = ANY($1) AND id = $2 FOR UPDATE`

const insertOffer = `INSERT INTO offers (client_id, code, created_at) VALUES ($1, $2, $3) RETURNING id`

const insertOfferVersion = `
INSERT INTO offer_versions (offer_id, version, name, kind, result, say, terms, value_minor, cost_minor, currency, purposes, rank,
       created_by, created_at, family, cooldown_days, redemptions_max, week_budget_minor, ttl_minutes, eligibility)
SELECT $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19
FROM offer_versions WHERE offer_id = $1`

const retireOffer = `UPDATE offers SET retired_at = $2 WHERE id = $1 AND retired_at IS NULL`

func getOffer(ctx context.Context, db pg.DB, by auth.Actor, id OfferID) (Offer, error) {
	var r offerRow
	if err := db.GetContext(ctx, &r, selectOffer, by.Scope(), id); pg.None(err) {
		return Offer{}, errs.Newf(errs.NotFound, "there is no offer %d here", id)
	} else if err != nil {
		return Offer{}, errs.Wrap(err, "read offer")
	}
	return r.offer(), nil
}

// lockedOffer is getOffer that makes other editors wait.
func lockedOffer(ctx context.Context, tx *pg.Tx, by auth.Actor, id OfferID) (Offer, error) {
	if _, err := tx.ExecContext(ctx, lockOffer, by.Scope(), id); err != nil {
		return Offer{}, errs.Wrap(err, "lock offer")
	}
	return getOffer(ctx, tx, by, id)
}

func addVersion(ctx context.Context, tx *pg.Tx, by auth.Actor, id OfferID, in OfferInput, now time.Time) error {
	_, err := tx.ExecContext(ctx, insertOfferVersion, id, in.Name, in.Kind, in.Result, in.Say, in.Terms, in.Value.Minor,
		in.Cost.Minor, in.Value.Currency, pq.Array(in.Purposes), in.Rank, by.Name, now,
		in.Family, in.CooldownDays, in.RedemptionsMax, in.WeekBudgetMinor, in.TTLMinutes, in.Eligibility)
	return errs.Wrap(err, "add offer version")
}
