package retention

import (
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"saveline/campaigns"
	"saveline/dialer"
	"saveline/internal/live"
	"saveline/internal/pg"
	"saveline/retention/billing"
	"saveline/retention/billing/fakebilling"
)

// recover lets a sound node come back to a grant until it is settled.
func (b *till) recover(id GrantID, when string) Grant {
	b.t.Helper()
	const roundsMax = 10
	for range roundsMax {
		b.pass(grantStaleAfter + time.Second)
		b.watch()
		if g := b.grant(id); g.Status == GrantApplied {
			return g
		}
	}
	b.t.Fatalf("%s: the grant is %+v", when, b.grant(id))
	return Grant{}
}

func (b *till) once(id GrantID, sub billing.SubscriptionID, when string) {
	b.t.Helper()
	if d := b.discounts(sub); len(d) != 1 || d[0].Key != id.Key() {
		b.t.Fatalf("%s: %d discounts %+v", when, len(d), d)
	}
	if n := b.count(`SELECT count(*) FROM audit WHERE act = 'grant.applied' AND object = $1`, string(id.Key())); n != 1 {
		b.t.Fatalf("%s: it was settled %d times", when, n)
	}
}

// Carrying a grant out is killed before and after every single statement it makes, so on either side of the call to
// billing too. A sound node that comes after finds out what happened, and the discount is there once.
func TestAGrantKilledAtEveryStatement(t *testing.T) {
	t.Parallel()
	b := newTill(t, BillingStripe)
	save := b.offer("discount_percent", 0, "retention_save")
	b.campaign("retention_save")
	const statementsMin, statementsMax = 8, 60
	for _, after := range []bool{false, true} {
		for k := int64(1); ; k++ {
			if k > statementsMax {
				t.Fatalf("no end after %d statements", statementsMax)
			}
			id, sub := b.saved(save)
			doom := &doomed{}
			doom.after.Store(after)
			service, closeAll := b.through(doom)
			service.UseBilling(b.wiring(nil))
			doom.left.Store(k)
			_, err := service.ApplyGrant(ctx, id)
			closeAll()
			when := fmt.Sprintf("statement %d (after %v)", k, after)
			b.recover(id, when)
			b.once(id, sub, when)
			if err == nil && doom.left.Load() > 0 { // it finished before its hour: every statement has been tried
				if k < statementsMin {
					t.Fatalf("a grant of only %d statements: the test kills nothing", k)
				}
				break
			}
		}
	}
}

// A worker that lost its grant to the watch, and calls billing long after, changes nothing any more.
func TestAWorkerThatWakesUpLate(t *testing.T) {
	t.Parallel()
	b := newTill(t, BillingStripe)
	save := b.offer("discount_percent", 0, "retention_save")
	b.campaign("retention_save")
	id, sub := b.saved(save)
	b.world.Break(fakebilling.Fault{On: "get", First: func() {
		b.pass(grantStaleAfter + time.Second) // it slept so long that the watch gave the grant to another
		b.watch()
	}, Status: 500})
	status, err := b.ApplyGrant(ctx, id)
	b.must(err)
	if status != GrantUnclear || b.grant(id).Status != GrantApplied || b.grant(id).Attempts != 2 {
		t.Errorf("the late worker says %s, the grant is %+v", status, b.grant(id))
	}
	b.once(id, sub, "late")
}

const killedChild = "SAVELINE_TEST_KILLED_CHILD" // a database, a grant and a clock, for the child of the test below

// A process is killed with signal 9 after billing made the change and before it hears so; the next process applies the
// discount no second time.
func TestAProcessKilledBetweenGrantAndAcknowledgement(t *testing.T) {
	if dsn := os.Getenv(killedChild); dsn != "" {
		child(t, dsn)
		return
	}
	t.Parallel()
	for _, kind := range []string{BillingStripe, BillingWebhook} {
		for _, made := range []bool{true, false} {
			b := newTill(t, kind)
			save := b.offer("discount_percent", 0, "retention_save")
			b.campaign("retention_save")
			id, sub := b.saved(save)
			cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestAProcessKilledBetweenGrantAndAcknowledgement$")
			cmd.Env = append(os.Environ(), killedChild+"="+b.dsn, "SAVELINE_TEST_GRANT="+strconv.FormatInt(int64(id), 10))
			born, dead := make(chan *os.Process, 1), make(chan error, 1)
			b.world.Break(fakebilling.Fault{On: "discount", Made: made, First: func() { dead <- (<-born).Kill() }})
			b.must(cmd.Start())
			born <- cmd.Process
			err := cmd.Wait()
			if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != -1 {
				t.Fatalf("%s, made %v: the child was not killed: %v", kind, made, err)
			}
			b.must(<-dead)
			if g := b.grant(id); g.Status != GrantApplying {
				t.Fatalf("%s, made %v: the dead process left %+v", kind, made, g)
			}
			when := fmt.Sprintf("%s, made %v", kind, made)
			b.recover(id, when)
			b.once(id, sub, when)
		}
	}
}

// child is the process that is killed: a node that carries the grant out.
func child(t *testing.T, dsn string) {
	t.Helper()
	db, err := pg.Open(ctx, dsn, pg.Settings{MaxOpen: 2})
	if err != nil {
		t.Fatal(err)
	}
	quiet := slog.New(slog.DiscardHandler)
	b := &till{desk: &desk{t: t, db: db, clock: noon}}
	b.leads = campaigns.New(db, b.now, quiet, live.Nowhere{})
	b.calls = dialer.New(db, b.now, quiet, b.leads, nil, live.Nowhere{}, "child")
	b.Service = New(db, b.now, quiet, b.calls, b.leads, live.Nowhere{})
	b.equip()
	id, err := strconv.ParseInt(os.Getenv("SAVELINE_TEST_GRANT"), 10, 64)
	b.must(err)
	_, err = b.ApplyGrant(ctx, GrantID(id))
	t.Fatalf("it was to be killed in the call, and came back with %v", err)
}
