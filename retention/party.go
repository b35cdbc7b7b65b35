package retention

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/lib/pq"

	"saveline/campaigns"
	"saveline/dialer"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

const (
	partyTriesMax   = 3 // of one call
	questionsMax    = 10
	promptCharsMax  = 300
	answerCharsMax  = 200
	lastDigitsCount = 4
)

// partyFacts are the facts of the mirror that can answer a question, each with how it is read.
var partyFacts = map[string]func(partyFact) string{
	"postal_code":   func(p partyFact) string { return p.PostalCode },
	"email":         func(p partyFact) string { return p.Email },
	"name":          func(p partyFact) string { return p.Name },
	"phone_last4":   func(p partyFact) string { return lastDigits(p.Phone) },
	"account_last4": func(p partyFact) string { return lastDigits(p.ExternalID) },
	"plan":          func(p partyFact) string { return p.Plan },
	"started_year": func(p partyFact) string {
		if p.StartedOn == nil {
			return ""
		}
		return strconv.Itoa(p.StartedOn.Year())
	},
}

func partyFactNames() []string {
	return []string{"account_last4", "email", "name", "phone_last4", "plan", "postal_code", "started_year"}
}

// lastDigits is the last four letters or digits of a text.
func lastDigits(s string) string {
	plain := plainAnswer(s)
	return plain[max(0, len(plain)-lastDigitsCount):]
}

// Question is what a client wants asked before a customer's account is spoken of.
type Question struct {
	Code   string `json:"code" db:"code"`
	Prompt string `json:"prompt" db:"prompt" doc:"what the agent asks"`
	Fact   string `json:"fact" db:"fact" doc:"the fact of the mirror that answers it; empty where the client gives an answer for each customer"`
}

const (
	activeQuestions = `SELECT code, prompt, fact FROM verification_questions WHERE client_id = $1 AND is_active ORDER BY id`

	upsertQuestion = `
INSERT INTO verification_questions (client_id, code, prompt, fact, created_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (client_id, code) DO UPDATE SET prompt = excluded.prompt, fact = excluded.fact, is_active = true`

	retireQuestions = `UPDATE verification_questions SET is_active = false WHERE client_id = $1`

	upsertAnswer = `
INSERT INTO verification_answers (customer_id, question_id, hash)
SELECT $1, q.id, $3 FROM verification_questions q WHERE q.client_id = $4 AND q.code = $2
ON CONFLICT (customer_id, question_id) DO UPDATE SET hash = excluded.hash`

	answersOf = `
SELECT q.code, a.hash FROM verification_answers a JOIN verification_questions q ON q.id = a.question_id
WHERE a.customer_id = $1 AND q.is_active`

	failedChecks = `SELECT count(*) FROM party_checks WHERE call_id = $1 AND NOT has_passed`

	insertCheck = `
INSERT INTO party_checks (client_id, call_id, customer_id, agent_id, questions, has_passed, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`

	// A client without questions has nobody verified.
	isPartyVerified = `
SELECT NOT EXISTS (SELECT FROM verification_questions WHERE client_id = $1 AND is_active)
    OR EXISTS (SELECT FROM party_checks WHERE call_id = $2 AND customer_id = $3 AND has_passed)`

	customerOfPerson = `SELECT id FROM customers WHERE person_id = $1`
)

// Questions are what is asked for a client's customers, in order.
//
// Codes: not_found (client).
func (s *Service) Questions(ctx context.Context, by auth.Actor, client auth.ClientID) ([]Question, error) {
	client, err := by.ClientFor(client)
	if err != nil {
		return nil, err
	}
	out := []Question{}
	return out, errs.Wrap(s.db.SelectContext(ctx, &out, activeQuestions, client), "read questions")
}

// SetQuestions replaces what is asked. Without any, customers of this client are not verified.
//
// Codes: invalid, not_found (client).
func (s *Service) SetQuestions(ctx context.Context, by auth.Actor, client auth.ClientID, all []Question) error {
	client, err := by.ClientFor(client)
	if err != nil {
		return err
	}
	if err := checkQuestions(all); err != nil {
		return err
	}
	now := s.now()
	return pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		if _, err := tx.ExecContext(ctx, retireQuestions, client); err != nil {
			return errs.Wrap(err, "set questions")
		}
		for _, q := range all {
			if _, err := tx.ExecContext(ctx, upsertQuestion, client, q.Code, q.Prompt, q.Fact, now); err != nil {
				return errs.Wrap(err, "set questions")
			}
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{
			Client: client, Act: "verification.questions", Object: fmt.Sprintf("client:%d", client), Data: all,
		})
	})
}

