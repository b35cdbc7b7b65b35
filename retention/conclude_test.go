package retention

import (
	"context"
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"saveline/dialer"
	"saveline/internal/errs"
	"saveline/internal/money"
)

var ctx = context.Background()

func TestConcludeASaleWritesEverythingAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	sale, upsell := d.offer("sale", 4900, "acquisition"), d.offer("upsell", 1500, "acquisition")
	lead := d.person(d.campaign("acquisition"))
	call := d.connect(lead, d.ann)
	d.accept(d.ann, call, sale)
	d.accept(d.ann, call, upsell)
	d.pass(time.Minute)
	d.hangUp(call)

	at := noon.Add(48 * time.Hour)
	out, err := d.Conclude(ctx, d.ann, ConcludeInput{
		Call: call, Code: CodeSale, Note: "happy", Results: []ResultInput{{ResultAppointment}}, AppointmentAt: &at,
	})
	d.must(err)

	got := map[string]money.Amount{}
	for _, r := range out.Results {
		got[r.Kind] = r.Value
	}
	want := map[string]money.Amount{
		"sale": {Minor: 4900, Currency: "USD"}, "upsell": {Minor: 1500, Currency: "USD"}, "appointment": {Currency: "USD"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("results (-want +got)\n%s", diff)
	}
	if s := d.text(`SELECT state FROM leads WHERE id = $1`, lead); s != "done" {
		t.Errorf("lead is %s", s)
	}
	if s := d.text(`SELECT state FROM agent_states WHERE user_id = $1`, d.ann.User); s != "ready" {
		t.Errorf("agent is %s", s)
	}
	if n := d.count(`SELECT count(*) FROM calls WHERE id = $1 AND wrapped_at = $2`, call, d.now()); n != 1 {
		t.Error("the call is not wrapped")
	}
	if s := d.text(`SELECT outcome FROM attempts WHERE lead_id = $1`, lead); s != CodeSale {
		t.Errorf("the attempt's outcome is %q", s)
	}
	if n := d.count(`SELECT count(*) FROM appointments WHERE starts_at = $1 AND state = 'booked'`, at); n != 1 {
		t.Error("no appointment")
	}
	fact, err := DecodeOutcomeV2(json.RawMessage(d.text(`SELECT body FROM facts WHERE kind = 'outcome.v2'`)))
	d.must(err)
	if fact.Outcome != int64(out.ID) || fact.Call != int64(call) || fact.Agent != int64(d.ann.User) || fact.Code != "sale" || len(fact.Results) != 3 {
		t.Errorf("fact %+v", fact)
	}
}

func TestConcludeTwiceGivesTheFirstOutcome(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	call := d.connect(d.person(d.campaign("acquisition")), d.ann)
	first := d.conclude(d.ann, call, CodeNotInterested)
	d.pass(time.Hour)
	again := d.conclude(d.ann, call, CodeDoNotCall)
	if diff := cmp.Diff(first, again, cmp.AllowUnexported(Outcome{}, Result{}, Offer{}), cmpopts.IgnoreFields(Outcome{}, "reasonCode")); diff != "" {
		t.Errorf("(-first +again)\n%s", diff)
	}
	if n := d.count(`SELECT count(*) FROM suppressions`); n != 0 {
		t.Error("the second conclusion put somebody on the do-not-call list")
	}
	d.refused(d.ExpireWrapUp(ctx, call), "")
	if n := d.count(`SELECT count(*) FROM facts`); n != 1 {
		t.Errorf("%d facts", n)
	}
}

func TestConcludeAtTheSameMomentGivesOneOutcome(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	sale := d.offer("sale", 4900, "acquisition")
	call := d.connect(d.person(d.campaign("acquisition")), d.ann)
	d.accept(d.ann, call, sale)
	const racers = 8
	ids := make([]OutcomeID, racers)
	var wg sync.WaitGroup
	for i := range racers {
		wg.Go(func() {
			if i == racers-1 {
				if err := d.ExpireWrapUp(ctx, call); err != nil {
					t.Error(err)
				}
				return
			}
			out, err := d.Conclude(ctx, d.ann, ConcludeInput{Call: call, Code: CodeSale})
			if err != nil {
				t.Error(err)
			}
			ids[i] = out.ID
		})
	}
	wg.Wait()
	for _, id := range ids[:racers-1] {
		if id != ids[0] || id == 0 {
			t.Fatalf("outcomes %v", ids)
		}
	}
	for _, table := range []string{"outcomes", "facts"} {
		if n := d.count(`SELECT count(*) FROM ` + table); n != 1 {
			t.Errorf("%d rows in %s", n, table)
		}
	}
	if n := d.count(`SELECT count(*) FROM results`); n > 1 {
		t.Errorf("%d results", n)
	}
}

func TestConcludeRefusesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	sale := d.offer("sale", 4900, "acquisition", "retention_save")
	save := d.offer("discount_percent", 0, "retention_save")
	cold := d.campaign("acquisition")
	d.campaign("retention_save")
	soon, past, far := noon.Add(time.Hour), noon.Add(-time.Hour), noon.AddDate(0, 0, callbackDaysMax+1)
	afterDue := noon.AddDate(0, 0, caseDueDays+1)

	plain := func() dialer.CallID { return d.connect(d.person(cold), d.ann) }
	sold := func() dialer.CallID {
		call := plain()
		d.accept(d.ann, call, sale)
		return call
	}
	about := func() dialer.CallID { return d.connect(d.aCase().Lead, d.ann) }
	saved := func() dialer.CallID {
		call := about()
		d.accept(d.ann, call, save)
		return call
	}
	declined := func() dialer.CallID {
		call := about()
		d.answer(d.ann, call, save, Declined)
		return call
	}
	tests := []struct {
		name string
		call func() dialer.CallID
		in   ConcludeInput
		path string
	}{
		{"a sale that nobody agreed to", plain, ConcludeInput{Code: CodeSale}, "code"},
		{"a save that nobody agreed to", declined, ConcludeInput{Code: CodeSave}, "code"},
		{"a save before any offer", about, ConcludeInput{Code: CodeSave}, "code"},
		{"lost, and yet they said yes", saved, ConcludeInput{Code: CodeLost}, "code"},
		{"not interested, and yet they bought", sold, ConcludeInput{Code: CodeNotInterested}, "code"},
		{"an upsell that was a sale", sold, ConcludeInput{Code: CodeUpsell}, "code"},
		{"a case left without a next step", about, ConcludeInput{Code: CodeOther}, "code"},
		{"callback without a time", plain, ConcludeInput{Code: CodeCallback}, "callbackAt"},
		{"callback in the past", plain, ConcludeInput{Code: CodeCallback, CallbackAt: &past}, "callbackAt"},
		{"callback next year", plain, ConcludeInput{Code: CodeCallback, CallbackAt: &far}, "callbackAt"},
		{"callback after the case must be decided", about, ConcludeInput{Code: CodeCallback, CallbackAt: &afterDue}, "callbackAt"},
		{"a time to call again with another outcome", plain, ConcludeInput{Code: CodeOther, CallbackAt: &soon}, "callbackAt"},
		{"appointment without a time", plain, ConcludeInput{Code: CodeAppointment}, "appointmentAt"},
		{"appointment in the past", plain, ConcludeInput{Code: CodeAppointment, AppointmentAt: &past}, "appointmentAt"},
		{"a time without an appointment", plain, ConcludeInput{Code: CodeOther, AppointmentAt: &soon}, "appointmentAt"},
		{"the house's own code", plain, ConcludeInput{Code: CodeNoDisposition}, "code"},
		{"a code nobody knows", plain, ConcludeInput{Code: "great"}, "code"},
		{"a save out of thin air", plain, ConcludeInput{Code: CodeOther, Results: []ResultInput{{ResultSave}}}, "results.0.kind"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.in.Call = tt.call()
			before := d.snapshot()
			_, err := d.Conclude(ctx, d.ann, tt.in)
			d.refused(err, errs.Invalid)
			if !hasField(err, tt.path) {
				t.Errorf("%v names no fault of %s", err, tt.path)
			}
			if diff := cmp.Diff(before, d.snapshot()); diff != "" {
				t.Errorf("a refused conclusion changed something\n%s", diff)
			}
		})
	}
}

