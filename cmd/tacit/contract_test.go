package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// contract are the fields that every document of schema tacit.result/1 has.
var contract = []string{
	"schema", "command", "status", "reason", "objective", "bound", "gap", "residual", "rows", "cols",
	"geometry", "log_alpha", "support", "unique", "stats", "files", "input", "version", "command_line",
}

// mayBeNull are the fields in which null has a meaning of its own.
var mayBeNull = map[string]bool{"log_alpha": true, "unique": true}

// TestResultContract looks at the document of every kind of answer.
func TestResultContract(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	a, b := file("A.csv", "1,2,3\n4,5,6\n"), file("b.csv", "1\n2\n")
	row, minus := file("row.csv", "1,2,3\n"), file("minus.csv", "-1\n")
	for _, args := range [][]string{
		{"sparse", a, b},
		{"sparse", a, b, "--alpha", "1e-5"},
		{"sparse", a, b, "--max-steps", "1"},
		{"sparse", row, minus, "--nonneg"},
		{"minnorm", a, b},
		{"minnorm", a, b, "--values"},
		{"sparse", a, b, "--sigma", "0.1"},
		{"sparse", row, minus, "--nonneg", "--sigma", "0.1"},
		{"nearest", a, b, "--geometry", "euclidean"},
		{"nearest", a, b, "--geometry", "entropy", "--alpha", "1e-3000"},
		{"nearest", row, minus, "--geometry", "fermi-dirac"},
		{"nearest", a, b, "--geometry", "fermi-dirac", "--max-steps", "1"},
		{"path", a, b},
		{"path", a, b, "--max-steps", "1"},
		{"path", row, minus, "--nonneg"},
	} {
		var stdout, stderr bytes.Buffer
		code := run(context.Background(), append(args, "--json"), nil, &stdout, &stderr)
		var doc map[string]any
		if err := json.Unmarshal(stdout.Bytes(), &doc); err != nil {
			t.Fatalf("%v: exit code %d, %v\n%s%s", args, code, err, stdout.String(), stderr.String())
		}
		for _, key := range contract {
			v, found := doc[key]
			if !found {
				t.Errorf("%v: no field %q", args, key)
			}
			if why, _ := doc[key+"_why"].(string); found && v == nil && !mayBeNull[key] && why == "" {
				t.Errorf("%v: %q is null without a reason", args, key)
			}
		}
		for parent, keys := range map[string][]string{
			"reason": {"criterion", "value", "bound", "hint"},
			"stats":  {"seconds", "passes", "factorizations", "threads", "route"},
			"input":  {"A", "b"},
		} {
			object, _ := doc[parent].(map[string]any)
			for _, key := range keys {
				if _, found := object[key]; !found {
					t.Errorf("%v: no field %s.%s", args, parent, key)
				}
			}
		}
		if criterion := doc["reason"].(map[string]any)["criterion"]; criterion == "" {
			t.Errorf("%v: status %v without a criterion", args, doc["status"])
		}
		if want := statusCodeOf(doc["status"]); code != want {
			t.Errorf("%v: exit code %d for status %v, want %d", args, code, doc["status"], want)
		}
	}
}

// statusCodeOf is the table of the contract, written again.
func statusCodeOf(status any) int {
	return map[any]int{
		"certified": 0, "approximate": 3, "infeasible": 4, "budget": 5, "numerical-trouble": 6, "interrupted": 130,
	}[status]
}
