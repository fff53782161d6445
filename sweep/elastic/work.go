package elastic

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/tacit-dev/tacit/internal/parallel"
	"github.com/tacit-dev/tacit/sweep"
)

// WorkOptions of Work.
type WorkOptions struct {
	Remote  Remote
	Hash    string // the sweep, by the first digits of its hash; "" takes the one that answers
	Version string
	// GiveUp is how long the worker waits for a server that does not answer,
	// once it had one; 0 means 10 minutes.
	GiveUp time.Duration
	// Observe is called after each batch with the number of cells computed here.
	Observe func(cells int)
	// Note is called with what happens to the connection.
	Note func(what string)
}

// VersionError says that server and worker are not of the same version.
type VersionError struct{ Server, Worker string }

// Error names both.
func (e *VersionError) Error() string {
	return fmt.Sprintf("the server is version %s, this worker is version %s; cells of different versions are not mixed", e.Server, e.Worker)
}

// Work joins a sweep and computes batches on all processors, each cell on one,
// until the sweep is done, ctx ends, or the server is gone for too long. It
// returns the number of cells computed here.
func Work(ctx context.Context, opt WorkOptions) (cells int, err error) {
	if opt.GiveUp == 0 {
		opt.GiveUp = 10 * time.Minute
	}
	opt.Version = sweep.Edition(opt.Version)
	w := &worker{opt: opt}
	w.ctx, w.cancel = context.WithCancelCause(ctx)
	defer w.cancel(nil)
	w.nc, err = opt.Remote.connect(ctx, "tacit sweep work",
		nats.DisconnectErrHandler(func(*nats.Conn, error) { w.note("the connection is lost; trying again") }),
		nats.ReconnectHandler(func(*nats.Conn) { w.note("connected again") }))
	if err != nil {
		return 0, err
	}
	defer w.nc.Close()
	if w.js, err = jetstream.New(w.nc); err != nil {
		return 0, err
	}
	if err := w.join(); err != nil {
		return 0, err
	}
	w.compute()
	cells = int(w.cells.Load())
	if cause := context.Cause(w.ctx); cause != nil && !errors.Is(cause, errDone) {
		return cells, cause
	}
	return cells, nil
}

// errDone ends the work when nothing is left.
var errDone = errors.New("the sweep is done")

// worker is one call of Work.
type worker struct {
	opt    WorkOptions
	ctx    context.Context
	cancel context.CancelCauseFunc
	nc     *nats.Conn
	js     jetstream.JetStream
	spec   *sweep.Spec
	names  names
	cells  atomic.Int64
	mu     sync.Mutex
	heard  time.Time // of the server, last
}

func (w *worker) note(what string) {
	if w.opt.Note != nil {
		w.opt.Note(what)
	}
}

// ask says hello and returns the answer.
func (w *worker) ask() (*welcome, error) {
	data, err := json.Marshal(hello{Version: w.opt.Version})
	if err != nil {
		return nil, err
	}
	subject := helloSubject
	if w.opt.Hash != "" {
		if len(w.opt.Hash) < idLength {
			return nil, fmt.Errorf("the sweep %q: give at least %d digits of its hash", w.opt.Hash, idLength)
		}
		subject = names{w.opt.Hash[:idLength]}.hello()
	}
	ctx, cancel := context.WithTimeout(w.ctx, 5*time.Second)
	defer cancel()
	m, err := w.nc.RequestWithContext(ctx, subject, data)
	if err != nil {
		return nil, err
	}
	var a welcome
	if err := json.Unmarshal(m.Data, &a); err != nil {
		return nil, fmt.Errorf("the server's answer is not understood: %w", err)
	}
	return &a, nil
}

// join learns what the sweep is.
func (w *worker) join() error {
	a, err := w.ask()
	switch {
	case errors.Is(err, nats.ErrNoResponders), errors.Is(err, context.DeadlineExceeded) && w.ctx.Err() == nil:
		return fmt.Errorf("nobody serves a sweep at %s", w.opt.Remote.URL)
	case err != nil:
		return err
	case a.Version != w.opt.Version:
		return &VersionError{a.Version, w.opt.Version}
	}
	if w.spec, err = sweep.Parse([]byte(a.Spec)); err != nil {
		return fmt.Errorf("the server's specification: %w", err)
	}
	if w.spec.Hash() != a.Hash {
		return fmt.Errorf("the specification has the hash %s here and %s at the server; the two programs differ", w.spec.Hash(), a.Hash)
	}
	w.names, w.heard = names{a.Hash[:idLength]}, time.Now()
	w.opt.Hash = a.Hash // from now on this sweep only
	if a.Done {
		w.cancel(errDone)
	}
	_, err = w.nc.Subscribe(w.names.done(), func(*nats.Msg) { w.cancel(errDone) })
	return err
}

