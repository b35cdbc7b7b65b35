package retention

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/internal/phone"
	"saveline/retention/flow"
)

func TestOpenCaseMakesALead(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	campaign := d.campaign("retention_save")
	c := d.aCase()
	if c.State != flow.Requested || c.Campaign != campaign || c.Lead == 0 || c.MRR.Minor != 8000 {
		t.Errorf("case %+v", c)
	}
	if !c.DueAt.Equal(noon.AddDate(0, 0, caseDueDays)) {
		t.Errorf("due at %s", c.DueAt)
	}
	if n := d.count(`SELECT count(*) FROM leads WHERE id = $1 AND case_id = $2 AND state = 'waiting' AND ready`, c.Lead, c.ID); n != 1 {
		t.Error("the case is no lead that can be called")
	}
	if n := d.count(`SELECT count(*) FROM audit WHERE act = 'case.open'`); n != 1 {
		t.Error("no audit row")
	}
}

func TestARequestIsKnownByItsIdAndACustomerByTheirs(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.campaign("retention_save")
	first := newCase(1)
	opened, err := d.OpenCase(ctx, d.boss, first)
	d.must(err)

	again, err := d.OpenCase(ctx, d.boss, first)
	d.must(err)
	if !again.Duplicate || again.Case != opened.Case {
		t.Errorf("the same request: %+v", again)
	}
	further := newCase(1)
	further.ExternalID = "req-1b"
	attached, err := d.OpenCase(ctx, d.boss, further)
	d.must(err)
	if !attached.Duplicate || attached.Case != opened.Case {
		t.Errorf("a further request of the customer: %+v", attached)
	}
	other := newCase(2)
	other.Customer.Phones = first.Customer.Phones
	second, err := d.OpenCase(ctx, d.boss, other)
	d.must(err)
	if second.Duplicate || second.Case == opened.Case {
		t.Error("the same number made two customers one")
	}
	detail, err := d.CaseFor(ctx, d.boss, opened.Case)
	d.must(err)
	if detail.Requests != 2 {
		t.Errorf("%d requests", detail.Requests)
	}
	stolen := newCase(3)
	stolen.Subscription.ExternalID = "sub-1"
	_, err = d.OpenCase(ctx, d.boss, stolen)
	d.refused(err, errs.Conflict)
	if n := d.count(`SELECT count(*) FROM customers`); n != 2 {
		t.Errorf("%d customers: the refused request left one behind", n)
	}
}

func TestACustomerWhoAsksEightTimesAtOnceHasOneCase(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.campaign("retention_save")
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			in := newCase(1)
			in.ExternalID = fmt.Sprintf("req-%d", i/2) // each request twice
			if _, err := d.OpenCase(ctx, d.boss, in); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := d.count(`SELECT count(*) FROM cases`); n != 1 {
		t.Errorf("%d cases", n)
	}
	if n := d.count(`SELECT count(*) FROM cancel_requests WHERE case_id IS NOT NULL`); n != 4 {
		t.Errorf("%d requests", n)
	}
}

func TestACustomerMayAskAgainAfterTheyWereSaved(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.campaign("retention_save")
	save := d.offer("credit", 1000, "retention_save")
	c := d.aCase()
	call := d.connect(c.Lead, d.ann)
	d.accept(d.ann, call, save)
	d.conclude(d.ann, call, CodeSave)
	in := newCase(d.people)
	in.ExternalID = "later"
	opened, err := d.OpenCase(ctx, d.boss, in)
	d.must(err)
	if opened.Duplicate || opened.Case == c.ID {
		t.Errorf("%+v", opened)
	}
	if n := d.count(`SELECT count(*) FROM leads WHERE case_id = $1 AND state = 'waiting'`, opened.Case); n != 1 {
		t.Error("nobody will call them")
	}
}

