package commissions_test

import (
	"fmt"
	"strings"
	"testing"

	"saveline/commissions"
	"saveline/internal/errs"
)

func TestADisputeIsUpheldAndPostsWhatWasMissing(t *testing.T) {
	t.Parallel()
	d := newDoor(t, november(t))
	d.locked("2026-11-10")
	line := d.entry(`kind = 'earn' AND component = 'upsell'`)
	claim := object{"entryId": line, "claim": object{"amount": "10.00", "currency": "USD"}, "message": "The value was 1,333.33."}
	d.send("ana", "POST", "/v1/my/disputes", 404, claim) // not her line
	d.send("agent", "POST", "/v1/my/disputes", 422, object{"entryId": line, "claim": object{"amount": "0.00", "currency": "USD"}, "message": ""})
	opened := d.ask("agent", "POST", "/v1/my/disputes", 201, claim)
	d.expect("state", opened["state"], "open")
	d.expect("answer by", opened["answerBy"], "2026-12-19T17:00:00Z")
	d.send("agent", "POST", "/v1/my/disputes", 409, claim)
	own, path := fmt.Sprintf("/v1/my/disputes/%v", opened["id"]), fmt.Sprintf("/v1/pay/disputes/%v", opened["id"])
	d.send("stranger", "GET", own, 404, nil)
	d.send("stranger", "GET", path, 404, nil)
	d.send("agent", "GET", path, 403, nil)
	d.ask("ana", "POST", path+"/messages", 200, object{"message": "We are looking at the order."})
	d.expect("messages", len(field(d.ask("agent", "POST", own+"/messages", 200, object{"message": "Thank you."}), "messages").([]any)), 3)
	d.send("agent", "POST", path+"/decide", 403, object{"uphold": true, "message": "Mine."})
	d.setClock("2026-12-20T17:00:00Z")
	d.expect("late", field(d.ask("ana", "GET", "/v1/pay/disputes", 200, nil), "items", 0, "late"), true)

	before := d.count(`SELECT count(*) FROM entries`)
	done := d.ask("ben", "POST", path+"/decide", 200, object{"uphold": true, "amount": object{"amount": "10.00", "currency": "USD"}, "message": "You are right."})
	d.expect("state", done["state"], "upheld")
	d.expect("posted", field(done, "posted", "amount"), "10.00")
	d.expect("new entries", d.count(`SELECT count(*) FROM entries`)-before, 1)
	if n := d.count(`SELECT count(*) FROM entries e JOIN periods p ON p.id = e.period_id JOIN adjustments a ON a.id = e.adjustment_id
		WHERE e.adjusts_id = $1 AND p.starts_on = '2026-12-01' AND a.kind = 'dispute' AND a.evidence = 'dispute:' || $2`, line, fmt.Sprint(opened["id"])); n != 1 {
		t.Errorf("%d deltas in the open period", n)
	}
	d.send("ben", "POST", path+"/decide", 409, object{"uphold": false, "message": "Changed my mind."})
	if !d.news.heard(fmt.Sprintf("agent:%d pay", d.agents[0].User)) {
		t.Error("the agent's desk heard nothing")
	}
	if v := d.verify(); !v.OK() {
		t.Errorf("%q", v.Faults)
	}
	// The result ends after all: the delta goes the way of the line that it corrected.
	d.reversed(2, "2026-12-20T18:00:00Z")
	d.expect("earned", d.balance(d.house.agent(0, "earned")), "0.00")
	d.expect("receivable", d.balance(d.house.agent(0, "receivable")), "-90.00")
}

func TestADisputeIsRejectedOrWithdrawn(t *testing.T) {
	t.Parallel()
	h := november(t)
	h.vest()
	open := func() commissions.Dispute {
		t.Helper()
		x, err := h.pay.OpenDispute(t.Context(), h.agents[0], commissions.NewDispute{
			Entry: h.entry(`kind = 'earn'`), Claim: usd(5_00), Message: "Too little.",
		})
		h.must(err)
		return x
	}
	x := open()
	entries := h.count(`SELECT count(*) FROM entries`)
	if x, err := h.pay.DecideDispute(t.Context(), h.ana, x.ID, commissions.Decision{Message: "The plan says 15.00."}); err != nil || x.State != "rejected" || x.Posted != nil {
		t.Errorf("%+v (%v)", x, err)
	}
	x = open() // again is allowed once the first is decided
	if _, err := h.db.Exec(`UPDATE disputes SET state = 'rejected', decided_by = user_id, decided_at = opened_at WHERE id = $1`, x.ID); err == nil {
		t.Error("the database let a payee decide")
	}
	self := h.agents[0]
	if _, err := h.pay.DecideDispute(t.Context(), self, x.ID, commissions.Decision{Uphold: true, Message: "Yes."}); !errs.Is(err, errs.Forbidden) {
		t.Errorf("upheld by the payee: %v", err)
	}
	if x, err := h.pay.WithdrawDispute(t.Context(), h.agents[0], x.ID); err != nil || x.State != "withdrawn" {
		t.Errorf("%+v (%v)", x, err)
	}
	if n := h.count(`SELECT count(*) FROM entries`); n != entries {
		t.Errorf("%d entries were posted", n-entries)
	}
}

