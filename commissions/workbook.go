package commissions

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"saveline/commissions/law"
	"saveline/commissions/rules"
	"saveline/internal/auth"
	"saveline/internal/pg"
)

// Workbook is what a client's pay is computed by, whoever's it is: approved versions, who is on which plan, and everything
// else that is no work itself. It does not change once it is read.
type Workbook struct {
	Client auth.ClientID
	Zone   *time.Location
	Plans  []*rules.PayPlan // of every approved version in force on some day; Name is the plan's, Version the row's

	rules    []rules.Event // assignments, employment, quotas, rates, versions
	versions map[string]VersionID
	byID     map[VersionID]*rules.PayPlan
	waiting  map[string]map[rules.Date]string // by agent: assignments to plans without an approved version, and their names
	assigned []assignedRow
	known    map[auth.UserID][]assignmentFacts
	from     rules.Date // of the first work
	stamp    string
}

// parsed keeps compiled versions: they never change once approved, and compiling one takes longer than an agent's month.
type parsed struct {
	mu sync.Mutex
	by map[VersionID]*rules.PayPlan
}

func (p *parsed) get(id VersionID) *rules.PayPlan {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.by[id]
}

func (p *parsed) put(id VersionID, plan *rules.PayPlan) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.by == nil {
		p.by = map[VersionID]*rules.PayPlan{}
	}
	p.by[id] = plan
}

const selectApproved = `
SELECT v.id, v.plan_id, p.name, v.version, v.text, v.terms, to_char(v.approved_at AT TIME ZONE c.zone, 'YYYY-MM-DD') AS approved, c.zone
FROM plan_versions v JOIN plans p ON p.id = v.plan_id JOIN clients c ON c.id = p.client_id
WHERE p.client_id = $1 AND v.approved_at IS NOT NULL
ORDER BY v.plan_id, v.approved_at, v.version`

type approvedRow struct {
	ID       VersionID  `db:"id"`
	Plan     PlanID     `db:"plan_id"`
	Name     string     `db:"name"`
	Version  int        `db:"version"`
	Text     string     `db:"text"`
	Terms    jsonTerms  `db:"terms"`
	Approved rules.Date `db:"approved"`
	Zone     string     `db:"zone"`
}

// planOf compiles a version, or finds it compiled.
func (s *Service) planOf(r approvedRow) (*rules.PayPlan, error) {
	if p := s.parsed.get(r.ID); p != nil {
		return p, nil
	}
	text, err := textOf(r.Name, r.Version, r.Text, rules.Terms(r.Terms), r.Zone)
	if err != nil {
		return nil, err
	}
	p, err := rules.ParsePlan([]byte(text))
	if err != nil {
		return nil, fmt.Errorf("plan %s version %d as stored: %w", r.Name, r.Version, err)
	}
	p.Name, p.Version = planKey(r.Name), r.Version
	s.parsed.put(r.ID, p)
	return p, nil
}

// planKey is a plan's name as part of a line's key.
func planKey(name string) string { return strings.ReplaceAll(name, "|", "/") }

// What the rules are made of, as one text that differs when any of it does.
const selectRulesStamp = `
SELECT concat_ws(' ',
    (SELECT count(*) || ':' || COALESCE(max(id), 0) FROM pay_events WHERE client_id = $1
     AND (type IN ('quota','assignment','employment','rate') OR team <> '')),
    (SELECT count(*) || ':' || COALESCE(max(id), 0) || ':' || COALESCE(sum(until_date - DATE '2000-01-01'), 0) FROM assignments WHERE client_id = $1),
    (SELECT count(*) || ':' || COALESCE(max(v.id), 0) FROM plan_versions v JOIN plans p ON p.id = v.plan_id WHERE p.client_id = $1 AND v.approved_at IS NOT NULL),
    (SELECT count(*) || ':' || COALESCE(sum(left_on - DATE '2000-01-01'), 0) FROM payroll_people WHERE client_id = $1 AND left_on IS NOT NULL),
    (SELECT count(*) || ':' || COALESCE(sum(extract(epoch FROM disabled_at)::bigint), 0) FROM users WHERE disabled_at IS NOT NULL),
    (SELECT to_char(min(effective_at), 'YYYY-MM-DD') FROM pay_events WHERE client_id = $1))`

