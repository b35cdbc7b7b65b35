package retention

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/retention/flow"
	"saveline/retention/netsave"
)

func (d *desk) saveReport(q SaveQuery) SaveReport {
	d.t.Helper()
	if q.From.IsZero() {
		q.From, q.To = noon.AddDate(-1, 0, 0), d.now().Add(time.Second)
	}
	r, err := d.SaveReport(ctx, d.boss, q)
	d.must(err)
	return r
}

func rowOf(r SaveReport, key string) SaveFigures {
	for _, row := range r.Rows {
		if row.Key == key {
			return row.SaveFigures
		}
	}
	return SaveFigures{}
}

// goldenReport compares the report of the imported shared requests with the golden numbers of retention design 7.
func goldenReport(t *testing.T, d *desk) {
	t.Helper()
	r := d.saveReport(SaveQuery{By: ByReason})
	if r.Total.Requests != 1869 || r.Total.Money[0].AtRisk.String() != "139130.85" {
		t.Errorf("requests %d, at risk %s", r.Total.Requests, r.Total.Money[0].AtRisk)
	}
	if r.Total.Eligible != 1817 || r.Total.Money[0].Saveable.String() != "135162.10" || r.Total.Excluded != 52 {
		t.Errorf("saveable %d, %s", r.Total.Eligible, r.Total.Money[0].Saveable)
	}
	for reason, want := range map[string]struct {
		n   int
		mrr string
	}{
		"competitor_product": {530, "41102.10"}, "service_experience": {420, "30111.10"}, "competitor_price": {311, "23426.65"},
		"quality": {149, "11477.35"}, "unknown": {130, "9752.30"}, "too_expensive": {108, "8283.95"}, "unexpected_charges": {103, "6467.20"},
		"missing_features": {66, "4541.45"}, "moved": {46, "3558.10"}, "deceased": {6, "410.65"},
	} {
		if got := rowOf(r, reason); got.Requests != want.n || got.Money[0].AtRisk.String() != want.mrr {
			t.Errorf("%s: %d, %s; want %d, %s", reason, got.Requests, got.Money[0].AtRisk, want.n, want.mrr)
		}
	}
	monthly := d.saveReport(SaveQuery{By: ByPlan})
	if got := rowOf(monthly, "Month-to-month"); got.Requests != 1655 || got.Money[0].AtRisk.String() != "120847.10" {
		t.Errorf("month to month: %d", got.Requests)
	}
	if n := len(d.saveReport(SaveQuery{By: ByCohort}).Rows); n != 1 {
		t.Errorf("%d months", n)
	}
}

func TestTheReportSetsGrossBesideNet(t *testing.T) {
	t.Parallel()
	b := newTill(t, BillingStripe)
	b.campaign("retention_save")
	save := b.offer("discount_percent", 0, "retention_save")
	kept, _ := b.saved(save)
	b.watch()
	_, _ = b.saved(save)
	b.watch()
	lost := b.aCase()
	call := b.connect(lost.Lead, b.ben)
	b.answer(b.ben, call, save, Declined)
	b.conclude(b.ben, call, CodeLost)
	untouched := b.aCase()
	b.pass(33 * aDay)
	b.verifyAll()
	b.pass(aDay)
	r := b.saveReport(SaveQuery{By: ByAgent})
	if r.Total.Eligible != 4 || r.Total.Gross != 2 || *r.Total.GrossPercent != 50 || r.Total.Net[0].IsMature || r.Total.Net[0].NetPercent != nil || r.Total.Net[0].Immature != 4 {
		t.Errorf("young: %+v", r.Total)
	}
	b.pass(40 * aDay)
	_, err := b.Reverse(ctx, b.boss, ReverseInput{Result: 2, Cause: "cancelled"})
	b.must(err)
	b.pass(60 * aDay)
	for range 3 {
		b.verifyAll()
		b.pass(aDay)
	}
	r = b.saveReport(SaveQuery{By: ByAgent})
	n30, n90 := r.Total.Net[0], r.Total.Net[2]
	if n30.Verified != 2 || *n30.NetPercent != 50 || n90.Verified != 1 || *n90.NetPercent != 25 || *n90.StickPercent != 50 || n90.Failed != 1 || n90.IncrementalVerdict != noHoldout {
		t.Errorf("grown: %+v, %+v", n30, n90)
	}
	m := r.Total.Money[0]
	if m.GrossSaved.Minor != 16000 || m.Stage[2].Retained.Minor != 8000 || m.Stage[2].Leakage.Minor != 8000 || m.DiscountCost.Minor != 12000 || m.CostPerNetSave.Minor != 12000 {
		t.Errorf("money %+v", m)
	}
	if ann := rowOf(r, "2"); r.HasPay || ann.Eligible != 2 || ann.Gross != 2 {
		t.Errorf("Ann %+v", ann)
	}
	if got := rowOf(b.saveReport(SaveQuery{By: ByOffer}), "1"); got.Eligible != 3 || got.Gross != 2 {
		t.Errorf("by offer %+v", got)
	}
	list, total, err := b.CasesBehind(ctx, b.boss, SaveQuery{From: noon.AddDate(0, 0, -1), To: b.now(), By: ByAgent, Group: "2", HasGroup: true}, "net90", 10, 0)
	b.must(err)
	if total != 1 || list[0].ID != b.grant(kept).Case || list[0].State != flow.Verified90 {
		t.Errorf("behind net 90: %+v", list)
	}
	if _, total, _ = b.CasesBehind(ctx, b.boss, SaveQuery{From: noon.AddDate(0, 0, -1), To: b.now()}, netsave.NumberEligible, 10, 0); total != 4 || untouched.ID == 0 {
		t.Errorf("%d cases in the denominator", total)
	}
	stranger := auth.Actor{User: 99, Roles: []auth.Role{auth.Manager}, Clients: []auth.ClientID{b.desk.client + 1}}
	if other, err := b.SaveReport(ctx, stranger, SaveQuery{From: noon.AddDate(0, 0, -1), To: b.now()}); err != nil || other.Total.Requests != 0 {
		t.Errorf("another client's manager sees %+v, %v", other.Total, err)
	}
	calendar(t, b)
	asCSV(t, r)
}

