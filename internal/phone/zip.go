package phone

import (
	"bufio"
	"bytes"
	"compress/gzip"
	_ "embed" // the ZIP table
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// zipZones has the columns zip, tz; data/SOURCES.md says where it is from.
//
//go:embed data/zip_zones.csv.gz
var zipZones []byte

const zipCount = 100_000

// zipTable says a ZIP code's zone: an index into names, of which 0 is "not a ZIP code".
type zipTable struct {
	names []string
	index [zipCount]uint8
}

// zips is unpacked at first use: a program that never asks for a ZIP does not pay for it.
var zips = sync.OnceValue(loadZips)

func loadZips() *zipTable {
	unpacked, err := gzip.NewReader(bytes.NewReader(zipZones))
	if err != nil {
		panic(fmt.Sprintf("phone: ZIP table: %v", err))
	}
	table := &zipTable{names: []string{""}}
	known := map[string]uint8{}
	lines := bufio.NewScanner(unpacked)
	lines.Scan() // the header
	for lines.Scan() {
		zip, zone, _ := strings.Cut(lines.Text(), ",")
		n, err := strconv.Atoi(zip)
		if err != nil || n < 0 || n >= zipCount {
			panic(fmt.Sprintf("phone: ZIP table: %q is no ZIP code", zip))
		}
		at, ok := known[zone]
		if !ok {
			at = uint8(len(table.names))
			known[zone] = at
			table.names = append(table.names, zone)
		}
		table.index[n] = at
	}
	if err := lines.Err(); err != nil {
		panic(fmt.Sprintf("phone: ZIP table: %v", err))
	}
	return table
}

// zipZone is the zone of a US ZIP code, "" when postal is none: "02139", "02139-4307", and "2139" as spreadsheets
// leave it.
func zipZone(postal string) string {
	postal = strings.TrimSpace(postal)
	if zip, plus4, ok := strings.Cut(postal, "-"); ok && len(plus4) == 4 {
		postal = zip
	}
	if len(postal) < 3 || len(postal) > 5 {
		return ""
	}
	n := 0
	for i := 0; i < len(postal); i++ {
		if postal[i] < '0' || postal[i] > '9' {
			return ""
		}
		n = n*10 + int(postal[i]-'0')
	}
	table := zips()
	return table.names[table.index[n]]
}
