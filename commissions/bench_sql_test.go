package commissions_test

// valueInSQL is benchPlan as one statement: it computes every line of the client ($1) and posts the entries and their holds.
// Each component's exact amounts are added up over the month, and a line is what the rounded sum has grown by.
const valueInSQL = `
WITH ev AS MATERIALIZED (
    SELECT e.user_id AS u, e.event_id AS id, e.ref, e.effective_at AS at, e.effective_at AT TIME ZONE c.zone AS local, c.zone,
           date_trunc('month', e.effective_at AT TIME ZONE c.zone)::date AS month, e.attrs ->> 'type' AS result,
           (e.attrs ->> 'value')::numeric AS value, (e.attrs ->> 'confirmed_days')::int AS confirmed,
           (e.attrs ->> 'first_year_value')::numeric AS first_year, e.attrs #>> '{offer,campaign}' AS campaign,
           ((e.attrs #>> '{call,start}')::timestamptz AT TIME ZONE c.zone)::time AS started
    FROM pay_events e JOIN clients c ON c.id = e.client_id
         JOIN assignments a ON a.client_id = e.client_id AND a.user_id = e.user_id AND e.effective_at >= a.from_date::timestamp AT TIME ZONE c.zone
    WHERE e.client_id = $1 AND e.type = 'outcome'
), saves AS (
    SELECT ev.*, row_number() OVER (PARTITION BY u, month ORDER BY at, id COLLATE "C") AS n
    FROM ev WHERE result = 'save' AND confirmed >= 3
), upsells AS (
    SELECT ev.*, sum(first_year) OVER w AS after, sum(first_year) OVER w - first_year AS before
    FROM ev WHERE result = 'upsell' AND campaign IN ('winback', 'retention')
    WINDOW w AS (PARTITION BY u, month ORDER BY at, id COLLATE "C")
), slices AS (
    SELECT s.*, t.*, greatest(before, lo) AS since, least(after, hi) - greatest(before, lo) AS part
    FROM upsells s JOIN (VALUES (0, 20000, 0.05, '5%', '0%'), (20000, 30000, 0.075, '7.5%', '100%'), (30000, 1000000000, 0.10, '10%', '150%'))
         AS t(lo, hi, rate, shown, tier) ON greatest(before, lo) < least(after, hi)
), shares AS (
    SELECT ev.*, value * 0.75 * CASE WHEN value >= 90 THEN 1.1 ELSE 1 END AS exact FROM ev
), lines AS (
    SELECT u, id, ref, at, local, zone, month, 'save_bonus' AS component, '' AS slice, 1500::bigint AS minor, '15.00' AS terms,
           jsonb_build_object('type', 'per_unit', 'result', result, 'amount', '15.00') AS basis
    FROM saves
    UNION ALL
    SELECT u, id, ref, at, local, zone, month, 'night', 'save_bonus', 150, '10%',
           jsonb_build_object('type', 'shift_premium', 'result', result, 'value', '15.00', 'rate', '10%', 'exact', '1.50', 'rounding', 'half_up', 'scope', 'line_telescoped', 'premium', 'save_bonus')
    FROM saves WHERE started >= '22:00' OR started < '06:00'
    UNION ALL
    SELECT u, id, ref, at, local, zone, month, 'steps', '', n * CASE WHEN n >= 100 THEN 125 ELSE 100 END - (n - 1) * CASE WHEN n > 100 THEN 125 ELSE 100 END,
           CASE WHEN n >= 100 THEN '1.25' ELSE '1.00' END,
           jsonb_build_object('type', 'tiered', 'result', result, 'amount', CASE WHEN n >= 100 THEN '1.25' ELSE '1.00' END,
               'tier', CASE WHEN n >= 100 THEN '100' ELSE '0' END, 'before', (n - 1)::text)
               || CASE WHEN n = 100 THEN '{"exact": "26.00", "rounding": "half_up", "scope": "line_telescoped"}' ELSE '{}' END::jsonb
    FROM saves
    UNION ALL
    SELECT u, id, ref, at, local, zone, month, 'share', '', round(sum(exact) OVER w)::bigint - round(sum(exact) OVER w - exact)::bigint, '0.75%',
           jsonb_strip_nulls(jsonb_build_object('type', 'percent', 'result', result, 'value', round(value, 2)::text, 'rate', '0.75%',
               'exact', CASE WHEN exact % 1 = 0 THEN round(exact / 100, 2) ELSE trim_scale(exact / 100) END::text, 'rounding', 'half_up', 'scope', 'line_telescoped',
               'factor', CASE WHEN value >= 90 THEN '1' END, 'kicker', CASE WHEN value >= 90 THEN '10%' END))
    FROM shares WINDOW w AS (PARTITION BY u, month ORDER BY at, id COLLATE "C")
    UNION ALL
    SELECT u, id, ref, at, local, zone, month, 'upsell', tier,
           round(sum(part * rate * 100) OVER w)::bigint - round(sum(part * rate * 100) OVER w - part * rate * 100)::bigint, shown,
           jsonb_build_object('type', 'tiered', 'result', result, 'value', round(part, 2)::text, 'rate', shown, 'tier', tier, 'before', round(since, 2)::text,
               'quota', '20000.00', 'exact', CASE WHEN part * rate * 100 % 1 = 0 THEN round(part * rate, 2) ELSE trim_scale(part * rate) END::text, 'rounding', 'half_up',
               'scope', 'line_telescoped')
    FROM slices WINDOW w AS (PARTITION BY u, month ORDER BY at, id COLLATE "C", lo)
), added AS (
    INSERT INTO entries (client_id, recorded_at, period_id, key, kind, debit, credit, amount_minor, currency, user_id, plan_version_id, component,
        basis, effective_at, line_key, line_seq, line_on, line_terms)
    SELECT $1, $2::timestamptz, p.id, 'accrue:c' || $1::bigint || '|' || k.line || '#0', 'accrue', 'expense:incentive:' || l.component, 'agent:' || l.u || ':advance',
        l.minor, 'USD', l.u, v.id, l.component, l.basis || '{"plan": "bench", "version": 1, "holdDays": 90}', l.at, k.line, 0, l.local::date, l.terms
    FROM lines l JOIN periods p ON p.client_id = $1 AND p.starts_on = l.month
         CROSS JOIN (SELECT id FROM plan_versions LIMIT 1) v
         CROSS JOIN LATERAL (SELECT concat_ws('|', l.u, 'bench', l.component, 'earn', l.ref, l.id, l.slice) AS line) k
    WHERE l.minor <> 0
    RETURNING id, effective_at
)
INSERT INTO holds (entry_id, client_id, vests_at)
SELECT a.id, $1, (a.effective_at AT TIME ZONE c.zone + interval '90 days') AT TIME ZONE c.zone FROM added a CROSS JOIN clients c WHERE c.id = $1`
