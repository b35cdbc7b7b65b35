// Command summary reads `go test -json` and prints what a person wants of it: the closing line of each package, and
// all that a failing test said. It adds a line "PASSED FAILED" to the file that SAVELINE_TEST_COUNTS
// names.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
)

type event struct {
	Action, Package, Test, Output, ImportPath string
}

// closing is a line that go test ends a package with.
var closing = regexp.MustCompile(`^(ok  |FAIL|\?   |---|panic:|	saveline)`)

func main() {
	passed, failed, err := summarize(os.Stdin, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "summary:", err)
		failed++
	}
	if path := os.Getenv("SAVELINE_TEST_COUNTS"); path != "" {
		if err := note(path, passed, failed); err != nil {
			fmt.Fprintln(os.Stderr, "summary:", err)
			failed++
		}
	}
	fmt.Printf("go test: %d passed, %d failed\n", passed, failed)
	if failed > 0 {
		os.Exit(1)
	}
}

func note(path string, passed, failed int) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "%d %d\n", passed, failed)
	return errors.Join(err, f.Close())
}

// summarize counts tests (subtests included) and the packages that failed without a failing test: those that do not
// build or that died.
func summarize(r io.Reader, w io.Writer) (passed, failed int, err error) {
	said := map[[2]string][]string{} // output by package and test, kept until the test has passed
	failedIn := map[string]int{}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			fmt.Fprintln(w, lines.Text()) // go itself speaking
			continue
		}
		key := [2]string{e.Package, e.Test}
		switch e.Action {
		case "build-output":
			fmt.Fprint(w, e.Output)
		case "output":
			if e.Test == "" && closing.MatchString(e.Output) {
				fmt.Fprint(w, e.Output)
				continue
			}
			said[key] = append(said[key], e.Output)
		case "pass", "skip":
			if e.Test != "" && e.Action == "pass" {
				passed++
			}
			delete(said, key)
		case "fail":
			for _, line := range said[key] {
				fmt.Fprint(w, line)
			}
			delete(said, key)
			if e.Test != "" {
				failed++
				failedIn[e.Package]++
			} else if failedIn[e.Package] == 0 {
				failed++
			}
		}
	}
	return passed, failed, lines.Err()
}