// workbook reads the client's, or takes the one read last when nothing in it has changed.
func (s *Service) workbook(ctx context.Context, db pg.DB, client auth.ClientID) (*Workbook, error) {
	var stamp string
	if err := db.GetContext(ctx, &stamp, selectRulesStamp, client); err != nil {
		return nil, fmt.Errorf("rules of client %d: %w", client, err)
	}
	if w, ok := s.workbooks.Load(client); ok && w.(*Workbook).stamp == stamp {
		return w.(*Workbook), nil
	}
	w := &Workbook{Client: client, stamp: stamp, versions: map[string]VersionID{}, byID: map[VersionID]*rules.PayPlan{}, waiting: map[string]map[rules.Date]string{}}
	for _, step := range []func(context.Context, pg.DB, *Workbook) error{s.readZone, s.readVersions, s.readArrangements, s.readAssigned, s.readLeavers} {
		if err := step(ctx, db, w); err != nil {
			return nil, fmt.Errorf("rules of client %d: %w", client, err)
		}
	}
	s.workbooks.Store(client, w)
	return w, nil
}

const (
	selectZone      = `SELECT zone FROM clients WHERE id = $1`
	selectFirstWork = `SELECT COALESCE(to_char(min(effective_at) AT TIME ZONE $2, 'YYYY-MM-DD'), '') FROM pay_events WHERE client_id = $1`
)

func (s *Service) readZone(ctx context.Context, db pg.DB, w *Workbook) (err error) {
	var name string
	if err := db.GetContext(ctx, &name, selectZone, w.Client); err != nil {
		return fmt.Errorf("zone: %w", err)
	}
	if w.Zone, err = time.LoadLocation(name); err != nil {
		return err
	}
	return db.GetContext(ctx, &w.from, selectFirstWork, w.Client, name)
}

// readVersions puts each plan's versions in force: the first from ever, another from the day after its approval, so that no
// version values what was done under the one before. Of two approved on one day the later one rules.
func (s *Service) readVersions(ctx context.Context, db pg.DB, w *Workbook) error {
	var rows []approvedRow
	if err := db.SelectContext(ctx, &rows, selectApproved, w.Client); err != nil {
		return fmt.Errorf("plan versions: %w", err)
	}
	for i, r := range rows {
		p, err := s.planOf(r)
		if err != nil {
			return err
		}
		w.byID[r.ID], w.versions[p.ID()] = p, r.ID
		first := i == 0 || rows[i-1].Plan != r.Plan
		if !first && i+1 < len(rows) && rows[i+1].Plan == r.Plan && rows[i+1].Approved == r.Approved {
			continue
		}
		w.Plans = append(w.Plans, p)
		if first {
			continue
		}
		e, err := ruleEvent(rules.EventPlanVersion, p.ID(), "", ever, map[string]any{"plan": p.Name, "version": p.Version, "from": dayAfter(r.Approved)})
		if err != nil {
			return err
		}
		w.rules = append(w.rules, e)
	}
	return nil
}

func dayAfter(d rules.Date) rules.Date {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return d
	}
	return rules.Date(t.AddDate(0, 0, 1).Format(time.DateOnly))
}

// ever is before everything that pay knows of.
var ever = time.Unix(0, 0).UTC()

// ruleEvent is something of our own tables as the rules read it.
func ruleEvent(typ rules.EventType, id, agent string, at time.Time, attrs map[string]any) (rules.Event, error) {
	raw, err := json.Marshal(attrs)
	if err != nil {
		return rules.Event{}, err
	}
	e := rules.Event{ID: string(typ) + ":" + id, Type: typ, Agent: agent, EffectiveAt: at.UTC(), RecordedAt: at.UTC()}
	return e, rules.DecodeAttrs(&e, raw)
}

