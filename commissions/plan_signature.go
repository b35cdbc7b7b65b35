package commissions

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"saveline/commissions/law"
	"saveline/commissions/rules"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

// SignatureID names an agent's signature under a version of a plan.
type SignatureID int64

func init() {
	pg.Constraint("plan_signatures_once", errs.Conflict, "you have signed this version already")
}

// signedPlaces want a written plan, signed by the agent: California Labor Code 2751, New York Labor Law 191(1)(c).
var signedPlaces = []string{"US-CA", "US-NY"}

const typedNameMax = 120 // characters

// OwnPlan is a plan that the reader is on, in words, with their signature under the version in force.
type OwnPlan struct {
	Assignment AssignmentID   `json:"assignmentId"`
	Plan       string         `json:"plan"`
	FromDate   rules.Date     `json:"fromDate"`
	UntilDate  rules.Date     `json:"untilDate,omitempty"`
	VersionID  VersionID      `json:"versionId"`
	Version    int            `json:"version"`
	SHA256     string         `json:"sha256"`
	Sentences  []PlanSentence `json:"sentences" nullable:"false"`
	Required   bool           `json:"required" doc:"the law of the place, or the plan, wants a signature"`
	Signature  SignatureID    `json:"signatureId,omitempty"`
	SignedAt   *time.Time     `json:"signedAt,omitempty"`
	TypedName  string         `json:"typedName,omitempty"`
}

// signing is an assignment with the version that is in force for it and the signature under it.
type signing struct {
	Assignment   AssignmentID  `db:"assignment_id"`
	Client       auth.ClientID `db:"client_id"`
	User         auth.UserID   `db:"user_id"`
	Name         string        `db:"name"`
	Plan         string        `db:"plan"`
	From         rules.Date    `db:"from_date"`
	Until        rules.Date    `db:"until_date"`
	VersionID    VersionID     `db:"version_id"`
	Version      int           `db:"version"`
	SHA256       string        `db:"sha256"`
	Text         string        `db:"text"`
	Terms        jsonTerms     `db:"terms"`
	Zone         string        `db:"zone"`
	Jurisdiction string        `db:"jurisdiction"`
	Signature    SignatureID   `db:"signature_id"`
	SignedAt     *time.Time    `db:"signed_at"`
	TypedName    string        `db:"typed_name"`
}

// selectSignings: the newest approved version of the plan of every assignment that has not ended by a day.
const selectSignings = `
SELECT a.id AS assignment_id, a.client_id, a.user_id, u.name, p.name AS plan, to_char(a.from_date, 'YYYY-MM-DD') AS from_date,
       COALESCE(to_char(a.until_date, 'YYYY-MM-DD'), '') AS until_date, v.id AS version_id, v.version, encode(v.sha256, 'hex') AS sha256,
       v.text, v.terms, c.zone, COALESCE(pp.jurisdiction, '') AS jurisdiction, COALESCE(g.id, 0) AS signature_id, g.signed_at,
       COALESCE(g.typed_name, '') AS typed_name
FROM assignments a JOIN users u ON u.id = a.user_id JOIN plans p ON p.id = a.plan_id JOIN clients c ON c.id = a.client_id
     JOIN LATERAL (SELECT * FROM plan_versions x WHERE x.plan_id = p.id AND x.approved_at IS NOT NULL ORDER BY x.version DESC LIMIT 1) v ON true
     LEFT JOIN payroll_people pp ON pp.client_id = a.client_id AND pp.user_id = a.user_id
     LEFT JOIN plan_signatures g ON g.assignment_id = a.id AND g.version_id = v.id
WHERE a.client_id = ANY($1) AND ($2 = 0 OR a.user_id = $2) AND ($3 = 0 OR a.plan_id = $3) AND ($4 = 0 OR a.id = $4)
  AND (a.until_date IS NULL OR a.until_date > ($5::timestamptz AT TIME ZONE c.zone)::date)
ORDER BY u.name, a.id`

func (r signing) compiled() (*rules.PayPlan, error) {
	text, err := textOf(r.Plan, r.Version, r.Text, rules.Terms(r.Terms), r.Zone)
	if err != nil {
		return nil, err
	}
	return rules.ParsePlan([]byte(text))
}

func (r signing) required(p *rules.PayPlan) bool {
	return slices.Contains(signedPlaces, r.Jurisdiction) || p.SignedCopy()
}

// OwnPlans are the plans that the actor is on, told in a language.
//
// Codes: invalid (the language).
func (s *Service) OwnPlans(ctx context.Context, by auth.Actor, language string) ([]OwnPlan, error) {
	var rows []signing
	if err := s.db.SelectContext(ctx, &rows, selectSignings, by.Scope(), by.User, 0, 0, s.now()); err != nil {
		return nil, fmt.Errorf("own plans: %w", err)
	}
	out := []OwnPlan{}
	for _, r := range rows {
		own, err := r.own(language)
		if err != nil {
			return nil, err
		}
		out = append(out, own)
	}
	return out, nil
}

