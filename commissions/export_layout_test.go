package commissions_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"saveline/commissions"
	"saveline/commissions/payroll"
	"saveline/internal/auth"
	"saveline/internal/errs"
)

// settings saves a client's payroll settings after a change.
func (h *house) settings(change func(*commissions.PayrollSettings)) commissions.PayrollSettings {
	h.t.Helper()
	in, err := h.pay.PayrollSettingsFor(h.ctx(), h.ana, 0)
	h.must(err)
	change(&in)
	out, err := h.pay.SavePayrollSettings(h.ctx(), h.ana, in)
	h.must(err)
	return out
}

// known saves what payroll knows of an agent.
func (h *house) known(agent int, change func(*commissions.PayrollPerson)) {
	h.t.Helper()
	in := commissions.PayrollPerson{User: h.agents[agent].User}
	change(&in)
	_, err := h.pay.SavePayrollPerson(h.ctx(), h.ana, in)
	h.must(err)
}

// exported takes november's run through the default export.
func (h *house) exported() commissions.Run {
	h.t.Helper()
	run, err := h.pay.Export(h.ctx(), h.ana, h.locked("2026-11-10").ID, &bytes.Buffer{})
	h.must(err)
	return run
}

func adp(s *commissions.PayrollSettings) {
	s.Company = "NW"
	s.Codes = []commissions.PayrollCode{{Component: "save_bonus", Code: "SB"}, {Component: "upsell", Code: "C", Name: "Commission"}}
}

func TestARunInALayoutOfItsPayrollSystem(t *testing.T) {
	t.Parallel()
	h := november(t)
	run := h.locked("2026-11-10")
	adpWFN := commissions.NewExport{Layout: "adp_wfn"}
	if _, err := h.pay.ExportIn(h.ctx(), h.ana, run.ID, adpWFN); !errs.Is(err, errs.Conflict) || !strings.Contains(err.Error(), "export it first") {
		t.Fatalf("a layout before the export: %v", err)
	}
	var before bytes.Buffer
	run, err := h.pay.Export(h.ctx(), h.ana, run.ID, &before)
	h.must(err)

	_, err = h.pay.ExportIn(h.ctx(), h.ana, run.ID, adpWFN) // nothing is set up yet: everything is said at once
	for _, want := range []string{`the company is missing`, `Agent 1: the employee number "A-001"`, `Agent 2: the employee number "A-002"`, `the earning code "save_bonus"`} {
		if !errs.Is(err, errs.Invalid) || !strings.Contains(fmt.Sprintf("%+v", fieldsOf(err)), want) && !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %s", err, want)
		}
	}
	if n := h.count(`SELECT count(*) FROM run_exports`); n != 0 {
		t.Fatalf("%d exports are kept", n)
	}
	h.settings(adp)
	h.known(0, func(p *commissions.PayrollPerson) { p.EmployeeID = "101" })
	h.known(1, func(p *commissions.PayrollPerson) { p.EmployeeID = "102" })
	made, err := h.pay.ExportIn(h.ctx(), h.ana, run.ID, adpWFN)
	if err != nil || made.Revision != 1 || made.Batch != fmt.Sprintf("S%07d", run.ID) || made.Manifest.Rows != 3 || made.Manifest.People != 2 {
		t.Fatalf("%+v (%v)", made, err)
	}
	file, err := h.pay.ExportFile(h.ctx(), h.ana, made.ID, 1)
	want := "Co Code,Batch ID,File #,Reg Hours,O/T Hours,Hours 3 Code,Hours 3 Amount,Earnings 3 Code,Earnings 3 Amount\r\n" +
		strings.ReplaceAll("NW,#,000101,,,,,SB,15.00\r\nNW,#,000101,,,,,C,90.00\r\nNW,#,000102,,,,,SB,15.00\r\n", "#", made.Batch)
	if diff := cmp.Diff(want, string(file.Body)); diff != "" || err != nil || file.Name != "PRNW_EPI.csv" {
		t.Errorf("%s %s (%v)", file.Name, diff, err)
	}
	var total int64
	for _, x := range made.Manifest.Totals {
		total += x.Amount.Minor
	}
	if total != run.Total.Minor || made.Manifest.Files[0].SHA256 != payroll.Sum(file.Body) {
		t.Errorf("the manifest says %+v, the run %s", made.Manifest, run.Total)
	}
	h.sameOrNext(run, made, before.Bytes())
}

