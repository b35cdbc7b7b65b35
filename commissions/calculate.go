package commissions

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"saveline/commissions/rules"
	"saveline/internal/auth"
	"saveline/internal/money"
	"saveline/internal/pg"
)

// StatementLine is one amount of a statement, frozen with everything it takes to check it.
type StatementLine struct {
	Entry       EntryID         `json:"entryId"`
	Kind        string          `json:"kind" doc:"accrue (paid in advance), earn, reverse, retro, draw, draw_recovery, adjust, writeoff, or carry: from an earlier run, or to the next one (then without an entry)"`
	Component   string          `json:"component"`
	Plan        string          `json:"plan" doc:"empty for what no plan gave"`
	PlanVersion int             `json:"planVersion"`
	PlanSHA256  string          `json:"planSha256"`
	Amount      money.Amount    `json:"amount"`
	Result      int64           `json:"resultId"`
	ResultKind  string          `json:"resultKind"`
	Call        int64           `json:"callId"`
	CreditedAt  time.Time       `json:"creditedAt" doc:"when the conversation was concluded"`
	EffectiveAt time.Time       `json:"effectiveAt" doc:"when the hold passed, or the result ended"`
	Basis       json.RawMessage `json:"basis"`
	Reverses    EntryID         `json:"reverses,omitempty" doc:"the entry that this one mirrors"`
	Adjusts     EntryID         `json:"adjusts,omitempty" doc:"the entry that this one corrects"`
	Reason      string          `json:"reason,omitempty" doc:"of an adjustment, or left"`
	Advance     bool            `json:"advance,omitempty" doc:"paid, or taken back, before it was earned"`
	Step        int             `json:"step,omitempty" doc:"place of its operation in the order, from 1; told when it is read, not kept"`
	Operation   string          `json:"operation,omitempty" doc:"code of the operation it comes of"`
}

// Everything earned or taken back that no run has settled yet, in the periods up to the run's; for a correction run also
// what became true in those periods and was posted to a later one, because they were closed. Kinds and states do not filter
// here: the queue holds exactly the entries on an agent's earned and receivable accounts that are not a run's own.
const selectSheet = `
SELECT e.id, e.kind, e.component, e.user_id, u.email, e.currency,
` + payableMinor + ` AS minor,
       CASE WHEN e.line_key <> '' THEN e.line_key ELSE COALESCE(o.line_key, '') END AS line_key, COALESCE(v.id, 0) AS version_id,
       e.kind = 'accrue' OR e.kind = 'reverse' AND e.credit LIKE 'expense:%' AND e.line_key <> '' AS advance,
       e.basis, e.effective_at, COALESCE(e.reverses_id, 0) AS reverses, COALESCE(e.adjusts_id, 0) AS adjusts, COALESCE(a.reason, '') AS reason,
       COALESCE(c.result_id, 0) AS result_id, COALESCE(c.kind, t.kind, '') AS result_kind, COALESCE(c.call_id, 0) AS call_id,
       COALESCE(c.effective_at, t.effective_at, e.effective_at) AS credited_at, COALESCE(c.value_minor, t.value_minor, 0) AS value_minor,
       COALESCE(p.name, '') AS plan, COALESCE(v.version, 0) AS version, COALESCE(encode(v.sha256, 'hex'), '') AS sha256
FROM payables d
     JOIN entries e ON e.id = d.entry_id
     JOIN periods own ON own.id = d.period_id
     JOIN periods upto ON upto.id = $2
     JOIN users u ON u.id = e.user_id
     LEFT JOIN credits c ON c.id = e.credit_id
     LEFT JOIN plan_versions v ON v.id = e.plan_version_id
     LEFT JOIN plans p ON p.id = v.plan_id
     LEFT JOIN adjustments a ON a.id = e.adjustment_id
     LEFT JOIN entries o ON o.key = CASE WHEN e.key LIKE 'earn:%' THEN substr(e.key, 6) WHEN e.key LIKE 'leg:%' THEN substr(e.key, 5) END
     LEFT JOIN LATERAL (SELECT m.kind, m.effective_at, m.value_minor FROM credits m
                        WHERE c.id IS NULL AND m.client_id = d.client_id
                          AND m.result_id = substring(split_part(COALESCE(NULLIF(e.line_key, ''), o.line_key), '|', 5) FROM '^[0-9]{1,18}$')::bigint
                        ORDER BY m.id LIMIT 1) t ON true -- of whom an override pays for
WHERE d.client_id = $1 AND d.currency = $3 AND d.run_id IS NULL
  AND own.calendar = upto.calendar AND (own.ends_on <= upto.ends_on OR $4 AND e.effective_at < $5)
  AND NOT EXISTS (SELECT FROM result_reviews w WHERE w.result_id = c.result_id AND w.state = 'opened')
ORDER BY e.user_id, e.effective_at, e.key`

