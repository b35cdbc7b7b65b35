package campaigns

import (
	"bufio"
	"errors"
	"io"

	"saveline/internal/errs"
)

// rows reads delimited text as RFC 4180 writes it, and as spreadsheets do: any separator, quotes where they are not
// needed, CR, LF or both. encoding/csv is not used because an unclosed quote makes it read a whole file as one field.
type rows struct {
	in     *bufio.Reader
	sep    byte
	no     int // rows read so far, blank ones included: the number a spreadsheet shows
	buf    []byte
	ends   []int // end of each field in buf
	fields []string
}

func newRows(in *bufio.Reader, sep byte) *rows { return &rows{in: in, sep: sep} }

// errRowTooLong is a row beyond rowBytesMax: nearly always a quote that is never closed.
var errRowTooLong = errs.Newf(errs.Invalid, "a row is longer than 1 MiB; a quotation mark may not be closed")

// next returns the fields of the next row that is not blank, io.EOF after the last. The slice is used
// again by the next call.
func (r *rows) next() ([]string, error) {
	for {
		r.buf, r.ends = r.buf[:0], r.ends[:0]
		err := r.read()
		if err != nil && (!errors.Is(err, io.EOF) || len(r.buf) == 0 && len(r.ends) == 0) {
			return nil, err
		}
		r.no++
		r.ends = append(r.ends, len(r.buf))
		if len(r.buf) == 0 && len(r.ends) == 1 {
			continue // a blank line
		}
		return r.split(), nil
	}
}

// read collects one row into buf and ends; io.EOF may come with a last row that has no line end.
func (r *rows) read() error {
	quoted, start := false, true
	for {
		c, err := r.in.ReadByte()
		if err != nil {
			return err
		}
		if len(r.buf) >= rowBytesMax {
			return errRowTooLong
		}
		switch {
		case quoted && c == '"':
			if r.peek() == '"' {
				_, _ = r.in.Discard(1)
				r.buf = append(r.buf, '"')
				continue
			}
			quoted = false
		case quoted:
			r.buf = append(r.buf, c)
		case c == '"' && start:
			quoted = true
		case c == r.sep:
			if len(r.ends) >= columnsMax {
				return errs.Newf(errs.Invalid, "row %d has more than 500 columns; is the separator right?", r.no+1)
			}
			r.ends = append(r.ends, len(r.buf))
			start = true
			continue
		case c == '\n':
			return nil
		case c == '\r':
			if r.peek() == '\n' {
				_, _ = r.in.Discard(1)
			}
			return nil
		default:
			r.buf = append(r.buf, c)
		}
		start = false
	}
}

func (r *rows) peek() byte {
	b, err := r.in.Peek(1)
	if err != nil {
		return 0
	}
	return b[0]
}

// split cuts the row into fields that share one string.
func (r *rows) split() []string {
	r.fields = r.fields[:0]
	row, from := string(r.buf), 0
	for _, to := range r.ends {
		r.fields = append(r.fields, row[from:to])
		from = to
	}
	return r.fields
}
