package retention

import (
	"context"
	"slices"
	"sync"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/retention/nextoffer"
)

// models keeps what each client's choices have taught, folded from the numbered observations: what is missing is read
// when a choice is made. A new version of the routing believes something else to begin with and is folded anew.
type models struct {
	mu  sync.Mutex
	all map[auth.ClientID]*clientModel
}

type clientModel struct {
	mu      sync.RWMutex
	version int
	model   *nextoffer.Model
	payBP   int
}

func newModels() *models { return &models{all: map[auth.ClientID]*clientModel{}} }

type observationRow struct {
	Seq    int64     `db:"seq"`
	Kind   string    `db:"kind"`
	By     string    `db:"chosen_by"`
	Reason string    `db:"reason"`
	Tier   string    `db:"tier"`
	Arm    string    `db:"arm"`
	Yes    bool      `db:"yes"`
	At     time.Time `db:"at"`
}

func (r observationRow) observation() nextoffer.Observation {
	return nextoffer.Observation{
		Cell: nextoffer.Cell{Reason: r.Reason, Tier: r.Tier}, Arm: r.Arm, At: r.At, By: nextoffer.By(r.By), Kind: nextoffer.Learned(r.Kind), Yes: r.Yes,
	}
}

const observationsAfter = `
SELECT seq, kind, chosen_by, reason, tier, arm, yes, at FROM offer_observations WHERE client_id = $1 AND seq > $2 AND ($3 = 0 OR seq <= $3) ORDER BY seq`

const selectPay = `SELECT pay_bp FROM offer_learning WHERE client_id = $1`

// of is the client's model with everything that has been numbered by now.
func (m *models) of(ctx context.Context, db pg.DB, r Routing) (*clientModel, error) {
	m.mu.Lock()
	c := m.all[r.Client]
	if c == nil || c.version < r.Version {
		c = &clientModel{version: r.Version, model: nextoffer.NewModel(r.prior())}
		m.all[r.Client] = c
	}
	m.mu.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := db.GetContext(ctx, &c.payBP, selectPay, r.Client); err != nil && !pg.None(err) {
		return nil, errs.Wrap(err, "read expected pay")
	}
	return c, learn(ctx, db, c.model, r.Client, 0)
}

// learn folds the observations that the model has not seen, up to a number; 0 is all.
func learn(ctx context.Context, db pg.DB, m *nextoffer.Model, client auth.ClientID, upTo int64) error {
	var rows []observationRow
	if err := db.SelectContext(ctx, &rows, observationsAfter, client, m.Seen(), upTo); err != nil {
		return errs.Wrap(err, "read what was learned")
	}
	for _, r := range rows {
		m.Learn(r.observation())
	}
	return nil
}

// choose holds the model still while a choice is made.
func (c *clientModel) choose(p nextoffer.Policy, x nextoffer.Case, offers []nextoffer.Offer, seed uint64) nextoffer.Choice {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return p.Choose(c.model, x, offers, seed)
}

const routedClients = `SELECT DISTINCT client_id FROM offer_policies ORDER BY client_id`

const startLearning = `
INSERT INTO offer_learning (client_id, updated_at) VALUES ($1, $2) ON CONFLICT (client_id) DO NOTHING`

const lockLearning = `SELECT seen FROM offer_learning WHERE client_id = $1 FOR UPDATE`

// What has become known about choices and is not numbered yet. An answer is known when the wish to cancel is decided: a
// yes is one that was confirmed. Who was simply asked to stay said yes if they withdrew. Whether a yes lasts is known
// when its day 90 is verified, or when they have left before it. What an agent showed instead is the agent's.
const numberObservations = `
INSERT INTO offer_observations (client_id, seq, choice_id, kind, chosen_by, reason, tier, arm, yes, at)
SELECT $1, $2 + row_number() OVER (ORDER BY k.at, k.choice_id, k.kind), k.choice_id, k.kind, k.chosen_by, k.reason, k.tier, k.arm, k.yes, k.at
FROM (
	SELECT ch.id AS choice_id, 'answer' AS kind, CASE WHEN v.offer_id = ch.offer_id THEN ch.chosen_by ELSE 'agent' END AS chosen_by, ch.reason,
	       ch.tier, o.code AS arm, p.decision = 'accepted' AND c.confirmation_id IS NOT NULL AS yes, greatest(c.closed_at, p.decided_at) AS at
	FROM offer_choices ch
	JOIN cases c ON c.id = ch.case_id
	JOIN presentations p ON p.choice_id = ch.id
	JOIN offer_versions v ON v.id = p.offer_version_id
	JOIN offers o ON o.id = v.offer_id
	WHERE ch.client_id = $1 AND c.closed_at IS NOT NULL AND p.decision IS NOT NULL
	UNION ALL
	SELECT ch.id, 'answer', ch.chosen_by, ch.reason, ch.tier, 'none', ch.passed_at IS NULL AND c.state = 'withdrawn', coalesce(ch.passed_at, c.closed_at)
	FROM offer_choices ch JOIN cases c ON c.id = ch.case_id
	WHERE ch.client_id = $1 AND ch.arm = 'none' AND NOT EXISTS (SELECT FROM presentations p WHERE p.choice_id = ch.id)
	  AND (ch.passed_at IS NOT NULL OR c.closed_at IS NOT NULL AND NOT EXISTS (SELECT FROM offer_choices x WHERE x.case_id = c.id AND x.n > ch.n))
	UNION ALL
	SELECT ch.id, 'lasted', CASE WHEN v.offer_id = ch.offer_id THEN ch.chosen_by ELSE 'agent' END, ch.reason, ch.tier, o.code,
	       c.state = 'verified_90', (SELECT max(e.at) FROM case_events e WHERE e.case_id = c.id AND e.event IN ('verified','rechurned','voided'))
	FROM offer_choices ch
	JOIN cases c ON c.id = ch.case_id
	JOIN presentations p ON p.choice_id = ch.id
	JOIN offer_versions v ON v.id = p.offer_version_id
	JOIN offers o ON o.id = v.offer_id
	WHERE ch.client_id = $1 AND p.decision = 'accepted' AND c.state IN ('verified_90','rechurned','voided')
) k
WHERE k.at IS NOT NULL AND NOT EXISTS (SELECT FROM offer_observations o WHERE o.choice_id = k.choice_id AND o.kind = k.kind)`

