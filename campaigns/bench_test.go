package campaigns

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"saveline/internal/phone"
)

// rowsOfBench is how many rows a benchmark works on: SAVELINE_BENCH_ROWS, or few.
func rowsOfBench(b *testing.B, few int) int {
	b.Helper()
	n, err := strconv.Atoi(os.Getenv("SAVELINE_BENCH_ROWS"))
	if err != nil {
		return few
	}
	return n
}

// benchFile is a list as clients send it: an id, a name, a number in the national format, an address, a column of theirs.
func benchFile(n int) string {
	var b strings.Builder
	b.WriteString("customer id,name,phone,email,state,zip,plan\n")
	for i := range n {
		d := string(phone.Synthetic(1, i%phone.SyntheticCount))
		fmt.Fprintf(&b, "C%08d,Person Number %d,(%s) %s-%s,person%d@example.com,US-NY,100%02d,Gold\n", i, i, d[2:5], d[5:8], d[8:], i, i%100)
	}
	return b.String()
}

const (
	plainTable = `CREATE TABLE plain (external_id text, name text, phone text, email text, state text, zip text, plan text)`
	plainCopy  = `COPY plain FROM STDIN`
)

// BenchmarkImport compares an import with plain COPYs of the same rows in one run: into one table without indexes, and
// of rows that somebody prepared into the same three tables, with their keys, which is all that the database can do.
func BenchmarkImport(b *testing.B) {
	n := rowsOfBench(b, 20_000)
	file := benchFile(n)
	h := newHouse(b)
	_, err := h.db.Exec(plainTable)
	h.must(err)
	var plain, same, imported time.Duration
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		h.plainCopy(strings.ReplaceAll(file[strings.IndexByte(file, '\n')+1:], ",", "\t"))
		plain += time.Since(start)
		c := h.campaign(fmt.Sprint("Bench ", i))
		list := h.list(c, "Bench")
		same += h.copySame(c, h.list(c, "Same"), n)
		start = time.Now()
		im := h.load(NewImport{List: list}, file)
		imported += time.Since(start)
		if im.RowsAdded != n {
			b.Fatal(counts(im))
		}
		_, err = h.db.Exec(`TRUNCATE plain, leads, phones, people, attempts, callbacks CASCADE`)
		h.must(err)
	}
	rows := float64(n) * float64(b.N)
	b.ReportMetric(rows/imported.Seconds(), "rows/s")
	b.ReportMetric(rows/plain.Seconds(), "copied/s")
	b.ReportMetric(plain.Seconds()/imported.Seconds(), "of-plain-copy")
	b.ReportMetric(same.Seconds()/imported.Seconds(), "of-copy-into-same-tables")
}

func (h *house) plainCopy(text string) {
	h.t.Helper()
	ctx := context.Background()
	conn, err := h.db.Connx(ctx)
	h.must(err)
	defer func() { _ = conn.Close() }()
	tx, err := conn.BeginTxx(ctx, nil)
	h.must(err)
	h.must(copyIn(ctx, conn, plainCopy, []byte(text)))
	h.must(tx.Commit())
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
	ctx, start := context.Background(), time.Now()
	conn, err := h.db.Connx(ctx)
	h.must(err)
	defer func() { _ = conn.Close() }()
	tx, err := conn.BeginTxx(ctx, nil)
	h.must(err)
	h.must(copyIn(ctx, conn, `COPY people (id, client_id, external_id, name, email, region, postal_code, data, created_at, updated_at) FROM STDIN`, []byte(people.String())))
	h.must(copyIn(ctx, conn, `COPY phones (id, person_id, number) FROM STDIN`, []byte(phones.String())))
	h.must(copyIn(ctx, conn, `COPY leads (client_id, campaign_id, list_id, person_id, phone_id, zone, state, due_at, ready, created_at, updated_at) FROM STDIN`, []byte(leads.String())))
	h.must(tx.Commit())
	return time.Since(start)
}

// BenchmarkReserve compares reserving a hundred leads with a plain SELECT of the same rows, in one run.
func BenchmarkReserve(b *testing.B) {
	n := rowsOfBench(b, 20_000)
	h := newHouse(b)
	c := h.campaign("Bench")
	h.load(NewImport{List: h.list(c, "Bench")}, benchFile(n))
	h.must(exec(h, `UPDATE leads SET zone = 'America/New_York' WHERE zone LIKE 'unknown%'`))
	h.must(exec(h, `VACUUM ANALYZE leads`))
	h.at(noon.Add(2 * time.Hour)) // everybody's hours are open
	const batch = 100
	var plain, reserved time.Duration
	taken := 0
	for b.Loop() {
		start := time.Now()
		var rows []Lead
		h.must(h.db.Select(&rows, `SELECT `+leadColumns+` FROM leads l JOIN phones ph ON ph.id = l.phone_id WHERE l.ready AND l.campaign_id = $1
			ORDER BY l.id LIMIT $2`, c, batch))
		plain += time.Since(start)
		start = time.Now()
		leads := h.reserve(c, batch)
		reserved += time.Since(start)
		taken += len(leads)
		if len(leads) < batch {
			b.StopTimer()
			h.must(exec(h, `UPDATE leads SET state = 'waiting', ready = true`))
			b.StartTimer()
		}
	}
	b.ReportMetric(float64(taken)/reserved.Seconds(), "leads/s")
	b.ReportMetric(plain.Seconds()/reserved.Seconds(), "of-plain-select")
}
