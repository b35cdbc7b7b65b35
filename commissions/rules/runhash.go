package rules

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// RunLine is an amount as the hash of a run has it: whose it is, by which version of which plan, what for, and how much. It has
// no ids of rows, no times of recording, and no period: lines of one result and component are one, whichever way they came
// about, whether they were earned first and taken back in part later, or never earned whole.
type RunLine struct {
	Agent, Plan, SHA, Component string
	About                       string // the result, or the first day of the bucket, by a name that no database made up
	Reason, Currency            string
	Minor                       int64
}

// RunLine is the line as it is hashed.
func (l *PayLine) RunLine() RunLine {
	return RunLine{Agent: l.Agent, Plan: l.Plan.Name, SHA: l.Plan.SHA, Component: l.Component, About: l.Ref, Currency: l.Amount.Currency, Minor: l.Amount.Minor}
}

// RunLines are lines as they are hashed.
func RunLines(lines []PayLine) []RunLine {
	out := make([]RunLine, len(lines))
	for i := range lines {
		out[i] = lines[i].RunLine()
	}
	return out
}

// Canonical is the text of run lines that RunHash is taken of: one line of text for each that is left, in their own order.
func Canonical(lines []RunLine) string {
	left := map[RunLine]int64{}
	for _, l := range lines {
		minor := l.Minor
		l.Minor = 0
		left[l] += minor
	}
	texts := make(map[string]int64, len(left))
	for l, minor := range left {
		if minor != 0 {
			texts[strings.Join([]string{l.Agent, l.Plan, l.SHA, l.Component, l.About, l.Reason, l.Currency}, "\x1f")] += minor
		}
	}
	var b strings.Builder
	for _, key := range slices.Sorted(maps.Keys(texts)) {
		b.WriteString(key + "\x1f" + strconv.FormatInt(texts[key], 10) + "\n")
	}
	return b.String()
}

// RunHash is the SHA-256 of Canonical, in hexadecimal: the same books give the same hash wherever and in whatever order they
// were computed, before a period is closed and after.
func RunHash(lines []RunLine) string {
	sum := sha256.Sum256([]byte(Canonical(lines)))
	return hex.EncodeToString(sum[:])
}
