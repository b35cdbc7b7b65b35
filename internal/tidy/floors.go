package tidy

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

// floors is the house from the ground up (docs/architecture.md). A package imports only from floors below its own.
var floors = [][]string{
	{"internal/errs", "internal/money", "internal/phone"},
	{"internal/pg", "internal/httpx", "internal/obs"},
	{"internal/facts", "internal/jobs", "internal/schedule", "internal/auth", "internal/live"},
	pure,
	{"dialer/engine", "dialer/ari", "dialer/sim", "retention/billing/stripe", "retention/billing/webhook", "retention/delivery"},
	{"campaigns", "retention/billing/fakebilling"}, // which speaks as the adapters hear
	{"dialer"},
	{"retention"},
	{"commissions"},
	{"web", "migrations"},
	{"cmd/saveline/*"},
	{"cmd/saveline"},
}

// pure packages decide and do nothing else: no database, network, file, clock or goroutine.
var pure = []string{
	"campaigns/compliance", "dialer/pacing", "dialer/telephony",
	"retention/flow", "retention/eligibility", "retention/policy", "retention/nextoffer", "retention/billing", "retention/appointment", "retention/trial", "retention/netsave",
	"retention/gaming", "retention/wishes",
	"commissions/rules", "commissions/payroll", "commissions/law",
}

// foundation is what the rest of floor 0 stands on as well.
const foundation = "internal/errs"

// beside stand outside of the house: only the command and tests use them.
var beside = []string{
	"internal/config", "internal/pgembed", "internal/pgtest/withpg", "internal/tidy", "internal/backup", "internal/doctor",
	".ci/summary",
}

// supportsTests reports whether a package is there for tests alone, as its name says: switchtest, pgtest.
func supportsTests(dir string) bool { return strings.HasSuffix(path.Base(dir), "test") }

// floorOf is the floor of a directory, -1 for one that stands beside the house.
func floorOf(dir string) (floor int, known bool) {
	if slices.Contains(beside, dir) || supportsTests(dir) {
		return -1, true
	}
	for i, names := range floors {
		if slices.Contains(names, dir) || slices.Contains(names, path.Dir(dir)+"/*") {
			return i, true
		}
	}
	return 0, false
}

// checkFloors finds imports that do not lead downwards, and packages that stand nowhere.
func checkFloors(t tree) (faults []string) {
	for _, f := range t.files {
		here, known := floorOf(f.dir)
		if !known {
			faults = append(faults, fmt.Sprintf("%s stands on no floor: give it one in internal/tidy/floors.go", f.dir))
		}
		if f.test || !known || here == -1 {
			continue
		}
		for _, im := range f.imported() {
			dir, mine := ours(im)
			if !mine {
				continue
			}
			switch to, known := floorOf(dir); {
			case !known: // said once, at the package itself
			case to == -1 && (here < len(floors)-2 || supportsTests(dir)):
				faults = append(faults, fmt.Sprintf("%s imports %s, which only the command and tests may", f.path, dir))
			case dir == foundation && f.dir != foundation: // on floor 0 too, errors have a code and a sentence
			case to >= here:
				faults = append(faults, fmt.Sprintf("%s (floor %d) imports %s (floor %d)", f.path, here, dir, to))
			}
		}
	}
	return dedupe(faults)
}

// checkMutual finds pairs of top folders that import each other, which the compiler allows between their packages.
func checkMutual(t tree) (faults []string) {
	uses := map[string]map[string]string{} // folder -> folder it uses -> file that shows it
	for _, f := range t.files {
		for _, im := range f.imported() {
			dir, mine := ours(im)
			from, to := folder(f.dir), folder(dir)
			if f.test || !mine || from == to {
				continue
			}
			if uses[from] == nil {
				uses[from] = map[string]string{}
			}
			uses[from][to] = f.path
		}
	}
	for _, a := range slices.Sorted(maps.Keys(uses)) {
		for _, b := range slices.Sorted(maps.Keys(uses[a])) {
			if back := uses[b][a]; back != "" && a < b {
				faults = append(faults, fmt.Sprintf("%s and %s import each other: %s, %s", a, b, uses[a][b], back))
			}
		}
	}
	return faults
}

// folder is what one person would call the place: a slice, or one package of the ground floor.
func folder(dir string) string {
	parts := strings.SplitN(dir, "/", 3)
	if (parts[0] == "internal" || parts[0] == "cmd") && len(parts) > 1 {
		return parts[0] + "/" + parts[1]
	}
	return parts[0]
}

func dedupe(faults []string) []string {
	slices.Sort(faults)
	return slices.Compact(faults)
}
