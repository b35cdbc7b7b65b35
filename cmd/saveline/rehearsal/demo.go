package rehearsal

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"saveline/campaigns"
	"saveline/dialer/sim"
	"saveline/internal/auth"
	"saveline/internal/live"
)

const (
	demoAgents       = 15
	demoDeskAgents   = 7 // the first; after them the one who re-signs
	demoSeed         = 20260302
	demoHours        = 1
	shiftDay         = 10
	demoLeads        = 4000
	demoByHand       = 200
	demoCancels      = 110 // of each shift
	demoAnswerRate   = 0.35
	demoHoldoutBP    = 500 // of the wishes to cancel, one in twenty is shown nothing
	demoEarlier      = 4   // months before the shift that is paid: the save desk's first, whose saves are verified by now
	demoEarlierMin   = 40  // minutes of it
	demoEarlierBatch = 20  // of customers of its own
)

// Demo is the company that `saveline demo` shows.
type Demo struct {
	Staff  *Staff
	sales  campaigns.ID
	saves  campaigns.ID
	resign campaigns.ID
	till   *till
}

// DemoWorld is a world in which enough happens for somebody who watches.
func DemoWorld() sim.World {
	w := sim.DefaultWorld()
	w.AnswerRate = demoAnswerRate
	return w
}

// MakeDemo founds the company in an empty database and lets four shifts of its past happen: one of the save desk alone,
// months ago, whose saves are verified by now; one two months before yesterday's, which is paid; one in the month
// between, which is over and waits for its pay run; and one yesterday.
func MakeDemo(ctx context.Context, wire Wire, db *sqlx.DB, now time.Time, progress func(string)) (*Demo, error) {
	y, m, _ := now.UTC().AddDate(0, 0, -1).Date()
	earlier := shiftAt(time.Date(y, m-2-demoEarlier, shiftDay, 0, 0, 0, 0, time.UTC))
	paid := shiftAt(time.Date(y, m-2, shiftDay, 0, 0, 0, 0, time.UTC))
	unpaid := shiftAt(time.Date(y, m-1, shiftDay, 0, 0, 0, 0, time.UTC))
	clock := NewClock(earlier.Add(-24 * time.Hour))
	ears := NewEars(live.Nowhere{})
	sw := sim.New(sim.Config{Seed: demoSeed, Now: clock.Now, World: DemoWorld()})
	defer func() { _ = sw.Close() }()
	s := wire(db, clock.Now, sw, ears)
	progress("founding the company")
	st, err := Found(ctx, s, Company{Name: "Demo Telecom", Agents: demoAgents, Zone: "America/New_York", CanLogin: true, HoldoutBP: demoHoldoutBP})
	if err != nil {
		return nil, err
	}
	if err := st.deepOffer(ctx, s); err != nil {
		return nil, err
	}
	d := &Demo{Staff: st}
	if d.till, err = openTill(ctx, s, st, clock); err != nil {
		return nil, err
	}
	defer d.till.close()
	clock.Set(earlier)
	f := NewFloor(s, ears, "progressive", demoSeed, time.Time{})
	f.styled = true
	if err := d.openDesk(ctx, f); err != nil {
		return nil, err
	}
	progress("living through a shift of " + earlier.Format("2 January"))
	if err := d.shift(ctx, f, clock, demoEarlierMin*time.Minute, demoEarlierBatch); err != nil {
		return nil, err
	}
	if err := d.till.between(ctx, s, clock, paid); err != nil {
		return nil, err
	}
	if err := d.openSales(ctx, f); err != nil {
		return nil, err
	}
	return d, d.past(ctx, f, clock, []time.Time{paid, unpaid, shiftAt(now.AddDate(0, 0, -1))}, now, progress)
}

// shift is one on the floor as it stands, with a batch of new wishes to cancel.
func (d *Demo) shift(ctx context.Context, f *Floor, clock *Clock, long time.Duration, batch int) error {
	if err := d.wishes(ctx, f, batch); err != nil {
		return err
	}
	f.until = clock.Now().Add(long)
	if err := (&day{Floor: f, clock: clock, start: clock.Now()}).run(ctx); err != nil {
		return err
	}
	if err := d.till.follow(ctx, f.Services); err != nil {
		return err
	}
	if _, err := f.Retention.WatchGrants(ctx); err != nil {
		return err
	}
	return d.till.fate(ctx, f.Services)
}

