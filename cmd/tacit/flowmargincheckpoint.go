package main

import (
	"context"
	"io"
	"path/filepath"
	"slices"

	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/flow"
	"github.com/tacit-dev/tacit/ode"
)

// integrate follows the flow to its end or that of ctx, in pieces after each of which
// the run is kept in -o: the pieces have the bits of the whole.
func (m *flowMargin) integrate(ctx context.Context, s *flow.Separator, opt flow.SeparatorOptions) error {
	var from *flow.SeparatorCheckpoint
	var err error
	if m.resume {
		if from, err = m.restore(s.Dim()); err != nil {
			return err
		}
	}
	keeping := m.flags.out != "" && m.flags.maxSteps == 0 // a bound counts the steps of a piece
	for {
		piece, cancel := ctx, func() {}
		if keeping {
			piece, cancel = context.WithTimeout(ctx, m.flags.keepEvery.d)
		}
		if from == nil {
			m.run, err = s.Follow(piece, opt)
		} else {
			m.run, err = s.Resume(piece, from, opt)
		}
		cancel()
		if err != nil {
			return invalid(err)
		}
		if m.run.Status != ode.TimeLimit || ctx.Err() != nil {
			return nil
		}
		from = m.run.Checkpoint
		if err := m.keepPiece(from); err != nil {
			m.env.term.note("the run goes on, but nothing is kept for --resume: %v", err)
			keeping = false
		}
	}
}

// keepPiece writes the checkpoint beside what is in -o.
func (m *flowMargin) keepPiece(c *flow.SeparatorCheckpoint) error {
	members, err := m.checkpoint(c)
	if err != nil {
		return err
	}
	return dataio.WriteFile(filepath.Join(m.flags.out, checkpointName), func(w io.Writer) error { return dataio.WriteNPZ(w, members...) })
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
func (m *flowMargin) checkpoint(c *flow.SeparatorCheckpoint) ([]dataio.Member, error) {
	mark, err := m.fingerprint(m.in.inBlocks())
	if err != nil {
		return nil, err
	}
	in := c.Integration
	var list []dataio.Member
	add := func(name string, v []float64, shape ...int) {
		if len(shape) == 0 {
			shape = []int{len(v)}
		}
		list = append(list, dataio.Member{Name: name, Values: dataio.Floats(v, shape...)})
	}
	add("run", mark)
	add("position", []float64{in.T, in.H, c.Rise, c.LogLoss})
	add("state", in.Y)
	add("control", in.Control)
	add("method", in.State)
	add("stats", statNumbers(in.Stats))
	add("times", c.Times)
	add("states", slices.Concat(c.States...), len(c.States), len(in.Y))
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
	position := f.read("position", 4)
	c := &flow.SeparatorCheckpoint{
		Integration: ode.Checkpoint{
			Method: ode.NewRodas5P().Name(), T: position[0], H: position[1],
			Y: f.read("state", dim), Control: f.read("control", -1), State: f.read("method", -1), Stats: statsOf(f.read("stats", statCount)),
		},
		Rise: position[2], LogLoss: position[3], Times: f.read("times", -1),
	}
	states := f.read("states", len(c.Times)*dim)
	for i := range c.Times {
		c.States = append(c.States, states[i*dim:(i+1)*dim])
	}
	if f.fault != nil {
		return nil, invalid(f.fault)
	}
	return c, nil
}
