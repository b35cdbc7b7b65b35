package dialer

import (
	"context"
	"fmt"
	"testing"
	"time"
)

func TestFloorHistoryIsWhatTheFloorShowed(t *testing.T) {
	t.Parallel()
	d := newDoor(t, setup{mode: "progressive", agents: 2, plan: []string{"+1200025000001", "+1200015000002"}, real: true})
	d.ready(d.agents...)
	d.until(time.Minute, "both talk", func() bool { return d.count(`SELECT count(*) FROM calls WHERE state = 'connected'`) == 2 })
	d.run(40*time.Second, func() {
		for _, a := range d.agents {
			_, _ = d.Heartbeat(context.Background(), a)
		}
	})
	h := d.knock("boss", "GET", "/v1/floor/history", 200, nil)
	samples := h["samples"].([]any)
	if n := len(samples); n != int(historySpan/historyStep)+1 || h["stepSeconds"] != 15.0 {
		t.Fatalf("%d samples every %v s", n, h["stepSeconds"])
	}
	first, last := samples[0].(map[string]any), samples[len(samples)-1].(map[string]any)
	if first["talking"] != 0.0 || first["ringing"] != 0.0 {
		t.Errorf("half an hour ago nobody was called: %v", first)
	}
	if last["talking"] != 2.0 || last["ringing"] != 0.0 || last["waiting"] != 0.0 {
		t.Errorf("now two talk: %v", last)
	}
	for _, who := range []string{"stranger", "boss"} {
		path := fmt.Sprintf("/v1/floor/history?clientId=%d", d.client+1)
		for _, s := range d.knock(who, "GET", path, 200, nil)["samples"].([]any) {
			if s.(map[string]any)["talking"] != 0.0 {
				t.Fatalf("%s sees calls of a client that is not theirs: %v", who, s)
			}
		}
	}
	d.knock("agent", "GET", "/v1/floor/history", 403, nil)
}

func TestCallsSortInTheDatabase(t *testing.T) {
	t.Parallel()
	d := newDoor(t, setup{mode: "progressive", agents: 2, plan: []string{"+1200025000001", "+1200015000002"}})
	d.ready(d.agents...)
	d.until(time.Minute, "both talk", func() bool { return d.count(`SELECT count(*) FROM calls WHERE state = 'connected'`) == 2 })
	d.exec(`UPDATE people SET name = CASE WHEN id = (SELECT min(id) FROM people) THEN 'Zoe' ELSE 'Abe' END`)
	d.exec(`UPDATE calls SET connected_at = placed_at WHERE person_id = (SELECT min(id) FROM people)`)
	d.exec(`UPDATE calls SET connected_at = $1 WHERE person_id <> (SELECT min(id) FROM people)`, d.clock.now())
	for sort, first := range map[string]string{"person": "Abe", "-person": "Zoe", "talk": "Abe", "-talk": "Zoe"} {
		list := d.knock("boss", "GET", "/v1/calls?size=1&sort="+sort, 200, nil)
		if got := list["items"].([]any)[0].(map[string]any)["name"]; got != first || list["total"] != 2.0 {
			t.Errorf("sorted by %s the first of %v is %v, want %s", sort, list["total"], got, first)
		}
	}
	d.knock("boss", "GET", "/v1/calls?sort=secret", 422, nil)
	if list := d.knock("boss", "GET", fmt.Sprintf("/v1/calls?clientId=%d", d.client+1), 200, nil); list["total"] != 0.0 {
		t.Errorf("of a client that is not theirs: %v", list)
	}
	if list := d.knock("boss", "GET", fmt.Sprintf("/v1/calls?clientId=%d", d.client), 200, nil); list["total"] != 2.0 {
		t.Errorf("of the one client: %v", list)
	}
}
