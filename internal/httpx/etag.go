package httpx

import (
	"strconv"
	"strings"

	"saveline/internal/errs"
)

// ETag is a version as the header's value: `"7"`.
func ETag(version int) string { return `"` + strconv.Itoa(version) + `"` }

// IfMatch reads the version a change was made from out of the If-Match header. A proxy that compresses may have
// made the tag weak (W/"7"): the version is still the version.
//
// Codes: unversioned (no header), stale (not a version of ours).
func IfMatch(header string) (int, error) {
	header = strings.TrimSpace(header)
	if header == "" {
		return 0, errs.Newf(errs.Unversioned, "say which version you change: send its ETag as If-Match")
	}
	quoted := strings.TrimPrefix(header, "W/")
	inner, isQuoted := strings.CutPrefix(quoted, `"`)
	inner, isClosed := strings.CutSuffix(inner, `"`)
	version, err := strconv.Atoi(inner)
	if !isQuoted || !isClosed || err != nil || version < 1 {
		return 0, stale()
	}
	return version, nil
}

// MatchVersion compares the version there is with the one a change was made from.
//
// Codes: stale.
func MatchVersion(have, madeFrom int) error {
	if have != madeFrom {
		return stale()
	}
	return nil
}

func stale() error {
	return errs.Newf(errs.Stale, "somebody changed this since you opened it; reload it and make your change again")
}
