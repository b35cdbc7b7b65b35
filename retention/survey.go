package retention

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/facts"
	"saveline/internal/pg"
)

// SurveyID names a questionnaire over all its versions.
type SurveyID int64

// FactSurvey says what a customer thought of a call.
const FactSurvey facts.Kind = "survey.v1"

// SurveyFact says what a customer thought of a call: score is 0 to 100, the mean of the scale questions they answered.
type SurveyFact struct {
	Call  int64  `json:"call"`
	Agent int64  `json:"agent"`
	Form  string `json:"form"` // the questionnaire's code
	Score int    `json:"score"`
}

// The kinds of question.
const (
	QuestionScale = "scale" // 0 to 10
	QuestionYesNo = "yes_no"
	QuestionText  = "text"
)

// SurveyQuestion is one question, in every language that it is asked in; English is needed.
type SurveyQuestion struct {
	ID   string            `json:"id"`
	Kind string            `json:"kind" enum:"scale,yes_no,text"`
	Ask  map[string]string `json:"ask" doc:"by language: en, ko, fil"`
}

// Survey is a questionnaire in its newest version.
type Survey struct {
	ID            SurveyID         `json:"id"`
	Client        auth.ClientID    `json:"clientId"`
	Code          string           `json:"code"`
	Version       int              `json:"version"`
	SamplePercent int              `json:"samplePercent" doc:"of the calls with an outcome"`
	Questions     []SurveyQuestion `json:"questions"`
	StoppedAt     *time.Time       `json:"stoppedAt,omitempty"`
	Invited       int              `json:"invited"`
	Answered      int              `json:"answered"`
	MeanScore     *float64         `json:"meanScore,omitempty" doc:"0 to 100, of those who answered a scale question"`
	versionID     int64
}

// SurveyInput is a questionnaire: a new one, or the next version of the code's.
type SurveyInput struct {
	Client        auth.ClientID
	Code          string
	SamplePercent int
	Questions     []SurveyQuestion
	Stopped       bool
}

const (
	surveyQuestionsMax   = 10
	askCharsMax          = 300
	surveyAnswerCharsMax = 1000
	surveyDays           = 14 // that the link works
	surveyWithinHours    = 24 // of the call
	scaleMax             = 10
)

// Validate names every fault of the input.
func (in SurveyInput) Validate() error {
	var f errs.Faults
	checkCode(&f, "code", in.Code)
	f.Check(in.SamplePercent >= 0 && in.SamplePercent <= 100, "samplePercent", "must be from 0 to 100")
	f.Check(len(in.Questions) > 0 && len(in.Questions) <= surveyQuestionsMax, "questions", "ask from 1 to 10 questions")
	seen := map[string]bool{}
	for i, q := range in.Questions {
		at := fmt.Sprintf("questions.%d", i)
		checkCode(&f, at+".id", q.ID)
		f.Check(!seen[q.ID], at+".id", "another question has this id")
		seen[q.ID] = true
		checkOneOf(&f, at+".kind", q.Kind, []string{QuestionScale, QuestionYesNo, QuestionText})
		f.Check(q.Ask["en"] != "", at+".ask", "ask it in English; other languages are optional")
		for language, text := range q.Ask {
			f.Check(len(text) <= askCharsMax, at+".ask."+language, "use at most 300 characters")
			checkOneOf(&f, at+".ask", language, languages)
		}
	}
	return f.Err()
}

const upsertSurvey = `
INSERT INTO surveys (client_id, code, sample_percent, stopped_at, created_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT ON CONSTRAINT surveys_code_key DO UPDATE SET sample_percent = excluded.sample_percent, stopped_at = excluded.stopped_at
RETURNING id`

const addSurveyVersion = `
INSERT INTO survey_versions (survey_id, version, questions, created_by, created_at)
SELECT $1, coalesce(max(version), 0) + 1, $2::jsonb, $3, $4 FROM survey_versions WHERE survey_id = $1
HAVING coalesce((SELECT questions FROM survey_versions WHERE survey_id = $1 ORDER BY version DESC LIMIT 1), 'null'::jsonb) <> $2::jsonb`

