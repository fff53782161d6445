package elastic

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/tacit-dev/tacit/sweep"
)

// Options of Serve. Exactly one of Listen.Addr and Remote.URL is set.
type Options struct {
	Listen Listen
	Remote Remote
	Batch  int // cells of a message; 0 means 16
	// AckWait is how long a worker may give no sign of life before its batch is
	// handed out again; 0 means 15 s.
	AckWait time.Duration
	Version string
	// Ready is called when workers can join, with the URL for them.
	Ready func(url string)
	// Observe is called after each batch that comes back.
	Observe func(sweep.Progress)
	// Reject is called with the reason for each message that is thrown away.
	Reject func(why string)
}

// defaultBatch is the number of cells of a message: enough that the queue costs
// little beside cells of a millisecond, few enough that little is lost with a
// worker.
const defaultBatch = 16

// Serve hands out the cells of the sweep that dir does not hold yet, keeps what
// comes back, and returns when all are done and written, or when ctx ends.
func Serve(ctx context.Context, s *sweep.Spec, src []byte, dir string, opt Options) (sweep.Progress, error) {
	st, err := sweep.OpenStore(s, src, dir, sweep.Options{Version: opt.Version})
	if err != nil {
		return sweep.Progress{}, err
	}
	defer st.Close()
	if st.Finished() {
		return st.Progress(), nil
	}
	opt.Version = sweep.Edition(opt.Version)
	srv := &server{spec: s, src: src, store: st, opt: opt, names: names{s.Hash()[:idLength]}}
	if opt.Batch == 0 {
		srv.opt.Batch = defaultBatch
	}
	if opt.AckWait == 0 {
		srv.opt.AckWait = defaultAckWait
	}
	err = srv.run(ctx, dir)
	return st.Progress(), err
}

// server is one call of Serve.
type server struct {
	spec  *sweep.Spec
	src   []byte
	store *sweep.Store
	opt   Options
	names names
	nc    *nats.Conn
	js    jetstream.JetStream
	done  atomic.Bool
}

func (v *server) run(ctx context.Context, dir string) error {
	url := v.opt.Remote.URL
	if url == "" {
		e, err := v.opt.Listen.start(dir)
		if err != nil {
			return err
		}
		defer func() { e.stop(v.done.Load()) }()
		if v.nc, err = e.connect(v.opt.Listen.Token); err != nil {
			return err
		}
		url = e.url()
	} else {
		nc, err := v.opt.Remote.connect(ctx, "tacit sweep serve")
		if err != nil {
			return err
		}
		v.nc = nc
	}
	defer v.nc.Close()
	var err error
	if v.js, err = jetstream.New(v.nc); err != nil {
		return err
	}
	if err := v.open(ctx); err != nil {
		return err
	}
	if v.opt.Ready != nil {
		v.opt.Ready(url)
	}
	if err := v.collect(ctx); err != nil {
		return err
	}
	if err := v.store.Finish(); err != nil {
		return err
	}
	v.done.Store(true)
	return v.farewell(ctx)
}

// open makes the streams, queues what is missing and answers workers.
func (v *server) open(ctx context.Context) error {
	for _, cfg := range []jetstream.StreamConfig{
		{Name: v.names.queue(), Subjects: []string{v.names.work()}},
		{Name: v.names.results(), Subjects: []string{v.names.result()}},
	} {
		cfg.Retention, cfg.Storage = jetstream.WorkQueuePolicy, jetstream.FileStorage
		if _, err := v.js.CreateOrUpdateStream(ctx, cfg); err != nil {
			return fmt.Errorf("the stream %s cannot be made: %w", cfg.Name, err)
		}
	}
	queue, err := v.js.Stream(ctx, v.names.queue())
	if err != nil {
		return err
	}
	if err := queue.Purge(ctx); err != nil { // of an earlier run: the journal knows better
		return err
	}
	if _, err := queue.CreateOrUpdateConsumer(ctx, jetstream.ConsumerConfig{
		Durable: workers, AckPolicy: jetstream.AckExplicitPolicy, AckWait: v.opt.AckWait, MaxAckPending: 1 << 20,
	}); err != nil {
		return err
	}
	for _, subject := range []string{helloSubject, v.names.hello()} {
		if _, err := v.nc.QueueSubscribe(subject, "server", v.greet); err != nil {
			return err
		}
	}
	return v.enqueue(ctx)
}

