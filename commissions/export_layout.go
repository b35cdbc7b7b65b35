package commissions

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"saveline/commissions/payroll"
	"saveline/internal/auth"
	"saveline/internal/errs"
	"saveline/internal/pg"
)

// ExportID names a run in one layout.
type ExportID int64

// RunExport is a run in a layout besides the default one.
type RunExport struct {
	ID        ExportID         `db:"id" json:"id"`
	Client    auth.ClientID    `db:"client_id" json:"clientId"`
	Run       RunID            `db:"run_id" json:"runId"`
	Layout    string           `db:"layout" json:"layout" doc:"a layout's name, or custom:7 for a mapping" example:"adp_run"`
	Title     string           `db:"title" json:"title"`
	Revision  int              `db:"revision" json:"revision" doc:"1, and one more each time that settings have changed the files"`
	Batch     string           `db:"batch_id" json:"batchId" doc:"the same for every revision of a run"`
	CreatedBy string           `db:"created_by" json:"createdBy"`
	CreatedAt time.Time        `db:"created_at" json:"createdAt"`
	Manifest  payroll.Manifest `db:"-" json:"manifest"`
	Raw       jsonManifest     `db:"manifest" json:"-"`
}

// jsonManifest is a manifest as the database keeps it.
type jsonManifest payroll.Manifest

// Scan reads a jsonb column.
func (m *jsonManifest) Scan(src any) error {
	raw, ok := src.([]byte)
	if !ok {
		return fmt.Errorf("a manifest comes as %T", src)
	}
	return json.Unmarshal(raw, (*payroll.Manifest)(m))
}

// NewExport says in which layout to export: a name, or a mapping.
type NewExport struct {
	Layout  string    `json:"layout,omitempty" doc:"a layout's name; left out for a mapping"`
	Mapping MappingID `json:"mappingId,omitempty"`
}

func init() {
	pg.Constraint("run_exports_stay", errs.Conflict, "a file that was handed out does not change; export again for another revision")
}

const exportColumns = `id, client_id, run_id, layout, title, revision, batch_id, manifest, created_by, created_at`

const (
	selectExports    = `SELECT ` + exportColumns + ` FROM run_exports WHERE run_id = $1 AND client_id = ANY($2) ORDER BY id DESC`
	selectExport     = `SELECT ` + exportColumns + ` FROM run_exports WHERE id = $1 AND client_id = ANY($2)`
	selectLastExport = `SELECT ` + exportColumns + ` FROM run_exports WHERE run_id = $1 AND layout = $2 ORDER BY revision DESC LIMIT 1`
	insertExport     = `
INSERT INTO run_exports (client_id, run_id, layout, title, revision, batch_id, manifest, created_by, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING ` + exportColumns
	insertExportFile = `INSERT INTO run_export_files (export_id, no, client_id, name, type, body) VALUES ($1, $2, $3, $4, $5, $6)`
	selectExportFile = `SELECT name, type, body FROM run_export_files WHERE export_id = $1 AND no = $2 AND client_id = ANY($3)`
)

// ExportIn makes the files of an exported run in a layout, and keeps them. Asked again it gives the same files; when
// settings have changed what would be written, it makes another revision with the same batch id.
//
// Codes: conflict (the run has not been exported), invalid (everything that the layout cannot carry, at once; nothing is
// kept), not_found.
func (s *Service) ExportIn(ctx context.Context, by auth.Actor, id RunID, in NewExport) (out RunExport, err error) {
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		var r lockedRun
		if err := tx.GetContext(ctx, &r, lockRun, id, by.Scope()); err != nil {
			return notFound(err, "pay run", id)
		}
		if r.State != RunExported && r.State != RunReconciled {
			return errs.Newf(errs.Conflict, "the run is %s; export it first, then make its files in other layouts", r.State)
		}
		made, err := s.layOut(ctx, tx, by, r, in)
		if err != nil {
			return err
		}
		if total, err := payroll.Total(made.rows); err != nil || total.Minor != r.TotalMinor {
			return errors.Join(fmt.Errorf("the files pay %s, the run %s", total, r.total()), err)
		}
		out, err = keepExport(ctx, tx, by, s.now(), r, made)
		return err
	})
	out.Manifest = payroll.Manifest(out.Raw)
	return out, errs.Wrap(err, fmt.Sprintf("export pay run %d", id))
}