func TestTheCaseFollowsTheConversation(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.campaign("retention_save")
	save, other := d.offer("credit", 1000, "retention_save"), d.offer("pause", 0, "retention_save")
	upsell := d.offer("upsell", 1500, "retention_save")
	c := d.aCase()
	at := func(want flow.State) {
		t.Helper()
		if now := d.caseNow(c.ID); now.State != want {
			t.Fatalf("case is %s, want %s", now.State, want)
		}
	}
	call := d.connect(c.Lead, d.ann)
	at(flow.Requested)
	offers, err := d.OffersFor(ctx, d.ann, call)
	d.must(err)
	at(flow.InProgress)
	if len(offers) != 2 {
		t.Errorf("%d offers: nothing is sold before the cancel question is settled", len(offers))
	}
	_, err = d.Present(ctx, d.ann, PresentInput{Call: call, Offer: upsell.ID})
	d.refused(err, errs.Conflict)
	d.answer(d.ann, call, other, Declined)
	at(flow.Offering)
	d.accept(d.ann, call, save)
	at(flow.Accepted)
	_, err = d.Decide(ctx, d.ann, DecideInput{Presentation: d.mustPresent(call, other).ID, Decision: Accepted})
	d.refused(err, errs.Conflict)
	d.accept(d.ann, call, upsell)
	at(flow.Accepted)
	d.answer(d.ann, call, save, Declined) // they changed their mind
	at(flow.Offering)
	d.accept(d.ann, call, save)
	out := d.conclude(d.ann, call, CodeSave)
	at(flow.SavedProvisional)
	if len(out.Results) != 2 {
		t.Errorf("results %+v", out.Results)
	}
	if n := d.count(`SELECT count(*) FROM decisions`); n != 5 {
		t.Errorf("%d decisions in the log", n)
	}
	_, err = d.Decide(ctx, d.ann, DecideInput{Presentation: d.mustShown(call, save).ID, Decision: Declined})
	d.refused(err, errs.Conflict)
	_, err = d.Present(ctx, d.ann, PresentInput{Call: call, Offer: other.ID})
	d.refused(err, errs.Conflict)
}

func (d *desk) mustPresent(call dialerCall, o Offer) Presentation {
	d.t.Helper()
	p, err := d.Present(ctx, d.ann, PresentInput{Call: call, Offer: o.ID})
	d.must(err)
	return p
}

func (d *desk) mustShown(call dialerCall, o Offer) Presentation {
	d.t.Helper()
	shown, err := presentationsOf(ctx, d.db, call)
	d.must(err)
	return *ofOffer(shown, o.ID)
}

func TestWhatTheCustomerSaysEndsTheCase(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]struct {
		state flow.State
		lead  string
	}{
		CodeLost:          {flow.CancelledScheduled, "done"},
		CodeNotInterested: {flow.CancelledScheduled, "done"},
		CodeWrongNumber:   {flow.CancelledScheduled, "done"},
		CodeDoNotCall:     {flow.CancelledScheduled, "suppressed"},
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			d.campaign("retention_save")
			c := d.aCase()
			d.conclude(d.ann, d.connect(c.Lead, d.ann), code)
			if now := d.caseNow(c.ID); now.State != want.state || now.ClosedAt == nil || now.Subscription.Status != "cancel_scheduled" {
				t.Errorf("case %+v", now)
			}
			if s := d.text(`SELECT state FROM leads WHERE id = $1`, c.Lead); s != want.lead {
				t.Errorf("lead is %s", s)
			}
		})
	}
}

func TestAWrongNumberOfACaseIsNotFollowedByTheNextOne(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.campaign("retention_save")
	in := newCase(1)
	in.Customer.Phones = append(in.Customer.Phones, "+12125553999")
	opened, err := d.OpenCase(ctx, d.boss, in)
	d.must(err)
	c := d.caseNow(opened.Case)
	d.conclude(d.ann, d.connect(c.Lead, d.ann), CodeWrongNumber)
	if s := d.text(`SELECT state FROM leads WHERE id = $1`, c.Lead); s == "waiting" {
		t.Error("the case is closed, and yet they are called again")
	}
}

