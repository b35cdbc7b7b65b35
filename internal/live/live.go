// Package live carries news to open screens by server-sent events. Screens only: news may be lost, the page refetches.
package live

// Publisher is what a slice needs to tell screens that something changed. Topic is "agent:7", "campaign:3", "floor",
// "import:9", "run:2"; event is a short name ("state", "call", "progress"); data is small JSON (ids and codes, or a
// little state), never another client's. Publish does not wait, and of several news with the same topic and event
// within a few hundredths of a second only the last one may go out: data is the state now, not what was added to it.
// Publish after the transaction has committed, so that a page that refetches finds what it was told of.
type Publisher interface {
	Publish(topic, event string, data any)
}

// Nowhere is a Publisher for tests and commands without screens.
type Nowhere struct{}

// Publish drops the news.
func (Nowhere) Publish(string, string, any) {}

var (
	_ Publisher = Nowhere{}
	_ Publisher = (*Hub)(nil)
)
