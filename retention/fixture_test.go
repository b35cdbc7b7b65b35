package retention

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"saveline/campaigns"
	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/live"
	"saveline/internal/money"
	"saveline/internal/pg"
	"saveline/internal/pgtest"
	"saveline/internal/phone"
)

// noon is a Monday, 12:00 in New York, 09:00 in Los Angeles: everybody in the lower 48 may be called.
var noon = time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC)

// desk is the service over real campaigns and a real dialer, on a database of its own, with a clock the test moves.
type desk struct {
	*Service
	t      testing.TB
	db     *sqlx.DB
	dsn    string
	calls  *dialer.Service
	leads  *campaigns.Service
	client auth.ClientID
	boss   auth.Actor
	ann    auth.Actor
	ben    auth.Actor
	mu     sync.Mutex
	clock  time.Time
	people int
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	d := &desk{t: t, dsn: pgtest.DSN(t), clock: noon}
	var err error
	d.db, err = pg.Open(context.Background(), d.dsn, pg.Settings{MaxOpen: 16})
	d.must(err)
	t.Cleanup(func() { _ = d.db.Close() })
	d.exec(`INSERT INTO database_kind (kind, marked_at) VALUES ('rehearsal', $1)`, noon)
	d.must(d.db.Get(&d.client, `INSERT INTO clients (name, created_at) VALUES ('Acme', $1) RETURNING id`, noon))
	d.boss = d.user("Mia", auth.Manager)
	d.ann, d.ben = d.user("Ann", auth.Agent), d.user("Ben", auth.Agent)
	quiet := slog.New(slog.DiscardHandler)
	d.leads = campaigns.New(d.db, d.now, quiet, live.Nowhere{})
	d.calls = dialer.New(d.db, d.now, quiet, d.leads, nil, live.Nowhere{}, "test")
	d.Service = New(d.db, d.now, quiet, d.calls, d.leads, live.Nowhere{})
	d.SetRecorder(SimulatedRecorder{})
	d.SetKey(auth.SecretKey{1})
	return d
}

func (d *desk) now() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.clock
}

