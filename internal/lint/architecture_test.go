package lint

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var write = flag.Bool("write", false, "write the table of packages into docs/architecture.md")

// leaves are not in the table: programs that nothing else depends on.
var leaves = []string{"examples/", "bench", "docs/", "internal/lint"}

// TestArchitectureTable holds the table of docs/architecture.md to mayImport: every
// package has a row, below the rows of all that it imports. What each package is
// stands in the table alone; order and imports are generated:
//
//	go test ./internal/lint -run TestArchitectureTable -args -write
func TestArchitectureTable(t *testing.T) {
	file := filepath.Join(root, "docs", "architecture.md")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const head = "| package | what it is | imports |\n|---|---|---|\n"
	before, rest, ok := strings.Cut(string(text), head)
	if !ok {
		t.Fatalf("%s has no table that begins with %q", file, head)
	}
	old, after, _ := strings.Cut(rest, "\n\n")
	var names []string
	about := make(map[string]string)
	for line := range strings.Lines(old) {
		cells := strings.Split(line, "|")
		if len(cells) != 5 {
			t.Fatalf("a row of the table of packages has not three cells: %s", line)
		}
		pkg := strings.Trim(strings.TrimSpace(cells[1]), "`")
		if pkg == "tacit" {
			pkg = ""
		}
		names = append(names, pkg)
		about[pkg] = strings.TrimSpace(cells[2])
	}
	var table strings.Builder
	for _, pkg := range ranked(t, names) {
		table.WriteString(row(pkg, about[pkg]))
		if about[pkg] == "" {
			t.Errorf("docs/architecture.md does not say what %q is", pkg)
		}
	}
	if table.String() == old+"\n" {
		return
	}
	if *write {
		if err := os.WriteFile(file, []byte(before+head+table.String()+"\n"+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("the table of packages in docs/architecture.md is not that of mayImport; "+
		"go test ./internal/lint -run TestArchitectureTable -args -write makes it\n%s", table.String())
}

// ranked returns the packages of the table so that each comes after all that it
// imports, and otherwise in the order given; new ones come last.
func ranked(t *testing.T, order []string) []string {
	t.Helper()
	var left []string
	for pkg := range mayImport {
		if !slices.ContainsFunc(leaves, func(prefix string) bool { return strings.HasPrefix(pkg, prefix) }) {
			left = append(left, pkg)
		}
	}
	place := func(pkg string) int {
		if i := slices.Index(order, pkg); i >= 0 {
			return i
		}
		return len(order)
	}
	slices.SortFunc(left, func(a, b string) int {
		if d := place(a) - place(b); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	var out []string
	for len(left) > 0 {
		next := slices.IndexFunc(left, func(pkg string) bool {
			return !slices.ContainsFunc(mayImport[pkg], func(below string) bool { return slices.Contains(left, below) })
		})
		if next < 0 {
			t.Fatalf("the packages %q import each other in a circle", left)
		}
		out = append(out, left[next])
		left = slices.Delete(left, next, next+1)
	}
	return out
}

// row is a row of the table.
func row(pkg, about string) string {
	name := func(pkg string) string {
		if pkg == "" {
			return "`tacit`"
		}
		return "`" + pkg + "`"
	}
	imports := "nothing of this module"
	if below := slices.Sorted(slices.Values(mayImport[pkg])); len(below) > 0 {
		for i := range below {
			below[i] = name(below[i])
		}
		imports = strings.Join(below, ", ")
	}
	return "| " + name(pkg) + " | " + about + " | " + imports + " |\n"
}

// TestPermissionsAreUsed: mayImport says what is imported, and no more.
func TestPermissionsAreUsed(t *testing.T) {
	for pkg, files := range imports(t) {
		for _, below := range mayImport[pkg] {
			want := strings.TrimSuffix(module+"/"+below, "/")
			used := false
			for _, paths := range files {
				used = used || slices.Contains(paths, want)
			}
			if !used {
				t.Errorf("mayImport lets %q import %q, which it does not", pkg, below)
			}
		}
	}
}
