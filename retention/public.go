package retention

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	htmltemplate "html/template"
	"maps"
	"strings"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

// What people see who are not signed in is one page in three languages: facts, notes, and forms that act. It has no
// script and needs none.
//
//go:embed pages/page.html
var pageText string

var pageHTML = htmltemplate.Must(htmltemplate.New("page").Parse(pageText))

type publicPage struct {
	Language string
	Title    string
	Lead     string
	Lines    []labelled
	Notes    []string
	Forms    []publicForm
	frames   []string // sites that may show it in a frame
	status   int      // 0: 200
}

type labelled struct{ Label, Value string }

// publicForm is something the reader can do here.
type publicForm struct {
	Act    string
	Title  string
	Lead   string
	Hidden []labelled
	Fields []publicField
	Button string
	Danger bool
}

// publicField is a choice (radio), text, select, or a check (a box).
type publicField struct {
	Kind    string
	Name    string
	Label   string
	Help    string
	Across  bool
	Options []labelled
}

// Languages are the ways to read the page.
func (publicPage) Languages() []labelled {
	out := make([]labelled, 0, len(languages))
	for _, l := range languages {
		out = append(out, labelled{vocabularies[l].Page["language"], l})
	}
	return out
}

func (p publicPage) render() ([]byte, error) {
	var b bytes.Buffer
	err := pageHTML.Execute(&b, p)
	return b.Bytes(), errs.Wrap(err, "render page")
}

// policy is the Content-Security-Policy of the page: its own style, its own forms, and framed by the named sites alone.
func (p publicPage) policy() string {
	frames := "'none'"
	if len(p.frames) > 0 {
		frames = strings.Join(p.frames, " ")
	}
	return "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors " + frames
}

// reader is who reads a public page.
type reader struct {
	language string
	client   auth.ClientID
	name     string // of the client
	zone     *time.Location
}

// say is a sentence of the house in the reader's language.
func (r reader) say(key string, values map[string]string) string {
	all := map[string]string{"client": r.name}
	maps.Copy(all, values)
	return fill(vocabularies[r.language].Page[key], all)
}

func (r reader) at(t time.Time) string { return t.In(r.zone).Format("2006-01-02 15:04 MST") }

func (r reader) page(title, lead string, values map[string]string) publicPage {
	return publicPage{Language: r.language, Title: r.say(title, values), Lead: r.say(lead, values)}
}

// done is the page after an act.
func (r reader) done(title, note string, values map[string]string) publicPage {
	return publicPage{Language: r.language, Title: r.say(title, values), Notes: []string{r.say(note, values)}}
}

// readerOf is a person as the reader of a page, in the language they chose or are known to speak.
func (s *Service) readerOf(ctx context.Context, client auth.ClientID, to recipient, chosen string) (reader, error) {
	settings, err := s.settingsOf(ctx, s.db, client)
	if err != nil {
		return reader{}, err
	}
	theirs := to.Language
	if chosen != "" {
		theirs = chosen
	}
	return reader{language: languageFor(theirs, settings.Language), client: client, name: to.ClientName, zone: to.home()}, nil
}

// brokenPage tells a reader what went wrong, without a word about anybody.
func brokenPage(err error, chosen string) publicPage {
	r := reader{language: languageFor(chosen, languages[0])}
	switch errs.CodeOf(err) {
	case errs.NotFound:
		return publicPage{Language: r.language, Title: r.say("expired", nil), status: 404}
	case errs.Limited:
		return publicPage{Language: r.language, Title: r.say("tooMany", nil), status: 429}
	}
	return publicPage{Language: r.language, Title: r.say("gone", nil), status: 409}
}

const (
	publicMinuteMax  = 30 // requests a minute from one address to one kind of page
	publicKeepFor    = time.Hour
	publicKeyMaxByte = 200
)

