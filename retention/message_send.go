package retention

import (
	"context"
	"strings"
	"time"

	"saveline/campaigns"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/retention/delivery"
)

// The row's lock makes two senders take turns; what is no longer queued is no longer theirs.
const lockMessage = `
SELECT id, client_id, person_id, kind, ref, channel, address, subject, body, link, invite, prompt, local, tries, due_at
FROM messages WHERE id = $1 AND state = 'queued' AND due_at <= $2 FOR UPDATE`

// The settings' row makes the sends of one client take turns, so that its limits hold among many nodes.
const lockMessageSettings = `SELECT client_id FROM message_settings WHERE client_id = $1 FOR UPDATE`

const addressStopped = `SELECT EXISTS (SELECT FROM message_stops WHERE client_id = $1 AND channel = $2 AND address = $3)`

const countSends = `
SELECT count(*) FILTER (WHERE sending_at > $2) AS minute, count(*) FILTER (WHERE person_id = $3) AS day
FROM messages WHERE client_id = $1 AND sending_at > $4`

const beginSending = `
UPDATE messages SET state = 'sending', cause = '', tries = tries + 1, sending_at = $2 WHERE id = $1 AND state = 'queued'`

const settleMessage = `
UPDATE messages SET state = $3, cause = $4, due_at = $5, sent_at = CASE WHEN $3 = 'sent' THEN $6::timestamptz END, provider_ref = $7,
       sending_at = CASE WHEN $3 = 'queued' THEN NULL ELSE coalesce(sending_at, CASE WHEN $3 = 'sent' THEN $6::timestamptz END) END
WHERE id = $1 AND state = $2`

type messageRow struct {
	ID      MessageID          `db:"id"`
	Client  auth.ClientID      `db:"client_id"`
	Person  campaigns.PersonID `db:"person_id"`
	Kind    string             `db:"kind"`
	Ref     string             `db:"ref"`
	Channel string             `db:"channel"`
	Address string             `db:"address"`
	Subject string             `db:"subject"`
	Body    string             `db:"body"`
	Link    []byte             `db:"link"`
	Invite  string             `db:"invite"`
	Prompt  bool               `db:"prompt"`
	Local   bool               `db:"local"`
	Tries   int                `db:"tries"`
	DueAt   time.Time          `db:"due_at"`
}

// fate is what becomes of a message: a state, why, and when it is looked at again.
type fate struct {
	state string
	cause string
	due   time.Time
	ref   string
}

// sendMessage hands one message over, at most once as far as anybody can know: that it is being sent is committed
// before the handover, with the opt-out and the limits read in the same transaction. What went wrong for sure is tried
// again, what may have arrived is not. A message that is not due or not queued is left alone.
func (s *Service) sendMessage(ctx context.Context, id MessageID) error {
	var m messageRow
	var settings settingsRow
	ready := false
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) (err error) {
		ready, m, settings, err = s.takeMessage(ctx, tx, id, s.now())
		return err
	})
	if err != nil || !ready {
		return err
	}
	end := s.handOver(ctx, m, settings)
	// The answer is kept even where the job's time is over: a lost one makes the message unclear.
	keep, stop := context.WithTimeout(context.WithoutCancel(ctx), messageJobTimeout)
	defer stop()
	_, err = s.db.ExecContext(keep, settleMessage, m.ID, MessageSending, end.state, end.cause, end.due, s.now(), end.ref)
	return errs.Wrap(err, "settle message")
}

// takeMessage decides whether the message may go now, and says so in its row.
func (s *Service) takeMessage(
	ctx context.Context, tx *pg.Tx, id MessageID, now time.Time,
) (ready bool, m messageRow, settings settingsRow, err error) {
	if err = tx.GetContext(ctx, &m, lockMessage, id, now); pg.None(err) {
		return false, m, settings, nil
	} else if err != nil {
		return false, m, settings, errs.Wrap(err, "lock message")
	}
	if _, err = tx.ExecContext(ctx, lockMessageSettings, m.Client); err != nil {
		return false, m, settings, errs.Wrap(err, "lock message settings")
	}
	if settings, err = s.settingsOf(ctx, tx, m.Client); err != nil {
		return false, m, settings, err
	}
	end, err := s.beforeSending(ctx, tx, m, settings, now)
	if err != nil || end != nil {
		if err == nil {
			_, err = tx.ExecContext(ctx, settleMessage, m.ID, MessageQueued, end.state, end.cause, end.due, now, "")
		}
		return false, m, settings, errs.Wrap(err, "settle message")
	}
	_, err = tx.ExecContext(ctx, beginSending, m.ID, now)
	return true, m, settings, errs.Wrap(err, "begin sending")
}

