package rehearsal

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"

	"saveline/campaigns"
	"saveline/internal/auth"
	"saveline/internal/errs"
)

const (
	salesScript = `Hello, this is {{agent.name}} of Saveline Demo. Am I speaking with {{person.name}}?

I am calling about your internet plan. Do you have a minute?

(Listen first. What do they use it for? What annoys them?)`
	saveScript = `Hello, this is {{agent.name}}. You asked us to cancel, and I will do that for you at any time: just say so.

May I ask what made you decide?`
)

// importLeads puts a file on a new list of a campaign. A file without phone numbers gets synthetic ones.
func importLeads(ctx context.Context, s Services, by auth.Actor, id campaigns.ID, name string, file io.Reader, seed uint64) error {
	list, err := s.Campaigns.AddList(ctx, by, id, name)
	if err != nil {
		return err
	}
	head := bufio.NewReader(file)
	in := campaigns.NewImport{List: list.ID, FileName: name}
	first, _ := head.Peek(4 << 10) // a shorter file is no error
	if !hasPhone(first) {
		in.GeneratePhone = &seed
	}
	done, err := s.Campaigns.Import(ctx, by, in, head)
	if err != nil {
		return err
	}
	if done.RowsAdded == 0 {
		return errs.Newf(errs.Invalid, "no lead of %s could be imported (%d of %d rows were rejected)", name, done.RowsRejected, done.RowsRead)
	}
	return nil
}

// hasPhone reports that a file's header names a column of numbers.
func hasPhone(head []byte) bool {
	header, _, _ := strings.Cut(strings.ToLower(string(head)), "\n")
	for _, word := range []string{"phone", "mobile", "number", "telephone"} {
		for _, column := range strings.FieldsFunc(header, func(r rune) bool { return strings.ContainsRune(",;\t|\"\r", r) }) {
			if column == word || strings.HasPrefix(column, word+"_") || strings.HasSuffix(column, "_"+word) {
				return true
			}
		}
	}
	return false
}

// isCancelRequests reports that a file has the columns of cancel requests rather than of leads.
func isCancelRequests(file string) bool {
	if file == "" {
		return false
	}
	f, err := os.Open(file)
	if err != nil {
		return false // opening it for real will say why
	}
	defer func() { _ = f.Close() }()
	head, _ := bufio.NewReader(f).ReadString('\n')
	return strings.Contains(head, "customer_id") && strings.Contains(head, "reason_code")
}

// writeResult keeps the result beside the payroll file.
func writeResult(dir string, r *DayResult) error {
	if dir == "" {
		return nil
	}
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "result.json"), append(text, '\n'), 0o644)
}
