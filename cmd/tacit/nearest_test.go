package main

import (
	"strings"
	"testing"

	"github.com/tacit-dev/tacit/geometry"
)

// TestGeometriesTopic: the table of help lists every geometry that --geometry
// reads, under the form in which it is read, and no other.
func TestGeometriesTopic(t *testing.T) {
	text, err := topic("geometries")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(text, "  G  ")
	table, _, _ = strings.Cut(table, "\n\n")
	var listed []string
	for _, line := range strings.Split(table, "\n")[1:] {
		if strings.HasPrefix(line, "  ") && line[2] != ' ' {
			listed = append(listed, strings.Fields(line)[0])
		}
	}
	names := geometry.Names()
	for _, name := range names {
		found := false
		for _, l := range listed {
			found = found || l == name
		}
		if !found {
			t.Errorf("%s is not in the table", name)
		}
	}
	if len(listed) != len(names) {
		t.Errorf("the table has %d geometries, --geometry reads %d: %v", len(listed), len(names), listed)
	}
}
