package commissions_test

import (
	"errors"
	"strings"
	"testing"

	"saveline/internal/errs"
)

const eventsHead = "event_id,effective_at,recorded_at,type,agent,ref,attrs\n"

func TestAFileOfEventsIsKeptWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 1)
	h.plan(saves(0), h.agents[0])
	row := `e1,2026-11-02T18:00:00Z,2026-11-02T18:00:00Z,outcome,A-001,S1,"{""type"":""save""}"` + "\n"
	got, err := h.pay.ImportEvents(t.Context(), h.ana, h.client, strings.NewReader(eventsHead+row))
	if err != nil || got.Rows != 1 || got.New != 1 || h.balance(h.agent(0, "advance")) != "15.00" {
		t.Fatalf("%+v (%v), advance %s", got, err, h.balance(h.agent(0, "advance")))
	}
	entries := h.count(`SELECT count(*) FROM entries`)
	if got, err := h.pay.ImportEvents(t.Context(), h.ana, h.client, strings.NewReader(eventsHead+row)); err != nil || got.New != 0 {
		t.Errorf("told twice: %+v (%v)", got, err)
	}
	bad := eventsHead + "e2,2026-11-02T18:00:00Z,2026-11-02T18:00:00Z,attendance,agent.1@x.test,-,{}\n" +
		"e3,soon,2026-11-02T18:00:00Z,attendance,A-001,-,{}\n" +
		"e4,2026-11-02T18:00:00Z,2026-11-02T18:00:00Z,attendance,NOBODY,-,{}\n" +
		"e5,2026-11-02T18:00:00Z,2026-11-02T18:00:00Z,close,-,-,\"{\"\"period\"\":\"\"2026-11\"\"}\"\n"
	_, err = h.pay.ImportEvents(t.Context(), h.ana, h.client, strings.NewReader(bad))
	if e, ok := errors.AsType[*errs.Error](err); !ok || len(e.Fields) != 3 || e.Fields[0].Path != "line 3" {
		t.Errorf("faults %+v", err)
	}
	_, err = h.pay.ImportEvents(t.Context(), h.ana, h.client, strings.NewReader(eventsHead+strings.Replace(row, "save", "sale", 1)))
	if !errs.Is(err, errs.Invalid) {
		t.Errorf("an event was changed: %v", err)
	}
	if n := h.count(`SELECT count(*) FROM pay_events`); n != 1 {
		t.Errorf("%d events are kept, want the one", n)
	}
	if n := h.count(`SELECT count(*) FROM entries`); n != entries {
		t.Errorf("%d entries became %d", entries, n)
	}
	if _, err := h.db.Exec(`UPDATE pay_events SET attrs = '{}'`); err == nil {
		t.Error("what happened was changed")
	}
}