// compute takes batches on all processors. The loop over processors is one of
// package parallel, so that loops inside of a solve stay on their processor.
func (w *worker) compute() {
	parallel.For(runtime.GOMAXPROCS(0), 1, func(int, int) {
		for w.ctx.Err() == nil {
			if err := w.one(); err != nil {
				w.idle(err)
			}
		}
	})
}

// one takes a batch, computes it and sends it back.
func (w *worker) one() error {
	c, err := w.js.Consumer(w.ctx, w.names.queue(), workers)
	if err != nil {
		return err
	}
	msgs, err := c.Fetch(1, jetstream.FetchMaxWait(2*time.Second))
	if err != nil {
		return err
	}
	got := false
	for m := range msgs.Messages() {
		got = true
		w.hear()
		if err := w.handle(m, c.CachedInfo().Config.AckWait/3); err != nil {
			return err
		}
	}
	if err := msgs.Error(); err != nil {
		return err
	}
	if !got {
		return errEmpty
	}
	return nil
}

// errEmpty: the rest is in the hands of others, who may still lose it.
var errEmpty = errors.New("the queue is empty")

// handle computes the cells of a message, with a sign of life every pulse.
func (w *worker) handle(m jetstream.Msg, pulse time.Duration) error {
	var b batch
	if json.Unmarshal(m.Data(), &b) != nil {
		return m.Term()
	}
	stop := alive(m, pulse)
	defer stop()
	var r rows
	for _, index := range b.Cells {
		if index < 0 || index >= w.spec.Cells() {
			continue
		}
		row := w.spec.Run(w.ctx, w.spec.Cell(index))
		if w.ctx.Err() != nil {
			return m.Nak() // for somebody else, at once
		}
		r.Rows = append(r.Rows, row)
	}
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if err := w.send(data); err != nil {
		return err
	}
	n := w.cells.Add(int64(len(r.Rows)))
	if w.opt.Observe != nil {
		w.opt.Observe(int(n))
	}
	return m.Ack()
}

// send publishes rows and waits until they are stored, over a lost connection
// too: what is computed is worth waiting for.
func (w *worker) send(data []byte) error {
	for {
		_, err := w.js.Publish(w.ctx, w.names.result(), data)
		if err == nil || w.ctx.Err() != nil {
			return err
		}
		w.idle(err)
	}
}

// alive gives signs of life until stop is called.
func alive(m jetstream.Msg, pulse time.Duration) (stop func()) {
	quit := make(chan struct{})
	go func() {
		t := time.NewTicker(max(pulse, time.Millisecond))
		defer t.Stop()
		for {
			select {
			case <-t.C:
				_ = m.InProgress() // if it is lost, the batch is computed twice
			case <-quit:
				return
			}
		}
	}()
	return func() { close(quit) }
}

// hear notes that the server is there.
func (w *worker) hear() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.heard = time.Now()
}

// idle is what a processor does without work: it asks whether any is left, and
// ends the worker if not, or if nobody has answered for too long.
func (w *worker) idle(err error) {
	if w.ctx.Err() != nil {
		return
	}
	if a, askErr := w.ask(); askErr == nil {
		w.hear()
		switch {
		case a.Version != w.opt.Version:
			w.cancel(&VersionError{a.Version, w.opt.Version})
		case a.Hash != w.spec.Hash():
			w.cancel(errors.New("the server serves another sweep now"))
		case a.Done:
			w.cancel(errDone)
		}
	}
	w.mu.Lock()
	silent := time.Since(w.heard)
	w.mu.Unlock()
	if silent > w.opt.GiveUp {
		w.cancel(fmt.Errorf("no answer from the server for %s: %w", silent.Round(time.Second), err))
		return
	}
	select {
	case <-time.After(200 * time.Millisecond):
	case <-w.ctx.Done():
	}
}
