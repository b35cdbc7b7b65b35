package retention

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"saveline/campaigns"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/internal/phone"
	"saveline/retention/delivery"
)

// postbox is an outside that keeps what it was handed, or fails as it is told.
type postbox struct {
	mu     sync.Mutex
	emails []delivery.Email
	texts  []delivery.Text
	server delivery.SMTP
	secret string
	fail   error
	during func() // while a message is on its way
}

func (p *postbox) Email(_ context.Context, server delivery.SMTP, e delivery.Email) error {
	if p.during != nil {
		p.during()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.server = server
	p.emails = append(p.emails, e)
	return p.fail
}

func (p *postbox) Text(_ context.Context, to delivery.Gateway, t delivery.Text) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.secret = to.Secret
	p.texts = append(p.texts, t)
	return "gw-1", p.fail
}

// writing is a desk whose client has a mail server and a gateway.
func writing(d *desk) *postbox {
	d.t.Helper()
	box := &postbox{}
	d.follow.deliver = box
	password, secret := "smtp-pass", "gateway-secret"
	in := defaultMessageSettings()
	in.PublicURL, in.EmailFrom, in.EmailName, in.SMTPHost = "https://desk.acme.example", "desk@acme.example", "Acme", "mail.acme.example"
	in.TextURL, in.TextFrom = "https://gateway.acme.example/send", "+12125550100"
	_, err := d.SaveMessageSettings(context.Background(), d.boss, 0, in, MessageSecrets{&password, &secret})
	d.must(err)
	return box
}

func (d *desk) reachable(in campaigns.NewPerson) (p campaigns.PersonID) {
	d.t.Helper()
	d.people++
	in.Client, in.Now = d.client, d.now()
	if in.Name == "" {
		in.Name = fmt.Sprintf("Pat Person%d", d.people)
	}
	in.Phones = []phone.E164{phone.E164(fmt.Sprintf("+1212555%04d", 1000+d.people))}
	d.tx(func(ctx context.Context, tx *pg.Tx) (err error) {
		p, err = d.leads.UpsertPersonTx(ctx, tx, in)
		return err
	})
	return p
}

// tell queues a message and sends what is due.
func (d *desk) writeTo(m NewMessage) Message {
	d.t.Helper()
	m.Client = d.client
	if m.Key == "" {
		m.Key = "case:1"
	}
	var id MessageID
	d.tx(func(ctx context.Context, tx *pg.Tx) (err error) {
		id, err = d.queueMessageTx(ctx, tx, m)
		return err
	})
	_, err := d.SendDue(context.Background())
	d.must(err)
	return d.message(id)
}

func (d *desk) message(id MessageID) Message {
	d.t.Helper()
	m, err := d.MessageFor(context.Background(), d.boss, id)
	d.must(err)
	return m
}

func TestAMessageGoesOutOnceInThePersonsLanguage(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	box := writing(d)
	p := d.reachable(campaigns.NewPerson{Name: "김 민지", Email: "minji@customer.example", Language: "ko-KR"})
	said := NewMessage{Person: p, Kind: MessageEConfirmation, Link: "/p/confirm/abc", Fields: map[string]string{"offer.name": "25 %"}}
	m := d.writeTo(said)
	if m.State != MessageSent || m.Channel != ChannelEmail || m.Language != "ko" || m.SentAt == nil {
		t.Fatalf("%+v", m)
	}
	e := box.emails[0]
	for _, part := range []string{"25 %", "https://desk.acme.example/p/confirm/abc", "https://desk.acme.example/p/stop/"} {
		if !strings.Contains(e.Text, part) {
			t.Errorf("the text lacks %q: %s", part, e.Text)
		}
	}
	if box.server.Password != "smtp-pass" || e.From != "desk@acme.example" || !strings.HasPrefix(e.Unsubscribe, "https://desk.acme.example/p/stop/") {
		t.Errorf("%+v by %+v", e, box.server)
	}
	if strings.Contains(m.Body, "abc") || d.count(`SELECT count(*) FROM messages WHERE body LIKE '%abc%' OR encode(link, 'escape') LIKE '%abc%'`) != 0 {
		t.Error("the link lies open in the outbox: an agent could confirm for the customer")
	}
	if again := d.writeTo(said); again.ID != m.ID || len(box.emails) != 1 {
		t.Errorf("told twice: %d messages out", len(box.emails))
	}
}

func TestARefusedTransactionSendsNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	box := writing(d)
	p := d.reachable(campaigns.NewPerson{Email: "a@customer.example"})
	refused := errors.New("refused")
	err := pg.InTx(t.Context(), d.db, func(tx *pg.Tx) error {
		_, err := d.queueMessageTx(t.Context(), tx, NewMessage{Client: d.client, Person: p, Kind: MessageOutcome, Key: "x", Outcome: "saved"})
		d.must(err)
		return refused
	})
	n, _ := d.SendDue(t.Context())
	if !errors.Is(err, refused) || n != 0 || len(box.emails) != 0 {
		t.Errorf("%v; %d looked at, %d out", err, n, len(box.emails))
	}
}

func TestWhatBecomesOfAFailedMessage(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fate         delivery.Fate
		state, cause string
		sends        int // after an hour of sweeps
	}{
		"later: tried again with growing pauses": {delivery.Later, MessageFailed, causeUsedUp, messageTriesMax},
		"refused: never again":                   {delivery.Refused, MessageFailed, "address_refused", 1},
		"unclear: not again blindly":             {delivery.Unclear, MessageFailed, causeUnclear, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			box := writing(d)
			box.fail = &delivery.Failure{Fate: c.fate, Cause: "address_refused", Err: errors.New("550")}
			m := d.writeTo(NewMessage{Person: d.reachable(campaigns.NewPerson{Email: "a@customer.example"}), Kind: MessageOutcome, Outcome: "saved"})
			for range 120 {
				d.pass(time.Minute)
				_, err := d.SendDue(t.Context())
				d.must(err)
			}
			if m = d.message(m.ID); m.State != c.state || m.Cause != c.cause || len(box.emails) != c.sends {
				t.Errorf("%s (%s) after %d sends", m.State, m.Cause, len(box.emails))
			}
			box.fail = nil
			_, err := d.ResendMessage(t.Context(), d.boss, m.ID, false)
			if c.fate == delivery.Unclear {
				d.refused(err, errs.Conflict)
				_, err = d.ResendMessage(t.Context(), d.boss, m.ID, true)
			}
			d.must(err)
			_, err = d.SendDue(t.Context())
			d.must(err)
			if m = d.message(m.ID); m.State != MessageSent {
				t.Errorf("sent again: %s (%s)", m.State, m.Cause)
			}
			_, err = d.ResendMessage(t.Context(), d.boss, m.ID, true)
			d.refused(err, errs.Conflict)
		})
	}
}

// A node that dies while it hands a message over leaves it in sending: nobody sends it again.
func TestAMessageWhoseNodeDiedIsUnclear(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	box := writing(d)
	box.during = func() { panic("the node dies") }
	p := d.reachable(campaigns.NewPerson{Email: "a@customer.example"})
	func() {
		defer func() { _ = recover() }()
		d.writeTo(NewMessage{Person: p, Kind: MessageOutcome, Outcome: "saved"})
	}()
	box.during = nil
	d.pass(messageStuckFor + time.Minute)
	_, err := d.SendDue(t.Context())
	d.must(err)
	list, total, err := d.Messages(t.Context(), d.boss, MessageFilter{State: MessageFailed}, 10, 0)
	d.must(err)
	if total != 1 || list[0].Cause != causeUnclear || len(box.emails) != 0 {
		t.Errorf("%+v; %d out", list, len(box.emails))
	}
}

func TestTwoSendersOfOneMessage(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	box := writing(d)
	p := d.reachable(campaigns.NewPerson{Email: "a@customer.example"})
	var id MessageID
	d.tx(func(ctx context.Context, tx *pg.Tx) (err error) {
		id, err = d.queueMessageTx(ctx, tx, NewMessage{Client: d.client, Person: p, Kind: MessageOutcome, Key: "x", Outcome: "saved"})
		return err
	})
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { _ = d.sendMessage(context.Background(), id) })
	}
	all.Wait()
	if m := d.message(id); len(box.emails) != 1 || m.State != MessageSent || m.Tries != 1 {
		t.Errorf("%d out, %s after %d tries", len(box.emails), m.State, m.Tries)
	}
}

