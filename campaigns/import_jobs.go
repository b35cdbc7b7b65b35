package campaigns

import (
	"context"
	"time"

	"saveline/internal/auth"
	"saveline/internal/errs"
)

const (
	uploadSilentFor = 2 * time.Minute  // an upload without a batch for so long is dead
	resumeBudget    = 20 * time.Second // of one turn; the next one goes on at the checkpoint
)

const deadUploads = `SELECT id FROM imports WHERE state = 'receiving' AND beat_at < $1 ORDER BY id LIMIT 100`

const runningImports = `SELECT id FROM imports WHERE state = 'running' ORDER BY id LIMIT 100`

// ResumeImports goes on with imports whose file has arrived and fails those whose upload died. It returns how many
// imports it looked after.
func (s *Service) ResumeImports(ctx context.Context) (int, error) {
	if err := s.tidyImports(ctx); err != nil {
		return 0, err
	}
	var ids []ImportID
	if err := s.db.SelectContext(ctx, &ids, runningImports); err != nil {
		return 0, errs.Wrap(err, "running imports")
	}
	until, stop := context.WithTimeout(ctx, resumeBudget)
	defer stop()
	for i, id := range ids {
		for {
			more, err := s.mergeChunk(ctx, id)
			if err != nil {
				return i, errs.Wrap(err, "import "+itoa(int(id)))
			}
			if !more {
				break
			}
			if until.Err() != nil {
				return i, nil
			}
		}
	}
	return len(ids), nil
}

// tidyImports fails uploads that died; they added nothing.
func (s *Service) tidyImports(ctx context.Context) error {
	var ids []ImportID
	if err := s.db.SelectContext(ctx, &ids, deadUploads, s.now().Add(-uploadSilentFor)); err != nil {
		return errs.Wrap(err, "dead uploads")
	}
	for _, id := range ids {
		s.failImport(ctx, id, "the upload broke off; nothing was added")
	}
	return nil
}

const importColumns = `i.id, i.list_id, i.client_id, i.file_name, i.state, i.rows_read, i.rows_added, i.rows_known, i.rows_rejected,
    i.error, i.created_at, i.finished_at`

const importByID = `SELECT ` + importColumns + ` FROM imports i WHERE i.id = $1 AND i.client_id = ANY ($2)`

// ImportOf reads an import.
//
// Codes: not_found.
func (s *Service) ImportOf(ctx context.Context, by auth.Actor, id ImportID) (Import, error) {
	var out Import
	err := s.db.GetContext(ctx, &out, importByID, id, by.Scope())
	return out, noneAs(err, "there is no import %d", id)
}

const importsOfCampaign = `
SELECT ` + importColumns + ` FROM imports i JOIN lists li ON li.id = i.list_id
WHERE li.campaign_id = $1 AND i.client_id = ANY ($2) ORDER BY i.id DESC LIMIT 200`

// Imports lists a campaign's imports, newest first.
//
// Codes: not_found.
func (s *Service) Imports(ctx context.Context, by auth.Actor, id ID) ([]Import, error) {
	if _, err := s.Campaign(ctx, by, id); err != nil {
		return nil, err
	}
	out := []Import{}
	err := s.db.SelectContext(ctx, &out, importsOfCampaign, id, by.Scope())
	return out, errs.Wrap(err, "imports")
}