// sameOrNext asks again, and after a change; the default file stays as it was all the while.
func (h *house) sameOrNext(run commissions.Run, made commissions.RunExport, before []byte) {
	h.t.Helper()
	again, err := h.pay.ExportIn(h.ctx(), h.ana, run.ID, commissions.NewExport{Layout: "adp_wfn"})
	if err != nil || again.ID != made.ID {
		h.t.Errorf("asked again: %+v (%v)", again, err)
	}
	h.settings(func(s *commissions.PayrollSettings) { s.Codes[0].Code = "SVB" })
	next, err := h.pay.ExportIn(h.ctx(), h.ana, run.ID, commissions.NewExport{Layout: "adp_wfn"})
	if err != nil || next.Revision != 2 || next.Batch != made.Batch {
		h.t.Errorf("after a change: %+v (%v)", next, err)
	}
	all, err := h.pay.Exports(h.ctx(), h.ana, run.ID)
	if err != nil || len(all) != 2 || all[0].ID != next.ID {
		h.t.Errorf("%+v (%v)", all, err)
	}
	var after bytes.Buffer
	if err := h.pay.File(h.ctx(), h.ana, run.ID, &after); err != nil || !bytes.Equal(before, after.Bytes()) {
		h.t.Errorf("the default file has changed (%v)", err)
	}
	for _, sql := range []string{`UPDATE run_exports SET title = 'x'`, `DELETE FROM run_exports`, `UPDATE run_export_files SET name = 'x'`, `DELETE FROM run_export_files`} {
		if _, err := h.db.Exec(sql); err == nil {
			h.t.Errorf("the database did this: %s", sql)
		}
	}
	if n := h.count(`SELECT count(*) FROM audit WHERE act = 'run.export_layout'`); n != 2 {
		h.t.Errorf("%d audit rows, want one for each revision", n)
	}
}

func TestEveryLayoutCanCarryARun(t *testing.T) {
	t.Parallel()
	h := november(t)
	yes := true
	h.settings(func(s *commissions.PayrollSettings) {
		s.Company, s.Expense, s.Liability = "ABC", "Commissions", "Payroll"
		s.Codes = []commissions.PayrollCode{
			{Component: "save_bonus", Code: "bonus", Basic13th: &yes, AvgWage: &yes}, {Component: "upsell", Code: "commission", Basic13th: &yes, AvgWage: &yes},
		}
	})
	h.known(0, func(p *commissions.PayrollPerson) { p.EmployeeID = "100101" })
	h.known(1, func(p *commissions.PayrollPerson) { p.EmployeeID, p.FirstName, p.LastName = "100102", "Bo", "Lee" })
	run := h.exported()
	for _, l := range payroll.Layouts {
		if l.Name == "adp_wfn" {
			continue // its codes are shorter; the test above
		}
		made, err := h.pay.ExportIn(h.ctx(), h.ana, run.ID, commissions.NewExport{Layout: l.Name})
		if err != nil || made.Manifest.People != 2 || made.Title != l.Title {
			t.Errorf("%s: %+v (%v)", l.Name, made, err)
			continue
		}
		for i := range made.Manifest.Files {
			if _, err := h.pay.ExportFile(h.ctx(), h.ana, made.ID, i+1); err != nil {
				t.Errorf("%s, file %d: %v", l.Name, i+1, err)
			}
		}
		if _, err := h.pay.ExportFile(h.ctx(), h.ana, made.ID, 9); !errs.Is(err, errs.NotFound) {
			t.Errorf("a ninth file: %v", err)
		}
	}
	run, err := h.pay.Reconcile(h.ctx(), h.ana, run.ID) // whatever was written in other layouts, the clearing account is empty
	if err != nil || run.State != commissions.RunReconciled || h.balance(fmt.Sprintf("payroll_clearing:%d", run.ID)) != "0.00" {
		t.Errorf("%s, clearing %s (%v)", run.State, h.balance(fmt.Sprintf("payroll_clearing:%d", run.ID)), err)
	}
}

func fieldsOf(err error) []errs.Field {
	if e, ok := asError(err); ok {
		return e.Fields
	}
	return nil
}

