package main

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/ode"
)

// fingerprint is a digest of all that a checkpoint must share with a run that
// goes on from it.
func (l *flowLinear) fingerprint(inBlocks bool) ([]float64, error) {
	digests, err := l.in.digests(inBlocks, "A", "b", "x0")
	if err != nil {
		return nil, err
	}
	return fingerprint(
		digests, l.flags.transpose, l.flags.label, l.flags.indexBase, l.geometryText, l.paramText, l.methodText,
		l.alpha.set, l.alpha.log, l.times, l.opt.UntilLoss, l.untilTime, l.opt.Save, l.rtol,
	)
}

// checkpoint are the arrays of checkpoint.npz.
func (l *flowLinear) checkpoint() ([]dataio.Member, error) {
	mark, err := l.fingerprint(l.in.inBlocks())
	if err != nil {
		return nil, err
	}
	c := l.run.Checkpoint
	in := c.Integration
	list := []dataio.Member{}
	add := func(name string, v []float64, shape ...int) {
		if len(shape) == 0 {
			shape = []int{len(v)}
		}
		list = append(list, dataio.Member{Name: name, Values: dataio.Floats(v, shape...)})
	}
	add("run", mark)
	done := 0.0
	if c.Done {
		done = 1
	}
	add("position", []float64{in.T, in.H, float64(c.Stride), float64(c.Count), done})
	add("state", in.Y)
	add("control", in.Control)
	add("method", in.State)
	s := in.Stats
	add("stats", []float64{
		float64(s.Steps), float64(s.Rejected), float64(s.Evaluations), float64(s.Jacobians),
		float64(s.Factorizations), float64(s.Solves), float64(s.Switches),
	})
	add("mark", c.Mark)
	for i, v := range c.Invariants {
		add(fmt.Sprintf("invariant%d", i), v)
	}
	add("times", c.Times)
	add("states", slices.Concat(c.States...), len(c.States), len(in.Y))
	return list, nil
}

// restore reads the checkpoint of the run in -o; nil where nothing is kept yet.
func (l *flowLinear) restore() (*flow.Checkpoint, error) {
	path := filepath.Join(l.flags.out, checkpointName)
	f, err := openCheckpoint(l.env, l.flags.out)
	if f == nil {
		return nil, err
	}
	defer f.Close()
	var fault error
	read := func(name string, length int) []float64 {
		a, err := f.Array(name)
		switch {
		case err != nil:
			fault = err
		case length >= 0 && len(a.Data) != length:
			fault = fmt.Errorf("%s: the array %q has %d numbers, want %d", path, name, len(a.Data), length)
		default:
			return slices.Clone(a.Data)
		}
		return make([]float64, max(length, 0))
	}
	mark := read("run", 8)
	same, err := l.in.sameRun(mark, l.fingerprint)
	if err != nil {
		return nil, err
	}
	if fault == nil && !same {
		return nil, invalid(fmt.Errorf("%s is of a run with other data or flags; only --max-time, --max-steps and --threads may change", path))
	}
	dim := l.flow.Dim()
	position, stats := read("position", 5), read("stats", 7)
	c := &flow.Checkpoint{
		Integration: ode.Checkpoint{
			Method: l.methodName(), T: position[0], H: position[1],
			Y: read("state", dim), Control: read("control", -1), State: read("method", -1),
			Stats: ode.Stats{
				Steps: int(stats[0]), Rejected: int(stats[1]), Evaluations: int(stats[2]), Jacobians: int(stats[3]),
				Factorizations: int(stats[4]), Solves: int(stats[5]), Switches: int(stats[6]),
			},
		},
		Stride: int(position[2]), Count: int(position[3]), Mark: read("mark", 6), Times: read("times", -1), Done: position[4] != 0,
	}
	states := read("states", len(c.Times)*dim)
	for i := range c.Times {
		c.States = append(c.States, states[i*dim:(i+1)*dim])
	}
	for i := 0; f.Has(fmt.Sprintf("invariant%d", i)); i++ {
		c.Invariants = append(c.Invariants, read(fmt.Sprintf("invariant%d", i), -1))
	}
	if fault != nil {
		return nil, invalid(fault)
	}
	return c, nil
}

// methodName is the stepper that a run of these flags uses.
func (l *flowLinear) methodName() string {
	if l.methodText == "auto" {
		return ode.NewRodas5P().Name()
	}
	return l.methodText
}