const countPublicRequest = `
INSERT INTO public_requests (key, minute_at, count) VALUES ($1, $2, 1)
ON CONFLICT (key, minute_at) DO UPDATE SET count = public_requests.count + 1 RETURNING count`

const prunePublicRequests = `DELETE FROM public_requests WHERE minute_at < $1`

// allowPublic counts a request of somebody who is not signed in.
//
// Codes: limited.
func (s *Service) allowPublic(ctx context.Context, what, address string) error {
	key := fmt.Sprintf("%s from %s", what, address)
	key = key[:min(len(key), publicKeyMaxByte)]
	var count int
	if err := s.db.GetContext(ctx, &count, countPublicRequest, key, s.now().Truncate(time.Minute)); err != nil {
		return errs.Wrap(err, "count request")
	}
	if count > publicMinuteMax {
		return errs.Newf(errs.Limited, "too many requests; try again in a minute")
	}
	return nil
}

// prunePublic forgets what was counted.
func (s *Service) prunePublic(ctx context.Context) error {
	_, err := s.db.ExecContext(ctx, prunePublicRequests, s.now().Add(-publicKeepFor))
	return errs.Wrap(err, "forget public requests")
}

const selectMessageReader = `SELECT client_id, person_id, channel, address FROM messages WHERE id = $1`

// messagePage is the page behind a link of a message: stop, or "that is wrong".
func (s *Service) messagePage(ctx context.Context, purpose linkPurpose, token, chosen string) (MessageID, reader, error) {
	id, err := s.follow.readLink(purpose, token, s.now())
	if err != nil {
		return 0, reader{}, err
	}
	var m messageRow
	if err := s.db.GetContext(ctx, &m, selectMessageReader, id); pg.None(err) {
		return 0, reader{}, badLink()
	} else if err != nil {
		return 0, reader{}, errs.Wrap(err, "read message")
	}
	to, err := recipientOf(ctx, s.db, m.Client, m.Person)
	if err != nil {
		return 0, reader{}, err
	}
	r, err := s.readerOf(ctx, m.Client, to, chosen)
	return MessageID(id), r, err
}

// stopPage offers to end messages; stopByLink ends them.
func (s *Service) stopPage(ctx context.Context, token, chosen string) (publicPage, error) {
	_, r, err := s.messagePage(ctx, linkStop, token, chosen)
	if err != nil {
		return publicPage{}, err
	}
	p := r.page("stopTitle", "stopLead", nil)
	p.Forms = []publicForm{{Act: "stop", Button: r.say("stopAct", nil)}}
	return p, nil
}

func (s *Service) stopByLink(ctx context.Context, token, chosen string) (publicPage, error) {
	id, r, err := s.messagePage(ctx, linkStop, token, chosen)
	if err != nil {
		return publicPage{}, err
	}
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		var m messageRow
		if err := tx.GetContext(ctx, &m, selectMessageReader, id); err != nil {
			return errs.Wrap(err, "read message")
		}
		return stopTx(ctx, tx, m.Client, m.Channel, m.Address, "link", now)
	})
	return r.done("stopTitle", "stopDone", nil), err
}

func (s *Service) wrongPage(ctx context.Context, token, chosen string) (publicPage, error) {
	_, r, err := s.messagePage(ctx, linkWrong, token, chosen)
	if err != nil {
		return publicPage{}, err
	}
	p := r.page("wrongTitle", "wrongLead", nil)
	p.Forms = []publicForm{{
		Act: "object", Button: r.say("wrongAct", nil), Fields: []publicField{{Kind: "text", Name: "said", Label: r.say("wrongSay", nil)}},
	}}
	return p, nil
}

func (s *Service) wrongByLink(ctx context.Context, token, chosen, said string) (publicPage, error) {
	id, r, err := s.messagePage(ctx, linkWrong, token, chosen)
	if err != nil {
		return publicPage{}, err
	}
	return r.done("wrongTitle", "wrongDone", nil), s.object(ctx, id, said)
}
