package campaigns

import (
	"bufio"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/unicode"
)

func encode(t *testing.T, e encoding.Encoding, text string) string {
	t.Helper()
	out, err := e.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAnyEncodingAndSeparator(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.campaign("Spring")
	korean1 := "이름,전화번호,요금제\n김민수,010-1234-5678,골드\n이서연,010-2345-6789,실버\n"
	western := "name;phone;note\nRené Müller;212-555-1001;café\n"
	for name, x := range map[string]struct{ text, country, person string }{
		"utf-8":            {korean1, "KR", "김민수"},
		"utf-8 with mark":  {"\uFEFF" + western, "US", "René Müller"},
		"utf-16le":         {encode(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), korean1), "KR", "김민수"},
		"utf-16be":         {encode(t, unicode.UTF16(unicode.BigEndian, unicode.UseBOM), western), "US", "René Müller"},
		"utf-16le no mark": {encode(t, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), western), "US", "René Müller"},
		"euc-kr":           {encode(t, korean.EUCKR, korean1), "KR", "김민수"},
		"windows-1252":     {encode(t, charmap.Windows1252, western), "US", "René Müller"},
		"tabs":             {strings.ReplaceAll(western, ";", "\t"), "US", "René Müller"},
		"bars":             {strings.ReplaceAll(western, ";", "|"), "US", "René Müller"},
		"carriage returns": {strings.ReplaceAll(western, "\n", "\r"), "US", "René Müller"},
	} {
		list := h.list(c, name)
		im := h.load(NewImport{List: list, Country: x.country}, x.text)
		if im.RowsRejected != 0 || im.RowsAdded == 0 {
			t.Errorf("%s: %s", name, counts(im))
		}
		if n := h.count(`SELECT count(*) FROM leads l JOIN people p ON p.id = l.person_id WHERE l.list_id = $1 AND p.name = $2`, list, x.person); n != 1 {
			t.Errorf("%s: %q was not read", name, x.person)
		}
	}
}

func TestRowsAreReadAsSpreadsheetsWriteThem(t *testing.T) {
	t.Parallel()
	r := newRows(bufio.NewReader(strings.NewReader("a,\"b,\"\"c\"\"\n d\",\r\n\r\n x \"y\" ,,z\r1,2")), ',')
	for _, want := range [][]string{{"a", "b,\"c\"\n d", ""}, {" x \"y\" ", "", "z"}, {"1", "2"}} {
		if got, err := r.next(); err != nil || !slices.Equal(got, want) {
			t.Errorf("row %q, %v; want %q", got, err, want)
		}
	}
	if _, err := r.next(); !errors.Is(err, io.EOF) {
		t.Errorf("after the last row: %v", err)
	}
	if r.no != 4 {
		t.Errorf("%d rows counted, want 4: the blank one is one", r.no)
	}
	open := newRows(bufio.NewReader(strings.NewReader("a\n\""+strings.Repeat("x\n", rowBytesMax))), ',')
	_, _ = open.next()
	if _, err := open.next(); !errors.Is(err, errRowTooLong) {
		t.Errorf("a quotation mark that is never closed: %v", err)
	}
}

// Whatever the bytes, reading them ends, gives text, and COPY's format keeps one row on one line.
func FuzzImportDecoder(f *testing.F) {
	for _, seed := range []string{"name,phone\nAnn,2125551001\n", "a;b\n\"x;\"\"y\";2", "\xff\xfen\x00a\x00", "\xef\xbb\xbfa\tb\r\n\\N\t\\.\n", "이름,전화\n김,010", "\"", ""} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		text, _, err := openText(strings.NewReader(string(file)), "")
		if err != nil {
			return
		}
		sample, _ := text.Peek(sampleBytes)
		in := newRows(text, guessSeparator(string(sample)))
		header, err := in.next()
		if err != nil {
			return
		}
		columns := cleanHeader(header)
		at, err := guessMapping(columns).place(columns, false)
		if err != nil {
			return
		}
		r := &reader{at: at, columns: len(columns), country: "US", seen: map[[identityBytes]byte]int{}}
		for {
			row, err := in.next()
			if err != nil {
				return
			}
			line := r.read(in.no, row).appendCopy(nil, 1)
			if n := strings.Count(string(line), "\n"); n != 1 || line[len(line)-1] != '\n' || strings.Count(string(line), "\t") != 13 {
				t.Fatalf("row %q is %q in COPY's format", row, line)
			}
			if !utf8.Valid(line) {
				t.Fatalf("row %q is no text in COPY's format: %q", row, line)
			}
		}
	})
}
