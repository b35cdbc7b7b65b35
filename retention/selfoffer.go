package retention

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"saveline/campaigns"
	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/retention/flow"
	"saveline/retention/nextoffer"
	"saveline/retention/policy"
)

// pageActor is the customer on their own page, who is given what an agent may give without asking.
func pageActor(client auth.ClientID) auth.Actor {
	by := selfActor(client)
	by.Roles = []auth.Role{auth.Agent}
	return by
}

// madeOnPage is an offer that waits for the customer's answer on their page.
type madeOnPage struct {
	ID   PresentationID `db:"id"`
	Name string         `db:"name"`
	Say  string         `db:"say"`
}

const offerOnPage = `
SELECT p.id, v.name, v.say FROM presentations p JOIN offer_versions v ON v.id = p.offer_version_id
WHERE p.id = $1 AND p.case_id = $2 AND p.call_id IS NULL`

const lastCaseOfSub = `
SELECT id, coalesce(lead_id, 0) AS lead_id FROM cases WHERE subscription_id = $1 ORDER BY id DESC LIMIT 1`

const acceptedOnPage = `
SELECT EXISTS (SELECT FROM presentations p JOIN cases c ON c.id = p.case_id
WHERE c.subscription_id = $1 AND p.id = $2 AND p.call_id IS NULL AND p.decision = 'accepted')`

// text is what the offer says beside its name. What has fields to merge was written for a conversation, and facts of the
// account are not shown on a page.
func (o madeOnPage) text() string {
	if mergeField.MatchString(o.Say) || o.Say == o.Name {
		return ""
	}
	return o.Say
}

// words are what the customer agrees to by their click.
func (o madeOnPage) words(r reader) string {
	return r.say("offerWords", map[string]string{"offer": o.Name})
}

// lastSelfCase is the subscription's last case, locked in the order of the page: the customer first. nil: there is none.
func (s *Service) lastSelfCase(ctx context.Context, tx *pg.Tx, of selfSub, now time.Time) (*caseRow, error) {
	if _, err := tx.ExecContext(ctx, lockSelfCustomer, of.Customer); err != nil {
		return nil, errs.Wrap(err, "lock customer")
	}
	var last struct {
		ID   CaseID           `db:"id"`
		Lead campaigns.LeadID `db:"lead_id"`
	}
	if err := tx.GetContext(ctx, &last, lastCaseOfSub, of.Sub); pg.None(err) {
		return nil, nil //nolint:nilnil // most subscriptions have none
	} else if err != nil {
		return nil, errs.Wrap(err, "find case")
	}
	if last.Lead != 0 {
		if err := s.leads.LockLeadTx(ctx, tx, last.Lead); err != nil {
			return nil, err
		}
	}
	c, err := lockedCase(ctx, tx, lockCase, last.ID)
	if err != nil || c == nil {
		return nil, err
	}
	return c, c.strike(ctx, tx, now)
}

// servedSelf is the case of a customer who wants to see an offer first: the one they are in on the page, or one that is
// opened by it. While an agent is with them the page leaves the case alone.
//
// Codes: conflict.
func (s *Service) servedSelf(ctx context.Context, tx *pg.Tx, of selfSub, form selfForm, now time.Time) (*caseRow, error) {
	c, err := s.lastSelfCase(ctx, tx, of, now)
	if err != nil || c.open() && c.OnPage {
		return c, err
	}
	if c, err = s.selfCase(ctx, tx, of, form, now); err != nil {
		return nil, err
	}
	if !c.open() || c.State != flow.Requested && c.State != flow.CallbackScheduled {
		return nil, errs.Newf(errs.Conflict, "the case is with somebody, or decided")
	}
	return c, c.apply(ctx, tx, selfActor(of.Client), now, flow.Event{Kind: flow.SelfServed})
}

