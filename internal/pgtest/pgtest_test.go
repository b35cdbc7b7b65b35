package pgtest

import "testing"

func TestEachTestHasItsOwnDatabase(t *testing.T) {
	a, b := New(t), New(t)
	if _, err := a.Exec(`INSERT INTO clients (name, created_at) VALUES ('one', now())`); err != nil {
		t.Fatal(err)
	}
	var n int
	if err := b.Get(&n, `SELECT count(*) FROM clients`); err != nil || n != 0 {
		t.Fatalf("the second database holds %d clients (%v), want none", n, err)
	}
}
