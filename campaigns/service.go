package campaigns

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/jmoiron/sqlx"

	"saveline/campaigns/compliance"
	"saveline/internal/live"
)

// Service is the one door to everything this package owns.
type Service struct {
	db    *sqlx.DB
	now   func() time.Time
	log   *slog.Logger
	pub   live.Publisher
	rules compliance.Rules
	zones *zoneCache
}

// New makes the service. now is business time; pub tells open screens what changed.
func New(db *sqlx.DB, now func() time.Time, log *slog.Logger, pub live.Publisher) *Service {
	return &Service{db: db, now: now, log: log, pub: pub, rules: compliance.House(), zones: newZoneCache()}
}

func (s *Service) tell(id ID, event string, data any) {
	s.pub.Publish(fmt.Sprintf("campaign:%d", id), event, data)
}
