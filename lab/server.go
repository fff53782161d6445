package lab

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net"
	"net/http"
	"os"
	"path"
	"runtime"
	"strings"
	"time"

	"github.com/tacit-dev/tacit/lab/page"
)

const apiPrefix = "/api/v1/"

// Server serves the lab.
type Server struct {
	cfg      Config
	pages    []*page.Page
	instance string // tells an open page that the server was started anew
	cookie   string // name of the cookie that holds the token
	hosts    []string
	small    *limiter
	long     *limiter
	store    *store
	file     *upload // of Config.Files, or nil
	web      *web
	handler  http.Handler
}

// New makes a server of cfg.
func New(cfg Config) (*Server, error) {
	s := &Server{cfg: cfg, pages: cfg.Pages, instance: NewToken()}
	if s.pages == nil {
		s.pages = page.Pages()
	}
	l := &s.cfg.Limits
	cores := runtime.GOMAXPROCS(0)
	orUsual(&l.Body, 1<<20)
	orUsual(&l.Upload, 32<<20)
	orUsual(&l.Memory, 256<<20)
	orUsual(&l.Held, 512<<20)
	orUsual(&l.Keep, time.Hour)
	orUsual(&l.Receive, 2*time.Minute)
	orUsual(&l.View, 10*time.Second)
	orUsual(&l.Stream, 5*time.Minute)
	orUsual(&l.Write, 20*time.Second)
	orUsual(&l.Small, cores)
	orUsual(&l.Long, max(1, cores/2))
	orUsual(&l.Waiting, 64)
	s.small, s.long = newLimiter(l.Small, l.Waiting), newLimiter(l.Long, l.Waiting)

	digest := sha256.Sum256([]byte(cfg.Token))
	s.cookie = "tacit_lab_" + hex.EncodeToString(digest[:4])
	for _, h := range cfg.Hosts {
		s.hosts = append(s.hosts, strings.ToLower(strings.TrimSuffix(h, ".")))
	}
	if name, err := os.Hostname(); err == nil && cfg.Open {
		name = strings.ToLower(name)
		s.hosts = append(s.hosts, name, name+".local")
	}
	s.store = newStore(l.Keep, l.Held)
	var err error
	if len(cfg.Files) > 0 {
		if s.file, err = newUpload(cfg.Files, cfg.Reading, 0); err != nil {
			return nil, err
		}
	}
	if s.web, err = newWeb(); err != nil {
		return nil, err
	}
	s.handler = s.guard(s.routes())
	return s, nil
}

func orUsual[T int | int64 | time.Duration](v *T, usual T) {
	if *v <= 0 {
		*v = usual
	}
}

// NewToken returns 128 random bits as text.
func NewToken() string {
	return strings.ToLower(rand.Text())
}

// routes is what the server answers to.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.index)
	mux.HandleFunc("GET /assets/{file}", s.asset)
	mux.Handle("GET "+apiPrefix+"health", s.api(s.health))
	mux.Handle("GET "+apiPrefix+"version", s.api(s.version))
	mux.Handle("GET "+apiPrefix+"pages", s.api(s.listPages))
	mux.Handle("POST "+apiPrefix+"pages/{id}/view", s.api(s.view))
	mux.Handle("GET "+apiPrefix+"pages/{id}/stream", s.api(s.stream))
	mux.Handle("GET "+apiPrefix+"pages/{id}/figure/{file}", s.api(s.figure))
	mux.Handle("GET "+apiPrefix+"pages/{id}/{file}", s.api(s.numbers))
	mux.Handle("POST "+apiPrefix+"data", s.bulk(s.upload))
	mux.Handle("POST "+apiPrefix+"solve", s.api(s.solve))
	mux.Handle("GET "+apiPrefix+"solve/{id}/files.zip", s.api(s.archive))
	mux.Handle("POST "+apiPrefix+"verify", s.bulk(s.verify))
	nothing := s.api(func(_ http.ResponseWriter, r *http.Request) error {
		return notFound("there is nothing at %s %s: docs/api.md lists the routes", r.Method, clip(r.URL.Path))
	})
	mux.Handle("/api/", nothing)
	mux.Handle("/api", nothing)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// What the mux would answer with a redirect in HTML.
		if p := r.URL.Path; strings.Contains(p, "//") && strings.Contains(p, "/api/") || strings.HasPrefix(p, "/api/") && path.Clean(p) != strings.TrimSuffix(p, "/") {
			nothing.ServeHTTP(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Serve answers requests from l until ctx ends; then it lets those that are under
// way a moment to finish.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	base, cancel := context.WithCancel(ctx)
	defer cancel()
	hs := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    128 << 10,
		BaseContext:       func(net.Listener) context.Context { return base },
	}
	stopped := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		// The work has seen the end of ctx; what remains is to write.
		grace, done := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer done()
		err := hs.Shutdown(grace)
		if err != nil {
			err = hs.Close()
		}
		stopped <- err
	})
	err := hs.Serve(l)
	if errors.Is(err, http.ErrServerClosed) {
		return <-stopped
	}
	stop()
	return err
}

// api makes a handler of a function that may fail, bounded in the time in which a
// client has to send and take.
func (s *Server) api(f func(http.ResponseWriter, *http.Request) error) http.Handler {
	return s.bounded(s.cfg.Limits.Body, s.cfg.Limits.Write, f)
}

// bulk is api for requests that bring files.
func (s *Server) bulk(f func(http.ResponseWriter, *http.Request) error) http.Handler {
	return s.bounded(s.cfg.Limits.Upload, s.cfg.Limits.Receive, f)
}

func (s *Server) bounded(size int64, arrival time.Duration, f func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// An error means that w is no connection, as in tests.
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(arrival))
		r.Body = http.MaxBytesReader(w, r.Body, size)
		if err := f(w, r); err != nil {
			s.logged(err)
			writeError(w, asAPIError(err))
		}
	})
}

// logged tells the log what is not for the client: the inside of a defect.
func (s *Server) logged(err error) {
	if s.cfg.Log != nil && asAPIError(err).code == codeInternal {
		s.cfg.Log(err.Error())
	}
}

// client names whom a request comes from, for fairness.
func client(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