const eventColumns = `event_id, type, COALESCE(user_id, 0) AS user_id, team, ref, attrs, effective_at, recorded_at, source`

const selectArrangements = `
SELECT ` + eventColumns + ` FROM pay_events
WHERE client_id = $1 AND (type IN ('quota','employment','rate') OR team <> '') ORDER BY effective_at, event_id COLLATE "C"`

func (s *Service) readArrangements(ctx context.Context, db pg.DB, w *Workbook) error {
	events, err := readEvents(ctx, db, selectArrangements, w.Client)
	if err != nil {
		return err
	}
	for _, e := range events {
		w.rules = append(w.rules, *e)
	}
	return nil
}

// readEvents reads what a query of eventColumns finds.
func readEvents(ctx context.Context, db pg.DB, query string, args ...any) ([]*rules.Event, error) {
	var rows []payEvent
	if err := db.SelectContext(ctx, &rows, query, args...); err != nil {
		return nil, fmt.Errorf("pay events: %w", err)
	}
	out := make([]*rules.Event, len(rows))
	for i, r := range rows {
		e, err := r.event()
		if err != nil {
			return nil, err
		}
		out[i] = &e
	}
	return out, nil
}

const (
	selectAssigned = `
SELECT a.id, a.user_id, p.name, to_char(a.from_date, 'YYYY-MM-DD') AS from_date, COALESCE(to_char(a.until_date, 'YYYY-MM-DD'), '') AS until_date
FROM assignments a JOIN plans p ON p.id = a.plan_id
WHERE a.client_id = $1 ORDER BY a.user_id, a.from_date`
	// What else is known of an assignment: team, lead, zone, draw and so on, each from a day.
	selectAssignmentFacts = `
SELECT user_id, attrs, to_char(effective_at AT TIME ZONE $2, 'YYYY-MM-DD') AS from_date
FROM pay_events WHERE client_id = $1 AND type = 'assignment' AND user_id IS NOT NULL ORDER BY user_id, effective_at, event_id COLLATE "C"`
)

type assignedRow struct {
	ID    AssignmentID `db:"id"`
	User  auth.UserID  `db:"user_id"`
	Plan  string       `db:"name"`
	From  rules.Date   `db:"from_date"`
	Until rules.Date   `db:"until_date"`
}

type assignmentFacts struct {
	User  auth.UserID     `db:"user_id"`
	From  rules.Date      `db:"from_date"`
	Attrs json.RawMessage `db:"attrs"`
	said  map[string]any
}

// readAssigned makes assignments of the table's rows, cut where what else is known of the person changes.
func (s *Service) readAssigned(ctx context.Context, db pg.DB, w *Workbook) error {
	var rows []assignedRow
	if err := db.SelectContext(ctx, &rows, selectAssigned, w.Client); err != nil {
		return fmt.Errorf("assignments: %w", err)
	}
	var known []assignmentFacts
	if err := db.SelectContext(ctx, &known, selectAssignmentFacts, w.Client, w.Zone.String()); err != nil {
		return fmt.Errorf("facts of assignments: %w", err)
	}
	byUser := map[auth.UserID][]assignmentFacts{}
	for _, k := range known {
		if err := json.Unmarshal(k.Attrs, &k.said); err != nil {
			return fmt.Errorf("facts of user %d: %w", k.User, err)
		}
		if from, ok := k.said["from"].(string); ok && isDate(rules.Date(from)) {
			k.From = rules.Date(from)
		}
		for _, own := range []string{"plan", "from", "to"} {
			delete(k.said, own)
		}
		byUser[k.User] = append(byUser[k.User], k)
	}
	for _, list := range byUser {
		slices.SortStableFunc(list, func(a, b assignmentFacts) int { return strings.Compare(string(a.From), string(b.From)) })
	}
	w.assigned, w.known = rows, byUser
	for _, r := range rows {
		if err := w.assign(r); err != nil {
			return err
		}
	}
	return nil
}

