package retention

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"time"

	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/retention/flow"
)

// The purposes of a link to a customer.
const (
	linkAgree  = "agree"  // “do you agree?” before a save counts
	linkNotice = "notice" // what was recorded, with “that is wrong”
)

// What an outcome notice says became of a case.
const (
	noticeSaved     = "saved"
	noticeCancelled = "cancelled"
)

// The answers to a link.
const (
	answerConfirm = "confirm"
	answerWrong   = "wrong"
)

const (
	noticeDaysMax    = 90
	linkTokenBytes   = 16 + sha256.Size // id, expiry, signature
	customerCharsMax = 1000
)

// ConfirmLink is a signed link to a customer. Its token is good until it expires, and once.
type ConfirmLink struct {
	ID        int64     `json:"id"`
	Case      CaseID    `json:"caseId"`
	Purpose   string    `json:"purpose" enum:"agree,notice"`
	Token     string    `json:"token" doc:"empty where the link was written to the customer: only they may follow it"`
	Path      string    `json:"path" doc:"of the page the customer opens, behind this server's address"`
	ExpiresAt time.Time `json:"expiresAt"`
	Sent      bool      `json:"sent" doc:"it is on its way to the customer; else it is given to them by hand"`
}

// SetKey gives the key that links are signed with. Without one no link is made or taken.
func (s *Service) SetKey(k auth.SecretKey) {
	mac := hmac.New(sha256.New, k[:])
	mac.Write([]byte("saveline customer link v1"))
	s.linkKey = mac.Sum(nil)
}

func newSalt() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // crypto/rand never fails
	return hex.EncodeToString(b)
}

// token is id and expiry with a signature over both and the purpose.
func (s *Service) token(id int64, purpose string, expires time.Time) string {
	raw := make([]byte, 0, linkTokenBytes)
	raw = binary.BigEndian.AppendUint64(raw, uint64(id))             //nolint:gosec // ids are positive
	raw = binary.BigEndian.AppendUint64(raw, uint64(expires.Unix())) //nolint:gosec // after 1970
	return base64.RawURLEncoding.EncodeToString(append(raw, s.sign(raw, purpose)...))
}

func (s *Service) sign(raw []byte, purpose string) []byte {
	mac := hmac.New(sha256.New, s.linkKey)
	mac.Write(raw)
	mac.Write([]byte(purpose))
	return mac.Sum(nil)
}

// openToken is the id a token names, and its purpose. A wrong, bent or expired one is not found: nothing is said of what
// it might have named.
//
// Codes: not_found.
func (s *Service) openToken(token string) (id int64, purpose string, err error) {
	gone := errs.Newf(errs.NotFound, "this link is not valid any more")
	raw, fault := base64.RawURLEncoding.DecodeString(token)
	if fault != nil || len(raw) != linkTokenBytes || s.linkKey == nil {
		return 0, "", gone
	}
	for _, purpose := range []string{linkAgree, linkNotice} {
		if !hmac.Equal(raw[16:], s.sign(raw[:16], purpose)) {
			continue
		}
		expires := time.Unix(int64(binary.BigEndian.Uint64(raw[8:16])), 0) //nolint:gosec // we signed it
		if !s.now().Before(expires) {
			return 0, "", gone
		}
		return int64(binary.BigEndian.Uint64(raw[:8])), purpose, nil //nolint:gosec // we signed it
	}
	return 0, "", gone
}

const insertLink = `
INSERT INTO confirm_links (client_id, case_id, presentation_id, purpose, expires_at, created_by, created_at)
VALUES ($1, $2, NULLIF($3, 0), $4, $5, $6, $7) RETURNING id`

// SendLink makes the link with which the customer of a call confirms what they accepted, within a day and never past the
// end of the subscription. A link that was made before is replaced. Until they answer, the case waits; unanswered, the
// cancellation goes ahead.
//
// Codes: not_found, conflict (another agent's call, the call is concluded, nothing was accepted).
func (s *Service) SendLink(ctx context.Context, by auth.Actor, id dialer.CallID) (out ConfirmLink, err error) {
	if s.linkKey == nil {
		return out, errs.Newf(errs.Conflict, "no key to sign links with: set SAVELINE_SECRET_KEY")
	}
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		call, err := s.lockedCall(ctx, tx, by, id)
		if err != nil {
			return err
		}
		if err := refuseConcluded(ctx, tx, call); err != nil {
			return err
		}
		c, err := s.takeUp(ctx, tx, by, call)
		if err != nil {
			return err
		}
		if !c.offering() || c.Yes() == nil || c.Ref != "" {
			return errs.Newf(errs.Conflict, "there is nothing to confirm: no offer is accepted on this call")
		}
		// whole seconds: the token carries no more, and the clock must not outlive it
		until := c.LinkMax(microInstant(now)).Truncate(time.Second)
		if _, err := tx.ExecContext(ctx, dropLinks, c.ID, now); err != nil {
			return errs.Wrap(err, "replace link")
		}
		if err := c.apply(ctx, tx, by, now, flow.Event{Kind: flow.LinkSent, Data: flow.Data{ExpiresAt: &until}}); err != nil {
			return err
		}
		if out, err = s.makeLink(ctx, tx, by, c, linkAgree, until, now); err != nil {
			return err
		}
		return s.giveLink(ctx, tx, call, c, &out)
	})
	return out, err
}

