// Command wasm is the engine of an exported site: the pages of the lab compiled to
// WebAssembly, for a worker of a browser. `make engine` builds it.
//
// It sets the global object tacit with
//
//	pages()                              the list of pages, as GET /api/v1/pages
//	view(id, state, width, progress)     a promise of a page's view, as the API has it;
//	                                     state is JSON, progress(done, partial or null)
//	cancel()                             ends the views that are being computed
//
// A worker has one thread. A view gives way to the messages of the page when it
// tells of progress, so that it can be cancelled there.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"syscall/js"
	"time"

	"github.com/tacit-dev/tacit/lab/page"
)

// giveWay is how long a view computes between looking at messages.
const giveWay = 100 * time.Millisecond

func main() {
	var e engine
	js.Global().Set("tacit", js.ValueOf(map[string]any{
		"pages":  js.FuncOf(e.pages),
		"view":   js.FuncOf(e.view),
		"cancel": js.FuncOf(e.cancel),
	}))
	select {} // the functions are called as long as the worker lives
}

// engine is what the functions share.
type engine struct {
	mu      sync.Mutex
	next    int
	cancels map[int]context.CancelFunc
}

func (e *engine) pages(js.Value, []js.Value) any {
	text, err := page.List(page.Pages()).JSON()
	if err != nil {
		return `{"pages":[]}`
	}
	return string(text)
}

func (e *engine) cancel(js.Value, []js.Value) any {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, c := range e.cancels {
		c()
	}
	return nil
}

// begin registers a view with those that cancel ends.
func (e *engine) begin() (context.Context, func()) {
	ctx, cancel := context.WithCancel(context.Background())
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.cancels == nil {
		e.cancels = make(map[int]context.CancelFunc)
	}
	e.next++
	id := e.next
	e.cancels[id] = cancel
	return ctx, func() {
		cancel()
		e.mu.Lock()
		defer e.mu.Unlock()
		delete(e.cancels, id)
	}
}

func (e *engine) view(_ js.Value, args []js.Value) any {
	if len(args) < 3 {
		return promise(func() (string, error) {
			return "", fmt.Errorf("view needs a page, a state and a width, but got %d arguments", len(args))
		})
	}
	id, text, width := args[0].String(), args[1].String(), args[2].Float()
	var tell func(float64, *page.View)
	if len(args) > 3 && args[3].Type() == js.TypeFunction {
		tell = progress(args[3], width)
	}
	return promise(func() (string, error) {
		ctx, done := e.begin()
		defer done()
		return compute(ctx, id, text, width, tell)
	})
}

// compute is the view of a page as JSON.
func compute(ctx context.Context, id, text string, width float64, tell func(float64, *page.View)) (out string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("internal error on page %s: %v", id, p)
		}
	}()
	p := page.ByID(id)
	if p == nil {
		return "", fmt.Errorf("there is no page %q", id)
	}
	var state page.State
	if err := json.Unmarshal([]byte(text), &state); err != nil {
		return "", fmt.Errorf("the state is not JSON of texts: %w", err)
	}
	begin := time.Now()
	v, err := p.Compute(ctx, page.Input{State: state, Progress: tell})
	if err != nil {
		return "", err
	}
	r := page.Render(v, width)
	r.Seconds = time.Since(begin).Seconds()
	b, err := r.JSON()
	return string(b), err
}

// progress passes progress on, and gives way to messages.
func progress(f js.Value, width float64) func(float64, *page.View) {
	last := time.Now()
	return func(done float64, partial *page.View) {
		now := time.Now()
		if now.Sub(last) < giveWay {
			return
		}
		shown := js.Null()
		if partial != nil {
			r := page.Render(partial, width)
			r.Partial = true
			if text, err := r.JSON(); err == nil {
				shown = js.ValueOf(string(text))
			}
		}
		f.Invoke(done, shown)
		time.Sleep(time.Millisecond) // the loop of events runs meanwhile
		last = time.Now()
	}
}

// promise runs f beside and settles a promise with what it returns.
func promise(f func() (string, error)) js.Value {
	var run js.Func
	run = js.FuncOf(func(_ js.Value, args []js.Value) any {
		resolve, reject := args[0], args[1]
		go func() {
			defer run.Release()
			text, err := f()
			if err != nil {
				reject.Invoke(js.Global().Get("Error").New(err.Error()))
				return
			}
			resolve.Invoke(text)
		}()
		return nil
	})
	return js.Global().Get("Promise").New(run)
}