func (w *Workbook) assign(r assignedRow) error {
	agent := agentOf(r.User)
	if !w.approves(r.Plan) {
		if w.waiting[agent] == nil {
			w.waiting[agent] = map[rules.Date]string{}
		}
		w.waiting[agent][r.From] = r.Plan
		return nil
	}
	return w.assignTo(r, planKey(r.Plan))
}

// approves reports whether a plan has an approved version.
func (w *Workbook) approves(plan string) bool {
	return slices.ContainsFunc(w.Plans, func(p *rules.PayPlan) bool { return p.Name == planKey(plan) })
}

// assignTo puts a person on a plan for the days of an assignment.
func (w *Workbook) assignTo(r assignedRow, name string) error {
	from, said := r.From, map[string]any{}
	add := func(to rules.Date) error {
		attrs := map[string]any{"plan": name, "from": from}
		maps.Copy(attrs, said)
		if to != "" {
			attrs["to"] = to
		}
		e, err := ruleEvent(rules.EventAssignment, fmt.Sprintf("%d:%s", r.ID, from), agentOf(r.User), ever, attrs)
		w.rules = append(w.rules, e)
		return err
	}
	for _, k := range w.known[r.User] {
		if k.From > from && (r.Until == "" || k.From < r.Until) {
			if err := add(k.From); err != nil {
				return err
			}
			from = k.From
		}
		if k.From <= from {
			said = k.said
		}
	}
	return add(r.Until)
}

// Who has left, as payroll says, or else because they may no longer sign in.
const selectLeavers = `
SELECT u.id AS user_id, COALESCE(p.left_on::timestamp AT TIME ZONE $2, u.disabled_at) AS at
FROM users u LEFT JOIN payroll_people p ON p.user_id = u.id AND p.client_id = $1
WHERE (p.left_on IS NOT NULL OR u.disabled_at IS NOT NULL)
  AND (p.user_id IS NOT NULL OR EXISTS (SELECT FROM assignments a WHERE a.client_id = $1 AND a.user_id = u.id))
ORDER BY u.id`

// readLeavers tells the rules who has left, where nobody has told them as an event.
func (s *Service) readLeavers(ctx context.Context, db pg.DB, w *Workbook) error {
	var rows []struct {
		User auth.UserID `db:"user_id"`
		At   time.Time   `db:"at"`
	}
	if err := db.SelectContext(ctx, &rows, selectLeavers, w.Client, w.Zone.String()); err != nil {
		return fmt.Errorf("leavers: %w", err)
	}
	for _, r := range rows {
		e, err := ruleEvent(rules.EventEmployment, agentOf(r.User), agentOf(r.User), r.At, map[string]any{"status": "left"})
		if err != nil {
			return err
		}
		w.rules = append(w.rules, e)
	}
	return nil
}

// Rulebook is the workbook as the rules take it, as of a time. Plans are the workbook's, or others in their place.
//
// Codes: invalid (what NewRulebook refuses).
func (w *Workbook) Rulebook(plans []*rules.PayPlan, asOf time.Time) (*rules.Rulebook, error) {
	_, to := monthOf(rules.DateOf(asOf, w.Zone))
	from := w.from
	if from == "" || from > to {
		from = rules.DateOf(asOf, w.Zone)
	}
	events := slices.Clone(w.rules)
	// Who is on no plan is paid by none, even while nobody is on any.
	nobody, err := ruleEvent(rules.EventAssignment, "nobody", "nobody", ever, map[string]any{"plan": plans[0].Name, "from": "1990-01-01"})
	if err != nil {
		return nil, err
	}
	return rules.NewRulebook(plans, append(events, nobody), rules.Horizon{From: from, To: to, AsOf: asOf})
}

