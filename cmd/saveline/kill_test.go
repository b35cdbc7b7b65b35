package main

import (
	"math/rand/v2"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"saveline/campaigns"
	"saveline/internal/auth"
)

const killSeed = 3

// A house with people on the line is killed again and again. The switch lives in the killed process, so every call of
// it is gone; what must not be gone is anybody's work, and nobody may be called again at once.
func TestKilledAtAnyMomentTheHouseGoesOn(t *testing.T) {
	t.Parallel()
	const kills, agents = 6, 14
	o := newOffice(t, agents)
	var node atomic.Pointer[child] // agents ask for its address while it is replaced
	node.Store(serve(t, o.dsn, "one"))
	base := func() string { return node.Load().url }
	manager := o.signIn(o.staff.Manager, base)
	campaign := o.campaign(manager, "Autumn", o.staff.Agents, 0, 800)
	stop := o.work(base, campaign, o.staff.Agents, nil)
	rnd := rand.New(rand.NewPCG(killSeed, 0))
	t.Logf("seed %d", killSeed)

	for i := range kills {
		o.someLive(campaign)
		time.Sleep(time.Duration(rnd.IntN(9000)) * time.Millisecond) // any moment: this is what is tested
		node.Load().kill()
		dead := o.liveCalls()
		killedAt := time.Now()
		node.Store(serve(t, o.dsn, "one"))
		o.ended(dead, 12*time.Second)
		t.Logf("kill %d: %d calls were up; serving again after %v", i+1, len(dead), time.Since(killedAt).Round(time.Millisecond))
		o.consistent()
	}

	last := o.number(`SELECT coalesce(max(id), 0) FROM calls`)
	until(t, time.Minute, "somebody is connected again after the last kill", func() bool {
		return o.number(`SELECT count(*) FROM calls WHERE id > $1 AND connected_at IS NOT NULL`, last) > 0
	})
	manager.post(path("/v1/campaigns/%d/pause", campaign), nil, nil)
	until(t, time.Minute, "every call has ended and every outcome is recorded", func() bool {
		return len(o.liveCalls()) == 0 && o.number(`SELECT count(*) FROM agent_states WHERE state IN ('ringing','talking','wrapping')`) == 0
	})
	stop()
	o.consistent()
	o.settled(auth.System("test"))
	o.measured(node.Load())
}

// someLive waits until calls are up, so that a kill takes something with it.
func (o *office) someLive(campaign int64) {
	o.t.Helper()
	until(o.t, 30*time.Second, "calls are up", func() bool {
		return o.number(`SELECT count(*) FROM calls WHERE campaign_id = $1 AND state <> 'ended'`, campaign) > 2
	})
}

type callRow struct {
	ID          int64  `db:"id"`
	State       string `db:"state"`
	Disposition string `db:"disposition"`
	Want        string `db:"want"`
}

// What is said of a call whose switch is gone: of one that rang nothing is known; of one that was answered it is known
// whether they ever met an agent, and who did not was abandoned.
const deadCall = `
SELECT id, state, coalesce(disposition, '') AS disposition,
    CASE WHEN connected_at IS NOT NULL THEN 'answered' WHEN answered_at IS NOT NULL THEN 'abandoned' ELSE 'lost' END AS want
FROM calls WHERE id = $1`

func (o *office) liveCalls() []int64 {
	o.t.Helper()
	var ids []int64
	if err := o.db.Select(&ids, `SELECT id FROM calls WHERE state <> 'ended' ORDER BY id`); err != nil {
		o.t.Fatal(err)
	}
	return ids
}

// ended waits until the calls of a dead process are over, and checks what is said of them.
func (o *office) ended(dead []int64, within time.Duration) {
	o.t.Helper()
	rows := make([]callRow, len(dead))
	until(o.t, within, "the calls of the dead process have ended", func() bool {
		for i, id := range dead {
			if err := o.db.Get(&rows[i], deadCall, id); err != nil {
				o.t.Fatal(err)
			}
			if rows[i].State != "ended" {
				return false
			}
		}
		return true
	})
	for _, r := range rows {
		if r.Disposition != r.Want {
			o.t.Errorf("call %d of the dead process ended as %q, want %q", r.ID, r.Disposition, r.Want)
		}
	}
}

