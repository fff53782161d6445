package lab

import (
	"bufio"
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/tacit-dev/tacit/lab/page"
)

// long is a page that works until it is told to stop, and says when it has.
func longPage(stopped chan<- error) *page.Page {
	return &page.Page{ID: "long", Title: "long", Long: true, Compute: func(ctx context.Context, in page.Input) (*page.View, error) {
		if in.State["x"] == "quick" {
			in.Progress(0.5, &page.View{Summary: "half"})
			return &page.View{Summary: "whole"}, nil
		}
		for ctx.Err() == nil {
			if in.Progress != nil {
				in.Progress(0.1, nil)
			}
			time.Sleep(time.Millisecond)
		}
		stopped <- ctx.Err()
		return nil, ctx.Err()
	}}
}

// streams runs s behind a real connection.
func streams(t *testing.T, limits Limits, pages ...*page.Page) *httptest.Server {
	t.Helper()
	h := httptest.NewServer(newServer(t, Config{Pages: pages, Limits: limits}))
	t.Cleanup(h.Close)
	return h
}

func TestStreamTellsProgressAndEnds(t *testing.T) {
	h := streams(t, Limits{}, longPage(nil))
	r, err := http.Get(h.URL + "/api/v1/pages/long/stream?state=x%3Dquick&width=400")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Body.Close() }()
	body := text(t, r)
	if kind := r.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/event-stream") {
		t.Error(kind)
	}
	last := 0
	for _, want := range []string{"event: progress\ndata: {\"done\":0.5}", `"summary":"half"`, `"partial":true`, `"summary":"whole"`, "event: end\ndata: {}\n\n"} {
		at := strings.Index(body[last:], want)
		if at < 0 {
			t.Fatalf("no %q after %d in %q", want, last, body)
		}
		last += at
	}
	if !strings.HasSuffix(body, "event: end\ndata: {}\n\n") {
		t.Errorf("it does not end: %q", body)
	}
}

// TestAbandonedStreamsEndTheirWork: who closes a stream, waiting or computing,
// costs nothing more, and leaves no goroutine.
func TestAbandonedStreamsEndTheirWork(t *testing.T) {
	stopped := make(chan error, 10)
	h := streams(t, Limits{Long: 2}, longPage(stopped))
	before := runtime.NumGoroutine()
	var open []*http.Response
	for range 6 { // two compute, four wait
		r, err := http.Get(h.URL + "/api/v1/pages/long/stream")
		if err != nil {
			t.Fatal(err)
		}
		if line, err := bufio.NewReader(r.Body).ReadString('\n'); err != nil || line != "event: progress\n" {
			t.Fatalf("%q %v", line, err)
		}
		open = append(open, r)
	}
	for _, r := range open {
		_ = r.Body.Close()
	}
	for range 2 {
		select {
		case err := <-stopped:
			if err == nil {
				t.Error("ended without being told to")
			}
		case <-time.After(10 * time.Second):
			t.Fatal("the work goes on without its stream")
		}
	}
	http.DefaultClient.CloseIdleConnections()
	for deadline := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<16)
			t.Fatalf("%d goroutines, %d before\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
		}
		select { // those that waited have had their turn in between
		case err := <-stopped:
			t.Log("the work ended:", err)
		default:
		}
	}
}

// TestStreamThatIsNotReadEndsItsWork: a client that keeps the connection but takes
// nothing is cut off when its time is over.
func TestStreamThatIsNotReadEndsItsWork(t *testing.T) {
	stopped := make(chan error, 1)
	flood := &page.Page{ID: "flood", Long: true, Compute: func(ctx context.Context, in page.Input) (*page.View, error) {
		big := &page.View{Summary: strings.Repeat("x", 4<<20)}
		for ctx.Err() == nil {
			time.Sleep(partialPause)
			in.Progress(0.5, big)
		}
		stopped <- context.Cause(ctx)
		return nil, ctx.Err()
	}}
	h := streams(t, Limits{Write: 200 * time.Millisecond}, flood)
	c, err := net.Dial("tcp", h.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if _, err := c.Write([]byte("GET /api/v1/pages/flood/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-stopped:
		if err == nil {
			t.Error("it was not told why")
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the work goes on though nobody takes it")
	}
}

func TestStreamEndsWhenItsTimeIsOver(t *testing.T) {
	h := streams(t, Limits{Stream: 50 * time.Millisecond}, longPage(make(chan error, 1)))
	r, err := http.Get(h.URL + "/api/v1/pages/long/stream")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Body.Close() }()
	if body := text(t, r); !strings.Contains(body, "event: error\ndata: {\"code\":\"timeout\"") {
		t.Errorf("%q", body)
	}
}

// TestServerStopsWithStreamsOpen is Ctrl-C during a long computation.
func TestServerStopsWithStreamsOpen(t *testing.T) {
	stopped := make(chan error, 1)
	s := newServer(t, Config{Pages: []*page.Page{longPage(stopped)}})
	l, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, l) }()
	r, err := http.Get("http://" + l.Addr().String() + "/api/v1/pages/long/stream")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Body.Close() }()
	if _, err := bufio.NewReader(r.Body).ReadString('}'); err != nil {
		t.Fatal(err)
	}
	cancel()
	select {
	case err := <-served:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the server does not stop")
	}
	t.Log("the work ended:", <-stopped)
}

func TestPortThatIsTaken(t *testing.T) {
	l, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	_, err = Listen(l.Addr().String())
	var taken *PortError
	if !errors.As(err, &taken) {
		t.Fatalf("%v", err)
	}
	if runtime.GOOS == "linux" && !strings.Contains(taken.Holder, "lab.test") {
		t.Errorf("held by %q", taken.Holder)
	}
	free, err := Listen(taken.Free)
	if err != nil {
		t.Fatalf("%q is not free: %v", taken.Free, err)
	}
	_ = free.Close()
}
