package campaigns

import (
	"context"
	"strings"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

// Stop is the one switch as it stands: while Stopped, no node dials anybody.
type Stop struct {
	Stopped   bool       `json:"stopped"`
	Why       string     `json:"why" db:"why"`
	By        string     `json:"by" db:"by_name"`
	StartedAt *time.Time `json:"startedAt" db:"started_at"`
}

const isStopped = `SELECT EXISTS (SELECT FROM dial_stops WHERE ended_at IS NULL)`

// Stopped reports whether all dialing is stopped. The gate asks the same table in its own transaction, so a dialer
// needs this only to save itself the trouble.
func (s *Service) Stopped(ctx context.Context) (bool, error) {
	var is bool
	err := s.db.GetContext(ctx, &is, isStopped)
	return is, errs.Wrap(err, "read the stop switch")
}

const openStop = `SELECT why, by_name, started_at FROM dial_stops WHERE ended_at IS NULL`

// StopNow says whether dialing is stopped, since when, by whom and why.
func (s *Service) StopNow(ctx context.Context) (Stop, error) {
	var out Stop
	err := s.db.GetContext(ctx, &out, openStop)
	if pg.None(err) {
		return Stop{}, nil
	}
	out.Stopped = err == nil
	return out, errs.Wrap(err, "read the stop switch")
}

const insertStop = `INSERT INTO dial_stops (why, by_user, by_name, started_at) VALUES ($1, NULLIF($2, 0), $3, $4)`

// StopTx stops all dialing on every node with the commit: every gate reads the switch in its own transaction. Calls
// that are up go on. The house stopped twice stays stopped once.
//
// Codes: invalid (no reason given), conflict (stopped already).
func (s *Service) StopTx(ctx context.Context, tx *pg.Tx, by auth.Actor, why string) error {
	if err := reasonGiven(why); err != nil {
		return err
	}
	now := s.now()
	if _, err := tx.ExecContext(ctx, insertStop, why, by.User, by.Name, now); err != nil {
		return errs.Wrap(pg.Explain(err), "stop dialing")
	}
	return auth.AuditTx(ctx, tx, by, now, auth.Change{Act: "dial.stop", Object: "house", Why: why})
}

// Stop is StopTx as an act of its own, and tells every open floor.
func (s *Service) Stop(ctx context.Context, by auth.Actor, why string) (Stop, error) {
	if err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error { return s.StopTx(ctx, tx, by, why) }); err != nil {
		return Stop{}, err
	}
	return s.tellStop(ctx)
}

const endStop = `UPDATE dial_stops SET ended_at = $1, ended_by = $2, ended_why = $3 WHERE ended_at IS NULL`

// EndStop lets dialing go on.
//
// Codes: invalid (no reason given), conflict (dialing is not stopped).
func (s *Service) EndStop(ctx context.Context, by auth.Actor, why string) (Stop, error) {
	if err := reasonGiven(why); err != nil {
		return Stop{}, err
	}
	now := s.now()
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		res, err := tx.ExecContext(ctx, endStop, now, by.Name, why)
		if err != nil {
			return errs.Wrap(err, "let dialing go on")
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errs.WithCause(errs.Conflict, err, "dialing is not stopped")
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{Act: "dial.resume", Object: "house", Why: why})
	})
	if err != nil {
		return Stop{}, err
	}
	return s.tellStop(ctx)
}

func (s *Service) tellStop(ctx context.Context) (Stop, error) {
	out, err := s.StopNow(ctx)
	if err == nil {
		s.pub.Publish("floor", "stop", out)
	}
	return out, err
}

const reasonMax = 500

func reasonGiven(why string) error {
	var f errs.Faults
	f.Check(strings.TrimSpace(why) != "", "why", "say why; it is kept with your name")
	f.Check(len(why) <= reasonMax, "why", "keep the reason under 500 characters")
	return f.Err()
}
