package lab

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/tacit-dev/tacit/lab/page"
)

// Partial views and progress are sent no more often than they can be looked at.
const (
	partialPause  = 150 * time.Millisecond
	progressPause = 50 * time.Millisecond
)

// events writes server-sent events. The first that cannot be written within the
// time that a client has ends the work that they tell of.
type events struct {
	w      http.ResponseWriter
	c      *http.ResponseController
	limit  time.Duration // for the client to take one event
	cancel context.CancelCauseFunc

	mu   sync.Mutex // progress may come from several goroutines
	lost error
}

var errClientGone = errors.New("the client is gone")

// newEvents begins a stream; cancel ends the work behind it.
func newEvents(w http.ResponseWriter, limit time.Duration, cancel context.CancelCauseFunc) *events {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("X-Accel-Buffering", "no") // a proxy in between shall pass events on at once
	w.WriteHeader(http.StatusOK)
	return &events{w: w, c: http.NewResponseController(w), limit: limit, cancel: cancel}
}

// send writes one event, whose data is one line of JSON.
func (e *events) send(name string, data []byte) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.lost != nil {
		return
	}
	var b bytes.Buffer
	b.WriteString("event: " + name + "\ndata: ")
	b.Write(bytes.TrimRight(data, "\n"))
	b.WriteString("\n\n")
	err := e.c.SetWriteDeadline(time.Now().Add(e.limit))
	if err == nil || errors.Is(err, http.ErrNotSupported) {
		if _, err = e.w.Write(b.Bytes()); err == nil {
			err = e.c.Flush()
		}
	}
	if err != nil {
		e.lost = err
		e.cancel(errClientGone)
	}
}

func (e *events) sendJSON(name string, v any) {
	text, err := json.Marshal(v)
	if err != nil { // a defect: v is made of plain fields
		text = []byte("{}")
	}
	e.send(name, text)
}

// fail ends a stream with an error.
func (e *events) fail(err error) {
	var body struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	}
	known := asAPIError(err)
	body.Code, body.Message = known.code, known.message
	e.sendJSON("error", body)
}

// begin opens the stream of a request, with the context of the work behind it.
func (s *Server) begin(w http.ResponseWriter, r *http.Request) (*events, context.Context, func()) {
	limited, stop := context.WithTimeout(r.Context(), s.cfg.Limits.Stream)
	ctx, cancel := context.WithCancelCause(limited)
	done := func() {
		cancel(nil)
		stop()
	}
	return newEvents(w, s.cfg.Limits.Write, cancel), ctx, done
}

type progress struct {
	Done    float64 `json:"done"`
	Waiting bool    `json:"waiting,omitempty"` // for its turn
}

// stream computes a page and tells of its progress. Closing the stream ends the
// work.
func (s *Server) stream(w http.ResponseWriter, r *http.Request) error {
	p, err := s.find(r)
	if err != nil {
		return err
	}
	query := r.URL.Query()
	_, state, notes := page.ParseLink(query.Get("state"))
	width, _ := strconv.ParseFloat(query.Get("width"), 64) // 0, the usual, if it cannot be read
	e, ctx, done := s.begin(w, r)
	defer done()
	e.sendJSON("progress", progress{Waiting: true})
	if err := s.long.acquire(ctx, client(r)); err != nil {
		e.fail(err)
		return nil
	}
	defer s.long.release()
	e.sendJSON("progress", progress{})
	begin := time.Now()
	show := func(v *page.View, partial bool) {
		out := page.Render(v, width)
		out.Notes = append(notes, out.Notes...)
		out.Seconds, out.Partial = time.Since(begin).Seconds(), partial
		text, err := out.JSON()
		if err != nil {
			e.fail(err)
			return
		}
		e.send("view", text)
	}
	v, err := compute(ctx, p, page.Input{State: state, Data: s.data, Progress: observer(e, show)})
	if err != nil {
		s.logged(err)
		e.fail(err)
		return nil
	}
	show(v, false)
	e.send("end", []byte("{}"))
	return nil
}

// observer passes progress on, thinned.
func observer(e *events, show func(*page.View, bool)) func(float64, *page.View) {
	var mu sync.Mutex
	var told, shown time.Time
	return func(done float64, partial *page.View) {
		mu.Lock()
		defer mu.Unlock()
		now := time.Now()
		if now.Sub(told) >= progressPause {
			told = now
			e.sendJSON("progress", progress{Done: max(0, min(1, done))})
		}
		if partial != nil && now.Sub(shown) >= partialPause {
			show(partial, true)
			shown = time.Now()
		}
	}
}
