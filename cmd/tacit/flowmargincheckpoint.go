package main

import (
	"context"

	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/ode"
)

// integrate follows the flow to its end or that of ctx, and keeps in -o where it is.
func (m *flowMargin) integrate(ctx context.Context, s *flow.Separator, opt flow.SeparatorOptions) error {
	var from *flow.SeparatorCheckpoint
	if m.resume {
		var err error
		if from, err = m.restore(s.Dim()); err != nil {
			return err
		}
	}
	keeping := m.flags.out != "" && m.flags.maxSteps == 0 // a bound counts the steps of a piece
	return m.inPieces(ctx, keeping, func(piece context.Context) (more bool, err error) {
		if from == nil {
			m.run, err = s.Follow(piece, opt)
		} else {
			m.run, err = s.Resume(piece, from, opt)
		}
		if err != nil {
			return false, invalid(err)
		}
		from = m.run.Checkpoint
		return m.run.Status == ode.TimeLimit, nil
	}, func() (checkpointArrays, error) { return m.checkpoint(from) })
}

// fingerprint is a digest of all that a checkpoint must share with a run that goes on
// from it.
func (m *flowMargin) fingerprint(inBlocks bool) ([]float64, error) {
	digests, err := m.in.digests(inBlocks, "A", "b", "w0")
	if err != nil {
		return nil, err
	}
	return fingerprint(m.command, digests, m.flags.transpose, m.flags.label, m.flags.indexBase,
		m.loss, m.times, m.until, m.save, m.rtol, m.power, m.bias)
}

// checkpoint are the arrays of checkpoint.npz.
func (m *flowMargin) checkpoint(c *flow.SeparatorCheckpoint) (checkpointArrays, error) {
	mark, err := m.fingerprint(m.in.inBlocks())
	if err != nil {
		return nil, err
	}
	in := c.Integration
	var list checkpointArrays
	list.add("run", mark)
	list.add("position", []float64{in.T, in.H, c.Rise, c.LogLoss})
	list.integration(in)
	list.points(c.Times, c.States, len(in.Y))
	return list, nil
}

// restore reads the checkpoint of the run in -o; nil where nothing is kept yet.
func (m *flowMargin) restore(dim int) (*flow.SeparatorCheckpoint, error) {
	f, err := readCheckpoint(m.env, m.flags.out)
	if f == nil {
		return nil, err
	}
	defer f.Close()
	if err := f.isOf(m.in, m.fingerprint); err != nil {
		return nil, err
	}
	p := f.read("position", 4)
	c := &flow.SeparatorCheckpoint{Integration: f.integration(ode.NewRodas5P().Name(), p[0], p[1], dim), Rise: p[2], LogLoss: p[3]}
	c.Times, c.States = f.points(dim)
	if f.fault != nil {
		return nil, invalid(f.fault)
	}
	return c, nil
}
