package tidy

import (
	"fmt"
	"go/ast"
	"path"
	"slices"
	"strings"
)

// impure is the part of the standard library that a pure package has no use for.
var impure = []string{"database/sql", "net", "os", "syscall", "sync", "log", "io/ioutil", "plugin", "testing", "unsafe"}

// pureMay are the modules that pure packages may import besides the standard library and the ground.
var pureMay = []string{"cel.dev/cel-go", "gopkg.in/yaml.v3", "github.com/rickar/cal"}

// sqlxMay are the directories whose files may hold database handles; api.go may not in any of them. The command may too:
// it opens the database, and cmd/saveline/rehearsal makes and reads scratch databases (docs/adr/0012).
var sqlxMay = []string{
	"campaigns", "dialer", "retention", "commissions", "internal/pg", "internal/facts", "internal/jobs", "internal/schedule",
	"internal/auth", "internal/live",
}

// checkImports finds libraries where they do not belong: HTTP outside of api.go, SQL outside of stores, effects in
// pure packages.
func checkImports(t tree) (faults []string) {
	for _, f := range t.files {
		if f.test || supportsTests(f.dir) {
			continue
		}
		for _, im := range f.imported() {
			if why := misplaced(f, im); why != "" {
				faults = append(faults, fmt.Sprintf("%s imports %s: %s", f.path, im, why))
			}
		}
		if slices.Contains(pure, f.dir) {
			faults = append(faults, effects(t, f)...)
		}
	}
	return faults
}

func misplaced(f source, im string) string {
	isAPI := strings.HasPrefix(path.Base(f.path), "api")
	inCommand := strings.HasPrefix(f.dir, "cmd/")
	switch {
	case under(im, "github.com/gin-gonic/gin", "github.com/danielgtaylor/huma"):
		if !isAPI && f.dir != "internal/httpx" && !inCommand {
			return "HTTP belongs into api*.go, internal/httpx and cmd"
		}
	case under(im, "github.com/jmoiron/sqlx"):
		if isAPI || !inCommand && !slices.Contains(sqlxMay, f.dir) {
			return "the database belongs into a slice's own files, never api*.go, and into the ground that owns tables"
		}
	}
	if slices.Contains(pure, f.dir) {
		return misplacedInPure(f.dir, im)
	}
	return ""
}

func misplacedInPure(dir, im string) string {
	first, _, _ := strings.Cut(im, "/")
	_, mine := ours(im)
	switch {
	case mine:
		return "" // the floors decide
	case under(im, impure...):
		return "a pure package has no effects"
	case !strings.Contains(first, "."), under(im, pureMay...):
		return ""
	case dir == "commissions/payroll" && under(im, "github.com/xuri/excelize"):
		return ""
	}
	return "a pure package uses the standard library, the ground floor, CEL, YAML and the holiday shapes"
}

// effects finds goroutines and clocks in a pure package.
func effects(t tree, f source) (faults []string) {
	ast.Inspect(f.ast, func(n ast.Node) bool {
		if g, ok := n.(*ast.GoStmt); ok {
			faults = append(faults, fmt.Sprintf("%s starts a goroutine in a pure package", t.at(g)))
		}
		if name := clockCall(n); name != "" {
			faults = append(faults, fmt.Sprintf("%s uses time.%s in a pure package", t.at(n), name))
		}
		return true
	})
	return faults
}

func under(im string, roots ...string) bool {
	return slices.ContainsFunc(roots, func(root string) bool { return im == root || strings.HasPrefix(im, root+"/") })
}
