package commissions

import (
	"context"
	"fmt"

	"saveline/internal/auth"
	"saveline/retention"
)

const creditsOfClient = `
SELECT result_id, user_id, kind, value_minor, currency FROM credits WHERE client_id = $1 AND role = 'owner' ORDER BY id`

// CreditedResults is whom the books credit with which results of a client: what a replay of the facts must come to.
func (s *Service) CreditedResults(ctx context.Context, client auth.ClientID) (out []retention.Credited, err error) {
	if err = s.db.SelectContext(ctx, &out, creditsOfClient, client); err != nil {
		return nil, fmt.Errorf("credits of client %d: %w", client, err)
	}
	return out, nil
}