func (d *desk) pass(by time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.clock = d.clock.Add(by)
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// refused fails the test unless err has the code.
func (d *desk) refused(err error, want errs.Code) {
	d.t.Helper()
	if got := errs.CodeOf(err); got != want {
		d.t.Fatalf("error %v has code %q, want %q", err, got, want)
	}
}

func (d *desk) user(name string, roles ...auth.Role) auth.Actor {
	d.t.Helper()
	a := auth.Actor{Name: name, Roles: roles, Clients: []auth.ClientID{d.client}}
	d.must(d.db.Get(&a.User, `INSERT INTO users (email, name, password_hash, created_at) VALUES ($1, $2, 'x', $3) RETURNING id`,
		name+"@example.com", name, noon))
	return a
}

// campaign makes a running one, open round the clock so that only the person's hours count.
func (d *desk) campaign(purpose string) campaigns.ID {
	d.t.Helper()
	retry, err := json.Marshal(campaigns.DefaultRetry())
	d.must(err)
	var id campaigns.ID
	d.must(d.db.Get(&id, `INSERT INTO campaigns (client_id, name, purpose, mode, state, windows, zone, caller_id, retry, created_by, created_at, updated_at)
		VALUES ($1, $2, $2, 'manual', 'running', $3, 'America/New_York', '+12125550100', $4, 'test', $5, $5) RETURNING id`,
		d.client, purpose, `[{"days":["mon","tue","wed","thu","fri","sat","sun"],"from":"00:00","to":"24:00"}]`, retry, noon))
	return id
}

func (d *desk) tx(fn func(ctx context.Context, tx *pg.Tx) error) {
	d.t.Helper()
	d.must(pg.InTx(context.Background(), d.db, func(tx *pg.Tx) error { return fn(context.Background(), tx) }))
}

// person adds somebody new to the campaign's list.
func (d *desk) person(c campaigns.ID) campaigns.LeadID {
	d.t.Helper()
	d.people++
	var lead campaigns.LeadID
	d.tx(func(ctx context.Context, tx *pg.Tx) error {
		p, err := d.leads.UpsertPersonTx(ctx, tx, campaigns.NewPerson{
			Client: d.client, Name: fmt.Sprintf("Pat Person%d", d.people), Now: d.now(),
			Phones: []phone.E164{phone.E164(fmt.Sprintf("+1212555%04d", 1000+d.people))},
		})
		if err != nil {
			return err
		}
		lead, err = d.leads.AddLeadTx(ctx, tx, campaigns.NewLead{Campaign: c, Person: p, Now: d.now()})
		return err
	})
	return lead
}

// connect has the lead called through the gate and the agent talking to them.
func (d *desk) connect(lead campaigns.LeadID, agent auth.Actor) (call dialer.CallID) {
	d.t.Helper()
	d.tx(func(ctx context.Context, tx *pg.Tx) error {
		var campaign campaigns.ID
		if err := tx.GetContext(ctx, &campaign, `SELECT campaign_id FROM leads WHERE id = $1`, lead); err != nil {
			return err
		}
		if _, err := d.leads.ReserveOneTx(ctx, tx, lead, campaigns.Lease{Campaign: campaign, Epoch: 1}); err != nil {
			return err
		}
		a, err := d.leads.PlaceTx(ctx, tx, lead, campaigns.Dialing{Epoch: 1, Agent: agent.User, Mode: "manual", Trunk: "sim"})
		if err != nil {
			return err
		}
		if !a.Verdict.Allowed {
			return fmt.Errorf("the gate refused: %+v", a.Verdict)
		}
		err = tx.GetContext(ctx, &call, `INSERT INTO calls (client_id, campaign_id, lead_id, person_id, attempt_id, number, state, agent_id, epoch,
			placed_at, answered_at, connected_at) VALUES ($1, $2, $3, $4, $5, $6, 'connected', $7, 1, $8, $8, $8) RETURNING id`,
			d.client, campaign, lead, a.Lead.Person, a.ID, a.Number, agent.User, d.now())
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO agent_states (user_id, state, campaign_id, call_id, since, heartbeat_at)
			VALUES ($1, 'talking', $2, $3, $4, $4) ON CONFLICT (user_id) DO UPDATE SET state = 'talking', campaign_id = $2, call_id = $3`,
			agent.User, campaign, call, d.now())
		return err
	})
	return call
}

// hangUp ends the call's conversation: the agent wraps up.
func (d *desk) hangUp(call dialer.CallID) {
	d.t.Helper()
	d.exec(`UPDATE calls SET state = 'ended', disposition = 'answered', ended_at = $2 WHERE id = $1`, call, d.now())
	d.exec(`UPDATE agent_states SET state = 'wrapping' WHERE call_id = $1`, call)
}

// offer makes an offer of a kind worth what is said, in cents.
func (d *desk) offer(kind string, cents int64, purposes ...string) Offer {
	d.t.Helper()
	o, err := d.CreateOffer(context.Background(), d.boss, NewOffer{
		Code: fmt.Sprintf("%s-%d", kind, d.count(`SELECT count(*) FROM offers`)), OfferInput: offerInput(kind, cents, purposes...),
	})
	d.must(err)
	return o
}

func offerInput(kind string, cents int64, purposes ...string) OfferInput {
	terms := map[string]Terms{
		"discount_percent": {"percent": 25, "cycles": 3}, "credit": {"amount": "10.00"}, "pause": {"months": 2}, "free_month": {"months": 1},
		"plan_change": {"plan": "Basic"}, "discount_amount": {"amount": "5.00", "cycles": 2},
	}
	return OfferInput{
		Name: "A " + kind, Kind: kind, Say: "Hello {{person.firstName}}, I am {{agent.name}}.", Terms: terms[kind],
		Value: money.Amount{Minor: cents, Currency: "USD"}, Purposes: purposes,
	}
}

// accept presents the offer on the call and records a yes.
func (d *desk) accept(by auth.Actor, call dialer.CallID, o Offer) Presentation {
	d.t.Helper()
	return d.answer(by, call, o, Accepted)
}

func (d *desk) answer(by auth.Actor, call dialer.CallID, o Offer, decision string) Presentation {
	d.t.Helper()
	p, err := d.Present(context.Background(), by, PresentInput{Call: call, Offer: o.ID})
	d.must(err)
	in := DecideInput{Presentation: p.ID, Decision: decision}
	if decision == Accepted && o.Result == ResultUpsell {
		in.Consent = &UpsellConsent{Disclosed: true, Words: "yes, please add it"}
	}
	p, err = d.Decide(context.Background(), by, in)
	d.must(err)
	return p
}

func (d *desk) conclude(by auth.Actor, call dialer.CallID, code string) Outcome {
	d.t.Helper()
	out, err := d.Conclude(context.Background(), by, ConcludeInput{Call: call, Code: code})
	d.must(err)
	return out
}

// aCase opens a case of a new customer who pays 80.00 a month, in the running save campaign.
func (d *desk) aCase() Case {
	d.t.Helper()
	d.people++
	opened, err := d.OpenCase(context.Background(), d.boss, newCase(d.people))
	d.must(err)
	return d.caseNow(opened.Case)
}

func newCase(n int) NewCase {
	return NewCase{
		ExternalID: fmt.Sprintf("req-%d", n), Source: "api", ReasonCode: "too_expensive",
		Customer: NewCustomer{
			ExternalID: fmt.Sprintf("cust-%d", n), Name: fmt.Sprintf("Chris Customer%d", n),
			Phones: []phone.E164{phone.E164(fmt.Sprintf("+1212555%04d", 2000+n))}, Region: "US-TX",
		},
		Subscription: NewSubscription{ExternalID: fmt.Sprintf("sub-%d", n), Plan: "Gold", Price: money.Amount{Minor: 8000, Currency: "USD"}},
	}
}

// caseNow reads the case and checks that its state is the fold of its log.
func (d *desk) caseNow(id CaseID) Case {
	d.t.Helper()
	c, err := d.CaseFor(context.Background(), d.boss, id)
	d.must(err)
	d.tx(func(ctx context.Context, tx *pg.Tx) error {
		_, err := lockedCase(ctx, tx, lockCase, id) // a case whose log does not fold to its state cannot be read
		return err
	})
	return c.Case
}

func (d *desk) exec(query string, args ...any) {
	d.t.Helper()
	_, err := d.db.Exec(query, args...)
	d.must(err)
}

func (d *desk) count(query string, args ...any) int {
	d.t.Helper()
	var n int
	d.must(d.db.Get(&n, query, args...))
	return n
}

func (d *desk) text(query string, args ...any) string {
	d.t.Helper()
	var s string
	d.must(d.db.Get(&s, query, args...))
	return s
}

func fieldsOf(err error) []errs.Field {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e.Fields
	}
	return nil
}

func campaignLead(id float64) campaigns.LeadID { return campaigns.LeadID(id) }

type dialerCall = dialer.CallID
