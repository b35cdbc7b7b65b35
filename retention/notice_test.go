package retention

import (
	"encoding/base64"
	"regexp"
	"strings"
	"testing"

	"saveline/internal/errs"

	"saveline/internal/auth"
	"saveline/retention/flow"
)

var confirmInText = regexp.MustCompile(`https://desk\.acme\.example/confirm/(\S+)`)

// sent is what the texts say that went out, and empties the box.
func (d *desk) sent(box *postbox) (texts []string) {
	d.t.Helper()
	_, err := d.SendDue(ctx)
	d.must(err)
	for _, text := range box.texts {
		texts = append(texts, text.Text)
	}
	box.texts = nil
	return texts
}

// What was noted after a call goes to the customer: a save with the link that voids it, a cancellation with the page on
// which it is called wrong. Nothing is written to a number that is not theirs.
func TestTheCustomerIsToldWhatWasNoted(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	box := writing(d.desk)
	d.campaign("retention_save")
	save := d.offer("credit", 1000, "retention_save")
	c, call := d.talk()
	d.accept(d.ann, call, save)
	d.conclude(d.ann, call, CodeSave)
	texts := d.sent(box)
	if len(texts) != 1 {
		t.Fatalf("after a save %d texts: %q", len(texts), texts)
	}
	token := strings.Trim(confirmInText.FindStringSubmatch(texts[0])[1], ". ")
	if view := d.ask("nobody", "GET", "/v1/confirm/"+token, 200, nil); view["purpose"] != "notice" || view["stays"] != true {
		t.Errorf("the page of the notice says %v", view)
	}
	d.ask("nobody", "POST", "/v1/confirm/"+token, 200, object{"answer": "wrong"})
	if d.stateOf(c.ID) != flow.Voided {
		t.Errorf("the case is %s after “that is wrong”", d.stateOf(c.ID))
	}
	_, call = d.talk()
	d.conclude(d.ann, call, CodeLost)
	texts = d.sent(box)
	if len(texts) != 1 || !strings.Contains(d.open("GET", linksIn(texts[0])["wrong"], 200, nil), "Acme") {
		t.Errorf("after a cancellation: %q", texts)
	}
	_, call = d.talk()
	d.conclude(d.ann, call, CodeWrongNumber)
	if texts = d.sent(box); len(texts) != 0 {
		t.Errorf("a stranger is told of the account: %q", texts)
	}
}

// The link by which a customer agrees goes to the customer alone: an agent who held it could agree for them.
func TestTheLinkGoesToTheCustomer(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	box := writing(d)
	d.campaign("retention_save")
	c, call := d.talk()
	d.accept(d.ann, call, d.offer("credit", 1000, "retention_save"))
	link, err := d.SendLink(ctx, d.ann, call)
	if d.must(err); !link.Sent || link.Token != "" || link.Path != "" {
		t.Fatalf("the agent holds %+v", link)
	}
	texts := d.sent(box)
	found := confirmInText.FindStringSubmatch(strings.Join(texts, "\n"))
	if len(texts) != 1 || found == nil || !strings.Contains(texts[0], "A credit") {
		t.Fatalf("texts %q", texts)
	}
	_, err = d.AnswerLink(ctx, found[1], LinkAnswer{Answer: answerConfirm})
	d.must(err)
	if d.stateOf(c.ID) != flow.SavedProvisional {
		t.Errorf("the case is %s", d.stateOf(c.ID))
	}
	if raw, err := base64.RawURLEncoding.DecodeString(found[1]); err != nil || len(raw) != linkTokenBytes {
		t.Errorf("the text holds half a token: %q", found[1])
	}
}

// Until the person on the line is verified the desk shows whom to ask for and nothing of the account: on the card, in the
// script and in the words of the offers.
func TestTheDeskIsMaskedUntilThePartyIsVerified(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.calls.SetMayKnow(d.MayKnow)
	d.asked()
	campaign := d.campaign("retention_save")
	d.exec(`
		WITH s AS (INSERT INTO scripts (client_id, name, created_at) VALUES ($1, 'Save', $2) RETURNING id), v AS (
			INSERT INTO script_versions (script_id, version, body, created_by, created_at)
			SELECT id, 1, '{{person.name}}: {{data.plan}} in {{person.postalCode}}', 'test', $2 FROM s)
		UPDATE campaigns SET script_id = (SELECT id FROM s) WHERE id = $3`, d.client, noon, campaign)
	o := offerInput("credit", 1000, "retention_save")
	o.Say = "{{person.firstName}}, you pay {{plan.price}} in {{person.postalCode}}."
	_, err := d.CreateOffer(ctx, d.boss, NewOffer{Code: "talk", OfferInput: o})
	d.must(err)
	c := d.aCase()
	d.customerOfCase(c)
	d.exec(`UPDATE people SET data = '{"plan": "Gold"}', email = 'pat@customer.example' WHERE id = $1`, c.Customer.Person)
	call := d.connect(c.Lead, d.ann)
	d.desks(d.ann, call, false)
	got, err := d.VerifyParty(ctx, d.ann, call, map[string]string{"zip": "10002", "pet": "Mr. Whiskers"})
	if d.must(err); got.Verified {
		t.Fatal("verified by a wrong answer")
	}
	d.desks(d.ann, call, false)
	_, err = d.VerifyParty(ctx, d.ann, call, map[string]string{"zip": "10001", "pet": "Mr. Whiskers"})
	d.must(err)
	d.desks(d.ann, call, true)
}

// desks fails the test unless the desk shows the account's facts where they are known, and nowhere else.
func (d *desk) desks(by auth.Actor, call dialerCall, known bool) {
	d.t.Helper()
	desk, err := d.calls.Desk(ctx, by)
	d.must(err)
	offers, err := d.Desk(ctx, by, call)
	d.must(err)
	save, err := d.SaveDeskFor(ctx, by, call)
	d.must(err)
	if save.Unverified == known || (save.ReasonCode != "") != known || (offers[0].Refused == unverifiedWords) == known {
		d.t.Errorf("known %v: reason %q, refused %q", known, save.ReasonCode, offers[0].Refused)
	}
	if !known {
		_, err := d.Present(ctx, by, PresentInput{Call: call, Offer: offers[0].Offer.ID})
		d.refused(err, errs.Conflict)
	}
	card := desk.Card
	all := strings.Join([]string{card.Person.Email, card.Person.PostalCode, card.Script.Body, offers[0].Say}, "|")
	for _, fact := range []string{"10001", "Gold", "pat@customer.example", "$"} {
		if strings.Contains(all, fact) != known {
			d.t.Errorf("known %v: %q in %q", known, fact, all)
		}
	}
	if card.Masked == known || !strings.Contains(all, card.Person.Name) || card.Person.Name == "" || (len(card.Person.Data) > 0) != known {
		d.t.Errorf("known %v: card %+v", known, card)
	}
}

// noticeToken is the token in the notice that was written to the customer of a case after their call.
func (d *desk) noticeToken(id CaseID) string {
	d.t.Helper()
	var m struct {
		Ref  string `db:"ref"`
		Link []byte `db:"link"`
	}
	d.must(d.db.Get(&m, `SELECT ref, link FROM messages WHERE case_id = $1 AND kind = 'outcome_notice'`, id))
	link, err := d.open(m.Link, "messages.link:"+m.Ref)
	d.must(err)
	token, is := strings.CutPrefix(link, "/confirm/")
	if !is {
		d.t.Fatalf("the notice of a save links to %q", link)
	}
	return token
}
