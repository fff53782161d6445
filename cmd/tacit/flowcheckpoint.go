package main

import (
	"fmt"

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
func (l *flowLinear) checkpoint() (checkpointArrays, error) {
	mark, err := l.fingerprint(l.in.inBlocks())
	if err != nil {
		return nil, err
	}
	c := l.run.Checkpoint
	in := c.Integration
	done := 0.0
	if c.Done {
		done = 1
	}
	var list checkpointArrays
	list.add("run", mark)
	list.add("position", []float64{in.T, in.H, float64(c.Stride), float64(c.Count), done})
	list.integration(in)
	list.add("mark", c.Mark)
	for i, v := range c.Invariants {
		list.add(fmt.Sprintf("invariant%d", i), v)
	}
	list.points(c.Times, c.States, len(in.Y))
	return list, nil
}

// restore reads the checkpoint of the run in -o; nil where nothing is kept yet.
func (l *flowLinear) restore() (*flow.Checkpoint, error) {
	f, err := readCheckpoint(l.env, l.flags.out)
	if f == nil {
		return nil, err
	}
	defer f.Close()
	if err := f.isOf(l.in, l.fingerprint); err != nil {
		return nil, err
	}
	dim, p := l.flow.Dim(), f.read("position", 5)
	c := &flow.Checkpoint{
		Integration: f.integration(l.methodName(), p[0], p[1], dim),
		Stride:      int(p[2]), Count: int(p[3]), Mark: f.read("mark", 6), Done: p[4] != 0,
	}
	c.Times, c.States = f.points(dim)
	for i := 0; f.Has(fmt.Sprintf("invariant%d", i)); i++ {
		c.Invariants = append(c.Invariants, f.read(fmt.Sprintf("invariant%d", i), -1))
	}
	if f.fault != nil {
		return nil, invalid(f.fault)
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
