// Package pacing decides how many calls to place now. It is pure: numbers in, a number and its reason out.
package pacing

import "fmt"

// Mode is how a campaign dials.
type Mode string

// The modes that have a rule here.
const (
	Manual      Mode = "manual"      // the agent picks a lead and dials it
	Preview     Mode = "preview"     // a ready agent is shown a lead, and dials or skips it
	Progressive Mode = "progressive" // one call in flight for each ready agent
)

// Policy is what a campaign asks for.
type Policy struct {
	Mode Mode
}

// Snapshot is what the dialer knows of one campaign at one instant.
type Snapshot struct {
	Ready    int // agents free to talk
	InFlight int // calls placed and not yet answered; in preview mode, leads on their way to an agent
	Waiting  int // people who answered and wait for an agent: each has a ready agent promised
}

// Decision is how many calls (or previews) to start now, and why, in words for the floor.
type Decision struct {
	Calls int
	Why   string
}

// Decide never returns a negative number, and never more than the ready agents that nobody was promised to.
func Decide(p Policy, s Snapshot) Decision {
	free := max(0, s.Ready-s.Waiting-s.InFlight)
	switch p.Mode {
	case Manual:
		return Decision{0, "agents dial by hand"}
	case Preview:
		return Decision{free, fmt.Sprintf("%s ready to look at a lead", count(free, "agent"))}
	case Progressive:
		why := fmt.Sprintf("%s ready, %s in flight, %s waiting: %d to place",
			count(s.Ready, "agent"), count(s.InFlight, "call"), count(s.Waiting, "person"), free)
		return Decision{free, why}
	}
	return Decision{0, fmt.Sprintf("there is no pacing rule for mode %q, so nothing is dialed", p.Mode)}
}

func count(n int, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case noun == "person":
		return fmt.Sprintf("%d people", n)
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
