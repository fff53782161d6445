package main

import (
	"fmt"
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
	add("stats", statNumbers(in.Stats))
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
	f, err := readCheckpoint(l.env, l.flags.out)
	if f == nil {
		return nil, err
	}
	defer f.Close()
	if err := f.isOf(l.in, l.fingerprint); err != nil {
		return nil, err
	}
	read := f.read
	dim := l.flow.Dim()
	position, stats := read("position", 5), read("stats", statCount)
	c := &flow.Checkpoint{
		Integration: ode.Checkpoint{
			Method: l.methodName(), T: position[0], H: position[1],
			Y: read("state", dim), Control: read("control", -1), State: read("method", -1),
			Stats: statsOf(stats),
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
