package campaigns

import (
	"errors"
	"strings"
	"testing"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
)

func TestWindowsOpenByTheClockOfTheirZone(t *testing.T) {
	t.Parallel()
	day := Campaign{Zone: "America/New_York", Windows: []Window{{Days: []string{"mon", "sun"}, From: "09:00", To: "17:00"}}}
	night := Campaign{Zone: "Asia/Manila", Windows: []Window{{Days: []string{"sat"}, From: "22:00", To: "06:00"}}}
	for _, x := range []struct {
		c    Campaign
		at   string
		open bool
	}{
		{day, "2026-11-23T13:59:59Z", false}, {day, "2026-11-23T14:00:00Z", true}, {day, "2026-11-23T22:00:00Z", false}, // EST
		{day, "2026-07-13T13:00:00Z", true}, {day, "2026-07-13T12:59:59Z", false}, // EDT
		{day, "2026-03-08T13:00:00Z", true}, {day, "2026-03-08T12:59:00Z", false}, // the day the clocks go forward
		{day, "2026-11-01T14:00:00Z", true}, {day, "2026-11-01T13:59:00Z", false}, // and back
		{night, "2026-11-28T14:00:00Z", true}, {night, "2026-11-28T21:59:00Z", true}, {night, "2026-11-28T22:00:00Z", false},
	} {
		at, err := time.Parse(time.RFC3339, x.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := x.c.OpenAt(at); got != x.open {
			t.Errorf("%s %s: open %v", x.c.Zone, x.at, got)
		}
	}
	at, ok := day.NextOpen(time.Date(2026, 11, 23, 22, 0, 0, 0, time.UTC))
	if want := time.Date(2026, 11, 29, 14, 0, 0, 0, time.UTC); !ok || !at.Equal(want) {
		t.Errorf("next opening %v, want %v", at, want)
	}
}

func TestCampaignStates(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	name, caller := "Spring", "+12125550100"
	c, err := h.Create(t.Context(), h.by, 0, Edit{Name: &name, CallerID: &caller, Windows: []Window{{Days: []string{"tue"}, From: "09:00", To: "17:00"}}})
	h.must(err)
	for _, x := range []struct {
		act  func() (Campaign, error)
		want State // "" is a refusal
	}{
		{func() (Campaign, error) { return h.Pause(t.Context(), h.by, c.ID) }, ""},
		{func() (Campaign, error) { return h.Schedule(t.Context(), h.by, c.ID) }, Scheduled},
		{func() (Campaign, error) { return h.Schedule(t.Context(), h.by, c.ID) }, ""},
	} {
		got, err := x.act()
		if (x.want == "") != errs.Is(err, errs.Conflict) || got.State != x.want {
			t.Errorf("%s, %v; want %s", got.State, err, x.want)
		}
	}
	monday, tuesday := noon.Truncate(time.Hour), noon.Add(21*time.Hour) // 09:00 on Tuesday
	h.must(h.Windows(t.Context(), monday))
	if got, err := h.CampaignFor(t.Context(), c.ID); err != nil || got.State != Scheduled {
		t.Errorf("on Monday: %s, %v", got.State, err)
	}
	h.must(h.Windows(t.Context(), tuesday))
	running, err := h.Running(t.Context())
	if err != nil || len(running) != 1 || !running[0].OpenAt(tuesday) {
		t.Errorf("on Tuesday at nine: %+v, %v", running, err)
	}
	if _, err := h.Finish(t.Context(), h.by, c.ID); err != nil {
		t.Error(err)
	}
	if _, err := h.Start(t.Context(), h.by, c.ID); !errs.Is(err, errs.Conflict) || !strings.Contains(err.Error(), "final") {
		t.Errorf("started after the end: %v", err)
	}
	if n := h.count(`SELECT count(*) FROM audit WHERE act IN ('campaign.create','campaign.schedule','campaign.start','campaign.finish') AND object = 'campaign:1'`); n != 4 {
		t.Errorf("%d audit rows, want 4", n)
	}
}

func TestStateTablesAgreeWithTheSchema(t *testing.T) {
	t.Parallel()
	for from, tos := range next {
		for _, to := range tos {
			if err := move(from, to); err != nil {
				t.Errorf("%s to %s: %v", from, to, err)
			}
		}
	}
	for from, tos := range leadNext {
		if leadWords[from] == "" {
			t.Errorf("%s has no word", from)
		}
		for _, to := range tos {
			if leadWords[to] == "" {
				t.Errorf("%s has no word", to)
			}
		}
	}
}

func TestValidationNamesEveryFault(t *testing.T) {
	t.Parallel()
	c := blank(1)
	c.Zone, c.CallerID, c.RingSeconds, c.AttemptsMax = "Mars/Base", "212-555-0100", 5, 0
	c.Windows = []Window{{Days: []string{"monday"}, From: "24:00", To: "24:00"}}
	c.Retry = map[string]RetryRule{"invalid": {1, 1}, "busy": {0, 99}, "hm": {1, 1}}
	err := c.Validate()
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || e.Code != errs.Invalid {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, f := range e.Fields {
		got[f.Path] = true
	}
	for _, path := range []string{"name", "zone", "callerId", "ringSeconds", "attemptsMax", "windows.0.days", "windows.0.from", "retry.invalid", "retry.busy.afterMinutes", "retry.busy.max", "retry.hm"} {
		if !got[path] {
			t.Errorf("no fault at %s; faults are %+v", path, e.Fields)
		}
	}
}

func TestAgentsMustWorkForTheClient(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.campaign("Spring")
	ann, bob := h.user("Ann"), h.user("Bob")
	h.must(exec(h, `INSERT INTO user_clients (user_id, client_id) VALUES ($1, $2)`, ann, h.client))
	if _, err := h.SetAgents(t.Context(), h.by, c, []auth.UserID{ann, bob}); !errs.Is(err, errs.Invalid) {
		t.Errorf("somebody of another client: %v", err)
	}
	got, err := h.SetAgents(t.Context(), h.by, c, []auth.UserID{ann, ann})
	if err != nil || len(got) != 1 || got[0].Name != "Ann" {
		t.Errorf("agents %+v, %v", got, err)
	}
	if got, err = h.SetAgents(t.Context(), h.by, c, nil); err != nil || len(got) != 0 {
		t.Errorf("agents %+v, %v", got, err)
	}
}
