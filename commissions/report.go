package commissions

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/lib/pq"

	"saveline/commissions/payroll"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/money"
	"saveline/retention"
)

// selectRuns reads runs with the names of who moved them.
const selectRuns = `
SELECT r.id, r.seq, COALESCE(r.corrects_id, 0) AS corrects_id, r.client_id, r.state, r.currency, r.total_minor, r.hash, r.watermark, r.created_at, r.calculated_at, r.reviewed_at,
       r.approved_at, r.locked_at, r.exported_at, r.export_sha256, r.export_minor, r.reconciled_at,
       COALESCE(cr.name, 'the house') AS created_by, COALESCE(ca.name, '') AS calculated_by, COALESCE(re.name, '') AS reviewed_by,
       COALESCE(ap.name, '') AS approved_by, COALESCE(ex.name, '') AS exported_by,
       COALESCE((SELECT sha256 FROM run_evidence v WHERE v.run_id = r.id), '') AS evidence,
       p.id AS "period.id", p.client_id AS "period.client_id", p.calendar AS "period.calendar", to_char(p.starts_on, 'YYYY-MM-DD') AS "period.starts_on",
       to_char(p.ends_on, 'YYYY-MM-DD') AS "period.ends_on", p.zone AS "period.zone", p.state AS "period.state",
       p.closed_at AS "period.closed_at",
       (SELECT count(*) FROM statements s WHERE s.run_id = r.id AND NOT s.carried AND s.amount_minor > 0) AS payees,
       (SELECT COALESCE(SUM(jsonb_array_length(s.lines)), 0) FROM statements s WHERE s.run_id = r.id AND NOT s.carried) AS lines,
       (SELECT count(*) FROM pay_exceptions x WHERE x.client_id = r.client_id AND x.solved_at IS NULL) AS exceptions
FROM runs r
     JOIN periods p ON p.id = r.period_id
     LEFT JOIN users cr ON cr.id = r.created_by
     LEFT JOIN users ca ON ca.id = r.calculated_by
     LEFT JOIN users re ON re.id = r.reviewed_by
     LEFT JOIN users ap ON ap.id = r.approved_by
     LEFT JOIN users ex ON ex.id = r.exported_by
WHERE r.client_id = ANY($1) AND ($2 = 0 OR r.id = $2)
ORDER BY p.starts_on DESC, r.id DESC LIMIT $3 OFFSET $4`

const countRuns = `SELECT count(*) FROM runs WHERE client_id = ANY($1)`

type runRow struct {
	ID           RunID         `db:"id"`
	Seq          int           `db:"seq"`
	Corrects     RunID         `db:"corrects_id"`
	Client       auth.ClientID `db:"client_id"`
	State        RunState      `db:"state"`
	Currency     string        `db:"currency"`
	TotalMinor   int64         `db:"total_minor"`
	Hash         string        `db:"hash"`
	Watermark    int64         `db:"watermark"`
	CreatedAt    time.Time     `db:"created_at"`
	CalculatedAt *time.Time    `db:"calculated_at"`
	ReviewedAt   *time.Time    `db:"reviewed_at"`
	ApprovedAt   *time.Time    `db:"approved_at"`
	LockedAt     *time.Time    `db:"locked_at"`
	ExportedAt   *time.Time    `db:"exported_at"`
	ExportSHA256 string        `db:"export_sha256"`
	ExportMinor  int64         `db:"export_minor"`
	ReconciledAt *time.Time    `db:"reconciled_at"`
	CreatedBy    string        `db:"created_by"`
	CalculatedBy string        `db:"calculated_by"`
	ReviewedBy   string        `db:"reviewed_by"`
	ApprovedBy   string        `db:"approved_by"`
	ExportedBy   string        `db:"exported_by"`
	Evidence     string        `db:"evidence"`
	Period       Period        `db:"period"`
	Payees       int           `db:"payees"`
	Lines        int           `db:"lines"`
	Exceptions   int           `db:"exceptions"`
}