func calendar(t *testing.T, b *till) {
	t.Helper()
	lines, total, err := b.VerificationCalendar(ctx, b.boss, CalendarQuery{From: noon, To: b.now().Add(aDay), Limit: 50})
	b.must(err)
	if total != 4 || lines[0].Kind != "pass" || lines[0].Stage != 90 || lines[0].Customer == "" {
		t.Errorf("%d lines: %+v", total, lines)
	}
	counts, err := b.CalendarCounts(ctx, b.boss)
	if b.must(err); counts["pass"] != 4 || counts["due"] != 0 {
		t.Errorf("counts %v", counts)
	}
}

func asCSV(t *testing.T, r SaveReport) {
	t.Helper()
	r.Rows[0].Name = "=cmd()"
	var file bytes.Buffer
	if err := r.WriteCSV(&file); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(file.String(), "\ufeff") || strings.Contains(file.String(), ",=cmd") {
		t.Error("Excel would not read it, or would run it")
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(file.String(), "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 1+1+len(r.Rows) || rows[1][0] != "total" || rows[1][7] != "2" || rows[1][8] != "50.00" {
		t.Errorf("%v %v", rows, err)
	}
}

// A holdout that does better than the treated would show; here nobody is saved without being asked.
func TestTheHoldoutStandsBesideTheTreated(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.campaign("retention_save")
	_, err := d.SaveSettings(ctx, d.boss, Settings{HoldoutBP: 5000, Salt: "x", OfferMinutes: 600})
	d.must(err)
	held := 0
	for range 12 {
		if c := d.aCase(); c.Arm == "holdout" {
			held++
		}
	}
	r := d.saveReport(SaveQuery{})
	if r.Total.Holdout != held || held == 0 || r.Total.Eligible != 12-held || r.Total.Net[0].IncrementalVerdict != noHoldout {
		t.Errorf("%d held out: %+v", held, r.Total)
	}
	d.pass(200 * aDay)
	r = d.saveReport(SaveQuery{By: ByClient})
	n := r.Total.Net[2]
	if n.HoldoutEligible != held || n.IncrementalVerdict != "not_enough_data" || *n.IncrementalPoints != 0 || *n.IncrementalLow >= 0 {
		t.Errorf("compared %+v", n)
	}
	all, err := d.Experiments(ctx, d.boss)
	d.must(err)
	if len(all) != 3 || all[2].Days != 90 || all[2].HoldoutUnits != held || all[2].Verdict != "not_enough_data" || all[2].HoldoutPercent != 50 || r.Rows[0].Name != "Acme" {
		t.Errorf("experiments %+v", all)
	}
}

func TestReportsAreAskedForInBounds(t *testing.T) {
	t.Parallel()
	now := noon
	for _, in := range []saveReportIn{{From: "soon"}, {From: "2026-02-01", To: "2026-01-01"}, {From: "2020-01-01"}} {
		if _, err := in.query(now); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("%+v: %v", in, err)
		}
	}
	q, err := (&saveReportIn{}).query(now)
	if err != nil || q.By != ByCohort || !q.From.Equal(time.Date(2025, 11, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v, %v", q, err)
	}
}