func TestTheDeadlineLetsTheCancellationGoAhead(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.campaign("retention_save")
	waiting, talking := d.aCase(), d.aCase()
	d.pass(time.Duration(caseDueDays)*24*time.Hour - time.Minute)
	call := d.connect(talking.Lead, d.ann)
	_, err := d.OffersFor(ctx, d.ann, call)
	d.must(err)
	if n, err := d.CloseDueCases(ctx); n != 0 || err != nil {
		t.Fatalf("closed %d before the deadline (%v)", n, err)
	}
	d.pass(2 * time.Minute)
	for _, want := range []int{1, 0} {
		if n, err := d.CloseDueCases(ctx); n != want || err != nil {
			t.Fatalf("closed %d, want %d (%v)", n, want, err)
		}
	}
	// The second look finds that nothing keeps the subscription from ending: no day was named.
	if now := d.caseNow(waiting.ID); now.State != flow.CancelledEffective || now.Subscription.Status != "cancel_scheduled" {
		t.Errorf("case %+v", now)
	}
	if s := d.text(`SELECT state FROM leads WHERE id = $1`, waiting.Lead); s != "withdrawn" {
		t.Errorf("lead is %s", s)
	}
	if now := d.caseNow(talking.ID); now.State != flow.InProgress {
		t.Errorf("a case that an agent works on is %s", now.State)
	}
	d.pass(talkHoursMax * time.Hour)
	if n, err := d.CloseDueCases(ctx); n != 1 || err != nil {
		t.Errorf("closed %d (%v)", n, err)
	}
}

func TestACaseWaitsForACampaign(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.aCase()
	if c.Lead != 0 {
		t.Fatal("a lead without a campaign")
	}
	if n, err := d.AssignCases(ctx); n != 0 || err != nil {
		t.Errorf("assigned %d (%v)", n, err)
	}
	d.campaign("acquisition")
	save := d.campaign("retention_save")
	for _, want := range []int{1, 0} {
		if n, err := d.AssignCases(ctx); n != want || err != nil {
			t.Errorf("assigned %d, want %d (%v)", n, want, err)
		}
	}
	if now := d.caseNow(c.ID); now.Campaign != save || now.Lead == 0 {
		t.Errorf("case %+v", now)
	}
	jobs := d.Jobs()
	d.must(jobs[0].Run(ctx, d.now()))
}

func TestOpenCaseNamesTheFaults(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	cold := d.campaign("acquisition")
	_, err := d.OpenCase(ctx, d.boss, NewCase{Source: "api"})
	d.refused(err, errs.Invalid)
	for _, path := range []string{"externalId", "customer.externalId", "customer.phone", "subscription.externalId", "subscription.price"} {
		if !hasField(err, path) {
			t.Errorf("%s is not named", path)
		}
	}
	in := newCase(1)
	in.Campaign = cold
	_, err = d.OpenCase(ctx, d.boss, in)
	d.refused(err, errs.Conflict)
	in.Campaign = cold + 99
	_, err = d.OpenCase(ctx, d.boss, in)
	d.refused(err, errs.NotFound)
	in.Client = d.client + 1
	_, err = d.OpenCase(ctx, d.boss, in)
	d.refused(err, errs.NotFound)
}

// The 1,869 requests of the shared sample, against its golden numbers.
func TestImportOfTheSharedRequests(t *testing.T) {
	t.Parallel()
	raw := sharedFile(t, "cancel_requests.csv")
	d := newDesk(t)
	d.campaign("retention_save")
	rep, err := d.ImportCases(ctx, d.boss, ImportInput{File: strings.NewReader(raw)})
	d.must(err)
	want := CaseImport{Rows: 1869, Opened: 1869, Unsaveable: 52, Rejected: []CaseReject{}}
	if diff := cmp.Diff(want, rep); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for query, want := range map[string]int{
		`SELECT sum(mrr_minor) FROM cases`:                                             13913085,
		`SELECT sum(mrr_minor) FROM cases WHERE saveable`:                              13516210,
		`SELECT count(*) FROM cases WHERE lead_id IS NOT NULL AND state = 'requested'`: 1817,
		`SELECT count(*) FROM cases WHERE state = 'cancelled_scheduled'`:               52,
		`SELECT count(*) FROM leads WHERE state = 'waiting'`:                           1817,
		`SELECT count(*) FROM customers`:                                               1869,
	} {
		if n := d.count(query); n != want {
			t.Errorf("%s: %d, want %d", query, n, want)
		}
	}
	goldenReport(t, d)
	before := d.snapshot()
	again, err := d.ImportCases(ctx, d.boss, ImportInput{File: strings.NewReader(raw)})
	d.must(err)
	if again.Opened != 0 || again.Duplicates != 1869 || d.snapshot() != before {
		t.Errorf("the same file again: %+v", again)
	}
}

