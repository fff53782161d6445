// Package browsertest looks at the lab as its readers do: through a browser. It
// has tests only, so that nothing of what drives a browser is linked into tacit.
//
//	go test ./lab/browsertest                      what CI runs
//	go test ./lab/browsertest -run Shots -args -shots DIR   pictures of every page, to look at
package browsertest

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/tacit-dev/tacit/lab"
	"github.com/tacit-dev/tacit/lab/page"
)

// patience bounds every wait; nothing is expected to take near as long.
const patience = 30 * time.Second

// browser is one running browser for all tests, each of which has a tab
// of its own.
var browser context.Context

func TestMain(m *testing.M) {
	flag.Parse()
	code, err := withBrowser(m.Run)
	if err != nil {
		fmt.Fprintln(os.Stderr, "browsertest:", err)
		code = 1
	}
	os.Exit(code)
}

// withBrowser runs the tests with a browser, or without one where there is none.
func withBrowser(run func() int) (int, error) {
	path := executable()
	if path == "" {
		return run(), nil
	}
	profile, err := os.MkdirTemp("", "browsertest")
	if err != nil {
		return 1, err
	}
	defer func() { _ = os.RemoveAll(profile) }()
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.UserDataDir(profile), chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck,
		chromedp.NoSandbox, chromedp.WindowSize(1440, 900),
		chromedp.Flag("headless", true), chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("disable-extensions", true), chromedp.Flag("hide-scrollbars", true), chromedp.Flag("mute-audio", true),
		chromedp.Flag("autoplay-policy", "no-user-gesture-required"),
	}
	allocator, free := chromedp.NewExecAllocator(context.Background(), options...)
	defer free()
	ctx, cancel := chromedp.NewContext(allocator)
	defer cancel()
	if err := chromedp.Run(ctx); err != nil {
		return 1, fmt.Errorf("%s does not start: %w", path, err)
	}
	browser = ctx
	return run(), nil
}

// executable is the browser, "" if there is none.
func executable() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// server is a lab that a test may stop and start again at the same address.
type server struct {
	t    *testing.T
	addr string
	cfg  lab.Config
	stop func()
}

func serve(t *testing.T, cfg lab.Config) *server {
	t.Helper()
	s := &server{t: t, addr: "127.0.0.1:0", cfg: cfg}
	s.start()
	t.Cleanup(func() { s.stop() })
	return s
}

func (s *server) start() {
	s.t.Helper()
	var l net.Listener
	var err error
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if l, err = net.Listen("tcp", s.addr); err == nil {
			break
		}
	}
	if err != nil {
		s.t.Fatal(err)
	}
	s.addr = l.Addr().String()
	srv, err := lab.New(s.cfg)
	if err != nil {
		s.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(s.t.Context())
	var once sync.Once
	done := make(chan error, 1)
	go func() { done <- srv.Serve(ctx, l) }()
	s.stop = func() {
		once.Do(func() {
			cancel()
			if err := <-done; err != nil && !errors.Is(err, http.ErrServerClosed) && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
				s.t.Errorf("the server ended with %v", err)
			}
		})
	}
}

func (s *server) url(hash string) string {
	if hash != "" {
		hash = "#" + hash
	}
	return "http://" + s.addr + "/" + hash
}

// tab is a tab of the browser, which keeps what went wrong in it.
type tab struct {
	t   *testing.T
	ctx context.Context

	mu       sync.Mutex
	trouble  []string // errors of scripts, and what the browser refused
	requests []string
	expected []string // parts of errors that the test brings about on purpose
}

// open opens a tab of the given size. At the end of the test it fails for every
// error on the console and for every request that leaves the origin.
func open(t *testing.T, width, height int) *tab {
	t.Helper()
	if browser == nil {
		t.Skip("no chromium on this machine: apt-get install chromium; .ci/run does")
	}
	ctx, cancel := chromedp.NewContext(browser)
	ctx, end := context.WithTimeout(ctx, 4*patience)
	t.Cleanup(func() { end(); cancel() })
	b := &tab{t: t, ctx: ctx}
	chromedp.ListenTarget(ctx, b.listen)
	// The first run makes the tab, which lives as long as its context.
	if err := chromedp.Run(ctx, network.Enable(), log.Enable(), chromedp.EmulateViewport(int64(width), int64(height))); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.judge)
	return b
}

func (b *tab) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.trouble = append(b.trouble, e.ExceptionDetails.Error())
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.APITypeError || e.Type == runtime.APITypeWarning {
			for _, a := range e.Args {
				b.trouble = append(b.trouble, string(a.Value)+a.Description)
			}
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.LevelError || e.Entry.Level == log.LevelWarning {
			b.trouble = append(b.trouble, e.Entry.Text+" "+e.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, e.Request.URL)
	}
}

// judge is the end of every test.
func (b *tab) judge() {
	b.mu.Lock()
	defer b.mu.Unlock()
next:
	for _, s := range b.trouble {
		for _, part := range b.expected {
			if strings.Contains(s, part) {
				continue next
			}
		}
		b.t.Errorf("the console has: %s", s)
	}
	for _, r := range b.requests {
		u, err := url.Parse(r)
		if err != nil || (u.Hostname() != "127.0.0.1" && u.Scheme != "data" && u.Scheme != "blob" && u.Scheme != "about") {
			b.t.Errorf("a request left the origin: %s", r)
		}
	}
}

func (b *tab) run(actions ...chromedp.Action) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Run(ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// visit opens an address and waits until the page is alive and has a picture.
func (b *tab) visit(url string) {
	b.t.Helper()
	b.run(chromedp.Navigate(url))
	b.until("the page is drawn", drawn)
}

// drawn: the script runs, the picture is of the present width, nothing is under way.
const drawn = `!!document.querySelector(".toolbar, .embed") && !!document.querySelector(".drawing svg") &&
	[...document.querySelectorAll(".drawing svg")].every(e => e.viewBox.baseVal.width <= e.getBoundingClientRect().width + 2) &&
	!document.querySelector(".picture[aria-busy=true]")`

// eval returns the value of an expression of the page.
func eval[T any](b *tab, js string) T {
	b.t.Helper()
	var v T
	b.run(chromedp.Evaluate(js, &v))
	return v
}

// until waits for a condition of the page.
func (b *tab) until(what, js string) {
	b.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(15 * time.Millisecond) {
		if eval[bool](b, "!!("+js+")") {
			return
		}
	}
	b.t.Fatalf("waited in vain until %s; the page says:\n%s", what, eval[string](b, "document.body.innerText.slice(0, 900)"))
}

// somePages are all pages, or the first few with -short.
func somePages() []*page.Page {
	all := page.Pages()
	if testing.Short() {
		all = all[:min(3, len(all))]
	}
	return all
}