func (r signing) own(language string) (OwnPlan, error) {
	p, err := r.compiled()
	if err != nil {
		return OwnPlan{}, fmt.Errorf("plan %s version %d: %w", r.Plan, r.Version, err)
	}
	words, err := planInWords(p, language)
	return OwnPlan{
		Assignment: r.Assignment, Plan: r.Plan, FromDate: r.From, UntilDate: r.Until, VersionID: r.VersionID, Version: r.Version, SHA256: r.SHA256,
		Sentences: words, Required: r.required(p), Signature: r.Signature, SignedAt: r.SignedAt, TypedName: r.TypedName,
	}, err
}

// SignPlan is the input of Sign.
type SignPlan struct {
	VersionID VersionID `json:"versionId" doc:"the version that was read"`
	SHA256    string    `json:"sha256" doc:"its SHA-256, as it was shown"`
	Name      string    `json:"name" maxLength:"120" doc:"the signer's own name, typed"`
	Language  string    `json:"language" enum:"en,ko,fil" doc:"in which it was read"`
}

const insertSignature = `
INSERT INTO plan_signatures (client_id, user_id, assignment_id, version_id, typed_name, sha256, language, words, words_sha256, signed_at)
VALUES ($1, $2, $3, $4, $5, decode($6, 'hex'), $7, $8, $9, $10)
RETURNING id`

// Sign puts the actor's name under the version in force of a plan that they are on, and keeps the words they read.
//
// Codes: invalid (no name, or not the actor's), forbidden (a program), not_found, conflict (another version is in force now,
// or it is signed).
func (s *Service) Sign(ctx context.Context, by auth.Actor, assignment AssignmentID, in SignPlan) (OwnPlan, error) {
	if err := inPerson(by); err != nil {
		return OwnPlan{}, err
	}
	var out OwnPlan
	err := pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		now := s.now()
		var r signing
		err := tx.GetContext(ctx, &r, selectSignings, by.Scope(), by.User, 0, assignment, now)
		if err != nil {
			return notFound(err, "plan of yours, assignment", assignment)
		}
		if err := in.check(r); err != nil {
			return err
		}
		if out, err = r.own(in.Language); err != nil {
			return err
		}
		words := asText(out.Sentences)
		sum := sha256.Sum256([]byte(words))
		err = tx.GetContext(ctx, &out.Signature, insertSignature, r.Client, by.User, assignment, r.VersionID, strings.TrimSpace(in.Name), r.SHA256, in.Language, words, sum[:], now)
		if err != nil {
			return fmt.Errorf("sign assignment %d: %w", assignment, err)
		}
		out.SignedAt, out.TypedName = &now, strings.TrimSpace(in.Name)
		return auth.AuditTx(ctx, tx, by, now, auth.Change{
			Client: r.Client, Act: "plan.sign", Object: fmt.Sprintf("assignment:%d", assignment),
			Data: map[string]any{"versionId": r.VersionID, "sha256": r.SHA256, "wordsSha256": hex.EncodeToString(sum[:]), "language": in.Language},
		})
	})
	return out, errs.Wrap(err, "sign a plan")
}

func (in SignPlan) check(r signing) error {
	var f errs.Faults
	typed := strings.Join(strings.Fields(in.Name), " ")
	f.Check(len(in.Name) <= typedNameMax, "name", fmt.Sprintf("at most %d characters", typedNameMax))
	f.Check(strings.EqualFold(typed, strings.Join(strings.Fields(r.Name), " ")), "name", fmt.Sprintf("type your name as it stands here: %s", r.Name))
	if err := f.Err(); err != nil {
		return err
	}
	if in.VersionID != r.VersionID || in.SHA256 != r.SHA256 {
		return errs.Newf(errs.Conflict, "another version of this plan is in force now: read it, then sign that one")
	}
	return nil
}

// PlanSigner is somebody on a plan, and whether they have signed the version in force.
type PlanSigner struct {
	Assignment   AssignmentID `json:"assignmentId"`
	User         auth.UserID  `json:"userId"`
	Name         string       `json:"name"`
	Jurisdiction string       `json:"jurisdiction,omitempty"`
	Version      int          `json:"version"`
	Required     bool         `json:"required"`
	Signature    SignatureID  `json:"signatureId,omitempty"`
	SignedAt     *time.Time   `json:"signedAt,omitempty"`
}

