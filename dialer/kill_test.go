package dialer

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"saveline/dialer/engine"
	"saveline/dialer/sim"
	"saveline/dialer/telephony"
)

// mortal is a house whose dialer is killed again and again, at seeded points: between any two statements, between a
// commit and the dial, between the dial and its answer. Agents and customers live on.
type mortal struct {
	*house
	seed    uint64
	mode    string
	rnd     *rand.Rand
	fuse    *fuse
	starts  int
	started time.Time // of the process that lives now
}

const (
	killsPerRun = 5
	actsMax     = 250 // of one process before it is killed
)

// live takes passes until the process is dead or d of virtual time has gone.
func (m *mortal) live(d time.Duration) {
	end := m.clock.now().Add(d)
	for rounds := 0; m.clock.now().Before(end) && !m.fuse.isDead(); rounds++ {
		if rounds > 50_000 {
			m.t.Fatalf("seed %d: time does not pass", m.seed)
		}
		m.sim.Advance(m.clock.now())
		if err := m.Step(context.Background()); err != nil && !m.fuse.isDead() {
			m.t.Fatalf("seed %d, process %d: %v", m.seed, m.starts, err)
		}
		m.check()
		m.people()
		m.clock.set(m.nextInstant(end))
	}
}

// people are the agents: they record outcomes, come back from away, and dial in the modes in which they do.
func (m *mortal) people() {
	ctx := context.Background()
	for _, a := range m.agents {
		row := m.agentNow(a)
		switch {
		case row.State == Wrapping && m.rnd.IntN(3) == 0:
			m.conclude(a, row.Call)
		case row.State == Away && m.rnd.IntN(5) == 0:
			_ = m.setState(ctx, a.User, SetState{State: Ready, Campaign: m.campaign}, false)
		case row.State == Preview && m.rnd.IntN(3) == 0:
			m.exec(queueDial, m.campaign, a.User, row.Lead, m.clock.now())
		case row.State == Ready && m.mode == "manual" && m.rnd.IntN(4) == 0:
			leads, err := m.DeskLeads(ctx, a, "")
			if err != nil || len(leads) == 0 {
				continue // the process is dead, or everybody was called
			}
			m.exec(queueDial, m.campaign, a.User, leads[m.rnd.IntN(len(leads))].ID, m.clock.now())
		}
	}
}

const queueDial = `INSERT INTO call_commands (campaign_id, user_id, lead_id, command, created_at) VALUES ($1, $2, $3, 'dial', $4)`

// check looks at the switch, which knows best who hears whom.
func (m *mortal) check() {
	m.t.Helper()
	snap, err := m.sim.Snapshot(context.Background())
	m.must(err)
	now := m.clock.now()
	for _, number := range m.numbers {
		if n := m.sim.Dialed(number); n > 1 {
			m.t.Fatalf("seed %d, process %d: %s was dialed %d times within the hour", m.seed, m.starts, number, n)
		}
	}
	if m.fuse.isDead() || now.Sub(m.started) < 4*time.Second {
		return
	}
	for id, info := range snap.Legs {
		leg, _ := engine.ParseLeg(id)
		if leg.Ring > 0 || info.State != telephony.Up || now.Sub(info.Since) < 4*time.Second {
			continue
		}
		if len(snap.Bridges[engine.Bridge(leg.Call)]) == 2 || m.hearsMessage(leg.Call, now) {
			continue
		}
		m.t.Fatalf("seed %d, process %d: call %d has talked to silence since %s (now %s, started %s)",
			m.seed, m.starts, leg.Call, info.Since.Format(time.TimeOnly), now.Format(time.TimeOnly), m.started.Format(time.TimeOnly))
	}
}

func (m *mortal) hearsMessage(call engine.CallID, now time.Time) bool {
	return m.count(`SELECT count(*) FROM calls k WHERE k.id = $1 AND k.state = 'abandoned' AND k.message_played
		AND (k.answered_at > $2 OR $3)`, call, now.Add(-15*time.Second), now.Sub(m.started) < 15*time.Second) == 1
}

