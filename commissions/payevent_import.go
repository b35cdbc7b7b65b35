package commissions

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/lib/pq"

	"saveline/commissions/rules"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

// Limits of a file of events.
const (
	eventsFileMax = 16 << 20
	eventRowsMax  = 100_000
	eventFaults   = 50 // said of one file
)

// EventsImport is what came of a file of events.
type EventsImport struct {
	Rows int `json:"rows"`
	New  int `json:"new" doc:"the others were there already"`
}

const selectPayNames = `
SELECT u.id, u.email, COALESCE(NULLIF(p.employee_id, ''), u.employee_no, '') AS number
FROM users u LEFT JOIN payroll_people p ON p.client_id = $1 AND p.user_id = u.id
WHERE u.all_clients OR EXISTS (SELECT 1 FROM user_clients c WHERE c.user_id = u.id AND c.client_id = $1)
   OR EXISTS (SELECT 1 FROM assignments a WHERE a.user_id = u.id AND a.client_id = $1)`

const selectKnownEvents = `SELECT ` + eventColumns + ` FROM pay_events WHERE client_id = $1 AND event_id = ANY($2)`

// ImportEvents keeps events from a CSV file with the header of events.csv (docs/plans.md), and computes whose pay they change:
// scores, attendance, hours, numbers from outside, quotas, rates, facts of assignments and employment, and results of other
// systems. An agent is a user's id, employee number or address. All of the file is kept, or nothing: every row is checked, and
// each fault names its line. Closes, pay runs and versions are made here, not told; whom a plan pays is said with assignments.
//
// Codes: invalid (each fault by its line; the same event with other contents), not_found (another's client).
func (s *Service) ImportEvents(ctx context.Context, by auth.Actor, client auth.ClientID, file io.Reader) (out EventsImport, err error) {
	if client, err = by.ClientFor(client); err != nil {
		return EventsImport{}, err
	}
	records, err := readEventRows(file)
	if err != nil {
		return EventsImport{}, err
	}
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		events, err := s.checkEvents(ctx, tx, client, records)
		if err != nil {
			return err
		}
		added, err := addEvents(ctx, tx, client, sourceFile, events)
		if err != nil {
			return err
		}
		out = EventsImport{Rows: len(events), New: len(added)}
		return auth.AuditTx(ctx, tx, by, s.now(), auth.Change{
			Client: client, Act: "pay_events.import", Object: fmt.Sprintf("client:%d", client), Data: out,
		})
	})
	if err != nil {
		return EventsImport{}, err
	}
	s.valueFor(ctx, client)
	return out, nil
}

// eventRow is a row of the file and where it stands.
type eventRow struct {
	line   int
	fields []string
}

func readEventRows(file io.Reader) (rows []eventRow, err error) {
	r := csv.NewReader(file)
	r.FieldsPerRecord = -1
	head, err := r.Read()
	if err != nil || strings.TrimPrefix(strings.Join(head, ","), byteOrderMark) != rules.EventsHeader {
		return nil, errs.Newf(errs.Invalid, "the file's first line must be %s", rules.EventsHeader)
	}
	for {
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, errs.WithCause(errs.Invalid, err, "the file is not CSV")
		}
		if len(rows) == eventRowsMax {
			return nil, errs.Newf(errs.Invalid, "a file may have at most %d events; cut it", eventRowsMax)
		}
		line, _ := r.FieldPos(0)
		rows = append(rows, eventRow{line, fields})
	}
}

// checkEvents reads every row and says all that is wrong with them at once.
func (s *Service) checkEvents(ctx context.Context, tx *pg.Tx, client auth.ClientID, rows []eventRow) ([]payEvent, error) {
	names, err := payNames(ctx, tx, client)
	if err != nil {
		return nil, err
	}
	var f errs.Faults
	var out []payEvent
	at := map[string]int{}
	for _, row := range rows {
		e, err := names.event(row.fields)
		switch _, again := at[e.ID]; {
		case err != nil:
			f.Addf(fmt.Sprintf("line %d", row.line), "%v", err)
		case again:
			f.Addf(fmt.Sprintf("line %d", row.line), "event %q is on line %d already", e.ID, at[e.ID])
		default:
			at[e.ID], out = row.line, append(out, e)
		}
		if len(f) == eventFaults {
			break
		}
	}
	if err := f.Err(); err != nil {
		return nil, err
	}
	return out, sameAsKnown(ctx, tx, client, out, at)
}

