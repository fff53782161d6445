package lab

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tacit-dev/tacit/lab/page"
	"github.com/tacit-dev/tacit/plot"
)

// point is a page of one figure with one handle.
var point = page.Page{
	ID: "point", Title: "A point", Sentence: "There is a point.", Formula: "x ∈ ℝ",
	Controls: []page.Control{{Key: "x", Label: "x", Kind: page.Number, Default: "1", Min: -3, Max: 3}},
	Compute: func(_ context.Context, in page.Input) (*page.View, error) {
		x := 1.0
		v := &page.View{State: page.State{"x": "1"}}
		if text, ok := in.State["x"]; ok {
			if err := json.Unmarshal([]byte(text), &x); err != nil {
				v.Notes = append(v.Notes, "x cannot be read; 1 is used")
			} else {
				v.State["x"] = text
			}
		}
		v.Summary = "x is " + v.State["x"]
		v.Figures = []page.Figure{{ID: "f", Figure: &plot.Figure{Kind: "f", Title: "<x>", Alt: "a point", Panels: []plot.Panel{{
			X:      plot.Axis{Min: -4, Max: 4},
			Series: []plot.Series{{Name: "x", X: []float64{x}, Y: []float64{0}, Shape: plot.Points}},
		}}}, Handles: []page.Handle{{X: x, Y: 0, XKey: "x", Point: -1, Label: "x"}}}}
		v.Checks = []page.Check{{Name: "x = x", Error: math.NaN(), Tolerance: 1e-9}}
		return v, nil
	},
}