// greet answers a worker.
func (v *server) greet(m *nats.Msg) {
	var h hello
	if json.Unmarshal(m.Data, &h) != nil {
		v.reject("a hello that is not understood")
		return
	}
	if h.Version != v.opt.Version {
		v.reject(fmt.Sprintf("a worker of version %s; this is version %s", h.Version, v.opt.Version))
	}
	answer, err := json.Marshal(welcome{Version: v.opt.Version, Hash: v.spec.Hash(), Spec: string(v.src), Done: v.done.Load()})
	if err == nil {
		_ = m.Respond(answer) // a worker that is gone asks no more
	}
}

// enqueue publishes the cells that the store does not have.
func (v *server) enqueue(ctx context.Context) error {
	var b batch
	send := func() error {
		if len(b.Cells) == 0 {
			return nil
		}
		data, err := json.Marshal(b)
		if err != nil {
			return err
		}
		b.Cells = b.Cells[:0]
		_, err = v.js.PublishAsync(v.names.work(), data)
		return err
	}
	for pos := range v.store.Cells() {
		if v.store.Has(pos) {
			continue
		}
		if b.Cells = append(b.Cells, v.store.Index(pos)); len(b.Cells) == v.opt.Batch {
			if err := send(); err != nil {
				return err
			}
		}
	}
	if err := send(); err != nil {
		return err
	}
	select {
	case <-v.js.PublishAsyncComplete():
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// collect keeps what comes back until all cells are done.
func (v *server) collect(ctx context.Context) error {
	c, err := v.js.CreateOrUpdateConsumer(ctx, v.names.results(), jetstream.ConsumerConfig{
		Durable: "server", AckPolicy: jetstream.AckExplicitPolicy, AckWait: v.opt.AckWait,
	})
	if err != nil {
		return err
	}
	for {
		if p := v.store.Progress(); p.Done == p.Cells {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		msgs, err := c.Fetch(64, jetstream.FetchMaxWait(time.Second))
		if err != nil {
			if v.nc.IsClosed() {
				return fmt.Errorf("the connection to the queue is lost: %w", err)
			}
			continue
		}
		for m := range msgs.Messages() {
			if err := v.keep(m); err != nil {
				return err
			}
		}
	}
}

// keep writes the rows of a message. The error is one of writing; a message that
// makes no sense is thrown away, and its cells stay with whoever has their batch.
func (v *server) keep(m jetstream.Msg) error {
	var r rows
	if err := json.Unmarshal(m.Data(), &r); err != nil {
		v.reject("a result that is not understood: " + err.Error())
		return quiet(m.Term())
	}
	for _, row := range r.Rows {
		if !v.spec.Answers(row) {
			v.reject(fmt.Sprintf("a result for cell %d that does not answer what was asked", row.Index))
			continue
		}
		if _, err := v.store.Add(row); err != nil {
			return err // not acknowledged: it comes again when there is room
		}
	}
	if v.opt.Observe != nil {
		v.opt.Observe(v.store.Progress())
	}
	return quiet(m.Ack())
}

// quiet passes over an acknowledgement that did not get through: the message
// comes again and is then known.
func quiet(error) error { return nil }

func (v *server) reject(why string) {
	if v.opt.Reject != nil {
		v.opt.Reject(why)
	}
}

// farewell tells the workers and takes the streams away. Workers that do not hear
// it ask when they find the queue gone.
func (v *server) farewell(ctx context.Context) error {
	_ = v.nc.Publish(v.names.done(), nil)
	err := errors.Join(v.js.DeleteStream(ctx, v.names.queue()), v.js.DeleteStream(ctx, v.names.results()), v.nc.FlushTimeout(5*time.Second))
	time.Sleep(farewellTime)
	return err
}

// farewellTime is how long the server stays to answer workers that ask.
const farewellTime = 500 * time.Millisecond
