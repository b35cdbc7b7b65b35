package commissions

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"time"

	"github.com/jmoiron/sqlx"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

const (
	verifyFaultsMax = 100           // sentences; what is beyond them is counted
	sealLateMax     = 2 * time.Hour // a line older than a seal by more than this should be under one
)

// Verification is what a look through the books has found.
type Verification struct {
	Chains []Chain
	Faults []string // sentences, at most verifyFaultsMax
	More   int      // faults beyond them
}

// OK reports whether nothing is wrong.
func (v *Verification) OK() bool { return len(v.Faults) == 0 }

func (v *Verification) faultf(format string, args ...any) {
	if len(v.Faults) == verifyFaultsMax {
		v.More++
		return
	}
	v.Faults = append(v.Faults, fmt.Sprintf(format, args...))
}

// Chain is one client's chain of seals. Its head is worth keeping outside of the database: a later verification that is
// given it finds out whether the chain has been written anew since.
type Chain struct {
	Client  auth.ClientID
	Name    string
	Seals   int64
	Lines   int64 // sealed
	Waiting int64 // posted, for the next seal
	Periods int   // closed ones whose checksum was computed again
	Runs    int   // whose evidence was
	Head    Anchor
}

// Anchor is a seal that somebody has kept outside of the database.
type Anchor struct {
	Seq  int64
	Hash string // hex
}

// String is the anchor as `saveline ledger verify -anchor` takes it.
func (a Anchor) String() string { return fmt.Sprintf("%d:%s", a.Seq, a.Hash) }

// ParseAnchor reads "<seq>:<hash>".
//
// Codes: invalid.
func ParseAnchor(text string) (a Anchor, err error) {
	if _, err := fmt.Sscanf(text, "%d:%64s", &a.Seq, &a.Hash); err != nil || a.String() != text || len(a.Hash) != 2*sha256.Size {
		return Anchor{}, errs.Newf(errs.Invalid, `%q is no anchor; it looks like 12:<64 hex digits>, as a verification prints it`, text)
	}
	return a, nil
}

const (
	selectChains = `
SELECT c.id, c.name, COALESCE(h.seq, 0) AS seq, COALESCE(h.position, 0) AS last_position, COALESCE(h.hash, '') AS hash
FROM clients c LEFT JOIN seal_heads h ON h.client_id = c.id
WHERE c.id = ANY($1) ORDER BY c.id`

	selectSeals = `
SELECT seq, first_position, last_position, prev_hash, hash, sealed_at FROM seals WHERE client_id = $1 ORDER BY seq`

	selectSealedLines = `
SELECT s.position, s.entry_id, s.digest, l.*
FROM seal_lines s LEFT JOIN LATERAL (SELECT ` + lineColumns + ` FROM entries e WHERE e.id = s.entry_id) l ON true
WHERE s.client_id = $1 ORDER BY s.position`
)

// Verify reads the books of the actor's clients from the first line to the last: every line against its digest, every seal
// against its lines and the seal before it, every closed period and every run's evidence against its checksum, and what
// must be true of any books. It changes nothing. anchors are heads that were kept outside.
func (s *Service) Verify(ctx context.Context, by auth.Actor, anchors ...Anchor) (*Verification, error) {
	v := &Verification{}
	err := s.snapshot(ctx, func(db pg.DB) error {
		if err := verifyChains(ctx, db, by, v, anchors); err != nil {
			return err
		}
		return verifyBooks(ctx, db, by, v)
	})
	return v, err
}

func verifyChains(ctx context.Context, db pg.DB, by auth.Actor, v *Verification, anchors []Anchor) error {
	var heads []struct {
		Client auth.ClientID `db:"id"`
		Name   string        `db:"name"`
		seal
	}
	if err := db.SelectContext(ctx, &heads, selectChains, by.Scope()); err != nil {
		return fmt.Errorf("heads of the chains: %w", err)
	}
	kept := map[Anchor]bool{}
	for _, h := range heads {
		w := walk{v: v, chain: Chain{Client: h.Client, Name: h.Name}, kept: kept}
		if err := w.run(ctx, db, h.seal); err != nil {
			return fmt.Errorf("verify the chain of client %d: %w", h.Client, err)
		}
		if err := verifyRest(ctx, db, v, &w.chain, w.last.At); err != nil {
			return fmt.Errorf("verify the books of client %d: %w", h.Client, err)
		}
		v.Chains = append(v.Chains, w.chain)
	}
	for _, a := range anchors {
		if !kept[a] {
			v.faultf("no chain has the seal %s that was kept: the chain has been written anew", a)
		}
	}
	return nil
}