func checkQuestions(all []Question) error {
	var f errs.Faults
	f.Check(len(all) <= questionsMax, "questions", "ask at most 10 questions")
	seen := map[string]bool{}
	for i, q := range all {
		path := fmt.Sprintf("questions.%d.", i)
		checkCode(&f, path+"code", q.Code)
		f.Check(!seen[q.Code], path+"code", "is there twice")
		f.Check(strings.TrimSpace(q.Prompt) != "" && len(q.Prompt) <= promptCharsMax, path+"prompt", "write what the agent asks, in at most 300 characters")
		if q.Fact != "" {
			checkOneOf(&f, path+"fact", q.Fact, partyFactNames())
		}
		seen[q.Code] = true
	}
	return f.Err()
}

// SetAnswers keeps a customer's answers, as hashes: what is asked of the client's people is known to nobody here.
//
// Codes: invalid, not_found.
func (s *Service) SetAnswers(ctx context.Context, by auth.Actor, id CustomerID, answers map[string]string) error {
	c, err := s.customerFor(ctx, by, id)
	if err != nil {
		return err
	}
	var f errs.Faults
	f.Check(len(answers) <= questionsMax, "answers", "give at most 10 answers")
	hashes := map[string]string{}
	for code, a := range answers {
		f.Check(plainAnswer(a) != "" && len(a) <= answerCharsMax, "answers."+code, "give an answer of at most 200 characters")
		f.Check(!holdsCardNumber(a), "answers."+code, cardWords)
		hash, err := argon2id.CreateHash(plainAnswer(a), answerHashing)
		if err != nil {
			return errs.Wrap(err, "hash answer")
		}
		hashes[code] = hash
	}
	if err := f.Err(); err != nil {
		return err
	}
	now := s.now()
	return pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		for code, hash := range hashes {
			switch is, err := changed(tx.ExecContext(ctx, upsertAnswer, id, code, hash, c.Client)); {
			case err != nil:
				return err
			case !is:
				return errs.Newf(errs.Invalid, "there is no question %q; set the questions first", code)
			}
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{Client: c.Client, Act: "verification.answers", Object: customerObject(id)})
	})
}

// answerHashing is light, as answers are checked while a customer waits and three tries are all there are.
var answerHashing = &argon2id.Params{Memory: 19 << 10, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// PartyCheck is what came of asking.
type PartyCheck struct {
	Customer CustomerID `json:"customerId"`
	Verified bool       `json:"verified"`
	Left     int        `json:"triesLeft"`
}

// VerifyParty checks on a call that the person on the line is the customer: every question of the client must be
// answered right. Which answer was wrong is not said. Three wrong tries are all that a call has.
//
// Codes: invalid (a question is not answered), conflict (another agent's call, or it is about no customer), not_found,
// limited (no tries left).
func (s *Service) VerifyParty(ctx context.Context, by auth.Actor, call dialer.CallID, answers map[string]string) (out PartyCheck, err error) {
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		c, err := s.lockedCall(ctx, tx, by, call)
		if err != nil {
			return err
		}
		if out.Customer, err = customerOf(ctx, tx, c.Person); err != nil {
			return err
		}
		if out.Customer == 0 {
			return errs.Newf(errs.Conflict, "the person on this call is no customer with an account; there is nothing to verify")
		}
		var failed int
		if err := tx.GetContext(ctx, &failed, failedChecks, call); err != nil {
			return errs.Wrap(err, "count tries")
		}
		if failed >= partyTriesMax {
			return errs.Newf(errs.Limited, "three tries failed on this call; offer to call back on the number on file")
		}
		if err := s.check(ctx, tx, c.Client, answers, &out); err != nil {
			return err
		}
		out.Left = partyTriesMax - failed
		if !out.Verified {
			out.Left--
		}
		_, err = tx.ExecContext(ctx, insertCheck, c.Client, call, out.Customer, by.User, codesOf(answers), out.Verified, now)
		return errs.Wrap(err, "record check")
	})
	return out, err
}

