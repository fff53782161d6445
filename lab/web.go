package lab

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"io/fs"
	"mime"
	"net/http"
	"path"

	"github.com/tacit-dev/tacit/lab/page"
)

//go:generate go run -C ../tools/labweb .

//go:embed web/index.html web/dist
var webFiles embed.FS

// web is the embedded front end.
type web struct {
	index  *template.Template
	assets map[string]asset
}

type asset struct {
	content []byte
	kind    string
	tag     string
}

func newWeb() (*web, error) {
	w := &web{assets: make(map[string]asset)}
	var err error
	if w.index, err = template.New("index.html").Funcs(template.FuncMap{
		"rich": page.RichText, "formula": page.RichFormula,
		"svg": func(s string) template.HTML { return template.HTML(s) }, // drawn by package plot, which escapes every text
	}).ParseFS(webFiles, "web/index.html"); err != nil {
		return nil, err
	}
	dist, err := fs.Sub(webFiles, "web/dist")
	if err != nil {
		return nil, err
	}
	err = fs.WalkDir(dist, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(dist, name)
		if err != nil {
			return err
		}
		digest := sha256.Sum256(text)
		w.assets[name] = asset{text, kindOf(name), `"` + hex.EncodeToString(digest[:8]) + `"`}
		return nil
	})
	return w, err
}

// kindOf is the media type of a file, by the ending of its name; not as the
// machine's tables have it, which may be wrong.
func kindOf(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".html":
		return "text/html; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".wasm":
		return "application/wasm"
	case ".txt":
		return "text/plain; charset=utf-8"
	}
	if kind := mime.TypeByExtension(path.Ext(name)); kind != "" {
		return kind
	}
	return "application/octet-stream"
}

// asset answers with a file of the front end.
func (s *Server) asset(w http.ResponseWriter, r *http.Request) {
	a, ok := s.web.assets[r.PathValue("file")]
	if !ok {
		writeError(w, asAPIError(notFound("there is no file %q", clip(r.PathValue("file")))))
		return
	}
	w.Header().Set("Cache-Control", "no-cache") // asked for again, and not sent if it is the same
	w.Header().Set("ETag", a.tag)
	if r.Header.Get("If-None-Match") == a.tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	s.send(w, a.kind, a.content)
}

// Index is what the template of a page is given. The page has to read without
// scripts: its text, its picture and what was found stand in it.
type Index struct {
	Version  string
	Static   bool   // an exported site: pages are computed in the browser
	Policy   string // Content-Security-Policy of an exported site, else ""
	Rail     []RailItem
	Page     *page.Page
	View     *page.Rendered // of Page, nil if Failure says why not
	Failure  string
	Boot     Boot // for the script, as JSON
	ReadOnly bool
}

// RailItem is a link to a page that works without scripts.
type RailItem struct {
	ID, Title, Href string
	Current         bool
}

// Boot is what the script of a page begins with.
type Boot struct {
	Mode     string `json:"mode"` // "server" or "wasm"
	Version  string `json:"version"`
	Instance string `json:"instance"`
	ReadOnly bool   `json:"read_only"`
	page.PageList
	Page  string         `json:"page"`
	View  *page.Rendered `json:"view"` // of the page, null if it has to be asked for
	Notes []string       `json:"notes"`
}

// index answers with a page, "/?page=alpha&la=-690" with the one that a link
// without # names.
func (s *Server) index(w http.ResponseWriter, r *http.Request) {
	id, state, notes := page.ParseLink(r.URL.RawQuery)
	p := s.pages[0]
	for _, q := range s.pages {
		if q.ID == id {
			p = q
		}
	}
	if id != "" && p.ID != id {
		notes = append(notes, "there is no page \""+clip(id)+"\"; this is the first")
	}
	x := Index{Version: s.cfg.Version, Page: p, ReadOnly: s.cfg.ReadOnly}
	for _, q := range s.pages {
		x.Rail = append(x.Rail, RailItem{q.ID, q.Title, "/?page=" + q.ID, q == p})
	}
	view, err := s.first(r, p, state)
	if err != nil {
		s.logged(err)
		x.Failure = asAPIError(err).message
	} else {
		view.Notes = append(notes, view.Notes...)
		x.View = view
	}
	x.Boot = Boot{Mode: "server", Version: s.cfg.Version, Instance: s.instance, ReadOnly: s.cfg.ReadOnly, PageList: page.List(s.pages), Page: p.ID, View: view, Notes: notes}
	var b bytes.Buffer
	if err := s.web.index.Execute(&b, x); err != nil {
		writeError(w, asAPIError(err))
		return
	}
	s.send(w, "text/html; charset=utf-8", b.Bytes())
}
