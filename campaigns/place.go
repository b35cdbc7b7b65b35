package campaigns

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/lib/pq"

	"saveline/campaigns/compliance"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/internal/phone"
)

// Dialing is who is about to dial, and on what.
type Dialing struct {
	Epoch      int64       // of the lease that reserved the lead
	Agent      auth.UserID // who asked for it in manual and preview mode, 0 for the engine
	Mode       string
	Trunk      string
	LiveSwitch bool // the switch reaches real people
}

// Attempt is one dial, counted and judged before it is made. Only when Verdict.Allowed may it be made.
type Attempt struct {
	ID       AttemptID // 0 when refused: nothing was counted
	Lead     Lead
	Number   phone.E164
	CallerID string
	RingFor  time.Duration
	PlacedAt time.Time
	Verdict  compliance.Verdict
}

// lockTarget locks the number, then the person, then the lead, each only after the one before: the joins need a row of
// every earlier step before the last lock is taken. It makes the number's row if need be.
const lockTarget = `
WITH want AS MATERIALIZED (
    SELECT l.id, l.person_id, ph.number FROM leads l JOIN phones ph ON ph.id = l.phone_id WHERE l.id = $1),
num AS (
    INSERT INTO numbers (number, last_at) SELECT number, $2 FROM want
    ON CONFLICT (number) DO UPDATE SET last_at = excluded.last_at RETURNING number),
who AS MATERIALIZED (
    SELECT pe.id FROM people pe JOIN want ON want.person_id = pe.id JOIN num ON num.number = want.number
    FOR NO KEY UPDATE OF pe)
SELECT want.number FROM leads l JOIN want ON want.id = l.id JOIN who ON who.id = l.person_id FOR NO KEY UPDATE OF l`

// subjectFacts is everything the gate asks about, read after the locks so that nothing of it can change before commit.
const subjectFacts = `
SELECT ` + leadColumns + `,
    l.state AS lead_state, COALESCE(l.reserved_epoch, 0) AS reserved_epoch, ph.removed_at IS NOT NULL AS removed,
    pe.synthetic OR li.synthetic AS synthetic, pe.region, pe.postal_code, pe.zone AS confirmed,
    c.state AS campaign_state, c.zone AS campaign_zone, c.windows, c.caller_id, c.ring_seconds, c.attempts_max, c.day_attempts_max,
    COALESCE((SELECT su.reason FROM suppressions su WHERE su.client_id = l.client_id AND su.number = ph.number), '') AS suppressed,
    EXISTS (SELECT FROM suppressions su WHERE su.client_id = l.client_id AND su.number = ph.number) AS on_dnc,
    COALESCE((SELECT ds.why FROM dial_stops ds WHERE ds.ended_at IS NULL), '') AS stopped,
    EXISTS (SELECT FROM dial_stops ds WHERE ds.ended_at IS NULL) AS is_stopped,
    ARRAY(SELECT extract(epoch FROM a.placed_at) FROM attempts a WHERE a.person_id = l.person_id AND a.placed_at > $2
          ORDER BY a.placed_at DESC LIMIT 100)::float8[] AS person_attempts,
    ARRAY(SELECT extract(epoch FROM a.placed_at) FROM attempts a WHERE a.number = ph.number AND a.placed_at > $2
          ORDER BY a.placed_at DESC LIMIT 100)::float8[] AS number_attempts
FROM leads l JOIN phones ph ON ph.id = l.phone_id JOIN people pe ON pe.id = l.person_id JOIN lists li ON li.id = l.list_id
    JOIN campaigns c ON c.id = l.campaign_id
WHERE l.id = $1`

type subjectRow struct {
	Lead
	LeadState      LeadState       `db:"lead_state"`
	ReservedEpoch  int64           `db:"reserved_epoch"`
	Removed        bool            `db:"removed"`
	Synthetic      bool            `db:"synthetic"`
	Region         string          `db:"region"`
	PostalCode     string          `db:"postal_code"`
	Confirmed      string          `db:"confirmed"`
	CampaignState  State           `db:"campaign_state"`
	CampaignZone   string          `db:"campaign_zone"`
	Windows        json.RawMessage `db:"windows"`
	CallerID       string          `db:"caller_id"`
	RingSeconds    int             `db:"ring_seconds"`
	AttemptsMax    int             `db:"attempts_max"`
	DayAttemptsMax int             `db:"day_attempts_max"`
	Suppressed     string          `db:"suppressed"`
	OnDNC          bool            `db:"on_dnc"`
	Stopped        string          `db:"stopped"`
	IsStopped      bool            `db:"is_stopped"`
	PersonAttempts pq.Float64Array `db:"person_attempts"`
	NumberAttempts pq.Float64Array `db:"number_attempts"`
}

