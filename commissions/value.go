package commissions

import (
	"context"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"saveline/commissions/rules"
	"saveline/internal/auth"
	"saveline/internal/pg"
)

// A person's pay is computed whole, from everything that is known of the person, and what differs from the ledger is posted.
// So it does not matter in which order things were heard of, or how often. Whose pay may have changed is marked in the
// transaction that changes something (pay_dirty); valuing takes the marks out in the transaction that posts. Killed in
// between, the marks are still there. One person has one valuer at a time (the lock of pay_agents' row): it takes the marks
// first and reads afterwards, so whatever it did not see has a mark of its own.

const (
	selectMarked   = `SELECT DISTINCT user_id FROM pay_dirty WHERE client_id = $1 AND user_id IS NOT NULL ORDER BY user_id`
	takeWideMarks  = `DELETE FROM pay_dirty WHERE client_id = $1 AND user_id IS NULL RETURNING id`
	takeMarks      = `DELETE FROM pay_dirty WHERE client_id = $1 AND user_id = $2 RETURNING id`
	makeAgent      = `INSERT INTO pay_agents (client_id, user_id, valued_at) VALUES ($1, $2, '-infinity') ON CONFLICT DO NOTHING`
	lockAgent      = `SELECT user_id FROM pay_agents WHERE client_id = $1 AND user_id = $2 FOR UPDATE`
	agentValued    = `UPDATE pay_agents SET valued_at = $3 WHERE client_id = $1 AND user_id = $2`
	nextGeneration = `
INSERT INTO pay_teams (client_id, generation) VALUES ($1, 1) ON CONFLICT (client_id) DO UPDATE SET generation = pay_teams.generation + 1`
	selectGeneration = `SELECT COALESCE((SELECT generation FROM pay_teams WHERE client_id = $1), 0)`
	markAssigned     = `
INSERT INTO pay_dirty (client_id, user_id)
SELECT DISTINCT $1::bigint, user_id FROM (
    SELECT user_id FROM assignments WHERE client_id = $1 UNION SELECT user_id FROM pay_agents WHERE client_id = $1
) a ORDER BY user_id`
	countEventsUpTo = `SELECT count(*) FROM (SELECT 1 FROM pay_events WHERE client_id = $1 LIMIT $2) e`

	// Whose pay of periods that are over may have lines that were not there while they lasted.
	markOverdue = `
INSERT INTO pay_dirty (client_id, user_id)
SELECT a.client_id, a.user_id FROM pay_agents a JOIN clients c ON c.id = a.client_id
WHERE a.client_id = $1 AND a.valued_at < date_trunc('day', $2::timestamptz AT TIME ZONE c.zone) AT TIME ZONE c.zone
  AND NOT EXISTS (SELECT 1 FROM pay_dirty d WHERE d.client_id = a.client_id AND d.user_id = a.user_id)
UNION ALL
SELECT DISTINCT s.client_id, s.user_id FROM assignments s
WHERE s.client_id = $1 AND NOT EXISTS (SELECT 1 FROM pay_agents a WHERE a.client_id = s.client_id AND a.user_id = s.user_id)`
)

// wideMax is how many events a client may have for shared numbers to be computed with every fact; beyond it the job does it,
// once a minute.
const wideMax = 20_000

// valuersMax is how many people one round values at a time: most of the work is the database's, each of whose sessions has a
// core at most.
const valuersMax = 4

// value computes the pay of everybody of the client who is marked, and posts what has changed.
func (s *Service) value(ctx context.Context, client auth.ClientID) error {
	return s.valueMarked(ctx, client, wideMax)
}

// Value computes all pay that is marked or has come due with the day, for every client. It is idempotent, and several nodes
// may do it at once.
func (s *Service) Value(ctx context.Context) error {
	by, err := s.house(ctx)
	if err != nil {
		return err
	}
	for _, client := range by.Clients {
		if err := s.valueAll(ctx, client); err != nil {
			return err
		}
	}
	return nil
}

// valueAll is Value for one client.
func (s *Service) valueAll(ctx context.Context, client auth.ClientID) error {
	res, err := s.db.ExecContext(ctx, markOverdue, client, s.now())
	if err != nil {
		return fmt.Errorf("whose pay has come due: %w", err)
	}
	if n, err := res.RowsAffected(); err == nil && n > 0 {
		if _, err := s.db.ExecContext(ctx, insertWideMark, client); err != nil {
			return fmt.Errorf("mark shared numbers: %w", err)
		}
	}
	return s.valueMarked(ctx, client, 0)
}

