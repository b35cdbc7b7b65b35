package auth_test

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/httpx"
)

// till registers an operation whose every run shows: it counts, waits for gate if there is one, and may fail.
type till struct {
	runs atomic.Int64
	gate chan struct{}
	fail atomic.Pointer[error]
}

type coinInput struct {
	Body struct {
		Coin int `json:"coin"`
	}
}

type coinOutput struct {
	Location string `header:"Location"`
	Body     struct {
		Run  int64 `json:"run"`
		Coin int   `json:"coin"`
	}
}

func (c *till) register(f *floor) {
	httpx.Register(f.api, httpx.Operation{
		ID: "insert-coin", Method: "POST", Path: "/v1/coins", Permission: httpx.SignedIn, Status: 201,
	}, func(_ context.Context, in *coinInput) (*coinOutput, error) {
		n := c.runs.Add(1)
		if c.gate != nil {
			<-c.gate
		}
		if err := c.fail.Load(); err != nil {
			if *err == nil {
				panic("the till is stuck")
			}
			return nil, *err
		}
		out := &coinOutput{Location: fmt.Sprintf("/v1/coins/%d", n)}
		out.Body.Run, out.Body.Coin = n, in.Body.Coin
		return out, nil
	})
}

func (f *floor) insert(session, key, body string) answer {
	f.t.Helper()
	return f.send(session, "POST", "/v1/coins", body, "Idempotency-Key", key)
}

func TestTheSameKeyAndInputGetTheFirstAnswer(t *testing.T) {
	f := newFloor(t)
	c := &till{}
	c.register(f)
	session := f.session(f.hire("ann@acme.example", auth.Agent, f.acme.ID).ID)
	first := f.want(201, f.insert(session, "k1", `{"coin":5}`))
	again := f.want(201, f.insert(session, "k1", `{"coin":5}`))
	if again.body != first.body || c.runs.Load() != 1 {
		t.Errorf("first %s, again %s, %d runs", first.body, again.body, c.runs.Load())
	}
	for _, name := range []string{"Content-Type", "Location"} {
		if first.header.Get(name) == "" || first.header.Get(name) != again.header.Get(name) {
			t.Errorf("%s was %q and is %q", name, first.header.Get(name), again.header.Get(name))
		}
	}
	if again.header.Get("Idempotency-Replayed") != "true" || first.header.Get("Idempotency-Replayed") != "" {
		t.Error("a repeated answer does not say so, or the first one does")
	}
	if again.header.Get("X-Request-Id") == first.header.Get("X-Request-Id") {
		t.Error("the repeat has the first one's request id")
	}
	f.want(422, f.insert(session, "k1", `{"coin":6}`))
	f.want(201, f.insert(session, "k2", `{"coin":5}`))
	other := f.session(f.hire("bob@acme.example", auth.Agent, f.acme.ID).ID)
	f.want(201, f.insert(other, "k1", `{"coin":7}`)) // another person's key
	if c.runs.Load() != 3 {
		t.Errorf("%d runs, want 3", c.runs.Load())
	}
	f.want(422, f.insert(session, "with space", `{"coin":5}`))
}

func TestRefusalsAreKeptAndFailuresAreNot(t *testing.T) {
	f := newFloor(t)
	c := &till{}
	c.register(f)
	session := f.session(f.hire("ann@acme.example", auth.Agent, f.acme.ID).ID)
	set := func(err error) { c.fail.Store(&err) }

	set(errs.Newf(errs.Conflict, "the till is closed"))
	f.want(409, f.insert(session, "refused", `{"coin":5}`))
	set(errs.Newf(errs.Internal, "out of order"))
	f.want(500, f.insert(session, "failed", `{"coin":5}`))
	set(errs.Newf(errs.Limited, "slow down"))
	f.want(429, f.insert(session, "limited", `{"coin":5}`))
	set(nil) // panics
	f.want(500, f.insert(session, "panicked", `{"coin":5}`))
	c.fail.Store(nil)

	if kept := f.insert(session, "refused", `{"coin":5}`); kept.code != 409 || kept.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("a refusal came back as %d %v", kept.code, kept.header)
	}
	for _, key := range []string{"failed", "limited", "panicked"} {
		if got := f.insert(session, key, `{"coin":5}`); got.code != 201 {
			t.Errorf("after it %s, the key answers %d: %s", key, got.code, got.body)
		}
	}
}

func TestASecondRequestAtOnceDoesNotAct(t *testing.T) {
	f := newFloor(t)
	c := &till{gate: make(chan struct{})}
	c.register(f)
	session := f.session(f.hire("ann@acme.example", auth.Agent, f.acme.ID).ID)
	const crowd = 8
	codes := make(chan int, crowd)
	var all sync.WaitGroup
	for range crowd {
		all.Go(func() { codes <- f.insert(session, "k", `{"coin":5}`).code })
	}
	for range crowd - 1 {
		if code := <-codes; code != 409 {
			t.Errorf("while the first is at work: %d, want 409", code)
		}
	}
	close(c.gate)
	all.Wait()
	if code := <-codes; code != 201 || c.runs.Load() != 1 {
		t.Errorf("the first answers %d after %d runs", code, c.runs.Load())
	}
	f.want(201, f.insert(session, "k", `{"coin":5}`))
}

func TestACutOffRequestIsNotRepeated(t *testing.T) {
	f := newFloor(t)
	c := &till{}
	c.register(f)
	u := f.hire("ann@acme.example", auth.Agent, f.acme.ID)
	session := f.session(u.ID)
	f.want(201, f.insert(session, "k", `{"coin":5}`))
	if _, err := f.db.Exec(`UPDATE idempotency SET status = NULL, body = NULL`); err != nil { // as a killed node leaves it
		t.Fatal(err)
	}
	f.clock.pass(time.Hour)
	f.want(409, f.insert(session, "k", `{"coin":5}`))
	f.clock.pass(24 * time.Hour)
	f.want(201, f.insert(f.session(u.ID), "k", `{"coin":6}`)) // a day later the key is free
	if c.runs.Load() != 2 {
		t.Errorf("%d runs, want 2", c.runs.Load())
	}
	f.clock.pass(25 * time.Hour)
	if err := f.svc.Prune(context.Background(), f.clock.now()); err != nil {
		t.Fatal(err)
	}
	var left int
	if err := f.db.Get(&left, `SELECT count(*) FROM idempotency`); err != nil || left != 0 {
		t.Errorf("%d answers are left after a day (%v)", left, err)
	}
}

func TestKeptAnswersLieSealed(t *testing.T) {
	f := newFloor(t)
	session := f.session(f.hire("boss@house.example", auth.Admin).ID)
	body := `{"email":"ann@acme.example","name":"Ann","roles":["agent"]}`
	made := f.want(201, f.send(session, "POST", "/v1/users", body, "Idempotency-Key", "k"))
	again := f.want(201, f.send(session, "POST", "/v1/users", body, "Idempotency-Key", "k"))
	if made.field(t, "password") == "" || again.body != made.body {
		t.Errorf("made %s, again %s", made.body, again.body)
	}
	var stored []byte
	if err := f.db.Get(&stored, `SELECT body FROM idempotency`); err != nil || bytes.Contains(stored, []byte(made.field(t, "password"))) {
		t.Errorf("a password lies open in the kept answer (%v)", err)
	}
}
