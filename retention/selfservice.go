package retention

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"saveline/campaigns"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/internal/pg"
	"saveline/retention/flow"
)

// sourceWeb is the source of a request that the customer made on the page.
const sourceWeb = "web"

const (
	cancelLinkDaysMax = 400
	selfReasonCodeMax = 60
	slotDays          = 3             // ahead that calls can be booked on the page
	slotEarliest      = 2 * time.Hour // from now
)

// slotHours are the hours of the person's day at which a call can be booked.
var slotHours = []int{10, 13, 16}

// selfSub is a subscription as the page behind its cancel link needs it.
type selfSub struct {
	Sub        int64              `db:"id"`
	Client     auth.ClientID      `db:"client_id"`
	Customer   CustomerID         `db:"customer_id"`
	Person     campaigns.PersonID `db:"person_id"`
	Plan       string             `db:"plan"`
	Status     string             `db:"status"`
	PriceMinor int64              `db:"price_minor"`
	Currency   string             `db:"currency"`
}

const selectSelfSub = `
SELECT s.id, s.client_id, s.customer_id, c.person_id, s.plan, s.status, s.price_minor, s.currency
FROM subscriptions s JOIN customers c ON c.id = s.customer_id WHERE s.id = $1`

// Two presses of the same button meet at the customer's row, as two requests of the API do.
const lockSelfCustomer = `SELECT id FROM customers WHERE id = $1 FOR UPDATE`

const openCaseIDOf = `SELECT id, coalesce(lead_id, 0) AS lead_id FROM cases WHERE subscription_id = $1 AND closed_at IS NULL`

const lastCaseOf = `SELECT coalesce(max(id), 0) FROM cases WHERE subscription_id = $1`

// selfActor is the customer, acting by their own link.
func selfActor(client auth.ClientID) auth.Actor { return auth.System("the customer, by link", client) }

// CancelLinkInput asks for the way to a subscription's cancel page.
type CancelLinkInput struct {
	Client       auth.ClientID
	Subscription string // the client's own id
	Days         int    // that the link works
	Send         bool   // also by message
}

// CancelLink is the way to a subscription's cancel page.
type CancelLink struct {
	Path      string    `json:"path" doc:"below the client's public address"`
	URL       string    `json:"url,omitempty" doc:"with the client's public address, where one is set"`
	ExpiresAt time.Time `json:"expiresAt"`
	Message   MessageID `json:"messageId,omitempty"`
}

const subOfExternal = `SELECT id FROM subscriptions WHERE client_id = $1 AND external_id = $2`

// MakeCancelLink signs the way to a subscription's cancel page. Whoever holds it may cancel that subscription and nothing
// else; it shows the plan's name and no other fact of the account.
//
// Codes: invalid, not_found.
func (s *Service) MakeCancelLink(ctx context.Context, by auth.Actor, in CancelLinkInput) (out CancelLink, err error) {
	var f errs.Faults
	f.Check(in.Days >= 1 && in.Days <= cancelLinkDaysMax, "days", "must be from 1 to 400")
	if err := f.Err(); err != nil {
		return out, err
	}
	client, err := by.ClientFor(in.Client)
	if err != nil {
		return out, err
	}
	now := s.now()
	out.ExpiresAt = now.AddDate(0, 0, in.Days)
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		var id int64
		if err := tx.GetContext(ctx, &id, subOfExternal, client, in.Subscription); pg.None(err) {
			return errs.Newf(errs.NotFound, "there is no subscription %q here", in.Subscription)
		} else if err != nil {
			return errs.Wrap(err, "find subscription")
		}
		settings, err := s.settingsOf(ctx, tx, client)
		if err != nil {
			return err
		}
		out.Path = s.follow.signedPath(linkCancel, id, out.ExpiresAt)
		if settings.PublicURL != "" {
			out.URL = settings.PublicURL + out.Path
		}
		if in.Send {
			if out.Message, err = s.sendCancelLink(ctx, tx, id, out); err != nil {
				return err
			}
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{Client: client, Act: "cancel_link.make", Object: fmt.Sprintf("subscription:%d", id)})
	})
	return out, err
}