const keepSeen = `UPDATE offer_learning SET seen = $2, updated_at = $3 WHERE client_id = $1`

// LearnOffers numbers what has become known about choices, so that the next ones learn from it, and stops the challenger
// for reasons in which it does harm. Nobody waits for it: a choice learns a minute late. Returns how much was new.
func (s *Service) LearnOffers(ctx context.Context) (int, error) {
	var clients []auth.ClientID
	if err := s.db.SelectContext(ctx, &clients, routedClients); err != nil {
		return 0, errs.Wrap(err, "find clients that learn")
	}
	all := 0
	for _, client := range clients {
		n, err := s.learnOf(ctx, client)
		if err != nil {
			return all, err
		}
		all += n
	}
	return all, nil
}

func (s *Service) learnOf(ctx context.Context, client auth.ClientID) (learned int, err error) {
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if _, err := tx.ExecContext(ctx, startLearning, client, now); err != nil {
			return errs.Wrap(err, "learn")
		}
		var seen int64
		if err := tx.GetContext(ctx, &seen, lockLearning, client); err != nil {
			return errs.Wrap(err, "learn")
		}
		done, err := tx.ExecContext(ctx, numberObservations, client, seen)
		if err != nil {
			return errs.Wrap(err, "learn")
		}
		n, err := done.RowsAffected()
		if learned = int(n); err != nil || n == 0 {
			return err
		}
		if _, err := tx.ExecContext(ctx, keepSeen, client, seen+n, now); err != nil {
			return errs.Wrap(err, "learn")
		}
		return s.stopHarm(ctx, tx, client, now)
	})
	return learned, err
}

// Cases whose day 90 is over, by reason and arm, and those of them still there. A reason is what the case was opened or
// worked with.
const ripeCases = `
SELECT coalesce(NULLIF(c.reason_code, ''), r.reason_code) AS reason, c.arm, count(*) AS cases,
       count(*) FILTER (WHERE CASE WHEN c.arm = 'holdout' THEN s.status IN ('active','trialing') ELSE c.state = 'verified_90' END) AS kept
FROM cases c JOIN cancel_requests r ON r.id = c.request_id LEFT JOIN subscriptions s ON s.id = c.subscription_id
WHERE c.client_id = $1 AND c.saveable AND c.closed_at < $2 AND c.state <> 'duplicate'
GROUP BY 1, 2 ORDER BY 1, 2`

const ripeDays = 107 // day 90, three days for its invoice, and fourteen in which it may wait

// stopHarm gives reasons back to the table in which customers who were offered something stay less often than those who
// were not.
func (s *Service) stopHarm(ctx context.Context, tx *pg.Tx, client auth.ClientID, now time.Time) error {
	r, err := routingOf(ctx, tx, client)
	if err != nil || !r.on() {
		return err
	}
	var rows []struct {
		Reason string `db:"reason"`
		Arm    string `db:"arm"`
		Cases  int    `db:"cases"`
		Kept   int    `db:"kept"`
	}
	if err := tx.SelectContext(ctx, &rows, ripeCases, client, now.AddDate(0, 0, -ripeDays)); err != nil {
		return errs.Wrap(err, "compare with the holdout")
	}
	treated, held := map[string]nextoffer.Tally{}, map[string]nextoffer.Tally{}
	var reasons []string
	for _, row := range rows {
		t := nextoffer.Tally{Cases: row.Cases, Kept: row.Kept}
		if row.Arm == "holdout" {
			held[row.Reason] = t
			continue
		}
		treated[row.Reason], reasons = t, append(reasons, row.Reason)
	}
	before := len(r.Stopped)
	r.Stopped = harmful(r.Stopped, reasons, treated, held)
	if len(r.Stopped) == before {
		return nil
	}
	house := auth.System("learning", client)
	if r, err = newVersion(ctx, tx, house, r, now); err != nil {
		return err
	}
	return auth.AuditTx(ctx, tx, house, now, auth.Change{Client: client, Act: "offer_routing.stop", Object: "offer_routing", Data: r.Stopped})
}

// harmful adds the reasons to those stopped for which the holdout does better.
func harmful(stopped, reasons []string, treated, held map[string]nextoffer.Tally) []string {
	out := slices.Clone(stopped)
	for _, reason := range reasons {
		if !slices.Contains(out, reason) && nextoffer.Harmful(treated[reason], held[reason]) {
			out = append(out, reason)
		}
	}
	return out
}