const listSurveys = `
SELECT s.id, s.client_id, s.code, s.sample_percent, s.stopped_at, v.id AS version_id, v.version, v.questions,
       count(i.id) AS invited, count(i.answered_at) AS answered, avg(i.score)::float8 AS mean
FROM surveys s
CROSS JOIN LATERAL (SELECT id, version, questions FROM survey_versions WHERE survey_id = s.id ORDER BY version DESC LIMIT 1) v
LEFT JOIN survey_versions all_versions ON all_versions.survey_id = s.id
LEFT JOIN survey_invites i ON i.survey_version_id = all_versions.id
WHERE s.client_id = ANY($1) AND ($2 = 0 OR s.id = $2)
GROUP BY s.id, v.id, v.version, v.questions ORDER BY s.id`

type surveyRow struct {
	ID            SurveyID        `db:"id"`
	Client        auth.ClientID   `db:"client_id"`
	Code          string          `db:"code"`
	SamplePercent int             `db:"sample_percent"`
	StoppedAt     *time.Time      `db:"stopped_at"`
	VersionID     int64           `db:"version_id"`
	Version       int             `db:"version"`
	Questions     json.RawMessage `db:"questions"`
	Invited       int             `db:"invited"`
	Answered      int             `db:"answered"`
	Mean          *float64        `db:"mean"`
}

func (r surveyRow) survey() (Survey, error) {
	out := Survey{
		ID: r.ID, Client: r.Client, Code: r.Code, Version: r.Version, SamplePercent: r.SamplePercent, StoppedAt: r.StoppedAt,
		Invited: r.Invited, Answered: r.Answered, MeanScore: r.Mean, versionID: r.VersionID,
	}
	return out, errs.Wrap(json.Unmarshal(r.Questions, &out.Questions), "read questions")
}

// Surveys lists the questionnaires of the actor's clients.
func (s *Service) Surveys(ctx context.Context, by auth.Actor) ([]Survey, error) {
	return surveysOf(ctx, s.db, by, 0)
}

func surveysOf(ctx context.Context, db pg.DB, by auth.Actor, id SurveyID) ([]Survey, error) {
	var rows []surveyRow
	if err := db.SelectContext(ctx, &rows, listSurveys, by.Scope(), id); err != nil {
		return nil, errs.Wrap(err, "list surveys")
	}
	out := make([]Survey, 0, len(rows))
	for _, r := range rows {
		one, err := r.survey()
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

// SaveSurvey makes a questionnaire, or gives the one of that code a new version. What was answered stays with the
// version that was asked.
//
// Codes: invalid (with the faulty fields), not_found.
func (s *Service) SaveSurvey(ctx context.Context, by auth.Actor, in SurveyInput) (out Survey, err error) {
	if err := in.Validate(); err != nil {
		return out, err
	}
	client, err := by.ClientFor(in.Client)
	if err != nil {
		return out, err
	}
	now := s.now()
	var stopped *time.Time
	if in.Stopped {
		stopped = &now
	}
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		var id SurveyID
		if err := tx.GetContext(ctx, &id, upsertSurvey, client, in.Code, in.SamplePercent, stopped, now); err != nil {
			return errs.Wrap(err, "save survey")
		}
		if _, err := tx.ExecContext(ctx, addSurveyVersion, id, jsonOf(in.Questions), by.Name, now); err != nil {
			return errs.Wrap(err, "save survey")
		}
		all, err := surveysOf(ctx, tx, by, id)
		if err != nil {
			return err
		}
		out = all[0]
		return auth.AuditTx(ctx, tx, by, now, auth.Change{Client: client, Act: "survey.save", Object: fmt.Sprintf("survey:%d", id), Data: in})
	})
	return out, err
}
