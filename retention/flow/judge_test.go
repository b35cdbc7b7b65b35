package flow

import (
	"testing"
	"time"
)

var savedAt = time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC)

func after(days int) time.Time { return savedAt.Add(time.Duration(days) * day) }

// keptCase is a save as its log leaves it, with some stages passed.
func keptCase(stages ...int) Case {
	c := Case{State: SavedProvisional, Saveable: true, Ref: "link:1", Method: EvidenceEConfirm, SavedAt: savedAt, Stages: stages}
	if n := len(stages); n > 0 {
		c.State = []State{Verified30, Verified60, Verified90}[n-1]
	}
	return c
}

func paidBill(id string, days int) Bill {
	return Bill{ID: id, Status: "paid", Due: 8000, Paid: 8000, At: after(days)}
}

func openBill(id string, days int) Bill {
	return Bill{ID: id, Status: billOpen, Due: 8000, At: after(days)}
}

func TestJudge(t *testing.T) {
	t.Parallel()
	good := func(bills ...Bill) Account { return Account{Active: true, NextBillAt: after(200), Bills: bills} }
	refunded := paidBill("a", 10)
	refunded.Refunded = refunded.Paid
	partly := paidBill("a", 10)
	partly.Refunded = 100
	disputed := paidBill("a", 10)
	disputed.Disputed = true
	lost := openBill("a", 10)
	lost.Status = billUncollectible
	void := openBill("v", 10)
	void.Status = "void"
	free := Bill{ID: "f", Status: "paid", At: after(10)}
	ends := good(paidBill("a", 10))
	ends.SetToCancel = true
	gone := good(paidBill("a", 10))
	gone.Active, gone.EndsAt = false, after(20)
	monthly := good(free)
	monthly.NextBillAt = after(40)
	unknown := good()
	unknown.NextBillAt = time.Time{}
	paused := good()
	paused.Pauses = []Interval{{From: after(1), To: after(61)}}
	for name, tc := range map[string]struct {
		stages  []int
		account Account
		day     int
		verdict Verdict
		cause   string
		until   time.Time
	}{
		"paid":                               {nil, good(paidBill("a", 10)), 33, Pass, "", time.Time{}},
		"some of it was paid back":           {nil, good(partly), 33, Pass, "", time.Time{}},
		"the next stage":                     {[]int{30}, good(paidBill("a", 10), paidBill("b", 40)), 63, Pass, "", time.Time{}},
		"before its day":                     {nil, good(paidBill("a", 10)), 32, Wait, WaitPaused, after(33)},
		"an invoice of after the day":        {nil, good(paidBill("a", 10), openBill("b", 34)), 35, Pass, "", time.Time{}},
		"paid before the save only":          {nil, good(paidBill("a", -1)), 33, Wait, WaitInvoice, after(203)},
		"gone":                               {nil, gone, 33, Fail, CauseCancelled, time.Time{}},
		"set to cancel":                      {nil, ends, 33, Fail, CauseSetToCancel, time.Time{}},
		"disputed":                           {nil, good(disputed), 33, Fail, CauseDisputed, time.Time{}},
		"paid back":                          {nil, good(refunded), 33, Fail, CauseRefunded, time.Time{}},
		"not paid yet":                       {nil, good(openBill("a", 10)), 33, Wait, WaitOpen, after(47)},
		"one of two not paid":                {nil, good(paidBill("a", 2), openBill("b", 32)), 46, Wait, WaitOpen, after(47)},
		"never paid":                         {nil, good(openBill("a", 10)), 47, Fail, CauseUnpaid, time.Time{}},
		"given up":                           {nil, good(lost), 33, Fail, CauseUnpaid, time.Time{}},
		"void and paid":                      {nil, good(void, paidBill("b", 20)), 33, Pass, "", time.Time{}},
		"a free month waits for the next":    {nil, monthly, 33, Wait, WaitInvoice, after(43)},
		"nothing billed, nobody says when":   {nil, unknown, 33, Wait, WaitInvoice, after(47)},
		"nothing billed for long":            {nil, unknown, 47, Fail, CauseUnpaid, time.Time{}},
		"a pause that only billing knows of": {nil, paused, 80, Wait, WaitPaused, after(93)},
		"and is over":                        {nil, Account{Active: true, Pauses: paused.Pauses, Bills: []Bill{paidBill("a", 70)}}, 93, Pass, "", time.Time{}},
	} {
		c := keptCase(tc.stages...)
		j := c.Judge(tc.account, after(tc.day))
		if j.Verdict != tc.verdict || j.Cause != tc.cause || !j.Until.Equal(tc.until) {
			t.Errorf("%s: %s %q until %s; want %s %q until %s", name, j.Verdict, j.Cause, j.Until, tc.verdict, tc.cause, tc.until)
		}
		if (j.Verdict == Pass) != (j.Evidence.Passes() && !after(tc.day).Before(j.Due)) && j.Cause != CauseRefunded {
			t.Errorf("%s: %s, but the guard reads the evidence otherwise: %+v", name, j.Verdict, j.Evidence)
		}
		if j.Verdict != Pass {
			continue
		}
		if _, _, err := c.Apply(Event{Kind: Verified, At: after(tc.day), Data: Data{Evidence: &j.Evidence}}); err != nil {
			t.Errorf("%s: passed, and the fold refuses it: %v", name, err)
		}
	}
}

// TestPausesShiftTheDays is golden example D of the retention design 2.3: a pause of 60 days on day 0 moves the days to
// 90, 120 and 150, and 3 days of grace.
func TestPausesShiftTheDays(t *testing.T) {
	t.Parallel()
	c := keptCase()
	c.Pauses = []Interval{{From: savedAt, To: after(60)}}
	for stage, want := range map[int]int{30: 90, 60: 120, 90: 150} {
		if got := c.VerifyDue(stage); !got.Equal(after(want + graceDays)) {
			t.Errorf("stage %d is due on %s, want day %d", stage, got, want+graceDays)
		}
	}
	same := c.Judge(Account{Active: true, Pauses: c.Pauses, Bills: []Bill{paidBill("a", 61)}}, after(93))
	if same.Verdict != Pass || same.Paused != 60*day {
		t.Errorf("a pause that both know of counts once: %s %q, paused for %s", same.Verdict, same.Cause, same.Paused)
	}
}

func TestAFailedSaveEndedWhenTheSubscriptionDid(t *testing.T) {
	t.Parallel()
	c := keptCase()
	a := Account{EndsAt: after(20)}
	if j := c.Judge(a, after(33)); !j.Ended(a, savedAt, after(33)).Equal(after(20)) {
		t.Error("it ended on day 20")
	}
	a = Account{Active: true, SetToCancel: true, EndsAt: after(50)}
	if j := c.Judge(a, after(33)); !j.Ended(a, savedAt, after(33)).Equal(after(33)) {
		t.Error("an end that is planned is none yet: it failed on day 33")
	}
}

func TestOnlySavesAreVerified(t *testing.T) {
	t.Parallel()
	for _, s := range States {
		c := keptCase()
		c.State = s
		is := s == SavedProvisional || s == Verified30 || s == Verified60
		if got := c.Stage() != 0; got != is {
			t.Errorf("%s: is verified %v, want %v", s, got, is)
		}
	}
	if c := keptCase(30, 60, 90); c.Stage() != 0 {
		t.Error("a net save is verified no more")
	}
	if c := (Case{State: SavedProvisional}); c.Stage() != 0 {
		t.Error("a save without evidence is not verified")
	}
}
