// Package live carries news to open screens by server-sent events. Screens only: news may be lost, the page refetches.
package live

// Publisher is what a slice needs to tell screens that something changed. Topic is "agent:7", "campaign:3", "floor",
// "import:9", "run:2"; event is a short name ("state", "call", "progress"); data is small JSON (ids and codes, or a
// little state), never another client's.
type Publisher interface {
	Publish(topic, event string, data any)
}

// Nowhere is a Publisher for tests and commands without screens.
type Nowhere struct{}

// Publish drops the news.
func (Nowhere) Publish(string, string, any) {}
