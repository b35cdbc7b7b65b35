package commissions

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strconv"
	"time"

	"github.com/lib/pq"

	"saveline/internal/auth"
	"saveline/internal/pg"
)

const (
	sealLinesMax   = 1000   // lines under one seal
	sealLookBehind = 50_000 // entries before the last sealed one that a usual round looks at again
)

// lineColumns are the columns of an entry that its digest covers: all there are.
const lineColumns = `
e.id, e.client_id, e.period_id, e.key, e.kind, e.debit, e.credit, e.amount_minor, e.currency, COALESCE(e.user_id, 0) AS user_id,
COALESCE(e.credit_id, 0) AS credit_id, COALESCE(e.plan_version_id, 0) AS plan_version_id, e.component, COALESCE(e.run_id, 0) AS run_id,
COALESCE(e.reverses_id, 0) AS reverses_id, COALESCE(e.adjusts_id, 0) AS adjusts_id, COALESCE(e.adjustment_id, 0) AS adjustment_id,
e.basis::text AS basis, e.effective_at, e.recorded_at, e.line_key, e.line_seq, COALESCE(to_char(e.line_on, 'YYYY-MM-DD'), '') AS line_on,
e.line_terms`

// line is an entry as it is sealed and exported.
type line struct {
	ID          EntryID       `db:"id"`
	Client      auth.ClientID `db:"client_id"`
	Period      PeriodID      `db:"period_id"`
	Key         string        `db:"key"`
	Kind        string        `db:"kind"`
	Debit       string        `db:"debit"`
	Credit      string        `db:"credit"`
	Minor       int64         `db:"amount_minor"`
	Currency    string        `db:"currency"`
	User        auth.UserID   `db:"user_id"`
	CreditID    CreditID      `db:"credit_id"`
	Version     VersionID     `db:"plan_version_id"`
	Component   string        `db:"component"`
	Run         RunID         `db:"run_id"`
	Reverses    EntryID       `db:"reverses_id"`
	Adjusts     EntryID       `db:"adjusts_id"`
	Adjustment  AdjustmentID  `db:"adjustment_id"`
	Basis       string        `db:"basis"` // jsonb as PostgreSQL prints it: keys sorted, one spelling
	EffectiveAt time.Time     `db:"effective_at"`
	RecordedAt  time.Time     `db:"recorded_at"`
	LineKey     string        `db:"line_key"`
	LineSeq     int64         `db:"line_seq"`
	LineOn      string        `db:"line_on"`
	LineTerms   string        `db:"line_terms"`
}

// digest is the SHA-256 of the line's fields in this order, each as "<length>:<text>". Numbers are decimal, 0 stands for
// none, and times are microseconds since 1970. The last four are left out of entries that post no line of a plan: seals from
// before there were any still verify.
func (l line) digest() []byte {
	text := make([]byte, 0, 512)
	add := func(field string) {
		text = strconv.AppendInt(text, int64(len(field)), 10)
		text = append(append(text, ':'), field...)
	}
	number := func(n int64) { add(strconv.FormatInt(n, 10)) }
	add("saveline.entry.1")
	number(int64(l.ID))
	number(int64(l.Client))
	number(int64(l.Period))
	add(l.Key)
	add(l.Kind)
	add(l.Debit)
	add(l.Credit)
	number(l.Minor)
	add(l.Currency)
	number(int64(l.User))
	number(int64(l.CreditID))
	number(int64(l.Version))
	add(l.Component)
	number(int64(l.Run))
	number(int64(l.Reverses))
	number(int64(l.Adjusts))
	number(int64(l.Adjustment))
	add(l.Basis)
	number(l.EffectiveAt.UnixMicro())
	number(l.RecordedAt.UnixMicro())
	if l.LineKey != "" || l.LineOn != "" || l.LineSeq != 0 || l.LineTerms != "" {
		add(l.LineKey)
		number(l.LineSeq)
		add(l.LineOn)
		add(l.LineTerms)
	}
	sum := sha256.Sum256(text)
	return sum[:]
}

// seal is one link of a client's chain.
type seal struct {
	Seq   int64     `db:"seq"`
	First int64     `db:"first_position"`
	Last  int64     `db:"last_position"`
	Prev  []byte    `db:"prev_hash"`
	Hash  []byte    `db:"hash"`
	At    time.Time `db:"sealed_at"`
}

// link begins the hash of a seal: the hash before it and its numbers. The digests of its lines follow in their order.
func (s seal) link(client auth.ClientID) []byte {
	return fmt.Appendf(nil, "saveline.seal.1:%d:%d:%d:%d:%x:", client, s.Seq, s.First, s.Last, s.Prev)
}

