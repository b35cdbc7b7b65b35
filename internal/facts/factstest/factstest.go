// Package factstest holds the test that every kind of fact has: its golden decoder.
package factstest

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"saveline/internal/facts"
)

var kindPattern = regexp.MustCompile(`^[a-z]+(_[a-z]+)*\.v[1-9][0-9]*$`)

// private names what never stands in a fact: facts are kept for ever and read by everyone.
var private = []string{"name", "email", "phone", "number", "note", "text", "address", "comment", "reason"}

// Golden checks that a kind of fact is still written as it was when the first ones were recorded, and still reads them.
// golden is the JSON that stands in databases out there: when the test fails, make a new version of the kind instead
// of changing it.
func Golden[T any](t testing.TB, kind facts.Kind, body T, golden string) {
	t.Helper()
	if !kindPattern.MatchString(string(kind)) {
		t.Errorf("%q is no kind of fact; write it like outcome.v1", kind)
	}
	written, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(compact(t, golden), string(written)); diff != "" {
		t.Errorf("%s is written differently (-golden +now):\n%s", kind, diff)
	}
	read, err := facts.Decode[T](facts.Fact{Kind: kind, Key: "golden", Body: json.RawMessage(golden)})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(body, read); diff != "" {
		t.Errorf("%s is read differently (-golden +now):\n%s", kind, diff)
	}
	var tree any
	if err := json.Unmarshal([]byte(golden), &tree); err != nil {
		t.Fatal(err)
	}
	for _, key := range keysOf(tree) {
		if slices.Contains(private, key) {
			t.Errorf("%s has a field %q: facts carry ids, codes, amounts and times only", kind, key)
		}
	}
}

func compact(t testing.TB, raw string) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Compact(&b, []byte(raw)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func keysOf(tree any) (keys []string) {
	switch v := tree.(type) {
	case map[string]any:
		for k, below := range v {
			keys = append(append(keys, k), keysOf(below)...)
		}
	case []any:
		for _, below := range v {
			keys = append(keys, keysOf(below)...)
		}
	}
	return keys
}
