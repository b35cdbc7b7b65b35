package retention

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/lib/pq"

	"saveline/campaigns"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/retention/trial"
)

// OutreachID names a campaign to those who left or may leave.
type OutreachID int64

// The kinds of outreach.
const (
	OutreachWinback   = "winback"   // to those who left, 30, 60 or 90 days after
	OutreachProactive = "proactive" // to those whose risk of leaving is high
)

// Outreach calls those who left, or may leave, always against a holdout that is left alone.
type Outreach struct {
	ID             OutreachID     `json:"id" db:"id"`
	Client         auth.ClientID  `json:"clientId" db:"client_id"`
	Name           string         `json:"name" db:"name"`
	Kind           string         `json:"kind" db:"kind" enum:"winback,proactive"`
	Campaign       campaigns.ID   `json:"campaignId" db:"campaign_id"`
	Reasons        pq.StringArray `json:"reasons" db:"reasons" doc:"win-back: only those who left for one of these; none: any"`
	AfterDays      int            `json:"afterDays" db:"after_days" doc:"win-back: 30, 60 or 90"`
	ScoreMin       int            `json:"scoreMin" db:"score_min" doc:"proactive: risk from 0 to 1000"`
	HoldoutPercent int            `json:"holdoutPercent" db:"holdout_percent"`
	MeasureDays    int            `json:"measureDays" db:"measure_days" doc:"after joining, when it is seen how it went"`
	StoppedAt      *time.Time     `json:"stoppedAt,omitempty" db:"stopped_at"`
	CreatedAt      time.Time      `json:"createdAt" db:"created_at"`
	Treated        int            `json:"treated" db:"treated"`
	Holdout        int            `json:"holdout" db:"holdout"`
	salt           string
}

// NewOutreach is what an outreach is made of.
type NewOutreach struct {
	Client         auth.ClientID
	Name           string
	Kind           string
	Campaign       campaigns.ID
	Reasons        []string
	AfterDays      int
	ScoreMin       int
	HoldoutPercent int
	MeasureDays    int
}

const (
	holdoutMin, holdoutMax = 5, 50
	measureMin, measureMax = 7, 365
	scoreMax               = 1000
	outreachBatchMax       = 200
	outreachWindowDays     = 30 // that a win-back's day lies open: who left earlier was another one's
)

// Validate names every fault of the input.
func (in NewOutreach) Validate() error {
	var f errs.Faults
	f.Check(strings.TrimSpace(in.Name) != "" && len(in.Name) <= nameCharsMax, "name", "give it a name of at most 120 characters")
	checkOneOf(&f, "kind", in.Kind, []string{OutreachWinback, OutreachProactive})
	f.Check(in.Campaign > 0, "campaignId", "say in which campaign they are called")
	after := in.AfterDays == 30 || in.AfterDays == 60 || in.AfterDays == 90
	f.Check(in.Kind != OutreachWinback || after, "afterDays", "win back after 30, 60 or 90 days")
	f.Check(in.ScoreMin >= 0 && in.ScoreMin <= scoreMax, "scoreMin", "must be from 0 to 1000")
	f.Check(in.HoldoutPercent >= holdoutMin && in.HoldoutPercent <= holdoutMax, "holdoutPercent", "leave 5 to 50 percent alone: without them nobody knows whether it helps")
	f.Check(in.MeasureDays >= measureMin && in.MeasureDays <= measureMax, "measureDays", "must be from 7 to 365")
	for i, r := range in.Reasons {
		checkCode(&f, fmt.Sprintf("reasons.%d", i), r)
	}
	return f.Err()
}

func init() {
	pg.Constraint("outreaches_name_key", errs.Conflict, "there is one of this name already")
}

const insertOutreach = `
INSERT INTO outreaches (client_id, name, kind, campaign_id, reasons, after_days, score_min, holdout_percent, measure_days, salt, created_by, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id`

const listOutreaches = `
SELECT o.id, o.client_id, o.name, o.kind, o.campaign_id, o.reasons, o.after_days, o.score_min, o.holdout_percent, o.measure_days, o.salt,
       o.stopped_at, o.created_at, count(m.id) FILTER (WHERE m.arm = 'treated') AS treated, count(m.id) FILTER (WHERE m.arm = 'holdout') AS holdout
FROM outreaches o LEFT JOIN outreach_members m ON m.outreach_id = o.id
WHERE o.client_id = ANY($1) AND ($2 = 0 OR o.id = $2) GROUP BY o.id ORDER BY o.id DESC`

func outreachesOf(ctx context.Context, db pg.DB, by auth.Actor, id OutreachID) ([]Outreach, error) {
	var rows []struct {
		Outreach
		Salt string `db:"salt"`
	}
	if err := db.SelectContext(ctx, &rows, listOutreaches, by.Scope(), id); err != nil {
		return nil, errs.Wrap(err, "list outreaches")
	}
	out := make([]Outreach, 0, len(rows))
	for _, r := range rows {
		r.Outreach.salt = r.Salt
		out = append(out, r.Outreach)
	}
	if id != 0 && len(out) == 0 {
		return nil, errs.Newf(errs.NotFound, "there is no outreach %d here", id)
	}
	return out, nil
}

