package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
)

// Set by the linker when a release is made.
var (
	version = "dev"
	commit  = ""
	date    = ""
)

// runVersion prints what this binary was built from.
func runVersion(_ context.Context, e env, args []string) error {
	if _, err := parse(e.flags("version"), args, 0); err != nil {
		return err
	}
	c, d := buildFacts()
	_, err := fmt.Fprintf(e.stdout, "saveline %s\ncommit %s\ndate %s\n%s %s/%s\n", version, c, d, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// buildFacts falls back to what the Go tool stamped, so that a plain `go build` knows its commit too.
func buildFacts() (revision, at string) {
	revision, at = commit, date
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return revision, at
	}
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision" && revision == "":
			revision = s.Value
		case s.Key == "vcs.time" && at == "":
			at = s.Value
		}
	}
	return revision, at
}
