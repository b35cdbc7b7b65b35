package tidy

import (
	"io/fs"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"saveline/internal/pgtest"
)

func root() fs.FS { return os.DirFS("../..") }

var house = sync.OnceValues(func() (tree, error) { return load(root()) })

// checks are all that looks at the syntax tree, each with sources that break it and what it then says.
var checks = []struct {
	name   string
	run    func(tree) []string
	breaks map[string]string // path -> source
	says   []string
}{
	{
		"floors", checkFloors,
		map[string]string{
			"campaigns/a.go":         `import "saveline/dialer"`,
			"internal/pg/a.go":       `import "saveline/internal/pg/deeper"`,
			"internal/errs/a.go":     `import "saveline/internal/config"`,
			"internal/money/a.go":    `import ("saveline/internal/errs"; "saveline/internal/phone")`,
			"dialer/engine/a.go":     `import "saveline/dialer/sim"`,
			"cmd/saveline/demo/a.go": `import "saveline/commissions"`,
			"cmd/saveline/a.go":      `import ("saveline/cmd/saveline/demo"; "saveline/internal/config")`,
			"internal/pgtest/a.go":   `import "saveline/migrations"`,
			"campaigns/b.go":         `import "saveline/internal/pgtest"`,
			"cmd/saveline/b.go":      `import "saveline/dialer/telephony/switchtest"`,
			"models/a.go":            ``,
			"campaigns/a_test.go":    `import "saveline/internal/pgtest"`,
		},
		[]string{
			"campaigns/a.go (floor 5) imports dialer (floor 6)", "internal/errs/a.go imports internal/config, which only",
			"dialer/engine/a.go (floor 4) imports dialer/sim (floor 4)", "models stands on no floor", "campaigns/b.go imports internal/pgtest, which only",
			"cmd/saveline/b.go imports dialer/telephony/switchtest, which only",
			"internal/money/a.go (floor 0) imports internal/phone (floor 0)",
		},
	},
	{
		"mutual folders", checkMutual,
		map[string]string{
			"dialer/a.go":      `import "saveline/campaigns"`,
			"campaigns/b/b.go": `import "saveline/dialer/telephony"`,
			"campaigns/c.go":   `import "saveline/campaigns/b"`,
		},
		[]string{"campaigns and dialer import each other"},
	},
	{
		"misplaced imports", checkImports,
		map[string]string{
			"campaigns/service.go":          `import "github.com/gin-gonic/gin"`,
			"campaigns/api.go":              `import ("github.com/danielgtaylor/huma/v2"; "github.com/jmoiron/sqlx")`,
			"campaigns/store.go":            `import "github.com/jmoiron/sqlx"`,
			"internal/httpx/engine.go":      `import "github.com/gin-gonic/gin"`,
			"internal/obs/a.go":             `import "github.com/jmoiron/sqlx"`,
			"campaigns/compliance/check.go": "import (\"os\"; \"strings\"; \"github.com/some/thing\"; \"saveline/internal/phone\"; \"time\")\nfunc f() { go f(); _ = time.Now }",
			"commissions/payroll/file.go":   `import "github.com/xuri/excelize/v2"`,
			"commissions/rules/cel.go":      `import ("cel.dev/cel-go/cel"; "net/http")`,
		},
		[]string{
			"campaigns/service.go imports github.com/gin-gonic/gin", "campaigns/api.go imports github.com/jmoiron/sqlx",
			"internal/obs/a.go imports github.com/jmoiron/sqlx", "compliance/check.go imports os", "imports github.com/some/thing",
			"rules/cel.go imports net/http", "starts a goroutine", "uses time.Now in a pure package",
		},
	},
	{
		"clocks", checkClock,
		map[string]string{
			"campaigns/a.go":      "import \"time\"\nfunc f() { _ = time.Now(); _ = time.After(1) }\nvar g = time.Now",
			"dialer/a.go":         "const q = `UPDATE calls SET ended_at = now() WHERE id = $1`",
			"retention/a.go":      "const q = `SELECT id FROM cases -- never now()\nWHERE at < $1`",
			"commissions/a.go":    "const q = `DELETE FROM x WHERE at < CURRENT_TIMESTAMP - interval '1 day'`",
			"internal/pg/a.go":    "import \"time\"\nvar g = time.Now",
			"campaigns/a_test.go": "import \"time\"\nvar g = time.Now",
		},
		[]string{"campaigns/a.go:3 uses time.Now", "campaigns/a.go:4 uses time.Now", "dialer/a.go:2 reads the database's clock", "commissions/a.go:2 reads"},
	},
	{
		"sizes", checkSizes,
		map[string]string{
			"campaigns/long.go": strings.Repeat("// line\n", 501),
			"campaigns/f.go":    "func fits() {\n" + strings.Repeat("\n", 68) + "}\nfunc grown() {\n" + strings.Repeat("\n", 69) + "}",
		},
		[]string{"campaigns/long.go has 502 lines", "grown has 71 lines"},
	},
	{
		"floats", checkFloats,
		map[string]string{
			"commissions/rules/a.go": "var a float64", "internal/money/a.go": "const half = 0.5", "dialer/pacing/a.go": "var a float64",
		},
		[]string{"commissions/rules/a.go:2", "internal/money/a.go:2"},
	},
	{
		"package comments", checkPackageComments,
		map[string]string{"campaigns/a.go": "", "campaigns/b.go": ""},
		[]string{"campaigns has no package comment"},
	},
	{
		"finished", checkFinished,
		map[string]string{"campaigns/a.go": "// TO" + "DO later\nvar a int"},
		[]string{"campaigns/a.go:2 says TO" + "DO"},
	},
	{
		"inline SQL", checkInlineSQL,
		map[string]string{
			"campaigns/a.go": "const q = `SELECT 1 FROM t`\nfunc f() { run(q); run(`DELETE FROM t WHERE id = $1`); say(`UPDATE is a word`) }",
		},
		[]string{"campaigns/a.go:3 holds SQL that is no named constant"},
	},
}

