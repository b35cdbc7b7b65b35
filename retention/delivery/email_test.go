package delivery

import (
	"cmp"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC)

func anEmail() Email {
	return Email{
		ID: "m-1", From: "desk@acme.example", FromName: "Acme 고객센터", To: "pat@customer.example", Subject: "확인해 주세요",
		Text: "안녕하세요.\n.a line that begins with a dot\n", Unsubscribe: "https://desk.example/p/stop/x", At: noon,
	}
}

func TestAnEmailArrivesWholeOverBothKindsOfTLS(t *testing.T) {
	t.Parallel()
	for _, security := range []string{StartTLS, TLS} {
		m, c := newMailServer(t, &mailServer{SMTP: SMTP{Security: security, User: "acme", Password: "secret"}})
		e := anEmail()
		if err := c.Email(t.Context(), m.SMTP, e); err != nil {
			t.Fatalf("%s: %v", security, err)
		}
		got, err := mail.ReadMessage(strings.NewReader(m.taken()[0]))
		if err != nil {
			t.Fatal(err)
		}
		subject, _ := new(mime.WordDecoder).DecodeHeader(got.Header.Get("Subject"))
		from, _ := got.Header.AddressList("From")
		body, _ := io.ReadAll(quotedprintable.NewReader(got.Body))
		if subject != e.Subject || from[0].Name != e.FromName || got.Header.Get("Message-ID") != "<m-1@acme.example>" {
			t.Errorf("%s: %q from %v, %q", security, subject, from, got.Header.Get("Message-ID"))
		}
		if strings.ReplaceAll(string(body), "\r\n", "\n") != e.Text {
			t.Errorf("%s: body %q, want %q", security, body, e.Text)
		}
		if got.Header.Get("List-Unsubscribe") != "<"+e.Unsubscribe+">" || len(m.logins) != 1 {
			t.Errorf("%s: %q, logins %v", security, got.Header.Get("List-Unsubscribe"), m.logins)
		}
	}
}

func TestAnInvitationIsAnotherFormOfTheSameText(t *testing.T) {
	t.Parallel()
	m, c := newMailServer(t, &mailServer{SMTP: SMTP{Security: StartTLS}})
	e := anEmail()
	e.Invite = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
	if err := c.Email(t.Context(), m.SMTP, e); err != nil {
		t.Fatal(err)
	}
	got, err := mail.ReadMessage(strings.NewReader(m.taken()[0]))
	if err != nil {
		t.Fatal(err)
	}
	kind, params, _ := mime.ParseMediaType(got.Header.Get("Content-Type"))
	if kind != "multipart/alternative" {
		t.Fatalf("%s %v", kind, params)
	}
	parts := multipart.NewReader(got.Body, params["boundary"])
	for _, want := range []string{e.Text, e.Invite} {
		p, err := parts.NextPart()
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(p) // the reader undoes quoted-printable itself
		if strings.ReplaceAll(string(body), "\r\n", "\n") != strings.ReplaceAll(want, "\r\n", "\n") {
			t.Errorf("part %q, want %q", body, want)
		}
	}
}

// What went wrong decides whether a message may be sent again.
func TestTheFateOfAFailedHandover(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		server *mailServer
		to     string
		fate   Fate
		cause  string
	}{
		"no STARTTLS: a link that acts does not go in the clear": {server: &mailServer{plain: true}, fate: Refused, cause: "no_starttls"},
		"the login is wrong":                {server: &mailServer{SMTP: SMTP{User: "x", Password: "y"}, says: map[string]string{"AUTH": "535 no"}}, fate: Refused, cause: "login_refused"},
		"nobody of that name":               {server: &mailServer{says: map[string]string{"RCPT": "550 who?"}}, fate: Refused, cause: "address_refused"},
		"the box is full for now":           {server: &mailServer{says: map[string]string{"RCPT": "452 full"}}, fate: Later, cause: "address_refused"},
		"refused after it was read":         {server: &mailServer{says: map[string]string{".": "554 spam"}}, fate: Refused, cause: "message_refused"},
		"silent after it was read":          {server: &mailServer{says: map[string]string{".": ""}}, fate: Unclear, cause: "no_answer"},
		"silent before it was read":         {server: &mailServer{says: map[string]string{"DATA": ""}}, fate: Later, cause: "message_refused"},
		"a header in the address":           {to: "a@b.example\r\nBcc: c@d.example", fate: Refused, cause: "not_an_address"},
		"more than an address":              {to: "Pat <a@b.example>", fate: Refused, cause: "not_an_address"},
		"the first words are a refusal":     {server: &mailServer{says: map[string]string{"MAIL": "421 later"}}, fate: Later, cause: "sender_refused"},
		"the sender may not send from here": {server: &mailServer{says: map[string]string{"MAIL": "550 not you"}}, fate: Refused, cause: "sender_refused"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			given := cmp.Or(c.server, &mailServer{})
			given.Security = StartTLS
			m, client := newMailServer(t, given)
			e := anEmail()
			if c.to != "" {
				e.To = c.to
			}
			err := client.Email(t.Context(), m.SMTP, e)
			if got := FailureOf(err); err == nil || got.Fate != c.fate || got.Cause != c.cause {
				t.Errorf("%v; want %s, %s", err, c.cause, c.fate)
			}
		})
	}
}

func TestAMailServerInAPrivateNetworkIsNotReached(t *testing.T) {
	t.Parallel()
	m, _ := newMailServer(t, &mailServer{SMTP: SMTP{Security: StartTLS}})
	c := New(Options{})
	defer c.Close()
	if err := c.Email(t.Context(), m.SMTP, anEmail()); FailureOf(err).Cause != "no_connection" || len(m.taken()) != 0 {
		t.Errorf("%v; the server has %d messages", err, len(m.taken()))
	}
}
