package main

import (
	"context"
	"fmt"
	"strconv"
	"time"
)

// duration is a flag that takes 90s, 5m or a plain number of seconds.
type duration struct {
	d    time.Duration
	text string
}

func (d *duration) String() string { return d.text }
func (d *duration) Type() string   { return "duration" }

func (d *duration) Set(text string) error {
	v, err := time.ParseDuration(text)
	if err != nil {
		seconds, perr := strconv.ParseFloat(text, 64)
		if perr != nil || !(seconds <= 1e9) {
			return fmt.Errorf("%q is not a duration (write for example 60s, 5m or 1h30m)", text)
		}
		v = time.Duration(seconds * float64(time.Second))
	}
	if v <= 0 {
		return fmt.Errorf("%q is not positive", text)
	}
	*d = duration{v, text}
	return nil
}

// bound ends ctx after the duration, counted from now; without one it is left as it is.
func (d *duration) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	if d.d == 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, d.d)
}
