package httpx_test

import (
	"testing"

	"saveline/internal/errs"
	"saveline/internal/httpx"
)

func TestIfMatch(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]struct {
		version int
		code    errs.Code
	}{
		httpx.ETag(7): {7, ""},
		`W/"7"`:       {7, ""},
		"":            {0, errs.Unversioned},
		"  ":          {0, errs.Unversioned},
		"*":           {0, errs.Stale},
		"7":           {0, errs.Stale},
		`"7`:          {0, errs.Stale},
		`"-7"`:        {0, errs.Stale},
		`"abc"`:       {0, errs.Stale},
		`"1", "2"`:    {0, errs.Stale},
	} {
		version, err := httpx.IfMatch(header)
		if version != want.version || errs.CodeOf(err) != want.code {
			t.Errorf("IfMatch(%q) = %d, %v; want %d, %q", header, version, err, want.version, want.code)
		}
	}
}

func TestMatchVersion(t *testing.T) {
	t.Parallel()
	if err := httpx.MatchVersion(3, 3); err != nil {
		t.Error(err)
	}
	if err := httpx.MatchVersion(4, 3); !errs.Is(err, errs.Stale) {
		t.Errorf("a change of an old version: %v", err)
	}
}