func (s *Service) sendCancelLink(ctx context.Context, tx *pg.Tx, sub int64, link CancelLink) (MessageID, error) {
	var of selfSub
	if err := tx.GetContext(ctx, &of, selectSelfSub, sub); err != nil {
		return 0, errs.Wrap(err, "read subscription")
	}
	return s.queueMessageTx(ctx, tx, NewMessage{
		Client: of.Client, Person: of.Person, Kind: MessageCancelLink, Key: fmt.Sprintf("subscription:%d:%d", sub, link.ExpiresAt.Unix()),
		Link: link.Path, Prompt: true,
	})
}

// selfByLink is the subscription behind a cancel link, and who reads.
func (s *Service) selfByLink(ctx context.Context, token, chosen string) (of selfSub, r reader, frames []string, err error) {
	id, err := s.follow.readLink(linkCancel, token, s.now())
	if err != nil {
		return of, r, nil, err
	}
	if err = s.db.GetContext(ctx, &of, selectSelfSub, id); pg.None(err) {
		return of, r, nil, badLink()
	} else if err != nil {
		return of, r, nil, errs.Wrap(err, "read subscription")
	}
	to, err := recipientOf(ctx, s.db, of.Client, of.Person)
	if err != nil {
		return of, r, nil, err
	}
	if r, err = s.readerOf(ctx, of.Client, to, chosen); err != nil {
		return of, r, nil, err
	}
	settings, err := s.settingsOf(ctx, s.db, of.Client)
	return of, r, settings.FrameOrigins, err
}

// cancelPage is the customer's own page: cancel at once, first and without a question that must be answered; or book a
// call. Its reasons stand in a new order each time.
func (s *Service) cancelPage(ctx context.Context, token, chosen string) (publicPage, error) {
	of, r, frames, err := s.selfByLink(ctx, token, chosen)
	if err != nil {
		return publicPage{}, err
	}
	p := r.page("cancelTitle", "cancelLead", map[string]string{"plan": of.Plan})
	p.frames = frames
	offers, err := s.selfOffers(ctx, of, r)
	if err != nil {
		return publicPage{}, err
	}
	if of.Status != "active" {
		p.Notes, p.Forms = []string{r.say("cancelAlready", nil)}, offers
		return p, nil
	}
	p.Forms = slices.Concat([]publicForm{s.cancelForm(r)}, offers, []publicForm{s.callbackForm(r)})
	return p, nil
}

func (s *Service) cancelForm(r reader) publicForm {
	words := vocabularies[r.language].Reasons
	codes := make([]labelled, 0, len(words)+1)
	for code, label := range words {
		codes = append(codes, labelled{label, code})
	}
	slices.SortFunc(codes, func(a, b labelled) int { return strings.Compare(a.Value, b.Value) })
	rand.Shuffle(len(codes), func(i, j int) { codes[i], codes[j] = codes[j], codes[i] }) // whoever is first is chosen more often
	codes = append(codes, labelled{r.say("cancelNoReason", nil), ""})
	return publicForm{
		Act: "cancel", Title: r.say("cancelNow", nil), Lead: r.say("cancelNowHelp", nil), Button: r.say("cancelNow", nil), Danger: true,
		Fields: []publicField{
			{Kind: "choice", Name: "reason", Label: r.say("cancelReason", nil), Options: codes},
			{Kind: "text", Name: "said", Label: r.say("cancelSay", nil)},
			{Kind: "check", Name: "winback", Label: r.say("winbackAsk", nil)},
		},
	}
}

func (s *Service) callbackForm(r reader) publicForm {
	slots := []labelled{}
	for _, at := range slotsFrom(s.now(), r.zone) {
		slots = append(slots, labelled{r.at(at), at.UTC().Format(time.RFC3339)})
	}
	return publicForm{
		Act: "callback", Title: r.say("callbackTitle", nil), Lead: r.say("callbackLead", nil), Button: r.say("callbackAct", nil),
		Fields: []publicField{{Kind: "select", Name: "at", Label: r.say("callbackDay", nil), Options: slots}},
	}
}

// slotsFrom are the times at which a call can be booked, by the person's clock.
func slotsFrom(now time.Time, zone *time.Location) []time.Time {
	var out []time.Time
	local := now.In(zone)
	for day := range slotDays {
		for _, hour := range slotHours {
			at := time.Date(local.Year(), local.Month(), local.Day()+day, hour, 0, 0, 0, zone)
			if at.Sub(now) >= slotEarliest {
				out = append(out, at)
			}
		}
	}
	return out
}