// Outreaches lists those of the actor's clients, the newest first.
func (s *Service) Outreaches(ctx context.Context, by auth.Actor) ([]Outreach, error) {
	return outreachesOf(ctx, s.db, by, 0)
}

// StartOutreach begins one. Who qualifies joins by the hour, and is left alone or called as their hash says.
//
// Codes: invalid, not_found (client or campaign), conflict (the name is taken, or the campaign has another purpose).
func (s *Service) StartOutreach(ctx context.Context, by auth.Actor, in NewOutreach) (out Outreach, err error) {
	if err := in.Validate(); err != nil {
		return out, err
	}
	client, err := by.ClientFor(in.Client)
	if err != nil {
		return out, err
	}
	c, err := s.people.CampaignFor(ctx, in.Campaign)
	if err != nil || c.Client != client {
		return out, notThisCampaign(err, in.Campaign)
	}
	if in.Kind == OutreachWinback && c.Purpose != OutreachWinback || in.Kind == OutreachProactive && c.Purpose != "service" {
		return out, errs.Newf(errs.Conflict, "win-backs are called in a campaign of that purpose, and people at risk in one of purpose service")
	}
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		var id OutreachID
		err := tx.GetContext(ctx, &id, insertOutreach, client, in.Name, in.Kind, in.Campaign, pq.Array(append([]string{}, in.Reasons...)), in.AfterDays,
			in.ScoreMin, in.HoldoutPercent, in.MeasureDays, newRef(), by.Name, now)
		if err != nil {
			return errs.Wrap(err, "start outreach")
		}
		all, err := outreachesOf(ctx, tx, by, id)
		if err != nil {
			return err
		}
		out = all[0]
		return auth.AuditTx(ctx, tx, by, now, auth.Change{Client: client, Act: "outreach.start", Object: fmt.Sprintf("outreach:%d", id), Data: in})
	})
	return out, err
}

const stopOutreach = `UPDATE outreaches SET stopped_at = coalesce(stopped_at, $2) WHERE id = $1`

// StopOutreach lets nobody join any more; those who joined are still measured.
//
// Codes: not_found.
func (s *Service) StopOutreach(ctx context.Context, by auth.Actor, id OutreachID) (out Outreach, err error) {
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if _, err := outreachesOf(ctx, tx, by, id); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, stopOutreach, id, now); err != nil {
			return errs.Wrap(err, "stop outreach")
		}
		all, err := outreachesOf(ctx, tx, by, id)
		if err != nil {
			return err
		}
		out = all[0]
		return auth.AuditTx(ctx, tx, by, now, auth.Change{Client: out.Client, Act: "outreach.stop", Object: fmt.Sprintf("outreach:%d", id)})
	})
	return out, err
}

// RiskScore is how likely a customer is to leave, as the client's own model says.
type RiskScore struct {
	Customer string `json:"customerId" doc:"your own id"`
	Score    int    `json:"score" minimum:"0" maximum:"1000"`
}

const upsertScores = `
INSERT INTO risk_scores (customer_id, client_id, score, scored_at)
SELECT c.id, c.client_id, n.score, $4 FROM unnest($2::text[], $3::integer[]) AS n(external_id, score)
JOIN customers c ON c.client_id = $1 AND c.external_id = n.external_id ORDER BY c.id
ON CONFLICT (customer_id) DO UPDATE SET score = excluded.score, scored_at = excluded.scored_at`

// ImportScores takes risk scores and says how many customers were known.
//
// Codes: invalid, not_found.
func (s *Service) ImportScores(ctx context.Context, by auth.Actor, client auth.ClientID, scores []RiskScore) (known int64, err error) {
	if client, err = by.ClientFor(client); err != nil {
		return 0, err
	}
	last := map[string]int64{} // of a customer named twice the last one counts
	var f errs.Faults
	for i, r := range scores {
		f.Check(r.Score >= 0 && r.Score <= scoreMax, fmt.Sprintf("scores.%d.score", i), "must be from 0 to 1000")
		last[r.Customer] = int64(r.Score)
	}
	if err := f.Err(); err != nil {
		return 0, err
	}
	var ids []string
	var values []int64
	for id, v := range last {
		ids, values = append(ids, id), append(values, v)
	}
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		done, err := tx.ExecContext(ctx, upsertScores, client, pq.Array(ids), pq.Array(values), now)
		if err != nil {
			return errs.Wrap(err, "import scores")
		}
		if known, err = done.RowsAffected(); err != nil {
			return errs.Wrap(err, "import scores")
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{Client: client, Act: "risk_scores.import", Object: fmt.Sprintf("client:%d", client), Data: known})
	})
	return known, err
}