func TestAnAgentIsToldOfAClawbackAtOnce(t *testing.T) {
	t.Parallel()
	d := newDoor(t, november(t))
	d.locked("2026-11-10")
	d.reversed(2, "2026-12-06T18:00:00Z")
	if !d.news.heard(fmt.Sprintf("agent:%d pay_notice", d.agents[0].User)) {
		t.Error("the agent's desk heard nothing")
	}
	d.expect("unread", d.ask("agent", "GET", "/v1/my/pay", 200, nil)["notices"], 1)
	list := d.ask("agent", "GET", "/v1/my/notices", 200, nil)
	d.expect("notices", list["total"], 1)
	d.expect("how much", field(list, "items", 0, "amount", "amount"), "90.00")
	d.expect("why", field(list, "items", 0, "cause"), "customer_cancelled")
	d.expect("which call", field(list, "items", 0, "callId"), 1002)
	d.expect("another's", d.ask("stranger", "GET", "/v1/my/notices", 200, nil)["total"], 0)
	d.send("agent", "POST", "/v1/my/notices/read", 204, object{"upTo": field(list, "items", 0, "id")})
	d.expect("unread", d.ask("agent", "GET", "/v1/my/pay", 200, nil)["notices"], 0)
	for _, c := range d.pay.Consumers() { // told again, there is no second notice
		d.must(d.log.Replay(t.Context(), c.Name))
	}
	d.drain()
	d.expect("notices", d.ask("agent", "GET", "/v1/my/notices", 200, nil)["total"], 1)
}

func TestMyPaySaysWhatIsAtRiskAndWhatIf(t *testing.T) {
	t.Parallel()
	d := newDoor(t, newHouse(t, 2))
	d.plan(saves(30), d.agents[0])
	d.happened(
		result{ID: 1, Agent: d.agents[0], Kind: "save", At: "2026-11-02T18:00:00Z"},
		result{ID: 2, Agent: d.agents[0], Kind: "save", At: "2026-11-02T19:00:00Z"},
		result{ID: 3, Agent: d.agents[0], Kind: "upsell", Value: 100_00, At: "2026-11-03T19:00:00Z"},
	)
	pay := d.ask("agent", "GET", "/v1/my/pay", 200, nil)
	d.expect("first day", field(pay, "atRisk", 0, "until"), "2026-12-02")
	d.expect("first amount", field(pay, "atRisk", 0, "amount", "amount"), "30.00")
	d.expect("second amount", field(pay, "atRisk", 1, "amount", "amount"), "7.50")
	answer := d.ask("agent", "POST", "/v1/my/pay/what-if", 200, object{"results": []object{
		{"kind": "save", "count": 2, "value": object{"amount": "0.00", "currency": "USD"}}, {"kind": "upsell", "count": 1, "value": object{"amount": "200.00", "currency": "USD"}},
	}})
	d.expect("adds", field(answer, "adds", 0, "amount"), "45.00")
	d.expect("component", field(answer, "lines", 0, "component"), "save_bonus")
	d.expect("results", field(answer, "lines", 0, "results"), 2)
	none := object{"results": []object{{"kind": "save", "count": 201, "value": object{"amount": "0.00", "currency": "USD"}}}}
	d.send("agent", "POST", "/v1/my/pay/what-if", 422, none)
	if n := d.count(`SELECT count(*) FROM credits`); n != 3 {
		t.Errorf("a question left %d credits", n)
	}
	why := d.ask("ana", "POST", "/v1/my/pay/what-if", 200, object{"results": []object{{"kind": "save", "count": 2, "value": object{"amount": "0.00", "currency": "USD"}}}})
	if !strings.Contains(fmt.Sprint(why["why"]), "no plan") {
		t.Errorf("somebody on no plan: %v", why)
	}
}
