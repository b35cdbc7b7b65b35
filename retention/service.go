package retention

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jmoiron/sqlx"

	"saveline/campaigns"
	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/live"
	"saveline/internal/pg"
	"saveline/internal/phone"
	"saveline/retention/eligibility"
)

// calls is what an act on a call needs of the dialer.
type calls interface {
	CallForTx(ctx context.Context, tx *pg.Tx, by auth.Actor, call dialer.CallID) (dialer.Call, error)
	// LockTx takes the lead's row first, then the call's; agent 0 is the house.
	LockTx(ctx context.Context, tx *pg.Tx, call dialer.CallID, agent auth.UserID) (dialer.Call, error)
	WrapUpDoneTx(ctx context.Context, tx *pg.Tx, call dialer.CallID, agent auth.UserID) error
}

// leads is what ends and begins the calling of somebody.
type leads interface {
	LockLeadTx(ctx context.Context, tx *pg.Tx, lead campaigns.LeadID) error
	SettleTx(ctx context.Context, tx *pg.Tx, lead campaigns.LeadID, st campaigns.Settlement) error
	AddLeadTx(ctx context.Context, tx *pg.Tx, in campaigns.NewLead) (campaigns.LeadID, error)
	WithdrawLeadTx(ctx context.Context, tx *pg.Tx, lead campaigns.LeadID, why string) error
	SuppressTx(ctx context.Context, tx *pg.Tx, client auth.ClientID, n phone.E164, why, source string, by auth.Actor) error
}

// people is who is called, and in which campaigns.
type people interface {
	UpsertPersonTx(ctx context.Context, tx *pg.Tx, in campaigns.NewPerson) (campaigns.PersonID, error)
	CampaignFor(ctx context.Context, id campaigns.ID) (campaigns.Campaign, error)
	PurposeTx(ctx context.Context, tx *pg.Tx, id campaigns.ID) (string, error)
	Running(ctx context.Context) ([]campaigns.Campaign, error)
}

// Service is the save desk and the shelf of offers.
type Service struct {
	db     *sqlx.DB
	now    func() time.Time
	log    *slog.Logger
	calls  calls
	leads  leads
	people people
	pub    live.Publisher
	wiring Wiring // of billing systems
	follow follow

	models      *models
	conditions  *eligibility.Compiler
	recorder    recorder    // nil: no call has a recording
	linkKey     []byte      // nil: no links are made
	expectedPay expectedPay // nil: what a save would pay is not known
	payCost     payCost     // nil: what pay a save cost is not known
}

// New returns the service. Calls are locked and wrapped up through the dialer, leads settled through campaigns.
func New(
	db *sqlx.DB, now func() time.Time, log *slog.Logger, calls *dialer.Service, leads *campaigns.Service, pub live.Publisher,
) *Service {
	return &Service{
		db: db, now: now, log: log, calls: calls, leads: leads, people: leads, pub: pub, follow: newFollow(auth.NewSecretKey()),
		models: newModels(), conditions: eligibility.NewCompiler(),
	}
}

// lockedCall is the call of an act that only its own agent may do while the conversation or its wrap-up lasts.
//
// Codes: forbidden (the house has no calls of its own), not_found, conflict (another agent's, or nobody was connected).
func (s *Service) lockedCall(ctx context.Context, tx *pg.Tx, by auth.Actor, id dialer.CallID) (dialer.Call, error) {
	if by.User == 0 {
		return dialer.Call{}, errs.Newf(errs.Forbidden, "only the agent of a call can do this")
	}
	call, err := s.calls.LockTx(ctx, tx, id, by.User)
	if errs.Is(err, errs.Conflict) { // that another client's call exists is not said
		if _, hidden := s.calls.CallForTx(ctx, tx, by, id); hidden != nil {
			return dialer.Call{}, hidden
		}
	}
	if err != nil {
		return dialer.Call{}, err
	}
	if !by.Sees(call.Client) {
		return dialer.Call{}, errs.Newf(errs.NotFound, "there is no call %d here", id)
	}
	return call, connected(call)
}

func connected(call dialer.Call) error {
	if call.ConnectedAt == nil {
		return errs.Newf(errs.Conflict, "nobody is connected on this call yet")
	}
	return nil
}

// tell sends news to the screens that show this campaign and this agent.
func (s *Service) tell(campaign campaigns.ID, agent auth.UserID, event string, data any) {
	if campaign != 0 {
		s.pub.Publish(fmt.Sprintf("campaign:%d", campaign), event, data)
	}
	if agent != 0 {
		s.pub.Publish(fmt.Sprintf("agent:%d", agent), event, data)
	}
}

// tellCase sends news of a case to the screens that show it.
func (s *Service) tellCase(c *caseRow) {
	s.tell(c.Campaign, auth.UserID(c.Owner), "case", map[string]any{"caseId": c.ID, "state": c.State})
}