// Both arms qualify alike, consent and do-not-call included: else the arms would differ before anybody is called.
const winbackCandidates = `
SELECT DISTINCT cu.id, cu.person_id FROM cases c
JOIN cancel_requests r ON r.id = c.request_id
JOIN customers cu ON cu.id = c.customer_id
JOIN contact_consents k ON k.person_id = cu.person_id AND k.purpose = 'winback' AND k.withdrawn_at IS NULL
WHERE c.client_id = $1 AND c.state = 'cancelled_scheduled' AND c.saveable AND c.closed_at <= $3 AND c.closed_at > $4
  AND (cardinality($5::text[]) = 0 OR r.reason_code = ANY($5))
  AND NOT EXISTS (SELECT FROM subscriptions s WHERE s.customer_id = cu.id AND s.status = 'active')
  AND NOT EXISTS (SELECT FROM cases o WHERE o.customer_id = cu.id AND o.closed_at IS NULL)
  AND NOT EXISTS (SELECT FROM phones ph JOIN suppressions su ON su.number = ph.number AND su.client_id = $1 WHERE ph.person_id = cu.person_id)
  AND NOT EXISTS (SELECT FROM outreach_members m WHERE m.outreach_id = $2 AND m.customer_id = cu.id)
ORDER BY cu.id LIMIT $6`

const proactiveCandidates = `
SELECT cu.id, cu.person_id FROM risk_scores k JOIN customers cu ON cu.id = k.customer_id
WHERE k.client_id = $1 AND k.score >= $3
  AND EXISTS (SELECT FROM subscriptions s WHERE s.customer_id = cu.id AND s.status = 'active')
  AND NOT EXISTS (SELECT FROM cases o WHERE o.customer_id = cu.id AND o.closed_at IS NULL)
  AND NOT EXISTS (SELECT FROM phones ph JOIN suppressions su ON su.number = ph.number AND su.client_id = $1 WHERE ph.person_id = cu.person_id)
  AND NOT EXISTS (SELECT FROM outreach_members m WHERE m.outreach_id = $2 AND m.customer_id = cu.id)
ORDER BY cu.id LIMIT $4`

const insertMember = `
INSERT INTO outreach_members (outreach_id, client_id, customer_id, arm, joined_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT ON CONSTRAINT outreach_members_key DO NOTHING RETURNING id`

const setMemberLead = `UPDATE outreach_members SET lead_id = $2 WHERE id = $1`

const runningOutreaches = `SELECT DISTINCT client_id FROM outreaches WHERE stopped_at IS NULL`

type candidate struct {
	Customer CustomerID         `db:"id"`
	Person   campaigns.PersonID `db:"person_id"`
}

// JoinOutreaches lets those join who qualify now. Returns how many.
func (s *Service) JoinOutreaches(ctx context.Context) (int, error) {
	var clients []auth.ClientID
	if err := s.db.SelectContext(ctx, &clients, runningOutreaches); err != nil {
		return 0, errs.Wrap(err, "find outreaches")
	}
	joined := 0
	for _, client := range clients {
		all, err := s.Outreaches(ctx, auth.System("outreach", client))
		if err != nil {
			return joined, err
		}
		for _, o := range all {
			if o.StoppedAt != nil {
				continue
			}
			n, err := s.joinOutreach(ctx, o)
			if joined += n; err != nil {
				return joined, err
			}
		}
	}
	return joined, nil
}

func (s *Service) joinOutreach(ctx context.Context, o Outreach) (joined int, err error) {
	now := s.now()
	var who []candidate
	if o.Kind == OutreachWinback {
		day := now.AddDate(0, 0, -o.AfterDays)
		err = s.db.SelectContext(ctx, &who, winbackCandidates, o.Client, o.ID, day, day.AddDate(0, 0, -outreachWindowDays), o.Reasons, outreachBatchMax)
	} else {
		err = s.db.SelectContext(ctx, &who, proactiveCandidates, o.Client, o.ID, o.ScoreMin, outreachBatchMax)
	}
	if err != nil {
		return 0, errs.Wrap(err, "find who qualifies")
	}
	for _, c := range who {
		if err := s.join(ctx, o, c, now); err != nil {
			return joined, err
		}
		joined++
	}
	return joined, nil
}

// join puts somebody into their arm; the treated become leads. One who cannot be put on the list stays treated: leaving
// them out afterwards would make the arms differ.
func (s *Service) join(ctx context.Context, o Outreach, c candidate, now time.Time) error {
	return pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		var member int64
		arm := trial.Arm(o.salt, int64(c.Customer), o.HoldoutPercent)
		if err := tx.GetContext(ctx, &member, insertMember, o.ID, o.Client, c.Customer, arm, now); pg.None(err) {
			return nil // another node was first
		} else if err != nil {
			return errs.Wrap(err, "join outreach")
		}
		if arm == trial.Holdout {
			return nil
		}
		lead, err := s.leads.AddLeadTx(ctx, tx, campaigns.NewLead{Campaign: o.Campaign, Person: c.Person, DueAt: now, Now: now})
		if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Conflict) {
			return nil
		}
		if err != nil {
			return errs.Wrap(err, "call for an outreach")
		}
		_, err = tx.ExecContext(ctx, setMemberLead, member, lead)
		return errs.Wrap(err, "call for an outreach")
	})
}