// useCancelPage does what a form of the page asks for.
func (s *Service) useCancelPage(ctx context.Context, token, chosen string, form selfForm) (publicPage, error) {
	of, r, frames, err := s.selfByLink(ctx, token, chosen)
	if err != nil {
		return publicPage{}, err
	}
	var p publicPage
	switch form.Act {
	case "cancel":
		p, err = s.cancelBySelf(ctx, of, r, form)
	case "callback":
		p, err = s.callbackBySelf(ctx, of, r, form)
	case "offers", "ask":
		p, err = s.offerBySelf(ctx, of, r, form)
	case "accept":
		p, err = s.acceptBySelf(ctx, of, r, form)
	case "decline":
		p, err = s.declineBySelf(ctx, of, r, form)
	case "permit", "forbid":
		p, err = s.permitBySelf(ctx, of, r, form)
	default:
		return publicPage{}, errs.Newf(errs.Invalid, "there is no such act on this page")
	}
	p.frames = frames
	return p, err
}

// selfForm is what a form of the page says.
type selfForm struct {
	Act     string
	Reason  string // a code of the list, "" for none
	Said    string
	At      string // of a call
	Offer   string // the presentation that is answered
	Winback bool
}

const insertWinbackConsent = `
INSERT INTO contact_consents (person_id, client_id, purpose, source, given_at) VALUES ($1, $2, 'winback', 'page', $3)
ON CONFLICT (person_id, purpose) DO UPDATE SET source = excluded.source, given_at = excluded.given_at, withdrawn_at = NULL`

// cancelBySelf lets the cancellation go ahead at once, by the same case that a call would work on; its lead is taken back
// and the customer gets the receipt in writing. Pressed twice is once.
func (s *Service) cancelBySelf(ctx context.Context, of selfSub, r reader, form selfForm) (publicPage, error) {
	now := s.now()
	var id CaseID
	ask := false
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		c, err := s.selfCase(ctx, tx, of, form, now)
		if err != nil || c == nil {
			if err == nil {
				err = errs.Wrap(tx.GetContext(ctx, &id, lastCaseOf, of.Sub), "find case")
			}
			return err
		}
		id = c.ID
		by := selfActor(of.Client)
		if c.open() || !c.SaidCancel { // a case held out is on its way already
			if err := s.cancel(ctx, tx, by, c, "customer", now); err != nil {
				return err
			}
		}
		if err := s.withdraw(ctx, tx, c, false); err != nil {
			return err
		}
		if form.Winback {
			if _, err := tx.ExecContext(ctx, insertWinbackConsent, of.Person, of.Client, now); err != nil {
				return errs.Wrap(err, "note consent")
			}
		}
		_, err = s.queueMessageTx(ctx, tx, NewMessage{
			Client: of.Client, Person: of.Person, Kind: MessageOutcome, Key: fmt.Sprintf("case:%d:cancelled", c.ID), Case: c.ID,
			Outcome: noticeCancelled, Prompt: true,
		})
		if err == nil {
			ask, err = s.mayAsk(ctx, tx, c, now)
		}
		return err
	})
	if err != nil {
		return publicPage{}, err
	}
	p := r.done("cancelTitle", "cancelDone", map[string]string{"at": r.at(now)})
	p.Notes = append(p.Notes, r.say("cancelNumber", map[string]string{"case": fmt.Sprint(id)}))
	if ask {
		p.Forms = permitForms(r)
	}
	return p, nil
}

