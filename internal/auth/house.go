package auth

import (
	"context"
	"fmt"
)

const selectAllClients = `SELECT id FROM clients ORDER BY id`

// House is the house itself, acting for every client there is now: the command line and the demo.
func (s *Service) House(ctx context.Context, name string) (Actor, error) {
	var ids []ClientID
	if err := s.db.SelectContext(ctx, &ids, selectAllClients); err != nil {
		return Actor{}, fmt.Errorf("list clients: %w", err)
	}
	return System(name, ids...), nil
}
