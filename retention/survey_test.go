package retention

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"saveline/internal/errs"
)

func someSurvey() object {
	return object{"code": "after-call", "samplePercent": 100, "questions": []object{
		{"id": "happy", "kind": "scale", "ask": object{"en": "Are you happy?", "ko": "만족하십니까?"}},
		{"id": "solved", "kind": "yes_no", "ask": object{"en": "Was it solved?"}},
		{"id": "more", "kind": "text", "ask": object{"en": "Anything else?"}},
	}}
}

func TestAPIASurveyFromTheCallToTheFact(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	box := writing(d.desk)
	made := d.ask("boss", "POST", "/v1/surveys", 200, someSurvey())
	if made["version"] != 1.0 {
		t.Fatalf("%v", made)
	}
	if again := d.ask("boss", "POST", "/v1/surveys", 200, someSurvey()); again["version"] != 1.0 {
		t.Errorf("saved unchanged, it became version %v", again["version"])
	}
	lead := d.person(d.campaign("acquisition"))
	d.exec(`UPDATE people SET email = 'pat@customer.example', language = 'ko'`)
	call := d.connect(lead, d.ann)
	d.conclude(d.ann, call, CodeNotInterested)
	for want := 1; want >= 0; want-- { // once a call
		if n, err := d.InviteToSurveys(t.Context()); n != want || err != nil {
			t.Errorf("%d invited, %v; want %d", n, err, want)
		}
	}
	_, err := d.SendDue(t.Context())
	d.must(err)
	link := linksIn(box.emails[0].Text)["survey"]
	if page := d.open("GET", link, 200, nil); !strings.Contains(page, "만족하십니까?") || !strings.Contains(page, "Was it solved?") {
		t.Errorf("%s", page)
	}
	answers := url.Values{"q-happy": {"8"}, "q-solved": {"maybe"}, "q-more": {strings.Repeat("x", 2000)}}
	d.open("POST", link, 200, answers)
	answers.Set("q-happy", "0")
	d.open("POST", link, 200, answers)
	want := fmt.Sprintf(`{"call": %d, "form": "after-call", "agent": %d, "score": 80}`, call, d.ann.User)
	if got := d.text(`SELECT body::text FROM facts WHERE kind = 'survey.v1'`); got != want {
		t.Errorf("fact %s, want %s", got, want)
	}
	if got := d.text(`SELECT answers->>'solved' IS NULL AND length(answers->>'more') = 1000 FROM survey_invites`); got != "true" {
		t.Error("what fits no question was kept")
	}
	out := d.ask("boss", "GET", fmt.Sprintf("/v1/survey-answers?agentId=%d", d.ann.User), 200, nil)
	if out["total"] != 1.0 {
		t.Errorf("%v", out)
	}
	if out := d.ask("stranger", "GET", "/v1/survey-answers", 200, nil); out["total"] != 0.0 {
		t.Errorf("a stranger reads %v", out)
	}
	list := d.ask("boss", "GET", "/v1/surveys", 200, nil)
	if !strings.Contains(fmt.Sprint(list["items"]), "meanScore:80") {
		t.Errorf("%v", list)
	}
}

func TestWhoIsAskedIsAMatterOfTheCallAlone(t *testing.T) {
	t.Parallel()
	asked := 0
	for n := range 10_000 {
		name := fmt.Sprintf("after-call:%d", n)
		if sampled(name, 30) {
			asked++
			if !sampled(name, 60) {
				t.Fatalf("%s falls out as the sample grows", name)
			}
		}
	}
	if asked < 2800 || asked > 3200 {
		t.Errorf("30 %% of 10,000 is %d", asked)
	}
	d := newDesk(t)
	if n, err := d.InviteToSurveys(t.Context()); n != 0 || err != nil {
		t.Errorf("%d invited without a questionnaire, %v", n, err)
	}
	_, err := d.SaveSurvey(t.Context(), d.boss, SurveyInput{Code: "x", Questions: []SurveyQuestion{{ID: "a", Kind: "dance", Ask: map[string]string{"xx": "?"}}}})
	if !errs.Is(err, errs.Invalid) || len(fieldsOf(err)) != 3 {
		t.Errorf("%v", err)
	}
}