// beforeSending is the fate of a message that is not handed over now; nil for one that is.
func (s *Service) beforeSending(ctx context.Context, tx *pg.Tx, m messageRow, settings settingsRow, now time.Time) (*fate, error) {
	var stopped bool
	if err := tx.GetContext(ctx, &stopped, addressStopped, m.Client, m.Channel, addressKey(m.Channel, m.Address)); err != nil {
		return nil, errs.Wrap(err, "read opt-out")
	}
	if stopped {
		return &fate{state: MessageSuppressed, cause: causeStopped, due: m.DueAt}, nil
	}
	if m.Channel == ChannelText && !m.Prompt {
		to, err := recipientOf(ctx, tx, m.Client, m.Person)
		if err != nil {
			return nil, err
		}
		at := politeHour(now, to.places(), settings.TextFromHour, settings.TextUntilHour)
		if at.After(now) {
			return &fate{state: MessageQueued, cause: causeQuietHours, due: at}, nil
		}
	}
	if m.Local {
		return &fate{state: MessageSent, due: m.DueAt}, nil
	}
	if !settings.has(m.Channel) || s.follow.deliver == nil {
		return &fate{state: MessageSuppressed, cause: causeNotConfigured, due: m.DueAt}, nil
	}
	var sent struct {
		Minute int `db:"minute"`
		Day    int `db:"day"`
	}
	if err := tx.GetContext(ctx, &sent, countSends, m.Client, now.Add(-time.Minute), m.Person, now.AddDate(0, 0, -1)); err != nil {
		return nil, errs.Wrap(err, "count messages")
	}
	switch {
	case sent.Day >= settings.PersonDayMax:
		return &fate{state: MessageSuppressed, cause: causeTooMany, due: m.DueAt}, nil
	case sent.Minute >= settings.MinuteMax:
		return &fate{state: MessageQueued, cause: causeBusy, due: now.Add(time.Minute)}, nil
	}
	return nil, nil
}

// handOver gives the message to the client's server or gateway and says what became of it.
func (s *Service) handOver(ctx context.Context, m messageRow, settings settingsRow) fate {
	now := s.now()
	out := fate{state: MessageSent, due: m.DueAt}
	ref, err := s.hand(ctx, m, settings, now)
	if err == nil {
		out.ref = ref
		return out
	}
	failure := delivery.FailureOf(err)
	s.log.WarnContext(ctx, "a message did not go out", "message", m.ID, "channel", m.Channel, "cause", failure.Cause, "error", err)
	out.state, out.cause = MessageFailed, failure.Cause
	switch {
	case failure.Fate == delivery.Unclear:
		out.cause = causeUnclear
	case failure.Fate == delivery.Later && m.Tries+1 < messageTriesMax:
		out.state, out.due = MessageQueued, now.Add(messagePause*time.Duration((m.Tries+1)*(m.Tries+1)))
	case failure.Fate == delivery.Later:
		out.cause = causeUsedUp
	}
	return out
}

func (s *Service) hand(ctx context.Context, m messageRow, settings settingsRow, now time.Time) (ref string, err error) {
	body, stop, err := s.whole(m, settings.PublicURL, now)
	if err != nil {
		return "", err
	}
	if m.Channel == ChannelText {
		secret, err := s.open(settings.TextSecretSealed, settings.secretPlace("text_secret"))
		if err != nil {
			return "", err
		}
		return s.follow.deliver.Text(ctx, delivery.Gateway{URL: settings.TextURL, Secret: secret}, delivery.Text{
			ID: m.Ref, From: settings.TextFrom, To: m.Address, Text: body, At: now,
		})
	}
	password, err := s.open(settings.PasswordSealed, settings.secretPlace("smtp_password"))
	if err != nil {
		return "", err
	}
	return "", s.follow.deliver.Email(ctx, settings.server(password), delivery.Email{
		ID: m.Ref, From: settings.EmailFrom, FromName: settings.EmailName, ReplyTo: settings.ReplyTo, To: m.Address, Subject: m.Subject,
		Text: body, Unsubscribe: stop, Invite: m.Invite, At: now,
	})
}

// whole is the body with its links, and the address that ends these messages.
func (s *Service) whole(m messageRow, public string, now time.Time) (body, stop string, err error) {
	link, err := s.open(m.Link, "messages.link:"+m.Ref)
	if err != nil {
		return "", "", err
	}
	if link == "" && m.Kind == MessageOutcome {
		link = s.follow.signedPath(linkWrong, int64(m.ID), now.AddDate(0, 0, wrongLinkDays))
	}
	if strings.HasPrefix(link, "/") {
		link = public + link
	}
	stop = public + s.follow.signedPath(linkStop, int64(m.ID), now.AddDate(0, 0, stopLinkDays))
	return fill(m.Body, map[string]string{"link": link, "stop": stop}), stop, nil
}

func (s *Service) open(sealed []byte, place string) (string, error) {
	if len(sealed) == 0 {
		return "", nil
	}
	secret, err := s.follow.box.Open(sealed, place)
	return string(secret), errs.Wrap(err, "open secret")
}

const dueMessages = `SELECT id FROM messages WHERE state = 'queued' AND due_at <= $1 ORDER BY due_at, id LIMIT $2`

// What was being sent when its node died may have arrived.
const failStuckMessages = `
UPDATE messages SET state = 'failed', cause = 'unclear' WHERE state = 'sending' AND sending_at < $1`

// SendDue sends what is due and has no job of its own any more, and gives up what was being sent when its node died.
// Returns how many messages it looked at.
func (s *Service) SendDue(ctx context.Context) (int, error) {
	now := s.now()
	if _, err := s.db.ExecContext(ctx, failStuckMessages, now.Add(-messageStuckFor)); err != nil {
		return 0, errs.Wrap(err, "give up stuck messages")
	}
	var due []MessageID
	if err := s.db.SelectContext(ctx, &due, dueMessages, now, messageBatchMax); err != nil {
		return 0, errs.Wrap(err, "find due messages")
	}
	for i, id := range due {
		if err := s.sendMessage(ctx, id); err != nil {
			return i, err
		}
	}
	return len(due), nil
}
