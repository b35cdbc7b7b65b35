package retention

import (
	"context"
	"fmt"
	"net/mail"
	"net/url"

	"github.com/lib/pq"

	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
	"saveline/retention/delivery"
)

// MessageSettings say how a client company's messages go out. Secrets are written and never read.
type MessageSettings struct {
	PublicURL     string         `json:"publicUrl" db:"public_url" doc:"where customers reach our pages, https://desk.example.com"`
	Language      string         `json:"language" db:"language" enum:"en,ko,fil" doc:"for people whose own we do not know"`
	EmailFrom     string         `json:"emailFrom" db:"email_from" doc:"empty: no e-mail"`
	EmailName     string         `json:"emailName" db:"email_name"`
	ReplyTo       string         `json:"replyTo" db:"reply_to"`
	SMTPHost      string         `json:"smtpHost" db:"smtp_host"`
	SMTPPort      int            `json:"smtpPort" db:"smtp_port"`
	SMTPSecurity  string         `json:"smtpSecurity" db:"smtp_security" enum:"starttls,tls"`
	SMTPUser      string         `json:"smtpUser" db:"smtp_user"`
	TextURL       string         `json:"textUrl" db:"text_url" doc:"the gateway; empty: no texts"`
	TextFrom      string         `json:"textFrom" db:"text_from"`
	MinuteMax     int            `json:"minuteMax" db:"minute_max" doc:"messages of this client a minute"`
	PersonDayMax  int            `json:"personDayMax" db:"person_day_max" doc:"messages to one person in 24 hours"`
	TextFromHour  int            `json:"textFromHour" db:"text_from_hour" doc:"texts go from this hour of the person's day"`
	TextUntilHour int            `json:"textUntilHour" db:"text_until_hour"`
	FrameOrigins  pq.StringArray `json:"frameOrigins" db:"frame_origins" doc:"sites that may show the cancel page in a frame, https://www.example.com"`
	Version       int            `json:"version" db:"version" doc:"0: nobody has set anything yet"`
	HasPassword   bool           `json:"hasPassword" db:"-"`
	HasTextSecret bool           `json:"hasTextSecret" db:"-"`
}

// MessageSecrets replace those in use; nil keeps them, "" removes them.
type MessageSecrets struct {
	SMTPPassword *string
	TextSecret   *string
}

func defaultMessageSettings() MessageSettings {
	return MessageSettings{
		Language: "en", SMTPPort: 587, SMTPSecurity: delivery.StartTLS, MinuteMax: 60, PersonDayMax: 5, TextFromHour: 9,
		TextUntilHour: 20, FrameOrigins: pq.StringArray{},
	}
}

const frameOriginsMax = 20

// Validate names every fault of the settings.
func (m MessageSettings) Validate() error {
	var f errs.Faults
	checkOneOf(&f, "language", m.Language, languages)
	checkOneOf(&f, "smtpSecurity", m.SMTPSecurity, []string{delivery.StartTLS, delivery.TLS})
	f.Check(m.PublicURL == "" || isOrigin(m.PublicURL), "publicUrl", "write it like https://desk.example.com, without a path")
	sends := m.EmailFrom != "" || m.TextURL != ""
	f.Check(!sends || m.PublicURL != "", "publicUrl", "say where customers reach our pages: every message has a link that ends them")
	for path, a := range map[string]string{"emailFrom": m.EmailFrom, "replyTo": m.ReplyTo} {
		parsed, err := mail.ParseAddress(a)
		f.Check(a == "" || err == nil && parsed.Address == a, path, "is no e-mail address")
	}
	f.Check(m.EmailFrom == "" || m.SMTPHost != "", "smtpHost", "say which server sends the e-mail")
	f.Check(m.TextURL == "" || isURL(m.TextURL), "textUrl", "write the gateway's address, https://…")
	f.Check(len(m.EmailName) <= nameCharsMax && len(m.TextFrom) <= nameCharsMax, "emailName", "use at most 120 characters")
	f.Check(m.SMTPPort >= 1 && m.SMTPPort <= 65535, "smtpPort", "must be from 1 to 65535")
	f.Check(m.MinuteMax >= 1 && m.MinuteMax <= 6000, "minuteMax", "must be from 1 to 6,000")
	f.Check(m.PersonDayMax >= 1 && m.PersonDayMax <= 50, "personDayMax", "must be from 1 to 50")
	f.Check(m.TextFromHour >= 0 && m.TextFromHour < m.TextUntilHour && m.TextUntilHour <= 24, "textUntilHour", "must be later than the hour that texts begin")
	f.Check(len(m.FrameOrigins) <= frameOriginsMax, "frameOrigins", "name at most 20 sites")
	for i, o := range m.FrameOrigins {
		f.Check(isOrigin(o), fmt.Sprintf("frameOrigins.%d", i), "write it like https://www.example.com, without a path")
	}
	return f.Err()
}

func isURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil
}

// isOrigin reports whether s is a scheme and a host alone, as a Content-Security-Policy takes it.
func isOrigin(s string) bool {
	u, err := url.Parse(s)
	return err == nil && isURL(s) && s == u.Scheme+"://"+u.Host
}

const selectMessageSettings = `
SELECT client_id, public_url, language, email_from, email_name, reply_to, smtp_host, smtp_port, smtp_security, smtp_user, smtp_password,
       text_url, text_from, text_secret, minute_max, person_day_max, text_from_hour, text_until_hour, frame_origins, version
FROM message_settings WHERE client_id = $1`

