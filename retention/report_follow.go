package retention

// This file, like report.go, reads tables of lower slices and of auth for what follows a call.

const readRecipient = `
SELECT p.name, p.email, p.language, p.postal_code, p.zone, p.synthetic, p.client_id, c.name AS client, c.zone AS client_zone, c.demo,
       coalesce((SELECT number FROM phones WHERE person_id = p.id AND removed_at IS NULL ORDER BY rank, id LIMIT 1), '') AS number
FROM people p JOIN clients c ON c.id = p.client_id WHERE p.client_id = $1 AND p.id = $2`

const listMessages = `
SELECT m.id, m.client_id, m.person_id, p.name AS person, m.kind, m.channel, m.address, m.language, m.template_version, m.subject, m.body,
       coalesce(m.case_id, 0) AS case_id, coalesce(m.call_id, 0) AS call_id, m.state, m.cause, m.local, m.tries, m.due_at, m.queued_at,
       m.sent_at, m.provider_ref, m.invite <> '' AS has_invite, m.ref, m.link, count(*) OVER () AS total
FROM messages m JOIN people p ON p.id = m.person_id
WHERE m.client_id = ANY($1) AND ($2 = '' OR m.state = $2) AND ($3 = '' OR m.kind = $3) AND ($4 = 0 OR m.person_id = $4)
  AND ($5 = 0 OR m.id = $5)
ORDER BY m.id DESC LIMIT $6 OFFSET $7`

// $5: one appointment, or 0 for all.
const listBookings = `
SELECT a.id, a.client_id, a.result_id, a.person_id, p.name AS person, p.email, cl.name AS client, a.state, a.starts_at, a.minutes, a.zone, a.host,
       a.place, coalesce(a.setter_id, 0) AS setter_id, coalesce(u.name, '') AS setter, o.call_id, a.sequence, a.reschedules,
       coalesce(a.confirmed_by, 0) AS confirmed_by, a.confirmed_at, a.held_at, a.evidence, a.reason, a.credited, a.uncredited_why,
       r.value_minor, r.currency, coalesce(v.offer_id, 0) AS offer_id, coalesce(v.version, 0) AS offer_version, count(*) OVER () AS total
FROM appointments a JOIN results r ON r.id = a.result_id JOIN outcomes o ON o.id = r.outcome_id
JOIN people p ON p.id = a.person_id JOIN clients cl ON cl.id = a.client_id
LEFT JOIN users u ON u.id = a.setter_id
LEFT JOIN presentations pr ON pr.id = r.presentation_id LEFT JOIN offer_versions v ON v.id = pr.offer_version_id
WHERE a.client_id = ANY($1) AND a.starts_at >= $2 AND a.starts_at < $3 AND ($4 = '' OR a.state = $4) AND ($5 = 0 OR a.id = $5)
ORDER BY a.starts_at, a.id LIMIT $6 OFFSET $7`