func (r runRow) run() Run {
	next := nextRun[r.State]
	if next == nil {
		next = []RunState{}
	}
	return Run{
		ID: r.ID, Seq: r.Seq, Corrects: r.Corrects, Client: r.Client, State: r.State, ExportedBy: r.ExportedBy, Evidence: r.Evidence, Period: r.Period, Currency: r.Currency,
		Total: money.Amount{Minor: r.TotalMinor, Currency: r.Currency}, Hash: r.Hash, Watermark: r.Watermark,
		Payees: r.Payees, Lines: r.Lines, Exceptions: r.Exceptions, CreatedBy: r.CreatedBy, CreatedAt: r.CreatedAt,
		CalculatedBy: r.CalculatedBy, CalculatedAt: r.CalculatedAt, ReviewedBy: r.ReviewedBy, ReviewedAt: r.ReviewedAt,
		ApprovedBy: r.ApprovedBy, ApprovedAt: r.ApprovedAt, LockedAt: r.LockedAt, ExportedAt: r.ExportedAt,
		ExportSHA256: r.ExportSHA256, Exported: money.Amount{Minor: r.ExportMinor, Currency: r.Currency},
		ReconciledAt: r.ReconciledAt, Next: next, Blockers: []string{}, Notes: []string{},
	}
}

// RunFor is one run, with what stands in its way.
//
// Codes: not_found.
func (s *Service) RunFor(ctx context.Context, by auth.Actor, id RunID) (Run, error) {
	var rows []runRow
	if err := s.db.SelectContext(ctx, &rows, selectRuns, by.Scope(), id, 1, 0); err != nil {
		return Run{}, fmt.Errorf("pay run %d: %w", id, err)
	}
	if len(rows) == 0 {
		return Run{}, errs.Newf(errs.NotFound, "there is no pay run %d here", id)
	}
	run := rows[0].run()
	return run, s.comment(ctx, &run)
}

// Runs are the runs of the actor's clients, newest period first, and how many there are. They come without comments.
func (s *Service) Runs(ctx context.Context, by auth.Actor, limit, offset int) ([]Run, int, error) {
	var total int
	if err := s.db.GetContext(ctx, &total, countRuns, by.Scope()); err != nil {
		return nil, 0, fmt.Errorf("count runs: %w", err)
	}
	var rows []runRow
	if err := s.db.SelectContext(ctx, &rows, selectRuns, by.Scope(), 0, limit, offset); err != nil {
		return nil, 0, fmt.Errorf("runs: %w", err)
	}
	out := make([]Run, len(rows))
	for i, r := range rows {
		out[i] = r.run()
	}
	return out, total, nil
}

const selectPeriods = `
SELECT ` + periodColumns + ` FROM periods WHERE client_id = ANY($1) ORDER BY periods.starts_on DESC, calendar, id LIMIT $2 OFFSET $3`

const countPeriods = `SELECT count(*) FROM periods WHERE client_id = ANY($1)`

// Periods are the periods of the actor's clients, newest first. Those that each client is in are made if they are missing, so
// that there is always one to look at.
func (s *Service) Periods(ctx context.Context, by auth.Actor, limit, offset int) ([]Period, int, error) {
	for _, c := range by.Clients {
		if _, err := s.periodsAt(ctx, by, c, s.now()); err != nil {
			return nil, 0, err
		}
	}
	var total int
	if err := s.db.GetContext(ctx, &total, countPeriods, by.Scope()); err != nil {
		return nil, 0, fmt.Errorf("count periods: %w", err)
	}
	out := []Period{}
	if err := s.db.SelectContext(ctx, &out, selectPeriods, by.Scope(), limit, offset); err != nil {
		return nil, 0, fmt.Errorf("periods: %w", err)
	}
	return out, total, nil
}

func (s *Service) periodFor(ctx context.Context, by auth.Actor, id PeriodID) (p Period, err error) {
	if err := s.db.GetContext(ctx, &p, selectPeriod, id, by.Scope()); err != nil {
		return Period{}, notFound(err, "period", id)
	}
	return p, nil
}

// StatementHead is whom a run pays how much.
type StatementHead struct {
	ID         StatementID  `json:"id"`
	Run        RunID        `json:"runId"`
	User       auth.UserID  `json:"userId"`
	Name       string       `json:"name"`
	EmployeeNo string       `json:"employeeNo"`
	Amount     money.Amount `json:"amount"`
	Carried    bool         `json:"carried" doc:"something that was taken back is left for the next run to recover"`
	Left       money.Amount `json:"carriedAmount" doc:"what is left, below zero; nothing of it is paid"`
	Forgiven   money.Amount `json:"writtenOff" doc:"what was owed and is given up, because the person has left"`
	Period     Period       `json:"period"`
	State      RunState     `json:"state" doc:"the run's"`
}

// StatementItem is a statement in a list.
type StatementItem struct {
	StatementHead
	Lines int `json:"lines" doc:"how many"`
}

// Statement is what one run pays one person, with every line.
type Statement struct {
	StatementHead
	Lines     []StatementLine     `json:"lines" nullable:"false" doc:"in the order of operations"`
	Order     []string            `json:"order" nullable:"false" doc:"codes of the order of operations"`
	Roundings []StatementRounding `json:"roundings" nullable:"false" doc:"by plan version"`
}