func mapping() payroll.FileMapping {
	return payroll.FileMapping{
		Kind: payroll.KindCSV, Delimiter: "semicolon", Header: true, Dates: payroll.DateEuropean, FileName: "pay-{batch}.csv", Columns: []payroll.Column{
			{Header: "who", Field: "employee_no"}, {Header: "what", Field: "earning_code"}, {Header: "until", Field: "period_end"}, {Header: "pay", Field: "amount"},
		},
	}
}

func TestAMappingIsTriedKeptAndUsed(t *testing.T) {
	t.Parallel()
	h := november(t)
	draft := h.openRun("2026-11-10")
	if _, err := h.pay.PreviewMapping(h.ctx(), h.ana, draft.ID, mapping()); !errs.Is(err, errs.Conflict) {
		t.Fatalf("a preview of a draft: %v", err)
	}
	run := h.exported()
	seen, err := h.pay.PreviewMapping(h.ctx(), h.ana, run.ID, mapping())
	want := "who;what;until;pay\nA-001;save_bonus;30/11/2026;15.00\nA-001;upsell;30/11/2026;90.00\nA-002;save_bonus;30/11/2026;15.00\n"
	if err != nil || seen.Text != want || len(seen.Faults) != 0 || seen.Manifest.Rows != 3 {
		t.Errorf("%+v (%v)", seen, err)
	}
	sheet := mapping()
	sheet.Kind = payroll.KindXLSX
	if seen, err := h.pay.PreviewMapping(h.ctx(), h.ana, run.ID, sheet); err != nil || seen.Text != strings.ReplaceAll(want, ";", "\t") {
		t.Errorf("%+v (%v)", seen, err)
	}
	short := mapping()
	short.Columns[0].Max = 4
	if seen, err := h.pay.PreviewMapping(h.ctx(), h.ana, run.ID, short); err != nil || len(seen.Faults) != 2 || seen.Text != "" {
		t.Errorf("%+v (%v)", seen, err)
	}
	broken := mapping()
	broken.Columns = broken.Columns[1:]
	_, err = h.pay.AddMapping(h.ctx(), h.ana, commissions.NewMapping{Mapping: broken})
	if f := fieldsOf(err); len(f) != 2 || f[0].Path != "name" || f[1].Path != "mapping.columns" {
		t.Errorf("faults %+v (%v)", f, err)
	}
	m, err := h.pay.AddMapping(h.ctx(), h.ana, commissions.NewMapping{Name: "Rippling", Mapping: mapping()})
	h.must(err)
	if _, err := h.pay.AddMapping(h.ctx(), h.ana, commissions.NewMapping{Name: "Rippling", Mapping: mapping()}); !errs.Is(err, errs.Conflict) {
		t.Errorf("a second of the name: %v", err)
	}
	made, err := h.pay.ExportIn(h.ctx(), h.ana, run.ID, commissions.NewExport{Mapping: m.ID})
	if err != nil || made.Layout != fmt.Sprintf("custom:%d", m.ID) || made.Title != "Rippling" {
		t.Errorf("%+v (%v)", made, err)
	}
	changed := mapping()
	changed.Header = false
	if _, err := h.pay.SaveMapping(h.ctx(), h.ana, m.ID, 7, commissions.NewMapping{Name: "Rippling", Mapping: changed}); !errs.Is(err, errs.Stale) {
		t.Errorf("saved over somebody else's: %v", err)
	}
	if m, err = h.pay.SaveMapping(h.ctx(), h.ana, m.ID, m.Version, commissions.NewMapping{Name: "Rippling", Mapping: changed}); err != nil || m.Version != 2 || m.Mapping.Header {
		t.Errorf("%+v (%v)", m, err)
	}
	if next, err := h.pay.ExportIn(h.ctx(), h.ana, run.ID, commissions.NewExport{Mapping: m.ID}); err != nil || next.Revision != 2 {
		t.Errorf("%+v (%v)", next, err)
	}
}