// laidOut is a run in a layout before it is kept.
type laidOut struct {
	key      string // the layout's name, or the mapping's
	title    string
	rows     []payroll.Row
	files    []payroll.File
	manifest payroll.Manifest
}

// layOut writes a run in a layout.
func (s *Service) layOut(ctx context.Context, tx *pg.Tx, by auth.Actor, r lockedRun, in NewExport) (out laidOut, err error) {
	layout, key, err := layoutFor(ctx, tx, by, r.Client, in)
	if err != nil {
		return laidOut{}, err
	}
	job, rows, err := payrollJob(ctx, tx, by, r)
	if err != nil {
		return laidOut{}, err
	}
	out = laidOut{key: key, title: layout.Title, rows: rows}
	if out.files, err = layout.Write(job, rows); err != nil {
		return laidOut{}, err
	}
	out.manifest, err = layout.Describe(job, out.files)
	return out, err
}

// layoutFor is the layout asked for, and what it is kept under. A mapping must be the run's client's own.
func layoutFor(ctx context.Context, tx *pg.Tx, by auth.Actor, client auth.ClientID, in NewExport) (payroll.Layout, string, error) {
	if in.Mapping == 0 {
		l, err := payroll.Find(in.Layout)
		return l, in.Layout, err
	}
	var m PayrollMapping
	if err := tx.GetContext(ctx, &m, selectMapping, in.Mapping, by.Scope()); err != nil {
		return payroll.Layout{}, "", notFound(err, "mapping", in.Mapping)
	}
	if m.Client != client {
		return payroll.Layout{}, "", errs.Newf(errs.NotFound, "the run's client has no mapping %d", in.Mapping)
	}
	l, err := payroll.Custom(m.Name, payroll.FileMapping(m.Raw))
	return l, fmt.Sprintf("custom:%d", m.ID), err
}

// keepExport keeps the files, unless the last revision has the same.
func keepExport(ctx context.Context, tx *pg.Tx, by auth.Actor, now time.Time, r lockedRun, made laidOut) (RunExport, error) {
	var last, out RunExport
	err := tx.GetContext(ctx, &last, selectLastExport, r.ID, made.key)
	if err != nil && !pg.None(err) {
		return RunExport{}, fmt.Errorf("last export: %w", err)
	}
	if err == nil && slices.Equal(last.Raw.Files, made.manifest.Files) {
		return last, nil
	}
	raw, err := json.Marshal(made.manifest)
	if err != nil {
		return RunExport{}, fmt.Errorf("manifest: %w", err)
	}
	err = tx.GetContext(ctx, &out, insertExport, r.Client, r.ID, made.key, made.title, last.Revision+1, made.manifest.Batch, string(raw), by.Name, now)
	if err != nil {
		return RunExport{}, fmt.Errorf("keep the export: %w", err)
	}
	for i, f := range made.files {
		if _, err := tx.ExecContext(ctx, insertExportFile, out.ID, i+1, r.Client, f.Name, f.Type, f.Body); err != nil {
			return RunExport{}, fmt.Errorf("keep %s: %w", f.Name, err)
		}
	}
	return out, auth.AuditTx(ctx, tx, by, now, auth.Change{
		Client: r.Client, Act: "run.export_layout", Object: fmt.Sprintf("run:%d", r.ID),
		Data: map[string]any{"layout": made.key, "revision": out.Revision, "batch": out.Batch, "files": made.manifest.Files},
	})
}

// Exports are the files of a run in other layouts, newest first.
//
// Codes: not_found.
func (s *Service) Exports(ctx context.Context, by auth.Actor, id RunID) ([]RunExport, error) {
	if _, err := s.RunFor(ctx, by, id); err != nil {
		return nil, err
	}
	out := []RunExport{}
	if err := s.db.SelectContext(ctx, &out, selectExports, id, by.Scope()); err != nil {
		return nil, fmt.Errorf("exports of run %d: %w", id, err)
	}
	for i := range out {
		out[i].Manifest = payroll.Manifest(out[i].Raw)
	}
	return out, nil
}

// ExportFor is one export with its manifest.
//
// Codes: not_found.
func (s *Service) ExportFor(ctx context.Context, by auth.Actor, id ExportID) (out RunExport, err error) {
	if err := s.db.GetContext(ctx, &out, selectExport, id, by.Scope()); err != nil {
		return RunExport{}, notFound(err, "export", id)
	}
	out.Manifest = payroll.Manifest(out.Raw)
	return out, nil
}