func sharedFile(t *testing.T, name string) string {
	t.Helper()
	dir := os.Getenv("SAVELINE_SHARED")
	if dir == "" {
		dir = "../../shared"
	}
	raw, err := os.ReadFile(filepath.Join(dir, "data", name))
	if err != nil {
		t.Skipf("the shared sample is not here (set SAVELINE_SHARED): %v", err)
	}
	return string(raw)
}

func TestImportReportsRowsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.campaign("retention_save")
	file := "\ufeffCustomer_ID,phone,region,monthly_charge,saveable,city,request_id\n" +
		"A1,+12125550101,US-NY,73.9,1,Rome,r1\n" +
		"A2,12,US-NY,73.9,1,Rome,r2\n" +
		",+12125550102,US-NY,x,1,Rome,r3\n" +
		"A4,+12125550103,US-NY\n" +
		"A5,+12125550104,US-NY,10,0,Rome,r5\n" +
		"A1,+12125550101,US-NY,73.9,1,Rome,r6\n" +
		"\"A7,+1\n"
	rep, err := d.ImportCases(ctx, d.boss, ImportInput{File: strings.NewReader(file)})
	d.must(err)
	if rep.Rows != 7 || rep.Opened != 2 || rep.Unsaveable != 1 || rep.Duplicates != 1 || rep.Refused != 4 {
		t.Errorf("report %+v", rep)
	}
	lines := []int{}
	for _, r := range rep.Rejected {
		lines = append(lines, r.Row)
	}
	if diff := cmp.Diff([]int{3, 4, 5, 8}, lines); diff != "" {
		t.Errorf("rejected lines (-want +got)\n%s", diff)
	}
	if s := d.text(`SELECT data->>'city' FROM people WHERE external_id = 'A1'`); s != "Rome" {
		t.Errorf("city %q", s)
	}
	_, err = d.ImportCases(ctx, d.boss, ImportInput{File: strings.NewReader("a,b\n")})
	d.refused(err, errs.Invalid)
	_, err = d.ImportCases(ctx, auth.Actor{}, ImportInput{File: strings.NewReader(file)})
	d.refused(err, errs.Invalid)
}

// FuzzImportRow reads any line under any header without a panic, and never accepts a row without a customer.
func FuzzImportRow(f *testing.F) {
	f.Add("customer_id,phone,monthly_charge", "A1,+12125550101,73.9")
	f.Add("customer_id,phone,monthly_charge,requested_at,currency,region", "A1,02 1234 5678,73,2026-11-23T00:00:00Z,KRW,KR-11")
	f.Fuzz(func(t *testing.T, header, line string) {
		names, err := csv.NewReader(strings.NewReader(header)).Read()
		if err != nil {
			return
		}
		values, err := csv.NewReader(strings.NewReader(line)).Read()
		if err != nil {
			return
		}
		var in NewCase
		if err := (row{names, values}).read(&in, noon); err != nil {
			return
		}
		if in.Validate() == nil && (in.Customer.ExternalID == "" || in.Customer.Phones[0] == phone.E164("") || in.Subscription.Price == (money.Amount{})) {
			t.Errorf("accepted %+v", in)
		}
	})
}

func TestCasesSortInTheDatabase(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	first, second := d.aCase(), d.aCase()
	d.exec(`UPDATE cases SET mrr_minor = 100, due_at = due_at + interval '1 day' WHERE id = $1`, first.ID)
	for sort, want := range map[string]CaseID{
		"": second.ID, "customer": first.ID, "-customer": second.ID, "mrr": first.ID, "-mrr": second.ID, "due": second.ID, "-due": first.ID,
	} {
		rows, total, err := d.Cases(t.Context(), d.boss, CaseQuery{Sort: sort, Limit: 1})
		d.must(err)
		if total != 2 || len(rows) != 1 || rows[0].ID != want {
			t.Errorf("sorted by %q the first of %d is %v, want case %d", sort, total, rows, want)
		}
	}
}
