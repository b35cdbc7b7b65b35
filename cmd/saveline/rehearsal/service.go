package rehearsal

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"

	"saveline/campaigns"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/jobs"
	"saveline/internal/live"
	"saveline/internal/pg"
)

const (
	askedLeadsMax = 50_000
	runTimeout    = 30 * time.Minute
)

// Ask is what a manager chooses for "rehearse this campaign".
type Ask struct {
	Agents     int     `json:"agents" minimum:"1" maximum:"500"`
	Hours      float64 `json:"hours" exclusiveMinimum:"0" maximum:"24"`
	AnswerRate float64 `json:"answerRate" minimum:"0" maximum:"1"`
	Mode       string  `json:"mode,omitempty" enum:"manual,preview,progressive" doc:"the campaign's own if left out"`
	Seed       uint64  `json:"seed,omitempty"`
}

// Runner runs a rehearsal in a scratch database; the command gives it.
type Runner func(ctx context.Context, c Config, progress func(float64)) (*DayResult, error)

// Service keeps rehearsals of campaigns and runs them as jobs.
type Service struct {
	db        *sqlx.DB
	now       func() time.Time
	log       *slog.Logger
	campaigns *campaigns.Service
	queue     *jobs.Client
	pub       live.Publisher
	run       Runner
}

// job is the River job of one rehearsal.
type job struct {
	Rehearsal int64 `json:"rehearsal"`
}

// Kind names the job.
func (job) Kind() string { return "rehearsal" }

// NewService registers the job with the queue.
func NewService(db *sqlx.DB, now func() time.Time, log *slog.Logger, c *campaigns.Service, q *jobs.Client, pub live.Publisher, run Runner) *Service {
	s := &Service{db: db, now: now, log: log, campaigns: c, queue: q, pub: pub, run: run}
	jobs.Handle(q, runTimeout, s.work)
	return s
}

// Ask queues a rehearsal of a campaign.
//
// Codes: not_found, invalid, conflict (predictive campaigns, or a campaign without leads).
func (s *Service) Ask(ctx context.Context, by auth.Actor, campaign campaigns.ID, in Ask) (Rehearsal, error) {
	c, err := s.campaigns.Campaign(ctx, by, campaign)
	if err != nil {
		return Rehearsal{}, err
	}
	if in.Mode == "" {
		in.Mode = c.Mode
	}
	if in.Seed == 0 {
		in.Seed = 1
	}
	config, err := json.Marshal(in)
	if err != nil {
		return Rehearsal{}, err
	}
	var id int64
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if err := tx.GetContext(ctx, &id, insertRehearsal, c.Client, campaign, config, by.Name, s.now()); err != nil {
			return fmt.Errorf("keep rehearsal: %w", err)
		}
		return s.queue.InsertTx(ctx, tx, job{id}, jobs.Options{})
	})
	if err != nil {
		return Rehearsal{}, err
	}
	return rehearsalOf(ctx, s.db, by, id)
}

const selectJob = `SELECT campaign_id, state, config FROM rehearsals WHERE id = $1`

// work runs one rehearsal. A rehearsal that was cut off starts again from nothing: it lives in a scratch database.
func (s *Service) work(ctx context.Context, j job) error {
	var row struct {
		CampaignID int64 `db:"campaign_id"`
		State      string
		Config     []byte
	}
	if err := s.db.GetContext(ctx, &row, selectJob, j.Rehearsal); err != nil {
		return fmt.Errorf("read rehearsal %d: %w", j.Rehearsal, err)
	}
	if row.State == "done" || row.State == "failed" {
		return nil
	}
	var in Ask
	if err := json.Unmarshal(row.Config, &in); err != nil {
		return fmt.Errorf("rehearsal %d: %w", j.Rehearsal, err)
	}
	result, err := s.rehearse(ctx, j.Rehearsal, row.CampaignID, in)
	if ctx.Err() != nil {
		return ctx.Err() // the node stops: the job is tried again
	}
	return s.finish(ctx, j.Rehearsal, row.CampaignID, result, err)
}

func (s *Service) rehearse(ctx context.Context, id, campaign int64, in Ask) (*DayResult, error) {
	dir, err := os.MkdirTemp("", "saveline-rehearsal-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	c := Config{Agents: in.Agents, Hours: in.Hours, AnswerRate: in.AnswerRate, Mode: in.Mode, Seed: in.Seed, Start: DefaultStart}
	c.Leads = filepath.Join(dir, "leads.csv")
	if err := s.writeLeads(ctx, campaign, c.Leads); err != nil {
		return nil, err
	}
	return s.run(ctx, c, func(share float64) {
		if _, err := s.db.ExecContext(ctx, updateProgress, id, share); err != nil {
			s.log.WarnContext(ctx, "rehearsal progress", "rehearsal", id, "error", err)
		}
		s.tell(campaign, id)
	})
}

func (s *Service) finish(ctx context.Context, id, campaign int64, r *DayResult, cause error) error {
	defer s.tell(campaign, id)
	if cause != nil {
		s.log.WarnContext(ctx, "rehearsal failed", "rehearsal", id, "error", cause)
		_, err := s.db.ExecContext(ctx, updateFailed, id, sentence(cause), s.now())
		return err
	}
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	_, err = s.db.ExecContext(ctx, updateDone, id, text, s.now())
	return err
}

// sentence is what a person may read of a failure.
func sentence(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e.Message
	}
	return "the rehearsal could not be run; the log says why"
}

func (s *Service) tell(campaign, id int64) {
	s.pub.Publish("campaign:"+strconv.FormatInt(campaign, 10), "rehearsal", map[string]int64{"id": id})
}

const selectLeads = `
SELECT COALESCE(p.external_id, 'P' || p.id) AS external_id, p.name, ph.number
FROM leads l
JOIN people p ON p.id = l.person_id
JOIN phones ph ON ph.id = l.phone_id
WHERE l.campaign_id = $1 AND l.state = 'waiting'
ORDER BY l.priority DESC, l.due_at, l.id
LIMIT $2`

// writeLeads copies the campaign's waiting leads into a file for the scratch database.
func (s *Service) writeLeads(ctx context.Context, campaign int64, name string) error {
	var leads []struct {
		ExternalID string `db:"external_id"`
		Name       string
		Number     string
	}
	if err := s.db.SelectContext(ctx, &leads, selectLeads, campaign, askedLeadsMax); err != nil {
		return fmt.Errorf("read leads: %w", err)
	}
	if len(leads) == 0 {
		return errs.Newf(errs.Conflict, "this campaign has no leads waiting; import a list first")
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	out := csv.NewWriter(f)
	_ = out.Write([]string{"external_id", "name", "phone"}) // a csv.Writer keeps its first error for Error
	for _, l := range leads {
		_ = out.Write([]string{l.ExternalID, l.Name, l.Number})
	}
	out.Flush()
	return errors.Join(out.Error(), f.Close())
}