// check compares the answers with what is known.
func (s *Service) check(ctx context.Context, tx *pg.Tx, client auth.ClientID, answers map[string]string, out *PartyCheck) error {
	questions := []Question{}
	if err := tx.SelectContext(ctx, &questions, activeQuestions, client); err != nil {
		return errs.Wrap(err, "read questions")
	}
	var f errs.Faults
	for _, q := range questions {
		f.Check(plainAnswer(answers[q.Code]) != "", "answers."+q.Code, "ask this too: "+q.Prompt)
	}
	if err := f.Err(); err != nil {
		return err
	}
	var fact partyFact
	if err := tx.GetContext(ctx, &fact, readPartyFact, out.Customer); err != nil {
		return errs.Wrap(err, "read the customer")
	}
	var kept []struct {
		Code string `db:"code"`
		Hash string `db:"hash"`
	}
	if err := tx.SelectContext(ctx, &kept, answersOf, out.Customer); err != nil {
		return errs.Wrap(err, "read answers")
	}
	hashes := map[string]string{}
	for _, k := range kept {
		hashes[k.Code] = k.Hash
	}
	out.Verified = true
	for _, q := range questions {
		out.Verified = isRight(q, plainAnswer(answers[q.Code]), fact, hashes[q.Code]) && out.Verified
	}
	return nil
}

// isRight compares one answer. A question that nothing answers cannot be answered right.
func isRight(q Question, answer string, fact partyFact, hash string) bool {
	if q.Fact != "" {
		known := plainAnswer(partyFacts[q.Fact](fact))
		return known != "" && known == answer
	}
	right, err := argon2id.ComparePasswordAndHash(answer, hash)
	return err == nil && right
}

// plainAnswer is an answer without case, spaces and signs, as people say the same thing in many ways.
func plainAnswer(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" _-.,#/()'\"@+", r) {
			return -1
		}
		return r
	}, strings.ToLower(strings.TrimSpace(s)))
}

// codesOf are the codes of the questions that were asked.
func codesOf(answers map[string]string) any {
	return pq.Array(slices.Sorted(maps.Keys(answers)))
}

func customerOf(ctx context.Context, tx *pg.Tx, person campaigns.PersonID) (id CustomerID, err error) {
	if err = tx.GetContext(ctx, &id, customerOfPerson, person); pg.None(err) {
		return 0, nil
	}
	return id, errs.Wrap(err, "find customer")
}

// isVerified reports whether the account of the person on a call may be spoken of. Somebody without an account has none
// to protect.
func isVerified(ctx context.Context, tx *pg.Tx, call dialer.Call) (is bool, err error) {
	id, err := customerOf(ctx, tx, call.Person)
	if err != nil || id == 0 {
		return err == nil, err
	}
	return is, errs.Wrap(tx.GetContext(ctx, &is, isPartyVerified, call.Client, call.ID, id), "read checks")
}

const customerAsked = `
SELECT c.id, c.client_id FROM customers c
WHERE c.person_id = $1 AND EXISTS (SELECT FROM verification_questions q WHERE q.client_id = c.client_id AND q.is_active)`

// MayKnow reports whether an agent may be shown the account of a person: who reads accounts anyway, and on a call on which
// the person on the line was verified. Somebody without an account, and a client that asks nothing, have nothing to hide.
func (s *Service) MayKnow(ctx context.Context, by auth.Actor, person campaigns.PersonID, call dialer.CallID) (is bool, err error) {
	if by.Can(auth.CasesRead) {
		return true, nil
	}
	var c struct {
		ID     CustomerID    `db:"id"`
		Client auth.ClientID `db:"client_id"`
	}
	if err := s.db.GetContext(ctx, &c, customerAsked, person); pg.None(err) {
		return true, nil
	} else if err != nil {
		return false, errs.Wrap(err, "find customer")
	}
	return is, errs.Wrap(s.db.GetContext(ctx, &is, isPartyVerified, c.Client, call, c.ID), "read checks")
}

// mayKnow is MayKnow within the transaction of a call.
func mayKnow(ctx context.Context, tx *pg.Tx, by auth.Actor, call dialer.Call) (bool, error) {
	if by.Can(auth.CasesRead) {
		return true, nil
	}
	return isVerified(ctx, tx, call)
}

// mustBeVerified refuses what touches an account before the person on the line is known to be its owner.
//
// Codes: conflict.
func mustBeVerified(ctx context.Context, tx *pg.Tx, call dialer.Call) error {
	is, err := isVerified(ctx, tx, call)
	if err == nil && !is {
		err = errs.Newf(errs.Conflict, "verify who is on the line before you touch the account: ask the questions first")
	}
	return err
}

// partyFact is what the mirror knows that can answer a question.
type partyFact struct {
	ExternalID string     `db:"external_id"`
	Name       string     `db:"name"`
	Email      string     `db:"email"`
	PostalCode string     `db:"postal_code"`
	Phone      string     `db:"phone"`
	Plan       string     `db:"plan"`
	StartedOn  *time.Time `db:"started_on"`
}
