package phone

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // zones must not depend on what the machine has installed

	"github.com/nyaruka/phonenumbers"

	"saveline/internal/errs"
)

const keySeparator = "|"

// ZoneSet is every time zone a person may be in. Equal sets are equal values. The zero ZoneSet is unknown.
type ZoneSet struct{ set *zoneSet }

type zoneSet struct {
	key   string
	names []string // ascending
	once  sync.Once
	at    []*time.Location
}

// Unknown sets have a key that is no zone. Somebody in North America may be in any of its zones; of somebody we know
// nothing about, no hour of the day is polite everywhere, and the zones elsewhere say so.
var (
	unknownPlan  = &zoneSet{key: "unknown"}
	unknownWorld = &zoneSet{key: "unknown-world"}
	elsewhere    = []string{"Europe/London", "Europe/Moscow", "Asia/Kolkata", "Asia/Tokyo", "Pacific/Auckland"}
)

var (
	interned sync.Map // key -> *zoneSet
	unions   sync.Map // pair -> *zoneSet: area code's set with a ZIP's zone
)

type pair struct {
	set *zoneSet
	zip string
}

// Zones is where the owner of e may be: all zones of the area code, because numbers move within it and unlisted
// exchanges are misfiled, together with the zone of their postal code, because people move with their number.
// postal may be "" or foreign; a ZIP widens the set of a North American number and never narrows it.
func Zones(e E164, postal string) ZoneSet {
	a := e.area()
	if a == nil {
		return abroad(e)
	}
	zip := zipZone(postal)
	if zip == "" || a.zones.Unknown() || slices.Contains(a.zones.set.names, zip) {
		return a.zones
	}
	key := pair{a.zones.set, zip}
	if both, ok := unions.Load(key); ok {
		return ZoneSet{both.(*zoneSet)}
	}
	both := mustIntern(append([]string{zip}, a.zones.set.names...))
	unions.Store(key, both.set)
	return both
}

// abroad is Zones for a number outside North America, or none at all.
func abroad(e E164) ZoneSet {
	if strings.HasPrefix(string(e), "+1") {
		return ZoneSet{unknownPlan}
	}
	names, err := phonenumbers.GetTimezonesForPrefix(string(e))
	if err != nil || len(names) == 0 || names[0] == phonenumbers.UNKNOWN_TIMEZONE {
		return ZoneSet{unknownWorld}
	}
	set, err := intern(names)
	if err != nil {
		return ZoneSet{unknownWorld}
	}
	return set
}

// ParseZoneKey reads what Key wrote. One zone a person confirmed is a key too: "America/Chicago".
//
// Codes: invalid (a zone the time zone database does not have).
func ParseZoneKey(key string) (ZoneSet, error) {
	switch key {
	case unknownPlan.key:
		return ZoneSet{unknownPlan}, nil
	case unknownWorld.key:
		return ZoneSet{unknownWorld}, nil
	}
	if set, ok := interned.Load(key); ok {
		return ZoneSet{set.(*zoneSet)}, nil
	}
	return intern(strings.Split(key, keySeparator))
}

// intern gives the one set of these zones, so that equal sets are the same pointer.
func intern(names []string) (ZoneSet, error) {
	names = slices.Clone(names)
	slices.Sort(names)
	names = slices.Compact(names)
	for _, name := range names {
		if _, err := load(name); err != nil {
			return ZoneSet{}, err
		}
	}
	key := strings.Join(names, keySeparator)
	set, _ := interned.LoadOrStore(key, &zoneSet{key: key, names: names})
	return ZoneSet{set.(*zoneSet)}, nil
}

func mustIntern(names []string) ZoneSet {
	set, err := intern(names)
	if err != nil {
		panic(fmt.Sprintf("phone: zones of our own tables: %v", err))
	}
	return set
}

var locations sync.Map // name -> *time.Location

// load is time.LoadLocation, once a zone, without the names that mean "where this machine is".
func load(name string) (*time.Location, error) {
	if at, ok := locations.Load(name); ok {
		return at.(*time.Location), nil
	}
	at, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return nil, errs.Newf(errs.Invalid, "there is no time zone %q; write it like America/Chicago", name)
	}
	locations.Store(name, at)
	return at, nil
}

func (z ZoneSet) get() *zoneSet {
	if z.set == nil {
		return unknownWorld
	}
	return z.set
}

// Key is the set as text to store and compare: "America/Chicago|America/New_York".
func (z ZoneSet) Key() string { return z.get().key }

// Unknown reports that the number says nothing about where its owner is: a toll-free number, a satellite phone.
// Locations are then all those it may be.
func (z ZoneSet) Unknown() bool { return z.get() == unknownPlan || z.get() == unknownWorld }

// Locations are the zones of the set, in the order of their names. The slice is shared: do not change it.
func (z ZoneSet) Locations() []*time.Location {
	set := z.get()
	set.once.Do(func() {
		for _, name := range set.names {
			at, err := load(name)
			if err != nil {
				panic(fmt.Sprintf("phone: zones of our own tables: %v", err))
			}
			set.at = append(set.at, at)
		}
	})
	return set.at
}
