package retention

import (
	"strings"
	"testing"

	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/errs"
)

// asked sets two questions for the client: one that the mirror answers, one with an answer for each customer.
func (d *desk) asked() {
	d.t.Helper()
	d.must(d.SetQuestions(ctx, d.boss, 0, []Question{
		{Code: "zip", Prompt: "What is your ZIP code?", Fact: "postal_code"}, {Code: "pet", Prompt: "The name of your first pet?"},
	}))
}

func (d *desk) customerOfCase(c Case) CustomerID {
	d.t.Helper()
	d.exec(`UPDATE people SET postal_code = '10001' WHERE id = $1`, c.Customer.Person)
	d.must(d.SetAnswers(ctx, d.boss, c.Customer.ID, map[string]string{"pet": "Mr. Whiskers"}))
	return c.Customer.ID
}

// An agent sees a name until the person on the line has answered everything right, on this call; supervisors see the
// account all the time.
func TestAnAccountIsMaskedUntilThePartyIsVerified(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.asked()
	d.campaign("retention_save")
	c := d.aCase()
	id := d.customerOfCase(c)
	d.masked(d.ann, id, true)
	d.masked(d.boss, id, false)
	call := d.connect(c.Lead, d.ann)
	d.masked(d.ann, id, true)
	d.account(call, 0)
	_, err := d.WriteNote(ctx, d.ann, NoteInput{Customer: id, Text: "likes cats"})
	d.refused(err, errs.Conflict)
	_, err = d.VerifyParty(ctx, d.ann, call, map[string]string{"zip": "10001"})
	d.refused(err, errs.Invalid)
	for i, answers := range []map[string]string{{"zip": "10002", "pet": "mr whiskers"}, {"zip": "10001", "pet": "Rex"}} {
		got, err := d.VerifyParty(ctx, d.ann, call, answers)
		d.must(err)
		if got.Verified || got.Left != 2-i {
			t.Errorf("wrong %v: %+v", answers, got)
		}
	}
	d.masked(d.ann, id, true)
	_, err = d.VerifyParty(ctx, d.ben, call, map[string]string{"zip": "10001", "pet": "x"})
	d.refused(err, errs.Conflict)
	got, err := d.VerifyParty(ctx, d.ann, call, map[string]string{"zip": " 100-01 ", "pet": "MR WHISKERS"})
	if d.must(err); !got.Verified || got.Customer != id {
		t.Errorf("right: %+v", got)
	}
	d.masked(d.ann, id, false)
	d.account(call, id)
	d.masked(d.ben, id, true)
	if _, err = d.WriteNote(ctx, d.ann, NoteInput{Customer: id, Text: "card 4111 1111 1111 1111"}); errs.CodeOf(err) != errs.Invalid {
		t.Errorf("a card number in a note: %v", err)
	}
	_, err = d.WriteNote(ctx, d.ann, NoteInput{Customer: id, Text: "likes cats"})
	d.must(err)
	if n := d.count(`SELECT count(*) FROM notes WHERE call_id = $1 AND author_id = $2`, call, d.ann.User); n != 1 {
		t.Errorf("%d notes", n)
	}
	d.conclude(d.ann, call, CodeLost)
	d.masked(d.ann, id, true) // the conversation is over
	if n := d.count(`SELECT count(*) FROM party_checks WHERE call_id = $1`, call); n != 3 {
		t.Errorf("%d checks are on record", n)
	}
	if n := d.count(`SELECT count(*) FROM verification_answers WHERE hash LIKE '%whisk%' OR hash NOT LIKE '$argon2id$%'`); n != 0 {
		t.Error("an answer is kept as it was said")
	}
}

// account checks whose account the save desk of a call shows; 0: nobody's.
func (d *desk) account(call dialer.CallID, want CustomerID) {
	d.t.Helper()
	got, err := d.SaveDeskFor(ctx, d.ann, call)
	d.must(err)
	if got.Account == nil && want != 0 || got.Account != nil && (got.Account.Customer != want || got.Account.MRR.Minor == 0) {
		d.t.Errorf("the desk shows %+v, want customer %d", got.Account, want)
	}
}