// ExportFile is one kept file; its bytes are those of the manifest or they are not handed out.
//
// Codes: not_found.
func (s *Service) ExportFile(ctx context.Context, by auth.Actor, id ExportID, no int) (out payroll.File, err error) {
	export, err := s.ExportFor(ctx, by, id)
	if err != nil {
		return payroll.File{}, err
	}
	if err := s.db.GetContext(ctx, &out, selectExportFile, id, no, by.Scope()); err != nil {
		return payroll.File{}, notFound(err, "file", int64(no))
	}
	if no > len(export.Manifest.Files) || export.Manifest.Files[no-1].SHA256 != payroll.Sum(out.Body) {
		return payroll.File{}, fmt.Errorf("file %d of export %d is not the one that was made", no, id)
	}
	return out, nil
}

// WriteManifest writes the manifest of an export as a file.
//
// Codes: not_found.
func (s *Service) WriteManifest(ctx context.Context, by auth.Actor, id ExportID, w io.Writer) error {
	export, err := s.ExportFor(ctx, by, id)
	if err != nil {
		return err
	}
	raw, err := export.Manifest.JSON()
	if err != nil {
		return err
	}
	if _, err := w.Write(raw); err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	return nil
}

// MappingPreview is what a mapping would make of a run.
type MappingPreview struct {
	Name     string            `json:"name" doc:"of the file"`
	Text     string            `json:"text" doc:"its first lines"`
	Faults   []errs.Field      `json:"faults" nullable:"false" doc:"what it could not carry, by person; the text is blank then"`
	Manifest *payroll.Manifest `json:"manifest,omitempty"`
}

const previewLinesMax = 20

// PreviewMapping tries a mapping on a calculated run and keeps nothing.
//
// Codes: invalid (the mapping itself), conflict (the run is not calculated), not_found.
func (s *Service) PreviewMapping(ctx context.Context, by auth.Actor, id RunID, m payroll.FileMapping) (out MappingPreview, err error) {
	layout, err := payroll.Custom("preview", m)
	if err != nil {
		return MappingPreview{}, err
	}
	err = pg.InTx(ctx, s.db, func(tx *pg.Tx) error {
		var r lockedRun
		if err := tx.GetContext(ctx, &r, lockRun, id, by.Scope()); err != nil {
			return notFound(err, "pay run", id)
		}
		if r.State == RunDraft {
			return errs.Newf(errs.Conflict, "the run is a draft; calculate it first")
		}
		job, rows, err := payrollJob(ctx, tx, by, r)
		if err != nil {
			return err
		}
		out, err = preview(layout, m, job, rows)
		return err
	})
	return out, err
}

func preview(layout payroll.Layout, m payroll.FileMapping, job payroll.Job, rows []payroll.Row) (MappingPreview, error) {
	files, err := layout.Write(job, rows)
	if faults := faultsOf(err); faults != nil {
		return MappingPreview{Faults: faults}, nil
	}
	if err != nil {
		return MappingPreview{}, err
	}
	manifest, err := layout.Describe(job, files)
	if err != nil {
		return MappingPreview{}, err
	}
	out := MappingPreview{Name: files[0].Name, Faults: []errs.Field{}, Manifest: &manifest}
	body := files[0].Body
	if m.Kind == payroll.KindXLSX { // a workbook is shown as the text of its cells
		m.Kind, m.Delimiter = payroll.KindCSV, "tab"
		as, err := payroll.Custom("preview", m)
		if err != nil {
			return MappingPreview{}, err
		}
		if files, err = as.Write(job, rows); err != nil {
			return MappingPreview{}, err
		}
		body = files[0].Body
	}
	lines := strings.SplitAfterN(strings.TrimPrefix(string(body), byteOrderMark), "\n", previewLinesMax+1)
	out.Text = strings.Join(lines[:min(len(lines), previewLinesMax)], "")
	return out, nil
}

// faultsOf are the faults of an invalid input, nil for any other error.
func faultsOf(err error) []errs.Field {
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Code == errs.Invalid && len(e.Fields) > 0 {
		return e.Fields
	}
	return nil
}
