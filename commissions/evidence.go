package commissions

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/internal/pg"
)

// evidence is what an auditor gets of a run, one JSON file a part. It is made in the transaction that locks the run, from
// what that transaction sees; the same books give the same bytes.
type evidence struct {
	Run         evidenceRun         `json:"run"`
	Plans       []evidencePlan      `json:"plans"`
	Totals      []evidenceTotal     `json:"totals"`
	Adjustments []evidenceAdjusted  `json:"adjustments"`
	Exceptions  []evidenceException `json:"exceptions"`
	Approvals   []evidenceApproval  `json:"approvals"`
}

type evidenceRun struct {
	Format     string       `json:"format"`
	ID         RunID        `json:"id" db:"id"`
	Client     string       `json:"client" db:"client"`
	Seq        int          `json:"seq" db:"seq"`
	Corrects   RunID        `json:"correctsId,omitempty" db:"corrects_id"`
	StartsOn   string       `json:"periodStartsOn" db:"starts_on"`
	EndsOn     string       `json:"periodEndsOn" db:"ends_on"`
	Zone       string       `json:"zone" db:"zone"`
	Total      money.Amount `json:"total" db:"-"`
	Payees     int          `json:"payees" db:"payees"`
	Carried    int          `json:"carried" db:"carried"`
	Hash       string       `json:"hash" db:"hash"`           // of the canonical lines
	Watermark  int64        `json:"watermark" db:"watermark"` // the last fact that was in the books when it was calculated
	Entries    int64        `json:"entries" db:"-"`
	Root       string       `json:"merkleRoot" db:"-"`            // RFC 6962 over the digests of the entries, by id
	Checksum   string       `json:"periodChecksum" db:"checksum"` // of the closed period
	SealSeq    int64        `json:"sealSeq" db:"seal_seq"`        // head of the chain at that moment
	SealHash   string       `json:"sealHash" db:"seal_hash"`      //
	TotalMinor int64        `json:"-" db:"total_minor"`
	Currency   string       `json:"-" db:"currency"`
}

type evidencePlan struct {
	Plan    string `json:"plan" db:"plan"`
	Version int    `json:"version" db:"version"`
	SHA256  string `json:"sha256" db:"sha256"`
}

type evidenceTotal struct {
	Component string       `json:"component" db:"component"`
	Kind      string       `json:"kind" db:"kind"`
	Lines     int64        `json:"lines" db:"lines"`
	Amount    money.Amount `json:"amount" db:"-"`
	Minor     int64        `json:"-" db:"minor"`
}

type evidenceAdjusted struct {
	ID        AdjustmentID `json:"id" db:"id"`
	User      auth.UserID  `json:"userId" db:"user_id"`
	Reason    string       `json:"reason" db:"reason"`
	Evidence  string       `json:"evidence" db:"evidence"`
	EnteredBy auth.UserID  `json:"enteredBy" db:"entered_by"`
	DecidedBy auth.UserID  `json:"decidedBy" db:"decided_by"`
	Amount    money.Amount `json:"amount" db:"-"`
	Minor     int64        `json:"-" db:"amount_minor"`
}

type evidenceException struct {
	ID     ExceptionID `json:"id" db:"id"`
	Result int64       `json:"resultId" db:"result_id"`
	Why    string      `json:"why" db:"why"`
}

type evidenceApproval struct {
	Act  string      `json:"act" db:"act"`
	User auth.UserID `json:"userId" db:"user_id"`
	Name string      `json:"name" db:"name"`
	At   string      `json:"at" db:"at"`
}

const (
	selectEvidenceRun = `
SELECT r.id, c.name AS client, r.seq, COALESCE(r.corrects_id, 0) AS corrects_id, to_char(p.starts_on, 'YYYY-MM-DD') AS starts_on,
       to_char(p.ends_on, 'YYYY-MM-DD') AS ends_on, p.zone, r.hash, r.watermark, r.total_minor, r.currency,
       (SELECT count(*) FROM statements s WHERE s.run_id = r.id AND NOT s.carried AND s.amount_minor > 0) AS payees,
       (SELECT count(*) FROM statements s WHERE s.run_id = r.id AND (s.carried OR s.carried_minor < 0)) AS carried,
       COALESCE((SELECT encode(x.checksum, 'hex') FROM closes x WHERE x.period_id = p.id), '') AS checksum,
       COALESCE(h.seq, 0) AS seal_seq, COALESCE(encode(h.hash, 'hex'), '') AS seal_hash
FROM runs r JOIN clients c ON c.id = r.client_id JOIN periods p ON p.id = r.period_id LEFT JOIN seal_heads h ON h.client_id = r.client_id
WHERE r.id = $1`

	selectEvidencePlans = `
SELECT DISTINCT p.name AS plan, v.version, encode(v.sha256, 'hex') AS sha256
FROM payables d JOIN entries e ON e.id = d.entry_id JOIN plan_versions v ON v.id = e.plan_version_id JOIN plans p ON p.id = v.plan_id
WHERE d.run_id = $1 ORDER BY p.name, v.version`

	selectEvidenceTotals = `
SELECT e.component, e.kind, count(*) AS lines,
       SUM(` + payableMinor + `)::bigint AS minor
FROM payables d JOIN entries e ON e.id = d.entry_id
WHERE d.run_id = $1 GROUP BY e.component, e.kind ORDER BY e.component, e.kind`

	selectEvidenceAdjusted = `
SELECT DISTINCT a.id, a.user_id, a.reason, a.evidence, a.entered_by, a.decided_by, a.amount_minor
FROM payables d JOIN entries e ON e.id = d.entry_id JOIN adjustments a ON a.id = e.adjustment_id
WHERE d.run_id = $1 ORDER BY a.id`

	selectEvidenceExceptions = `
SELECT x.id, x.result_id, x.why FROM pay_exceptions x JOIN runs r ON r.client_id = x.client_id
WHERE r.id = $1 AND x.solved_at IS NULL ORDER BY x.id`

	selectEvidenceApprovals = `
SELECT a.act, COALESCE(a.user_id, 0) AS user_id, COALESCE(u.name, 'the house') AS name,
       COALESCE(to_char(a.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '') AS at
FROM runs r
     CROSS JOIN LATERAL (VALUES (1, 'opened', r.created_by, r.created_at), (2, 'calculated', r.calculated_by, r.calculated_at),
         (3, 'reviewed', r.reviewed_by, r.reviewed_at), (4, 'approved', r.approved_by, r.approved_at)) AS a(n, act, user_id, at)
     LEFT JOIN users u ON u.id = a.user_id
WHERE r.id = $1 ORDER BY a.n`

	insertEvidence = `
INSERT INTO run_evidence (run_id, client_id, body, sha256, root, created_at) VALUES ($1, $2, $3, $4, $5, $6)`

	selectEvidence = `SELECT v.body, v.sha256 FROM run_evidence v WHERE v.run_id = $1`
)

