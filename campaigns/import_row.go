package campaigns

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"saveline/internal/phone"
)

func itoa(n int) string { return strconv.Itoa(n) }

const (
	externalIDMax = 100 // bytes
	fieldMax      = 200 // of name, e-mail and the like
	identityBytes = 16
)

// staged is one row of a file, read and judged.
type staged struct {
	no                                                          int
	reason                                                      string // why it is rejected, "" if it is not
	raw                                                         []string
	externalID, name, email, region, postalCode, language, zone string
	number                                                      phone.E164
	more                                                        []phone.E164
	data                                                        []byte
}

// reader turns rows into staged ones: it knows the mapping, the country of numbers without one, and every identity
// met in this file so far.
type reader struct {
	at        places
	columns   int
	country   string
	generate  *uint64 // seed of generated numbers
	list      ListID
	generated int
	seen      map[[identityBytes]byte]int // identity -> row
	json      []byte
}

func (r *reader) read(no int, row []string) staged {
	out := staged{no: no, raw: row}
	if len(row) > r.columns {
		out.reason = fmt.Sprintf("the row has %d columns, the header has %d", len(row), r.columns)
		return out
	}
	for _, f := range row {
		if !utf8.ValidString(f) || strings.IndexByte(f, 0) >= 0 {
			out.reason = "the row is not readable as text; choose the file's encoding and import it again"
			return out
		}
	}
	field := func(i int) string {
		if i < 0 || i >= len(row) {
			return ""
		}
		return strings.TrimSpace(row[i])
	}
	out.externalID, out.name, out.email = field(r.at.externalID), field(r.at.name), field(r.at.email)
	out.region, out.postalCode, out.language = field(r.at.region), field(r.at.postalCode), field(r.at.language)
	if out.reason = r.numbersOf(&out, field); out.reason != "" {
		return out
	}
	if out.reason = tooLong(out); out.reason != "" {
		return out
	}
	if first, again := r.identity(out); again {
		out.reason = fmt.Sprintf("the same person as row %d of this file", first)
		return out
	}
	out.zone = phone.Zones(out.number, out.postalCode).Key()
	out.data = r.dataOf(field)
	return out
}

// numbersOf reads, or generates, the row's numbers. Further numbers that cannot be read are left out; the first must be good.
func (r *reader) numbersOf(out *staged, field func(int) string) (reason string) {
	if r.generate != nil {
		out.number = phone.Synthetic(*r.generate, r.generated)
		r.generated++
		if out.externalID == "" {
			out.externalID = fmt.Sprintf("generated:%d:%d:%d", r.list, *r.generate, r.generated)
		}
		return ""
	}
	raw := field(r.at.phone)
	for _, i := range r.at.more {
		n, err := phone.Parse(field(i), r.country)
		switch {
		case err != nil:
		case raw == "":
			raw = string(n)
		default:
			out.more = append(out.more, n)
		}
	}
	if raw == "" {
		return "there is no phone number"
	}
	n, err := phone.Parse(raw, r.country)
	if err != nil {
		return fmt.Sprintf("%q is not a phone number", cut(raw))
	}
	out.number = n
	return ""
}

func cut(s string) string {
	if len(s) > fieldMax {
		return strings.ToValidUTF8(s[:fieldMax], "") + "…"
	}
	return s
}

func tooLong(s staged) string {
	switch {
	case len(s.externalID) > externalIDMax:
		return "the external id is longer than 100 bytes"
	case len(s.name) > fieldMax || len(s.email) > fieldMax || len(s.region) > fieldMax || len(s.postalCode) > fieldMax || len(s.language) > fieldMax:
		return "a field is longer than 200 bytes"
	}
	return ""
}

// identity is what makes a row somebody: the client's own id, else number and name together. Two people who share a
// number and a name cannot be told apart without an id, so the second is taken for a repetition.
func (r *reader) identity(s staged) (first int, again bool) {
	r.json = append(r.json[:0], s.externalID...)
	if s.externalID == "" {
		r.json = append(append(append(r.json, s.number...), 0), s.name...)
	}
	sum := sha256.Sum256(r.json)
	key := [identityBytes]byte(sum[:identityBytes])
	first, again = r.seen[key]
	if !again {
		r.seen[key] = s.no
	}
	return first, again
}

// dataOf is the row's further columns as a JSON object; blank ones are left out.
func (r *reader) dataOf(field func(int) string) []byte {
	out := r.json[:0] // the row before is staged by now
	out = append(out, '{')
	for i, at := range r.at.data {
		v := field(at)
		if v == "" {
			continue
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = appendJSON(out, r.at.dataKeys[i])
		out = append(out, ':')
		out = appendJSON(out, v)
	}
	out = append(out, '}')
	r.json = out // for the next row, if it has grown
	return out
}

// appendJSON quotes s; plain text, which nearly everything is, costs no allocation.
func appendJSON(out []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			quoted, err := json.Marshal(s)
			if err != nil {
				return append(out, `""`...)
			}
			return append(out, quoted...)
		}
	}
	out = append(out, '"')
	out = append(out, s...)
	return append(out, '"')
}

// appendCopy adds the row to COPY's text format, columns as stageRows names them.
func (s staged) appendCopy(out []byte, id ImportID) []byte {
	out = strconv.AppendInt(out, int64(id), 10)
	out = append(out, '\t')
	out = strconv.AppendInt(out, int64(s.no), 10)
	out = append(out, '\t')
	out = appendText(out, s.reason)
	if s.reason != "" {
		out = append(out, '\t')
		out = appendArray(out, s.raw)
		return append(out, "\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\n"...)
	}
	out = append(out, "\t\\N\t"...)
	if s.externalID == "" {
		out = append(out, `\N`...)
	} else {
		out = appendText(out, s.externalID)
	}
	for _, f := range [...]string{s.name, s.email, s.region, s.postalCode, s.language, s.zone, string(s.number)} {
		out = append(out, '\t')
		out = appendText(out, f)
	}
	out = append(out, '\t')
	if len(s.more) == 0 {
		out = append(out, `\N`...)
	} else {
		more := make([]string, len(s.more))
		for i, n := range s.more {
			more[i] = string(n)
		}
		out = appendArray(out, more)
	}
	out = append(out, '\t')
	out = appendEscaped(out, s.data)
	return append(out, '\n')
}

func appendText(out []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c == '\\' || c < ' ' {
			return appendEscaped(out, []byte(s))
		}
	}
	return append(out, s...)
}

// appendEscaped writes what COPY's text format gives a meaning to with a backslash.
func appendEscaped(out, s []byte) []byte {
	for _, c := range s {
		switch c {
		case '\\':
			out = append(out, '\\', '\\')
		case '\n':
			out = append(out, '\\', 'n')
		case '\r':
			out = append(out, '\\', 'r')
		case '\t':
			out = append(out, '\\', 't')
		default:
			out = append(out, c)
		}
	}
	return out
}

// appendArray writes an array literal within COPY's text format; what is no text (a rejected row may hold anything)
// is replaced.
func appendArray(out []byte, items []string) []byte {
	literal := []byte{'{'}
	for i, s := range items {
		if i > 0 {
			literal = append(literal, ',')
		}
		literal = append(literal, '"')
		s = strings.ReplaceAll(strings.ToValidUTF8(cut(s), "\uFFFD"), "\x00", "")
		for j := range len(s) {
			if c := s[j]; c == '"' || c == '\\' {
				literal = append(literal, '\\')
			}
			literal = append(literal, s[j])
		}
		literal = append(literal, '"')
	}
	return appendEscaped(out, append(literal, '}'))
}
