package phone

import (
	_ "embed" // the area-code table
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// npaZones has the columns npa, regions, n_zones, zones, areas; data/SOURCES.md says where it is from.
//
//go:embed data/npa_zones.csv
var npaZones string

const nonGeographic = "NON-GEOGRAPHIC" // what the table's zones start with for toll-free and other such codes

// overlays were laid over an area that lies in two zones, but their new exchanges are listed with one: they get the
// zones of the code they overlay.
var overlays = map[int]int{364: 270, 448: 850, 458: 541, 930: 812}

// whole are the countries of which every exchange of an area code may be in use; of the others the metadata knows which.
// So it does of partial, area codes that were opened lately.
var (
	whole   = map[string]bool{"US": true, "CA": true, "PR": true, "DO": true}
	partial = map[int]bool{274: true, 472: true, 523: true, 524: true, 983: true}
)

const (
	codeMin = 200
	codeMax = 999
)

// area is one area code of the North American plan.
type area struct {
	code   int
	region string  // ISO 3166
	whole  bool    // seven more digits that do not start with 0 or 1 make a number
	zones  ZoneSet // Unknown for a code that belongs to no place
}

var (
	areas       = loadAreas()
	planRegions = regionsOf(areas)
	geographic  = geographicCodes(areas) // ascending
)

// areaOf finds an assigned area code by its three digits.
func areaOf(a, b, c byte) *area {
	code := int(a-'0')*100 + int(b-'0')*10 + int(c-'0')
	if code < codeMin || code > codeMax {
		return nil
	}
	return areas[code-codeMin]
}

// loadAreas panics on a bad table: it is part of the program, and a test reads it.
func loadAreas() *[codeMax - codeMin + 1]*area {
	rows, err := csv.NewReader(strings.NewReader(npaZones)).ReadAll()
	if err != nil {
		panic(fmt.Sprintf("phone: area-code table: %v", err))
	}
	zones := map[int][]string{}
	regions := map[int]string{}
	for _, row := range rows[1:] {
		code, err := strconv.Atoi(row[0])
		if err != nil || code < codeMin || code > codeMax {
			panic(fmt.Sprintf("phone: area-code table: %q is no area code", row[0]))
		}
		regions[code] = row[1]
		if !strings.HasPrefix(row[3], nonGeographic) {
			zones[code] = strings.Split(row[3], keySeparator)
		}
	}
	for overlay, parent := range overlays {
		zones[overlay] = zones[parent]
	}
	planZones := union(zones)
	unknownPlan.names = planZones
	unknownWorld.names = slices.Concat(planZones, elsewhere)
	var table [codeMax - codeMin + 1]*area
	for code, region := range regions {
		a := &area{code: code, region: region, whole: whole[region] && !partial[code], zones: ZoneSet{unknownPlan}}
		if names := zones[code]; names != nil {
			a.zones = mustIntern(names)
		}
		table[code-codeMin] = a
	}
	return &table
}

func union(zones map[int][]string) []string {
	var all []string
	for _, names := range zones {
		all = append(all, names...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func regionsOf(table *[codeMax - codeMin + 1]*area) map[string]bool {
	regions := map[string]bool{}
	for _, a := range table {
		if a != nil {
			regions[a.region] = true
		}
	}
	return regions
}

func geographicCodes(table *[codeMax - codeMin + 1]*area) []int {
	var codes []int
	for _, a := range table {
		if a != nil && !a.zones.Unknown() {
			codes = append(codes, a.code)
		}
	}
	return codes
}
