package commissions_test

import (
	"strconv"
	"testing"
)

const stoodPlan = `
plan: stood
currency: USD
calendar: {pay: monthly, tz: America/New_York}
measures:
  saves: {when: 'outcome.type == "save" && outcome.confirmed_days >= 3', count: outcome.id}
components:
  - {id: save_bonus, type: per_unit, measure: saves, amount: "15.00"}
  - {id: night, type: shift_premium, of: [save_bonus], rate: "10%", when: 'local_time(call.start) >= "22:00" || local_time(call.start) < "06:00"'}
clawback: {window_days: 90, method: pro_rata_days}
`

// A live save is paid once it has stood for the days that its plan asks for, and by the hour at which its call began.
func TestALiveSaveCountsTheDaysItHasStood(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 1)
	h.written(stoodPlan, h.agents...)
	h.setClock("2026-11-03T04:00:00Z") // eleven in the evening of 2 November in New York
	for call, at := range map[int]string{1001: "2026-11-03T02:50:00Z", 1002: "2026-11-03T03:05:00Z", 1003: "2026-11-03T03:05:00Z"} {
		h.tamper(`INSERT INTO calls (id, client_id, campaign_id, lead_id, person_id, attempt_id, number, state, epoch, placed_at, connected_at)
OVERRIDING SYSTEM VALUE SELECT ` + strconv.Itoa(call) + `, id, 1, 1, 1, ` + strconv.Itoa(call) + `, '+12125550123', 'ended', 1, '2026-11-03T02:45:00Z', '` + at + `' FROM clients LIMIT 1`)
	}
	h.happened(
		result{ID: 1, Agent: h.agents[0], Kind: "save", At: "2026-11-03T03:10:00Z"}, // its call began before ten
		result{ID: 2, Agent: h.agents[0], Kind: "save", At: "2026-11-03T03:30:00Z"}, // and this one's after
		result{ID: 3, Agent: h.agents[0], Kind: "save", At: "2026-11-03T03:40:00Z"},
	)
	h.reversed(3, "2026-11-04T18:00:00Z") // on its second day
	for _, c := range []struct{ at, want, night string }{
		{"2026-11-05T04:30:00Z", "0.00", "0.00"}, // half an hour before the third day
		{"2026-11-05T05:30:00Z", "-30.00", "-1.50"},
		{"2026-11-20T05:30:00Z", "-30.00", "-1.50"},
	} {
		h.valued(c.at)
		if saves, night := h.balance("expense:incentive:save_bonus"), h.balance("expense:incentive:night"); saves != c.want || night != c.night {
			t.Errorf("as of %s the saves pay %s and the night %s, want %s and %s", c.at, saves, night, c.want, c.night)
		}
	}
	h.reversed(2, "2026-12-18T03:30:00Z") // on day 45, long after it counted: half of it is taken back
	if got := h.balance("expense:incentive:save_bonus"); got != "-22.50" {
		t.Errorf("after the cancellation the saves pay %s, want -22.50", got)
	}
	if v := h.verify(); !v.OK() {
		t.Errorf("%q", v.Faults)
	}
}