// TestTheHouseIsTidy runs every check on the tree itself.
func TestTheHouseIsTidy(t *testing.T) {
	t.Parallel()
	house, err := house()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, fault := range c.run(house) {
				t.Error(fault)
			}
		})
	}
}

// TestEachCheckCanFail shows each check a tree that breaks it: it must say just the faults that are there.
func TestEachCheckCanFail(t *testing.T) {
	t.Parallel()
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			files := fstest.MapFS{}
			for path, body := range c.breaks {
				files[path] = &fstest.MapFile{Data: []byte("package x\n" + body)}
			}
			broken, err := load(files)
			if err != nil {
				t.Fatal(err)
			}
			faults := c.run(broken)
			if len(faults) != len(c.says) {
				t.Errorf("%d faults, want %d", len(faults), len(c.says))
			}
			said := strings.Join(faults, "\n")
			for _, want := range c.says {
				if !strings.Contains(said, want) {
					t.Errorf("nobody said %q in:\n%s", want, said)
				}
			}
		})
	}
}

func TestNoTracesOfAMachine(t *testing.T) {
	t.Parallel()
	faults, err := checkTraces(root())
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range faults {
		t.Error(fault)
	}
}

func TestTracesAreFound(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{
		"docs/a.md":                  {Data: []byte("fine\nsee /wo" + "rk/main\n")},
		".ci/up.sh":                  {Data: []byte("curl https://registry.np" + "mjs.org")},
		"web/node_modules/x/a.js":    {Data: []byte("/wo" + "rk/main")},
		"picture.png":                {Data: []byte("\x00/wo" + "rk/main")},
		"campaigns/network/fine.txt": {Data: []byte("patchwork/main")},
	}
	faults, err := checkTraces(files)
	if err != nil || len(faults) != 2 || !strings.Contains(strings.Join(faults, " "), "docs/a.md:2") {
		t.Errorf("found %q (%v)", faults, err)
	}
}

// TestEveryStatementCanBePrepared has PostgreSQL read each statement against the newest schema.
func TestEveryStatementCanBePrepared(t *testing.T) {
	t.Parallel()
	house, err := house()
	if err != nil {
		t.Fatal(err)
	}
	all := statements(house)
	if len(all) == 0 {
		t.Fatal("no statement was found")
	}
	db := pgtest.New(t)
	for _, s := range all {
		stmt, err := db.PrepareContext(t.Context(), s.sql)
		if err != nil {
			t.Errorf("%s: %v", s.where, err)
			continue
		}
		_ = stmt.Close()
	}
}

func TestStatementsAreCollectedAndABadOneIsRefused(t *testing.T) {
	t.Parallel()
	broken, err := load(fstest.MapFS{"campaigns/a.go": {Data: []byte("package x\n" +
		"const columns = `SELECT id, name`\n" +
		"const (\n\tone = columns + ` FROM clients`\n\ttwo = \"-- why\\nDELETE FROM no_such_table\"\n)\n" +
		"const sentence = `Select one`\n" +
		"func f() { const three = `WITH a AS (SELECT 1) SELECT * FROM a` }\n")}})
	if err != nil {
		t.Fatal(err)
	}
	found := statements(broken)
	if len(found) != 3 || found[0].sql != "SELECT id, name FROM clients" || found[0].where != "campaigns/a.go:4 one" {
		t.Fatalf("found %+v", found)
	}
	db := pgtest.New(t)
	for _, s := range found {
		_, err := db.PrepareContext(t.Context(), s.sql)
		if wrong := strings.Contains(s.where, "two"); wrong != (err != nil) {
			t.Errorf("%s: %v", s.where, err)
		}
	}
}