// callbackBySelf books a call. Their wish to cancel is on record from here on: undecided, it goes ahead at its deadline.
func (s *Service) callbackBySelf(ctx context.Context, of selfSub, r reader, form selfForm) (publicPage, error) {
	at, err := time.Parse(time.RFC3339, form.At)
	if err != nil || !slices.ContainsFunc(slotsFrom(s.now(), r.zone), at.Equal) {
		return publicPage{}, errs.Newf(errs.Conflict, "this time cannot be booked any more")
	}
	campaign, err := s.saveCampaign(ctx, of.Client, 0)
	if err != nil {
		return publicPage{}, err
	}
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		c, err := s.selfCase(ctx, tx, of, form, now)
		if err != nil || c == nil {
			return err
		}
		by := selfActor(of.Client)
		if c.Campaign != 0 {
			campaign = c.Campaign
		}
		if campaign != 0 {
			lead, err := s.leads.AddLeadTx(ctx, tx, campaigns.NewLead{
				Campaign: campaign, Person: of.Person, DueAt: at, CaseID: int64(c.ID), Now: now,
			})
			if err != nil {
				return errs.Wrap(err, "book the call")
			}
			if _, err := tx.ExecContext(ctx, setCaseLead, c.ID, lead, campaign, now); err != nil {
				return errs.Wrap(err, "book the call")
			}
		}
		if c.State == flow.InProgress || c.State == flow.Offering { // they looked at an offer first
			if err := c.apply(ctx, tx, by, now, flow.Event{Kind: flow.CallbackAgreed, Data: flow.Data{ExpiresAt: &at}}); err != nil {
				return err
			}
		}
		if err := c.note(ctx, tx, by, now, "callback_booked", map[string]any{"at": at}); err != nil {
			return err
		}
		_, err = s.queueMessageTx(ctx, tx, NewMessage{
			Client: of.Client, Person: of.Person, Kind: MessageCallback, Key: fmt.Sprintf("case:%d:%d", c.ID, at.Unix()), Case: c.ID, At: &at,
			Prompt: true,
		})
		return err
	})
	if err != nil {
		return publicPage{}, err
	}
	return r.done("cancelTitle", "callbackDone", map[string]string{"at": r.at(at)}), nil
}

// selfCase is the subscription's open case, with this request attached to it, or a new one; nil where the subscription is on
// its way to be cancelled already. The lead's row is locked before the case's.
func (s *Service) selfCase(ctx context.Context, tx *pg.Tx, of selfSub, form selfForm, now time.Time) (*caseRow, error) {
	if _, err := tx.ExecContext(ctx, lockSelfCustomer, of.Customer); err != nil {
		return nil, errs.Wrap(err, "lock customer")
	}
	if err := tx.GetContext(ctx, &of, selectSelfSub, of.Sub); err != nil {
		return nil, errs.Wrap(err, "read subscription")
	}
	if of.Status != "active" {
		return nil, nil
	}
	reason := form.Reason
	if _, known := vocabularies["en"].Reasons[reason]; !known || len(reason) > selfReasonCodeMax {
		reason = ""
	}
	said := []rune(form.Said)
	var request int64
	err := tx.GetContext(ctx, &request, insertRequest, of.Client, "web:"+newRef(), of.Customer, sourceWeb, reason,
		string(said[:min(len(said), noteCharsMax/4)]), now, now)
	if err != nil {
		return nil, errs.Wrap(err, "record request")
	}
	var open struct {
		ID   CaseID           `db:"id"`
		Lead campaigns.LeadID `db:"lead_id"`
	}
	if err := tx.GetContext(ctx, &open, openCaseIDOf, of.Sub); pg.None(err) {
		return s.newSelfCase(ctx, tx, of, request, reason, now)
	} else if err != nil {
		return nil, errs.Wrap(err, "find the customer's case")
	}
	if open.Lead != 0 {
		if err := s.leads.LockLeadTx(ctx, tx, open.Lead); err != nil {
			return nil, err
		}
	}
	c, err := lockedCase(ctx, tx, lockCase, open.ID)
	if err != nil {
		return nil, err
	}
	return c, attach(ctx, tx, selfActor(of.Client), c, request, now)
}

func (s *Service) newSelfCase(ctx context.Context, tx *pg.Tx, of selfSub, request int64, reason string, now time.Time) (*caseRow, error) {
	in := NewCase{
		Client: of.Client, Source: sourceWeb, ReasonCode: reason, DueAt: now.AddDate(0, 0, caseDueDays),
		Subscription: NewSubscription{Price: money.Amount{Minor: of.PriceMinor, Currency: of.Currency}},
	}
	opened, err := s.newCase(ctx, tx, selfActor(of.Client), in, newCaseIDs{request, customerIDs{of.Customer, of.Person}, of.Sub}, now)
	if err != nil {
		return nil, err
	}
	return lockedCase(ctx, tx, lockCase, opened.Case)
}
