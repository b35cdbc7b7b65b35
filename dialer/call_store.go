package dialer

// SQL of a call's life. Every statement of the lease holder is fenced: it changes a call only under the epoch that owns
// it. A statement that moves call and agent together is one statement, so that no crash can come between the two.

// stretchOf writes the stretch of time that an agent's state just came to; the statement has a CTE "was" before it.
const stretchOf = `
stretch AS (
    INSERT INTO agent_times (user_id, campaign_id, state, reason, started_at, ended_at)
    SELECT user_id, campaign_id, state, reason, since, $1 FROM was)`

const wasColumns = `a.user_id, a.campaign_id, a.state, a.reason, a.since`

// insertCall records a placed call if its lease still holds; the share lock keeps a successor waiting until commit.
const insertCall = `
WITH lease AS MATERIALIZED (
    SELECT epoch FROM leases WHERE name = $2 AND holder = $3 AND epoch = $4 FOR SHARE),
call AS (
    INSERT INTO calls (client_id, campaign_id, lead_id, person_id, attempt_id, number, state, dialed_by, rings, epoch, placed_at)
    SELECT $5, $6, $7, $8, $9, $10, 'placed', NULLIF($11::bigint, 0), CASE WHEN $11::bigint = 0 THEN 0 ELSE 1 END, epoch, $1 FROM lease
    RETURNING id),
event AS (
    INSERT INTO call_events (call_id, at, event) SELECT id, $1, 'placed' FROM call)
SELECT id FROM call`

// claimDialer moves the agent who dials by hand onto the call they dial.
const claimDialer = `
WITH was AS (
    SELECT ` + wasColumns + ` FROM agent_states a
    WHERE a.user_id = $2 AND a.campaign_id = $4 AND (a.state = 'ready' OR (a.state = 'preview' AND a.lead_id = $5)) FOR NO KEY UPDATE),
` + stretchOf + `
UPDATE agent_states a SET state = 'ringing', reason = '', call_id = $3, lead_id = NULL, since = $1, version = a.version + 1
FROM was WHERE a.user_id = was.user_id`

// markRinging takes many calls at once.
const markRinging = `
WITH rang AS (
    UPDATE calls k SET ringing_at = $1, state = CASE WHEN k.state = 'placed' THEN 'ringing' ELSE k.state END
    WHERE k.id = ANY($2::bigint[]) AND k.epoch = $3 AND k.ringing_at IS NULL RETURNING k.id)
INSERT INTO call_events (call_id, at, event) SELECT id, $1, 'ringing' FROM rang`

const markAnswered = `
WITH answered AS (
    UPDATE calls SET state = 'answered', answered_at = $1
    WHERE id = $2 AND epoch = $3 AND state IN ('placed','ringing') RETURNING id)
INSERT INTO call_events (call_id, at, event) SELECT id, $1, 'answered' FROM answered`

// claimAgent offers an answered call to a ready agent: held says that the call is still ours, claimed that the agent was
// still ready.
const claimAgent = `
WITH call AS MATERIALIZED (
    SELECT id FROM calls WHERE id = $2 AND epoch = $3 AND state IN ('placed','ringing','answered') FOR NO KEY UPDATE),
was AS MATERIALIZED (
    SELECT ` + wasColumns + ` FROM agent_states a JOIN call ON true
    WHERE a.user_id = $4 AND a.state = 'ready' AND a.campaign_id = $5 FOR NO KEY UPDATE OF a),
` + stretchOf + `,
claimed AS (
    UPDATE agent_states a SET state = 'ringing', reason = '', call_id = $2, since = $1, version = a.version + 1
    FROM was WHERE a.user_id = was.user_id RETURNING a.user_id),
answered AS (
    UPDATE calls k SET state = 'answered', answered_at = COALESCE(k.answered_at, $6), rings = $7 FROM claimed WHERE k.id = $2 RETURNING k.id),
event AS (
    INSERT INTO call_events (call_id, at, event, data) SELECT id, $1, 'offered', jsonb_build_object('agent', $4::bigint) FROM answered)
SELECT EXISTS (SELECT FROM call) AS held, EXISTS (SELECT FROM claimed) AS claimed`