func TestNothingLeavesForADemoOrWithoutAChannel(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	p := d.reachable(campaigns.NewPerson{Email: "a@customer.example"})
	if m := d.writeTo(NewMessage{Person: p, Kind: MessageSurvey, Key: "1", Link: "/p/survey/x"}); m.State != MessageSuppressed || m.Cause != causeNotConfigured {
		t.Errorf("no channel: %s (%s)", m.State, m.Cause)
	}
	nowhere := d.reachable(campaigns.NewPerson{})
	if m := d.writeTo(NewMessage{Person: nowhere, Kind: MessageSurvey, Channel: ChannelEmail, Link: "/p/survey/x"}); m.Cause != causeNoAddress {
		t.Errorf("no address: %s (%s)", m.State, m.Cause)
	}
	box := writing(d)
	d.exec(`UPDATE clients SET demo = true`)
	m := d.writeTo(NewMessage{Person: p, Kind: MessageSurvey, Key: "2", Link: "/p/survey/xyz"})
	if m.State != MessageSent || !m.Local || len(box.emails) != 0 || !strings.Contains(m.Body, "/p/survey/xyz") {
		t.Errorf("a demo: %+v; %d out", m, len(box.emails))
	}
}

func TestTextsKeepToThePersonsDayAndTheLimits(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	box := writing(d)
	p := d.reachable(campaigns.NewPerson{})
	d.pass(9 * time.Hour) // 21:00 in New York
	m := d.writeTo(NewMessage{Person: p, Kind: MessageSurvey, Key: "late", Channel: ChannelText, Link: "/p/survey/x"})
	wait := m.DueAt.Sub(d.now())
	if m.State != MessageQueued || m.Cause != causeQuietHours || wait != 12*time.Hour {
		t.Errorf("at night: %s (%s) for %v, want 12 h", m.State, m.Cause, wait)
	}
	if m := d.writeTo(NewMessage{Person: p, Kind: MessageEConfirmation, Key: "asked", Channel: ChannelText, Link: "/p/c/x", Prompt: true}); m.State != MessageSent {
		t.Errorf("somebody waits for it: %s (%s)", m.State, m.Cause)
	}
	d.pass(wait)
	_, err := d.SendDue(t.Context())
	d.must(err)
	if m = d.message(m.ID); m.State != MessageSent || m.ProviderRef != "gw-1" || box.secret != "gateway-secret" {
		t.Errorf("in the morning: %s (%s)", m.State, m.Cause)
	}
	d.exec(`UPDATE message_settings SET minute_max = 1, person_day_max = 3`)
	if m := d.writeTo(NewMessage{Person: p, Kind: MessageSurvey, Key: "next", Channel: ChannelText, Link: "/p/survey/x"}); m.Cause != causeBusy {
		t.Errorf("the client's minute is full: %s (%s)", m.State, m.Cause)
	}
	d.pass(2 * time.Minute)
	_, err = d.SendDue(t.Context())
	d.must(err)
	if m := d.writeTo(NewMessage{Person: p, Kind: MessageSurvey, Key: "fourth", Channel: ChannelText, Link: "/p/survey/x"}); m.State != MessageSuppressed || m.Cause != causeTooMany {
		t.Errorf("the person had enough: %s (%s)", m.State, m.Cause)
	}
}

