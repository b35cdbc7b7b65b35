package retention

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"net/url"
	"strconv"
	"time"

	"saveline/campaigns"
	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/facts"
	"saveline/internal/pg"
)

const callsToSurvey = `
SELECT o.call_id, o.client_id, c.person_id, coalesce(o.agent_id, 0) AS agent_id FROM outcomes o JOIN calls c ON c.id = o.call_id
WHERE o.client_id = $1 AND o.recorded_at > $2 AND o.code NOT IN ('wrong_number','do_not_call','no_disposition')
  AND NOT EXISTS (SELECT FROM survey_invites i WHERE i.call_id = o.call_id)
ORDER BY o.id LIMIT $3`

const insertInvite = `
INSERT INTO survey_invites (client_id, survey_version_id, call_id, person_id, agent_id, invited_at, expires_at)
VALUES ($1, $2, $3, $4, NULLIF($5, 0), $6, $7) ON CONFLICT ON CONSTRAINT survey_invites_call_key DO NOTHING RETURNING id`

const allClientIDs = `SELECT DISTINCT client_id FROM surveys WHERE stopped_at IS NULL`

// InviteToSurveys asks the people of concluded calls, as many as the questionnaire's sample says, once a call. Which
// calls is a matter of their number alone, so that nobody chooses who is asked. Returns how many it asked.
func (s *Service) InviteToSurveys(ctx context.Context) (int, error) {
	var clients []auth.ClientID
	if err := s.db.SelectContext(ctx, &clients, allClientIDs); err != nil {
		return 0, errs.Wrap(err, "find surveys")
	}
	invited := 0
	for _, client := range clients {
		by := auth.System("surveys", client)
		all, err := s.Surveys(ctx, by)
		if err != nil {
			return invited, err
		}
		for _, one := range all {
			if one.StoppedAt != nil {
				continue
			}
			n, err := s.invite(ctx, one)
			if invited += n; err != nil {
				return invited, err
			}
		}
	}
	return invited, nil
}

type surveyedCall struct {
	Call   dialer.CallID      `db:"call_id"`
	Client auth.ClientID      `db:"client_id"`
	Person campaigns.PersonID `db:"person_id"`
	Agent  auth.UserID        `db:"agent_id"`
}

func (s *Service) invite(ctx context.Context, to Survey) (int, error) {
	now := s.now()
	var calls []surveyedCall
	err := s.db.SelectContext(ctx, &calls, callsToSurvey, to.Client, now.Add(-surveyWithinHours*time.Hour), timerBatchMax)
	if err != nil {
		return 0, errs.Wrap(err, "find calls to survey")
	}
	invited := 0
	for _, c := range calls {
		if !sampled(fmt.Sprintf("%s:%d", to.Code, c.Call), to.SamplePercent) {
			continue
		}
		err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
			var id int64
			until := now.AddDate(0, 0, surveyDays)
			err := tx.GetContext(ctx, &id, insertInvite, c.Client, to.versionID, c.Call, c.Person, c.Agent, now, until)
			if pg.None(err) {
				return nil
			}
			if err != nil {
				return errs.Wrap(err, "invite")
			}
			_, err = s.queueMessageTx(ctx, tx, NewMessage{
				Client: c.Client, Person: c.Person, Kind: MessageSurvey, Key: fmt.Sprintf("call:%d", c.Call), Call: c.Call,
				Link: s.follow.signedPath(linkSurvey, id, until),
			})
			return err
		})
		if err != nil {
			return invited, err
		}
		invited++
	}
	return invited, nil
}

// sampled reports whether what is named falls into a sample of so many percent: by hash, the same on every node and for
// ever.
func sampled(name string, percent int) bool {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name))
	return int(h.Sum64()%100) < percent
}

const selectInvite = `
SELECT i.id, i.client_id, i.call_id, i.person_id, coalesce(i.agent_id, 0) AS agent_id, i.answered_at, s.code, v.questions
FROM survey_invites i JOIN survey_versions v ON v.id = i.survey_version_id JOIN surveys s ON s.id = v.survey_id WHERE i.id = $1`

type inviteRow struct {
	ID         int64              `db:"id"`
	Client     auth.ClientID      `db:"client_id"`
	Call       dialer.CallID      `db:"call_id"`
	Person     campaigns.PersonID `db:"person_id"`
	Agent      auth.UserID        `db:"agent_id"`
	AnsweredAt *time.Time         `db:"answered_at"`
	Code       string             `db:"code"`
	Questions  json.RawMessage    `db:"questions"`
}

func (s *Service) inviteByLink(ctx context.Context, token, chosen string) (i inviteRow, questions []SurveyQuestion, r reader, err error) {
	id, err := s.follow.readLink(linkSurvey, token, s.now())
	if err != nil {
		return i, nil, r, err
	}
	if err = s.db.GetContext(ctx, &i, selectInvite, id); pg.None(err) {
		return i, nil, r, badLink()
	} else if err != nil {
		return i, nil, r, errs.Wrap(err, "read invitation")
	}
	if err = json.Unmarshal(i.Questions, &questions); err != nil {
		return i, nil, r, errs.Wrap(err, "read questions")
	}
	to, err := recipientOf(ctx, s.db, i.Client, i.Person)
	if err != nil {
		return i, nil, r, err
	}
	r, err = s.readerOf(ctx, i.Client, to, chosen)
	return i, questions, r, err
}

