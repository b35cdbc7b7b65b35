// Package tidy checks the tree itself: who imports whom, how long things grow, whose clock is read, and whether every
// SQL statement is one that PostgreSQL can prepare. Its checks take a tree and return sentences, so that each is
// tried on a tree that breaks it.
package tidy

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

const module = "saveline"

// A source is one Go file of the tree.
type source struct {
	path string // from the root, with slashes
	dir  string // the package's
	test bool
	text string
	ast  *ast.File
}

// A tree is all the Go files below a root, and how to say where something stands.
type tree struct {
	files []source
	fset  *token.FileSet
}

// skipped are directories that hold nothing of ours.
var skipped = []string{"node_modules", "testdata", "dist", "bin"}

// load parses every Go file below the root, except in hidden and in skipped directories.
func load(root fs.FS) (tree, error) {
	t := tree{fset: token.NewFileSet()}
	err := walk(root, func(name string) error {
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		parsed, err := parser.ParseFile(t.fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		t.files = append(t.files, source{
			path: name, dir: path.Dir(name), test: strings.HasSuffix(name, "_test.go"), text: string(text), ast: parsed,
		})
		return nil
	})
	return t, err
}

// walk calls do for every file that is ours.
func walk(root fs.FS, do func(name string) error) error {
	return fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		hidden := strings.HasPrefix(d.Name(), ".") && name != "." && d.Name() != ".ci"
		switch {
		case d.IsDir() && (hidden || slices.Contains(skipped, d.Name())):
			return fs.SkipDir
		case d.IsDir(), d.Name() == ".git": // a file, in a worktree
			return nil
		}
		return do(name)
	})
}

// at says where a node stands.
func (t tree) at(n ast.Node) string {
	p := t.fset.Position(n.Pos())
	return fmt.Sprintf("%s:%d", p.Filename, p.Line)
}

// imported lists the paths that the file imports.
func (f source) imported() []string {
	var paths []string
	for _, im := range f.ast.Imports {
		if p, err := strconv.Unquote(im.Path.Value); err == nil {
			paths = append(paths, p)
		}
	}
	return paths
}

// ours is the directory of an imported package of this module.
func ours(path string) (dir string, ok bool) { return strings.CutPrefix(path, module+"/") }
