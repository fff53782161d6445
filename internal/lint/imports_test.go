// Package lint holds rules about the module as a whole, as tests.
package lint

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	module = "github.com/tacit-dev/tacit"
	root   = "../.."
)

// mayImport lists, for every package, the packages of this module that it may
// import: downwards only. A package that is not in the list has no place yet;
// give it one.
var mayImport = map[string][]string{
	"internal/parallel": {},
	"internal/blas":     {"internal/parallel"},
	"internal/lint":     {},
	"internal/decimal":  {},
	"internal/suggest":  {},
	"internal/mpi":      {"linop"},

	"geometry":              {"internal/blas", "internal/parallel", "internal/decimal", "internal/suggest"},
	"geometry/geometrytest": {"geometry"},
	"linop":                 {"internal/blas", "internal/parallel", "linop/internal/fft"},
	"linop/internal/fft":    {"internal/parallel"},
	"linop/linoptest":       {"linop"},
	"param":                 {"geometry", "internal/suggest"},
	"ode":                   {},
	"loss":                  {},
	"flow":                  {"dual", "geometry", "landscape", "linop", "loss", "ode", "param", "internal/blas"},
	"ode/odetest":           {"ode"},
	"dual":                  {"geometry", "linop", "internal/blas"},
	// limit asks certify whether columns are independent, by exact elimination,
	// so that it claims nothing that the verifier would refuse; never the other
	// way round.
	"limit": {"certify", "dual", "geometry", "linop", "internal/blas", "internal/parallel"},
	// certify shares nothing with the solvers, not even their kernels; of the
	// catalogue's potentials it takes the formulas.
	"certify": {"linop", "geometry"},
	"dataio":  {"linop", "internal/parallel"},
	"lab/page": {
		"",
		"certify",
		"dual",
		"flow",
		"geometry",
		"landscape",
		"limit",
		"limit/lowrank",
		"linop",
		"loss",
		"param",
		"phase",
		"plot",
		"internal/decimal",
		"internal/inspect",
		"internal/instance",
	},
	"lab":               {"certify", "dataio", "lab/page", "linop", "plot"},
	"lab/wasm":          {"lab/page"},
	"report":            {"certify", "plot"},
	"phase":             {},
	"plot":              {"dataio", "geometry", "limit", "linop", "phase", "internal/decimal", "internal/suggest"},
	"landscape":         {"internal/blas", "internal/parallel"},
	"internal/inspect":  {"linop"},
	"internal/instance": {"linop"},

	"descent":             {"geometry", "linop", "param", "internal/blas"},
	"theorem":             {"descent", "dual", "flow", "geometry", "landscape", "limit", "limit/lowrank", "linop", "loss", "ode", "param", "internal/blas", "internal/instance"},
	"docs/theory/figures": {"dataio", "descent", "dual", "flow", "geometry", "landscape", "limit", "limit/lowrank", "linop", "ode", "param", "plot", "internal/instance"},

	"limit/lowrank": {"limit", "linop", "internal/blas", "internal/parallel"},
	"":              {"limit", "limit/lowrank", "certify", "linop", "geometry"},
	"sweep":         {"", "dataio", "descent", "dual", "flow", "geometry", "limit", "loss", "ode", "param", "phase", "internal/blas", "internal/decimal", "internal/instance", "internal/parallel", "internal/suggest"},
	"sweep/elastic": {"sweep", "internal/parallel"},
	"cmd/tacit": {
		"",
		"certify",
		"dataio",
		"descent",
		"geometry",
		"lab",
		"landscape",
		"limit",
		"limit/lowrank",
		"linop",
		"param",
		"plot",
		"report",
		"sweep",
		"sweep/elastic",
		"theorem",
		"internal/decimal",
		"internal/inspect",
		"internal/instance",
		"internal/mpi",
		"internal/suggest", "dual", "flow", "loss", "ode"},
	"examples/pooling":          {"dataio"},
	"examples/image":            {"examples/internal/picture", "limit", "linop"},
	"examples/inpainting":       {"examples/internal/picture", "limit", "limit/lowrank", "linop"},
	"examples/internal/picture": {},
	"examples/raking":           {"", "dataio", "limit"},
	"bench/deep":                {"dataio", "flow", "landscape"},
	"examples/correlation":      {"", "dataio", "limit"},
	"bench/kernels":             {"internal/blas"},
	"bench/flow":                {"dual", "flow", "geometry", "linop", "loss", "ode"},
	"bench/i1":                  {"limit", "linop"},
	"bench/geometries":          {"", "limit"},
	"bench/margin":              {"dataio", "flow", "limit", "internal/instance"},
	"bench/lowrank":             {"", "dataio", "internal/instance"},
	"bench":                     {"dataio", "limit", "linop", "internal/blas", "internal/instance", "internal/parallel"},
}