// sheetRow is one payable line with its whole descent.
type sheetRow struct {
	Entry       EntryID         `db:"id"`
	Kind        string          `db:"kind"`
	Component   string          `db:"component"`
	User        auth.UserID     `db:"user_id"`
	Email       string          `db:"email"`
	Currency    string          `db:"currency"`
	Minor       int64           `db:"minor"`
	Basis       json.RawMessage `db:"basis"`
	EffectiveAt time.Time       `db:"effective_at"`
	Reverses    EntryID         `db:"reverses"`
	Adjusts     EntryID         `db:"adjusts"`
	Reason      string          `db:"reason"`
	Result      int64           `db:"result_id"`
	ResultKind  string          `db:"result_kind"`
	Call        int64           `db:"call_id"`
	CreditedAt  time.Time       `db:"credited_at"`
	ValueMinor  int64           `db:"value_minor"`
	Plan        string          `db:"plan"`
	Version     int             `db:"version"`
	SHA256      string          `db:"sha256"`
	VersionID   VersionID       `db:"version_id"`
	LineKey     string          `db:"line_key"` // of the line of the rules that the entry, or the one it stands with, posts
	Advance     bool            `db:"advance"`
}

func (r sheetRow) line() StatementLine {
	return StatementLine{
		Entry: r.Entry, Kind: r.Kind, Component: r.Component, Plan: r.Plan, PlanVersion: r.Version, PlanSHA256: r.SHA256,
		Amount: money.Amount{Minor: r.Minor, Currency: r.Currency}, Result: r.Result, ResultKind: r.ResultKind, Call: r.Call,
		CreditedAt: r.CreditedAt.UTC(), EffectiveAt: r.EffectiveAt.UTC(), Basis: r.Basis, Reverses: r.Reverses,
		Adjusts: r.Adjusts, Reason: r.Reason, Advance: r.Advance,
	}
}

// runLine is the row as the run's hash has it. A result of ours is told by what it was and when: its id is this database's.
func (r sheetRow) runLine() rules.RunLine {
	_, about := rules.KeyOf(r.LineKey)
	if r.ResultKind != "" {
		about = fmt.Sprintf("%s %d %s", r.ResultKind, r.ValueMinor, r.CreditedAt.UTC().Format(time.RFC3339Nano))
	}
	return rules.RunLine{
		Agent: strings.ToLower(r.Email), Plan: r.Plan, SHA: r.SHA256, Component: r.Component, About: about, Reason: r.Reason,
		Currency: r.Currency, Minor: r.Minor,
	}
}

// sheet is what a run pays, as the books stand.
type sheet []sheetRow

func readSheet(ctx context.Context, tx *pg.Tx, r lockedRun) (sheet, error) {
	var p Period
	if err := tx.GetContext(ctx, &p, selectPeriodByID, r.PeriodID); err != nil {
		return nil, fmt.Errorf("period %d: %w", r.PeriodID, err)
	}
	end, err := p.endOf()
	if err != nil {
		return nil, err
	}
	var rows sheet
	if err := tx.SelectContext(ctx, &rows, selectSheet, r.Client, r.PeriodID, r.Currency, r.Corrects != 0, end); err != nil {
		return nil, fmt.Errorf("payable lines: %w", err)
	}
	return rows, nil
}