// walk goes along one chain: seals and lines side by side.
type walk struct {
	v     *Verification
	chain Chain
	kept  map[Anchor]bool
	seals []seal
	last  seal      // the one that was walked past last
	sum   hash.Hash // of the seal that is being walked through
	at    int64     // position of the last line
}

// sealedLine is a line with what was sealed of it. Of an entry that is gone, only that is there.
type sealedLine struct {
	Position int64   `db:"position"`
	Entry    EntryID `db:"entry_id"`
	Digest   []byte  `db:"digest"`
	there    bool
	line
}

func (w *walk) run(ctx context.Context, db pg.DB, head seal) (err error) {
	if err := db.SelectContext(ctx, &w.seals, selectSeals, w.chain.Client); err != nil {
		return err
	}
	rows, err := db.QueryxContext(ctx, selectSealedLines, w.chain.Client)
	if err != nil {
		return err
	}
	defer closeRows(rows, &err)
	for rows.Next() {
		l, err := scanSealed(rows)
		if err != nil {
			return err
		}
		w.pass(l)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for len(w.seals) > 0 { // the lines of these are gone
		w.v.faultf("client %d: seal %d covers the lines %d to %d, of which the last are missing", w.chain.Client, w.seals[0].Seq, w.seals[0].First, w.seals[0].Last)
		w.finish()
	}
	if head.Seq != w.last.Seq || head.Last != w.at || !bytes.Equal(head.Hash, w.last.Hash) {
		w.v.faultf("client %d: the chain ends at seal %d (line %d), its head says seal %d (line %d): its end has been cut off or changed",
			w.chain.Client, w.last.Seq, w.at, head.Seq, head.Last)
	}
	w.chain.Head = Anchor{Seq: w.last.Seq, Hash: hex.EncodeToString(w.last.Hash)}
	return nil
}

// scanSealed reads a row whose entry may be missing.
func scanSealed(rows *sqlx.Rows) (sealedLine, error) {
	values, err := rows.SliceScan()
	if err != nil {
		return sealedLine{}, err
	}
	if values[3] != nil { // the entry's id
		l := sealedLine{there: true}
		return l, rows.StructScan(&l)
	}
	position, ok1 := values[0].(int64)
	entry, ok2 := values[1].(int64)
	digest, ok3 := values[2].([]byte)
	if !ok1 || !ok2 || !ok3 {
		return sealedLine{}, fmt.Errorf("a sealed line comes as %T, %T, %T", values[0], values[1], values[2])
	}
	return sealedLine{Position: position, Entry: EntryID(entry), Digest: digest}, nil
}

// pass takes one line.
func (w *walk) pass(l sealedLine) {
	client := w.chain.Client
	switch {
	case !l.there:
		w.v.faultf("client %d: entry %d (line %d of the chain) is missing", client, l.Entry, l.Position)
	case !bytes.Equal(l.digest(), l.Digest):
		w.v.faultf("client %d: entry %d (%s, line %d of the chain) is not what was sealed: it has been changed", client, l.Entry, l.Key, l.Position)
	}
	if l.Position != w.at+1 {
		w.v.faultf("client %d: line %d of the chain is followed by line %d", client, w.at, l.Position)
	}
	w.at = l.Position
	w.chain.Lines++
	if len(w.seals) == 0 {
		w.v.faultf("client %d: line %d (entry %d) stands under no seal: it has been put in", client, l.Position, l.Entry)
		return
	}
	if w.sum == nil {
		w.begin()
	}
	w.sum.Write(l.Digest)
	if l.Position >= w.seals[0].Last {
		w.finish()
	}
}

// begin starts on the next seal.
func (w *walk) begin() {
	w.sum = sha256.New()
	w.sum.Write(w.seals[0].link(w.chain.Client))
}

// finish compares the seal that has been walked through.
func (w *walk) finish() {
	if w.sum == nil {
		w.begin()
	}
	s, client := w.seals[0], w.chain.Client
	switch {
	case s.Seq != w.last.Seq+1 || s.First != w.last.Last+1:
		w.v.faultf("client %d: seal %d (from line %d) follows seal %d (to line %d): a seal is missing or has been put in",
			client, s.Seq, s.First, w.last.Seq, w.last.Last)
	case !bytes.Equal(s.Prev, w.last.Hash):
		w.v.faultf("client %d: seal %d does not continue seal %d: one of them has been changed", client, s.Seq, w.last.Seq)
	case !bytes.Equal(s.Hash, w.sum.Sum(nil)):
		w.v.faultf("client %d: seal %d does not fit its lines %d to %d: the seal or a digest has been changed", client, s.Seq, s.First, s.Last)
	}
	w.kept[Anchor{Seq: s.Seq, Hash: hex.EncodeToString(s.Hash)}] = true
	w.chain.Seals++
	w.last, w.seals, w.sum = s, w.seals[1:], nil
}
