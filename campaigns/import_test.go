package campaigns

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"saveline/internal/errs"
	"saveline/internal/pg"
)

// list makes an empty list of a campaign.
func (h *house) list(c ID, name string) ListID {
	h.t.Helper()
	var id ListID
	h.must(h.db.Get(&id, `INSERT INTO lists (client_id, campaign_id, name, created_at) VALUES ($1, $2, $3, $4) RETURNING id`, h.client, c, name, noon))
	return id
}

func (h *house) load(in NewImport, text string) Import {
	h.t.Helper()
	out, err := h.Import(context.Background(), h.by, in, strings.NewReader(text))
	h.must(err)
	return out
}

// sharedFile opens a file of the shared data, or skips the test.
func sharedFile(t testing.TB, name string) *os.File {
	t.Helper()
	dir := os.Getenv("SAVELINE_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared")
	}
	f, err := os.Open(filepath.Join(dir, "data", name))
	if err != nil {
		t.Skipf("the shared data is not here (%v)", err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func counts(im Import) string {
	return fmt.Sprintf("%s read %d added %d known %d rejected %d", im.State, im.RowsRead, im.RowsAdded, im.RowsKnown, im.RowsRejected)
}

func TestBankCampaignImportsWithoutAHandEdit(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	list := h.list(h.campaign("Bank"), "Bank")
	seed := uint64(7)
	for i, want := range []string{"done read 41188 added 41188 known 0 rejected 0", "done read 41188 added 0 known 41188 rejected 0"} {
		im, err := h.Import(t.Context(), h.by, NewImport{List: list, FileName: "bank_campaign.csv", GeneratePhone: &seed}, sharedFile(t, "bank_campaign.csv"))
		if err != nil || counts(im) != want {
			t.Fatalf("import %d: %s, %v; want %s", i+1, counts(im), err, want)
		}
	}
	if n := h.count(`SELECT count(*) FROM leads l JOIN people p ON p.id = l.person_id JOIN lists li ON li.id = l.list_id
		WHERE p.synthetic AND li.synthetic AND p.data->>'job' IS NOT NULL AND p.data ? 'emp.var.rate' AND (SELECT count(*) FROM jsonb_object_keys(p.data)) = 21`); n != 41188 {
		t.Errorf("%d people are synthetic with all 21 columns, want 41188", n)
	}
	if n := h.count(`SELECT count(DISTINCT number) FROM phones WHERE number LIKE '+1___55501__'`); n != 41188 {
		t.Errorf("%d distinct generated numbers, want 41188", n)
	}
	if n := h.count(`SELECT count(*) FROM import_rows`); n != 0 {
		t.Errorf("%d rows are left in staging", n)
	}
}

func TestImportIdentifiesPeople(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.campaign("Spring")
	first, second := h.list(c, "First"), h.list(c, "Second")
	const file = "id,name,phone,plan\nA1,Ann,212-555-1001,Gold\nA2,Bob,212-555-1001,Silver\n,Cy,212-555-1001,\n,Cy,2125551001,\n,Dee,212-555-1001,\nA1,Ann again,212-555-1009,\nA3,Eve,12,\n"
	if got := counts(h.load(NewImport{List: first}, file)); got != "done read 7 added 4 known 0 rejected 3" {
		t.Fatalf("first import: %s", got)
	}
	if n := h.count(`SELECT count(*) FROM people`); n != 4 {
		t.Errorf("%d people share the number, want 4: equal phones never merge people", n)
	}
	var reasons []string
	h.must(h.db.Select(&reasons, `SELECT row_no || ': ' || reason FROM import_rejects ORDER BY row_no`))
	if diff := cmp.Diff([]string{"5: the same person as row 4 of this file", "7: the same person as row 2 of this file", `8: "12" is not a phone number`}, reasons); diff != "" {
		t.Error(diff)
	}
	if got := counts(h.load(NewImport{List: first}, file)); got != "done read 7 added 0 known 4 rejected 3" {
		t.Errorf("second import: %s", got)
	}
	if got := counts(h.load(NewImport{List: second}, file)); got != "done read 7 added 4 known 0 rejected 3" {
		t.Errorf("other list: %s", got)
	}
	if n := h.count(`SELECT count(*) FROM people WHERE external_id IS NOT NULL`); n != 2 {
		t.Errorf("%d identified people, want 2: the other list has the same two", n)
	}
	if got := h.count(`SELECT count(*) FROM people WHERE data = '{"plan":"Gold"}'`); got != 1 {
		t.Errorf("%d people have the plan column", got)
	}
}

func TestImportRefreshesPeopleAndKeepsDoNotCall(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	list := h.list(h.campaign("Spring"), "First")
	h.must(h.tx(func(ctx context.Context, tx *pg.Tx) error {
		return h.SuppressTx(ctx, tx, h.client, "+12125551002", "asked", "api", h.by)
	}))
	h.load(NewImport{List: list}, "id;name;phone;mobile;plan\nA1;Ann;212-555-1001;212-555-1003;Gold\nA2;Bob;212-555-1002;;Gold\n")
	h.load(NewImport{List: list}, "id;name;phone;plan\nA1;;212-555-1004;Silver\n")
	var person string
	h.must(h.db.Get(&person, `SELECT name || ' ' || (data->>'plan') || ' ' || (SELECT string_agg(number, ',' ORDER BY rank, id) FROM phones WHERE person_id = people.id)
		FROM people WHERE external_id = 'A1'`))
	if person != "Ann Silver +12125551001,+12125551004,+12125551003" && person != "Ann Silver +12125551001,+12125551003,+12125551004" {
		t.Errorf("Ann is now %q", person)
	}
	if n := h.count(`SELECT count(*) FROM leads l JOIN phones ph ON ph.id = l.phone_id WHERE ph.number = '+12125551002' AND l.state = 'suppressed' AND NOT l.ready`); n != 1 {
		t.Error("a number on the do-not-call list was imported as callable")
	}
}

// breaking is a file whose upload breaks off after n bytes.
type breaking struct {
	r io.Reader
	n int
}

var errBroken = errors.New("connection reset")

func (b *breaking) Read(p []byte) (int, error) {
	if b.n <= 0 {
		return 0, errBroken
	}
	n, err := b.r.Read(p[:min(len(p), b.n)])
	b.n -= n
	return n, err
}

func manyRows(n int) string {
	var b strings.Builder
	b.WriteString("customer id,name,phone,email,plan\n")
	for i := range n {
		fmt.Fprintf(&b, "C%07d,Person %d,+1212%07d,p%d@example.com,Gold\n", i, i, 2000000+i, i)
	}
	return b.String()
}

func TestBrokenUploadAddsNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	list := h.list(h.campaign("Spring"), "First")
	file := manyRows(120_000) // three batches
	for _, at := range []int{0, 10, 1000, len(file) / 2, len(file) - 5} {
		_, err := h.Import(t.Context(), h.by, NewImport{List: list}, &breaking{strings.NewReader(file), at})
		if !errors.Is(err, errBroken) {
			t.Fatalf("broken at %d: %v", at, err)
		}
	}
	if n := h.count(`SELECT (SELECT count(*) FROM leads) + (SELECT count(*) FROM people) + (SELECT count(*) FROM import_rows)`); n != 0 {
		t.Errorf("%d rows are left of broken uploads", n)
	}
	if n := h.count(`SELECT count(*) FROM imports WHERE state = 'failed' AND error = 'the upload broke off; nothing was added'`); n != 5 {
		t.Errorf("%d imports are marked as failed, want 5", n)
	}
}

// A node dies while rows go onto the list: the next one goes on at the checkpoint, and the sum is the file's.
func TestKilledImportIsResumed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	list := h.list(h.campaign("Spring"), "First")
	im, err := h.ReceiveImport(t.Context(), h.by, NewImport{List: list}, strings.NewReader(manyRows(65_000)))
	h.must(err)
	for range 3 { // one chunk, then the node is gone
		if more, err := h.mergeChunk(t.Context(), im.ID); err != nil || !more {
			t.Fatalf("more %v, %v", more, err)
		}
		dead, kill := context.WithCancel(t.Context())
		kill()
		if err := h.RunImport(dead, im.ID); err == nil {
			t.Fatal("a dead node finished the import")
		}
	}
	if _, err := h.ResumeImports(t.Context()); err != nil {
		t.Fatal(err)
	}
	im, err = h.ImportOf(t.Context(), h.by, im.ID)
	if err != nil || counts(im) != "done read 65000 added 65000 known 0 rejected 0" {
		t.Fatalf("%s, %v", counts(im), err)
	}
	if n := h.count(`SELECT count(*) FROM leads`); n != 65_000 {
		t.Errorf("%d leads", n)
	}
}

