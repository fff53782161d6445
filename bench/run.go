package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"
)

// record is what one solver did on one instance.
type record struct {
	Instance string    `json:"instance"` // family/seed
	Solver   string    `json:"solver"`
	Status   string    `json:"status"`  // "" if the solver says that it succeeded
	Work     string    `json:"work"`    // what the solver says it did
	Seconds  float64   `json:"seconds"` // best of Times
	CPU      float64   `json:"cpu"`     // processor time of that run, 0 if unknown
	Times    []float64 `json:"times"`
	NotRun   bool      `json:"not_run"` // Status says why
	Verdict  *verdict  `json:"verdict"` // of the first answer, null without a finite x
}

// run lets every solver solve t, in turns, reps times over: a disturbance of
// the machine hits all of them. A solver that failed, or has used up the limit
// in sum, sits out the further rounds.
func run(ctx context.Context, t *task, solvers []solver, reps int, limit time.Duration, log io.Writer) ([]*record, error) {
	runs := make([]*record, len(solvers))
	for i, s := range solvers {
		runs[i] = &record{Instance: t.id(), Solver: s.name()}
	}
	for rep := range reps {
		for i, s := range solvers {
			if runs[i].resting(rep, limit) {
				continue
			}
			a, err := s.solve(ctx, t, limit)
			if ctx.Err() != nil {
				return begun(runs), ctx.Err()
			}
			if err != nil {
				return begun(runs), fmt.Errorf("%s on %s: %w", s.name(), t.id(), err)
			}
			runs[i].add(t, a)
			if rep == 0 {
				fmt.Fprintf(log, "%-8s %-12s %9.4f s  %s%s\n", t.id(), s.name(), a.seconds, a.work, a.status)
			}
		}
	}
	return runs, nil
}

// begun leaves out the solvers whose turn did not come.
func begun(runs []*record) []*record {
	return slices.DeleteFunc(runs, func(x *record) bool { return len(x.Times) == 0 && !x.NotRun })
}

func (x *record) resting(rep int, limit time.Duration) bool {
	if rep == 0 {
		return false
	}
	sum := 0.0
	for _, s := range x.Times {
		sum += s
	}
	return x.NotRun || x.Verdict == nil || sum > limit.Seconds()
}

// add enters an answer; the first one is judged.
func (x *record) add(t *task, a answer) {
	if a.notRun {
		x.NotRun, x.Status = true, a.status
		return
	}
	if len(x.Times) == 0 {
		x.Status, x.Work = a.status, a.work
		if a.x != nil {
			x.Verdict = judge(t, a)
		}
		if a.x != nil && x.Verdict == nil {
			x.Status = "the answer is not finite " + x.Status
		}
	}
	if len(x.Times) == 0 || a.seconds < x.Seconds {
		x.Seconds, x.CPU = a.seconds, a.cpu
	}
	x.Times = append(x.Times, a.seconds)
}

// solveFamily generates the instance of a family and runs everybody on it,
// the peers in one process of their own.
func (c *config) solveFamily(ctx context.Context, family string, seed uint64) (runs []*record, info *result, err error) {
	t, err := newTask(family, seed)
	if err != nil {
		return nil, nil, err
	}
	dir, err := os.MkdirTemp("", "tacit-bench-")
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	py := &python{interpreter: c.python, dir: dir}
	defer py.stop()

	var solvers []solver
	if c.tacit {
		solvers = append(solvers, tacit{})
	}
	peers, skipped, err := c.peersFor(t, py)
	if err != nil {
		return nil, nil, err
	}
	runs, err = run(ctx, t, append(solvers, peers...), c.reps, c.limit, c.log)
	runs = append(runs, skipped...)
	info = &result{Instance: t.id(), Spec: t.Spec, Versions: py.hello.Versions}
	info.Optimum, info.Origin = reference(runs, t.X)
	for _, r := range runs {
		if r.Verdict != nil {
			r.Verdict.setError(info.Optimum)
		}
	}
	return runs, info, err
}

// peersFor returns the peers that can solve t, and a record for each that
// cannot, with the reason.
func (c *config) peersFor(t *task, py *python) (peers []solver, skipped []*record, err error) {
	skip := func(name, why string) {
		skipped = append(skipped, &record{Instance: t.id(), Solver: name, NotRun: true, Status: "not run: " + why})
	}
	if len(c.peers) == 0 {
		return nil, nil, nil
	}
	hasMatrix, err := t.writeTo(py.dir)
	if err != nil {
		return nil, nil, err
	}
	broken := ""
	if !hasMatrix {
		broken = "A is an operator without a matrix"
	} else if err := py.start(); err != nil {
		broken = fmt.Sprintf("%s: %v", c.python, err)
	}
	for _, name := range c.peers {
		why := broken
		if why == "" {
			why = py.hello.Peers[name]
		}
		if why == "" {
			peers = append(peers, peer{name, py})
		} else {
			skip(name, why)
		}
	}
	return peers, skipped, nil
}