// snapshot is what a refused or broken act must leave alone.
func (d *desk) snapshot() string {
	d.t.Helper()
	return d.text(`SELECT json_build_object(
		'leads', (SELECT json_agg(json_build_array(id, state, due_at, last_disposition) ORDER BY id) FROM leads),
		'attempts', (SELECT count(*) FROM attempts WHERE settled_at IS NOT NULL),
		'calls', (SELECT count(*) FROM calls WHERE wrapped_at IS NOT NULL),
		'agents', (SELECT json_agg(json_build_array(user_id, state, call_id) ORDER BY user_id) FROM agent_states),
		'commands', (SELECT count(*) FROM call_commands),
		'cases', (SELECT json_agg(json_build_array(id, state, closed_at) ORDER BY id) FROM cases),
		'events', (SELECT count(*) FROM case_events),
		'outcomes', (SELECT count(*) FROM outcomes), 'results', (SELECT count(*) FROM results),
		'appointments', (SELECT count(*) FROM appointments), 'callbacks', (SELECT count(*) FROM callbacks),
		'suppressions', (SELECT count(*) FROM suppressions), 'facts', (SELECT count(*) FROM facts),
		'subscriptions', (SELECT json_agg(json_build_array(id, status) ORDER BY id) FROM subscriptions))`)
}

func TestConcludeIsForTheAgentOfAConnectedCall(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.campaign("acquisition")
	call := d.connect(d.person(c), d.ann)
	_, err := d.Conclude(ctx, d.ben, ConcludeInput{Call: call, Code: CodeOther})
	d.refused(err, errs.Conflict)
	_, err = d.Conclude(ctx, d.ann, ConcludeInput{Call: call + 99, Code: CodeOther})
	d.refused(err, errs.NotFound)
	stranger := d.ann
	stranger.Clients = nil
	_, err = d.Conclude(ctx, stranger, ConcludeInput{Call: call, Code: CodeOther})
	d.refused(err, errs.NotFound)
	d.exec(`UPDATE calls SET connected_at = NULL, state = 'answered' WHERE id = $1`, call)
	_, err = d.Conclude(ctx, d.ann, ConcludeInput{Call: call, Code: CodeOther})
	d.refused(err, errs.Conflict)
}

func TestDoNotCallIsImmediate(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	lead := d.person(d.campaign("acquisition"))
	call := d.connect(lead, d.ann)
	d.conclude(d.ann, call, CodeDoNotCall)
	if s := d.text(`SELECT l.state FROM leads l WHERE id = $1`, lead); s != "suppressed" {
		t.Errorf("lead is %s", s)
	}
	if n := d.count(`SELECT count(*) FROM suppressions s JOIN calls k ON k.number = s.number WHERE k.id = $1`, call); n != 1 {
		t.Error("the number is not on the list")
	}
}

func TestTheWrapUpLimitRecordsNoDisposition(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	sale := d.offer("sale", 4900, "acquisition")
	lead := d.person(d.campaign("acquisition"))
	call := d.connect(lead, d.ann)
	d.accept(d.ann, call, sale)
	d.hangUp(call)
	d.must(d.ExpireWrapUp(ctx, call))
	d.must(d.ExpireWrapUp(ctx, call))
	out := d.conclude(d.ann, call, CodeSale) // too late
	if out.Code != CodeNoDisposition || out.Agent != d.ann.User || len(out.Results) != 0 {
		t.Errorf("outcome %+v", out)
	}
	if s := d.text(`SELECT state FROM leads WHERE id = $1`, lead); s != "done" {
		t.Errorf("lead is %s: it must not be called again by itself", s)
	}
	if s := d.text(`SELECT state FROM agent_states WHERE user_id = $1`, d.ann.User); s != "ready" {
		t.Errorf("agent is %s", s)
	}
	queue, n, err := d.Outcomes(ctx, d.boss, OutcomeFilter{Code: CodeNoDisposition, Reviewed: "false"}, 10, 0)
	d.must(err)
	if n != 1 || queue[0].Call != call || queue[0].AgentName != "Ann" {
		t.Errorf("queue %+v", queue)
	}
}

func hasField(err error, path string) bool {
	for _, f := range fieldsOf(err) {
		if f.Path == path {
			return true
		}
	}
	return false
}
