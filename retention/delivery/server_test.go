package delivery

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"math/big"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// mailServer is a small SMTP server on loopback that keeps what it was handed.
type mailServer struct {
	SMTP
	t        *testing.T
	secret   *tls.Config
	plain    bool              // offers no STARTTLS
	says     map[string]string // verb -> answer instead of its own; "" falls silent
	mu       sync.Mutex
	messages []string
	logins   []string
	open     sync.WaitGroup
}

func newMailServer(t *testing.T, m *mailServer) (*mailServer, *Client) {
	t.Helper()
	m.t = t
	var roots *x509.CertPool
	m.secret, roots = certificate(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if m.Security == TLS {
		l = tls.NewListener(l, m.secret)
	}
	m.Host, m.Port = "127.0.0.1", l.Addr().(*net.TCPAddr).Port
	m.open.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			m.open.Go(func() { m.serve(conn) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		m.open.Wait()
	})
	c := New(Options{Timeout: 2 * time.Second, Allow: func(netip.AddrPort) bool { return true }, Roots: roots})
	t.Cleanup(c.Close)
	return m, c
}

func (m *mailServer) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	in := bufio.NewReader(conn)
	say := func(line string) { fmt.Fprintf(conn, "%s\r\n", line) }
	say("220 here")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if answer, set := m.says[strings.ToUpper(verb)]; set {
			if answer != "" {
				say(answer)
				continue
			}
			_, _ = in.ReadString('\n') // silent until the other side gives up
			return
		}
		switch strings.ToUpper(verb) {
		case "EHLO":
			if m.plain || m.Security == TLS {
				say("250-here\r\n250 AUTH PLAIN")
				continue
			}
			say("250-here\r\n250-STARTTLS\r\n250 AUTH PLAIN")
		case "STARTTLS":
			say("220 go")
			conn = tls.Server(conn, m.secret)
			in = bufio.NewReader(conn)
		case "AUTH":
			m.keep(&m.logins, rest)
			say("235 welcome")
		case "DATA":
			say("354 go")
			m.data(in)
			answer, set := m.says["."]
			if set && answer == "" {
				_, _ = in.ReadString('\n')
				return
			}
			if set {
				say(answer)
				continue
			}
			say("250 taken")
		default:
			say("250 ok")
		}
	}
}

func (m *mailServer) data(in *bufio.Reader) {
	var b strings.Builder
	for {
		line, err := in.ReadString('\n')
		if err != nil || line == ".\r\n" {
			break
		}
		b.WriteString(strings.TrimPrefix(line, "."))
	}
	m.keep(&m.messages, b.String())
}

func (m *mailServer) keep(list *[]string, s string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	*list = append(*list, s)
}

func (m *mailServer) taken() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.messages
}

// certificate makes one for 127.0.0.1 that only the returned pool trusts.
func certificate(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	made := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	raw, err := x509.CreateCertificate(rand.Reader, made, made, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{raw}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}, roots
}