// gatherEvidence reads a locked run's evidence.
func gatherEvidence(ctx context.Context, db pg.DB, run RunID) (ev evidence, root []byte, err error) {
	if err := db.GetContext(ctx, &ev.Run, selectEvidenceRun, run); err != nil {
		return ev, nil, err
	}
	currency := ev.Run.Currency
	for query, into := range map[string]any{
		selectEvidencePlans: &ev.Plans, selectEvidenceTotals: &ev.Totals, selectEvidenceAdjusted: &ev.Adjustments,
		selectEvidenceExceptions: &ev.Exceptions, selectEvidenceApprovals: &ev.Approvals,
	} {
		if err := db.SelectContext(ctx, into, query, run); err != nil {
			return ev, nil, err
		}
	}
	for i, t := range ev.Totals {
		ev.Totals[i].Amount = money.Amount{Minor: t.Minor, Currency: currency}
	}
	for i, a := range ev.Adjustments {
		ev.Adjustments[i].Amount = money.Amount{Minor: a.Minor, Currency: currency}
	}
	tree, err := checksum(ctx, db, selectRunLines, int64(run))
	if err != nil {
		return ev, nil, err
	}
	root = tree.root()
	ev.Run.Format, ev.Run.Total = "saveline.evidence.1", money.Amount{Minor: ev.Run.TotalMinor, Currency: currency}
	ev.Run.Entries, ev.Run.Root = tree.leaves, hex.EncodeToString(root)
	return ev, root, nil
}

// pack writes the parts as a zip archive whose bytes depend on them alone: stored as they are, without times.
func (ev evidence) pack() ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, part := range []struct {
		name string
		body any
	}{
		{"run.json", ev.Run},
		{"plans.json", ev.Plans},
		{"totals.json", ev.Totals},
		{"adjustments.json", ev.Adjustments},
		{"exceptions.json", ev.Exceptions},
		{"approvals.json", ev.Approvals},
	} {
		raw, err := json.MarshalIndent(part.body, "", "  ")
		if err != nil {
			return nil, err
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: part.name, Method: zip.Store})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(append(raw, '\n')); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func buildEvidence(ctx context.Context, db pg.DB, run RunID) (body, root []byte, err error) {
	ev, root, err := gatherEvidence(ctx, db, run)
	if err != nil {
		return nil, nil, fmt.Errorf("evidence of run %d: %w", run, err)
	}
	body, err = ev.pack()
	return body, root, err
}

// keepEvidenceTx makes the evidence of a run that is being locked.
func keepEvidenceTx(ctx context.Context, tx *pg.Tx, r lockedRun, now time.Time) error {
	body, root, err := buildEvidence(ctx, tx, r.ID)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	if _, err := tx.ExecContext(ctx, insertEvidence, r.ID, r.Client, body, hex.EncodeToString(sum[:]), root, now); err != nil {
		return fmt.Errorf("keep evidence of run %d: %w", r.ID, err)
	}
	return nil
}

// Evidence writes the evidence pack of a locked run to w: a zip archive of JSON files, the very bytes that were made when
// the run was locked.
//
// Codes: conflict (not locked, or locked by a version of the house that kept none), not_found.
func (s *Service) Evidence(ctx context.Context, by auth.Actor, id RunID, w io.Writer) error {
	run, err := s.RunFor(ctx, by, id)
	if err != nil {
		return err
	}
	var kept struct {
		Body   []byte `db:"body"`
		SHA256 string `db:"sha256"`
	}
	err = s.db.GetContext(ctx, &kept, selectEvidence, id)
	if pg.None(err) {
		return errs.Newf(errs.Conflict, "the run is %s; its evidence is made when it is locked", run.State)
	}
	if err != nil {
		return fmt.Errorf("evidence of run %d: %w", id, err)
	}
	if sum := sha256.Sum256(kept.Body); hex.EncodeToString(sum[:]) != kept.SHA256 {
		return fmt.Errorf("the kept evidence of run %d is not what was made (%x)", id, sum)
	}
	_, err = w.Write(kept.Body)
	return err
}
