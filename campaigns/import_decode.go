package campaigns

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"saveline/internal/errs"
)

// The encodings a file may come in.
const (
	encUTF8    = "utf-8"
	encUTF16LE = "utf-16le"
	encUTF16BE = "utf-16be"
	enc1252    = "windows-1252"
	encEUCKR   = "euc-kr" // with its extension CP949, which is what Korean Excel writes
)

const (
	sampleBytes  = 64 << 10
	rowBytesMax  = 1 << 20 // of one row: an unclosed quote must not swallow the file
	columnsMax   = 500
	hangulShare  = 4 // one letter in four beyond ASCII must be Hangul for a file to be taken for Korean
	separatorSet = ",;\t|"
)

// decoders by name. UTF-8 has none: its rows are checked one by one.
var decoders = map[string]encoding.Encoding{
	encUTF16LE: unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), encUTF16BE: unicode.UTF16(unicode.BigEndian, unicode.UseBOM),
	enc1252: charmap.Windows1252, encEUCKR: korean.EUCKR,
}

// openText turns a file of the named encoding ("" to find out) into UTF-8 without a byte order mark.
//
// Codes: invalid (no such encoding).
func openText(r io.Reader, name string) (text *bufio.Reader, used string, err error) {
	in := bufio.NewReaderSize(r, sampleBytes)
	sample, err := in.Peek(sampleBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, "", errs.Wrap(err, "read file")
	}
	if name == "" {
		name = guessEncoding(sample)
	}
	if name != encUTF8 {
		d, ok := decoders[name]
		if !ok {
			return nil, "", errs.Newf(errs.Invalid, "we cannot read files in %q; save it as UTF-8", name)
		}
		in = bufio.NewReaderSize(transform.NewReader(in, d.NewDecoder()), sampleBytes)
	}
	if bom, _ := in.Peek(3); string(bom) == "\uFEFF" {
		_, _ = in.Discard(3)
	}
	return in, name, nil
}

// guessEncoding looks at the first bytes of a file: byte order marks, then zero bytes (UTF-16), then whether it is
// UTF-8, then whether it reads as Korean; what is left is western European.
func guessEncoding(sample []byte) string {
	switch {
	case bytes.HasPrefix(sample, []byte{0xEF, 0xBB, 0xBF}):
		return encUTF8
	case bytes.HasPrefix(sample, []byte{0xFF, 0xFE}):
		return encUTF16LE
	case bytes.HasPrefix(sample, []byte{0xFE, 0xFF}):
		return encUTF16BE
	}
	if zeros := bytes.Count(sample, []byte{0}); zeros > len(sample)/4 {
		if len(sample) > 1 && sample[0] == 0 {
			return encUTF16BE
		}
		return encUTF16LE
	}
	if utf8.Valid(wholeRunes(sample)) {
		return encUTF8
	}
	if looksKorean(sample) {
		return encEUCKR
	}
	return enc1252
}

// wholeRunes drops a character that the sample cuts in two.
func wholeRunes(b []byte) []byte {
	for cut := 1; cut < utf8.UTFMax && cut <= len(b); cut++ {
		if last := b[len(b)-cut]; utf8.RuneStart(last) {
			if !utf8.FullRune(b[len(b)-cut:]) {
				return b[:len(b)-cut]
			}
			break
		}
	}
	return b
}

func looksKorean(sample []byte) bool {
	text, _, err := transform.Bytes(korean.EUCKR.NewDecoder(), sample)
	if err != nil {
		return false
	}
	hangul, foreign, bad := 0, 0, 0
	for _, r := range string(text) {
		switch {
		case r == utf8.RuneError:
			bad++
		case r >= 0xAC00 && r <= 0xD7A3:
			hangul++
			foreign++
		case r >= utf8.RuneSelf:
			foreign++
		}
	}
	return bad <= 1 && hangul*hangulShare >= foreign && hangul > 0 // a sample may end within a character
}

// guessSeparator takes the character that splits the first lines into the same number of columns, most columns first.
func guessSeparator(sample string) byte {
	best, bestColumns := byte(','), 1
	for i := range len(separatorSet) {
		sep := separatorSet[i]
		r := newRows(bufio.NewReader(strings.NewReader(sample)), sep)
		columns, steady := 0, true
		for range 10 {
			row, err := r.next()
			if err != nil {
				break
			}
			if columns == 0 {
				columns = len(row)
			}
			steady = steady && len(row) == columns
		}
		if columns > bestColumns && (steady || bestColumns == 1) {
			best, bestColumns = sep, columns
		}
	}
	return best
}
