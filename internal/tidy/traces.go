package tidy

import (
	"bytes"
	"fmt"
	"io/fs"
	"regexp"
)

const textBytesMax = 4 << 20 // larger files are data

// traces are what a developer's machine leaves behind: its paths and the addresses of package registries, which every
// user sets for himself. The parts are joined at run time, so that this file does not name them.
var traces = regexp.MustCompile(`/wo` + `rk/|/ro` + `ot/|/ho` + `me/[a-z]+/|/tm` + `p/sl|proxy\.gol` + `ang\.org|sum\.gol` + `ang\.org|registry\.np` + `mjs|registry\.ya` + `rnpkg|gop` + `roxy\.|index\.cra` + `tes`)

// checkTraces reads every text file of the tree.
func checkTraces(root fs.FS) (faults []string, err error) {
	err = walk(root, func(name string) error {
		info, err := fs.Stat(root, name)
		if err != nil || info.Size() > textBytesMax || !info.Mode().IsRegular() {
			return err
		}
		text, err := fs.ReadFile(root, name)
		if err != nil || bytes.IndexByte(text, 0) >= 0 {
			return err
		}
		for i, line := range bytes.Split(text, []byte("\n")) {
			if m := traces.Find(line); m != nil {
				faults = append(faults, fmt.Sprintf("%s:%d names %q, which is of one machine", name, i+1, m))
			}
		}
		return nil
	})
	return faults, err
}