// $18 and $20 say whether the secrets before them replace those in use.
const upsertMessageSettings = `
INSERT INTO message_settings (client_id, public_url, language, email_from, email_name, reply_to, smtp_host, smtp_port, smtp_security,
    smtp_user, text_url, text_from, minute_max, person_day_max, text_from_hour, text_until_hour, smtp_password, text_secret,
    frame_origins, updated_by, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $19, $21, $22, $23)
ON CONFLICT (client_id) DO UPDATE SET public_url = excluded.public_url, language = excluded.language, email_from = excluded.email_from,
    email_name = excluded.email_name, reply_to = excluded.reply_to, smtp_host = excluded.smtp_host, smtp_port = excluded.smtp_port,
    smtp_security = excluded.smtp_security, smtp_user = excluded.smtp_user, text_url = excluded.text_url, text_from = excluded.text_from,
    minute_max = excluded.minute_max, person_day_max = excluded.person_day_max, text_from_hour = excluded.text_from_hour,
    text_until_hour = excluded.text_until_hour, frame_origins = excluded.frame_origins,
    smtp_password = CASE WHEN $18 THEN excluded.smtp_password ELSE message_settings.smtp_password END,
    text_secret = CASE WHEN $20 THEN excluded.text_secret ELSE message_settings.text_secret END,
    version = message_settings.version + 1, updated_by = excluded.updated_by, updated_at = excluded.updated_at
WHERE message_settings.version = $24
RETURNING version`

type settingsRow struct {
	MessageSettings
	Client           auth.ClientID `db:"client_id"`
	PasswordSealed   []byte        `db:"smtp_password"`
	TextSecretSealed []byte        `db:"text_secret"`
}

func (r settingsRow) has(channel string) bool {
	if channel == ChannelText {
		return r.TextURL != ""
	}
	return r.EmailFrom != "" && r.SMTPHost != ""
}

func (r settingsRow) secretPlace(column string) string {
	return fmt.Sprintf("message_settings.%s:%d", column, r.Client)
}

func (r settingsRow) server(password string) delivery.SMTP {
	return delivery.SMTP{Host: r.SMTPHost, Port: r.SMTPPort, Security: r.SMTPSecurity, User: r.SMTPUser, Password: password}
}

func (r settingsRow) shown() MessageSettings {
	out := r.MessageSettings
	out.HasPassword, out.HasTextSecret = len(r.PasswordSealed) > 0, len(r.TextSecretSealed) > 0
	return out
}

// MessageSettingsFor reads how a client's messages go out.
//
// Codes: invalid (several clients and none named), not_found.
func (s *Service) MessageSettingsFor(ctx context.Context, by auth.Actor, client auth.ClientID) (MessageSettings, error) {
	client, err := by.ClientFor(client)
	if err != nil {
		return MessageSettings{}, err
	}
	row, err := s.settingsOf(ctx, s.db, client)
	return row.shown(), err
}

// SaveMessageSettings changes how a client's messages go out. in.Version is the one that was read.
//
// Codes: invalid (with the faulty fields), not_found, stale (somebody changed them since).
func (s *Service) SaveMessageSettings(
	ctx context.Context, by auth.Actor, client auth.ClientID, in MessageSettings, secrets MessageSecrets,
) (out MessageSettings, err error) {
	if in.FrameOrigins == nil {
		in.FrameOrigins = pq.StringArray{}
	}
	if err := in.Validate(); err != nil {
		return out, err
	}
	if client, err = by.ClientFor(client); err != nil {
		return out, err
	}
	now := s.now()
	row := settingsRow{MessageSettings: in, Client: client}
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		err := tx.GetContext(ctx, &row.Version, upsertMessageSettings, client, in.PublicURL, in.Language, in.EmailFrom, in.EmailName,
			in.ReplyTo, in.SMTPHost, in.SMTPPort, in.SMTPSecurity, in.SMTPUser, in.TextURL, in.TextFrom, in.MinuteMax, in.PersonDayMax,
			in.TextFromHour, in.TextUntilHour, s.sealSecret(row.secretPlace("smtp_password"), secrets.SMTPPassword),
			secrets.SMTPPassword != nil, s.sealSecret(row.secretPlace("text_secret"), secrets.TextSecret), secrets.TextSecret != nil,
			in.FrameOrigins, by.Name, now, in.Version)
		if pg.None(err) {
			return errs.Newf(errs.Stale, "somebody changed these settings meanwhile; load them again")
		}
		if err != nil {
			return errs.Wrap(err, "save message settings")
		}
		if row, err = s.settingsOf(ctx, tx, client); err != nil {
			return err
		}
		return auth.AuditTx(ctx, tx, by, now, auth.Change{
			Client: client, Act: "message_settings.save", Object: fmt.Sprintf("client:%d", client), Data: row.shown(),
		})
	})
	return row.shown(), err
}

func (s *Service) sealSecret(place string, secret *string) []byte {
	if secret == nil || *secret == "" {
		return nil
	}
	return s.follow.box.Seal([]byte(*secret), place)
}

// gatewaySecret is what a client's gateway signs with.
func (s *Service) gatewaySecret(ctx context.Context, client auth.ClientID) (string, error) {
	row, err := s.settingsOf(ctx, s.db, client)
	if err != nil {
		return "", err
	}
	return s.open(row.TextSecretSealed, row.secretPlace("text_secret"))
}
