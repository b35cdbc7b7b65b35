package rehearsal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"saveline/campaigns"
	"saveline/dialer/sim"
	"saveline/internal/auth"
	"saveline/internal/live"
	"saveline/retention"
)

// Run rehearses one day in the given scratch database and says what it came to. progress hears the share of the
// shift that is over, now and then.
func Run(ctx context.Context, wire Wire, db *Scratch, c Config, progress func(float64)) (*DayResult, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	clock := NewClock(c.Start)
	ears := NewEars(live.Nowhere{})
	world := sim.DefaultWorld()
	world.AnswerRate = c.AnswerRate
	sw := sim.New(sim.Config{Seed: c.Seed, Now: clock.Now, World: world})
	defer func() { _ = sw.Close() }()
	s := wire(db.DB, clock.Now, sw, ears)
	st, err := Found(ctx, s, Company{Name: "Rehearsal", Agents: c.Agents, Zone: "America/New_York"})
	if err != nil {
		return nil, fmt.Errorf("set up the company: %w", err)
	}
	floor := NewFloor(s, ears, c.Mode, c.Seed, c.end())
	if err := openCampaigns(ctx, floor, st, c); err != nil {
		return nil, fmt.Errorf("set up the campaigns: %w", err)
	}
	d := &day{Floor: floor, clock: clock, start: c.Start, progress: progress}
	if err := d.run(ctx); err != nil {
		return nil, err
	}
	return conclude(ctx, s, st, clock, c)
}

func conclude(ctx context.Context, s Services, st *Staff, clock *Clock, c Config) (*DayResult, error) {
	r := &DayResult{}
	if err := pay(ctx, s, st, clock, c.Out, r); err != nil {
		return nil, fmt.Errorf("pay: %w", err)
	}
	if err := r.count(ctx, s.DB); err != nil {
		return nil, err
	}
	var err error
	if r.Digest, err = digest(ctx, s.DB); err != nil {
		return nil, err
	}
	if r.Payout != r.Exported {
		return r, fmt.Errorf("the run pays %s but the file says %s", r.Payout, r.Exported)
	}
	return r, writeResult(c.Out, r)
}

// openCampaigns starts the sales campaign on its list and, when leads are made up and the floor is large enough for
// two jobs, the save desk beside it.
func openCampaigns(ctx context.Context, f *Floor, st *Staff, c Config) error {
	desk := 0
	if c.Leads == "" && c.Agents >= saveDeskPart {
		desk = c.Agents / saveDeskPart
	}
	if isCancelRequests(c.Leads) {
		desk = c.Agents
	}
	if desk < c.Agents {
		if err := openSales(ctx, f, st, c, st.Agents[desk:]); err != nil {
			return err
		}
	}
	if desk == 0 {
		return nil
	}
	return openSaveDesk(ctx, f, st, c, st.Agents[:desk])
}

func openSales(ctx context.Context, f *Floor, st *Staff, c Config, agents []auth.Actor) error {
	id, err := newCampaign(ctx, f, st, c.Mode, "Spring sale", "acquisition", salesScript, agents)
	if err != nil {
		return err
	}
	file, name, err := leadsFile(c)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	if err := importLeads(ctx, f.Services, st.Manager, id, name, file, c.Seed); err != nil {
		return err
	}
	_, err = f.Campaigns.Start(ctx, st.Manager, id)
	return err
}

func openSaveDesk(ctx context.Context, f *Floor, st *Staff, c Config, agents []auth.Actor) error {
	id, err := newCampaign(ctx, f, st, c.Mode, "Save desk", "retention_save", saveScript, agents)
	if err != nil {
		return err
	}
	if _, err := f.Campaigns.Start(ctx, st.Manager, id); err != nil {
		return err
	}
	var file io.Reader
	if isCancelRequests(c.Leads) {
		opened, err := os.Open(c.Leads)
		if err != nil {
			return err
		}
		defer func() { _ = opened.Close() }()
		file = opened
	} else {
		var made bytes.Buffer
		if err := WriteCancelRequests(&made, c.Seed, 0, min(max(c.Generate/10, 1), 5000)); err != nil {
			return err
		}
		file = &made
	}
	return openCases(ctx, f, st, id, file)
}

// openCases opens a case, and so a lead on the save desk, for every cancel request of a file.
func openCases(ctx context.Context, f *Floor, st *Staff, desk campaigns.ID, file io.Reader) error {
	report, err := f.Retention.ImportCases(ctx, st.Manager, retention.ImportInput{Client: st.Client.ID, Campaign: desk, File: file})
	if err == nil && report.Opened == 0 {
		return errors.New("no cancel request of the file could be opened")
	}
	return err
}

// newCampaign makes a campaign and seats its agents; guests may work on it too, but are people who sign in.
func newCampaign(ctx context.Context, f *Floor, st *Staff, mode, name, purpose, script string, agents []auth.Actor, guests ...auth.Actor) (campaigns.ID, error) {
	ring, wrap, attempts, day := 25, 90, 6, 3
	message := "This was a call from Saveline Demo. We are sorry that nobody was free to speak with you."
	zone, from := st.Client.Zone, callerID
	made, err := f.Campaigns.Create(ctx, st.Manager, st.Client.ID, campaigns.Edit{
		Name: &name, Purpose: &purpose, Mode: &mode, Zone: &zone, Windows: allDay(), CallerID: &from, RingSeconds: &ring,
		WrapupSeconds: &wrap, AttemptsMax: &attempts, DayAttemptsMax: &day, AbandonMessage: &message,
	})
	if err != nil {
		return 0, err
	}
	if _, err := f.Campaigns.SetScript(ctx, st.Manager, made.ID, name, script); err != nil {
		return 0, err
	}
	var ids []auth.UserID
	for _, a := range agents {
		ids = append(ids, a.User)
		f.Seat(a, made.ID)
	}
	for _, g := range guests {
		ids = append(ids, g.User)
	}
	_, err = f.Campaigns.SetAgents(ctx, st.Manager, made.ID, ids)
	return made.ID, err
}

// leadsFile is the list to call: a file, or one that is made up.
func leadsFile(c Config) (io.ReadCloser, string, error) {
	if c.Leads != "" {
		f, err := os.Open(c.Leads)
		return f, filepath.Base(c.Leads), err
	}
	var made bytes.Buffer
	if err := WriteLeads(&made, c.Seed, c.Generate); err != nil {
		return nil, "", err
	}
	return io.NopCloser(&made), "generated.csv", nil
}
