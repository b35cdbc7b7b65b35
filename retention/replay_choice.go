package retention

import (
	"context"
	"fmt"
	"math"
	"slices"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/retention/nextoffer"
)

// Discrepancy is something that a replay found otherwise than it is stored.
type Discrepancy struct {
	Kind   string `json:"kind" enum:"choice,case,metric,pay"`
	Of     string `json:"of"`
	Stored string `json:"stored"`
	Replay string `json:"replay"`
}

func (d Discrepancy) String() string {
	return fmt.Sprintf("%s %s: stored %s, replayed %s", d.Kind, d.Of, d.Stored, d.Replay)
}

const choicesOf = choiceColumns + `WHERE ch.client_id = $1 AND ch.id > $2 ORDER BY ch.id LIMIT $3`

const (
	replayBatch = 500
	scoreSlack  = 1e-9 // of the scale of a score: what another processor may round otherwise
)

// ReplayChoices makes every stored choice of a client again, each with the version of the routing and the observations it
// was made with, and says where it comes out otherwise.
func (s *Service) ReplayChoices(ctx context.Context, client auth.ClientID) (differ []Discrepancy, seen int, err error) {
	var versions []routingRow
	if err := s.db.SelectContext(ctx, &versions, selectRoutings, client); err != nil {
		return nil, 0, errs.Wrap(err, "read which offer came next")
	}
	models := map[int]*nextoffer.Model{}
	for after := ChoiceID(0); ; {
		var rows []choiceRow
		if err := s.db.SelectContext(ctx, &rows, choicesOf, client, after, replayBatch); err != nil {
			return nil, 0, errs.Wrap(err, "read choices")
		}
		for _, r := range rows {
			d, err := s.replayChoice(ctx, s.db, r, versions, models)
			if err != nil {
				return nil, 0, err
			}
			differ, seen, after = append(differ, d...), seen+1, r.ID
		}
		if len(rows) < replayBatch {
			return differ, seen, nil
		}
	}
}

// replayChoice makes one choice again. models are those of each version, as far as they have learned: a choice that knew
// less than the one before it is replayed with a model of its own.
func (s *Service) replayChoice(
	ctx context.Context, db pg.DB, r choiceRow, versions []routingRow, models map[int]*nextoffer.Model,
) ([]Discrepancy, error) {
	of := fmt.Sprintf("%d of case %d", r.ID, r.Case)
	i := slices.IndexFunc(versions, func(v routingRow) bool { return v.Version == r.Policy })
	if i < 0 {
		return []Discrepancy{{"choice", of, fmt.Sprintf("version %d", r.Policy), "no such version"}}, nil
	}
	how := versions[i].routing()
	m := models[r.Policy]
	if m == nil || m.Seen() > r.Learned {
		m = nextoffer.NewModel(how.prior())
		models[r.Policy] = m
	}
	if r.Learned > 0 {
		if err := learn(ctx, db, m, r.Client, r.Learned); err != nil {
			return nil, err
		}
	}
	again, err := r.again(how.policy(r.PayBP), m)
	if err != nil {
		return nil, errs.Wrap(err, "make choice "+of+" again")
	}
	stored, replayed := choiceWords(r.Arm, r.By, r.Learned, r.Candidates), choiceWords(again.Arm, string(again.By), m.Seen(), again.Candidates)
	if stored != replayed || !near(r.Propensity, again.Propensity) || !sameScores(r.Scores, again.Scores) {
		return []Discrepancy{{
			"choice", of, fmt.Sprintf("%s p=%.9f %v", stored, r.Propensity, r.Scores),
			fmt.Sprintf("%s p=%.9f %v", replayed, again.Propensity, again.Scores),
		}}, nil
	}
	return nil, nil
}

func choiceWords(arm, by string, learned int64, candidates []string) string {
	return fmt.Sprintf("%s by %s of %v after %d", arm, by, candidates, learned)
}

func sameScores(a, b []nextoffer.Scored) bool {
	return slices.EqualFunc(a, b, func(x, y nextoffer.Scored) bool {
		return x.Arm == y.Arm && x.Fit == y.Fit && near(x.Accept, y.Accept) && near(x.Stick, y.Stick) && near(x.Score, y.Score)
	})
}

func near(a, b float64) bool { return math.Abs(a-b) <= scoreSlack*max(1, math.Abs(a), math.Abs(b)) }
