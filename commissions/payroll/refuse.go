package payroll

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"saveline/internal/errs"
)

// refusal is the error of a file that cannot be written: every fault once, the first few of them in the sentence.
func refusal(f errs.Faults) error {
	const namedMax = 10
	var once errs.Faults
	for _, x := range f {
		if !slices.ContainsFunc(once, func(y errs.Field) bool { return y.Message == x.Message }) {
			once = append(once, x)
		}
	}
	if len(once) == 0 {
		return nil
	}
	var said []string
	for _, x := range once[:min(len(once), namedMax)] {
		said = append(said, x.Message)
	}
	more := ""
	if n := len(once) - namedMax; n > 0 {
		more = fmt.Sprintf("; and %d more", n)
	}
	e := errs.Newf(errs.Invalid, "nothing was written: %s%s. Mend this in the payroll settings, then export again", strings.Join(said, "; "), more)
	e.Fields = once
	return e
}

// fieldsOf are the faults that an error names, nil for another kind of error.
func fieldsOf(err error) errs.Faults {
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Code == errs.Invalid {
		return e.Fields
	}
	return nil
}