// newServer makes a server of test pages.
func newServer(t testing.TB, cfg Config) *Server {
	t.Helper()
	if cfg.Pages == nil {
		cfg.Pages = []*page.Page{&point}
	}
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// do sends one request to s and returns the answer.
func do(s http.Handler, method, target, body string, header ...string) *http.Response {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Host = "localhost:7878"
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for k := 0; k+1 < len(header); k += 2 {
		if header[k] == "Host" {
			r.Host = header[k+1]
			continue
		}
		r.Header.Set(header[k], header[k+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result()
}

func text(t testing.TB, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// refused checks that an answer is an error of the given kind that says something.
func refused(t testing.TB, r *http.Response, status int, code string) string {
	t.Helper()
	body := text(t, r)
	var e struct {
		Error struct{ Code, Message string }
	}
	if err := json.Unmarshal([]byte(body), &e); err != nil {
		t.Fatalf("%v in %q", err, body)
	}
	if r.StatusCode != status || e.Error.Code != code || e.Error.Message == "" {
		t.Errorf("%d %q %q, want %d %q", r.StatusCode, e.Error.Code, e.Error.Message, status, code)
	}
	return e.Error.Message
}

func TestPagesAreListed(t *testing.T) {
	r := do(newServer(t, Config{}), "GET", "/api/v1/pages", "")
	var got struct {
		Pages []struct {
			ID       string
			Controls []struct {
				Key, Kind, Default string
				Min, Max           float64
			}
		}
	}
	if err := json.Unmarshal([]byte(text(t, r)), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Pages) != 1 || got.Pages[0].ID != "point" || got.Pages[0].Controls[0].Kind != "number" || got.Pages[0].Controls[0].Min != -3 {
		t.Errorf("%+v", got)
	}
}

func TestViewIsDrawn(t *testing.T) {
	s := newServer(t, Config{})
	r := do(s, "POST", "/api/v1/pages/point/view", `{"state":{"x":"2.5"},"width":500}`)
	var got struct {
		State   map[string]string
		Figures []struct {
			SVG    string
			Width  float64
			Panels []struct {
				Box [4]float64
				X   struct{ Min, Max float64 }
			}
			Handles []struct {
				X    float64
				XKey string `json:"x_key"`
			}
		}
		Checks []struct {
			Error    *float64
			ErrorWhy string `json:"error_why"`
		}
	}
	if err := json.Unmarshal([]byte(text(t, r)), &got); err != nil {
		t.Fatal(err)
	}
	f := got.Figures[0]
	if r.StatusCode != http.StatusOK || got.State["x"] != "2.5" || f.Width != 500 || !strings.HasPrefix(f.SVG, "<svg") || f.Panels[0].X.Min != -4 || f.Handles[0].XKey != "x" {
		t.Errorf("%d %+v", r.StatusCode, got)
	}
	if got.Checks[0].Error != nil || got.Checks[0].ErrorWhy == "" {
		t.Errorf("a number that is none: %+v", got.Checks[0])
	}
}

func TestViewRefuses(t *testing.T) {
	s := newServer(t, Config{Limits: Limits{Body: 200}})
	const view = "/api/v1/pages/point/view"
	refused(t, do(s, "POST", view, `{"state":`), 400, codeBadState)
	refused(t, do(s, "POST", view, `{"state":{"x":7}}`), 400, codeBadState)
	refused(t, do(s, "POST", view, `{} {}`), 400, codeBadState)
	refused(t, do(s, "POST", view, `{}x`), 400, codeBadState)
	refused(t, do(s, "POST", view, `{}`, "Content-Type", "text/plain"), 415, codeBadState)
	refused(t, do(s, "POST", view, `{"state":{"x":"`+strings.Repeat("1", 300)+`"}}`), 413, codeTooLarge)
	refused(t, do(s, "POST", "/api/v1/pages/none/view", `{}`), 404, codeNotFound)
	refused(t, do(s, "GET", "/api/v1/nothing", ""), 404, codeNotFound)
}

// TestPagePanicEndsItsRequestOnly: a defect of a page is an internal error that
// says nothing of the inside, and the next request is served.
func TestPagePanicEndsItsRequestOnly(t *testing.T) {
	broken := page.Page{ID: "broken", Compute: func(context.Context, page.Input) (*page.View, error) { panic("secret") }}
	s := newServer(t, Config{Pages: []*page.Page{&broken, &point}, Limits: Limits{Small: 1}})
	for range 3 {
		if m := refused(t, do(s, "POST", "/api/v1/pages/broken/view", `{}`), 500, codeInternal); strings.Contains(m, "secret") {
			t.Error(m)
		}
	}
	if r := do(s, "POST", "/api/v1/pages/point/view", `{}`); r.StatusCode != 200 {
		t.Errorf("%d", r.StatusCode)
	}
}

// TestLogNamesPageAndState of an internal error.
func TestLogNamesPageAndState(t *testing.T) {
	var logged []string
	broken := page.Page{ID: "broken", Compute: func(context.Context, page.Input) (*page.View, error) { return nil, errors.New("inside") }}
	s := newServer(t, Config{Pages: []*page.Page{&broken}, Log: func(line string) { logged = append(logged, line) }})
	refused(t, do(s, "POST", "/api/v1/pages/broken/view", `{"state":{"x":"7\n8"}}`), 500, codeInternal)
	if len(logged) != 1 || !strings.Contains(logged[0], "page=broken&x=7%0A8") || !strings.Contains(logged[0], "inside") {
		t.Errorf("log %q", logged)
	}
}

// TestIndexDoesNotWaitForLongPages: the page comes without its picture, and says so.
func TestIndexDoesNotWaitForLongPages(t *testing.T) {
	s := newServer(t, Config{Pages: []*page.Page{longPage(make(chan error, 1))}, Limits: Limits{View: 50 * time.Millisecond}})
	if r := do(s, "GET", "/", ""); r.StatusCode != http.StatusOK || !strings.Contains(text(t, r), "this picture takes longer") {
		t.Errorf("%d", r.StatusCode)
	}
}

// TestIndexReadsWithoutScripts: the picture and what was found stand in the page,
// and nothing in it runs or styles inline.
func TestIndexReadsWithoutScripts(t *testing.T) {
	s := newServer(t, Config{})
	r := do(s, "GET", "/?v=1&page=point&x=2", "")
	body := text(t, r)
	for _, want := range []string{"<svg", "x is 2", "There is a point.", "&lt;x&gt;"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, bad := range []string{"<style", " style=", "onclick", "javascript:"} {
		if strings.Contains(body, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
	boot := body[strings.Index(body, `id="boot">`)+len(`id="boot">`):]
	var b Boot
	if err := json.Unmarshal([]byte(boot[:strings.Index(boot, "</script>")]), &b); err != nil {
		t.Fatal(err)
	}
	if b.Page != "point" || b.View.State["x"] != "2" || b.Instance != s.instance {
		t.Errorf("%+v", b)
	}
	if body := text(t, do(s, "GET", "/?page=none&x=2", "")); !strings.Contains(body, "there is no page") {
		t.Error("an unknown page goes without a note")
	}
}