const statementColumns = `
s.id, s.run_id, s.user_id, u.name, COALESCE(u.employee_no, '') AS employee_no, s.amount_minor, s.currency,
s.carried OR s.carried_minor < 0 AS carried, CASE WHEN s.carried THEN s.amount_minor ELSE s.carried_minor END AS carried_minor, s.forgiven_minor,
jsonb_array_length(s.lines) AS line_count, r.state, p.id AS "period.id", p.client_id AS "period.client_id", p.calendar AS "period.calendar",
to_char(p.starts_on, 'YYYY-MM-DD') AS "period.starts_on", to_char(p.ends_on, 'YYYY-MM-DD') AS "period.ends_on",
p.zone AS "period.zone", p.state AS "period.state", p.closed_at AS "period.closed_at"`

const statementTables = `
FROM statements s JOIN users u ON u.id = s.user_id JOIN runs r ON r.id = s.run_id JOIN periods p ON p.id = r.period_id`

const selectStatements = `
SELECT ` + statementColumns + statementTables + `
WHERE s.run_id = $1 AND s.client_id = ANY($2)
ORDER BY u.name, s.id LIMIT $3 OFFSET $4`

const countStatements = `SELECT count(*) FROM statements WHERE run_id = $1 AND client_id = ANY($2)`

const selectStatement = `
SELECT ` + statementColumns + `, s.lines AS raw_lines` + statementTables + `
WHERE s.id = $1 AND s.client_id = ANY($2)`

const selectOwnStatements = `
SELECT ` + statementColumns + statementTables + `
WHERE s.user_id = $1 AND s.client_id = ANY($2) AND r.locked_at IS NOT NULL
ORDER BY p.starts_on DESC, s.id DESC LIMIT $3 OFFSET $4`

const countOwnStatements = `
SELECT count(*) FROM statements s JOIN runs r ON r.id = s.run_id
WHERE s.user_id = $1 AND s.client_id = ANY($2) AND r.locked_at IS NOT NULL`

type statementRow struct {
	ID         StatementID `db:"id"`
	Run        RunID       `db:"run_id"`
	User       auth.UserID `db:"user_id"`
	Name       string      `db:"name"`
	EmployeeNo string      `db:"employee_no"`
	Minor      int64       `db:"amount_minor"`
	Currency   string      `db:"currency"`
	Carried    bool        `db:"carried"`
	Left       int64       `db:"carried_minor"`
	Forgiven   int64       `db:"forgiven_minor"`
	LineCount  int         `db:"line_count"`
	State      RunState    `db:"state"`
	Period     Period      `db:"period"`
	RawLines   []byte      `db:"raw_lines"`
}

func (r statementRow) head() StatementHead {
	return StatementHead{
		ID: r.ID, Run: r.Run, User: r.User, Name: r.Name, EmployeeNo: r.EmployeeNo, Carried: r.Carried,
		Amount: money.Amount{Minor: r.Minor, Currency: r.Currency}, State: r.State, Period: r.Period,
		Left: money.Amount{Minor: r.Left, Currency: r.Currency}, Forgiven: money.Amount{Minor: r.Forgiven, Currency: r.Currency},
	}
}

// Statements are a run's statements by name, without their lines.
//
// Codes: not_found (the run).
func (s *Service) Statements(ctx context.Context, by auth.Actor, run RunID, limit, offset int) ([]StatementItem, int, error) {
	if _, err := s.RunFor(ctx, by, run); err != nil {
		return nil, 0, err
	}
	return s.statementList(ctx, countStatements, selectStatements, int64(run), by, limit, offset)
}

// OwnStatements are the actor's own, newest first, once their run is locked.
func (s *Service) OwnStatements(ctx context.Context, by auth.Actor, limit, offset int) ([]StatementItem, int, error) {
	return s.statementList(ctx, countOwnStatements, selectOwnStatements, int64(by.User), by, limit, offset)
}

func (s *Service) statementList(ctx context.Context, count, list string, of int64, by auth.Actor, limit, offset int) ([]StatementItem, int, error) {
	var total int
	if err := s.db.GetContext(ctx, &total, count, of, by.Scope()); err != nil {
		return nil, 0, fmt.Errorf("count statements: %w", err)
	}
	var rows []statementRow
	if err := s.db.SelectContext(ctx, &rows, list, of, by.Scope(), limit, offset); err != nil {
		return nil, 0, fmt.Errorf("statements: %w", err)
	}
	out := make([]StatementItem, len(rows))
	for i, r := range rows {
		out[i] = StatementItem{StatementHead: r.head(), Lines: r.LineCount}
	}
	return out, total, nil
}