// start is a new process, under a new name, on what the old one left.
func (m *mortal) start(acts int, after bool) {
	m.starts++
	m.fuse = &fuse{left: acts, after: after}
	m.restart(fmt.Sprintf("node-%d", m.starts), m.fusedDB(m.fuse), &fusedSwitch{m.sim, m.fuse})
	m.started = m.clock.now()
	m.exec(`UPDATE leases SET expires_at = clock_timestamp() - interval '1 second'`) // the dead one's ran out
}

// down is the time in which nobody dials: events of it are heard by nobody, and sometimes the switch dies too.
func (m *mortal) down(crash bool) {
	m.discard()
	end := m.clock.now().Add(time.Duration(m.rnd.IntN(30)) * time.Second)
	for m.clock.now().Before(end) {
		next, ok := m.sim.NextAt()
		if !ok || next.After(end) {
			next = end
		}
		m.clock.set(next)
		m.sim.Advance(next)
		m.discard()
		if next.Equal(end) {
			break
		}
	}
	if crash {
		m.sim.Crash()
		m.sim.Restart()
	}
	m.sim.Advance(m.clock.now())
	m.discard()
}

func (m *mortal) discard() {
	for {
		select {
		case <-m.sim.Events():
		default:
			return
		}
	}
}

func newMortal(t *testing.T, seed uint64, mode string) *mortal {
	world := sim.DefaultWorld()
	world.AnswerRate, world.AgentMissRate, world.LongTalk = 0.6, 0.05, 40*time.Second
	h := newHouse(t, setup{mode: mode, agents: 3, leads: 120, world: world, seed: seed})
	m := &mortal{house: h, seed: seed, mode: mode, rnd: rand.New(rand.NewPCG(seed, 9))}
	for i := range 120 {
		m.numbers = append(m.numbers, fmt.Sprintf("+1212555%04d", i+1000))
	}
	m.start(1<<30, false)
	m.ready(m.agents...)
	return m
}

// finish lets the last process live until nothing is up, and looks at what the database tells of all.
func (m *mortal) finish() {
	m.t.Helper()
	m.start(1<<30, false)
	m.live(20 * time.Second)
	m.exec(`UPDATE campaigns SET state = 'paused'`)
	for range 60 {
		m.live(10 * time.Second)
		_, err := m.leads.Promote(context.Background())
		m.must(err)
		if m.count(stillBusy) == 0 {
			break
		}
	}
	for what, query := range map[string]string{
		"calls that never ended":          `SELECT count(*) FROM calls WHERE state <> 'ended' OR disposition IS NULL OR ended_at IS NULL`,
		"leads that hang":                 `SELECT count(*) FROM leads WHERE state IN ('reserved','calling')`,
		"attempts without an end":         `SELECT count(*) FROM attempts WHERE settled_at IS NULL`,
		"attempts without a call":         `SELECT count(*) FROM attempts a WHERE NOT EXISTS (SELECT FROM calls k WHERE k.attempt_id = a.id)`,
		"agents who are stuck":            `SELECT count(*) FROM agent_states WHERE state NOT IN ('ready','away') OR call_id IS NOT NULL OR lead_id IS NOT NULL`,
		"leads called again":              `SELECT count(*) FROM (SELECT lead_id FROM calls GROUP BY lead_id HAVING count(*) > 1) twice`,
		"conversations without outcome":   `SELECT count(*) FROM calls k JOIN attempts a ON a.id = k.attempt_id WHERE k.connected_at IS NOT NULL AND (a.outcome = '' OR k.wrapped_at IS NULL)`,
		"commands without an answer":      `SELECT count(*) FROM call_commands WHERE done_at IS NULL`,
		"stretches that overlap or gap":   overlaps,
		"talks that two agents had":       `SELECT count(*) FROM (SELECT call_id FROM call_events WHERE event = 'connected' GROUP BY call_id HAVING count(*) > 1) two`,
		"lost calls that come again soon": `SELECT count(*) FROM leads WHERE last_disposition = 'lost' AND state = 'waiting' AND due_at < updated_at + interval '1 hour'`,
	} {
		if n := m.count(query); n != 0 {
			m.t.Errorf("seed %d: %d %s", m.seed, n, what)
		}
	}
	snap, err := m.sim.Snapshot(context.Background())
	m.must(err)
	if len(snap.Legs) != 0 {
		m.t.Errorf("seed %d: legs are still up: %v", m.seed, snap.Legs)
	}
}