// sameAsKnown refuses events that are known with other contents: a correction is a new event.
func sameAsKnown(ctx context.Context, tx *pg.Tx, client auth.ClientID, events []payEvent, at map[string]int) error {
	ids := make([]string, len(events))
	byID := map[string]payEvent{}
	for i, e := range events {
		ids[i], byID[e.ID] = e.ID, e
	}
	var known []payEvent
	if err := tx.SelectContext(ctx, &known, selectKnownEvents, client, pq.Array(ids)); err != nil {
		return fmt.Errorf("events that are known: %w", err)
	}
	var f errs.Faults
	for _, k := range known {
		if e := byID[k.ID]; !e.same(k) {
			f.Addf(fmt.Sprintf("line %d", at[k.ID]), "event %q is known with other contents; a correction is a new event", k.ID)
		}
	}
	return f.Err()
}

func (e payEvent) same(o payEvent) bool {
	return e.Type == o.Type && e.User == o.User && e.Team == o.Team && e.Ref == o.Ref && e.EffectiveAt.Equal(o.EffectiveAt) &&
		compact(plainJSON(e.Attrs)) == compact(plainJSON(o.Attrs))
}

func plainJSON(raw json.RawMessage) (v any) {
	if json.Unmarshal(raw, &v) != nil {
		return string(raw)
	}
	return v
}

// payNames finds people by what files call them.
type names map[string]auth.UserID

func payNames(ctx context.Context, tx *pg.Tx, client auth.ClientID) (names, error) {
	var rows []struct {
		ID     auth.UserID `db:"id"`
		Email  string      `db:"email"`
		Number string      `db:"number"`
	}
	if err := tx.SelectContext(ctx, &rows, selectPayNames, client); err != nil {
		return nil, fmt.Errorf("people of client %d: %w", client, err)
	}
	out := names{}
	for _, r := range rows {
		out[strings.ToLower(r.Email)] = r.ID
		out[agentOf(r.ID)] = r.ID
	}
	for _, r := range rows { // an employee number is whose it is, even where it looks like somebody's id
		if r.Number != "" {
			out[strings.ToLower(r.Number)] = r.ID
		}
	}
	return out, nil
}

func (n names) find(name string) (auth.UserID, error) {
	if id, ok := n[strings.ToLower(strings.TrimSpace(name))]; ok {
		return id, nil
	}
	return 0, fmt.Errorf("there is nobody %q here: write an employee number, an address or a user's id", name)
}

var notTold = []rules.EventType{rules.EventClose, rules.EventPay, rules.EventPlanVersion}

// event reads a row. People inside its attributes are found as well.
func (n names) event(fields []string) (e payEvent, err error) {
	if want := strings.Count(rules.EventsHeader, ",") + 1; len(fields) != want {
		return e, fmt.Errorf("it has %d columns, not %d", len(fields), want)
	}
	if e.Attrs, err = n.translate(fields[6]); err != nil {
		return e, err
	}
	read, err := rules.DecodeEvent(append(slices.Clone(fields[:6]), string(e.Attrs)))
	if err != nil {
		return e, err
	}
	e.ID, e.Type, e.Ref, e.EffectiveAt, e.RecordedAt = read.ID, read.Type, read.Ref, read.EffectiveAt, read.RecordedAt
	team, isTeam := strings.CutPrefix(read.Agent, "team:")
	switch {
	case slices.Contains(notTold, e.Type):
		return e, fmt.Errorf("a %s is made here, it cannot be told", e.Type)
	case !rules.KeySafe(e.ID) || !rules.KeySafe(e.Ref):
		return e, fmt.Errorf("ids must not hold a |")
	case isTeam:
		e.Team = team
	case read.Agent != "":
		e.User, err = n.find(read.Agent)
	}
	return e, err
}

// translate writes people's ids for the names in attributes.
func (n names) translate(attrs string) (json.RawMessage, error) {
	if strings.TrimSpace(attrs) == "" {
		return json.RawMessage("{}"), nil
	}
	var m map[string]any
	d := json.NewDecoder(strings.NewReader(attrs))
	d.UseNumber()
	if err := d.Decode(&m); err != nil {
		return nil, fmt.Errorf("attrs are no JSON object: %w", err)
	}
	if lead, ok := m["lead"].(string); ok && lead != "" {
		id, err := n.find(lead)
		if err != nil {
			return nil, err
		}
		m["lead"] = agentOf(id)
	}
	splits, _ := m["splits"].([]any)
	for _, s := range splits {
		one, ok := s.(map[string]any)
		if !ok {
			continue
		}
		id, err := n.find(fmt.Sprint(one["agent"]))
		if err != nil {
			return nil, err
		}
		one["agent"] = strconv.FormatInt(int64(id), 10)
	}
	return json.Marshal(m)
}