// StatementFor is one statement with every line.
//
// Codes: not_found.
func (s *Service) StatementFor(ctx context.Context, by auth.Actor, id StatementID) (Statement, error) {
	var r statementRow
	if err := s.db.GetContext(ctx, &r, selectStatement, id, by.Scope()); err != nil {
		return Statement{}, notFound(err, "statement", id)
	}
	st := Statement{StatementHead: r.head()}
	if err := json.Unmarshal(r.RawLines, &st.Lines); err != nil {
		return Statement{}, fmt.Errorf("statement %d: %w", id, err)
	}
	st.inOrder()
	var err error
	st.Roundings, err = s.roundings(ctx, r.Period.Client, st.Lines)
	return st, err
}

// OwnStatement is one of the actor's own statements with every line, once its run is locked.
//
// Codes: not_found (also when it is somebody else's).
func (s *Service) OwnStatement(ctx context.Context, by auth.Actor, id StatementID) (Statement, error) {
	st, err := s.StatementFor(ctx, by, id)
	if err != nil {
		return Statement{}, err
	}
	switch st.State {
	case RunLocked, RunExported, RunReconciled:
		if st.User == by.User {
			return st, nil
		}
	}
	return Statement{}, errs.Newf(errs.NotFound, "there is no statement %d here", id)
}

// Exception is something that pay could not do and that somebody has to look at.
type Exception struct {
	ID          ExceptionID   `db:"id" json:"id"`
	Client      auth.ClientID `db:"client_id" json:"clientId"`
	Why         string        `db:"why" json:"why"`
	User        auth.UserID   `db:"user_id" json:"userId,omitempty"`
	Name        string        `db:"name" json:"name,omitempty"`
	Result      int64         `db:"result_id" json:"resultId"`
	Kind        string        `db:"kind" json:"kind,omitempty"`
	Call        int64         `db:"call_id" json:"callId,omitempty"`
	EffectiveAt *time.Time    `db:"effective_at" json:"effectiveAt,omitempty"`
	CreatedAt   time.Time     `db:"created_at" json:"createdAt"`
}

const selectExceptions = `
SELECT x.id, x.client_id, x.why, COALESCE(c.user_id, x.user_id, 0) AS user_id, COALESCE(u.name, '') AS name, x.result_id,
       COALESCE(c.kind, '') AS kind, COALESCE(c.call_id, 0) AS call_id, c.effective_at, x.created_at
FROM pay_exceptions x LEFT JOIN credits c ON c.id = x.credit_id LEFT JOIN users u ON u.id = COALESCE(c.user_id, x.user_id)
WHERE x.client_id = ANY($1) AND x.solved_at IS NULL
ORDER BY x.id LIMIT $2 OFFSET $3`

const countExceptions = `SELECT count(*) FROM pay_exceptions WHERE client_id = ANY($1) AND solved_at IS NULL`

// Exceptions are the unsolved ones of the actor's clients, oldest first, and how many there are.
func (s *Service) Exceptions(ctx context.Context, by auth.Actor, limit, offset int) ([]Exception, int, error) {
	var total int
	if err := s.db.GetContext(ctx, &total, countExceptions, by.Scope()); err != nil {
		return nil, 0, fmt.Errorf("count exceptions: %w", err)
	}
	out := []Exception{}
	if err := s.db.SelectContext(ctx, &out, selectExceptions, by.Scope(), limit, offset); err != nil {
		return nil, 0, fmt.Errorf("exceptions: %w", err)
	}
	return out, total, nil
}

const selectAssignments = `
SELECT a.id, a.client_id, a.plan_id, p.name AS plan, a.user_id, u.name, to_char(a.from_date, 'YYYY-MM-DD') AS from_date,
       COALESCE(to_char(a.until_date, 'YYYY-MM-DD'), '') AS until_date, a.created_by, a.created_at
FROM assignments a JOIN plans p ON p.id = a.plan_id JOIN users u ON u.id = a.user_id
WHERE a.client_id = ANY($1) AND ($2 = 0 OR a.id = $2) AND ($3 = 0 OR a.user_id = $3)
ORDER BY u.name, a.user_id, a.from_date DESC LIMIT $4 OFFSET $5`

const countAssignments = `SELECT count(*) FROM assignments WHERE client_id = ANY($1) AND ($2 = 0 OR user_id = $2)`

