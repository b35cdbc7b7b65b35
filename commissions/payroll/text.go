package payroll

import (
	"strings"
	"unicode/utf8"
)

// formulaSigns begin a formula; the full-width ones do where the keyboard is Japanese, Korean or Chinese.
const formulaSigns = "=+-@＝＋－＠"

// blanks stand before a formula without keeping it from being one.
const blanks = " \u00a0\u3000"

// safe keeps a spreadsheet from taking text for a formula: such a field begins with an apostrophe. Line breaks become
// spaces, because some payroll systems read files line by line.
//
// It is for text that people read (names, notes) and for nothing else: what a payroll system looks up (numbers, codes,
// dates, amounts) is never changed. Such a field is checked instead, and the file is refused when it does not fit.
func safe(text string) string {
	text = oneLine(text)
	if first, _ := utf8.DecodeRuneInString(strings.TrimLeft(text, blanks)); strings.ContainsRune(formulaSigns, first) {
		return "'" + text
	}
	return text
}

// oneLine makes what would begin a new line or column a space.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\r' || r == '\n' || r == '\t' || r == 0 {
			return ' '
		}
		return r
	}, text)
}

// latin spells the letters of western Europe without their marks.
var latin = strings.NewReplacer(
	"À", "A", "Á", "A", "Â", "A", "Ã", "A", "Ä", "A", "Å", "A", "Æ", "AE", "Ç", "C", "È", "E", "É", "E", "Ê", "E", "Ë", "E",
	"Ì", "I", "Í", "I", "Î", "I", "Ï", "I", "Ñ", "N", "Ò", "O", "Ó", "O", "Ô", "O", "Õ", "O", "Ö", "O", "Ø", "O", "Ù", "U",
	"Ú", "U", "Û", "U", "Ü", "U", "Ý", "Y", "ß", "ss", "à", "a", "á", "a", "â", "a", "ã", "a", "ä", "a", "å", "a", "æ", "ae",
	"ç", "c", "è", "e", "é", "e", "ê", "e", "ë", "e", "ì", "i", "í", "i", "î", "i", "ï", "i", "ñ", "n", "ò", "o", "ó", "o",
	"ô", "o", "õ", "o", "ö", "o", "ø", "o", "ù", "u", "ú", "u", "û", "u", "ü", "u", "ý", "y", "ÿ", "y",
)

// ascii is text as an old system can hold it: accents fall, and what has no such spelling is a question mark.
func ascii(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, latin.Replace(text))
}

// isASCII reports whether text is printable ASCII alone.
func isASCII(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) < 0
}
