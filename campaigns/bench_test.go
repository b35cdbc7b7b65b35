package campaigns

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"saveline/internal/phone"
)

// What `make bench` holds us to: shares of what the database can do with the same rows in the same run.
const (
	importShareMin  = 0.3  // of \copy into the same tables
	reserveShareMin = 0.15 // of the plain SELECT of the same rows
	largeShareMin   = 0.5  // of that figure, with five times the leads
)

// rowsOfBench is how many rows a benchmark works on: SAVELINE_BENCH_ROWS, or a million.
func rowsOfBench(b *testing.B) int {
	b.Helper()
	text := os.Getenv("SAVELINE_BENCH_ROWS")
	if text == "" {
		return 1_000_000
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		b.Fatalf("SAVELINE_BENCH_ROWS=%s is no number of rows", text)
	}
	return n
}

// gate fails the run when a share is missed.
func gate(b *testing.B, what string, share, least float64) {
	b.Helper()
	if share < least {
		b.Errorf("%s: %.3f, and at least %.3f is wanted", what, share, least)
	}
}

const benchHeader = "customer id,name,phone,email,state,zip,plan\n"

// benchFile is a list as clients send it: an id, a name, a number in the national format, an address, a column of theirs.
func benchFile(n int) string {
	var b strings.Builder
	b.WriteString(benchHeader)
	for i := range n {
		d := string(phone.Synthetic(1, i%phone.SyntheticCount))
		fmt.Fprintf(&b, "C%08d,Person Number %d,(%s) %s-%s,person%d@example.com,US-NY,100%02d,Gold\n", i, i, d[2:5], d[5:8], d[8:], i, i%100)
	}
	return b.String()
}

// BenchmarkImport compares an import with COPYs of the same rows in one run: of rows that somebody prepared, ids and all,
// into the same three tables with their keys, which is all that the database can do; and of the file as it is into one
// table without keys, which checks and links nothing.
func BenchmarkImport(b *testing.B) {
	n := rowsOfBench(b)
	file := benchFile(n)
	h := newHouse(b)
	_, err := h.db.Exec(`CREATE TABLE plain (external_id text, name text, phone text, email text, state text, zip text, plan text)`)
	h.must(err)
	var plain, same, imported time.Duration
	for i := 0; b.Loop(); i++ {
		plain += h.copyAll(piece{`COPY plain FROM STDIN`, strings.ReplaceAll(file[len(benchHeader):], ",", "\t")})
		c := h.campaign(fmt.Sprint("Bench ", i))
		same += h.copySame(c, h.list(c, "Same"), n)
		h.empty()
		start := time.Now()
		im := h.load(NewImport{List: h.list(c, "Bench")}, file)
		imported += time.Since(start)
		if im.RowsAdded != n {
			b.Fatal(counts(im))
		}
		h.empty()
	}
	rows := float64(n) * float64(b.N)
	b.ReportMetric(rows/imported.Seconds(), "rows/s")
	b.ReportMetric(plain.Seconds()/imported.Seconds(), "of-copy-into-one-bare-table")
	share := same.Seconds() / imported.Seconds()
	b.ReportMetric(share, "of-copy-into-the-same-tables")
	gate(b, "import against \\copy of the same rows", share, importShareMin)
}

func (h *house) empty() {
	h.t.Helper()
	h.must(exec(h, `TRUNCATE plain, leads, phones, people, attempts, callbacks CASCADE`))
	h.must(exec(h, `CHECKPOINT`))
}

// piece is rows in COPY's text format, and the statement that takes them.
type piece struct{ statement, rows string }

// copyAll times COPYs in one transaction.
func (h *house) copyAll(pieces ...piece) time.Duration {
	h.t.Helper()
	ctx := context.Background()
	conn, err := h.db.Connx(ctx)
	h.must(err)
	defer func() { _ = conn.Close() }()
	start := time.Now()
	tx, err := conn.BeginTxx(ctx, nil)
	h.must(err)
	h.must(unlimited(tx))
	for _, p := range pieces {
		h.must(copyIn(ctx, conn, p.statement, []byte(p.rows)))
	}
	h.must(tx.Commit())
	return time.Since(start)
}

// unlimited lets one transaction's statements run as long as they need.
func unlimited(tx *sqlx.Tx) error {
	_, err := tx.Exec(`SET LOCAL statement_timeout = 0`)
	return err
}

// copySame times COPY of n ready-made people, phones and leads into the tables that an import fills.
func (h *house) copySame(c ID, list ListID, n int) time.Duration {
	h.t.Helper()
	var people, phones, leads strings.Builder
	at := noon.Format(time.RFC3339)
	for i := range n {
		id := 1_000_000_000 + i
		fmt.Fprintf(&people, "%d\t%d\tS%08d\tPerson Number %d\tperson%d@example.com\tUS-NY\t100%02d\t{\"plan\":\"Gold\"}\t%s\t%s\n", id, h.client, i, i, i, i%100, at, at)
		fmt.Fprintf(&phones, "%d\t%d\t%s\n", id, id, phone.Synthetic(1, i%phone.SyntheticCount))
		fmt.Fprintf(&leads, "%d\t%d\t%d\t%d\t%d\tAmerica/New_York\twaiting\t%s\tt\t%s\t%s\n", h.client, c, list, id, id, at, at, at)
	}
	return h.copyAll(
		piece{`COPY people (id, client_id, external_id, name, email, region, postal_code, data, created_at, updated_at) FROM STDIN`, people.String()},
		piece{`COPY phones (id, person_id, number) FROM STDIN`, phones.String()},
		piece{`COPY leads (client_id, campaign_id, list_id, person_id, phone_id, zone, state, due_at, ready, created_at, updated_at) FROM STDIN`, leads.String()},
	)
}