const (
	makeSealHead = `INSERT INTO seal_heads (client_id) VALUES ($1) ON CONFLICT (client_id) DO NOTHING`

	lockSealHead = `SELECT seq, position AS last_position, hash FROM seal_heads WHERE client_id = $1 FOR UPDATE`

	selectSealFloor = `SELECT COALESCE(max(entry_id), 0) FROM seal_lines WHERE client_id = $1`

	// A line whose transaction commits after this statement's snapshot is sealed by a later round, however low its id is:
	// positions are the order in which the sealer saw the lines.
	selectUnsealed = `
SELECT ` + lineColumns + `
FROM entries e
WHERE e.client_id = $1 AND e.id > $2 AND NOT EXISTS (SELECT 1 FROM seal_lines s WHERE s.entry_id = e.id)
ORDER BY e.id LIMIT $3`

	insertSeal = `
INSERT INTO seals (client_id, seq, first_position, last_position, prev_hash, hash, sealed_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`

	insertSealLines = `
INSERT INTO seal_lines (client_id, position, entry_id, digest)
SELECT $1, $2 + ord - 1, id, digest FROM unnest($3::bigint[], $4::bytea[]) WITH ORDINALITY AS t(id, digest, ord)`

	moveSealHead = `UPDATE seal_heads SET seq = $2, position = $3, hash = $4 WHERE client_id = $1`
)

// Seal extends every client's chain by the lines that are not sealed yet, and gives closed periods their checksum where an
// older version of the house left none. It says how many lines it sealed. The head's lock makes one node the sealer.
func (s *Service) Seal(ctx context.Context) (int, error) { return s.sealFrom(ctx, sealLookBehind) }

// sealAll also finds lines of transactions that were open so long that rounds have passed them by.
func (s *Service) sealAll(ctx context.Context) error {
	_, err := s.sealFrom(ctx, 0)
	return err
}

// sealFrom looks lookBehind entries back from the last one sealed; 0 looks at all.
func (s *Service) sealFrom(ctx context.Context, lookBehind int64) (sealed int, err error) {
	by, err := s.house(ctx)
	if err != nil {
		return 0, err
	}
	for _, client := range by.Clients {
		var after EntryID
		if lookBehind > 0 {
			if err := s.db.GetContext(ctx, &after, selectSealFloor, client); err != nil {
				return sealed, fmt.Errorf("last sealed line of client %d: %w", client, err)
			}
			after = max(0, after-EntryID(lookBehind))
		}
		for more := true; more; {
			var n int
			if n, after, err = s.sealBatch(ctx, client, after); err != nil {
				return sealed, fmt.Errorf("seal lines of client %d: %w", client, err)
			}
			sealed, more = sealed+n, n == sealLinesMax
		}
		if err := s.closeOld(ctx, client); err != nil {
			return sealed, err
		}
	}
	return sealed, nil
}

// sealBatch seals up to sealLinesMax lines after an id, and says how many and which was the last.
func (s *Service) sealBatch(ctx context.Context, client auth.ClientID, after EntryID) (n int, last EntryID, err error) {
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		n, last = 0, after
		if _, err := tx.ExecContext(ctx, makeSealHead, client); err != nil {
			return err
		}
		var head seal
		if err := tx.GetContext(ctx, &head, lockSealHead, client); err != nil {
			return err
		}
		var lines []line // read by a statement of its own: only a snapshot taken under the lock sees the last sealer's work
		if err := tx.SelectContext(ctx, &lines, selectUnsealed, client, after, sealLinesMax); err != nil || len(lines) == 0 {
			return err
		}
		n, last = len(lines), lines[len(lines)-1].ID
		return sealTx(ctx, tx, client, head, lines, s.now())
	})
	return n, last, err
}

func sealTx(ctx context.Context, tx *pg.Tx, client auth.ClientID, head seal, lines []line, now time.Time) error {
	next := seal{Seq: head.Seq + 1, First: head.Last + 1, Last: head.Last + int64(len(lines)), Prev: head.Hash}
	if next.Prev == nil {
		next.Prev = []byte{}
	}
	sum := sha256.New()
	sum.Write(next.link(client))
	ids, digests := make([]int64, len(lines)), make([][]byte, len(lines))
	for i, l := range lines {
		ids[i], digests[i] = int64(l.ID), l.digest()
		sum.Write(digests[i])
	}
	next.Hash = sum.Sum(nil)
	if _, err := tx.ExecContext(ctx, insertSeal, client, next.Seq, next.First, next.Last, next.Prev, next.Hash, now); err != nil {
		return fmt.Errorf("insert seal: %w", err)
	}
	if _, err := tx.ExecContext(ctx, insertSealLines, client, next.First, pq.Array(ids), pq.ByteaArray(digests)); err != nil {
		return fmt.Errorf("insert sealed lines: %w", err)
	}
	if _, err := tx.ExecContext(ctx, moveSealHead, client, next.Seq, next.Last, next.Hash); err != nil {
		return fmt.Errorf("move the head: %w", err)
	}
	return nil
}