// offer makes the next lawful offer to the customer on the page, by the same rules as on the phone; nil if there is none.
//
// Codes: conflict (the law of the place lets none be made here and now).
func (s *Service) offer(ctx context.Context, tx *pg.Tx, c *caseRow, now time.Time) (*madeOnPage, error) {
	if open := c.Open(); open != nil {
		return readOnPage(ctx, tx, c, PresentationID(open.Presentation))
	}
	by := pageActor(c.Client)
	m, err := s.measuresOf(ctx, tx, by, c)
	if err != nil {
		return nil, err
	}
	p, err := placeOf(ctx, tx, c.ID)
	if err != nil {
		return nil, err
	}
	progress := c.progress(p, now)
	progress.NoticesRead = m.law.Notices // they stand on the page
	switch v := m.law.May(progress); {
	case v.Reason == policy.OffersUsed, v.Reason == policy.CoolingDown:
		return nil, nil
	case !v.Allowed:
		return nil, errs.Newf(errs.Conflict, "%s", v.Sentence)
	}
	if err := c.readNotices(ctx, tx, by, m.law.Notices, now); err != nil {
		return nil, err
	}
	v := view{call: dialer.Call{Client: c.Client}, c: c, purpose: purposeSave}
	offers, err := shelfOf(ctx, tx, v.call)
	if err != nil {
		return nil, err
	}
	if err := s.weigh(ctx, tx, by, &v, offers); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(v.weighed, func(w weighed) bool { return w.Result == ResultSave && w.refused == "" && !w.over })
	if i < 0 || v.choice != nil && v.choice.Arm == nextoffer.None {
		return nil, nil
	}
	id, err := s.present(ctx, tx, by, v, v.weighed[i], PresentInput{})
	if err != nil {
		return nil, err
	}
	return readOnPage(ctx, tx, c, id)
}

func (c *caseRow) readNotices(ctx context.Context, tx *pg.Tx, by auth.Actor, notices []policy.Notice, now time.Time) error {
	for _, n := range notices {
		if slices.Contains(c.Notices, string(n)) {
			continue
		}
		if err := c.apply(ctx, tx, by, now, flow.Event{Kind: flow.NoticeRead, Data: flow.Data{Notice: string(n)}}); err != nil {
			return err
		}
	}
	return nil
}

// readOnPage is an offer as the page shows it; one that an agent made on a call is not the page's.
func readOnPage(ctx context.Context, tx *pg.Tx, c *caseRow, id PresentationID) (*madeOnPage, error) {
	var out madeOnPage
	if err := tx.GetContext(ctx, &out, offerOnPage, id, c.ID); pg.None(err) {
		return nil, errs.Newf(errs.Conflict, "an offer was made on a call and waits for an answer there")
	} else if err != nil {
		return nil, errs.Wrap(err, "read offer")
	}
	return &out, nil
}

// offerBySelf shows the next offer to a customer who asks to see one before they decide.
func (s *Service) offerBySelf(ctx context.Context, of selfSub, r reader, form selfForm) (publicPage, error) {
	now := s.now()
	var made *madeOnPage
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		c, err := s.servedSelf(ctx, tx, of, form, now)
		if err != nil {
			return err
		}
		if form.Act == "ask" && !c.Took(flow.StepAskedForOffer) {
			err := c.apply(ctx, tx, selfActor(of.Client), now, flow.Event{Kind: flow.StepTaken, Data: flow.Data{Notice: flow.StepAskedForOffer}})
			if err != nil {
				return err
			}
		}
		made, err = s.offer(ctx, tx, c, now)
		return err
	})
	if err != nil {
		return publicPage{}, err
	}
	return s.offerPage(of, r, made, true), nil
}

// offerPage is the page with an offer, or with the word that there is none. Cancelling stays in sight.
func (s *Service) offerPage(of selfSub, r reader, made *madeOnPage, active bool) publicPage {
	p := r.page("cancelTitle", "cancelLead", map[string]string{"plan": of.Plan})
	if active {
		p.Forms = append(p.Forms, s.cancelForm(r))
	}
	if made == nil {
		p.Notes = append(p.Notes, r.say("offerNone", nil))
	} else {
		p.Notes = append(p.Notes, r.say("noticeCancel", nil), r.say("noticeAskAgain", nil))
		p.Forms = append(p.Forms, offerForms(r, *made)...)
	}
	if active {
		p.Forms = append(p.Forms, s.callbackForm(r))
	}
	return p
}

func offerForms(r reader, o madeOnPage) []publicForm {
	hidden := []labelled{{"offer", fmt.Sprint(o.ID)}}
	lead := r.say("acceptHelp", map[string]string{"words": o.words(r)})
	if text := o.text(); text != "" {
		lead = text + " " + lead
	}
	return []publicForm{
		{Act: "accept", Title: o.Name, Lead: lead, Hidden: hidden, Button: r.say("offerAccept", nil)},
		{Act: "decline", Hidden: hidden, Button: r.say("offerDecline", nil)},
	}
}

