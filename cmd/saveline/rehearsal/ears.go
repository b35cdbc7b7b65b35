package rehearsal

import (
	"strconv"
	"strings"
	"sync"

	"saveline/internal/auth"
	"saveline/internal/live"
)

// Ears listens to the news that goes to agents' screens, as their browsers do, and passes it on.
type Ears struct {
	next  live.Publisher
	mu    sync.Mutex
	heard map[auth.UserID]bool
}

var _ live.Publisher = (*Ears)(nil)

// NewEars passes all news on to next.
func NewEars(next live.Publisher) *Ears {
	return &Ears{next: next, heard: map[auth.UserID]bool{}}
}

// Publish notes that an agent's desk changed.
func (e *Ears) Publish(topic, event string, data any) {
	if id, ok := strings.CutPrefix(topic, "agent:"); ok && event != "pay" {
		if n, err := strconv.ParseInt(id, 10, 64); err == nil {
			e.mu.Lock()
			e.heard[auth.UserID(n)] = true
			e.mu.Unlock()
		}
	}
	e.next.Publish(topic, event, data)
}

// take reports whether there was news for the agent since it was asked last.
func (e *Ears) take(id auth.UserID) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	was := e.heard[id]
	delete(e.heard, id)
	return was
}
