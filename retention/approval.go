package retention

import (
	"context"
	"fmt"
	"time"

	"saveline/campaigns"
	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/internal/pg"
	"saveline/retention/flow"
)

// ApprovalID names one question to a supervisor.
type ApprovalID int64

// approvalSeconds is how long a supervisor has: the customer is on the line. No answer is a no.
const approvalSeconds = 120

// Approval is a question to a supervisor: whether an offer above the agent's limits may be made, with the facts of the
// case beside it.
type Approval struct {
	ID            ApprovalID    `json:"id"`
	Client        auth.ClientID `json:"clientId"`
	Case          CaseID        `json:"caseId"`
	Call          dialer.CallID `json:"callId"`
	Agent         auth.UserID   `json:"agentId"`
	AgentName     string        `json:"agent"`
	Offer         OfferID       `json:"offerId"`
	OfferName     string        `json:"offer"`
	DepthPercent  int           `json:"depthPercent" doc:"share of the price it gives away, rounded down"`
	Cost          money.Amount  `json:"cost" doc:"over its whole life, for this customer"`
	Why           string        `json:"why" doc:"what the agent said"`
	Customer      string        `json:"customer"`
	Tier          string        `json:"valueTier"`
	Plan          string        `json:"plan"`
	MRR           money.Amount  `json:"mrr"`
	Reason        string        `json:"reasonCode"`
	OffersBefore  int           `json:"offersBefore" doc:"made in this case so far"`
	SavesBefore   int           `json:"savesBefore" doc:"of this customer, in earlier cases"`
	RequestedAt   time.Time     `json:"requestedAt"`
	ExpiresAt     time.Time     `json:"expiresAt" doc:"no answer until then is a no"`
	Decision      string        `json:"decision,omitempty" enum:"approved,declined,timeout"`
	DecidedByName string        `json:"decidedBy,omitempty"`
}

// AskInput asks for an approval.
type AskInput struct {
	Call  dialer.CallID
	Offer OfferID
	Why   string
}

const insertApproval = `
INSERT INTO approvals (client_id, case_id, call_id, offer_version_id, requested_by, owner_id, why, requested_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id`

// AskApproval asks the supervisors of the floor whether an offer above the agent's limits may be made. They have two
// minutes; the agent goes on with the customer meanwhile.
//
// Codes: invalid, not_found, conflict (the offer may not be made, the agent may make it alone, or somebody is asked already).
func (s *Service) AskApproval(ctx context.Context, by auth.Actor, in AskInput) (out Approval, err error) {
	var f errs.Faults
	f.Check(len(in.Why) <= reasonCharsMax, "why", "use at most 200 characters")
	if err := f.Err(); err != nil {
		return Approval{}, err
	}
	now := s.now()
	var v view
	var id ApprovalID
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		var w weighed
		if v, w, err = s.weighOne(ctx, tx, by, in.Call, in.Offer); err != nil {
			return err
		}
		switch {
		case v.c == nil || w.Result != ResultSave:
			return errs.Newf(errs.Conflict, "this offer needs nobody's approval")
		case w.refused != "":
			return errs.Newf(errs.Conflict, "%s", w.refused)
		case !w.over:
			return errs.Newf(errs.Conflict, "you may make this offer without asking")
		}
		until := microInstant(now.Add(approvalSeconds * time.Second))
		owner := max(v.c.Owner, int64(by.User))
		if v.c.Owner != 0 {
			owner = v.c.Owner
		}
		err = tx.GetContext(ctx, &id, insertApproval, v.c.Client, v.c.ID, v.call.ID, w.versionID, by.User, owner, in.Why, now, until)
		if err != nil {
			return errs.Wrap(err, "ask for approval")
		}
		if v.c.State == flow.InProgress {
			if err := v.c.apply(ctx, tx, by, now, flow.Event{Kind: flow.OfferingBegan}); err != nil {
				return err
			}
		}
		asked := flow.Event{Kind: flow.ApprovalRequested, Data: flow.Data{Offer: w.flowOffer(0), ExpiresAt: &until}}
		return v.c.apply(ctx, tx, by, now, asked)
	})
	if err != nil {
		return Approval{}, err
	}
	s.tellApproval(v.call.Campaign, by.User, id)
	return s.approval(ctx, by, id)
}

// tellApproval sends news of an approval to the floor, and to the agent who waits.
func (s *Service) tellApproval(campaign campaigns.ID, agent auth.UserID, id ApprovalID) {
	data := map[string]any{"approvalId": id}
	s.pub.Publish("floor", "approval", data)
	s.tell(campaign, agent, "approval", data)
}

const caseOfApproval = `
SELECT a.case_id, a.requested_by, a.decision IS NOT NULL AS decided, coalesce(c.campaign_id, 0) AS campaign_id
FROM approvals a JOIN cases c ON c.id = a.case_id WHERE a.client_id = ANY($1) AND a.id = $2`

const decideApproval = `
UPDATE approvals SET decision = $2, decided_by = $3, decided_at = $4 WHERE id = $1 AND decision IS NULL`

// DecideApproval is a supervisor's answer, within the time and by somebody else than the agent of the case.
//
// Codes: not_found, conflict (answered, too late, or the agent's own).
func (s *Service) DecideApproval(ctx context.Context, by auth.Actor, id ApprovalID, approve bool) (out Approval, err error) {
	if by.User == 0 {
		return Approval{}, errs.Newf(errs.Forbidden, "a person decides this")
	}
	var of struct {
		Case     CaseID       `db:"case_id"`
		Agent    auth.UserID  `db:"requested_by"`
		Decided  bool         `db:"decided"`
		Campaign campaigns.ID `db:"campaign_id"`
	}
	if err := s.db.GetContext(ctx, &of, caseOfApproval, by.Scope(), id); pg.None(err) {
		return Approval{}, errs.Newf(errs.NotFound, "there is no approval %d here", id)
	} else if err != nil {
		return Approval{}, errs.Wrap(err, "read approval")
	}
	now := s.now()
	decision, kind := "declined", flow.ApprovalDeclined
	if approve {
		decision, kind = "approved", flow.Approved
	}
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		c, err := s.lockNamed(ctx, tx, by, of.Case)
		if err != nil {
			return err
		}
		if of.Decided || c.State != flow.ApprovalPending {
			return errs.Newf(errs.Conflict, "this was answered already, or the time to answer is over")
		}
		if err := c.apply(ctx, tx, by, now, flow.Event{Kind: kind}); err != nil {
			return err
		}
		done, err := tx.ExecContext(ctx, decideApproval, id, decision, by.User, now)
		if err != nil {
			return errs.Wrap(err, "decide approval")
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return errs.WithCause(errs.Conflict, err, "this was answered already, or the time to answer is over")
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{
			Client: c.Client, Act: "approval." + decision, Object: fmt.Sprintf("approval:%d", id), Data: map[string]any{"case": c.ID},
		})
	})
	if err != nil {
		return Approval{}, err
	}
	s.tellApproval(of.Campaign, of.Agent, id)
	return s.approval(ctx, by, id)
}

// Approvals lists what waits for a supervisor's answer, the oldest question first.
func (s *Service) Approvals(ctx context.Context, by auth.Actor) ([]Approval, error) {
	return s.approvals(ctx, by, 0)
}

func (s *Service) approval(ctx context.Context, by auth.Actor, id ApprovalID) (Approval, error) {
	all, err := s.approvals(ctx, by, id)
	if err != nil || len(all) == 0 {
		return Approval{}, errs.Wrap(err, "read approval")
	}
	return all[0], nil
}
