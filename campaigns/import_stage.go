package campaigns

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"

	"saveline/internal/errs"
)

const (
	stageRows     = 50_000   // of one COPY
	stageBytesMax = 32 << 20 // of one COPY, whichever comes first
	copyPiece     = 32 << 10 // bytes handed to the driver at once
)

// staging is one batch in COPY's text format.
type staging struct {
	text []byte
	rows int
	last int // number of its last row
}

// batch reads rows until the batch is full; io.EOF comes with the last one.
func (u *upload) batch(ctx context.Context) (staging, error) {
	var b staging
	for b.rows < stageRows && len(b.text) < stageBytesMax {
		if b.rows%1000 == 0 && ctx.Err() != nil {
			return b, ctx.Err()
		}
		row, err := u.rows.next()
		if err != nil {
			return b, err
		}
		if u.rows.no > importRowsMax+1 {
			return b, errs.Newf(errs.Limited, "the file has more than 5,000,000 rows; split it")
		}
		b.text = u.read.read(u.rows.no, row).appendCopy(b.text, u.id)
		b.rows, b.last = b.rows+1, u.rows.no
	}
	return b, nil
}

const stageCopy = `
COPY import_rows (import_id, row_no, reason, raw, external_id, name, email, region, postal_code, language, zone, number, more, data)
FROM STDIN`

// stagedBatch counts a batch; the last one turns the import over to whoever runs it. No row: somebody ended it meanwhile.
const stagedBatch = `
UPDATE imports SET rows_read = rows_read + $2, row_last = greatest(row_last, $3), beat_at = $4, mapping = $5,
    state = CASE WHEN $6 THEN 'running' ELSE state END, file_sha256 = $7
WHERE id = $1 AND state = 'receiving' RETURNING rows_read`

// stage copies a batch and counts it in one transaction.
func (u *upload) stage(ctx context.Context, b staging, last bool) error {
	conn, err := u.s.db.Connx(ctx)
	if err != nil {
		return errs.Wrap(err, "connect")
	}
	defer func() { _ = conn.Close() }()
	tx, err := conn.BeginTxx(ctx, nil)
	if err != nil {
		return errs.Wrap(err, "begin")
	}
	defer func() { _ = tx.Rollback() }()
	if err := copyIn(ctx, conn, stageCopy, b.text); err != nil {
		return errs.Wrap(err, "stage rows")
	}
	var read int
	err = tx.GetContext(ctx, &read, stagedBatch, u.id, b.rows, b.last, u.s.now(), u.mappingJSON(), last, u.sum.Sum(nil))
	if err != nil {
		return noneAs(err, "import %d was ended while it was being received", u.id)
	}
	if err := tx.Commit(); err != nil {
		return errs.Wrap(err, "stage rows")
	}
	u.s.tellImport(u.id, map[string]any{"id": u.id, "state": importReceiving, "rowsRead": read})
	return nil
}

// copier is the part of the driver's COPY statement that takes raw text; CopyIn with values is deprecated and slower.
type copier interface {
	driver.Stmt
	CopyData(ctx context.Context, line string) (driver.Result, error)
}

// copyIn sends text, rows in COPY's text format, on the connection, whose transaction is open.
func copyIn(ctx context.Context, conn *sqlx.Conn, statement string, text []byte) error {
	return conn.Raw(func(raw any) (err error) {
		dc, ok := raw.(driver.ConnPrepareContext)
		if !ok {
			return errors.New("the driver cannot prepare COPY")
		}
		stmt, err := dc.PrepareContext(ctx, statement)
		if err != nil {
			return fmt.Errorf("prepare COPY: %w", err)
		}
		to, ok := stmt.(copier)
		if !ok {
			return errors.Join(fmt.Errorf("the driver's %T takes no COPY data", stmt), stmt.Close())
		}
		defer func() { err = errors.Join(err, to.Close()) }()
		return sendPieces(ctx, to, text)
	})
}

// sendPieces cuts text at line ends; the driver adds the line end that each piece lacks.
func sendPieces(ctx context.Context, to copier, text []byte) error {
	for len(text) > 0 {
		end := min(copyPiece, len(text))
		for end < len(text) && text[end-1] != '\n' {
			end++
		}
		piece := text[:end]
		if piece[len(piece)-1] == '\n' {
			piece = piece[:len(piece)-1]
		}
		if _, err := to.CopyData(ctx, string(piece)); err != nil {
			return err
		}
		text = text[end:]
	}
	_, err := to.Exec(nil) //nolint:staticcheck // the driver's COPY ends with an Exec without values; there is no newer call
	return err
}
