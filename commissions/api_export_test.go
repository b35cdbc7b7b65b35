package commissions_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"saveline/commissions"
)

func TestAPIPayrollSetUp(t *testing.T) {
	t.Parallel()
	d := newDoor(t, newHouse(t, 2))
	layouts := d.ask("ana", "GET", "/v1/payroll/layouts", 200, nil)
	d.expect("the third layout", field(layouts, "layouts", 2, "name"), "adp_wfn")
	d.send("mia", "GET", "/v1/payroll/layouts", 403, nil)

	in := d.ask("ana", "GET", "/v1/payroll/settings", 200, nil)
	d.expect("version", in["version"], 0)
	delete(in, "$schema")
	in["company"], in["codes"] = "NW", []object{{"component": "save_bonus", "code": "SB", "kind": "flat_sum", "basic13th": true}}
	out := d.ask("ana", "PUT", "/v1/payroll/settings", 200, in)
	d.expect("version", out["version"], 1)
	d.expect("code", field(out, "codes", 0, "code"), "SB")
	d.send("ana", "PUT", "/v1/payroll/settings", 412, in)
	d.send("mia", "PUT", "/v1/payroll/settings", 403, in)
	in["frequency"] = "D"
	d.send("ana", "PUT", "/v1/payroll/settings", 422, in)
	d.expect("a stranger's company", d.ask("stranger", "GET", "/v1/payroll/settings", 200, nil)["company"], "")

	people := d.ask("ana", "GET", "/v1/payroll/people", 200, nil)
	d.expect("people", people["total"], 2)
	personPath := fmt.Sprintf("/v1/payroll/people/%v", field(people, "items", 0, "userId"))
	person := object{"employeeId": "101", "jurisdiction": "US-CA", "status": "nonexempt", "nettingConsent": false, "signedOn": "2026-01-02"}
	saved := d.ask("ana", "PUT", personPath, 200, person)
	d.expect("signed", saved["signedOn"], "2026-01-02")
	d.expect("name", saved["name"], "Agent 1")
	d.send("stranger", "PUT", personPath, 404, person)
	d.send("ana", "PUT", fmt.Sprintf("/v1/payroll/people/%v", field(people, "items", 1, "userId")), 409, person) // the id is Agent 1's

	d.apiHours()
	d.apiMappings()
}

func (d *door) apiHours() {
	d.t.Helper()
	const file = "employee_no,workweek_start,work,overtime,wage,currency\n101,2026-11-01,46,6,552.00,USD\n"
	d.expect("weeks", d.upload("ana", "/v1/payroll/hours", file, 200)["weeks"], 1)
	d.upload("stranger", "/v1/payroll/hours", file, 422)
	d.upload("mia", "/v1/payroll/hours", file, 403)
	d.expect("overtime", field(d.ask("ana", "GET", "/v1/payroll/hours", 200, nil), "items", 0, "overtime"), "6.00")
	d.expect("a stranger's weeks", d.ask("stranger", "GET", "/v1/payroll/hours", 200, nil)["total"], 0)
}

// upload sends a file.
func (d *door) upload(who, path, file string, want int) object {
	d.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(file))
	r.Header.Set("X-Test-Actor", who)
	r.Header.Set("Content-Type", "text/csv")
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	if w.Code != want {
		d.t.Fatalf("%s as %s: %d, want %d\n%s", path, who, w.Code, want, w.Body)
	}
	out := object{}
	d.must(json.Unmarshal(w.Body.Bytes(), &out))
	return out
}

func (d *door) apiMappings() {
	d.t.Helper()
	m := object{"name": "Rippling", "mapping": mapping()}
	made := d.ask("ana", "POST", "/v1/payroll/mappings", 201, m)
	d.send("ana", "POST", "/v1/payroll/mappings", 409, m)
	d.send("mia", "POST", "/v1/payroll/mappings", 403, m)
	path := fmt.Sprintf("/v1/payroll/mappings/%v", made["id"])
	m["version"] = 1
	d.send("stranger", "PUT", path, 404, m)
	d.expect("version", d.ask("ana", "PUT", path, 200, m)["version"], 2)
	d.send("ana", "PUT", path, 412, m)
	d.expect("mappings", d.ask("ana", "GET", "/v1/payroll/mappings", 200, nil)["total"], 1)
	d.expect("a stranger's mappings", d.ask("stranger", "GET", "/v1/payroll/mappings", 200, nil)["total"], 0)
}

func TestAPIExportsAndLaw(t *testing.T) {
	t.Parallel()
	d := newDoor(t, november(t))
	d.known(0, func(p *commissions.PayrollPerson) { p.Jurisdiction = "US-CA" })
	run := d.calculated()
	path := fmt.Sprintf("/v1/pay/runs/%d", run.ID)
	report := d.ask("ana", "GET", path+"/law", 200, nil)
	d.expect("open", report["open"], 1)
	d.send("stranger", "GET", path+"/law", 404, nil)
	d.send("mia", "GET", path+"/law", 403, nil)
	var key any
	for i := range len(report["findings"].([]any)) {
		if field(report, "findings", i, "severity") == "block" {
			key = field(report, "findings", i, "key")
		}
	}
	answer := object{"key": key, "reason": "signed on paper"}
	d.send("ana", "POST", path+"/review", 200, nil)
	d.send("ben", "POST", path+"/approve", 409, nil)
	d.send("ana", "POST", path+"/law/acknowledgements", 403, answer)
	d.send("stranger", "POST", path+"/law/acknowledgements", 404, answer)
	d.expect("open", d.ask("ben", "POST", path+"/law/acknowledgements", 200, answer)["open"], 0)

	preview := d.ask("ana", "POST", path+"/mapping-preview", 200, object{"mapping": mapping()})
	d.expect("preview", strings.HasPrefix(fmt.Sprint(preview["text"]), "who;what;until;pay\nA-001;"), true)
	d.send("stranger", "POST", path+"/mapping-preview", 404, object{"mapping": mapping()})
	for _, file := range []string{"/regular-rate.csv", "/accounting.csv"} {
		d.send("ana", "GET", path+file, 200, nil)
		d.send("stranger", "GET", path+file, 404, nil)
	}
	d.send("ana", "POST", path+"/exports", 409, object{"layout": "generic_csv"})
	for _, step := range []struct{ who, act string }{{"ben", "approve"}, {"ana", "lock"}, {"ana", "export"}} {
		d.send(step.who, "POST", path+"/"+step.act, 200, nil)
	}
	d.send("stranger", "POST", path+"/exports", 404, object{"layout": "generic_csv"})
	d.send("ana", "POST", path+"/exports", 422, object{"layout": "nowhere"})
	made := d.ask("ana", "POST", path+"/exports", 201, object{"layout": "generic_csv"})
	d.expect("exports", d.ask("ana", "GET", path+"/exports", 200, nil)["total"], 1)
	d.send("stranger", "GET", path+"/exports", 404, nil)
	at := fmt.Sprintf("/v1/pay/exports/%v", made["id"])
	if file := d.send("ana", "GET", at+"/files/1", 200, nil); !bytes.HasPrefix(file, []byte("run_id,row_no,")) {
		t.Errorf("file:\n%s", file)
	}
	d.send("stranger", "GET", at+"/files/1", 404, nil)
	d.send("ana", "GET", at+"/files/2", 404, nil)
	d.expect("batch", d.ask("ana", "GET", at+"/manifest.json", 200, nil)["batchId"], fmt.Sprintf("S%07d", run.ID))
	d.send("stranger", "GET", at+"/manifest.json", 404, nil)
}