// consistent checks what must hold at any moment.
func (o *office) consistent() {
	o.t.Helper()
	o.none("two calls of one person at a time", `
SELECT count(*) FROM calls a JOIN calls b ON b.person_id = a.person_id AND b.id > a.id
WHERE b.placed_at < coalesce(a.ended_at, 'infinity')`)
	o.none("a number called again within the delay after a call with an unknown end", `
SELECT count(*) FROM attempts a JOIN attempts b ON b.number = a.number AND b.id > a.id
WHERE a.disposition = 'lost' AND b.placed_at < a.settled_at + $1 * interval '1 minute'`, campaigns.DefaultRetry()["lost"].AfterMinutes)
	// The call's end and the agent's freedom are two transactions of one pass, so for a moment one may stand without the other.
	until(o.t, 10*time.Second, "no agent is kept by a call that is over", func() bool {
		return o.number(`
SELECT count(*) FROM agent_states s JOIN calls c ON c.id = s.call_id WHERE s.state = 'ringing' AND c.state = 'ended'
    AND c.ended_at < clock_timestamp() - interval '2 seconds'`) == 0
	})
	o.none("a call with more than one outcome", `SELECT count(*) FROM (SELECT call_id FROM outcomes GROUP BY 1 HAVING count(*) > 1) x`)
	o.none("a call without an attempt of its own", `SELECT count(*) FROM attempts a LEFT JOIN calls c ON c.attempt_id = a.id
WHERE c.id IS NULL AND (a.verdict->>'allowed')::boolean`)
}

// settled checks a house at rest: nothing is open, and work, pay and books say the same.
func (o *office) settled(by auth.Actor) {
	o.t.Helper()
	o.none("an attempt that is not settled", `SELECT count(*) FROM attempts WHERE settled_at IS NULL`)
	o.none("a lead that is still being called", `SELECT count(*) FROM leads WHERE state = 'calling'`)
	o.none("an agent talked and there is not exactly one outcome", `
SELECT count(*) FROM calls c WHERE c.agent_id IS NOT NULL AND (SELECT count(*) FROM outcomes WHERE call_id = c.id) <> 1`)
	o.none("an accepted offer of a sale without its result", `
SELECT count(*) FROM outcomes x WHERE x.code = 'sale' AND NOT EXISTS (SELECT FROM results WHERE outcome_id = x.id)`)
	until(o.t, 10*time.Second, "every fact is consumed", func() bool {
		lag, err := o.house.facts.Lag(o.t.Context())
		if err != nil {
			o.t.Fatal(err)
		}
		for _, behind := range lag {
			if behind != 0 {
				return false
			}
		}
		return o.number(`SELECT count(*) FROM facts WHERE position IS NULL`) == 0
	})
	results := o.number(`SELECT count(*) FROM results`)
	if credits := o.number(`SELECT count(*) FROM credits`); credits != results || results == 0 {
		o.t.Errorf("%d credits for %d results", credits, results)
	}
	by.Clients = []auth.ClientID{o.staff.Client.ID}
	sums, err := o.house.commissions.LedgerSum(o.t.Context(), by)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, sum := range sums {
		if sum.Minor != 0 {
			o.t.Errorf("the ledger's sum is %s %s", sum, sum.Currency)
		}
	}
	o.t.Logf("%d calls, %d connected, %d results", o.number(`SELECT count(*) FROM calls`),
		o.number(`SELECT count(*) FROM calls WHERE connected_at IS NOT NULL`), results)
}

// ready is what a balancer is told.
func (c *child) ready() int {
	w, err := http.Get(c.url + "/readyz")
	if err != nil {
		return 0
	}
	_ = w.Body.Close()
	return w.StatusCode
}
