package rehearsal

import (
	"context"
	"fmt"
	"slices"
	"time"

	"saveline/campaigns"
	"saveline/commissions"
	"saveline/commissions/rules"
	"saveline/internal/auth"
	"saveline/internal/money"
	"saveline/retention"
)

const (
	currency     = "USD"
	holdDays     = 3 // an advance is earned when the sale is this old
	callerID     = "+12125550199"
	saveDeskPart = 5 // of the agents, one in so many works the save desk
)

// Staff is who a made-up company consists of.
type Staff struct {
	Client                             auth.Client
	Admin, Manager, PayrollA, PayrollB auth.Actor
	Supervisor, Compliance, Person     auth.Actor // for people who look at a demo; zero in a rehearsal
	Agents                             []auth.Actor
	Passwords                          map[string]string // e-mail -> password of those who can sign in
}

// People are those who can sign in, in the order a newcomer should try them.
func (st *Staff) People() []auth.Actor {
	return []auth.Actor{st.Manager, st.Person, st.Supervisor, st.PayrollA, st.PayrollB, st.Compliance, st.Admin}
}

// Company says what kind of made-up company is wanted.
type Company struct {
	Name     string
	Agents   int
	Zone     string
	CanLogin bool // real passwords for one person a role
	// HoldoutBP is the share of wishes to cancel that is shown nothing, in hundredths of a percent.
	HoldoutBP int
}

// Found makes a client, its people, its offers and an approved pay plan.
func Found(ctx context.Context, s Services, c Company) (*Staff, error) {
	kind := "rehearsal"
	if c.CanLogin {
		kind = "demo"
	}
	// Before there is anything in it: saves on the simulator's made-up recordings are paid here, and nowhere else.
	if err := s.Retention.MarkDatabase(ctx, kind); err != nil {
		return nil, err
	}
	client, err := s.Auth.CreateClient(ctx, auth.System("rehearsal"), auth.NewClient{Name: c.Name, Zone: c.Zone, Demo: true})
	if err != nil {
		return nil, fmt.Errorf("client: %w", err)
	}
	st := &Staff{Client: client, Passwords: map[string]string{}}
	if err := st.hire(ctx, s, c); err != nil {
		return nil, err
	}
	if err := st.offers(ctx, s); err != nil {
		return nil, err
	}
	if err := st.holdout(ctx, s, c.HoldoutBP); err != nil {
		return nil, err
	}
	return st, st.plan(ctx, s)
}

// holdout has some of those who want to cancel left alone, so that it can be said what the save desk brings.
func (st *Staff) holdout(ctx context.Context, s Services, bp int) error {
	if bp == 0 {
		return nil
	}
	in, err := s.Retention.SettingsFor(ctx, st.Manager, st.Client.ID)
	if err != nil {
		return fmt.Errorf("settings of the save desk: %w", err)
	}
	in.Client, in.HoldoutBP, in.Salt = st.Client.ID, bp, "demo"
	if _, err := s.Retention.SaveSettings(ctx, st.Manager, in); err != nil {
		return fmt.Errorf("holdout: %w", err)
	}
	return nil
}

func (st *Staff) hire(ctx context.Context, s Services, c Company) error {
	people := []struct {
		role       auth.Role
		mail, name string
		into       *auth.Actor
		always     bool
	}{
		{auth.Admin, "admin", "Ada Admin", &st.Admin, true},
		{auth.Manager, "manager", "Max Manager", &st.Manager, true},
		{auth.Payroll, "payroll", "Pat Payroll", &st.PayrollA, true},
		{auth.Payroll, "payroll2", "Petra Payroll", &st.PayrollB, true},
		{auth.Supervisor, "supervisor", "Sam Supervisor", &st.Supervisor, c.CanLogin},
		{auth.Compliance, "compliance", "Chris Compliance", &st.Compliance, c.CanLogin},
		{auth.Agent, "agent", "Alex Agent", &st.Person, c.CanLogin},
	}
	for i, p := range people {
		if !p.always {
			continue
		}
		in := auth.NewUser{
			Email: p.mail + "@saveline.test", Name: p.name, Roles: []auth.Role{p.role}, ClientIDs: []auth.ClientID{st.Client.ID},
			EmployeeNo: fmt.Sprintf("%06d", 900+i), Simulated: !c.CanLogin,
		}
		if err := st.hireOne(ctx, s, in, p.into); err != nil {
			return err
		}
	}
	st.Agents = make([]auth.Actor, c.Agents)
	for i := range st.Agents {
		in := auth.NewUser{
			Email: fmt.Sprintf("agent%03d@saveline.test", i+1), Name: agentName(i), Roles: []auth.Role{auth.Agent},
			ClientIDs: []auth.ClientID{st.Client.ID}, EmployeeNo: fmt.Sprintf("%06d", i+1), Simulated: true,
		}
		if err := st.hireOne(ctx, s, in, &st.Agents[i]); err != nil {
			return err
		}
	}
	return nil
}

