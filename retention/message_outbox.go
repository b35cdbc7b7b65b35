package retention

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"saveline/campaigns"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/jobs"
	"saveline/internal/pg"
)

// MessageFilter narrows the outbox; the zero value shows everything.
type MessageFilter struct {
	State  string
	Kind   string
	Person campaigns.PersonID
}

type listedMessage struct {
	Message
	Ref   string `db:"ref"`
	Link  []byte `db:"link"`
	Total int    `db:"total"`
}

// Messages is the outbox, the newest first. Links are shown in a demo's messages alone.
func (s *Service) Messages(ctx context.Context, by auth.Actor, f MessageFilter, limit, offset int) ([]Message, int, error) {
	var rows []listedMessage
	err := s.db.SelectContext(ctx, &rows, listMessages, by.Scope(), f.State, f.Kind, f.Person, 0, limit, offset)
	if err != nil {
		return nil, 0, errs.Wrap(err, "list messages")
	}
	out, total := make([]Message, 0, len(rows)), 0
	for _, r := range rows {
		m, err := s.shownMessage(r)
		if err != nil {
			return nil, 0, err
		}
		out, total = append(out, m), r.Total
	}
	return out, total, nil
}

func (s *Service) shownMessage(r listedMessage) (Message, error) {
	if !r.Local {
		return r.Message, nil
	}
	body, _, err := s.whole(messageRow{ID: r.ID, Kind: r.Kind, Ref: r.Ref, Body: r.Body, Link: r.Link}, "", r.QueuedAt)
	r.Body = body
	return r.Message, err
}

// MessageFor reads one message.
//
// Codes: not_found.
func (s *Service) MessageFor(ctx context.Context, by auth.Actor, id MessageID) (Message, error) {
	var r listedMessage
	if err := s.db.GetContext(ctx, &r, listMessages, by.Scope(), "", "", 0, id, 1, 0); pg.None(err) {
		return Message{}, errs.Newf(errs.NotFound, "there is no message %d here", id)
	} else if err != nil {
		return Message{}, errs.Wrap(err, "read message")
	}
	return s.shownMessage(r)
}

const lockFailedMessage = `SELECT client_id, state, cause FROM messages WHERE client_id = ANY($1) AND id = $2 FOR UPDATE`

const requeueMessage = `
UPDATE messages SET state = 'queued', cause = '', tries = 0, due_at = $2, sending_at = NULL WHERE id = $1`

// ResendMessage queues a message again that failed, or that was suppressed for want of a channel. One that may have
// arrived is sent again only where the person says that a second one does no harm.
//
// Codes: not_found, conflict (it did not fail, or may have arrived).
func (s *Service) ResendMessage(ctx context.Context, by auth.Actor, id MessageID, evenIfTwice bool) (Message, error) {
	now := s.now()
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		var m struct {
			Client auth.ClientID `db:"client_id"`
			State  string        `db:"state"`
			Cause  string        `db:"cause"`
		}
		if err := tx.GetContext(ctx, &m, lockFailedMessage, by.Scope(), id); pg.None(err) {
			return errs.Newf(errs.NotFound, "there is no message %d here", id)
		} else if err != nil {
			return errs.Wrap(err, "lock message")
		}
		failed := m.State == MessageFailed || m.State == MessageSuppressed && (m.Cause == causeNotConfigured || m.Cause == causeTooMany)
		switch {
		case !failed:
			return errs.Newf(errs.Conflict, "this message is %s and cannot be sent again", m.State)
		case m.Cause == causeUnclear && !evenIfTwice:
			return errs.Newf(errs.Conflict, "this message may have arrived: ask the person, or say that a second one does no harm")
		}
		if _, err := tx.ExecContext(ctx, requeueMessage, id, now); err != nil {
			return errs.Wrap(err, "queue message again")
		}
		err := auth.AuditTx(ctx, tx, by, now, auth.Change{
			Client: m.Client, Act: "message.resend", Object: fmt.Sprintf("message:%d", id), Data: map[string]any{"cause": m.Cause, "evenIfTwice": evenIfTwice},
		})
		if err != nil || s.follow.queue == nil {
			return err
		}
		return s.follow.queue.InsertTx(ctx, tx, messageJob{id}, jobs.Options{})
	})
	if err != nil {
		return Message{}, err
	}
	return s.MessageFor(ctx, by, id)
}

const insertStop = `
INSERT INTO message_stops (client_id, channel, address, source, at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (client_id, channel, address) DO NOTHING`

const deleteStop = `DELETE FROM message_stops WHERE client_id = $1 AND channel = $2 AND address = $3`

// stopTx ends messages to an address, effective with the commit: the sending transaction reads it. Twice is once.
func stopTx(ctx context.Context, tx *pg.Tx, client auth.ClientID, channel, address, source string, now time.Time) error {
	if _, err := tx.ExecContext(ctx, insertStop, client, channel, addressKey(channel, address), source, now); err != nil {
		return errs.Wrap(err, "note the opt-out")
	}
	return auth.AuditTx(ctx, tx, auth.System("opt-out", client), now, auth.Change{
		Client: client, Act: "message.stop", Object: "channel:" + channel, Why: source,
	})
}

// The words that end and begin texts again (47 CFR 64.1200(a)(10): any reasonable means; CTIA's list), and ours.
var (
	stopWords  = []string{"stop", "stopall", "quit", "end", "revoke", "opt out", "optout", "cancel", "unsubscribe", "수신거부", "수신 거부", "itigil", "tigil"}
	startWords = []string{"start", "unstop"}
)

// textMeaning is what an incoming text asks for: stop, start or "" for anything else.
func textMeaning(text string) string {
	said := strings.ToLower(strings.Trim(strings.TrimSpace(text), ".!\"'"))
	for _, w := range stopWords {
		if said == w || strings.HasPrefix(said, w+" ") && len(said) < len(w)+20 {
			return "stop"
		}
	}
	if slices.Contains(startWords, said) {
		return "start"
	}
	return ""
}

// incomingText is what a client's gateway tells of a text that came in. STOP and its like end texts to that number, START
// begins them again; anything else changes nothing. Told twice is once.
func (s *Service) incomingText(ctx context.Context, client auth.ClientID, from, text string) (meaning string, err error) {
	now := s.now()
	meaning = textMeaning(text)
	if meaning == "" {
		return "", nil
	}
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if meaning == "stop" {
			return stopTx(ctx, tx, client, ChannelText, from, ChannelText, now)
		}
		if _, err := tx.ExecContext(ctx, deleteStop, client, ChannelText, from); err != nil {
			return errs.Wrap(err, "end the opt-out")
		}
		return auth.AuditTx(ctx, tx, auth.System("opt-in", client), now, auth.Change{
			Client: client, Act: "message.start", Object: "channel:" + ChannelText, Why: ChannelText,
		})
	})
	return meaning, err
}
