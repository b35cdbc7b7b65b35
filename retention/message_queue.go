package retention

import (
	"context"
	"strings"
	"time"

	"saveline/campaigns"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/jobs"
	"saveline/internal/pg"
	"saveline/internal/phone"
)

// messageJob sends one message.
type messageJob struct {
	Message MessageID `json:"message"`
}

// Kind is the job's name in the queue.
func (messageJob) Kind() string { return messageJobs }

const insertMessage = `
INSERT INTO messages (client_id, person_id, kind, key, ref, channel, address, language, template_version, subject, body, link, invite,
       prompt, case_id, call_id, state, cause, local, due_at, queued_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, NULLIF($15, 0), NULLIF($16, 0), $17, $18, $19, $20, $21)
ON CONFLICT ON CONSTRAINT messages_once DO NOTHING RETURNING id`

const messageOfKey = `SELECT id FROM messages WHERE client_id = $1 AND kind = $2 AND key = $3 AND channel = $4`

const newestTemplate = `
SELECT version, subject, body FROM message_templates
WHERE client_id = $1 AND kind = $2 AND channel = $3 AND language = $4 ORDER BY version DESC LIMIT 1`

// recipient is who a message goes to, and for whom.
type recipient struct {
	Name       string        `db:"name"`
	Email      string        `db:"email"`
	Language   string        `db:"language"`
	PostalCode string        `db:"postal_code"`
	Confirmed  string        `db:"zone"`
	Synthetic  bool          `db:"synthetic"`
	Number     phone.E164    `db:"number"`
	Client     auth.ClientID `db:"client_id"`
	ClientName string        `db:"client"`
	ClientZone string        `db:"client_zone"`
	Demo       bool          `db:"demo"`
}

// places are the zones the person may be in. Of somebody we know nothing about, both ends of the continent count.
func (r recipient) places() []*time.Location {
	if at, err := time.LoadLocation(r.Confirmed); err == nil && r.Confirmed != "" {
		return []*time.Location{at}
	}
	set := phone.Zones(r.Number, r.PostalCode)
	if at := set.Locations(); r.Number != "" && len(at) > 0 {
		return at
	}
	var out []*time.Location
	for _, name := range []string{"America/New_York", "America/Los_Angeles", r.ClientZone} {
		if at, err := time.LoadLocation(name); err == nil {
			out = append(out, at)
		}
	}
	return out
}

// home is the one zone a time is told in.
func (r recipient) home() *time.Location { return r.places()[0] }

func (r recipient) channel(asked string) (channel, address string) {
	if asked == "" && r.Email == "" && r.Number != "" {
		asked = ChannelText
	}
	if asked == ChannelText {
		return ChannelText, string(r.Number)
	}
	return ChannelEmail, strings.TrimSpace(r.Email)
}

// queueMessageTx writes a message into the outbox, in the transaction of what it tells: it is sent if, and only if, that
// commits. The same kind, key and channel again is the message there is. One that cannot be sent (no address, no such
// channel, the address said stop) stands in the outbox as suppressed, with the cause.
//
// Codes: invalid, not_found (the person is another client's).
func (s *Service) queueMessageTx(ctx context.Context, tx *pg.Tx, m NewMessage) (id MessageID, err error) {
	if err := m.Validate(); err != nil {
		return 0, err
	}
	now := s.now()
	to, err := recipientOf(ctx, tx, m.Client, m.Person)
	if err != nil {
		return 0, err
	}
	settings, err := s.settingsOf(ctx, tx, m.Client)
	if err != nil {
		return 0, err
	}
	d := draft{NewMessage: m, to: to, ref: newRef(), language: languageFor(to.Language, settings.Language)}
	d.channel, d.address = to.channel(m.Channel)
	if err := d.write(ctx, tx); err != nil {
		return 0, err
	}
	d.local = to.Demo || to.Synthetic
	state, cause := MessageQueued, ""
	switch {
	case d.address == "":
		state, cause = MessageSuppressed, causeNoAddress
	case !d.local && !settings.has(d.channel):
		state, cause = MessageSuppressed, causeNotConfigured
	}
	if m.DueAt.IsZero() {
		m.DueAt = now
	}
	err = tx.GetContext(ctx, &id, insertMessage, m.Client, m.Person, m.Kind, m.Key, d.ref, d.channel, d.address, d.language, d.version,
		d.subject, d.body, s.seal(d.ref, m.Link), m.Invite, m.Prompt, m.Case, m.Call, state, cause, d.local, m.DueAt, now)
	if pg.None(err) {
		err := tx.GetContext(ctx, &id, messageOfKey, m.Client, m.Kind, m.Key, d.channel)
		return id, errs.Wrap(err, "find message")
	}
	if err != nil || s.follow.queue == nil || state != MessageQueued {
		return id, errs.Wrap(err, "queue message")
	}
	return id, s.follow.queue.InsertTx(ctx, tx, messageJob{id}, jobs.Options{RunAt: m.DueAt})
}