// hash is over the canonical lines in their own order (rules.RunHash), so that it depends neither on ids nor on the order of
// arrival.
func (s sheet) hash() string {
	lines := make([]rules.RunLine, len(s))
	for i, r := range s {
		lines[i] = r.runLine()
	}
	return rules.RunHash(lines)
}

// statement is what one person is paid, before it is stored.
type statement struct {
	User     auth.UserID
	Amount   money.Amount // paid
	Carried  int64        // to the next run; less than zero is still to be recovered
	Forgiven int64        // written off: the person has left
	Rules    VersionID    // by whose rules it is settled: the latest line's
	Purse    rules.Purse
	Lines    []StatementLine
}

// statements groups the sheet by person.
func (s sheet) statements() []statement {
	var out []statement
	for _, r := range s {
		if len(out) == 0 || out[len(out)-1].User != r.User {
			out = append(out, statement{User: r.User, Amount: money.Amount{Currency: r.Currency}})
		}
		out[len(out)-1].take(r)
	}
	slices.SortFunc(out, func(a, b statement) int { return cmp.Compare(a.User, b.User) })
	return out
}

const (
	deleteStatements = `DELETE FROM statements WHERE run_id = $1`
	insertStatement  = `
INSERT INTO statements (client_id, run_id, user_id, amount_minor, currency, lines, carried_minor, forgiven_minor, plan_version_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULLIF($9::bigint, 0))`
	saveCalculation = `
UPDATE runs SET hash = $2, total_minor = $3, watermark = COALESCE((SELECT position FROM fact_cursors WHERE consumer = $4), 0)
WHERE id = $1`
)

// Calculate makes the statements of a run: every line that has been earned or taken back up to the end of the period and
// that no run has settled. What is owed and not taken is carried to the next run, or written off. It may be done again until the approval.
//
// Codes: conflict (approved already), not_found.
func (s *Service) Calculate(ctx context.Context, by auth.Actor, id RunID) (Run, error) {
	if err := s.upToDate(ctx, by, id); err != nil {
		return Run{}, err
	}
	return s.act(ctx, by, id, RunCalculated, func(tx *pg.Tx, r lockedRun, _ time.Time) error {
		rows, err := readSheet(ctx, tx, r)
		if err != nil {
			return err
		}
		statements := rows.statements()
		if err := s.settleAll(ctx, tx, r, statements); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, deleteStatements, r.ID); err != nil {
			return fmt.Errorf("delete statements: %w", err)
		}
		total := money.Amount{Currency: r.Currency}
		for _, st := range statements {
			if total, err = total.Add(st.Amount); err != nil {
				return err
			}
			if err := insertStatementTx(ctx, tx, r, st); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, saveCalculation, r.ID, rows.hash(), total.Minor, consumerName); err != nil {
			return fmt.Errorf("save calculation: %w", err)
		}
		return keepHeldTx(ctx, tx, r)
	})
}

const selectRunClient = `SELECT client_id FROM runs WHERE id = $1 AND client_id = ANY($2)`

// upToDate computes and vests whatever is due, so that a run does not depend on when the jobs last ran.
func (s *Service) upToDate(ctx context.Context, by auth.Actor, id RunID) error {
	var client auth.ClientID
	if err := s.db.GetContext(ctx, &client, selectRunClient, id, by.Scope()); err != nil {
		return notFound(err, "pay run", id)
	}
	if err := s.valueAll(ctx, client); err != nil {
		return err
	}
	_, err := s.Vest(ctx)
	return err
}

func insertStatementTx(ctx context.Context, tx *pg.Tx, r lockedRun, st statement) error {
	lines, err := json.Marshal(st.Lines)
	if err != nil {
		return fmt.Errorf("statement of user %d: %w", st.User, err)
	}
	_, err = tx.ExecContext(ctx, insertStatement, r.Client, r.ID, st.User, st.Amount.Minor, r.Currency, string(lines), st.Carried, st.Forgiven, st.Rules)
	if err != nil {
		return fmt.Errorf("statement of user %d: %w", st.User, err)
	}
	return nil
}
