package commissions

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

const (
	selectPeriodLines = `SELECT ` + lineColumns + ` FROM entries e WHERE e.period_id = $1 ORDER BY e.id`

	selectUnchecked = `
SELECT p.id FROM periods p
WHERE p.client_id = $1 AND p.state = 'closed' AND NOT EXISTS (SELECT 1 FROM closes c WHERE c.period_id = p.id)
ORDER BY p.starts_on`

	insertClose = `
INSERT INTO closes (period_id, client_id, entries, checksum, closed_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (period_id) DO NOTHING`
)

// checksum is the Merkle root of the digests of the lines that a query finds, and how many there are. It reads them one by
// one: a period may have millions.
func checksum(ctx context.Context, db pg.DB, query string, id int64) (tree merkle, err error) {
	rows, err := db.QueryxContext(ctx, query, id)
	if err != nil {
		return tree, err
	}
	defer closeRows(rows, &err)
	for rows.Next() {
		var l line
		if err := rows.StructScan(&l); err != nil {
			return tree, err
		}
		tree.add(l.digest())
	}
	return tree, rows.Err()
}

// closeRows ends a reading; its fault counts unless there was one before.
func closeRows(rows *sqlx.Rows, err *error) {
	if e := rows.Close(); *err == nil {
		*err = e
	}
}

// noteClosesTx gives every closed period of the client that has none its checksum.
func noteClosesTx(ctx context.Context, tx *pg.Tx, client auth.ClientID, by string, now time.Time) error {
	var ids []PeriodID
	if err := tx.SelectContext(ctx, &ids, selectUnchecked, client); err != nil {
		return fmt.Errorf("closed periods without a checksum: %w", err)
	}
	for _, id := range ids {
		tree, err := checksum(ctx, tx, selectPeriodLines, int64(id))
		if err != nil {
			return fmt.Errorf("checksum of period %d: %w", id, err)
		}
		if _, err := tx.ExecContext(ctx, insertClose, id, client, tree.leaves, tree.root(), by, now); err != nil {
			return fmt.Errorf("checksum of period %d: %w", id, err)
		}
	}
	return nil
}

func (s *Service) closeOld(ctx context.Context, client auth.ClientID) error {
	return pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		return noteClosesTx(ctx, tx, client, "the house", s.now())
	})
}

// ClosePeriod closes a period that is over, and every other that has ended by its end, without a pay run: what comes later is
// posted to the period that is open. Runs of a closed period may follow, several if need be. Closing it again changes nothing.
//
// Codes: conflict (the period has not ended), not_found.
func (s *Service) ClosePeriod(ctx context.Context, by auth.Actor, id PeriodID) (Period, error) {
	p, err := s.periodFor(ctx, by, id)
	if err != nil {
		return Period{}, err
	}
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		now := s.now()
		if p.State == "closed" {
			return nil
		}
		if err := closeThrough(ctx, tx, closing{Client: p.Client, Period: id, By: by.Name, Now: now}); err != nil {
			return err
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{Client: p.Client, Act: "period.close", Object: fmt.Sprintf("period:%d", id)})
	})
	if err != nil {
		return Period{}, errs.Wrap(err, fmt.Sprintf("close period %d", id))
	}
	return s.periodFor(ctx, by, id)
}

// closing says which period is closed by whom.
type closing struct {
	Client auth.ClientID
	Period PeriodID
	By     string
	Now    time.Time
}

// closeThrough closes a period, which must be over, and all before it, and keeps their checksums.
func closeThrough(ctx context.Context, tx *pg.Tx, c closing) error {
	var p Period
	if err := tx.GetContext(ctx, &p, lockPeriod, c.Period); err != nil {
		return fmt.Errorf("period %d: %w", c.Period, err)
	}
	end, err := p.endOf()
	if err != nil {
		return err
	}
	if c.Now.Before(end) {
		return errs.Newf(errs.Conflict, "%s", notEnded(p))
	}
	if _, err := tx.ExecContext(ctx, closePeriods, c.Client, p.EndsOn, c.Now); err != nil {
		return fmt.Errorf("close period %d: %w", p.ID, err)
	}
	return noteClosesTx(ctx, tx, c.Client, c.By, c.Now)
}