func (s *Service) surveyPage(ctx context.Context, token, chosen string) (publicPage, error) {
	i, questions, r, err := s.inviteByLink(ctx, token, chosen)
	if err != nil {
		return publicPage{}, err
	}
	if i.AnsweredAt != nil {
		return r.done("surveyTitle", "surveyDone", nil), nil
	}
	p := r.page("surveyTitle", "surveyLead", nil)
	form := publicForm{Act: "answer", Button: r.say("surveySend", nil)}
	for _, q := range questions {
		form.Fields = append(form.Fields, q.field(r))
	}
	p.Forms = []publicForm{form}
	return p, nil
}

func (q SurveyQuestion) field(r reader) publicField {
	ask := q.Ask[r.language]
	if ask == "" {
		ask = q.Ask["en"]
	}
	f := publicField{Name: "q-" + q.ID, Label: ask, Kind: "text"}
	switch q.Kind {
	case QuestionScale:
		f.Kind, f.Across = "choice", true
		f.Help = fmt.Sprintf("0: %s · %d: %s", r.say("surveyWorst", nil), scaleMax, r.say("surveyBest", nil))
		for n := range scaleMax + 1 {
			f.Options = append(f.Options, labelled{strconv.Itoa(n), strconv.Itoa(n)})
		}
	case QuestionYesNo:
		f.Kind, f.Across = "choice", true
		f.Options = []labelled{{r.say("surveyYes", nil), "yes"}, {r.say("surveyNo", nil), "no"}}
	}
	return f
}

const answerInvite = `
UPDATE survey_invites SET answered_at = $2, answers = $3, score = $4 WHERE id = $1 AND answered_at IS NULL`

// answerSurvey keeps the answers, once, and posts what pay may read of them.
func (s *Service) answerSurvey(ctx context.Context, token, chosen string, form url.Values) (publicPage, error) {
	i, questions, r, err := s.inviteByLink(ctx, token, chosen)
	if err != nil {
		return publicPage{}, err
	}
	answers, score := readAnswers(questions, form)
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		done, err := tx.ExecContext(ctx, answerInvite, i.ID, now, jsonOf(answers), score)
		if err != nil {
			return errs.Wrap(err, "keep answers")
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 || score == nil {
			return errs.Wrap(err, "keep answers") // answered before, or no scale question was
		}
		return facts.AppendTx(ctx, tx, facts.Fact{
			Kind: FactSurvey, Key: fmt.Sprintf("call:%d", i.Call), Client: int64(i.Client), EffectiveAt: now, RecordedAt: now,
		}, SurveyFact{Call: int64(i.Call), Agent: int64(i.Agent), Form: i.Code, Score: *score})
	})
	return r.done("surveyTitle", "surveyDone", nil), err
}

// readAnswers takes what fits the questions, and the score of the scale questions that were answered.
func readAnswers(questions []SurveyQuestion, form url.Values) (answers map[string]string, score *int) {
	answers = map[string]string{}
	sum, scales := 0, 0
	for _, q := range questions {
		given := form.Get("q-" + q.ID)
		if r := []rune(given); len(r) > surveyAnswerCharsMax {
			given = string(r[:surveyAnswerCharsMax])
		}
		switch n, err := strconv.Atoi(given); {
		case given == "":
			continue
		case q.Kind == QuestionScale && (err != nil || n < 0 || n > scaleMax), q.Kind == QuestionYesNo && given != "yes" && given != "no":
			continue
		case q.Kind == QuestionScale:
			sum += n
			scales++
		}
		answers[q.ID] = given
	}
	if scales > 0 {
		mean := sum * 100 / (scales * scaleMax)
		score = &mean
	}
	return answers, score
}

// SurveyAnswer is what somebody thought of a call.
type SurveyAnswer struct {
	Call       dialer.CallID      `json:"callId" db:"call_id"`
	Person     campaigns.PersonID `json:"personId" db:"person_id"`
	Agent      auth.UserID        `json:"agentId,omitempty" db:"agent_id"`
	Form       string             `json:"form" db:"code"`
	Version    int                `json:"version" db:"version"`
	InvitedAt  time.Time          `json:"invitedAt" db:"invited_at"`
	AnsweredAt *time.Time         `json:"answeredAt,omitempty" db:"answered_at"`
	Score      *int               `json:"score,omitempty" db:"score" doc:"0 to 100"`
	Answers    json.RawMessage    `json:"answers,omitempty" db:"answers"`
}

const listAnswers = `
SELECT i.call_id, i.person_id, coalesce(i.agent_id, 0) AS agent_id, s.code, v.version, i.invited_at, i.answered_at, i.score, i.answers,
       count(*) OVER () AS total
FROM survey_invites i JOIN survey_versions v ON v.id = i.survey_version_id JOIN surveys s ON s.id = v.survey_id
WHERE i.client_id = ANY($1) AND ($2 = 0 OR i.person_id = $2) AND ($3 = 0 OR i.agent_id = $3) AND i.answered_at IS NOT NULL
ORDER BY i.answered_at DESC, i.id DESC LIMIT $4 OFFSET $5`

// SurveyAnswers lists what people thought of calls, the newest first: of one person (the customer page), or of an
// agent's calls.
func (s *Service) SurveyAnswers(
	ctx context.Context, by auth.Actor, person campaigns.PersonID, agent auth.UserID, limit, offset int,
) ([]SurveyAnswer, int, error) {
	var rows []struct {
		SurveyAnswer
		Total int `db:"total"`
	}
	if err := s.db.SelectContext(ctx, &rows, listAnswers, by.Scope(), person, agent, limit, offset); err != nil {
		return nil, 0, errs.Wrap(err, "list answers")
	}
	out, total := make([]SurveyAnswer, 0, len(rows)), 0
	for _, r := range rows {
		out, total = append(out, r.SurveyAnswer), r.Total
	}
	return out, total, nil
}
