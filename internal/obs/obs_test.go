package obs

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	_ "github.com/lib/pq"
)

var quiet = slog.New(slog.DiscardHandler)

func TestNotesReachEveryRecordOfTheContext(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := slog.New(NewHandler(&out, slog.LevelInfo, true)).With("node", "a")
	type callID int64
	ctx := Note(t.Context(), slog.String("campaign", "winter"))
	one, two := Note(ctx, Call(callID(7))), Note(ctx, Call(callID(8)))

	log.InfoContext(one, "placed")
	log.InfoContext(two, "placed")
	log.InfoContext(t.Context(), "quiet")
	log.DebugContext(one, "hidden")

	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 3 {
		t.Fatalf("%d lines, want 3:\n%s", len(lines), out.String())
	}
	for i, want := range []string{`"campaign":"winter","call":7`, `"campaign":"winter","call":8`, `"msg":"quiet","node":"a"}`} {
		if !strings.Contains(lines[i], want) {
			t.Errorf("line %d lacks %s: %s", i, want, lines[i])
		}
	}
}

func get(t *testing.T, h http.Handler) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
	return w.Code, w.Body.String()
}

func TestReadyNamesWhatFailsAndNotWhy(t *testing.T) {
	t.Parallel()
	good := Check{"database", func(context.Context) error { return nil }}
	bad := Check{"switch", func(context.Context) error { return errors.New("password hunter2 refused") }}

	if code, body := get(t, Ready(quiet, good)); code != http.StatusOK || !strings.Contains(body, `"database":"ok"`) {
		t.Errorf("all well: %d %s", code, body)
	}
	code, body := get(t, Ready(quiet, good, bad))
	if code != http.StatusServiceUnavailable || !strings.Contains(body, `"switch":"failing"`) || strings.Contains(body, "hunter2") {
		t.Errorf("one failing: %d %s", code, body)
	}
	if code, _ := get(t, Alive()); code != http.StatusOK {
		t.Errorf("alive: %d", code)
	}
}

func TestAFailingReadingIsAbsentAndCounted(t *testing.T) {
	t.Parallel()
	db, err := sql.Open("postgres", "postgres://nobody@127.0.0.1:1/none")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	type state string
	reg := Register(Readings{
		Agents: Counts(func(context.Context) (map[state]int, error) { return map[state]int{"talking": 3}, nil }),
		JobAges: Durations(func(context.Context) (map[string]time.Duration, error) {
			return map[string]time.Duration{"import": 1500 * time.Millisecond}, nil
		}),
		FactsLag: func(context.Context) (map[string]float64, error) { return nil, errors.New("no database") },
	}, db, "v1", quiet)

	_, _ = get(t, Metrics(reg))
	code, body := get(t, Metrics(reg))

	if code != http.StatusOK {
		t.Fatalf("%d %s", code, body)
	}
	for _, want := range []string{
		`saveline_agents{state="talking"} 3`, `saveline_job_overdue_seconds{kind="import"} 1.5`, `saveline_build_info{version="v1"} 1`,
		`saveline_metric_failures_total{metric="saveline_facts_lag"}`, `go_sql_open_connections{db_name="saveline"}`, "process_start_time_seconds",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("/metrics lacks %s", want)
		}
	}
	if strings.Contains(body, "saveline_facts_lag{") || strings.Contains(body, "saveline_calls_last_hour") {
		t.Error("a reading that failed or was not given is exported")
	}
}
