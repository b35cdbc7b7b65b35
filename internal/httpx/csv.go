package httpx

import (
	"encoding/csv"
	"io"
	"regexp"
	"strings"
	"unicode"
)

// plainNumber is what a spreadsheet takes for a number: signs in front of it start no formula.
var plainNumber = regexp.MustCompile(`^[+-]?[0-9]+([.][0-9]+)?$`)

// SafeCell makes text harmless in a spreadsheet: what would be taken for a formula gets a leading apostrophe.
// Amounts ("-12.50") and phone numbers ("+14155550123") stay as they are, so that machines can read the file too.
// Source: OWASP, CSV injection; the full-width signs are Excel's in East Asian locales.
func SafeCell(s string) string {
	if plainNumber.MatchString(s) {
		return s
	}
	lead := strings.TrimLeftFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) // Cf: zero-width marks, the byte order mark
	})
	if startsFormula(s) || startsFormula(lead) {
		return "'" + s
	}
	return s
}

func startsFormula(s string) bool {
	for _, r := range s {
		return strings.ContainsRune("=+-@\t\r\n|%＝＋－＠", r)
	}
	return false
}

// CSVOptions say what the reader of a file expects.
type CSVOptions struct {
	BOM       bool // Excel needs it to read UTF-8
	Separator rune // 0 means a comma
}

// CSV writes RFC 4180 records whose cells start no formula. Errors stick; Close returns the first.
type CSV struct {
	w   *csv.Writer
	err error
}

// NewCSV starts a file on w.
func NewCSV(w io.Writer, o CSVOptions) *CSV {
	c := &CSV{w: csv.NewWriter(w)}
	c.w.UseCRLF = true
	if o.Separator != 0 {
		c.w.Comma = o.Separator
	}
	if o.BOM {
		_, c.err = io.WriteString(w, "\uFEFF")
	}
	return c
}

// Write adds one record.
func (c *CSV) Write(cells ...string) error {
	if c.err != nil {
		return c.err
	}
	safe := make([]string, len(cells))
	for i, cell := range cells {
		safe[i] = SafeCell(cell)
	}
	c.err = c.w.Write(safe)
	return c.err
}

// Close writes out what is buffered; it does not close the writer underneath.
func (c *CSV) Close() error {
	if c.err == nil {
		c.w.Flush()
		c.err = c.w.Error()
	}
	return c.err
}
