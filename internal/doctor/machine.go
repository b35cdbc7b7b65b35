package doctor

import (
	"context"
	"maps"
	"slices"
	"strings"
	"syscall"
	"time"
)

const (
	diskFail = 1 << 30 // bytes free
	diskWarn = 10 << 30
)

// zonesNeeded are a few that rules of calling hours turn on; a machine that has these has all.
var zonesNeeded = []string{"America/New_York", "America/Phoenix", "Asia/Seoul", "Asia/Manila", "Pacific/Guam"}

func timeZones(context.Context, Deps) Finding {
	const whatToDo = "install the package tzdata"
	for _, name := range zonesNeeded {
		if _, err := time.LoadLocation(name); err != nil {
			return fail(whatToDo, "time zone %s is unknown here: nobody could be called lawfully", name)
		}
	}
	// The United States have changed their clocks on the second Sunday of March since 2007: data that does not know
	// it is older than any of our customers.
	place, _ := time.LoadLocation(zonesNeeded[0])
	if _, offset := time.Date(2026, time.March, 9, 12, 0, 0, 0, place).Zone(); offset != -4*60*60 {
		return fail(whatToDo, "the time zone data is out of date")
	}
	return ok("time zone data is there")
}

func disk(_ context.Context, d Deps) Finding {
	var s syscall.Statfs_t
	if err := syscall.Statfs(d.DataDir, &s); err != nil {
		return fail("make the directory and give it to the service's user", "the data directory cannot be read: %v", err)
	}
	free := s.Bavail * uint64(s.Bsize)
	const whatToDo = "make room, or move SAVELINE_DATA_DIR to a larger disk"
	switch {
	case free < diskFail:
		return fail(whatToDo, "%d MB are free where the data is", free>>20)
	case free < diskWarn:
		return warn(whatToDo, "%d GB are free where the data is", free>>30)
	}
	return ok("%d GB are free where the data is", free>>30)
}

func reachSwitch(ctx context.Context, d Deps) Finding {
	name, err := d.Switch(ctx)
	if err != nil {
		return fail("check that the switch runs and that its address and password are right", "the telephone switch does not answer: %v", err)
	}
	return ok("the switch answers: %s", name)
}

// pages matters because a fresh clone embeds only a page that says how to build them.
func pages(_ context.Context, d Deps) Finding {
	if !d.Pages() {
		return fail("build with `make web build`, or take a release", "this binary was built without the pages")
	}
	return ok("the pages are inside")
}

func settings(_ context.Context, d Deps) Finding {
	var missing []string
	for _, name := range slices.Sorted(maps.Keys(d.Needed)) {
		if !d.Needed[name] {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return warn("set them as docs/operate.md says", "not set: %s", strings.Join(missing, ", "))
	}
	return ok("what production needs is set")
}