const (
	// A person's own events, the results in which the person has a part, and what became of those results.
	selectAgentEvents = `
WITH own AS (
    SELECT ` + eventColumns + ` FROM pay_events WHERE client_id = $1 AND user_id = $2 AND type NOT IN ('assignment','employment','quota')
    UNION
    SELECT ` + eventColumns + ` FROM pay_events
    WHERE client_id = $1 AND type = 'outcome' AND ref IN (SELECT ref FROM pay_parts WHERE client_id = $1 AND user_id = $2)
)
SELECT * FROM (
    SELECT * FROM own
    UNION ALL
    SELECT ` + eventColumns + ` FROM pay_events
    WHERE client_id = $1 AND type IN ('cancel','reinstate','verification') AND ref IN (SELECT ref FROM own WHERE type = 'outcome')
) e ORDER BY effective_at, event_id COLLATE "C"`

	selectAllEvents = `
SELECT ` + eventColumns + ` FROM pay_events
WHERE client_id = $1 AND team = '' AND type NOT IN ('assignment','employment','quota','rate') ORDER BY effective_at, event_id COLLATE "C"`

	selectWeekEvents = `
SELECT user_id, starts_on::text AS starts_on, worked, overtime FROM work_weeks WHERE client_id = $1 AND ($2 = 0 OR user_id = $2) ORDER BY user_id, starts_on`
)

// agentEvents is all that one person's pay is computed from, in order.
func (w *Workbook) agentEvents(ctx context.Context, db pg.DB, user auth.UserID) ([]*rules.Event, error) {
	events, err := readEvents(ctx, db, selectAgentEvents, w.Client, user)
	if err != nil {
		return nil, err
	}
	weeks, err := w.weekEvents(ctx, db, user)
	if err != nil || len(weeks) == 0 {
		return events, err
	}
	return inTime(append(events, weeks...)), nil
}

// allEvents are everybody's, by agent.
func (w *Workbook) allEvents(ctx context.Context, db pg.DB, r *rules.Rulebook) (map[string][]*rules.Event, error) {
	events, err := w.everything(ctx, db)
	if err != nil {
		return nil, err
	}
	return r.GroupByAgent(events), nil
}

// everything is all work of everybody, in order.
func (w *Workbook) everything(ctx context.Context, db pg.DB) ([]*rules.Event, error) {
	events, err := readEvents(ctx, db, selectAllEvents, w.Client)
	if err != nil {
		return nil, err
	}
	weeks, err := w.weekEvents(ctx, db, 0)
	if err != nil {
		return nil, err
	}
	return inTime(append(events, weeks...)), nil
}

func inTime(events []*rules.Event) []*rules.Event {
	slices.SortStableFunc(events, func(a, b *rules.Event) int {
		if c := a.EffectiveAt.Compare(b.EffectiveAt); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return events
}

const noon = 12 * time.Hour

// weekEvents are the workweeks that payroll imported, as hours on the noon of their first day.
func (w *Workbook) weekEvents(ctx context.Context, db pg.DB, user auth.UserID) ([]*rules.Event, error) {
	var rows []struct {
		User     auth.UserID `db:"user_id"`
		StartsOn string      `db:"starts_on"`
		Worked   law.Hours   `db:"worked"`
		Overtime law.Hours   `db:"overtime"`
	}
	if err := db.SelectContext(ctx, &rows, selectWeekEvents, w.Client, user); err != nil {
		return nil, fmt.Errorf("workweeks: %w", err)
	}
	out := make([]*rules.Event, len(rows))
	for i, r := range rows {
		at, err := time.ParseInLocation(time.DateOnly, r.StartsOn, w.Zone)
		if err != nil {
			return nil, err
		}
		e, err := ruleEvent(rules.EventHours, agentOf(r.User)+":"+r.StartsOn, agentOf(r.User), at.Add(noon),
			map[string]any{"work": r.Worked.String(), "overtime": r.Overtime.String()})
		if err != nil {
			return nil, err
		}
		out[i] = &e
	}
	return out, nil
}
