package commissions

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/lib/pq"

	"saveline/commissions/rules"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

func init() {
	pg.Constraint("pay_events_append_only", errs.Conflict, "what happened is only ever added to; mend it with another event")
}

// Where an event was heard of.
const (
	sourceFact = "fact"
	sourceFile = "file"
	sourceAPI  = "api"
)

// payEvent is something that happened, as pay heard of it. Its ID is natural: told twice, it is one.
type payEvent struct {
	ID          string          `db:"event_id"`
	Type        rules.EventType `db:"type"`
	User        auth.UserID     `db:"user_id"` // 0: nobody's
	Team        string          `db:"team"`
	Ref         string          `db:"ref"`
	Attrs       json.RawMessage `db:"attrs"`
	EffectiveAt time.Time       `db:"effective_at"`
	RecordedAt  time.Time       `db:"recorded_at"`
	Source      string          `db:"source"`
}

// event is the row as the rules read it.
//
// Codes: invalid (attributes that its type does not have).
func (e payEvent) event() (rules.Event, error) {
	out := rules.Event{ID: e.ID, EffectiveAt: e.EffectiveAt.UTC(), RecordedAt: e.RecordedAt.UTC(), Type: e.Type, Ref: e.Ref}
	switch {
	case e.User != 0:
		out.Agent = agentOf(e.User)
	case e.Team != "":
		out.Agent = "team:" + e.Team
	}
	if err := rules.DecodeAttrs(&out, e.Attrs); err != nil {
		return out, err
	}
	if o, ok := out.Body.(*rules.Outcome); ok && e.Source == sourceFact {
		o.Counted = true // a fact is told when the conversation is concluded: how long the result stands shows later
	}
	return out, nil
}

// agentOf is how the rules name a person.
func agentOf(u auth.UserID) string { return strconv.FormatInt(int64(u), 10) }

// userOf is the person whom the rules name so; 0 for a team or nobody.
func userOf(agent string) auth.UserID {
	id, err := strconv.ParseInt(agent, 10, 64)
	if err != nil {
		return 0
	}
	return auth.UserID(id)
}

// Told twice, an event changes nothing; neither does a result that is told as another event.
const insertEvents = `
INSERT INTO pay_events (client_id, source, event_id, type, user_id, team, ref, attrs, effective_at, recorded_at)
SELECT $1, $2, t.event_id, t.type, NULLIF(t.user_id, 0), t.team, t.ref, t.attrs::jsonb, t.effective_at::timestamptz, t.recorded_at::timestamptz
FROM unnest($3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
     AS t(event_id, type, user_id, team, ref, attrs, effective_at, recorded_at)
ORDER BY t.event_id
ON CONFLICT DO NOTHING
RETURNING event_id`

// insertParts notes who has a part in a result that was split.
const insertParts = `
INSERT INTO pay_parts (client_id, user_id, ref) SELECT $1, t.user_id, t.ref FROM unnest($2::bigint[], $3::text[]) AS t(user_id, ref)
ORDER BY t.user_id, t.ref ON CONFLICT DO NOTHING`

// Whose pay an event may change: its own person's, and that of everybody with a part in its result. A null is everybody.
const insertMarks = `
INSERT INTO pay_dirty (client_id, user_id)
SELECT $1, u FROM (
    SELECT unnest($2::bigint[]) AS u
    UNION SELECT user_id FROM pay_events WHERE client_id = $1 AND ref = ANY($3) AND type = 'outcome' AND user_id IS NOT NULL
    UNION SELECT user_id FROM pay_parts WHERE client_id = $1 AND ref = ANY($3)
) m ORDER BY u`

const insertWideMark = `
INSERT INTO pay_dirty (client_id, user_id)
SELECT $1, NULL WHERE NOT EXISTS (SELECT 1 FROM pay_dirty WHERE client_id = $1 AND user_id IS NULL)`

// addEvents keeps events and marks whose pay they may change, in the caller's transaction. It returns the ids of those that
// are new. Events must be readable: event() has read them.
func addEvents(ctx context.Context, tx *pg.Tx, client auth.ClientID, source string, events []payEvent) (map[string]bool, error) {
	if len(events) == 0 {
		return nil, nil
	}
	var ids, types, teams, refs, attrs, effective, recorded []string
	var users []int64
	for _, e := range events {
		ids, types, users = append(ids, e.ID), append(types, string(e.Type)), append(users, int64(e.User))
		teams, refs, attrs = append(teams, e.Team), append(refs, e.Ref), append(attrs, string(e.Attrs))
		effective, recorded = append(effective, e.EffectiveAt.UTC().Format(time.RFC3339Nano)), append(recorded, e.RecordedAt.UTC().Format(time.RFC3339Nano))
	}
	var added []string
	err := tx.SelectContext(ctx, &added, insertEvents, client, source, pq.Array(ids), pq.Array(types), pq.Array(users), pq.Array(teams),
		pq.Array(refs), pq.Array(attrs), pq.Array(effective), pq.Array(recorded))
	if err != nil {
		return nil, fmt.Errorf("pay events: %w", err)
	}
	isNew := make(map[string]bool, len(added))
	for _, id := range added {
		isNew[id] = true
	}
	return isNew, markFor(ctx, tx, client, slices.DeleteFunc(slices.Clone(events), func(e payEvent) bool { return !isNew[e.ID] }))
}

// markFor marks whose pay some new events may change.
func markFor(ctx context.Context, tx *pg.Tx, client auth.ClientID, events []payEvent) error {
	var users, partners []int64
	var refs, shared []string
	for _, e := range events {
		if e.User != 0 {
			users = append(users, int64(e.User))
		}
		if e.Ref != "" {
			refs = append(refs, e.Ref)
		}
		for _, u := range partsIn(e) {
			partners, shared = append(partners, int64(u)), append(shared, e.Ref)
		}
	}
	if len(shared) > 0 {
		if _, err := tx.ExecContext(ctx, insertParts, client, pq.Array(partners), pq.Array(shared)); err != nil {
			return fmt.Errorf("parts of results: %w", err)
		}
	}
	if len(events) == 0 {
		return nil
	}
	return markDirty(ctx, tx, client, users, refs)
}

// markDirty puts people into the queue of those whose pay has to be computed again, by themselves or by a result of theirs.
func markDirty(ctx context.Context, tx *pg.Tx, client auth.ClientID, users []int64, refs []string) error {
	if _, err := tx.ExecContext(ctx, insertMarks, client, pq.Array(users), pq.Array(refs)); err != nil {
		return fmt.Errorf("mark whose pay has changed: %w", err)
	}
	if _, err := tx.ExecContext(ctx, insertWideMark, client); err != nil {
		return fmt.Errorf("mark shared numbers: %w", err)
	}
	return nil
}

// partsIn are the people among whom a result is split.
func partsIn(e payEvent) (users []auth.UserID) {
	if e.Type != rules.EventOutcome {
		return nil
	}
	var body struct {
		Splits []struct {
			Agent json.Number `json:"agent"`
		} `json:"splits"`
	}
	if json.Unmarshal(e.Attrs, &body) != nil {
		return nil
	}
	for _, s := range body.Splits {
		if u := userOf(s.Agent.String()); u != 0 {
			users = append(users, u)
		}
	}
	return users
}
