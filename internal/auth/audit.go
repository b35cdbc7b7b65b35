package auth

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"saveline/internal/pg"
)

// Change is one row of the audit trail: what was done to what, in which client's world.
type Change struct {
	Client ClientID // 0 for changes of the house itself
	Act    string   // "campaign.start", "user.password_reset"
	Object string   // "campaign:12"
	Why    string   // what the person gave as reason, if the act asks for one
	Data   any      // what changed, as JSON; never a secret
}

const insertAudit = `
INSERT INTO audit (at, user_id, actor, client_id, act, object, why, data, request_id)
VALUES ($1, NULLIF($2, 0), $3, NULLIF($4, 0), $5, $6, $7, $8, $9)`

// AuditTx writes the audit row of a change in the change's own transaction.
func AuditTx(ctx context.Context, tx *pg.Tx, by Actor, now time.Time, c Change) error {
	data, err := json.Marshal(c.Data)
	if err != nil {
		return fmt.Errorf("audit %s: %w", c.Act, err)
	}
	_, err = tx.ExecContext(ctx, insertAudit, now, by.User, by.Name, c.Client, c.Act, c.Object, c.Why, data, by.Request)
	if err != nil {
		return fmt.Errorf("audit %s: %w", c.Act, err)
	}
	return nil
}
