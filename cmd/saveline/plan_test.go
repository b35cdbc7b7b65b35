package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const casesDir = "../../commissions/rules/testdata/cases"

func planTool(args ...string) (code int, stdout, stderr string) {
	var out, faults bytes.Buffer
	code = run(context.Background(), append([]string{"plan"}, args...), func(string) string { return "" }, &out, &faults)
	return code, out.String(), faults.String()
}

func TestPlanSaysWhetherCasesPass(t *testing.T) {
	t.Parallel()
	wrong := filepath.Join(t.TempDir(), "wrong")
	if err := os.CopyFS(wrong, os.DirFS(filepath.Join(casesDir, "split-three"))); err != nil {
		t.Fatal(err)
	}
	expected := "period,agent,component,amount,currency\n2026-03,A,save_bonus,2.66,USD\n2026-03,B,save_bonus,2.67,USD\n2026-03,D,save_bonus,2.67,USD\n"
	if err := os.WriteFile(filepath.Join(wrong, "expected.csv"), []byte(expected), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args   []string
		code   int
		stdout []string
		stderr string
	}{
		"a case":            {[]string{"test", casesDir + "/trace"}, 0, []string{"ok    ", "1 cases, 0 failed"}, ""},
		"a folder of cases": {[]string{"test", casesDir}, 0, []string{"trace-cap", " 0 failed"}, ""},
		"a case that fails": {[]string{"test", wrong, casesDir + "/trace"}, 1, []string{
			"FAIL  " + wrong, "2026-03 A save_bonus: expected 2.66, got 2.67 USD", "2026-03 C save_bonus: expected nothing, got 2.66 USD",
			"2026-03 D save_bonus: expected 2.67, got nothing USD", "2 cases, 1 failed",
		}, "1 of 2 cases"},
		"no case":             {[]string{"test", t.TempDir()}, 2, nil, "holds no case"},
		"no folder":           {[]string{"test", "nowhere"}, 2, nil, "is no folder"},
		"nothing":             {nil, 2, nil, "plan lint FILE"},
		"no such tool":        {[]string{"run"}, 2, nil, `no plan "run"`},
		"a good plan":         {[]string{"lint", casesDir + "/trace/plan.yaml"}, 0, []string{"[cliff]", "no errors"}, ""},
		"a plan with a gap":   {[]string{"lint", casesDir + "/tiers-gap-refused/plan.yaml"}, 1, []string{"error: components.0.tiers.2.from: there is a gap", "[gap]"}, "is refused"},
		"a plan with a float": {[]string{"lint", casesDir + "/float-refused/plan.yaml"}, 1, []string{"must be a string in quotes", "(line 13)"}, "is refused"},
		"no plan":             {[]string{"lint", "nowhere.yaml"}, 2, nil, "cannot be read"},
		"all lines":           {[]string{"explain", casesDir + "/late-after-close"}, 0, []string{"   3  2026-04", "because outcome s0 of 2026-03-05 arrived late"}, ""},
		"one line":            {[]string{"explain", casesDir + "/trace", "--entry", "119"}, 0, []string{"rounding: half_up", "plan: ret-us-2026@3 sha256:", "order of operations: eligibility"}, ""},
		"no such line":        {[]string{"explain", casesDir + "/trace", "--entry", "9999"}, 2, nil, "there is no entry 9999"},
		"the schema":          {[]string{"schema"}, 0, []string{`"additionalProperties": false`}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := planTool(c.args...)
			if code != c.code || !strings.Contains(stderr, c.stderr) {
				t.Errorf("status %d, want %d; %s", code, c.code, stderr)
			}
			for _, want := range c.stdout {
				if !strings.Contains(stdout, want) {
					t.Errorf("no %q in\n%s", want, stdout)
				}
			}
		})
	}
}
