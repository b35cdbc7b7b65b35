package retention

import (
	"context"
	"slices"
	"time"

	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/retention/flow"
	"saveline/retention/policy"
)

// SaveDesk is everything the agent of a call about a wish to cancel needs beside the offers.
type SaveDesk struct {
	Case       CaseID       `json:"caseId"`
	State      flow.State   `json:"state"`
	ReasonCode string       `json:"reasonCode" doc:"as far as it is known; the customer need not say"`
	ReasonText string       `json:"reasonText"`
	Reasons    []Reason     `json:"reasons" doc:"to choose from, in an order of this case's own"`
	Fixes      []Fix        `json:"fixes" doc:"to try before money"`
	Tried      []string     `json:"tried" doc:"codes of the fixes that were tried"`
	Law        DeskLaw      `json:"law"`
	Next       *Choice      `json:"next,omitempty" doc:"which offer was chosen to be tried next, and why; none: the script decides"`
	Approval   *Approval    `json:"approval,omitempty" doc:"the last question to a supervisor"`
	Evidence   DeskEvidence `json:"evidence"`
	Account    *DeskAccount `json:"account,omitempty" doc:"not there until the person on the line was verified"`
	DueAt      time.Time    `json:"dueAt" doc:"undecided by then, the cancellation goes ahead"`
	Cancelled  bool         `json:"cancelled" doc:"they said cancel it: nothing is offered any more"`
	Unverified bool         `json:"unverified" doc:"ask the questions first: until then reason and next offer are not shown, and cancelling is possible all the same"`
}

// DeskLaw is what may be said here.
type DeskLaw struct {
	Mode     string       `json:"mode"`
	Sentence string       `json:"sentence"`
	MayOffer bool         `json:"mayOffer"`
	Why      string       `json:"why,omitempty" doc:"why no offer may be made now"`
	Next     policy.Step  `json:"next"`
	Notices  []DeskNotice `json:"notices" doc:"to read aloud and tick, in order"`
	Rules    []string     `json:"rules"`
}

// DeskNotice is a text to read.
type DeskNotice struct {
	Code string `json:"code" enum:"cancel_any_time,do_not_ask_again"`
	Read bool   `json:"read"`
}

// DeskEvidence is how the customer's agreement would be shown.
type DeskEvidence struct {
	Recording string     `json:"recording" doc:"kind of the recording of this call; empty: there is none"`
	OnRecord  bool       `json:"onRecord" doc:"the agreement is proved already"`
	LinkUntil *time.Time `json:"linkUntil,omitempty" doc:"a link is with the customer until then"`
}

// SaveDeskFor reads the save desk of an agent's own call. The first look takes up the case.
//
// Codes: not_found, conflict (another agent's call, nobody connected, the call is concluded or about no case).
func (s *Service) SaveDeskFor(ctx context.Context, by auth.Actor, id dialer.CallID) (out SaveDesk, err error) {
	var call dialer.Call
	var asked ApprovalID
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if call, err = s.lockedCall(ctx, tx, by, id); err != nil {
			return err
		}
		if err := refuseConcluded(ctx, tx, call); err != nil {
			return err
		}
		c, err := s.takeUp(ctx, tx, by, call)
		if err != nil {
			return err
		}
		if c == nil {
			return errs.Newf(errs.NotFound, "this call is not about a wish to cancel")
		}
		if err := tx.GetContext(ctx, &asked, lastApproval, c.ID); err != nil {
			return errs.Wrap(err, "find approval")
		}
		if out, err = s.saveDesk(ctx, tx, c, call); err != nil {
			return err
		}
		known, err := mayKnow(ctx, tx, by, call)
		if err != nil {
			return err
		}
		if !known {
			out.ReasonCode, out.ReasonText, out.Tried, out.Unverified = "", "", []string{}, true
			return nil
		}
		out.Next, err = s.chosenFor(ctx, tx, by, c, call)
		return err
	})
	if err != nil || asked == 0 {
		return out, err
	}
	approval, err := s.approval(ctx, by, asked)
	out.Approval = &approval
	return out, err
}