const stateOfMessage = `SELECT state FROM messages WHERE id = $1`

// giveLink writes the link to the customer. Where nobody knows how to reach them it stays with the agent, who gives it by
// hand; else the agent never sees it: whoever holds it agrees for the customer.
func (s *Service) giveLink(ctx context.Context, tx *pg.Tx, call dialer.Call, c *caseRow, link *ConfirmLink) error {
	o, _, err := acceptedOffer(ctx, tx, PresentationID(c.Yes().Presentation))
	if err != nil {
		return err
	}
	id, err := s.queueMessageTx(ctx, tx, NewMessage{
		Client: c.Client, Person: call.Person, Kind: MessageEConfirmation, Key: fmt.Sprintf("link:%d", link.ID), Case: c.ID, Call: call.ID,
		Link: link.Path, Fields: map[string]string{"offer.name": o.Name}, Prompt: true,
	})
	if err != nil {
		return err
	}
	var state string
	if err := tx.GetContext(ctx, &state, stateOfMessage, id); err != nil {
		return errs.Wrap(err, "read message")
	}
	if link.Sent = state != MessageSuppressed; link.Sent {
		link.Token, link.Path = "", ""
	}
	return nil
}

// noticeOf is what a notice says after a call that came to code, "" where nothing was decided, or where it is not known
// that the address is the customer's.
func noticeOf(c *caseRow, code string) string {
	switch {
	case c == nil:
		return ""
	case code == CodeSave && (c.State.Saved() || c.State == flow.BillingPending):
		return noticeSaved
	case (code == CodeLost || code == CodeNotInterested) && !c.State.Live() && !c.State.Saved():
		return noticeCancelled
	}
	return ""
}

// notice writes the customer what was noted after their call, once for each case and outcome. “That is wrong” to a save
// voids it by itself, on the page of its link; to a cancellation it is an objection that somebody looks at.
func (s *Service) notice(ctx context.Context, tx *pg.Tx, by auth.Actor, call dialer.Call, c *caseRow, outcome string) error {
	m := NewMessage{Client: c.Client, Person: call.Person, Kind: MessageOutcome, Case: c.ID, Call: call.ID, Outcome: outcome}
	if outcome == noticeSaved && s.linkKey != nil {
		now := s.now()
		link, err := s.makeLink(ctx, tx, by, c, linkNotice, now.AddDate(0, 0, noticeDaysMax).Truncate(time.Second), now)
		if err != nil {
			return err
		}
		m.Link = link.Path
	}
	m.Key = fmt.Sprintf("case:%d:%s", c.ID, m.Outcome)
	_, err := s.queueMessageTx(ctx, tx, m)
	return err
}

func (s *Service) makeLink(
	ctx context.Context, tx *pg.Tx, by auth.Actor, c *caseRow, purpose string, until, now time.Time,
) (ConfirmLink, error) {
	out := ConfirmLink{Case: c.ID, Purpose: purpose, ExpiresAt: until}
	presentation := int64(0)
	if yes := c.Yes(); yes != nil {
		presentation = yes.Presentation
	}
	if err := tx.GetContext(ctx, &out.ID, insertLink, c.Client, c.ID, presentation, purpose, until, by.Name, now); err != nil {
		return out, errs.Wrap(err, "make link")
	}
	out.Token = s.token(out.ID, purpose, until)
	out.Path = "/confirm/" + out.Token
	return out, nil
}

// LinkView is what the customer reads on the page of a link: what was agreed, and with whom.
type LinkView struct {
	Purpose   string    `json:"purpose" enum:"agree,notice"`
	Company   string    `json:"company"`
	Offer     string    `json:"offer" doc:"what was agreed, as it is called; empty if nothing was"`
	Stays     bool      `json:"stays" doc:"whether the subscription is recorded as staying"`
	Language  string    `json:"language" doc:"the customer's, as far as it is known"`
	ExpiresAt time.Time `json:"expiresAt"`
	Answer    string    `json:"answer,omitempty" enum:"confirm,wrong,replaced" doc:"given before; a link is good once"`
}

type linkRow struct {
	ID           int64          `db:"id"`
	Client       auth.ClientID  `db:"client_id"`
	Case         CaseID         `db:"case_id"`
	Call         dialer.CallID  `db:"call_id"`
	Purpose      string         `db:"purpose"`
	ExpiresAt    time.Time      `db:"expires_at"`
	Answer       string         `db:"answer"`
	Company      string         `db:"company"`
	Offer        string         `db:"offer"`
	State        flow.State     `db:"state"`
	Language     string         `db:"language"`
	Presentation PresentationID `db:"presentation_id"`
}