// acceptBySelf is the customer's yes by a click: the words beside it are the evidence. Pressed twice is once.
func (s *Service) acceptBySelf(ctx context.Context, of selfSub, r reader, form selfForm) (publicPage, error) {
	now := s.now()
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		c, err := s.lastSelfCase(ctx, tx, of, now)
		if err != nil {
			return err
		}
		var done bool
		if err := tx.GetContext(ctx, &done, acceptedOnPage, of.Sub, form.Offer); err != nil || done {
			return errs.Wrap(err, "find answer")
		}
		made, err := s.waitsOnPage(ctx, tx, c, form.Offer)
		if err != nil {
			return err
		}
		if err := s.mayAccept(ctx, tx, c, now); err != nil {
			return err
		}
		by := selfActor(of.Client)
		if err := c.answerOnPage(ctx, tx, by, made.ID, Accepted, now); err != nil {
			return err
		}
		words := []rune(made.Name + " — " + made.words(r))
		proof := proof{
			Method: flow.EvidenceEConfirm, Ref: fmt.Sprintf("page:presentation:%d", made.ID),
			Words: string(words[:min(len(words), customerCharsMax)]), payable: true,
		}
		if err := s.confirm(ctx, tx, by, c, proof, now); err != nil {
			return err
		}
		if err := s.withdraw(ctx, tx, c, false); err != nil {
			return err
		}
		_, err = s.queueMessageTx(ctx, tx, NewMessage{
			Client: of.Client, Person: of.Person, Kind: MessageOutcome, Key: fmt.Sprintf("case:%d:saved", c.ID), Case: c.ID, Outcome: "saved",
			Prompt: true,
		})
		return err
	})
	if err != nil {
		return publicPage{}, err
	}
	return r.done("offerDoneTitle", "offerDone", map[string]string{"at": r.at(now)}), nil
}

// waitsOnPage is the offer of the form, if it waits for an answer in this case.
//
// Codes: conflict.
func (s *Service) waitsOnPage(ctx context.Context, tx *pg.Tx, c *caseRow, form string) (*madeOnPage, error) {
	id, err := strconv.ParseInt(form, 10, 64)
	if err != nil || !c.offering() || c.Open() == nil || c.Open().Presentation != id {
		return nil, errs.Newf(errs.Conflict, "this offer does not wait for an answer any more")
	}
	return readOnPage(ctx, tx, c, PresentationID(id))
}

func (c *caseRow) answerOnPage(ctx context.Context, tx *pg.Tx, by auth.Actor, id PresentationID, decision string, now time.Time) error {
	if err := c.apply(ctx, tx, by, now, answered(id, DecideInput{Decision: decision})); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, decidePresentation, id, decision, "", 0, now)
	return errs.Wrap(err, "record decision")
}

// declineBySelf is the customer's no; another offer follows only where the law, the ladder and the limits have one.
func (s *Service) declineBySelf(ctx context.Context, of selfSub, r reader, form selfForm) (publicPage, error) {
	now := s.now()
	var made *madeOnPage
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		c, err := s.lastSelfCase(ctx, tx, of, now)
		if err != nil {
			return err
		}
		waits, err := s.waitsOnPage(ctx, tx, c, form.Offer)
		if err != nil {
			return err
		}
		if err := c.answerOnPage(ctx, tx, selfActor(of.Client), waits.ID, Declined, now); err != nil {
			return err
		}
		made, err = s.offer(ctx, tx, c, now)
		return err
	})
	if err != nil {
		return publicPage{}, err
	}
	return s.offerPage(of, r, made, of.Status == "active"), nil
}

