package lab

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/tacit-dev/tacit/lab/page"
)

func (s *Server) health(w http.ResponseWriter, _ *http.Request) error {
	writeJSON(w, http.StatusOK, struct {
		OK       bool   `json:"ok"`
		Instance string `json:"instance"`
	}{true, s.instance})
	return nil
}

func (s *Server) version(w http.ResponseWriter, _ *http.Request) error {
	writeJSON(w, http.StatusOK, struct {
		API      string `json:"api"`
		Version  string `json:"version"`
		Instance string `json:"instance"`
		ReadOnly bool   `json:"read_only"`
	}{"v1", s.cfg.Version, s.instance, s.cfg.ReadOnly})
	return nil
}

func (s *Server) listPages(w http.ResponseWriter, _ *http.Request) error {
	text, err := page.List(s.pages).JSON()
	if err != nil {
		return err
	}
	writeText(w, http.StatusOK, "application/json", text)
	return nil
}

// find returns the page that a path names.
func (s *Server) find(r *http.Request) (*page.Page, error) {
	id := r.PathValue("id")
	for _, p := range s.pages {
		if p.ID == id {
			return p, nil
		}
	}
	return nil, notFound("there is no page %q: %spages lists them", clip(id), apiPrefix)
}

func (s *Server) view(w http.ResponseWriter, r *http.Request) error {
	p, err := s.find(r)
	if err != nil {
		return err
	}
	var ask struct {
		State page.State `json:"state"`
		Width float64    `json:"width"`
	}
	if err := readJSON(r, &ask); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), s.cfg.Limits.View)
	defer cancel()
	out, err := s.render(ctx, client(r), p, ask.State, ask.Width)
	if err != nil {
		return err
	}
	text, err := out.JSON()
	if err != nil {
		return err
	}
	s.send(w, "application/json", text)
	return nil
}

// sendJSON answers with v.
func (s *Server) sendJSON(w http.ResponseWriter, v any) {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(s.cfg.Limits.Write)) // as in bounded
	writeJSON(w, http.StatusOK, v)
}

// send answers with text, within the time that a client has to take it.
func (s *Server) send(w http.ResponseWriter, kind string, text []byte) {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(s.cfg.Limits.Write)) // as in bounded
	writeText(w, http.StatusOK, kind, text)
}

// render computes and draws a page when it is the client's turn.
func (s *Server) render(ctx context.Context, client string, p *page.Page, state page.State, width float64) (*page.Rendered, error) {
	if err := s.small.acquire(ctx, client); err != nil {
		return nil, err
	}
	defer s.small.release()
	begin := time.Now()
	v, err := compute(ctx, p, page.Input{State: state, Data: s.data})
	if err != nil {
		return nil, err
	}
	out := page.Render(v, width)
	out.Seconds = time.Since(begin).Seconds()
	return out, nil
}

// data is the data of a user as pages take it.
func (s *Server) data(name string) (*page.Data, error) {
	u, err := s.problem(name)
	switch {
	case err != nil:
		return nil, err
	case u.data == nil:
		return nil, badState("%s", u.why)
	}
	return u.data, nil
}

// compute is p.Compute, whose panics are defects of a page and end that page's
// request only. Errors name page and state, for the log.
func compute(ctx context.Context, p *page.Page, in page.Input) (v *page.View, err error) {
	defer func() {
		if failure := recover(); failure != nil {
			err = fmt.Errorf("page %s: state %q: %v\n%s", p.ID, brief(p, in.State), failure, debug.Stack())
		}
	}()
	if v, err = p.Compute(ctx, in); err != nil {
		return nil, fmt.Errorf("page %s: state %q: %w", p.ID, brief(p, in.State), err)
	}
	return v, nil
}

// brief is a state in a line of the log.
func brief(p *page.Page, state page.State) string {
	const most = 1000
	link := page.FormatLink(p, state)
	if len(link) > most {
		return link[:most] + "…"
	}
	return link
}

// readJSON reads the body of a request into v. Fields that v does not have are
// left out, so that a newer page can speak to an older server.
func readJSON(r *http.Request, v any) error {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return &apiError{http.StatusUnsupportedMediaType, codeBadState,
			fmt.Sprintf("the body has to be application/json, not %q", clip(r.Header.Get("Content-Type")))}
	}
	text, err := io.ReadAll(r.Body)
	if err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return err
		}
		return badState("the body of the request ended early: send it again")
	}
	d := json.NewDecoder(bytes.NewReader(text))
	if err := d.Decode(v); err != nil {
		return badState("the body of the request is no JSON of the expected form: %v", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return badState("the body of the request goes on after its JSON: send one object")
	}
	return nil
}

// patience is how long an index page waits for the view of a Long page, which its
// script can have as a stream.
const patience = 3 * time.Second

// first computes the view that an index page stands with.
func (s *Server) first(r *http.Request, p *page.Page, state page.State) (*page.Rendered, error) {
	limit := s.cfg.Limits.View
	if p.Long {
		limit = min(limit, patience)
	}
	ctx, cancel := context.WithTimeout(r.Context(), limit)
	defer cancel()
	v, err := s.render(ctx, client(r), p, state, 0)
	if p.Long && errors.Is(err, context.DeadlineExceeded) {
		return nil, timedOut("this picture takes longer: it is computed when scripts run")
	}
	return v, err
}
