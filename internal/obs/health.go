package obs

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// checkTimeout bounds the slowest check, and so the answer: load balancers give up after a few seconds.
const checkTimeout = 2 * time.Second

// Check is one thing that must hold before a node may be sent requests.
type Check struct {
	Name string
	Run  func(context.Context) error
}

type health struct {
	Status string            `json:"status"`
	Checks map[string]string `json:"checks,omitempty"`
}

// Alive answers /healthz: the process runs. It asks nothing, because a restart does not mend a database.
func Alive() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, health{Status: "ok"})
	})
}

// Ready answers /readyz: 200 when every check holds, else 503 with the names of those that do not. Why they do not is
// for the log: anybody may ask here.
func Ready(log *slog.Logger, checks ...Check) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), checkTimeout)
		defer cancel()
		faults := make([]error, len(checks))
		var wait sync.WaitGroup
		for i, c := range checks {
			wait.Go(func() { faults[i] = c.Run(ctx) })
		}
		wait.Wait()
		status, h := http.StatusOK, health{Status: "ok", Checks: map[string]string{}}
		for i, c := range checks {
			h.Checks[c.Name] = "ok"
			if faults[i] != nil {
				status, h.Status, h.Checks[c.Name] = http.StatusServiceUnavailable, "unavailable", "failing"
				log.WarnContext(ctx, "not ready", "check", c.Name, "error", faults[i])
			}
		}
		answer(w, status, h)
	})
}

func answer(w http.ResponseWriter, status int, h health) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(h) // a caller that has left needs no answer
}
