package retention

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"
)

// The house's words to customers, one file a language: messages, and the pages that people open without signing in.
//
//go:embed words/*.json
var wordFiles embed.FS

// languages are those that customers are written to in, the first where nothing is known.
var languages = []string{"en", "ko", "fil"}

// vocabulary is what the house says in one language.
type vocabulary struct {
	Messages map[string]map[string]template `json:"messages"` // kind, channel
	Outcome  map[string]string              `json:"outcome"`
	Stop     map[string]string              `json:"stop"` // channel
	Page     map[string]string              `json:"page"`
	Reasons  map[string]string              `json:"reasons"`
}

// template is the words of one kind of message over one channel. A text has no subject.
type template struct {
	Subject string `json:"subject,omitempty"`
	Body    string `json:"body"`
}

var vocabularies = readWords()

func readWords() map[string]vocabulary {
	out := map[string]vocabulary{}
	for _, language := range languages {
		raw, err := wordFiles.ReadFile("words/" + language + ".json")
		if err != nil {
			panic(fmt.Sprintf("retention: words: %v", err))
		}
		var v vocabulary
		if err := json.Unmarshal(raw, &v); err != nil {
			panic(fmt.Sprintf("retention: words of %s: %v", language, err))
		}
		out[language] = v
	}
	return out
}

// languageFor is the language somebody is written to in: theirs (a BCP 47 tag) if we have it, else other.
func languageFor(theirs, other string) string {
	primary, _, _ := strings.Cut(strings.ToLower(theirs), "-")
	switch primary {
	case "en", "ko", "fil":
		return primary
	case "tl": // Tagalog, as Filipino is often tagged
		return "fil"
	}
	if _, known := vocabularies[other]; known {
		return other
	}
	return languages[0]
}

// fill puts values in place of {{fields}}. A field of which nothing is said stays, for a later hand.
func fill(text string, values map[string]string) string {
	return mergeField.ReplaceAllStringFunc(text, func(found string) string {
		if v, said := values[mergeField.FindStringSubmatch(found)[1]]; said {
			return v
		}
		return found
	})
}
