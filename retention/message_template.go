package retention

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

// MessageTemplate is the words of one kind of message over one channel in one language.
type MessageTemplate struct {
	Kind      string     `json:"kind" db:"kind"`
	Channel   string     `json:"channel" db:"channel" enum:"email,text"`
	Language  string     `json:"language" db:"language" enum:"en,ko,fil"`
	Version   int        `json:"version" db:"version" doc:"0: the house's words"`
	Subject   string     `json:"subject" db:"subject"`
	Body      string     `json:"body" db:"body" doc:"with merge fields such as {{person.firstName}}; how to end these messages is added below"`
	Fields    []string   `json:"fields" db:"-" doc:"the merge fields it may have"`
	CreatedBy string     `json:"createdBy,omitempty" db:"created_by"`
	CreatedAt *time.Time `json:"createdAt,omitempty" db:"created_at"`
}

// TemplateInput is new words of a client.
type TemplateInput struct {
	Client   auth.ClientID // 0: the actor's only one
	Kind     string
	Channel  string
	Language string
	Subject  string
	Body     string
}

// Validate names every fault of the input.
func (in TemplateInput) Validate() error {
	var f errs.Faults
	checkOneOf(&f, "kind", in.Kind, messageKinds())
	checkOneOf(&f, "channel", in.Channel, []string{ChannelEmail, ChannelText})
	checkOneOf(&f, "language", in.Language, languages)
	f.Check(in.Channel == ChannelText || strings.TrimSpace(in.Subject) != "", "subject", "an e-mail needs a subject")
	f.Check(len(in.Subject) <= subjectCharsMax, "subject", "use at most 200 characters")
	f.Check(strings.TrimSpace(in.Body) != "" && len(in.Body) <= bodyCharsMax, "body", "write the message, at most 4,000 characters")
	allowed := mergeFieldsOf(in.Kind)
	for _, part := range []struct{ path, text string }{{"subject", in.Subject}, {"body", in.Body}} {
		for _, m := range mergeField.FindAllStringSubmatch(part.text, -1) {
			f.Check(slices.Contains(allowed, m[1]), part.path, "there is no merge field {{"+m[1]+"}} in a message of this kind")
		}
	}
	needsLink := slices.Contains(messageFields[in.Kind], "link")
	f.Check(!needsLink || strings.Contains(in.Body, "{{link}}"), "body", "this kind of message needs its {{link}}")
	return f.Err()
}

func mergeFieldsOf(kind string) []string {
	return append(slices.Clone(commonFields), messageFields[kind]...)
}

const newestTemplates = `
SELECT DISTINCT ON (kind, channel, language) kind, channel, language, version, subject, body, created_by, created_at
FROM message_templates WHERE client_id = $1 ORDER BY kind, channel, language, version DESC`

// MessageTemplates lists the words in use of every kind, channel and language: the client's newest, else the house's.
//
// Codes: invalid (several clients and none named), not_found.
func (s *Service) MessageTemplates(ctx context.Context, by auth.Actor, client auth.ClientID) ([]MessageTemplate, error) {
	client, err := by.ClientFor(client)
	if err != nil {
		return nil, err
	}
	var own []MessageTemplate
	if err := s.db.SelectContext(ctx, &own, newestTemplates, client); err != nil {
		return nil, errs.Wrap(err, "list templates")
	}
	var out []MessageTemplate
	for _, kind := range messageKinds() {
		for _, channel := range []string{ChannelEmail, ChannelText} {
			for _, language := range languages {
				words := vocabularies[language].Messages[kind][channel]
				t := MessageTemplate{Kind: kind, Channel: channel, Language: language, Subject: words.Subject, Body: words.Body}
				for _, o := range own {
					if o.Kind == kind && o.Channel == channel && o.Language == language {
						t = o
					}
				}
				t.Fields = mergeFieldsOf(kind)
				out = append(out, t)
			}
		}
	}
	return out, nil
}

const insertTemplate = `
INSERT INTO message_templates (client_id, kind, channel, language, version, subject, body, created_by, created_at)
SELECT $1, $2, $3, $4, coalesce(max(version), 0) + 1, $5, $6, $7, $8
FROM message_templates WHERE client_id = $1 AND kind = $2 AND channel = $3 AND language = $4
RETURNING kind, channel, language, version, subject, body, created_by, created_at`

// AddMessageTemplate gives a client new words. What was written with the old ones stays as it was.
//
// Codes: invalid (with the faulty fields), not_found, conflict (somebody did so in the same moment).
func (s *Service) AddMessageTemplate(ctx context.Context, by auth.Actor, in TemplateInput) (out MessageTemplate, err error) {
	if err := in.Validate(); err != nil {
		return out, err
	}
	client, err := by.ClientFor(in.Client)
	if err != nil {
		return out, err
	}
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		err := tx.GetContext(ctx, &out, insertTemplate, client, in.Kind, in.Channel, in.Language, in.Subject, in.Body, by.Name, now)
		if err != nil {
			return errs.Wrap(err, "add template")
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{
			Client: client, Act: "message_template.add", Object: fmt.Sprintf("template:%s.%s.%s.%d", in.Kind, in.Channel, in.Language, out.Version),
			Data: in,
		})
	})
	out.Fields = mergeFieldsOf(in.Kind)
	return out, err
}
