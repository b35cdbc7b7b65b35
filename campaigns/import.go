package campaigns

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"path/filepath"
	"strings"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

// Import is the import of one file into one list. Its states: receiving (nothing is on the list yet; an upload that
// dies leaves nothing behind) → running (rows go onto the list in checkpointed chunks; another node goes on where a
// dead one stopped) → done, or failed.
type Import struct {
	ID           ImportID      `json:"id" db:"id"`
	List         ListID        `json:"listId" db:"list_id"`
	Client       auth.ClientID `json:"-" db:"client_id"`
	FileName     string        `json:"fileName" db:"file_name"`
	State        string        `json:"state" db:"state" enum:"receiving,running,done,failed"`
	RowsRead     int           `json:"rowsRead" db:"rows_read"`
	RowsAdded    int           `json:"rowsAdded" db:"rows_added"`
	RowsKnown    int           `json:"rowsKnown" db:"rows_known" doc:"people who were on the list already"`
	RowsRejected int           `json:"rowsRejected" db:"rows_rejected"`
	Error        string        `json:"error" db:"error"`
	CreatedAt    time.Time     `json:"createdAt" db:"created_at"`
	FinishedAt   *time.Time    `json:"finishedAt" db:"finished_at"`
}

// The import states.
const (
	importReceiving = "receiving"
	importRunning   = "running"
	importDone      = "done"
	importFailed    = "failed"
)

// NewImport says what is imported where, and how to read it.
type NewImport struct {
	List          ListID
	FileName      string
	Mapping       *Mapping // nil: guessed from the header
	Separator     string   // "": guessed; "tab" stands for a tab
	Encoding      string   // "": guessed
	Country       string   // ISO 3166, of numbers written without one; "" is US
	GeneratePhone *uint64  // seed: numbers are generated, the list is synthetic and only the simulator may dial it
}

const (
	fileNameMax   = 200
	importRowsMax = 5_000_000
	countryHouse  = "US"
)

func (in NewImport) separator() (byte, error) {
	switch in.Separator {
	case "":
		return 0, nil
	case "tab", "\\t":
		return '\t', nil
	}
	if len(in.Separator) != 1 || strings.ContainsAny(in.Separator, "\"\r\n") {
		return 0, invalidField("separator", "the separator is one character, like ; or , or the word tab")
	}
	return in.Separator[0], nil
}

// Import reads a whole file and puts its people on the list. A file that was imported before changes nothing.
//
// Codes: invalid (the file or its mapping cannot be read), not_found (list), conflict (real and generated numbers on
// one list), limited (too many rows).
func (s *Service) Import(ctx context.Context, by auth.Actor, in NewImport, r io.Reader) (Import, error) {
	im, err := s.ReceiveImport(ctx, by, in, r)
	if err != nil {
		return im, err
	}
	if err := s.RunImport(ctx, im.ID); err != nil {
		return im, err
	}
	return s.ImportOf(ctx, by, im.ID)
}

// ReceiveImport reads a file as it arrives into staging and leaves it running: ResumeImports, on any node, puts it on
// the list. If the upload breaks off or the file cannot be read, the import fails and nothing was added.
//
// Codes: as Import.
func (s *Service) ReceiveImport(ctx context.Context, by auth.Actor, in NewImport, r io.Reader) (Import, error) {
	sep, err := in.separator()
	if err != nil {
		return Import{}, err
	}
	if err := s.tidyImports(ctx); err != nil {
		return Import{}, err
	}
	im, err := s.openImport(ctx, by, in)
	if err != nil {
		return Import{}, err
	}
	up := upload{s: s, id: im.ID, in: in, sep: sep, sum: sha256.New()}
	if err = up.receive(ctx, r); err == nil {
		return s.ImportOf(ctx, by, im.ID)
	}
	sentence := "the upload broke off; nothing was added"
	var e *errs.Error
	if errors.As(err, &e) && e.Code != errs.Internal {
		sentence = e.Message + "; nothing was added"
	}
	s.failImport(context.WithoutCancel(ctx), im.ID, sentence)
	return im, err
}

const listForImport = `
SELECT li.client_id, li.campaign_id, li.synthetic, EXISTS (SELECT FROM leads l WHERE l.list_id = li.id) AS filled
FROM lists li WHERE li.id = $1 AND li.client_id = ANY ($2) FOR NO KEY UPDATE`

type importTarget struct {
	Client    auth.ClientID `db:"client_id"`
	Campaign  ID            `db:"campaign_id"`
	Synthetic bool          `db:"synthetic"`
	Filled    bool          `db:"filled"`
}

const markSynthetic = `UPDATE lists SET synthetic = true WHERE id = $1`

