package pg_test

import (
	"fmt"
	"testing"

	"saveline/internal/pg"
	"saveline/internal/pgtest"
)

const countPrepared = `SELECT count(*) FROM pg_prepared_statements WHERE statement = $1 OR $1 = ''`

func TestAStatementIsPreparedOncePerConnection(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	db.SetMaxOpenConns(1)
	const query = `SELECT $1::integer + 1`
	for i := range 3 {
		var n int
		if err := db.Get(&n, query, i); err != nil || n != i+1 {
			t.Fatalf("%d: %d (%v)", i, n, err)
		}
	}
	var prepared int
	if err := db.Get(&prepared, countPrepared, query); err != nil || prepared != 1 {
		t.Errorf("the statement was prepared %d times (%v), want once", prepared, err)
	}
}

func TestPreparedStatementsAreBounded(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	db.SetMaxOpenConns(1)
	for i := range 600 {
		if _, err := db.Exec(fmt.Sprintf(`SELECT $1::integer + %d`, i), 1); err != nil {
			t.Fatal(err)
		}
	}
	var prepared int
	if err := db.Get(&prepared, countPrepared, ""); err != nil || prepared > 500 {
		t.Errorf("%d statements are prepared (%v), want at most 500", prepared, err)
	}
}

func TestAStatementSurvivesAMigrationBesideIt(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(`CREATE TABLE pet (id integer); INSERT INTO pet VALUES (1)`); err != nil {
		t.Fatal(err)
	}
	read := func() error {
		return pg.InTx(t.Context(), db, func(tx *pg.Tx) error {
			rows, err := tx.Queryx(`SELECT * FROM pet WHERE id = $1`, 1)
			if err != nil {
				return err
			}
			return rows.Close()
		})
	}
	if err := read(); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`ALTER TABLE pet ADD name text`); err != nil {
		t.Fatal(err)
	}
	if err := read(); err != nil {
		t.Errorf("after the migration: %v", err)
	}
}
