package lab

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/lab/page"
)

//go:embed engine
var engineFiles embed.FS

// The files of the engine, by their names here and on a site.
const (
	engineFile    = "engine/tacit.wasm.gz"
	engineOnSite  = "tacit.engine" // not .gz, which some hosts would send unpacked
	runtimeFile   = "engine/wasm_exec.js"
	runtimeOnSite = "wasm_exec.js"
)

// sitePolicy is contentPolicy for an exported site, which compiles its engine.
const sitePolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; " +
	"connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'"

// firstView is how long the first view of a page may take at an export. What takes
// longer is computed when the page is opened.
const firstView = 20 * time.Second

// ErrNoEngine is a binary that cannot export.
var ErrNoEngine = errors.New("this binary was built without the engine of exported sites")

// Site is what Export wrote.
type Site struct {
	Pages  int
	Engine int64 // bytes of the engine as it is sent
	Total  int64 // bytes of all files
}

// Export writes a site into dir that any web server can hand out: one page of HTML
// for each page of the lab, with its first picture drawn, and the engine that draws
// the others in the browser. A site that is there is replaced only with force.
func Export(ctx context.Context, dir string, cfg Config, force bool) (*Site, error) {
	engine, err := engineFiles.ReadFile(engineFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoEngine
	}
	if err != nil {
		return nil, err
	}
	runtime, err := engineFiles.ReadFile(runtimeFile)
	if err != nil {
		return nil, err
	}
	s, err := New(cfg)
	if err != nil {
		return nil, err
	}
	if _, err := os.Lstat(filepath.Join(dir, "index.html")); err == nil && !force {
		return nil, &dataio.ExistsError{Dir: dir, Name: "index.html"}
	}
	if err := os.MkdirAll(filepath.Join(dir, "assets"), 0o777); err != nil {
		return nil, err
	}
	site := &Site{Pages: len(s.pages), Engine: int64(len(engine))}
	write := func(name string, content []byte) error {
		site.Total += int64(len(content))
		return dataio.WriteFile(filepath.Join(dir, name), func(w io.Writer) error {
			_, err := w.Write(content)
			return err
		})
	}
	for name, a := range s.web.assets {
		if err := write(filepath.Join("assets", name), a.content); err != nil {
			return nil, err
		}
	}
	if err := errors.Join(write(filepath.Join("assets", engineOnSite), engine), write(filepath.Join("assets", runtimeOnSite), runtime)); err != nil {
		return nil, err
	}
	// index.html last: where it is the site is whole.
	for k := len(s.pages) - 1; k >= 0; k-- {
		text, err := s.sitePage(ctx, s.pages[k])
		if err != nil {
			return nil, err
		}
		if err := write(siteName(s.pages[k]), text); err != nil {
			return nil, err
		}
		if k == 0 {
			err = write("index.html", text)
		}
		if err != nil {
			return nil, err
		}
	}
	return site, nil
}

func siteName(p *page.Page) string { return p.ID + ".html" }

// sitePage is the HTML of one page.
func (s *Server) sitePage(ctx context.Context, p *page.Page) ([]byte, error) {
	x := Index{Version: s.cfg.Version, Static: true, Policy: sitePolicy, Page: p, ReadOnly: true}
	for _, q := range s.pages {
		x.Rail = append(x.Rail, RailItem{q.ID, q.Title, siteName(q), q == p})
	}
	x.Boot = Boot{Mode: "wasm", Version: s.cfg.Version, ReadOnly: true, Page: p.ID}
	limited, cancel := context.WithTimeout(ctx, firstView)
	defer cancel()
	v, err := compute(limited, p, page.Input{Progress: func(float64, *page.View) {}})
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, context.DeadlineExceeded):
		x.Failure = "This picture takes longer; it is computed when scripts run."
	case err != nil:
		return nil, err
	default:
		x.View = page.Render(v, 0)
		x.Boot.View = x.View
	}
	var b bytes.Buffer
	err = s.web.index.Execute(&b, x)
	return b.Bytes(), err
}
