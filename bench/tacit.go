package main

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"github.com/tacit-dev/tacit/limit"
)

type tacit struct{}

func (tacit) name() string { return "tacit" }

// solve runs tacit in this process on one thread. The garbage of whoever ran
// before is not on the clock.
func (tacit) solve(ctx context.Context, t *task, budget time.Duration) (answer, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	runtime.GC()
	p := limit.Problem{A: t.A, B: t.B, Nonneg: t.Nonneg}
	start, cpu := time.Now(), cpuSeconds()
	r, err := limit.L1(ctx, p, limit.Options{MaxTime: budget})
	a := answer{seconds: time.Since(start).Seconds(), cpu: cpuSeconds() - cpu}
	if err != nil {
		a.status = err.Error()
		return a, nil
	}
	a.x, a.y = r.X, r.Y
	a.work = fmt.Sprintf("%s, %d passes, %d factorizations", r.Stats.Route, r.Stats.Passes, r.Stats.Factorizations)
	if r.Status != limit.Certified {
		a.status = string(r.Status)
	}
	return a, nil
}
