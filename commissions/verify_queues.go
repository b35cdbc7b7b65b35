package commissions

// What stands beside the ledger must be what the ledger says: the queues of what waits and of what is to be paid, and the
// bytes that were kept of runs. Each statement names what breaks it.
const (
	// An accrual waits until it has been earned or taken whole, and what is taken of it meanwhile is noted. One that a run has
	// paid in advance stops waiting without another entry.
	breakHolds = `
SELECT w.id FROM (
    SELECT e.id, h.entry_id, h.client_id, e.client_id AS whose, h.taken_minor, e.amount_minor,
           (e.key LIKE 'accrue:%' OR e.key LIKE 'retro:%') AND NOT EXISTS (SELECT 1 FROM entries y WHERE y.key = 'earn:' || e.key) AS unearned,
           EXISTS (SELECT 1 FROM payables d WHERE d.entry_id = e.id AND d.run_id IS NOT NULL) AS paid,
           COALESCE((SELECT SUM(t.amount_minor) FROM entries t
                     WHERE (t.reverses_id = e.id OR t.adjusts_id = e.id) AND t.debit IN (e.credit, replace(e.credit, ':advance', ':receivable'))
                       AND t.adjustment_id IS NULL), 0)::bigint AS taken
    FROM entries e LEFT JOIN holds h ON h.entry_id = e.id
    WHERE e.client_id = ANY($1)
) w
WHERE w.entry_id IS NULL AND w.unearned AND NOT w.paid AND w.taken < w.amount_minor
   OR w.entry_id IS NOT NULL AND (NOT w.unearned OR w.taken >= w.amount_minor OR w.client_id <> w.whose OR w.taken_minor <> w.taken)
UNION ALL
SELECT h.entry_id FROM holds h WHERE h.client_id = ANY($1) AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.id = h.entry_id)
ORDER BY 1 LIMIT 20`

	// What has been earned is settled by a run, by itself or as the advance it was before; and who settles it is a run that is
	// locked, of the same client and currency.
	breakPayables = `
SELECT e.id FROM entries e LEFT JOIN payables d ON d.entry_id = e.id LEFT JOIN runs r ON r.id = d.run_id LEFT JOIN periods p ON p.id = d.period_id
WHERE e.client_id = ANY($1) AND (
  d.entry_id IS NULL AND e.key LIKE 'earn:%' AND NOT EXISTS (SELECT 1 FROM entries a JOIN payables ad ON ad.entry_id = a.id WHERE a.key = substr(e.key, 6))
  OR d.entry_id IS NOT NULL AND (d.client_id <> e.client_id OR d.user_id IS DISTINCT FROM e.user_id OR d.currency <> e.currency
      OR p.client_id IS DISTINCT FROM e.client_id
      OR d.run_id IS NOT NULL AND (r.id IS NULL OR r.locked_at IS NULL OR r.client_id <> e.client_id OR r.currency <> e.currency)))
UNION ALL
SELECT d.entry_id FROM payables d WHERE d.client_id = ANY($1) AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.id = d.entry_id)
ORDER BY 1 LIMIT 20`

	breakFiles = `
SELECT r.id FROM runs r LEFT JOIN run_files f ON f.run_id = r.id
WHERE r.client_id = ANY($1) AND r.exported_at IS NOT NULL
  AND (f.run_id IS NULL OR f.client_id <> r.client_id OR encode(sha256(f.body), 'hex') <> r.export_sha256)
ORDER BY r.id LIMIT 20`

	// Runs from before there was evidence have none: there was no seal either.
	breakEvidence = `
SELECT r.id FROM runs r LEFT JOIN run_evidence v ON v.run_id = r.id
WHERE r.client_id = ANY($1) AND r.locked_at IS NOT NULL AND (
  v.run_id IS NULL AND r.locked_at >= (SELECT min(s.sealed_at) FROM seals s WHERE s.client_id = r.client_id)
  OR v.client_id <> r.client_id OR encode(sha256(v.body), 'hex') <> v.sha256)
ORDER BY r.id LIMIT 20`

	breakCloses = `
SELECT c.period_id FROM closes c JOIN periods p ON p.id = c.period_id
WHERE p.client_id = ANY($1) AND c.client_id <> p.client_id ORDER BY c.period_id LIMIT 20`
)