// past lets the shifts happen, with the days between them, and pays the first.
func (d *Demo) past(ctx context.Context, f *Floor, clock *Clock, shifts []time.Time, now time.Time, progress func(string)) error {
	for i, start := range shifts {
		progress("living through a shift of " + start.Format("2 January"))
		if start.After(clock.Now()) {
			if err := d.till.between(ctx, f.Services, clock, start); err != nil {
				return err
			}
		}
		if err := d.newNames(ctx, f, i-1); err != nil {
			return err
		}
		if err := d.shift(ctx, f, clock, demoHours*time.Hour, i); err != nil {
			return err
		}
		if err := d.quality(ctx, f, clock, d.Staff.Supervisor, now); err != nil {
			return err
		}
		if i == 0 {
			progress("paying for " + start.Format("January"))
			if err := pay(ctx, f.Services, d.Staff, clock, "", &DayResult{}); err != nil {
				return fmt.Errorf("pay: %w", err)
			}
		}
	}
	if err := d.till.between(ctx, f.Services, clock, now); err != nil {
		return err
	}
	for batch := len(shifts); batch < len(shifts)+3; batch++ { // enough for a day of looking at it
		if err := d.wishes(ctx, f, batch); err != nil {
			return err
		}
	}
	progress("looking at the desks")
	if _, err := f.Retention.Scan(ctx, d.Staff.Supervisor, d.Staff.Client.ID); err != nil {
		return err
	}
	return f.Facts.Drain(ctx)
}

// shiftAt is 17:00 UTC of a day: noon in New York, nine or ten in California, the end of the working day in London.
func shiftAt(t time.Time) time.Time {
	y, m, d := t.UTC().Date()
	return time.Date(y, m, d, 17, 0, 0, 0, time.UTC)
}

// opening is a campaign of the demo.
type opening struct {
	name, purpose, mode, script string
	agents                      []auth.Actor
	first, leads                int
	into                        *campaigns.ID
}

// openDesk starts the save desk.
func (d *Demo) openDesk(ctx context.Context, f *Floor) error {
	return d.open(ctx, f, opening{"Save desk", "retention_save", "progressive", saveScript, d.Staff.Agents[:demoDeskAgents], 0, 0, &d.saves})
}

// openSales starts the selling campaigns: one that dials by itself, one with preview, one by hand.
func (d *Demo) openSales(ctx context.Context, f *Floor) error {
	for _, c := range []opening{
		{"Home 300 autumn", "acquisition", "progressive", salesScript, d.Staff.Agents[demoDeskAgents+1:], 0, demoLeads, &d.sales},
		{"Home 300 preview", "acquisition", "preview", salesScript, nil, demoLeads, demoByHand, nil},
		{"Home 300 by hand", "acquisition", "manual", salesScript, nil, demoLeads + demoByHand, demoByHand, nil},
		{"New names", "acquisition", "progressive", salesScript, d.Staff.Agents[demoDeskAgents : demoDeskAgents+1], 0, 0, &d.resign},
	} {
		if err := d.open(ctx, f, c); err != nil {
			return err
		}
	}
	return nil
}

func (d *Demo) open(ctx context.Context, f *Floor, c opening) error {
	st := d.Staff
	id, err := newCampaign(ctx, f, st, c.mode, c.name, c.purpose, c.script, c.agents, st.Person)
	if err != nil {
		return fmt.Errorf("campaign %s: %w", c.name, err)
	}
	if c.leads > 0 {
		var list bytes.Buffer
		if err := WriteWorldLeads(&list, demoSeed, c.first, c.leads); err != nil {
			return err
		}
		if err := importLeads(ctx, f.Services, st.Manager, id, "leads.csv", &list, demoSeed); err != nil {
			return err
		}
	}
	if _, err := f.Campaigns.Start(ctx, st.Manager, id); err != nil {
		return err
	}
	if c.into != nil {
		*c.into = id
	}
	return nil
}

// wishes lets customers of one more batch ask to cancel now.
func (d *Demo) wishes(ctx context.Context, f *Floor, batch int) error {
	var list bytes.Buffer
	if err := WriteCancelRequests(&list, demoSeed, batch*demoCancels, demoCancels); err != nil {
		return err
	}
	if err := openCases(ctx, f, d.Staff, d.saves, &list); err != nil {
		return err
	}
	return d.till.follow(ctx, f.Services)
}

const selectSeats = `
SELECT u.id, u.name, u.email, ca.campaign_id, c.client_id
FROM campaign_agents ca
JOIN users u ON u.id = ca.user_id
JOIN campaigns c ON c.id = ca.campaign_id
WHERE u.simulated AND c.state = 'running'
ORDER BY u.id`

// ReopenDemo seats the company's simulated agents on the real clock.
func ReopenDemo(ctx context.Context, s Services, ears *Ears) (*Floor, error) {
	var seats []struct {
		ID         auth.UserID
		Name       string
		Email      string
		CampaignID campaigns.ID  `db:"campaign_id"`
		ClientID   auth.ClientID `db:"client_id"`
	}
	if err := s.DB.SelectContext(ctx, &seats, selectSeats); err != nil {
		return nil, fmt.Errorf("seat the demo's agents: %w", err)
	}
	f := NewFloor(s, ears, "progressive", uint64(s.now().UnixNano()), time.Time{})
	f.styled = true
	for _, a := range seats {
		f.Seat(auth.Actor{
			User: a.ID, Name: a.Name, Email: a.Email, Roles: []auth.Role{auth.Agent}, Clients: []auth.ClientID{a.ClientID},
		}, a.CampaignID)
	}
	return f, nil
}
