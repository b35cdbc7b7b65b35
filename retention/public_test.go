package retention

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"saveline/campaigns"
	"saveline/internal/errs"
	"saveline/retention/delivery"
)

var linkInText = regexp.MustCompile(`https://desk\.acme\.example(/p/(\w+)/\S+)`)

// linksIn are the paths of a message's links, by purpose.
func linksIn(text string) map[string]string {
	out := map[string]string{}
	for _, m := range linkInText.FindAllStringSubmatch(text, -1) {
		out[m[2]] = m[1]
	}
	return out
}

// open sends a request for a public page and returns the page.
func (d *door) open(method, path string, want int, form url.Values) string {
	d.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	if w.Code != want {
		d.t.Fatalf("%s %s: %d, want %d\n%s", method, path, w.Code, want, w.Body)
	}
	if got := w.Header().Get("Content-Type"); !strings.HasPrefix(got, "text/html") || w.Header().Get("Cache-Control") != "no-store" {
		d.t.Errorf("%s %s is %q, %q", method, path, got, w.Header().Get("Cache-Control"))
	}
	return w.Body.String()
}

func TestTheLinksOfAMessage(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	box := writing(d.desk)
	p := d.reachable(campaigns.NewPerson{Email: "A@Customer.example", Language: "fil"})
	d.writeTo(NewMessage{Person: p, Kind: MessageOutcome, Key: "1", Outcome: "saved"})
	links := linksIn(box.emails[0].Text)
	if page := d.open("GET", links["wrong"], 200, nil); !strings.Contains(page, `<html lang="fil">`) || !strings.Contains(page, "Acme") {
		t.Errorf("%s", page)
	}
	d.open("POST", links["wrong"], 200, url.Values{"said": {"I said no <script>"}})
	d.open("POST", links["wrong"], 200, url.Values{"said": {"again"}})
	out := d.ask("boss", "GET", "/v1/objections?open=true", 200, nil)
	if out["total"] != 1.0 || !strings.Contains(fmt.Sprint(out["items"]), "I said no") {
		t.Errorf("%v", out)
	}
	id := d.count(`SELECT id FROM objections`)
	d.ask("stranger", "POST", fmt.Sprintf("/v1/objections/%d/resolve", id), 404, object{"resolution": "called them"})
	d.ask("boss", "POST", fmt.Sprintf("/v1/objections/%d/resolve", id), 200, object{"resolution": "called them"})
	d.ask("boss", "POST", fmt.Sprintf("/v1/objections/%d/resolve", id), 409, object{"resolution": "again"})
	d.open("GET", links["stop"]+"?lang=ko", 200, nil)
	if d.count(`SELECT count(*) FROM message_stops`) != 0 {
		t.Error("reading the page ended the messages: a mail scanner does that")
	}
	d.open("POST", links["stop"], 200, url.Values{"List-Unsubscribe": {"One-Click"}})
	if m := d.writeTo(NewMessage{Person: p, Kind: MessageOutcome, Key: "2", Outcome: "saved"}); m.State != MessageSuppressed || m.Cause != causeStopped {
		t.Errorf("after the opt-out: %s (%s)", m.State, m.Cause)
	}
}

func TestALinkOpensOneThingForAWhile(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	until := d.now().Add(time.Hour)
	path := d.follow.signedPath(linkStop, 7, until)
	token := path[strings.LastIndex(path, "/")+1:]
	if id, err := d.follow.readLink(linkStop, token, d.now()); id != 7 || err != nil {
		t.Errorf("%d, %v", id, err)
	}
	flipped := []byte(token)
	flipped[3] ^= 1
	for name, c := range map[string]struct {
		purpose linkPurpose
		token   string
		at      time.Time
	}{
		"another purpose": {linkWrong, token, d.now()},
		"too late":        {linkStop, token, until},
		"changed":         {linkStop, string(flipped), d.now()},
		"cut":             {linkStop, token[:20], d.now()},
	} {
		if _, err := d.follow.readLink(c.purpose, c.token, c.at); !errs.Is(err, errs.NotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	page := d.open("GET", "/p/stop/nonsense?lang=ko", 404, nil)
	if !strings.Contains(page, vocabularies["ko"].Page["expired"]) {
		t.Errorf("%s", page)
	}
	for range publicMinuteMax {
		r := httptest.NewRequest(http.MethodGet, "/p/stop/nonsense", nil)
		d.ServeHTTP(httptest.NewRecorder(), r)
	}
	d.open("GET", path, 429, nil)
}

func TestATextThatSaysStop(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	writing(d.desk)
	p := d.reachable(campaigns.NewPerson{})
	number := d.text(`SELECT number FROM phones WHERE person_id = $1`, p)
	post := func(text, secret string) int {
		body := fmt.Sprintf(`{"from":%q,"text":%q}`, number, text)
		r := httptest.NewRequest(http.MethodPost, fmt.Sprintf("/v1/hooks/texts/%d", d.client), strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set(delivery.SignatureHeader, delivery.Sign(secret, []byte(body), d.now()))
		w := httptest.NewRecorder()
		d.ServeHTTP(w, r)
		return w.Code
	}
	if got := post("STOP", "guess"); got != http.StatusUnauthorized {
		t.Errorf("a forged text: %d", got)
	}
	for _, c := range []struct {
		text  string
		state string
	}{{"hello", MessageSent}, {" Stop. ", MessageSuppressed}, {"START", MessageSent}, {"수신거부", MessageSuppressed}} {
		if got := post(c.text, "gateway-secret"); got != http.StatusOK {
			t.Errorf("%q: %d", c.text, got)
		}
		if m := d.writeTo(NewMessage{Person: p, Kind: MessageSurvey, Key: c.text, Channel: ChannelText, Link: "/p/survey/x"}); m.State != c.state {
			t.Errorf("after %q: %s (%s), want %s", c.text, m.State, m.Cause, c.state)
		}
	}
}

func TestAPITheOutbox(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	writing(d.desk)
	p := d.reachable(campaigns.NewPerson{Email: "a@customer.example"})
	m := d.writeTo(NewMessage{Person: p, Kind: MessageOutcome, Outcome: "saved"})
	if out := d.ask("boss", "GET", "/v1/messages?state=sent&kind=outcome_notice", 200, nil); out["total"] != 1.0 {
		t.Errorf("%v", out)
	}
	d.ask("ann", "GET", "/v1/messages", 403, nil)
	d.ask("stranger", "GET", fmt.Sprintf("/v1/messages/%d", m.ID), 404, nil)
	d.ask("boss", "POST", fmt.Sprintf("/v1/messages/%d/resend", m.ID), 409, object{})
	settings := d.ask("boss", "GET", "/v1/message-settings", 200, nil)
	if settings["hasPassword"] != true || strings.Contains(fmt.Sprint(settings), "smtp-pass") {
		t.Errorf("%v", settings)
	}
	settings["emailFrom"] = "not an address"
	d.ask("boss", "PUT", "/v1/message-settings", 422, settings)
	if out := d.ask("boss", "GET", "/v1/message-templates", 200, nil); out["total"] != 48.0 {
		t.Errorf("%v templates", out["total"])
	}
	d.ask("boss", "POST", "/v1/message-templates", 201, object{"kind": "survey", "channel": "text", "language": "en", "body": "{{link}}"})
}
