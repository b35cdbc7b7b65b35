package commissions

// What stands beside the ledger must be what the ledger says: the queues of what waits and of what is to be paid, and the
// bytes that were kept of runs. Each statement names what breaks it.
const (
	// An accrual waits until it has been earned or taken whole, and what is taken of it meanwhile is noted. One that a run has paid
	// in advance ends to wait without an entry.
	breakHolds = `
SELECT w.id FROM (
    SELECT e.id, h.entry_id, h.client_id, e.client_id AS whose, h.taken_minor,
           (e.key LIKE 'accrue:%' OR e.key LIKE 'retro:%' OR e.key LIKE 'release:%')
           AND NOT EXISTS (SELECT 1 FROM entries y WHERE y.key = 'earn:' || e.key) AS unearned, e.amount_minor,
           EXISTS (SELECT 1 FROM payables d WHERE d.entry_id = e.id AND d.run_id IS NOT NULL) AS paid,
           COALESCE((SELECT SUM(t.amount_minor) FROM entries t
                     WHERE (t.reverses_id = e.id OR t.adjusts_id = e.id) AND t.debit IN (e.credit, replace(e.credit, ':advance', ':receivable'))
                       AND t.adjustment_id IS NULL), 0)::bigint AS taken
    FROM entries e LEFT JOIN holds h ON h.entry_id = e.id
    WHERE e.client_id = ANY($1)
) w
WHERE (w.unearned AND w.taken < w.amount_minor) <> (w.entry_id IS NOT NULL) AND NOT (w.paid AND w.entry_id IS NULL)
   OR w.entry_id IS NOT NULL AND (w.client_id <> w.whose OR w.taken_minor <> w.taken)
UNION ALL
SELECT h.entry_id FROM holds h WHERE h.client_id = ANY($1) AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.id = h.entry_id)
ORDER BY 1 LIMIT 20`

	// What moves an agent's earned or receivable account is settled by a run, unless it is the settling itself. What a run pays in
	// advance is settled by its accrual, not by its earning, and so is what is taken of it. What a run carries is due in its period.
	breakPayables = `
SELECT e.id FROM entries e LEFT JOIN payables d ON d.entry_id = e.id LEFT JOIN runs r ON r.id = d.run_id
     LEFT JOIN entries o ON o.id = COALESCE(e.reverses_id, e.adjusts_id)
WHERE e.client_id = ANY($1) AND (
  (d.entry_id IS NOT NULL) <> CASE
      WHEN e.run_id IS NOT NULL THEN e.kind = 'carry' AND e.component = 'carried'
      WHEN e.basis ->> 'advance' = 'true' THEN e.kind <> 'earn'
      WHEN e.kind = 'reverse' AND e.debit LIKE '%:advance' THEN
          COALESCE(o.basis ->> 'advance', '') = 'true' AND NOT EXISTS (SELECT 1 FROM entries l WHERE l.key = 'leg:' || e.key)
      ELSE e.debit LIKE '%:earned' OR e.debit LIKE '%:receivable' OR e.credit LIKE '%:earned' OR e.credit LIKE '%:receivable' END
  OR d.entry_id IS NOT NULL AND (d.client_id <> e.client_id OR d.user_id IS DISTINCT FROM e.user_id OR d.period_id <> e.period_id AND e.run_id IS NULL
      OR d.period_id <> (SELECT n.period_id FROM runs n WHERE n.id = e.run_id) OR d.currency <> e.currency
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