// Assignments are who is on which plan, by name; user 0 is everybody.
func (s *Service) Assignments(ctx context.Context, by auth.Actor, user auth.UserID, limit, offset int) ([]Assignment, int, error) {
	var total int
	if err := s.db.GetContext(ctx, &total, countAssignments, by.Scope(), user); err != nil {
		return nil, 0, fmt.Errorf("count assignments: %w", err)
	}
	out := []Assignment{}
	if err := s.db.SelectContext(ctx, &out, selectAssignments, by.Scope(), 0, user, limit, offset); err != nil {
		return nil, 0, fmt.Errorf("assignments: %w", err)
	}
	return out, total, nil
}

func (s *Service) assignmentFor(ctx context.Context, by auth.Actor, id AssignmentID) (a Assignment, err error) {
	if err := s.db.GetContext(ctx, &a, selectAssignments, by.Scope(), id, 0, 1, 0); err != nil {
		return Assignment{}, notFound(err, "assignment", id)
	}
	return a, nil
}

const selectUnnumbered = `
SELECT u.name FROM statements s JOIN users u ON u.id = s.user_id
WHERE s.run_id = $1 AND NOT s.carried AND s.amount_minor > 0 AND COALESCE(u.employee_no, '') !~ $2
ORDER BY u.name`

const selectCarried = `
SELECT u.name, s.amount_minor AS paid, CASE WHEN s.carried THEN s.amount_minor ELSE s.carried_minor END AS carried, s.forgiven_minor AS forgiven
FROM statements s JOIN users u ON u.id = s.user_id
WHERE s.run_id = $1 AND (s.carried OR s.carried_minor < 0 OR s.forgiven_minor > 0) ORDER BY u.name`

// carriedNote is what a run does not take of a person, in minor units.
type carriedNote struct {
	Name     string `db:"name"`
	Paid     int64  `db:"paid"`
	Carried  int64  `db:"carried"`
	Forgiven int64  `db:"forgiven"`
}

func (c carriedNote) sentence(currency string) string {
	amount := func(minor int64) string {
		return money.Amount{Minor: minor, Currency: currency}.String() + " " + currency
	}
	switch {
	case c.Forgiven > 0:
		return fmt.Sprintf("%s has left: %s that is owed is written off", c.Name, amount(c.Forgiven))
	case c.Paid > 0:
		return fmt.Sprintf("%s owes %s more than this run may take: it is carried to the next run", c.Name, amount(-c.Carried))
	}
	return fmt.Sprintf("%s owes more than was earned: nothing is paid, %s is carried to the next run", c.Name, amount(-c.Carried))
}

// countUnread: facts of the client that the books have not taken in yet, up to a handful.
const countUnread = `
SELECT count(*) FROM (
    SELECT 1 FROM facts f
    WHERE f.client_id = $1 AND f.kind = ANY($2)
      AND (f.position IS NULL OR f.position > COALESCE((SELECT position FROM fact_cursors WHERE consumer = $3), 0))
    LIMIT 1000) unread`

// comment says in sentences what stands in the run's way and what somebody should know.
func (s *Service) comment(ctx context.Context, r *Run) error {
	if r.State == RunExported || r.State == RunReconciled {
		return nil
	}
	var unnumbered []string
	var carried []carriedNote
	if err := s.db.SelectContext(ctx, &unnumbered, selectUnnumbered, r.ID, payroll.EmployeeNoPattern); err != nil {
		return fmt.Errorf("people without numbers: %w", err)
	}
	if err := s.db.SelectContext(ctx, &carried, selectCarried, r.ID); err != nil {
		return fmt.Errorf("people carried: %w", err)
	}
	var unread int
	kinds := pq.Array([]string{string(retention.FactOutcome), string(retention.FactOutcomeV2), string(retention.FactReversal)})
	if err := s.db.GetContext(ctx, &unread, countUnread, r.Client, kinds, consumerName); err != nil {
		return fmt.Errorf("unread facts: %w", err)
	}
	end, err := r.Period.endOf()
	if err != nil {
		return err
	}
	if len(unnumbered) > 0 {
		r.Blockers = append(r.Blockers, missingNumbers(unnumbered))
	}
	if r.LockedAt == nil && s.now().Before(end) {
		r.Blockers = append(r.Blockers, notEnded(r.Period))
	}
	if unread > 0 && r.LockedAt == nil {
		r.Notes = append(r.Notes, fmt.Sprintf("%d outcomes are not in the books yet; calculate again when they are", unread))
	}
	if r.Exceptions > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("%d results could not be valued and are in no run: see the exceptions", r.Exceptions))
	}
	for _, c := range carried {
		r.Notes = append(r.Notes, c.sentence(r.Currency))
	}
	return nil
}
