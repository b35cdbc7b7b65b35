package retention

import (
	"context"
	"encoding/json"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/internal/pg"
	"saveline/retention/gaming"
)

const evidenceMax = 500

// GamingFinding is a pattern that one person showed, as its reviewers see it.
type GamingFinding struct {
	ID         FindingID      `json:"id" db:"id"`
	Client     auth.ClientID  `json:"clientId" db:"client_id"`
	Agent      auth.UserID    `json:"agentId" db:"agent_id"`
	AgentName  string         `json:"agent" db:"agent_name"`
	Pattern    gaming.Pattern `json:"pattern" db:"pattern"`
	State      string         `json:"state" db:"state" enum:"open,proposed,cleared,confirmed"`
	Numbers    gaming.Numbers `json:"numbers" db:"-"`
	Raw        []byte         `json:"-" db:"numbers"`
	Evidence   int            `json:"evidence" db:"evidence" doc:"pieces in all"`
	Undecided  int            `json:"undecided" db:"undecided" doc:"of them nobody has decided about"`
	Results    int            `json:"results" db:"results" doc:"results whose pay is in question now"`
	FoundAt    time.Time      `json:"foundAt" db:"found_at"`
	OpenedAt   time.Time      `json:"openedAt" db:"opened_at"`
	ProposedBy string         `json:"proposedBy,omitempty" db:"proposed_name"`
	DecidedBy  string         `json:"decidedBy,omitempty" db:"decided_name"`
	DecidedAt  *time.Time     `json:"decidedAt,omitempty" db:"decided_at"`
	Note       string         `json:"note,omitempty" db:"note"`
	Version    int            `json:"version" db:"version"`
}

// GamingDetail is a finding with what it rests on and every word about it.
type GamingDetail struct {
	GamingFinding
	Pieces    []GamingPiece `json:"pieces"`
	Decisions []GamingWord  `json:"decisions"`
}

// GamingPiece is one piece, with where to read on.
type GamingPiece struct {
	Kind        string       `json:"kind" db:"kind" enum:"call,result,case,grant,approval"`
	Object      int64        `json:"objectId" db:"object_id"`
	Call        int64        `json:"callId,omitempty" db:"call_id"`
	Case        int64        `json:"caseId,omitempty" db:"case_id"`
	Result      int64        `json:"resultId,omitempty" db:"result_id"`
	ResultKind  string       `json:"resultKind,omitempty" db:"result_kind"`
	Value       money.Amount `json:"value" db:"-" doc:"of the result"`
	Minor       int64        `json:"-" db:"value_minor"`
	Currency    string       `json:"-" db:"currency"`
	OutcomeCode string       `json:"outcome,omitempty" db:"code" doc:"that the agent recorded on the call"`
	Seconds     int          `json:"seconds" db:"seconds" doc:"the call lasted from being connected"`
	At          time.Time    `json:"at" db:"happened_at"`
	Decision    string       `json:"decision,omitempty" db:"decision"`
}

// GamingWord is one word about a finding; without a name it is the house's.
type GamingWord struct {
	Decision string    `json:"decision" db:"decision" enum:"found,proposed,cleared,confirmed,reopened"`
	Note     string    `json:"note,omitempty" db:"note"`
	By       string    `json:"by,omitempty" db:"name"`
	At       time.Time `json:"at" db:"decided_at"`
}

// FindingFilter narrows the queue. State "waiting" is open or proposed.
type FindingFilter struct {
	State   string
	Pattern string
	Agent   auth.UserID
}

const findingColumns = `
SELECT f.id, f.client_id, f.agent_id, u.name AS agent_name, f.pattern, f.state, f.numbers, f.found_at, f.opened_at, f.decided_at, f.note, f.version,
       coalesce(p.name, '') AS proposed_name, coalesce(d.name, '') AS decided_name, e.evidence, e.undecided, e.results`

const findingJoins = `
FROM gaming_findings f JOIN users u ON u.id = f.agent_id
LEFT JOIN users p ON p.id = f.proposed_by LEFT JOIN users d ON d.id = f.decided_by
CROSS JOIN LATERAL (
    SELECT count(*) AS evidence, count(*) FILTER (WHERE decision IS NULL) AS undecided, count(DISTINCT result_id) FILTER (WHERE decision IS NULL) AS results
    FROM gaming_evidence WHERE finding_id = f.id
) e`

