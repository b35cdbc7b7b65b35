package main

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"saveline/internal/auth"
)

// deskAgent is a person at a browser: polls the desk, beats, talks for a while, offers and records outcomes. A house
// that is away is asked again, as a page does.
type deskAgent struct {
	*browser
	campaign int64
	rnd      *rand.Rand
	talk     func() bool // whether a conversation may end now; nil: by its own time

	call   int64
	doneAt time.Time
	beatAt time.Time
}

type deskView struct {
	Agent struct {
		State  string `json:"state"`
		CallID int64  `json:"callId"`
	} `json:"agent"`
	Call *struct {
		ID    int64  `json:"id"`
		State string `json:"state"`
	} `json:"call"`
}

// work seats every agent and lets them work until the returned function is called, which waits for them.
func (o *office) work(base func() string, campaign int64, agents []auth.Actor, talk func() bool) (stop func()) {
	o.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var wait sync.WaitGroup
	for i, a := range agents {
		d := &deskAgent{browser: newBrowser(o.t, base), campaign: campaign, rnd: rand.New(rand.NewPCG(7, uint64(i))), talk: talk}
		d.enter(o.house.auth, a.User)
		wait.Go(func() { d.run(ctx) })
	}
	stop = func() { cancel(); wait.Wait() }
	o.t.Cleanup(stop)
	return stop
}

func (d *deskAgent) run(ctx context.Context) {
	for ctx.Err() == nil {
		d.look()
		select {
		case <-ctx.Done():
		case <-time.After(time.Duration(250+d.rnd.IntN(200)) * time.Millisecond):
		}
	}
}

// look does what the desk's state asks for. Refusals are part of the day: the customer hung up first, the house died.
func (d *deskAgent) look() {
	now := time.Now()
	if now.After(d.beatAt) {
		d.beatAt = now.Add(5 * time.Second)
		_, _, _ = d.ask("POST", "/v1/desk/heartbeat", nil, nil)
	}
	var desk deskView
	if status, _, err := d.ask("GET", "/v1/desk", nil, &desk); err != nil || status != 200 {
		return
	}
	switch desk.Agent.State {
	case "away":
		_, _, _ = d.ask("POST", "/v1/desk/state", map[string]any{"state": "ready", "campaignId": d.campaign}, nil)
	case "talking", "wrapping":
		d.converse(desk, now)
	}
}

func (d *deskAgent) converse(desk deskView, now time.Time) {
	if desk.Agent.CallID != d.call {
		d.call, d.doneAt = desk.Agent.CallID, now.Add(time.Duration(500+d.rnd.IntN(3000))*time.Millisecond)
	}
	if d.talk != nil && !d.talk() || d.talk == nil && now.Before(d.doneAt) {
		return
	}
	code := "not_interested"
	if d.rnd.IntN(2) == 0 && d.sell() {
		code = "sale"
	}
	_, _, _ = d.ask("POST", path("/v1/calls/%d/outcome", d.call), map[string]any{"code": code}, nil)
}

// sell offers the first thing there is to the person on the line, who takes it.
func (d *deskAgent) sell() bool {
	var offers struct {
		Items []struct {
			Offer struct {
				ID     int64  `json:"id"`
				Result string `json:"result"`
			} `json:"offer"`
			Presentation *struct {
				Decision string `json:"decision"`
			} `json:"presentation"`
		} `json:"items"`
	}
	if status, _, err := d.ask("GET", path("/v1/calls/%d/offers", d.call), nil, &offers); err != nil || status != 200 {
		return false
	}
	for _, o := range offers.Items {
		if o.Presentation != nil && o.Presentation.Decision == "accepted" {
			return true
		}
	}
	for _, o := range offers.Items {
		var p struct {
			ID int64 `json:"id"`
		}
		if o.Offer.Result != "sale" {
			continue
		}
		status, _, err := d.ask("POST", path("/v1/calls/%d/presentations", d.call), map[string]any{"offerId": o.Offer.ID}, &p)
		if err != nil || status >= 300 {
			return false
		}
		status, _, err = d.ask("POST", path("/v1/presentations/%d/decision", p.ID), map[string]any{"decision": "accepted"}, nil)
		return err == nil && status < 300
	}
	return false
}

// agentsOf is n of the office's agents.
func (o *office) agentsOf(from, n int) []auth.Actor {
	o.t.Helper()
	if from+n > len(o.staff.Agents) {
		o.t.Fatal("the office has fewer agents")
	}
	return o.staff.Agents[from : from+n]
}