// thirdParty lists the modules from outside that library packages may use.
// What is heavier belongs to the commands.
var thirdParty = []string{"gonum.org/v1/gonum", "golang.org/x/sys"}

// mayUseUnsafe lists the packages that see memory as bytes: the readers, so
// that a file becomes numbers without a copy, and the kernels.
var mayUseUnsafe = []string{"dataio", "internal/blas", "internal/mpi"}

// commands are free in what they take from outside, and so are the packages that
// only they reach.
var commands = []string{
	"bench",
	"bench/flow",
	"bench/geometries",
	"bench/i1",
	"bench/kernels",
	"bench/lowrank",
	"cmd/tacit",
	"docs/theory/figures",
	"examples/image",
	"examples/pooling",
	"internal/mpi",
	"plot",
	"sweep",
	"sweep/elastic",
}

func TestImportsPointDownwards(t *testing.T) {
	seen := make(map[string]bool)
	for pkg, files := range imports(t) {
		seen[pkg] = true
		allowed, known := mayImport[pkg]
		if !known {
			t.Errorf("package %q has no place in the import order: add it to mayImport", pkg)
			continue
		}
		for file, paths := range files {
			for _, p := range paths {
				if !permitted(pkg, p, allowed) {
					t.Errorf("%s: %q may not import %q", file, pkg, p)
				}
			}
		}
	}
	for pkg := range mayImport {
		if !seen[pkg] && pkg != "internal/lint" {
			t.Errorf("mayImport lists %q, which does not exist", pkg)
		}
	}
}

// permitted decides on one import of pkg.
func permitted(pkg, imported string, allowed []string) bool {
	if imported == module {
		return slices.Contains(allowed, "")
	}
	if own, ok := strings.CutPrefix(imported, module+"/"); ok {
		return slices.Contains(allowed, own)
	}
	first, _, _ := strings.Cut(imported, "/")
	if !strings.Contains(first, ".") {
		return imported != "C" && (imported != "unsafe" || slices.Contains(mayUseUnsafe, pkg))
	}
	if slices.Contains(commands, pkg) {
		return true
	}
	return slices.ContainsFunc(thirdParty, func(m string) bool {
		return imported == m || strings.HasPrefix(imported, m+"/")
	})
}

// TestPermittedRefuses keeps the rule above able to fail.
func TestPermittedRefuses(t *testing.T) {
	for _, c := range []struct {
		pkg, imported string
		want          bool
	}{
		{"certify", module + "/linop", true},
		{"certify", module + "/limit", false},
		{"certify", module + "/internal/blas", false},
		{"linop", module + "/dual", false},
		{"linop", module, false},
		{"limit", "github.com/spf13/cobra", false},
		{"cmd/tacit", "github.com/spf13/cobra", true},
		{"limit", "gonum.org/v1/gonum/lapack", true},
		{"limit", "math", true},
		{"limit", "C", false},
		{"limit", "unsafe", false},
		{"dataio", "unsafe", true},
		{"cmd/tacit", "C", false},
	} {
		if got := permitted(c.pkg, c.imported, mayImport[c.pkg]); got != c.want {
			t.Errorf("permitted(%q, %q) = %v, want %v", c.pkg, c.imported, got, c.want)
		}
	}
}

// imports returns, for each package directory of the module, the imports of
// its files that are not tests.
func imports(t *testing.T) map[string]map[string][]string {
	t.Helper()
	found := make(map[string]map[string][]string)
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return enter(name, d)
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		pkg := packageOf(name)
		if found[pkg] == nil {
			found[pkg] = make(map[string][]string)
		}
		for _, s := range f.Imports {
			p, err := strconv.Unquote(s.Path.Value)
			if err != nil {
				return err
			}
			found[pkg][name] = append(found[pkg][name], p)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// enter skips what is not of this module: hidden folders, test data, modules
// of their own.
func enter(name string, d fs.DirEntry) error {
	if name == root {
		return nil
	}
	if strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" {
		return filepath.SkipDir
	}
	if _, err := os.Stat(filepath.Join(name, "go.mod")); err == nil {
		return filepath.SkipDir
	}
	return nil
}

// packageOf is the folder of a file relative to the module, "" for the root.
func packageOf(file string) string {
	rel, err := filepath.Rel(root, filepath.Dir(file))
	if err != nil || rel == "." {
		return ""
	}
	return path.Clean(filepath.ToSlash(rel))
}