// Nobody reads what is said about themselves here: they are told when it is decided.
const listFindings = findingColumns + `, count(*) OVER () AS total` + findingJoins + `
WHERE f.client_id = ANY($1) AND f.agent_id <> $2
  AND ($3 = '' OR f.state = $3 OR $3 = 'waiting' AND f.state IN ('open','proposed')) AND ($4 = '' OR f.pattern = $4) AND ($5 = 0 OR f.agent_id = $5)
ORDER BY f.state NOT IN ('open','proposed'), f.opened_at DESC, f.id DESC LIMIT $6 OFFSET $7`

const selectFinding = findingColumns + findingJoins + ` WHERE f.client_id = ANY($1) AND f.agent_id <> $2 AND f.id = $3`

const selectPieces = `
SELECT e.kind, e.object_id, coalesce(e.call_id, 0) AS call_id, coalesce(e.case_id, 0) AS case_id, coalesce(e.result_id, 0) AS result_id,
       coalesce(r.kind, '') AS result_kind, coalesce(r.value_minor, 0) AS value_minor, coalesce(r.currency, '') AS currency,
       coalesce(o.code, '') AS code, coalesce(extract(epoch FROM k.ended_at - k.connected_at), 0)::int AS seconds, e.happened_at,
       coalesce(e.decision, '') AS decision
FROM gaming_evidence e LEFT JOIN results r ON r.id = e.result_id
LEFT JOIN calls k ON k.id = e.call_id LEFT JOIN outcomes o ON o.call_id = e.call_id
WHERE e.finding_id = $1 ORDER BY e.decision IS NOT NULL, e.happened_at DESC, e.id DESC LIMIT $2`

const selectWords = `
SELECT d.decision, d.note, coalesce(u.name, '') AS name, d.decided_at
FROM gaming_decisions d LEFT JOIN users u ON u.id = d.user_id WHERE d.finding_id = $1 ORDER BY d.id`

// Findings lists findings, those that wait for somebody first.
func (s *Service) Findings(ctx context.Context, by auth.Actor, f FindingFilter, limit, offset int) ([]GamingFinding, int, error) {
	var rows []struct {
		GamingFinding
		Total int `db:"total"`
	}
	err := s.db.SelectContext(ctx, &rows, listFindings, by.Scope(), by.User, f.State, f.Pattern, f.Agent, limit, offset)
	if err != nil {
		return nil, 0, errs.Wrap(err, "list findings")
	}
	out, total := make([]GamingFinding, 0, len(rows)), 0
	for _, r := range rows {
		if err := r.decode(); err != nil {
			return nil, 0, err
		}
		out, total = append(out, r.GamingFinding), r.Total
	}
	return out, total, nil
}

func (f *GamingFinding) decode() error {
	return errs.Wrap(json.Unmarshal(f.Raw, &f.Numbers), "read a finding's numbers")
}

// FindingFor reads one finding.
//
// Codes: not_found (also for the one it is about).
func (s *Service) FindingFor(ctx context.Context, by auth.Actor, id FindingID) (GamingFinding, error) {
	var f GamingFinding
	if err := s.db.GetContext(ctx, &f, selectFinding, by.Scope(), by.User, id); pg.None(err) {
		return f, errs.Newf(errs.NotFound, "there is no finding %d here", id)
	} else if err != nil {
		return f, errs.Wrap(err, "read finding")
	}
	return f, f.decode()
}

// FindingDetailFor reads one finding with its evidence, the undecided and newest first, and its history.
//
// Codes: not_found.
func (s *Service) FindingDetailFor(ctx context.Context, by auth.Actor, id FindingID) (out GamingDetail, err error) {
	if out.GamingFinding, err = s.FindingFor(ctx, by, id); err != nil {
		return out, err
	}
	out.Pieces, out.Decisions = []GamingPiece{}, []GamingWord{}
	if err := s.db.SelectContext(ctx, &out.Pieces, selectPieces, id, evidenceMax); err != nil {
		return out, errs.Wrap(err, "read evidence")
	}
	for i, p := range out.Pieces {
		out.Pieces[i].Value = money.Amount{Minor: p.Minor, Currency: p.Currency}
	}
	err = s.db.SelectContext(ctx, &out.Decisions, selectWords, id)
	return out, errs.Wrap(err, "read what was said")
}

// LastScans are when each of the actor's clients was looked at last.
func (s *Service) LastScans(ctx context.Context, by auth.Actor) ([]GamingScan, error) {
	out := []GamingScan{}
	err := s.db.SelectContext(ctx, &out, selectGamingScans, by.Scope())
	return out, errs.Wrap(err, "read looks")
}
