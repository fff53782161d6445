package main

import (
	"context"
	"errors"

	"github.com/tacit-dev/tacit/limit"
)

// await runs fn, which does not listen to ctx (reading a large file, waiting
// for standard input), and gives up on it when ctx ends. fn is then left to
// itself: the process is about to end.
func await[T any](ctx context.Context, fn func() (T, error)) (T, error) {
	type outcome struct {
		value    T
		err      error
		panicked any
	}
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		defer func() {
			o.panicked = recover()
			done <- o
		}()
		o.value, o.err = fn()
	}()
	select {
	case o := <-done:
		if o.panicked != nil {
			panic(o.panicked)
		}
		return o.value, o.err
	case <-ctx.Done():
		var zero T
		return zero, stopped(ctx)
	}
}

// stopped is the error of a command that ended before there was anything to
// write.
func stopped(ctx context.Context) error {
	s := endStatus(ctx)
	what := "interrupted"
	if s == limit.Budget {
		what = "the time given by --max-time ended"
	}
	return &exitError{code: statusCode(s), err: errors.New(what + " before the solve began; nothing was written")}
}

// endStatus says why ctx ended.
func endStatus(ctx context.Context) limit.Status {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return limit.Budget
	}
	return limit.Interrupted
}