// connectAgent is the moment from which the customer has somebody to talk to.
const connectAgent = `
WITH call AS MATERIALIZED (
    SELECT id FROM calls WHERE id = $2 AND epoch = $3 AND state IN ('placed','ringing','answered') FOR NO KEY UPDATE),
was AS MATERIALIZED (
    SELECT ` + wasColumns + ` FROM agent_states a JOIN call ON true
    WHERE a.user_id = $4 AND a.state = 'ringing' AND a.call_id = $2 FOR NO KEY UPDATE OF a),
` + stretchOf + `,
seated AS (
    UPDATE agent_states a SET state = 'talking', since = $1, version = a.version + 1 FROM was WHERE a.user_id = was.user_id RETURNING a.user_id),
connected AS (
    UPDATE calls k SET state = 'connected', agent_id = $4, connected_at = $1, answered_at = COALESCE(k.answered_at, $1)
    FROM seated WHERE k.id = $2 RETURNING k.id),
event AS (
    INSERT INTO call_events (call_id, at, event, data) SELECT id, $1, 'connected', jsonb_build_object('agent', $4::bigint) FROM connected)
SELECT EXISTS (SELECT FROM call) AS held, EXISTS (SELECT FROM seated) AS claimed`

const markAbandoned = `
WITH abandoned AS (
    UPDATE calls SET state = 'abandoned', answered_at = COALESCE(answered_at, $1), message_played = $4
    WHERE id = $2 AND epoch = $3 AND state IN ('placed','ringing','answered') RETURNING id)
INSERT INTO call_events (call_id, at, event) SELECT id, $1, unnest(CASE WHEN $4 THEN ARRAY['abandoned','message'] ELSE ARRAY['abandoned'] END)
FROM abandoned`

// endCall ends a call and moves the agent who was on it ($6): from talking to the wrap-up, or straight on if the outcome
// is recorded already; from ringing to where they asked to be. held says that the call was ours to end, claimed that the
// agent moved.
const endCall = `
WITH ended AS (
    UPDATE calls SET state = 'ended', disposition = $4, hangup_by = $5, ended_at = $1, held = false,
        answered_at = CASE WHEN $4 IN ('answered','abandoned') THEN COALESCE(answered_at, $1) ELSE answered_at END
    WHERE id = $2 AND epoch = $3 AND state <> 'ended' RETURNING id, wrapped_at),
event AS (
    INSERT INTO call_events (call_id, at, event, data) SELECT id, $1, 'ended', jsonb_build_object('disposition', $4::text) FROM ended),
was AS MATERIALIZED (
    SELECT ` + wasColumns + `, a.state = 'talking' AND ended.wrapped_at IS NULL AS wraps FROM agent_states a JOIN ended ON a.call_id = ended.id
    WHERE a.user_id = $6 AND a.state IN ('ringing','talking') FOR NO KEY UPDATE OF a),
` + stretchOf + `,
moved AS (
    UPDATE agent_states a SET since = $1, version = a.version + 1,
        state = CASE WHEN was.wraps THEN 'wrapping' ELSE a.after_wrap END,
        reason = CASE WHEN was.wraps THEN '' ELSE a.after_reason END,
        call_id = CASE WHEN was.wraps THEN a.call_id END,
        wrap_until = CASE WHEN was.wraps THEN $7::timestamptz END,
        after_wrap = CASE WHEN was.wraps THEN a.after_wrap ELSE 'ready' END,
        after_reason = CASE WHEN was.wraps THEN a.after_reason ELSE '' END
    FROM was WHERE a.user_id = was.user_id RETURNING a.user_id)
SELECT EXISTS (SELECT FROM ended) AS held, EXISTS (SELECT FROM moved) AS claimed`

const markHeld = `
WITH held AS (UPDATE calls SET held = $4 WHERE id = $2 AND epoch = $3 AND state = 'connected' AND held <> $4 RETURNING id)
INSERT INTO call_events (call_id, at, event, data) SELECT id, $1, 'hold', jsonb_build_object('on', $4::boolean) FROM held`

// finishCommands answers commands; several at once.
const finishCommands = `
UPDATE call_commands c SET done_at = $1, error = answer.error
FROM unnest($2::bigint[], $3::text[]) AS answer(id, error) WHERE c.id = answer.id AND c.done_at IS NULL`