// subject turns facts into the gate's question. What cannot be read (a window, a zone) is closed, not open.
func (s *Service) subject(r subjectRow, live bool) compliance.Subject {
	out := compliance.Subject{
		Country: phone.Region(r.Number), Running: r.CampaignState == Running,
		Stopped: reasonOf(r.IsStopped, r.Stopped), Suppressed: reasonOf(r.OnDNC, r.Suppressed),
		Removed: r.Removed, Synthetic: r.Synthetic, LiveSwitch: live,
		LeadAttempts: r.Attempts, LeadAttemptsMax: r.AttemptsMax, DayAttemptsMax: r.DayAttemptsMax,
		PersonAttempts: instants(r.PersonAttempts), NumberAttempts: instants(r.NumberAttempts),
	}
	if strings.HasPrefix(r.Region, "US-") {
		out.States = []string{r.Region}
	}
	places, readable := s.zones.placesOf(personZone(r.Confirmed, r.Number, r.PostalCode))
	out.Zones = places
	window, err := windowOf(r.CampaignZone, r.Windows)
	if err != nil || !readable {
		window = compliance.Timetable{Place: time.UTC}
	}
	out.Campaign = []compliance.Timetable{window}
	return out
}

func reasonOf(is bool, why string) string {
	if is && why == "" {
		return "no reason given"
	}
	return why
}

func instants(seconds []float64) []time.Time {
	out := make([]time.Time, len(seconds))
	for i, sec := range seconds {
		out[i] = time.UnixMicro(int64(sec*1e6 + 0.5)).UTC()
	}
	return out
}

func windowOf(zone string, raw json.RawMessage) (compliance.Timetable, error) {
	var windows []Window
	if err := json.Unmarshal(raw, &windows); err != nil {
		return compliance.Timetable{}, err
	}
	return timetable(zone, windows)
}

// insertAttempt counts the attempt and moves the lead in one statement; no row means the lead was not reserved.
const insertAttempt = `
WITH moved AS (
    UPDATE leads SET state = 'calling', ready = false, reserved_until = NULL, attempts = attempts + 1, updated_at = $2
    WHERE id = $1 AND state = 'reserved' RETURNING id, client_id, campaign_id, person_id)
INSERT INTO attempts (client_id, campaign_id, lead_id, person_id, number, placed_by, mode, trunk, verdict, placed_at)
SELECT client_id, campaign_id, id, person_id, $3, NULLIF($4, 0), $5, $6, $7, $2 FROM moved
RETURNING id`

// PlaceTx is the gate that every dial passes: it locks number, person and lead, judges, and either counts the attempt
// with its verdict (the call may then be made, after commit) or moves the lead on: due when calling is possible again,
// suppressed, to the person's next number, or done. A refusal is no error: see Attempt.Verdict.
//
// Codes: not_found, conflict (the lead is not reserved under this epoch any more).
func (s *Service) PlaceTx(ctx context.Context, tx *pg.Tx, lead LeadID, by Dialing) (Attempt, error) {
	now := s.now()
	var number phone.E164
	if err := tx.GetContext(ctx, &number, lockTarget, lead, now); err != nil {
		return Attempt{}, noneAs(err, "there is no lead %d", lead)
	}
	var r subjectRow
	if err := tx.GetContext(ctx, &r, subjectFacts, lead, now.Add(-s.rules.CapSpan)); err != nil {
		return Attempt{}, errs.Wrap(err, "read what the gate needs")
	}
	if r.LeadState != Reserved || r.ReservedEpoch != by.Epoch || r.Number != number {
		return Attempt{}, errs.Newf(errs.Conflict, "lead %d is %s and not reserved by this dialer any more", lead, leadWords[r.LeadState])
	}
	out := Attempt{
		Lead: r.Lead, Number: r.Number, CallerID: r.CallerID, RingFor: time.Duration(r.RingSeconds) * time.Second, PlacedAt: now,
		Verdict: compliance.Check(s.rules, s.subject(r, by.LiveSwitch), now),
	}
	if !out.Verdict.Allowed {
		return out, s.refuseTx(ctx, tx, r, out.Verdict, now)
	}
	proof, err := json.Marshal(out.Verdict)
	if err != nil {
		return Attempt{}, errs.Wrap(err, "write verdict")
	}
	err = tx.GetContext(ctx, &out.ID, insertAttempt, lead, now, number, by.Agent, by.Mode, by.Trunk, proof)
	if err != nil {
		return Attempt{}, errs.Wrap(err, "count attempt")
	}
	out.Lead.Attempts++
	return out, nil
}

