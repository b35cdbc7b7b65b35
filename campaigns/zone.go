package campaigns

import (
	"sync"
	"time"

	"saveline/campaigns/compliance"
	"saveline/internal/phone"
)

// zoneCache remembers, for each zone key met so far, the places it stands for. Keys are few (about sixty) and never
// change their meaning.
type zoneCache struct {
	mu     sync.RWMutex
	places map[string][]*time.Location
}

func newZoneCache() *zoneCache { return &zoneCache{places: map[string][]*time.Location{}} }

// unknownZone is the key of a number that may be anywhere in North America: the gate has a window of its own for it.
const unknownZone = "unknown"

// placesOf are the places a zone key stands for; none for a number that may be anywhere in North America. A key that
// cannot be read is closed for ever rather than open by mistake.
func (c *zoneCache) placesOf(key string) (places []*time.Location, readable bool) {
	if key == unknownZone {
		return nil, true
	}
	c.mu.RLock()
	places, known := c.places[key]
	c.mu.RUnlock()
	if known {
		return places, places != nil
	}
	if set, err := phone.ParseZoneKey(key); err == nil {
		places = set.Locations()
	}
	c.mu.Lock()
	c.places[key] = places
	c.mu.Unlock()
	return places, places != nil
}

// openZones are those keys at which the federal hours allow a call now. State rules and everything else are PlaceTx's:
// reservation only avoids taking leads that the gate would refuse for hours to come.
func (s *Service) openZones(keys []string, now time.Time) []string {
	open := make([]string, 0, len(keys))
	for _, k := range keys {
		places, readable := s.zones.placesOf(k)
		if readable && s.rules.Lawful(compliance.Subject{Zones: places}, now) {
			open = append(open, k)
		}
	}
	return open
}

// personZone is the key of every zone somebody may be in: the one they confirmed, else the number's and the address's.
func personZone(confirmed string, number phone.E164, postal string) string {
	if confirmed != "" {
		return confirmed
	}
	return phone.Zones(number, postal).Key()
}
