package doctor

import (
	"context"
	"strings"
	"time"
)

const (
	serverMin = 15_00_00 // server_version_num
	skewWarn  = 500 * time.Millisecond
	skewFail  = 5 * time.Second
)

const (
	selectVersion  = `SELECT current_setting('server_version_num')::int, current_setting('server_version')`
	selectSettings = `
SELECT current_setting('fsync') = 'on', current_setting('full_page_writes') = 'on', current_setting('synchronous_commit') <> 'off',
       pg_encoding_to_char(encoding) = 'UTF8', current_setting('TimeZone')
FROM pg_database WHERE datname = current_database()`
	selectConnections = `SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int`
	selectClock       = `SELECT clock_timestamp()`
)

const reachDatabase = "check that PostgreSQL runs and that DATABASE_URL names it; the log of the server says why it refuses"

func databaseVersion(ctx context.Context, d Deps) Finding {
	var number int
	var version string
	if err := d.DB.QueryRowContext(ctx, selectVersion).Scan(&number, &version); err != nil {
		return fail(reachDatabase, "the database does not answer: %v", err)
	}
	if number < serverMin {
		return fail("move to a supported version: docs/operate.md, Upgrade", "PostgreSQL %s is older than 15", version)
	}
	return ok("PostgreSQL %s answers", version)
}

func databaseSettings(ctx context.Context, d Deps) Finding {
	var fsync, pages, commit, utf8 bool
	var zone string
	if err := d.DB.QueryRowContext(ctx, selectSettings).Scan(&fsync, &pages, &commit, &utf8, &zone); err != nil {
		return fail(reachDatabase, "the settings cannot be read: %v", err)
	}
	var off []string
	for name, on := range map[string]bool{"fsync": fsync, "full_page_writes": pages} {
		if !on {
			off = append(off, name)
		}
	}
	switch {
	case !utf8:
		return fail("make the database anew with ENCODING 'UTF8' and restore a backup into it", "the database is not UTF-8: names would be lost")
	case len(off) > 0:
		return fail("turn it on in postgresql.conf and restart the server", "%s is off: a power cut loses calls and money", strings.Join(off, " and "))
	case !commit:
		return warn("set synchronous_commit = on", "synchronous_commit is off: a crash may forget the last moments, and a person may be called twice")
	case zone != "UTC":
		return warn("let the service make its own connections: it asks for UTC", "sessions are in %s, not in UTC", zone)
	}
	return ok("the database keeps what it has committed")
}

func connections(ctx context.Context, d Deps) Finding {
	var most int
	if err := d.DB.QueryRowContext(ctx, selectConnections).Scan(&most); err != nil {
		return fail(reachDatabase, "the limit on connections cannot be read: %v", err)
	}
	if d.Pool > most {
		return fail("lower SAVELINE_DATABASE_POOL or raise max_connections", "this node may open %d connections, the server allows %d", d.Pool, most)
	}
	if 2*d.Pool > most {
		return warn("raise max_connections before adding a node", "two nodes with %d connections each do not fit into the server's %d", d.Pool, most)
	}
	return ok("%d connections of the server's %d", d.Pool, most)
}

func migrations(ctx context.Context, d Deps) Finding {
	pending, err := d.Pending(ctx)
	if err != nil {
		return fail(reachDatabase, "the schema's version cannot be read: %v", err)
	}
	if pending > 0 {
		return fail("run `saveline migrate`, or restart `saveline serve`", "%d migrations are not applied", pending)
	}
	return ok("the schema is up to date")
}

// clock compares the middle of a round trip with what the server said in between.
func clock(ctx context.Context, d Deps) Finding {
	var theirs time.Time
	before := d.Now()
	if err := d.DB.QueryRowContext(ctx, selectClock).Scan(&theirs); err != nil {
		return fail(reachDatabase, "the database's clock cannot be read: %v", err)
	}
	trip := d.Now().Sub(before)
	skew := theirs.Sub(before.Add(trip / 2)).Abs()
	const whatToDo = "run a time service (chrony, systemd-timesyncd) on this machine and on the database's"
	switch {
	case skew > skewFail+trip:
		return fail(whatToDo, "this machine's clock is %v away from the database's: calling hours and leases would be wrong", skew.Round(time.Millisecond))
	case skew > skewWarn+trip:
		return warn(whatToDo, "this machine's clock is %v away from the database's", skew.Round(time.Millisecond))
	}
	return ok("the clock agrees with the database's within %v", (skew + trip).Round(time.Millisecond))
}