// parkedFor is how long a lead rests that only a person can free: a generated number on a live switch, a place where
// no hour is lawful. It is looked at again then, in case somebody has.
const parkedFor = time.Hour

const moveRefused = `
UPDATE leads SET state = $2, due_at = $3, ready = $4, reserved_until = NULL, last_disposition = $5, updated_at = $6 WHERE id = $1`

// refuseTx moves a refused lead on, so that it is not asked about again before that can help.
func (s *Service) refuseTx(ctx context.Context, tx *pg.Tx, r subjectRow, v compliance.Verdict, now time.Time) error {
	state, due := Waiting, v.NextAt
	switch v.Reason {
	case compliance.DoNotCall:
		state, due = Suppressed, r.DueAt
	case compliance.LeadCap:
		state, due = Done, r.DueAt
	case compliance.NumberGone:
		return s.nextPhoneTx(ctx, tx, r.ID, now)
	case compliance.Stopped:
		due = r.DueAt // nothing is reserved until dialing goes on
	case compliance.NotOpen:
		if due.IsZero() {
			due = r.DueAt // and nothing is reserved of a paused campaign
		}
	}
	if due.IsZero() {
		due = now.Add(parkedFor)
	}
	ready := state == Waiting && !due.After(now)
	_, err := tx.ExecContext(ctx, moveRefused, r.ID, state, due, ready, "refused:"+string(v.Reason), now)
	return errs.Wrap(err, "move refused lead on")
}

// phonesLeft is the person's first number that is not removed.
const phonesLeft = `
SELECT ph.id, ph.number, pe.postal_code, pe.zone AS confirmed FROM leads l
JOIN people pe ON pe.id = l.person_id JOIN phones ph ON ph.person_id = pe.id AND ph.removed_at IS NULL
WHERE l.id = $1 ORDER BY ph.rank, ph.id LIMIT 1`

const pointAtPhone = `
UPDATE leads SET state = 'waiting', phone_id = $2, zone = $3, due_at = $4, ready = true, reserved_until = NULL, updated_at = $4
WHERE id = $1`

const finishLead = `
UPDATE leads SET state = 'done', ready = false, reserved_until = NULL, owner_id = NULL, last_disposition = $2, updated_at = $3
WHERE id = $1`

type phoneRow struct {
	ID         int64      `db:"id"`
	Number     phone.E164 `db:"number"`
	PostalCode string     `db:"postal_code"`
	Confirmed  string     `db:"confirmed"`
}

// nextPhoneTx points a lead at the person's next number, or ends it when none is left.
func (s *Service) nextPhoneTx(ctx context.Context, tx *pg.Tx, lead LeadID, now time.Time) error {
	var p phoneRow
	err := tx.GetContext(ctx, &p, phonesLeft, lead)
	switch {
	case pg.None(err):
		_, err = tx.ExecContext(ctx, finishLead, lead, "no_number_left", now)
		return errs.Wrap(err, "finish lead without a number")
	case err != nil:
		return errs.Wrap(err, "find next number")
	}
	_, err = tx.ExecContext(ctx, pointAtPhone, lead, p.ID, personZone(p.Confirmed, p.Number, p.PostalCode), now)
	return errs.Wrap(err, "go to next number")
}