// hireOne creates the account. Demo passwords are random and shown once by the command; they need not be changed.
func (st *Staff) hireOne(ctx context.Context, s Services, in auth.NewUser, into *auth.Actor) error {
	if !in.Simulated {
		in.Password = randomName() + "-" + randomName()
		st.Passwords[in.Email] = in.Password
	}
	u, _, err := s.Auth.CreateUser(ctx, auth.System("rehearsal", st.Client.ID), in)
	if err != nil {
		return fmt.Errorf("hire %s: %w", in.Email, err)
	}
	*into = auth.Actor{User: u.ID, Name: u.Name, Email: u.Email, Roles: in.Roles, Clients: []auth.ClientID{st.Client.ID}}
	return nil
}

func agentName(i int) string {
	return firstNames[i%len(firstNames)] + " " + lastNames[(i*7+i/len(firstNames))%len(lastNames)]
}

// offers are what the company sells and with what it keeps its customers.
func (st *Staff) offers(ctx context.Context, s Services) error {
	selling, saving := []string{"acquisition", "upsell", "winback"}, []string{"retention_save"}
	all := []retention.NewOffer{
		{Code: "home-300", OfferInput: retention.OfferInput{
			Name: "Home 300, first month free", Kind: "sale", Result: "sale", Value: usd(48000), Purposes: selling, Rank: 10,
			Say: "For $40 a month you would have 300 megabits, and the first month is free. Shall I set it up, {{person.name}}?",
		}},
		{Code: "tv-pack", OfferInput: retention.OfferInput{
			Name: "TV pack on top", Kind: "upsell", Result: "upsell", Value: usd(12000), Purposes: selling, Rank: 20,
			Say: "Many people who take Home 300 add the TV pack for $10 a month. Would you like that too?",
		}},
		{Code: "save-20", OfferInput: retention.OfferInput{
			Name: "20 % off for six months", Kind: "discount_percent", Result: "save", Value: usd(36000), Cost: usd(4800),
			Terms: retention.Terms{"percent": 20, "cycles": 6}, Purposes: saving, Rank: 10,
			Say: "I can take 20 % off your bill for the next six months. Would that help you to stay, {{person.name}}?",
		}},
		{Code: "pause-2", OfferInput: retention.OfferInput{
			Name: "Pause for two months", Kind: "pause", Result: "save", Value: usd(18000), Cost: usd(0),
			Terms: retention.Terms{"months": 2}, Purposes: saving, Rank: 20,
			Say: "You could also pause for two months and pay nothing in that time.",
		}},
	}
	for _, o := range all {
		o.Client = st.Client.ID
		if _, err := s.Retention.CreateOffer(ctx, st.Manager, o); err != nil {
			return fmt.Errorf("offer %s: %w", o.Code, err)
		}
	}
	return nil
}

// plan pays 12.00 a save, 9.00 a sale and 5 % of what an upsell is worth, earned after the hold.
func (st *Staff) plan(ctx context.Context, s Services) error {
	terms := rules.Terms{Currency: currency, HoldDays: holdDays, Components: []rules.Component{
		{ID: "save_bonus", Type: "per_unit", Result: "save", Amount: "12.00"},
		{ID: "sale_bonus", Type: "per_unit", Result: "sale", Amount: "9.00"},
		{ID: "upsell_share", Type: "percent", Result: "upsell", Rate: "5%"},
	}}
	plan, err := s.Commissions.CreatePlan(ctx, st.Manager, commissions.NewPlan{Client: st.Client.ID, Name: "Floor bonus", NewVersion: commissions.NewVersion{Terms: terms}})
	if err != nil {
		return fmt.Errorf("plan: %w", err)
	}
	if _, err := s.Commissions.ApproveVersion(ctx, st.PayrollA, plan.Versions[0].ID); err != nil {
		return fmt.Errorf("approve plan: %w", err)
	}
	from := rules.DateOf(s.now().AddDate(0, -1, 0), time.UTC)
	payees := st.Agents
	if st.Person.User != 0 {
		payees = append(slices.Clip(payees), st.Person)
	}
	for _, a := range payees {
		in := commissions.NewAssignment{Plan: plan.ID, User: a.User, FromDate: from}
		if _, err := s.Commissions.Assign(ctx, st.Manager, in); err != nil {
			return fmt.Errorf("assign plan: %w", err)
		}
	}
	return nil
}

func usd(minor int64) money.Amount { return money.Amount{Minor: minor, Currency: currency} }

// allDay is a window that never closes; the law's hours still hold for every single call.
func allDay() []campaigns.Window {
	return []campaigns.Window{{Days: []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}, From: "00:00", To: "24:00"}}
}