func (s *Service) valueMarked(ctx context.Context, client auth.ClientID, eventsMax int) error {
	if err := s.valueWide(ctx, client, eventsMax); err != nil {
		return fmt.Errorf("shared numbers of client %d: %w", client, err)
	}
	var users []auth.UserID
	if err := s.db.SelectContext(ctx, &users, selectMarked, client); err != nil {
		return fmt.Errorf("whose pay has changed: %w", err)
	}
	if err := s.valueEach(ctx, client, users); err != nil {
		return err
	}
	s.tellAll(users)
	return nil
}

// valueEach values people side by side, each in a transaction of its own. One goes ahead and reads the rules and the shared
// numbers, which the others then find. The first that fails stops it: who has been valued by then is, and the marks of the
// others are still there.
func (s *Service) valueEach(ctx context.Context, client auth.ClientID, users []auth.UserID) error {
	if len(users) == 0 {
		return nil
	}
	if err := s.valueAgent(ctx, client, users[0]); err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(valuersMax)
	for _, u := range users[1:] {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return s.valueAgent(ctx, client, u)
		})
	}
	return g.Wait()
}

// valueWide turns the mark of everybody into one for each person, where any plan pays for what people share.
func (s *Service) valueWide(ctx context.Context, client auth.ClientID, eventsMax int) error {
	if eventsMax > 0 {
		var n int
		if err := s.db.GetContext(ctx, &n, countEventsUpTo, client, eventsMax+1); err != nil || n > eventsMax {
			return err
		}
	}
	return pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		var marks []int64
		if err := tx.SelectContext(ctx, &marks, takeWideMarks, client); err != nil || len(marks) == 0 {
			return err
		}
		w, err := s.workbook(ctx, tx, client)
		if err != nil || len(w.Plans) == 0 {
			return err
		}
		r, err := w.Rulebook(w.Plans, s.now())
		if err != nil || !r.Shares() {
			return err
		}
		if _, err := tx.ExecContext(ctx, nextGeneration, client); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, markAssigned, client)
		return err
	})
}

// teams are shared numbers as some generation of them was computed.
type teams struct {
	generation int64
	month      rules.Date
	facts      *rules.TeamFacts
}

// teamFacts are what people share, at least as new as the generation in the database.
func (s *Service) teamFacts(ctx context.Context, db pg.DB, w *Workbook, r *rules.Rulebook, now time.Time) (*rules.TeamFacts, error) {
	if !r.Shares() {
		return nil, nil
	}
	month, _ := monthOf(rules.DateOf(now, w.Zone))
	var generation int64
	if err := db.GetContext(ctx, &generation, selectGeneration, w.Client); err != nil {
		return nil, fmt.Errorf("generation of shared numbers: %w", err)
	}
	if t, ok := s.teams.Load(w); ok && t.(teams).generation == generation && t.(teams).month == month {
		return t.(teams).facts, nil
	}
	all, err := w.allEvents(ctx, db, r)
	if err != nil {
		return nil, err
	}
	facts, err := shared(r, all)
	if err != nil {
		return nil, err
	}
	s.teams.Clear() // of workbooks that are no more
	s.teams.Store(w, teams{generation, month, facts})
	return facts, nil
}

// shared joins everybody's contributions.
func shared(r *rules.Rulebook, all map[string][]*rules.Event) (*rules.TeamFacts, error) {
	if !r.Shares() {
		return nil, nil
	}
	var list []rules.Contribution
	for _, agent := range sortedKeys(all) {
		c, err := r.Contribute(agent, all[agent])
		if err != nil {
			return nil, fmt.Errorf("agent %s: %w", agent, err)
		}
		list = append(list, c)
	}
	return r.NewTeamFacts(list), nil
}