func TestPayrollIsItsClientsOwn(t *testing.T) {
	t.Parallel()
	h := november(t)
	run := h.exported()
	m, err := h.pay.AddMapping(h.ctx(), h.ana, commissions.NewMapping{Name: "Ours", Mapping: mapping()})
	h.must(err)
	made, err := h.pay.ExportIn(h.ctx(), h.ana, run.ID, commissions.NewExport{Mapping: m.ID})
	h.must(err)
	stranger := h.ana
	other := h.newClient("Contoso", "Asia/Seoul")
	stranger.Clients = []auth.ClientID{other}
	for name, err := range map[string]error{
		"export in":   second(h.pay.ExportIn(h.ctx(), stranger, run.ID, commissions.NewExport{Layout: "generic_csv"})),
		"exports":     second(h.pay.Exports(h.ctx(), stranger, run.ID)),
		"export":      second(h.pay.ExportFor(h.ctx(), stranger, made.ID)),
		"file":        second(h.pay.ExportFile(h.ctx(), stranger, made.ID, 1)),
		"manifest":    h.pay.WriteManifest(h.ctx(), stranger, made.ID, &bytes.Buffer{}),
		"preview":     second(h.pay.PreviewMapping(h.ctx(), stranger, run.ID, mapping())),
		"settings":    second(h.pay.PayrollSettingsFor(h.ctx(), stranger, h.client)),
		"mapping":     second(h.pay.SaveMapping(h.ctx(), stranger, m.ID, 1, commissions.NewMapping{Name: "Theirs", Mapping: mapping()})),
		"person":      second(h.pay.SavePayrollPerson(h.ctx(), stranger, commissions.PayrollPerson{User: h.agents[0].User})),
		"law":         second(h.pay.LawReportFor(h.ctx(), stranger, run.ID)),
		"feed":        second(h.pay.RateFeed(h.ctx(), stranger, run.ID)),
		"accounting":  second(h.pay.Accounting(h.ctx(), stranger, run.ID)),
		"acknowledge": second(h.pay.Acknowledge(h.ctx(), stranger, run.ID, commissions.NewAcknowledgement{Key: "x", Reason: "y"})),
	} {
		if !errs.Is(err, errs.NotFound) {
			t.Errorf("%s: another client's actor got %v", name, err)
		}
	}
	both := h.ana
	both.Clients = []auth.ClientID{h.client, other}
	theirs, err := h.pay.AddMapping(h.ctx(), both, commissions.NewMapping{Client: other, Name: "Theirs", Mapping: mapping()})
	h.must(err)
	if _, err := h.pay.ExportIn(h.ctx(), both, run.ID, commissions.NewExport{Mapping: theirs.ID}); !errs.Is(err, errs.NotFound) {
		t.Errorf("a run in another client's mapping: %v", err)
	}
}

func TestPayrollSettingsSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 1)
	none := 0
	_, err := h.pay.SavePayrollSettings(h.ctx(), h.ana, commissions.PayrollSettings{
		Company: strings.Repeat("x", 81), Frequency: "D", Method: "guess", Cycle: "yearly", WorkweekStart: "noday",
		Codes: []commissions.PayrollCode{{BenefitMonths: &none}},
	})
	if f := fieldsOf(err); len(f) != 9 {
		t.Errorf("%d faults: %+v", len(f), f)
	}
	twice := []commissions.PayrollCode{{Component: "a", Code: "A"}, {Component: "a", Code: "B"}}
	in, err := h.pay.PayrollSettingsFor(h.ctx(), h.ana, 0)
	h.must(err)
	in.Codes = twice
	if _, err := h.pay.SavePayrollSettings(h.ctx(), h.ana, in); !errs.Is(err, errs.Invalid) {
		t.Errorf("a component twice: %v", err)
	}
	h.settings(adp)
	if _, err := h.pay.SavePayrollSettings(h.ctx(), h.ana, commissions.PayrollSettings{Frequency: "M", Method: "equal_week", Cycle: "monthly", WorkweekStart: "monday", DisputeDays: 14}); !errs.Is(err, errs.Stale) {
		t.Errorf("saved over somebody else's: %v", err)
	}
	_, err = h.pay.SavePayrollPerson(h.ctx(), h.ana, commissions.PayrollPerson{User: h.agents[0].User, EmployeeID: "=1", Frequency: "D", Jurisdiction: "Texas", Status: "rich"})
	if f := fieldsOf(err); len(f) != 4 {
		t.Errorf("%d faults: %+v", len(f), f)
	}
	items, total, err := h.pay.PayrollPeople(h.ctx(), h.ana, 0, 10, 0)
	if err != nil || total != 1 || items[0].EmployeeNo != "A-001" || items[0].Name != "Agent 1" {
		t.Errorf("%+v (%v)", items, err)
	}
}