// Signers are the people on a plan: who has not signed what has to be signed comes first.
//
// Codes: not_found.
func (s *Service) Signers(ctx context.Context, by auth.Actor, plan PlanID) ([]PlanSigner, error) {
	if _, err := s.PlanFor(ctx, by, plan); err != nil {
		return nil, err
	}
	var rows []signing
	if err := s.db.SelectContext(ctx, &rows, selectSignings, by.Scope(), 0, plan, 0, s.now()); err != nil {
		return nil, fmt.Errorf("signers of plan %d: %w", plan, err)
	}
	missing, rest := []PlanSigner{}, []PlanSigner{}
	required := map[VersionID]bool{} // what the plan itself says, by version
	for _, r := range rows {
		if _, known := required[r.VersionID]; !known {
			p, err := r.compiled()
			if err != nil {
				return nil, fmt.Errorf("plan %s version %d: %w", r.Plan, r.Version, err)
			}
			required[r.VersionID] = p.SignedCopy()
		}
		one := PlanSigner{Assignment: r.Assignment, User: r.User, Name: r.Name, Jurisdiction: r.Jurisdiction, Version: r.Version, Signature: r.Signature, SignedAt: r.SignedAt}
		one.Required = required[r.VersionID] || r.Jurisdiction == signedPlaces[0] || r.Jurisdiction == signedPlaces[1]
		if one.Required && one.SignedAt == nil {
			missing = append(missing, one)
		} else {
			rest = append(rest, one)
		}
	}
	return append(missing, rest...), nil
}

const selectSignedCopy = `
SELECT g.id, u.name, p.name AS plan, v.version, g.typed_name, encode(g.sha256, 'hex') AS sha256, g.language, g.words,
       encode(g.words_sha256, 'hex') AS words_sha256, g.signed_at
FROM plan_signatures g JOIN users u ON u.id = g.user_id JOIN plan_versions v ON v.id = g.version_id JOIN plans p ON p.id = v.plan_id
WHERE g.id = $1 AND g.client_id = ANY($2) AND ($3 = 0 OR g.user_id = $3)`

// SignedCopy is the plan as it was signed, word for word, with the signature under it. owner 0 is anybody of the actor's clients.
//
// Codes: not_found.
func (s *Service) SignedCopy(ctx context.Context, by auth.Actor, owner auth.UserID, id SignatureID) (string, error) {
	var row struct {
		ID       SignatureID `db:"id"`
		Name     string      `db:"name"`
		Plan     string      `db:"plan"`
		Version  int         `db:"version"`
		Typed    string      `db:"typed_name"`
		SHA256   string      `db:"sha256"`
		Language string      `db:"language"`
		Words    string      `db:"words"`
		WordsSHA string      `db:"words_sha256"`
		SignedAt time.Time   `db:"signed_at"`
	}
	if err := s.db.GetContext(ctx, &row, selectSignedCopy, id, by.Scope(), owner); err != nil {
		return "", notFound(err, "signature", id)
	}
	return fmt.Sprintf("%s\n---\n%s (%s)\n%s\nplan %s version %d, sha256 %s\nwords (%s) sha256 %s\n", row.Words, row.Typed, row.Name,
		row.SignedAt.UTC().Format(time.RFC3339), row.Plan, row.Version, row.SHA256, row.Language, row.WordsSHA), nil
}

const selectSignedVersions = `
SELECT g.user_id, encode(v.sha256, 'hex') AS sha256, min(g.signed_at) AS at
FROM plan_signatures g JOIN plan_versions v ON v.id = g.version_id
WHERE g.client_id = $1 GROUP BY g.user_id, v.sha256`

// signedVersion is when somebody first signed a version.
type signedVersion struct {
	User   auth.UserID `db:"user_id"`
	SHA256 string      `db:"sha256"`
	At     time.Time   `db:"at"`
}

func (g *gathering) signatures(ctx context.Context, tx *pg.Tx, client auth.ClientID) error {
	if err := tx.SelectContext(ctx, &g.signed, selectSignedVersions, client); err != nil {
		return fmt.Errorf("signatures: %w", err)
	}
	return nil
}

// signedOn is the day of somebody's first signature, where they have signed every version that pays these lines. What was
// signed on paper stands with the person and is used otherwise.
func (g *gathering) signedOn(user auth.UserID, lines []StatementLine) law.Date {
	var first time.Time
	has := map[string]bool{}
	for _, v := range g.signed {
		if v.User != user {
			continue
		}
		has[v.SHA256] = true
		if first.IsZero() || v.At.Before(first) {
			first = v.At
		}
	}
	for _, l := range lines {
		if l.PlanSHA256 != "" && !has[l.PlanSHA256] {
			return ""
		}
	}
	if first.IsZero() {
		return ""
	}
	return g.day(first)
}