func TestAClientsOwnWordsHaveVersions(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	box := writing(d)
	p := d.reachable(campaigns.NewPerson{Name: "Ann Lee", Email: "a@customer.example"})
	own := TemplateInput{Kind: MessageSurvey, Channel: ChannelEmail, Language: "en", Subject: "Hi {{person.firstName}}", Body: "Two minutes? {{link}}"}
	for want := 1; want <= 2; want++ {
		got, err := d.AddMessageTemplate(t.Context(), d.boss, own)
		d.must(err)
		if got.Version != want {
			t.Errorf("version %d, want %d", got.Version, want)
		}
	}
	m := d.writeTo(NewMessage{Person: p, Kind: MessageSurvey, Link: "/p/survey/x"})
	if m.Template != 2 || box.emails[0].Subject != "Hi Ann" || !strings.Contains(box.emails[0].Text, "/p/stop/") {
		t.Errorf("version %d: %+v", m.Template, box.emails[0])
	}
	for name, bad := range map[string]TemplateInput{
		"no link":       {Kind: MessageSurvey, Channel: ChannelEmail, Language: "en", Subject: "x", Body: "no link"},
		"unknown field": {Kind: MessageSurvey, Channel: ChannelText, Language: "ko", Body: "{{link}} {{person.secret}}"},
		"no subject":    {Kind: MessageSurvey, Channel: ChannelEmail, Language: "fil", Body: "{{link}}"},
	} {
		_, err := d.AddMessageTemplate(t.Context(), d.boss, bad)
		if !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Every language says everything that English says, with the same fields.
func TestTheHousesWordsAreWholeInEveryLanguage(t *testing.T) {
	t.Parallel()
	flat := func(v vocabulary) map[string]string {
		out := map[string]string{}
		for kind, channels := range v.Messages {
			for channel, w := range channels {
				out["messages."+kind+"."+channel+".subject"], out["messages."+kind+"."+channel+".body"] = w.Subject, w.Body
			}
		}
		for name, m := range map[string]map[string]string{"outcome": v.Outcome, "stop": v.Stop, "page": v.Page, "reasons": v.Reasons} {
			for k, text := range m {
				out[name+"."+k] = text
			}
		}
		return out
	}
	fields := func(text string) []string {
		var names []string
		for _, m := range mergeField.FindAllStringSubmatch(text, -1) {
			names = append(names, m[1])
		}
		slices.Sort(names)
		return slices.Compact(slices.DeleteFunc(names, func(n string) bool { return n == "person.name" || n == "person.firstName" }))
	}
	en := flat(vocabularies["en"])
	for _, language := range languages[1:] {
		other := flat(vocabularies[language])
		if !slices.Equal(slices.Sorted(maps.Keys(en)), slices.Sorted(maps.Keys(other))) {
			t.Errorf("%s has other keys than en", language)
		}
		for key, text := range en {
			if !slices.Equal(fields(text), fields(other[key])) || (text == "") != (other[key] == "") {
				t.Errorf("%s %s: %q", language, key, other[key])
			}
		}
	}
	for _, kind := range messageKinds() {
		for _, channel := range []string{ChannelEmail, ChannelText} {
			w := vocabularies["en"].Messages[kind][channel]
			in := TemplateInput{Kind: kind, Channel: channel, Language: "en", Subject: w.Subject, Body: w.Body}
			if err := in.Validate(); err != nil {
				t.Errorf("%s %s: %v", kind, channel, err)
			}
		}
	}
}

func TestSettingsAreChangedFromTheVersionThatWasRead(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	writing(d)
	was, err := d.MessageSettingsFor(t.Context(), d.boss, 0)
	d.must(err)
	if !was.HasPassword || was.Version != 1 {
		t.Fatalf("%+v", was)
	}
	was.MinuteMax = 10
	now, err := d.SaveMessageSettings(t.Context(), d.boss, 0, was, MessageSecrets{})
	d.must(err)
	if now.Version != 2 || !now.HasPassword || now.MinuteMax != 10 {
		t.Errorf("%+v", now)
	}
	_, err = d.SaveMessageSettings(t.Context(), d.boss, 0, was, MessageSecrets{})
	d.refused(err, errs.Stale)
	was.PublicURL, was.FrameOrigins = "", []string{"https://a.example/path"}
	_, err = d.SaveMessageSettings(t.Context(), d.boss, 0, was, MessageSecrets{})
	if len(fieldsOf(err)) != 2 {
		t.Errorf("%v", err)
	}
	if d.count(`SELECT count(*) FROM audit WHERE data::text LIKE '%smtp-pass%' OR data::text LIKE '%gateway-secret%'`) != 0 {
		t.Error("a secret stands in the audit trail")
	}
}