// seal keeps a link from whoever reads the table: an agent who could follow it would agree for the customer.
func (s *Service) seal(ref, link string) []byte {
	if link == "" {
		return nil
	}
	return s.follow.box.Seal([]byte(link), "messages.link:"+ref)
}

// draft is a message on its way to paper.
type draft struct {
	NewMessage
	to       recipient
	ref      string
	language string
	channel  string
	address  string
	version  int
	subject  string
	body     string
	local    bool
}

// write chooses the words and fills in all but the links.
func (d *draft) write(ctx context.Context, tx *pg.Tx) error {
	words := vocabularies[d.language].Messages[d.Kind][d.channel]
	var own struct {
		Version int    `db:"version"`
		Subject string `db:"subject"`
		Body    string `db:"body"`
	}
	switch err := tx.GetContext(ctx, &own, newestTemplate, d.Client, d.Kind, d.channel, d.language); {
	case err == nil:
		d.version, words = own.Version, template{own.Subject, own.Body}
	case !pg.None(err):
		return errs.Wrap(err, "read template")
	}
	values := map[string]string{
		"person.name": d.to.Name, "person.firstName": firstWord(d.to.Name), "client.name": d.to.ClientName,
		"outcome": vocabularies[d.language].Outcome[d.Outcome],
	}
	for _, name := range messageFields[d.Kind] {
		if name != "link" {
			values[name] = d.Fields[name] + values[name]
		}
	}
	if d.At != nil {
		values["at"] = d.At.In(d.to.home()).Format("2006-01-02 15:04 MST")
	}
	d.subject = fill(words.Subject, values)
	d.body = fill(words.Body, values) + tail(d.language, d.channel)
	return nil
}

// tail is how the reader ends these messages. It is the house's: a client's own words cannot leave it out.
func tail(language, channel string) string {
	stop := vocabularies[language].Stop[channel]
	if channel == ChannelText {
		return " " + stop
	}
	return "\n\n-- \n" + stop
}

// settingsOf are a client's settings for messages, and the defaults for one that has none.
func (s *Service) settingsOf(ctx context.Context, db pg.DB, client auth.ClientID) (settingsRow, error) {
	row := settingsRow{Client: client, MessageSettings: defaultMessageSettings()}
	err := db.GetContext(ctx, &row, selectMessageSettings, client)
	if pg.None(err) {
		return row, nil
	}
	return row, errs.Wrap(err, "read message settings")
}

// recipientOf is a person as a message needs them.
//
// Codes: not_found (the person is another client's).
func recipientOf(ctx context.Context, db pg.DB, client auth.ClientID, person campaigns.PersonID) (r recipient, err error) {
	if err = db.GetContext(ctx, &r, readRecipient, client, person); pg.None(err) {
		return r, errs.Newf(errs.NotFound, "there is no person %d of this client", person)
	}
	return r, errs.Wrap(err, "read recipient")
}
