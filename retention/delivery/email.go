package delivery

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/smtp"
	"net/textproto"
	"strconv"
	"strings"
	"time"
)

// How a connection to a mail server is made secret. There is no third way: what is sent holds links that act.
const (
	StartTLS = "starttls" // RFC 3207, usually port 587
	TLS      = "tls"      // from the first byte, RFC 8314, usually port 465
)

// SMTP is a client company's mail server.
type SMTP struct {
	Host     string
	Port     int
	Security string // StartTLS or TLS
	User     string // "" for none
	Password string
}

// Email is one message to one person.
type Email struct {
	ID          string // unique, the local part of Message-ID
	From        string // an address
	FromName    string
	ReplyTo     string // "" for none
	To          string
	Subject     string
	Text        string
	Unsubscribe string // an address that ends these messages with one click (RFC 8058), "" for none
	Invite      string // an iCalendar object, "" for none
	At          time.Time
}

// Email hands e over to the mail server.
//
// Failures: later (no connection, 4xx), refused (5xx, an address that is none), unclear (the server fell silent after
// the whole message was sent).
func (c *Client) Email(ctx context.Context, server SMTP, e Email) error {
	raw, err := e.compose()
	if err != nil {
		return failed(Refused, "not_an_address", err)
	}
	ctx, cancel := c.within(ctx)
	defer cancel()
	s, err := c.connect(ctx, server)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	if err := s.Mail(e.From); err != nil {
		return answered(err, "sender_refused")
	}
	if err := s.Rcpt(e.To); err != nil {
		return answered(err, "address_refused")
	}
	body, err := s.Data()
	if err != nil {
		return answered(err, "message_refused")
	}
	if _, err := body.Write(raw); err != nil {
		return failed(Later, "broken_off", err) // the dot that ends a message has not been sent
	}
	if err := body.Close(); err != nil {
		if _, spoke := errors.AsType[*textproto.Error](err); spoke {
			return answered(err, "message_refused")
		}
		return failed(Unclear, "no_answer", err)
	}
	_ = s.Quit() // the message is the server's by now
	return nil
}

// connect opens a secret, signed-in session.
func (c *Client) connect(ctx context.Context, server SMTP) (*smtp.Client, error) {
	address := net.JoinHostPort(server.Host, strconv.Itoa(server.Port))
	conn, err := c.dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, failed(Later, "no_connection", err)
	}
	if end, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(end)
	}
	secret := &tls.Config{ServerName: server.Host, RootCAs: c.roots, MinVersion: tls.VersionTLS12}
	if server.Security == TLS {
		conn = tls.Client(conn, secret)
	}
	s, err := smtp.NewClient(conn, server.Host)
	if err != nil {
		_ = conn.Close()
		return nil, answered(err, "no_connection")
	}
	if err := c.enter(s, server, secret); err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

func (c *Client) enter(s *smtp.Client, server SMTP, secret *tls.Config) error {
	if server.Security != TLS {
		if offered, _ := s.Extension("STARTTLS"); !offered {
			return failed(Refused, "no_starttls", errors.New("the server offers no STARTTLS"))
		}
		if err := s.StartTLS(secret); err != nil {
			return failed(Later, "no_tls", err)
		}
	}
	if server.User == "" {
		return nil
	}
	if err := s.Auth(smtp.PlainAuth("", server.User, server.Password, server.Host)); err != nil {
		return answered(err, "login_refused")
	}
	return nil
}

// answered sorts what a server said before it had the message: a 5xx stands, everything else may pass.
func answered(err error, cause string) error {
	if said, ok := errors.AsType[*textproto.Error](err); ok && said.Code >= 500 {
		return failed(Refused, cause, err)
	}
	return failed(Later, cause, err)
}

// compose writes the message as it goes over the wire (RFC 5322, 2045), with CRLF line ends.
func (e Email) compose() ([]byte, error) {
	addresses := []string{e.From, e.To}
	if e.ReplyTo != "" {
		addresses = append(addresses, e.ReplyTo)
	}
	for _, a := range addresses {
		if parsed, err := mail.ParseAddress(a); err != nil || parsed.Address != a {
			return nil, fmt.Errorf("%q is no address: %w", a, err)
		}
	}
	_, domain, _ := strings.Cut(e.From, "@")
	var b bytes.Buffer
	header := func(name, value string) {
		fmt.Fprintf(&b, "%s: %s\r\n", name, strings.NewReplacer("\r", " ", "\n", " ").Replace(value))
	}
	header("Date", e.At.UTC().Format(time.RFC1123Z))
	header("From", (&mail.Address{Name: e.FromName, Address: e.From}).String())
	header("To", e.To)
	if e.ReplyTo != "" {
		header("Reply-To", e.ReplyTo)
	}
	header("Subject", mime.QEncoding.Encode("utf-8", e.Subject))
	header("Message-ID", "<"+e.ID+"@"+domain+">")
	header("Auto-Submitted", "auto-generated") // RFC 3834: no vacation notes back
	if e.Unsubscribe != "" {
		header("List-Unsubscribe", "<"+e.Unsubscribe+">")
		header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	header("MIME-Version", "1.0")
	if e.Invite == "" {
		header("Content-Type", "text/plain; charset=utf-8")
		header("Content-Transfer-Encoding", "quoted-printable")
		b.WriteString("\r\n")
		err := quoted(&b, e.Text)
		return b.Bytes(), err
	}
	err := e.withInvite(&b)
	return b.Bytes(), err
}

// withInvite is the text and, as another form of the same, the invitation that calendars read (RFC 6047).
func (e Email) withInvite(b *bytes.Buffer) error {
	parts := multipart.NewWriter(b)
	if err := parts.SetBoundary("saveline-" + e.ID); err != nil {
		return err
	}
	fmt.Fprintf(b, "Content-Type: multipart/alternative; boundary=%q\r\n\r\n", parts.Boundary())
	for _, p := range []struct{ kind, text string }{
		{"text/plain; charset=utf-8", e.Text}, {"text/calendar; charset=utf-8; method=" + methodOf(e.Invite), e.Invite},
	} {
		w, err := parts.CreatePart(textproto.MIMEHeader{
			"Content-Type": {p.kind}, "Content-Transfer-Encoding": {"quoted-printable"},
		})
		if err != nil {
			return err
		}
		if err := quoted(w, p.text); err != nil {
			return err
		}
	}
	return parts.Close()
}

func methodOf(invite string) string {
	if strings.Contains(invite, "METHOD:CANCEL") {
		return "CANCEL"
	}
	return "REQUEST"
}

func quoted(w io.Writer, text string) error {
	q := quotedprintable.NewWriter(w)
	if _, err := q.Write([]byte(text)); err != nil {
		return err
	}
	return q.Close()
}
