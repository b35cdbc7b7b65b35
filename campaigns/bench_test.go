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
		fmt.Fprintf(&b, "C%08d,Person Number %d,(%s) %s-%04d,person%d@example.com,US-NY,100%02d,Gold\n", i, i, d[2:5], "555", i%10_000, i, i%100)
	}
	return b.String()
}

const (
	plainTable = `CREATE TABLE plain (external_id text, name text, phone text, email text, state text, zip text, plan text)`
	plainCopy  = `COPY plain FROM STDIN`
)

// BenchmarkImport compares an import with a plain COPY of the same rows into a table without indexes, in one run.
func BenchmarkImport(b *testing.B) {
	n := rowsOfBench(b, 20_000)
	file := benchFile(n)
	h := newHouse(b)
	_, err := h.db.Exec(plainTable)
	h.must(err)
	var plain, imported time.Duration
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		h.plainCopy(strings.ReplaceAll(file[strings.IndexByte(file, '\n')+1:], ",", "\t"))
		plain += time.Since(start)
		list := h.list(h.campaign(fmt.Sprint("Bench ", i)), "Bench")
		start = time.Now()
		im := h.load(NewImport{List: list}, file)
		imported += time.Since(start)
		if im.RowsAdded != n {
			b.Fatal(counts(im))
		}
		b.Logf("plain %v import %v", plain, imported)
		_, err := h.db.Exec(`TRUNCATE plain, leads, phones, people, attempts, callbacks CASCADE`)
		h.must(err)
	}
	rows := float64(n) * float64(b.N)
	b.ReportMetric(rows/imported.Seconds(), "rows/s")
	b.ReportMetric(rows/plain.Seconds(), "copied/s")
	b.ReportMetric(plain.Seconds()/imported.Seconds(), "ratio")
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