func (d *desk) masked(by auth.Actor, id CustomerID, want bool) {
	d.t.Helper()
	page, err := d.CustomerFor(ctx, by, id)
	d.must(err)
	isEmpty := page.Email == "" && page.PostalCode == "" && len(page.Phones) == 0 && len(page.Subscriptions) == 0 && len(page.Cases) == 0 && page.Data == nil
	if page.Masked != want || isEmpty != want || page.Name == "" {
		d.t.Fatalf("%s sees %+v, want masked %v", by.Name, page, want)
	}
	list, total, err := d.Customers(ctx, by, "", 10, 0)
	d.must(err)
	if isAgent := !by.Can(auth.CasesRead); total == 0 || isAgent && (len(list[0].Phones) > 0 || list[0].ExternalID != "" || !list[0].Masked) {
		d.t.Fatalf("%s lists %+v", by.Name, list)
	}
}

func TestThreeTriesAreAllThatACallHas(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.asked()
	d.campaign("retention_save")
	c := d.aCase()
	d.customerOfCase(c)
	call := d.connect(c.Lead, d.ann)
	for range partyTriesMax {
		_, err := d.VerifyParty(ctx, d.ann, call, map[string]string{"zip": "0", "pet": "x"})
		d.must(err)
	}
	_, err := d.VerifyParty(ctx, d.ann, call, map[string]string{"zip": "10001", "pet": "Mr. Whiskers"})
	d.refused(err, errs.Limited)
}

// Without a right answer billing is not touched: the save is refused and nothing is written.
func TestBillingIsNotTouchedForAStranger(t *testing.T) {
	t.Parallel()
	b := newTill(t, BillingWebhook)
	save, other := b.offer("discount_percent", 0, "retention_save"), b.offer("credit", 0, "retention_save")
	b.campaign("retention_save")
	c, _ := b.subscriber()
	call := b.connect(c.Lead, b.ann)
	b.accept(b.ann, call, save) // when nothing was to be asked yet
	b.asked()
	b.customerOfCase(c)
	before := b.snapshot()
	if _, err := b.Present(ctx, b.ann, PresentInput{Call: call, Offer: other.ID}); err == nil || !strings.Contains(err.Error(), "who is on the line") {
		t.Errorf("an offer to a stranger: %v", err)
	}
	_, err := b.Conclude(ctx, b.ann, ConcludeInput{Call: call, Code: CodeSave})
	if b.refused(err, errs.Conflict); b.snapshot() != before || b.count(`SELECT count(*) FROM grants`) != 0 {
		t.Error("a refused save left something")
	}
	_, err = b.Ask(ctx, b.ann, RequestInput{Call: call, Kind: AskAddress, Details: map[string]string{"city": "Austin"}})
	b.refused(err, errs.Conflict)
	_, err = b.VerifyParty(ctx, b.ann, call, map[string]string{"zip": "10001", "pet": "Mr. Whiskers"})
	b.must(err)
	b.conclude(b.ann, call, CodeSave)
	if n := b.count(`SELECT count(*) FROM grants`); n != 1 {
		t.Errorf("%d grants", n)
	}
}

func TestQuestionsAreChecked(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for name, q := range map[string][]Question{
		"no prompt": {{Code: "a"}}, "no code": {{Prompt: "?"}}, "no such fact": {{Code: "a", Prompt: "?", Fact: "mother"}},
		"twice": {{Code: "a", Prompt: "?"}, {Code: "a", Prompt: "?"}},
	} {
		if err := d.SetQuestions(ctx, d.boss, 0, q); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	d.campaign("retention_save")
	c := d.aCase()
	d.refused(d.SetAnswers(ctx, d.boss, c.Customer.ID, map[string]string{"none": "x"}), errs.Invalid)
	d.asked()
	d.must(d.SetQuestions(ctx, d.boss, 0, []Question{{Code: "plan", Prompt: "Which plan?", Fact: "plan"}}))
	got, err := d.Questions(ctx, d.boss, 0)
	if d.must(err); len(got) != 1 || got[0].Code != "plan" {
		t.Errorf("questions %+v", got)
	}
}