// stillBusy counts what needs more time: calls, wrap-ups, and reservations of dead processes, which run out.
const stillBusy = `
SELECT (SELECT count(*) FROM calls WHERE state <> 'ended') + (SELECT count(*) FROM agent_states WHERE state NOT IN ('away','ready'))
    + (SELECT count(*) FROM leads WHERE state = 'reserved') + (SELECT count(*) FROM call_commands WHERE done_at IS NULL)`

// overlaps finds stretches of an agent's time that do not end where the next begins.
const overlaps = `
SELECT count(*) FROM (SELECT ended_at, lead(started_at) OVER (PARTITION BY user_id ORDER BY id) AS next FROM agent_times) t
WHERE next IS NOT NULL AND next <> ended_at`

// killSeeds is how many runs each kind gets: a few in every build, many at night (SAVELINE_KILL_SEEDS).
func killSeeds() uint64 {
	if n, err := strconv.ParseUint(os.Getenv("SAVELINE_KILL_SEEDS"), 10, 64); err == nil {
		return n
	}
	return 2
}

func TestKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"progressive", "preview", "manual"} {
		for _, dies := range []string{"the switch lives on", "the switch dies too"} {
			for seed := range killSeeds() {
				t.Run(mode+", "+dies+", seed "+strconv.FormatUint(seed, 10), func(t *testing.T) {
					t.Parallel()
					m := newMortal(t, seed, mode)
					for range killsPerRun {
						m.start(1+m.rnd.IntN(actsMax), m.rnd.IntN(2) == 0)
						m.live(90 * time.Second)
						m.down(dies == "the switch dies too" && m.rnd.IntN(2) == 0)
					}
					m.finish()
					if !t.Failed() {
						t.Logf("%d calls, %v", len(m.calls()), m.dispositions())
					}
				})
			}
		}
	}
}

// TestAZombieDoesNoHarm has a node that was paused, and did not notice that another took its campaign over.
func TestAZombieDoesNoHarm(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := newHouse(t, setup{mode: "progressive", agents: 6, plan: []string{
		"+1200037000001", "+1200037000002", "+1200037000003", "+1200037000004",
	}})
	h.ready(h.agents[:2]...)
	zombie := h.Service
	h.run(time.Second, nil)
	h.exec(`UPDATE leases SET expires_at = clock_timestamp() - interval '1 second'`)
	h.restart("node-2", h.db, h.sim)
	h.until(time.Minute, "the heir connects both", func() bool {
		return h.count(`SELECT count(*) FROM calls WHERE state = 'connected'`) == 2
	})
	before := h.calls()
	h.ready(h.agents[2:]...) // whom the zombie would love to give a call: it has reserved more leads, under its old epoch
	for range 4 {
		h.must(zombie.Step(ctx))
		h.clock.set(h.clock.now().Add(400 * time.Millisecond))
	}
	if len(zombie.runners) != 0 {
		t.Error("the zombie still believes that it holds the campaign")
	}
	after := h.calls()
	if len(after) != 2 || h.sim.Dialed("+1200035000003") != 0 {
		t.Fatalf("the zombie placed %d calls", len(after)-2)
	}
	for i, c := range after {
		if c.State != CallConnected || c.Agent != before[i].Agent || c.Epoch != before[i].Epoch {
			t.Errorf("call %d is %s with agent %d under epoch %d", c.ID, c.State, c.Agent, c.Epoch)
		}
	}
	h.clock.set(h.clock.now().Add(2 * time.Minute)) // the zombie's reservations run out
	_, err := h.leads.Promote(ctx)
	h.must(err)
	h.until(time.Minute, "the heir places the others", func() bool { return len(h.calls()) == 4 })
}