func TestDeadUploadIsFoundAndRestartedDatabaseIsNoticed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	list := h.list(h.campaign("Spring"), "First")
	im, err := h.openImport(t.Context(), h.by, NewImport{List: list, FileName: "a.csv"})
	h.must(err)
	h.at(noon.Add(uploadSilentFor * 2))
	lost, err := h.ReceiveImport(t.Context(), h.by, NewImport{List: list}, strings.NewReader(manyRows(10)))
	h.must(err)
	if _, err := h.db.Exec(`TRUNCATE import_rows`); err != nil { // what a crash of the server does to an unlogged table
		t.Fatal(err)
	}
	if _, err := h.ResumeImports(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, id := range []ImportID{im.ID, lost.ID} {
		got, err := h.ImportOf(t.Context(), h.by, id)
		if err != nil || got.State != importFailed || got.Error == "" {
			t.Errorf("import %d: %+v, %v", id, got, err)
		}
	}
}

func TestTwoImportsAtOnceOnOneList(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	list := h.list(h.campaign("Spring"), "First")
	file := "name,phone\n"
	for i := range 3000 {
		file += fmt.Sprintf("Person %d,+1212%07d\n", i, 2000000+i)
	}
	type result struct {
		im  Import
		err error
	}
	done := make(chan result)
	for range 2 {
		go func() {
			im, err := h.Import(context.Background(), h.by, NewImport{List: list}, strings.NewReader(file))
			done <- result{im, err}
		}()
	}
	a, b := <-done, <-done
	if a.err != nil || b.err != nil || a.im.RowsAdded+b.im.RowsAdded != 3000 || a.im.RowsKnown+b.im.RowsKnown != 3000 {
		t.Errorf("%s (%v), %s (%v)", counts(a.im), a.err, counts(b.im), b.err)
	}
	if n := h.count(`SELECT count(*) FROM leads`); n != 3000 {
		t.Errorf("%d leads, want 3000", n)
	}
}

func TestGeneratedAndRealNumbersDoNotMix(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.campaign("Spring")
	people, generated := h.list(c, "Real"), h.list(c, "Generated")
	seed := uint64(1)
	h.load(NewImport{List: people}, "name,phone\nAnn,2125551001\n")
	h.load(NewImport{List: generated, GeneratePhone: &seed}, "name\nAnn\n")
	_, err := h.Import(t.Context(), h.by, NewImport{List: people, GeneratePhone: &seed}, strings.NewReader("name\nAnn\n"))
	if !errs.Is(err, errs.Conflict) {
		t.Errorf("generated numbers into a list of real people: %v", err)
	}
	_, err = h.Import(t.Context(), h.by, NewImport{List: generated}, strings.NewReader("name,phone\nAnn,2125551001\n"))
	if !errs.Is(err, errs.Conflict) {
		t.Errorf("real people into a synthetic list: %v", err)
	}
}
