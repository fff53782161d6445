package lab

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/lab/page"
)

// TestEngineAnswersAsTheServer builds the engine, runs it under node, and compares
// a view with the server's, to the byte of its picture.
func TestEngineAnswersAsTheServer(t *testing.T) {
	if testing.Short() {
		t.Skip("compiling to WebAssembly takes half a minute: left out with -short")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("there is no node to run WebAssembly in")
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Skip("there is no go to compile with")
	}
	runtime := filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js")
	if _, err := os.Stat(runtime); err != nil {
		t.Skipf("this Go lacks its support for browsers: %v", err)
	}
	wasm := filepath.Join(t.TempDir(), "tacit.wasm")
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", wasm, "./wasm")
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	out, err := exec.Command(node, filepath.Join("testdata", "engine.mjs"), wasm, runtime).Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var got struct {
		Pages              []string
		Width              float64
		SVG, Summary       string
		Refused, Cancelled string
	}
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	var want []string
	for _, p := range page.Pages() {
		want = append(want, p.ID)
	}
	if !slices.Equal(got.Pages, want) {
		t.Errorf("pages %v, want %v", got.Pages, want)
	}
	v, err := page.ByID("simplex").Compute(context.Background(), page.Input{})
	if err != nil {
		t.Fatal(err)
	}
	if f := page.Render(v, 500).Figures[0]; got.Width != 500 || got.SVG != f.SVG || got.Summary != v.Summary {
		t.Errorf("the view differs: %q, the server's %q", got.Summary, v.Summary)
	}
	if !strings.Contains(got.Refused, `no page "none"`) {
		t.Errorf("an unknown page: %q", got.Refused)
	}
	if got.Cancelled == "finished" || got.Cancelled == "" {
		t.Errorf("cancelled: %q", got.Cancelled)
	}
}

func TestExport(t *testing.T) {
	dir := t.TempDir()
	site, err := Export(context.Background(), dir, Config{Pages: []*page.Page{&point}}, false)
	if errors.Is(err, ErrNoEngine) {
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("it leaves %v, %v", left, err)
		}
		t.Skip("this binary has no engine to export: `make engine` makes it")
	}
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "point.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"<svg", "x is 1", "wasm-unsafe-eval", `"mode":"wasm"`, `href="point.html"`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, name := range []string{"index.html", "assets/tacit.engine", "assets/wasm_exec.js", "assets/worker.js", "assets/app.js"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
	if site.Pages != 1 || site.Engine < 1<<20 || site.Total < site.Engine {
		t.Errorf("%+v", site)
	}
	var exists *dataio.ExistsError
	if _, err := Export(context.Background(), dir, Config{Pages: []*page.Page{&point}}, false); !errors.As(err, &exists) {
		t.Errorf("a site that is there: %v", err)
	}
	if _, err := Export(context.Background(), dir, Config{Pages: []*page.Page{&point}}, true); err != nil {
		t.Errorf("with force: %v", err)
	}
}

// TestSitePageReadsWithoutScripts holds without an engine too.
func TestSitePageReadsWithoutScripts(t *testing.T) {
	s := newServer(t, Config{})
	text, err := s.sitePage(context.Background(), &point)
	if err != nil || !strings.Contains(string(text), "<svg") || strings.Contains(string(text), `href="/`) || strings.Contains(string(text), `src="/`) {
		t.Errorf("%v %s", err, text)
	}
}