const insertImport = `
INSERT INTO imports (list_id, client_id, file_name, mapping, state, synthetic, beat_at, created_by, created_at)
VALUES ($1, $2, $3, '{}', 'receiving', $4, $5, $6, $5) RETURNING id`

func (s *Service) openImport(ctx context.Context, by auth.Actor, in NewImport) (Import, error) {
	name := filepath.Base(strings.ReplaceAll(in.FileName, `\`, "/"))
	if name == "." || name == "/" {
		name = "leads.csv"
	}
	generated, now := in.GeneratePhone != nil, s.now()
	out := Import{List: in.List, FileName: cut(name), State: importReceiving, CreatedAt: now}
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		var t importTarget
		if err := tx.GetContext(ctx, &t, listForImport, in.List, by.Scope()); err != nil {
			return noneAs(err, "there is no list %d", in.List)
		}
		switch {
		case t.Synthetic && !generated:
			return errs.Newf(errs.Conflict, "this list has generated numbers, which only the simulator dials; import real people into a list of their own")
		case generated && !t.Synthetic && t.Filled:
			return errs.Newf(errs.Conflict, "this list has real people; import generated numbers into a list of their own")
		case generated && !t.Synthetic:
			if _, err := tx.ExecContext(ctx, markSynthetic, in.List); err != nil {
				return errs.Wrap(err, "mark list")
			}
		}
		out.Client = t.Client
		if err := tx.GetContext(ctx, &out.ID, insertImport, in.List, t.Client, out.FileName, generated, now, by.Name); err != nil {
			return errs.Wrap(err, "open import")
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{
			Client: t.Client, Act: "lead.import", Object: fmt.Sprintf("import:%d", out.ID),
			Data: map[string]any{"list": in.List, "file": out.FileName, "generated": generated},
		})
	})
	return out, err
}

const failImport = `
UPDATE imports SET state = 'failed', error = $2, finished_at = $3 WHERE id = $1 AND state IN ('receiving','running')`

const dropStaged = `DELETE FROM import_rows WHERE import_id = $1`

// failImport ends an import for a reason; what it staged goes.
func (s *Service) failImport(ctx context.Context, id ImportID, why string) {
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if _, err := tx.ExecContext(ctx, failImport, id, why, s.now()); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, dropStaged, id)
		return err
	})
	if err != nil {
		s.log.Error("a failed import could not be marked; its upload will be found dead later", "import", id, "error", err)
	}
	s.tellImport(id, map[string]any{"id": id, "state": importFailed, "error": why})
}

func (s *Service) tellImport(id ImportID, data any) {
	s.pub.Publish(fmt.Sprintf("import:%d", id), "progress", data)
}

// upload is one file on its way into staging.
type upload struct {
	s    *Service
	id   ImportID
	in   NewImport
	sep  byte
	sum  hash.Hash
	rows *rows
	read *reader
	m    Mapping
}

// receive reads the file a batch at a time; each batch is one COPY in a transaction of its own, so that a slow upload
// holds no transaction open.
func (u *upload) receive(ctx context.Context, r io.Reader) error {
	if err := u.open(io.TeeReader(r, u.sum)); err != nil {
		return err
	}
	for {
		batch, err := u.batch(ctx)
		last := errors.Is(err, io.EOF)
		if err != nil && !last {
			return err
		}
		if err := u.stage(ctx, batch, last); err != nil || last {
			return err
		}
	}
}

// open finds encoding, separator and columns.
func (u *upload) open(r io.Reader) error {
	text, _, err := openText(r, u.in.Encoding)
	if err != nil {
		return err
	}
	if u.sep == 0 {
		sample, err := text.Peek(sampleBytes)
		if err != nil && !errors.Is(err, io.EOF) {
			return errs.Wrap(err, "read file")
		}
		u.sep = guessSeparator(string(sample))
	}
	u.rows = newRows(text, u.sep)
	header, err := u.rows.next()
	if errors.Is(err, io.EOF) {
		return errs.Newf(errs.Invalid, "the file is empty")
	}
	if err != nil {
		return err
	}
	columns := cleanHeader(header)
	u.m = guessMapping(columns)
	if u.in.Mapping != nil {
		u.m = *u.in.Mapping
	}
	at, err := u.m.place(columns, u.in.GeneratePhone != nil)
	if err != nil {
		return err
	}
	country := u.in.Country
	if country == "" {
		country = countryHouse
	}
	u.read = &reader{
		at: at, columns: len(columns), country: country, generate: u.in.GeneratePhone, list: u.in.List,
		seen: map[[identityBytes]byte]int{},
	}
	return nil
}

// mappingJSON is kept with the import: which column was what.
func (u *upload) mappingJSON() []byte {
	raw, err := json.Marshal(u.m)
	if err != nil {
		return []byte("{}")
	}
	return raw
}
