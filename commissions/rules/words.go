package rules

import (
	"fmt"
	"strings"

	"saveline/internal/errs"
)

// Sentences that more than one place says.

func ratesOverlap(pair, a, b string) error {
	return errs.Newf(errs.Invalid, "events %q and %q overlap: two rates of %s at the same instant", a, b, pair)
}

func fractionOf(days, all int64, how string) string {
	return fmt.Sprintf("%d of %d %s", days, all, strings.ReplaceAll(how, "_", " "))
}

// saysSave reports whether a condition selects saves.
func saysSave(condition string) bool {
	return strings.Contains(condition, `"save"`) || strings.Contains(condition, `'save'`)
}
