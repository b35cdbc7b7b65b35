package retention

import "saveline/internal/errs"

// cardWords is what people read who type a card number.
const cardWords = "this looks like a card number, and card data must never be written here: take it out and send the customer the payment link"

const (
	cardDigitsMin = 13
	cardDigitsMax = 19
)

// checkText notes a fault for a free text that is too long or holds a card number.
func checkText(f *errs.Faults, path, s string, charsMax int) {
	if len(s) > charsMax {
		f.Addf(path, "use at most %d characters", charsMax)
	}
	f.Check(!holdsCardNumber(s), path, cardWords)
}

// holdsCardNumber reports whether a text holds what can be a payment card's number: 13 to 19 digits, alone or in groups,
// that begin as cards do (ISO/IEC 7812) and whose last is the check digit of the Luhn formula.
func holdsCardNumber(s string) bool {
	var run digitRun
	for _, c := range []byte(s) {
		switch {
		case c >= '0' && c <= '9':
			run.add(c - '0')
		case (c == ' ' || c == '-' || c == '.') && !run.hasGap:
			run.hasGap = true // one sign between groups of digits
		default:
			if run.holdsCard() {
				return true
			}
			run = digitRun{}
		}
	}
	return run.holdsCard()
}

// digitRun is digits in a row, in groups.
type digitRun struct {
	digits []byte
	starts []int // of the groups
	hasGap bool
}

func (r *digitRun) add(digit byte) {
	if r.hasGap || len(r.digits) == 0 {
		r.starts = append(r.starts, len(r.digits))
	}
	r.digits, r.hasGap = append(r.digits, digit), false
}

// holdsCard looks for a card number that begins with a group and is all that follows, or of the usual 15 or 16 digits:
// an expiry date or a security code may stand behind it.
func (r *digitRun) holdsCard() bool {
	for _, from := range r.starts {
		d := r.digits[from:]
		for n := cardDigitsMin; n <= min(len(d), cardDigitsMax); n++ {
			if isWhole := n == len(d); (isWhole || n == 15 || n == 16) && beginsAsCard(d) && luhn(d[:n]) {
				return true
			}
		}
	}
	return false
}

// beginsAsCard knows the first digits of the card networks: 4, 51-55, 2221-2720, 34, 35, 36, 37, 38, 39, 6.
func beginsAsCard(d []byte) bool {
	two, four := int(d[0])*10+int(d[1]), (int(d[0])*10+int(d[1]))*100+int(d[2])*10+int(d[3])
	return d[0] == 4 || d[0] == 6 || two >= 51 && two <= 55 || two >= 34 && two <= 39 || four >= 2221 && four <= 2720
}

func luhn(d []byte) bool {
	sum := 0
	for i, v := range d {
		n := int(v)
		if (len(d)-i)%2 == 0 {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return sum%10 == 0
}