// makeLeads puts n people with a number each on a list, ready now, in place of an import.
var makeLeads = []string{
	`SET LOCAL session_replication_role = replica`, // the keys are right by construction
	`INSERT INTO people (id, client_id, external_id, name, created_at, updated_at) OVERRIDING SYSTEM VALUE
		SELECT i, :client, 'B' || i, 'Person ' || i, ':now', ':now' FROM generate_series(1, :n) i`,
	`INSERT INTO phones (id, person_id, number) OVERRIDING SYSTEM VALUE
		SELECT i, i, '+1212555' || lpad((i % 10000)::text, 4, '0') FROM generate_series(1, :n) i`,
	`INSERT INTO leads (client_id, campaign_id, list_id, person_id, phone_id, zone, state, due_at, ready, created_at, updated_at)
		SELECT :client, :campaign, :list, i, i, 'America/New_York', 'waiting', ':now'::timestamptz - (i % 1000) * interval '1 second', true,
		':now', ':now' FROM generate_series(1, :n) i`,
}

func (h *house) makeLeads(c ID, list ListID, n int) {
	h.t.Helper()
	tx, err := h.db.Beginx()
	h.must(err)
	h.must(unlimited(tx))
	fill := strings.NewReplacer(":client", fmt.Sprint(h.client), ":campaign", fmt.Sprint(c), ":list", fmt.Sprint(list), ":now",
		noon.Format(time.RFC3339), ":n)", fmt.Sprintf("%d)", n))
	for _, statement := range makeLeads {
		_, err := tx.Exec(fill.Replace(statement))
		h.must(err)
	}
	h.must(tx.Commit())
	conn, err := h.db.Connx(context.Background())
	h.must(err)
	defer func() { _ = conn.Close() }()
	for _, statement := range []string{`SET statement_timeout = 0`, `VACUUM ANALYZE leads`, `ANALYZE people, phones`, `RESET statement_timeout`} {
		_, err := conn.ExecContext(context.Background(), statement)
		h.must(err)
	}
}

// plainPick is the SELECT of the rows that a reservation takes, straight from the index that it uses.
const plainPick = `
SELECT ` + leadColumns + ` FROM leads l JOIN phones ph ON ph.id = l.phone_id
WHERE l.list_id = $1 AND l.zone = $2 AND l.ready AND l.owner_id IS NULL ORDER BY l.priority DESC, l.due_at, l.id LIMIT $3`

// BenchmarkReserve compares reserving a hundred leads with the plain SELECT of the same rows, in one run: on a list of a
// million, and on one of five million if SAVELINE_BENCH_FULL is set.
func BenchmarkReserve(b *testing.B) {
	small := 0.0
	n := rowsOfBench(b)
	b.Run(fmt.Sprint(n), func(b *testing.B) {
		small = reserveShare(b, n)
		gate(b, "reservation against the plain SELECT", small, reserveShareMin)
	})
	if os.Getenv("SAVELINE_BENCH_FULL") == "" || small == 0 {
		return
	}
	b.Run(fmt.Sprint(5*n), func(b *testing.B) {
		gate(b, "reservation with five times the leads", reserveShare(b, 5*n), small*largeShareMin)
	})
}

func reserveShare(b *testing.B, n int) float64 {
	const batch, batches, warm = 100, 300, 10
	h := newHouse(b)
	c := h.campaign("Bench")
	list := h.list(c, "Bench")
	h.makeLeads(c, list, n)
	var plain, reserved []time.Duration
	for b.Loop() {
		for range min(batches, n/batch) {
			start := time.Now()
			var rows []Lead
			h.must(h.db.Select(&rows, plainPick, list, "America/New_York", batch))
			plain = append(plain, time.Since(start))
			start = time.Now()
			leads := h.reserve(c, batch)
			reserved = append(reserved, time.Since(start))
			if !slices.EqualFunc(rows, leads, func(a, b Lead) bool { return a.ID == b.ID }) {
				b.Fatal("the SELECT and the reservation saw other rows")
			}
		}
	}
	fast, slow := total(plain[min(warm, len(plain)-1):]), total(reserved[min(warm, len(reserved)-1):])
	share := fast.Seconds() / slow.Seconds()
	slices.Sort(reserved)
	b.ReportMetric(float64(batch*(len(reserved)-warm))/slow.Seconds(), "leads/s")
	b.ReportMetric(float64(reserved[len(reserved)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(share, "of-plain-select")
	return share
}

func total(all []time.Duration) (sum time.Duration) {
	for _, d := range all {
		sum += d
	}
	return sum
}