// permitBySelf is the customer's answer, after their cancellation is done, to whether they want to hear an offer. Asked once.
func (s *Service) permitBySelf(ctx context.Context, of selfSub, r reader, form selfForm) (publicPage, error) {
	now := s.now()
	given := form.Act == "permit"
	var made *madeOnPage
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		c, err := s.lastSelfCase(ctx, tx, of, now)
		if err != nil {
			return err
		}
		if may, err := s.mayAsk(ctx, tx, c, now); err != nil || !may {
			return conflictUnless(err, "nothing can be offered here")
		}
		answer := flow.StepPermissionRefused
		if given {
			answer = flow.StepPermissionGiven
		}
		for _, step := range []string{flow.StepPermissionAsked, answer} {
			if err := c.apply(ctx, tx, selfActor(of.Client), now, flow.Event{Kind: flow.StepTaken, Data: flow.Data{Notice: step}}); err != nil {
				return err
			}
		}
		if given {
			made, err = s.offer(ctx, tx, c, now)
		}
		return err
	})
	switch {
	case err != nil:
		return publicPage{}, err
	case !given:
		return r.done("cancelTitle", "permitNoDone", nil), nil
	}
	return s.offerPage(of, r, made, false), nil
}

func conflictUnless(err error, why string) error {
	if err != nil {
		return err
	}
	return errs.Newf(errs.Conflict, "%s", why)
}

// mayAsk reports whether, after a cancellation, the law lets somebody ask for permission to make an offer, which nobody
// has done yet.
func (s *Service) mayAsk(ctx context.Context, tx *pg.Tx, c *caseRow, now time.Time) (bool, error) {
	if c == nil || c.State != flow.CancelledScheduled || !c.SaidCancel || c.Held || !c.Saveable {
		return false, nil
	}
	p, err := placeOf(ctx, tx, c.ID)
	if err != nil {
		return false, err
	}
	return policy.Decide(now, p.jurisdictions()...).May(c.progress(p, now)).Reason == policy.PermissionMissing, nil
}

func permitForms(r reader) []publicForm {
	return []publicForm{
		{Act: "permit", Title: r.say("permitTitle", nil), Lead: r.say("permitLead", nil), Button: r.say("permitYes", nil)},
		{Act: "forbid", Button: r.say("permitNo", nil)},
	}
}

// selfOffers are the forms about offers on the page as it is opened: to see one first where the law lets it be made
// before a cancellation, the one that waits, or the question after it.
func (s *Service) selfOffers(ctx context.Context, of selfSub, r reader) (out []publicForm, err error) {
	var codes []string
	if err := s.db.SelectContext(ctx, &codes, offerCodes, of.Client); err != nil || len(codes) == 0 {
		return nil, errs.Wrap(err, "read offers")
	}
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		c, err := s.lastSelfCase(ctx, tx, of, now)
		if err != nil {
			return err
		}
		if c.offering() && c.Open() != nil {
			if made, err := readOnPage(ctx, tx, c, PresentationID(c.Open().Presentation)); err == nil {
				out = offerForms(r, *made)
			} else if !errs.Is(err, errs.Conflict) {
				return err
			}
			return nil
		}
		if of.Status != "active" {
			if may, err := s.mayAsk(ctx, tx, c, now); err != nil || !may {
				return err
			}
			out = permitForms(r)
			return nil
		}
		out, err = s.seeingForms(ctx, tx, of, c, r, now)
		return err
	})
	return out, err
}

// seeingForms are how an offer can be seen before anything is cancelled: shown where the law lets the page say that there
// is one, asked for where only a customer who asks may hear of one. Asking is an act of theirs, and recorded.
func (s *Service) seeingForms(ctx context.Context, tx *pg.Tx, of selfSub, c *caseRow, r reader, now time.Time) ([]publicForm, error) {
	if c.open() && !c.OnPage && c.State != flow.Requested && c.State != flow.CallbackScheduled {
		return nil, nil
	}
	var p place
	if err := tx.GetContext(ctx, &p, placeOfSubscription, of.Sub); err != nil {
		return nil, errs.Wrap(err, "read the customer's place")
	}
	law := policy.Decide(now, p.jurisdictions()...)
	fresh := caseRow{}
	if !c.open() {
		c = &fresh
	}
	progress := c.progress(p, now)
	progress.NoticesRead = law.Notices
	if law.May(progress).Allowed {
		return []publicForm{{Act: "offers", Title: r.say("offerTitle", nil), Lead: r.say("offerLead", nil), Button: r.say("offerAct", nil)}}, nil
	}
	progress.AskedForOffer = true
	if law.OnlyIfAsked && law.May(progress).Allowed {
		return []publicForm{{Act: "ask", Button: r.say("offerAsk", nil)}}, nil
	}
	return nil, nil
}