// valueAgent computes one person's pay and posts what has changed: one transaction.
func (s *Service) valueAgent(ctx context.Context, client auth.ClientID, user auth.UserID) error {
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if _, err := tx.ExecContext(ctx, makeAgent, client, user); err != nil {
			return err
		}
		var locked auth.UserID
		if err := tx.GetContext(ctx, &locked, lockAgent, client, user); err != nil {
			return err
		}
		var marks []int64
		if err := tx.SelectContext(ctx, &marks, takeMarks, client, user); err != nil || len(marks) == 0 {
			return err // another valuer has just done it
		}
		now := s.now()
		if err := s.valueLocked(ctx, tx, client, user, now); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, agentValued, client, user, now)
		return err
	})
	if err != nil {
		return fmt.Errorf("pay of user %d: %w", user, err)
	}
	return nil
}

func (s *Service) valueLocked(ctx context.Context, tx *pg.Tx, client auth.ClientID, user auth.UserID, now time.Time) error {
	w, err := s.workbook(ctx, tx, client)
	if err != nil {
		return err
	}
	events, err := w.agentEvents(ctx, tx, user)
	if err != nil {
		return err
	}
	pay, err := s.agentPay(ctx, tx, w, user, events, now)
	if err != nil {
		return err
	}
	b, err := openBooks(ctx, tx, client, now)
	if err != nil {
		return err
	}
	p := poster{books: b, work: w, user: user, service: s}
	if err := p.readPosted(ctx); err != nil {
		return err
	}
	delta, lines, err := p.due(ctx, pay, events, now)
	if err != nil {
		return err
	}
	if err := p.post(ctx, delta, lines); err != nil {
		return err
	}
	return p.noteGaps(ctx, events, w.explainGaps(pay.Gaps))
}

// due is what the ledger must be given to say what the rules say of somebody's pay at an instant, and all lines of that
// pay.
func (p *poster) due(ctx context.Context, pay rules.AgentPay, events []*rules.Event, at time.Time) (delta, lines []rules.PayLine, err error) {
	pay.Lines = slices.DeleteFunc(pay.Lines, func(l rules.PayLine) bool {
		return l.OfBucket() && l.At.After(at) && !p.keys[l.Key()] // the days it pays for are not over
	})
	late, err := p.lateEvents(ctx, events)
	if err != nil {
		return nil, nil, err
	}
	closedTo := map[string]rules.Date{}
	for _, plan := range p.work.Plans {
		if p.closed == "" {
			continue
		}
		if closedTo[plan.Name], _, err = plan.Calendar().Period(p.closed); err != nil {
			return nil, nil, err
		}
	}
	pay.Lines = slices.Concat(pay.Lines, pay.Reserved, pay.WriteOffs)
	delta, err = rules.Correct(pay, p.posted, closedTo, late)
	return delta, pay.Lines, err
}

// agentPay computes one person's pay. What cannot be computed at all is a gap, and leaves what is posted as it is not being
// paid any more; it is for somebody to look at.
func (s *Service) agentPay(ctx context.Context, db pg.DB, w *Workbook, user auth.UserID, events []*rules.Event, now time.Time) (rules.AgentPay, error) {
	agent := agentOf(user)
	if len(w.Plans) == 0 {
		return rules.AgentPay{Agent: agent, Gaps: planless(agent, events, w.Zone)}, nil
	}
	r, err := w.Rulebook(w.Plans, now)
	if err != nil {
		return rules.AgentPay{}, err
	}
	team, err := s.teamFacts(ctx, db, w, r, now)
	if err != nil {
		return rules.AgentPay{}, err
	}
	return r.Agent(agent, events, team)
}

// planless are the gaps of results while the client has no plan at all.
func planless(agent string, events []*rules.Event, zone *time.Location) (gaps []rules.PayGap) {
	for _, e := range events {
		if e.Type == rules.EventOutcome {
			gaps = append(gaps, rules.PayGap{
				Agent: agent, Ref: e.Ref, Event: e.ID, At: e.EffectiveAt,
				Why: fmt.Sprintf("the agent was on no plan on %s", rules.DateOf(e.EffectiveAt, zone)),
			})
		}
	}
	return gaps
}

// explainGaps says it where a person is on a plan that nobody has approved a version of.
func (w *Workbook) explainGaps(gaps []rules.PayGap) []rules.PayGap {
	for i, g := range gaps {
		if g.Plan != "" {
			continue
		}
		day := rules.DateOf(g.At, w.Zone)
		for _, from := range sortedKeys(w.waiting[g.Agent]) {
			if from <= day {
				gaps[i].Why = fmt.Sprintf("the agent's plan of %s has no approved version", day)
			}
		}
	}
	return gaps
}