// link is what an open token names.
//
// Codes: not_found.
func (s *Service) link(ctx context.Context, db pg.DB, token string) (linkRow, error) {
	id, purpose, err := s.openToken(token)
	if err != nil {
		return linkRow{}, err
	}
	var r linkRow
	if err := db.GetContext(ctx, &r, selectLink, id, purpose); pg.None(err) {
		return r, errs.Newf(errs.NotFound, "this link is not valid any more")
	} else if err != nil {
		return r, errs.Wrap(err, "read link")
	}
	return r, nil
}

// Link is what the page of a link shows.
//
// Codes: not_found (wrong, bent or expired).
func (s *Service) Link(ctx context.Context, token string) (LinkView, error) {
	r, err := s.link(ctx, s.db, token)
	if err != nil {
		return LinkView{}, err
	}
	return r.view(), nil
}

func (r linkRow) view() LinkView {
	return LinkView{
		Purpose: r.Purpose, Company: r.Company, Offer: r.Offer, Stays: r.State.Saved(), Language: r.Language, ExpiresAt: r.ExpiresAt, Answer: r.Answer,
	}
}

// LinkAnswer is what the customer says on the page.
type LinkAnswer struct {
	Answer string // confirm or wrong
	Words  string // their own, if they like
}

// Validate names every fault of the input.
func (in LinkAnswer) Validate() error {
	var f errs.Faults
	checkOneOf(&f, "answer", in.Answer, []string{answerConfirm, answerWrong})
	f.Check(len(in.Words) <= customerCharsMax, "words", "use at most 1,000 characters")
	return f.Err()
}

const answerLink = `
UPDATE confirm_links SET answer = $2, customer_words = $3, answered_at = $4 WHERE id = $1 AND answer IS NULL`

// AnswerLink is the customer's answer, once. “I agree” puts their agreement on record: the save counts. “That is wrong”
// lets the cancellation go ahead, or voids what was recorded as a save; pay for it is taken back.
//
// Codes: invalid, not_found (wrong, bent or expired), conflict (answered before, or the case was settled otherwise).
func (s *Service) AnswerLink(ctx context.Context, token string, in LinkAnswer) (out LinkView, err error) {
	if err := in.Validate(); err != nil {
		return LinkView{}, err
	}
	r, err := s.link(ctx, s.db, token)
	if err != nil {
		return LinkView{}, err
	}
	now := s.now()
	customer := auth.System("customer", r.Client)
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		c, err := s.lockNamed(ctx, tx, customer, r.Case)
		if err != nil {
			return err
		}
		done, err := tx.ExecContext(ctx, answerLink, r.ID, in.Answer, in.Words, now)
		if err != nil {
			return errs.Wrap(err, "answer link")
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return errs.WithCause(errs.Conflict, err, "this link was answered already")
		}
		return s.answered(ctx, tx, customer, c, r, in, now)
	})
	if err != nil {
		return LinkView{}, err
	}
	return s.Link(ctx, token)
}

func (s *Service) answered(
	ctx context.Context, tx *pg.Tx, customer auth.Actor, c *caseRow, r linkRow, in LinkAnswer, now time.Time,
) error {
	switch {
	case in.Answer == answerWrong && c.State.Live():
		if err := s.cancel(ctx, tx, customer, c, "customer_says_wrong", now); err != nil {
			return err
		}
		return s.withdraw(ctx, tx, c, false)
	case in.Answer == answerWrong && c.Invited():
		return c.apply(ctx, tx, customer, now, flow.Event{Kind: flow.OfferDeclined, Data: flow.Data{Presentation: int64(r.Presentation)}})
	case in.Answer == answerWrong:
		return disown(ctx, tx, customer, c, now)
	case r.Purpose == linkNotice:
		return nil
	case c.State != flow.Accepted && !(c.Invited() && c.Yes() != nil):
		return errs.Newf(errs.Conflict, "this was settled otherwise meanwhile (%s)", words(c.State))
	}
	p := proof{Method: flow.EvidenceEConfirm, Ref: fmt.Sprintf("link:%d", r.ID), Words: in.Words, call: r.Call, payable: true}
	if err := s.confirm(ctx, tx, customer, c, p, now); err != nil {
		return err
	}
	return s.resultOfLink(ctx, tx, c, p, now)
}

// disown is a customer's “that is wrong” to what was recorded as a save: it was none.
func disown(ctx context.Context, tx *pg.Tx, by auth.Actor, c *caseRow, now time.Time) error {
	if !c.State.Saved() {
		return nil // their cancellation goes ahead: what they say is kept with the link
	}
	var results []ResultID
	if err := tx.SelectContext(ctx, &results, savesOfCase, c.ID); err != nil {
		return errs.Wrap(err, "find the save")
	}
	for _, id := range results {
		if _, err := reverseTx(ctx, tx, by, ReverseInput{Result: id, Cause: "no_consent", EffectiveAt: now}, now); err != nil {
			return err
		}
	}
	if len(results) > 0 || c.State.Final() {
		return nil
	}
	return c.apply(ctx, tx, by, now, flow.Event{Kind: flow.Void, Data: flow.Data{Cause: "no_consent"}})
}