// chosenFor is the choice of the next offer, made now if it was not made before; nil where the script decides.
func (s *Service) chosenFor(ctx context.Context, tx *pg.Tx, by auth.Actor, c *caseRow, call dialer.Call) (*Choice, error) {
	how, err := choosingOf(ctx, tx, c)
	if err != nil || !how.routing.on() {
		return nil, err
	}
	v := view{call: call, c: c}
	if v.shown, err = presentationsOf(ctx, tx, call.ID); err != nil {
		return nil, err
	}
	offers, err := shelfOf(ctx, tx, call)
	if err != nil {
		return nil, err
	}
	if err := s.weigh(ctx, tx, by, &v, offers); err != nil || v.choice == nil {
		return nil, err
	}
	out := v.choice.choice()
	return &out, nil
}

const lastApproval = `SELECT coalesce(max(id), 0) FROM approvals WHERE case_id = $1`

const reasonOfCase = `
SELECT coalesce(NULLIF(c.reason_code, ''), r.reason_code) AS code, coalesce(NULLIF(c.reason_text, ''), r.reason_text) AS text
FROM cases c JOIN cancel_requests r ON r.id = c.request_id WHERE c.id = $1`

const triedFixes = `SELECT DISTINCT x.code FROM fix_attempts a JOIN fixes x ON x.id = a.fix_id WHERE a.case_id = $1 ORDER BY x.code`

func (s *Service) saveDesk(ctx context.Context, tx *pg.Tx, c *caseRow, call dialer.Call) (SaveDesk, error) {
	now := s.now()
	out := SaveDesk{Case: c.ID, State: c.State, DueAt: c.DueAt, Cancelled: c.SaidCancel, Tried: []string{}}
	var reason struct {
		Code string `db:"code"`
		Text string `db:"text"`
	}
	if err := tx.GetContext(ctx, &reason, reasonOfCase, c.ID); err != nil {
		return out, errs.Wrap(err, "read reason")
	}
	out.ReasonCode, out.ReasonText = reason.Code, reason.Text
	reasons, err := reasonsOf(ctx, tx, c.Client)
	if err != nil {
		return out, err
	}
	out.Reasons = shuffled(reasons, c.ID)
	fixes, err := fixesOf(ctx, tx, c.Client)
	if err != nil {
		return out, err
	}
	out.Fixes = slices.DeleteFunc(fixes, func(x Fix) bool {
		return !x.Active || len(x.Reasons) > 0 && !slices.Contains(x.Reasons, reason.Code)
	})
	if err := tx.SelectContext(ctx, &out.Tried, triedFixes, c.ID); err != nil {
		return out, errs.Wrap(err, "read fixes that were tried")
	}
	p, err := placeOf(ctx, tx, c.ID)
	if err != nil {
		return out, err
	}
	if out.Account, err = deskAccount(ctx, tx, c, call); err != nil {
		return out, err
	}
	out.Law = c.deskLaw(p, now)
	out.Evidence = DeskEvidence{OnRecord: c.Ref != "", LinkUntil: someTime(c.LinkUntil)}
	if s.recorder != nil {
		out.Evidence.Recording, _ = s.recorder.RecordingOf(call)
	}
	return out, nil
}

func (c *caseRow) deskLaw(p place, now time.Time) DeskLaw {
	law := policy.Decide(now, p.jurisdictions()...)
	v := law.May(c.progress(p, now))
	out := DeskLaw{
		Mode: string(law.Mode), Sentence: law.Sentence(), MayOffer: v.Allowed, Next: v.Next, Rules: law.Rules, Notices: []DeskNotice{},
	}
	if !v.Allowed {
		out.Why = v.Sentence
	}
	for _, n := range law.Notices {
		out.Notices = append(out.Notices, DeskNotice{Code: string(n), Read: slices.Contains(c.Notices, string(n))})
	}
	return out
}

func someTime(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	return &at
}
