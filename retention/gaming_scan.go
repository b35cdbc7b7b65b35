package retention

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/retention/gaming"
)

// GamingScan is one look at a client's desks.
type GamingScan struct {
	Client auth.ClientID `json:"clientId" db:"client_id"`
	By     string        `json:"by" db:"scanned_by"`
	At     time.Time     `json:"at" db:"scanned_at"`
	Found  int           `json:"found" db:"found" doc:"patterns shown, new or known"`
	Added  int           `json:"added" db:"added" doc:"pieces of evidence that were new"`
}

const insertGamingScan = `
INSERT INTO gaming_scans (client_id, scanned_by, scanned_at, found, added) VALUES ($1, $2, $3, $4, $5)`

const selectGamingScans = `
SELECT DISTINCT ON (client_id) client_id, scanned_by, scanned_at, found, added FROM gaming_scans
WHERE client_id = ANY($1) ORDER BY client_id, id DESC`

const upsertFinding = `
INSERT INTO gaming_findings (client_id, agent_id, pattern, state, numbers, found_at, opened_at)
VALUES ($1, $2, $3, 'open', $4, $5, $5)
ON CONFLICT ON CONSTRAINT gaming_findings_one DO UPDATE SET numbers = excluded.numbers
RETURNING id, state, xmax = 0 AS is_new`

const insertGamingEvidence = `
INSERT INTO gaming_evidence (finding_id, client_id, kind, object_id, call_id, case_id, result_id, happened_at, added_at)
VALUES ($1, $2, $3, $4, NULLIF($5::bigint, 0), NULLIF($6::bigint, 0), NULLIF($7::bigint, 0), $8, $9)
ON CONFLICT ON CONSTRAINT gaming_evidence_once DO NOTHING`

const countUndecided = `SELECT count(*) FROM gaming_evidence WHERE finding_id = $1 AND decision IS NULL`

const reopenFinding = `
UPDATE gaming_findings SET state = 'open', opened_at = $2, proposed_by = NULL, proposed_at = NULL, decided_by = NULL, decided_at = NULL,
    version = version + 1
WHERE id = $1`

const insertGamingDecision = `
INSERT INTO gaming_decisions (finding_id, client_id, decision, note, user_id, decided_at) VALUES ($1, $2, $3, $4, NULLIF($5::bigint, 0), $6)`

const clientsOfHouse = `SELECT id FROM clients ORDER BY id`

// ScanAll looks at the desks of every client: the nightly look.
func (s *Service) ScanAll(ctx context.Context) error {
	var clients []auth.ClientID
	if err := s.db.SelectContext(ctx, &clients, clientsOfHouse); err != nil {
		return errs.Wrap(err, "list clients")
	}
	for _, c := range clients {
		if _, err := s.Scan(ctx, auth.System("retention.gaming", c), c); err != nil {
			return errs.Wrap(err, fmt.Sprintf("look at the desks of client %d", c))
		}
	}
	return nil
}

// Scan looks for the patterns in what happened at a client's desks, and keeps what it finds. The same evidence again is
// the same finding. New evidence is added to it; to one that has been decided about it is only added, until there is as
// much of it that nobody has decided about as the rule wants of a finding: then it is open again.
//
// Codes: invalid (several clients and none named), not_found.
func (s *Service) Scan(ctx context.Context, by auth.Actor, client auth.ClientID) (GamingScan, error) {
	client, err := by.ClientFor(client)
	if err != nil {
		return GamingScan{}, err
	}
	now := s.now()
	rules, err := gamingRulesOf(ctx, s.db, client)
	if err != nil {
		return GamingScan{}, err
	}
	book, err := gamingBook(ctx, s.db, client, now.AddDate(0, 0, -rules.WindowDays), now)
	if err != nil {
		return GamingScan{}, err
	}
	found := gaming.Find(book, rules.Rules)
	out := GamingScan{Client: client, By: by.Name, At: now, Found: len(found)}
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		out.Added = 0
		for _, f := range found {
			n, err := keepFinding(ctx, tx, client, f, rules.Patterns[f.Pattern], now)
			if err != nil {
				return err
			}
			out.Added += n
		}
		if err := tellPay(ctx, tx, client, now); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, insertGamingScan, client, by.Name, now, out.Found, out.Added); err != nil {
			return errs.Wrap(err, "keep the look")
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{Client: client, Act: "gaming.scan", Object: fmt.Sprintf("client:%d", client), Data: out})
	})
	return out, err
}

// keepFinding writes one finding and says how much of its evidence is new.
func keepFinding(ctx context.Context, tx *pg.Tx, client auth.ClientID, f gaming.Finding, rule gaming.Rule, now time.Time) (added int, err error) {
	numbers, err := json.Marshal(f.Numbers)
	if err != nil {
		return 0, errs.Wrap(err, "keep finding")
	}
	var row struct {
		ID    FindingID `db:"id"`
		State string    `db:"state"`
		IsNew bool      `db:"is_new"`
	}
	if err := tx.GetContext(ctx, &row, upsertFinding, client, f.Who, f.Pattern, numbers, now); err != nil {
		return 0, errs.Wrap(err, "keep finding")
	}
	for _, e := range f.Evidence {
		done, err := tx.ExecContext(ctx, insertGamingEvidence, row.ID, client, e.Kind, e.ID, e.Call, e.Case, e.Result, e.At, now)
		if err != nil {
			return 0, errs.Wrap(err, "keep evidence")
		}
		n, err := done.RowsAffected()
		if err != nil {
			return 0, errs.Wrap(err, "keep evidence")
		}
		added += int(n)
	}
	return added, row.ID.reopen(ctx, tx, client, reopening{state: row.State, isNew: row.IsNew, added: added, wanted: rule.Hits, now: now})
}

type reopening struct {
	state         string
	isNew         bool
	added, wanted int
	now           time.Time
}

// reopen opens a finding again that people had decided about, if the evidence that came since would make one by itself.
func (id FindingID) reopen(ctx context.Context, tx *pg.Tx, client auth.ClientID, r reopening) error {
	word := "found"
	if !r.isNew {
		if r.added == 0 || r.state == FindingOpen || r.state == FindingProposed {
			return nil
		}
		var undecided int
		if err := tx.GetContext(ctx, &undecided, countUndecided, id); err != nil {
			return errs.Wrap(err, "count evidence")
		}
		if undecided < r.wanted {
			return nil
		}
		if _, err := tx.ExecContext(ctx, reopenFinding, id, r.now); err != nil {
			return errs.Wrap(err, "open finding again")
		}
		word = "reopened"
	}
	_, err := tx.ExecContext(ctx, insertGamingDecision, id, client, word, "", 0, r.now)
	return errs.Wrap(err, "keep decision")
}
